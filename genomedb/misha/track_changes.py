# ruff: noqa: FBT001, FBT002 - the peer's signatures
"""gtrack_*: tracks renamed, copied, given other values, stored in another way."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

import numpy as np

from genomedb.analysis.modify_track import modify_track
from genomedb.analysis.smooth import ALGORITHMS, smooth_track
from genomedb.core.names import track_name
from genomedb.errors import TrackExistsError, UsageError
from genomedb.misha.arguments import checked_name, number_of, text_of
from genomedb.misha.asking import asked
from genomedb.misha.current import current_db, folder_path, storage
from genomedb.misha.track_creation import new_name
from genomedb.misha.tracks import opened
from genomedb.storage import schema
from genomedb.tracks.base import Track
from genomedb.tracks.convert import present_values
from genomedb.tracks.dense import DenseTrack
from genomedb.tracks.pairs import PairTrack
from genomedb.tracks.records import RecordsTrack
from genomedb.tracks.rewrite import repack

__all__ = [
    "gtrack_2d_convert_to_indexed", "gtrack_convert_to_indexed", "gtrack_copy",
    "gtrack_create_dirs",
    "gtrack_create_empty_indexed", "gtrack_modify", "gtrack_mv", "gtrack_smooth",
]  # fmt: skip


# ---- names


def gtrack_mv(src: str, dest: str) -> None:
    """Rename a track, with all that belongs to it; namespaces are made and removed as needed.

    Parameters
    ----------
    src : str
        A track of the database; those of datasets are only read.
    dest : str
        Its new name.

    Raises
    ------
    TrackNotFoundError
        There is no track `src`.
    TrackExistsError
        `dest` is `src`, or the name of a track, an interval set or a virtual track.
    UsageError
        `dest` is no name, or `src` is a track of a dataset.
    """
    _from_to(src, dest, current_db().move_track)


def gtrack_copy(src: str, dest: str) -> None:
    """Copy a track, of any dataset too, with all that belongs to it into the database.

    Attributes are those of `src`, also ``created.by`` and ``created.date``. Unlike the peer, which
    gives a list of names, it gives nothing and takes one name.

    Raises
    ------
    TrackNotFoundError
        There is no track `src`.
    TrackExistsError
        `dest` is `src`, or the name of a track, an interval set or a virtual track.
    UsageError
        `dest` is no name.
    """
    _from_to(src, dest, current_db().copy_track)


def _from_to(src: str, dest: str, change: Callable[[str, str], None]) -> None:
    """Rename or copy a track after checking both names."""
    opened(src)
    if src == dest:
        raise TrackExistsError(
            f"Source and destination are the same: '{src}'", fix="Give another name"
        )
    change(src, new_name(current_db(), dest))


def gtrack_create_dirs(track: str, mode: str = "0777") -> None:
    """Make the folders that a track of this name would lie in; those there are stay.

    Not needed before a track is created: that makes them.

    Parameters
    ----------
    track : str
        Such as ``proj.sample.my_track``, for folders ``proj`` and ``proj/sample``.
    mode : str
        Permissions, in octal digits; the process's mask is taken off.

    Raises
    ------
    UsageError
        The name or the mode is not legal.
    """
    db = current_db()
    parts = track_name(checked_name(track)).split("/")[:-1]
    try:
        bits = int(mode, 8)
    except (TypeError, ValueError):
        raise UsageError(f"mode is {mode!r:.40}", fix='Give octal digits, such as "0777"') from None
    path = folder_path(db, db.folder)
    for part in parts:
        path = path / part
        path.mkdir(mode=bits, exist_ok=True)


# ---- values


def gtrack_modify(track: str, expr: str, intervals: Any = None) -> None:
    """Give the bins of a dense track the values of an expression.

    Every bin that the scope touches is changed, as a whole and once. The expression, which is
    walked in the bins of the track, sees the old values. When it fails, nothing has changed. The
    call is added to the attribute ``created.by``.

    Parameters
    ----------
    track : str
        A dense track of the database.
    expr : str
        May be a number.
    intervals : optional
        Scope, default the whole genome.

    Raises
    ------
    TrackNotFoundError
        There is no such track.
    UsageError
        It is not dense, or one of a dataset; the expression is None.
    ExpressionError, ChromError
        The expression or the scope is not right.
    """
    found = opened(track)
    if found.track_type != schema.DENSE:
        raise UsageError(
            f"Track '{track}' is {found.track_type}", where=found.path,
            fix="Only dense tracks can be modified",
        )  # fmt: skip
    expr = text_of(expr, "expr")
    options = asked(intervals)
    del options["iterator"]
    line = f"gtrack.modify({track}, {expr:.2000}, intervs)"
    modify_track(current_db(), track, expr, created_by=line, **options)


def gtrack_smooth(
    track: str,
    description: str,
    expr: str,
    winsize: float,
    weight_thr: float = 0,
    smooth_nans: bool = False,
    alg: str = "LINEAR_RAMP",
    iterator: Any = None,
) -> None:
    """Make a dense track of means of an expression over the bins around each bin.

    With bins of B bp the window reaches ``N = floor(winsize / 2 / B + 1/2)`` bins to either side.
    Bins without a value, and what lies off the chromosome, do not count.

    Parameters
    ----------
    track, description, expr : str
    winsize : float
        Base pairs.
    weight_thr : float
        Least weight of the bins that have a value: below it the mean is NaN. Times N + 1 for
        ``LINEAR_RAMP``.
    smooth_nans : bool
        Give a mean to bins without a value too.
    alg : {"LINEAR_RAMP", "MEAN"}
        A bin k bins away weighs N + 1 - k, or all weigh 1.
    iterator : optional
        A bin size or dense track, default as the expression implies.

    Raises
    ------
    TrackExistsError
        The name is taken.
    UsageError, ExpressionError
        The expression is None or wrong, the window not positive, the algorithm not one of them,
        the iterator not of bins of one width.
    """
    db = current_db()
    name, expr = new_name(db, track), text_of(expr, "expr")
    if not 0 < number_of(winsize, "winsize") < np.inf:
        raise UsageError(f"winsize is {winsize!r:.40}", fix="Give base pairs, above 0")
    if not np.isfinite(number_of(weight_thr, "weight_thr")):
        raise UsageError(f"weight_thr is {weight_thr!r:.40}", fix="Give a finite number")
    if alg not in ALGORITHMS:
        raise UsageError(f"alg is {alg!r:.40}", fix=f"Use one of: {', '.join(ALGORITHMS)}")
    options = asked(None, iterator)
    del options["scope"]
    call = (
        f"gtrack.smooth({track}, description, {expr:.2000}, {winsize}, {weight_thr}, "
        f"{bool(smooth_nans)}, {alg})"
    )
    smooth_track(
        db, name, expr, winsize, threshold=weight_thr, smooth_nans=bool(smooth_nans), algorithm=alg,
        description=text_of(description, "description"), created_by=call, **options,
        storage=storage(),
    )  # fmt: skip


# ---- layout


def gtrack_convert_to_indexed(track: str, remove_old: bool = False) -> None:
    """Store a track in one dataset for all chromosomes, instead of one for each.

    Answers stay the same. A track that is stored so already is left alone.

    Parameters
    ----------
    track : str
        A track of the database.
    remove_old : bool
        Changes nothing: a track is one file, and the new one replaces it.

    Raises
    ------
    TrackNotFoundError
        There is no such track.
    UsageError
        It is one of a dataset.
    """
    del remove_old
    _to_indexed(opened(track), track)


def gtrack_create_empty_indexed(track: str) -> None:
    """As `gtrack_convert_to_indexed`, of a track without data, which has none afterwards.

    The peer replaces whatever data there is; here a track that has some is refused.

    Raises
    ------
    TrackNotFoundError
        There is no such track.
    UsageError
        It has data, or is one of a dataset.
    """
    found = opened(track)
    place = _first_data(found)
    if place is not None:
        raise UsageError(
            f"Track '{track}' has data, on {place}", where=found.path,
            fix="Use gtrack_convert_to_indexed, which keeps them",
        )  # fmt: skip
    _to_indexed(found, track)


def gtrack_2d_convert_to_indexed(track: str, remove_old: bool = True, force: bool = False) -> None:
    """As `gtrack_convert_to_indexed`, of 2D tracks only.

    Raises
    ------
    TrackNotFoundError
        There is no such track.
    UsageError
        It is not a 2D track, or one of a dataset.
    """
    del remove_old, force
    found = opened(track)
    if not isinstance(found, PairTrack):
        raise UsageError(
            f"Track '{track}' is not a 2D track (type={found.track_type!r})", where=found.path,
            fix="Use gtrack_convert_to_indexed",
        )  # fmt: skip
    _to_indexed(found, track)


def _to_indexed(found: Track, track: str) -> None:
    db = current_db()
    if db.root_of(track) != db.path:
        raise UsageError(
            f"Track '{track}' is of a dataset, which is only read", where=os.fspath(found.path),
            fix="Copy it with gtrack_copy",
        )  # fmt: skip
    if found.layout != schema.INDEXED:
        repack(found, layout=schema.INDEXED)


def _first_data(track: Track) -> str | None:
    """The first chromosome with a record or a bin that has a value."""
    if isinstance(track, RecordsTrack):
        return next(filter(track.has_chrom, track.chroms.names), None)
    if isinstance(track, PairTrack):
        return next(("-".join(pair) for pair in track.pairs), None)
    assert isinstance(track, DenseTrack)
    for chrom in filter(track.has_chrom, track.chroms.names):
        for block in track.iter_chrom_blocks([chrom], reuse=True):
            if not np.isnan(present_values(track, block.values)).all():
                return chrom
    return None
