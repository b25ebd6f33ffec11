"""Catalogue: what the tracks of one folder are, without opening files that did not change.

The facts of all files are kept in one hidden file in the assembly's folder. It is only ever a
copy of what the track files say: each entry counts as long as inode, times and size of its file
are what they were, and whatever is wrong with the copy, the files are read again. So it can be
deleted at any time, written by several machines at once, or not be writable at all.
"""

from __future__ import annotations

import json
import os
import re
import stat
import time
import zlib
from contextlib import suppress
from pathlib import Path
from typing import Any, NamedTuple

from genomedb.db.paths import check_inside, scan
from genomedb.errors import GenomeDBError, MissingFileError
from genomedb.storage import schema
from genomedb.storage.handle import TrackFile
from genomedb.storage.lock import host, is_alive, tag

NAME = ".catalogue"
DAMAGED = "damaged"
RACY_NS = 2_000_000_000  # a file changed so shortly before it was read may change unseen
MAX_KEPT_BYTES = 8192  # attributes of a track longer than this are not kept on disk
MAX_BYTES = 1 << 30
_TITLE = b"genomedb catalogue 1 "
_PART = re.compile(re.escape(NAME) + r"\.part-(?P<host>.*)-(?P<pid>[0-9]+)-(?P<start>[0-9]*)-\w+")

Stamp = tuple[int, ...]
Kind = tuple[str, str, int, str]
Value = str | int | float


class Facts(NamedTuple):
    """What is known of one file.

    Attributes
    ----------
    stamp : tuple of int
        Inode, times of change and size of the file that was read; empty when these could not
        tell it from a later one.
    kind : tuple
        Track type, dtype, bin size (0 where there is none) and chromosome digest.
    attributes : dict
        Attributes that people set.
    problem : str
        Why the file could not be read.
    """

    stamp: Stamp
    kind: Kind
    attributes: dict[str, Value]
    problem: str = ""


class Catalogue:
    """Facts of all tracks of one assembly's folder.

    Parameters
    ----------
    root : Path
        The assembly's folder.
    """

    def __init__(self, root: Path) -> None:
        self.root = root
        self._known: dict[str, Facts] | None = None

    def facts(self) -> dict[str, tuple[Facts, int]]:
        """Facts and size in bytes of every track, by name; only changed files are opened."""
        now = time.time_ns()
        known = load(self.root / NAME) if self._known is None else self._known
        found: dict[str, tuple[Facts, int]] = {}
        changed = 0
        for name, entry in scan(self.root):
            try:
                status = entry.stat()
                if entry.is_symlink():
                    check_inside(self.root, Path(entry.path))
            except FileNotFoundError:
                continue
            except (OSError, GenomeDBError) as error:
                found[name] = _unreadable(error), 0
                continue
            facts = known.get(name)
            size = status.st_size
            if facts is None or facts.stamp != _stamp(status):
                try:
                    facts, size = _read(Path(entry.path), now)
                except MissingFileError:
                    continue
                changed += _is_kept(facts)
            found[name] = facts, size
        if self._known is None or changed or known.keys() != found.keys():
            self._known = {name: facts for name, (facts, _) in found.items()}
        if changed or known.keys() - found.keys():
            save(self.root / NAME, self._known)
        return found


def _stamp(status: os.stat_result) -> Stamp:
    return (status.st_ino, status.st_mtime_ns, status.st_ctime_ns, status.st_size)


def _read(path: Path, now: int) -> tuple[Facts, int]:
    """Facts of a file, under the stamp of what was really opened."""
    try:
        file = TrackFile(path)
        found = file.attributes()
    except MissingFileError:
        raise
    except (GenomeDBError, OSError) as error:
        return _unreadable(error), _size(path)
    status, header = file.status, file.header
    stamp = _stamp(status)
    if status.st_ctime_ns > now - RACY_NS or abs(status.st_mtime_ns - now) < RACY_NS:
        stamp = ()
    kind = (header.track_type, header.dtype, header.bin_size, header.chrom_digest)
    attributes = {k: v for k, v in found.items() if k not in schema.STRUCTURAL}
    return Facts(stamp, kind, attributes), status.st_size


def _unreadable(error: GenomeDBError | OSError) -> Facts:
    """Facts of a file that cannot be read; never kept, for the next try may go better."""
    problem = error.problem if isinstance(error, GenomeDBError) else str(error.strerror)
    return Facts((), (DAMAGED, "", 0, ""), {}, problem)


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0


