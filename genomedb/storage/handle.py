"""TrackFile: one published file, open for reading with suspicion and without locks.

A file comes from anywhere. Before a value of it is read: it is a regular file, HDF5 accepts
its checksummed metadata, it says it is ours, and each dataset touched is plain (hard link,
chunked or contiguous in the file itself, only deflate, shuffle and Fletcher-32, the type and
shape that the header and the chromosome table promise).
"""

from __future__ import annotations

import os
import stat
import threading
from contextlib import suppress
from pathlib import Path
from typing import Any

import h5py
import numpy as np
from h5py import h5d, h5f, h5g, h5l, h5p, h5t, h5z
from numpy.typing import NDArray

from genomedb.core.chroms import ChromTable
from genomedb.errors import FormatError, MissingFileError, UsageError
from genomedb.storage import attrs, schema

_FILTERS = (h5z.FILTER_SHUFFLE, h5z.FILTER_DEFLATE, h5z.FILTER_FLETCHER32)
_PLAIN_TYPES = (h5t.TypeIntegerID, h5t.TypeFloatID, h5t.TypeStringID)
MAX_CHROMS = 20_000_000

# Nobody is inside HDF5 while the process forks, so a child finds the library in order.
_phil = h5py._objects.phil
os.register_at_fork(
    before=_phil.acquire, after_in_parent=_phil.release, after_in_child=_phil.release
)



class _PositionedFile:
    """A read-only file for HDF5's file-object driver, by positional reads of one descriptor.

    HDF5 takes no locks through it, never sees the path, and does not mistake the file for one
    that the same process has open with h5py under other settings.
    """

    def __init__(self, fd: int, size: int) -> None:
        self._fd, self._size, self._at = fd, size, 0

    def seek(self, offset: int, whence: int = 0) -> int:
        self._at = offset + (0 if whence == 0 else self._at if whence == 1 else self._size)
        return self._at

    def tell(self) -> int:
        return self._at

    def readinto(self, buffer: memoryview) -> int:
        got = os.preadv(self._fd, [buffer], self._at)
        self._at += got
        return got

    def flush(self) -> None:
        pass


class TrackFile:
    """An open file of the format; cheap to make, safe to share between threads.

    Attributes
    ----------
    path : Path
        Where it was opened; a replaced file keeps answering as it was.
    header : dict
        The structural root attributes.
    fd : int
        Descriptor for positional reads and maps.
    """

    def __init__(self, path: str | os.PathLike[str]) -> None:
        self.path = Path(path)
        self.fd, self.status = _open_regular(self.path)
        access = h5p.create(h5p.FILE_ACCESS)
        access.set_fileobj_driver(
            h5py.h5fd.fileobj_driver, _PositionedFile(self.fd, self.status.st_size)
        )
        try:
            self.id = h5f.open(os.fsencode(path), h5f.ACC_RDONLY, access)
        except OSError as error:
            raise _cannot_open(self.path, error) from error
        self.header = self._read_header()
        self._chroms: ChromTable | None = None
        self._lock = threading.Lock()

    def __del__(self) -> None:
        with suppress(AttributeError, OSError):
            os.close(self.fd)

    def _read_header(self) -> dict[str, Any]:
        # the version first: a newer file may have changed everything else
        try:
            if attrs.read(self.id, b"format") != schema.FORMAT_NAME:
                raise FormatError(
                    "HDF5, but not a genomedb track (no attribute format = 'genomedb')",
                    where=self.path,
                )
            version = attrs.read(self.id, b"format_version")
            if not isinstance(version, int) or version < 1:
                raise FormatError("format_version is missing or damaged", where=self.path)
            if version > schema.FORMAT_VERSION:
                raise FormatError(
                    f"format version {version} is newer than {schema.FORMAT_VERSION}, "
                    "the newest this library reads",
                    where=self.path,
                    fix="Install a newer genomedb",
                )
            header = {
                name: attrs.read(self.id, name.encode())
                for name in (schema.TRACK_TYPE, schema.LAYOUT, schema.CHROM_DIGEST)
            }
            if header[schema.TRACK_TYPE] in (schema.DENSE, schema.SPARSE, schema.SEQUENCE):
                header[schema.DTYPE] = attrs.read(self.id, b"dtype")
                header[schema.BIN_SIZE] = attrs.read(self.id, b"bin_size")
        except (OSError, RuntimeError, KeyError, ValueError) as error:
            if isinstance(error, FormatError):
                raise
            raise damaged(self.path, error) from error
        self._check_header(header)
        return header

    def _check_header(self, header: dict[str, Any]) -> None:
        kind = header[schema.TRACK_TYPE]
        if kind not in schema.KNOWN_TYPES:
            raise FormatError(f"track type {kind!r} is not known", where=self.path)
        if header[schema.LAYOUT] != schema.PER_CHROMOSOME:
            raise FormatError(f"layout {header[schema.LAYOUT]!r} is not known", where=self.path)
        if not isinstance(header[schema.CHROM_DIGEST], str):
            raise FormatError("chrom_digest is missing", where=self.path)
        if schema.DTYPE in header:
            if header[schema.DTYPE] not in schema.VALUE_DTYPES:
                raise FormatError(f"dtype {header[schema.DTYPE]!r} is not allowed", where=self.path)
            bin_size = header[schema.BIN_SIZE]
            if kind != schema.SPARSE and (not isinstance(bin_size, int) or bin_size < 1):
                raise FormatError(f"bin_size {bin_size!r} is not allowed", where=self.path)

    @property
    def kind(self) -> str:
        """Track type."""
        return str(self.header[schema.TRACK_TYPE])

    def attributes(self) -> dict[str, str | int | float]:
        """All root attributes."""
        try:
            return attrs.read_all(self.id)
        except (OSError, RuntimeError, KeyError, ValueError) as error:
            raise damaged(self.path, error) from error

    def chroms(self, known: ChromTable | None = None) -> ChromTable:
        """Chromosome table of the file; `known` is used when its digest is the file's."""
        if known is not None and known.digest == self.header[schema.CHROM_DIGEST]:
            return known
        with self._lock:
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
        if table.digest != self.header[schema.CHROM_DIGEST]:
            raise FormatError("chromosome table does not match its digest", where=self.path)
        return table

    def has(self, name: str) -> bool:
        """Is there an object of this name below the root?"""
        try:
            return bool(name.encode() in self.id)
        except (OSError, RuntimeError, KeyError, ValueError) as error:
            raise damaged(self.path, error) from error

    def dataset(self, name: str) -> Any:
        """Open a dataset by path after the checks that need no knowledge of its content."""
        try:
            self._check_links(name)
            if not name.encode() in self.id:  # noqa: SIM300
                raise FormatError(f"dataset {name} is missing", where=self.path)
            found = h5d.open(self.id, name.encode())
            check_plain(found, name, self.path)
        except (OSError, RuntimeError, KeyError, ValueError) as error:
            if isinstance(error, FormatError):
                raise
            raise damaged(self.path, error, name) from error
        return found

    def _check_links(self, name: str) -> None:
        """Refuse soft, external and user-defined links on the way to `name`."""
        at: Any = self.id
        segments = name.split("/")
        for i, segment in enumerate(segments):
            if segment.encode() not in at:
                return
            if at.links.get_info(segment.encode()).type != h5l.TYPE_HARD:
                raise FormatError(f"{name} is a link; links are not allowed", where=self.path)
            if i + 1 < len(segments):
                at = h5g.open(at, segment.encode())


