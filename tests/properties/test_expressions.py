"""Random expressions: what is printed is read back, and evaluates as numpy does."""

import pickle

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from genomedb.errors import ExpressionError
from genomedb.expr.evaluate import Evaluator
from genomedb.expr.functions import FUNCTIONS
from genomedb.expr.syntax import parse

NAMES = ("a", "b.2", "`x/y`", "START")
PRECEDENCE = {
    "|": 1, "^": 2, "&": 3, "<": 4, "<=": 4, ">": 4, ">=": 4, "==": 4, "!=": 4,
    "+": 5, "-": 5, "*": 6, "/": 6, "//": 6, "%": 6, "neg": 7, "pos": 7, "~": 7, "**": 8,
}  # fmt: skip
ARITHMETIC = {
    "+": np.add, "-": np.subtract, "*": np.multiply, "/": np.divide, "//": np.floor_divide,
    "%": np.remainder, "neg": np.negative, "pos": np.positive,
}  # fmt: skip
COMPARE = {
    "<": np.less, "<=": np.less_equal, ">": np.greater, ">=": np.greater_equal, "==": np.equal,
    "!=": np.not_equal,
}  # fmt: skip
LOGIC = {"&": np.logical_and, "|": np.logical_or, "~": np.logical_not}
UNARY = ("neg", "pos", "~")
ONE = ("sqrt", "floor", "abs", "sign", "isnan", "isfinite", "square", "rint")
TWO = ("minimum", "maximum", "fmin", "hypot", "greater", "logical_and", "logical_xor", "mod")

leaves = st.sampled_from([*NAMES, "0", "1", "2.5", "1e-3", "np.nan", "np.inf", "True", "False"])
trees = st.recursive(
    leaves,
    lambda t: st.one_of(
        st.tuples(st.sampled_from([s for s in PRECEDENCE if s not in (*UNARY, "^", "**")]), t, t),
        st.tuples(st.sampled_from(UNARY), t),
        st.tuples(st.just("**"), t, st.sampled_from(["2", "0.5", "a"])),
        st.tuples(st.sampled_from(ONE), t),
        st.tuples(st.sampled_from(TWO), t, t),
        st.tuples(st.just("where"), t, t, t),
        st.tuples(st.just("clip"), t, t, t),
    ),
    max_leaves=25,
)


def text_of(tree, gap):
    """The tree with no more parentheses than are needed."""
    if isinstance(tree, str):
        return tree
    symbol, *args = tree
    shown = [text_of(arg, gap) for arg in args]
    if symbol not in PRECEDENCE:
        return f"np.{symbol}({f',{gap}'.join(shown)})"
    for i, arg in enumerate(args):
        if isinstance(arg, tuple) and arg[0] in PRECEDENCE and needs_parentheses(symbol, arg[0], i):
            shown[i] = f"({gap}{shown[i]})"
    if symbol in UNARY:
        return {"neg": "-", "pos": "+", "~": "~"}[symbol] + gap + shown[0]
    return f"{shown[0]}{gap or ' '}{symbol}{gap}{shown[1]}"


def needs_parentheses(outer, inner, place):
    if outer in COMPARE and inner == "~":
        return True
    mine, its = PRECEDENCE[outer], PRECEDENCE[inner]
    if outer == "**":
        return place == 0 or its < 7
    if outer in COMPARE:
        return its <= mine
    return its < mine or (its == mine and place == 1)


def number(value):
    return np.asarray(value, np.float64)


def truth(value):
    return value if value.dtype == bool else (value != 0) & ~np.isnan(value)


def slow(tree, columns):
    """The tree evaluated by recursion, an array for each part."""
    if isinstance(tree, str):
        constants = {"True": True, "False": False, "np.nan": np.nan, "np.inf": np.inf}
        if tree.strip("`") in columns:
            return columns[tree.strip("`")]
        return np.full(len(columns["a"]), constants[tree] if tree in constants else float(tree))
    symbol, *args = tree
    values = [slow(arg, columns) for arg in args]
    if symbol in LOGIC:
        return LOGIC[symbol](*map(truth, values))
    if symbol in COMPARE:
        return COMPARE[symbol](*map(number, values))
    if symbol in ARITHMETIC:
        return ARITHMETIC[symbol](*map(number, values))
    if symbol == "**":
        shortcut = {"2": np.square, "0.5": np.sqrt}.get(str(args[1]))  # numpy's operator has them
        return shortcut(number(values[0])) if shortcut else np.power(*map(number, values))
    if symbol == "where":
        both = values[1].dtype == values[2].dtype == bool
        yes, no = values[1:] if both else map(number, values[1:])
        return np.where(values[0], yes, no)
    if symbol == "clip":
        return np.clip(*map(number, values))
    if symbol.startswith("logical"):
        return getattr(np, symbol)(*values)
    return getattr(np, symbol)(*map(number, values))


