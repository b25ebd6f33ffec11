"""Columns of saved interval sets: DataFrame columns as features, and back as they were."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from genomedb.core.chroms import ChromTable
from genomedb.core.names import column_name
from genomedb.core.spans import Spans, Spans2D
from genomedb.core.texts import Texts
from genomedb.errors import FormatError, UsageError
from genomedb.intervals.frame import COLUMNS, spans_of
from genomedb.intervals.two_d import COLUMNS_2D, is_2d, spans2d_of
from genomedb.storage import schema
from genomedb.storage.spec import POSITIONS
from genomedb.storage.table import Values
from genomedb.tracks.features import FeatureTrack
from genomedb.tracks.from_frame import FrameFeatures

MARKER: Final = schema.INTERVAL_SET  # attribute: what the feature columns do not tell
SIDE_2: Final = ("chrom2", "start2", "end2")
BOOL, TEXT, STRAND, NUMBER = "bool", "text", "strand", "number"
_NUL = "\0"  # stands for a missing text where empty ones are texts
_INFERRED: Final = {"integer": np.int64, "floating": np.float64, "mixed-integer-float": np.float64}
_MAX_EXACT = 2**53


@dataclass(frozen=True)
class SetColumn:
    """How a column of the DataFrame is stored.

    Attributes
    ----------
    name, stored : str
        Of the DataFrame, and of the feature track.
    kind : {"number", "bool", "text", "strand"}
    missing : str or None
        The text that stands for a missing one; None when none is missing.
    """

    name: str
    stored: str
    kind: str
    missing: str | None = None


@dataclass(frozen=True)
class Layout:
    """Dimensions of a set, and its further columns in order."""

    dimensions: int
    columns: tuple[SetColumn, ...]

    def text(self) -> str:
        """Text of the attribute `MARKER`."""
        listed = [asdict(column) for column in self.columns]
        return json.dumps({"dimensions": self.dimensions, "columns": listed})

    @classmethod
    def of(cls, track: FeatureTrack) -> Layout:
        """Layout of a set; a feature track of another origin says only what it stores.

        Raises
        ------
        FormatError
            The attribute is damaged.
        """
        text = track.set_layout
        if text is None:
            return cls.plain(track)
        try:
            found = json.loads(str(text))
            columns = tuple(SetColumn(**item) for item in found["columns"])
            made = cls(found["dimensions"], columns)
        except (ValueError, TypeError, KeyError, RecursionError):
            raise _damaged(track.path) from None
        stored = {column.stored for column in columns if column.kind != STRAND}
        wanted = stored | (set(SIDE_2) if made.dimensions == 2 else set())
        if made.dimensions not in (1, 2) or not wanted <= set(track.column_names):
            raise _damaged(track.path)
        return made

    @classmethod
    def plain(cls, track: FeatureTrack) -> Layout:
        """Layout of a feature track that nobody saved as a set."""
        columns = [
            SetColumn(spec.name, spec.name, TEXT if spec.is_text else NUMBER)
            for spec in track.columns
        ]
        strand = [SetColumn("strand", "strand", STRAND)] if track.has_strand else []
        return cls(1, (*strand, *columns))


def _damaged(path: Path) -> FormatError:
    return FormatError(f"attribute {MARKER} does not fit the columns of the file", where=path)


# ---- in


def stored_set(
    frame: Any, chroms: ChromTable, *, what: str = "intervals"
) -> tuple[FrameFeatures, Layout]:
    """Rows of a DataFrame as sorted features.

    Raises
    ------
    UsageError, ChromError
        Rows that are no intervals, or a column that is neither numbers, bools nor text.
    """
    spans, layout, columns = _parts(frame, chroms, what)
    order = spans.order() if isinstance(spans, Spans) else spans.first.order()
    first = (spans if isinstance(spans, Spans) else spans.first)[order]
    if isinstance(spans, Spans2D):
        second = spans.second
        names = np.array(chroms.names, object)[second.code]
        side: dict[str, Values] = {
            "chrom2": Texts.of(names.tolist()), "start2": second.start, "end2": second.end
        }  # fmt: skip
        columns = {**side, **columns}
    edges = [0, *(np.flatnonzero(np.diff(first.code)) + 1).tolist(), len(first)]
    parts = [(chroms.names[int(first.code[a])], a, b) for a, b in pairwise(edges) if a < b]
    made = {name: _picked(values, order) for name, values in columns.items()}
    return FrameFeatures(parts, first.start, first.end, first.strand, made), layout


def _parts(
    frame: Any, chroms: ChromTable, what: str
) -> tuple[Spans | Spans2D, Layout, dict[str, Values]]:
    """Checked places, the layout, and the further columns in the order of the rows."""
    two = is_2d(frame)
    spans = spans2d_of(frame, chroms, what=what) if two else spans_of(frame, chroms, what=what)
    listed: list[SetColumn] = []
    columns: dict[str, Values] = {}
    for given in frame.columns:
        name = str(given)
        if name in (COLUMNS_2D if two else COLUMNS):
            continue
        if [str(other) for other in frame.columns].count(name) > 1:
            raise UsageError(f"column {name} is there twice", where=what)
        if name == "strand" and not two:
            listed.append(SetColumn(name, name, STRAND))
            continue
        stored = _legal(name, len(listed), {*columns, *map(str, frame.columns)})
        values, kind, missing = _stored(frame[given], f"{what}: column {name}")
        columns[stored] = values
        listed.append(SetColumn(name, stored, kind, missing))
    return spans, Layout(2 if two else 1, tuple(listed)), columns


def _legal(name: str, number: int, taken: set[str]) -> str:
    """The column's own name, or one that a feature column can have."""
    try:
        column_name(name)
    except UsageError:
        legal = False
    else:
        legal = name not in (*POSITIONS, *SIDE_2)
    if legal:
        return name
    while f"column{number}" in taken:
        number += 1
    return f"column{number}"