def check_plain(found: Any, name: str, path: Path) -> None:
    """Raise `FormatError` unless a dataset is stored in a way the format allows."""
    creation = found.get_create_plist()
    layout = creation.get_layout()
    problem = ""
    if layout not in (h5d.CHUNKED, h5d.CONTIGUOUS):
        problem = "is neither chunked nor contiguous"
    elif creation.get_external_count():
        problem = "keeps its values in another file"
    elif not isinstance(found.get_type(), _PLAIN_TYPES) or found.dtype.kind not in "iufS":
        problem = "is of a type that is not allowed"
    elif layout == h5d.CHUNKED:
        size = found.dtype.itemsize
        for n in creation.get_chunk():
            size *= n
        filters = [creation.get_filter(i)[0] for i in range(creation.get_nfilters())]
        if size > schema.MAX_CHUNK_BYTES:
            problem = f"has chunks of {size} bytes"
        elif any(code not in _FILTERS for code in filters):
            problem = "uses a filter that is not allowed"
    if problem:
        raise FormatError(f"dataset {name} {problem}", where=path)


def read_small(file: TrackFile, name: str, kind: str) -> NDArray[Any]:
    """Read a whole 1-D table column (names, lengths, checksums) of a type kind."""
    found = file.dataset(name)
    if len(found.shape) != 1 or found.dtype.kind != kind or found.shape[0] > MAX_CHROMS:
        raise FormatError(f"dataset {name} has another type or shape", where=file.path)
    out = np.empty(found.shape, found.dtype)
    try:
        found.read(h5py.h5s.ALL, h5py.h5s.ALL, out, mtype=found.get_type())
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
    status = os.fstat(fd)
    if not stat.S_ISREG(status.st_mode):
        os.close(fd)
        raise FormatError("not a regular file", where=path)
    return fd, status


def _cannot_open(path: Path, error: OSError) -> FormatError:
    text = str(error)
    if "signature not found" in text:
        empty = path.stat().st_size == 0
        problem = "empty" if empty else "not an HDF5 file"
        return FormatError(problem, where=path, fix="" if not empty else "Copy it again")
    if "truncated" in text:
        return FormatError("truncated: shorter than it says", where=path, fix="Copy it again")
    if error.errno:
        return FormatError(f"cannot be opened ({os.strerror(error.errno)})", where=path)
    return damaged(path, error)


__all__ = ["TrackFile", "check_plain", "damaged", "read_small"]