def columns_of(seed, n):
    rng = np.random.default_rng(seed)
    special = np.array([0.0, -1.0, 1.0, np.nan, np.inf, -np.inf, 2.0, 0.5])
    made = {
        name.strip("`"): np.where(rng.random(n) < 0.5, rng.normal(size=n), rng.choice(special, n))
        for name in NAMES[:3]
    }
    return {**made, "START": np.arange(n) * 50.0}


@given(trees, st.sampled_from(["", " ", "\n  "]), st.integers(0, 2**32 - 1))
@settings(max_examples=400, deadline=None)
def test_a_random_tree_printed_and_read_back_evaluates_as_numpy_does(tree, gap, seed):
    expression = parse(text_of(tree, gap))
    columns = columns_of(seed, 64)
    with np.errstate(all="ignore"):
        wanted = slow(tree, columns)
    found = Evaluator(expression).run(columns, 64)
    assert found.dtype == wanted.dtype
    np.testing.assert_allclose(found, wanted, rtol=1e-12)
    assert [n.name for n in pickle.loads(pickle.dumps(expression)).names] == [
        n.name for n in expression.names
    ]


@given(trees, st.lists(st.integers(0, 40), max_size=6), st.integers(0, 2**32 - 1))
@settings(max_examples=150, deadline=None)
def test_the_cut_into_blocks_never_shows(tree, sizes, seed):
    expression = parse(text_of(tree, " "))
    total = sum(sizes)
    columns = columns_of(seed, total)
    whole = Evaluator(expression).run(columns, total).copy()
    before = {name: column.copy() for name, column in columns.items()}
    made, at = Evaluator(expression), 0
    for n in sizes:
        part = {name: column[at : at + n] for name, column in columns.items()}
        found = made.run(part, n)
        # a vectorised function may round otherwise at the end of an array
        np.testing.assert_allclose(found, whole[at : at + n], rtol=1e-14)
        at += n
    for name, column in columns.items():
        np.testing.assert_array_equal(column, before[name])


words = st.sampled_from([
    "a", "b.2", "`x/y`", "START", "CHROM", "np", "np.log", "np.where", "np.round", "np.load",
    "np.nan", "abs", "(", ")", ",", "+", "-", "*", "**", "/", "//", "%", "<", "==", "!=", "&", "|",
    "~", "^", "=", "[", "]", ".", ":", ";", "and", "not", "lambda", "if", "1", "2.5", "1e3", "'x'",
    '"', "`", "decimals", "__class__", "\u2212", "\x00", " ", "\n", "True", "None", "@", "!",
    "\\", "#",
])  # fmt: skip


@given(st.one_of(st.lists(words, max_size=30).map("".join), st.text(max_size=40)))
@settings(max_examples=800, deadline=None)
def test_any_text_is_either_read_or_refused_with_a_place_in_it(text):
    try:
        expression = parse(text)
        made = Evaluator(expression)
    except ExpressionError as error:
        assert error.text == text
        assert 0 <= error.position <= len(text)
        assert error.problem
        assert error.fix
        return
    columns = {name: np.ones(3) for name in made.columns}
    result = made.run(columns, 3, chrom="x")
    assert result.shape == (3,)
    assert result.dtype == made.dtype


@given(st.sampled_from(sorted(FUNCTIONS)), st.integers(0, 5))
@settings(max_examples=200, deadline=None)
def test_a_function_takes_its_number_of_arguments_and_no_other(name, n):
    function = FUNCTIONS[name]
    fewest = 2 if name == "clip" else function.required
    text = f"np.{name}({', '.join(['a'] * n)})"
    try:
        parse(text)
    except ExpressionError as error:
        assert not fewest <= n <= function.positional
        assert f"np.{name} takes" in error.problem
    else:
        assert fewest <= n <= function.positional
