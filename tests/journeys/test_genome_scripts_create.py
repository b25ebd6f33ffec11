"""create_track.py with every format, files of one chromosome and of the whole genome."""

import gzip
import math

import numpy as np
import pytest

from genomedb.cli.create_track import FUNCTIONS
from genomedb.virtual import bin_functions
from tests.xb_files import xb_bytes


def filled(n, values, other=math.nan):
    found = np.full(n, other)
    for at, value in values.items():
        found[at] = value
    return found


def same(track, chrom, wanted):
    np.testing.assert_array_equal(np.asarray(track.read(chrom), np.float64), wanted)


def test_points_come_from_columns_and_the_chromosome_from_the_name(toy, script, tmp_path):
    (tmp_path / "a.chr1.txt").write_text("#id value pos\nx 3 1\ny 4 100\n")
    (tmp_path / "a.chr2.txt.gz").write_bytes(gzip.compress(b"z 7 2\n"))
    words = ["-f", "txtfile", "-p", "2", "-v", "1", "-d", "int16", "--assembly", "toy", "-q"]
    assert script("create_track", *words, "t", "a.chr1.txt", "a.chr2.txt.gz") == (0, "", "")
    track = toy.open_track("t")
    assert (track.dtype, track.bin_size, track.missing) == (np.int16, 1, None)
    same(track, "chr1", filled(100, {0: 3, 99: 4}, 0))
    same(track, "chr2", filled(50, {1: 7}, 0))


def test_wig_and_bedgraph_may_be_mixed_by_chromosome_or_whole(toy, script, tmp_path):
    (tmp_path / "chr1.wig").write_text("fixedStep start=2 step=3 span=2\n1\n2\n")
    (tmp_path / "chr2.wig.gz").write_bytes(gzip.compress(b"variableStep chrom=chr2\n5 1.5\n"))
    (tmp_path / "rest.bedgraph").write_text("browser x\nchr1 90 100 9\nchr2 0 1 8\n")
    assert script("create_track", "t", "chr1.wig", "chr2.wig.gz", "rest.bedgraph", "-q") == (
        0, "", "")  # fmt: skip
    track = toy.open_track("t")
    assert track.dtype == np.float32
    wanted = {1: 1, 2: 1, 4: 2, 5: 2} | dict.fromkeys(range(90, 100), 9)
    same(track, "chr1", filled(100, wanted))
    same(track, "chr2", filled(50, {4: 1.5, 0: 8}))


def test_sequences_are_of_the_chromosome_that_header_or_name_says(toy, script, tmp_path):
    (tmp_path / "dm_chr1.fa").write_text(">gi|1 first\n" + "ACGTn" * 20 + "\n")
    (tmp_path / "chr2.fa.gz").write_bytes(gzip.compress(b">chr2\n" + b"g" * 50 + b"\n"))
    words = ["--format", "fasta", "--dtype", "uint8", "seq", "dm_chr1.fa", "chr2.fa.gz", "-q"]
    assert script("create_track", *words) == (0, "", "")
    assert toy.open_track("seq").text("chr1", 0, 6) == "ACGTnA"
    assert toy.open_track("seq").text("chr2", 48) == "gg"
    (tmp_path / "chr1.fa").write_text(">other\nACGT\n")
    code, _, err = script("create_track", "-f", "fasta", "short", "chr1.fa")
    assert code == 1
    assert "chr1.fa: sequence chr1 has 4 letters, the chromosome is 100 bp long" in err


