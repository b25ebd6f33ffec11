"""How reads of both strands go together at a distance: the quality of an enrichment."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from genomedb.core.chroms import ChromTable
from genomedb.errors import UsageError
from genomedb.kernels.reads import Reads
from genomedb.readers.sam_text import iter_mapped_reads

MOST_IN_A_BIN: Final = 10  # more is taken for copies of one molecule
_F8 = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class StrandCorrelation:
    """Reads of a bin on either strand, and how they correlate.

    Attributes
    ----------
    mean, deviation : tuple of float
        Of the reads a bin, forward and reverse; NaN deviations never occur.
    offset : ndarray of int64, shape (n,)
        Bins by which reverse reads lie behind forward ones.
    correlation : ndarray of float64, shape (n,)
        Pearson's, with the means and deviations above; NaN where a strand is constant.
    """

    mean: tuple[float, float]
    deviation: tuple[float, float]
    offset: NDArray[np.int64]
    correlation: _F8


def strand_correlation(
    chroms: ChromTable,
    source: str | Path,
    chrom: str,
    *,
    bin_size: int,
    max_read: int = 400,
    columns: tuple[int, int, int, int] | None = None,
    region: tuple[int, int] = (0, 2**62),
) -> StrandCorrelation:
    """Correlate the counts of forward reads with those of reverse reads some bins further.

    A forward read counts at its position, a reverse one at the position after its last base; a
    bin counts at most 10 on a strand.

    Parameters
    ----------
    chroms : ChromTable
        Spellings and lengths of chromosomes.
    source : path
        SAM, BAM or a table with tabs; may be compressed.
    chrom : str
        Which chromosome.
    bin_size : int
        Base pairs.
    max_read : int
        Offsets go from ``-max_read // bin_size`` up to its opposite, which is left out. So many
        bins at both ends of the region are looked at only from the other strand.
    columns : tuple of 4 int, optional
        Of a table, as in `import_mapped_reads`; None for SAM and BAM.
    region : (int, int)
        Base pairs to look at; reads count whose positions are in it.

    Raises
    ------
    UsageError
        A number that cannot be, or a region without a bin to look at.
    ChromError
        Unknown chromosome.
    MissingFileError, FormatError, ParseError

    Examples
    --------
    >>> strand_correlation(db.chroms, "chip.bam", "chr1", bin_size=10)  # doctest: +SKIP
    """
    code = chroms.code(chrom)
    if bin_size < 1 or max_read < 0:
        raise UsageError(
            f"bins of {bin_size} bp and reads of {max_read} bp", fix="Give positive numbers"
        )
    most = max_read // bin_size
    low = max(region[0], 0) // bin_size
    high = min(region[1], chroms.lengths[code]) // bin_size
    first, last = low + most, high - most - 1
    if first >= last:
        raise UsageError(
            f"{chrom}:{region[0]}-{min(region[1], chroms.lengths[code])} has no bins of {bin_size} "
            f"bp that are {max_read} bp away from its ends",
            fix="Give a larger region, smaller bins or shorter reads",
        )
    counts = np.zeros((2, high), np.int64)
    for names, reads in iter_mapped_reads(source, columns):
        wanted = [chroms.find(name) == code for name in names]
        _count(counts, reads, wanted, bin_size, region)
    forward, reverse = np.minimum(counts, MOST_IN_A_BIN).astype(np.float64)
    here, there = forward[first:last], reverse[first:last]
    offset = np.arange(-most, most)
    with np.errstate(invalid="ignore", divide="ignore"):
        correlation = np.array([
            ((here * reverse[first + k : last + k]).mean() - here.mean() * there.mean())
            / (here.std() * there.std())
            for k in offset.tolist()
        ])  # fmt: skip
    return StrandCorrelation(
        (float(here.mean()), float(there.mean())), (float(here.std()), float(there.std())),
        offset, correlation,
    )  # fmt: skip


def _count(
    counts: NDArray[np.int64],
    reads: Reads,
    is_wanted: list[bool],
    bin_size: int,
    region: tuple[int, int],
) -> None:
    """Add reads of the wanted chromosome to the bins of both strands."""
    wanted = np.append(np.array(is_wanted, np.bool_), False)  # -1, not mapped, finds the last
    inside = (reads.position >= max(region[0], 0)) & (reads.position < region[1])
    kept = np.flatnonzero(wanted[reads.chrom] & inside)
    strand, position = reads.strand[kept], reads.position[kept]
    position = np.where(strand < 0, position + reads.size[kept], position)
    for row, sign in enumerate((1, -1)):
        bins = position[strand == sign] // bin_size
        bins = bins[bins < counts.shape[1]]
        counts[row] += np.bincount(bins, minlength=counts.shape[1])
