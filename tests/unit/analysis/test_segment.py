"""segment against the walk written out step by step."""

import itertools
from functools import partial
from statistics import NormalDist

import numpy as np
import pandas as pd
import pytest

from genomedb.analysis.segment import segment
from genomedb.db.create import create_database
from genomedb.errors import UsageError
from genomedb.expr import stream as stream_module
from genomedb.iterators import steps

NAN = float("nan")
SIZES = {"chr2": 4003, "chr10": 1500, "chr1": 300}
BIN = 10


@pytest.fixture
def db(tmp_path):
    return create_database(tmp_path / "root", "toy", SIZES)


def dense(db, name, **values):
    """A dense track; chromosomes not named are missing."""
    db.create_dense(name, {k: np.asarray(v, np.float32) for k, v in values.items()}, bin_size=BIN)


def levels(seed, n, n_missing=0.1):
    rng = np.random.default_rng(seed)
    values = np.repeat(rng.normal(0, 2, 30), rng.integers(10, 60, 30))[:n]
    values = np.append(values, np.zeros(n - values.size)) + rng.normal(size=n).round(1)
    values[rng.random(n) < n_missing] = NAN
    return values.astype(np.float32)


@pytest.fixture
def small_tasks(monkeypatch):
    """Cut the walk into many tasks."""
    monkeypatch.setattr(steps, "PIECE_ROWS", 37)
    monkeypatch.setattr(steps, "_MANY", 20)
    monkeypatch.setattr(
        stream_module, "tasks_of", partial(stream_module.tasks_of, rows=50)
    )  # fmt: skip


def score(first, second):
    above = (first[:, None] > second).sum() + 0.5 * (first[:, None] == second).sum()
    n, m = first.size, second.size
    return (min(above, n * m - above) - n * m / 2) / np.sqrt(n * m * (n + m + 1) / 12)


