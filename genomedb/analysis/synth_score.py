"""score_markov: how probable a genome's sequence is under a model, as a new track."""

from __future__ import annotations

from collections.abc import Generator, Iterator, Mapping
from concurrent.futures import Executor
from contextlib import closing
from dataclasses import dataclass
from itertools import groupby
from typing import Any, Final, Literal

import numpy as np
from numpy.typing import NDArray

from genomedb.analysis.new_track import checked_bin_size, new_place, provenance_of
from genomedb.analysis.synth_cells import cell_table
from genomedb.analysis.synth_model import MarkovModel
from genomedb.analysis.synth_strata import Strata, Stretch, by_chrom, rows_of
from genomedb.core.parallel import check_executor
from genomedb.core.spans import Spans
from genomedb.db.database import GenomeDB
from genomedb.db.sequence import sequence_track
from genomedb.errors import UsageError
from genomedb.intervals.setops import merge_spans
from genomedb.kernels.finite import finite_float32
from genomedb.kernels.markov import add_scores
from genomedb.tracks.create import Storage, new_dense
from genomedb.tracks.dense import SequenceTrack
from genomedb.virtual.definition import VirtualTrack

Policy = Literal["missing", "uniform"]
_F8 = NDArray[np.float64]
_I8 = NDArray[np.int64]
_UNIFORM: Final = float(np.log(0.25))
_GAP: Final = 1 << 20  # missing bins that are written at once


def score_markov(
    db: GenomeDB,
    model: MarkovModel,
    name: str,
    *,
    scope: Any = None,
    resolution: int | None = None,
    mask: Any = None,
    sparse_policy: Policy = "missing",
    n_policy: Policy = "missing",
    description: str = "",
    created_by: str = "",
    virtual: Mapping[str, VirtualTrack] | None = None,
    variables: Mapping[str, Any] | None = None,
    storage: Storage | None = None,
    overwrite: bool = False,
    executor: Executor | int | None = None,
) -> None:
    """Make a dense track of the logarithm of the sequence's probability under a model.

    Each base scores the natural logarithm of its probability, given the k before it, in the cell
    of the first of them. A bin has the sum over its bases that lie in the scope; it is missing if
    one of them has no score: it is not A, C, G or T, has not k bases before it on the chromosome,
    is masked, or is in no cell. So are bins outside the scope, and sums that are not finite.

    Parameters
    ----------
    db : GenomeDB
        With a sequence and the tracks of the model's expressions.
    model : MarkovModel
    name : str
        Of the new track.
    scope : optional
        Where to score, default the whole genome; see `scope_of`. Bases in several intervals count
        once.
    resolution : int, optional
        Bin size in bp, default the iterator of the model.
    mask : optional
        Bins that touch these intervals are missing; given like `scope`.
    sparse_policy : {"missing", "uniform"}
        What bases score in cells whose probabilities are NaN: nothing, or log(1/4).
    n_policy : {"missing", "uniform"}
        What bases score that have another letter than A, C, G or T among the k before them.
    description, created_by, storage, overwrite
        As in `create_track`.
    virtual, variables, executor : optional
        As in `train_markov`.

    Raises
    ------
    UsageError
        An argument is not right; the model has no iterator, and expressions or no resolution.
    ChromError, ExpressionError, TrackNotFoundError, TrackExistsError, LockedError, WriteError

    Examples
    --------
    >>> score_markov(db, model, "score", resolution=100)  # doctest: +SKIP
    """
    if not isinstance(model, MarkovModel):
        raise UsageError(f"model is {model!r:.60}", fix="Give one that train_markov made")
    of_sparse = _policy(sparse_policy, "sparse_policy")
    of_other = _policy(n_policy, "n_policy")
    width = _resolution(model, resolution)
    place = new_place(db, name, overwrite=overwrite)
    check_executor(executor)
    track, rows = sequence_track(db), merge_spans(rows_of(db, scope), db.chroms)
    if not len(rows):
        raise UsageError("the scope is empty: no bins were covered", fix="Give intervals")
    hidden = by_chrom(db, mask, what="mask")
    strata = Strata.of(
        db, model.dimensions, _wider(rows, model, db), k=model.k,
        table=cell_table(model.dimensions), iterator=model.iterator, virtual=virtual,
        variables=variables,
    )  # fmt: skip
    provenance = provenance_of(
        name, description, created_by, "score_markov", repr(model), width, bin_size=width
    )
    with np.errstate(divide="ignore"):
        logs = np.log(model.probabilities)
    scorer = _Scorer(
        rows, logs, np.isnan(model.cdf[:, 0, 0]), of_sparse, of_other, width, track, hidden,
        db.chroms.length_array,
    )  # fmt: skip
    with (
        new_dense(
            place, bin_size=width, provenance=provenance, storage=storage, overwrite=overwrite
        ) as dense,
        closing(strata.stretches(executor, what="score_markov", is_sorted=True)) as stretches,  # type: ignore[type-var]
    ):
        for code, some in groupby(stretches, key=lambda stretch: stretch.code):
            dense.write(db.chroms.names[code], scorer.bins(code, some))


