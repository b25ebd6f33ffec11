# ruff: noqa: FBT001, FBT002 - the peer's signatures
"""gtrack_create_*: new tracks of intervals and values."""

from __future__ import annotations

from typing import Any

from numpy.typing import ArrayLike

from genomedb.analysis.from_intervals import create_dense_from, create_sparse_from
from genomedb.core.names import track_name
from genomedb.errors import TrackExistsError, UsageError
from genomedb.misha.arguments import checked_name, flag_of, number_of, text_of, whole_number
from genomedb.misha.current import FolderDB, current, current_db, storage
from genomedb.misha.tracks import TYPES, kind_of
from genomedb.virtual.bin_functions import FUNCTIONS

__all__ = ["gtrack_create_dense", "gtrack_create_dense_direct", "gtrack_create_sparse"]


def gtrack_create_dense(
    track: str,
    description: str,
    intervals: Any,
    values: ArrayLike,
    binsize: int,
    defval: float = float("nan"),
    func: str = "weighted.mean",
) -> None:
    """Make a dense track of intervals, which may overlap, with values.

    A bin is the mean of the values of the intervals in it, weighted by the bases they have there.
    Unless `defval` is NaN, it joins with the bases that are left: the length of the bin less all
    overlaps (two intervals over one another use up twice their length). A bin without intervals
    is `defval`.

    Parameters
    ----------
    track, description : str
    intervals : DataFrame
        ``chrom start end``; rows on unknown chromosomes are left out, ends beyond the chromosome
        are cut. Further columns do not matter.
    values : array_like, shape (rows,)
        NaN leaves the interval out.
    binsize : int
        Bin width in bp.
    defval : float
        Of the bases that are left.
    func : str
        Instead of the mean ``weighted.sum``, ``coverage``, ``max``, ``min``, ``median`` or
        ``count``; see `create_dense_from`.

    Raises
    ------
    UsageError, ChromError
        A bad row, name, bin size, function or number of values; no row on a known chromosome.
    TrackExistsError
        The name is taken.
    """
    db = current_db()
    name, width = new_name(db, track), whole_number(binsize, "binsize", least=1)
    default = number_of(defval, "defval")
    if not isinstance(func, str) or func not in FUNCTIONS:
        raise UsageError(f"func {func!r:.40} is unknown", fix=f"Use one of: {', '.join(FUNCTIONS)}")
    last = f"{default:g}" if func == "weighted.mean" else f'{default:g}, func="{func}"'
    call = f'gtrack.create_dense("{track}", description, intervals, values, {width}, {last})'
    create_dense_from(
        db, name, _frame(intervals), values, bin_size=width, default=default, function=func,
        description=text_of(description, "description"), created_by=call,
        storage=storage(),
    )  # fmt: skip


def gtrack_create_dense_direct(
    track: str,
    description: str,
    intervals: Any,
    values: ArrayLike,
    binsize: int,
    defval: float = float("nan"),
    reload: bool = True,
) -> None:
    """As `gtrack_create_dense`, with the same values.

    The peer's has another rule for bins that are covered in part (it divides by the length of the
    bin), and hides the track until the database is read again where `reload` is False. Here there
    is one rule, and tracks are seen at once.
    """
    flag_of(reload, "reload")
    gtrack_create_dense(track, description, intervals, values, binsize, defval)


def gtrack_create_sparse(track: str, description: str, intervals: Any, values: Any = None) -> None:
    """Make a sparse track: intervals that do not overlap, each with a value.

    Parameters
    ----------
    track, description : str
    intervals : DataFrame
        ``chrom start end``, in any order; rows on unknown chromosomes are left out, ends beyond
        the chromosome are cut.
    values : array_like, shape (rows,), optional
        Default the column ``value``. NaN is kept.

    Raises
    ------
    UsageError, ChromError
        Intervals overlap; a bad row, name or number of values; no row on a known chromosome.
    TrackExistsError
        The name is taken.
    """
    db = current_db()
    name = new_name(db, track)
    call = f'gtrack.create_sparse("{track}", description, intervals, values)'
    create_sparse_from(
        db, name, _frame(intervals), values, description=text_of(description, "description"),
        created_by=call,
        storage=storage(),
    )  # fmt: skip


def new_name(db: FolderDB, track: str) -> str:
    """Check the name of a new track.

    Raises
    ------
    UsageError
        It is not legal.
    TrackExistsError
        A track, an interval set or a virtual track has it.
    """
    track_name(checked_name(track))
    if track in current().virtual:
        raise TrackExistsError(
            f"'{track}' is the name of a virtual track", fix="Forget that first: gvtrack_rm"
        )
    if db.has_track(track):
        kind = db.open_track(track).track_type
        what = "Track" if kind in TYPES else f"The name of {kind_of(kind)},"
        raise TrackExistsError(
            f"{what} '{track}' already exists", where=db.track_path(track), fix="Remove it first"
        )
    return track


def _frame(intervals: Any) -> Any:
    """One interval may be a tuple, whose chromosome may be a number."""
    if not isinstance(intervals, (tuple, list)) or len(intervals) != 3:
        return intervals
    import pandas as pd

    chrom, start, end = intervals
    return pd.DataFrame({"chrom": [str(chrom)], "start": [start], "end": [end]})
