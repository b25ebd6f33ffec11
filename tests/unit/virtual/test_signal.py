"""Functions of windows over values against their definitions, and the numbers they must give."""

import math
import pickle

import numpy as np
import pytest

from genomedb.errors import UsageError
from genomedb.kernels.window_tiles import STRETCH
from genomedb.virtual.elements import Elements, FrameElements
from genomedb.virtual.signal import SIGNAL_FUNCTIONS, check_signal, signal_function

NAN, INF = math.nan, math.inf


class Bins(Elements):
    """Bins of a made-up dense track, in memory."""

    is_dense = True

    def __init__(self, values, width):
        self.stored, self.width, self.size = np.asarray(values), width, len(values)

    def ranges(self, start, end):
        return start // self.width, np.minimum(-(-end // self.width), self.size)

    def read(self, first, last):
        return self.stored[first:last]

    def starts(self, index):
        return index * self.width

    def ends(self, index):
        return (index + 1) * self.width


class OneChrom:
    """A source of one chromosome; pickled as it is."""

    n_chroms = 1

    def __init__(self, elements):
        self.elements = elements

    def __call__(self, code):
        return self.elements


def slow(name, values, p=None):
    """The definition, over the values of one window that are not NaN."""
    x = values[~np.isnan(values)].astype(np.float64)
    if name in ("size", "exists"):
        return float(x.size if name == "size" else x.size > 0)
    if not x.size or (name == "stddev" and x.size < 2):
        return NAN
    with np.errstate(all="ignore"):
        if name == "lse":
            top = x.max()
            return top if np.isinf(top) else top + math.log(np.exp(x - top).sum())
        if name == "quantile":
            x = np.sort(x)
            h = (x.size - 1) * p
            low, high = x[math.floor(h)], x[math.ceil(h)]
            return low if low == high else low + (h - math.floor(h)) * (high - low)
        made = {
            "avg": np.mean, "mean": np.mean, "sum": np.sum, "min": np.min, "max": np.max,
            "first": lambda a: a[0], "last": lambda a: a[-1],
            "stddev": lambda a: np.std(a, ddof=1),
        }  # fmt: skip
        return float(made[name](x))


VALUES = ["avg", "mean", "sum", "min", "max", "first", "last", "stddev", "size", "exists", "lse"]


