"""Cells that count as others: bins merged along a dimension, and cells one by one."""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from genomedb.analysis.synth_model import Dimension, MarkovModel, bin_map
from genomedb.errors import GenomeDBWarning, UsageError

if TYPE_CHECKING:
    import pandas as pd

_I4 = NDArray[np.int32]
_I8 = NDArray[np.int64]
Merge = Iterable[Mapping[str, Any]] | None


def cell_table(dimensions: Sequence[Dimension]) -> _I4:
    """What each cell counts as, by the bin maps of the dimensions; the first is the fastest."""
    maps = [_map_of(one).astype(np.int32) for one in dimensions]
    sizes = [one.n_bins for one in dimensions]
    table = np.zeros(1, np.int32)
    for bins, stride in zip(maps, np.cumprod([1, *sizes])[:-1].tolist(), strict=True):
        table = (table[None, :] + stride * bins[:, None]).ravel()
    return table


def _map_of(dimension: Dimension) -> NDArray[Any]:
    return np.arange(dimension.n_bins) if dimension.bin_map is None else dimension.bin_map


def remerged(model: MarkovModel, merge: Sequence[Merge] | None) -> tuple[Dimension, ...]:
    """Dimensions of a model with other bin maps; None keeps one.

    Raises
    ------
    UsageError
        There is not one item a dimension.
    """
    if merge is None:
        return model.dimensions
    n = len(model.dimensions)
    if not isinstance(merge, (list, tuple)) or len(merge) != n:
        raise UsageError(
            f"bin_merge must be a list with {n} elements (one per dimension)",
            fix="Give None for those that stay",
        )
    return tuple(
        one if not ranges else replace(one, bin_map=bin_map(one.breaks, ranges))
        for one, ranges in zip(model.dimensions, merge, strict=True)
    )


def cell_redirects(
    model: MarkovModel, cell_merge: Any, merge: Sequence[Merge] | None = None
) -> pd.DataFrame:
    """Cells that are to use the probabilities of others.

    Parameters
    ----------
    model : MarkovModel
        With at least one dimension.
    cell_merge : list of dict, or DataFrame
        ``{"from": [...], "to": [...]}`` with one value a dimension, each in a bin
        ``[low, high)`` (the last one with its upper edge); or columns ``from_1 to_1 from_2
        ...``.
    merge : list, optional
        As of `remerged`: values are looked up with it.

    Returns
    -------
    DataFrame of int64
        ``source_flat target_flat`` and ``from_1 to_1 from_2 ...``, all counted from 1.

    Raises
    ------
    UsageError
        The model has one cell only; an item is not of that form; a value is in no bin.
    """
    import pandas as pd

    n = len(model.dimensions)
    if not n:
        raise UsageError("cell_merge requires a stratified model: this one has no dimensions")
    values = _values(cell_merge, n)  # (items, 2, dimensions)
    dimensions = remerged(model, merge)
    bins = np.empty(values.shape, np.int64)
    for d, one in enumerate(dimensions):
        found = np.searchsorted(one.breaks, values[:, :, d], side="right") - 1
        found[values[:, :, d] == one.breaks[-1]] = one.n_bins - 1
        wrong = (found < 0) | (found >= one.n_bins) | np.isnan(values[:, :, d])
        if wrong.any():
            item, side = np.argwhere(wrong)[0].tolist()
            raise UsageError(
                f"cell_merge entry {item + 1}: '{('from', 'to')[side]}' value "
                f"{values[item, side, d]:g} is in no bin of dimension {d + 1}",
                fix=f"Values are from {one.breaks[0]:g} to {one.breaks[-1]:g}",
            )
        bins[:, :, d] = _map_of(one)[found]
    strides = np.cumprod([1, *model.shape[:-1]])
    flat = bins @ strides + 1
    columns = {"source_flat": flat[:, 0], "target_flat": flat[:, 1]}
    for d in range(n):
        columns |= {f"from_{d + 1}": bins[:, 0, d] + 1, f"to_{d + 1}": bins[:, 1, d] + 1}
    return pd.DataFrame(columns)


def redirected(model: MarkovModel, cell_merge: Any, merge: Sequence[Merge] | None = None) -> _I4:
    """The cell whose probabilities each cell uses; see `cell_redirects`.

    Later items win over earlier ones of the same cell, with a warning; those that lead from a
    cell to itself are left out, with a warning.
    """
    table = np.arange(model.cdf.shape[0], dtype=np.int32)
    if cell_merge is None or (isinstance(cell_merge, (list, tuple)) and not cell_merge):
        return table
    found = cell_redirects(model, cell_merge, merge)
    source, target = found["source_flat"].to_numpy() - 1, found["target_flat"].to_numpy() - 1
    itself = source == target
    if itself.any():
        warnings.warn(
            f"cell_merge: {int(itself.sum())} item(s) lead from a cell to itself; left out",
            GenomeDBWarning, stacklevel=4,
        )  # fmt: skip
    source, target = source[~itself], target[~itself]
    last = len(source) - 1 - np.unique(source[::-1], return_index=True)[1]
    if last.size < source.size:
        warnings.warn(
            f"cell_merge: {source.size - last.size} item(s) are for a cell that a later one is "
            "for; the last wins",
            GenomeDBWarning, stacklevel=4,
        )  # fmt: skip
    for i in np.sort(last).tolist():  # one after the other: a target may have been redirected
        table[source[i]] = table[target[i]]
    return table


def _values(cell_merge: Any, n: int) -> NDArray[np.float64]:
    """Values of items: (items, from and to, dimensions)."""
    if hasattr(cell_merge, "columns"):
        names = [f"{side}_{d}" for side in ("from", "to") for d in range(1, n + 1)]
        absent = [name for name in names if name not in cell_merge.columns]
        if absent:
            raise UsageError(f"cell_merge has no column {', '.join(absent)}")
        try:
            return np.asarray(cell_merge[names], np.float64).reshape(-1, 2, n)
        except (TypeError, ValueError):
            raise UsageError("cell_merge has values that are no numbers") from None
    if not isinstance(cell_merge, (list, tuple)):
        raise UsageError("cell_merge must be a list of entries or a DataFrame")
    rows = [_entry(item, i, n) for i, item in enumerate(cell_merge, start=1)]
    return np.array(rows, np.float64).reshape(-1, 2, n)


def _entry(item: Any, number: int, n: int) -> list[list[float]]:
    where = f"cell_merge entry {number}"
    if not isinstance(item, Mapping) or "from" not in item or "to" not in item:
        raise UsageError("must be a dict with 'from' and 'to'", where=where)
    sides = []
    for side in ("from", "to"):
        try:
            values = [float(value) for value in item[side]]
        except (TypeError, ValueError):
            raise UsageError(f"'{side}' is {item[side]!r:.60}, not numbers", where=where) from None
        if len(values) != n:
            raise UsageError(
                f"'{side}' has {len(values)} values, not {n} (one per dimension)", where=where
            )
        sides.append(values)
    return sides
