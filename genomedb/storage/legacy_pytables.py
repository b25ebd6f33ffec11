"""Files of the `genome` library: PyTables arrays and tables, one node a chromosome, as they are.

Nothing in such a file says its assembly or what its values mean, and its metadata have no
checksums. So the chromosome table of the folder is given, the type follows from the nodes, and
each node is checked before it is read: a hard link to a chunked or contiguous dataset in the file
itself, only shuffle and deflate, of the length of its chromosome. Nothing is unpickled.
"""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

import h5py
import numpy as np
from h5py import h5d, h5g, h5t, h5z
from numpy.typing import NDArray

from genomedb.core.chromosomes import FLAGS, Chromosome
from genomedb.core.chroms import ChromTable
from genomedb.core.track_stats import LetterStats, TrackStats
from genomedb.errors import ChromError, FormatError, UsageError
from genomedb.kernels.fileobject import ReadFile
from genomedb.storage import attrs, schema
from genomedb.storage.handle import Header, TrackFile, _open_regular, is_pytables
from genomedb.storage.stored import Stored, damaged, from_hdf5

LIFTOVER: Final = "liftover"  # track type of an (n, 3) table
_TABLE: Final = "chromosome"  # node of the chromosome table
_SIGNATURE: Final = b"\x89HDF\r\n\x1a\n"
_SAMPLE: Final = 4096  # bases that show whether bytes are letters
_LETTERS: Final = np.frombuffer(b"ACGTUNRYSWKMBDHVacgtunryswkmbdhv-*", np.uint8)
_MAX_RATIO: Final = 1040  # a little more than deflate can reach
_FILTERS: Final = (h5z.FILTER_SHUFFLE, h5z.FILTER_DEFLATE, h5z.FILTER_FLETCHER32)
_ERRORS: Final = (OSError, RuntimeError, KeyError, ValueError, TypeError)


def is_legacy(path: Path) -> bool:
    """Is this a file that PyTables wrote? False for anything that cannot be read."""
    try:
        file = LegacyFile.opened(path)  # a regular file: nothing waits for a pipe
        head = os.pread(file.fd, 9, 0)
        if len(head) < 9 or head[:8] != _SIGNATURE or head[8] == schema.SUPERBLOCK:
            return False
        return is_pytables(file.id)
    except (*_ERRORS, FormatError):
        return False


