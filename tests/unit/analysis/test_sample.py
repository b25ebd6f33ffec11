"""sample: each value at most once, all equally likely, the same for a seed."""

from collections import Counter

import numpy as np
import pytest

from genomedb.analysis.sample import _places, sample
from genomedb.db.create import create_database
from genomedb.errors import UsageError


def kept(toy):
    return np.sort(toy.bins.a.dropna().to_numpy())


def test_all_values_come_where_more_are_asked_for(toy, many_tasks):
    found = sample(toy.db, "a", 10_000, rng=1)
    assert np.sort(found).tolist() == kept(toy).tolist()
    assert found.tolist() != np.sort(found).tolist()


@pytest.mark.parametrize("n", [1, 5, 200, 400])
def test_each_interval_comes_at_most_once(toy, many_tasks, n):
    found = sample(toy.db, "START + a * 0", n, "chr2", rng=3)
    starts = toy.bins.start[(toy.bins.chrom == "chr2") & toy.bins.a.notna()]
    assert found.size == min(n, len(starts))
    assert np.unique(found).size == found.size
    assert set(found) <= set(starts)


def test_a_seed_gives_the_same_whoever_computes(toy, many_tasks):
    alone = sample(toy.db, "a + b", 50, rng=7)
    assert sample(toy.db, "a + b", 50, rng=np.random.default_rng(7)).tolist() == alone.tolist()
    assert sample(toy.db, "a + b", 50, rng=7, executor=2).tolist() == alone.tolist()
    assert sample(toy.db, "a + b", 50, rng=8).tolist() != alone.tolist()


def test_a_generator_goes_on(toy):
    rng = np.random.default_rng(7)
    assert sample(toy.db, "a", 50, rng=rng).tolist() != sample(toy.db, "a", 50, rng=rng).tolist()


def test_every_ordered_sample_is_equally_likely(tmp_path):
    db = create_database(tmp_path, "toy", {"chr1": 40})
    db.create_dense("d", {"chr1": np.array([0, 1, np.nan, 2], np.float32)}, bin_size=10)
    rng = np.random.default_rng(5)
    seen = Counter(tuple(sample(db, "d", 2, rng=rng)) for _ in range(600))
    assert len(seen) == 6
    assert min(seen.values()) > 60  # 100 expected, standard deviation 9


@pytest.mark.parametrize(("total", "n"), [(10, 3), (10, 5), (10, 7), (10, 10), (10, 12), (0, 4)])
def test_places_are_sorted_and_every_one_equally_likely(total, n):
    rng = np.random.default_rng(2)
    drawn = [_places(total, n, rng) for _ in range(2000)]
    assert all(np.array_equal(p, np.unique(p)) and p.size == min(n, total) for p in drawn)
    if total:
        share = np.bincount(np.concatenate(drawn), minlength=total) / 2000
        assert np.abs(share - min(n / total, 1)).max() < 0.06


def test_few_of_very_many_take_little_room():
    assert _places(10**15, 5, np.random.default_rng(1)).size == 5


def test_without_values_nothing_is_drawn(toy):
    assert sample(toy.db, "none", 3).size == 0
    assert sample(toy.db, "a", 3, toy.bins[:0]).size == 0


@pytest.mark.parametrize(
    ("n", "rng", "message"),
    [
        (0, None, "n: 0 values cannot be drawn. Give 1 or more"),
        (2.5, None, "n: 2.5 is not a whole number"),
        (1, -1, "rng: -1 is neither a generator nor a seed"),
        (1, "x", "rng: 'x' is neither"),
        (1, True, "rng: True is neither"),
    ],
)
def test_bad_arguments_are_refused(toy, n, rng, message):
    with pytest.raises(UsageError, match=message):
        sample(toy.db, "a", n, rng=rng)
