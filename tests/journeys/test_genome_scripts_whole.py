"""Scripts over whole tracks: combining, strands, statistics."""

import json

import numpy as np
import pytest


@pytest.fixture
def counts(toy):
    values = {"chr1": np.arange(100, dtype=np.uint8) * 2, "chr2": np.full(50, 9, np.uint8)}
    for name in ("one", "two"):
        toy.create_dense(name, values, bin_size=1, dtype="uint8")
    return values


def test_tracks_are_combined(toy, script, counts):
    code, out, err = script("combine_tracks", "both", "one", "two")
    assert (code, out) == (0, "")
    assert err.endswith("both.h5: uint16\n")
    assert toy.open_track("both").read("chr1").tolist() == [4 * i for i in range(100)]
    words = ["combine_tracks", "--dtype", "uint8", "--assembly", "toy", "cut", "one", "two"]
    code, _, err = script(*words)
    assert (code, "value 256 at chr1:64 does not fit uint8. Use uint16, or saturate" in err) == (
        1, True)  # fmt: skip
    assert script(*words, "--saturate")[2].endswith("uint8, 36 values were cut to what it holds\n")
    assert script("combine_tracks", "mean", "one", "two", "--how", "mean", "-q") == (0, "", "")
    assert toy.open_track("mean").read("chr2").tolist() == [9.0] * 50
    assert script("combine_tracks", "both", "one", "--skip-existing") == (0, "", "")
    code, _, err = script("combine_tracks", "both", "one")
    assert (code, "Track 'both' already exists" in err) == (1, True)


def test_strands_are_combined(toy, script, counts):
    words = ["combine_chipseq_strands", "one", "two", "both", "--shift", "3", "-d", "uint16"]
    code, out, err = script(*words)
    assert (code, out) == (0, "")
    assert err.startswith("moved by 3 bp\n")
    value = counts["chr1"].astype(int)
    wanted = np.concatenate(([0] * 3, value[:-3])) + np.concatenate((value[3:], [0] * 3))
    assert toy.open_track("both").read("chr1").tolist() == wanted.tolist()


def test_statistics_are_printed_and_stored(toy, script, counts):
    total = "n=150 n_nan=0 min=0 max=198 sum=10350 mean=69"
    assert script("get_track_stats", "one") == (0, f"{total}\n", "")
    assert script("set_track_stats", "one") == (0, f"{total}\n", "")
    assert script("get_track_stats", "--verbose", "one") == (
        0,
        "chr1\tn=100 n_nan=0 min=0 max=198 sum=9900 mean=99\n"
        f"chr2\tn=50 n_nan=0 min=9 max=9 sum=450 mean=9\n{total}\n",
        "",
    )
    code, out, _ = script("get_track_stats", "one", "--chrom", "chr2", "--json")
    assert code == 0
    assert json.loads(out)["chroms"] == {
        "chr2": {"n": 50, "n_nan": 0, "min": 9, "max": 9, "sum": 450, "mean": 9}
    }
    code, _, err = script("get_track_stats", "three")
    assert (code, "three" in err) == (1, True)


def test_letters_are_counted(toy, script, tmp_path):
    (tmp_path / "x.fa").write_text(">chr1\n" + "ACGTn" * 20 + "\n>chr2\n" + "NNc" + "N" * 47)
    assert script("create_track", "seq", "x.fa", "-q") == (0, "", "")
    total = "n=150 n_a=20 n_c=21 n_g=20 n_t=20 n_n=69 n_def=81"
    assert script("get_seq_track_stats") == (0, f"{total}\n", "")
    assert script("set_seq_track_stats", "--track", "seq", "-q") == (0, "", "")
    code, out, _ = script("get_seq_track_stats", "--chrom", "chr2")
    assert out == ("n=50 n_a=0 n_c=1 n_g=0 n_t=0 n_n=49 n_def=1 first_def_idx=2 last_def_idx=2\n")
    code, _, err = script("get_track_stats", "seq")
    assert (code, "a sequence track has letters" in err) == (1, True)
