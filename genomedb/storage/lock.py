"""One writer per track: a lock file that names its holder and outlives no dead process.

The file ``.<name>.lock`` is created whole by a hard link, so it is never seen empty. Its holder
keeps a ``flock`` on it, which the system drops when the process ends however it ends; a newcomer
that gets the ``flock`` owns the track, even over a leftover file. Where ``flock`` does not work
(some network file systems) only the file counts: it is taken over when it names a process of
this machine that is gone, and otherwise the error says whom to look for.
"""

from __future__ import annotations

import errno
import fcntl
import json
import os
import re
import secrets
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from genomedb.errors import LockedError
from genomedb.storage.sink import write_error

_NO_FLOCK = (errno.ENOLCK, errno.ENOSYS, errno.EOPNOTSUPP, errno.EINVAL, errno.EPERM, errno.EACCES)


def lock_path(path: Path) -> Path:
    """Lock file of a track file."""
    return path.with_name(f".{path.name}.lock")


def started(pid: int) -> str:
    """When a process of this machine started, as the system counts it; empty if unknown."""
    try:
        text = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return ""
    return text.rpartition(")")[2].split()[19]


def is_alive(pid: int, start: str) -> bool:
    """Is the process that wrote (pid, start) still running on this machine?"""
    now = started(pid)
    if now or Path("/proc/self/stat").exists():
        return bool(now) and (not start or now == start)
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def host() -> str:
    """Name of this machine as it stands in file names."""
    return re.sub(r"[^A-Za-z0-9.]", "_", socket.gethostname())[:60]


def tag() -> str:
    """Ending that makes the name of an unfinished file unique, and tells whose it is."""
    return f"{host()}-{os.getpid()}-{started(os.getpid())}-{secrets.token_hex(4)}"


def _me() -> bytes:
    holder = {
        "host": socket.gethostname(),
        "pid": os.getpid(),
        "start": started(os.getpid()),
        "since": time.strftime("%Y-%m-%d %H:%M:%S"),
    }
    return json.dumps(holder).encode()


@contextmanager
def writer_lock(path: Path, *, make_folder: bool = False) -> Iterator[None]:
    """Hold the right to write `path`.

    Parameters
    ----------
    path : Path
        What will be written.
    make_folder : bool
        Make its folder again when somebody who removed the last track in it took it away.

    Raises
    ------
    LockedError
        If somebody else holds it: names host, process and since when.
    WriteError
        If no lock file can be made beside the track.
    """
    lock = lock_path(path)
    try:
        fd = _acquire(path, lock, make_folder=make_folder)
    except LockedError:
        raise
    except OSError as error:
        raise write_error(error, path) from error
    holder = os.getpid()
    try:
        yield
    finally:
        # while we hold the flock nobody else can own this name; a forked child holds nothing
        with suppress(OSError):
            if os.getpid() == holder and _same_file(fd, lock):
                lock.unlink()
        with suppress(OSError):
            os.close(fd)


def _acquire(path: Path, lock: Path, *, make_folder: bool) -> int:
    for _ in range(100):
        try:
            fd = _create(lock)
        except FileNotFoundError:
            if not make_folder:
                raise
            with suppress(FileNotFoundError):  # its parent went too: the next turn makes it
                path.parent.mkdir(parents=True, exist_ok=True)
            continue
        if fd is None:
            fd = _take_over(path, lock)
        if fd is not None:
            return fd
    raise LockedError("other writers come and go", where=path, fix="Try again later")


def _create(lock: Path) -> int | None:
    """Make the lock file, whole and already locked; None when the name is taken."""
    draft = lock.with_name(f"{lock.name}-{tag()}")
    fd = os.open(draft, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o644)
    try:
        os.write(fd, _me())
        _flock(fd)
        os.link(draft, lock)
    except FileExistsError:
        os.close(fd)
        return None
    except OSError as error:
        os.close(fd)
        if error.errno in (errno.EPERM, errno.EOPNOTSUPP, errno.ENOSYS, errno.EMLINK):
            return _create_exclusive(lock)  # a file system without hard links
        raise
    finally:
        with suppress(OSError):
            draft.unlink(missing_ok=True)
    return fd


def _create_exclusive(lock: Path) -> int | None:
    try:
        fd = os.open(lock, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o644)
    except FileExistsError:
        return None
    try:
        _flock(fd)
        os.write(fd, _me())
    except OSError:
        os.close(fd)
        lock.unlink(missing_ok=True)
        raise
    return fd


def _take_over(path: Path, lock: Path) -> int | None:
    """Own a leftover lock file; None to start again; LockedError when its holder lives."""
    try:
        fd = os.open(lock, os.O_RDWR | os.O_CLOEXEC | os.O_NOFOLLOW)
    except FileNotFoundError:
        return None
    except PermissionError as error:
        raise _locked(path, lock, b"") from error
    try:
        content = os.pread(fd, 4096, 0)
        works = _flock(fd)
    except OSError:
        os.close(fd)
        raise
    if works is False or not _is_leftover(content, flocked=works is True):
        os.close(fd)
        raise _locked(path, lock, content)
    if not _same_file(fd, lock):  # its holder finished meanwhile
        os.close(fd)
        return None
    try:
        os.ftruncate(fd, 0)
        os.pwrite(fd, _me(), 0)
    except OSError:
        os.close(fd)
        raise
    return fd


def remove_dead(lock: Path) -> bool:
    """Remove a lock file whose holder is a process of this machine that is gone."""
    try:
        fd = os.open(lock, os.O_RDWR | os.O_CLOEXEC | os.O_NOFOLLOW)
    except OSError:
        return False
    try:
        content = os.pread(fd, 4096, 0)
        works = _flock(fd)
        dead = works is not False and _is_leftover(content, flocked=works is True)
        if not dead or not _same_file(fd, lock):
            return False
        lock.unlink()
        return True
    finally:
        os.close(fd)


def _flock(fd: int) -> bool | None:
    """True: ours; False: somebody else's; None: flock does not work here."""
    try:
        fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError as error:
        if error.errno in _NO_FLOCK:
            return None
        raise
    return True


def _is_leftover(content: bytes, *, flocked: bool) -> bool:
    """May this lock file be taken over? Its flock, where it works, decides on this machine."""
    holder = _read(content)
    if holder.get("host") != socket.gethostname():
        return flocked and not content  # made without hard links by a process killed at once
    if flocked:
        return True
    return not is_alive(int(str(holder["pid"])), str(holder.get("start", "")))


def _read(content: bytes) -> dict[str, object]:
    with suppress(ValueError):
        holder = json.loads(content)
        if isinstance(holder, dict) and isinstance(holder.get("pid"), int):
            return holder
    return {}


def _same_file(fd: int, path: Path) -> bool:
    try:
        return os.path.samestat(os.fstat(fd), path.stat(follow_symlinks=False))
    except FileNotFoundError:
        return False


def _locked(path: Path, lock: Path, content: bytes) -> LockedError:
    who = _read(content)
    holder = (
        f"process {who['pid']} on {who.get('host')} since {who.get('since')}"
        if who
        else "another process"
    )
    return LockedError(
        f"being written by {holder}",
        where=path,
        fix=f"Wait for it, or delete {lock.name} if that process is gone",
    )
