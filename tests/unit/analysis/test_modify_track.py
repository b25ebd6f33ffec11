"""modify_track: bins that change, those that stay, and what happens when it fails."""

import numpy as np
import pandas as pd
import pytest

from genomedb.analysis import modify_track as module
from genomedb.analysis.modify_track import modify_track
from genomedb.db.create import create_database
from genomedb.errors import ExpressionError, TrackNotFoundError, UsageError, WriteError
from genomedb.storage.edit import replace_attributes
from genomedb.tracks.create import Storage
from genomedb.tracks.rewrite import has_pyramid, repack, storage_of_track
from genomedb.virtual.definition import VirtualTrack

NAN = float("nan")
SIZES = {"chr1": 100, "chr2": 50, "chrX": 25}


@pytest.fixture
def small(tmp_path):
    db = create_database(tmp_path / "root", "toy", SIZES)
    signal = np.array([1, 2, 4, 8, 16, NAN, 64, 128, NAN, NAN], np.float32)
    db.create_dense("d", {"chr1": signal, "chr2": np.arange(5, dtype=np.float32)}, bin_size=10)
    db.create_dense("one", {c: np.arange(n, dtype=np.float32) for c, n in SIZES.items()},
                    bin_size=1)  # fmt: skip
    db.create_sparse("s", {"chr1": ([0], [15], [1.0])})
    return db


def frame(*rows):
    return pd.DataFrame(rows, columns=["chrom", "start", "end"])


def test_bins_that_are_touched_are_rewritten(small):
    modify_track(small, "d", "d*0-1", frame(("chr1", 15, 35)))
    assert small["d"].read("chr1")[:5].tolist() == [1, -1, -1, -1, 16]
    assert small["d"].read("chr2").tolist() == [0, 1, 2, 3, 4]


def test_the_whole_genome_changes_every_chromosome(small):
    modify_track(small, "d", "d*2+1")
    assert small["d"].read("chr1")[:5].tolist() == [3, 5, 9, 17, 33]
    assert small["d"].read("chr2").tolist() == [1, 3, 5, 7, 9]
    modify_track(small, "d", "START")
    assert small["d"].read("chrX").tolist() == [0, 10, 20]


def test_chromosomes_without_data_can_be_written(small):
    modify_track(small, "d", "7", frame(("chrX", 12, 13)))
    np.testing.assert_array_equal(small["d"].read("chrX"), [NAN, 7, NAN])


def test_the_expression_sees_the_old_values(small):
    virtual = {"before": VirtualTrack("d", "avg", sshift=-10, eshift=-10)}
    modify_track(small, "d", "before", frame(("chr2", 10, 50)), virtual=virtual)
    assert small["d"].read("chr2").tolist() == [0, 0, 1, 2, 3]


def test_a_bin_that_rows_have_a_part_of_gets_the_value_of_that_part(small):
    virtual = {"v": VirtualTrack("one", "sum")}
    scope = frame(("chr1", 41, 43), ("chr1", 15, 32), ("chr1", 20, 25), ("chr1", 45, 47))
    modify_track(small, "d", "v", scope, virtual=virtual)
    parts = [range(15, 20), range(20, 30), range(30, 32), range(41, 47)]
    assert small["d"].read("chr1")[1:5].tolist() == [sum(part) for part in parts]


def test_overlapping_rows_change_a_bin_once(small):
    modify_track(small, "d", "d+1", frame(("chr1", 0, 30), ("chr1", 5, 20), ("chr1", 5, 20)))
    assert small["d"].read("chr1")[:4].tolist() == [2, 3, 5, 8]


def test_no_rows_change_nothing(small):
    modify_track(small, "d", "d+1", frame())
    assert small["d"].read("chr1")[:3].tolist() == [1, 2, 4]


def test_infinite_values_are_missing(small):
    modify_track(small, "d", "1/d")
    np.testing.assert_array_equal(small["d"].read("chr2")[:2], [NAN, 1])


def test_what_else_the_file_holds_stays(small):
    small.set_attributes("d", {"description": "mine"})
    small.set_variable("d", "notes", [1, 2])
    date = small["d"].attrs["created.date"]
    modify_track(small, "d", "d*2", created_by="gtrack.modify(d, d*2, intervs)")
    modify_track(small, "d", "d*2")
    attrs = small["d"].attrs
    assert (attrs["description"], attrs["created.date"]) == ("mine", date)
    assert attrs["created.by"].splitlines()[-2:] == [
        "gtrack.modify(d, d*2, intervs)", "modify_track('d', 'd*2', scope)"
    ]  # fmt: skip
    assert small.get_variable("d", "notes") == [1, 2]