def _is_kept(facts: Facts) -> bool:
    """Do these facts go into the file?"""
    if not facts.stamp:
        return False
    texts = [v for v in facts.attributes.values() if isinstance(v, str)]
    return sum(map(len, texts)) <= MAX_KEPT_BYTES


# ---- the file


def load(path: Path) -> dict[str, Facts]:
    """What a catalogue file says; empty when there is none or anything about it is wrong."""
    try:
        data = _bytes(path)
        title, _, body = data.partition(b"\n")
        if title != _TITLE + b"%08x" % zlib.crc32(body):
            return {}
        return _entries(json.loads(body.decode("ascii")))
    except (OSError, ValueError, TypeError, LookupError, RecursionError):
        return {}


def _bytes(path: Path) -> bytes:
    fd = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    with open(fd, "rb") as file:  # noqa: PTH123 - a descriptor that follows no link
        status = os.fstat(fd)
        if not stat.S_ISREG(status.st_mode) or status.st_size > MAX_BYTES:
            return b""
        return file.read()


def _entries(document: Any) -> dict[str, Facts]:
    """Facts out of the document; `ValueError`, `TypeError` or `LookupError` where it is wrong."""
    names = _list(document["names"], str)
    stamps = _list(document["stamps"], int)
    kind_of, shape_of = _list(document["kind"], int), _list(document["shape"], int)
    values = _list(document["values"], str, int, float)
    kinds = [_kind(each) for each in _list(document["kinds"], list)]
    shapes = [_list(each, str) for each in _list(document["shapes"], list)]
    n = len(names)
    sizes = [len(shapes[i]) for i in shape_of]
    if (len(stamps), len(kind_of), len(shape_of), sum(sizes)) != (4 * n, n, n, len(values)):
        raise ValueError
    if min(kind_of, default=0) < 0 or min(shape_of, default=0) < 0:
        raise ValueError
    values_of, found = iter(values), {}
    stamp_of = zip(stamps[::4], stamps[1::4], stamps[2::4], stamps[3::4], strict=True)
    for name, stamp, k, s in zip(names, stamp_of, kind_of, shape_of, strict=True):
        # zip asks the keys first, so that it takes just as many values as there are keys
        attributes = dict(zip(shapes[s], values_of, strict=False))
        found[name] = Facts(stamp, kinds[k], attributes)
    return found


def _list(value: Any, *types: type) -> list[Any]:
    """The value, if it is a list of items of just these types."""
    if type(value) is not list or not set(map(type, value)) <= set(types):
        raise TypeError
    return value


def _kind(value: list[Any]) -> Kind:
    track_type, dtype, bin_size, digest = value
    if [type(v) for v in value] != [str, str, int, str]:
        raise TypeError
    return track_type, dtype, bin_size, digest


def save(path: Path, facts: dict[str, Facts]) -> None:
    """Write a catalogue file, whole or not at all; where that is not possible, none."""
    kept = {name: each for name, each in facts.items() if _is_kept(each)}
    kinds: dict[Kind, int] = {}
    shapes: dict[tuple[str, ...], int] = {}
    document: dict[str, list[Any]] = {
        "names": list(kept), "stamps": [], "kind": [], "shape": [], "values": [],
    }  # fmt: skip
    for each in kept.values():
        document["stamps"] += each.stamp
        document["kind"].append(kinds.setdefault(each.kind, len(kinds)))
        document["shape"].append(shapes.setdefault(tuple(each.attributes), len(shapes)))
        document["values"] += each.attributes.values()
    document["kinds"], document["shapes"] = [list(k) for k in kinds], [list(s) for s in shapes]
    body = json.dumps(document, separators=(",", ":")).encode("ascii")
    part = path.with_name(f"{NAME}.part-{tag()}")
    try:
        with part.open("xb") as file:
            file.write(_TITLE + b"%08x\n" % zlib.crc32(body) + body)
        part.replace(path)
    except OSError:
        with suppress(OSError):
            part.unlink(missing_ok=True)


def sweep_parts(root: Path) -> list[Path]:
    """Remove unfinished catalogue files of processes of this machine that are gone."""
    removed = []
    for path in root.glob(f"{NAME}.part-*"):
        found = _PART.fullmatch(path.name)
        if found is None or found["host"] != host():
            continue
        if not is_alive(int(found["pid"]), found["start"]):
            with suppress(OSError):
                path.unlink()
                removed.append(path)
    return removed
