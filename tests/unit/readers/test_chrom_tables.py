"""Chromosome tables from the headers of BAM, SAM, 2bit, bigWig and bigBed."""

import gzip
import io
import os
import random
import resource
import struct
import sys
import threading
from pathlib import Path
from types import SimpleNamespace

import pyBigWig
import pysam
import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from genomedb.errors import FormatError, GenomeDBError, ParseError, UsageError
from genomedb.readers.chrom_sizes import read_chrom_table
from genomedb.readers.two_bit import read_two_bit_chroms

DM3 = Path(__file__).parents[4] / "shared" / "data" / "real" / "dm3"
CHROMS = [("chr1", 248_956_422), ("chrM", 16_569), ("HLA*01:02", 7), ("1", 2**31 - 1)]


def bam(path, chroms=CHROMS, mode="wb"):
    header = {"HD": {"VN": "1.6"}, "SQ": [{"SN": n, "LN": size} for n, size in chroms],
              "CO": ["a comment " * 20_000]}  # fmt: skip
    with pysam.AlignmentFile(str(path), mode, header=header) as file:
        read = pysam.AlignedSegment(file.header)
        read.query_name, read.query_sequence, read.flag = "r", "ACGT", 4
        file.write(read)
    return path


def raw_bam(refs, *, text=b"", magic=b"BAM\1", n_refs=None):
    """Unpacked header; a reference is (name with its zero byte, length)."""
    out = magic + struct.pack("<i", len(text)) + text
    out += struct.pack("<i", len(refs) if n_refs is None else n_refs)
    for name, size in refs:
        out += struct.pack("<i", len(name)) + name + struct.pack("<i", size)
    return out


def two_bit(records, *, order="<", version=0, gaps=b"", reserved=0):
    """Records are (name, bases, blocks of N, masked blocks)."""
    offset = "Q" if version else "I"
    index_size = sum(1 + len(name.encode()) + struct.calcsize("<" + offset) for name, *_ in records)
    index, data = b"", b""
    for name, bases, unknown, masked in records:
        data += gaps
        index += struct.pack("B", len(name.encode())) + name.encode()
        index += struct.pack(order + offset, 16 + index_size + len(data))
        data += struct.pack(order + "I", bases)
        for blocks in (unknown, masked):
            data += struct.pack(f"{order}I{2 * len(blocks)}I", len(blocks),
                                *[a for a, _ in blocks], *[b for _, b in blocks])  # fmt: skip
        data += struct.pack(order + "I", 0) + bytes(-(-bases // 4))
    head = struct.pack(order + "IIII", 0x1A412743, version, len(records), reserved)
    return head + index + data


RECORDS = [("chr1", 1001, [(0, 10), (900, 5)], [(3, 4)]), ("chr2", 4, [], []), ("é", 1, [], [])]
SIZES = [(name, bases) for name, bases, *_ in RECORDS]


@pytest.fixture
def written(tmp_path):
    def write(data):
        path = tmp_path / "no_extension"
        path.write_bytes(data)
        return path

    return write


@pytest.mark.parametrize("mode", ["wb", "wbu", "wh"])
def test_the_header_of_alignments_is_a_table(tmp_path, monkeypatch, mode):
    path = bam(tmp_path / "x", mode=mode)
    with pysam.AlignmentFile(str(path)) as file:
        assert list(zip(file.references, file.lengths, strict=True)) == CHROMS
    assert read_chrom_table(path) == CHROMS
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(path.read_bytes())))
    assert read_chrom_table("-") == CHROMS


@pytest.mark.skipif(not DM3.is_dir(), reason="needs the shared real data")
@pytest.mark.parametrize("name", ["x.bam", "paired_chr2L.bam"])
def test_headers_of_real_alignments(name):
    with pysam.AlignmentFile(str(DM3 / name)) as file:
        expected = list(zip(file.references, file.lengths, strict=True))
    assert read_chrom_table(DM3 / name) == expected


def test_many_references_and_other_packing(written):
    chroms = [(f"scaffold_{i}", i + 1) for i in range(50_000)]
    data = raw_bam([(name.encode() + b"\0", size) for name, size in chroms])
    for packed in (data, gzip.compress(data, 1), zstandard.compress(data)):
        assert read_chrom_table(written(packed)) == chroms


