"""Evaluation of expressions against numpy written by hand."""

import warnings

import numpy as np
import pytest

from genomedb.core.chroms import ChromTable
from genomedb.errors import ExpressionError, UsageError
from genomedb.expr.evaluate import POSITION_NAMES, Evaluator
from genomedb.expr.functions import FUNCTIONS
from genomedb.expr.syntax import parse

EDGES = [-np.inf, -3.0, -1.0, -0.5, -0.0, 0.0, 0.25, 0.5, 1.0, 2.5, 7.0, np.inf, np.nan]
A, B = (grid.ravel() for grid in np.meshgrid(EDGES, EDGES))  # every pair
C = np.random.default_rng(3).normal(size=A.size)
N = A.size
TRUE = A > 0.2


def value_of(text, **constants):
    columns = {"a": A, "b": B, "c": C, "START": np.arange(N), "END": np.arange(N) + 50}
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        return Evaluator(parse(text), constants=constants).run(columns, N, chrom="1")


def same(found, wanted):
    assert found.shape == (N,)
    np.testing.assert_array_equal(found, np.broadcast_to(wanted, (N,)))


with np.errstate(all="ignore"):
    BY_HAND = {
        "a + b": A + B,
        "a - b": A - B,
        "a * b": A * B,
        "a / b": A / B,
        "a // b": A // B,
        "a % b": A % B,
        "a ** b": A**B,
        "a ** 2": A**2,
        "-a": -A,
        "+a": A,
        "a < b": A < B,
        "a <= b": A <= B,
        "a > b": A > B,
        "a >= b": A >= B,
        "a == b": A == B,
        "a != b": A != B,
        "a > 0 & b > 0": (A > 0) & (B > 0),
        "a > 0 | b > 0": (A > 0) | (B > 0),
        "a > 0 ^ b > 0": (A > 0) ^ (B > 0),
        "~(a > 0)": ~(A > 0),
        "(a > 0.2) + (b > 0.2)": (A > 0.2).astype(float) + (B > 0.2),
        "(a > 0.2) - (b > 0.2)": (A > 0.2).astype(float) - (B > 0.2),
        "-(a > 0.2)": -(A > 0.2).astype(float),
        "+(a > 0.2)": (A > 0.2).astype(float),
        "(a > 0.2) * b": (A > 0.2) * B,
        "(a > 0.2) / 2": (A > 0.2) / 2,
        "(a > 0.2) == (b > 0.2)": (B > 0.2) == TRUE,
        "(a > 0.2) == b": TRUE == B,
        "np.sqrt(a > 0.2)": np.sqrt(TRUE.astype(float)),
        "True + True": 2.0,
        "1 + 1": 2.0,
        "7 // 2": 3.0,
        "-7 // 2": -4.0,
        "7 / 2": 3.5,
        "2 ** -1": 0.5,
        "1 / 0": np.inf,
        "-1 / 0": -np.inf,
        "0 / 0": np.nan,
        "0 // 0": np.nan,
        "5 % 0": np.nan,
        "(-8) ** (1/3)": np.nan,
        "9**9**9**9": np.inf,
        "2.5": 2.5,
        "np.pi * np.e": np.pi * np.e,
        "np.nan": np.nan,
        "1 < 2": True,
        "np.where(a > b, a, b)": np.where(A > B, A, B),
        "np.where(a, 1, b)": np.where(A, 1, B),
        "np.where(a > 0, b > 0, c > 0)": np.where(A > 0, B > 0, C > 0),
        "np.where(a > 0, True, 0.5)": np.where(A > 0, 1.0, 0.5),
        "np.where(a > 0, a + 1, a + 1)": A + 1,
        "np.where(a > 0, a - 1, b * 2) + np.where(a > 0, b * 2, a - 1)": (A - 1) + (B * 2),
        "np.where(True, a, b)": A,
        "np.where(np.nan, a, b)": A,
        "np.where(0, True, b)": B,
        "np.clip(a, -1, b)": np.clip(A, -1, B),
        "np.clip(a, b, 1)": np.clip(A, B, 1),
        "np.clip(a, a_min=0)": np.clip(A, 0, None),
        "np.clip(a, a_max=0)": np.clip(A, None, 0),
        "np.clip(a, 0, a_max=1)": np.clip(A, 0, 1),
        "np.clip(5, 0, 1)": 1.0,
        "np.round(c)": np.round(C),
        "np.around(c, 2)": np.around(C, 2),
        "np.round(c * 1000, decimals=-2)": np.round(C * 1000, -2),
        "np.round(c, digits)": np.round(C, 3),
        "np.round(2.675, 2)": np.round(2.675, 2),
        "np.nan_to_num(a)": np.nan_to_num(A),
        "np.nan_to_num(a, nan=-1, posinf=9, neginf=-9)": np.nan_to_num(A, True, -1, 9, -9),
        "np.nan_to_num(a, nan=np.inf, posinf=1)": np.nan_to_num(A, True, np.inf, 1),
        "np.isposinf(a)": np.isposinf(A),
        "np.isneginf(a)": np.isneginf(A),
        "abs(a) + np.abs(a)": abs(A) * 2,
        "numpy.log(numpy.exp(c))": np.log(np.exp(C)),
        "np.log(a + 1) - b": np.log(A + 1) - B,
        "START + END * 2": np.arange(N) + 2.0 * (np.arange(N) + 50),
        "START // 3 + a * 0": np.arange(N) // 3 + A * 0,
        "a * k + (flag & (b > 0))": A * 2.5 + (B > 0),
        "(a + b) * (a + b) - (a + b)": (A + B) * (A + B) - (A + B),
        "(a + 1) - ((b + 2) - ((c + 3) - ((a + 4) - (b + 5))))": (A + 1)
        - ((B + 2) - ((C + 3) - ((A + 4) - (B + 5)))),
    }


