"""pymisha as a peer in making tracks; a track of that name is removed first."""

from __future__ import annotations

from contextlib import redirect_stdout
from io import StringIO
from pathlib import Path
from typing import Any

from _peer_pymisha import pymisha

LETTERS = "ACGT"


def open_database(folder: Path, fasta: Path) -> None:
    """Make a database of a FASTA file and make it the current one."""
    with redirect_stdout(StringIO()):
        pymisha.gdb_create(str(folder / "pymisha"), str(fasta))
        pymisha.gdb_init(str(folder / "pymisha"))
    pymisha.CONFIG["progress"] = False


def make(kind: str, name: str, *arguments: Any, **options: Any) -> None:
    """Call ``gtrack_<kind>(name, description, ...)``."""
    if pymisha.gtrack_exists(name):
        pymisha.gtrack_rm(name, force=True)
    getattr(pymisha, f"gtrack_{kind}")(name, "", *arguments, **options)


def modify(name: str, expression: str) -> None:
    """Change a track, one chromosome named so that it does change."""
    pymisha.gtrack_modify(name, expression, pymisha.gintervals_all().iloc[:1])


def values(name: str, chrom: str, length: int) -> Any:
    """All values of a chromosome."""
    found = pymisha.gextract(name, intervals=pymisha.gintervals(chrom, 0, length), progress=False)
    return found[name].to_numpy()
