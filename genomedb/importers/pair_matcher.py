"""Pairs of intervals of text files, on the chromosomes of a database."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from genomedb.core.chroms import ChromTable
from genomedb.core.spans import Spans, Spans2D
from genomedb.errors import ParseError
from genomedb.importers.sources import Report
from genomedb.readers.contacts import ContactBatch, Side


class PairMatcher:
    """Translates the chromosomes of one file into those of a database.

    Parameters
    ----------
    chroms : ChromTable
        The database's.
    report : Report
        Counts rows that are taken, and rows left out by the first chromosome of theirs that the
        database does not have.
    path : str
        The file, for messages.
    """

    def __init__(self, chroms: ChromTable, report: Report, path: str) -> None:
        self._chroms, self._report, self._path = chroms, report, path
        self._codes: dict[int, tuple[list[str], NDArray[np.int64]]] = {}

    def match(self, batch: ContactBatch) -> tuple[Spans2D, NDArray[np.float64]]:
        """Rectangles and values of the rows on known chromosomes.

        Raises
        ------
        ParseError
            One of them is empty or not inside its chromosomes.
        """
        sides, line, value = (batch.first, batch.second), batch.line, batch.value
        codes = [self._code(side, number) for number, side in enumerate(sides)]
        spans = [Spans(code, side.start, side.end) for code, side in zip(codes, sides, strict=True)]
        first_wrong = codes[0] < 0
        wrong = first_wrong | (codes[1] < 0)
        if wrong.any():
            self._report.leave_out(sides[0].names, sides[0].chrom[first_wrong])
            self._report.leave_out(sides[1].names, sides[1].chrom[wrong & ~first_wrong])
            kept = np.flatnonzero(~wrong)
            spans, line, value = [side[kept] for side in spans], line[kept], value[kept]
        for number, side in enumerate(spans, 1):
            self._check_inside(side, line, number)
        self._report.n_records += value.size
        return Spans2D(*spans), value

    def _code(self, side: Side, number: int) -> NDArray[np.int64]:
        """Code of each row, -1 for unknown chromosomes."""
        names, codes = self._codes.get(number, ([], np.empty(0, np.int64)))
        if names is not side.names:
            codes = np.array([self._chroms.find(name) for name in side.names], np.int64)
            self._codes[number] = side.names, codes
        return codes[side.chrom]

    def _check_inside(self, side: Spans, line: NDArray[np.int64], number: int) -> None:
        wrong = (side.start >= side.end) | (side.end > self._chroms.length_array[side.code])
        wrong |= side.start < 0
        if not wrong.any():
            return
        i = int(wrong.argmax())
        if side.start[i] < 0:  # of .pairs; in other files that is no number of a base
            raise ParseError(
                f"pos{number} is before the first base", path=self._path, line=int(line[i]),
                fix="Positions start at 1 in this format",
            )  # fmt: skip
        code = int(side.code[i])
        raise ParseError(
            f"{self._chroms.names[code]}:{side.start[i]}-{side.end[i]} (side {number}) is empty or "
            f"not inside its chromosome of {self._chroms.lengths[code]} bp",
            path=self._path,
            line=int(line[i]),
            fix="Check the assembly; positions shown are 0-based half-open",
        )


__all__ = ["PairMatcher"]
