"""gtrack_2d_*: tracks of points and rectangles, and borders and domains of insulation."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from genomedb.analysis.from_rectangles import create_2d_from
from genomedb.analysis.insulation import insulation_borders, insulation_domains
from genomedb.errors import UsageError
from genomedb.importers.rectangles import import_2d
from genomedb.misha.arguments import absent_is_usage, text_of
from genomedb.misha.asking import asked
from genomedb.misha.compat import found
from genomedb.misha.current import current_db, storage
from genomedb.misha.track_creation import new_name

__all__ = [
    "gtrack_2d_create", "gtrack_2d_get_insu_borders", "gtrack_2d_get_insu_doms",
    "gtrack_2d_import",
]  # fmt: skip


def gtrack_2d_create(track: str, description: str, intervals: Any, values: Any) -> None:
    """Make a 2D track of rectangles that do not overlap, each with a value.

    It is a track of points where all rectangles are one base pair wide on both sides. Nothing is
    mirrored: a row chr1-chr2 is not found as chr2-chr1.

    Parameters
    ----------
    track, description : str
    intervals : DataFrame
        ``chrom1 start1 end1 chrom2 start2 end2``, in any order; rows on unknown chromosomes are
        left out.
    values : array_like, shape (rows,)
        NaN is kept; infinite values become NaN.

    Raises
    ------
    UsageError, ChromError
        Rectangles overlap, or points are the same (the peer keeps both); a bad row, name or number
        of values; no row on known chromosomes.
    TrackExistsError
        The name is taken.
    """
    db = current_db()
    name = new_name(db, track)
    if values is None:
        raise UsageError("values is None", fix="Give one value an interval")
    call = f'gtrack.2d.create("{track}", description, intervals, values)'
    create_2d_from(
        db, name, intervals, values, description=text_of(description, "description"),
        created_by=call, storage=storage(),
    )  # fmt: skip


def gtrack_2d_import(track: str, description: str, file: str | Sequence[str]) -> None:
    """Make a 2D track of tab-separated files with a line of column names.

    Columns go by their place: ``chrom1 start1 end1 chrom2 start2 end2 value``. Several files are
    taken together; rows on unknown chromosomes are left out. Otherwise as `gtrack_2d_create`.

    Raises
    ------
    UsageError
        There is no file.
    ParseError
        A line is not right; names the file and the line.
    ChromError
        Rectangles overlap, or none is on known chromosomes.
    TrackExistsError
        The name is taken.
    """
    db = current_db()
    name = new_name(db, track)
    if not isinstance(file, str) and not list(file):
        raise UsageError("At least one file must be provided", where="file")
    with absent_is_usage():
        import_2d(
            db, name, file if isinstance(file, str) else list(file),
            description=text_of(description, "description"),
            created_by=f'gtrack.2d.import("{track}", description, file)', storage=storage(),
        )  # fmt: skip


def gtrack_2d_get_insu_borders(insu_track: str, thresh: float, iterator: int | float = 500) -> Any:
    """Intervals where an insulation track is below a threshold: borders of domains.

    Returns
    -------
    pandas.DataFrame or None
        ``chrom start end``; bins that touch are joined.
    """
    return found(insulation_borders(current_db(), insu_track, thresh, **_options(iterator)))


def gtrack_2d_get_insu_doms(insu_track: str, thresh: float, iterator: int | float = 500) -> Any:
    """Intervals where an insulation track is above a threshold or missing: domains.

    Returns
    -------
    pandas.DataFrame or None
        ``chrom start end``; bins that touch are joined.
    """
    return found(insulation_domains(current_db(), insu_track, thresh, **_options(iterator)))


def _options(iterator: Any) -> dict[str, Any]:
    return asked(None, iterator)
