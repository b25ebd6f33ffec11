"""Saved interval sets: interval DataFrames kept in a database under a name.

A set is a feature track; its attributes and variables are those of the track.
"""

from __future__ import annotations

from genomedb.db.set_reading import (
    dimensions_of,
    has_set,
    is_set,
    list_sets,
    load_set,
    load_spans,
    set_attributes_of,
    set_path,
    set_root,
)
from genomedb.db.set_writing import change_set_attributes, remove_set, save_set, update_set

__all__ = [
    "change_set_attributes", "dimensions_of", "has_set", "is_set", "list_sets", "load_set",
    "load_spans", "remove_set", "save_set", "set_attributes_of", "set_path", "set_root",
    "update_set",
]  # fmt: skip
