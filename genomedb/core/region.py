"""Region: one stretch of one chromosome, and its text form."""

from __future__ import annotations

import re
from dataclasses import dataclass

from genomedb.core.chroms import ChromTable
from genomedb.errors import ChromError, UsageError

_TEXT = re.compile(
    r"(?P<chrom>\S+?)(?::(?P<start>[0-9][0-9,]{0,29})-(?P<end>[0-9][0-9,]{0,29}))?\s*"
)


@dataclass(frozen=True)
class Region:
    """``[start, end)`` of a chromosome, 0-based half-open."""

    chrom: str
    start: int
    end: int

    def __str__(self) -> str:
        return f"{self.chrom}:{self.start}-{self.end}"


def parse_region(text: str, chroms: ChromTable) -> Region:
    """Region from ``chr1:10,000-20,000`` (0-based half-open) or a whole chromosome's name.

    Raises
    ------
    UsageError
        If the text has another form.
    ChromError
        If the chromosome is unknown or the region is not inside it.

    Examples
    --------
    >>> parse_region("1:1,000-2,000", ChromTable(("chr1",), (5000,)))
    Region(chrom='chr1', start=1000, end=2000)
    """
    if not isinstance(text, str):
        raise UsageError(f"cannot read region {text!r}", fix="Write chrom:start-end")
    if chroms.find(text) >= 0:
        name = chroms.name(text)
        return Region(name, 0, chroms.length(name))
    found = _TEXT.fullmatch(text)
    if found is None or found["start"] is None:
        if found is not None and ":" not in text:
            chroms.code(text)  # raises: an unknown chromosome
        raise UsageError(f"cannot read region {text[:80]!r}", fix="Write chrom:start-end")
    name = chroms.name(found["chrom"])
    start, end = (int(found[k].replace(",", "")) for k in ("start", "end"))
    check_inside(name, start, end, chroms.length(name))
    return Region(name, start, end)


def check_inside(chrom: str, start: int, end: int, length: int) -> None:
    """Raise `ChromError` unless ``0 <= start < end <= length``."""
    if start >= end:
        raise ChromError(f"{chrom}:{start}-{end}: start must be before end")
    if start < 0 or end > length:
        raise ChromError(
            f"{chrom}:{start}-{end} is not inside the chromosome",
            fix=f"{chrom} is {length} bp long; positions are 0-based half-open",
        )
