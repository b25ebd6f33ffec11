"""repack, convert and diff on the command line."""

import json

import pytest

from genomedb import GenomeDB


@pytest.fixture
def db(tracks):
    return GenomeDB(tracks / "dbs", "toy")


def test_repack_changes_what_is_asked_for_and_nothing_else(genomedb, tracks, db):
    before = {name: db[name].info()["attributes"] for name in ("lab/d", "s", "seq")}
    words = ["repack", "lab/d", "s", "seq", "--layout", "indexed", "--compression", "none"]
    assert genomedb(*words) == (0, "", "")
    for name, attributes in before.items():
        assert db[name].layout == "indexed"
        assert db[name].info()["attributes"] == attributes
    assert genomedb("repack", "lab/d", "--layout", "per-chromosome", "--level", "3")[0] == 0
    assert genomedb("repack", "s", "--pyramid")[2] == (
        "genomedb repack: s: a sparse track has no summary pyramid. Leave pyramid out\n"
    )
    assert genomedb("repack", "none")[0] == 1


def test_converted_and_repacked_tracks_diff_as_they_should(genomedb, tracks, db):
    assert genomedb("convert", "lab/d", "w", "-b", "20", "--dtype", "float64") == (0, "", "")
    assert db["w"].read("chr1", 0, 40).tolist() == [1.75, 2.0]
    assert "convert lab/d w" in db["w"].info()["command"]
    assert genomedb("convert", "lab/d", "w", "-b", "20", "--skip-existing") == (0, "", "")
    code, _, err = genomedb("convert", "lab/d", "w", "-b", "20")
    assert (code, "there already" in err) == (1, True)
    code, out, _ = genomedb("diff", "lab/d", "w")
    assert (code, "fact\tbin_size\t10\t20\n" in out) == (1, True)
    assert genomedb("cp", "lab/d", "e")[0] == 0
    assert genomedb("repack", "e", "--layout", "indexed")[0] == 0
    assert genomedb("diff", "e", db.track_path("lab/d")) == (0, "", "")
    code, out, _ = genomedb("diff", "e", "lab/d", "--json")
    assert (code, json.loads(out)["same"]) == (0, True)
    (tracks / "y.bedgraph").write_text("chr1\t0\t10\t1.5\nchr1\t10\t30\t4\n")
    assert genomedb("import", "y", "y.bedgraph", "-b", "10", "-q")[0] == 0
    code, out, _ = genomedb("diff", "lab/d", "y")
    assert code == 1
    assert "data\tchr1\t2 differ, the first at 10\tby up to 2\n" in out
    assert "data\tchr2\t1 differ, the first at 490\n" in out.replace("\t\n", "\n")
