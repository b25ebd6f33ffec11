"""TrackFile: one published file, open for reading with suspicion and without locks.

A file comes from anywhere. Before a value of it is read: it is a regular file, HDF5 accepts
its checksummed metadata, it says it is ours, and each dataset touched is plain (hard link,
chunked or contiguous in the file itself, only deflate, shuffle and Fletcher-32, the type and
shape that the header and the chromosome table promise).
"""

from __future__ import annotations

import atexit
import math
import mmap
import os
import re
import stat
import weakref
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import h5py
import numpy as np
from h5py import h5d, h5f, h5g, h5l, h5p, h5t, h5z
from numpy.typing import NDArray

from genomedb.core.chroms import ChromTable
from genomedb.core.lazy import lazy
from genomedb.errors import FormatError, MissingFileError, UsageError
from genomedb.kernels.fileobject import ReadFile
from genomedb.storage import attrs, schema

_FILTERS = (h5z.FILTER_SHUFFLE, h5z.FILTER_DEFLATE, h5z.FILTER_FLETCHER32)
_TYPES = [
    (getattr(h5t, name), np.dtype(dtype))
    for name, dtype in (
        ("IEEE_F32LE", "f4"), ("IEEE_F64LE", "f8"), ("STD_U8LE", "u1"), ("STD_U16LE", "u2"),
        ("STD_U32LE", "u4"), ("STD_U64LE", "u8"), ("STD_I8LE", "i1"), ("STD_I16LE", "i2"),
        ("STD_I32LE", "i4"), ("STD_I64LE", "i8"),
    )
]  # fmt: skip
_NUMBER = re.compile(r"[1-9][0-9]{0,17}")  # a version or a bin size
MAX_CHROMS = 20_000_000
MAX_TABLE_BYTES = 1_000_000_000

# Nobody is inside HDF5 while the process forks, so a child finds the library in order.
_phil = h5py._objects.phil
os.register_at_fork(
    before=_phil.acquire, after_in_parent=_phil.release, after_in_child=_phil.release
)

_OPEN: weakref.WeakSet[TrackFile] = weakref.WeakSet()


@atexit.register
def _close_all() -> None:
    """Close what is open while the interpreter still can: HDF5 calls back into it."""
    for file in list(_OPEN):
        with suppress(RuntimeError, ValueError):
            file.id.close()


@dataclass(frozen=True)
class Header:
    """What a file says it is; `dtype` and `bin_size` are empty and 0 where they do not apply."""

    track_type: str
    layout: str
    dtype: str
    bin_size: int
    chrom_digest: str


def _parse_header(words: list[str], path: Path) -> Header:
    """Header from its words after the version is known to be ours."""
    if len(words) != 7:
        raise FormatError("the header attribute is damaged", where=path)
    _, _, kind, layout, dtype, bin_size, digest = words
    header = Header(
        kind, layout, "" if dtype == schema.NONE else dtype,
        int(bin_size) if _NUMBER.fullmatch(bin_size) else 0, digest,
    )  # fmt: skip
    problem = ""
    if kind not in schema.KNOWN_TYPES:
        problem = f"track type {kind!r} is not known"
    elif layout != schema.PER_CHROMOSOME:
        problem = f"layout {layout!r} is not known"
    elif kind != schema.CHROMOSOMES and dtype not in schema.VALUE_DTYPES:
        problem = f"dtype {dtype!r} is not allowed"
    elif kind in (schema.DENSE, schema.SEQUENCE) and header.bin_size < 1:
        problem = f"bin size {bin_size!r} is not allowed"
    elif kind == schema.SEQUENCE and (dtype, bin_size) != ("uint8", "1"):
        problem = f"a sequence of {dtype} in bins of {bin_size} bp is not allowed"
    if problem:
        raise FormatError(problem, where=path)
    return header


