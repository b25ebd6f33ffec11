"""Quantiles, distributions, lookups, partitions, bins, correlations and samples as of pymisha.

Known differences, set by rules of our own: samples follow a seed here, a lookup without a scope is
of the genome, "spearman" is exact (the peer estimates it), and values without any spread have a
standard deviation of exactly 0. Bases in several scope rows count once in every verb here; in
the peer statistics of bins, and lookups by the intervals of a track, have them once a row. The
peer fills its distributions of two expressions column by column and reads them row by row.
"""

import numpy as np
import pandas as pd
import pytest

from genomedb.analysis.bins import bins_quantiles, bins_summary
from genomedb.analysis.correlation import correlation
from genomedb.analysis.distribution import distribution
from genomedb.analysis.lookup import lookup
from genomedb.analysis.partition import partition
from genomedb.analysis.quantiles import quantiles
from genomedb.analysis.sample import sample
from genomedb.db.create import create_database

pm = pytest.importorskip("pymisha")

pytestmark = [  # the peer leaves helper processes to themselves
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
    pytest.mark.filterwarnings("ignore:::pymisha"),
    pytest.mark.filterwarnings("ignore:Overlapping intervals were used"),
]
SIZES = {"chr1": 8005, "chr2": 3000, "chrX": 1205}
BINS = {"d0": 10, "d1": 10, "wide": 30}
EDGES = [-3, -1, -0.25, 0.5, 0.75, 4]
EVEN = (np.linspace(-3, 3, 49) + 0.00371).tolist()  # no mean of hundredths falls on an edge
SEEDS = range(4)
OF_ONE_WIDTH = ["d0", "d0 + d1 / 2", "np.abs(d0)", "d0 * d0"]  # the peer correlates no others


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
    for seed, (name, width) in enumerate(BINS.items()):
        add_dense(ours, name, width, seed)
    add_sparse(ours)
    yield ours
    pm.CONFIG["progress"] = shown
    pm.gdb_unload()


def signal(rng, n):
    """Values with ties, runs and gaps."""
    values = np.repeat(rng.normal(0, 1.5, n), rng.integers(1, 5, n))[:n].round(2)
    values[rng.random(n) < 0.2] = np.nan
    return values.astype(np.float32)


