"""smooth_track: windows in base pairs, streams cut anywhere, and arguments."""

import numpy as np
import pytest

from genomedb.analysis.smooth import iter_smoothed, smooth_track
from genomedb.errors import TrackExistsError, TrackNotFoundError, UsageError
from genomedb.kernels.smooth import Shape, Smoother

NAN = float("nan")


def slow_smooth(values, reach, *, ramp=True, least=0.0, fills=False):
    """One window at a time."""
    out = np.full(values.size, NAN)
    for i in range(values.size):
        near = np.arange(max(0, i - reach), min(values.size, i + reach + 1))
        near = near[~np.isnan(values[near])]
        weight = (reach + 1 - np.abs(near - i)) if ramp else np.ones(near.size)
        if weight.sum() > 0 and weight.sum() >= least and (fills or not np.isnan(values[i])):
            out[i] = (weight * values[near]).sum() / weight.sum()
    return out


@pytest.mark.parametrize("window", [1, 9, 10, 29, 30, 200, 10_000, 1e12])
@pytest.mark.parametrize("algorithm", ["LINEAR_RAMP", "MEAN"])
def test_values_are_those_of_the_definition(toy, many_tasks, window, algorithm):
    name = f"w{window:g}.{algorithm}".replace("+", "p")
    smooth_track(toy.db, name, "a", window, algorithm=algorithm, smooth_nans=True, threshold=0.5)
    reach = int(min(0.5 * window / 10 + 0.5, 10_000))
    ramp = algorithm == "LINEAR_RAMP"
    for chrom in toy.db.chroms.names:
        values = toy.bins.a[toy.bins.chrom == chrom].to_numpy()
        least = 0.5 * (reach + 1) if ramp else 0.5
        if window == 1e12:
            ramp, least = False, 0  # the ramp is flat
            if algorithm == "LINEAR_RAMP":  # no chromosome has half of that weight
                assert np.isfinite(toy.db[name].read(chrom)).all()
        expected = slow_smooth(values, reach, ramp=ramp, least=least, fills=True)
        np.testing.assert_allclose(toy.db[name].read(chrom), expected, rtol=2e-5, atol=1e-6)


def test_an_executor_changes_nothing(toy, many_tasks):
    smooth_track(toy.db, "alone", "a + b", 70)
    smooth_track(toy.db, "together", "a + b", 70, executor=2)
    for chrom in toy.db.chroms.names:
        assert toy.db["alone"].read(chrom).tobytes() == toy.db["together"].read(chrom).tobytes()
    assert toy.db["alone"].attrs["created.by"].startswith("smooth_track('alone', 'a + b', 70")


def test_pieces_of_any_size_give_the_same(monkeypatch):
    values = np.random.default_rng(1).normal(size=1000).astype(np.float32)
    smoother = Smoother(1000, 3, shape=Shape.LINEAR_RAMP)
    whole = np.concatenate(list(iter_smoothed([values], smoother)))
    smoother.step = 16
    cut = np.concatenate(list(iter_smoothed(np.split(values, [1, 2, 50, 51, 700]), smoother)))
    assert whole.tobytes() == cut.tobytes()
    np.testing.assert_allclose(whole, slow_smooth(values, 3), rtol=1e-4, atol=1e-6)


def test_bins_may_be_given(toy):
    smooth_track(toy.db, "wide", "a", 20, iterator=20)
    assert toy.db["wide"].bin_size == 20


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"window": 0}, "window is 0.*above 0"),
        ({"window": -5}, "window is -5"),
        ({"window": NAN}, "window is nan.*finite"),
        ({"window": "x"}, "window is 'x'"),
        ({"threshold": None}, "threshold is None"),
        ({"algorithm": "RAMP"}, "algorithm 'RAMP' is unknown.*LINEAR_RAMP, MEAN"),
        ({"iterator": -1}, "only bins of one width can be smoothed"),
        ({"expression": "a +"}, "a +"),
    ],
)
def test_arguments_that_are_not_right_are_refused(toy, options, message):
    with pytest.raises((UsageError, ValueError), match=message):
        smooth_track(toy.db, "bad", **{"expression": "a", "window": 50, **options})
    assert not toy.db.has_track("bad")


def test_names_are_checked(toy):
    with pytest.raises(TrackExistsError):
        smooth_track(toy.db, "a", "b", 50)
    with pytest.raises((TrackNotFoundError, ValueError), match="zzz"):
        smooth_track(toy.db, "bad", "zzz", 50)
