"""A database of PyTables files opens as it is, and nothing writes into it.

The files of tests/data/legacy are made by tests/peers/legacy_files.py.
"""

import json
import pickle
import shutil
from dataclasses import asdict
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import genomedb
import genomedb.misha as pm
from genomedb.db.legacy import LegacyGenomeDB
from genomedb.errors import ChromError, FormatError, TrackNotFoundError, UsageError

HERE = Path(__file__).parents[2] / "data/legacy"
EXPECTED = json.loads((HERE / "expected.json").read_text())
TRACKS = sorted(EXPECTED["tracks"])


@pytest.fixture(scope="module")
def db():
    return genomedb.GenomeDB(HERE, "toy1")


@pytest.fixture
def copied(tmp_path):
    """A copy that may be damaged."""
    shutil.copytree(HERE / "toy1", tmp_path / "toy1")
    return tmp_path


def _or_nan(values):
    return np.array(values, float)


def test_the_chromosome_table_is_what_the_file_says(db):
    assert isinstance(db, LegacyGenomeDB)
    assert [asdict(c) for c in db.get_all_chromosomes()] == EXPECTED["chromosomes"]
    assert db.chroms.names[:3] == ("chr1", "chr2", "chrX")
    assert db.assembly == "toy1"


def test_default_chromosomes_leave_y_out_though_the_table_never_says_y(db):
    assert [str(c) for c in db.get_chromosomes()] == ["chr1", "chr2", "chrX"]
    assert [str(c) for c in db.get_chromosomes(get_x=False, get_y=True)] == ["chr1", "chr2", "chrY"]


@pytest.mark.parametrize("name", TRACKS)
def test_arrays_have_the_values_and_statistics_they_were_written_with(db, name):
    track, expected = db.open_track(name), EXPECTED["tracks"][name]
    assert track.dtype == expected["dtype"]
    for chrom in db.get_all_chromosomes():
        found = expected["chroms"].get(chrom.name)
        assert track.has_chromosome(chrom) == (found is not None)
        if found is None:
            continue
        values = track.get_nparray(chrom)
        assert values.size == found["length"] == chrom.length
        np.testing.assert_array_equal(values[4:24].astype(float), _or_nan(found["values_5_24"]))
        np.testing.assert_array_equal(float(track.get_val(chrom, chrom.length)),
                                      _or_nan(found["last"]))  # fmt: skip
        np.testing.assert_array_equal(
            track.read(chrom.name, 4, 24), track.get_nparray(chrom, 5, 24)
        )
        stats = asdict(db.get_track_stat(track, chrom))
        np.testing.assert_array_equal(
            [stats[k] for k in ("n", "n_nan", "min", "max", "sum")],
            _or_nan([found["stats"][k] for k in ("n", "n_nan", "min", "max", "sum")]),
        )


def test_an_absent_chromosome_is_nan_of_its_length(db):
    for chrom in ("chrM", db.get_chromosome("chrM")):
        values = db["signed"].get_nparray(chrom)
        assert values.dtype == np.float32
        assert np.isnan(values).all()
        assert values.size == 33
        assert np.isnan(db["signed"].get_val(chrom, 1))
        assert db["signed"].get_array(chrom) is None


def test_extremes_that_pytables_pickled_are_missing(db):
    stats = db.get_track_stat("cons", "chrM")
    assert (stats.n, stats.n_nan, stats.sum) == (33, 33, 0)
    assert np.isnan([stats.min, stats.max, stats.mean()]).all()


def test_bytes_of_letters_are_a_sequence(db):
    for chrom, text in EXPECTED["seq"].items():
        assert db["seq"].get_seq_str(chrom, 1, len(text)) == text
    assert db["seq"].track_type == "sequence"
    assert db["dnase/mids"].track_type == "dense"
    some = pd.DataFrame({"chrom": ["chr1"], "start": [0], "end": [9]})
    assert genomedb.extract_sequence(db, some) == [EXPECTED["seq"]["chr1"][:9]]


def test_tables_are_features(db):
    track = db["genes"]
    for chrom, rows in EXPECTED["genes"].items():
        found = track.get_nparray(chrom)
        assert [{k: row[k].item() for k in found.dtype.names} for row in found] == rows
        frame = track.to_frame(chrom)
        ordered = sorted(rows, key=lambda row: (row["start"], row["end"]))
        assert frame["start"].tolist() == [row["start"] - 1 for row in ordered]
        assert frame["name"].tolist() == [row["name"] for row in ordered]
        assert frame["score"].tolist() == [row["score"] for row in ordered]
    assert not track.has_chrom("chrM")


def test_features_are_found_by_region(db):
    rows = EXPECTED["genes"]["chr1"]
    first = min(rows, key=lambda row: row["start"])
    found = db["genes"].read("chr1", first["start"] - 1, first["start"])
    assert found.columns["name"].tolist() == [first["name"]]
    many = db["genes"].read_many([("chr1", 0, 5000), ("chr2", 0, 1)] * 10)
    assert np.diff(many.offsets).tolist() == [6, 0] * 10


def test_a_liftover_table_has_three_numbers_a_base(db):
    track = db["liftover_toy1_to_toy2_tab"]
    for position, row in EXPECTED["liftover"].items():
        assert track.get_val("chr1", int(position)).tolist() == row
    assert track.get_array("chr1").shape == (5000, 3)
    assert not track.has_chrom("chr2")


