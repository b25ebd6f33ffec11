"""Adding up the bins of several tracks, against numpy."""

import numpy as np
import pytest

from genomedb.errors import UsageError
from genomedb.kernels.combine import Best, Mean, Total, WholeTotal

DTYPES = ("float32", "float64", "int8", "uint8", "int16", "uint16", "int32", "uint32")


def tracks(dtype, n_tracks=4, n=37):
    rng = np.random.default_rng(5)
    found = rng.integers(0, 50, (n_tracks, n)).astype(dtype)
    if found.dtype.kind == "f":
        found[rng.random(found.shape) < 0.3] = np.nan
        found[:, 3] = np.nan
    else:
        found[:, 3] = 7
    return found


def as_floats(values):
    there = values.astype(np.float64)
    if values.dtype.kind != "f":
        there[values == 7] = np.nan
    return there


@pytest.mark.parametrize("dtype", DTYPES)
def test_values_that_are_missing_are_left_out(dtype):
    values = tracks(dtype)
    made = {"sum": Total(37), "mean": Mean(37), "max": Best(37), "min": Best(37, -1)}
    for accumulator in made.values():
        for row in values:
            accumulator.add(row, None if row.dtype.kind == "f" else 7)
    slow = as_floats(values)
    none = np.isnan(slow).all(axis=0)
    assert none[3]
    with np.errstate(all="ignore"):
        wanted = {
            "sum": np.where(none, np.nan, np.nansum(slow, axis=0)),
            "mean": np.where(none, np.nan, np.nansum(slow, axis=0) / (~np.isnan(slow)).sum(0)),
            "max": np.fmax.reduce(slow), "min": np.fmin.reduce(slow),
        }  # fmt: skip
    for how, accumulator in made.items():
        np.testing.assert_array_equal(accumulator.result(), wanted[how], err_msg=how)


def test_small_whole_numbers_do_not_wrap_around():
    total, mean = WholeTotal(2), WholeTotal(2, mean=True)
    for _ in range(300):
        total.add(np.array([255, 1], np.uint8))
        mean.add(np.array([255, 1], np.uint8))
    assert total.result().tolist() == [76_500, 300]
    assert mean.result().tolist() == [255.0, 1.0]
    total.add(np.array([-128, -1], np.int8))
    assert total.result().tolist() == [76_372, 299]


def test_what_cannot_be_added_is_refused():
    with pytest.raises(UsageError, match="may not fit int32"):
        WholeTotal(1).add(np.zeros(1, np.uint32))
    with pytest.raises(UsageError, match="3 values do not go into 2 bins"):
        Total(2).add(np.zeros(3))
    with pytest.raises(UsageError, match="missing value 300 does not fit"):
        Mean(1).add(np.zeros(1, np.uint8), 300)
