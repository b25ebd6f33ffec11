"""Evaluator: one block of columns -> one column per expression, in reused buffers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from copy import copy
from typing import Any

import numpy as np
from numpy.typing import NDArray

from genomedb.errors import UsageError
from genomedb.expr.compile import Compiler, Value, choose
from genomedb.expr.syntax import POSITION_NAMES, Expression, error_at

__all__ = ["POSITION_NAMES", "Evaluator"]

_NO_CONSTANTS: Mapping[str, float | bool | str] = {}


class Evaluator:
    """An expression made ready to run over blocks; one for each expression of a task.

    Numbers are float64 throughout: True and False count as 1.0 and 0.0 in arithmetic, and
    division by zero gives infinity or NaN without a warning. Beside ``& | ^ ~`` a number
    counts as true unless it is zero or NaN; functions of ``np.`` answer as numpy does.
    Not to be shared by threads: the buffers are its own.

    Parameters
    ----------
    expression : Expression
    constants : mapping of str to float, bool or str, optional
        Values of names that are the same for every interval. Text can be compared with CHROM.
    canonical : callable, optional
        Database spelling of a chromosome's name, e.g. ``ChromTable.name``; by default
        names are compared as they are written.

    Attributes
    ----------
    columns : tuple of str
        What `run` needs, in order of first appearance; START, END and CHROM included.
    dtype : dtype
        Of the results: float64 or bool.

    Raises
    ------
    ExpressionError
        Text in arithmetic, a chromosome that does not exist, or decimals that are not constant.
    UsageError
        A constant that is neither number nor text, or has the name of a position.

    Examples
    --------
    >>> from genomedb.expr.syntax import parse
    >>> Evaluator(parse("a / 2 + 1")).run({"a": np.array([1.0, 4.0])}, 2)
    array([1.5, 3. ])
    """

    def __init__(
        self,
        expression: Expression,
        *,
        constants: Mapping[str, float | bool | str] = _NO_CONSTANTS,
        canonical: Callable[[str], str] | None = None,
    ) -> None:
        self.expression = expression
        compiler = Compiler(expression, _checked(constants), canonical)
        with np.errstate(all="ignore"):  # constants are folded
            self._result = compiler.result()
        self._needed = _in_use(compiler.values, self._result)
        self.columns = tuple(n.name for n in expression.names if n.name not in constants)
        self.dtype = np.dtype(bool if self._result.truth else np.float64)
        self._assign()
        self._inputs = [(v, v.slot) for v in self._needed if v.column or v.chrom is not None]
        self._steps = [
            (v.compute, tuple(i.slot for i in v.inputs), v.slot)
            for v in self._needed
            if v.compute is not None
        ]
        self._n = self._capacity = -1

    def fresh(self) -> Evaluator:
        """Another one of the same expression, with buffers of its own; nothing is done again."""
        made = copy(self)
        made._n = made._capacity = -1
        return made

    def _assign(self) -> None:
        """Give each value a slot; computed values share a slot once the former is done with."""
        last_use = {id(v): i for i, value in enumerate(self._needed) for v in value.inputs}
        last_use[id(self._result)] = len(self._needed)
        self._kinds: list[type | None] = []  # None: not a buffer
        free: dict[type, list[int]] = {bool: [], np.float64: []}
        for i, value in enumerate(self._needed):
            done = [v for v in dict.fromkeys(value.inputs) if last_use[id(v)] == i]
            # `choose` writes before it has read all: only `no` may be where the result goes
            early = [v for v in done if value.compute is not choose or v is value.inputs[2]]
            if value.compute is choose and value.inputs[2] in value.inputs[:2]:
                early = []
            _release(early, free)
            value.slot = self._slot(value, free)
            _release([v for v in done if v not in early], free)

    def _slot(self, value: Value, free: dict[type, list[int]]) -> int:
        kind = bool if value.truth else np.float64
        if value.compute is not None and free[kind]:
            return free[kind].pop()
        self._kinds.append(kind if value.compute is not None else None)
        return len(self._kinds) - 1

    def run(
        self, columns: Mapping[str, Any], n: int, *, chrom: str | None = None
    ) -> NDArray[np.float64] | NDArray[np.bool_]:
        """Evaluate one block.

        Parameters
        ----------
        columns : mapping of str to ndarray, shape (n,)
            A column for each name, float64 (others are converted); START and END too.
        n : int
            Intervals in the block; any number, at no cost where it stays the same.
        chrom : str, optional
            The block's chromosome as the database spells it; ``columns["CHROM"]`` will do too.

        Returns
        -------
        ndarray of float64 or bool, shape (n,)
            A column of the input or a buffer that the next call writes to: copy it to keep it.

        Raises
        ------
        ExpressionError
            A column is absent.
        UsageError
            A column has another length than `n`.
        """
        if n != self._n:
            self._resize(n)
        slots = self._slots
        for value, slot in self._inputs:
            if value.chrom is not None:
                here = self._column(columns, "CHROM") if chrom is None else chrom
                slots[slot] = (here == value.chrom[0]) is value.chrom[1]
            else:
                slots[slot] = self._floats(columns, value.column, n)
        with np.errstate(all="ignore"):
            for compute, inputs, out in self._steps:
                compute(*[slots[i] for i in inputs], out=slots[out])
        result = slots[self._result.slot]
        if self._result.compute is not None or self._result.column:
            return result  # type: ignore[no-any-return]
        self._filled.fill(result)  # a constant, or a comparison of CHROM
        return self._filled  # type: ignore[return-value]

    def _resize(self, n: int) -> None:
        """Buffers of `n` elements, cut from the former ones where they suffice."""
        if n > self._capacity:
            self._capacity = n
            self._buffers: list[Any] = [None if k is None else np.empty(n, k) for k in self._kinds]
            self._all_filled = np.empty(n, self.dtype)
            self._converted: dict[str, NDArray[np.float64]] = {}
        self._slots: list[Any] = [None if b is None else b[:n] for b in self._buffers]
        for value in self._needed:
            if value.constant is not None:
                self._slots[value.slot] = value.constant
        self._filled = self._all_filled[:n]
        self._n = n

    def _column(self, columns: Mapping[str, Any], name: str) -> Any:
        if name in columns:
            return columns[name]
        at = next(n.position for n in self.expression.names if n.name == name)
        raise error_at(self.expression, at, f"there are no values for {name}", "Give its column.")

    def _floats(self, columns: Mapping[str, Any], name: str, n: int) -> NDArray[np.float64]:
        """A column as float64, itself where it is."""
        column = np.asarray(self._column(columns, name))
        if column.shape != (n,):
            raise UsageError(f"column {name} has shape {column.shape}, not ({n},)")
        if column.dtype == np.float64:
            return column
        if column.dtype.kind not in "biuf":
            raise UsageError(f"column {name} has values of type {column.dtype}, not numbers")
        if name not in self._converted:
            self._converted[name] = np.empty(self._capacity, np.float64)
        out = self._converted[name][:n]
        np.copyto(out, column, casting="same_kind")
        return out


def _release(values: list[Value], free: dict[type, list[int]]) -> None:
    for value in values:
        if value.compute is not None:
            free[bool if value.truth else np.float64].append(value.slot)


def _in_use(values: list[Value], result: Value) -> list[Value]:
    """The values that the result needs, in order; folding leaves others behind."""
    needed = {id(result)}
    for value in reversed(values):
        if id(value) in needed:
            needed.update(id(v) for v in value.inputs)
    return [value for value in values if id(value) in needed]


def _checked(constants: Mapping[str, Any]) -> dict[str, float | bool | str]:
    """Constants as float, bool or str."""
    found: dict[str, float | bool | str] = {}
    for name, value in constants.items():
        if name in POSITION_NAMES:
            raise UsageError(f"a constant cannot be called {name}", fix="Rename it")
        if isinstance(value, (bool, np.bool_)):
            found[name] = bool(value)
        elif isinstance(value, (int, float, np.integer, np.floating)):
            found[name] = _as_float(name, value)
        elif isinstance(value, str):
            found[name] = str(value)
        else:
            raise UsageError(
                f"constant {name} is of type {type(value).__name__}", fix="Give a number or text"
            )
    return found


def _as_float(name: str, value: Any) -> float:
    try:
        return float(value)
    except OverflowError:
        raise UsageError(f"constant {name} does not fit in 64 bits", fix="Use np.inf") from None
