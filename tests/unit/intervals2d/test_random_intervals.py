"""Random intervals: where they may lie, how often, and when there is no room."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from genomedb.core.chroms import ChromTable
from genomedb.errors import ChromError, UsageError
from genomedb.intervals.random import random_intervals

CHROMS = ChromTable(("chr10", "chr2", "chrX"), (60, 40, 25))

masks = st.lists(
    st.tuples(st.integers(0, 2), st.integers(0, 24), st.integers(1, 20)), max_size=8
).map(
    lambda rows: pd.DataFrame(
        [(CHROMS.names[c], a, min(a + n, CHROMS.lengths[c])) for c, a, n in rows],
        columns=["chrom", "start", "end"],
    )
)


def allowed(size, edge, chromosomes, mask):
    """Every (chrom, start) that may be drawn."""
    blocked = {(c, p) for c, a, b in mask.itertuples(index=False) for p in range(a, b)}
    return {
        (name, start)
        for name, length in zip(CHROMS.names, CHROMS.lengths, strict=True)
        if chromosomes is None or name in chromosomes
        for start in range(edge, length - edge - size + 1)
        if not any((name, p) in blocked for p in range(start, start + size))
    }


@given(
    st.integers(1, 12), st.integers(0, 9), masks,
    st.none() | st.lists(st.sampled_from(CHROMS.names), min_size=1, max_size=3),
)  # fmt: skip
def test_exactly_the_allowed_places_are_drawn(size, edge, mask, chromosomes):
    places = allowed(size, edge, chromosomes, mask)
    options = {"dist_from_edge": edge, "chromosomes": chromosomes, "mask": mask, "rng": 7}
    if not places:
        with pytest.raises(UsageError, match=f"no interval of {size} bp fits"):
            random_intervals(size, 1, CHROMS, **options)
        return
    made = random_intervals(size, 3000, CHROMS, **options)
    assert (made["end"] - made["start"] == size).all()
    assert set(zip(made["chrom"], made["start"], strict=True)) == places


def test_each_place_is_as_likely_as_any_other():
    mask = pd.DataFrame({"chrom": ["chr10", "2"], "start": [5, 0], "end": [50, 39]})
    made = random_intervals(2, 50_000, CHROMS, dist_from_edge=0, mask=mask, rng=3)
    places = allowed(2, 0, None, mask.assign(chrom=["chr10", "chr2"]))
    n = made.groupby(["chrom", "start"], observed=True).size()
    assert len(n) == len(places)
    expected = 50_000 / len(places)
    assert ((n - expected) ** 2 / expected).sum() < 3 * len(places)


def test_a_seed_or_a_generator_decides_and_rows_are_in_the_order_drawn():
    a = random_intervals(5, 50, CHROMS, dist_from_edge=0, rng=1)
    b = random_intervals(5, 50, CHROMS, dist_from_edge=0, rng=np.random.default_rng(1))
    pd.testing.assert_frame_equal(a, b)
    assert not a["start"].is_monotonic_increasing
    assert list(a.columns) == ["chrom", "start", "end"]
    assert not a.equals(random_intervals(5, 50, CHROMS, dist_from_edge=0, rng=2))


@pytest.mark.parametrize(
    ("options", "error", "message"),
    [
        ({"size": 0}, UsageError, "size=0"),
        ({"size": 2.5}, UsageError, "size=2.5"),
        ({"n": -1}, UsageError, "n=-1"),
        ({"n": True}, UsageError, "n=True"),
        ({"dist_from_edge": -1}, UsageError, "dist_from_edge=-1"),
        ({"dist_from_edge": float("nan")}, UsageError, "dist_from_edge=nan"),
        ({"dist_from_edge": "5"}, UsageError, "dist_from_edge='5'"),
        ({}, UsageError, "no interval of 5 bp fits: there is no room 3000000 bp"),
        ({"dist_from_edge": 0, "size": 61}, UsageError, "no interval of 61 bp fits"),
        ({"chromosomes": ["chr9"]}, ChromError, '"chr9" does not exist'),
        ({"chromosomes": []}, UsageError, "no interval of 5 bp fits"),
    ],
)
def test_bad_questions_are_refused(options, error, message):
    given = {"size": 5, "n": 1, **options}
    with pytest.raises(error, match=message):
        random_intervals(given.pop("size"), given.pop("n"), CHROMS, **given)