class LegacyFile(TrackFile):
    """A file of PyTables, open for reading, which answers like one of ours.

    Attributes
    ----------
    columns : dict of str to dtype
        Columns of a table, in the order of the file; empty for arrays.
    """

    def __init__(self, path: str | os.PathLike[str], chroms: ChromTable, assembly: str) -> None:
        self._begin(path)
        self.table, self._assembly = chroms, assembly
        self.columns: dict[str, np.dtype[Any]] = {}
        self.header = self._told(chroms)

    @classmethod
    def opened(cls, path: Path) -> LegacyFile:
        """An open file of which nothing is known yet."""
        found = cls.__new__(cls)
        found._begin(path)
        return found

    def _begin(self, path: str | os.PathLike[str]) -> None:
        self.path = Path(path)
        self.fd, self.status = _open_regular(self.path)
        self._bytes = ReadFile(self.fd, self.status.st_size)
        self._hdf5 = None
        self.quick = None
        self.shared = None

    def _open_by_hdf5(self) -> Any:
        return self._open_anything()

    # ---- what it holds

    def nodes(self) -> list[str]:
        """Names of the nodes of the root group."""
        try:
            return [name.decode("utf-8", "replace") for name in h5g.open(self.id, b"/")]
        except _ERRORS as error:
            raise _located(error) or damaged(self.path, error) from error

    def _told(self, chroms: ChromTable) -> Header:
        """What the file would say of itself, from its first node."""
        present = self.nodes()
        known = set(chroms.names)
        mine = next((name for name in present if name in known), None)
        if present and mine is None:
            raise ChromError(
                f"holds {present[0]} but no chromosome of the database", where=self.path,
                fix="It belongs to another assembly",
            )  # fmt: skip
        if mine is None:
            return _header(schema.DENSE, "float32", chroms)
        dataset = self.hdf5_dataset(mine)
        try:
            kind, rank = dataset.get_type(), len(dataset.shape or ())
            if isinstance(kind, h5t.TypeCompoundID):
                self.columns = _columns(kind, f"{self.path}, {mine}")
                return _header(schema.FEATURES, "", chroms)
        except _ERRORS as error:
            raise _located(error) or damaged(self.path, error, mine) from error
        stored = self.dataset(mine)
        if rank == 2 and stored.shape[1] == 3 and stored.dtype == np.int32:
            return _header(LIFTOVER, "int32", chroms)
        if rank != 1 or stored.dtype.name not in schema.VALUE_DTYPES:
            raise FormatError(
                f"{mine} holds {stored.dtype} of shape {stored.shape}, which no track has",
                where=self.path,
            )
        is_text = stored.dtype == np.uint8 and self._looks_like_letters(present, known)
        return _header(schema.SEQUENCE if is_text else schema.DENSE, stored.dtype.name, chroms)

    def _looks_like_letters(self, present: list[str], known: set[str]) -> bool:
        """Are the first bytes of a chromosome letters?"""
        name = next(name for name in present if name in known)
        sample = self.read_rows_of(name, 0, _SAMPLE)
        return bool(sample.size and np.isin(sample, _LETTERS).all())

    def attributes(self) -> dict[str, str | int | float]:
        """What our own files say in root attributes."""
        said: dict[str, str | int | float] = {schema.ASSEMBLY: self._assembly}
        said[schema.CHROM_DIGEST] = self.header.chrom_digest
        if self.header.bin_size:
            said[schema.BIN_SIZE] = self.header.bin_size
        if self.header.dtype.startswith("float"):
            said[schema.MISSING] = float("nan")
        elif self.kind == schema.SEQUENCE:
            said[schema.MISSING] = ord("N")
        return said

    # ---- datasets

    def dataset(self, name: str) -> Stored:
        """Find an array by name, after the checks that need no knowledge of its content."""
        found = super().dataset(name)
        if found.chunk:
            return found
        # contiguous values have no checksums here: HDF5 reads them, as if they were one chunk
        size = max(1, found.shape[0] if found.shape else 1)
        return Stored(found.shape, found.dtype, (size,), (), found.fill, None, id=found.id)

    def read_rows_of(self, name: str, first: int, last: int) -> NDArray[Any]:
        """Rows ``[first, last)`` of an array of any rank, or fewer when it is shorter."""
        dataset = self.hdf5_dataset(name)
        from_hdf5(dataset, name, self.path)
        try:
            return np.asarray(h5py.Dataset(dataset)[first:last])
        except _ERRORS as error:
            raise damaged(self.path, error, name) from error

    def table_rows(self, name: str) -> dict[str, NDArray[Any]]:
        """All rows of a table, as one array a column; checked before memory is taken.

        Raises
        ------
        FormatError
            It is no table of numbers, truth values and short texts, or is damaged.
        """
        dataset = self.hdf5_dataset(name)
        where = f"{self.path}, {name}"
        try:
            kind = dataset.get_type()
            columns = _columns(kind, where)
            _check_table(dataset, kind, where)
            rows = h5py.Dataset(dataset)[()]
        except _ERRORS as error:
            raise _located(error) or damaged(self.path, error, name) from error
        return {key: np.ascontiguousarray(rows[key]).astype(d) for key, d in columns.items()}

    def stored_stats(self, name: str) -> TrackStats | LetterStats | None:
        """Statistics among the attributes of a node; None when they are not all there.

        What PyTables pickled, as the extremes of a chromosome without values, counts as missing.
        """
        if not self.has(name):
            return None
        node = self.hdf5_dataset(name)
        size = int(node.shape[0]) if node.shape else 0
        found = {key: _number(node, key) for key in (*_VALUE_STATS, *_LETTER_STATS)}
        if self.kind == schema.SEQUENCE and all(found[k] is not None for k in _LETTER_STATS):
            return LetterStats(size, *(int(found[k] or 0) for k in _LETTER_STATS))
        if any(found[key] is None for key in ("n", "n_nan", "sum")):
            return None
        n, n_nan, total, low, high = (found[key] for key in _VALUE_STATS)
        nothing = float("nan")
        return TrackStats(
            int(n or 0), int(n_nan or 0), float(total or 0),
            nothing if low is None else float(low), nothing if high is None else float(high),
        )  # fmt: skip


_VALUE_STATS: Final = ("n", "n_nan", "sum", "min", "max")
_LETTER_STATS: Final = ("n_a", "n_c", "n_g", "n_t", "n_n", "first_def_idx", "last_def_idx")


