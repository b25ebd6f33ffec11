"""Door to ext/reads.pyx: mapped reads out of text and out of BAM records."""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from genomedb._ext import reads as _reads
from genomedb.errors import UsageError
from genomedb.kernels.text import count_lines

MAX_COLUMN: Final = 4096
_SAM: Final = (10, 3, 4, 2, 6)  # sequence, chromosome, position, flags, CIGAR
_SMALLEST_RECORD: Final = 36


class Reads(NamedTuple):
    """Reads of one buffer: arrays of one length.

    Attributes
    ----------
    chrom : ndarray of int32
        Codes of names; -1 for reads that are not mapped.
    position : ndarray of int64
        Leftmost base, 0-based (of tables: as it stands there).
    strand : ndarray of int8
        1 or -1.
    size : ndarray of int64
        Letters of the read.
    """

    chrom: NDArray[np.int32]
    position: NDArray[np.int64]
    strand: NDArray[np.int8]
    size: NDArray[np.int64]


class ReadParser:
    r"""Parses reads given as buffers of whole lines, with tabs between the fields.

    A line that is no mapped read (too few fields, no such number or strand, flag 4 of SAM) is a
    read that is not mapped. Empty lines are skipped, and those that begin with ``@`` in SAM.

    Parameters
    ----------
    columns : sequence of 4 int, optional
        Where sequence, chromosome, position and strand (``+ F`` or ``- R``) stand, counted from
        1. None is SAM, whose positions are counted from 1; a sequence that is not stored has the
        length that the CIGAR says.

    Raises
    ------
    UsageError
        The columns are not four different whole numbers from 1 to 4096.

    Examples
    --------
    >>> parser = ReadParser((1, 2, 3, 4))
    >>> parser.parse(b"ACGT\tchr1\t7\t-\n").position, parser.names
    (array([7]), ['chr1'])
    """

    def __init__(self, columns: tuple[int, int, int, int] | None = None) -> None:
        chosen = _SAM if columns is None else (*_checked(columns), 0)
        self._names: list[str] = []
        places = np.array(chosen, np.int32) - 1
        self._parser = _reads.ReadParser(places, columns is None)

    @property
    def names(self) -> list[str]:
        """Distinct chromosome names so far; a longer list replaces it, it never changes."""
        if len(self._names) < self._parser.n_names:
            more = self._parser.names(len(self._names))
            self._names = self._names + [n.decode("utf-8", "backslashreplace") for n in more]
        return self._names

    def parse(self, data: bytes) -> Reads:
        """Reads of the next buffer, which ends where a line ends."""
        found = _room(count_lines(data) + 1 if data else 0)
        n = self._parser.parse(data, *found)
        return _first(found, n)


def bam_reads(data: bytes | memoryview) -> tuple[Reads, int]:
    """Reads of BAM records, unpacked, and the bytes they take; an unfinished record is left.

    Codes of chromosomes are places in the BAM header. The number of bytes is negative, counted
    from -1, where a record is damaged.
    """
    found = _room(len(data) // _SMALLEST_RECORD + 1 if len(data) else 0)
    n, done = _reads.bam_reads(data, *found)
    if n < 0:
        return _first(found, 0), -1 - done
    return _first(found, n), done


def _room(n: int) -> Reads:
    return Reads(
        np.empty(n, np.int32), np.empty(n, np.int64), np.empty(n, np.int8), np.empty(n, np.int64)
    )


def _first(found: Reads, n: int) -> Reads:
    return Reads(found.chrom[:n], found.position[:n], found.strand[:n], found.size[:n])


def _checked(columns: tuple[int, int, int, int]) -> tuple[int, ...]:
    listed = tuple(columns) if isinstance(columns, (tuple, list, np.ndarray)) else ()
    whole = all(
        isinstance(c, (int, np.integer)) and not isinstance(c, bool) and 1 <= c <= MAX_COLUMN
        for c in listed
    )
    if len(listed) != 4 or not whole or len(set(listed)) != 4:
        raise UsageError(
            f"columns are {columns!r:.60}",
            fix="Give four different column numbers from 1 on: sequence, chromosome, position, "
            "strand",
        )
    return tuple(int(c) for c in listed)
