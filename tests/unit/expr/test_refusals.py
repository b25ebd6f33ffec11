"""Expressions that are refused: the caret stands under the place, the hint says what to write."""

import pickle

import pytest

from genomedb.errors import ExpressionError, GenomeDBError, UsageError
from genomedb.expr.functions import FUNCTIONS, hint_for_name
from genomedb.expr.syntax import error_at, parse

# expression, ^ marks the place on the line below it, problem, way out
REFUSED = [
    ("a and b",
     "  ^", "the word and", "Write &"),
    ("a or b",
     "  ^", "the word or", "Write |"),
    ("a > 1 and b > 1",
     "      ^", "the word and", "(a > 1) & (b > 1)"),
    ("not a",
     "^", "the word not", "Write ~"),
    ("a not in b",
     "  ^", "the word not", "~"),
    ("a in b",
     "  ^", "the word in", '(CHROM == "1") | (CHROM == "2")'),
    ("a is b",
     "  ^", "the word is", "=="),
    ("a if b else c",
     "  ^", "the word if", "np.where"),
    ("lambda x",
     "^", "the word lambda", "formula"),
    ("a == None",
     "     ^", "the word None", "np.nan"),
    ("import os",
     "^", "the word import", "formula"),
    ("0.1 < a < 1",
     "        ^", "chained", "(a < x) & (x < b)"),
    ("a == b != c",
     "       ^", "chained", "&"),
    ("~a > 1",
     "   ^", "not clear", "~(a > b)"),
    ("a^2",
     " ^", "not a power", "**"),
    ("a[0]",
     " ^", "square brackets", "virtual track with shifts"),
    ("a[1:2]",
     " ^", "slicing", "scope"),
    ("[a, b]",
     "^", "lists", "scope"),
    ("{a: b}",
     "^", "dictionaries", "&"),
    ("a.max()",
     "^", "method", "np.maximum(a, b)"),
    ("x.a.log(2)",
     "^", "method", "np.log(x)"),
    ("a.foo()",
     "^", "cannot be called", "np.log(x)"),
    ("(a).real",
     "   ^", "attributes", "np.abs"),
    ("np.log(a).real",
     "         ^", "attributes", "np.abs"),
    ("a . b",
     "  ^", "attributes", "blanks"),
    ("a.",
     " ^", "attributes", "blanks"),
    ("a = 1",
     "  ^", "cannot assign", "=="),
    ("a := 1",
     "  ^", "cannot assign", "=="),
    ("a; b",
     " ^", "several statements", "list of expressions"),
    ("a, b",
     " ^", "not a list", "list of expressions"),
    ("(a, b)",
     "  ^", "list of values", "list of expressions"),
    ("f'{a}'",
     "^", "prefix f", "CHROM =="),
    ("a && b",
     "  ^", "&&", "Write & "),
    ("a || b",
     "  ^", "||", "Write | "),
    ("!a",
     "^", "!", "~"),
    ("a <> b",
     "  ^", "<>", "!="),
    ("a << 2",
     "  ^", "bit shifts", "2 ** n"),
    ("a @ b",
     "  ^", "@", "*"),
    ("a # b",
     "  ^", "comments", "Remove"),
    ("a \\ b",
     "  ^", "backslash", "without"),
    ("a \u2212 b",
     "  ^", "'\\u2212'", "ASCII"),
    ("\u03b1 + 1",
     "^", "'\\u03b1'", "backticks"),
    ("a + \uff11",
     "    ^", "'\\uff11'", "ASCII"),
    ("__import__('os')",
     "^", "double underscore", "names of tracks"),
    ("a.__class__",
     "^", "double underscore", "names of tracks"),
    ("`a.__class__`",
     "^", "double underscore", "names of tracks"),
    ("(a + 1",
     "^", "never closed", "Add )"),
    ("np.log(a",
     "      ^", "never closed", "Add )"),
    ("(",
     "^", "never closed", "Add )"),
    ("a + 1)",
     "     ^", "closes nothing", "Remove"),
    ("()",
     " ^", "nothing before", "Remove"),
    ("a +",
     "  ^", "ends after +", "what comes after"),
    ("a + * b",
     "    ^", "missing before *", "a name or a number"),
    ("a b",
     "  ^", "operator is missing", "e.g. *"),
    ("2(a)",
     " ^", "operator is missing", "e.g. *"),
    ("(a)(b)",
     "   ^", "operator is missing", "e.g. *"),
    ("`a`(b)",
     "   ^", "operator is missing", "e.g. *"),
    ("",
     "^", "empty", "name of a track"),
    ("  \t ",
     "^", "empty", "name of a track"),
    ("``",
     "^", "backticks is empty", "`dnase/wi38`"),
    ("a + `b",
     "    ^", "no closing backtick", "Add `"),
    ('CHROM == "1',
     "         ^", "no closing quote", "CHROM =="),
    ("9x",
     "^", "runs into a name", "backticks"),
    ("a + 0x10",
     "    ^", "runs into a name", "decimal"),
    ("1j",
     "^", "runs into a name", "decimal"),
    ("1e999",
     "^", "64 bits", "np.inf"),
    ("1__0",
     "^", "64 bits", "1000"),
    ("log(a)",
     "^", "with np. before it", "np.log(...)"),
    ("round(a)",
     "^", "with np. before it", "np.round(...)"),
    ("math.log(a)",
     "^", "method", "np.log(x)"),
    ("np.lgo(a)",
     "^", "not among the functions", "np.log"),
    ("nump.log(a)",
     "^", "method", "np.log"),
    ("np.foo",
     "^", "not a number", "np.nan, np.inf, np.pi and np.e"),
    ("np",
     "^", "not a number", "backticks"),
    ("np.log + 1",
     "^", "needs arguments", "np.log(...)"),
    ("np.log()",
     "^", "takes 1 argument", "np.log(x)"),
    ("np.log(a, b)",
     "          ^", "takes 1 argument", "np.log(x)"),
    ("np.where(a > 1)",
     "^", "takes 3 arguments", "np.where(condition, x, y)"),
    ("np.clip(a)",
     "^", "takes 2 to 3 arguments", "np.clip(a, a_min, a_max)"),
    ("np.nan_to_num(a, 1)",
     "                 ^", "takes 1 argument", "np.nan_to_num(x)"),
    ("np.log(a, base=2)",
     "          ^", "base= is not an argument of np.log", "no named arguments"),
    ("np.add(a, b, out=c)",
     "             ^", "out= is not an argument", "no named"),
    ("np.round(a, digits=2)",
     "            ^", "digits= is not", "decimals="),
    ("np.round(a, 1, decimals=2)",
     "               ^", "decimals= is given twice", "decimals="),
    ("np.clip(a_min=1, a)",
     "                 ^", "needs its name", "first"),
    ("np.log(*a)",
     "       ^", "missing before *", "name"),
    ("np.log(a,)",
     "         ^", "takes 1 argument", "np.log(x)"),
    ("'text'",
     "^", "compared with CHROM", "backticks"),
    ("a == 'text'",
     "     ^", "compared with CHROM", "backticks"),
    ("np.log('text')",
     "       ^", "compared with CHROM", "backticks"),
    ("CHROM",
     "^", "by == or !=", 'CHROM == "chr1"'),
    ("CHROM + 1",
     "^", "by == or !=", 'CHROM == "chr1"'),
    ('CHROM < "2"',
     "^", "by == or !=", 'CHROM == "chr1"'),
    ("np.isnan(CHROM)",
     "         ^", "by == or !=", 'CHROM == "chr1"'),
    ("CHROM == CHROM",
     "         ^", "by == or !=", 'CHROM == "chr1"'),
    ("CHROM == 1",
     "         ^", "in quotes", 'CHROM == "chr1"'),
    ("(CHROM == '1') == '1'",
     "                  ^", "compared with CHROM", "CHROM =="),
]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "caret", "problem", "fix"), REFUSED, ids=[repr(row[0]) for row in REFUSED]
)
def test_a_refusal_has_a_caret_under_the_place_and_a_hint(text, caret, problem, fix):
    with pytest.raises(ExpressionError) as caught:
        parse(text)
    error = caught.value
    assert error.text == text
    assert error.position == caret.index("^")
    assert problem in error.problem
    assert fix in error.fix
    first, shown, under, last = str(error).split("\n")
    assert (first, last) == (error.problem, error.fix)
    assert shown == "    " + text.replace("\t", " ")
    assert under == "    " + caret


