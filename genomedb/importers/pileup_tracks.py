"""Columns of positions -> tracks: dense ones in the smallest dtype, fragments as features."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from genomedb.core.progress import Progress
from genomedb.errors import UsageError
from genomedb.importers.pileup import Column, Store, Totals, sorted_keys
from genomedb.kernels.alignments import first_fragment_key, fragments_of, genome_offsets
from genomedb.storage.describe import Provenance, Source
from genomedb.storage.spec import ColumnSpec
from genomedb.storage.write import Storage
from genomedb.tracks.create import Place, new_dense, new_features

FRAGMENTS: Final = "fragments"
_UNSIGNED: Final = ("uint8", "uint16", "uint32")
_WHOLE_IN: Final = {"float32": 2**24, "float64": 2**53}
_ROWS: Final = 1 << 20


@dataclass(frozen=True)
class Written:
    """A track that was made.

    Attributes
    ----------
    name : str
    dtype : str
        Of its values; empty for fragments.
    n : int
        Values that are not 0, or fragments.
    total, largest : int
        Sum of the values, and the largest.
    n_saturated : int
        Values that are stored as the largest of the dtype because they are above it.
    """

    name: str
    dtype: str
    n: int
    total: int
    largest: int
    n_saturated: int = 0

    def sentences(self) -> list[str]:
        """Say for people what it holds."""
        if not self.dtype:
            return [f"{self.name}: {self.n:,} fragments"]
        said = [
            f"{self.name}: {self.n:,} bases above 0, the largest {self.largest:,} ({self.dtype})"
        ]
        if self.n_saturated:
            said.append(f"{self.name}: {self.n_saturated:,} sites saturated")
        return said


def write_tracks(
    store: Store,
    columns: Mapping[str, Column],
    places: Mapping[str, Place],
    *,
    dtype: str,
    saturate: bool,
    size_bits: int,
    sources: tuple[Source, ...],
    storage: Storage | None,
    provenance: Provenance,
    overwrite: bool,
) -> tuple[Written, ...]:
    """Write all tracks; none appears unless all could be written.

    Raises
    ------
    UsageError
        A value does not fit the dtype; it is found before anything is written.
    """
    offsets = genome_offsets(next(iter(places.values())).chroms.lengths).tolist()
    plans = {}
    for output, column in columns.items():
        if output != FRAGMENTS:
            plans[output] = _plan(column, places[output], offsets, dtype, saturate=saturate)
    create: dict[str, Any] = {
        "storage": storage, "provenance": provenance, "overwrite": overwrite,
    }  # fmt: skip
    written = []
    with ExitStack() as stack:  # all take their names at the end
        for output, column in columns.items():
            place = places[output]
            if output == FRAGMENTS:
                spec = [ColumnSpec("score", "uint8")]
                features = stack.enter_context(new_features(place, spec, strand=True, **create))
                n = 0
                for code, pieces in enumerate(_fragments(column, store, offsets, size_bits)):
                    n += sum(piece[0].size for piece in pieces)
                    if pieces:
                        features.write(place.chroms.names[code], pieces)
                features.add_sources(sources)
                written.append(Written(place.name, "", n, n, 0))
                continue
            plan, totals, limit = plans[output]
            dense = stack.enter_context(new_dense(place, bin_size=1, dtype=plan, **create))
            values = column.values(offsets, plan, limit)
            with Progress(place.chroms.total, f"writing {place.name}", unit="bp") as progress:
                for code, chrom in enumerate(place.chroms.names):
                    dense.write(chrom, next(values))
                    progress.advance(place.chroms.lengths[code])
            dense.add_sources(sources)
            over = totals.n_over
            written.append(
                Written(place.name, plan, totals.n_above_zero, totals.total, totals.largest, over)
            )
    return tuple(written)


def _plan(
    column: Column, place: Place, offsets: list[int], dtype: str, *, saturate: bool
) -> tuple[str, Totals, int]:
    """Dtype, statistics and the largest value stored; an overflow is an error."""
    limit = _largest(dtype) if dtype != "auto" else _largest("uint32")
    totals = column.totals(offsets, limit)
    if totals.n_over and not saturate:
        where = f"{place.chroms.names[totals.chrom]}:{totals.position}"
        wider = next((d for d in _UNSIGNED if totals.largest <= _largest(d)), "float64")
        raise UsageError(
            f"a value above {limit} at {where} (the largest is {totals.largest}) does not fit "
            f"{'uint32' if dtype == 'auto' else dtype}",
            where=place.name,
            fix=f"Use {wider}{'' if dtype == 'auto' else ', auto'}, or saturate",
        )
    if dtype == "auto":
        dtype = next((d for d in _UNSIGNED if totals.largest <= _largest(d)), "uint32")
    return dtype, totals, limit


def _largest(dtype: str) -> int:
    """The largest whole number up to which a dtype holds all."""
    return _WHOLE_IN[dtype] if dtype in _WHOLE_IN else int(np.iinfo(dtype).max)


def _fragments(
    column: Column, store: Store, offsets: list[int], size_bits: int
) -> Iterator[list[tuple[Any, Any, dict[str, Any]]]]:
    """Fragments of each chromosome in order: start, end, strand and score."""
    edges = [first_fragment_key(after, size_bits) for after in offsets[1:]]
    for start, keys in zip(offsets, sorted_keys(column, store, edges), strict=False):
        pieces = []
        for at in range(0, keys.size, _ROWS):
            found = fragments_of(keys[at : at + _ROWS], size_bits)
            begin = found.start - start
            strand = np.where(found.is_reverse, -1, 1).astype(np.int8)
            columns = {"strand": strand, "score": found.mapq}
            pieces.append((begin, begin + found.size, columns))
        yield pieces
