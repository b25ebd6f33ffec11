"""sample_markov: sequence drawn from a model, where a scope's own sequence is."""

from __future__ import annotations

from collections.abc import Generator, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from genomedb.analysis.new_track import checked_bin_size
from genomedb.analysis.synth_cells import Merge, cell_table, redirected, remerged
from genomedb.analysis.synth_model import MarkovModel
from genomedb.analysis.synth_output import Format, Letters, checked_format, collected, written
from genomedb.analysis.synth_strata import Strata, Stretch, by_chrom, rows_of
from genomedb.core.parallel import check_executor
from genomedb.db.database import GenomeDB
from genomedb.db.sequence import sequence_track
from genomedb.errors import UsageError
from genomedb.kernels.markov import draw_letters, limits_of, streams
from genomedb.tracks.dense import SequenceTrack
from genomedb.virtual.definition import VirtualTrack

_U1 = NDArray[np.uint8]
_I8 = NDArray[np.int64]


def sample_markov(
    db: GenomeDB,
    model: MarkovModel,
    scope: Any = None,
    *,
    n_samples: int = 1,
    seed: int | None = None,
    keep_n: bool = True,
    keep: Any = None,
    merge: Sequence[Merge] | None = None,
    cell_merge: Any = None,
    iterator: int | None = None,
    virtual: Mapping[str, VirtualTrack] | None = None,
    variables: Mapping[str, Any] | None = None,
    executor: Executor | int | None = None,
) -> list[str]:
    """Draw sequences from a model, as long as the intervals of a scope.

    A letter is drawn by the k before it, in the cell of the first of them. The first k letters of
    an interval, and those behind an N, are drawn like the words of their cell. Letters in no cell
    are uniform, and so are the first k of a model without counts.

    Parameters
    ----------
    db : GenomeDB
        Where the tracks of the model's expressions are; with a sequence, if some of it is kept.
    model : MarkovModel
    scope : optional
        Intervals, default all chromosomes; see `scope_of`.
    n_samples : int
        Sequences of each interval.
    seed : int, optional
        The same seed gives the same sequences, whoever computes; None a new one each time.
    keep_n : bool
        Letters N and n of the genome stay what they are.
    keep : optional
        Intervals whose letters are copied, with their case; given like `scope`. What follows is
        drawn as if they had been drawn.
    merge, cell_merge : optional
        Bins and cells that count as others in place of what the model was made with; see
        `bin_map` and `cell_redirects`.
    iterator : int, optional
        Bin size of the expressions, default the model's.
    virtual, variables, executor : optional
        As in `train_markov`.

    Returns
    -------
    list of str
        In the order of the intervals, the samples of each together.

    Raises
    ------
    UsageError, ChromError, ExpressionError, TrackNotFoundError
        An argument is not right; nothing was read then.

    Examples
    --------
    >>> sample_markov(db, model, "chr1:0-1,000", seed=1)  # doctest: +SKIP
    """
    sampler = _Sampler.of(
        db, model, scope, n_samples=n_samples, seed=seed, keep_n=keep_n, keep=keep, merge=merge,
        cell_merge=cell_merge, iterator=iterator, virtual=virtual, variables=variables,
    )  # fmt: skip
    check_executor(executor)
    return collected(sampler.run(executor))


def sample_markov_to_file(
    db: GenomeDB,
    model: MarkovModel,
    path: str | Path,
    *,
    scope: Any = None,
    format: Format = "fasta",
    overwrite: bool = False,
    executor: Executor | int | None = None,
    n_samples: int = 1,
    **options: Any,
) -> None:
    """As `sample_markov`, into a file; of one sample no more than a piece is held in memory.

    Parameters
    ----------
    db, model, scope, n_samples, executor
        As in `sample_markov`.
    path : path
        Compressed as its name ends: ``.gz``, ``.bgz``, ``.zst``.
    format : {"fasta", "raw"}
        Records ``>chrom`` (of a part ``>chrom:start-end``; several samples: ``_sample1`` ...), or
        letters alone, all sequences end to end.
    overwrite : bool
        Replace a file of that name.
    **options
        The others of `sample_markov`.

    Raises
    ------
    WriteError
        And those of `sample_markov`.
    """
    checked_format(format)
    sampler = _Sampler.of(db, model, scope, n_samples=n_samples, **options)
    check_executor(executor)
    written(
        sampler.run(executor), sampler.strata.scope, db.chroms, path, format=format,
        n_samples=sampler.n_samples, overwrite=overwrite,
    )  # fmt: skip


