"""wilcox against windows compared pair by pair."""

import math
from functools import partial

import numpy as np
import pandas as pd
import pytest

from genomedb.analysis.wilcox import wilcox
from genomedb.db.create import create_database
from genomedb.errors import UsageError
from genomedb.expr import stream as stream_module
from genomedb.iterators import steps

NAN = float("nan")
SIZES = {"chr2": 3003, "chr10": 900, "chr1": 300}
BIN = 10


@pytest.fixture
def db(tmp_path):
    return create_database(tmp_path / "root", "toy", SIZES)


@pytest.fixture
def random_db(db):
    values = {name: bumpy(i, -(-size // BIN)) for i, (name, size) in enumerate(SIZES.items())}
    db.create_dense("a", values, bin_size=BIN)
    return db, values


def bumpy(seed, n):
    rng = np.random.default_rng(seed)
    values = np.repeat(rng.normal(0, 1, n), 8)[:n] + rng.normal(size=n).round(1)
    values[rng.random(n) < 0.1] = NAN
    return values.astype(np.float32)


def pval(first, second, tails):
    """p-value and whether the first is the higher."""
    first, second = (x[~np.isnan(x)].astype(float) for x in (first, second))
    n, m = first.size, second.size
    if min(n, m) < 10:
        return math.inf, 0
    u = (first[:, None] > second).sum() + 0.5 * (first[:, None] == second).sum()
    z = (min(u, n * m - u) - n * m / 2) / math.sqrt(n * m * (n + m + 1) / 12)
    return tails * 0.5 * math.erfc(-z / math.sqrt(2)), np.sign(u - n * m / 2)


def slow(values, stretches, *, sizes, maxpval, tails, side, length):
    """Intervals of one chromosome: start, end, p."""
    ks, kl = sorted(int(0.5 * size / BIN + 0.5) for size in sizes)
    found = []
    for start, end in stretches:
        a, b = start // BIN, -(-end // BIN)
        part, run = values[a:b], []
        for c in range(part.size + 1):
            p = math.inf
            if c < part.size and not np.isnan(part[c]):
                inner, outer = (part[max(c - k, 0) : c + k + 1] for k in (ks, kl))
                p, sign = pval(inner, outer, tails)
                if p > maxpval or (side and sign != side):
                    p = math.inf
            if p < math.inf:
                run.append((c + a, p))
            elif run:
                bounds = max((run[0][0] - ks) * BIN, 0), min((run[-1][0] + 1 + ks) * BIN, length)
                found.append((*bounds, min(p for _, p in run)))
                run = []
    merged = []
    for start, end, p in found:
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], end, min(p, merged[-1][2]))
        else:
            merged.append((start, end, p))
    return merged


def check(found, expected):
    """`found` has what `expected` lists by chromosome."""
    listed = [(name, *row) for name, parts in expected.items() for row in parts]
    assert list(zip(found["chrom"], found["start"], found["end"], strict=True)) == [
        row[:3] for row in listed
    ]
    np.testing.assert_allclose(found["pval"], [row[3] for row in listed], rtol=1e-9)


@pytest.mark.parametrize(
    ("is_one_tailed", "expected"), [(True, (430, 580, 0.001244)), (False, (440, 580, 0.002488))]
)
def test_a_peak_is_found_where_the_worked_example_says(tmp_path, is_one_tailed, expected):
    db = create_database(tmp_path, "peak", {"chr1": 1000})
    values = [(1 if 45 < i < 55 else 0) + i * 1e-4 for i in range(100)]
    db.create_dense("peak", {"chr1": np.array(values, np.float32)}, bin_size=BIN)
    found = wilcox(db, "peak", 400, 100, maxpval=0.01, onetailed=is_one_tailed)
    assert found.columns.tolist() == ["chrom", "start", "end", "pval"]
    start, end, p = expected
    # the values also climb, which shows at the end of the chromosome
    at_end = [880 if is_one_tailed else 890, 1000]
    assert found[["start", "end"]].to_numpy().tolist() == [[start, end], at_end]
    assert found["pval"][0] == pytest.approx(p, abs=1e-6)


@pytest.mark.parametrize("tails", [1, 2])
@pytest.mark.parametrize(("find", "side"), [("higher", 1), ("lower", -1), ("both", 0), (-1, -1)])
@pytest.mark.parametrize("sizes", [(600, 100), (110, 95), (100_000, 240)])
def test_intervals_and_p_values_are_those_of_pair_counting(random_db, tails, find, side, sizes):
    db, values = random_db
    options = {"sizes": sizes, "maxpval": 0.02, "tails": tails, "side": side}
    found = wilcox(db, "a", *sizes, maxpval=0.02, onetailed=tails == 1, find=find)
    check(found, {n: slow(values[n], [(0, s)], length=s, **options) for n, s in SIZES.items()})


def test_windows_do_not_reach_across_gaps_of_the_scope(random_db):
    db, values = random_db
    stretches = [(3, 400), (405, 1200), (1210, 2995)]
    scope = pd.DataFrame(
        {
            "chrom": ["chr2", "chr10", "chr2", "chr2", "chr2"],
            "start": [405, 100, 1210, 3, 700],
            "end": [800, 900, 2995, 400, 1200],
        }
    )
    options = {"sizes": (500, 120), "maxpval": 0.05, "tails": 1, "side": 1}
    found = wilcox(db, "a", 500, 120, scope)
    expected = {
        "chr2": slow(values["chr2"], stretches, length=3003, **options),
        "chr10": slow(values["chr10"], [(100, 900)], length=900, **options),
    }
    assert all(expected.values())
    check(found, expected)


def test_how_the_walk_is_cut_does_not_change_the_answer(random_db, monkeypatch):
    db, _ = random_db
    scope = pd.DataFrame({"chrom": "chr2", "start": range(0, 3000, 500)})
    scope["end"] = scope["start"] + 490
    once = [wilcox(db, "a", 400, 100, some) for some in (None, scope)]
    monkeypatch.setattr(steps, "PIECE_ROWS", 37)
    monkeypatch.setattr(steps, "_MANY", 20)
    monkeypatch.setattr(stream_module, "tasks_of", partial(stream_module.tasks_of, rows=50))
    for some, whole in zip((None, scope), once, strict=True):
        for executor in (None, 2):
            found = wilcox(db, "a", 400, 100, some, executor=executor)
            pd.testing.assert_frame_equal(found, whole)


def test_the_order_of_the_windows_does_not_matter(random_db):
    db, _ = random_db
    pd.testing.assert_frame_equal(wilcox(db, "a", 400, 100), wilcox(db, "a", 100, 400))


def test_intervals_end_with_the_chromosome(db):
    values = np.linspace(0, 1, 301).astype(np.float32)
    db.create_dense("up", {"chr2": values}, bin_size=BIN)
    found = wilcox(db, "up", 1000, 200)
    assert found["end"].max() == 3003


def test_nothing_significant_is_an_empty_answer(random_db):
    db, _ = random_db
    found = wilcox(db, "a", 400, 100, maxpval=0)
    assert len(found) == 0
    assert found.dtypes.astype(str).tolist() == ["category", "int64", "int64", "float64"]
    nowhere = pd.DataFrame({"chrom": [], "start": [], "end": []})
    assert len(wilcox(db, "a", 400, 100, nowhere)) == 0


@pytest.mark.parametrize(
    ("sizes", "options", "message"),
    [
        ((400, 80), {}, "a window of 80 bp has 9 bins of 10 bp. It needs at least 10: give 100 bp"),
        ((-400, 100), {}, "winsize1 -400 is not a length"),
        ((400, None), {}, "winsize2 None is not a length"),
        ((400, 100), {"maxpval": -1}, "maxpval -1 is not a probability"),
        ((400, 100), {"find": "peaks"}, "find 'peaks' is not a side"),
        ((400, 100), {"find": 2}, "find 2 is not a side"),
        ((400, 100), {"iterator": -1}, "wilcox needs bins of one width"),
    ],
)
def test_bad_arguments_are_named(random_db, sizes, options, message):
    with pytest.raises(UsageError, match=message):
        wilcox(random_db[0], "a", *sizes, **options)
