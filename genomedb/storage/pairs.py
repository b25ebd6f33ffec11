"""Pairs: the records of pairs of chromosomes, and where each pair lies in a file.

Both layouts hold the same columns. Per chromosome, a pair is a group of datasets found by its
name; indexed, all pairs lie one behind the other and a sorted table of their codes tells where.
The nodes of a pair's tree follow from its number of records, and so does their place.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from genomedb.core.chroms import ChromTable
from genomedb.core.lazy import lazy
from genomedb.errors import FormatError
from genomedb.kernels.quadtree_build import FAN, LEAF, n_nodes
from genomedb.storage import schema
from genomedb.storage.columns import Column, read_small
from genomedb.storage.handle import TrackFile
from genomedb.storage.layout import Section

_I8 = NDArray[np.int64]
_NAME = re.compile(r"(0|[1-9][0-9]{0,7})-(0|[1-9][0-9]{0,7})")


def n_nodes_each(n: _I8) -> _I8:
    """Nodes of each of many trees, by their numbers of records."""
    level = -(-n // LEAF)
    total: _I8 = level.copy()
    while (level > 1).any():
        level = np.where(level > 1, -(-level // FAN), 0)
        total += level
    return total


def pair_position_dtype(chroms: ChromTable, codes: tuple[int, int] | None) -> np.dtype[Any]:
    """Type of the positions of a pair, or of all pairs of an indexed file."""
    longest = chroms.longest if codes is None else max(chroms.lengths[c] for c in codes)
    return np.dtype(np.int32 if longest < 2**31 else np.int64)


def position_names(track_type: str) -> tuple[str, ...]:
    """Columns of positions that records of a track type have."""
    return schema.POINT_POSITIONS if track_type == schema.POINTS else schema.RECTANGLE_POSITIONS


def node_numbers(track_type: str) -> dict[str, str]:
    """Columns of nodes beside their boxes, without the prefix, and their types."""
    more = {} if track_type == schema.POINTS else schema.RECTANGLE_NUMBERS
    return {**schema.NODE_NUMBERS, **more}


def node_dtypes(track_type: str, position: str) -> dict[str, str]:
    """All columns of nodes, without the prefix, and their types."""
    return {**dict.fromkeys(schema.NODE_POSITIONS, position), **node_numbers(track_type)}


class PairRows:
    """The columns of one pair in a file of either layout.

    Attributes
    ----------
    code1, code2 : int
        Codes of its chromosomes.
    size : int
        Number of records.
    n_nodes : int
        Nodes of the tree over them.
    """

    def __init__(
        self, file: TrackFile, chroms: ChromTable, codes: tuple[int, int],
        index: PairIndex | None, row: int,
    ) -> None:  # fmt: skip
        self.file, self.chroms = file, chroms
        self.code1, self.code2 = codes
        self._index, self._row = index, row
        self.position: str = pair_position_dtype(chroms, codes if index is None else None).name
        self._group = f"{schema.PAIRS}/{codes[0]}-{codes[1]}"
        if index is None:
            self.size: int = Column(file, f"{self._group}/{schema.X1}", None, self.position).size
            _check_size(file, self._group, self.size)
        else:
            self.size = int(index.offset[row + 1] - index.offset[row])
        self.n_nodes = n_nodes(self.size)

    @property
    def label(self) -> str:
        """The pair, for messages."""
        names = self.chroms.names
        return f"{names[self.code1]}-{names[self.code2]}"

    def positions(self) -> dict[str, Column | Section]:
        """The columns of positions."""
        names = position_names(self.file.kind)
        return {name: self._column(name, self.position) for name in names}

    def value(self) -> Column | Section:
        """The column of values."""
        return self._column(schema.VALUE, self.file.header.dtype)

    def nodes(self) -> dict[str, Column | Section]:
        """The columns of nodes, by name without the prefix."""
        dtypes = node_dtypes(self.file.kind, self.position)
        return {name: self._column(schema.NODE + name, dtype, node=True)
                for name, dtype in dtypes.items()}  # fmt: skip

    def _column(self, name: str, dtype: str, *, node: bool = False) -> Column | Section:
        size = self.n_nodes if node else self.size
        if self._index is None:
            return Column(self.file, f"{self._group}/{name}", size, dtype)
        offset = self._index.node_offset if node else self._index.offset
        whole = self._index.column(name, int(offset[-1]), dtype)
        return Section(whole, int(offset[self._row]), size)


class PairIndex:
    """The pairs with data of an indexed file and where they lie.

    Attributes
    ----------
    codes : ndarray of int64, shape (m, 2)
        Sorted.
    offset, node_offset : ndarray of int64, shape (m + 1,)
        Where the records, and the nodes, of each pair begin.
    """

    def __init__(self, file: TrackFile, n_chroms: int) -> None:
        self._file, self._n_chroms = file, n_chroms
        self._columns: dict[str, Column] = {}
        code1, code2 = (read_small(file, path, "i") for path in
                        (schema.PAIR_CODE1, schema.PAIR_CODE2))  # fmt: skip
        offset = read_small(file, schema.INDEX_OFFSET, "i").astype(np.int64)
        problem = ""
        if not code1.size == code2.size == offset.size - 1:
            problem = "have other lengths than each other"
        else:
            codes = np.stack((code1, code2), axis=1).astype(np.int64)
            if ((codes < 0) | (codes >= n_chroms)).any():
                problem = "name chromosomes that are not in the table"
            self.keys: _I8 = codes[:, 0] * n_chroms + codes[:, 1]
            if not problem and (self.keys[1:] <= self.keys[:-1]).any():
                problem = "are not sorted, or name a pair twice"
        if problem:
            raise FormatError(f"the tables of pairs {problem}", where=file.path)
        # by comparing, as differences of forged numbers wrap around
        if offset[0] != 0 or (offset[1:] <= offset[:-1]).any():
            raise FormatError(f"dataset {schema.INDEX_OFFSET} is no offset table", where=file.path)
        sizes = np.diff(offset)
        if sizes.size:
            row = int(sizes.argmax())
            _check_size(file, f"pair {codes[row, 0]}-{codes[row, 1]}", int(sizes[row]))
        self.codes: _I8 = codes
        self.offset: _I8 = offset
        self.node_offset: _I8 = np.concatenate(([0], np.cumsum(n_nodes_each(sizes))))

    def column(self, name: str, size: int, dtype: str) -> Column:
        """A column of all pairs."""
        found = self._columns.get(name)
        if found is None:
            found = Column(self._file, f"{schema.INDEX}/{name}", size, dtype)
            self._columns[name] = found
        return found

    def read(self, dtypes: Mapping[str, str], rows: _I8) -> dict[str, NDArray[Any]]:
        """Columns of records, or columns of nodes, of pairs given by number, one behind the other.

        Parameters
        ----------
        dtypes : dict of str to str
            Names of columns, all of records or all of nodes, and their types.
        rows : ndarray of int64
            In the order wanted.
        """
        is_node = next(iter(dtypes)).startswith(schema.NODE)
        offset = self.node_offset if is_node else self.offset
        # pairs that lie one behind the other are one window
        begins = np.flatnonzero(np.diff(rows, prepend=-2) != 1)
        ends = np.append(begins[1:], rows.size) - 1
        first, last = offset[rows[begins]], offset[rows[ends] + 1]
        return {name: self.column(name, int(offset[-1]), dtype).read_windows(first, last)
                for name, dtype in dtypes.items()}  # fmt: skip

    def row(self, code1: int, code2: int) -> int:
        """Number of a pair, -1 when it has no data."""
        key = code1 * self._n_chroms + code2
        row = int(np.searchsorted(self.keys, key))
        return row if row < self.keys.size and self.keys[row] == key else -1


class PairDirectory:
    """Which pairs of an open file have data; lists them only when asked to."""

    def __init__(self, file: TrackFile, chroms: ChromTable) -> None:
        self._file, self._chroms = file, chroms
        indexed = file.header.layout == schema.INDEXED
        self._index = PairIndex(file, len(chroms)) if indexed else None

    @property
    def index(self) -> PairIndex | None:
        """Where all pairs lie, in an indexed file."""
        return self._index

    @lazy
    def codes(self) -> _I8:
        """Codes of the pairs with data, shape (m, 2), sorted."""
        if self._index is not None:
            return self._index.codes
        found = []
        for name in self._file.members(schema.PAIRS):
            codes = _NAME.fullmatch(name)
            if codes is None or max(int(c) for c in codes.groups()) >= len(self._chroms):
                raise FormatError(
                    f"{schema.PAIRS} has a member {name[:40]!r}, which is no pair",
                    where=self._file.path,
                )
            found.append((int(codes[1]), int(codes[2])))
        return np.array(sorted(found), np.int64).reshape(-1, 2)

    @lazy
    def sizes(self) -> _I8:
        """Records of each of those pairs."""
        if self._index is not None:
            return np.diff(self._index.offset)
        rows = [self.find(a, b) for a, b in self.codes.tolist()]
        for (a, b), found in zip(self.codes.tolist(), rows, strict=True):
            if found is None:
                raise FormatError(f"{schema.PAIRS}/{a}-{b} is empty", where=self._file.path)
        return np.array([found.size for found in rows if found is not None], np.int64)

    def find(self, code1: int, code2: int) -> PairRows | None:
        """Columns of a pair; None when it has no data."""
        codes = code1, code2
        if self._index is not None:
            row = self._index.row(code1, code2)
            if row < 0:
                return None
            return PairRows(self._file, self._chroms, codes, self._index, row)
        group = f"{schema.PAIRS}/{code1}-{code2}"
        # asked of datasets: that takes no HDF5. A pair with another column is damaged, not absent
        if not any(self._file.has(f"{group}/{c}") for c in (schema.X1, schema.VALUE)):
            return None
        return PairRows(self._file, self._chroms, codes, None, 0)


def directory_of(file: TrackFile, chroms: ChromTable) -> PairDirectory:
    """The pairs of an open file, looked up once."""
    if file.shared is None:
        file.shared = PairDirectory(file, chroms)
    return file.shared  # type: ignore[no-any-return]


def _check_size(file: TrackFile, place: str, size: int) -> None:
    """Refuse numbers of records that memory for their tree should not be taken for."""
    if size < 1:
        raise FormatError(f"{place} has no records", where=file.path)
    too_many = size > schema.MAX_PAIR_RECORDS
    # firsts of nodes are all different: deflate cannot make them smaller than this
    n_bytes = 8 * n_nodes(size)
    if too_many or n_bytes > schema.MAX_DEFLATE_RATIO * file.status.st_size:
        raise FormatError(f"{place} has {size} records, more than it can", where=file.path)


__all__ = [
    "PairDirectory", "PairIndex", "PairRows", "directory_of", "n_nodes_each", "node_dtypes",
    "node_numbers", "pair_position_dtype", "position_names",
]  # fmt: skip
