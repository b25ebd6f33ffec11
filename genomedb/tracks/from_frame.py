"""Features of a frame: rows in any order as sorted columns of each chromosome."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from genomedb.core.chroms import ChromTable
from genomedb.core.texts import Texts
from genomedb.errors import UsageError
from genomedb.kernels.texts import gather
from genomedb.storage import schema
from genomedb.storage.spec import ColumnSpec, spec_of
from genomedb.storage.table import Values
from genomedb.tracks.regions import positions

_STRANDS = {"+": 1, "-": -1, ".": 0, "": 0, "1": 1, "-1": -1, "0": 0}


class FrameFeatures(NamedTuple):
    """Features sorted by chromosome, start and end.

    Attributes
    ----------
    chroms : list of (str, int, int)
        Chromosome, and the rows ``[first, last)`` that are on it.
    start, end : ndarray of int64
    strand : ndarray of int8 or None
    columns : dict of str to ndarray or Texts
    """

    chroms: list[tuple[str, int, int]]
    start: NDArray[np.int64]
    end: NDArray[np.int64]
    strand: NDArray[np.int8] | None
    columns: dict[str, Values]

    @property
    def specs(self) -> list[ColumnSpec]:
        """The columns as they are stored."""
        return [spec_of(name, values) for name, values in self.columns.items()]

    def pieces(self) -> Iterator[tuple[str, Any]]:
        """Yield each chromosome and its features, as `FeatureDraft.write` takes them."""
        for name, a, b in self.chroms:
            made: dict[str, Values] = {
                n: v.slice(a, b) if isinstance(v, Texts) else v[a:b]
                for n, v in self.columns.items()
            }
            if self.strand is not None:
                made[schema.STRAND] = self.strand[a:b]
            yield name, (self.start[a:b], self.end[a:b], made)


def features_of(frame: Any, chroms: ChromTable) -> FrameFeatures:
    """Sort the rows of a frame.

    Parameters
    ----------
    frame : DataFrame or mapping of str to sequence
        Columns ``chrom``, ``start``, ``end`` (0-based half-open), perhaps ``strand`` (``+ - .``
        or 1, -1, 0), and others: numbers stay as they are, everything else is text, and what is
        missing there is empty.
    chroms : ChromTable

    Raises
    ------
    ChromError
        For an unknown chromosome.
    UsageError
        For columns that are absent, of other lengths, or no positions or strands.
    """
    found = {str(name): frame[name] for name in frame}
    for name in ("chrom", "start", "end"):
        if name not in found:
            raise UsageError(f"there is no column {name}", fix="Give chrom, start and end")
    n = len(found["chrom"])
    for name, column in found.items():
        if len(column) != n:
            raise UsageError(f"column {name} has {len(column)} values, not {n}")
    names = np.asarray(found.pop("chrom"), object)
    if n == 0:
        raise UsageError("there are no features to store")
    distinct = {name: chroms.code(str(name)) for name in dict.fromkeys(names.tolist())}
    code = np.fromiter(map(distinct.__getitem__, names.tolist()), np.int64, n)
    start = positions(np.asarray(found.pop("start")), "start")
    end = positions(np.asarray(found.pop("end")), "end")
    strand = _strand(found.pop("strand")) if "strand" in found else None
    order = np.lexsort((end, start, code))
    code = code[order]
    columns = {name: _column(name, values, order) for name, values in found.items()}
    edges = [0, *(np.flatnonzero(np.diff(code)) + 1).tolist(), n]
    parts = [(chroms.names[int(code[a])], a, b) for a, b in pairwise(edges)]
    return FrameFeatures(
        parts, start[order], end[order], None if strand is None else strand[order], columns
    )


def _strand(values: Any) -> NDArray[np.int8]:
    array = np.asarray(values)
    if array.dtype.kind in "if":
        wrong = ~np.isin(array, (-1, 0, 1))
    else:
        texts = [str(v) for v in array.tolist()]
        wrong = np.array([text not in _STRANDS for text in texts], np.bool_)
        array = np.array([_STRANDS.get(text, 0) for text in texts])
    if wrong.any():
        i = int(wrong.argmax())
        raise UsageError(
            f"strand {np.asarray(values)[i]!r} of row {i} is not one", fix="Use + - . or 1 -1 0"
        )
    return array.astype(np.int8)


def _column(name: str, values: Any, order: NDArray[np.int64]) -> Values:
    """One column in another order, as numbers or texts."""
    if isinstance(values, Texts):
        return Texts(*gather(values.data, values.offset, order))
    array = np.asarray(values)
    if array.ndim != 1:
        raise UsageError(f"column {name} has {array.ndim} dimensions, not 1")
    if array.dtype.kind in "iufb":
        return array[order]
    listed = array[order].astype(object).tolist()
    return Texts.of("" if _absent(value) else str(value) for value in listed)


def _absent(value: Any) -> bool:
    """Is it None, NaN or pandas.NA (which cannot be compared)?"""
    return value is None or (isinstance(value, float) and value != value) or str(value) == "<NA>"
