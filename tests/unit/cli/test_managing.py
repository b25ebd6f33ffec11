"""list, info, attr, mv, cp, rm and validate."""

import json
import os
import signal
import subprocess
import sys

from toy import db_of


def test_list_is_sorted_and_searched(tracks, genomedb):
    assert genomedb("list") == (0, "lab/d\ns\nseq\n", "")
    assert genomedb("list", "^s") == (0, "s\nseq\n", "")
    assert genomedb("list", "nothing") == (0, "", "")
    assert json.loads(genomedb("list", "--json")[1])[0] == {"track": "lab/d"}
    assert genomedb("list", "--paths", "lab")[1] == f"{tracks / 'dbs/toy/lab/d.h5'}\n"
    code, _, err = genomedb("list", "[")
    assert (code, "is not a regular expression" in err) == (1, True)


def test_info_shows_tracks_and_the_database(tracks, genomedb):
    code, out, err = genomedb("info", "lab/d", "seq", "--json")
    assert (code, err) == (0, "")
    dense, seq = json.loads(out)
    assert (dense["type"], dense["bin_size"], dense["missing"]) == ("dense", 10, "nan")
    assert dense["attributes"]["lab"] == "ours"
    assert seq["type"] == "sequence"
    lines = genomedb("info", "lab.d")[1].splitlines()
    assert "bin_size\t10" in lines
    assert "name\tlab/d" in lines
    (database,) = json.loads(genomedb("info", "--json")[1])
    assert database["n_tracks"] == 3
    assert database["n_bp"] == 1705
    assert genomedb("info", "nothing")[0] == 1


def test_attr_shows_sets_and_removes(tracks, genomedb):
    assert "lab\tours" in genomedb("attr", "lab/d")[1].splitlines()
    words = ["attr", "lab/d", "--set", "cell=WI38", "--set", "x=a=b", "--remove", "lab"]
    assert genomedb(*words) == (0, "", "")
    found = json.loads(genomedb("attr", "lab/d", "--json")[1])
    assert (found["cell"], found["x"], "lab" in found) == ("WI38", "a=b", False)
    assert db_of(tracks)["lab/d"].read("chr1", 0, 10) == [1.5]
    for change, said in [
        (["--set", "created.by=me"], "attribute 'created.by' is read-only"),
        (["--set", "bin_size=3"], "describes the file and cannot be set"),
        (["--set", "nonsense"], "attribute 'nonsense' is not NAME=VALUE"),
        (["--set", "a b=c"], "attribute name 'a b' is not legal"),
    ]:
        code, _, err = genomedb("attr", "lab/d", *change)
        assert (code, said in err) == (1, True), err


def test_mv_cp_and_rm_manage_tracks(tracks, genomedb):
    assert genomedb("mv", "lab/d", "other.place/d") == (0, "", "")
    assert genomedb("list")[1] == "other/place/d\ns\nseq\n"
    assert not (tracks / "dbs/toy/lab").exists()
    assert genomedb("cp", "s", "s2") == (0, "", "")
    assert genomedb("cp", "s", "s2", "--skip-existing") == (0, "", "")
    code, _, err = genomedb("cp", "s", "s2")
    assert (code, "there already" in err) == (1, True)
    assert genomedb("cp", "other/place/d", "s2", "--overwrite") == (0, "", "")
    assert db_of(tracks)["s2"].track_type == "dense"
    assert genomedb("mv", "s", "s2")[0] == 1
    code, _, err = genomedb("rm", "s", "nothing")
    assert (code, "track 'nothing' does not exist" in err) == (1, True)
    assert genomedb("list", "^s$")[1] == "s\n"
    assert genomedb("rm", "s", "/s", "s.h5", "nothing", "--force") == (0, "", "")
    assert genomedb("rm", "other.place.d", "seq", "s2") == (0, "", "")
    assert os.listdir(tracks / "dbs/toy") == ["chromosome.h5"]


def test_validate_finds_damage(tracks, genomedb):
    code, out, err = genomedb("validate")
    assert (code, out, err) == (0, "", "4 files checked, 0 findings\n")
    assert genomedb("validate", "s", "-q", "--json") == (0, "[]\n", "")
    path = tracks / "dbs/toy/s.h5"
    data = bytearray(path.read_bytes())
    at = data.index(b"chr1/value") if b"chr1/value" in data else len(data) // 2
    data[at : at + 64] = bytes(64)
    path.write_bytes(data)
    code, out, err = genomedb("validate", "s", "--json")
    assert code == 1
    findings = json.loads(out)
    assert findings
    assert set(findings[0]) == {"rule", "file", "place", "problem"}
    (tracks / "copy.h5").write_bytes(b"not a track")
    code, out, _ = genomedb("validate", "copy.h5", "-q")
    assert (code, "copy.h5" in out) == (1, True)
    assert genomedb("validate", "nothing")[0] == 1


KILLED = """
import os, signal, sys
from genomedb import GenomeDB
from genomedb.tracks.create import new_dense
with new_dense(GenomeDB(sys.argv[1]).place("lab/killed"), bin_size=10):
    os.kill(os.getpid(), signal.SIGKILL)
"""


def test_validate_removes_what_killed_writers_left(tracks, genomedb):
    folder = tracks / "dbs" / "toy"
    before = sorted(folder.rglob("*"))
    done = subprocess.run([sys.executable, "-c", KILLED, str(folder)], timeout=60, check=False)
    assert done.returncode == -signal.SIGKILL
    left = sorted(set(folder.rglob("*")) - set(before))
    assert left
    assert genomedb("list") == (0, "lab/d\ns\nseq\n", "")
    code, _, err = genomedb("validate", "--clean")
    assert code == 0
    assert "removed " in err
    assert sorted(folder.rglob("*")) == before
