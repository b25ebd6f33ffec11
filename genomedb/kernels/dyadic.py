"""Door to ext/dyadic.pyx: sums and maxima of many stretches of values."""

from __future__ import annotations

from enum import IntEnum
from typing import Any

import numpy as np
from numpy.typing import NDArray

from genomedb._ext import dyadic as _dyadic
from genomedb.errors import UsageError

_LOWEST = 4  # as in the kernel


class Op(IntEnum):
    """How two neighbouring stretches become one."""

    SUM = 0
    LOGSUM = 1  # values are logarithms of what is added up
    MAX = 2
    ARGMAX = 3  # largest value, and what belongs to its first occurrence

    @property
    def nothing(self) -> float:
        """Value of an empty stretch."""
        return 0.0 if self is Op.SUM else -np.inf

    def join(
        self, a: NDArray[np.float64], b: NDArray[np.float64]
    ) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
        """Join pairs of stretches; also says where the second one decides (ARGMAX)."""
        later = b > a
        if self is Op.SUM:
            return a + b, later
        if self is Op.LOGSUM:
            return np.logaddexp(a, b), later
        return np.where(later, b, a), later


class Blocks:
    """Values and the aggregates of their blocks of 16, 32, 64, ... values.

    Parameters
    ----------
    value : array of float64, shape (n,)
        No NaN.
    op : Op
    arg : array of int64, shape (n,), optional
        What belongs to each value; needed for ``Op.ARGMAX``.

    Examples
    --------
    >>> Blocks(np.arange(100.0), Op.SUM).reduce([0, 10], [100, 13])[0]
    array([4950.,   33.])
    """

    def __init__(self, value: Any, op: Op, arg: Any = None) -> None:
        self._value = np.ascontiguousarray(value, np.float64)
        self.op = op
        n = self._value.size
        if (arg is not None) != (op is Op.ARGMAX):
            raise UsageError("ARGMAX needs an array beside the values, other operations take none")
        self._arg = np.zeros(1, np.int64) if arg is None else np.ascontiguousarray(arg, np.int64)
        if self._value.ndim != 1 or (arg is not None and self._arg.shape != self._value.shape):
            raise UsageError(f"{self._value.shape} values with {self._arg.shape} beside them")
        sizes = [n >> _LOWEST]
        while sizes[-1] > 1:
            sizes.append(sizes[-1] >> 1)
        self._level = np.concatenate(([0], np.cumsum(sizes)[:-1])).astype(np.intp)
        self._tree = np.zeros(max(sum(sizes), 1), np.float64)
        self._tree_arg = np.zeros(self._tree.size if op is Op.ARGMAX else 1, np.int64)
        if n:
            _dyadic.build(self._value, self._arg, int(op), self._level, self._tree, self._tree_arg)

    def block(self, exponent: int) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
        """Aggregates of the blocks of ``2**exponent`` values, and what belongs to them.

        The second array has length 1 unless the operation is ``Op.ARGMAX``.
        """
        depth, n = exponent - _LOWEST, self._value.size >> exponent
        if depth < 0 or n == 0:
            raise UsageError(f"there are no blocks of 2**{exponent} values")
        at = slice(int(self._level[depth]), int(self._level[depth]) + n)
        return self._tree[at], self._tree_arg[at if self.op is Op.ARGMAX else slice(None)]

    def reduce(
        self,
        start: Any,
        stop: Any,
        *,
        onto: tuple[NDArray[np.float64], NDArray[np.int64]] | None = None,
    ) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
        """Aggregate of the values of each ``[start, stop)``.

        Parameters
        ----------
        start, stop : arrays of int64, shape (m,)
            ``0 <= start <= stop <= n``.
        onto : pair of arrays of float64 and int64, shape (m,), optional
            Aggregates of what lies before, which are continued; None starts from nothing.

        Returns
        -------
        value : ndarray of float64, shape (m,)
        arg : ndarray of int64, shape (m,)
            What belongs to the largest value (ARGMAX); 0 where there is none.

        Raises
        ------
        UsageError
            A stretch is not inside the values.
        """
        a, b = np.ascontiguousarray(start, np.int64), np.ascontiguousarray(stop, np.int64)
        if a.shape != b.shape or a.ndim != 1:
            raise UsageError(f"{a.size} starts and {b.size} stops")
        if a.size and (a.min() < 0 or b.max() > self._value.size or (a > b).any()):
            raise UsageError(f"stretches must lie within the {self._value.size} values")
        if onto is None:
            value, arg = np.full(a.size, self.op.nothing), np.zeros(a.size, np.int64)
        else:
            value = np.array(onto[0], np.float64)
            arg = np.array(onto[1], np.int64)
            if value.shape != a.shape or arg.shape != a.shape:
                raise UsageError(f"{a.size} stretches continue {value.size} others")
        if a.size and self._value.size:
            _dyadic.reduce(
                self._value, self._arg, int(self.op), self._level, self._tree, self._tree_arg,
                a, b, value, arg,
            )  # fmt: skip
        return value, arg