@dataclass(frozen=True, eq=False)
class _Sampler:
    """A question to `sample_markov`, checked."""

    strata: Strata
    limit: _I8
    weight: NDArray[np.float64]
    n_samples: int
    seed: int
    track: SequenceTrack | None
    keep_n: bool
    kept: dict[int, tuple[_I8, _I8]]

    @classmethod
    def of(
        cls, db: GenomeDB, model: MarkovModel, scope: Any, *, n_samples: int = 1,
        seed: int | None = None, keep_n: bool = True, keep: Any = None,
        merge: Sequence[Merge] | None = None, cell_merge: Any = None,
        iterator: int | None = None, virtual: Mapping[str, VirtualTrack] | None = None,
        variables: Mapping[str, Any] | None = None,
    ) -> _Sampler:  # fmt: skip
        if not isinstance(model, MarkovModel):
            raise UsageError(f"model is {model!r:.60}", fix="Give one that train_markov made")
        whole = isinstance(n_samples, (int, np.integer)) and not isinstance(n_samples, bool)
        if not whole or n_samples < 1:
            raise UsageError(f"n_samples is {n_samples!r:.40}", fix="Give 1 or more")
        dimensions, table = remerged(model, merge), redirected(model, cell_merge, merge)
        width = model.iterator if iterator is None else iterator
        if width is not None:
            width = checked_bin_size(width, what="iterator")
        rows, kept = rows_of(db, scope), by_chrom(db, keep, what="keep")
        track = sequence_track(db) if keep_n or kept else None
        strata = Strata.of(
            db, dimensions, rows, k=model.k, table=table[cell_table(dimensions)], iterator=width,
            virtual=virtual, variables=variables,
        )  # fmt: skip
        return cls(
            strata, limits_of(model.cdf), model.weights(), int(n_samples), _checked_seed(seed),
            track, bool(keep_n), kept,
        )  # fmt: skip

    def run(self, executor: Executor | int | None) -> Generator[Letters, None, None]:
        """Yield the letters of all rows."""
        held: list[list[_U1]] = [[] for _ in range(self.n_samples)]  # of the row that goes on
        state: list[Any] = [None] * self.n_samples
        before: list[_U1] = [np.empty(0, np.uint8)] * self.n_samples
        for stretch in self.strata.stretches(executor, what="sample_markov"):
            letters, keep = self._copied(stretch)
            numbers = np.arange(stretch.row, stretch.row + stretch.start.size)
            is_new = stretch.lead == 0 and stretch.start[0] == self.strata.scope.start[stretch.row]
            for sample in range(self.n_samples):
                if is_new:
                    state[sample] = streams(self.seed, numbers, sample)
                out = np.empty(stretch.cell.size, np.uint8)
                out[: stretch.lead] = before[sample][-stretch.lead :][: stretch.lead]
                draw_letters(
                    stretch.cell, stretch.offset, limit=self.limit, weight=self.weight,
                    state=state[sample], out=out, lead=stretch.lead, letters=letters, keep=keep,
                    keep_n=self.keep_n,
                )  # fmt: skip
                before[sample] = out
            yield from self._rows(stretch, before, held)

    def _copied(self, stretch: Stretch) -> tuple[_U1 | None, _U1 | None]:
        """The genome's letters, and which of them to keep whatever they are."""
        has_kept = stretch.code in self.kept
        if self.track is None or not (self.keep_n or has_kept):
            return None, None
        keep = stretch.painted(self.kept).view(np.uint8) if has_kept else None
        return stretch.letters(self.track), keep

    def _rows(
        self, stretch: Stretch, drawn: list[_U1], held: list[list[_U1]]
    ) -> Generator[Letters, None, None]:
        """Letters of a stretch in their order; of several samples whole rows."""
        if stretch.start.size == 1:
            pieces = [out[stretch.lead :] for out in drawn]
            if self.n_samples == 1:
                yield Letters(stretch.row, 0, pieces[0], stretch.is_last)
                return
            for one, piece in zip(held, pieces, strict=True):
                one.append(piece)
            if stretch.is_last:
                for sample, one in enumerate(held):
                    yield Letters(stretch.row, sample, np.concatenate(one), is_last=True)
                    one.clear()
            return
        edges = stretch.offset.tolist()
        for i in range(len(edges) - 1):
            for sample, out in enumerate(drawn):
                yield Letters(stretch.row + i, sample, out[edges[i] : edges[i + 1]], is_last=True)


def _checked_seed(seed: Any) -> int:
    if seed is None:
        return int(np.random.SeedSequence().entropy)  # type: ignore[arg-type]
    if not hasattr(seed, "__index__") or isinstance(seed, bool):
        raise UsageError(f"seed is {seed!r:.40}", fix="Give a whole number, or None")
    return int(seed)
