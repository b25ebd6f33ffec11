"""The modules of the `genome` library by their names, over this library.

``import genomedb.classic as genome`` instead of ``import genome.db`` and the rest; then
``genome.db.GenomeDB()`` and ``genome.seq.revcomp(text)`` answer as before, in Python 3. Positions
are 1-based and both ends are included here.
"""

from __future__ import annotations

from importlib import import_module
from types import ModuleType

__all__ = [
    "coord", "db", "dist", "dseg", "dsegment", "fasta", "fastq", "gene", "kmer", "liftover", "nuc",
    "seq", "trackstat", "transcript", "util", "wig",
]  # fmt: skip


def __getattr__(name: str) -> ModuleType:
    """Load a module when it is first named."""
    if name in __all__:
        return import_module(f"genomedb.classic.{name}")
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted([*globals(), *__all__])