@pytest.mark.parametrize("name", [
    "min", "max", "nanmax", "sum", "mean", "std", "median", "quantile", "percentile", "cumsum",
    "sort", "any", "all", "diff", "convolve", "argmax", "unique", "random.rand", "random.normal",
])  # fmt: skip
@pytest.mark.parametrize("prefix", ["np.", "numpy."])
def test_functions_of_a_whole_vector_are_refused_with_an_alternative(prefix, name):
    with pytest.raises(
        ExpressionError, match="whole vector; expressions are element by element"
    ) as caught:
        parse(f"{prefix}{name}(a)")
    assert caught.value.fix


@pytest.mark.parametrize("called", [
    "np.load", "np.save", "np.fromfile", "np.memmap", "np.genfromtxt", "np.loadtxt",
    "np.DataSource", "np.lib.npyio.os.system", "numpy.os.system", "np.ctypeslib.load_library",
    "np.frompyfunc", "np.vectorize", "np.apply_along_axis", "np.array", "np.zeros",
    "np.f2py.compile", "np.test", "np.seterrcall", "np.linalg.inv", "np.fft.fft", "open",
    "eval", "exec", "compile", "getattr", "globals", "vars", "os.system", "sys.exit", "print",
    "input", "type", "np.np.log", "np.abs.log", "np.log.at", "np.add.reduce",
    "np.add.accumulate", "numpy.numpy.load", "sum", "min", "len",
])  # fmt: skip
def test_nothing_outside_the_list_can_be_called(called):
    with pytest.raises(ExpressionError) as caught:
        parse(f"1 + {called}(a)")
    assert caught.value.position == 4


