"""Door to ext/text.pyx: rows of bed-like text and WIG blocks as arrays."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from genomedb._ext import text as _text
from genomedb.errors import ParseError, UsageError

MAX_COLUMNS: Final = 4096
QUOTED_BYTES: Final = 60

_SKIPPED, _CHROM, _START, _END, _VALUE, _SCORE = range(6)
_SEPARATORS: Final = {"blanks": 0, "tabs": 1, "line": 2}
_LARGEST = "it must be below 10**18"

# outcome -> (problem with {} for the text that is wrong, what to do)
_SENTENCES: Final = {
    -1: ("too few fields in {}", "{expected}"),
    -2: ("start {} is not a whole number", "{expected}"),
    -3: ("end {} is not a whole number", "{expected}"),
    -4: ("value {} is not a number", "{expected}"),
    -5: ("coordinate {} is negative", "Positions start at 0"),
    -6: ("end is not after start in {}", "Intervals are half-open; remove the empty ones"),
    -7: (f"coordinate {{}} is too large, {_LARGEST}", ""),
    -8: ("not enough memory at {}", ""),
    -9: ("name {} is longer than 255 bytes", ""),
    -10: ("declaration {} names no chromosome", "Write chrom=NAME in the declaration itself"),
    -11: ("fixedStep declaration {} has no start", "Write start=POSITION, counted from 1"),
    -12: (
        "{} is not a setting of a WIG declaration",
        "fixedStep takes chrom=, start=, step=, span= and variableStep chrom=, span=; "
        "numbers are whole and at least 1",
    ),
    -13: (
        "{} is outside any fixedStep or variableStep block",
        "Declare the block first, or write chrom start end value",
    ),
    -14: ("position {} is not a whole number of at least 1", "WIG positions count from 1"),
    -15: ("unexpected {} after the value", "A line of this block holds no more"),
}


@dataclass(frozen=True)
class Columns:
    """Where the fields of a row are, as 0-based column numbers.

    Parameters
    ----------
    chrom, start, end : int
        Columns of the interval.
    value : int or None
        Column of the value; None gives 1.0 to every row.
    value_optional : bool
        A value that is absent or no number counts as 1.0.
    separator : {"blanks", "tabs", "line"}
        Runs of tabs and spaces; exactly one tab; or as the first separator of each line.
    """

    chrom: int = 0
    start: int = 1
    end: int = 2
    value: int | None = 3
    value_optional: bool = False
    separator: Literal["blanks", "tabs", "line"] = "blanks"

    def roles(self) -> NDArray[np.uint8]:
        """Say what each column up to the last one needed holds."""
        places = {self.chrom: _CHROM, self.start: _START, self.end: _END}
        if self.value is not None:
            places[self.value] = _SCORE if self.value_optional else _VALUE
        if len(places) < 3 + (self.value is not None):
            raise UsageError(f"columns {self} are not distinct")
        if min(places) < 0 or max(places) >= MAX_COLUMNS:
            raise UsageError(f"columns {self} are not within 0 to {MAX_COLUMNS - 1}")
        roles = np.zeros(max(places) + 1, np.uint8)
        for place, role in places.items():
            roles[place] = role
        return roles


class Rows(NamedTuple):
    """Rows of one buffer: arrays of one length.

    Attributes
    ----------
    chrom : ndarray of int32
        Codes into `TextParser.names`.
    start, end : ndarray of int64
        0-based half-open, ``0 <= start < end``.
    value : ndarray of float64
    line : ndarray of int64
        1-based line number of each row.
    """

    chrom: NDArray[np.int32]
    start: NDArray[np.int64]
    end: NDArray[np.int64]
    value: NDArray[np.float64]
    line: NDArray[np.int64]


class TextParser:
    """Parses one file given as buffers that end where lines end.

    Parameters
    ----------
    path : str or Path
        Named in errors.
    columns : Columns
        Layout of a row.
    wig : bool
        Understand ``fixedStep`` and ``variableStep`` blocks too.
    track_lines : bool
        Skip ``track`` and ``browser`` lines; lines starting with ``#`` always are.
    first_line : int
        Number of the first line of the first buffer.
    expected : str
        What a row should look like, for the errors.
    """

    def __init__(
        self,
        path: str | Path,
        columns: Columns,
        *,
        wig: bool = False,
        track_lines: bool = True,
        first_line: int = 1,
        expected: str = "",
    ) -> None:
        self.path = str(path)
        self._expected = expected
        self._names: list[str] = []
        self._parser = _text.LineParser(
            columns.roles(), _SEPARATORS[columns.separator], wig, track_lines, first_line - 1
        )

    @property
    def line(self) -> int:
        """Number of the last line read."""
        return self._parser.line

    @property
    def names(self) -> list[str]:
        """Distinct chromosome names so far; a longer list replaces it, it never changes."""
        if len(self._names) < self._parser.n_names:
            more = [_decoded(name) for name in self._parser.names(len(self._names))]
            self._names = self._names + more
        return self._names

    def parse(self, data: bytes | memoryview) -> Rows:
        """Rows of the next buffer, which ends where a line ends.

        Raises
        ------
        ParseError
            At the first line that is no row, quoting it.
        """
        room = _text.count_byte(data, 10) + 1 if len(data) else 0
        rows = Rows(
            np.empty(room, np.int32),
            np.empty(room, np.int64),
            np.empty(room, np.int64),
            np.empty(room, np.float64),
            np.empty(room, np.int64),
        )
        n, outcome = self._parser.parse(data, *rows)
        if outcome < 0:
            raise self._error(outcome, data)
        return Rows(rows.chrom[:n], rows.start[:n], rows.end[:n], rows.value[:n], rows.line[:n])

    def _error(self, outcome: int, data: bytes | memoryview) -> ParseError:
        """Explain the line the parser stopped at."""
        first = self._parser.wrong_offset
        wrong = quoted(bytes(data[first : first + self._parser.wrong_size]))
        problem, fix = _SENTENCES[outcome]
        return ParseError(
            problem.replace("{}", wrong),
            path=self.path,
            line=self.line,
            fix=fix.replace("{expected}", self._expected),
        )


def quoted(text: bytes) -> str:
    """Text of a file as it can be shown in an error: printable, at most 60 bytes of it."""
    cut = text[:QUOTED_BYTES].decode("utf-8", "backslashreplace")
    shown = "".join(c if c.isprintable() or c == "\t" else repr(c)[1:-1] for c in cut)
    return f'"{shown}{"..." if len(text) > QUOTED_BYTES else ""}"'


def count_lines(data: bytes | memoryview) -> int:
    """Count newline bytes."""
    return _text.count_byte(data, 10) if len(data) else 0


def _decoded(name: bytes) -> str:
    """Name as text; bytes that are no UTF-8 become escapes so that it can be printed."""
    return name.decode("utf-8", "backslashreplace")
