"""Files for HDF5's file-object driver, in which no Python code runs.

A signal handler (Ctrl-C) may raise at any step of Python code. Between two steps inside a callback
of HDF5 that would be a failed read or write in the middle of its work, and the exception would be
lost. In compiled methods it waits until HDF5 has returned.
"""

import os

from posix.unistd cimport close, getpid


cdef class ReadFile:
    """A read-only file by positional reads of one descriptor, which it closes in the end.

    HDF5 takes no locks through it, never sees the path, and does not mistake the file for one
    that the same process has open with h5py under other settings.
    """

    cdef readonly int fd
    cdef object size, at

    def __cinit__(self, int fd, size):
        self.fd, self.size, self.at = fd, size, 0

    def __dealloc__(self):
        close(self.fd)

    def seek(self, offset, whence=0):
        """Move the position; HDF5 asks for the size this way too."""
        self.at = offset + (0 if whence == 0 else self.at if whence == 1 else self.size)
        return self.at

    def tell(self):
        """Position."""
        return self.at

    def readinto(self, buffer):
        """Fill `buffer` from the position as far as the file goes."""
        # damaged metadata may name places that no file has
        got = os.preadv(self.fd, [buffer], self.at) if self.at < self.size else 0
        self.at = self.at + got
        return got

    def flush(self):
        """Nothing is buffered."""


cdef class WriteFile:
    """A read-write file that keeps the first I/O error instead of letting HDF5 meet it.

    Every write succeeds: after the first real failure, what HDF5 writes is kept in memory, so
    that what it reads back is consistent and the file can be closed in peace. In a forked child
    nothing is written: the file is its parent's.

    Attributes
    ----------
    error : OSError or None
        The first failure of a read, write or truncation.
    interrupt : BaseException or None
        What a signal handler raised meanwhile.
    """

    cdef object fd, at, size, unwritten
    cdef int owner
    cdef readonly object error, interrupt

    def __init__(self, fd):
        self.fd, self.at, self.size, self.unwritten = fd, 0, os.fstat(fd).st_size, {}
        self.error = self.interrupt = None
        self.owner = getpid()

    def fileno(self):
        """Descriptor under the file."""
        return self.fd

    def seek(self, offset, whence=0):
        """Move the position; HDF5 seeks before each read and write, and to learn the size."""
        self.at = offset + (0 if whence == 0 else self.at if whence == 1 else self.size)
        return self.at

    def tell(self):
        """Position."""
        return self.at

    def write(self, data):
        """Write all of `data` at the position; never fails."""
        view = memoryview(data).cast("B")
        n = len(view)
        done = 0
        if getpid() != self.owner:
            done = n
        while done < n and self.error is None:
            try:
                done = done + os.pwrite(self.fd, view[done:], self.at + done)
            except OSError as error:
                self.error = error
            except BaseException as interrupt:
                self.interrupt = interrupt
        if self.error is not None:
            self.unwritten[self.at] = bytes(view)
        self.at = self.at + n
        self.size = max(self.size, self.at)
        return n

    def readinto(self, buffer):
        """Fill `buffer` from the position; what was never written reads as zeros."""
        view = memoryview(buffer).cast("B")
        got = None
        while got is None:
            try:
                got = os.preadv(self.fd, [view], self.at)
            except OSError as error:
                self.error = self.error or error
                got = 0
            except BaseException as interrupt:
                self.interrupt = interrupt
        view[got:] = bytes(len(view) - got)
        for start, data in self.unwritten.items():
            low, high = max(start, self.at), min(start + len(data), self.at + len(view))
            if low < high:
                view[low - self.at : high - self.at] = data[low - start : high - start]
        self.at = self.at + len(view)
        return len(view)

    def read(self, n):
        """Return the `n` bytes at the position."""
        data = bytearray(n)
        self.readinto(data)
        return bytes(data)

    def truncate(self, size=None):
        """Set the size; a failure is kept."""
        size = self.at if size is None else size
        if self.error is None and getpid() == self.owner:
            try:
                os.ftruncate(self.fd, size)
            except OSError as error:
                self.error = error
            except BaseException as interrupt:
                self.interrupt = interrupt
        self.size = size
        return size

    def flush(self):
        """Nothing is buffered."""
