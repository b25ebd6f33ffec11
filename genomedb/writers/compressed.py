"""Files that take their name only once they are whole; plain, gzip or zstd."""

from __future__ import annotations

import errno
import os
import sys
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO, Final, Protocol

import deflate

from genomedb.errors import MissingDependencyError, UsageError, WriteError

STDOUT: Final = "-"
_BGZF_HEADER: Final = bytes.fromhex("1f8b08040000000000ff060042430200")
_BGZF_END: Final = bytes.fromhex("1f8b08040000000000ff0600424302001b0003000000000000000000")
_BGZF_BLOCK: Final = 65_280
_LEVEL: Final = 6
_ZSTD_LEVEL: Final = 3
_BUFFER: Final = 1_000_000
_NO_LINKS: Final = (errno.EPERM, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS, errno.EMLINK)


class Output(Protocol):
    """What writers write to."""

    def write(self, data: bytes, /) -> object:
        """Write all of the bytes."""
        ...


class _Bgzip:
    """Gzip in blocks of 64 KB, as bgzip writes it; the same input gives the same bytes."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._waiting = bytearray()

    def write(self, data: bytes, /) -> int:
        self._waiting += data
        if len(self._waiting) >= _BUFFER:
            self._flush(len(self._waiting) // _BGZF_BLOCK * _BGZF_BLOCK)
        return len(data)

    def _flush(self, size: int) -> None:
        for first in range(0, size, _BGZF_BLOCK):
            block = bytes(self._waiting[first : min(first + _BGZF_BLOCK, size)])
            packed = deflate.deflate_compress(block, _LEVEL)
            self._file.write(
                _BGZF_HEADER
                + (len(packed) + len(_BGZF_HEADER) + 9).to_bytes(2, "little")
                + packed
                + deflate.crc32(block).to_bytes(4, "little")
                + len(block).to_bytes(4, "little")
            )
        del self._waiting[:size]

    def finish(self) -> None:
        self._flush(len(self._waiting))
        self._file.write(_BGZF_END)


class _Zstd:
    """One zstd frame with a checksum; the same input gives the same bytes."""

    def __init__(self, file: BinaryIO, compressor: Any) -> None:
        self._file = file
        self._packing = compressor.compressobj()

    def write(self, data: bytes, /) -> int:
        self._file.write(self._packing.compress(data))
        return len(data)

    def finish(self) -> None:
        self._file.write(self._packing.flush())


def _zstd_compressor(path: str | Path) -> Any:
    try:
        import zstandard
    except ImportError as error:
        raise MissingDependencyError(
            "writing zstd needs zstandard",
            where=path,
            fix="pip install 'genomedb[zstd]', or name the file .gz",
        ) from error
    return zstandard.ZstdCompressor(level=_ZSTD_LEVEL, write_checksum=True)


@contextmanager
def publish_file(path: str | Path, *, overwrite: bool = False) -> Iterator[Path]:
    """Name of a hidden part file that becomes `path` when the block ends well.

    Parameters
    ----------
    path : str or Path
        Destination.
    overwrite : bool
        Replace a file that is there already.

    Yields
    ------
    Path
        In the folder of the destination; removed when the block fails.

    Raises
    ------
    WriteError
        If the destination exists, or cannot be written.
    """
    if "\0" in str(path):
        raise WriteError("cannot be a file name", where=repr(str(path)))
    final = Path(path)
    part = final.with_name(f".{final.name[:100]}.part-{os.getpid()}-{uuid.uuid4().hex[:8]}")
    try:
        if final.is_dir():
            raise WriteError("is a directory", where=path)
        if not overwrite and os.path.lexists(final):
            raise _there_already(path)
        if not final.parent.is_dir():
            raise WriteError(f"folder {final.parent} does not exist", where=path)
        yield part
        _sync(part, os.O_RDWR)
        _publish(part, final, overwrite=overwrite)
        _sync(final.parent, os.O_RDONLY)
    except WriteError:
        raise
    except OSError as error:
        raise WriteError(f"cannot be written: {error.strerror or error}", where=path) from error
    finally:
        _remove(part)


def _there_already(path: str | Path) -> WriteError:
    return WriteError("there already", where=path, fix="Ask to overwrite it")


def _remove(part: Path) -> None:
    """Remove a part file; one that was never made, or lost its folder, is removed already."""
    try:
        part.unlink(missing_ok=True)
    except OSError:
        return


def _sync(path: Path, flags: int) -> None:
    handle = os.open(path, flags)
    try:
        os.fsync(handle)
    except OSError as error:
        if error.errno not in (errno.EINVAL, errno.ENOTSUP, errno.EBADF):  # folders of some systems
            raise
    finally:
        os.close(handle)


def _publish(part: Path, final: Path, *, overwrite: bool) -> None:
    """Give the part its name; a link fails where a rename would replace."""
    if overwrite:
        part.replace(final)
        return
    try:
        os.link(part, final)
    except FileExistsError as error:
        raise _there_already(final) from error
    except OSError as error:
        if error.errno not in _NO_LINKS:
            raise
        if os.path.lexists(final):
            raise _there_already(final) from error
        part.replace(final)


@contextmanager
def open_output(path: str | Path, *, overwrite: bool = False) -> Iterator[Output]:
    """Open a file for writing bytes: gzip for ``.gz`` or ``.bgz``, zstd for ``.zst``, else plain.

    Parameters
    ----------
    path : str or Path
        ``"-"`` is standard output. A file appears under its name once it is complete.
    overwrite : bool
        Replace a file that is there already.

    Yields
    ------
    Output
        Has ``write(bytes)``.

    Raises
    ------
    WriteError
        If the file exists, the disk is full, or it cannot be written for another reason.
    MissingDependencyError
        For zstd without the package zstandard.
    """
    if str(path) == STDOUT:
        stream = getattr(sys.stdout, "buffer", None)
        if stream is None:
            raise UsageError("standard output is closed")
        try:
            yield stream
            stream.flush()
        except OSError as error:
            if isinstance(error, WriteError):
                raise
            raise WriteError(f"cannot be written: {error.strerror}", where="<stdout>") from error
        return
    name = str(path).lower()
    zstd = _zstd_compressor(path) if name.endswith(".zst") else None
    with (
        publish_file(path, overwrite=overwrite) as part,
        part.open("xb", buffering=_BUFFER) as file,
    ):
        if zstd is None and not name.endswith((".gz", ".bgz")):
            yield file
        else:
            packed = _Bgzip(file) if zstd is None else _Zstd(file, zstd)
            yield packed
            packed.finish()
        file.flush()
