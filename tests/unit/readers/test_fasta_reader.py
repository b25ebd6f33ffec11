"""FASTA and chromosome tables."""

import gzip

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from genomedb.errors import GenomeDBError, ParseError
from genomedb.readers import fasta
from genomedb.readers.chrom_sizes import read_aliases, read_chrom_table
from genomedb.readers.fasta import iter_fasta


def sequences_of(path):
    found = {}
    for name, piece in iter_fasta(path):
        assert piece.dtype == np.uint8
        assert piece.size
        found[name] = found.get(name, b"") + piece.tobytes()
    return found


@pytest.fixture
def written(tmp_path):
    def write(text, name="x.fa"):
        path = tmp_path / name
        path.write_bytes(text)
        return path

    return write


def test_case_is_kept_and_white_space_removed(written):
    text = b"\n>chr1 first one\r\nACGT\r\n\r\nacgtN\r\n>chr2\nRY-*\tk \nM"
    assert sequences_of(written(text)) == {"chr1": b"ACGTacgtN", "chr2": b"RY-*kM"}
    assert sequences_of(written(gzip.compress(text))) == {"chr1": b"ACGTacgtN", "chr2": b"RY-*kM"}


@pytest.mark.parametrize("block", [1, 2, 3, 7, 50])
def test_pieces_do_not_depend_on_blocks(written, monkeypatch, block):
    monkeypatch.setattr(fasta, "BLOCK_BYTES", block)
    text = b">a x\nACGT\nAC\n\n>b\nNNNN\n>c\nA"
    assert sequences_of(written(text)) == {"a": b"ACGTAC", "b": b"NNNN", "c": b"A"}


@pytest.mark.parametrize("block", [1, 3, 1000])
@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        (b">a\nACGT\nAC!T\n", 3, '"!" is no letter of a sequence. Sequence a may hold'),
        (b">a\nACGT\nAC>T\n", 3, '">" is no letter'),
        (b">a\nAC\xffT\n", 2, r'"\xff" is no letter'),
        (b">a\nAC\0T\n", 2, r'"\x00" is no letter'),
        (b"\nACGT\n>a\nA\n", 2, "comes before any header"),
        (b">a\nACGT\n>b\n>c\nA\n", 3, 'sequence "b" is empty'),
        (b">a\nACGT\n>b\n\n", 3, 'sequence "b" is empty'),
        (b">a\nACGT\n>b", 3, 'sequence "b" is empty'),
        (b">a\nACGT\n>a\nA\n", 3, 'sequence "a" is there twice'),
        (b">\nACGT\n", 1, "a sequence has no name"),
        (b"> a\nACGT\n", 1, "a sequence has no name"),
        (b"", None, "no sequences"),
        (b"\n \n", None, "no sequences"),
    ],
)
def test_a_wrong_line_is_named(written, monkeypatch, block, text, line, message):
    monkeypatch.setattr(fasta, "BLOCK_BYTES", block)
    path = written(text)
    with pytest.raises(ParseError) as caught:
        sequences_of(path)
    assert caught.value.line == line
    assert message in str(caught.value)
    assert str(path) in str(caught.value)


def test_a_header_without_end_is_refused(written, monkeypatch):
    monkeypatch.setattr(fasta, "_MAX_HEADER", 100)
    monkeypatch.setattr(fasta, "BLOCK_BYTES", 150)
    with pytest.raises(ParseError, match="header longer than 100 bytes"):
        sequences_of(written(b">" + b"a" * 500))


letters = st.text("ACGTNacgtn-*RYK", min_size=1, max_size=50)
names = st.lists(
    st.text("abcXYZ019_.|", min_size=1, max_size=8), min_size=1, max_size=5, unique=True
)


@given(names, st.data(), st.integers(1, 20), st.sampled_from(["\n", "\r\n"]))
def test_what_is_written_is_read(tmp_path_factory, names, data, width, newline):
    expected = {name: data.draw(letters) for name in names}
    text = "".join(
        f">{name} about{newline}"
        + "".join(seq[i : i + width] + newline for i in range(0, len(seq), width))
        for name, seq in expected.items()
    )
    path = tmp_path_factory.getbasetemp() / "printed.fa"
    path.write_bytes(text.encode())
    assert sequences_of(path) == {name: seq.encode() for name, seq in expected.items()}
    assert read_chrom_table(path) == [(name, len(seq)) for name, seq in expected.items()]


@given(st.binary(max_size=100) | st.text(">acgtN\n\r x", max_size=40).map(str.encode))
def test_any_bytes_are_sequences_or_an_error(tmp_path_factory, data):
    path = tmp_path_factory.getbasetemp() / "any.fa"
    path.write_bytes(data)
    for read in (sequences_of, read_chrom_table, read_aliases):
        try:
            read(path)
            message = str(path)
        except GenomeDBError as error:
            message = str(error)
        assert str(path) in message


@pytest.mark.parametrize(
    "text",
    [
        b"chr1\t1000\nchr2\t500\n",
        b"#chrom\tsize\nchr1\t1000\t/gbdb/hg38.2bit\nchr2\t500\t/gbdb/hg38.2bit\n",
        b"chr1\t1000\t6\t60\t61\nchr2\t500\t1030\t60\t61\n",
        b"chr1 1000\r\nchr2   500",
        b">chr1 x\n" + b"A" * 1000 + b"\n>chr2\n" + b"N" * 500,
        gzip.compress(b"chr1\t1000\nchr2\t500\n", mtime=0),
    ],
)
def test_chromosome_tables_are_told_apart_by_content(written, text):
    assert read_chrom_table(written(text)) == [("chr1", 1000), ("chr2", 500)]


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        (b"chr1\t10\nchr2\n", 2, '"chr2" is not a name and a length'),
        (b"chr1\tx\n", 1, 'length "x" of "chr1" is not a whole number'),
        (b"chr1\t0\n", 1, "of at least 1"),
        (b"chr1\t-5\n", 1, "of at least 1"),
        (b"chr1\t9999999999999999999\n", 1, "of at least 1"),
        ("chr1\t\u0665\n".encode(), 1, "of at least 1"),
        (b"chr1\t5\nchr1\t5\n", 2, 'chromosome "chr1" is listed twice'),
        (b"#x\n", None, "no chromosomes"),
    ],
)
def test_a_wrong_chromosome_table_is_explained(written, text, line, message):
    with pytest.raises(ParseError) as caught:
        read_chrom_table(written(text))
    assert caught.value.line == line
    assert message in str(caught.value)


def test_aliases(written):
    assert read_aliases(written(b"#alias\tname\n1\tchr1\nNC_1.1\tchr1\textra\n")) == [
        ("1", "chr1"),
        ("NC_1.1", "chr1"),
    ]
    with pytest.raises(ParseError, match='alias "1" means two chromosomes'):
        read_aliases(written(b"1\tchr1\n1\tchr2\n"))
    with pytest.raises(ParseError, match="no aliases"):
        read_aliases(written(b"\n"))
