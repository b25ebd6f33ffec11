"""The only reader of environment variables, and the few process-wide settings."""

from __future__ import annotations

import os
from pathlib import Path

from genomedb.errors import UsageError


def database_root() -> str | None:
    """``GENOME_DB``: the directory that holds the assemblies."""
    return os.environ.get("GENOME_DB") or None


def assembly() -> str | None:
    """``GENOME_ASSEMBLY``: the assembly used when none is named."""
    return os.environ.get("GENOME_ASSEMBLY") or None


def show_progress() -> bool:
    """False when ``GENOMEDB_PROGRESS=0``."""
    return os.environ.get("GENOMEDB_PROGRESS", "1") != "0"


def threads() -> int:
    """Threads that decode chunks: ``GENOMEDB_THREADS``, else the cores (at most 4)."""
    return _positive("GENOMEDB_THREADS", min(os.cpu_count() or 1, 4))


def cache_bytes() -> int:
    """Decoded chunks kept per process: ``GENOMEDB_CACHE_MB`` (default 64 MB)."""
    return _positive("GENOMEDB_CACHE_MB", 64) * 1_000_000


def cache_folder() -> Path:
    """Where files that can be made again are kept: ``$XDG_CACHE_HOME/genomedb``."""
    return Path(os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache")) / "genomedb"  # noqa: PTH111


def _positive(variable: str, default: int) -> int:
    text = os.environ.get(variable, "")
    if not text:
        return default
    if not text.isascii() or not text.isdigit() or int(text) < 1:
        raise UsageError(f"{variable}={text!r} is not a positive whole number")
    return int(text)
