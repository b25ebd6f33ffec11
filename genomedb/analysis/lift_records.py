"""Records of feature and array tracks of another assembly, lifted with all their columns."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from genomedb.analysis.lift_source import in_codes_of
from genomedb.analysis.liftover_intervals import LiftReport, report_of
from genomedb.analysis.new_track import provenance_of
from genomedb.core.spans import Spans
from genomedb.core.texts import Texts
from genomedb.db.database import GenomeDB
from genomedb.intervals.chains import Chains
from genomedb.kernels.texts import gather
from genomedb.storage import schema
from genomedb.storage.table import Values
from genomedb.tracks.array import ArrayTrack
from genomedb.tracks.create import Place, new_array, new_features
from genomedb.tracks.features import FeatureTrack

_I8 = NDArray[np.int64]
_STRAND: Final = schema.STRAND


def lift_records(
    db: GenomeDB, place: Place, track: FeatureTrack | ArrayTrack, chains: Chains,
    described: tuple[str, str], overwrite: bool,  # noqa: FBT001
) -> LiftReport:  # fmt: skip
    """Make a track of the same type and columns; parameters as in `liftover_track`.

    Memory grows with the records. Those of an array must not overlap where they come to lie.

    Raises
    ------
    ChromError
        Records of an array overlap in the target, or another assembly.
    """
    moved = _Moved(track, in_codes_of(track, chains))
    provenance = provenance_of(
        place.name, described[0], described[1], "liftover_track", repr(str(track.path)), "chains",
        bin_size=None,
    )  # fmt: skip
    how: dict[str, Any] = {"provenance": provenance, "overwrite": overwrite}
    if isinstance(track, FeatureTrack):
        with new_features(place, track.columns, strand=track.has_strand, **how) as features:
            for code, rows in moved.by_chrom():
                features.write(db.chroms.names[code], moved.features(rows))
    else:
        with new_array(place, track.columns, dtype=track.dtype.name, **how) as array:
            for code, rows in moved.by_chrom():
                array.write(db.chroms.names[code], moved.records(rows))
    whole = Spans.whole(track.chroms)
    everything = replace(moved.chains, target_overlap="keep")
    return report_of(whole, everything.place(whole.code, whole.start, whole.end))


class _Moved:
    """All records of a track where they come to lie."""

    def __init__(self, track: FeatureTrack | ArrayTrack, chains: Chains) -> None:
        self.track, self.chains = track, chains
        self._columns: list[dict[str, Values]] = []
        self._arrays: list[NDArray[Any]] = []
        parts: list[tuple[NDArray[Any], ...]] = []
        for code, chrom in enumerate(track.chroms.names):
            start, end = self._read(chrom)
            parts.append(self._placed(code, start, end, len(parts)))
        self._code, self._start, self._end, self._part, self._row, self._turn = (
            np.concatenate(column) for column in zip(*parts, strict=True)
        )

    def _read(self, chrom: str) -> tuple[_I8, _I8]:
        """Positions of the records of a chromosome; their columns are kept."""
        length = self.track.chroms.length(chrom)
        if isinstance(self.track, FeatureTrack):
            found = self.track.read(chrom, 0, length)
            columns: dict[str, Values] = dict(found.columns)
            if self.track.has_strand:
                none = np.zeros(found.start.size, np.int8)
                columns[_STRAND] = none if found.strand is None else found.strand
            self._columns.append(columns)
            start, end = found.start, found.end
        else:
            start, end, values = self.track.read(chrom, 0, length)
            self._arrays.append(values)
        return np.asarray(start, np.int64), np.asarray(end, np.int64)

    def _placed(self, code: int, start: _I8, end: _I8, part: int) -> tuple[NDArray[Any], ...]:
        """Target code, start, end, part of the source, row in it, and direction of each piece."""
        pieces = self.chains.place(np.full(start.size, code), start, end)
        blocks = self.chains.blocks
        row, at = pieces.row, pieces.block
        chain, to = blocks.chain_id[at], blocks.target[at]
        turn = np.where(blocks.is_reverse[at], -1, 1).astype(np.int8)
        low, high = pieces.target_start, pieces.target_end
        # what touches in both assemblies is one: pieces come by row and source position
        if row.size:
            same = (row[1:] == row[:-1]) & (chain[1:] == chain[:-1]) & (to[1:] == to[:-1])
            same &= (turn[1:] == turn[:-1]) & (pieces.source_start[1:] == pieces.source_end[:-1])
            same &= np.where(turn[1:] > 0, high[:-1] == low[1:], low[:-1] == high[1:])
            first = np.flatnonzero(np.concatenate(([True], ~same)))
            low, high = np.minimum.reduceat(low, first), np.maximum.reduceat(high, first)
            row, to, turn = row[first], to[first], turn[first]
        return to, low, high, np.full(row.size, part), row, turn

    def by_chrom(self) -> Iterator[tuple[int, _I8]]:
        """Yield each target chromosome and the numbers of its pieces, in order."""
        order = np.lexsort((self._row, self._part, self._end, self._start, self._code))
        edges = np.flatnonzero(np.diff(self._code[order])) + 1
        for rows in np.split(order, edges):
            if rows.size:
                yield int(self._code[rows[0]]), rows

    def features(self, rows: _I8) -> Iterator[tuple[Any, Any, dict[str, Values]]]:
        """Features of a target chromosome, as drafts take them."""
        assert isinstance(self.track, FeatureTrack)
        names = [spec.name for spec in self.track.columns]
        made = {name: self._gathered(name, rows) for name in names}
        if self.track.has_strand:
            strand = np.asarray(self._gathered(_STRAND, rows))
            made[_STRAND] = (strand * self._turn[rows]).astype(np.int8)
        yield self._start[rows], self._end[rows], made

    def records(self, rows: _I8) -> Iterator[tuple[Any, Any, Any]]:
        """Records of a target chromosome, as drafts take them."""
        values = np.concatenate(self._arrays)
        sizes = [array.shape[0] for array in self._arrays]
        yield self._start[rows], self._end[rows], values[self._flat(sizes)[rows]]

    def _gathered(self, name: str, rows: _I8) -> Values:
        """A column in another order, over all chromosomes of the source."""
        several = [part[name] for part in self._columns]
        flat = self._flat([len(part) for part in several])[rows]
        if isinstance(several[0], Texts):
            data, offset, at = [], [np.zeros(1, np.int64)], 0
            for texts in several:
                assert isinstance(texts, Texts)
                data.append(texts.data[texts.offset[0] : texts.offset[-1]])
                offset.append(texts.offset[1:] - texts.offset[0] + at)
                at += int(texts.offset[-1] - texts.offset[0])
            return Texts(*gather(np.concatenate(data), np.concatenate(offset), flat))
        return np.concatenate([np.asarray(part) for part in several])[flat]

    def _flat(self, sizes: list[int]) -> _I8:
        """Number of each piece's record among those of all chromosomes."""
        begin = np.cumsum([0, *sizes])
        return np.asarray(begin[self._part] + self._row)
