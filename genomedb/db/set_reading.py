"""Reading saved interval sets: which there are, and what they hold."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from genomedb.core.spans import Spans, Spans2D
from genomedb.core.texts import Texts
from genomedb.db.database import GenomeDB
from genomedb.db.set_columns import SIDE_2, STRAND, Layout, chrom2_codes, shown_column
from genomedb.errors import TrackNotFoundError, UsageError
from genomedb.intervals.frame import frame_of
from genomedb.intervals.two_d import frame2d_of
from genomedb.storage import schema
from genomedb.storage.table import Values
from genomedb.tracks.features import Features, FeatureTrack

if TYPE_CHECKING:
    import pandas as pd


def is_set(db: GenomeDB, name: str) -> bool:
    """Is there an interval set (a feature track) of this name?"""
    return db.has_track(name) and isinstance(db.open_track(name), FeatureTrack)


has_set = is_set


def list_sets(db: GenomeDB, pattern: str | None = None, *, ignore_case: bool = False) -> list[str]:
    """Names of the interval sets, sorted.

    Parameters
    ----------
    pattern : str, optional
        Regular expression searched in the names.
    ignore_case : bool
    """
    names = db.list_tracks(type=schema.FEATURES)
    if not pattern:
        return names
    try:
        wanted = re.compile(pattern, re.IGNORECASE if ignore_case else 0)
    except (re.error, TypeError) as error:
        raise UsageError(f"pattern {pattern!r} is not a regular expression: {error}") from None
    return [name for name in names if wanted.search(name)]


def set_path(db: GenomeDB, name: str) -> Path:
    """File of an interval set."""
    return open_set(db, name).path


def set_root(db: GenomeDB, name: str) -> Path:
    """The root that holds an interval set: the working one, or a dataset."""
    open_set(db, name)
    return db.root_of(name)


def dimensions_of(db: GenomeDB, name: str) -> int:
    """1 for a set of intervals, 2 for one of rectangles."""
    return Layout.of(open_set(db, name)).dimensions


def set_attributes_of(db: GenomeDB, name: str) -> dict[str, str]:
    """Attributes that people set on an interval set, as text; a copy."""
    return open_set(db, name).attrs


# ---- loading


def load_set(
    db: GenomeDB, name: str, *, chrom: Any = None, chrom1: Any = None, chrom2: Any = None
) -> pd.DataFrame:
    """Read an interval set.

    Parameters
    ----------
    db : GenomeDB
    name : str
    chrom : str, int or sequence, optional
        Only these chromosomes, of a set of intervals.
    chrom1, chrom2 : str, int or sequence, optional
        Only these chromosomes on axis 1 and 2, of a set of rectangles.

    Returns
    -------
    DataFrame
        Coordinates, then the further columns in the order in which they were saved; sorted by
        chromosome and start (rectangles by both chromosomes, then both starts). It may be empty.

    Raises
    ------
    TrackNotFoundError
        There is no such set; the message lists near names.
    ChromError
        Unknown chromosome.
    UsageError
        `chrom` of rectangles, or `chrom1` and `chrom2` of intervals.
    """
    track = open_set(db, name)
    layout = Layout.of(track)
    check_axes(name, layout.dimensions, chrom=chrom, chrom1=chrom1, chrom2=chrom2)
    two = layout.dimensions == 2
    stored = [c.stored for c in layout.columns if c.kind != STRAND]
    wanted = _codes(db, chrom1 if two else chrom)
    spans, columns = _read(track, wanted, [*(SIDE_2 if two else ()), *stored], strand=True)
    if not two:
        strand = np.zeros(len(spans), np.int8) if spans.strand is None else spans.strand
        shown = {
            c.name: strand.astype(np.int64) if c.kind == STRAND
            else shown_column(c, columns[c.stored])
            for c in layout.columns
        }  # fmt: skip
        return frame_of(Spans(spans.code, spans.start, spans.end), db.chroms, shown)
    rectangles = Spans2D(spans, _side_2(columns, track))
    frame = frame2d_of(
        rectangles, db.chroms, {c.name: shown_column(c, columns[c.stored]) for c in layout.columns}
    )
    order = rectangles.order()
    codes2 = _codes(db, chrom2)
    if codes2 is not None:
        order = order[np.isin(rectangles.second.code[order], codes2)]
    return frame.iloc[order].reset_index(drop=True)


def load_spans(db: GenomeDB, name: str) -> Spans | Spans2D:
    """Places of an interval set, sorted, without its further columns.

    Returns
    -------
    Spans or Spans2D
        With strands, where the intervals have them.

    Raises
    ------
    TrackNotFoundError
    """
    track = open_set(db, name)
    if Layout.of(track).dimensions == 1:
        return _read(track, None, [], strand=True)[0]
    spans, columns = _read(track, None, SIDE_2, strand=False)
    return Spans2D(spans, _side_2(columns, track)).sorted()


def _read(
    track: FeatureTrack, codes: NDArray[np.int64] | None, columns: Sequence[str], *, strand: bool
) -> tuple[Spans, dict[str, Values]]:
    """Intervals on some chromosomes, or on all."""
    names = track.chroms.names
    chosen = range(len(names)) if codes is None else codes.tolist()
    held = [code for code in chosen if track.has_chrom(names[code])]
    strand = strand and track.has_strand
    asked = [*columns, *(["strand"] if strand else [])]
    parts = [track.read(names[code], columns=asked) for code in held]
    if not parts:
        parts, held = [track.read(names[0], 0, 1, columns=asked)], [0]
        parts = [_none_of(parts[0])]
    code = np.repeat(np.array(held, np.int64), [part.start.size for part in parts])
    start = np.concatenate([part.start for part in parts])
    end = np.concatenate([part.end for part in parts])
    strands = np.concatenate([_zeros(part) for part in parts]) if strand else None
    made = {name: _joined([part.columns[name] for part in parts]) for name in columns}
    return Spans(code, start, end, strands), made


def _none_of(part: Features) -> Features:
    """No rows of the same columns."""
    columns: dict[str, Values] = {
        n: v.slice(0, 0) if isinstance(v, Texts) else v[:0] for n, v in part.columns.items()
    }
    strand = None if part.strand is None else part.strand[:0]
    return Features(part.start[:0], part.end[:0], strand, columns)


def _zeros(part: Features) -> NDArray[np.int8]:
    return np.zeros(part.start.size, np.int8) if part.strand is None else part.strand


def _joined(parts: list[Values]) -> Values:
    if len(parts) == 1:
        return parts[0]
    if isinstance(parts[0], Texts):
        return Texts.joined([part for part in parts if isinstance(part, Texts)])
    return np.concatenate([part for part in parts if not isinstance(part, Texts)])


def _side_2(columns: Mapping[str, Values], track: FeatureTrack) -> Spans:
    code = chrom2_codes(columns["chrom2"], track.chroms, track.path)
    return Spans.of(code, columns["start2"], columns["end2"])


def _codes(db: GenomeDB, names: Any) -> NDArray[np.int64] | None:
    """Codes of chromosomes, sorted; None for all."""
    if names is None:
        return None
    one = isinstance(names, str) or not isinstance(names, Iterable)
    listed = [names] if one else list(names)
    return np.unique(np.array([db.chroms.code(name) for name in listed], np.int64))


def check_axes(name: str, dimensions: int, **given: Any) -> None:
    """Refuse chromosomes given for axes that the set has not."""
    wrong = ("chrom1", "chrom2") if dimensions == 1 else ("chrom",)
    for key in wrong:
        if given.get(key) is not None:
            raise UsageError(
                f"{key} is given, but the set has {dimensions} dimension{'s'[: dimensions - 1]}",
                where=f"interval set '{name}'",
                fix="Give chrom" if dimensions == 1 else "Give chrom1 and chrom2",
            )


def open_set(db: GenomeDB, name: str) -> FeatureTrack:
    """Open an interval set.

    Raises
    ------
    TrackNotFoundError
        There is none, or the name is that of a track; lists near names.
    """
    found = db.open_track(name) if db.has_track(name) else None
    if isinstance(found, FeatureTrack):
        return found
    known = list_sets(db)
    near = get_close_matches(name.replace(".", "/"), known, n=3) or known[:5]
    hint = f"Known sets include {', '.join(near)}" if near else "The database has no interval sets"
    problem = f"interval set '{name}' does not exist"
    if found is not None:
        problem += f": '{name}' is a {found.track_type} track"
    raise TrackNotFoundError(problem, where=db.path, fix=hint)
