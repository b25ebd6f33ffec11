"""Aggregates of windows that overlap, at a cost that does not depend on their width.

Elements are cut in tiles of 2**log_tile, aligned at element 0. A window of w elements with
2**log_tile <= w < 2**(log_tile + 1) is the end of one tile, perhaps one whole tile, and the
beginning of one more: three aggregates, taken from running aggregates of each tile, backward
(`suffix`) and forward (`prefix`). Tiles are filled when first needed. Only the window and the
values decide what is added in which order.

Tiles are the parts of a stretch of 2**LOG_STRETCH elements; of the widest tiles, which are whole
stretches, a window may hold any number.
"""
cimport numpy as cnp

from _aggregates cimport (FIRST, HIGHEST, LAST, LOWEST, LSE, MOMENTS, SUMS, Agg, add, clear,
                          finish, merge, width_of)
from _types cimport pos_t, real_t

cnp.import_array()

cdef enum:
    LOG_STRETCH = 17


cdef struct Side:                # one stretch, seen from one side
    double* running              # an aggregate of each element
    cnp.uint8_t* done            # is the tile filled?
    pos_t base                   # number of its first element
    pos_t size


cdef inline void _put(int kind, double* to, const Agg* s) noexcept nogil:
    to[0] = s.a
    to[1] = s.b
    if kind == MOMENTS:
        to[2] = s.c


cdef inline void _fill(int kind, bint backward, const real_t* v, Side* side, pos_t first,
                       pos_t last) noexcept nogil:
    """Running aggregates of one tile."""
    cdef int k = width_of(kind)
    cdef Agg s
    cdef pos_t i
    clear(kind, &s)
    if backward:
        for i in range(last - 1, first - 1, -1):
            add(kind, True, v[i], <double>(side.base + i), &s)
            _put(kind, side.running + i * k, &s)
    else:
        for i in range(first, last):
            add(kind, False, v[i], <double>(side.base + i), &s)
            _put(kind, side.running + i * k, &s)


cdef inline const double* _at(int kind, bint backward, const real_t* v, Side* side, int log_tile,
                              pos_t i) noexcept nogil:
    """Running aggregate at element i of a stretch."""
    cdef pos_t tile = i >> log_tile, first, last
    if not side.done[tile]:
        first = tile << log_tile
        last = min(first + ((<pos_t>1) << log_tile), side.size)
        _fill(kind, backward, v, side, first, last)
        side.done[tile] = 1
    return side.running + i * width_of(kind)


cdef inline void _slide(int kind, int mode, int log_tile, const real_t* head, const real_t* tail,
                        Side* suffix, Side* prefix, const double* middle, Py_ssize_t n_middle,
                        const pos_t* first, const pos_t* last, Py_ssize_t n,
                        double* out) noexcept nogil:
    cdef int k = width_of(kind)
    cdef Py_ssize_t i, j
    cdef pos_t a, z, between
    cdef const double* p
    cdef Agg s
    for i in range(n):
        a, z = first[i] - suffix.base, last[i] - 1 - prefix.base
        p = _at(kind, True, head, suffix, log_tile, a)
        s.a, s.b = p[0], p[1]
        s.c = p[2] if kind == MOMENTS else 0.0
        between = ((last[i] - 1) >> log_tile) - (first[i] >> log_tile) - 1
        if between >= 0:
            if log_tile == LOG_STRETCH:
                for j in range(n_middle):
                    merge(kind, &s, middle + j * k)
            elif between > 0:
                a = ((a >> log_tile) + 1) << log_tile
                if a < suffix.size:
                    p = _at(kind, True, head, suffix, log_tile, a)
                else:
                    p = _at(kind, False, tail, prefix, log_tile, ((<pos_t>1) << log_tile) - 1)
                merge(kind, &s, p)
            merge(kind, &s, _at(kind, False, tail, prefix, log_tile, z))
        out[i] = finish(mode, &s)


def slide(int kind, int mode, int log_tile, const real_t[::1] head, const real_t[::1] tail,
          pos_t head_base, pos_t tail_base, double[::1] suffix, cnp.uint8_t[::1] suffix_done,
          double[::1] prefix, cnp.uint8_t[::1] prefix_done, const double[::1] middle,
          const pos_t[::1] first, const pos_t[::1] last, double[::1] out):
    """Fill `out` for windows that begin in the stretch `head` and end in the stretch `tail`.

    `middle` holds the aggregates of the whole stretches in between, of the widest tiles.
    """
    cdef Side one, two
    cdef Py_ssize_t n = first.shape[0], n_middle = middle.shape[0] // width_of(kind)
    cdef const real_t* h
    cdef const real_t* t
    cdef const double* m = NULL
    if n == 0:
        return
    one.running, one.done, one.base, one.size = (
        &suffix[0], &suffix_done[0], head_base, head.shape[0])
    two.running, two.done, two.base, two.size = (
        &prefix[0], &prefix_done[0], tail_base, tail.shape[0])
    h, t = &head[0], &tail[0]
    if n_middle:
        m = &middle[0]
    with nogil:                  # a constant kind lets the compiler make one loop of each
        if kind == SUMS:
            _slide(SUMS, mode, log_tile, h, t, &one, &two, m, n_middle, &first[0], &last[0], n,
                   &out[0])
        elif kind == MOMENTS:
            _slide(MOMENTS, mode, log_tile, h, t, &one, &two, m, n_middle, &first[0], &last[0], n,
                   &out[0])
        elif kind == LOWEST:
            _slide(LOWEST, mode, log_tile, h, t, &one, &two, m, n_middle, &first[0], &last[0], n,
                   &out[0])
        elif kind == HIGHEST:
            _slide(HIGHEST, mode, log_tile, h, t, &one, &two, m, n_middle, &first[0], &last[0], n,
                   &out[0])
        elif kind == FIRST:
            _slide(FIRST, mode, log_tile, h, t, &one, &two, m, n_middle, &first[0], &last[0], n,
                   &out[0])
        elif kind == LAST:
            _slide(LAST, mode, log_tile, h, t, &one, &two, m, n_middle, &first[0], &last[0], n,
                   &out[0])
        else:
            _slide(LSE, mode, log_tile, h, t, &one, &two, m, n_middle, &first[0], &last[0], n,
                   &out[0])


def total(int kind, const real_t[::1] values, pos_t base, double[::1] out):
    """Fill `out` with the aggregate of all the values."""
    cdef Agg s
    cdef Py_ssize_t i
    with nogil:
        clear(kind, &s)
        for i in range(values.shape[0]):
            add(kind, False, values[i], <double>(base + i), &s)
        _put(kind, &out[0], &s)


def classify(const pos_t[::1] first, const pos_t[::1] last, pos_t narrow, cnp.int64_t[::1] key):
    """Key of each window: log2 of its tile (0: at most `narrow` elements), and the stretches
    that its first and last elements lie in, in 6, 28 and 28 bits."""
    cdef Py_ssize_t i
    cdef pos_t w, head, tail
    cdef int log_tile = 4                # windows are often as wide as the one before
    with nogil:
        for i in range(first.shape[0]):
            w = last[i] - first[i]
            head = first[i] >> LOG_STRETCH
            if w <= narrow:
                key[i] = head << 28
            else:
                while log_tile < LOG_STRETCH and (w >> (log_tile + 1)) > 0:
                    log_tile += 1
                while (w >> log_tile) == 0:
                    log_tile -= 1
                tail = (last[i] - 1) >> LOG_STRETCH
                key[i] = (<pos_t>log_tile << 56) | (head << 28) | tail
