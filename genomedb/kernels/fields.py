"""Door to ext/fields.pyx: lines of fields as coordinates, numbers and texts."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Final, Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from genomedb._ext import fields as _fields
from genomedb.errors import ParseError, UsageError
from genomedb.kernels.text import count_lines, quoted

Role = Literal[
    "skip",
    "chrom",
    "start",
    "end",
    "strand",
    "any strand",
    "number",
    "whole",
    "text",
    "span text",
    "any number",
]
TextRun = tuple[NDArray[np.uint8], NDArray[np.int64]]

MAX_COLUMNS: Final = 4096
_FAR: Final = 2**62  # behind all positions

_CODES: Final[dict[Role, int]] = {
    "skip": 0,
    "chrom": 1,
    "start": 2,
    "end": 3,
    "strand": 4,
    "any strand": 5,
    "number": 6,
    "whole": 7,
    "text": 8,
    "span text": 9,
    "any number": 10,
}
_NUMBERS: Final[tuple[Role, ...]] = ("number", "any number")
_FEW, _MANY, _NO_MEMORY = -1, -2, -13
_NO_BASE: Final = "A feature has at least one base; remove such lines"

# outcome -> (problem with {} for the text and <> for the column, what to do)
_SENTENCES: Final = {
    _FEW: ("<n>, not <wanted>, in {}", "{expected}"),
    _MANY: ("<n>, not <wanted>, in {}", "{expected}"),
    -3: ("no chromosome in {}", "{expected}"),
    -4: ("chromosome name {} is longer than 255 bytes", ""),
    -5: ("<> {} is not a whole number", "{expected}"),
    -6: ("<> {} is negative", "{expected}"),
    -7: ("<> {} is too large, it must be below 10**18", ""),
    -8: ("<> {} is before the first base", "Positions start at 1 in this format"),
    -9: ("start and end are the same in {}", _NO_BASE),
    -10: ("end is before start in {}", _NO_BASE),
    -11: ("<> {} is not one", "Write +, - or ."),
    -12: ("<> {} is not a number", "{expected}"),
    _NO_MEMORY: ("not enough memory at {}", ""),
}


class FieldRows(NamedTuple):
    """Rows of one buffer, column by column.

    Attributes
    ----------
    chrom : ndarray of int32, shape (n,)
        Codes into `FieldParser.names`.
    start, end : ndarray of int64, shape (n,)
        0-based half-open, ``0 <= start < end``.
    strand : ndarray of int8, shape (n,), or None
        1, -1, and 0 for unknown; None without such a column.
    line : ndarray of int64, shape (n,)
        1-based line numbers.
    columns : dict of str to ndarray or (data, offset)
        float64 for numbers, int64 for whole numbers; a text column is its bytes (uint8) and
        n + 1 offsets (int64): text ``i`` is ``data[offset[i]:offset[i + 1]]``.
    """

    chrom: NDArray[np.int32]
    start: NDArray[np.int64]
    end: NDArray[np.int64]
    strand: NDArray[np.int8] | None
    line: NDArray[np.int64]
    columns: dict[str, NDArray[np.float64] | NDArray[np.int64] | TextRun]


class FieldParser:
    r"""Parses one file given as buffers that end where lines end.

    Comments (``#``) and blank lines are skipped, a return before the newline is dropped.

    Parameters
    ----------
    path : str or Path
        Named in errors.
    columns : sequence of (str, role)
        Name of each column and what it holds. ``"start"`` and ``"end"`` are whole numbers;
        ``"strand"`` is one of ``+ - . ? *`` and ``"any strand"`` also ``1``, ``-1``, ``0`` or
        nothing; ``"."`` is NaN in a ``"number"``, and nothing too in ``"any number"`` between
        tabs; ``"whole"`` numbers are not negative;
        a ``"span text"`` is a text whose length is that of the feature.
    separator : {"tabs", "blanks"}
        Exactly one tab, or runs of tabs and spaces.
    fewest : int, optional
        Fields that a line must have; all by default. Only texts may follow them.
    open_ended : bool
        Lines may have more fields than there are columns.
    track_lines : bool
        Skip ``track`` and ``browser`` lines.
    base : {0, 1}
        Number of the first base of a chromosome. With 1, ends are inclusive.
    are_spans : bool
        False where rows are no intervals: chrom, start and end may be absent. An absent chrom has
        code 0, an absent start is 0, an absent end is one behind the start.
    first_line : int
        Number of the first line of the first buffer.
    expected : str
        What a row should look like, for the errors.

    Examples
    --------
    >>> parser = FieldParser(
    ...     "x.bed", [("chrom", "chrom"), ("start", "start"), ("end", "end"), ("name", "text")]
    ... )
    >>> rows = parser.parse(b"chr1\t5\t7\tab\n")
    >>> parser.names, rows.start, bytes(rows.columns["name"][0])
    (['chr1'], array([5]), b'ab')
    """

    def __init__(
        self,
        path: str | Path,
        columns: Sequence[tuple[str, Role]],
        *,
        separator: Literal["tabs", "blanks"] = "tabs",
        fewest: int | None = None,
        open_ended: bool = False,
        track_lines: bool = True,
        base: Literal[0, 1] = 0,
        are_spans: bool = True,
        first_line: int = 1,
        expected: str = "",
    ) -> None:
        self.path = str(path)
        self.columns = list(columns)
        self._are_spans = are_spans
        self._fewest = len(self.columns) if fewest is None else fewest
        self._check()
        self._tabs = separator == "tabs"
        self._open_ended = open_ended
        self._expected = expected
        self._names: list[str] = []
        roles = np.array([_CODES[role] for _, role in self.columns], np.uint8)
        self._parser = _fields.FieldParser(
            roles, self._tabs, self._fewest, open_ended, track_lines, base, first_line - 1
        )

    def _check(self) -> None:
        """Refuse columns that would leave a part of a row unset."""
        roles = [role for _, role in self.columns]
        ends = roles.count("end") + roles.count("span text")
        counts = {roles.count("chrom"), roles.count("start"), ends}
        if counts - ({1} if self._are_spans else {0, 1}):
            raise UsageError("columns need one chrom, one start and one end")
        if roles.count("strand") + roles.count("any strand") > 1:
            raise UsageError("columns hold two strands")
        if len(roles) > MAX_COLUMNS:
            raise UsageError(f"{len(roles)} columns are more than {MAX_COLUMNS}")
        if not 1 <= self._fewest <= len(roles) or set(roles[self._fewest :]) - {"text"}:
            raise UsageError("only texts may be absent from a line")

    @property
    def line(self) -> int:
        """Number of the last line read."""
        return self._parser.line

    @property
    def names(self) -> list[str]:
        """Distinct chromosome names so far; a longer list replaces it, it never changes."""
        if len(self._names) < self._parser.n_names:
            more = self._parser.names(len(self._names))
            self._names = self._names + [n.decode("utf-8", "backslashreplace") for n in more]
        return self._names

    def parse(self, data: bytes | memoryview) -> FieldRows:
        """Rows of the next buffer, which ends where a line ends.

        Raises
        ------
        ParseError
            At the first line that is no row, quoting it.
        """
        # a line cannot be shorter than its separators, so empty lines need no room in wide tables
        room = min(count_lines(data), (len(data) + 1) // self._fewest) + 1 if len(data) else 0
        roles = [role for _, role in self.columns]
        n_texts = roles.count("text") + roles.count("span text")
        chrom, strand = np.empty(room, np.int32), np.empty(room, np.int8)
        start, end, line = (np.empty(room, np.int64) for _ in range(3))
        if not self._are_spans:
            chrom[:], start[:], end[:] = 0, 0, _FAR
        n_numbers = sum(role in _NUMBERS for role in roles)
        number = np.empty((n_numbers, room), np.float64)
        whole = np.empty((roles.count("whole"), room), np.int64)
        first = np.empty((n_texts, room), np.int64)
        offset = np.empty((n_texts, room + 1), np.int64)
        offset[:, 0] = 0
        n, outcome = self._parser.parse(
            data, chrom, start, end, strand, line, number, whole, first, offset
        )
        if outcome < 0:
            raise self._error(outcome, data)
        numbers, wholes, texts = iter(number), iter(whole), zip(first, offset, strict=True)
        found: dict[str, NDArray[np.float64] | NDArray[np.int64] | TextRun] = {}
        for name, role in self.columns:
            if role in _NUMBERS:
                found[name] = next(numbers)[:n].copy()
            elif role == "whole":
                found[name] = next(wholes)[:n].copy()
            elif role in ("text", "span text"):
                at, edges = next(texts)
                found[name] = _copied(data, at[:n], edges[: n + 1].copy())
        if not self._are_spans and "end" not in roles:
            end = start + 1
        has_strand = "strand" in roles or "any strand" in roles
        return FieldRows(
            chrom[:n], start[:n], end[:n], strand[:n] if has_strand else None, line[:n], found
        )

    def _error(self, outcome: int, data: bytes | memoryview) -> ParseError:
        """Explain the line the parser stopped at."""
        at = self._parser.wrong_offset
        wrong = bytes(data[at : at + self._parser.wrong_size])
        problem, fix = _SENTENCES[outcome]
        if outcome in (_FEW, _MANY):
            n = wrong.count(b"\t") + 1 if self._tabs else len(wrong.split())
            wanted = len(self.columns) if outcome == _MANY else self._fewest
            more = " or more" if self._open_ended or self._fewest < len(self.columns) else ""
            problem = problem.replace("<n>", f"{n} field{'s' if n != 1 else ''}")
            problem = problem.replace("<wanted>", f"{wanted}{more if outcome == _FEW else ''}")
        else:
            problem = problem.replace("<>", self.columns[self._parser.wrong_column][0])
        return ParseError(
            problem.replace("{}", quoted(wrong)),
            path=self.path,
            line=self.line,
            fix=fix.replace("{expected}", self._expected),
        )


def _copied(
    data: bytes | memoryview, first: NDArray[np.int64], offset: NDArray[np.int64]
) -> TextRun:
    """Bring the texts of one column together."""
    out = np.empty(int(offset[-1]), np.uint8)
    _fields.copy_texts(data, first, offset, out)
    return out, offset
