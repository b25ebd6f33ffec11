"""Rank sums of windows that slide, and where a signal changes its level."""
from libc.math cimport INFINITY, sqrt
from libc.stdint cimport int32_t, int64_t
cimport numpy as cnp

cnp.import_array()

ctypedef const int32_t[::1] ranks_t


# ---- how many values are below a rank: Fenwick trees (tree[0] is not used)

cdef inline void _count(int32_t[::1] tree, Py_ssize_t rank, int32_t change) noexcept nogil:
    cdef Py_ssize_t i = rank + 1, n = tree.shape[0]
    while i < n:
        tree[i] += change
        i += i & -i


cdef inline int64_t _below(const int32_t[::1] tree, Py_ssize_t rank) noexcept nogil:
    """Twice the values below `rank`, and once those at it."""
    cdef int64_t found = 0
    cdef Py_ssize_t i = rank, j = rank + 1
    while j != i:                   # the two walks soon meet
        if j > i:
            found += tree[j]
            j -= j & -j
        else:
            found += tree[i]
            i -= i & -i
    while i > 0:
        found += 2 * <int64_t>tree[i]
        i -= i & -i
    return found


cdef struct Pair:                   # two samples, and pairs where the first is the larger
    int64_t n_first
    int64_t n_second
    int64_t wins                    # counted twice, ties once


cdef inline void _first(Pair* pair, int32_t[::1] first, const int32_t[::1] second,
                        Py_ssize_t rank, int32_t change) noexcept nogil:
    """A value joins (change 1) or leaves (-1) the first sample."""
    if rank >= 0:
        _count(first, rank, change)
        pair.wins += change * _below(second, rank)
        pair.n_first += change


cdef inline void _second(Pair* pair, const int32_t[::1] first, int32_t[::1] second,
                         Py_ssize_t rank, int32_t change) noexcept nogil:
    """A value joins or leaves the second sample."""
    if rank >= 0:
        _count(second, rank, change)
        pair.wins += change * (2 * pair.n_first - _below(first, rank))
        pair.n_second += change


# ---- a small window within a large one, around each value

cdef void _slide(ranks_t ranks, Py_ssize_t begin, Py_ssize_t stop, Py_ssize_t first,
                 Py_ssize_t last, Py_ssize_t small, Py_ssize_t large, int32_t[::1] inner,
                 int32_t[::1] outer, int64_t[::1] wins, int64_t[::1] n_small,
                 int64_t[::1] n_large) noexcept nogil:
    """Windows around [first, last), cut to the stretch [begin, stop)."""
    cdef Pair pair = Pair(0, 0, 0)
    cdef Py_ssize_t centre
    cdef Py_ssize_t a = max(first - small, begin), b = a
    cdef Py_ssize_t c = max(first - large, begin), d = c
    for centre in range(first, last):
        while d < min(centre + large + 1, stop):
            _second(&pair, inner, outer, ranks[d], 1)
            d += 1
        while c < centre - large:
            _second(&pair, inner, outer, ranks[c], -1)
            c += 1
        while b < min(centre + small + 1, stop):
            _first(&pair, inner, outer, ranks[b], 1)
            b += 1
        while a < centre - small:
            _first(&pair, inner, outer, ranks[a], -1)
            a += 1
        wins[centre] = pair.wins
        n_small[centre] = pair.n_first
        n_large[centre] = pair.n_second
    while a < b:                    # leave the trees empty
        _first(&pair, inner, outer, ranks[a], -1)
        a += 1
    while c < d:
        _second(&pair, inner, outer, ranks[c], -1)
        c += 1


def slide(ranks_t ranks, const int64_t[::1] edges, Py_ssize_t first, Py_ssize_t last,
          Py_ssize_t small, Py_ssize_t large, int32_t[::1] inner, int32_t[::1] outer,
          int64_t[::1] wins, int64_t[::1] n_small, int64_t[::1] n_large):
    """Fill what compares both windows around each of [first, last); edges part the stretches."""
    cdef Py_ssize_t i, a, b
    with nogil:
        for i in range(edges.shape[0] - 1):
            a, b = max(edges[i], first), min(edges[i + 1], last)
            if a < b:
                _slide(ranks, edges[i], edges[i + 1], a, b, small, large, inner, outer,
                       wins, n_small, n_large)


# ---- where the level changes

cdef inline double _score(const Pair* pair) noexcept nogil:
    """Normal score of the rank sum, never above 0."""
    cdef double pairs = <double>pair.n_first * <double>pair.n_second
    cdef double u = 0.5 * min(pair.wins, 2 * pair.n_first * pair.n_second - pair.wins)
    return (u - 0.5 * pairs) / sqrt(pairs * (pair.n_first + pair.n_second + 1) / 12)


cdef Py_ssize_t _next_cut(ranks_t ranks, Py_ssize_t begin, Py_ssize_t stop, Py_ssize_t width,
                          double most, int32_t[::1] segment, int32_t[::1] window) noexcept nogil:
    """Where the segment that begins at `begin` ends; -1 where it takes all up to `stop`."""
    cdef Pair pair = Pair(0, 0, 0)
    cdef Py_ssize_t i, at = begin + width, best = -1, limit = stop - width, cut = -1
    cdef double z, lowest = INFINITY
    if at > limit:
        return -1
    for i in range(begin, at):
        _first(&pair, segment, window, ranks[i], 1)
    for i in range(at, at + width):
        _second(&pair, segment, window, ranks[i], 1)
    while True:
        z = _score(&pair)
        if best >= 0:
            if z < lowest:
                best, lowest = at, z
        elif z <= most:
            best, lowest = at, z
            limit = at + width - 1      # so far is the best place looked for
        if at == limit:
            cut = best
            break
        if at + width >= stop:
            break
        _second(&pair, segment, window, ranks[at], -1)
        _first(&pair, segment, window, ranks[at], 1)
        _second(&pair, segment, window, ranks[at + width], 1)
        at += 1
    for i in range(begin, at):          # leave the trees empty
        _first(&pair, segment, window, ranks[i], -1)
    for i in range(at, at + width):
        _second(&pair, segment, window, ranks[i], -1)
    return cut


def cuts(ranks_t ranks, const int64_t[::1] edges, Py_ssize_t width, double most,
         int32_t[::1] segment, int32_t[::1] window, cnp.uint8_t[::1] is_cut):
    """Mark the values at which a new segment begins; edges part the stretches."""
    cdef Py_ssize_t i, at, last
    with nogil:
        for i in range(edges.shape[0] - 1):
            at, last = edges[i], -1
            while True:
                at = _next_cut(ranks, at, edges[i + 1], width, most, segment, window)
                if at < 0:
                    break
                if last >= 0:           # the last cut of a stretch is not made
                    is_cut[last] = 1
                last = at