class TrackFile:
    """An open file of the format; cheap to make, safe to share between threads.

    Attributes
    ----------
    path : Path
        Where it was opened; a replaced file keeps answering as it was.
    header : Header
        What the file says it is.
    fd : int
        Descriptor for positional reads and maps.
    """

    def __init__(self, path: str | os.PathLike[str]) -> None:
        self.path = Path(path)
        self.fd, self.status = _open_regular(self.path)
        self._bytes = ReadFile(self.fd, self.status.st_size)  # closes it when nobody reads
        access = h5p.create(h5p.FILE_ACCESS)
        access.set_fclose_degree(h5f.CLOSE_STRONG)  # nothing of it outlives the file
        access.set_fileobj_driver(h5py.h5fd.fileobj_driver, self._bytes)
        try:
            self.id = h5f.open(os.fsencode(path), h5f.ACC_RDONLY, access)
        except OSError as error:
            raise _cannot_open(self.path, error, self.status.st_size) from error
        except (RuntimeError, KeyError, ValueError, TypeError) as error:
            raise damaged(self.path, error) from error
        _OPEN.add(self)
        self._check_container()
        self.header = self._read_header()
        self._chroms: ChromTable | None = None

    def _check_container(self) -> None:
        """Refuse a file whose metadata carry no checksums, or that begins with something else."""
        creation = self.id.get_create_plist()
        if creation.get_version()[0] != schema.SUPERBLOCK or creation.get_userblock():
            raise FormatError(
                "HDF5, but not a genomedb track (its metadata have no checksums)",
                where=self.path,
                fix="Write it with the library bounds v110",
            )

    def _read_header(self) -> Header:
        try:
            text = attrs.read(self.id, b"header")
            version = None if text is not None else attrs.read(self.id, b"format_version")
        except (OSError, RuntimeError, KeyError, ValueError) as error:
            raise damaged(self.path, error) from error
        words = text.split(" ") if isinstance(text, str) else []
        if not words or words[0] != schema.FORMAT_NAME:
            raise FormatError("HDF5, but not a genomedb track (no header attribute)"
                              + (f"; format_version is {version}" if version else ""),
                              where=self.path)  # fmt: skip
        # the version before the rest: a newer file may have changed everything else
        if len(words) < 2 or not _NUMBER.fullmatch(words[1]):
            raise FormatError("the header attribute is damaged", where=self.path)
        if int(words[1]) > schema.FORMAT_VERSION:
            raise FormatError(
                f"format version {words[1]} is newer than {schema.FORMAT_VERSION}, "
                "the newest this library reads",
                where=self.path,
                fix="Install a newer genomedb",
            )
        return _parse_header(words, self.path)

    @lazy
    def map(self) -> mmap.mmap:
        """The whole file, mapped through the descriptor: the path may name another by now."""
        return mmap.mmap(self.fd, 0, access=mmap.ACCESS_READ)

    @property
    def kind(self) -> str:
        """Track type."""
        return self.header.track_type

    def attributes(self) -> dict[str, str | int | float]:
        """All root attributes."""
        try:
            return attrs.read_all(self.id)
        except (OSError, RuntimeError, KeyError, ValueError) as error:
            raise damaged(self.path, error) from error

    def chroms(self, known: ChromTable | None = None) -> ChromTable:
        """Chromosome table of the file; `known` is used when its digest is the file's."""
        if known is not None and known.digest == self.header.chrom_digest:
            return known
        with _phil:  # not a lock of our own: a fork waits for this one, see above
            if self._chroms is None:
                self._chroms = self._read_chroms()
            return self._chroms

    def _read_chroms(self) -> ChromTable:
        names = read_small(self, schema.CHROM_NAMES, "S")
        lengths = read_small(self, schema.CHROM_LENGTHS, "i")
        try:
            table = ChromTable(
                tuple(n.decode("utf-8") for n in names.tolist()), tuple(lengths.tolist())
            )
        except (UsageError, UnicodeDecodeError) as error:
            raise FormatError(f"chromosome table is damaged: {error}", where=self.path) from error
        if table.digest != self.header.chrom_digest:
            raise FormatError("chromosome table does not match its digest", where=self.path)
        return table

    def has(self, name: str) -> bool:
        """Is there an object of this name below the root? Links elsewhere are not followed."""
        at: Any = self.id
        head, _, rest = name.partition("/")
        try:
            while at.links.exists(head.encode()):
                if not rest:
                    return True
                if at.links.get_info(head.encode()).type != h5l.TYPE_HARD:
                    return True  # opening it says why not
                at = h5g.open(at, head.encode())
                head, _, rest = rest.partition("/")
            return False
        except (OSError, RuntimeError, KeyError, ValueError) as error:
            raise damaged(self.path, error) from error

    def dataset(self, name: str) -> Stored:
        """Open a dataset by path after the checks that need no knowledge of its content."""
        try:
            self._check_links(name)
            return _plain(h5d.open(self.id, name.encode()), name, self.path)
        except (OSError, RuntimeError, KeyError, ValueError, TypeError) as error:
            if isinstance(error, FormatError):
                raise
            raise damaged(self.path, error, name) from error

    def _check_links(self, name: str) -> None:
        """Refuse soft, external and user-defined links on the way to `name`."""
        at: Any = self.id
        head, _, rest = name.partition("/")
        while True:
            if not at.links.exists(head.encode()):
                raise FormatError(f"dataset {name} is missing", where=self.path)
            if at.links.get_info(head.encode()).type != h5l.TYPE_HARD:
                raise FormatError(f"{name} is a link; links are not allowed", where=self.path)
            if not rest:
                return
            at = h5g.open(at, head.encode())
            head, _, rest = rest.partition("/")


