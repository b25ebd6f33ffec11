"""genomedb extract, screen and summary: the verbs from a command line."""

import json

import numpy as np
import pandas as pd
import pytest

from genomedb import GenomeDB, VirtualTrack, extract, screen, summary
from genomedb.cli.main import run
from genomedb.db.create import create_database
from genomedb.db.interval_sets import load_set


@pytest.fixture
def db(tmp_path):
    db = create_database(tmp_path / "root", "toy", {"chr1": 1000, "chr2": 500})
    rng = np.random.default_rng(4)
    for name in ("a", "b"):
        values = {c: rng.random(n, "f4") for c, n in (("chr1", 100), ("chr2", 50))}
        db.create_dense(name, values, bin_size=10)
    return db


@pytest.fixture
def call(db, capsys):
    """Run a subcommand on the database; give exit code, output and errors."""

    def done(*words):
        code = run([*words, "--db", str(db.path)])
        return code, *capsys.readouterr()

    return done


def test_extract_writes_a_table(db, call, tmp_path):
    out = tmp_path / "rows.tsv"
    words = ["a", "a + m * k", "-s", "chr1:15-300", "-i", "20", "--virtual", "m=b:max:-50:50"]
    code, _, errors = call("extract", *words, "--var", "k=2.5", "-n", "x,y", "--id", "-o", str(out))
    assert (code, errors) == (0, "")
    expected = extract(
        db, ["a", "a + m * k"], "chr1:15-300", iterator=20, names=["x", "y"],
        virtual={"m": VirtualTrack("b", "max", sshift=-50, eshift=50)}, variables={"k": 2.5},
    )  # fmt: skip
    found = pd.read_csv(out, sep="\t")
    pd.testing.assert_frame_equal(found, expected.astype({"chrom": str}), check_dtype=False)


def test_extract_goes_to_standard_output_and_leaves_files_that_are_there(call, tmp_path):
    code, out, _ = call("extract", "a", "-s", "chr2:0-20")
    assert code == 0
    assert [line.split("\t")[:3] for line in out.splitlines()] == [
        ["chrom", "start", "end"], ["chr2", "0", "10"], ["chr2", "10", "20"],
    ]  # fmt: skip
    there = tmp_path / "there.tsv"
    there.write_text("mine")
    assert call("extract", "a", "-o", str(there))[0] == 1
    assert call("extract", "a", "-o", str(there), "--skip-existing")[0] == 0
    assert there.read_text() == "mine"


def test_screen_prints_bed_or_saves_a_set(db, call):
    expected = screen(db, "a > 0.8")
    code, out, _ = call("screen", "a > 0.8", "-j", "2")
    assert code == 0
    rows = [line.split("\t") for line in out.splitlines()]
    assert rows == [[c, str(s), str(e)] for c, s, e in expected.itertuples(index=False)]
    assert call("screen", "a > 0.8", "--save", "peaks")[:2] == (0, "")
    assert load_set(GenomeDB(db.path), "peaks").values.tolist() == expected.values.tolist()
    assert call("screen", "a > 0.8", "--save", "peaks")[0] == 1
    assert call("screen", "a > 0.9", "--save", "peaks", "--skip-existing")[0] == 0


def test_summary_prints_names_and_values(db, call, tmp_path):
    bed = tmp_path / "some.bed"
    bed.write_text("chr1\t5\t95\nchr2\t0\t30\n")
    expected = summary(db, "a", pd.read_csv(bed, sep="\t", names=["chrom", "start", "end"]))
    code, out, _ = call("summary", "a", "-s", str(bed), "--json")
    assert code == 0
    assert json.loads(out) == expected.to_dict()
    code, out, _ = call("summary", "a", "-s", str(bed), "-i", "-1")
    assert out.splitlines()[0] == "Total intervals\t2"


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["a +"], "the expression ends after +"),
        (["a", "--virtual", "m=b"], "is not NAME=SOURCE:FUNCTION[:START:END]"),
        (["m", "--virtual", "m=b:max:x:1"], "has a parameter or shift that is no number"),
        (["m", "--virtual", "m=b:mix"], "'mix' is not a function of a track"),
        (["a", "--var", "k"], "variable 'k' is not NAME=NUMBER"),
        (["a", "-i", "nothing"], "iterator 'nothing' is neither a track nor an interval set"),
        (["a", "-i", "2.5"], "iterator 2.5 is not a bin size"),
        (["a", "-s", "absent.bed"], "absent.bed"),
    ],
)
def test_what_is_wrong_is_said_in_a_line(call, words, message):
    code, out, errors = call("summary", *words)
    assert (code, out) == (1, "")
    assert message in errors
