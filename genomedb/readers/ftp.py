"""Files on an FTP server: which there are by a pattern, and how to get one."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from contextlib import contextmanager
from fnmatch import fnmatchcase
from ftplib import FTP, all_errors
from pathlib import Path
from urllib.parse import unquote, urlsplit

from genomedb.errors import MissingFileError, UsageError

__all__ = ["fetch", "is_ftp", "list_matching"]
_SECONDS = 60
_PORT = 21


def is_ftp(path: str) -> bool:
    """Is it the address of something on an FTP server?"""
    return path.lower().startswith("ftp://")


def list_matching(url: str) -> list[str]:
    """Names of the files in a folder that a pattern matches, sorted.

    Parameters
    ----------
    url : str
        Such as ``ftp://host/folder/*.wig.gz``; only the last part may have wildcards.

    Raises
    ------
    MissingFileError
        The server or folder cannot be reached.
    UsageError
        The address has no host.
    """
    pattern = posixpath.basename(unquote(urlsplit(url).path))
    with _folder(url) as server:
        names = [posixpath.basename(name) for name in server.nlst()]
    return sorted(name for name in names if fnmatchcase(name, pattern))


def fetch(url: str, name: str, path: Path) -> None:
    """Get one file of the folder of an address.

    Parameters
    ----------
    url : str
        As of `list_matching`.
    name : str
        Of the file.
    path : Path
        Where it is put.

    Raises
    ------
    MissingFileError
        It cannot be had.
    """
    with _folder(url) as server, path.open("wb") as out:
        server.retrbinary(f"RETR {name}", out.write)


@contextmanager
def _folder(url: str) -> Iterator[FTP]:
    """A connection that is in the folder of an address."""
    parts = urlsplit(url)
    if not parts.hostname:
        raise UsageError("there is no host", where=url, fix="Write ftp://host/folder/*.wig.gz")
    try:
        with FTP(timeout=_SECONDS) as server:
            server.connect(parts.hostname, parts.port or _PORT)
            server.login(unquote(parts.username or ""), unquote(parts.password or ""))
            server.cwd(posixpath.dirname(unquote(parts.path)) or "/")
            yield server
    except all_errors as error:
        shown = parts._replace(netloc=parts.hostname).geturl()  # without a password
        raise MissingFileError(f"cannot be had: {error}", where=shown) from error