@dataclass(frozen=True)
class Stored:
    """A dataset and how it is stored; `chunk` is empty for a contiguous one."""

    id: Any
    shape: tuple[int, ...]
    dtype: np.dtype[Any]
    chunk: tuple[int, ...]
    filters: tuple[int, ...]
    creation: Any


def _plain(found: Any, name: str, path: Path) -> Stored:
    """Describe a dataset; raise `FormatError` unless it is stored in a way the format allows."""
    creation = found.get_create_plist()
    kind = found.get_type()
    layout = creation.get_layout()
    chunk: tuple[int, ...] = ()
    filters: tuple[int, ...] = ()
    dtype = next((d for stored, d in _TYPES if kind.equal(stored)), None) or _text_type(kind)
    problem = ""
    if found.shape is None:
        problem = "has no shape"
    elif layout not in (h5d.CHUNKED, h5d.CONTIGUOUS):
        problem = "is neither chunked nor contiguous"
    elif layout == h5d.CONTIGUOUS and creation.get_external_count():
        problem = "keeps its values in another file"
    elif dtype is None:
        problem = "is of a type that is not allowed"
    elif layout == h5d.CHUNKED:
        chunk = creation.get_chunk()
        filters = tuple(creation.get_filter(i)[0] for i in range(creation.get_nfilters()))
        n_bytes = math.prod(chunk) * dtype.itemsize
        if n_bytes > schema.MAX_CHUNK_BYTES:
            problem = f"has chunks of {n_bytes} bytes"
        elif any(code not in _FILTERS for code in filters):
            problem = "uses a filter that is not allowed"
        elif filters != tuple(code for code in _FILTERS if code in filters):
            # each once and in this order: HDF5 inflates without a limit in any other place
            problem = "uses its filters in an order that is not allowed"
    if problem or dtype is None:
        raise FormatError(f"dataset {name} {problem}", where=path)
    return Stored(found, found.shape, dtype, chunk, filters, creation)


def _text_type(kind: Any) -> np.dtype[Any] | None:
    """Numpy type of fixed-length text, None for anything else."""
    if isinstance(kind, h5t.TypeStringID) and not kind.is_variable_str():
        return np.dtype(f"S{kind.get_size()}")
    return None


def read_small(file: TrackFile, name: str, kind: str) -> NDArray[Any]:
    """Read a whole 1-D table column (names, lengths, checksums) of a type kind."""
    found = file.dataset(name)
    small = len(found.shape) == 1 and found.shape[0] <= MAX_CHROMS
    if (
        not small
        or found.dtype.kind != kind
        or (found.shape[0] * found.dtype.itemsize > MAX_TABLE_BYTES)
    ):
        raise FormatError(f"dataset {name} has another type or shape", where=file.path)
    out = np.empty(found.shape, found.dtype)
    try:
        found.id.read(h5py.h5s.ALL, h5py.h5s.ALL, out, mtype=found.id.get_type())
    except (OSError, RuntimeError, ValueError) as error:
        raise damaged(file.path, error, name) from error
    return out


def damaged(path: Path, error: BaseException, name: str = "") -> FormatError:
    """Our error for what HDF5 says when it meets damage."""
    what = f"dataset {name}" if name else "the file"
    reason = str(error).split("(", 1)[-1].rstrip(")'\" ") or type(error).__name__
    return FormatError(
        f"{what} is damaged ({reason})", where=path, fix="Copy it again from its source"
    )


def _open_regular(path: Path) -> tuple[int, os.stat_result]:
    """Descriptor and status of a regular file (never waits on a pipe)."""
    try:
        fd = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)
    except (FileNotFoundError, NotADirectoryError):
        raise MissingFileError("there is no such file", where=path) from None
    except OSError as error:
        raise FormatError(f"cannot be opened ({error.strerror})", where=path) from error
    except ValueError as error:  # a NUL in the path
        raise MissingFileError("there is no such file", where=repr(str(path))) from error
    status = os.fstat(fd)
    if not stat.S_ISREG(status.st_mode):
        os.close(fd)
        raise FormatError("not a regular file", where=path)
    return fd, status


def _cannot_open(path: Path, error: OSError, size: int) -> FormatError:
    text = str(error)
    if "signature not found" in text:
        empty = size == 0
        problem = "empty" if empty else "not an HDF5 file"
        return FormatError(problem, where=path, fix="" if not empty else "Copy it again")
    if "truncated" in text:
        return FormatError("truncated: shorter than it says", where=path, fix="Copy it again")
    if error.errno:
        return FormatError(f"cannot be opened ({os.strerror(error.errno)})", where=path)
    return damaged(path, error)


__all__ = ["MAX_CHROMS", "Stored", "TrackFile", "damaged", "read_small"]
