"""import: what it prints, what it makes, what it refuses."""

import os

import numpy as np
import pytest
from toy import db_of


def test_import_makes_tracks_and_says_so(root, genomedb):
    code, out, err = genomedb("import", "lab.d", "x.bedgraph")
    assert (code, out) == (0, "")
    assert err == f"{root / 'dbs' / 'toy' / 'lab' / 'd.h5'}: 3 records\n"
    track = db_of(root)["lab/d"]
    assert (track.bin_size, track.dtype.name, track.track_type) == (20, "float32", "dense")
    np.testing.assert_allclose(track.read("chr1", 0, 40), [1.75, 2.0])
    code, _, err = genomedb("import", "seq", "x.fa")
    assert code == 0
    assert err.endswith("seq.h5: 3 sequences\n")


def test_import_options_reach_the_track(root, genomedb):
    words = [
        "import",
        "x",
        "x.bedgraph",
        "-b",
        "5",
        "-d",
        "float64",
        "--defval",
        "0",
        "--description",
        "a b",
        "--attr",
        "lab=ours",
        "--attr",
        "url=a=b",
        "--level",
        "9",
    ]
    assert genomedb(*words)[0] == 0
    info = db_of(root)["x"].info()
    assert (info["bin_size"], info["dtype"]) == (5, "float64")
    assert info["attributes"]["description"] == "a b"
    assert info["attributes"]["url"] == "a=b"
    assert info["command"] == (
        "genomedb import x x.bedgraph -b 5 -d float64 --defval 0 "
        "--description 'a b' --attr lab=ours --attr url=a=b --level 9"
    )
    assert info["sources"][0]["name"] == "x.bedgraph"
    assert db_of(root)["x"].read("chrX").tolist() == [0.0] * 41
    assert genomedb("import", "m", "x.bedgraph", "--compression", "none")[0] == 0


def test_import_takes_or_keeps_an_existing_name(root, genomedb):
    assert genomedb("import", "x", "x.bedgraph", "-q") == (0, "", "")
    before = db_of(root).track_path("x").read_bytes()
    code, _, err = genomedb("import", "x", "x.bedgraph", "-q")
    assert (code, err) == (
        1,
        f"genomedb import: {root / 'dbs' / 'toy' / 'x.h5'}: there already. "
        "Ask to overwrite it or remove it\n",
    )
    assert genomedb("import", "x", "no such file", "--skip-existing") == (0, "", "")
    assert db_of(root).track_path("x").read_bytes() == before
    assert genomedb("import", "x", "x.bedgraph", "--overwrite", "--sparse", "-q") == (0, "", "")
    assert db_of(root)["x"].track_type == "sparse"


def test_import_says_what_was_left_out_once_each(root, genomedb):
    (root / "y.bg").write_text("chr1 0 5 1\nchrU 0 5 1\nchrU 6 7 1\nchrV 0 1 1\nchr2 0 900 1\n")
    code, _, err = genomedb("import", "y", "y.bg", "--clip")
    assert code == 0
    assert err.splitlines()[:-1] == [
        "genomedb import: chromosome chrU is not in the database: 2 records left out",
        "genomedb import: chromosome chrV is not in the database: 1 records left out",
        "genomedb import: 1 records were cut at the end of their chromosome",
    ]
    assert genomedb("import", "z", "y.bg", "--clip", "-q") == (0, "", "")


def test_import_takes_formats_under_other_names(root, genomedb):
    (root / "values.txt").write_text("fixedStep chrom=chr1 start=1 step=10 span=10\n1\n2\n")
    assert genomedb("import", "x", "values.txt", "-f", "wiggle", "-b", "10", "-q") == (0, "", "")
    assert db_of(root)["x"].read("chr1", 0, 20).tolist() == [1, 2]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["x", "no.bw"], "no.bw: there is no such file"),
        (["x", "x.bedgraph", "-f", "bigwig"], "x.bedgraph: this is not a bigWig file"),
        (["x", "x.bedgraph", "-f", "wig", "-b", "0"], "bin size must be at least 1, not 0"),
        (["x", "x.bedgraph", "-d", "int64"], "dtype 'int64' is not one a track can have"),
        (["x", "x.bedgraph", "-d", "uint8"], "chr1:40 has no value"),
        (["x", "x.bedgraph", "--sparse", "--defval", "0"], "a default value needs a bin size"),
        (["x", "x.bedgraph", "--attr", "lab"], "attribute 'lab' is not NAME=VALUE"),
        (["x", "x.bedgraph", "--level", "10"], "compression level 10 is not between 1 and 9"),
        (["../x", "x.bedgraph"], "track name '../x' is not legal"),
        (["chromosome", "x.bedgraph"], "chromosome is the name of the chromosome table"),
        (["x", "x.fa", "-d", "float32"], "a sequence is stored as uint8, not float32"),
        (["x", "x.fa", "--sparse"], "are for signals, not for sequences"),
        (["x", "-"], "standard input has no name to tell its format"),
        (["x", "x.bedgraph", "--db", "nowhere"], "there is no such database directory"),
        (["x", "x.bedgraph", "-a", "hg99"], "assembly hg99 is not here"),
    ],
)
def test_import_refuses_in_one_line_and_leaves_nothing(root, genomedb, words, said):
    code, out, err = genomedb("import", *words)
    assert (code, out, err.count("\n")) == (1, "", 1), err
    assert err.startswith("genomedb import: ")
    assert said in err
    assert os.listdir(root / "dbs" / "toy") == ["chromosome.h5"]


def test_file_names_that_are_no_text_are_no_problem(root, genomedb):
    name = os.fsdecode(b"caf\xe9 x.bedgraph")
    (root / name).write_text("chr1 0 5 1\n")
    assert genomedb("import", "x", name, "-q") == (0, "", "")
    assert "caf" in db_of(root)["x"].info()["command"]
