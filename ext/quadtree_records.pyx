"""Records of the plane in windows: their rows, copies of them, and totals."""
from libc.stdint cimport int32_t, int64_t, uint8_t, uint16_t, uint32_t, uint64_t
from libc.string cimport memcpy
cimport numpy as cnp

from _plane cimport Window, add_areas, area_in_band, clip
from _points cimport Lanes, add_points, bounds_of, clear_lanes, find_points
from _totals cimport Sums, Totals, add, clear, pointers
from _tree cimport LEAF
from _types cimport place_t, value_t

cnp.import_array()

cdef enum:
    FEW = 512               # points of a window that are added one by one

ctypedef fused item_t:      # a value as so many bytes
    uint8_t
    uint16_t
    uint32_t
    uint64_t

# Points give their x1 and y1 as x2 and y2, which are not looked at.


cdef inline bint _is_hit(int64_t x1, int64_t x2, int64_t y1, int64_t y2,
                         const Window* w) noexcept nogil:
    return clip(&x1, &x2, &y1, &y2, w)


cdef inline Py_ssize_t _find(const place_t* x1, const place_t* x2, const place_t* y1,
                             const place_t* y2, Py_ssize_t n, bint is_points, const Window* w,
                             const place_t* bound, int32_t* hit) noexcept nogil:
    """Mark the records of a stretch that have a base pair in the window; how many they are."""
    cdef Py_ssize_t j, found = 0
    if is_points:
        return find_points(x1, y1, n, bound, hit)
    for j in range(n):
        hit[j] = _is_hit(x1[j], x2[j], y1[j], y2[j], w)
        found += hit[j]
    return found


cdef Py_ssize_t _select(const place_t[::1] x1, const place_t[::1] x2, const place_t[::1] y1,
                        const place_t[::1] y2, bint is_points, const Window* w,
                        int64_t[::1] row) noexcept nogil:
    cdef int32_t[64] hit
    cdef place_t[6] bound
    cdef Py_ssize_t at, j, n, found = 0
    if not bounds_of(w, bound):
        return 0
    for at in range(0, x1.shape[0], 64):
        n = min(x1.shape[0] - at, <Py_ssize_t>LEAF)
        if _find(&x1[at], &x2[at], &y1[at], &y2[at], n, is_points, w, bound, hit):
            for j in range(n):
                row[found] = at + j
                found += hit[j]
    return found


def select(const place_t[::1] x1, const place_t[::1] x2, const place_t[::1] y1,
           const place_t[::1] y2, bint is_points, const int64_t[::1] window, int64_t[::1] row):
    """Rows of the records that have a base pair in the window; how many they are."""
    cdef Window w
    cdef Py_ssize_t found
    w.x1, w.x2, w.y1, w.y2, w.d1, w.d2 = (
        window[0], window[1], window[2], window[3], window[4], window[5]
    )
    with nogil:
        found = _select(x1, x2, y1, y2, is_points, &w, row)
    return found


cdef Py_ssize_t _copy(const place_t[::1] x1, const place_t[::1] x2, const place_t[::1] y1,
                      const place_t[::1] y2, const item_t[::1] value, bint is_points,
                      const int64_t[:, ::1] part, const Window* w, place_t[:, ::1] place,
                      item_t[::1] item) noexcept nogil:
    cdef int32_t[64] hit
    cdef place_t[6] bound
    cdef Py_ssize_t k, at, j, n, hits, found = 0
    cdef size_t wide = sizeof(place_t)
    if not bounds_of(w, bound):
        return 0
    for k in range(part.shape[1]):
        for at in range(part[0, k], part[1, k], 64):
            n = min(part[1, k] - at, <Py_ssize_t>LEAF)
            hits = _find(&x1[at], &x2[at], &y1[at], &y2[at], n, is_points, w, bound, hit)
            if hits == 0:
                continue
            if hits == n:
                memcpy(&place[0, found], &x1[at], n * wide)
                memcpy(&place[1, found], &y1[at], n * wide)
                if not is_points:
                    memcpy(&place[2, found], &x2[at], n * wide)
                    memcpy(&place[3, found], &y2[at], n * wide)
                memcpy(&item[found], &value[at], n * sizeof(item_t))
                found += n
                continue
            for j in range(at, at + n):
                place[0, found] = x1[j]
                place[1, found] = y1[j]
                if not is_points:
                    place[2, found] = x2[j]
                    place[3, found] = y2[j]
                item[found] = value[j]
                found += hit[j - at]
    return found


def copy(const place_t[::1] x1, const place_t[::1] x2, const place_t[::1] y1,
         const place_t[::1] y2, const item_t[::1] value, bint is_points,
         const int64_t[:, ::1] part, const int64_t[::1] window, place_t[:, ::1] place, item_t[::1] item):
    """Copy the records of some ranges that have a base pair in the window; how many they are.

    `part` has rows first and last, `place` gets x1, y1 and, of rectangles, x2 and y2.
    """
    cdef Window w
    cdef Py_ssize_t found
    w.x1, w.x2, w.y1, w.y2, w.d1, w.d2 = (
        window[0], window[1], window[2], window[3], window[4], window[5]
    )
    with nogil:
        found = _copy(x1, x2, y1, y2, value, is_points, part, &w, place, item)
    return found


