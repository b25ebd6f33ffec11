"""ColumnSpec: the named columns of feature and array tracks, and their text in the file."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from genomedb.core.names import column_name
from genomedb.errors import FormatError, UsageError
from genomedb.storage import schema
from genomedb.storage.handle import TrackFile

POSITIONS = (schema.START, schema.END, schema.STRAND)


@dataclass(frozen=True)
class ColumnSpec:
    """One column of a table.

    Attributes
    ----------
    name : str
        As people know it.
    dtype : str
        Type of a number; empty for text.
    kind : {"number", "text", "json"}
        JSON is text that holds one JSON value a row.
    """

    name: str
    dtype: str
    kind: str = schema.NUMBER

    def __post_init__(self) -> None:
        column_name(self.name)
        if self.kind not in (schema.NUMBER, schema.TEXT, schema.JSON):
            raise UsageError(f"column {self.name}: kind {self.kind!r} is not known")
        if self.kind == schema.NUMBER and self.dtype not in schema.COLUMN_DTYPES:
            raise UsageError(
                f"column {self.name}: dtype {self.dtype!r} is not allowed",
                fix=f"Use one of: {', '.join(schema.COLUMN_DTYPES)}",
            )

    @property
    def is_text(self) -> bool:
        """Is it stored as bytes and offsets?"""
        return self.kind != schema.NUMBER


def check_columns(specs: Sequence[ColumnSpec]) -> None:
    """Raise `UsageError` for too many columns, two of one name, or that of a position."""
    names = [spec.name for spec in specs]
    for name in POSITIONS:
        if name in names:
            raise UsageError(f"a column cannot be called {name}", fix="Rename it")
    if len(names) > schema.MAX_COLUMNS:
        raise UsageError(f"{len(names)} columns are more than {schema.MAX_COLUMNS}")
    seen: set[str] = set()
    for name in names:
        if name in seen:
            raise UsageError(f"column {name} is given twice")
        seen.add(name)


def columns_text(specs: Sequence[ColumnSpec]) -> str:
    """Text of the attribute `columns` of a feature track."""
    text = json.dumps([asdict(spec) for spec in specs])
    if len(text.encode()) > schema.MAX_TEXT_BYTES:
        raise UsageError(f"{len(specs)} columns with such long names do not fit a track file")
    return text


def feature_columns(file: TrackFile) -> tuple[ColumnSpec, ...]:
    """Columns of a feature track, as its attribute says."""
    listed = _listed(file)
    try:
        specs = tuple(ColumnSpec(**item) for item in listed)
        check_columns(specs)
    except (TypeError, UsageError) as error:
        raise _damaged(file, str(error)) from error
    return specs


def array_columns(file: TrackFile) -> tuple[str, ...]:
    """Names of the value columns of an array track, as its attribute says."""
    names = _listed(file)
    try:
        check_columns([ColumnSpec(name, file.header.dtype) for name in names])
    except (TypeError, UsageError) as error:
        raise _damaged(file, str(error)) from error
    if not names:
        raise _damaged(file, "it is empty")
    return tuple(names)


def array_value(i: int) -> str:
    """Dataset of value column `i` of an array track."""
    return f"{schema.VALUE}.{i}"


def _listed(file: TrackFile) -> list[Any]:
    text = file.attributes().get(schema.COLUMNS)
    try:
        listed = json.loads(str(text))
    except (ValueError, RecursionError):
        listed = None
    if not isinstance(listed, list):
        raise _damaged(file, "it is no JSON list")
    return listed


def _damaged(file: TrackFile, why: str) -> FormatError:
    return FormatError(f"attribute {schema.COLUMNS} is damaged: {why}", where=file.path)


def spec_of(name: str, values: Any) -> ColumnSpec:
    """Column for an array or texts, as they are."""
    if isinstance(values, np.ndarray):
        if values.dtype.kind == "b":
            return ColumnSpec(name, "uint8")
        return ColumnSpec(name, values.dtype.name)
    return ColumnSpec(name, "", schema.TEXT)
