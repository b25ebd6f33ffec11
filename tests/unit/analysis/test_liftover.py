"""liftover_intervals and liftover_track: places, values, reports and bad input."""

import math

import numpy as np
import pandas as pd
import pytest

from genomedb.analysis import liftover_track as module
from genomedb.analysis.lift_values import Aggregate
from genomedb.analysis.liftover_intervals import liftover_intervals
from genomedb.analysis.liftover_track import liftover_track
from genomedb.analysis.load_chains import load_chains
from genomedb.db.create import create_database
from genomedb.errors import ChromError, TrackExistsError, UsageError

SOURCE = {"chrA": 205, "chrB": 100}
TARGET = {"chr2": 150, "chr1": 305}
NAN = math.nan


def chain_of(folder, *chains):
    """A file of chains of one block: (chrA, start, end, chr1, start, strand, id)."""
    lines = []
    for source, a, b, target, at, strand, chain in chains:
        size, length = TARGET[target], b - a
        begin = at if strand == "+" else size - at - length
        lines.append(
            f"chain {chain * 10} {source} {SOURCE[source]} + {a} {b} "
            f"{target} {size} {strand} {begin} {begin + length} {chain}\n{length}\n"
        )
    path = folder / "x.chain"
    path.write_text("\n".join(lines))
    return path


@pytest.fixture
def target(tmp_path):
    return create_database(tmp_path / "target", "new", TARGET)


@pytest.fixture
def source(tmp_path):
    db = create_database(tmp_path / "source", "old", SOURCE)
    a, b = np.arange(1.0, 22), np.arange(22.0, 32)
    a[5] = NAN
    db.create_dense("d", {"chrA": a, "chrB": b}, bin_size=10)
    starts, ends = np.array([0, 20, 33]), np.array([13, 30, 60])
    db.create_sparse("s", {
        "chrA": (starts, ends, np.array([1, 2, NAN])),
        "chrB": (np.array([5]), np.array([95]), np.array([4.0])),
    })  # fmt: skip
    return db


@pytest.fixture
def load(tmp_path, target):
    def loaded(*chains, **options):
        options = {"source_overlap": "keep", "target_overlap": "keep", **options}
        return load_chains(chain_of(tmp_path, *chains), target.chroms, **options)

    return loaded


def frame_of(*rows):
    return pd.DataFrame(rows, columns=["chrom", "start", "end"])


def rows_of(frame):
    return list(zip(frame["chrom"], frame["start"], frame["end"], frame["intervalID"], strict=True))


# ---- intervals


def test_parts_inside_a_block_have_a_place(load):
    chains = load(("chrA", 50, 150, "chr1", 0, "+", 1))
    found = liftover_intervals(
        frame_of(("chrA", 60, 70), ("chrA", 10, 60), ("chrA", 140, 160), ("chrQ", 0, 9)), chains
    )
    assert rows_of(found) == [("chr1", 0, 10, 1), ("chr1", 10, 20, 0), ("chr1", 90, 100, 2)]
    assert list(found.columns) == ["chrom", "start", "end", "intervalID", "chain_id"]
    assert found["chrom"].cat.categories.tolist() == ["chr2", "chr1"]
    report = found.attrs["report"]
    assert (report.intervals, report.lifted, report.unmapped) == (4, 3, 1)
    assert (report.bases, report.lifted_bases, report.unmapped_bases) == (89, 30, 59)
    assert str(report) == "3 of 4 intervals and 30 of 89 bases have a place"


def test_a_reverse_block_turns_places_and_strands(load):
    chains = load(("chrA", 50, 150, "chr1", 0, "-", 1))
    frame = frame_of(("chrA", 60, 70), ("A", 140, 160)).assign(strand=[1, -1], name=["a", "b"])
    found = liftover_intervals(frame, chains, score=True, columns=["name"])
    assert rows_of(found) == [("chr1", 0, 10, 1), ("chr1", 80, 90, 0)]
    assert found["strand"].tolist() == [1, -1]
    assert found["name"].tolist() == ["b", "a"]
    assert found["score"].tolist() == [10.0, 10.0]


def test_bases_with_two_places_count_once(load):
    chains = load(("chrA", 0, 50, "chr1", 0, "+", 1), ("chrA", 20, 60, "chr2", 0, "+", 2))
    found = liftover_intervals(frame_of(("chrA", 10, 55), ("chrA", 10, 55)), chains)
    assert rows_of(found) == [
        ("chr2", 0, 35, 0), ("chr2", 0, 35, 1), ("chr1", 10, 50, 0), ("chr1", 10, 50, 1),
    ]  # fmt: skip
    assert found.attrs["report"].lifted_bases == 90