@pytest.mark.parametrize("text", BY_HAND)
def test_an_expression_is_what_numpy_says(text):
    found = value_of(text, k=2.5, flag=True, digits=3)
    same(found, BY_HAND[text])
    assert found.dtype == (bool if np.asarray(BY_HAND[text]).dtype == bool else np.float64)


@pytest.mark.parametrize("name", [n for n, f in FUNCTIONS.items() if f.compute is not None])
def test_a_function_is_the_function_of_numpy(name):
    columns = (A, B)[: FUNCTIONS[name].required]
    with np.errstate(all="ignore"):
        wanted = getattr(np, name)(*columns)
    same(value_of(f"np.{name}({', '.join('ab'[: len(columns)])})"), wanted)
    truths = [(column > 0.2) for column in columns]  # they count as 1.0 and 0.0
    with np.errstate(all="ignore"):
        wanted = getattr(np, name)(*(t.astype(float) for t in truths))
    same(value_of(f"np.{name}({', '.join(['a > 0.2', 'b > 0.2'][: len(columns)])})"), wanted)


def truth(column):
    return np.array([x != 0 and not np.isnan(x) for x in column])


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("a & b", truth(A) & truth(B)),
        ("a | b", truth(A) | truth(B)),
        ("~a", ~truth(A)),
        ("~~a", truth(A)),
        ("a & b > 0", truth(A) & (B > 0)),
        ("a & True", truth(A)),
        ("a | np.nan", truth(A)),
        ("a & 2", truth(A)),
        ("np.nan & True", np.zeros(N, bool)),
    ],
)
def test_a_number_beside_a_logical_operator_is_true_unless_zero_or_nan(text, wanted):
    found = value_of(text)
    same(found, wanted)
    assert found.dtype == bool


def test_comparisons_with_nan_are_false():
    for symbol in ("<", "<=", ">", ">=", "=="):
        assert not value_of(f"a {symbol} np.nan").any()


CHROMS = ChromTable(("chr1", "chr2", "X"), (100, 100, 100))


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ('CHROM == "chr1"', True),
        ('CHROM == "1"', True),
        ("'chr2' == CHROM", False),
        ('CHROM != "chrX"', True),
        ('(CHROM == "1") * 3 + 1', 4.0),
        ('~(CHROM == "1")', False),
        ('CHROM == "1" & a > 0.2', TRUE),
        ('CHROM == "2" | a > 0.2', TRUE),
        ('np.where(CHROM == "1", a, b)', A),
        ('np.where(CHROM == "2", a, b)', B),
        ("CHROM == wanted", True),
    ],
)
def test_the_chromosome_is_compared_in_any_spelling(text, wanted):
    made = Evaluator(parse(text), constants={"wanted": "1"}, canonical=CHROMS.name)
    same(made.run({"a": A, "b": B}, N, chrom="chr1"), wanted)
    same(made.run({"a": A, "b": B, "CHROM": "chr1"}, N), wanted)
    other = made.run({"a": A, "b": B}, N, chrom="chr2")
    if text == 'CHROM == "chr1"':
        same(other, False)


def test_a_chromosome_that_does_not_exist_is_refused_before_any_block():
    with pytest.raises(ExpressionError, match='chromosome "7" does not exist') as caught:
        Evaluator(parse('a * (CHROM == "7")'), canonical=CHROMS.name)
    assert caught.value.position == 14
    assert "chr1" in caught.value.fix


def test_without_a_table_the_chromosome_is_compared_as_written():
    made = Evaluator(parse('CHROM == "1"'))
    assert made.run({}, 1, chrom="1").tolist() == [True]
    assert made.run({}, 1, chrom="chr1").tolist() == [False]


