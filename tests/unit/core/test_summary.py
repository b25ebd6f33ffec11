"""Summary: what is derived from counts, sums and extremes."""

import numpy as np
import pytest

from genomedb.core.summary import Summary
from genomedb.errors import UsageError


def summary_of(*regions):
    rows = []
    for values in regions:
        values = np.array(values, float)
        kept = values[~np.isnan(values)]
        ends = (kept.min(), kept.max()) if kept.size else (np.nan, np.nan)
        rows.append((values.size, kept.size, kept.sum(), (kept**2).sum(), *ends))
    return Summary.of(*zip(*rows, strict=True))


SOME = ([1, 2, 4, np.nan], [np.nan, np.nan], [5], [0.1] * 7)


def test_mean_and_sample_deviation_are_numpys():
    summary = summary_of(*SOME)
    kept = [np.array(v, float)[~np.isnan(v)] for v in SOME]
    np.testing.assert_allclose(summary.mean, [7 / 3, np.nan, 5, 0.1], rtol=1e-15)
    np.testing.assert_allclose(summary.std[0], kept[0].std(ddof=1), rtol=1e-14)
    assert np.isnan(summary.std[[1, 2]]).all()  # one value has no sample deviation
    assert summary.std[3] == 0  # exactly, as all are equal
    assert summary.n_missing.tolist() == [1, 2, 0, 0]
    assert summary.coverage.tolist() == [0.75, 0, 1, 1]


def test_deviation_is_never_nan_by_rounding():
    rng = np.random.default_rng(0)
    for _ in range(200):
        assert summary_of(rng.normal(1e9, 1e-3, 50)).std[0] >= 0


def test_infinite_values_have_no_deviation():
    assert np.isnan(summary_of([np.inf, np.inf], [np.inf, 1]).std).all()


def test_merging_equals_the_summary_of_everything():
    one = summary_of(*SOME).merged()
    whole = summary_of(np.concatenate(SOME))
    for name in ("n_bins", "count", "sum", "mean", "std", "min", "max"):
        np.testing.assert_allclose(getattr(one, name), getattr(whole, name), rtol=1e-14)
    nothing = summary_of([np.nan], []).merged()
    assert (len(nothing), nothing.count[0], nothing.sum[0]) == (1, 0, 0)
    assert np.isnan([nothing.min[0], nothing.max[0], nothing.mean[0]]).all()
    assert len(summary_of(*SOME)[:0].merged()) == 1


def test_regions_can_be_picked():
    summary = summary_of(*SOME)
    assert len(summary) == 4
    assert summary[2].mean.tolist() == [5]
    assert summary[-1].count.tolist() == [7]
    assert summary[1:3].count.tolist() == [0, 1]
    assert summary[summary.count > 1].count.tolist() == [3, 7]
    with pytest.raises(IndexError):
        summary[4]
    assert sum(len(part) for part in summary) == 4


def test_a_frame_has_a_row_per_region():
    pytest.importorskip("pandas")
    frame = summary_of(*SOME).to_frame()
    assert len(frame) == 4
    assert frame["mean"][2] == 5
    assert {"n_bins", "count", "n_missing", "coverage", "std"} <= set(frame)


def test_the_repr_shows_numbers_and_stays_short():
    text = repr(summary_of(*SOME))
    assert text.splitlines()[0] == "Summary of 4 regions"
    assert text.splitlines()[4].split() == ["1", "1", "5", "nan", "5", "5", "5"]
    assert "... 20 more" in repr(summary_of(*[[1.0]] * 30))


def test_columns_of_different_lengths_are_refused():
    with pytest.raises(UsageError, match="the columns of a summary have the shapes"):
        Summary.of([1, 2], 1, 1, 1, 1, 1)