@pytest.mark.parametrize("name", ["np.lib", "np.os", "np.random", "numpy.ctypeslib", "np.log.at"])
def test_no_name_reaches_into_a_module(name):
    with pytest.raises(ExpressionError, match="is not a number"):
        parse(name)


def test_a_dotted_name_is_one_name_and_never_an_attribute():
    assert [n.name for n in parse("os.environ + a.real + sys.modules").names] == [
        "os.environ", "a.real", "sys.modules",
    ]  # fmt: skip


@pytest.mark.parametrize("text", [
    "(" * 10**6, "9" * 10**6, "a" * 10**6, "-" * 10**6, "`" * 10**6, "a+" * 10**6,
    "(" * 9_999, "-" * 9_999, "~" * 9_999, "2**" * 3_000 + "2", "9" * 9_999, "a+" * 4_999 + "a",
    "np.abs(" * 1_400, "(a" * 4_000, "a(" * 4_000, "." * 9_999, "1." * 4_999, "a." * 4_999,
    "'" * 9_999, "np.log(" + "a," * 4_000 + "a)", "1e" + "9" * 9_000, "_" * 9_999,
    "1_" * 4_999, "\x00" * 100, "\u202e" * 100, "\ud800", "np." * 3_000 + "log(a)",
], ids=range(27))  # fmt: skip
def test_hostile_text_is_refused_in_few_words(text):
    with pytest.raises(ExpressionError) as caught:
        parse(text)
    assert len(str(caught.value)) < 600  # the message shows a part of a long text


def test_the_message_about_a_long_text_shows_the_part_around_the_place():
    with pytest.raises(ExpressionError) as caught:
        parse("a + " * 100 + "b and c" + " + d" * 100)
    _, shown, under, _ = str(caught.value).split("\n")
    assert len(shown) < 100
    assert shown[under.index("^") :].startswith("and c")
    assert shown.strip().startswith("...")
    assert shown.endswith("...")


@pytest.mark.parametrize("value", [None, 1, 2.5, b"a", ["a"]])
def test_something_that_is_not_text_is_refused(value):
    with pytest.raises(UsageError, match=f"not {type(value).__name__}"):
        parse(value)


def test_the_error_survives_pickling():
    with pytest.raises(ExpressionError) as caught:
        parse("a and b")
    copy = pickle.loads(pickle.dumps(caught.value))
    assert isinstance(copy, ExpressionError)
    assert isinstance(copy, ValueError)
    assert isinstance(copy, GenomeDBError)
    assert (copy.text, copy.position, copy.problem, copy.fix) == (
        "a and b", 2, caught.value.problem, caught.value.fix,
    )  # fmt: skip
    assert str(copy) == str(caught.value)


def test_the_error_is_public():
    import genomedb

    assert genomedb.ExpressionError is ExpressionError


def test_a_place_of_a_parsed_expression_can_be_blamed():
    parsed = parse("a + foo")
    error = error_at(parsed, parsed.names[1].position, "no such track", "Names include a.")
    assert str(error) == "no such track\n    a + foo\n        ^\nNames include a."


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("nan", "np.nan"),
        ("NaN", "np.nan"),
        ("TRUE", "True"),
        ("chrom", "CHROM"),
        ("log", "np.log("),
    ],
)
def test_a_name_that_looks_like_a_constant_has_a_hint(name, hint):
    assert hint in hint_for_name(name)
    assert hint_for_name("my.track") == ""


def test_every_function_of_the_list_is_element_by_element():
    assert (
        not {"min", "max", "sum", "mean", "sort", "load", "cumsum", "quantile"} & FUNCTIONS.keys()
    )
    for function in FUNCTIONS.values():
        assert function.required <= function.positional <= len(function.parameters)
        assert function.named <= set(function.parameters)