def test_canonic_joins_what_touches_by_one_chain(load, target):
    chains = load(
        ("chrA", 0, 10, "chr1", 0, "+", 1), ("chrA", 20, 30, "chr1", 10, "+", 1),
        ("chrA", 30, 40, "chr1", 25, "+", 1), ("chrA", 40, 50, "chr1", 35, "+", 2),
    )  # fmt: skip
    found = liftover_intervals(frame_of(("chrA", 0, 90), ("chrA", 5, 25)), chains, canonic=True)
    assert rows_of(found) == [
        ("chr1", 0, 20, 0), ("chr1", 5, 15, 1), ("chr1", 25, 35, 0), ("chr1", 35, 45, 0),
    ]  # fmt: skip


@pytest.mark.parametrize(("policy", "chains"), [
    ("best_cluster_union", [3]), ("best_source_cluster", [3]), ("best_cluster_sum", [1, 2]),
    ("best_cluster_max", [3]),
])  # fmt: skip
def test_an_interval_goes_where_its_largest_cluster_leads(load, policy, chains):
    three = load(
        ("chrA", 0, 10, "chr1", 0, "+", 1), ("chrA", 0, 10, "chr1", 110, "+", 2),
        ("chrA", 20, 35, "chr2", 100, "+", 3), target_overlap=policy,
    )  # fmt: skip
    assert liftover_intervals(frame_of(("chrA", 0, 100)), three)["chain_id"].tolist() == chains


def test_bad_intervals_are_named(load):
    chains = load(("chrA", 50, 150, "chr1", 0, "+", 1))
    for row, problem in {
        ("chrA", 9, 3): r"intervals, row 1 \(chrA:9-3\): start is not before end",
        ("chrQ", 9, 3): r"row 1 \(chrQ:9-3\): start is not before end",
        ("chrA", -9, 3): r"row 1 \(chrA:-9-3\): start is negative",
        ("chrA", 0, 206): r"row 1 \(chrA:0-206\): end is beyond the chromosome. chrA is 205 bp",
    }.items():
        with pytest.raises((UsageError, ChromError), match=problem):
            liftover_intervals(frame_of(("chrA", 0, 5), row), chains)
    with pytest.raises(UsageError, match="no column name"):
        liftover_intervals(frame_of(("chrA", 0, 5)), chains, columns=["name"])
    with pytest.raises(UsageError, match="columns: start is a column of the answer"):
        liftover_intervals(frame_of(("chrA", 0, 5)), chains, columns=["start"])


# ---- tracks


def lifted(target, source, chains, **options):
    liftover_track(target, "new", source, chains=chains, overwrite=True, **options)
    return target.open_track("new")


def test_an_aligned_dense_track_keeps_its_bins(target, source, load):
    chains = load(("chrA", 0, 100, "chr1", 0, "+", 1))
    track = lifted(target, source["d"], chains, description="old values")
    expected = [1, 2, 3, 4, 5, NAN, 7, 8, 9, 10, *[NAN] * 21]
    np.testing.assert_array_equal(track.read("chr1"), expected)
    assert np.isnan(track.read("chr2")).all()
    assert (track.bin_size, track.attrs["description"]) == (10, "old values")
    assert track.attrs["created.by"].startswith("liftover_track('new', ")


@pytest.mark.parametrize(("aggregate", "expected"), [
    ("mean", [1, 1.5, 2.5, 3.5, 4.5, 5, 7, 7.5, 8.5, 9.5, 10, NAN]),
    ("median", [1, 1.5, 2.5, 3.5, 4.5, 5, 7, 7.5, 8.5, 9.5, 10, NAN]),
    ("sum", [1, 3, 5, 7, 9, 5, 7, 15, 17, 19, 10, NAN]),
    ("max", [1, 2, 3, 4, 5, 5, 7, 8, 9, 10, 10, NAN]),
    ("min", [1, 1, 2, 3, 4, 5, 7, 7, 8, 9, 10, NAN]),
    ("first", [1, 1, 2, 3, 4, 5, 7, 7, 8, 9, 10, NAN]),
    ("last", [1, 2, 3, 4, 5, 5, 7, 8, 9, 10, 10, NAN]),
    ("count", [1, 2, 2, 2, 2, 1, 1, 2, 2, 2, 1, 0]),
])  # fmt: skip
@pytest.mark.parametrize("window", [1, 3, 1 << 18])
def test_a_bin_gets_all_values_that_come_to_lie_in_it(
    target, source, load, aggregate, expected, window, monkeypatch
):
    monkeypatch.setattr(module, "WINDOW_BINS", window)
    chains = load(("chrA", 0, 100, "chr1", 3, "+", 1))
    track = lifted(target, source["d"].path, chains, aggregate=aggregate)
    np.testing.assert_array_equal(track.read("chr1")[:12], expected)


