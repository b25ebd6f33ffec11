"""TrackFile: one published file, open for reading with suspicion and without locks.

A file comes from anywhere. Before a value of it is read: it is a regular file, its checksummed
metadata are sound (seen by our own reader of them where it can, else by HDF5), it says it is
ours, and each dataset touched is plain (hard link, chunked or contiguous in the file itself,
only deflate, shuffle and Fletcher-32, the type and shape that the header and the chromosome
table promise).
"""

from __future__ import annotations

import atexit
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
from h5py import h5a, h5d, h5f, h5g, h5l, h5p

from genomedb.core.chroms import ChromTable
from genomedb.core.lazy import lazy
from genomedb.errors import FormatError, MissingFileError
from genomedb.kernels.fileobject import ReadFile
from genomedb.storage import attrs, schema
from genomedb.storage.quick import Metadata, Unusual
from genomedb.storage.stored import Stored, damaged, from_hdf5, from_quick

_NUMBER = re.compile(r"[1-9][0-9]{0,17}")  # a version or a bin size

_LEGACY = (
    "It is of the library `genome`: open its database, which is only read, or make one of ours "
    "(genomedb convert --legacy)"
)

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
            file._hdf5.close()


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
    elif layout not in schema.LAYOUTS:
        problem = f"layout {layout!r} is not known"
    elif kind not in schema.WITHOUT_DTYPE and dtype not in schema.VALUE_DTYPES:
        problem = f"dtype {dtype!r} is not allowed"
    elif kind in schema.BINNED and header.bin_size < 1:
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
        self._hdf5: Any = None
        self.quick = self._look_quickly()
        self.header = self._read_header()
        self.table: ChromTable | None = None  # what `chroms_of` has read of it
        self.shared: Any = None  # what `layout.shared_of` has read of it

    def _look_quickly(self) -> Metadata | None:
        """Our own reader of HDF5 metadata, where it understands the file."""
        try:
            found = Metadata(self.fd, self.status.st_size)
        except Unusual:
            return None
        return found if found.version == schema.SUPERBLOCK else None

    @property
    def id(self) -> Any:
        """The file as HDF5 opens it, opened when first asked for."""
        with _phil:  # not a lock of our own: a fork waits for this one, see above
            if self._hdf5 is None:
                self._hdf5 = self._open_by_hdf5()
                _OPEN.add(self)
            return self._hdf5

    def _open_anything(self) -> Any:
        """The file as HDF5 opens it, whoever wrote it."""
        access = h5p.create(h5p.FILE_ACCESS)
        access.set_fclose_degree(h5f.CLOSE_STRONG)  # nothing of it outlives the file
        access.set_fileobj_driver(h5py.h5fd.fileobj_driver, self._bytes)
        try:
            opened = h5f.open(os.fsencode(self.path), h5f.ACC_RDONLY, access)
        except OSError as error:
            raise _cannot_open(self.path, error, self.status.st_size) from error
        except (RuntimeError, KeyError, ValueError, TypeError) as error:
            if _is_located(error):
                raise
            raise damaged(self.path, error) from error
        return opened

    def _open_by_hdf5(self) -> Any:
        opened = self._open_anything()
        # metadata must carry checksums, and the file begin with nothing else
        creation = opened.get_create_plist()
        if creation.get_version()[0] != schema.SUPERBLOCK or creation.get_userblock():
            pytables = is_pytables(opened)
            opened.close()
            raise FormatError(
                "HDF5, but not a genomedb track (its metadata have no checksums)",
                where=self.path,
                fix=_LEGACY if pytables else "Write it with the library bounds v110",
            )
        return opened

    def _read_header(self) -> Header:
        try:
            text = self._header_text()
            version = None if text is not None else attrs.read(self.id, b"format_version")
        except (OSError, RuntimeError, KeyError, ValueError) as error:
            if _is_located(error):
                raise
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

    def _header_text(self) -> str | int | float | None:
        if self.quick is not None:
            try:
                return self.quick.attribute(schema.HEADER)
            except Unusual:
                self.quick = None
        return attrs.read(self.id, schema.HEADER.encode())

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
        if self.quick is not None:
            try:
                return self.quick.attributes()
            except Unusual:
                pass  # one of a type not allowed, or damage: HDF5 tells
        try:
            return attrs.read_all(self.id)
        except (OSError, RuntimeError, KeyError, ValueError) as error:
            if _is_located(error):
                raise
            raise damaged(self.path, error) from error

    def has(self, name: str) -> bool:
        """Is there an object of this name below the root? Links elsewhere are not followed."""
        if self.quick is not None:
            try:
                return self.quick.dataset(name) is not None
            except Unusual:
                pass  # perhaps a group, perhaps damage: HDF5 tells
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
            if _is_located(error):
                raise
            raise damaged(self.path, error) from error

    def members(self, group: str) -> list[str]:
        """Names in a group, in no order; none when there is no such group."""
        if not self.has(group):
            return []
        try:
            self._check_links(group)
            found = h5g.open(self.id, group.encode())
            return [raw.decode("utf-8", errors="replace") for raw in found]
        except (OSError, RuntimeError, KeyError, ValueError, TypeError) as error:
            if _is_located(error):
                raise
            raise damaged(self.path, error, group) from error

    def dataset(self, name: str) -> Stored:
        """Find a dataset by path, after the checks that need no knowledge of its content."""
        if self.quick is not None:
            try:
                found = self.quick.dataset(name)
            except Unusual:
                found = None
            if found is not None:
                return from_quick(found, name, self.path)
        try:
            return from_hdf5(self.hdf5_dataset(name), name, self.path)
        except (OSError, RuntimeError, KeyError, ValueError, TypeError) as error:
            if _is_located(error):
                raise
            raise damaged(self.path, error, name) from error

    def hdf5_dataset(self, name: str) -> Any:
        """Open a dataset with HDF5."""
        try:
            self._check_links(name)
            return h5d.open(self.id, name.encode())
        except (OSError, RuntimeError, KeyError, ValueError, TypeError) as error:
            if _is_located(error):
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


def is_pytables(opened: Any) -> bool:
    """Did PyTables write this open file?"""
    try:
        return bool(h5a.exists(h5g.open(opened, b"/"), b"PYTABLES_FORMAT_VERSION"))
    except (OSError, RuntimeError, KeyError, ValueError, TypeError):
        return False


def _is_located(error: Exception) -> bool:
    """Is this one of our errors, and does it name the file already?"""
    return isinstance(error, FormatError) and error.where is not None


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


__all__ = ["Header", "TrackFile"]
