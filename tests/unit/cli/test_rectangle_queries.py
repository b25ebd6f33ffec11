"""genomedb extract, screen and summary of 2D tracks."""

import io

import numpy as np
import pandas as pd
import pytest
from rectangle_walks import PLACES, make_toy

from genomedb import extract, screen, summary
from genomedb.core.spans import Spans, Spans2D
from genomedb.db.interval_sets import load_spans

WINDOW = Spans2D(Spans.of([0], [20], [250]), Spans.of([1], [0], [200]))


@pytest.fixture
def db(tmp_path):
    return make_toy(tmp_path)[0]


@pytest.fixture
def call(db, genomedb):
    def done(*words):
        return genomedb(*words, "--db", db.path)

    return done


def table(text, **options):
    return pd.read_csv(io.StringIO(text), sep="\t", **options)


@pytest.mark.parametrize(
    ("words", "options"),
    [
        ([], {}),
        (["-s", "chr2:20-250 x chr10"], {"scope": WINDOW}),
        (["-i", "50x40", "--band=-30:70"], {"iterator": (50, 40), "band": (-30, 70)}),
        (["-i", "points"], {"iterator": "points"}),
    ],
)
def test_rows_of_rectangles_are_written(db, call, words, options):
    code, out, errors = call("extract", "rects", *words)
    assert (code, errors) == (0, "")
    wanted = extract(db, "rects", **options).drop(columns="intervalID")
    pd.testing.assert_frame_equal(
        table(out), wanted.astype({"chrom1": str, "chrom2": str}), check_dtype=False
    )


def test_screen_prints_six_columns_or_saves_a_set(db, call):
    wanted = screen(db, "rects > 6", WINDOW)
    words = ["screen", "rects > 6", "-s", "chr2:20-250 x chr10:0-200"]
    found = table(call(*words)[1], names=PLACES)
    pd.testing.assert_frame_equal(
        found, wanted.astype({"chrom1": str, "chrom2": str}), check_dtype=False
    )
    assert call(*words, "--save", "high")[0] == 0
    assert len(load_spans(db, "high")) == len(wanted)


def test_summary_takes_a_band(db, call):
    code, out, _ = call("summary", "points", "--band=-5:10")
    assert code == 0
    shown = [float(line.split("\t")[1]) for line in out.splitlines()]
    np.testing.assert_allclose(shown, summary(db, "points", band=(-5, 10)))


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--band", "5"], "band '5' is not D1:D2"),
        (["--band", "a:b"], "is not D1:D2"),
        (["--band", "5:5"], "d1 is not below d2"),
        (["-s", "chr2 x points"], "no pair of regions"),
        (["-s", "chr2 x chr9"], "'chr9'"),
        (["-s", "chr2"], "has two dimensions, the iterator one"),
        (["-i", "0x5"], "0"),
    ],
)
def test_what_is_not_right_is_told(call, words, message):
    code, out, errors = call("extract", "points", *words)
    assert (code, out) == (1, "")
    assert message in errors
