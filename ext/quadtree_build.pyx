"""Nodes over records of the plane: boxes around them, and statistics of their values."""
from libc.math cimport INFINITY, NAN
from libc.stdint cimport int32_t, int64_t, uint64_t
cimport numpy as cnp

from _plane cimport add_areas, area_of
from _tree cimport FAN, LEAF
from _types cimport place_t, real_t

cnp.import_array()


cdef void _leaf_boxes(const place_t[::1] start, const place_t[::1] end, place_t extra,
                      place_t[::1] low, place_t[::1] high) noexcept nogil:
    cdef Py_ssize_t leaf, i, n = start.shape[0]
    cdef place_t a, b
    for leaf in range((n + LEAF - 1) // LEAF):
        a, b = start[leaf * LEAF], end[leaf * LEAF]
        for i in range(leaf * LEAF, min((leaf + 1) * LEAF, n)):
            a = min(a, start[i])
            b = max(b, end[i])
        low[leaf] = a
        high[leaf] = b + extra


cdef void _inner_boxes(place_t[::1] low, place_t[::1] high, Py_ssize_t n_leaves) noexcept nogil:
    """The levels above the leaves, each behind the one below."""
    cdef Py_ssize_t below = 0, size = n_leaves, at = n_leaves, i, stop
    cdef place_t a, b
    while size > 1:
        stop = below + size
        while below < stop:
            a, b = low[below], high[below]
            for i in range(below + 1, min(below + FAN, stop)):
                a = min(a, low[i])
                b = max(b, high[i])
            low[at] = a
            high[at] = b
            at += 1
            below = min(below + FAN, stop)
        size = at - stop


def boxes(const place_t[::1] start, const place_t[::1] end, int extra, place_t[::1] low,
          place_t[::1] high):
    """Fill the extent on one axis of each node; `extra` is added to each end."""
    if start.shape[0] == 0:
        return
    with nogil:
        _leaf_boxes(start, end, <place_t>extra, low, high)
        _inner_boxes(low, high, (start.shape[0] + LEAF - 1) // LEAF)


cdef void _leaf_stats(const real_t[::1] value, int64_t[::1] count, double[::1] total,
                      double[::1] low, double[::1] high) noexcept nogil:
    cdef Py_ssize_t leaf, i, n = value.shape[0]
    cdef int64_t seen
    cdef double s
    cdef real_t a, b, v
    for leaf in range((n + LEAF - 1) // LEAF):
        seen, s, a, b = 0, 0.0, <real_t>INFINITY, <real_t>(-INFINITY)
        for i in range(leaf * LEAF, min((leaf + 1) * LEAF, n)):
            v = value[i]
            if v == v:
                seen += 1
                s += v
                a = v if v < a else a
                b = v if v > b else b
        count[leaf] = seen
        total[leaf] = s
        low[leaf] = a if seen else NAN
        high[leaf] = b if seen else NAN


cdef void _inner_stats(int64_t[::1] count, double[::1] total, double[::1] low, double[::1] high,
                       Py_ssize_t n_leaves) noexcept nogil:
    cdef Py_ssize_t below = 0, size = n_leaves, at = n_leaves, i, stop
    cdef int64_t seen
    cdef double s, a, b
    while size > 1:
        stop = below + size
        while below < stop:
            seen, s, a, b = 0, 0.0, INFINITY, -INFINITY
            for i in range(below, min(below + FAN, stop)):
                if count[i]:
                    seen += count[i]
                    s += total[i]
                    a = min(a, low[i])
                    b = max(b, high[i])
            count[at] = seen
            total[at] = s
            low[at] = a if seen else NAN
            high[at] = b if seen else NAN
            at += 1
            below = min(below + FAN, stop)
        size = at - stop


def stats(const real_t[::1] value, int64_t[::1] count, double[::1] total, double[::1] low,
          double[::1] high):
    """Fill count, sum, smallest and largest value of each node; NaN is missing."""
    if value.shape[0] == 0:
        return
    with nogil:
        _leaf_stats(value, count, total, low, high)
        _inner_stats(count, total, low, high, (value.shape[0] + LEAF - 1) // LEAF)


cdef void _leaf_areas(const place_t[::1] x1, const place_t[::1] x2, const place_t[::1] y1,
                      const place_t[::1] y2, const real_t[::1] value, int64_t[::1] area,
                      double[::1] weighted) noexcept nogil:
    cdef Py_ssize_t leaf, i, n = value.shape[0]
    cdef int64_t covered, one
    cdef double s
    for leaf in range((n + LEAF - 1) // LEAF):
        covered, s = 0, 0.0
        for i in range(leaf * LEAF, min((leaf + 1) * LEAF, n)):
            if value[i] == value[i]:
                one = area_of(<int64_t>x2[i] - x1[i], <int64_t>y2[i] - y1[i])
                covered = add_areas(covered, one)
                s += <double>value[i] * <double>one
        area[leaf] = covered
        weighted[leaf] = s


cdef void _inner_areas(int64_t[::1] area, double[::1] weighted,
                       Py_ssize_t n_leaves) noexcept nogil:
    cdef Py_ssize_t below = 0, size = n_leaves, at = n_leaves, i, stop
    cdef int64_t covered
    cdef double s
    while size > 1:
        stop = below + size
        while below < stop:
            covered, s = 0, 0.0
            for i in range(below, min(below + FAN, stop)):
                covered = add_areas(covered, area[i])
                s += weighted[i]
            area[at] = covered
            weighted[at] = s
            at += 1
            below = min(below + FAN, stop)
        size = at - stop


def areas(const place_t[::1] x1, const place_t[::1] x2, const place_t[::1] y1,
          const place_t[::1] y2, const real_t[::1] value, int64_t[::1] area,
          double[::1] weighted):
    """Fill the area of each node's rectangles that have a value, and the sum of value * area."""
    if value.shape[0] == 0:
        return
    with nogil:
        _leaf_areas(x1, x2, y1, y2, value, area, weighted)
        _inner_areas(area, weighted, (value.shape[0] + LEAF - 1) // LEAF)
