"""The function names of PyMisha over this library.

``import genomedb.misha as pm`` instead of ``import pymisha as pm``. The functions ask a current
database, which `gdb_init` opens. Where they answer otherwise than the peer, their docstrings say so.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

_MODULES = {
    "current": ("CONFIG",),
    "database": (
        "gdb_create", "gdb_create_linked", "gdb_examples_path", "gdb_get_readonly_attrs",
        "gdb_info", "gdb_init", "gdb_init_examples", "gdb_mark_cache_dirty", "gdb_reload",
        "gdb_set_readonly_attrs", "gdb_unload", "gmax_processes", "gsetroot",
    ),
    "folders": ("gdir_cd", "gdir_create", "gdir_cwd", "gdir_rm"),
}  # fmt: skip
_ELSEWHERE = {
    "error": ("genomedb.errors", "GenomeDBError"),
    "PymishaWarning": ("genomedb.errors", "GenomeDBWarning"),
}
_HOME = {
    name: (f"genomedb.misha.{module}", name) for module, names in _MODULES.items() for name in names
} | _ELSEWHERE

__all__ = sorted(_HOME)  # noqa: PLE0605


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module 'genomedb.misha' has no attribute {name!r}")
    module, there = _HOME[name]
    value = getattr(import_module(module), there)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return list(__all__)
