"""GENOME_DB and GENOME_ASSEMBLY -> the directory of an assembly."""

from __future__ import annotations

import os
from pathlib import Path

from genomedb.core import settings
from genomedb.core.names import CHROMOSOMES, SUFFIX
from genomedb.errors import MissingFileError, NoDatabaseError, UsageError

TABLE = CHROMOSOMES + SUFFIX


def assembly_dir(path: str | os.PathLike[str] | None, assembly: str | None) -> Path:
    """Directory of an assembly that exists.

    Parameters
    ----------
    path : path, optional
        Directory that holds assemblies (or is one); None takes ``GENOME_DB``.
    assembly : str, optional
        Name of the folder; None takes ``GENOME_ASSEMBLY``, else the only one there is.

    Raises
    ------
    NoDatabaseError
        Nothing says where the database is, or which assembly.
    MissingFileError
        The directory is absent or holds no chromosome table.
    """
    given = os.fspath(path) if path is not None else settings.database_root()
    if not given:
        raise NoDatabaseError("no database named", fix="Set GENOME_DB or give its path")
    root = Path(given).expanduser().absolute()
    if not root.is_dir():
        raise MissingFileError("there is no such database directory", where=root)
    if assembly is None and (root / TABLE).is_file():
        return root
    chosen = assembly or settings.assembly()
    if chosen is None:
        chosen = _only_assembly(root)
    folder = root / check_assembly(chosen)
    if not (folder / TABLE).is_file():
        known = assemblies(root)
        raise MissingFileError(
            f"assembly {chosen} is not here (no {TABLE})",
            where=folder,
            fix=f"Known assemblies: {', '.join(known)}" if known else "Create it first",
        )
    return folder


def assemblies(root: Path) -> list[str]:
    """Names of the assemblies under a root."""
    return sorted(p.parent.name for p in root.glob(f"*/{TABLE}"))


def check_assembly(name: str) -> str:
    """Check that an assembly's name is a plain folder name."""
    if not name or "/" in name or name.startswith(".") or "\x00" in name or len(name) > 100:
        raise UsageError(f"assembly name {name!r} is not legal", fix="Use a name such as hg38")
    return name


def _only_assembly(root: Path) -> str:
    known = assemblies(root)
    if len(known) == 1:
        return known[0]
    if not known:
        raise MissingFileError("holds no assembly", where=root, fix="Create one: genomedb create")
    raise NoDatabaseError(
        f"{root} holds {len(known)} assemblies ({', '.join(known)}) and none was named",
        fix="Set GENOME_ASSEMBLY or name it",
    )
