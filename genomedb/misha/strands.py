"""gcompute_strands_autocorr: how reads of both strands go together."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from genomedb.analysis.strand_correlation import strand_correlation
from genomedb.misha.arguments import whole_number
from genomedb.misha.current import current_db

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["gcompute_strands_autocorr"]
_Path = str | os.PathLike[str]


def gcompute_strands_autocorr(
    file: _Path,
    chrom: str,
    binsize: int,
    maxread: int = 400,
    cols_order: tuple[int, int, int, int] | None = (9, 11, 13, 14),
    min_coord: int = 0,
    max_coord: int = 300000000,
) -> tuple[dict[str, float], pd.DataFrame]:
    """Correlate counts of forward reads with those of reverse reads some bins further.

    A forward read counts at its position, a reverse one at the position after its last base; a
    bin counts at most 10 on a strand.

    Parameters
    ----------
    file : path
        Table with tabs, or SAM or BAM with `cols_order` None; may be compressed.
    chrom : str
        In any spelling; so are those of the file.
    binsize : int
        Base pairs.
    maxread : int
        Offsets go from ``-maxread // binsize`` up to its opposite, which is left out; so many bins
        at the ends of the region are left out of means and deviations.
    cols_order : tuple of 4 int
        Columns of sequence, chromosome, place and strand, from 1.
    min_coord, max_coord : int
        Region to look at.

    Returns
    -------
    (dict, pandas.DataFrame)
        ``forward_mean forward_stdev reverse_mean reverse_stdev``, and ``bin corr``.

    Raises
    ------
    ChromError, UsageError
        Unknown chromosome, numbers that cannot be, or no bin to look at.
    MissingFileError
        There is no such file.
    """
    import pandas as pd

    found = strand_correlation(
        current_db().chroms, os.fspath(file), chrom,
        bin_size=whole_number(binsize, "binsize", least=1),
        max_read=whole_number(maxread, "maxread", least=0), columns=cols_order,
        region=(int(min_coord), int(max_coord)),
    )  # fmt: skip
    stats = {
        "forward_mean": found.mean[0], "forward_stdev": found.deviation[0],
        "reverse_mean": found.mean[1], "reverse_stdev": found.deviation[1],
    }  # fmt: skip
    bins = pd.DataFrame({"bin": found.offset.astype("float64"), "corr": found.correlation})
    return stats, bins