def test_missing_values_and_low_counts_may_make_a_place_missing(target, source, load):
    chains = load(("chrA", 0, 100, "chr1", 3, "+", 1))
    track = lifted(target, source["d"], chains, skip_missing=False)
    expected = [1, 1.5, 2.5, 3.5, 4.5, NAN, NAN, 7.5, 8.5, 9.5, 10]
    np.testing.assert_array_equal(track.read("chr1")[:11], expected)
    track = lifted(target, source["d"], chains, min_count=2)
    expected = [NAN, 1.5, 2.5, 3.5, 4.5, NAN, NAN, 7.5, 8.5, 9.5, NAN]
    np.testing.assert_array_equal(track.read("chr1")[:11], expected)


def test_a_bin_that_one_chain_brings_in_pieces_counts_once(target, source, load):
    once = load(("chrA", 0, 4, "chr1", 0, "+", 1), ("chrA", 6, 10, "chr1", 6, "+", 1))
    twice = load(("chrA", 0, 4, "chr1", 0, "+", 1), ("chrA", 6, 10, "chr1", 6, "+", 2))
    assert lifted(target, source["d"], once, aggregate="sum").read("chr1")[0] == 1
    assert lifted(target, source["d"], twice, aggregate="sum").read("chr1")[0] == 2


def test_sparse_records_are_cut_where_they_overlap(target, source, load):
    chains = load(("chrA", 0, 100, "chr1", 0, "+", 1), ("chrB", 4, 94, "chr1", 10, "-", 2))
    track = lifted(target, source["s"], chains, aggregate="sum")
    found = track.read("chr1")
    assert found.start.tolist() == [0, 10, 13, 20, 30]
    assert found.end.tolist() == [10, 13, 20, 30, 99]
    assert found.value.tolist() == [1, 5, 4, 6, 4]
    assert lifted(target, source["s"], chains, aggregate="last").read("chr1").value.tolist() == (
        [1, 4, 2, 4]
    )


def test_integers_that_mean_nothing_are_missing(target, tmp_path, load):
    db = create_database(tmp_path / "counts", "old", SOURCE)
    values = {c: np.full(-(-n // 10), 7) for c, n in SOURCE.items()}
    values["chrA"][1] = 255
    db.create_dense("n", values, bin_size=10, dtype="uint8", missing=255)
    chains = load(("chrA", 0, 30, "chr1", 0, "+", 1))
    found = lifted(target, db["n"], chains).read("chr1")[:4]
    np.testing.assert_array_equal(found, [7, NAN, 7, NAN])


def test_the_report_counts_bases_of_the_source(target, source, load):
    chains = load(("chrA", 0, 100, "chr1", 0, "+", 1), ("chrA", 50, 110, "chr2", 0, "+", 2))
    report = liftover_track(target, "new", source["d"], chains=chains)
    assert (report.bases, report.lifted_bases, report.lifted) == (305, 110, 1)


def test_what_cannot_be_lifted_is_refused_and_leaves_the_name_free(target, source, load, tmp_path):
    chains = load(("chrA", 0, 100, "chr1", 0, "+", 1))
    (tmp_path / "old.track").mkdir()
    other = create_database(tmp_path / "other", "other", {"chrA": 204})
    other.create_dense("d", {"chrA": np.zeros(21)}, bin_size=10)
    other.create_array("a", ["x"], {"chrA": (np.array([0]), np.array([9]), np.ones((1, 1)))})
    back = chains.inverse()
    for track, options, problem in [
        (tmp_path / "old.track", {}, "is a folder, not a track file. If it is a track of misha"),
        (tmp_path / "none.h5", {}, "no such file"),
        (3, {}, "int is not a track"),
        (other["a"], {}, "chromosome chrA has length 204, in the chains 205"),
        (other["d"], {}, "chromosome chrA has length 204, in the chains 205"),
        (source["d"], {"aggregate": "nth"}, "Unsupported aggregation: 'nth'. Use mean, median"),
        (source["d"], {"min_count": 1.5}, "min_count is 1.5"),
        (source["d"], {"chains": back}, "chains: they lead to another assembly"),
        (source["d"], {"chains": "x.chain"}, "str is not Chains"),
    ]:  # fmt: skip
        given = {"chains": chains, **options}
        with pytest.raises((UsageError, ChromError, FileNotFoundError), match=problem):
            liftover_track(target, "new", track, **given)
        assert not target.has_track("new")
    liftover_track(target, "new", source["d"], chains=chains)
    with pytest.raises(TrackExistsError, match="'new' already exists"):
        liftover_track(target, "new", source["d"], chains=chains)


def test_groups_without_values_have_none():
    values, group = np.array([1.0, NAN, 4, 2]), np.array([0, 1, 3, 3])
    for function, expected in {
        "mean": [1, NAN, NAN, 3], "median": [1, NAN, NAN, 3], "sum": [1, NAN, NAN, 6],
        "min": [1, NAN, NAN, 2], "max": [1, NAN, NAN, 4], "first": [1, NAN, NAN, 4],
        "last": [1, NAN, NAN, 2], "count": [1, 0, 0, 2],
    }.items():  # fmt: skip
        np.testing.assert_array_equal(Aggregate(function).of(values, group, 4), expected)
