# ruff: noqa: FBT001, FBT002 - the peer's signatures
"""gintervals_liftover and its kin: from another assembly to the current database."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import numpy as np

from genomedb.analysis.lift_values import Aggregate
from genomedb.analysis.liftover_intervals import liftover_intervals
from genomedb.analysis.liftover_track import liftover_track
from genomedb.analysis.load_chains import load_chains
from genomedb.db.database import GenomeDB
from genomedb.errors import UsageError
from genomedb.intervals.chain_frame import (
    COLUMNS,
    SOURCE_OVERLAP,
    TARGET_OVERLAP,
    chains_of_frame,
    frame_of_chains,
)
from genomedb.intervals.chain_overlaps import SOURCE_POLICIES, TARGET_POLICIES, checked_policy
from genomedb.intervals.chains import Chains
from genomedb.intervals.frame import require_columns
from genomedb.misha.compat import as_peer, frame_named
from genomedb.misha.current import current_db
from genomedb.misha.track_creation import new_name

__all__ = ["gintervals_as_chain", "gintervals_liftover", "gintervals_load_chain", "gtrack_liftover"]


def gintervals_load_chain(
    file: str,
    src_overlap_policy: str = "error",
    tgt_overlap_policy: str = "auto",
    src_groot: str | None = None,
    min_score: float | None = None,
) -> Any:
    """Read a UCSC chain file as a table of blocks of alignment.

    The source is the side that the format calls target, the target is the current database.
    Chains to chromosomes that it lacks are left out.

    Parameters
    ----------
    file : str
        Plain or compressed.
    src_overlap_policy, tgt_overlap_policy : str
        What to do with blocks that share bases of the source or the target; see `Chains.of`.
    src_groot : str, optional
        Database of the source: the lengths of its chromosomes must be those of the file. The peer
        does not look at it.
    min_score : float, optional
        Chains with less are left out.

    Returns
    -------
    DataFrame
        ``chrom start end strand chromsrc startsrc endsrc strandsrc chain_id score``; strands are
        0 (forward) and 1. ``keep`` and the clusters leave the order of the file, the other
        policies sort by target. The policies are in ``attrs``.

    Raises
    ------
    ParseError
        The file is wrong at a line; the peer accepts blocks that do not fill their chain.
    ChromError, UsageError, MissingFileError
        Another assembly, an unknown policy, overlaps that the policy refuses, no such file.
    """
    frame = _shown(_loaded(file, src_overlap_policy, tgt_overlap_policy, min_score, src_groot))
    if min_score is not None:
        frame.attrs["min_score"] = min_score
    return frame


def gintervals_as_chain(
    intervals: Any,
    src_overlap_policy: str = "error",
    tgt_overlap_policy: str = "auto",
    min_score: float | None = None,
) -> Any:
    """Mark a table of blocks as chains: a copy with the policies in ``attrs``.

    Overlaps are left as they are, and nothing is filtered.

    Raises
    ------
    UsageError
        No DataFrame (a ValueError; the peer's is a TypeError), a missing column, or an unknown
        policy.
    """
    if not hasattr(intervals, "columns"):
        raise UsageError("intervals must be a DataFrame", fix=f"Needs {', '.join(COLUMNS)}")
    require_columns(intervals, COLUMNS)
    by_source, by_target = _policies(src_overlap_policy, tgt_overlap_policy)
    marked = intervals.copy()
    marked.attrs[SOURCE_OVERLAP], marked.attrs[TARGET_OVERLAP] = by_source, by_target
    if min_score is not None:
        marked.attrs["min_score"] = min_score
    return marked


def gintervals_liftover(
    intervals: Any,
    chain: Any,
    src_overlap_policy: str = "error",
    tgt_overlap_policy: str = "auto",
    min_score: float | None = None,
    include_metadata: bool = False,
    canonic: bool = False,
    value_col: str | None = None,
    multi_target_agg: str = "mean",
    params: Any = None,
    na_rm: bool = True,
    min_n: int | None = None,
) -> Any:
    """Lift intervals of another assembly to the current database.

    Parameters
    ----------
    intervals : DataFrame
        Of the source. Positions that are empty or outside the chromosome are errors; the peer
        leaves them out.
    chain : str or DataFrame
        A chain file, read with the policies given, or a table of `gintervals_load_chain` or
        `gintervals_as_chain`, whose own policies hold.
    include_metadata : bool
        Add ``score``.
    canonic : bool
        Join rows of one interval and one chain that touch.
    value_col : str, optional
        Column of numbers to carry along.
    multi_target_agg, params, na_rm, min_n
        As in the peer they change nothing: every row is of one interval, and has its value.

    Returns
    -------
    DataFrame
        ``chrom start end intervalID chain_id``, then ``score`` and `value_col`; ``intervalID``
        counts from 0. Sorted by target; without rows when nothing has a place.

    Raises
    ------
    UsageError, ChromError, ParseError, MissingFileError
    """
    if intervals is None or chain is None:
        raise UsageError("intervals and chain are required", fix="Give both")
    if value_col is not None:
        Aggregate.checked(multi_target_agg, skip_missing=na_rm, min_count=min_n)
    chains = _chains(chain, src_overlap_policy, tgt_overlap_policy, min_score)
    frame = frame_named(intervals)
    columns = () if value_col is None else (value_col,)
    found = liftover_intervals(
        frame, chains, canonic=canonic, score=include_metadata, columns=columns
    )
    if value_col is not None:
        found[value_col] = _numbers(found[value_col])
    return as_peer(found.drop(columns="strand", errors="ignore"))


def gtrack_liftover(
    track: str,
    description: str,
    src_track_dir: str,
    chain: Any,
    src_overlap_policy: str = "error",
    tgt_overlap_policy: str = "auto",
    multi_target_agg: str = "mean",
    params: Any = None,
    na_rm: bool = True,
    min_n: int | None = None,
    min_score: float | None = None,
) -> None:
    """Make a track of another assembly's track; dense stays dense, sparse stays sparse.

    Parameters
    ----------
    src_track_dir : str or Track
        File of a genomedb track, with or without ``.h5``. A folder of a misha track is an error
        that says how to import it.
    chain, src_overlap_policy, tgt_overlap_policy, min_score
        As in `gintervals_liftover`.
    multi_target_agg : {"mean", "median", "sum", "min", "max", "count", "first", "last"}
        What several values in one place become.
    params : optional
        Not used.
    na_rm : bool
        False makes a place missing where one of its values is; the peer leaves them out all the
        same.
    min_n : int, optional
        Places with fewer values get none.

    Raises
    ------
    UsageError, ChromError, ParseError, MissingFileError, TrackExistsError
    """
    db = current_db()
    name = new_name(db, track)
    source = _source(src_track_dir)
    chains = _chains(chain, src_overlap_policy, tgt_overlap_policy, min_score)
    liftover_track(
        db, name, source, chains=chains, aggregate=multi_target_agg, skip_missing=na_rm,
        min_count=min_n, description=description,
        created_by=f'gtrack.liftover("{track}", description, "{src_track_dir}", chain)',
    )  # fmt: skip


def _policies(source: Any, target: Any) -> tuple[str, str]:
    return (
        checked_policy(source, SOURCE_POLICIES, what=SOURCE_OVERLAP),
        checked_policy(target, TARGET_POLICIES, what=TARGET_OVERLAP),
    )


def _loaded(
    file: Any, source: Any, target: Any, min_score: float | None, src_groot: str | None = None
) -> Chains:
    by_source, by_target = _policies(source, target)
    return load_chains(
        file, current_db().chroms,
        source_chroms=None if src_groot is None else GenomeDB(src_groot).chroms,
        source_overlap=by_source, target_overlap=by_target, min_score=min_score,
    )  # fmt: skip


def _chains(chain: Any, source: Any, target: Any, min_score: float | None) -> Chains:
    """Chains of a file, or of a table."""
    if isinstance(chain, (str, os.PathLike)):
        return _loaded(chain, source, target, min_score)
    if not hasattr(chain, "columns"):
        raise UsageError("chain must be a file path string or a chain DataFrame")
    return chains_of_frame(chain, current_db().chroms)


def _shown(chains: Chains) -> Any:
    """A table of chains with its chromosomes as text."""
    frame = as_peer(frame_of_chains(chains))
    frame["chromsrc"] = frame["chromsrc"].astype("str")
    return frame


def _source(track: Any) -> Any:
    """The track of a file named with or without its suffix."""
    if isinstance(track, (str, os.PathLike)) and not Path(track).exists():
        file = Path(f"{track}.h5")
        return file if file.exists() else track
    return track


def _numbers(column: Any) -> Any:
    try:
        return column.to_numpy(np.float64, na_value=np.nan)
    except (TypeError, ValueError):
        raise UsageError("holds no numbers", where=f"value_col {column.name}") from None