def test_only_the_header_of_a_bam_file_is_unpacked(written):
    header = raw_bam([(name.encode() + b"\0", size) for name, size in CHROMS])
    packed = gzip.compress(header) + gzip.compress(bytes(2_000_000)) + b"not a block"
    assert read_chrom_table(written(packed)) == CHROMS


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (raw_bam([]), "lists no chromosomes"),
        (raw_bam([(b"a\0", 5)], n_refs=2), "BAM header is truncated. Copy or download it again"),
        (raw_bam([(b"a\0", 5)], n_refs=2**31 - 1), "truncated"),
        (raw_bam([(b"a\0", 5)], n_refs=-1), "damaged: -1 chromosomes"),
        (raw_bam([(b"a\0", 5)] * 2), "'a' is listed twice"),
        (raw_bam([(b"ab", 5)]), "name has no end"),
        (raw_bam([(b"a\0b\0", 5)]), "has no name"),
        (raw_bam([(b"\0", 5)]), "has no name"),
        (raw_bam([(b"", 5)]), "a chromosome name of 0 bytes"),
        (raw_bam([(b"a" * 5000 + b"\0", 5)]), "a chromosome name of 5001 bytes"),
        (raw_bam([(b"a\0", 0)]), "chromosome a has length 0"),
        (raw_bam([(b"a\0", -5)]), "chromosome a has length -5"),
        (b"BAM\1\xff\xff\xff\xff", "a text of -1 bytes"),
        (b"BAM\1\xff\xff\xff\x7f", "truncated"),
        (
            b"CRAM\3\0" + bytes(50),
            "CRAM headers are not read. Give the output of `samtools view -H`",
        ),
    ],
)
def test_a_wrong_header_of_alignments_is_explained(written, data, message):
    path = written(data)
    with pytest.raises(FormatError, match=message) as caught:
        read_chrom_table(path)
    assert str(caught.value).startswith(str(path))


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_sam_lines_are_read_up_to_the_first_alignment(written, newline):
    lines = ["@HD\tVN:1.6", "@SQ\tSN:a\tLN:5\tM5:x", "", "@CO\t@SQ", "@SQ\tAH:*\tLN:7\tSN:b",
             "read\t4\t*\t0", "@SQ\tSN:c\tLN:5"]  # fmt: skip
    assert read_chrom_table(written(newline.join(lines).encode())) == [("a", 5), ("b", 7)]


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        (b"@HD\tVN:1\n@SQ\tLN:5\n", 2, "an @SQ line has no name (SN). A line is: @SQ SN:name"),
        (b"@SQ\tSN:a\n", 1, 'length (LN) "" of "a" is not a whole number'),
        (b"@SQ\tSN:a\tLN:x\n", 1, '"x" of "a" is not a whole number'),
        (b"@SQ\tSN:a\tLN:0\n", 1, '"0" of "a" is not a whole number'),
        (b"@SQ\tSN:a\tLN:" + b"9" * 5000, 1, "is not a whole number"),
        (b"@SQ\tSN:a\tLN:5\n\n@SQ\tSN:a\tLN:5\n", 3, 'chromosome "a" is listed twice'),
        (b"@HD\tVN:1\n@CO\tx\nread\t4\n", 2, "the SAM header has no @SQ lines"),
    ],
)
def test_a_wrong_line_of_sam_is_named(written, text, line, message):
    with pytest.raises(ParseError) as caught:
        read_chrom_table(written(text))
    assert caught.value.line == line
    assert message in str(caught.value)


