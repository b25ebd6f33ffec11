"""Kernels of windows: what their doors refuse, and single cases; see also tests of signals."""

import math

import numpy as np
import pytest

from genomedb.errors import UsageError
from genomedb.kernels import window_tiles as tiles
from genomedb.kernels.window_direct import Kind, Mode, direct
from genomedb.kernels.window_ranks import quantile_of_parts, select_quantile, slide_quantile
from genomedb.kernels.windows import overlapped

NAN, INF = math.nan, math.inf


def test_direct_windows_may_be_empty_and_begin_anywhere():
    values = np.array([NAN, 2, 4, NAN], np.float32)
    first, last = [10, 11, 12, 13, 12], [12, 13, 14, 14, 12]
    mean = direct(values, first, last, kind=Kind.SUMS, mode=Mode.MEAN, base=10)
    np.testing.assert_array_equal(mean, [2, 3, 4, NAN, NAN])
    size = direct(values, first, last, kind=Kind.SUMS, mode=Mode.SIZE, base=10)
    assert size.tolist() == [1, 2, 1, 0, 0]
    highest = direct(values, first, last, kind=Kind.HIGHEST, mode=Mode.NUMBER, base=10)
    np.testing.assert_array_equal(highest, [11, 12, 12, NAN, NAN])


def test_a_window_of_one_value_gives_it_unchanged():
    values = np.array([-0.0, 0.1, INF])
    for mode in (Mode.SUM, Mode.MEAN):
        found = direct(values, [0, 1, 2], [1, 2, 3], kind=Kind.SUMS, mode=mode)
        assert found.tobytes() == values.tobytes()


@pytest.mark.parametrize("infinite", [INF, -INF])
def test_windows_of_infinite_values_have_an_extreme(infinite):
    values = np.array([NAN] * 9 + [infinite] * 9 + [NAN])
    for kind in (Kind.LOWEST, Kind.HIGHEST, Kind.FIRST):
        assert direct(values, [0], [19], kind=kind, mode=Mode.NUMBER).tolist() == [9]
        assert direct(values, [0], [19], kind=kind, mode=Mode.VALUE).tolist() == [infinite]
    assert direct(values, [0], [19], kind=Kind.LSE, mode=Mode.LOG_SUM).tolist() == [infinite]


def test_doors_refuse_windows_outside_the_values():
    values = np.zeros(5)
    for call in (
        lambda a, b: direct(values, a, b, kind=Kind.SUMS, mode=Mode.SUM),
        lambda a, b: slide_quantile(values, a, b, p=0.5),
        lambda a, b: select_quantile(values, a, b, p=0.5),
    ):
        for first, last in (([-1], [2]), ([0], [6]), ([3], [2])):
            with pytest.raises(UsageError, match=r"range 0, .* is not inside the 5 elements"):
                call(first, last)


def test_doors_refuse_other_values_and_modes():
    with pytest.raises(UsageError, match="dtype int64"):
        direct(np.zeros(3, int), [0], [1], kind=Kind.SUMS, mode=Mode.SUM)
    with pytest.raises(UsageError, match="STDDEV cannot be had of SUMS"):
        direct(np.zeros(3), [0], [1], kind=Kind.SUMS, mode=Mode.STDDEV)
    with pytest.raises(UsageError, match="quantile 2 is not between 0 and 1"):
        slide_quantile(np.zeros(3), [0], [1], p=2)
    with pytest.raises(UsageError, match="not one length"):
        overlapped([1], [2, 3], [0], [1])
    with pytest.raises(UsageError, match="not one length"):
        overlapped([1], [2], [0], [1, 2])


