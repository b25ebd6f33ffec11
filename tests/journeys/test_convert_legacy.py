"""A database of PyTables files becomes ours: whole, resumed, reported."""

import json
import shutil
from pathlib import Path

import numpy as np
import pytest

import genomedb
from genomedb.cli.main import run
from genomedb.errors import ChromError, TrackExistsError, TrackNotFoundError, UsageError
from genomedb.importers.legacy_database import convert_legacy
from genomedb.tracks.diff import diff_tracks

SOURCE = Path(__file__).parents[1] / "data/legacy/toy1"
EXPECTED = json.loads((SOURCE.parent / "expected.json").read_text())


@pytest.fixture(scope="module")
def converted(tmp_path_factory):
    target = tmp_path_factory.mktemp("new") / "toy1"
    report = convert_legacy(SOURCE, target)
    assert report.summary() == "8 converted, 0 skipped, 0 failed"
    return genomedb.GenomeDB(target)


def test_all_of_it_is_sound_and_ours(converted):
    assert type(converted) is genomedb.GenomeDB
    assert [found for _, found in converted.validate() if found] == []
    assert converted.list_tracks() == genomedb.GenomeDB(SOURCE).list_tracks()
    assert {c.name for c in converted.get_all_chromosomes() if c.is_x or c.is_y} == {"chrX", "chrY"}


@pytest.mark.parametrize("name", sorted(EXPECTED["tracks"]))
def test_values_are_kept_and_absent_chromosomes_are_missing(converted, name):
    old = genomedb.GenomeDB(SOURCE)[name]
    new = converted[name]
    assert new.dtype == old.dtype
    for chrom in converted.chroms.names:
        np.testing.assert_array_equal(new.get_nparray(chrom), old.get_nparray(chrom))


def test_letters_features_and_liftover_tables_are_kept(converted):
    old = genomedb.GenomeDB(SOURCE)
    for chrom in converted.chroms.names:
        assert converted["seq"].get_seq_str(chrom) == old["seq"].get_seq_str(chrom)
        assert converted["genes"].to_frame(chrom).equals(old["genes"].to_frame(chrom))
    assert converted["seq"].track_type == "sequence"
    lifted = converted["liftover_toy1_to_toy2_tab"].to_frame("chr1")
    assert lifted.to_numpy()[:, 1:].tolist() == [[100, 200, 1, 500, 1], [300, 350, 0, 850, -1]]


def test_a_track_says_what_it_was_made_from(converted):
    info = converted["cons"].info()
    assert info["sources"][0]["name"] == "cons.h5"
    assert len(info["sources"][0]["sha256"]) == 64
    assert info["attributes"]["created.by"] == 'convert_legacy("cons")'


def test_the_command_goes_on_where_it_stopped_and_says_what_failed(tmp_path, capsys):
    source, target = tmp_path / "old", tmp_path / "new"
    shutil.copytree(SOURCE, source)
    (source / "map.h5").write_bytes(b"damaged")
    words = ["convert", "--legacy", str(source), str(target)]
    assert run([*words, "--only", "seq", "--only", "map"]) == 1
    out, err = capsys.readouterr()
    assert out.splitlines()[0] == "seq\tsequence\tconverted\t"
    assert "map.h5" in err
    assert "1 converted, 0 skipped, 1 failed" in err
    shutil.copy(SOURCE / "map.h5", source)
    assert run([*words, "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert (found["converted"], found["skipped"]) == (7, 1)
    assert not list(target.rglob("*.part*"))
    assert run(["convert", "seq", "x", "--only", "a"]) == 1
    assert "--only: these options go with --legacy" in capsys.readouterr().err


def test_processes_give_the_same_tracks(tmp_path, converted):
    convert_legacy(SOURCE, tmp_path / "toy1", executor=2)
    other = genomedb.GenomeDB(tmp_path / "toy1")
    for name in other.list_tracks():
        assert diff_tracks(converted[name], other[name]).is_same


def test_destinations_that_cannot_be_are_refused_before_any_work(tmp_path):
    with pytest.raises(UsageError, match="the destination is in the source"):
        convert_legacy(SOURCE, SOURCE / "new")
    with pytest.raises(TrackNotFoundError, match="'nothing' does not exist"):
        convert_legacy(SOURCE, tmp_path / "new", tracks=["nothing"])
    genomedb.create_database(tmp_path, "other", {"chr1": 10})
    with pytest.raises(ChromError, match="has other chromosomes"):
        convert_legacy(SOURCE, tmp_path / "other")
    with pytest.raises(TrackExistsError, match="a database is there already"):
        convert_legacy(SOURCE, tmp_path / "other", resume=False)
    with pytest.raises(UsageError, match="is a database of genomedb already"):
        convert_legacy(tmp_path / "other", tmp_path / "new")