def add_dense(ours, name, width, seed):
    """The same dense track here and there."""
    rng = np.random.default_rng(seed)
    values = {c: signal(rng, -(-size // width)) for c, size in SIZES.items()}
    ours.create_dense(name, values, bin_size=width)
    bins = [
        (c, i * width, min((i + 1) * width, SIZES[c]), float(v))
        for c, column in values.items()
        for i, v in enumerate(column)
    ]
    frame = pd.DataFrame(bins, columns=["chrom", "start", "end", "value"])
    pm.gtrack_create_dense(name, "toy", frame[["chrom", "start", "end"]], frame["value"], width)


def add_sparse(ours):
    """The same sparse track here and there; some intervals touch."""
    rng = np.random.default_rng(9)
    parts, records = [], {}
    for chrom, size in SIZES.items():
        edges = np.sort(rng.choice(size, size // 40 * 2, replace=False))
        start, end = edges[::2].copy(), edges[1::2]
        start[1::3] = end[:-1][::3][: start[1::3].size]
        value = rng.normal(0, 1.5, start.size).round(1).astype(np.float32)
        records[chrom] = (start, end, value)
        parts.append(pd.DataFrame({"chrom": chrom, "start": start, "end": end, "value": value}))
    ours.create_sparse("s", records)
    frame = pd.concat(parts, ignore_index=True)
    pm.gtrack_create_sparse("s", "toy", frame[["chrom", "start", "end"]], frame["value"])


def asked(seed):
    """A random scope, iterator and expression: (ours, theirs, expression)."""
    rng = np.random.default_rng(seed)
    rows = []
    for chrom, size in SIZES.items():
        for _ in range(3):  # they overlap now and then
            a, b = np.sort(rng.choice(size, 2, replace=False))
            rows.append((chrom, int(a), int(b)))
    scope = [None, pd.DataFrame(rows, columns=["chrom", "start", "end"])][seed % 2]
    iterator = [10, 7, 100, "s"][seed % 4]
    expression = ["d0", "d0 + d1 / 2", "np.abs(wide)", "s"][(seed // 2) % 4]
    mine = {"scope": scope, "iterator": iterator}
    theirs = {"intervals": pm.gintervals_all() if scope is None else scope, "iterator": iterator}
    return mine, theirs, expression


def assert_rows_alike(ours, theirs):
    """Both frames say the same; nothing found is None there."""
    if theirs is None:
        assert len(ours) == 0
        return
    assert ours.columns.tolist() == [str(name) for name in theirs.columns]
    assert ours["chrom"].tolist() == theirs["chrom"].astype(str).tolist()
    np.testing.assert_allclose(
        ours.drop(columns="chrom").to_numpy(float),
        theirs.drop(columns="chrom").to_numpy(float),
        rtol=1e-6,
        atol=1e-6,
    )


def alike(ours, theirs):
    np.testing.assert_allclose(ours, theirs, rtol=1e-6, atol=1e-6)


@pytest.mark.parametrize("seed", range(8))
def test_quantiles(db, seed):
    mine, theirs, expression = asked(seed)
    percentiles = [0, 0.1, 0.25, 0.33, 0.5, 0.9, 0.999, 1]
    found = quantiles(db, expression, percentiles, **mine)
    expected = pm.gquantiles(expression, percentiles, **theirs)
    assert found.index.tolist() == expected.index.tolist()
    alike(found, expected)


@pytest.mark.parametrize("include_lowest", [False, True])
@pytest.mark.parametrize("edges", [EDGES, EVEN])
@pytest.mark.parametrize("seed", range(8))
def test_distributions(db, seed, edges, include_lowest):
    mine, theirs, expression = asked(seed)
    found = distribution(db, expression, edges, include_lowest=include_lowest, **mine)
    expected = pm.gdist(expression, edges, include_lowest=include_lowest, **theirs)
    assert found.tolist() == expected.tolist()


def mended(table):
    """The peer's distribution with its cells where they belong."""
    return table.ravel().reshape(table.shape, order="F")


@pytest.mark.parametrize("seed", SEEDS)
def test_distributions_of_two_expressions(db, seed):
    mine, theirs, expression = asked(seed)
    ends = [-np.inf, 0, np.inf]
    found = distribution(db, [expression, "d1"], [EDGES, ends], **mine)
    assert found.tolist() == mended(pm.gdist(expression, EDGES, "d1", ends, **theirs)).tolist()


@pytest.mark.parametrize("include_lowest", [False, True])
def test_distributions_as_frames(db, include_lowest):
    edges = [EDGES, [0, 1, 2.5]]
    options = {"include_lowest": include_lowest}
    found = distribution(db, ["d0", "d1"], edges, "chr2", as_frame=True, **options)
    theirs = {"intervals": pm.gintervals("chr2"), **options}
    expected = pm.gdist("d0", edges[0], "d1", edges[1], dataframe=True, **theirs)
    assert found.columns.tolist() == expected.columns.tolist()
    for name in ("d0", "d1"):
        assert found[name].tolist() == expected[name].tolist()
    table = mended(pm.gdist("d0", edges[0], "d1", edges[1], **theirs))
    assert found["n"].tolist() == table.ravel().tolist()


def joined(theirs):
    """A scope whose rows do not overlap."""
    return {**theirs, "intervals": pm.gintervals_canonic(theirs["intervals"])}


@pytest.mark.parametrize("force_binning", [False, True])
@pytest.mark.parametrize("include_lowest", [False, True])
@pytest.mark.parametrize("seed", SEEDS)
def test_lookups(db, seed, include_lowest, force_binning):
    mine, theirs, expression = asked(seed)
    table = np.random.default_rng(seed).normal(size=(5, 2))
    options = {"include_lowest": include_lowest, "force_binning": force_binning}
    found = lookup(db, table, [expression, "d1"], [EDGES, [-1, 0, 1]], **mine, **options)
    expected = pm.glookup(table, expression, EDGES, "d1", [-1, 0, 1], **joined(theirs), **options)
    assert_rows_alike(found, expected)


@pytest.mark.parametrize("include_lowest", [False, True])
@pytest.mark.parametrize("seed", range(8))
def test_partitions(db, seed, include_lowest):
    mine, theirs, expression = asked(seed)
    found = partition(db, expression, EDGES, include_lowest=include_lowest, **mine)
    expected = pm.gpartition(expression, EDGES, include_lowest=include_lowest, **theirs)
    assert_rows_alike(found, expected)


def by_width(seed):
    """As `asked`, with a width as the iterator: the peer takes no name of a track there."""
    mine, theirs, expression = asked(seed)
    width = [10, 7, 100, 33][seed % 4]
    return {**mine, "iterator": width}, {**joined(theirs), "iterator": width}, expression


@pytest.mark.parametrize("include_lowest", [False, True])
@pytest.mark.parametrize("seed", range(8))
def test_summaries_of_bins(db, seed, include_lowest):
    mine, theirs, expression = by_width(seed)
    found = bins_summary(
        db, ["d1", "wide"], [EDGES, [-2, 0, 2]], expression, include_lowest=include_lowest, **mine
    )
    expected = pm.gbins_summary(
        "d1", EDGES, "wide", [-2, 0, 2], expr=expression, include_lowest=include_lowest, **theirs
    )
    alike(found[..., :6], expected[..., :6])
    spread = found[..., 6] > 0
    alike(found[..., 6][spread], expected[..., 6][spread])


@pytest.mark.parametrize("seed", range(8))
def test_quantiles_of_bins(db, seed):
    mine, theirs, expression = by_width(seed)
    percentiles = [0.2, 0.5, 1]
    found = bins_quantiles(db, "d1", EVEN, expression, percentiles=percentiles, **mine)
    expected = pm.gbins_quantiles("d1", EVEN, expr=expression, percentiles=percentiles, **theirs)
    alike(found, expected)


@pytest.mark.parametrize("seed", range(8))
def test_correlations(db, seed):
    mine, theirs, _ = by_width(seed)
    expression = OF_ONE_WIDTH[seed % 4]
    pairs = [(expression, "d1"), ("d1", "d1 * 2 - d0")]
    flat = [text for pair in pairs for text in pair]
    found = correlation(db, pairs, **mine, details=True)
    expected = pm.gcor(*flat, **theirs, details=True)
    assert found.columns.tolist() == expected.columns.tolist()
    assert found.index.tolist() == expected.index.tolist()
    alike(found.to_numpy(float), expected.to_numpy(float))
    alike(correlation(db, pairs, **mine), pm.gcor(*flat, **theirs))


@pytest.mark.parametrize("seed", range(8))
def test_rank_correlations(db, seed):
    mine, theirs, _ = by_width(seed)
    expression = OF_ONE_WIDTH[seed % 4]
    # means of several bins are equal or not by rounding, which differs
    mine["iterator"] = theirs["iterator"] = 10
    found = correlation(db, (expression, "d1"), **mine, method="spearman.exact", details=True)
    expected = pm.gcor(expression, "d1", **theirs, method="spearman.exact", details=True)
    assert found.columns.tolist() == expected.columns.tolist()
    alike(found.to_numpy(float), expected.to_numpy(float))


@pytest.mark.parametrize("seed", SEEDS)
def test_samples_of_all_values(db, seed):
    mine, theirs, expression = by_width(seed)
    found = sample(db, expression, 100_000, **mine)
    alike(np.sort(found), np.sort(pm.gsample(expression, 100_000, **theirs)))
