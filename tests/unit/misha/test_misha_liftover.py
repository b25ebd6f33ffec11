"""gintervals_liftover and its kin, and what they say of bad input."""

import gzip

import numpy as np
import pandas as pd
import pytest

import genomedb.misha as gm
from genomedb.db.create import create_database
from genomedb.errors import TrackExistsError, UsageError

CHAIN = """chain 1000 chrA 1000 + 50 150 chr1 500 + 0 100 1
100

chain 500 chrA 1000 + 200 300 chr2 300 - 10 112 2
40 0 2
60

chain 700 chrB 500 + 0 50 chrZZ 300 + 0 50 3
50
"""
OVERLAP = "chain 9 chrA 1000 + 90 110 chr2 300 + 0 20 5\n20\n"


@pytest.fixture
def chain(tmp_path):
    create_database(tmp_path / "target", "new", {"chr1": 500, "chr2": 300})
    gm.gdb_init(str(tmp_path / "target"))
    path = tmp_path / "x.chain"
    path.write_text(CHAIN)
    yield str(path)
    gm.gdb_unload()


@pytest.fixture
def source(tmp_path):
    db = create_database(tmp_path / "source", "old", {"chrA": 1000, "chrB": 500})
    db.create_dense("d", {"chrA": np.arange(100.0), "chrB": np.zeros(50)}, bin_size=10)
    return str(db.track_path("d"))


def frame_of(*rows, **columns):
    return pd.DataFrame(rows, columns=["chrom", "start", "end"]).assign(**columns)


def test_a_chain_file_is_a_table(chain):
    table = gm.gintervals_load_chain(chain)
    expected = pd.DataFrame(
        [
            ("chr1", 0, 100, 0, "chrA", 50, 150, 0, 1, 1000.0),
            ("chr2", 188, 248, 1, "chrA", 240, 300, 0, 2, 500.0),
            ("chr2", 250, 290, 1, "chrA", 200, 240, 0, 2, 500.0),
        ],
        columns=["chrom", "start", "end", "strand", "chromsrc", "startsrc", "endsrc", "strandsrc",
                 "chain_id", "score"],
    )  # fmt: skip
    pd.testing.assert_frame_equal(table, expected)
    assert table.attrs["src_overlap_policy"] == "error"
    assert table.attrs["tgt_overlap_policy"] == "auto_score"


def test_a_compressed_file_will_do_and_low_scores_may_go(chain, tmp_path):
    (tmp_path / "x.gz").write_bytes(gzip.compress(CHAIN.encode()))
    table = gm.gintervals_load_chain(str(tmp_path / "x.gz"), min_score=600)
    assert table["chain_id"].tolist() == [1]
    assert table.attrs["min_score"] == 600


def test_a_table_and_its_file_lift_alike(chain):
    frame = frame_of(("chrA", 60, 70), ("chrA", 190, 260), ("chrA", 140, 160), v=[1, 2, 3])
    expected = pd.DataFrame({
        "chrom": ["chr1", "chr1", "chr2", "chr2"], "start": [10, 90, 228, 250],
        "end": [20, 100, 248, 290], "intervalID": [0, 2, 1, 1], "chain_id": [1, 1, 2, 2],
        "score": [1000.0, 1000, 500, 500], "v": [1.0, 3, 2, 2],
    })  # fmt: skip
    for given in (chain, gm.gintervals_load_chain(chain)):
        found = gm.gintervals_liftover(frame, given, include_metadata=True, value_col="v")
        pd.testing.assert_frame_equal(found, expected)
    plain = gm.gintervals_liftover(frame.assign(strand=1), chain)
    assert list(plain.columns) == ["chrom", "start", "end", "intervalID", "chain_id"]


def test_what_has_no_place_is_an_empty_table(chain):
    for rows in ([("chrQ", 0, 5)], [("chrA", 700, 710)], []):
        found = gm.gintervals_liftover(frame_of(*rows), chain)
        assert list(found.columns) == ["chrom", "start", "end", "intervalID", "chain_id"]
        assert not len(found)


