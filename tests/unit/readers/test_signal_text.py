"""Text signals: the four formats, and every way they can be wrong."""

import gzip

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from genomedb.errors import GenomeDBError, MissingFileError, ParseError, UsageError
from genomedb.readers import opened
from genomedb.readers.records import detect_format
from genomedb.readers.signal_text import TEXT_FORMATS, iter_text


def rows_of(path, format):
    return [
        (batch.names[chrom], start, end, value, line)
        for batch in iter_text(path, format)
        for chrom, start, end, value, line in zip(
            batch.chrom.tolist(),
            batch.start.tolist(),
            batch.end.tolist(),
            batch.value.tolist(),
            batch.line.tolist(),
            strict=True,
        )
    ]


@pytest.mark.parametrize(
    ("name", "format"),
    [
        ("a.wig", "wig"),
        ("a.WIG.GZ", "wig"),
        ("a.bedGraph", "bedgraph"),
        ("a.bg.bz2", "bedgraph"),
        ("a.bdg.xz", "bedgraph"),
        ("a.bed.zip", "bed"),
        ("a.bed.bgz", "bed"),
        ("a.bw", "bigwig"),
        ("a.BigWig", "bigwig"),
        ("a.fa.gz", "fasta"),
        ("a.fasta", "fasta"),
        ("a.fna", "fasta"),
        ("a.txt", "tab"),
        ("a", "tab"),
        ("bed", "tab"),
        ("-", "tab"),
        ("no\0name", "tab"),
    ],
)
def test_the_format_is_in_the_name(name, format):
    assert detect_format(name) == format


def test_bigwig_is_known_by_its_first_bytes(written):
    assert detect_format(written(b"\x26\xfc\x8f\x88rest", "x.data")) == "bigwig"
    assert detect_format(written(b"\x88\x8f\xfc\x26rest", "y.data")) == "bigwig"


def test_bedgraph(written):
    path = written("track type=bedGraph\n#c\nchr1\t0\t5\t1.5\nchr2 7 9 nan\r\n")
    assert str(rows_of(path, "bedgraph")) == "[('chr1', 0, 5, 1.5, 3), ('chr2', 7, 9, nan, 4)]"


@pytest.mark.parametrize("format", ["wig", "bedgraph"])
def test_wig_and_bedgraph_are_told_apart_by_content(written, format):
    text = "fixedStep chrom=chr1 start=1 step=10 span=5\n1\n2\nchr2\t0\t4\t9\n"
    assert [row[:4] for row in rows_of(written(text), format)] == [
        ("chr1", 0, 5, 1.0),
        ("chr1", 10, 15, 2.0),
        ("chr2", 0, 4, 9.0),
    ]


def test_bed_scores(written):
    text = "browser x\nchr1\t0\t5\nchr1\t5\t6\tgene one\t7.5\t+\nchr1\t6\t7\tg\tx\n"
    assert [row[3] for row in rows_of(written(text), "bed")] == [1.0, 7.5, 1.0]


@pytest.mark.parametrize(
    "text",
    [
        "chrom\tstart\tend\tsignal\nchr1\t0\t5\t2\n",
        "#made today\n\nchrom start end value\nchr1 0 5 2\n",
        "v\tend\tSTART\tChrom\n2\t5\t0\tchr1\n",
        "chrom\tstart\tend\tsignal\r\nchr1\t0\t5\t2\r\n",
    ],
)
def test_a_table_has_a_header(written, text):
    assert [row[:4] for row in rows_of(written(text), "tab")] == [("chr1", 0, 5, 2.0)]


def test_lines_of_a_table_are_counted_from_the_top(written):
    text = "#\n\nchrom\tstart\tend\tv\n#\nchr1\t0\t5\tNaN\ntrack\t5\t6\t1\n"
    rows = rows_of(written(text), "tab")
    assert [(row[0], row[4]) for row in rows] == [("chr1", 5), ("track", 6)]


@pytest.mark.parametrize(
    "header",
    ["chr1\t0\t5\t2", "chrom\tstart\tend", "chrom\tstart\tend\ta\tb", "chrom\tstart\tv\tw",
     "chrom\tstart\tend\tend"],
)  # fmt: skip
def test_another_header_is_refused(written, header):
    with pytest.raises(ParseError, match=r"header .* is not one") as caught:
        rows_of(written(f"#\n{header}\n"), "tab")
    assert caught.value.line == 2


