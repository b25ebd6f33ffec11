"""Chromosomes of a dense track, read, binned and encoded by any executor; written in order."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor
from contextlib import closing, contextmanager
from dataclasses import dataclass
from functools import partial
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from genomedb.core.parallel import check_executor, map_tasks
from genomedb.core.progress import Progress
from genomedb.core.track_stats import TrackStats
from genomedb.errors import GenomeDBError
from genomedb.importers.binned import MEAN, iter_bin_values
from genomedb.importers.parts import Part
from genomedb.importers.sources import Report, describe_sources
from genomedb.importers.spool import Spooled
from genomedb.kernels.finite import finite_float32
from genomedb.kernels.summary import Stats
from genomedb.storage.describe import Source
from genomedb.storage.encode import EncodedColumn, Storage, encode_column
from genomedb.storage.pyramid import PyramidBuilder
from genomedb.tracks.create import DenseDraft, added, narrow
from genomedb.tracks.fitting import Fitting

_USER_TASKS = 8  # in flight with an executor whose size is not known


class ReadAgainError(GenomeDBError):
    """The files have to be read one after the other, in order: only that tells what is wrong."""


@dataclass(frozen=True)
class Binning:
    """How records become the values of a track."""

    bin_size: int
    defval: float
    dtype: str
    missing: float | None
    storage: Storage
    function: str = MEAN
    saturate: bool = False
    is_finite: bool = False
    """What is infinite as float32 becomes missing."""


@dataclass(frozen=True)
class Work:
    """One chromosome: where its records are, and what earlier ones have decided.

    Attributes
    ----------
    chrom : str
        Empty for what is no chromosome of the database.
    length : int
        In bp.
    records : Part or Spooled
    shuffle : bool or None
        Filter chosen by an earlier chromosome.
    """

    chrom: str
    length: int
    records: Part | Spooled
    shuffle: bool | None


Done = tuple[EncodedColumn | None, dict[int, Stats], TrackStats | None, Report]


def write_parts(
    dense: DenseDraft,
    records: Sequence[Part | Spooled],
    paths: Sequence[str],
    binning: Binning,
    executor: Executor | int | None,
) -> Report:
    """Write all chromosomes and the description of the files; what was read is counted.

    Parameters
    ----------
    records : sequence of Part or Spooled
        In the order of the chromosomes; one more holds what is no chromosome.

    Raises
    ------
    ReadAgainError
        A text file is wrong somewhere, or not in the order it seemed to have.
    """
    report, decided = Report(), None
    chroms = dense.place.chroms
    names, lengths = [*chroms.names, ""], [*chroms.lengths, 0]

    def items() -> Iterator[Work | list[str]]:
        yield list(paths)
        for name, length, part in zip(names, lengths, records, strict=False):
            yield Work(name, length, part, decided)

    n = check_executor(executor)
    task: Callable[[Work | list[str]], Any] = partial(_do, binning)
    with (
        closing(map_tasks(task, items(), executor, in_flight=2 * n or _USER_TASKS)) as results,
        Progress(sum(lengths), dense.place.name, unit="bp") as progress,
    ):
        dense.add_sources(next(results))
        for done, name, length, part in zip(results, names, lengths, records, strict=False):
            column, levels, stats, found = cast(Done, done)
            report.add(found)
            if column is None:
                continue
            if decided is not None and column.storage.shuffle != decided:
                # begun before an earlier chromosome had decided
                column, levels, stats, _ = _encoded(binning, Work(name, length, part, decided))
                assert column is not None
            dense.write_encoded(name, column, levels, stats)
            if column.is_chosen and decided is None:
                decided = column.storage.shuffle
            progress.advance(length)
    return report


def _do(binning: Binning, item: Work | list[str]) -> Done | tuple[Source, ...]:
    """Do one task, in any process."""
    if isinstance(item, list):
        return describe_sources(item)
    return _encoded(binning, item)


def _encoded(binning: Binning, work: Work) -> Done:
    report = Report()
    part = work.records
    if not work.chrom:
        assert isinstance(part, Part)
        with _exact(part), part.spooled(report):
            return None, {}, None, report
    pieces = part.pieces() if isinstance(part, Spooled) else part.pieces(report)
    means = iter_bin_values(pieces, work.length, binning.bin_size, binning.defval, binning.function)
    size = -(-work.length // binning.bin_size)
    fill = 0 if binning.missing is None else binning.missing
    builder = PyramidBuilder(size, binning.dtype, binning.missing)
    with _exact(part):
        column = encode_column(
            added(builder, narrowed(binning, work.chrom, means, report)), size,
            np.dtype(binning.dtype), binning.storage, fill, shuffle=work.shuffle,
        )  # fmt: skip
    return column, builder.finish(), builder.stats(), report


@contextmanager
def _exact(part: Part | Spooled) -> Iterator[None]:
    """Ask for another reading when text that was split is wrong."""
    try:
        yield
    except GenomeDBError as error:
        if isinstance(part, Part) and part.has_text:
            raise ReadAgainError(error.problem, where=error.where) from None
        raise


def narrowed(
    binning: Binning, chrom: str, means: Iterator[NDArray[Any]], report: Report
) -> Iterator[NDArray[Any]]:
    """Values as they are stored; with `saturate`, what does not fit is cut and counted."""
    fitting = Fitting(binning.dtype, saturate=binning.saturate)
    at = 0
    for values in means:
        place = partial(_place, chrom, at, binning.bin_size)
        if binning.is_finite:
            values = finite_float32(values)
        if binning.saturate:
            values = fitting.fit(values, chrom, at * binning.bin_size, binning.bin_size)
        yield narrow(values, binning.dtype, binning.missing, place)
        at += values.size
    report.n_saturated += fitting.n_saturated


def _place(chrom: str, first: int, bin_size: int, i: int) -> str:
    return f"{chrom}:{(first + i) * bin_size}"
