"""The summary pyramid in a file: each level holds its chromosomes one behind the other."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from genomedb.core.chroms import ChromTable
from genomedb.core.lazy import lazy
from genomedb.errors import FormatError
from genomedb.kernels.summary import Stats
from genomedb.storage import schema
from genomedb.storage.attrs import write_text
from genomedb.storage.columns import Column
from genomedb.storage.files import Draft
from genomedb.storage.handle import TrackFile
from genomedb.storage.pyramid import FEWEST, FIELDS, Pyramid, stored_levels
from genomedb.storage.write import write_table

_MAX_LEVEL = 40


def write_pyramid(draft: Draft, built: Mapping[int, Mapping[int, Stats]]) -> None:
    """Write the levels built for each chromosome code; nothing when there are none."""
    levels = sorted({k for levels in built.values() for k in levels})
    if not levels:
        return
    for k in levels:
        parts = [built[code][k] for code in sorted(built) if k in built[code]]
        for field, columns in zip(FIELDS, zip(*parts, strict=True), strict=True):
            write_table(draft, f"{schema.PYRAMID}/{k}/{field}", np.concatenate(columns))
    write_text(draft.h5, schema.LEVELS, json.dumps(levels))


def levels_of(file: TrackFile) -> tuple[int, ...]:
    """Levels stored in a file, finest first."""
    text = file.attributes().get(schema.LEVELS)
    if text is None:
        return ()
    try:
        levels = json.loads(str(text))
    except (ValueError, RecursionError):
        levels = None
    if not isinstance(levels, list) or not all(
        type(k) is int and 1 <= k <= _MAX_LEVEL for k in levels
    ):
        raise FormatError(f"attribute {schema.LEVELS} is damaged", where=file.path)
    return tuple(sorted(levels))


class PyramidFile:
    """Pyramids of the chromosomes of one file, opened when first asked for.

    Attributes
    ----------
    levels : tuple of int
        Stored levels; empty when the file has no pyramid.
    """

    def __init__(self, file: TrackFile, chroms: ChromTable, missing: float | None) -> None:
        self._file, self._chroms, self._missing = file, chroms, missing
        self.levels = levels_of(file)
        self._n_bins = -(-chroms.length_array // file.header.bin_size)
        self._offsets: dict[int, NDArray[np.int64]] = {}
        self._opened: dict[int, Pyramid] = {}

    @lazy
    def is_short(self) -> NDArray[np.bool_]:
        """For each chromosome: is it too short to have any level?"""
        if not self.levels:
            return np.ones(self._n_bins.size, np.bool_)
        return np.asarray(~self._is_stored(self.levels[0]))

    def _is_stored(self, k: int) -> NDArray[np.bool_]:
        return np.asarray(-(-self._n_bins // (1 << k)) >= FEWEST)

    def of(self, code: int) -> Pyramid:
        """Pyramid of a chromosome; it has no levels when none are stored."""
        found = self._opened.get(code)
        if found is None:
            n_bins = int(self._n_bins[code])

            def load(k: int, field: str) -> NDArray[Any]:
                return self._load(code, k, field)

            where = f"{self._file.path}, {self._chroms.names[code]}"
            levels = stored_levels(n_bins, self.levels)
            found = self._opened[code] = Pyramid(load, n_bins, levels, self._missing, where)
        return found

    def _load(self, code: int, k: int, field: str) -> NDArray[Any]:
        offset = self._offset(k)
        dtype = "int64" if field == "count" else "float64"
        column = Column(self._file, f"{schema.PYRAMID}/{k}/{field}", int(offset[-1]), dtype)
        return column.read(int(offset[code]), int(offset[code + 1]))

    def _offset(self, k: int) -> NDArray[np.int64]:
        """Where each chromosome begins in a level."""
        if k not in self._offsets:
            n = -(-self._n_bins // (1 << k))
            kept = np.where(self._is_stored(k), n, 0)
            self._offsets[k] = np.concatenate(([0], np.cumsum(kept)))
        return self._offsets[k]


def expected_sizes(file: TrackFile, chroms: ChromTable) -> dict[str, int]:
    """Items that each dataset of the pyramid must have, by path."""
    pyramid = PyramidFile(file, chroms, None)
    return {
        f"{schema.PYRAMID}/{k}/{field}": int(pyramid._offset(k)[-1])
        for k in pyramid.levels
        for field in FIELDS
    }
