"""The file object HDF5 writes through: keeps the first I/O error instead of letting HDF5 meet it.

HDF5 swallows a failing write while it closes a file and may crash afterwards. Behind this sink
every write succeeds: after the first real failure, what HDF5 writes is kept in memory, so that
what it reads back is consistent and the file can be closed in peace. Then the error is raised.
"""

from __future__ import annotations

import os

from genomedb.errors import WriteError
from genomedb.kernels.fileobject import WriteFile


class Sink(WriteFile):
    """A read-write file for HDF5's file-object driver."""

    def check(self, where: object) -> None:
        """Raise what was kept, if anything: an error names the file that was to be written."""
        if self.interrupt is not None:
            raise self.interrupt
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