def test_windows_are_classed_by_width_and_stretch():
    s = tiles.STRETCH
    first = np.array([0, 0, 5, s - 1, s - 8, 7])
    last = np.array([0, 16, 22, s + 40, s, 9 * s])
    found = [tiles.class_of(k) for k in tiles.classify(first, last).tolist()]
    assert [c.log_tile for c in found] == [0, 0, 4, 5, 0, tiles.LOG_STRETCH]
    assert [(c.head, c.tail) for c in found] == [(0, 0), (0, 0), (0, 0), (0, 1), (0, 0), (0, 8)]
    with pytest.raises(UsageError, match="narrow 3"):
        tiles.classify(first, last, narrow=3)


def test_windows_of_another_class_are_refused():
    side = tiles.Side.empty(Kind.SUMS)
    side.begin(5, 0)
    values = np.zeros(100)

    def call(first, last, mode=Mode.SUM, prefix=side, tail=values):
        return tiles.slide(
            values, tail, suffix=side, prefix=prefix, middle=np.empty(0), mode=mode,
            first=np.array([first]), last=np.array([last]),
        )  # fmt: skip

    assert call(0, 40).tolist() == [0]
    for first, last in ((-1, 40), (0, 101), (100, 101), (0, 0)):
        with pytest.raises(UsageError, match="windows of another class"):
            call(first, last)
    with pytest.raises(UsageError, match="VALUE cannot be had of SUMS"):
        call(0, 40, mode=Mode.VALUE)
    with pytest.raises(UsageError, match="not of one kind"):
        call(0, 40, prefix=tiles.Side.empty(Kind.LSE))
    with pytest.raises(UsageError, match="not of one kind"):
        call(0, 40, tail=np.zeros(100, np.float32))


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_ways_to_a_quantile_match_its_definition(dtype):
    rng = np.random.default_rng(0)
    for trial in range(60):
        n = int(rng.integers(1, 400))
        values = [rng.normal(size=n), rng.integers(-2, 3, n) / 2, -np.exp(rng.normal(0, 20, n))]
        values = values[trial % 3].astype(dtype)
        values[rng.random(n) < 0.2] = NAN
        values[rng.random(n) < 0.05] = -0.0
        first = rng.integers(0, n + 1, 20)
        last = np.minimum(n, first + rng.integers(0, n + 1, 20))
        p = float(rng.choice([0, 0.1, 0.5, 0.77, 1]))
        parts = [values[a:b].astype(float) for a, b in zip(first, last, strict=True)]
        wanted = [NAN if np.isnan(x).all() else np.nanquantile(x, p) for x in parts]
        moved = slide_quantile(values, first, last, p=p)
        np.testing.assert_allclose(moved, wanted, rtol=1e-12, atol=1e-12)
        np.testing.assert_array_equal(select_quantile(values, first, last, p=p), moved)
        whole = quantile_of_parts(lambda v=values, n=n: [v[: n // 2], v[n // 2 :]], p=p)
        np.testing.assert_array_equal(select_quantile(values, [0], [n], p=p), [whole])


def test_quantiles_next_to_infinity_have_no_weight_of_it():
    values = np.array([1.0, 2.0, INF])
    for way in (slide_quantile, select_quantile):
        assert way(values, [0, 0], [3, 2], p=0.5).tolist() == [2, 1.5]
        assert way(values, [0], [3], p=0.75).tolist() == [INF]
        assert way(np.array([INF, INF]), [0], [2], p=0.5).tolist() == [INF]
    assert quantile_of_parts(lambda: [values], p=0.5) == 2
    assert math.isnan(quantile_of_parts(lambda: [np.array([NAN])], p=0.5))


def test_overlapped_answers_windows_in_any_order():
    rng = np.random.default_rng(2)
    edges = np.sort(rng.choice(5000, 400, replace=False))
    starts, ends = edges[::2], edges[1::2]
    start = rng.integers(0, 5000, 500)
    end = start + rng.integers(1, 300, 500)
    first, last = overlapped(starts, ends, start, end)
    assert first.tolist() == np.searchsorted(ends, start, side="right").tolist()
    assert last.tolist() == np.maximum(np.searchsorted(starts, end), first).tolist()
