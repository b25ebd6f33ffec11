"""load_chains: a chain file, with what overlaps in it resolved."""

from __future__ import annotations

import logging
from pathlib import Path

import numpy as np

from genomedb.core.chains import ChainFile
from genomedb.core.chroms import ChromTable
from genomedb.errors import ChromError
from genomedb.intervals.chain_overlaps import SOURCE_POLICIES, TARGET_POLICIES, checked_policy
from genomedb.intervals.chains import Chains
from genomedb.readers.chain import read_chains

log = logging.getLogger(__name__)


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
        Chromosomes of the source, whose lengths the file must have. Chains of others are of no
        use then; they and those left out are logged, with their number.
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
        It is of other assemblies: a length differs, or, with `source_chroms`, no chain leads from
        one of them to a chromosome of the target.
    UsageError
        An unknown policy, or overlaps where the policy is ``error``.

    Examples
    --------
    >>> load_chains("hg19ToHg38.over.chain.gz", db.chroms, source_overlap="keep")  # doctest: +SKIP
    """
    checked_policy(source_overlap, SOURCE_POLICIES, what="source_overlap")
    checked_policy(target_overlap, TARGET_POLICIES, what="target_overlap")
    if source_chroms is None:
        file = read_chains(path, chroms=chroms)
    else:
        file = read_chains_between(path, source_chroms, chroms)
    return Chains.of(
        file, chroms,
        source_overlap=source_overlap, target_overlap=target_overlap, min_score=min_score,
    )  # fmt: skip


def read_chains_between(
    path: str | Path, source_chroms: ChromTable, chroms: ChromTable
) -> ChainFile:
    """Read a chain file, and log which of its chromosomes the assemblies lack.

    Parameters
    ----------
    path : str or Path
    source_chroms, chroms : ChromTable
        From where to where.

    Raises
    ------
    ParseError
        The file is wrong at a line.
    ChromError
        A chromosome has another length, or no chain leads from one assembly to the other.
    """
    file = read_chains(path, chroms=chroms, source_chroms=source_chroms)
    blocks = file.blocks
    known = np.ones(len(blocks), np.bool_)
    for side, names, code, table in (
        ("source", list(file.sources), blocks.source, source_chroms),
        ("target", list(file.targets), blocks.target, chroms),
    ):
        has = np.array([table.find(name) >= 0 for name in names], np.bool_)
        known &= has[code]
        lacks = [name for name, there in zip(names, has.tolist(), strict=True) if not there]
        if len(lacks) == len(names):
            raise ChromError(
                f"none of its {side} chromosomes ({', '.join(lacks[:5])}) is in the database "
                f"({', '.join(table.names[:5])})",
                where=path,
                fix="Check which assemblies the file joins, and in which direction",
            )
        if lacks:
            more = f" and {len(lacks) - 10} more" if len(lacks) > 10 else ""
            log.warning(
                "%s: %s chromosomes not in the database: %s%s: %s blocks left out", path, side,
                ", ".join(lacks[:10]), more, f"{np.count_nonzero(~has[code]):,}",
            )  # fmt: skip
    if not known.any():
        raise ChromError(
            "no chain leads from one database to the other",
            where=path,
            fix="Check which assemblies the file joins",
        )
    return file
