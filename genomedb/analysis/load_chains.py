"""load_chains: a chain file, with what overlaps in it resolved."""

from __future__ import annotations

from pathlib import Path

from genomedb.core.chroms import ChromTable
from genomedb.intervals.chain_overlaps import SOURCE_POLICIES, TARGET_POLICIES, checked_policy
from genomedb.intervals.chains import Chains
from genomedb.readers.chain import read_chains


def load_chains(
    path: str | Path,
    chroms: ChromTable,
    *,
    source_chroms: ChromTable | None = None,
    source_overlap: str = "error",
    target_overlap: str = "auto",
    min_score: float | None = None,
) -> Chains:
    """Read a UCSC chain file.

    The source is what is lifted: the side that the format calls target. Chains to chromosomes
    that the target assembly lacks are left out.

    Parameters
    ----------
    path : str or Path
        Plain or compressed.
    chroms : ChromTable
        Chromosomes of the target, such as ``db.chroms``.
    source_chroms : ChromTable, optional
        Chromosomes of the source, whose lengths the file must have.
    source_overlap, target_overlap, min_score
        What to do with blocks that overlap, see `Chains.of`.

    Returns
    -------
    Chains

    Raises
    ------
    ParseError
        The file is wrong at a line.
    ChromError
        It is of another assembly.
    UsageError
        An unknown policy, or overlaps where the policy is ``error``.

    Examples
    --------
    >>> load_chains("hg19ToHg38.over.chain.gz", db.chroms, source_overlap="keep")  # doctest: +SKIP
    """
    checked_policy(source_overlap, SOURCE_POLICIES, what="source_overlap")
    checked_policy(target_overlap, TARGET_POLICIES, what="target_overlap")
    file = read_chains(path, chroms=chroms, source_chroms=source_chroms)
    return Chains.of(
        file, chroms,
        source_overlap=source_overlap, target_overlap=target_overlap, min_score=min_score,
    )  # fmt: skip