@pytest.mark.parametrize("layout", ["per-chromosome", "indexed"])
def test_layout_codec_and_pyramid_stay(small, layout):
    repack(small["d"], layout=layout, storage=Storage(compression=None))
    modify_track(small, "d", "d*2", frame(("chr2", 0, 10), ("chr1", 0, 10)))
    track = small["d"]
    assert (track.layout, storage_of_track(track).compression) == (layout, None)
    assert track.read("chr1")[:2].tolist() == [2, 2]
    assert not has_pyramid(track)


def test_long_chromosomes_keep_their_pyramid(tmp_path, monkeypatch):
    monkeypatch.setattr(module, "_BLOCK_BINS", 1000)
    db = create_database(tmp_path / "root", "toy", {"chr1": 300_000, "chr2": 2000})
    values = np.random.default_rng(1).normal(size=300_000).astype(np.float32)
    db.create_dense("d", {"chr1": values}, bin_size=1)
    had = has_pyramid(db["d"])
    places = np.random.default_rng(2).choice(299_000, 50, replace=False)
    scope = pd.DataFrame({"chrom": "chr1", "start": places, "end": places + 700})
    modify_track(db, "d", "d*0+5", scope, executor=2)
    for place in places:
        values[place : place + 700] = 5
    np.testing.assert_array_equal(db["d"].read("chr1"), values)
    assert had
    assert has_pyramid(db["d"])
    np.testing.assert_allclose(db["d"].summary("chr1").sum, values.astype(float).sum())


def test_whole_numbers_stay_whole_numbers(small):
    counts = {c: np.arange(-(-n // 10)) for c, n in SIZES.items()}
    small.create_dense("counts", counts, bin_size=10, dtype="int16", missing=-1)
    modify_track(small, "counts", "counts*2", frame(("chr1", 20, 40)))
    modify_track(small, "counts", "0/0", frame(("chr1", 0, 10)))
    assert small["counts"].dtype == np.int16
    assert small["counts"].read("chr1")[:5].tolist() == [-1, 1, 4, 6, 4]
    with pytest.raises(UsageError, match=r"value 0.5 at chr1:10 does not fit int16"):
        modify_track(small, "counts", "counts / 2", frame(("chr1", 10, 20)))
    assert small["counts"].read("chr1")[1] == 1


def test_a_failure_leaves_the_old_values(small, monkeypatch):
    def fails(*_):
        raise RuntimeError("broken")

    monkeypatch.setattr(module, "take_over", fails)
    with pytest.raises(RuntimeError, match="broken"):
        modify_track(small, "d", "d*2")
    assert small["d"].read("chr2").tolist() == [0, 1, 2, 3, 4]
    assert not [p.name for p in small.path.iterdir() if ".part-" in p.name]


def test_a_change_by_somebody_else_is_not_lost(small, monkeypatch):
    intact = module.require_intact

    def meanwhile(path):
        intact(path)
        replace_attributes(path, {"more": "text"})

    monkeypatch.setattr(module, "require_intact", meanwhile)
    with pytest.raises(WriteError, match="changed by somebody else"):
        modify_track(small, "d", "d*2")
    assert small["d"].attrs["more"] == "text"


@pytest.mark.parametrize(
    ("name", "expression", "error", "message"),
    [
        ("nothing", "1", TrackNotFoundError, "'nothing' does not exist"),
        ("s", "s", UsageError, "track 's' is sparse.*Only dense"),
        ("d", "d + e", ExpressionError, "'e' is not a track"),
        ("d", None, ValueError, "None"),
    ],
)
def test_bad_input_is_refused(small, name, expression, error, message):
    with pytest.raises(error, match=message):
        modify_track(small, name, expression)


def test_tracks_of_datasets_are_only_read(small, tmp_path):
    other = create_database(tmp_path / "other", "toy", SIZES)
    other.add_dataset(small.path)
    with pytest.raises(UsageError, match="of a dataset, which is only read"):
        modify_track(other, "d", "d*2")


def test_a_long_history_keeps_its_first_and_last_lines(small, monkeypatch):
    monkeypatch.setattr(module, "_MOST_HISTORY", 100)
    for i in range(6):
        modify_track(small, "d", "d", created_by=f"change {i} " + "x" * 30)
    lines = small["d"].attrs["created.by"].splitlines()
    assert [line[:8] for line in lines] == ["change 0", "change 5"]
