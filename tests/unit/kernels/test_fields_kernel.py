"""FieldParser against a reference that is slow and obvious."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from genomedb.core.texts import Texts
from genomedb.errors import GenomeDBError, ParseError, UsageError
from genomedb.kernels.fields import FieldParser

BED3 = [("chrom", "chrom"), ("start", "start"), ("end", "end")]
BED6 = [*BED3, ("name", "text"), ("score", "number"), ("strand", "strand")]


def rows_of(text, columns=BED6, **options):
    parser = FieldParser("x.bed", columns, **options)
    rows = parser.parse(text)
    found = [
        Texts(*column).tolist() if isinstance(column, tuple) else column.tolist()
        for column in rows.columns.values()
    ]
    strand = [] if rows.strand is None else [rows.strand.tolist()]
    names = [parser.names[code] for code in rows.chrom]
    return list(zip(names, rows.start.tolist(), rows.end.tolist(), *strand, *found, strict=True))


def wrong(text, columns=BED6, **options):
    with pytest.raises(ParseError) as caught:
        rows_of(text, columns, **options)
    return str(caught.value)


def test_comments_blank_lines_returns_and_a_last_line_without_newline():
    text = b"#x\n\n \t\r\ntrack name=a\nbrowser x\nc\t1\t2\ta b\t1.5\t-\r\nc\t3\t4\t\t7\t+"
    assert rows_of(text) == [("c", 1, 2, -1, "a b", 1.5), ("c", 3, 4, 1, "", 7.0)]


def test_blanks_separate_when_asked():
    text = b" c  1\t2 a 5 .  \n# x\n  # y\nd 3 4 b 6 +\n"
    assert rows_of(text, separator="blanks") == [("c", 1, 2, 0, "a", 5.0), ("d", 3, 4, 1, "b", 6.0)]


def test_numbers_between_tabs_may_be_padded():
    assert rows_of(b"c\t 1\t2 \ta\t 5 \t+\n") == [("c", 1, 2, 1, "a", 5.0)]


def test_a_point_is_no_number_and_whole_numbers_are_kept():
    rows = rows_of(b"c\t1\t2\t.\t123456789012\n", [*BED3, ("s", "number"), ("w", "whole")])
    assert math.isnan(rows[0][3])
    assert rows[0][4] == 123456789012


def test_nothing_is_a_number_where_that_is_allowed():
    columns = [*BED3, ("s", "any number"), ("t", "any number")]
    rows = rows_of(b"c\t1\t2\t\t \nc\t1\t2\t4\t\r\nc\t1\t2\t.\t5\n", columns)
    assert repr([row[3:] for row in rows]) == "[(nan, nan), (4.0, nan), (nan, 5.0)]"
    assert 't "x" is not a number' in wrong(b"c\t1\t2\t\tx\n", columns)
    assert "4 fields, not 5" in wrong(b"c\t1\t2\t\n", columns)
    assert 's "" is not a number' in wrong(b"c\t1\t2\t\n", [*BED3, ("s", "number")])


def test_strands_of_both_kinds():
    text = b"c\t0\t1\t+\nc\t0\t1\t-\nc\t0\t1\t.\nc\t0\t1\t?\nc\t0\t1\t*\n"
    assert [r[3] for r in rows_of(text, [*BED3, ("strand", "strand")])] == [1, -1, 0, 0, 0]
    text += b"c\t0\t1\t1\nc\t0\t1\t-1\nc\t0\t1\t0\nc\t0\t1\t\n"
    got = [r[3] for r in rows_of(text, [*BED3, ("strand", "any strand")])]
    assert got == [1, -1, 0, 0, 0, 1, -1, 0, 0]


def test_inclusive_positions_and_spans():
    columns = [("chrom", "chrom"), ("position", "start"), ("ref", "span text")]
    assert rows_of(b"c\t1\tACG\tmore\n", columns, base=1, open_ended=True) == [("c", 0, 3, "ACG")]
    assert rows_of(b"c\t5\t5\n", BED3, base=1) == [("c", 4, 5)]


def test_texts_at_the_end_may_be_absent():
    columns = [*BED3, ("a", "text"), ("b", "text")]
    text = b"c\t0\t1\nc\t0\t1\tx\nc\t0\t1\tx\ty\n"
    assert [r[3:] for r in rows_of(text, columns, fewest=3)] == [("", ""), ("x", ""), ("x", "y")]


def test_line_numbers_and_names_continue_across_buffers():
    parser = FieldParser("x", BED3, first_line=5)
    assert parser.parse(b"#\nA\t0\t1\n").line.tolist() == [6]
    assert parser.parse(b"B\t0\t1\nA\t0\t1\n").line.tolist() == [7, 8]
    assert parser.names == ["A", "B"]
    assert parser.parse(b"").chrom.size == 0


@pytest.mark.parametrize(
    ("line", "message"),
    [
        (b"c\t1\t2\ta\t5", '5 fields, not 6, in "c\t1\t2\ta\t5"'),
        (b"c\t1\t2\ta\t5\t+\tz", "7 fields, not 6, in"),
        (b"c", "1 field, not 6, in"),
        (b"c\tx\t2\ta\t5\t+", 'start "x" is not a whole number'),
        (b"c\t1.5\t2\ta\t5\t+", 'start "1.5" is not a whole number'),
        (b"c\t1 2\t2\ta\t5\t+", 'start "1 2" is not a whole number'),
        (b"c\t\t2\ta\t5\t+", 'start "" is not a whole number'),
        (b"c\t1\t2e3\ta\t5\t+", 'end "2e3" is not a whole number'),
        (b"c\t-1\t2\ta\t5\t+", 'start "-1" is negative'),
        (b"c\t1\t9999999999999999999\ta\t5\t+", "is too large"),
        (b"\t1\t2\ta\t5\t+", "no chromosome in"),
        (b"c" * 256 + b"\t1\t2\ta\t5\t+", "longer than 255 bytes"),
        (b"c\t5\t5\ta\t5\t+", "start and end are the same in"),
        (b"c\t5\t4\ta\t5\t+", "end is before start in"),
        (b"c\t1\t2\ta\thigh\t+", 'score "high" is not a number'),
        (b"c\t1\t2\ta\t\t+", 'score "" is not a number'),
        (b"c\t1\t2\ta\t5\tup", 'strand "up" is not one. Write +, - or .'),
        (b"c\t1\t2\ta\t5\t1", 'strand "1" is not one'),
    ],
)
def test_a_wrong_line_is_named_and_quoted(line, message):
    found = wrong(b"#\nc\t0\t1\ta\t0\t.\n" + line + b"\n", expected="A row is: x")
    assert found.startswith("x.bed:3: ")
    assert message in found


def test_positions_that_count_from_1_have_no_0():
    assert 'start "0" is before the first base' in wrong(b"c\t0\t5\n", BED3, base=1)


def test_the_number_of_fields_wanted_is_named():
    assert "2 fields, not 3 or more" in wrong(b"c\t0\n", BED3, open_ended=True)
    assert "4 fields, not 3, in" in wrong(b"c 0 1 2\n", BED3, separator="blanks")


@pytest.mark.parametrize(
    ("columns", "options"),
    [
        (BED3[:2], {}),
        ([*BED3, ("end", "end")], {}),
        ([*BED6, ("b", "any strand")], {}),
        (BED6, {"fewest": 4}),
        (BED6, {"fewest": 0}),
        ([*BED3, *[("t", "text")] * 5000], {}),
    ],
)
def test_columns_that_make_no_row_are_refused(columns, options):
    with pytest.raises(UsageError):
        FieldParser("x", columns, **options)


WORD = st.binary(max_size=60).map(lambda b: b.translate(None, b"\t\n\r"))


@given(
    st.lists(
        st.tuples(
            st.integers(0, 10**17),
            st.integers(1, 10**6),
            WORD,
            st.floats(),
            st.sampled_from("+-."),
            WORD,
        )
    )
)
def test_rows_read_back(rows):
    columns = [*BED6, ("more", "text")]
    text = b"".join(
        b"c\t%d\t%d\t%b\t%b\t%b\t%bx\n"
        % (start, start + size, name, repr(score).encode(), strand.encode(), more)
        for start, size, name, score, strand, more in rows
    )
    wanted = [
        (
            "c",
            start,
            start + size,
            {"+": 1, "-": -1, ".": 0}[strand],
            name,
            repr(score),
            more + b"x",
        )
        for start, size, name, score, strand, more in rows
    ]
    got = rows_of(text, columns)
    shown = [
        (*row[:4], row[4].decode("utf-8", "backslashreplace"), row[5],
         row[6].decode("utf-8", "backslashreplace"))
        for row in wanted
    ]  # fmt: skip
    assert [(*row[:5], repr(row[5]), row[6]) for row in got] == shown


@given(st.binary(max_size=200), st.sampled_from(["tabs", "blanks"]), st.booleans())
def test_any_bytes_are_rows_or_an_error(data, separator, open_ended):
    try:
        rows_of(data, BED3, separator=separator, open_ended=open_ended)
    except GenomeDBError as error:
        assert "x.bed" in str(error)


@given(st.lists(st.sampled_from([b"c", b"1", b"2", b"\t", b" ", b"\n", b"\r", b"#", b"-", b"."])))
def test_bytes_much_like_rows_are_rows_or_an_error(parts):
    try:
        rows = rows_of(b"".join(parts), [*BED3, ("t", "text")], fewest=3)
    except GenomeDBError:
        return
    assert all(0 <= row[1] < row[2] for row in rows)