def test_an_empty_field_of_a_table_is_an_error(written):
    with pytest.raises(ParseError, match='value "" is not a number'):
        rows_of(written("chrom\tv\tstart\tend\nchr1\t\t0\t5\n"), "tab")
    with pytest.raises(ParseError, match="too few fields"):
        rows_of(written("chrom\tstart\tend\tv\nchr1\t0\t5\n"), "tab")


@pytest.mark.parametrize("format", TEXT_FORMATS)
@pytest.mark.parametrize("text", ["", "\n", "# only\n#comments", "\r\n\r\n"])
def test_no_data_lines_is_an_error(written, format, text):
    with pytest.raises(ParseError, match=r"no data lines"):
        rows_of(written(text), format)


def test_a_table_of_nothing_but_a_header_is_an_error(written):
    with pytest.raises(ParseError, match=r"no data lines"):
        rows_of(written("chrom\tstart\tend\tv\n"), "tab")


def test_the_error_names_file_and_line(written):
    path = written(gzip.compress(b"chr1 0 5 1\nchr1 5 oops 1\n"), "x.bedgraph.gz")
    with pytest.raises(ParseError) as caught:
        rows_of(path, "bedgraph")
    assert str(caught.value) == (
        f'{path}:2: end "oops" is not a whole number. A row is: chrom start end value'
    )


def test_bytes_that_are_no_text_do_not_crash(written):
    path = written(b"chr\xe9\t0\t5\t1\nchr\xc3\xa9\t0\t5\t1\na\0b\t0\t5\t1\n")
    assert [row[0] for row in rows_of(path, "bedgraph")] == ["chr\\xe9", "chré", "a\0b"]


def test_unknown_formats_and_files_are_refused_before_reading(tmp_path):
    with pytest.raises(UsageError, match="'bam' is not a text format"):
        iter_text(tmp_path / "x", "bam")
    with pytest.raises(MissingFileError):
        list(iter_text(tmp_path / "x", "bed"))


def test_batches_join_to_the_file(written, monkeypatch):
    monkeypatch.setattr(opened, "BLOCK_BYTES", 100)
    monkeypatch.setattr(opened.line_blocks, "__defaults__", (100,))
    text = "".join(f"chr{i % 5}\t{i}\t{i + 1}\t{i / 8}\n" for i in range(1000))
    path = written(text)
    assert len(list(iter_text(path, "bedgraph"))) > 50
    assert rows_of(path, "bedgraph") == [
        (f"chr{i % 5}", i, i + 1, i / 8, i + 1) for i in range(1000)
    ]


@settings(max_examples=60)
@given(
    st.lists(
        st.tuples(
            st.sampled_from(["chr1", "1", "scaffold_77"]),
            st.integers(0, 2**59),
            st.integers(1, 10**6),
            st.floats(allow_nan=False),
        ),
        min_size=1,
        max_size=30,
    )
)
def test_what_is_printed_is_read(tmp_path_factory, rows):
    rows = [(chrom, start, start + width, value) for chrom, start, width, value in rows]
    path = tmp_path_factory.getbasetemp() / "printed.bedgraph"
    path.write_text("".join("{}\t{}\t{}\t{!r}\n".format(*row) for row in rows))
    assert [row[:4] for row in rows_of(path, "bedgraph")] == rows


@settings(max_examples=150)
@given(st.binary(max_size=200) | st.text("chrom start\t\nend1.5#-", max_size=80).map(str.encode),
       st.sampled_from(TEXT_FORMATS))  # fmt: skip
def test_any_bytes_are_records_or_an_error(tmp_path_factory, data, format):
    path = tmp_path_factory.getbasetemp() / "any.txt"
    path.write_bytes(data)
    try:
        batches, message = list(iter_text(path, format)), str(path)
    except GenomeDBError as error:
        batches, message = [], str(error)
    assert str(path) in message
    for batch in batches:
        assert len(batch) > 0
        assert (batch.start >= 0).all()
        assert (batch.start < batch.end).all()
        assert batch.chrom.max() < len(batch.names)
        assert batch.value.dtype == np.float64


@pytest.mark.parametrize("name", ["x.bam", "x.CRAM", "x.sam.gz"])
def test_alignments_are_refused_with_the_way_to_their_tracks(name):
    with pytest.raises(UsageError, match=r"alignments hold no values\. `genomedb import bam`"):
        detect_format(name)
