"""The file object HDF5 writes through: keeps the first I/O error instead of letting HDF5 meet it.

HDF5 swallows a failing write while it closes a file and may crash afterwards. Behind this sink
every write succeeds: after the first real failure, what HDF5 writes is kept in memory, so that
what it reads back is consistent and the file can be closed in peace. Then the error is raised.
"""

from __future__ import annotations

import os

from genomedb.errors import WriteError


class Sink:
    """A read-write file for HDF5's file-object driver.

    Attributes
    ----------
    error : OSError or None
        The first failure of a write, truncation or flush.
    """

    def __init__(self, fd: int) -> None:
        self._fd = fd
        self._at = 0
        self._size = os.fstat(fd).st_size
        self._unwritten: dict[int, bytes] = {}
        self.error: OSError | None = None

    def fileno(self) -> int:
        """Descriptor under the sink."""
        return self._fd

    def seek(self, offset: int, whence: int = 0) -> int:
        """Move the position; HDF5 seeks before each read and write, and to learn the size."""
        base = 0 if whence == 0 else self._at if whence == 1 else self._size
        self._at = base + offset
        return self._at

    def tell(self) -> int:
        """Position."""
        return self._at

    def write(self, data: memoryview) -> int:
        """Write all of `data` at the position; never fails."""
        view = memoryview(data).cast("B")
        if self.error is None:
            try:
                done = 0
                while done < len(view):
                    done += os.pwrite(self._fd, view[done:], self._at + done)
            except OSError as error:
                self.error = error
        if self.error is not None:
            self._unwritten[self._at] = bytes(view)
        self._at += len(view)
        self._size = max(self._size, self._at)
        return len(view)

    def readinto(self, buffer: memoryview) -> int:
        """Fill `buffer` from the position; what was never written reads as zeros."""
        view = memoryview(buffer).cast("B")
        try:
            got = os.preadv(self._fd, [view], self._at)
        except OSError as error:
            self.error = self.error or error
            got = 0
        view[got:] = bytes(len(view) - got)
        for start, data in self._unwritten.items():
            low, high = max(start, self._at), min(start + len(data), self._at + len(view))
            if low < high:
                view[low - self._at : high - self._at] = data[low - start : high - start]
        self._at += len(view)
        return len(view)

    def read(self, n: int) -> bytes:
        """Return the `n` bytes at the position."""
        data = bytearray(n)
        self.readinto(memoryview(data))
        return bytes(data)

    def truncate(self, size: int | None = None) -> int:
        """Set the size; a failure is kept."""
        size = self._at if size is None else size
        if self.error is None:
            try:
                os.ftruncate(self._fd, size)
            except OSError as error:
                self.error = error
        self._size = size
        return size

    def flush(self) -> None:
        """Nothing is buffered."""

    def check(self, where: object) -> None:
        """Raise the kept error, if there is one, naming the file that was to be written."""
        if self.error is not None:
            raise write_error(self.error, where) from self.error


def write_error(error: OSError, where: object) -> WriteError:
    """Our error for a failed system call on an output."""
    import errno

    ways_out = {
        errno.ENOSPC: "Free some space or write elsewhere",
        errno.EDQUOT: "Your quota is used up: free some space or write elsewhere",
        errno.EFBIG: "A file-size limit (ulimit -f) is in force: raise it or use larger bins",
        errno.EACCES: "Ask for write permission there or write elsewhere",
        errno.EPERM: "Ask for write permission there or write elsewhere",
        errno.EROFS: "The file system is read-only: write elsewhere",
    }
    problem = f"cannot be written ({os.strerror(error.errno) if error.errno else error})"
    raised = WriteError(problem, where=str(where), fix=ways_out.get(error.errno or 0, ""))
    raised.errno = error.errno
    return raised
