"""Scripts of liftover: tracks and tables from one assembly of a database to another."""

import gzip

import numpy as np
import pytest

from genomedb import GenomeDB
from genomedb.classic.liftover import CoordLifter

CHAIN = """chain 900 chr1 100 + 10 50 chrA 80 + 0 38 1
20 2 0
18

chain 500 chr1 100 + 60 80 chrA 80 - 20 40 2
20

chain 100 chr1 100 + 40 60 chrA 80 + 25 45 3
20

chain 50 chr2 50 + 0 10 chrZ 30 + 0 10 4
10
"""
# chr1 10-30 -> chrA 0-20; 32-50 -> 20-38; 60-80 -> 40-60 reversed; 40-60 -> 25-45 loses to both


@pytest.fixture
def two(toy, tmp_path, script):
    """Databases ``toy`` and ``new``, and the chain file between them."""
    (tmp_path / "new.sizes").write_text("chrA\t80\n")
    assert script("load_chr", "new.sizes", "--assembly", "new", "-q") == (0, "", "")
    (tmp_path / "x.chain.gz").write_bytes(gzip.compress(CHAIN.encode()))
    values = {"chr1": np.arange(100, dtype=np.uint8), "chr2": np.zeros(50, np.uint8)}
    toy.create_dense("fwd", values, bin_size=1, dtype="uint8")
    toy.create_dense("d/rev", {c: v + 100 for c, v in values.items()}, bin_size=1, dtype="uint8")
    return toy, GenomeDB(tmp_path / "dbs", "new")


def lifted(values, swapped):
    found = np.zeros(80, int)
    found[0:20] = values[10:30]
    found[20:38] = values[32:50]
    found[38:40] = values[53:55]
    found[40:60] = swapped[60:80][::-1]
    return found.tolist()


def test_counts_stay_counts_and_the_best_chain_wins(two, script):
    _toy, new = two
    code, out, err = script("liftover_track", "toy", "new", "x.chain.gz", "fwd")
    assert (code, out) == (0, "")
    said, report = err.splitlines()
    assert "x.chain.gz: target chromosomes not in the database: chrZ: 1 blocks left out" in said
    assert report == "60 of 150 bases lifted, 82 have no place, 8 lost theirs to a better chain"
    track = new.open_track("fwd")
    assert (track.dtype, track.missing) == (np.uint8, None)
    plain = np.arange(100)
    assert track.read("chrA").tolist() == lifted(plain, plain)
    code, _, err = script("liftover_track", "toy", "new", "x.chain.gz", "fwd")
    assert (code, "'fwd' already exists" in err) == (1, True)
    words = ["liftover_track", "toy", "new", "x.chain.gz", "fwd", "-d", "float32", "--overwrite"]
    assert script(*words, "-q") == (0, "", "")
    assert np.isnan(new.open_track("fwd").read("chrA")[60:]).all()


def test_strands_are_swapped_where_the_alignment_is_reversed(two, script):
    _toy, new = two
    words = ["toy", "new", "x.chain.gz", "fwd", "--rev_track", "d/rev"]
    assert script("liftover_track", *words, "-q") == (0, "", "")
    fwd, rev = np.arange(100), np.arange(100) + 100
    assert new.open_track("fwd").read("chrA").tolist() == lifted(fwd, rev)
    assert new.open_track("d/rev").read("chrA").tolist() == lifted(rev, fwd)
    code, _, err = script("liftover_track", *words[:-1], "fwd")
    assert (code, "cannot be the reverse strand of itself" in err) == (1, True)


def test_a_pair_is_lifted_whole_or_not_at_all(two, script):
    new = two[1]
    new.create_dense("d/rev", {"chrA": np.zeros(80, np.uint8)}, bin_size=1, dtype="uint8")
    words = ["liftover_track", "toy", "new", "x.chain.gz", "fwd", "--rev_track", "d/rev"]
    code, _, err = script(*words)
    assert (code, "'d/rev' already exists" in err, new.list_tracks()) == (1, True, ["d/rev"])


def test_features_are_cut_turned_and_keep_their_columns(two, script, tmp_path):
    _toy, new = two
    (tmp_path / "x.bed").write_text("chr1 5 35 a 1 +\nchr1 62 65 b 2 +\nchr2 0 5 c 3 -\n")
    assert script("load_bed", "peaks", "x.bed", "-q") == (0, "", "")
    assert script("liftover_track", "toy", "new", "x.chain.gz", "peaks", "-q") == (0, "", "")
    found = new.open_track("peaks").to_frame("chrA").values.tolist()
    assert [row[1:] for row in found] == [
        [0, 20, "+", "a", 1], [20, 23, "+", "a", 1], [55, 58, "-", "b", 2],
    ]  # fmt: skip


def test_the_table_tells_single_positions(two, script):
    toy, new = two
    code, out, err = script("make_liftover_tab", "toy", "new", "x.chain.gz")
    assert (code, out) == (0, "")
    assert err.endswith("liftover_toy_to_new_tab.h5: 68 of 150 bases have a place\n")
    track = toy.open_track("liftover_toy_to_new_tab")
    assert tuple(track.columns) == ("to_chrom", "to_start", "orientation")
    lifter = CoordLifter(toy, new)
    assert lifter.convert("chr1", 11, 1)[1:] == (1, 1)
    assert lifter.convert("chr1", 61, 1)[1:] == (60, -1)
    assert lifter.convert("chr1", 80, -1)[1:] == (41, 1)
    assert lifter.convert("chr1", 52)[1:] == (37, 0)
    assert lifter.convert("chr1", 31) == (None, None, None)
    assert lifter.convert("chr2", 1) == (None, None, None)
    assert str(lifter.convert("chr1", 11)[0]) == "chrA"
    assert script("make_liftover_tab", "toy", "new", "x.chain.gz", "mine", "-q") == (0, "", "")
    assert toy.has_track("mine")


@pytest.mark.parametrize(
    ("chain", "said"),
    [
        (CHAIN.replace("chr1 100", "chr1 101"), "chr1"),
        (CHAIN.replace("chrA 80", "chrA 81"), "chrA"),
        (CHAIN.replace("20 2 0", "20 2"), "x.chain:2"),
        ("hello\n", "x.chain:1"),
        ("", "x.chain"),
        (CHAIN.replace("chr", "Q"), "none of its source chromosomes (Q1, Q2) is in the database"),
        (CHAIN.replace("chrA", "chrY"), "none of its target chromosomes (chrY, chrZ)"),
    ],
)
@pytest.mark.parametrize(
    ("name", "track"), [("liftover_track", "fwd"), ("make_liftover_tab", "tab")]
)
def test_wrong_chains_are_refused_and_make_nothing(two, script, tmp_path, name, track, chain, said):
    (tmp_path / "x.chain").write_text(chain)
    code, out, err = script(name, "toy", "new", "x.chain", track)
    assert (code, out) == (1, "")
    assert said in err
    assert two[0].list_tracks() == ["d/rev", "fwd"]
    assert two[1].list_tracks() == []


def test_solid_text_is_read_no_more(script):
    code, out, err = script("load_solid_mnase_mids", "--min_frag_size", "117", "t", "x.txt")
    assert (code, out) == (2, "")
    assert "Align the reads to BAM and use load-mnase-mids" in err
