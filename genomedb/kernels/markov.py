"""Door to ext/markov.pyx: Markov chains of letters, counted, drawn and scored."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from genomedb._ext import markov as _markov
from genomedb.errors import UsageError
from genomedb.kernels.kmer import CODE_OF_LETTER, as_letters

MAX_ORDER = 10
OUTSIDE, MASKED = -1, -2  # cells of letters that no cell is for
_NONE = np.empty(0, np.uint8)
_U8 = NDArray[np.uint64]
_I8 = NDArray[np.int64]
_F8 = NDArray[np.float64]


def streams(seed: int, rows: ArrayLike, sample: int = 0) -> _U8:
    """Where the random numbers of each row begin; the rows of a sample have streams of their own.

    Parameters
    ----------
    seed : int
        Any whole number; its lowest 64 bits count.
    rows : array_like of int
        Numbers of the rows.
    sample : int
        Number of the sample.

    Returns
    -------
    ndarray of uint64, shape (n,)
    """
    base = np.array([seed % 2**64], np.uint64)
    _markov.mixed(base)
    base += np.uint64(sample)
    _markov.mixed(base)
    state: _U8 = np.array(rows, np.int64).astype(np.uint64) + base[0]
    _markov.mixed(state)
    return state


def add_transitions(letters: Any, cell: Any, offset: Any, *, counts: _I8, skipped: _I8) -> None:
    """Add the words of k + 1 letters of rows that lie end to end.

    Parameters
    ----------
    letters : array of uint8, shape (n,)
        ASCII, in either case.
    cell : array of int32, shape (n,)
        The cell of the word that begins at each letter; -1 for none, -2 for one that is masked.
    offset : array of int64, shape (rows + 1,)
        Row r is ``[offset[r], offset[r + 1])``; words do not leave their row.
    counts : ndarray of int64, shape (cells, 4**(k + 1))
        Changed; word number is its letters read in base 4.
    skipped : ndarray of int64, shape (2,)
        Changed: words that are masked; others with a letter that is not A, C, G or T.
    """
    array, cells, edges = as_letters(letters), _cells(cell, letters), _offsets(offset, letters)
    k = _order(counts, 4) - 1
    if counts.dtype != np.int64 or not counts.flags.c_contiguous or counts.ndim != 2 or k < 0:
        raise UsageError("counts must be a contiguous int64 array of shape (cells, 4**(k + 1))")
    if skipped.shape != (2,) or skipped.dtype != np.int64:
        raise UsageError("skipped must be an int64 array of shape (2,)")
    _within(cells, counts.shape[0])
    _markov.count(array, CODE_OF_LETTER, cells, edges, k, counts, skipped)


def with_reverse(counts: _I8) -> _I8:
    """Counts of words and of their reverse complements together.

    Parameters
    ----------
    counts : ndarray of int64, shape (cells, 4**length)

    Returns
    -------
    ndarray of int64, of that shape
    """
    left = np.arange(counts.shape[1])
    other = np.zeros_like(left)
    for _ in range(_order(counts, 1)):
        other = other << 2 | 3 - (left & 3)
        left >>= 2
    found: _I8 = counts + counts[:, other]
    return found


def limits_of(cdf: _F8) -> _I8:
    """Cumulated probabilities times 2**53, rounded up; a quarter each where they are NaN.

    A random number of 53 bits is below a probability just where it is below its limit.
    """
    known = np.where(np.isnan(cdf), [0.25, 0.5, 0.75, 1.0], cdf)
    found: _I8 = np.ceil(np.clip(known, 0.0, 1.0) * 2.0**53).astype(np.int64)
    return found


def draw_letters(
    cell: Any, offset: Any, *, limit: _I8, weight: _F8, state: _U8, out: NDArray[np.uint8],
    lead: int = 0, letters: Any = None, keep: Any = None, keep_n: bool = False,
) -> None:  # fmt: skip
    """Draw letters of rows that lie end to end, each given the k before it.

    The first k of a row, and those behind a letter that is not A, C, G or T, come as a word of k
    letters drawn by `weight`. Letters in no cell are uniform.

    Parameters
    ----------
    cell : array of int32, shape (n,)
        -1 for none. The cell of a letter is that of the first of the k before it.
    offset : array of int64, shape (rows + 1,)
        As of `add_transitions`.
    limit : ndarray of int64, shape (cells, 4**k, 4)
        Cumulated probabilities of A, C, G and T behind each word; see `limits_of`.
    weight : ndarray of float64, shape (cells, 4**k + 1)
        From 0, the cumulated weights of words.
    state : ndarray of uint64, shape (rows,)
        See `streams`; changed.
    out : ndarray of uint8, shape (n,)
        Filled.
    lead : int
        The first letters of row 0 are in `out` already.
    letters, keep : arrays of uint8, shape (n,), optional
        Where `keep` is not 0, the letter is copied.
    keep_n : bool
        Letters N and n are copied too.
    """
    cells, edges = _cells(cell, out), _offsets(offset, out)
    k, shape = _order(limit, 1), limit.shape
    if len(shape) != 3 or shape[2] != 4 or weight.shape != (shape[0], shape[1] + 1):
        raise UsageError(f"tables of shapes {shape} and {weight.shape} are not of one chain")
    _within(cells, shape[0])
    if state.shape != (edges.size - 1,) or not 0 <= lead <= (edges[1] if edges.size > 1 else 0):
        raise UsageError(f"{state.size} streams and {lead} letters do not fit the rows")
    kept = _NONE if keep is None else as_letters(keep)
    text = as_letters(letters) if keep_n or keep is not None else _NONE
    if text.size != (out.size if keep_n or keep is not None else 0) or kept.size not in (
        0, out.size
    ):  # fmt: skip
        raise UsageError(f"{text.size} letters and {kept.size} flags are not {out.size}")
    _markov.draw(
        text, kept, CODE_OF_LETTER, cells, edges, lead, k, np.ascontiguousarray(limit, np.int64),
        np.ascontiguousarray(weight), state, bool(keep_n), out,
    )  # fmt: skip


def add_scores(
    letters: Any, cell: Any, offset: Any, *, position: Any, first: Any, logs: _F8,
    sparse: Any, of_sparse: float, of_other: float, width: int, origin: int, sums: _F8,
    covered: NDArray[np.uint8], masked: Any = None,
) -> None:  # fmt: skip
    """Add the logarithm of each letter's probability, given the k before it, to its bin.

    Parameters
    ----------
    letters, cell, offset
        As of `add_transitions`.
    position : array of int64, shape (rows,)
        Position of the first letter of each row on the chromosome.
    first : array of int64, shape (rows,)
        Positions below only come before those that count.
    logs : ndarray of float64, shape (cells, 4**k, 4)
    sparse : array of bool, shape (cells,)
        Cells whose letters score `of_sparse`.
    of_other : float
        Score of letters behind others than A, C, G and T.
    width, origin : int
        Bins of `width` bp; ``sums[0]`` is bin `origin`.
    sums : ndarray of float64, shape (bins,)
        Changed: NaN where a letter has no score (it is not A, C, G or T, has not k letters before
        it, is masked or in no cell).
    covered : ndarray of uint8, shape (bins,)
        Changed: 1 for bins with a letter that counts.
    masked : array of uint8, shape (n,), optional
    """
    array, cells, edges = as_letters(letters), _cells(cell, letters), _offsets(offset, letters)
    at, start = np.ascontiguousarray(position, np.int64), np.ascontiguousarray(first, np.int64)
    flags = np.ascontiguousarray(sparse, np.uint8)
    hidden = _NONE if masked is None else as_letters(masked)
    _within(cells, logs.shape[0])
    size = np.diff(edges)
    if not at.shape == start.shape == size.shape or flags.shape != logs.shape[:1]:
        raise UsageError(f"{at.size} positions, {start.size} firsts and {size.size} rows")
    if logs.ndim != 3 or logs.shape[2] != 4 or sums.shape != covered.shape or width < 1:
        raise UsageError(f"tables of shape {logs.shape} do not fit bins of {width} bp")
    if masked is not None and hidden.size != array.size:
        raise UsageError(f"{hidden.size} flags are not {array.size}")
    some = at + size > start
    if some.any():
        low, high = np.maximum(at, start)[some].min(), (at + size)[some].max() - 1
        if low // width < origin or high // width - origin >= sums.size:
            raise UsageError(f"positions {low} to {high} are not inside {sums.size} bins")
    _markov.score(
        array, CODE_OF_LETTER, cells, hidden, edges, at, start, _order(logs, 1),
        np.ascontiguousarray(logs), flags, of_sparse, of_other, width, origin, sums, covered,
    )  # fmt: skip


def replace_words(text: NDArray[np.uint8], target: bytes, replacement: bytes) -> int:
    """Replace the leftmost `target` of a text, in place, until there is none; say how often.

    Raises
    ------
    UsageError
        The words are empty, equal or of two lengths: that would have no end.
    """
    if not target or len(target) != len(replacement) or target == replacement:
        raise UsageError(f"cannot replace {target!r} by {replacement!r}")
    array = as_letters(text)
    if array is not text or not text.flags.writeable:
        raise UsageError("the text must be a contiguous array that can be changed")
    words = np.frombuffer(target, np.uint8), np.frombuffer(replacement, np.uint8)
    return int(_markov.replace(array, *words))


def _order(table: NDArray[Any], least: int) -> int:
    """Letters of the words that a table is by."""
    size = table.shape[1] if table.ndim > 1 else 0
    k = (int(size).bit_length() - 1) // 2
    if size < least or size != 4**k or k > MAX_ORDER + 1:
        raise UsageError(f"a table of shape {table.shape} is by no words")
    return k


def _cells(cell: Any, letters: Any) -> NDArray[np.int32]:
    cells = np.ascontiguousarray(cell, np.int32)
    if cells.shape != np.shape(letters):
        raise UsageError(f"{cells.size} cells are not those of {np.size(letters)} letters")
    return cells


def _within(cells: NDArray[np.int32], n: int) -> None:
    if cells.size and (cells.min() < MASKED or cells.max() >= n):
        raise UsageError(f"cells must be from {MASKED} to {n - 1}")


def _offsets(offset: Any, letters: Any) -> _I8:
    edges = np.ascontiguousarray(offset, np.int64)
    size = np.size(letters)
    if edges.ndim != 1 or edges.size < 1 or edges[0] != 0 or edges[-1] != size:
        raise UsageError(f"offsets must go from 0 to {size}")
    if (edges[1:] < edges[:-1]).any():
        raise UsageError("offsets must not decrease")
    return edges
