"""Segments, rank sum windows and statistics of scope rows are those of pymisha.

Known differences, set by rules of our own: intervals of `wilcox` end with the chromosome and have
its positions (the peer counts from the start of a stretch of the scope), `segment` halves the
largest p-value when both tails count (the peer looks at one tail whatever is asked), the sum of no
values is missing (the peer says 0 where a scope row has nothing but missing ones), and `mapply` has
one row a scope row whatever the iterator.
"""

import numpy as np
import pandas as pd
import pytest

from genomedb.analysis.iterator_intervals import iterator_intervals
from genomedb.analysis.mapply import mapply
from genomedb.analysis.per_row import intervals_quantiles, intervals_summary
from genomedb.analysis.segment import segment
from genomedb.analysis.wilcox import wilcox
from genomedb.db.create import create_database

pm = pytest.importorskip("pymisha")

pytestmark = [  # the peer leaves helper processes to themselves
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
    pytest.mark.filterwarnings("ignore:::pymisha"),
]
SIZES = {"chr1": 20_005, "chr2": 6000, "chrX": 1205}
BIN = 10
NAN = float("nan")


def signal(seed, n):
    """Levels with noise, ties and gaps."""
    rng = np.random.default_rng(seed)
    values = np.repeat(rng.normal(0, 1, n), rng.integers(1, 80, n))[:n]
    values = (values + rng.normal(size=n)).round(int(rng.integers(0, 3)))
    values[rng.random(n) < rng.choice([0, 0.05, 0.4])] = NAN
    gap = int(rng.integers(0, n))
    values[gap : gap + 30] = NAN
    return values.astype(np.float32)


@pytest.fixture(scope="module")
def db(tmp_path_factory):
    """Our database; the peer has one of the same tracks open."""
    folder = tmp_path_factory.mktemp("peer")
    fasta = folder / "toy.fa"
    fasta.write_text("".join(f">{n}\n{'ACGTA' * (size // 5)}\n" for n, size in SIZES.items()))
    pm.gdb_create(str(folder / "misha"), str(fasta))
    pm.gdb_init(str(folder / "misha"))
    shown, pm.CONFIG["progress"] = pm.CONFIG.get("progress"), False
    ours = create_database(folder / "ours", "toy", SIZES)
    for seed in range(6):
        add_track(ours, f"t{seed}", seed)
    add_sparse(ours)
    yield ours
    pm.CONFIG["progress"] = shown
    pm.gdb_unload()


