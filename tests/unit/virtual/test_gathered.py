"""Quantiles and random elements of masked windows against lists."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from genomedb.virtual import gathered as module
from genomedb.virtual.elements import FrameElements
from genomedb.virtual.gathered import quantiles, sampled
from genomedb.virtual.segments import Segments

RECORD = st.tuples(st.integers(0, 3), st.integers(1, 6), st.sampled_from([1.0, 2.5, -3, np.nan]))
SPAN = st.tuples(st.integers(0, 80), st.integers(1, 40)).map(lambda p: (p[0], p[0] + p[1]))


def elements_of(records):
    place, rows = 0, []
    for gap, length, value in records:
        rows.append((place + gap, place + gap + length, value))
        place += gap + length
    start, end, value = np.array(rows, float).reshape(-1, 3).T
    return rows, FrameElements(start.astype(np.int64), end.astype(np.int64), value.copy())


def segments_of(windows, mask):
    mask, given = [], sorted(mask)
    for start, end in given:
        if not mask or start >= mask[-1][1]:
            mask.append((start, end))
    columns = [np.array(c, np.int64).reshape(-1, 2).T.copy() for c in (windows, mask)]
    return Segments.between(*columns[0], *columns[1])


@given(st.lists(RECORD, max_size=12), st.lists(SPAN, max_size=5), st.lists(SPAN, max_size=4),
       st.sampled_from([0, 0.3, 0.5, 1]), st.sampled_from([1, 3, 1 << 20]))  # fmt: skip
def test_lists_of_segments(records, windows, mask, p, most):
    rows, elements = elements_of(records)
    left = segments_of(windows, mask)
    listed = [[] for _ in windows]
    for a, b, window in zip(left.start, left.end, left.window, strict=True):
        listed[window] += [(i, v) for i, (s, e, v) in enumerate(rows)
                           if s < b and e > a and not np.isnan(v)]  # fmt: skip
    key = np.arange(len(windows)).astype(np.uint64)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "_MOST", most)
        found = quantiles(elements, left, p=p)
        number, value, segment = sampled(elements, left, key=key)
    expected = [np.quantile([v for _, v in some], p) if some else np.nan for some in listed]
    np.testing.assert_allclose(found, np.array(expected, float), rtol=1e-12)
    for i, some in enumerate(listed):
        if not some:
            assert number[i] == -1
            assert np.isnan(value[i])
            continue
        assert (number[i], value[i]) in some
        assert left.window[segment[i]] == i


def test_every_element_is_chosen_as_often():
    _, elements = elements_of([(0, 5, 1.0), (0, 5, np.nan), (0, 5, 2.0), (0, 5, 3.0)])
    n = 3000
    left = Segments.between(np.zeros(n, np.int64), np.full(n, 20), *np.array([[7], [12]]))
    number, _, _ = sampled(elements, left, key=np.arange(n).astype(np.uint64))
    counts = np.bincount(number, minlength=4)
    assert counts[1] == 0
    assert (abs(counts[[0, 2, 3]] - n / 3) < 150).all()
