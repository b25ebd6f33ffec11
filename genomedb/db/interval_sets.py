"""Saved interval sets: interval DataFrames kept in a database under a name.

A set is a feature track; its attributes are those of the track (`GenomeDB.set_attributes`).
"""

from __future__ import annotations

from genomedb.db.set_reading import (
    dimensions_of,
    has_set,
    is_set,
    list_sets,
    load_set,
    load_spans,
    set_path,
    set_root,
)
from genomedb.db.set_writing import remove_set, save_set, update_set

__all__ = [
    "dimensions_of", "has_set", "is_set", "list_sets", "load_set", "load_spans", "remove_set",
    "save_set", "set_path", "set_root", "update_set",
]  # fmt: skip