def test_xb_gives_one_strand(toy, script, tmp_path):
    one, two = list(range(100)), list(range(50))
    chroms = {"chr1": (one, one[::-1]), "chr2": (two, two[::-1]), "chrOdd": ([1], [2])}
    (tmp_path / "x.xb").write_bytes(xb_bytes(chroms, stranded=True))
    code, _, err = script("create_track", "-f", "xb", "-s", "reverse", "rev", "x.xb")
    assert code == 0
    assert "chrOdd is not in the database: 1 records left out" in err
    assert "2 chromosomes" in err
    assert script("create_track", "fwd", "x.xb", "-q") == (0, "", "")
    for name, sign in (("fwd", 1), ("rev", -1)):
        track = toy.open_track(name)
        assert track.dtype == np.uint8
        same(track, "chr1", one[::sign])
        same(track, "chr2", two[::sign])
    (tmp_path / "cut.xb").write_bytes(xb_bytes(chroms, stranded=True)[:-60])
    code, _, err = script("create_track", "cut", "cut.xb")
    assert (code, "cut.xb: ends within chr2" in err) == (1, True)
    (tmp_path / "half.xb").write_bytes(xb_bytes({"chr2": (two, [])}))
    assert script("create_track", "half", "half.xb", "-d", "int16", "-q") == (0, "", "")
    same(toy.open_track("half"), "chr1", [0] * 100)
    (tmp_path / "long.xb").write_bytes(xb_bytes({"chr2": (one, [])}))
    code, _, err = script("create_track", "long", "long.xb")
    assert "long.xb: chromosome chr2 has 100 values, it is 50 bp long in toy" in err
    assert toy.list_tracks() == ["fwd", "half", "rev"]


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_what_does_not_fit_is_an_error_or_cut_and_counted(toy, script, tmp_path, jobs):
    (tmp_path / "x.bedgraph").write_text("chr1 0 2 300\nchr1 5 6 -1\nchr2 3 4 7\n")
    words = ["create_track", "t", "x.bedgraph", "-d", "uint8", "-j", jobs]
    code, _, err = script(*words)
    assert code == 1
    assert "value 300 at chr1:0 does not fit uint8. Use a wider dtype" in err
    code, _, err = script(*words, "--saturate")
    assert (code, "3 values were cut to what the dtype holds" in err) == (0, True)
    same(toy.open_track("t"), "chr1", filled(100, {0: 255, 1: 255}, 0))


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["t", "points.txt", "-f", "txtfile"], "points.txt: neither its content nor its name"),
        (["t", "chr1.wig", "-p", "1"], "-p and -v are columns of a txtfile"),
        (["t", "chr1.wig", "-s", "forward"], "-s is the strand of an xb file"),
        (["t", "x.xb", "-b", "10"], "--bin-size, --clip, --sparse and --defval are not"),
        (["t", "x.fa", "-d", "int8"], "a sequence is stored as uint8, not int8"),
        (["t", "chr1.wig", "--clip"], "outside any fixedStep or variableStep block"),
        (["t", "far.bedgraph"], "far.bedgraph:2: chr2:40-60 is not inside the chromosome"),
    ],
)
def test_bad_input_leaves_no_track(toy, script, tmp_path, words, said):
    (tmp_path / "points.txt").write_text("1 2\n")
    (tmp_path / "chr1.wig").write_text("5\n")
    (tmp_path / "x.xb").write_bytes(b"")
    (tmp_path / "x.fa").write_text(">chr1\nA\n")
    (tmp_path / "far.bedgraph").write_text("chr1 0 1 1\nchr2 40 60 1\n")
    code, out, err = script("create_track", *words)
    assert (code, out) == (1, "")
    assert said in err
    assert toy.list_tracks() == []


def test_records_that_overlap_are_averaged_unless_told_otherwise(toy, script, tmp_path):
    assert tuple(bin_functions.FUNCTIONS) == FUNCTIONS
    (tmp_path / "chr1.txt").write_text("5 3\n5 4\n7 1\n")
    words = ["chr1.txt", "-f", "txtfile", "-q"]
    assert script("create_track", "mean", *words) == (0, "", "")
    same(toy.open_track("mean"), "chr1", filled(100, {4: 3.5, 6: 1}))
    more = ["-d", "uint8", "--function", "weighted.sum"]
    assert script("create_track", "sum", *words, *more) == (0, "", "")
    same(toy.open_track("sum"), "chr1", filled(100, {4: 7, 6: 1}, 0))
    code, _, err = script("create_track", "whole", *words, "-d", "uint8")
    assert (code, "value 3.5 at chr1:4 does not fit uint8" in err) == (1, True)
    (tmp_path / "x.fa").write_text(">chr1\n" + "A" * 100 + "\n")
    code, _, err = script("create_track", "seq", "x.fa", "--function", "max")
    assert (code, "--function is not for fasta" in err) == (1, True)