def test_expressions_go_over_these_tracks(db):
    found = genomedb.extract(db, ["cons", "`dnase/counts` * 2"], "chr1:0-100", iterator=20)
    values = db["cons"].get_nparray("chr1", 1, 20).astype(float)
    assert found["cons"][0] == pytest.approx(np.nanmean(values))
    assert db["dnase/counts"].summary("chr2").sum[0] == EXPECTED["tracks"]["dnase/counts"][
        "chroms"]["chr2"]["stats"]["sum"]  # fmt: skip


def test_the_listing_opens_the_files_without_writing_any(copied):
    db = genomedb.GenomeDB(copied)
    kinds = {entry.name: entry.type for entry in db.entries()}
    assert kinds["genes"] == "features"
    assert kinds["seq"] == "sequence"
    assert kinds["liftover_toy1_to_toy2_tab"] == "liftover"
    assert db.list_tracks("^dnase") == ["dnase/counts", "dnase/mids"]
    assert db.has_track("/dnase/counts.h5")
    assert db.has_track("dnase.counts")
    assert not [path for path in copied.rglob(".*")]


def test_databases_and_tracks_are_picklable(db):
    again = pickle.loads(pickle.dumps(db))
    assert isinstance(again, LegacyGenomeDB)
    track = pickle.loads(pickle.dumps(db["dnase/mids"]))
    assert track.get_val("chr1", 11) == 255


def test_a_file_is_opened_by_its_path_when_its_database_is_above_it(tmp_path):
    assert genomedb.open_track(HERE / "toy1/dnase/mids.h5").get_val("chr1", 11) == 255
    shutil.copy(HERE / "toy1/cons.h5", tmp_path)
    with pytest.raises(FormatError, match=r"cons\.h5: written by PyTables, and no folder above"):
        genomedb.open_track(tmp_path / "cons.h5")


def test_a_kind_of_database_is_one_of_such_files_too(db):
    class Own(genomedb.GenomeDB):
        def __init__(self, path, *, more):
            super().__init__(path)
            self.more = more

    own = Own(HERE / "toy1", more=5)
    assert isinstance(own, LegacyGenomeDB)
    assert own.more == 5
    assert own.list_tracks() == db.list_tracks()
    pm.gdb_init(str(HERE / "toy1"))
    try:
        assert "dnase.mids" in pm.gtrack_ls()
        found = pm.gextract("cons", pm.gintervals("chr1", 0, 40), iterator=20)
    finally:
        pm.gdb_unload()
    expected = genomedb.extract(db, "cons", "chr1:0-40", iterator=20)
    np.testing.assert_array_equal(found["cons"], expected["cons"])


@pytest.mark.parametrize(
    "write",
    [
        lambda db: db.create_track("new"),
        lambda db: db.create_dense("new", {}, bin_size=1),
        lambda db: db.delete_track("seq"),
        lambda db: db.move_track("seq", "letters"),
        lambda db: db.copy_track("seq", "letters"),
        lambda db: db.set_attributes("seq", {"lab": "ours"}),
        lambda db: db.set_track_stat("cons"),
        lambda db: db.set_readonly_attributes(["lab"]),
        lambda db: db.set_variable("seq", "x", 1),
        lambda db: genomedb.create_track(db, "new", "cons * 2", iterator=10),
    ],
)
def test_whatever_writes_is_refused_and_the_way_out_is_named(db, write):
    with pytest.raises(UsageError, match=r"is only read\. Make one of ours: genomedb convert"):
        write(db)


def test_a_track_that_is_not_there_is_named_with_its_neighbours(db):
    with pytest.raises(TrackNotFoundError, match=r"'dnase/count' does not exist.*dnase/counts"):
        db.open_track("dnase/count")
    with pytest.raises(UsageError, match="not legal"):
        db.open_track("../toy1/seq")


def test_a_sound_database_validates(db):
    assert [found for _, found in db.validate() if found] == []


def test_truncated_files_are_named(copied):
    for name in ("cons", "genes", "seq"):
        path = copied / f"toy1/{name}.h5"
        path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
        with pytest.raises(FormatError, match=f"{name}.h5"):
            genomedb.GenomeDB(copied).open_track(name).get_nparray("chr1")
    assert genomedb.GenomeDB(copied).list_tracks(type="damaged") == ["cons", "genes", "seq"]


def test_flipped_bytes_give_an_error_of_ours_or_other_values_but_nothing_else(copied):
    rng = np.random.default_rng(3)
    for name in ("genes", "map", "liftover_toy1_to_toy2_tab"):
        path = copied / f"toy1/{name}.h5"
        whole = path.read_bytes()
        for _ in range(25):
            data = bytearray(whole)
            for at in rng.integers(0, len(data), 8).tolist():
                data[at] = int(rng.integers(0, 256))
            path.write_bytes(data)
            try:
                genomedb.GenomeDB(copied).open_track(name).get_nparray("chr1")
            except (FormatError, ChromError) as error:
                assert name in str(error)


def test_a_database_of_ours_is_no_legacy_one(tmp_path):
    genomedb.create_database(tmp_path, "toy", {"chr1": 100})
    assert type(genomedb.GenomeDB(tmp_path)) is genomedb.GenomeDB


def test_files_of_the_older_library_open_with_mode_r_only(db):
    assert db.open_track("seq", mode="r").get_seq_str("chr1", 1, 1)
    with pytest.raises(UsageError, match=r"seq: .*a published track is never edited"):
        db.open_track("seq", mode="r+")


@pytest.mark.parametrize("call", ["set_track_stats", "set_seq_track_stats"])
def test_statistics_are_not_stored_in_files_of_the_older_library(db, call):
    name = "seq" if "seq" in call else "cons"
    with pytest.raises(UsageError, match="the database was written by the library `genome`"):
        getattr(genomedb, call)(db, name)
