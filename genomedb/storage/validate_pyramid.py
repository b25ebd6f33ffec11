"""Does the summary pyramid of a file say what its bins say? Readers believe it."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from genomedb.core.chroms import ChromTable
from genomedb.errors import FormatError, UsageError
from genomedb.kernels.summary import Stats, no_stats
from genomedb.storage import schema
from genomedb.storage.dense import n_bins, open_bins
from genomedb.storage.handle import TrackFile
from genomedb.storage.pyramid import FIELDS, Pyramid, PyramidBuilder
from genomedb.storage.pyramid_file import PyramidFile
from genomedb.storage.validate_values import Fault

_STEP = 1 << 20  # bins read at a time
_CLOSE = 1e-9


def pyramid_faults(file: TrackFile, chroms: ChromTable) -> Iterator[Fault]:
    """Faults (rule, place, problem) of levels that differ from the bins they stand for.

    Every bin is read and summarised again, so this costs about as much as making the pyramid.
    """
    if file.kind != schema.DENSE:
        return
    try:
        stated = file.attributes().get(schema.MISSING)
        missing = None if stated is None else float(stated)
        stored = PyramidFile(file, chroms, missing)
        for code in np.flatnonzero(~stored.is_short).tolist():
            pyramid = stored.of(code)
            for k, made in _made_again(file, chroms, code, missing, pyramid).items():
                yield from _differences(chroms.names[code], k, made, pyramid.level(k))
    except (FormatError, UsageError, ValueError) as error:
        problem = error.problem if isinstance(error, (FormatError, UsageError)) else str(error)
        yield "pyramid", schema.PYRAMID, f"cannot be compared with the bins: {problem}"


def _made_again(
    file: TrackFile, chroms: ChromTable, code: int, missing: float | None, pyramid: Pyramid
) -> dict[int, Stats]:
    """The levels that a chromosome has, from its bins."""
    size = n_bins(chroms.lengths[code], file.header.bin_size)
    column = open_bins(file, chroms, code)
    if column is None:
        return {k: no_stats(-(-size // (1 << k))) for k in pyramid.levels}
    builder = PyramidBuilder(size, file.header.dtype, missing, pyramid.levels)
    for first in range(0, size, _STEP):
        builder.add(column.read(first, min(first + _STEP, size)))
    return builder.finish()


def _differences(chrom: str, k: int, made: Stats, found: Stats) -> Iterator[Fault]:
    """The first item of each field that differs."""
    for field, a, b, slack in zip(FIELDS, made, found, _slack(made), strict=True):
        with np.errstate(invalid="ignore"):  # infinite ones are equal or differ
            same = (a == b) | (np.abs(a - b) <= slack) | (np.isnan(a) & np.isnan(b))
        if not same.all():
            i = int(same.argmin())
            yield (
                "pyramid", f"{schema.PYRAMID}/{k}/{field}",
                f"item {i} of {chrom} is {b[i]}, its bins give {a[i]}",
            )  # fmt: skip


def _slack(made: Stats) -> Stats:
    """How far stored numbers may be off: other programs may add in another order."""
    none = np.zeros(made.count.size)
    with np.errstate(over="ignore"):
        squares = _CLOSE * made.sumsq
        # a sum of absolute values is at most this
        sums = _CLOSE * np.sqrt(made.count) * np.sqrt(made.sumsq)
    finite = np.isfinite(made.sumsq)
    return Stats(
        np.zeros(none.size, np.int64), np.where(finite, sums, 0.0), np.where(finite, squares, 0.0),
        none, none,
    )  # fmt: skip
