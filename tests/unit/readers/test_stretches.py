"""Text files cut where their chromosome changes."""

import gzip
import itertools
import os

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from genomedb.errors import ParseError
from genomedb.readers import stretches
from genomedb.readers.signal_text import iter_text
from genomedb.readers.stretches import find_stretches, iter_stretch

LINES = "# head\ntrack type=bedGraph\nchr1 0 1 1\nchr1 5 6 2\n\nbrowser x\nchr2 0 9 3\n2 1 2 4\n"


@pytest.fixture(autouse=True)
def _small_files_are_cut_too(monkeypatch):
    monkeypatch.setattr(stretches, "SPLIT_BYTES", 1)


def write(tmp_path, data, name="x.bedgraph"):
    path = tmp_path / name
    path.write_bytes(data if isinstance(data, bytes) else data.encode())
    return path


def test_each_stretch_is_one_chromosome_and_all_bytes_are_in_one(tmp_path):
    path = write(tmp_path, LINES)
    found = find_stretches(path, "bedgraph")
    assert [s.chrom for s in found] == ["chr1", "chr2", "2"]
    assert found[0].start == 0
    assert found[-1].end == len(LINES)
    assert all(a.end == b.start for a, b in itertools.pairwise(found))
    assert [LINES[s.start :].split()[0] for s in found[1:]] == ["chr2", "2"]


@settings(max_examples=200, deadline=None)
@given(
    runs=st.lists(
        st.tuples(st.sampled_from("abc"), st.integers(1, 9), st.sampled_from(["", "#x\n", "\n"])),
        min_size=1, max_size=8,
    ),
    end=st.sampled_from(["\n", "", "\n#\n\n"]),
)  # fmt: skip
def test_stretches_hold_what_the_file_holds_or_say_that_they_do_not(tmp_path_factory, runs, end):
    rows = [f"{between}{c} {i} {i + 10**c.count('b')} 1" for c, n, between in runs
            for i in range(n)]  # fmt: skip
    path = write(tmp_path_factory.mktemp("x"), "\n".join(rows) + end)
    expected = [(b.names[c], s) for b in iter_text(path, "bedgraph")
                for c, s in zip(b.chrom, b.start, strict=True)]  # fmt: skip
    names = [name for name, _ in itertools.groupby(expected, lambda row: row[0])]
    found = find_stretches(path, "bedgraph")
    assert found is not None
    try:
        read = [
            (b.names[c], s)
            for stretch in found
            for b in iter_stretch(stretch)
            for c, s in zip(b.chrom, b.start, strict=True)
        ]
    except ParseError:
        assert len(set(names)) < len(names)  # only a chromosome that comes twice is overlooked
    else:
        assert read == expected


@pytest.mark.parametrize(
    ("data", "format"),
    [
        (b"", "bedgraph"),
        (b"# only\n\n", "bedgraph"),
        (b"fixedStep chrom=chr1 start=1\n1\n", "wig"),
        (gzip.compress(LINES.encode(), mtime=0), "bedgraph"),
        ("\ufeff" + LINES, "bedgraph"),
        (LINES.encode("utf-16"), "bedgraph"),
        (b"chrom\tstart\tend\tx\nchr1\t0\t1\t1\n", "tab"),
        (b"chr1 0 1 " + b"1" * (2 << 20) + b"\nchr2 0 1 1\n", "bedgraph"),
        ("".join(f"c{i} 0 1 1\n" for i in range(2100)), "bedgraph"),
    ],
)
def test_what_cannot_be_cut_is_left_to_one_reader(tmp_path, data, format):
    assert find_stretches(write(tmp_path, data), format) is None


def test_small_and_absent_files_and_pipes_are_left_to_one_reader(tmp_path, monkeypatch):
    os.mkfifo(tmp_path / "pipe")
    for path in (tmp_path, tmp_path / "none", tmp_path / "pipe"):
        assert find_stretches(path, "bedgraph") is None
    monkeypatch.setattr(stretches, "SPLIT_BYTES", 1000)
    assert find_stretches(write(tmp_path, LINES), "bedgraph") is None


def test_declarations_and_shortened_files_are_noticed(tmp_path):
    path = write(
        tmp_path, "chr1 0 1 1\nfixedStep chrom=chr2 start=1\n" + "chr1 8 9 1\n" * 99, "x.wig"
    )
    (stretch,) = find_stretches(path, "wig")
    with pytest.raises(ParseError):
        list(iter_stretch(stretch))
    path.write_text("chr1 0 1 1\n")
    with pytest.raises(ParseError, match="became shorter"):
        list(iter_stretch(stretch))
