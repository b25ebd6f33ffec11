"""Syntax tree -> steps: constants folded, common parts shared, buffers assigned."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from genomedb.errors import ChromError
from genomedb.expr.functions import FUNCTIONS
from genomedb.expr.syntax import Constant, Expression, Name, Node, Operation, error_at

MAX_DECIMALS = 30

_ARITHMETIC = {
    "+": np.add, "-": np.subtract, "*": np.multiply, "/": np.divide, "//": np.floor_divide,
    "%": np.remainder, "**": np.power, "neg": np.negative,
}  # fmt: skip
_AS_POWER: dict[object, np.ufunc] = {2.0: np.square, 0.5: np.sqrt}  # as the operator of numpy does
_COMPARISONS = {
    "<": np.less, "<=": np.less_equal, ">": np.greater, ">=": np.greater_equal,
    "==": np.equal, "!=": np.not_equal,
}  # fmt: skip
_LOGIC = {
    "&": np.logical_and, "|": np.logical_or, "^": np.logical_xor, "~": np.logical_not,
}  # fmt: skip
_KEEPS_TRUTH = (np.logical_and, np.logical_or, np.logical_xor, np.logical_not)


def convert(value: Any, out: Any) -> None:
    """True and False as 1.0 and 0.0."""
    np.copyto(out, value)


def choose(condition: Any, yes: Any, no: Any, out: Any) -> None:
    """`yes` where the condition holds, else `no`; `out` may be the array `no`."""
    if out is not no:
        np.copyto(out, no)
    np.copyto(out, yes, where=condition)


@dataclass(frozen=True)
class Round:
    """Round to a number of decimals."""

    decimals: int

    def __call__(self, value: Any, out: Any) -> None:  # noqa: D102 - the class says it
        np.round(value, self.decimals, out=out)


@dataclass(eq=False)
class Value:
    """What a part of the expression comes to.

    Attributes
    ----------
    truth : bool
        True and False rather than float64.
    constant : float, bool, str or None
        Known before any block.
    column : str
        Name of the input it is; "" for others.
    chrom : tuple of (str, bool) or None
        A comparison of the block's chromosome: with what, and whether for equality.
    compute, inputs
        For the others: the function, which takes the inputs and an array for the result.
    slot : int
        Where it is kept while a block is evaluated.
    """

    truth: bool = False
    constant: float | bool | str | None = None
    column: str = ""
    chrom: tuple[str, bool] | None = None
    compute: Callable[..., Any] | None = None
    inputs: tuple[Value, ...] = ()
    slot: int = -1


@dataclass
class Compiler:
    """Turns one expression into values; equal parts become one value."""

    expression: Expression
    constants: Mapping[str, float | bool | str]
    canonical: Callable[[str], str] | None
    values: list[Value] = field(default_factory=list)
    known: dict[object, Value] = field(default_factory=dict)

    def result(self) -> Value:
        """The value of the whole expression; all that it needs is in `values`, in order."""
        found: dict[int, Value] = {}
        for node in self.expression.nodes:
            found[id(node)] = self.node(node, found)
        root = found[id(self.expression.root)]
        if isinstance(root.constant, str):
            raise self.text_refused(self.expression.root)
        return root

    def node(self, node: Node, found: dict[int, Value]) -> Value:
        """Value of one node whose arguments are in `found`."""
        if isinstance(node, Constant):
            return self.constant(node.value)
        if isinstance(node, Name):
            if node.name in self.constants:
                return self.constant(self.constants[node.name])
            return self.shared(("column", node.name), Value(column=node.name))
        args = [None if arg is None else found[id(arg)] for arg in node.args]
        if any(arg is not None and arg.column == "CHROM" for arg in args):
            return self.chrom(node, args)
        for arg, value in zip(node.args, args, strict=True):
            if arg is not None and value is not None and isinstance(value.constant, str):
                raise self.text_refused(arg)
        return self.operation(node, args)

    def text_refused(self, node: Node) -> Exception:
        """A variable that holds text, where a number is wanted."""
        return error_at(
            self.expression,
            node.position,
            "this variable is text, which can only be compared with CHROM",
            "Give it a number.",
        )

    def constant(self, value: float | bool | str, /) -> Value:  # noqa: FBT001 - the value itself
        """A value known beforehand."""
        kept = value if isinstance(value, (bool, str)) else float(value)
        key = kept.hex() if isinstance(kept, float) else kept
        return self.shared(
            (type(kept), key), Value(truth=isinstance(kept, bool), constant=kept)
        )  # fmt: skip

    def shared(self, key: object, value: Value) -> Value:
        """The value of that key, which is `value` if it is new."""
        kept = self.known.setdefault(key, value)
        if kept is value:
            self.values.append(value)
        return kept

    def apply(self, compute: Callable[..., Any], *inputs: Value, truth: bool = False) -> Value:
        """A computed value, or a constant where all inputs are."""
        if all(value.constant is not None for value in inputs):
            out = np.empty((), bool if truth else np.float64)
            compute(*(value.constant for value in inputs), out=out)
            return self.constant(out[()].item())
        key = (compute, *(id(value) for value in inputs))
        return self.shared(key, Value(truth=truth, compute=compute, inputs=inputs))

    def number(self, value: Value) -> Value:
        """The value as float64."""
        return self.apply(convert, value) if value.truth else value

    def condition(self, value: Value) -> Value:
        """The value as True or False: a number counts unless it is zero or NaN."""
        if value.truth:
            return value
        size = self.apply(np.absolute, value)
        return self.apply(np.greater, size, self.constant(0.0), truth=True)  # NaN > 0 is False

    def operation(self, node: Operation, args: list[Value | None]) -> Value:
        """An operator or a function."""
        symbol, given = node.symbol, [arg for arg in args if arg is not None]
        if symbol == "**" and given[1].constant in _AS_POWER and not given[1].truth:
            return self.apply(_AS_POWER[given[1].constant], self.number(given[0]))
        if symbol in _ARITHMETIC:
            return self.apply(_ARITHMETIC[symbol], *map(self.number, given))
        if symbol in _COMPARISONS:
            same = given if all(value.truth for value in given) else map(self.number, given)
            return self.apply(_COMPARISONS[symbol], *same, truth=True)
        if symbol in _LOGIC:
            return self.apply(_LOGIC[symbol], *map(self.condition, given), truth=True)
        if symbol == "pos":
            return self.number(given[0])
        function = FUNCTIONS[symbol]
        if function.compute is None:
            return self.composed(node, args)
        if function.compute not in _KEEPS_TRUTH:
            given = [self.number(value) for value in given]
        return self.apply(function.compute, *given, truth=function.truth)

    def composed(self, node: Operation, args: list[Value | None]) -> Value:
        """Functions that are put together from others."""
        first = args[0]
        assert first is not None
        if node.symbol == "where":
            return self.where(first, args[1], args[2])
        value = self.number(first)
        if node.symbol in ("round", "around"):
            return self.round(node, value, args[1])
        if node.symbol == "clip":
            for bound, compute in zip(args[1:], (np.maximum, np.minimum), strict=True):
                if bound is not None:
                    value = self.apply(compute, value, self.number(bound))
            return value
        limits = {"isposinf": np.inf, "isneginf": -np.inf}
        if node.symbol in limits:
            return self.apply(np.equal, value, self.constant(limits[node.symbol]), truth=True)
        return self.nan_to_num(value, args)

    def where(self, condition: Value, yes: Value | None, no: Value | None) -> Value:
        """As numpy: a number counts unless it is zero, NaN included."""
        assert yes is not None and no is not None  # noqa: PT018 - three arguments are required
        if not condition.truth:
            condition = self.apply(np.not_equal, condition, self.constant(0.0), truth=True)
        if condition.constant is not None:
            same = yes if condition.constant else no
            return same if yes.truth and no.truth else self.number(same)
        if yes.truth and no.truth:
            return self.apply(choose, condition, yes, no, truth=True)
        return self.apply(choose, condition, self.number(yes), self.number(no))

    def round(self, node: Operation, value: Value, decimals: Value | None) -> Value:
        """Half to even, as numpy."""
        wanted = 0.0 if decimals is None else decimals.constant
        if not isinstance(wanted, (int, float)) or wanted % 1 or abs(wanted) > MAX_DECIMALS:
            where = node.args[1]
            raise error_at(
                self.expression,
                node.position if where is None else where.position,
                f"decimals= is a whole number from -{MAX_DECIMALS} to {MAX_DECIMALS}",
                "Write e.g. np.round(x, 2).",
            )
        return self.apply(Round(int(wanted)) if wanted else np.rint, value)

    def nan_to_num(self, value: Value, args: list[Value | None]) -> Value:
        """NaN and the infinities replaced."""
        largest = float(np.finfo(np.float64).max)
        result = value
        for test, default, wanted in zip(
            (None, np.inf, -np.inf), (0.0, largest, -largest), args[1:], strict=True
        ):
            if test is None:
                found = self.apply(np.isnan, value, truth=True)
            else:
                found = self.apply(np.equal, value, self.constant(test), truth=True)
            result = self.where(found, wanted or self.constant(default), result)
        return result

    def chrom(self, node: Operation, args: list[Value | None]) -> Value:
        """CHROM compared with a name, which is brought to the database's spelling."""
        side = next(i for i, arg in enumerate(args) if arg is None or arg.column != "CHROM")
        other, where = args[side], node.args[side]
        assert where is not None
        if other is None or not isinstance(other.constant, str):
            raise error_at(
                self.expression,
                where.position,
                "CHROM is compared with a chromosome's name in quotes",
                'Write e.g. CHROM == "chr1", or give a variable that is text.',
            )
        name = other.constant
        if self.canonical is not None:
            try:
                name = self.canonical(name)
            except ChromError as error:
                fix = f"{error.fix}." if error.fix else ""
                raise error_at(self.expression, where.position, error.problem, fix) from None
        test = (name, node.symbol == "==")
        return self.shared(("chrom", test), Value(truth=True, chrom=test))
