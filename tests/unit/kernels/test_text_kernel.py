"""TextParser against a reference that is slow and obvious."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from genomedb.errors import GenomeDBError, ParseError, UsageError
from genomedb.kernels.text import Columns, TextParser, count_lines, quoted


def rows_of(text, columns=None, **options):
    parser = TextParser("x.txt", columns or Columns(), **options)
    rows = parser.parse(text)
    names = [parser.names[code] for code in rows.chrom]
    return list(
        zip(names, rows.start.tolist(), rows.end.tolist(), rows.value.tolist(), strict=True)
    )


def one_value(text):
    return rows_of(b"chr1\t0\t1\t" + text + b"\n")[0][3]


def test_tabs_spaces_returns_blank_lines_and_comments():
    text = (
        b"# comment\ntrack type=bedGraph\nbrowser position chr1\n\n  \t\r\n"
        b"chr1\t0\t5\t1.5\r\nchr2  5 \t 7   -2 \n chr1 7 9 1e3 extra"
    )
    assert rows_of(text) == [("chr1", 0, 5, 1.5), ("chr2", 5, 7, -2.0), ("chr1", 7, 9, 1000.0)]


def test_line_numbers_and_names_continue_across_buffers():
    parser = TextParser("x", Columns())
    first = parser.parse(b"#\nchrA 0 1 1\n")
    names = parser.names
    second = parser.parse(b"chrB 0 1 1\nchrA 1 2 1\n")
    assert first.line.tolist() == [2]
    assert second.line.tolist() == [3, 4]
    assert second.chrom.tolist() == [1, 0]
    assert names == ["chrA"]
    assert parser.names == ["chrA", "chrB"]


def test_many_names_get_codes_in_the_order_they_are_met():
    n = 30_000
    text = b"".join(b"scaffold_%d 0 1 2\n" % (i * 7919 % n) for i in range(n)) * 2
    parser = TextParser("x", Columns())
    rows = parser.parse(text)
    assert parser.names == [f"scaffold_{i * 7919 % n}" for i in range(n)]
    np.testing.assert_array_equal(rows.chrom, np.tile(np.arange(n), 2))


@pytest.mark.parametrize("word", [b"nan", b"NaN", b"NA", b"na", b"NAN", b"-nan"])
def test_words_for_no_value_are_nan(word):
    assert math.isnan(one_value(word))


@pytest.mark.parametrize(
    ("word", "value"),
    [
        (b"inf", math.inf),
        (b"-Inf", -math.inf),
        (b"Infinity", math.inf),
        (b"+3.25", 3.25),
        (b".5", 0.5),
        (b"5.", 5.0),
        (b"1E-3", 0.001),
        (b"-0", -0.0),
        (b"00012", 12.0),
        (b"0." + b"0" * 40 + b"1", 1e-41),
        (b"1" + b"0" * 60, 1e60),
        (b"9007199254740993", 9007199254740992.0),
        (b"4.9e-324", 5e-324),
        (b"1e-400", 0.0),
    ],
)
def test_values_are_spelled_in_many_ways(word, value):
    assert one_value(word) == value
    assert math.copysign(1, one_value(word)) == math.copysign(1, value)


@given(st.floats(allow_nan=False))
def test_every_double_reads_back(value):
    assert one_value(repr(value).encode()) == value
    assert one_value(f"{value:.17e}".encode()) == value
    assert one_value(f"{value:.3f}".encode()) == float(f"{value:.3f}")


@given(st.text("0123456789.", min_size=1, max_size=30), st.integers(-330, 300))
def test_decimals_are_read_as_python_reads_them(digits, power):
    text = f"{digits}e{power}"
    try:
        expected = float(text)
    except ValueError:
        expected = math.inf
    if math.isinf(expected):
        with pytest.raises(ParseError, match="is not a number"):
            one_value(text.encode())
    else:
        assert one_value(text.encode()) == expected


@pytest.mark.parametrize(
    ("line", "message"),
    [
        (b"chr1 5", 'too few fields in "chr1 5"'),
        (b"chr1 a 7 1", 'start "a" is not a whole number'),
        (b"chr1 1e3 7 1", 'start "1e3" is not'),
        (b"chr1 1.5 7 1", 'start "1.5" is not'),
        (b"chr1 -3 7 1", 'coordinate "-3" is negative'),
        (b"chr1 1 7x 1", 'end "7x" is not a whole number'),
        (b"chr1 5 5 1", 'end is not after start in "chr1 5 5 1"'),
        (b"chr1 6 5 1", "end is not after start"),
        (b"chr1 1 9999999999999999999 1", "too large"),
        (b"chr1 1 2 x", 'value "x" is not a number'),
        (b"chr1 1 2 0x10", 'value "0x10" is not a number'),
        (b"chr1 1 2 1e", 'value "1e" is not a number'),
        (b"chr1 1 2 .", 'value "." is not a number'),
        (b"chr1 1 2 nano", 'value "nano" is not a number'),
        (b"chr1 1 2 1e999", 'value "1e999" is not a number'),
        (b"chr1 1 2 1,5", 'value "1,5" is not a number'),
        ("chr1 \u0661 2 1".encode(), "is not a whole number"),
        (b"c" * 300 + b" 1 2 3", "longer than 255 bytes"),
    ],
)
def test_a_wrong_line_is_named_and_quoted(line, message):
    with pytest.raises(ParseError) as caught:
        rows_of(b"chr1 0 1 1\n#\n" + line + b"\nchr1 0 1 1\n")
    assert caught.value.line == 3
    assert str(caught.value).startswith("x.txt:3: ")
    assert message in str(caught.value)


def test_a_long_wrong_line_is_cut_and_made_printable():
    assert quoted(b"a" * 100) == '"' + "a" * 60 + '..."'
    assert quoted(b"\xff\x00\x1b") == '"\\xff\\x00\\x1b"'


def test_a_score_that_is_absent_or_no_number_is_one():
    columns = Columns(value=4, value_optional=True, separator="line")
    text = (
        b"chr1\t0\t1\nchr1\t1\t2\tgene\nchr1\t2\t3\tmy gene\t7\nchr1\t3\t4\tg\t.\n"
        b"chr1 4 5 g 8 +\nchr1\t5\t6\t\t9\nchr1\t6\t7\tg\t5x\n"
    )
    assert [row[3] for row in rows_of(text, columns)] == [1, 1, 7, 1, 8, 9, 1]


def test_columns_may_come_in_any_order():
    columns = Columns(chrom=3, start=1, end=0, value=5, separator="tabs")
    assert rows_of(b"9\t 4 \t\tchr 1\t\t2.5 \tx\n", columns) == [("chr 1", 4, 9, 2.5)]


def test_columns_must_be_distinct_and_possible():
    with pytest.raises(UsageError, match="not distinct"):
        Columns(chrom=1, start=1).roles()
    with pytest.raises(UsageError, match="not within"):
        Columns(value=5000).roles()


WIG = b"""track type=wiggle_0
fixedStep chrom=chr1 start=1 step=10 span=5
1
2
3
variableStep chrom=chr2 span=4
11 7
21 8
"""


def test_wig_blocks():
    assert rows_of(WIG, wig=True) == [
        ("chr1", 0, 5, 1.0),
        ("chr1", 10, 15, 2.0),
        ("chr1", 20, 25, 3.0),
        ("chr2", 10, 14, 7.0),
        ("chr2", 20, 24, 8.0),
    ]


@pytest.mark.parametrize("cut", range(len(WIG)))
def test_a_block_goes_on_in_the_next_buffer(cut):
    cut = WIG.rfind(b"\n", 0, cut) + 1
    parser = TextParser("x", Columns(), wig=True)
    starts = [parser.parse(part).start for part in (WIG[:cut], WIG[cut:])]
    assert np.concatenate(starts).tolist() == [0, 10, 20, 10, 20]


def test_step_and_span_default_to_one():
    assert rows_of(b"fixedStep  chrom=c start=5\n1\n2", wig=True) == [
        ("c", 4, 5, 1.0),
        ("c", 5, 6, 2.0),
    ]
    assert rows_of(b"variableStep chrom=c\n5 1\n", wig=True) == [("c", 4, 5, 1.0)]


def test_four_fields_are_bedgraph_and_end_the_block():
    text = b"fixedStep chrom=c start=5\n1\nchr2 0 4 2\nchr2 4 8 3\n"
    assert rows_of(text, wig=True) == [("c", 4, 5, 1.0), ("chr2", 0, 4, 2.0), ("chr2", 4, 8, 3.0)]
    text = b"variableStep chrom=c\n7 1\n2 0 4 2\n"
    assert rows_of(text, wig=True) == [("c", 6, 7, 1.0), ("2", 0, 4, 2.0)]


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        (b"fixedStep start=1 step=5\n1\n", 1, "names no chromosome"),
        (b"fixedStep chrom=chr1\n1\n", 1, "has no start"),
        (b"fixedStep chrom=chr1 start=0\n1\n", 1, '"start=0" is not a setting'),
        (b"fixedStep chrom= start=1\n1\n", 1, "names no chromosome"),
        (b"fixedStep chrom=chr1 start=1 step=0\n", 1, '"step=0" is not a setting'),
        (b"fixedStep chrom=chr1 start=1 width=3\n", 1, '"width=3" is not a setting'),
        (b"variableStep chrom=chr1 start=3\n", 1, '"start=3" is not a setting'),
        (b"variableStep chrom=chr1 span\n", 1, '"span" is not a setting'),
        (b"#\n5.0\n", 2, "outside any fixedStep or variableStep block"),
        (b"7 5.0\n", 1, "outside any fixedStep or variableStep block"),
        (b"fixedStep chrom=c start=1\n1\ntrack\n2\n", 4, "outside any"),
        (b"fixedStep chrom=c start=1\n1 2\n", 2, 'unexpected "2" after the value'),
        (b"variableStep chrom=c\n0 2\n", 2, 'position "0" is not a whole number'),
        (b"variableStep chrom=c\n5\n", 2, 'value "" is not a number'),
        (b"variableStep chrom=c\n5 x\n", 2, 'value "x" is not a number'),
        (
            b"fixedStep chrom=c start=900000000000000000 step=900000000000000000\n1\n2\n",
            3,
            "too large",
        ),
    ],
)
def test_a_wrong_wig_line_is_named(text, line, message):
    with pytest.raises(ParseError) as caught:
        rows_of(text, wig=True)
    assert caught.value.line == line
    assert message in str(caught.value)


def slow_rows(text):
    """BedGraph the slow way; None when a line is wrong."""
    rows = []
    for line in text.split("\n"):
        fields = line.split()
        if not fields or fields[0].startswith("#"):
            continue
        try:
            chrom, start, end, value = fields[0], int(fields[1]), int(fields[2]), float(fields[3])
        except (ValueError, IndexError):
            return None
        if not 0 <= start < end:
            return None
        rows.append((chrom, start, end, value))
    return rows


fields = st.sampled_from(["chr1", "c2", "0", "17", "3", "250000", "1.5", "-2", "x", "#", "1e2"])
blanks = st.sampled_from([" ", "\t", "  ", "\t "])
lines = st.lists(st.tuples(fields, blanks), max_size=6).map(
    lambda parts: "".join(word + blank for word, blank in parts)
)


@settings(max_examples=300)
@given(st.lists(lines, max_size=6))
def test_bedgraph_is_read_as_its_slow_twin_reads_it(texts):
    text = "\n".join(texts)
    expected = slow_rows(text)
    if expected is None:
        with pytest.raises(ParseError):
            rows_of(text.encode())
    else:
        assert rows_of(text.encode()) == expected


bytes_of_text = st.lists(
    st.sampled_from(
        [
            b"chr1",
            b"\t",
            b" ",
            b"\n",
            b"\r\n",
            b"1",
            b"23",
            b"-",
            b".",
            b"e",
            b"\x00",
            b"\xff",
            b"#",
            b"fixedStep ",
            b"variableStep ",
            b"chrom=",
            b"start=",
            b"step=",
            b"span=",
            b"track",
        ]
    ),
    max_size=40,
).map(b"".join) | st.binary(max_size=60)


@settings(max_examples=400)
@given(bytes_of_text, st.booleans(), st.sampled_from(["blanks", "tabs", "line"]), st.booleans())
def test_any_bytes_give_rows_or_a_parse_error(text, wig, separator, optional):
    columns = Columns(value=4 if optional else 3, value_optional=optional, separator=separator)
    try:
        rows = rows_of(text, columns, wig=wig)
    except GenomeDBError as error:
        rows, message = [], str(error)
    else:
        message = ""
    assert message.replace("\t", "").isprintable()
    assert all(0 <= start < end for _, start, end, _ in rows)


@given(st.binary(max_size=2000))
def test_lines_are_counted(text):
    assert count_lines(text) == text.count(b"\n")


def test_an_empty_buffer_has_no_rows():
    assert rows_of(b"") == []
