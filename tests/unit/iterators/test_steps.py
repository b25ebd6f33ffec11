"""Stepping policies against walks that are slow and obvious."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from genomedb.core.spans import Spans
from genomedb.iterators import pieces as pieces_module
from genomedb.iterators import steps as steps_module
from genomedb.iterators.pieces import tasks_of
from genomedb.iterators.steps import ByIntervals, FixedBins, ScopeRows, expanded

LENGTHS = (1000, 500, 205)


@st.composite
def spans(draw, most=8):
    rows = []
    for _ in range(draw(st.integers(0, most))):
        code = draw(st.integers(0, 2))
        start = draw(st.integers(0, LENGTHS[code] - 1))
        rows.append((code, start, draw(st.integers(start + 1, LENGTHS[code]))))
    return Spans.of(*zip(*rows, strict=True)) if rows else Spans.empty()


def walked(steps, scope):
    """Rows of a walk as a list of (code, start, end, scope row), by blocks of 7."""
    found = []
    for piece in steps.pieces(scope):
        n = 0
        for block in piece.blocks(7):
            n += len(block)
            for row in zip(
                [block.code] * len(block), block.start, block.end, block.row, strict=True
            ):
                found.append(tuple(map(int, row)))
        assert n == len(piece) > 0
        whole = piece.whole()
        assert piece.reach() == (whole.row[-1], whole.end[-1])
    return found


def rows_of(scope):
    return zip(scope.code.tolist(), scope.start.tolist(), scope.end.tolist(), strict=True)


@pytest.fixture(
    params=[(1 << 20, 1 << 12), (5, 3)], ids=["usual sizes", "tiny pieces"], autouse=True
)
def sizes(request, monkeypatch):
    monkeypatch.setattr(steps_module, "PIECE_ROWS", request.param[0])
    monkeypatch.setattr(steps_module, "_MANY", request.param[1])


@given(spans(), st.integers(1, 300))
def test_fixed_bins_are_aligned_at_zero_and_cut_by_the_scope(scope, width):
    expected = []
    for i, (code, start, end) in enumerate(rows_of(scope)):
        for k in range(0, LENGTHS[code], width):
            a, b = max(k, start), min(k + width, end)
            if a < b:
                expected.append((code, a, b, i))
    assert walked(FixedBins(width), scope) == expected


@given(spans(), spans(12))
def test_intervals_are_cut_by_each_scope_row(scope, intervals):
    kept, last = [], (-1, 0)
    for code, start, end in sorted(rows_of(intervals)):
        if code != last[0] or start >= last[1]:
            kept.append((code, start, end))
            last = (code, end)
    steps = ByIntervals.of(Spans.of(*zip(*kept, strict=True)) if kept else Spans.empty())
    expected = [
        (code, max(a, start), min(b, end), i)
        for i, (code, start, end) in enumerate(rows_of(scope))
        for other, a, b in kept
        if other == code and max(a, start) < min(b, end)
    ]
    assert walked(steps, scope) == expected


@given(spans())
def test_scope_rows_are_walked_as_they_are(scope):
    expected = [(*row, i) for i, row in enumerate(rows_of(scope))]
    assert walked(ScopeRows(scope), scope) == expected
    overlaps = any(
        a[0] == b[0] and a[1] < b[2] and b[1] < a[2]
        for i, a in enumerate(expected)
        for b in expected[:i]
    )
    assert ScopeRows(scope).is_disjoint is not overlaps


@given(spans(), st.integers(1, 50), st.integers(1, 20))
def test_tasks_hold_every_piece_in_order(scope, width, most):
    pieces = list(FixedBins(width).pieces(scope))
    tasks = list(tasks_of(pieces, most))
    assert [id(p) for task in tasks for p in task] == [id(p) for p in pieces]
    for task in tasks:
        assert len(task) == 1 or sum(map(len, task)) <= most


@given(st.lists(st.integers(0, 6), max_size=20), st.integers(1, 9))
def test_expanding_counts_up_for_each_item(n, most):
    parts = list(expanded(np.array(n, np.int64), most))
    assert all(0 < rows.size <= most for rows, _ in parts)
    found = [(i, k) for rows, item in parts for i, k in zip(rows, item, strict=True)]
    assert found == [(i, k) for i, m in enumerate(n) for k in range(m)]


def test_long_scope_rows_are_not_listed_bin_by_bin():
    one = Spans.of([0], [10], [1000])
    assert {type(p) for p in FixedBins(10).pieces(one)} == {pieces_module.BinPiece}
    many = Spans.of([0] * 3, [10] * 3, [1000] * 3)
    kinds = {type(p) for p in FixedBins(10).pieces(many)}
    is_tiny = steps_module._MANY == 3
    assert kinds == {pieces_module.BinPiece if is_tiny else pieces_module.SpanPiece}