def some_values(kind, n, dtype, seed=0):
    rng = np.random.default_rng(seed)
    values = {
        "random": rng.gamma(2, 3, n),
        "far from zero": 1e6 + rng.normal(size=n),
        "few": rng.integers(-2, 3, n) / 2,
        "constant": np.full(n, 0.1),
        "rare": np.where(rng.random(n) < 0.999, NAN, rng.normal(size=n)),
    }[kind].astype(dtype)
    values[rng.random(n) < 0.1] = NAN
    a = n // 3
    values[a : a + n // 10] = NAN
    return values


def some_windows(n, m, seed=0):
    """Windows of any width, with many near the edges of the parts that values are read in."""
    rng = np.random.default_rng(seed)
    width = np.exp(rng.uniform(0, math.log(n), m)).astype(np.int64)
    width = np.where(rng.random(m) < 0.2, 1 << rng.integers(0, 17, m), width)
    first = rng.integers(0, n, m)
    edge = rng.integers(0, n // STRETCH + 1, m) * STRETCH + rng.integers(-20, 20, m)
    first = np.clip(np.where(rng.random(m) < 0.4, edge, first), 0, n - 1)
    return first, np.minimum(first + width, n)


@pytest.mark.parametrize("is_disjoint", [True, False])
@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("kind", ["random", "far from zero", "few", "constant", "rare"])
def test_each_function_matches_its_definition(kind, dtype, is_disjoint):
    n = 3 * STRETCH + 1000
    values = some_values(kind, n, dtype)
    start, end = some_windows(n, 80)
    source = OneChrom(Bins(values, 1))
    parts = [values[a:b] for a, b in zip(start, end, strict=True)]
    for name, p in [*((name, None) for name in VALUES), ("quantile", 0.5), ("quantile", 0.93)]:
        found = signal_function(name, source, params=p, is_disjoint=is_disjoint)(0, start, end)
        assert found.dtype == np.float64
        wanted = [slow(name, part, p) for part in parts]
        exact = name in ("min", "max", "first", "last", "size", "exists")
        np.testing.assert_allclose(
            found, wanted, rtol=0 if exact else 1e-10, atol=0 if exact else 1e-13, err_msg=name
        )


@pytest.mark.parametrize("is_disjoint", [True, False])
@pytest.mark.parametrize("name", ["avg", "stddev", "max.pos.abs", "lse", "quantile", "sample"])
def test_many_windows_at_once_get_the_answers_of_each_alone(name, is_disjoint):
    n = 3 * STRETCH + 1000
    start, end = some_windows(n, 400, seed=7)
    source = OneChrom(Bins(some_values("random", n, "float32"), 1))
    p = 0.4 if name == "quantile" else None
    function = signal_function(name, source, params=p, is_disjoint=is_disjoint)
    together = function(0, start, end)
    alone = [function(0, start[i : i + 1], end[i : i + 1])[0] for i in range(400)]
    assert np.array_equal(together.view(np.int64), np.array(alone).view(np.int64))


@pytest.mark.parametrize("is_disjoint", [True, False])
def test_positions_match_their_definitions(is_disjoint):
    n = 2 * STRETCH + 77
    values = some_values("few", n, "float32")
    first, last = some_windows(n, 80, seed=1)
    start, end = first * 10 + 3, last * 10
    source = OneChrom(Bins(values, 10))
    pick = {
        "first": lambda x: np.flatnonzero(~np.isnan(x))[0],
        "last": lambda x: np.flatnonzero(~np.isnan(x))[-1],
        "min": np.nanargmin,
        "max": np.nanargmax,
    }
    for name, choose in pick.items():
        wanted = np.full(80, NAN)
        for i in range(80):
            part = values[first[i] : last[i]]
            if not np.isnan(part).all():
                wanted[i] = max((first[i] + choose(part)) * 10, start[i])
        for how, origin in (("abs", 0), ("relative", start)):
            function = signal_function(f"{name}.pos.{how}", source, is_disjoint=is_disjoint)
            np.testing.assert_array_equal(function(0, start, end), wanted - origin)


@pytest.mark.parametrize("is_disjoint", [True, False])
def test_infinities_are_values_like_others_and_stay_in_their_windows(is_disjoint):
    values = np.random.default_rng(3).normal(size=5000)
    values[1000], values[3000], values[3001] = INF, -INF, INF
    start = np.arange(0, 4900, 7)
    end = start + 100
    source = OneChrom(Bins(values, 1))
    for name in ("sum", "avg", "min", "max", "lse", "stddev", "quantile"):
        p = 0.99 if name == "quantile" else None
        found = signal_function(name, source, params=p, is_disjoint=is_disjoint)(0, start, end)
        wanted = [slow(name, values[a:b], p) for a, b in zip(start, end, strict=True)]
        np.testing.assert_allclose(found, wanted, rtol=1e-10, atol=1e-13, err_msg=name)


@pytest.mark.parametrize("is_disjoint", [True, False])
@pytest.mark.parametrize("value", [0.1, 1e8 / 3, -7.7e-9])
def test_the_standard_deviation_of_equal_values_is_exactly_zero(value, is_disjoint):
    for dtype in ("float32", "float64"):
        values = np.full(3000, value, dtype)
        values[::7] = NAN
        start = np.arange(1000)
        function = signal_function("stddev", OneChrom(Bins(values, 1)), is_disjoint=is_disjoint)
        for width in (3, 16, 17, 100, 1999):
            assert (function(0, start, start + width) == 0).all()


@pytest.mark.parametrize("is_disjoint", [True, False])
def test_the_worked_numbers_of_bins(is_disjoint):
    values = np.full(100, NAN, np.float32)
    values[:8] = [1, 2, 4, 8, 16, NAN, 64, 128]
    source = OneChrom(Bins(values, 10))
    wanted = {
        "avg": 6.2, "sum": 31, "stddev": 6.09918, "lse": 16.000343, "size": 5, "exists": 1,
        "global.percentile": 3 / 7, "global.percentile.min": 1 / 7, "global.percentile.max": 5 / 7,
        "first.pos.abs": 5, "first.pos.relative": 0, "max.pos.abs": 40, "nearest": 6.2,
    }  # fmt: skip
    start, end = np.array([5, 50]), np.array([45, 60])
    for name, value in wanted.items():
        found = signal_function(name, source, is_disjoint=is_disjoint)(0, start, end)
        none = 0 if name in ("size", "exists") else NAN
        np.testing.assert_allclose(found, [value, none], rtol=1e-6, err_msg=name)
    for p, value in ((0.5, 4), (0.9, 12.8)):
        median = signal_function("quantile", source, params=p, is_disjoint=is_disjoint)
        np.testing.assert_allclose(median(0, start, end), [value, NAN])
    shifted = signal_function("sum", source, is_disjoint=False)
    found = shifted(0, np.array([0, 10, 30]), np.array([30, 50, 50]))
    np.testing.assert_array_equal(found, [7, 30, 24])


@pytest.mark.parametrize("is_disjoint", [True, False])
def test_the_worked_numbers_of_records(is_disjoint):
    source = OneChrom(FrameElements(np.array([5, 40]), np.array([25, 60]), np.array([1.0, 3.0])))
    wanted = {"avg": 2, "sum": 4, "stddev": math.sqrt(2), "lse": 3.126928}
    for name, value in wanted.items():
        function = signal_function(name, source, is_disjoint=is_disjoint)
        found = function(0, np.array([5]), np.array([45]))
        np.testing.assert_allclose(found, [value], rtol=1e-6)
    for how, value in (("abs", 40), ("relative", -10)):  # not clipped at the window
        function = signal_function(f"first.pos.{how}", source, is_disjoint=is_disjoint)
        assert function(0, np.array([50]), np.array([60])).tolist() == [value]
    plain = FrameElements(
        np.array([100, 200, 500, 600]), np.array([200, 250, 560, 700]), np.array([10, 25, 17, 44.0])
    )
    means = signal_function("avg", OneChrom(plain), is_disjoint=is_disjoint)
    found = means(0, np.array([230, 0, 300]), np.array([620, 300, 400]))
    np.testing.assert_allclose(found, [86 / 3, 17.5, NAN])


def test_nearest_takes_the_nearest_record_that_has_a_value():
    start = np.array([10, 30, 50, 70])
    records = FrameElements(start, start + 10, np.array([1.0, NAN, 3.0, 4.0]))
    function = signal_function("nearest", OneChrom(records), is_disjoint=False)
    windows = np.array([[0, 5], [25, 28], [35, 36], [34, 36], [42, 68], [90, 99], [30, 40]])
    # (35, 36): 15 to the left, 14 to the right; (34, 36): 14 both; (30, 40): 10 both
    found = function(0, windows[:, 0], windows[:, 1])
    assert found.tolist() == [1, 1, 3, 1, 3, 4, 1]
    nothing = FrameElements(start, start + 10, np.full(4, NAN))
    function = signal_function("nearest", OneChrom(nothing), is_disjoint=True)
    assert np.isnan(function(0, np.array([0, 12]), np.array([5, 14]))).all()


@pytest.mark.parametrize("kind", ["random", "rare"])
def test_samples_are_values_of_their_window_and_evenly_chosen(kind):
    values = some_values(kind, 3 * STRETCH, "float32")
    values = np.where(np.isnan(values), NAN, np.arange(values.size)).astype(np.float32)
    first, last = some_windows(values.size, 300)
    source = OneChrom(Bins(values, 1))
    found = signal_function("sample", source, is_disjoint=False)(0, first, last)
    places = signal_function("sample.pos.abs", source, is_disjoint=False)(0, first, last)
    np.testing.assert_array_equal(found, places)
    has = signal_function("exists", source, is_disjoint=False)(0, first, last) == 1
    np.testing.assert_array_equal(has, ~np.isnan(found))
    assert ((first <= found) & (found < last))[has].all()

    window = np.zeros(3000, np.int64)
    function = signal_function("sample", OneChrom(Bins([NAN, 0.0, 1, NAN, 2], 1)), is_disjoint=True)
    drawn = function(0, window, window + 5)
    assert np.unique(drawn).size == 1  # equal windows, equal choice
    others = [
        signal_function("sample", function._source, is_disjoint=True, seed=s)(
            0, window[:1], window[:1] + 5
        )[0]
        for s in range(600)
    ]
    assert (np.bincount(np.array(others).astype(int), minlength=3) > 150).all()


def test_shares_of_all_values_count_every_chromosome():
    class Two(OneChrom):
        n_chroms = 2

        def __call__(self, code):
            return Bins([np.array([1, 2, 2, NAN]), np.array([0.1, 5, NAN])][code], 1)

    function = signal_function("global.percentile", Two(None), is_disjoint=True)
    found = function(1, np.array([0, 1, 2]), np.array([1, 2, 3]))
    np.testing.assert_allclose(found, [0.2, 1, NAN])


def test_shares_are_of_means_in_the_precision_of_the_values():
    values = np.array([0.1, 0.5, 0.3, NAN], np.float32)
    assert values[:2].mean(dtype=float) < values[2]
    function = signal_function("global.percentile", OneChrom(Bins(values, 1)), is_disjoint=True)
    np.testing.assert_allclose(function(0, np.array([0]), np.array([2])), [2 / 3])


def test_a_pickled_function_answers_the_same():
    values = some_values("random", 5000, "float32")
    start = np.arange(0, 4000, 3)
    for name in SIGNAL_FUNCTIONS:
        p = 0.3 if name == "quantile" else None
        function = signal_function(name, OneChrom(Bins(values, 1)), params=p, is_disjoint=False)
        before = function(0, start, start + 200)
        copy = pickle.loads(pickle.dumps(function))
        np.testing.assert_array_equal(copy(0, start, start + 200), before)


def test_a_chromosome_without_elements_has_no_values():
    none = np.empty(0, np.int64)
    for empty in (FrameElements(none, none, np.empty(0)), Bins(np.empty(0), 10)):
        for name in SIGNAL_FUNCTIONS:
            p = 0.3 if name == "quantile" else None
            for is_disjoint in (True, False):
                function = signal_function(name, OneChrom(empty), params=p, is_disjoint=is_disjoint)
                window = np.array([0]), np.array([10])
                if isinstance(empty, Bins):
                    empty.ranges = lambda start, end: (start * 0, end * 0)
                found = function(0, *window)
                assert found[0] == 0 if name in ("size", "exists") else np.isnan(found[0])
                assert function(0, none, none).size == 0


@pytest.mark.parametrize(
    ("name", "params", "says"),
    [
        ("median", None, "function 'median' is not known. Use one of: avg"),
        ("quantile", None, "params of quantile must be a number from 0 to 1, not None"),
        ("quantile", 1.5, "params of quantile must be a number from 0 to 1, not 1.5"),
        ("quantile", NAN, "params of quantile must be a number from 0 to 1, not nan"),
        ("quantile", "high", "params of quantile must be a number from 0 to 1, not 'high'"),
        ("quantile", True, "params of quantile must be a number from 0 to 1, not True"),
        ("max", 3, "function max takes no params, not 3"),
    ],
)
def test_wrong_functions_and_parameters_are_refused_at_once(name, params, says):
    with pytest.raises(UsageError) as error:
        check_signal(name, params)
    assert says in str(error.value)


def test_a_parameter_may_come_in_a_list():
    assert check_signal("quantile", [0.5]) == check_signal("quantile", np.float32(0.5)) == 0.5
    assert check_signal("avg") is None
