"""Potts: a motif as energies of single positions and of pairs of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from genomedb.errors import UsageError

LETTERS: Final = "ACGT"
MAX_WIDTH: Final = 10_000
IGNORED: Final = ("width", "pair_strength", "attr", "link")
_FIX: Final = "Give e (n x 4), J (4 x 4 a pair), pairs (two positions, from 1) and intercept"


@dataclass(frozen=True, eq=False)
class Potts:
    """A pairwise energy model of words of one length.

    The energy of a word x is ``intercept + sum(e[i, x_i]) + sum(J_k[x_i, x_j])``, the last over
    pairs of positions.

    Parameters
    ----------
    e : array_like of float, shape (n, 4), or DataFrame with columns A, C, G, T
        Energy of each letter at each position.
    J : sequence of (4, 4) arrays, or array_like of shape (k, 16)
        A table a pair, the lower position on its rows; of 16 numbers, column by column.
    pairs : array_like of int, shape (k, 2)
        Positions counted from 1, the lower one first; no pair twice.
    intercept : float

    Raises
    ------
    UsageError
        A part has another shape, or holds numbers that are not finite.

    Examples
    --------
    >>> Potts([[1, 0, 0, 0], [0, 1, 0, 0]], [np.eye(4)], [[1, 2]]).width
    2
    """

    e: ArrayLike
    J: Any = ()
    pairs: Any = ()
    intercept: float = 0.0
    single: NDArray[np.float64] = field(init=False)
    pair: NDArray[np.int64] = field(init=False)
    coupling: NDArray[np.float64] = field(init=False)

    def __post_init__(self) -> None:
        e: Any = self.e
        if hasattr(e, "columns"):
            if set(LETTERS) - set(e.columns):
                raise UsageError("e has no columns A, C, G, T", fix=_FIX)
            e = e[list(LETTERS)]
        single = _numbers(e, "e")
        if single.ndim != 2 or single.shape[1] != 4 or not 1 <= len(single) <= MAX_WIDTH:
            raise UsageError(f"e has shape {single.shape}", fix=_FIX)
        pair = _numbers(self.pairs, "pairs")
        if not pair.size:
            pair = pair.reshape(0, 2)
        if pair.ndim != 2 or pair.shape[1] != 2 or (pair != np.floor(pair)).any():
            raise UsageError(f"pairs has shape {pair.shape}, or no whole numbers", fix=_FIX)
        if ((pair < 1) | (pair > len(single))).any():
            raise UsageError(f"pairs names a position that is not one of 1 to {len(single)}")
        if (pair[:, 0] >= pair[:, 1]).any():
            raise UsageError("pairs has a row whose first position is not the lower one")
        if len(np.unique(pair, axis=0)) != len(pair):
            raise UsageError("pairs names one pair twice", fix="Add their tables up")
        coupling = _tables(self.J, len(pair))
        intercept = _numbers(self.intercept, "intercept")
        if intercept.size != 1:
            raise UsageError(f"intercept is {self.intercept!r:.40}", fix="Give a number")
        object.__setattr__(self, "intercept", float(intercept.reshape(())))
        object.__setattr__(self, "single", np.ascontiguousarray(single))
        object.__setattr__(self, "pair", np.ascontiguousarray(pair.astype(np.int64) - 1))
        object.__setattr__(self, "coupling", coupling)

    @property
    def width(self) -> int:
        """Letters of a word."""
        return len(self.single)

    @classmethod
    def of(cls, value: Any) -> Potts:
        """Model from a `Potts`, or a mapping of ``e J pairs intercept``.

        ``width pair_strength attr link`` of fitted models are passed over, but `width` has to be
        that of ``e``.
        """
        if isinstance(value, cls):
            return value
        if not isinstance(value, Mapping) or "e" not in value:
            raise UsageError(f"the model is {value!r:.60}", fix=_FIX)
        model = cls(
            value["e"], _or(value.get("J"), ()), _or(value.get("pairs"), ()),
            _or(value.get("intercept"), 0.0),
        )  # fmt: skip
        if value.get("width") is not None and value["width"] != model.width:
            raise UsageError(f"width says {value['width']} but e has {model.width} rows")
        return model


def _or(value: Any, default: Any) -> Any:
    return default if value is None else value


def _numbers(value: Any, what: str) -> NDArray[np.float64]:
    try:
        found = np.array(value, np.float64)
    except (TypeError, ValueError):
        raise UsageError(f"{what} is no table of numbers", fix=_FIX) from None
    if not np.isfinite(found).all():
        raise UsageError(f"{what} has numbers that are not finite", fix=_FIX)
    return found


def _tables(given: Any, n: int) -> NDArray[np.float64]:
    """Tables of all pairs, row by row: shape (n, 16)."""
    if isinstance(given, np.ndarray) and given.ndim == 2 and given.shape == (n, 16):
        found = _numbers(given, "J").reshape(n, 4, 4).transpose(0, 2, 1)
    else:
        try:
            listed = [_numbers(_letters(table), "J") for table in given]
        except TypeError:
            raise UsageError(f"J is {given!r:.60}", fix=_FIX) from None
        if len(listed) != n or any(table.shape != (4, 4) for table in listed):
            raise UsageError(f"J has {len(listed)} tables for {n} pairs, or not of 4 x 4", fix=_FIX)
        found = np.array(listed).reshape(n, 4, 4)
    return np.ascontiguousarray(found.reshape(n, 16))


def _letters(table: Any) -> Any:
    """Rows and columns of a DataFrame in the order of the letters, where it names them."""
    if hasattr(table, "columns") and not set(LETTERS) - set(table.columns):
        table = table[list(LETTERS)]
        if not set(LETTERS) - set(table.index):
            table = table.loc[list(LETTERS)]
    return table
