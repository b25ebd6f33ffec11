"""liftover_track: a track of another assembly as a track of this one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from genomedb.analysis.lift_records import lift_records
from genomedb.analysis.lift_source import LiftSource, Parts, open_source
from genomedb.analysis.lift_values import Aggregate
from genomedb.analysis.liftover_intervals import LiftReport, report_of
from genomedb.analysis.new_track import new_place, provenance_of
from genomedb.core.spans import Spans
from genomedb.db.database import GenomeDB
from genomedb.errors import UsageError
from genomedb.intervals.chains import Chains
from genomedb.kernels.finite import finite_float32
from genomedb.tracks.array import ArrayTrack
from genomedb.tracks.create import check_dtype, new_dense, new_sparse
from genomedb.tracks.dense import DenseTrack
from genomedb.tracks.features import FeatureTrack
from genomedb.tracks.fitting import Fitting
from genomedb.tracks.sparse import SparseTrack

WINDOW_BINS: Final = 1 << 18
_I8 = NDArray[np.int64]
_F8 = NDArray[np.float64]


def liftover_track(
    db: GenomeDB,
    name: str,
    source: Any,
    *,
    chains: Chains,
    aggregate: str = "mean",
    skip_missing: bool = True,
    min_count: int | None = None,
    turned: Any = None,
    dtype: str = "float32",
    description: str = "",
    created_by: str = "",
    overwrite: bool = False,
) -> LiftReport:
    """Make a track of what another assembly's track has in the same places.

    A dense track stays dense, with bins of the same width: a bin gets what `aggregate` makes of
    all source bins that come to lie in it, whatever part of them does. A source bin that one chain
    brings in pieces counts once in a bin. A sparse track stays sparse: its records are cut at the
    gaps of the alignment and where they overlap; neighbours that touch and have the same value
    become one. Feature and array tracks stay what they are: records are cut at the gaps, their
    parts that touch in both assemblies joined, strands turned where the alignment is reversed.

    Parameters
    ----------
    db : GenomeDB
        Where the track goes; it is the target.
    name : str
        Of the new track.
    source : Track, str or Path
        The track, or its file; any but a sequence.
    chains : Chains
        From the source's assembly to that of `db`, see `load_chains`.
    aggregate : {"mean", "median", "sum", "min", "max", "count", "first", "last"}
        What several values in one place become. ``first`` and ``last`` go by start in the
        target, then by end, then by place in the source.
    skip_missing : bool
        Missing values are left out; else they make a place missing.
    min_count : int, optional
        Places with fewer values that are not missing get none.
    turned : Track, str or Path, optional
        Of a pair of dense tracks, one a strand, the other one: it is what reversed blocks bring.
    dtype : str
        Of a dense track. In one of whole numbers, places without a value get the missing value of
        the source, or 0.
    description, created_by, overwrite
        As in `create_track`.

    Returns
    -------
    LiftReport
        Of the chromosomes of the source and their bases.

    Raises
    ------
    UsageError
        A bad name, aggregate or count, or a source of another type.
    ChromError
        The source, the chains and the database are of assemblies that differ.
    MissingFileError, FormatError
        There is no such file, or it is no track.
    TrackExistsError, LockedError, WriteError

    Examples
    --------
    >>> chains = load_chains("hg19ToHg38.over.chain.gz", db.chroms)  # doctest: +SKIP
    >>> liftover_track(db, "chip", "/data/hg19/chip.h5", chains=chains)  # doctest: +SKIP
    """
    place = new_place(db, name, overwrite=overwrite)
    how = Aggregate.checked(aggregate, skip_missing=skip_missing, min_count=min_count)
    if not isinstance(chains, Chains):
        raise UsageError(f"{type(chains).__name__} is not Chains", fix="Use load_chains")
    check_dtype(dtype)
    if chains.chroms.digest != db.chroms.digest:
        raise UsageError(
            f"they lead to another assembly: {db.chroms.first_difference(chains.chroms)}",
            where="chains",
            fix="Load them with the chromosomes of the database",
        )
    opened = open_source(source)
    if isinstance(opened, (FeatureTrack, ArrayTrack)):
        return lift_records(db, place, opened, chains, (description, created_by), overwrite)
    found = LiftSource.of(opened, chains)
    track = found.track
    width = track.bin_size if isinstance(track, DenseTrack) else None
    provenance = provenance_of(
        name, description, created_by, "liftover_track", repr(str(track.path)), "chains",
        repr(aggregate), bin_size=width,
    )  # fmt: skip
    if width is not None:
        sources = [found] if turned is None else _by_strand(found, turned, chains)
        fitting = _fitting(track, dtype)
        with new_dense(
            place, bin_size=width, dtype=fitting.dtype, missing=fitting.missing,
            provenance=provenance, overwrite=overwrite,
        ) as dense:  # fmt: skip
            for code, chrom in enumerate(db.chroms.names):
                dense.write(chrom, _bins(sources, how, code, width, fitting))
    elif turned is not None:
        raise UsageError("only dense tracks can be a pair of strands", where=track.name)
    else:
        with new_sparse(place, provenance=provenance, overwrite=overwrite) as sparse:
            for code, chrom in enumerate(db.chroms.names):
                sparse.write(chrom, [_records(found, how, code)])
    whole = Spans.whole(track.chroms)
    everything = replace(found.chains, target_overlap="keep")
    return report_of(whole, everything.place(whole.code, whole.start, whole.end))


def _by_strand(found: LiftSource, turned: Any, chains: Chains) -> list[LiftSource]:
    """Blocks in the same direction bring the track, reversed ones the other track."""
    other = LiftSource.of(turned, chains)
    track, mate = found.track, other.track
    if not isinstance(mate, DenseTrack) or mate.bin_size != getattr(track, "bin_size", 0):
        raise UsageError(
            f"tracks '{track.name}' and '{mate.name}' are no pair: they differ in bins",
            fix="Give two dense tracks of one bin size",
        )
    if chains.target_overlap.startswith("best_"):
        raise UsageError(
            f"strands cannot be lifted with target_overlap={chains.target_overlap!r}",
            fix="Load the chains with auto_score",
        )
    reverse = found.chains.blocks.is_reverse
    return [
        replace(one, chains=replace(one.chains, blocks=one.chains.blocks[which]))
        for one, which in ((found, ~reverse), (other, reverse))
    ]


def _fitting(track: DenseTrack | SparseTrack, dtype: str) -> Fitting:
    """How values get into the dtype; places without one get that of the source, or 0."""
    fitting = Fitting(dtype)
    if np.dtype(dtype).kind != "f" and track.dtype.kind != "f":
        fitting.missing = track.missing
    return fitting


# ---- dense


def _bins(
    sources: Sequence[LiftSource], how: Aggregate, code: int, width: int, fitting: Fitting
) -> Iterator[NDArray[Any]]:
    """Yield values of the bins of a target chromosome, window by window."""
    chroms = sources[0].chains.chroms
    length = chroms.lengths[code]
    n_bins = -(-length // width)
    for first in range(0, n_bins, WINDOW_BINS):
        n = min(WINDOW_BINS, n_bins - first)
        # one more bin on each side: what touches the window is seen whole, so that the answer
        # does not depend on where windows begin
        low, high = max(first - 1, 0) * width, min((first + n + 1) * width, length)
        parts = Parts.joined([found.parts(code, low, high) for found in sources]).in_order()
        item, group = _touched(parts, width)
        once = _once(parts, item, group)
        item, group = item[once], group[once] - first
        inside = (group >= 0) & (group < n)
        values = how.of(parts.value[item[inside]], group[inside], n)
        if fitting.dtype == "float32":
            yield finite_float32(values)
            continue
        if np.dtype(fitting.dtype).kind != "f" and fitting.missing is None:
            values = np.nan_to_num(values, nan=0.0)
        yield fitting.fit(values, chroms.names[code], first * width, width)


def _touched(parts: Parts, width: int) -> tuple[_I8, _I8]:
    """Pairs of part and bin that touch, in the order of the parts; a part is at most a bin."""
    first, last = parts.start // width, (parts.end - 1) // width
    n = last - first + 1
    item = np.repeat(np.arange(n.size), n)
    return item, np.arange(item.size) - np.repeat(np.cumsum(n) - n, n) + first[item]


def _once(parts: Parts, item: _I8, group: _I8) -> NDArray[np.bool_]:
    """Mask of pairs without those that bring a source bin by one chain once more.

    Just the bins that may come twice are looked at.
    """
    keep = np.ones(item.size, np.bool_)
    some = np.flatnonzero(parts.is_edge[item])
    of = item[some]
    keys = (parts.chain[of], parts.source_start[of], parts.source[of], group[some])
    order = np.lexsort(keys)  # stable: the first of equal ones comes first
    same = np.ones(max(order.size - 1, 0), np.bool_)
    for key in keys:
        same &= key[order[1:]] == key[order[:-1]]
    keep[some[order[1:][same]]] = False
    return keep


# ---- sparse


def _records(found: LiftSource, how: Aggregate, code: int) -> tuple[_I8, _I8, NDArray[np.float32]]:
    """Records of a target chromosome: start, end, value."""
    parts = found.parts(code, 0, found.chains.chroms.lengths[code])
    if how.skip_missing:
        parts = parts.take(~np.isnan(parts.value))
    parts = parts.in_order()
    edges = np.unique(np.concatenate((parts.start, parts.end)))
    first, last = np.searchsorted(edges, parts.start), np.searchsorted(edges, parts.end)
    n = last - first
    item = np.repeat(np.arange(n.size), n)
    group = np.arange(item.size) - np.repeat(np.cumsum(n) - n, n) + first[item]
    used, group = np.unique(group, return_inverse=True)
    value = finite_float32(how.of(parts.value[item], group.astype(np.int64), used.size))
    present = ~np.isnan(value)
    return _merged(edges[used[present]], edges[used[present] + 1], value[present])


def _merged(
    start: _I8, end: _I8, value: NDArray[np.float32]
) -> tuple[_I8, _I8, NDArray[np.float32]]:
    """Records, with neighbours that touch and are equal as one."""
    begins = np.ones(start.size, np.bool_)
    begins[1:] = (start[1:] != end[:-1]) | (value[1:] != value[:-1])
    first = np.flatnonzero(begins)
    last = np.append(first[1:], start.size) - 1 if first.size else first
    return start[first], end[last], value[first]