def _stored(column: Any, where: str) -> tuple[Values, str, str | None]:
    """Values, kind, and what stands for a missing text."""
    import pandas as pd

    dtype = column.dtype
    if isinstance(dtype, pd.CategoricalDtype):
        return _stored(column.astype(dtype.categories.dtype), where)
    if isinstance(dtype, np.dtype) and dtype.kind in "iufb":
        return *_numbers(column.to_numpy()), None
    absent = column.isna().to_numpy(bool)
    values = column.to_numpy(object)
    kind = pd.api.types.infer_dtype(values, skipna=True)
    if kind in ("string", "empty"):
        return _texts(values, absent, where)
    if kind == "boolean" and not absent.any():
        return *_numbers(values.astype(bool)), None
    if kind not in _INFERRED:
        held = {"boolean": "bools and missing values", "mixed": "values of several types"}
        raise UsageError(
            f"holds {held.get(kind, f'{kind} values')}",
            where=where,
            fix="Numbers, bools and text can be saved: convert it",
        )
    if not absent.any():
        try:
            return *_numbers(values.astype(_INFERRED[kind])), None
        except OverflowError:
            raise UsageError("holds integers beyond 64 bits", where=where) from None
    present = np.where(absent, np.nan, values).astype(np.float64)
    if kind == "integer" and (np.abs(present[~absent]) > _MAX_EXACT).any():
        raise UsageError("holds missing values beside integers beyond 2**53", where=where)
    return present, NUMBER, None


def _numbers(values: NDArray[Any]) -> tuple[NDArray[Any], str]:
    if values.dtype.kind == "b":
        return values.astype(np.uint8), BOOL
    if values.dtype.name in schema.COLUMN_DTYPES:
        return values.astype(values.dtype.newbyteorder("="), copy=False), NUMBER
    return values.astype(np.float32 if values.dtype.itemsize < 4 else np.float64), NUMBER


def _texts(
    values: NDArray[Any], absent: NDArray[np.bool_], where: str
) -> tuple[Texts, str, str | None]:
    missing = None
    if absent.any():
        present = set(values[~absent].tolist())
        missing = next((text for text in ("", _NUL) if text not in present), None)
        if missing is None:
            raise UsageError("holds texts of one NUL byte beside missing ones", where=where)
        values = values.copy()
        values[absent] = missing
    try:
        return Texts.of(values.tolist()), TEXT, missing
    except UnicodeEncodeError as error:
        raise UsageError(f"holds text that is not Unicode ({error.reason})", where=where) from None


def _picked(values: Values, order: NDArray[np.int64]) -> Values:
    from genomedb.kernels.texts import gather

    if isinstance(values, Texts):
        return Texts(*gather(values.data, values.offset, order))
    picked: NDArray[Any] = values[order]
    return picked


# ---- out


def shown_column(column: SetColumn, values: Values) -> Any:
    """A stored column as the DataFrame had it."""
    if isinstance(values, Texts):
        listed = np.array(values.tolist(), object)
        if column.missing is not None:
            listed[_are_missing(values, column.missing)] = None
        return listed.tolist()
    return values.astype(np.bool_) if column.kind == BOOL else values


def _are_missing(texts: Texts, missing: str) -> NDArray[np.bool_]:
    sizes = texts.sizes
    if missing == "":
        return np.asarray(sizes == 0)
    single = np.flatnonzero(sizes == 1)
    found = np.zeros(len(texts), np.bool_)
    found[single] = texts.data[texts.offset[single]] == ord(missing)
    return found


def chrom2_codes(names: Values, chroms: ChromTable, path: Path) -> NDArray[np.int64]:
    """Positions in `chroms` of the chromosomes of side 2."""
    listed: Iterable[Any] = names.tolist()
    code = {name: chroms.find(name) for name in set(listed)}
    found = np.fromiter(map(code.__getitem__, listed), np.int64, len(names))
    if (found < 0).any():
        raise FormatError("column chrom2 names an unknown chromosome", where=path)
    return found