@pytest.mark.parametrize("order", "<>")
@pytest.mark.parametrize("version", [0, 1])
def test_2bit_headers_of_both_versions_and_byte_orders(written, order, version):
    assert read_chrom_table(written(two_bit(RECORDS, order=order, version=version))) == SIZES
    many = [(f"s{i}", i % 9 + 1, [], []) for i in range(9000)]
    path = written(two_bit(many, order=order, version=version, gaps=b"???"))
    assert read_chrom_table(path) == [(name, bases) for name, bases, *_ in many]


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (two_bit([]), "it holds no sequences"),
        (two_bit(RECORDS, version=2), "2bit version 2 is not known"),
        (two_bit(RECORDS, reserved=1), "a field that must be 0 is not"),
        (two_bit(RECORDS[:1] * 2), "'chr1' is listed twice"),
        (two_bit([("", 5, [], [])]), "has no name"),
        (two_bit([("a", 0, [], [])]), "sequence a is empty"),
        (two_bit(RECORDS)[:-1], "2bit file is truncated. Copy or download it again"),
        (two_bit(RECORDS)[:40], "truncated"),
        (two_bit(RECORDS)[:5], "truncated"),
        (two_bit([("a", 4, [], [])])[:18] + bytes(40), "begins within the index"),
        (two_bit([("a", 4, [], [])])[:-5] + b"\1\0\0\0\0", "the record of a is not where"),
    ],
)
def test_a_wrong_2bit_header_is_explained(written, data, message):
    path = written(data)
    with pytest.raises(FormatError, match=message) as caught:
        read_chrom_table(path)
    assert str(caught.value).startswith(str(path))


def test_2bit_needs_a_stored_file(written, tmp_path, monkeypatch):
    with pytest.raises(FormatError, match="not a 2bit file, or a compressed one"):
        read_chrom_table(written(gzip.compress(two_bit(RECORDS))))
    with pytest.raises(FormatError, match="not a 2bit file"):
        read_two_bit_chroms(written(b"chr1\t5\n"))
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(two_bit(RECORDS))))
    with pytest.raises(UsageError, match=r"2bit cannot be read from a pipe. Name a file"):
        read_chrom_table("-")
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    writer = threading.Thread(target=pipe.write_bytes, args=(two_bit(RECORDS),))
    writer.start()
    with pytest.raises(UsageError, match="cannot be read from a pipe"):
        read_chrom_table(pipe)
    writer.join()


def test_bigwig_and_bigbed_tables(tmp_path, written):
    path = tmp_path / "x.bw"
    with pyBigWig.open(str(path), "w") as file:
        file.addHeader(CHROMS[:2])
        file.addEntries("chr1", [5], values=[1.0], span=2)
    assert read_chrom_table(path) == CHROMS[:2]
    with pytest.raises(FormatError, match="compressed bigWig is not read"):
        read_chrom_table(written(gzip.compress(path.read_bytes())))
    with pytest.raises(FormatError, match="bigBed file is truncated"):
        read_chrom_table(written(b"\xeb\xf2\x89\x87"))


def seeds(tmp_path):
    return [
        bam(tmp_path / "x").read_bytes(),
        raw_bam([(name.encode() + b"\0", size) for name, size in CHROMS], text=b"@HD\tVN:1\n"),
        two_bit(RECORDS),
        two_bit(RECORDS, order=">", version=1),
        b"@HD\tVN:1.6\n@SQ\tSN:a\tLN:5\n@SQ\tSN:b\tLN:6\n",
    ]


def test_damaged_and_cut_headers_give_tables_or_errors(tmp_path, written):
    rng = random.Random(7)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    for whole in seeds(tmp_path):
        for _ in range(250):
            damaged = bytearray(whole[: rng.choice([len(whole), rng.randrange(len(whole))])])
            for _ in range(rng.choice([0, 1, 3])):
                if damaged:
                    damaged[rng.randrange(min(len(damaged), 400))] = rng.randrange(256)
            path = written(damaged)
            try:
                table = read_chrom_table(path)
            except GenomeDBError as error:
                assert str(path) in str(error)
            else:
                assert table
                assert all(name and size > 0 for name, size in table)
                assert len(dict(table)) == len(table)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 200_000  # KB


magics = st.sampled_from([b"BAM\1", b"CRAM", b"@SQ\t", b"\x43\x27\x41\x1a", b"\x1a\x41\x27\x43",
                          b"\x26\xfc\x8f\x88", b"\xeb\xf2\x89\x87"])  # fmt: skip


@given(magics, st.binary(max_size=200))
def test_any_bytes_behind_a_magic_give_tables_or_errors(tmp_path_factory, magic, data):
    path = tmp_path_factory.getbasetemp() / "any"
    path.write_bytes(magic + data)
    try:
        assert read_chrom_table(path)
    except GenomeDBError as error:
        assert str(path) in str(error)
