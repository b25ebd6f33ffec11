"""Lifted tracks are those of a slow search through every bin or record and every block."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from genomedb.analysis import liftover_track as module
from genomedb.analysis.liftover_track import liftover_track
from genomedb.core.chains import ChainBlocks
from genomedb.core.chroms import ChromTable
from genomedb.db.create import create_database
from genomedb.intervals.chains import Chains

SOURCE, TARGET = {"a": 93, "b": 60}, {"x": 71, "y": 95}
CHROMS = ChromTable.from_pairs(SOURCE.items())
NEW = ChromTable.from_pairs(TARGET.items())
WIDTH = 7
FUNCTIONS = {"mean": np.mean, "sum": np.sum, "max": np.max, "median": np.median, "count": len}


@pytest.fixture(scope="module")
def databases(tmp_path_factory):
    folder = tmp_path_factory.mktemp("lift")
    rng = np.random.default_rng(3)
    source = create_database(folder / "source", "old", SOURCE)
    bins, records = {}, {}
    for chrom, size in SOURCE.items():
        bins[chrom] = with_gaps(rng, -(-size // WIDTH))
        edges = np.sort(rng.choice(size, 16, replace=False))
        edges[1] = edges[2]
        records[chrom] = edges[::2], edges[1::2], with_gaps(rng, 8)
    source.create_dense("d", bins, bin_size=WIDTH)
    source.create_sparse("s", records)
    return source, create_database(folder / "target", "new", TARGET)


def with_gaps(rng, n):
    values = rng.integers(0, 8, n).astype(float)
    values[rng.random(n) < 0.2] = np.nan
    return values


def random_chains(rng, n):
    size = rng.integers(1, 30, n)
    source, target = rng.integers(0, 2, n), rng.integers(0, 2, n)
    strand = rng.integers(0, 2, (2, n)).astype(np.int8)
    return Chains(CHROMS, NEW, ChainBlocks(
        source, rng.integers(0, CHROMS.length_array[source] - size + 1), strand[0],
        target, rng.integers(0, NEW.length_array[target] - size + 1), strand[1],
        size, rng.integers(1, 4, n), np.ones(n),
    ))  # fmt: skip


def places_of(chains, chrom):
    """Base of the source -> (block, chain, target base) on one target chromosome."""
    found = {}
    b = chains.blocks
    for i in range(len(b)):
        if NEW.names[b.target[i]] != chrom:
            continue
        for k in range(int(b.size[i])):
            step = int(b.size[i]) - 1 - k if b.is_reverse[i] else k
            key = CHROMS.names[b.source[i]], int(b.source_start[i]) + k
            found.setdefault(key, []).append((i, int(b.chain_id[i]), int(b.target_start[i]) + step))
    return found


@settings(max_examples=40, deadline=None)
@given(
    st.integers(0, 10), st.sampled_from(list(FUNCTIONS)), st.sampled_from([1, 2, 1 << 18]),
    st.integers(0, 2**32 - 1),
)  # fmt: skip
def test_a_dense_track_is_that_of_a_slow_search(databases, n, function, window, seed):
    source, target = databases
    chains = random_chains(np.random.default_rng(seed), n)
    usual, module.WINDOW_BINS = module.WINDOW_BINS, window
    try:
        liftover_track(
            target, "new", source["d"], chains=chains, aggregate=function, overwrite=True
        )
    finally:
        module.WINDOW_BINS = usual
    for chrom, length in TARGET.items():
        came = [{} for _ in range(-(-length // WIDTH))]
        for (name, at), places in places_of(chains, chrom).items():
            value = source["d"].read(name)[at // WIDTH]
            for _, chain, to in places:
                came[to // WIDTH][name, at // WIDTH, chain] = float(value)
        expected = [of_values(function, list(values.values())) for values in came]
        np.testing.assert_allclose(target["new"].read(chrom), expected, rtol=1e-6)


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10), st.sampled_from(list(FUNCTIONS)), st.integers(0, 2**32 - 1))
def test_a_sparse_track_is_that_of_a_slow_search(databases, n, function, seed):
    source, target = databases
    chains = random_chains(np.random.default_rng(seed), n)
    liftover_track(target, "new", source["s"], chains=chains, aggregate=function, overwrite=True)
    for chrom, length in TARGET.items():
        came = [[] for _ in range(length)]
        for (name, at), places in places_of(chains, chrom).items():
            value = source["s"].read(name, at, at + 1).value
            for _, _, to in places:
                came[to] += [float(v) for v in value]
        expected = [of_values(function, values) for values in came]
        expected = [np.nan if v == 0 and not came[i] else v for i, v in enumerate(expected)]
        found = np.full(length, np.nan)
        start, end, value = target["new"].read(chrom)
        for a, b, v in zip(start, end, value, strict=True):
            found[a:b] = v
        covered = [any(v == v for v in values) for values in came]
        np.testing.assert_allclose(found[covered], np.array(expected)[covered], rtol=1e-6)
        assert np.isnan(found[~np.array(covered)]).all()
        touching = (start[1:] == end[:-1]) & (value[1:] == value[:-1])
        assert not touching.any()


def of_values(function, values):
    present = [v for v in values if v == v]
    if not present:
        return 0 if function == "count" else np.nan
    return FUNCTIONS[function](present)
