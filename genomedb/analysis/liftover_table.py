"""make_liftover_table: where each position of one assembly lies in another, kept as a track."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from genomedb.analysis.lift_source import codes_of
from genomedb.analysis.new_track import new_place, provenance_of
from genomedb.core.chains import ChainBlocks
from genomedb.db.database import GenomeDB
from genomedb.errors import ChromError, UsageError
from genomedb.intervals.chain_overlaps import resolve_targets
from genomedb.intervals.chains import Chains
from genomedb.storage.write import Storage
from genomedb.tracks.create import new_array

COLUMNS: Final = ("to_chrom", "to_start", "orientation")


def table_name(source: str, target: str) -> str:
    """Name that such a track has in the database of its source, by the assemblies.

    Examples
    --------
    >>> table_name("hg19", "hg38")
    'liftover_hg19_to_hg38_tab'
    """
    return f"liftover_{source}_to_{target}_tab"


def make_liftover_table(
    db: GenomeDB,
    chains: Chains,
    name: str,
    *,
    description: str = "",
    storage: Storage | None = None,
    overwrite: bool = False,
) -> int:
    """Make an array track of the blocks of chains, for single positions (`CoordLifter`).

    A record is a gapless block of the source; a base that several chains have is of the chain of
    the best score, then of the lowest id. Its columns are ``to_chrom`` (code of the chromosome in
    the target, from 0), ``to_start`` (the leftmost base of the block there, from 0) and
    ``orientation`` (1, or -1 where the alignment is reversed). Bases without a place have no
    record.

    Parameters
    ----------
    db : GenomeDB
        Of the source assembly: positions are looked up in it, and the track goes there.
    chains : Chains
        From there to the target, see `load_chains` (with ``source_overlap="keep"``).
    name : str
        Of the new track, see `table_name`.
    description, storage, overwrite
        As in `create_track`.

    Returns
    -------
    int
        Bases that have a place.

    Raises
    ------
    ChromError
        The chains are of another assembly than the database, or share no chromosome with it.
    UsageError, TrackExistsError, LockedError, WriteError

    Examples
    --------
    >>> chains = load_chains("aToB.chain.gz", b.chroms, source_overlap="keep")  # doctest: +SKIP
    >>> make_liftover_table(a, chains, "liftover_a_to_b_tab")  # doctest: +SKIP
    2868054
    """
    place = new_place(db, name, overwrite=overwrite)
    if not isinstance(chains, Chains):
        raise UsageError(f"{type(chains).__name__} is not Chains", fix="Use load_chains")
    blocks = codes_of(db.chroms, chains, db.assembly).blocks
    if not len(blocks):
        raise ChromError("the chains share no chromosome with the database", where=db.assembly)
    # by source: what is resolved is where the other side lies
    best = resolve_targets(blocks.inverse(), db.chroms.names, "auto_score").inverse()
    best = best[np.lexsort((best.source_start, best.source))]
    large = max((*db.chroms.lengths, *chains.chroms.lengths)) >= 2**31
    provenance = provenance_of(
        name, description, "", "make_liftover_table", "chains", bin_size=None
    )  # fmt: skip
    with new_array(
        place, COLUMNS, dtype="float64" if large else "int32", storage=storage,
        provenance=provenance, overwrite=overwrite,
    ) as draft:  # fmt: skip
        for code in np.unique(best.source).tolist():
            draft.write(db.chroms.names[code], _records(best[best.source == code]))
    return int(best.size.sum())


def _records(blocks: ChainBlocks) -> Iterator[tuple[NDArray[Any], NDArray[Any], NDArray[Any]]]:
    turn = np.where(blocks.is_reverse, -1, 1)
    values = np.column_stack((blocks.target, blocks.target_start, turn))
    yield blocks.source_start, blocks.source_end, values
