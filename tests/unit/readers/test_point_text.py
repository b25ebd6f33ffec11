"""Positions and values in columns, and WIG that leaves its chromosome out."""

import gzip
import re

import pytest

from genomedb.errors import ParseError, UsageError
from genomedb.readers.signal_text import iter_text


def read(path, format="points", **how):
    found = []
    for batch in iter_text(path, format, chrom="chrU", **how):
        names = [batch.names[c] for c in batch.chrom]
        columns = (batch.start.tolist(), batch.end.tolist(), batch.value.tolist())
        found += zip(names, *columns, strict=True)
    return found


@pytest.fixture
def write(tmp_path):
    def put(text, pack=bytes):
        (tmp_path / "x.txt").write_bytes(pack(text.encode()))
        return tmp_path / "x.txt"

    return put


ROWS = [("chrU", 0, 1, 2.5), ("chrU", 9, 10, -1.0)]


@pytest.mark.parametrize(
    ("text", "columns"),
    [
        ("1 2.5\n10 -1\n", None),
        ("1\t2.5\n10\t-1", (0, 1)),
        ("# a\n\n  1   2.5 \r\n10 -1 x y\n", (0, 1)),
        ("2.5\t1\n-1\t10\n", (1, 0)),
        ("a b 1 c 2.5\nd e 10 f -1 g\n", (2, 4)),
        ("a b\t2.5\t\tx\t1\t\n\t-1\t\t\t10\tz\n", (4, 1)),
        ("#only\n \t\n1 2.5\n#x\n10 -1\n\n", None),
    ],
)
@pytest.mark.parametrize("pack", [bytes, gzip.compress])
def test_columns_may_be_anywhere(write, text, columns, pack):
    assert read(write(text, pack), columns=columns) == ROWS


@pytest.mark.parametrize(
    ("text", "columns", "said"),
    [
        ("1 2\n\n3\n", (0, 1), ":3: fewer than 2 fields in \"3\""),
        ("1\t2\n3 4\n", (0, 1), ":2: fewer than 2 fields"),
        ("1 2\n0 2\n", (0, 1), ":2: position \"0\" is not a whole number of at least 1"),
        ("#\nx 2\n", (0, 1), ":2: .*\"x"),
        ("1 2\n2 two\n", (0, 1), ":2: value \"two\" is not a number"),
        ("# nothing\n", (0, 1), "no data lines"),
    ],
)  # fmt: skip
def test_a_bad_line_is_named(write, text, columns, said):
    with pytest.raises(ParseError, match=said):
        read(write(text), columns=columns)


@pytest.mark.parametrize("columns", [(0, 0), (-1, 2), (0, 5000)])
def test_columns_that_cannot_be_are_refused(write, columns):
    with pytest.raises(UsageError, match=re.escape(f"columns {columns[0]} (position)")):
        read(write("1 2\n"), columns=columns)


def test_wig_without_a_chromosome_is_of_the_one_given(write):
    text = (
        "track x\nfixedStep start=3 step=5\n1\n2\nfixedStep chrom=chrV start=1\n3\n"
        "start=7\n4\nvariableStep span=2\n1 5\n"
    )
    assert read(write(text), "wig") == [
        ("chrU", 2, 3, 1.0), ("chrU", 7, 8, 2.0), ("chrV", 0, 1, 3.0), ("chrU", 6, 7, 4.0),
        ("chrU", 0, 2, 5.0),
    ]  # fmt: skip
    with pytest.raises(ParseError, match=r":2: .*names no chromosome"):
        list(iter_text(write(text), "wig"))
    with pytest.raises(UsageError, match="positions without a chromosome"):
        iter_text(write(text), "points")
