"""Reads of SAM text, BAM and tables against pysam and str.split."""

import gzip
import random

import numpy as np
import pytest

from genomedb.errors import FormatError, MissingFileError, UsageError
from genomedb.kernels.reads import ReadParser, bam_reads
from genomedb.readers import sam_text
from genomedb.readers.sam_text import iter_mapped_reads

SIZES = {"chr1": 100_000, "2": 5000}


def sam_lines(n, seed=1):
    """Alignments of all kinds."""
    rng = random.Random(seed)
    lines = ["@HD\tVN:1.6\n", *(f"@SQ\tSN:{c}\tLN:{s}\n" for c, s in SIZES.items())]
    for i in range(n):
        flag = rng.choice([0, 16, 4, 256, 2064, 20, 83, 163])
        chrom = rng.choice([*SIZES, "*"]) if flag & 4 else rng.choice(list(SIZES))
        pos = 0 if chrom == "*" else rng.randint(1, 4900)
        size = rng.randint(1, 60)
        cigar = "*" if flag & 4 else rng.choice([f"{size}M", f"3S{size}M2I10D5N1=1X4H"])
        if cigar.startswith("3S"):
            size += 7
        letters = "*" if flag & 256 else "A" * size
        lines.append(f"r{i}\t{flag}\t{chrom}\t{pos}\t9\t{cigar}\t*\t0\t0\t{letters}\t*\n")
    return lines


def slow_sam(lines):
    """Chromosome, position, strand and length of each line, or None."""
    found = []
    for line in lines:
        if line.startswith("@"):
            continue
        fields = line.rstrip("\n").split("\t")
        flag, size = int(fields[1]), len(fields[9])
        if flag & 4 or fields[2] == "*":
            found.append(None)
            continue
        if fields[9] == "*":
            size = int(fields[5][:-1]) if fields[5][0] != "3" else None
        found.append((fields[2], int(fields[3]) - 1, -1 if flag & 16 else 1, size))
    return found


def all_reads(path, columns=None):
    """Every read of a file as `slow_sam` gives it."""
    found = []
    for names, reads in iter_mapped_reads(path, columns):
        for code, *rest in zip(*(column.tolist() for column in reads), strict=True):
            found.append(None if code < 0 else (names[code], *rest))
    return found


def assert_same(found, expected):
    assert len(found) == len(expected)
    for mine, theirs in zip(found, expected, strict=True):
        if theirs is not None and theirs[3] is None:  # a length that only the CIGAR tells
            assert mine[:3] == theirs[:3]
            assert mine[3] > 7
        else:
            assert mine == theirs


def test_sam_text_is_read_as_it_stands(tmp_path):
    lines = sam_lines(500)
    path = tmp_path / "a.sam"
    path.write_text("".join(lines))
    assert_same(all_reads(path), slow_sam(lines))
    packed = tmp_path / "a.sam.gz"
    packed.write_bytes(gzip.compress(path.read_bytes()))
    assert all_reads(packed) == all_reads(path)


def test_a_sequence_that_is_not_stored_has_the_length_of_its_cigar():
    parser = ReadParser()
    lines = [b"r\t0\tc\t1\t9\t%s\t*\t0\t0\t*\n" % cigar for cigar in
             (b"10M", b"3S10M2I5D1=1X4H", b"*", b"10Q", b"M")]  # fmt: skip
    assert parser.parse(b"".join(lines)).size.tolist() == [10, 17, 1, 1, 1]


@pytest.mark.parametrize("block", [4_000_000, 700])
def test_bam_is_the_same_as_sam(tmp_path, monkeypatch, block):
    pysam = pytest.importorskip("pysam")
    monkeypatch.setattr(sam_text, "_BLOCK", block)
    path, packed = tmp_path / "a.sam", tmp_path / "a.bam"
    path.write_text("".join(sam_lines(500)))
    with pysam.AlignmentFile(path) as text, pysam.AlignmentFile(packed, "wb", text) as binary:
        for read in text:
            binary.write(read)
    assert all_reads(packed) == all_reads(path)


def test_damaged_bam_is_refused(tmp_path):
    pysam = pytest.importorskip("pysam")
    path, packed = tmp_path / "a.sam", tmp_path / "a.bam"
    path.write_text("".join(sam_lines(20)))
    with pysam.AlignmentFile(path) as text, pysam.AlignmentFile(packed, "wb", text) as binary:
        for read in text:
            binary.write(read)
    plain = gzip.decompress(packed.read_bytes())
    packed.write_bytes(gzip.compress(plain[:-5]))
    with pytest.raises(FormatError, match="last BAM record is truncated"):
        all_reads(packed)
    packed.write_bytes(gzip.compress(plain[:40]))
    with pytest.raises(FormatError, match="header is truncated"):
        all_reads(packed)
    assert bam_reads(bytes(100))[1] == -1
    packed.write_bytes(b"CRAM\3\0")
    with pytest.raises(FormatError, match="CRAM is not read"):
        all_reads(packed)


def test_tables_have_their_own_columns(tmp_path):
    path = tmp_path / "reads.txt"
    rows = ["x\tchr1\t10\t+\tACGT", "x\t2\t0\tR\tACG", "x\t2\t7\tF\t", "x\tchr1\t5\t-\tA\tmore",
            "x\tchr1\t5\t*\tA", "x\tchr1\t-5\t+\tA", "x\tchr1\t5.5\t+\tA", "x\t\t5\t+\tA",
            "@x\tchr1\t5\t+\tAC", "short\tchr1", "", "x\tchr1\t5\t++\tA"]  # fmt: skip
    path.write_text("\r\n".join(rows))
    expected = [("chr1", 10, 1, 4), ("2", 0, -1, 3), ("2", 7, 1, 0), ("chr1", 5, -1, 1),
                None, None, None, None, ("chr1", 5, 1, 2), None, None]  # fmt: skip
    assert all_reads(path, (5, 2, 3, 4)) == expected


def test_an_empty_file_has_no_reads(tmp_path):
    path = tmp_path / "empty.sam"
    path.write_text("@HD\tVN:1\n")
    assert all_reads(path) == []


@pytest.mark.parametrize(
    "columns", [(1, 2, 3), (0, 1, 2, 3), (1, 1, 2, 3), (1, 2, 3, 5000), (1, 2, 3, 4.5), "abcd"]
)
def test_columns_are_checked(tmp_path, columns):
    with pytest.raises(UsageError, match="four different column numbers"):
        iter_mapped_reads(tmp_path / "a.txt", columns)


def test_a_file_that_is_not_there_is_named(tmp_path):
    with pytest.raises(MissingFileError, match=r"no\.sam"):
        list(iter_mapped_reads(tmp_path / "no.sam"))


def test_columns_of_reads_have_one_length():
    reads = ReadParser((1, 2, 3, 4)).parse(b"")
    assert [column.dtype for column in reads] == [np.int32, np.int64, np.int8, np.int64]
    assert {column.size for column in reads} == {0}