def read_legacy_genome(path: Path) -> tuple[ChromTable, tuple[Chromosome, ...]]:
    """Chromosome table of a database, in the order of its id numbers.

    Raises
    ------
    FormatError
        There is no table, or it is damaged.
    """
    file = LegacyFile.opened(path)
    if not file.has(_TABLE):
        raise FormatError(f"has no chromosome table (/{_TABLE})", where=path)
    rows = file.table_rows(_TABLE)
    absent = [key for key in ("idnum", "name", "length") if key not in rows]
    if absent:
        raise FormatError(f"the chromosome table has no column {absent[0]}", where=path)
    order = np.argsort(rows["idnum"], kind="stable")
    try:
        names = [bytes(raw).decode("utf-8") for raw in rows["name"][order].tolist()]
        lengths = rows["length"][order].tolist()
        table = ChromTable(tuple(names), tuple(lengths))
    except (UsageError, UnicodeDecodeError, AttributeError, TypeError) as error:
        raise FormatError(f"the chromosome table is damaged: {error}", where=path) from error
    kinds = {key: rows[key][order].astype(bool).tolist() for key in FLAGS if key in rows}
    numbers = rows["idnum"][order].tolist()
    if len(set(numbers)) < len(numbers):
        raise FormatError("two chromosomes of the table have one idnum", where=path)
    return table, tuple(
        Chromosome(numbers[i], names[i], lengths[i], **{key: kinds[key][i] for key in kinds})
        for i in range(len(names))
    )


def _header(kind: str, dtype: str, chroms: ChromTable) -> Header:
    width = 1 if kind in schema.BINNED else 0
    return Header(kind, schema.PER_CHROMOSOME, dtype, width, chroms.digest)


def _located(error: BaseException) -> FormatError | None:
    return error if isinstance(error, FormatError) else None


def _columns(kind: Any, where: str) -> dict[str, np.dtype[Any]]:
    """Columns of a table; `FormatError` for what is neither number, truth value nor text."""
    if not isinstance(kind, h5t.TypeCompoundID):
        raise FormatError("is no table", where=where)
    found: dict[str, np.dtype[Any]] = {}
    for i in range(kind.get_nmembers()):
        member, raw = kind.get_member_type(i), kind.get_member_name(i)
        name = raw.decode("utf-8", "replace")
        text = isinstance(member, h5t.TypeStringID) and not member.is_variable_str()
        numbers = (h5t.TypeIntegerID, h5t.TypeFloatID, h5t.TypeBitfieldID)
        if not text and not (isinstance(member, numbers) and member.get_size() <= 8):
            raise FormatError(f"column {name} is of a type not allowed", where=where)
        size = member.get_size()
        found[name] = np.dtype(f"S{size}") if text else member.dtype.newbyteorder("=")
    if not 1 <= len(found) <= schema.MAX_COLUMNS:
        raise FormatError(f"has {len(found)} columns", where=where)
    return found


def _check_table(dataset: Any, kind: Any, where: str) -> None:
    """Refuse a table that is stored in another way, or smaller than it claims."""
    creation = dataset.get_create_plist()
    filters = tuple(creation.get_filter(i)[0] for i in range(creation.get_nfilters()))
    n_rows = int(dataset.shape[0]) if dataset.shape else 0
    problem = ""
    if len(dataset.shape or ()) != 1:
        problem = f"has shape {dataset.shape}"
    elif creation.get_layout() not in (h5d.CHUNKED, h5d.CONTIGUOUS):
        problem = "is neither chunked nor contiguous"
    elif creation.get_external_count():
        problem = "keeps its rows in another file"
    elif filters != tuple(code for code in _FILTERS if code in filters):
        problem = "uses a filter that is not allowed, or in another order"
    elif n_rows > schema.MAX_RECORDS:
        problem = f"has {n_rows} rows"
    elif n_rows * kind.get_size() > dataset.get_storage_size() * (_MAX_RATIO if filters else 1):
        problem = f"claims {n_rows} rows, more than are stored"
    elif creation.get_layout() == h5d.CHUNKED:
        n_bytes = int(np.prod(creation.get_chunk())) * kind.get_size()
        if n_bytes > schema.MAX_CHUNK_BYTES:
            problem = f"has chunks of {n_bytes} bytes"
    if problem:
        raise FormatError(problem, where=where)


def _number(node: Any, name: str) -> int | float | None:
    """One attribute, if it is a number."""
    with suppress(FormatError, *_ERRORS):
        found = attrs.read(node, name.encode())
        if isinstance(found, (int, float)):
            return found
    return None


__all__ = ["LIFTOVER", "LegacyFile", "is_legacy", "read_legacy_genome"]