def test_a_table_of_ones_own_is_marked(chain):
    table = gm.gintervals_load_chain(chain)
    marked = gm.gintervals_as_chain(table.assign(extra=1), "keep", "best_cluster_sum", 7)
    assert marked.attrs["tgt_overlap_policy"] == "best_cluster_sum"
    assert (marked.attrs["src_overlap_policy"], marked.attrs["min_score"]) == ("keep", 7)
    assert table.attrs["tgt_overlap_policy"] == "auto_score"
    assert len(gm.gintervals_liftover(frame_of(("chrA", 60, 70)), marked)) == 1


def test_a_track_is_lifted(chain, source):
    gm.gtrack_liftover("new", "old values", source.removesuffix(".h5"), chain)
    found = gm.gextract("new", gm.gintervals("chr1", 0, 110), colnames=["v"])
    np.testing.assert_array_equal(found["v"], [5, 6, 7, 8, 9, 10, 11, 12, 13, 14, np.nan])
    info = gm.gtrack_info("new")
    assert (info["type"], info["bin_size"]) == ("dense", 10)
    assert gm.gtrack_attr_get("new", "description") == "old values"
    with pytest.raises(TrackExistsError, match="new"):
        gm.gtrack_liftover("new", "", source, chain)


def test_bad_input_is_refused(chain, source, tmp_path):
    frame = frame_of(("chrA", 60, 70), name=["x"])
    (tmp_path / "old.track").mkdir()
    (tmp_path / "y.chain").write_text(CHAIN + "\n" + OVERLAP)
    overlap = str(tmp_path / "y.chain")
    wrong = create_database(tmp_path / "wrong", "old", {"chrA": 999})
    table = gm.gintervals_load_chain(chain)
    lift, load, track = gm.gintervals_liftover, gm.gintervals_load_chain, gm.gtrack_liftover
    for call, problem in [
        (lambda: lift(None, chain), "intervals and chain are required"),
        (lambda: lift(frame, None), "intervals and chain are required"),
        (lambda: lift(frame, 3), "chain must be a file path string or a chain DataFrame"),
        (lambda: lift(frame, frame), "chain: no column strand and no column chromsrc"),
        (lambda: lift(frame, chain, value_col="v"), "no column v"),
        (lambda: lift(frame, chain, value_col="name"), "value_col name: holds no numbers"),
        (lambda: lift(frame, chain, value_col="start", multi_target_agg="x"), "Unsupported aggreg"),
        (lambda: lift(frame, overlap), "source overlap: chrA:50-150"),
        (lambda: load(chain, "some"), "src_overlap_policy must be one of error, keep, discard"),
        (lambda: load(chain, "keep", "some"), "tgt_overlap_policy must be one of error, auto"),
        (lambda: load(str(tmp_path / "none")), "no such file"),
        (lambda: load(chain, src_groot=str(wrong.path)), "x.chain:1: source chromosome chrA has"),
        (lambda: gm.gintervals_as_chain(3), "intervals must be a DataFrame"),
        (lambda: gm.gintervals_as_chain(frame), "no column strand"),
        (lambda: gm.gintervals_as_chain(table, "x"), "src_overlap_policy must be one of"),
        (lambda: track("new", "", source, 3), "chain must be a file path"),
        (lambda: track("new", "", str(tmp_path / "old.track"), chain), "genomedb import misha"),
        (lambda: track("new", "", str(tmp_path / "none"), chain), "no such file"),
        (lambda: track("2new", "", source, chain), "is no name of a track"),
        (lambda: track("new", "", source, chain, multi_target_agg="nth"), "Unsupported aggregatio"),
    ]:  # fmt: skip
        with pytest.raises((ValueError, FileNotFoundError), match=problem):
            call()
    assert not gm.gtrack_exists("new")


def test_a_table_with_another_policy_than_known_is_refused(chain):
    table = gm.gintervals_load_chain(chain)
    table.attrs["tgt_overlap_policy"] = "x"
    with pytest.raises(UsageError, match="tgt_overlap_policy must be one of"):
        gm.gintervals_liftover(frame_of(("chrA", 60, 70)), table)
