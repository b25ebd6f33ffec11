"""The folders of a misha database: its chromosomes, and what lies under which name."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from pathlib import Path

from genomedb.core.chroms import ChromTable, implied_aliases
from genomedb.errors import FormatError, MissingFileError, UsageError
from genomedb.readers.chrom_sizes import read_chrom_table

CHROM_SIZES, TRACKS, SEQUENCE, MOTIFS = "chrom_sizes.txt", "tracks", "seq", "pssms"
READ_ONLY = ".ro_attributes"
TRACK, SET = ".track", ".interv"


@dataclass
class MishaNames:
    """What a misha database holds, by the names that its users know.

    Attributes
    ----------
    tracks, sets : list of (str, Path)
        Names with dots and the folder or file of each, sorted by name.
    folders : list of str
        Folders for names, parts joined by ``/``.
    motifs : list of (str, Path)
        Name and ``.key`` file of each motif set.
    others : list of Path
        Files and folders below ``tracks`` that are nothing of these.
    """

    tracks: list[tuple[str, Path]] = field(default_factory=list)
    sets: list[tuple[str, Path]] = field(default_factory=list)
    folders: list[str] = field(default_factory=list)
    motifs: list[tuple[str, Path]] = field(default_factory=list)
    others: list[Path] = field(default_factory=list)


def is_misha_root(path: str | os.PathLike[str]) -> bool:
    """Is this the folder of a misha database, which has to be imported before it can be opened?

    Examples
    --------
    >>> is_misha_root("/nowhere")
    False
    """
    root = Path(path)
    try:
        return (root / CHROM_SIZES).is_file() and (
            (root / TRACKS).is_dir() or (root / SEQUENCE).is_dir()
        )
    except OSError:
        return False


def read_misha_chroms(root: Path) -> ChromTable:
    """Chromosomes of a misha database, in the order of its ``chrom_sizes.txt``.

    Raises
    ------
    MissingFileError
        This is no misha database.
    ParseError, FormatError
        The table is damaged.
    """
    if not is_misha_root(root):
        raise MissingFileError(
            f"is no misha database: there is no {CHROM_SIZES} beside {TRACKS} or {SEQUENCE}",
            where=root,
            fix="Give the root folder of the database",
        )
    try:
        return ChromTable.from_pairs(read_chrom_table(root / CHROM_SIZES))
    except UsageError as error:
        raise FormatError(error.problem, where=root / CHROM_SIZES, fix=error.fix) from error


def walk_misha(root: Path) -> MishaNames:
    """Find the tracks, interval sets, folders and motif sets of a misha database.

    Links to folders are followed, but not in circles.

    Raises
    ------
    FormatError
        A folder cannot be read.
    """
    found = MishaNames()
    waiting: list[tuple[tuple[str, ...], Path, frozenset[str]]] = []
    if (root / TRACKS).is_dir():
        waiting.append(((), root / TRACKS, frozenset()))
    while waiting:
        prefix, folder, above = waiting.pop()
        real = os.path.realpath(folder)
        if real in above:
            found.others.append(folder)
            continue
        if prefix:
            found.folders.append("/".join(prefix))
        for entry in _entries(folder):
            if entry.name.startswith(".") or entry.name.endswith(".iattr"):
                continue
            is_folder = entry.is_dir()
            name, at = ".".join((*prefix, Path(entry.name).stem)), Path(entry.path)
            if is_folder and entry.name.endswith(TRACK):
                found.tracks.append((name, at))
            elif entry.name.endswith(SET):
                found.sets.append((name, at))
            elif is_folder:
                waiting.append(((*prefix, entry.name), at, above | {real}))
            else:
                found.others.append(at)
    if (root / MOTIFS).is_dir():
        keys = (Path(entry.path) for entry in _entries(root / MOTIFS))
        found.motifs = [
            (key.stem, key) for key in keys if key.suffix == ".key" and not key.name.startswith(".")
        ]
    for listed in (found.tracks, found.sets, found.folders, found.motifs, found.others):
        listed.sort()
    return found


def spellings(chroms: ChromTable, code: int) -> list[str]:
    """Names that files of a chromosome may have: its own, then those with or without ``chr``."""
    name = chroms.names[code]
    return [name, *(n for n in implied_aliases(name) if chroms.find(n) == code)]


def chrom_files(folder: Path, chroms: ChromTable) -> tuple[dict[int, Path], list[str]]:
    """Files of chromosomes in a folder, by code; and the names of the other visible entries."""
    names = {entry.name for entry in _entries(folder) if not entry.name.startswith(".")}
    found: dict[int, Path] = {}
    for code in range(len(chroms)):
        for name in spellings(chroms, code):
            if name in names:
                names.discard(name)
                found[code] = folder / name
                break
    return found, sorted(names)


def pair_of(name: str, chroms: ChromTable) -> tuple[int, int] | None:
    """Codes of the chromosomes of a name ``A-B``; both halves may contain dashes themselves.

    Raises
    ------
    FormatError
        There are two ways to read it.
    """
    found: set[tuple[int, int]] = set()
    at = name.find("-")
    while at >= 0:
        pair = chroms.find(name[:at]), chroms.find(name[at + 1 :])
        if min(pair) >= 0:
            found.add(pair)
        at = name.find("-", at + 1)
    if len(found) > 1:
        told = " or ".join(f"{chroms.names[a]} and {chroms.names[b]}" for a, b in sorted(found))
        raise FormatError(
            f"is named after {told}, which cannot be told apart", where=name,
            fix="Give the chromosomes names without dashes",
        )  # fmt: skip
    return found.pop() if found else None


def _entries(folder: Path) -> list[os.DirEntry[str]]:
    try:
        with os.scandir(folder) as entries:
            return list(entries)
    except OSError as error:
        raise FormatError(f"cannot be read: {error.strerror}", where=folder) from error
