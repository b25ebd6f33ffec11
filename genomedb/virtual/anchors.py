"""Aggregates over the positions of windows, of what each position of the sequence scores."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
from numpy.typing import NDArray

from genomedb.kernels.dyadic import Blocks, Op

Read = Callable[[int, int, int], NDArray[np.uint8]]
"""(chromosome code, start, end) -> letters, ASCII."""

Score = Callable[[NDArray[np.uint8], int], tuple[NDArray[np.float64], NDArray[np.int64]]]
"""(letters, position of the first) -> score of each position, and what belongs to it."""

_PAGE = 12  # pages of 2**12 positions: what is scored at once at least
_STRETCH = 256  # pages: what is read at once at most
_KEPT = 4  # stretches: the far ends of wide windows are the near ends of later ones


class _Pages:
    """Aggregates of the pages of one chromosome, as far as they are known."""

    def __init__(self, code: int, n: int, op: Op) -> None:
        self.code = code
        self.value = np.full(n, op.nothing)
        self.arg = np.zeros(n if op is Op.ARGMAX else 1, np.int64)
        self.is_known = np.zeros(n, np.bool_)


class Anchors:
    """Aggregates of positional scores over windows, at a cost that grows with their logarithm.

    Positions are scored a page at a time and joined to blocks of doubling size, which lie at
    the same places whatever is asked: an answer depends on its window and the sequence only.
    What is kept between calls: a few stretches, and one number a page of the last chromosome.

    Parameters
    ----------
    read : callable
        Letters of a stretch.
    lengths : ndarray of int64
        Base pairs of each chromosome.
    width : int
        Letters that one score looks at; the last ``width - 1`` positions of a chromosome have
        none.
    op : Op
        How scores are joined.
    score : callable
        Scores of the positions of a stretch of letters.
    """

    def __init__(
        self, read: Read, lengths: NDArray[np.int64], *, width: int, op: Op, score: Score
    ) -> None:
        self._read, self._lengths, self._width = read, lengths, width
        self._op, self._score = op, score
        self._pages = _Pages(-1, 0, op)
        self._kept: tuple[tuple[int, int, int, Blocks], ...] = ()

    def n_positions(self, code: int) -> int:
        """How many positions of a chromosome have a score."""
        return max(int(self._lengths[code]) - self._width + 1, 0)

    def over(
        self, code: int, first: NDArray[np.int64], stop: NDArray[np.int64]
    ) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
        """Aggregate of the positions ``first .. stop - 1`` of each window.

        Windows with ``stop <= first`` have no positions.

        Returns
        -------
        value : ndarray of float64
        arg : ndarray of int64
            What belongs to the largest score (ARGMAX).
        """
        value = np.full(first.size, self._op.nothing)
        arg = np.zeros(first.size, np.int64)
        rows = np.flatnonzero(stop > first)
        if rows.size:
            value[rows], arg[rows] = self._join(code, first[rows], stop[rows])
        return value, arg

    def _join(
        self, code: int, first: NDArray[np.int64], stop: NDArray[np.int64]
    ) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
        """Ends of each window from the scores of their pages, the middle from whole pages."""
        pages = self._pages_of(code)
        head, tail = first >> _PAGE, (stop - 1) >> _PAGE
        crossing = np.flatnonzero(tail > head)
        parts = (
            _Parts(head, first, np.minimum(stop, (head + 1) << _PAGE), self._op),
            _Parts(tail[crossing], tail[crossing] << _PAGE, stop[crossing], self._op),
        )
        wanted = np.zeros(pages.value.size, np.bool_)
        wanted[head] = wanted[tail] = True
        long = np.flatnonzero(tail > head + 1)
        if long.size:
            wanted |= _covered(head[long] + 1, tail[long], wanted.size) & ~pages.is_known
        for begin, end, origin, blocks in self._stretches(code, wanted):
            for part in parts:
                part.fill(begin, end, origin, blocks)
            self._learn(pages, begin, end, origin, blocks)
        value, arg = parts[0].value, parts[0].arg
        if long.size:
            last = int(tail.max())
            whole = Blocks(
                pages.value[:last], self._op,
                pages.arg[:last] if self._op is Op.ARGMAX else None,
            )  # fmt: skip
            value[long], arg[long] = whole.reduce(
                head[long] + 1, tail[long], onto=(value[long], arg[long])
            )
        ends, later = self._op.join(value[crossing], parts[1].value)
        value[crossing] = ends
        arg[crossing] = np.where(later, parts[1].arg, arg[crossing])
        return value, arg

    def _pages_of(self, code: int) -> _Pages:
        pages = self._pages
        if pages.code != code:
            n = -(-self.n_positions(code) // (1 << _PAGE))
            pages = self._pages = _Pages(code, n, self._op)
        return pages

    def _learn(self, pages: _Pages, begin: int, end: int, origin: int, blocks: Blocks) -> None:
        value, arg = blocks.block(_PAGE)
        at = slice(begin - origin, end - origin)
        pages.value[begin:end] = value[at]
        if self._op is Op.ARGMAX:
            pages.arg[begin:end] = arg[at]
        pages.is_known[begin:end] = True

    def _stretches(
        self, code: int, wanted: NDArray[np.bool_]
    ) -> Iterator[tuple[int, int, int, Blocks]]:
        """Wanted pages: (first page, page after the last, first of the blocks, blocks)."""
        edges = np.flatnonzero(np.diff(wanted.astype(np.int8), prepend=0, append=0)).tolist()
        for begin, end in zip(edges[::2], edges[1::2], strict=True):
            at = begin
            while at < end:
                found = [s for s in self._kept if s[0] == code and s[1] <= at < s[2]]
                if found:
                    _, origin, after, blocks = found[0]
                    after = min(after, end)
                else:
                    origin, after = at, min(at + _STRETCH, end)
                    blocks = self._scored(code, at, after)
                    self._kept = ((code, at, after, blocks), *self._kept[: _KEPT - 1])
                yield at, after, origin, blocks
                at = after

    def _scored(self, code: int, begin: int, end: int) -> Blocks:
        """Scores of some pages; positions beyond the last that has one count as nothing."""
        start, stop = begin << _PAGE, end << _PAGE
        value = np.full(stop - start, self._op.nothing)
        arg = np.zeros(value.size, np.int64) if self._op is Op.ARGMAX else None
        letters = self._read(code, start, min(stop + self._width - 1, int(self._lengths[code])))
        scores, beside = self._score(letters, start)
        value[: scores.size] = scores
        if arg is not None:
            arg[: scores.size] = beside
        return Blocks(value, self._op, arg)


class _Parts:
    """The parts of windows that lie in one page each, filled in as pages come by."""

    def __init__(
        self, page: NDArray[np.int64], first: NDArray[np.int64], stop: NDArray[np.int64], op: Op
    ) -> None:
        self._first, self._stop = first, stop
        self._order = np.argsort(page, kind="stable")
        self._sorted = page[self._order]
        self.value = np.full(page.size, op.nothing)
        self.arg = np.zeros(page.size, np.int64)

    def fill(self, begin: int, end: int, origin: int, blocks: Blocks) -> None:
        """Answer the parts in pages ``begin .. end - 1``; `origin` is the first of the blocks."""
        low, high = np.searchsorted(self._sorted, [begin, end]).tolist()
        if low == high:
            return
        rows, offset = self._order[low:high], origin << _PAGE
        answers = blocks.reduce(self._first[rows] - offset, self._stop[rows] - offset)
        self.value[rows], self.arg[rows] = answers


def _covered(start: NDArray[np.int64], stop: NDArray[np.int64], n: int) -> NDArray[np.bool_]:
    """Which of n places lie in any ``[start, stop)``."""
    change = np.bincount(start, minlength=n + 1) - np.bincount(stop, minlength=n + 1)
    covered: NDArray[np.bool_] = np.cumsum(change[:n]) > 0
    return covered
