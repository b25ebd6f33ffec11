"""Names of expressions -> tracks, virtual tracks and constants of one call."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from functools import lru_cache
from numbers import Real
from typing import Any

import numpy as np

from genomedb.db.database import GenomeDB
from genomedb.errors import GenomeDBError, TrackNotFoundError, UsageError
from genomedb.expr.evaluate import Evaluator
from genomedb.expr.functions import hint_for_name
from genomedb.expr.syntax import POSITION_NAMES, Expression, error_at, parse
from genomedb.tracks.base import Track
from genomedb.tracks.pairs import PAIRS, PairTrack
from genomedb.virtual.bind import Bound, bind
from genomedb.virtual.definition import VirtualTrack

_VALUES = ("dense", "sparse", "array", *PAIRS)


@dataclass(frozen=True, eq=False)
class Plan:
    """What a worker needs to evaluate expressions: names and definitions, no open files.

    Attributes
    ----------
    db : GenomeDB
        Opens the same database where it is unpickled.
    expressions : tuple of Expression
    tracks : dict of str to str
        Names in the expressions -> names of tracks.
    virtual : dict of str to Bound
        Names in the expressions -> virtual tracks.
    constants : dict
        The caller's variables.
    """

    db: GenomeDB
    expressions: tuple[Expression, ...]
    tracks: dict[str, str]
    virtual: dict[str, Bound]
    constants: dict[str, float | bool | str]
    _open: dict[str, Track] = field(default_factory=dict, init=False, repr=False)
    _stamps: dict[str, tuple[int, int]] = field(default_factory=dict, init=False, repr=False)
    _spare: list[list[Evaluator]] = field(default_factory=list, init=False, repr=False)

    def check(self) -> None:
        """Refuse what only shows with the constants and chromosomes known."""
        self._spare.append(self.evaluators())

    def evaluators(self) -> list[Evaluator]:
        """One for each expression, which nobody else has."""
        try:
            return self._spare.pop()
        except IndexError:
            pass
        return [self._evaluator(e) for e in self.expressions]

    def _evaluator(self, expression: Expression) -> Evaluator:
        if self.constants or any(name == "CHROM" for name, _ in expression.names):
            return Evaluator(expression, constants=self.constants, canonical=self.db.chroms.name)
        return _compiled(expression.text).fresh()

    def open_track(self, name: str) -> Track:
        """As that of the database, but each track is looked up once in a call.

        Raises
        ------
        GenomeDBError
            Another file took the name after the call had begun, and a worker that opens it now
            would mix its values with those that others read.
        """
        if name not in self._open:
            track = self.db.open_track(name)
            if self._stamps.setdefault(name, track.stamp) != track.stamp:
                raise GenomeDBError(
                    f"track '{name}' was replaced while it was being read", fix="Ask again"
                )
            self._open[name] = track
        return self._open[name]

    def __getstate__(self) -> dict[str, Any]:
        return self.__dict__ | {"_open": {}, "_spare": []}

    def is_2d(self, name: str) -> bool:
        """Is a name a 2D track, or a virtual track of one?"""
        if name in self.tracks:
            return isinstance(self.open_track(self.tracks[name]), PairTrack)
        return name in self.virtual and self.virtual[name].is_2d

    def sources(self) -> list[Track]:
        """The tracks behind all names, in the order of first mention."""
        found: dict[str, None] = {}
        for name in dict.fromkeys(n for e in self.expressions for n, _ in e.names):
            if name in self.tracks:
                found[self.tracks[name]] = None
            elif name in self.virtual and (track := self.virtual[name].track) is not None:
                found[track] = None
        return [self.open_track(name) for name in found]


@lru_cache(maxsize=64)
def _compiled(text: str) -> Evaluator:
    """Evaluator of an expression whose names are all tracks; never run, so that it is small."""
    return Evaluator(parse(text))


def plan_of(
    db: GenomeDB,
    expressions: str | Sequence[str],
    *,
    virtual: Mapping[str, VirtualTrack] | None = None,
    variables: Mapping[str, Any] | None = None,
) -> Plan:
    """Parse expressions and find what their names stand for.

    Raises
    ------
    ExpressionError
        The text is no expression, or a name is unknown; a caret shows the place.
    UsageError
        A virtual track is not right, or a variable is no number or text.
    """
    listed = _texts(expressions)
    parsed = tuple(parse(text) for text in listed)
    constants = _constants({} if variables is None else variables)
    known = _definitions(virtual)
    plan = Plan(db, parsed, {}, {}, constants)
    for expression in parsed:
        for name, position in expression.names:
            if name in POSITION_NAMES and (name in known or db.has_track(name)):
                raise error_at(
                    expression, position, f"'{name}' is a track and a place of the iterator",
                    "Give the track another name, or a virtual track of it.",
                )  # fmt: skip
            if name in POSITION_NAMES or name in constants or name in plan.virtual:
                continue
            if name in known:
                plan.virtual[name] = bind(db, name, known[name])
            elif name not in plan.tracks:
                plan.tracks[name] = _track(plan, name, known, expression, position)
    plan.sources()  # from now on, the call reads these files and no others
    plan.check()
    return plan


def require_line(plan: Plan) -> None:
    """Refuse names that have no value in an interval of one dimension.

    Raises
    ------
    ExpressionError
        A 2D track, or a virtual track of one.
    """
    for expression in plan.expressions:
        for name, position in expression.names:
            if plan.is_2d(name):
                raise error_at(
                    expression, position, f"'{name}' has two dimensions, the iterator one",
                    "Give a 2D scope and iterator, and 1D tracks as virtual tracks with dim=1 or 2",
                )  # fmt: skip


def require_axes(plan: Plan) -> None:
    """Refuse names that have no value in a rectangle.

    Raises
    ------
    ExpressionError
        A track of one dimension, a virtual track that is not told its axis, or a position.
    """
    for expression in plan.expressions:
        for name, position in expression.names:
            bound = plan.virtual.get(name)
            if name in plan.constants or (bound is not None and bound.dim is not None):
                continue
            if plan.is_2d(name):
                continue
            way_out = "Make a virtual track of it with dim=1 or dim=2"
            if name in POSITION_NAMES:
                way_out = "Places of rectangles have no names in expressions"
            raise error_at(
                expression, position, f"'{name}' has one dimension, the iterator two", way_out
            )


def _texts(expressions: Any) -> list[str]:
    """One expression or several as a list."""
    listed = [expressions] if isinstance(expressions, str) else expressions
    if not isinstance(listed, Iterable) or getattr(listed, "shape", None) == ():
        raise UsageError(f"{expressions!r:.60} is not an expression", fix="Give text")
    found = list(listed)
    if not found:
        raise UsageError("no expression", fix="Give at least one, such as the name of a track")
    for i, text in enumerate(found):
        if not isinstance(text, str):
            raise UsageError(f"expression {i}, {text!r:.60}, is not text")
    return found


def _track(
    plan: Plan, name: str, virtual: Mapping[str, VirtualTrack], expression: Expression,
    position: int,
) -> str:  # fmt: skip
    """Name of the track that a name stands for."""
    db = plan.db
    try:
        track = plan.open_track(name)
    except (TrackNotFoundError, UsageError):  # or no track can have such a name
        known = [*(n.replace("/", ".") for n in db.list_tracks()), *virtual]
        near = get_close_matches(name, known, n=3) or known[:5]
        fix = f"Known names include {', '.join(near)}" if near else "The database has no tracks"
        fix = hint_for_name(name) or fix
        problem = f"'{name}' is not a track or virtual track"
        raise error_at(expression, position, problem, fix) from None
    if track.track_type not in _VALUES:
        raise error_at(
            expression, position, f"track '{name}' is of type {track.track_type}, without values",
            "Use a dense, sparse, array or 2D track",
        )  # fmt: skip
    return track.name


def _definitions(virtual: Any) -> Mapping[str, VirtualTrack]:
    """Virtual tracks by their names."""
    if virtual is None:
        return {}
    fix = "Give name: VirtualTrack(source, function)"
    if not isinstance(virtual, Mapping):
        raise UsageError(f"virtual {virtual!r:.60} is no mapping", fix=fix)
    for name, defined in virtual.items():
        if not isinstance(defined, VirtualTrack):
            raise UsageError(
                f"{defined!r:.60} is no virtual track", where=f"virtual {name}", fix=fix
            )
    return virtual


def _constants(variables: Mapping[str, Any]) -> dict[str, float | bool | str]:
    if not isinstance(variables, Mapping):
        raise UsageError(f"variables {variables!r:.60} are no mapping", fix="Give name: value")
    found: dict[str, float | bool | str] = {}
    for name, value in variables.items():
        if name in POSITION_NAMES:
            raise UsageError(f"a variable cannot be called {name}", fix="Rename it")
        if isinstance(value, (bool, np.bool_)):
            found[name] = bool(value)
        elif isinstance(value, (Real, np.number)):
            found[name] = float(value)
        elif isinstance(value, str):
            found[name] = value
        else:
            raise UsageError(
                f"variable {name} is of type {type(value).__name__}",
                fix="Variables are numbers or text; make tracks or virtual tracks of vectors",
            )
    return found
