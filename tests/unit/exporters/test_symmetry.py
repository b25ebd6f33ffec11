"""A track is mirrored where each record is there from the other side."""

import numpy as np
import pytest

from genomedb.exporters.symmetry import have_like_halves, is_mirrored

PAIR, BACK = ("chr1", "chr2"), ("chr2", "chr1")


def test_mirrored_points_are(db):
    rng = np.random.default_rng(1)
    x, y = np.divmod(rng.choice(1000 * 1000, 500, replace=False), 1000)
    x, y = np.minimum(x, y), np.maximum(x, y)
    x, y = np.unique(np.stack([x, y]), axis=1)
    value, off = rng.random(x.size).astype(np.float32), x != y
    value[:4] = [np.nan, np.inf, -np.inf, np.nan]
    both = [np.concatenate((a, b[off])) for a, b in ((x, y), (y, x), (value, value))]
    trans = {PAIR: ([1, 2], [3, 4], [5, 6]), BACK: ([4, 3], [2, 1], [6, 5])}
    assert is_mirrored(db.create_points("a", {("chr1", "chr1"): both, **trans}))
    both[2][-1] *= 1 + 1e-7  # rounding
    assert is_mirrored(db.create_points("b", {("chr1", "chr1"): both, **trans}))


def test_mirrored_rectangles_are(db):
    rows = ([0, 100, 5], [5, 110, 9], [0, 5, 100], [5, 9, 110], [1, 2, 2])
    assert is_mirrored(db.create_rectangles("r", {("chr1", "chr1"): rows}))


@pytest.mark.parametrize(
    "data",
    [
        {("chr1", "chr1"): ([10, 30], [20, 5], [1, 1])},
        {("chr1", "chr1"): ([10, 20, 30, 40], [20, 10, 40, 30], [1, 2, 2, 1])},
        {("chr1", "chr1"): ([10, 20], [20, 10], [np.nan, np.inf])},
        {PAIR: ([1, 2], [3, 4], [5, 6]), BACK: ([4, 3], [2, 1], [5, 6])},
        {PAIR: ([1], [3], [5]), BACK: ([1], [3], [5])},
    ],
)
def test_halves_with_as_many_records_and_the_same_sum_may_differ(db, data):
    track = db.create_points("p", data)
    assert not is_mirrored(track)
    assert have_like_halves(track) or np.isinf(track.read("chr1").value).any()


def test_rectangles_of_other_shape_on_the_other_side_are_not(db):
    rows = ([0, 100], [5, 110], [100, 0], [110, 6], [1, 1])
    assert not is_mirrored(db.create_rectangles("r", {("chr1", "chr1"): rows}))
