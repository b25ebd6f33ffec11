"""genomedb list and info: what is asked by attribute, and what they show."""

import json

import pytest
from toy import db_of

from genomedb import create_database


def test_list_asks_for_attributes_and_types(tracks, genomedb):
    db = db_of(tracks)
    db.set_attributes("s", {"lab": "theirs"})
    assert genomedb("list", "--where", "lab=ours") == (0, "lab/d\n", "")
    assert genomedb("list", "--where", "lab=^(ours|theirs)$")[1] == "lab/d\ns\n"
    assert genomedb("list", "--where", "lab=o", "--where", "lab=u")[1] == "lab/d\n"
    assert genomedb("list", "--without", "lab")[1] == "seq\n"
    assert genomedb("list", "--type", "sparse", "--where", "lab=")[1] == "s\n"
    assert genomedb("list", "^l", "--type", "sparse") == (0, "", "")
    assert json.loads(genomedb("list", "--where", "lab=ours", "--json")[1]) == [{"track": "lab/d"}]
    path = str(db.track_path("lab/d"))
    assert genomedb("list", "--where", "lab=ours", "--paths")[1] == f"{path}\n"


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["--where", "lab"], 1, "'lab' is not NAME=VALUE"),
        (["--where", "lab=("], 1, "attrs['lab'] '(' is not a regular expression"),
        (["--type", "wiggle"], 1, "type 'wiggle' is not a track type"),
        (["--dataset", "nowhere"], 1, "there is no such database directory"),
        (["--long", "--paths"], 2, "not allowed with argument"),
    ],
)
def test_list_refuses_what_is_no_question(tracks, genomedb, words, code, said):
    found, out, err = genomedb("list", *words)
    assert (found, out) == (code, "")
    assert said in err


def test_long_lists_are_tables(tracks, genomedb):
    db = db_of(tracks)
    db.set_attributes("s", {"description": "two\nlines\tand a tab"})
    (db.path / "bad.h5").touch()
    code, out, err = genomedb("list", "--long")
    assert (code, err) == (0, "")
    rows = [line.split("\t") for line in out.splitlines()]
    assert rows[0] == ["track", "type", "dtype", "bin_size", "size_in_bytes", "description"]
    size = {name: str(db.track_path(name).stat().st_size) for name in db.list_tracks()}
    assert rows[1:] == [
        ["bad", "damaged", "", "", "0", "empty"],
        ["lab/d", "dense", "float32", "10", size["lab/d"], ""],
        ["s", "sparse", "float32", "", size["s"], "two lines and a tab"],
        ["seq", "sequence", "uint8", "1", size["seq"], ""],
    ]
    found = json.loads(genomedb("list", "-l", "--json", "^s$")[1])
    assert found[0]["bin_size"] is None
    assert found[0]["description"] == "two\nlines\tand a tab"


def test_datasets_are_listed_with_their_root(tracks, genomedb):
    sizes = {"chr1": 1000, "chr2": 500, "chrX": 205}
    other = create_database(tracks / "others", "toy", sizes)
    db_of(tracks).move_track("s", "moved")
    db_of(tracks).track_path("moved").rename(other.path / "theirs.h5")
    assert genomedb("list", "--dataset", "others")[1] == "lab/d\nseq\ntheirs\n"
    code, out, _ = genomedb("list", "--dataset", tracks / "others", "-l")
    assert code == 0
    assert [line.split("\t")[-1] for line in out.splitlines()] == [
        "root", str(db_of(tracks).path), str(db_of(tracks).path), str(other.path)
    ]  # fmt: skip


def test_info_shows_sizes_types_and_variables(tracks, genomedb):
    db = db_of(tracks)
    db.set_variable("s", "cutoff", 5)
    (found,) = json.loads(genomedb("info", "--json")[1])
    assert found["n_tracks_by_type"] == {"dense": 1, "sequence": 1, "sparse": 1}
    assert found["size_in_bytes"] == sum(db.track_path(n).stat().st_size for n in db.list_tracks())
    (track,) = json.loads(genomedb("info", "s", "--json")[1])
    assert track["variables"] == ["cutoff"]
    assert 'variables\t["cutoff"]' in genomedb("info", "s")[1].splitlines()
    assert "variables" not in json.loads(genomedb("info", "seq", "--json")[1])[0]