def add_track(ours, name, seed):
    """The same dense track here and there."""
    values = {
        c: signal(10 * seed + i, -(-size // BIN)) for i, (c, size) in enumerate(SIZES.items())
    }
    ours.create_dense(name, values, bin_size=BIN)
    bins = [
        (c, i * BIN, min((i + 1) * BIN, SIZES[c]), float(v))
        for c, column in values.items()
        for i, v in enumerate(column)
    ]
    frame = pd.DataFrame(bins, columns=["chrom", "start", "end", "value"])
    pm.gtrack_create_dense(name, "toy", frame[["chrom", "start", "end"]], frame["value"], BIN)


def add_sparse(ours):
    """The same sparse track here and there."""
    edges = np.sort(np.random.default_rng(0).choice(20_000, 120, replace=False))
    frame = pd.DataFrame({"chrom": "chr1", "start": edges[::2], "end": edges[1::2]})
    values = np.arange(60, dtype=np.float32)
    ours.create_sparse("s", {"chr1": (edges[::2], edges[1::2], values)})
    pm.gtrack_create_sparse("s", "toy", frame, values)


SCOPES = {
    "genome": None,
    "gaps": [("chr1", 0, 3000), ("chr1", 3500, 12_000), ("chr2", 100, 5900), ("chrX", 0, 1205)],
    "rows that touch and overlap": [
        ("chr1", 0, 3000), ("chr1", 3000, 6000), ("chr1", 5000, 20_000), ("chr2", 0, 500),
    ],
}  # fmt: skip


def scopes(name):
    """A scope for us, and for the peer."""
    if SCOPES[name] is None:
        return None, pm.gintervals_all()
    frame = pd.DataFrame(SCOPES[name], columns=["chrom", "start", "end"])
    return frame, frame


def assert_same(ours, theirs):
    """Both frames say the same; nothing found is None there."""
    if theirs is None:
        assert len(ours) == 0
        return
    assert ours.columns.tolist() == [str(name) for name in theirs.columns]
    for mine, name in zip(ours.columns, theirs.columns, strict=True):
        if mine == "chrom":
            assert ours[mine].tolist() == theirs[name].tolist()
        else:
            expected = theirs[name].to_numpy(float)
            np.testing.assert_allclose(ours[mine].to_numpy(float), expected, rtol=1e-6, atol=1e-6)


@pytest.mark.parametrize("where", SCOPES)
@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize(("minsegment", "maxpval"), [(100, 0.05), (155, 0.01), (300, 1e-4)])
def test_segments(db, seed, minsegment, maxpval, where):
    scope, theirs = scopes(where)
    assert_same(
        segment(db, f"t{seed}", minsegment, scope, maxpval=maxpval),
        pm.gsegment(f"t{seed}", minsegment, maxpval=maxpval, intervals=theirs),
    )


def test_segments_of_an_iterator(db):
    assert_same(
        segment(db, "t1 * 2 + t2", 400, iterator=20, maxpval=0.01),
        pm.gsegment("t1 * 2 + t2", 400, maxpval=0.01, iterator=20),
    )


WINDOWS = pytest.mark.parametrize(
    ("sizes", "maxpval", "find"),
    [((500, 100), 0.05, 1), ((155, 2000), 0.01, -1), ((95, 700), 0.05, 0)],
)


@pytest.mark.parametrize("where", ["genome", "rows that touch and overlap"])
@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("onetailed", [True, False])
@WINDOWS
def test_windows(db, seed, sizes, maxpval, find, onetailed, where):
    scope, theirs = scopes(where)
    expected = pm.gwilcox(
        f"t{seed}", *sizes, maxpval=maxpval, what2find=find, onetailed=onetailed, intervals=theirs
    )
    if expected is not None:
        expected["end"] = np.minimum(expected["end"], expected["chrom"].map(SIZES))
    options = {"maxpval": maxpval, "find": find, "onetailed": onetailed}
    assert_same(wilcox(db, f"t{seed}", *sizes, scope, **options), expected)


@pytest.mark.parametrize("row", SCOPES["gaps"])
@pytest.mark.parametrize("seed", range(6))
@WINDOWS
def test_windows_of_a_stretch(db, seed, sizes, maxpval, find, row):
    stretch = pd.DataFrame([row], columns=["chrom", "start", "end"])
    chrom, start, _ = row
    expected = pm.gwilcox(
        f"t{seed}", *sizes, maxpval=maxpval, what2find=find, intervals=stretch
    )  # fmt: skip
    if expected is not None:  # to positions on the chromosome
        expected["start"] += start
        expected["end"] = np.minimum(expected["end"] + start, SIZES[chrom])
    found = wilcox(db, f"t{seed}", *sizes, stretch, maxpval=maxpval, find=find)
    found["start"] = np.maximum(found["start"], start)
    assert_same(found, expected)


@pytest.mark.parametrize("iterator", [None, 35, "s"])
@pytest.mark.parametrize("seed", range(3))
def test_statistics_of_scope_rows(db, iterator, seed):
    rng = np.random.default_rng(seed)
    start = np.sort(rng.choice(19_000, 40, replace=False))
    end = start + rng.integers(1, 900, 40)
    if iterator == "s":  # the peer merges what it walks through
        end = np.minimum(end, np.append(start[1:], 20_000))
    rows = pd.DataFrame({"chrom": "chr1", "start": start, "end": end})
    name, percentiles = f"t{seed}", [0.5, 0.9999999, 0.1]
    expected = pm.gintervals_summary(name, rows, iterator=iterator)
    expected.loc[expected["Mean"].isna(), "Sum"] = NAN
    assert_same(intervals_summary(db, name, rows, iterator=iterator), expected)
    assert_same(
        intervals_quantiles(db, name, rows, percentiles, iterator=iterator),
        pm.gintervals_quantiles(name, percentiles, rows, iterator=iterator),
    )
    assert_same(
        mapply(db, np.nansum, name, rows), pm.gintervals_mapply(np.nansum, name, intervals=rows)
    )


@pytest.mark.parametrize("relative", [True, False])
@pytest.mark.parametrize("partial_bins", ["clip", "drop"])
def test_intervals_of_bins(db, relative, partial_bins):
    rows = pd.DataFrame({"chrom": "chr1", "start": [50, 40, 900], "end": [260, 130, 1000]})
    options = {"iterator": 100, "interval_relative": relative, "partial_bins": partial_bins}
    assert_same(
        iterator_intervals(db, scope=rows, **options),
        pm.giterator_intervals(intervals=rows, **options),
    )


def test_intervals_of_a_track(db):
    assert_same(iterator_intervals(db, "s"), pm.giterator_intervals("s"))
