"""Named motif sets of a database: the files of its folder ``pssms``."""

from __future__ import annotations

from difflib import get_close_matches
from pathlib import Path
from typing import Final

from genomedb.core.pssm import Pssm
from genomedb.db.database import GenomeDB
from genomedb.errors import MissingFileError, UsageError
from genomedb.readers.pssm import read_pssm, read_pssm_set

FOLDER: Final = "pssms"


def list_pssm_sets(db: GenomeDB) -> list[str]:
    """Names of the motif sets of all roots of a database, sorted."""
    return sorted({
        key.stem for root in db.datasets for key in (root / FOLDER).glob("*.key")
        if not key.name.startswith(".") and key.with_suffix(".data").is_file()
    })  # fmt: skip


def load_pssm(db: GenomeDB, name: str, motif: str | int) -> Pssm:
    """Load one motif of a named set.

    Parameters
    ----------
    db : GenomeDB
    name : str
        The set; its files are ``pssms/<name>.key`` and ``.data``.
    motif : str or int
        Id of the motif.

    Raises
    ------
    MissingFileError
        A file of the set is absent.
    UsageError
        The name is no plain file name, or the id is absent from the key file or has no data.
    ParseError, FormatError

    Examples
    --------
    >>> load_pssm(db, "pssm", 3)  # doctest: +SKIP
    """
    return read_pssm(*_files(db, name), motif)


def load_pssm_set(db: GenomeDB, name: str) -> dict[str, Pssm]:
    """Load all motifs of a named set by id, in the order of its key file.

    Raises
    ------
    MissingFileError, UsageError, ParseError, FormatError
        As `load_pssm`.
    """
    return read_pssm_set(*_files(db, name))


def _files(db: GenomeDB, name: str) -> tuple[Path, Path]:
    if not isinstance(name, str) or not name or name.startswith(".") or set(name) & set("/\\\0"):
        raise UsageError(f"{name!r} is no name of a motif set", fix="Give its plain name")
    for root in db.datasets:
        key = root / FOLDER / f"{name}.key"
        if key.is_file():
            break
    else:
        known = list_pssm_sets(db)
        near = get_close_matches(name, known, n=3) or known[:5]
        raise MissingFileError(
            f"there is no motif set {name}", where=db.path / FOLDER / f"{name}.key",
            fix=f"Known sets: {', '.join(near)}" if near else "Put its .key and .data files there",
        )  # fmt: skip
    data = root / FOLDER / f"{name}.data"
    if not data.is_file():
        raise MissingFileError(f"motif set {name} has no data file", where=data)
    return key, data