def slow_segments(values, start, end, *, minsegment, maxpval):
    """Segments of one stretch of a chromosome."""
    offset = start // BIN
    part = np.asarray(values[offset : -(-end // BIN)], np.float64)
    kept = np.flatnonzero(~np.isnan(part))
    x, n, highest = part[kept], round(minsegment / BIN), NormalDist().inv_cdf(maxpval)
    begin, cuts = 0, []
    while True:
        places = range(begin + n, x.size - n + 1)
        z = {at: score(x[begin:at], x[at : at + n]) for at in places}
        differ = [at for at in places if z[at] <= highest]
        if not differ or differ[0] + n - 1 > x.size - n:
            break
        begin = min(range(differ[0], differ[0] + n), key=lambda at: z[at])
        cuts.append((offset + int(kept[begin - 1]) + 1) * BIN)
    return list(itertools.pairwise([start, *cuts[:-1], end]))


def rows(frame):
    return list(zip(frame["chrom"], frame["start"], frame["end"], strict=True))


def test_a_ramp_is_cut_where_the_worked_example_says(tmp_path):
    db = create_database(tmp_path, "ramp", {"chr1": 1000})
    dense(db, "ramp", chr1=np.arange(100))
    found = segment(db, "ramp", 200, maxpval=0.01)
    assert rows(found) == [("chr1", 0, 390), ("chr1", 390, 1000)]


def test_segments_are_typed_and_in_the_order_of_the_database(db):
    dense(db, "a", chr2=levels(1, 401), chr1=levels(2, 30))
    found = segment(db, "a", 100)
    assert found.columns.tolist() == ["chrom", "start", "end"]
    assert found["chrom"].cat.categories.tolist() == list(SIZES)
    assert found.index.tolist() == list(range(len(found)))
    assert found["chrom"].cat.codes.is_monotonic_increasing


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("maxpval", [0.05, 1e-4])
def test_segments_are_those_of_the_slow_walk(db, seed, maxpval):
    values = {"chr2": levels(seed, 401), "chr10": levels(seed + 50, 150)}
    dense(db, "a", **values)
    found = segment(db, "a", 150, maxpval=maxpval)
    expected = [
        (name, *part)
        for name, size in SIZES.items()
        for part in slow_segments(
            values.get(name, np.full(30, NAN)), 0, size, minsegment=150, maxpval=maxpval
        )
    ]
    assert rows(found) == expected


def test_each_stretch_of_the_scope_is_segmented_for_itself(db):
    values = levels(3, 401, 0)
    dense(db, "a", chr2=values)
    scope = pd.DataFrame(
        {"chrom": "chr2", "start": [1503, 7, 1000, 2000], "end": [2000, 997, 1200, 4003]}
    )
    found = segment(db, "a", 100, scope)
    stretches = [(7, 997), (1000, 1200), (1503, 4003)]
    expected = [
        ("chr2", *part)
        for a, b in stretches
        for part in slow_segments(values, a, b, minsegment=100, maxpval=0.05)
    ]
    assert rows(found) == expected
    assert len(expected) > 4


def test_how_the_walk_is_cut_does_not_change_segments(db, request):
    dense(db, "a", chr2=levels(4, 401), chr10=levels(5, 150), chr1=levels(6, 30))
    scope = pd.DataFrame(
        {
            "chrom": ["chr2"] * 20 + ["chr10", "chr1"],
            "start": [*range(5, 600, 30), 0, 50],
            "end": [*range(15, 600, 30), 1500, 250],
        }
    )
    scope = pd.concat([scope, pd.DataFrame({"chrom": ["chr2"], "start": [700], "end": [4003]})])
    once = [segment(db, "a", 100, some, maxpval=0.01) for some in (None, scope)]
    request.getfixturevalue("small_tasks")
    for some, whole in zip((None, scope), once, strict=True):
        for executor in (None, 2):
            found = segment(db, "a", 100, some, maxpval=0.01, executor=executor)
            pd.testing.assert_frame_equal(found, whole)


def test_two_tails_halve_the_largest_p_value(db):
    dense(db, "a", chr2=levels(7, 401))
    both = segment(db, "a", 100, maxpval=0.002, onetailed=False)
    pd.testing.assert_frame_equal(both, segment(db, "a", 100, maxpval=0.001))


def test_a_chromosome_without_values_is_one_segment(db):
    dense(db, "a", chr2=np.full(401, NAN))
    assert rows(segment(db, "a", 100)) == [(name, 0, size) for name, size in SIZES.items()]


def test_an_empty_scope_has_no_segments(db):
    dense(db, "a", chr2=levels(1, 401))
    found = segment(db, "a", 100, pd.DataFrame({"chrom": [], "start": [], "end": []}))
    assert found.columns.tolist() == ["chrom", "start", "end"]
    assert len(found) == 0


def test_bins_of_an_iterator_are_segmented(db):
    dense(db, "a", chr2=levels(1, 401))
    found = segment(db, "a", 400, "chr2", iterator=20, maxpval=0.01)
    assert (found["start"] % 20 == 0).all()
    assert found["end"].tolist()[-1] == 4003


@pytest.mark.parametrize(
    ("minsegment", "options", "message"),
    [
        (94, {}, "minsegment 94 bp has 9 bins of 10 bp. It needs at least 10: give 100 bp"),
        (0, {}, "minsegment 0 is not a length"),
        (NAN, {}, "minsegment nan is not a length"),
        ("100", {}, "minsegment '100' is not a length"),
        (100, {"maxpval": 1.5}, "maxpval 1.5 is not a probability"),
        (100, {"maxpval": "low"}, "maxpval 'low' is not a probability"),
        (100, {"iterator": -1}, "segment needs bins of one width"),
    ],
)
def test_bad_arguments_are_named(db, minsegment, options, message):
    dense(db, "a", chr2=levels(1, 401))
    with pytest.raises(UsageError, match=message):
        segment(db, "a", minsegment, **options)