def _policy(policy: str, what: str) -> float:
    if policy not in ("missing", "uniform"):
        raise UsageError(f"{what} is {policy!r:.40}", fix='Take "missing" or "uniform"')
    return _UNIFORM if policy == "uniform" else np.nan


def _resolution(model: MarkovModel, resolution: Any) -> int:
    if resolution is not None:
        width = checked_bin_size(resolution, what="resolution")
    if model.iterator is None and (resolution is None or model.dimensions):
        raise UsageError(
            "model.iterator is required to score: this model was trained without one",
            fix="Train with iterator=, the bin size of the expressions",
        )
    return int(model.iterator) if resolution is None else width  # type: ignore[arg-type]


def _wider(rows: Spans, model: MarkovModel, db: GenomeDB) -> Spans:
    """Rows with the k bases before them, and whole bins of the iterator."""
    start = np.maximum(rows.start - model.k, 0)
    if model.iterator is None:
        return Spans(rows.code, start, rows.end)
    step = model.iterator
    end = np.minimum(-(-rows.end // step) * step, db.chroms.length_array[rows.code])
    return Spans(rows.code, start // step * step, end)


@dataclass(frozen=True, eq=False)
class _Scorer:
    """Scores stretches of rows that are sorted and apart."""

    rows: Spans
    logs: _F8
    sparse: NDArray[np.bool_]
    of_sparse: float
    of_other: float
    width: int
    track: SequenceTrack
    hidden: dict[int, tuple[_I8, _I8]]
    lengths: _I8

    def bins(
        self, code: int, stretches: Iterator[Stretch]
    ) -> Generator[NDArray[np.float32], None, None]:
        """Yield the bins of a chromosome, the last of each stretch with the next one's first."""
        at, held = 0, (np.empty(0), np.empty(0, np.uint8))  # the number of the bin held, if any
        for stretch in stretches:
            first, low, high = self._reach(stretch)
            if not high > low:
                continue
            origin, stop = low // self.width, (high - 1) // self.width + 1
            if held[0].size and origin > at:
                yield _stored(*held)
                at, held = at + 1, (np.empty(0), np.empty(0, np.uint8))
            yield from _missing(origin - at)
            sums, covered = np.zeros(stop - origin), np.zeros(stop - origin, np.uint8)
            if held[0].size:
                sums[0], covered[0] = held[0][0], held[1][0]
            self._add(stretch, first, origin, sums, covered)
            yield _stored(sums[:-1], covered[:-1])
            at, held = stop - 1, (sums[-1:], covered[-1:])
        yield _stored(*held)
        n = -(-int(self.lengths[code]) // self.width)
        yield from _missing(n - at - held[0].size)

    def _reach(self, stretch: Stretch) -> tuple[_I8, int, int]:
        """From where on each row counts, and the first and last position that do."""
        wanted = slice(stretch.row, stretch.row + stretch.start.size)
        first = np.maximum(self.rows.start[wanted], stretch.start)
        first[0] = max(int(first[0]), int(stretch.start[0]) + stretch.lead)
        return first, int(first[0]), int(min(stretch.end[-1], self.rows.end[wanted][-1]))

    def _add(
        self, stretch: Stretch, first: _I8, origin: int, sums: _F8, covered: NDArray[np.uint8]
    ) -> None:
        """Score a stretch, of which what lies behind its rows is cut off."""
        letters, cell, offset = stretch.letters(self.track), stretch.cell, stretch.offset
        wanted = slice(stretch.row, stretch.row + stretch.start.size)
        masked = stretch.painted(self.hidden).view(np.uint8) if self.hidden else None
        size = np.minimum(stretch.end, self.rows.end[wanted]) - stretch.start
        if (size != np.diff(offset)).any():
            number = np.arange(cell.size) - np.repeat(offset[:-1], np.diff(offset))
            inside = number < np.repeat(size, np.diff(offset))
            letters, cell = letters[inside], cell[inside]
            masked = None if masked is None else masked[inside]
            offset = np.concatenate(([0], np.cumsum(size)))
        add_scores(
            letters, cell, offset, position=stretch.start, first=first, logs=self.logs,
            sparse=self.sparse, of_sparse=self.of_sparse, of_other=self.of_other,
            width=self.width, origin=origin, sums=sums, covered=covered, masked=masked,
        )  # fmt: skip


def _stored(sums: _F8, covered: NDArray[np.uint8]) -> NDArray[np.float32]:
    return finite_float32(np.where(covered > 0, sums, np.nan))


def _missing(n: int) -> Generator[NDArray[np.float32], None, None]:
    for i in range(0, n, _GAP):
        yield np.full(min(_GAP, n - i), np.nan, np.float32)
