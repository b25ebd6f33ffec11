"""PairsWriter: records of pairs of chromosomes, and the trees over them, into a file."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import IO, Any, cast

import numpy as np
from numpy.typing import NDArray

from genomedb.core.chroms import ChromTable
from genomedb.errors import UsageError
from genomedb.kernels.quadtree_build import Nodes
from genomedb.storage import schema
from genomedb.storage.files import Draft
from genomedb.storage.pairs import node_dtypes, pair_position_dtype, position_names
from genomedb.storage.sink import write_error
from genomedb.storage.write import ColumnWriter, Storage, write_table

_MEMORY_BYTES = 64_000_000  # of pairs that wait for their turn, before they go to a file
_TOGETHER = 1 << 16  # records of small pairs that are written at once
_PIECE_BYTES = 1 << 22  # of them, read back at a time
Columns = dict[str, NDArray[Any]]


class PairsWriter:
    """Writes pair after pair.

    Parameters
    ----------
    draft : Draft
        The file being written.
    chroms : ChromTable
        Of the track.
    track_type : str
        ``points`` or ``rectangles``.
    dtype : str
        Type of the values.
    layout : str
        ``per-chromosome`` or ``indexed``.
    storage : Storage
        Codec and chunks.
    is_ordered : bool
        Pairs come in the order of the database. Those of an indexed file that do not wait in a
        temporary file until all are there.
    """

    def __init__(
        self, draft: Draft, chroms: ChromTable, track_type: str, *, dtype: str, layout: str,
        storage: Storage, is_ordered: bool,
    ) -> None:  # fmt: skip
        self._draft, self._chroms, self._kind, self._dtype = draft, chroms, track_type, dtype
        self._storage = storage
        # positions and nodes change little from one to the next: their high bytes pack well
        self._shuffled = storage if storage.shuffle is not None else replace(storage, shuffle=True)
        self._is_indexed, self._is_ordered = layout == schema.INDEXED, is_ordered
        self._dtypes: dict[str, tuple[dict[str, str], dict[str, str]]] = {}
        self._written: list[tuple[int, int, int]] = []
        self._kept: dict[tuple[int, int], list[tuple[str, int, int]]] = {}
        self._file: IO[bytes] | None = None
        self._open: dict[str, ColumnWriter] = {}
        self._small: dict[str, list[NDArray[Any]]] = {}
        self._n_small = 0  # items in it

    def position_dtype(self, code1: int, code2: int) -> np.dtype[Any]:
        """Type in which positions of a pair are stored."""
        return pair_position_dtype(self._chroms, None if self._is_indexed else (code1, code2))

    def write(
        self, code1: int, code2: int, records: Mapping[str, NDArray[Any]], nodes: Nodes
    ) -> None:
        """Write a pair: records in Z-order by column, at least one, and the tree over them."""
        pair = self.begin(code1, code2, records[schema.VALUE].size)
        pair.add(records)
        pair.finish(nodes)

    def begin(self, code1: int, code2: int, size: int | None = None) -> PairSink:
        """Begin a pair whose records come block by block; one pair at a time.

        Raises
        ------
        UsageError
            It comes after one that it is before, and that was promised not to happen.
        """
        last = self._written[-1][:2] if self._written else (-1, -1)
        if self._is_indexed and self._is_ordered and (code1, code2) <= last:
            raise UsageError(
                "pairs come in another order than the database's", where=self._draft.path,
                fix="Say that they are not in order: they are sorted then",
            )  # fmt: skip
        return PairSink(self, code1, code2, size)

    def put(self, pair: PairSink, name: str, values: NDArray[Any], size: int | None) -> None:
        """Take the next values of a column of a pair; `size` is how many will come, if known."""
        if not self._is_indexed:
            writer = pair.open.get(name)
            if writer is None:
                path = f"{schema.PAIRS}/{pair.code1}-{pair.code2}/{name}"
                writer = ColumnWriter(self._draft, path, size, values.dtype, self._codec(name))
                pair.open[name] = writer
            writer.write(values)
        elif self._is_ordered:
            self._append(name, values)
        else:
            self._keep(pair, name, values)

    def end(self, pair: PairSink) -> None:
        """Finish a pair, all columns of which are there."""
        for writer in pair.open.values():
            writer.close()
        if not self._is_indexed or self._is_ordered:
            self._written.append((pair.code1, pair.code2, pair.size))

    def close(self) -> None:
        """Finish the file."""
        if not self._is_indexed:
            return
        self._open_columns()
        self._flush()
        for code1, code2 in sorted(self._kept):
            size = 0
            for name, at, n in self._kept[code1, code2]:
                size += n if name == schema.VALUE else 0
                for piece in self._take(name, at, n):
                    self._open[name].write(piece)
            self._written.append((code1, code2, size))
        for writer in self._open.values():
            writer.close()
        table = np.array(self._written, np.int64).reshape(-1, 3)
        write_table(self._draft, schema.PAIR_CODE1, table[:, 0].astype(np.int32))
        write_table(self._draft, schema.PAIR_CODE2, table[:, 1].astype(np.int32))
        offset = np.concatenate(([0], np.cumsum(table[:, 2])))
        write_table(self._draft, schema.INDEX_OFFSET, offset)

    def dtypes(self, position: np.dtype[Any]) -> tuple[dict[str, str], dict[str, str]]:
        """Columns of records of a pair, and of nodes without the prefix, and their types."""
        found = self._dtypes.get(position.name)
        if found is None:
            places = dict.fromkeys(position_names(self._kind), position.name)
            records = {**places, schema.VALUE: self._dtype}
            found = records, node_dtypes(self._kind, position.name)
            self._dtypes[position.name] = found
        return found

    def _codec(self, name: str) -> Storage:
        return self._storage if name == schema.VALUE else self._shuffled

    # ---- indexed files

    def _open_columns(self) -> None:
        """Begin the columns, which a file without a record has all the same."""
        if self._open:
            return
        records, nodes = self.dtypes(pair_position_dtype(self._chroms, None))
        named = {**records, **{schema.NODE + name: dtype for name, dtype in nodes.items()}}
        self._open = {
            name: ColumnWriter(
                self._draft, f"{schema.INDEX}/{name}", None, dtype, self._codec(name)
            )
            for name, dtype in named.items()
        }

    def _append(self, name: str, values: NDArray[Any]) -> None:
        if values.size < _TOGETHER:
            values = values.copy()  # it waits, and may be the caller's
        self._small.setdefault(name, []).append(values)
        self._n_small += values.size
        if self._n_small >= _TOGETHER:
            self._flush()

    def _flush(self) -> None:
        """Hand over what waits: the values of many small pairs at once."""
        self._open_columns()
        for name, parts in self._small.items():
            self._open[name].write(np.concatenate(parts) if len(parts) > 1 else parts[0])
        self._small, self._n_small = {}, 0

    def _keep(self, pair: PairSink, name: str, values: NDArray[Any]) -> None:
        """Set values of a pair aside until all pairs are there."""
        if self._file is None:
            held = tempfile.SpooledTemporaryFile(  # noqa: SIM115
                max_size=_MEMORY_BYTES, mode="w+b", dir=str(self._draft.path.parent)
            )
            self._file = cast(IO[bytes], held)
            self._draft.temporary.append(self._file)
        places = self._kept.setdefault((pair.code1, pair.code2), [])
        places.append((name, self._file.tell(), values.size))
        try:
            self._file.write(np.ascontiguousarray(values).data)
        except OSError as error:
            raise write_error(error, self._draft.path) from error

    def _take(self, name: str, at: int, n: int) -> Iterator[NDArray[Any]]:
        assert self._file is not None
        dtype = self._open[name].dtype
        step = _PIECE_BYTES // dtype.itemsize
        for first in range(0, n, step):
            self._file.seek(at + first * dtype.itemsize)
            yield np.frombuffer(self._file.read(min(step, n - first) * dtype.itemsize), dtype)


class PairSink:
    """One pair being written.

    Attributes
    ----------
    code1, code2 : int
        Codes of its chromosomes.
    size : int
        Records that have come.
    open : dict of str to ColumnWriter
        Its own columns, in a file that is not indexed.
    """

    def __init__(self, writer: PairsWriter, code1: int, code2: int, size: int | None) -> None:
        self.code1, self.code2, self.size = code1, code2, 0
        self.open: dict[str, ColumnWriter] = {}
        self._writer, self._expected = writer, size
        self._records, self._nodes = writer.dtypes(writer.position_dtype(code1, code2))

    def add(self, records: Mapping[str, NDArray[Any]]) -> None:
        """Take the next records, by column."""
        for name, dtype in self._records.items():
            self._writer.put(self, name, np.asarray(records[name], dtype), self._expected)
        self.size += records[schema.VALUE].size

    def finish(self, nodes: Nodes) -> None:
        """Take the tree over all records that came."""
        for name, dtype in self._nodes.items():
            values = np.asarray(getattr(nodes, name), dtype)
            self._writer.put(self, schema.NODE + name, values, values.size)
        self._writer.end(self)


__all__ = ["PairSink", "PairsWriter"]
