"""Types of feature columns: what a file shows of each decides how it is stored."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from genomedb.core.names import column_name
from genomedb.core.texts import Texts
from genomedb.errors import ParseError, UsageError
from genomedb.kernels.texts import parse_integers, parse_numbers
from genomedb.storage import schema
from genomedb.storage.spec import POSITIONS, ColumnSpec
from genomedb.storage.table import Values
from genomedb.tracks.narrow import narrow

TEXT = "text"
_EXACT = 2.0**53


def legal_name(text: str) -> str:
    """Name that a column can have in a track, as near to its own as may be.

    Examples
    --------
    >>> legal_name("a/b"), legal_name("start"), legal_name("score")
    ('a_b', 'start_column', 'score')
    """
    name = "".join(c if c.isprintable() and c != "/" else "_" for c in text).strip() or "column"
    name = name.encode(errors="replace")[:180].decode(errors="ignore").strip() or "column"
    if name in POSITIONS:
        return f"{name}_column"
    try:
        return column_name(name)
    except UsageError:
        return f"{name}_column"


def check_types(types: Mapping[str, str] | None) -> dict[str, str]:
    """Types asked for, by legal column name.

    Raises
    ------
    UsageError
        For a type that no column can have.
    """
    for name, dtype in (types or {}).items():
        if dtype != TEXT and dtype not in schema.COLUMN_DTYPES:
            raise UsageError(
                f"column {name}: type {dtype!r} is not one a column can have",
                fix=f"Use one of: {TEXT}, {', '.join(schema.COLUMN_DTYPES)}",
            )
    return {legal_name(name): dtype for name, dtype in (types or {}).items()}


class ColumnFacts:
    """What has been seen of one column.

    Parameters
    ----------
    name : str
        Legal name.
    wanted : str, optional
        Type asked for.

    Attributes
    ----------
    n : int
        Rows that had the column.
    """

    def __init__(self, name: str, wanted: str | None) -> None:
        self.name, self.wanted, self.n = name, wanted, 0
        self._fixed = self._arrays = False  # texts that stay so; numbers from the reader
        self._numeric = self._whole = True
        self._low, self._high = 0, 0
        self._dtype: np.dtype[Any] | None = None

    def note(
        self, values: Values, path: str, lines: NDArray[np.int64] | None, *, infer: bool
    ) -> Values:
        """See the values of a batch; return them, in the type asked for.

        Raises
        ------
        ParseError
            A value does not fit that type.
        """
        self.n += len(values)
        if self.wanted not in (None, TEXT):
            return self._forced(values, path, lines)
        if self.n > len(values) and self._arrays == isinstance(values, Texts):
            raise UsageError(
                f"column {self.name} is a number in one file and text in another",
                where=path,
                fix="Ask for a type of numbers, or import files of one format at a time",
            )
        if isinstance(values, Texts):
            self._note_texts(values, infer=infer)
        else:
            self._note_numbers(values)
        return values

    def _note_texts(self, values: Texts, *, infer: bool) -> None:
        if not infer or self.wanted == TEXT:
            self._fixed = True
        if self._fixed or not self._numeric:
            return
        if self._whole:
            integers, wrong = parse_integers(values.data, values.offset)
            if wrong < 0:
                self._span(integers)
                return
        self._whole = False
        self._numeric = parse_numbers(values.data, values.offset, missing=True)[1] < 0

    def _note_numbers(self, values: NDArray[Any]) -> None:
        self._arrays = True
        self._dtype = values.dtype if self._dtype is None else np.result_type(
            self._dtype, values.dtype
        )  # fmt: skip
        if not self._whole or not values.size:
            return
        if values.dtype.kind == "f":
            # NaN is not below the bound either
            self._whole = bool(((np.abs(values) < _EXACT) & (values == np.floor(values))).all())
        if self._whole:
            self._span(values)

    def _span(self, values: NDArray[Any]) -> None:
        if values.size:
            self._low = min(self._low, int(values.min()))
            self._high = max(self._high, int(values.max()))

    def _forced(self, values: Values, path: str, lines: NDArray[np.int64] | None) -> NDArray[Any]:
        dtype = np.dtype(self.wanted)
        numbers: NDArray[Any]
        if isinstance(values, Texts):
            if dtype.kind == "f":
                numbers, wrong = parse_numbers(values.data, values.offset, missing=True)
            else:
                numbers, wrong = parse_integers(values.data, values.offset)
            if wrong >= 0:
                problem = f'{self.name} "{values[wrong]:.60}" is no {dtype}'
                raise self._misfit(problem, path, lines, wrong)
        else:
            numbers = values
        at = [0]

        def place(i: int) -> str:
            at[0] = i
            return f"column {self.name}"

        try:
            return narrow(numbers, dtype.name, None, place)
        except UsageError as error:
            raise self._misfit(error.problem, path, lines, at[0]) from error

    def _misfit(
        self, problem: str, path: str, lines: NDArray[np.int64] | None, i: int
    ) -> ParseError:
        line = None if lines is None else int(lines[i])
        return ParseError(problem, path=path, line=line, fix="Ask for another type, or none")

    def spec(self, total: int) -> ColumnSpec:
        """How the column is stored in a track of `total` features.

        Raises
        ------
        UsageError
            When the type asked for cannot be had.
        """
        if self.wanted == TEXT or (self.wanted is None and (self._fixed or not self._numeric)):
            if self._arrays:
                raise UsageError(
                    f"column {self.name} is a number in this format and cannot become text",
                    fix="Ask for a type of numbers",
                )
            return ColumnSpec(self.name, "", schema.TEXT)
        if self.wanted is not None:
            if self.n < total and np.dtype(self.wanted).kind != "f":
                raise UsageError(
                    f"column {self.name} is absent from some features, and {self.wanted} "
                    "cannot say so",
                    fix="Ask for float32 or float64",
                )
            return ColumnSpec(self.name, self.wanted)
        kept = self._dtype
        if self.n == total and kept is not None and kept.name not in ("int64", "float64"):
            return ColumnSpec(self.name, kept.name)
        if self._whole and self.n == total:
            small = self._low >= -(2**31) and self._high < 2**31
            return ColumnSpec(self.name, "int32" if small else "int64")
        return ColumnSpec(self.name, "float64")


def stored(spec: ColumnSpec, values: Values | None, n: int) -> Values:
    """Values of `n` rows in the type of their column; None is a column that they lack."""
    if values is None:
        return Texts.empty(n) if spec.is_text else np.full(n, np.nan).astype(spec.dtype)
    if spec.is_text:
        return values
    if isinstance(values, Texts):
        parsed: NDArray[Any]
        if np.dtype(spec.dtype).kind == "f":
            parsed = parse_numbers(values.data, values.offset, missing=True)[0]
        else:
            parsed = parse_integers(values.data, values.offset)[0]
        values = parsed
    return values.astype(spec.dtype, copy=False)
