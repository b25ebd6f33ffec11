"""Wide regions are drawn from the pyramid; features as how many there are."""

import numpy as np

from genomedb import create_database
from genomedb.plot import plot_tracks
from genomedb.tracks.create import new_features


def drawn(axes):
    """Values and edges of each staircase of a panel."""
    return [patch.get_data()[:2] for patch in axes.patches]


def test_a_wide_region_shows_means_and_highest_values_of_its_points(tmp_path):
    n = 200_000
    values = np.random.default_rng(0).poisson(3, n).astype("f4")
    values[:500] = np.nan
    db = create_database(tmp_path, "toy", {"chr1": n})
    track = db.create_dense("d", {"chr1": values}, bin_size=1)
    assert track.has_pyramid
    figure = plot_tracks(db, "d", "chr1:0-200000")
    (highest, edges), (mean, _) = drawn(figure.axes[0])
    np.testing.assert_array_equal(edges, np.arange(0, n + 1, 100))
    parts = values.reshape(-1, 100)
    np.testing.assert_array_equal(highest[5:], parts[5:].max(axis=1))
    np.testing.assert_allclose(mean[5:], parts[5:].mean(axis=1, dtype="f8"))
    assert np.isnan(mean[:5]).all()


def test_features_show_how_many_lie_over_each_point(tmp_path):
    db = create_database(tmp_path, "toy", {"chr1": 1000})
    with new_features(db.place("genes"), []) as draft:
        draft.write("chr1", [([10, 20, 500], [40, 30, 501], {})])
    figure = plot_tracks(db, "genes", "chr1:0-1000")
    ((shown, edges),) = drawn(figure.axes[0])
    assert edges.size == 1001
    expected = np.zeros(1000)
    expected[10:40] += 1
    expected[20:30] += 1
    expected[500] += 1
    np.testing.assert_array_equal(shown, expected)