cdef inline void _sum_few(const place_t* x, const place_t* y, const value_t* value, Py_ssize_t n,
                          const Window* w, Totals* t) noexcept nogil:
    """Points one by one."""
    cdef Py_ssize_t i
    cdef int64_t a, b
    cdef double v
    for i in range(n):
        a, b, v = x[i], y[i], <double>value[i]
        if ((a >= w.x1) & (a < w.x2) & (b >= w.y1) & (b < w.y2) & (a - b >= w.d1)
                & (a - b < w.d2) & (v == v)):
            t.n += 1
            t.sum += v
            t.min = min(t.min, v)
            t.max = max(t.max, v)


cdef void _sum_many(const place_t[::1] x, const place_t[::1] y, const value_t[::1] value,
                    const int64_t[:, ::1] part, Py_ssize_t k, Py_ssize_t stop, const Window* w,
                    Totals* t) noexcept nogil:
    """Points of some ranges, each place of a leaf added up for itself."""
    cdef Lanes lanes
    cdef int32_t[64] hit
    cdef place_t[6] bound
    cdef Py_ssize_t at, j, size
    if not bounds_of(w, bound):
        return
    clear_lanes(&lanes)
    for k in range(k, stop):
        for at in range(part[1, k], part[2, k], 64):
            size = min(part[2, k] - at, <Py_ssize_t>LEAF)
            if find_points(&x[at], &y[at], size, bound, hit):
                add_points(&value[at], hit, size, &lanes)
    for j in range(LEAF):
        t.n += lanes.seen[j]
        t.sum += lanes.total[j]
        t.min = min(t.min, min(lanes.low[j], <double>lanes.low_single[j]))
        t.max = max(t.max, max(lanes.high[j], <double>lanes.high_single[j]))


cdef inline void _sum_rectangles(const place_t* x1, const place_t* x2, const place_t* y1,
                                 const place_t* y2, const value_t* value, Py_ssize_t n,
                                 const Window* w, Totals* t) noexcept nogil:
    cdef Py_ssize_t i
    cdef int64_t a, b, c, d, area
    cdef double v
    for i in range(n):
        a, b, c, d, v = x1[i], x2[i], y1[i], y2[i], <double>value[i]
        if v == v and clip(&a, &b, &c, &d, w):
            area = area_in_band(a, b, c, d, w)
            t.n += 1
            t.area = add_areas(t.area, area)
            t.wsum += v * <double>area
            t.sum += v
            t.min = min(t.min, v)
            t.max = max(t.max, v)


cdef void _add_records(const place_t[::1] x1, const place_t[::1] x2, const place_t[::1] y1,
                       const place_t[::1] y2, const value_t[::1] value, bint is_points,
                       const int64_t[:, ::1] part, const int64_t[:, ::1] window, int64_t d1,
                       int64_t d2, const Sums* out) noexcept nogil:
    cdef Py_ssize_t k = 0, stop = 0, i, n, owner
    cdef Totals t
    cdef Window w
    w.d1, w.d2 = d1, d2
    while k < part.shape[1]:
        owner = part[0, k]
        w.x1, w.x2 = window[0, owner], window[1, owner]
        w.y1, w.y2 = window[2, owner], window[3, owner]
        clear(&t)
        n = 0
        while stop < part.shape[1] and part[0, stop] == owner:
            n += part[2, stop] - part[1, stop]
            stop += 1
        if is_points and n > FEW:
            _sum_many(x1, y1, value, part, k, stop, &w, &t)
            k = stop
        while k < stop:
            i, n = part[1, k], part[2, k] - part[1, k]
            k += 1
            if n == 0:
                continue
            if is_points:
                _sum_few(&x1[i], &y1[i], &value[i], n, &w, &t)
            else:
                _sum_rectangles(&x1[i], &x2[i], &y1[i], &y2[i], &value[i], n, &w, &t)
        if is_points:
            t.area, t.wsum = t.n, t.sum
        add(&t, owner, out)


def add_records(const place_t[::1] x1, const place_t[::1] x2, const place_t[::1] y1,
                const place_t[::1] y2, const value_t[::1] value, bint is_points,
                const int64_t[:, ::1] part, const int64_t[:, ::1] window, int64_t d1, int64_t d2,
                int64_t[::1] n_out, int64_t[::1] area_out, double[::1] wsum_out,
                double[::1] sum_out, double[::1] min_out, double[::1] max_out):
    """Add to the totals of each window what records of its ranges have in it.

    `part` has rows window, first and last, the ranges of a window one behind the other.
    """
    cdef Sums s
    if part.shape[1] == 0:
        return
    s = pointers(n_out, area_out, wsum_out, sum_out, min_out, max_out)
    with nogil:
        _add_records(x1, x2, y1, y2, value, is_points, part, window, d1, d2, &s)