@pytest.mark.parametrize(
    ("text", "constants", "problem", "position"),
    [
        ("a + name", {"name": "x"}, "variable is text", 4),
        ("name", {"name": "x"}, "variable is text", 0),
        ("a == name", {"name": "x"}, "variable is text", 5),
        ("np.where(a > 1, name, 0)", {"name": "x"}, "variable is text", 16),
        ("CHROM == k", {"k": 2.0}, "in quotes", 9),
        ("CHROM == b", {}, "in quotes", 9),
        ("np.round(a, b)", {}, "whole number from -30 to 30", 12),
        ("np.round(a, 0.5)", {}, "whole number", 12),
        ("np.round(a, decimals=31)", {}, "whole number", 21),
        ("np.round(a, np.inf)", {}, "whole number", 12),
        ("np.round(a, np.nan)", {}, "whole number", 12),
    ],
)
def test_what_depends_on_variables_is_refused_with_a_caret(text, constants, problem, position):
    with pytest.raises(ExpressionError, match=problem) as caught:
        Evaluator(parse(text), constants=constants)
    assert caught.value.position == position
    assert caught.value.fix


def test_variables_that_are_no_numbers_are_refused():
    for value in ([1], None, A, 1j):
        with pytest.raises(UsageError, match=f"constant k is of type {type(value).__name__}"):
            Evaluator(parse("a"), constants={"k": value})
    with pytest.raises(UsageError, match="64 bits"):
        Evaluator(parse("a"), constants={"k": 10**400})
    for name in POSITION_NAMES:
        with pytest.raises(UsageError, match=f"cannot be called {name}"):
            Evaluator(parse("a"), constants={name: 1})


def test_variables_of_numpy_types_are_numbers():
    constants = {"i": np.int32(3), "f": np.float32(0.5), "t": np.bool_(True), "inf": np.inf}
    same(value_of("i / 2 + f + t + (1 / inf)", **constants), 3.0)


def test_a_name_alone_gives_its_column_without_a_copy():
    assert value_of("a") is A
    assert value_of("+(a)") is A


def test_columns_of_other_types_count_as_float64():
    made = Evaluator(parse("a"))
    for column in (np.array([1, 2]), np.array([0.1, 2], np.float32), np.array([True, False])):
        found = made.run({"a": column}, 2)
        assert found.dtype == np.float64
        assert found.tolist() == column.astype(float).tolist()


def test_wrong_columns_are_named():
    made = Evaluator(parse("a + bb"))
    with pytest.raises(ExpressionError, match="no values for bb") as caught:
        made.run({"a": A}, N)
    assert caught.value.position == 4
    with pytest.raises(UsageError, match=r"column bb has shape \(3,\), not \(169,\)"):
        made.run({"a": A, "bb": A[:3]}, N)
    with pytest.raises(UsageError, match="column bb has values of type"):
        made.run({"a": A, "bb": np.full(N, "x")}, N)
    with pytest.raises(ExpressionError, match="no values for CHROM"):
        Evaluator(parse("CHROM == '1'")).run({}, 1)


def test_it_says_what_it_needs_and_what_it_gives():
    made = Evaluator(parse("b * k + START > a"), constants={"k": 1})
    assert made.columns == ("b", "START", "a")
    assert made.dtype == bool
    assert Evaluator(parse("a + (a > 1)")).dtype == np.float64


@pytest.mark.parametrize("text", [t for t in BY_HAND if "START" not in t])
def test_blocks_of_any_size_and_order_give_the_same_answer(text):
    constants = {"k": 2.5, "flag": True, "digits": 3}
    whole = value_of(text, **constants).copy()
    made = Evaluator(parse(text), constants=constants)
    at = 0
    for n in (1, 7, 7, 0, 60, 3, 91):
        part = {name: column[at : at + n] for name, column in zip("abc", (A, B, C), strict=True)}
        found = made.run(part, n)
        np.testing.assert_array_equal(found, whole[at : at + n])
        at += n
    assert at == N


def test_the_inputs_are_never_written_to():
    columns = {"a": A.copy(), "b": B.copy(), "c": C.copy()}
    for column in columns.values():
        column.flags.writeable = False
    for text in BY_HAND:
        if "START" not in text:
            made = Evaluator(parse(text), constants={"k": 2.5, "flag": True, "digits": 3})
            made.run(columns, N)
            made.run(columns, N)


def test_buffers_are_used_again_and_equal_parts_computed_once():
    made = Evaluator(parse("np.log(a + 1) - b + np.log(a + 1) + 2 * 3"))
    columns = {"a": A, "b": B}
    first = made.run(columns, N)
    assert made.run(columns, N) is first
    assert len(made._steps) == 5  # a + 1, log, - b, + log, + 6
    assert sum(kind is not None for kind in made._kinds) == 2


def test_a_long_chain_needs_one_buffer():
    made = Evaluator(parse(" + ".join(["a", "b"] * 200)))
    assert sum(kind is not None for kind in made._kinds) == 1
