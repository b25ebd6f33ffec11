"""Records of the plane in windows: their rows, copies of them, and totals."""
from libc.math cimport INFINITY, NAN
from libc.stdint cimport int32_t, int64_t, uint8_t, uint16_t, uint32_t, uint64_t
cimport numpy as cnp

from _plane cimport Window, add_areas, area_in_band, clip
from _totals cimport Sums, Totals, add, clear, pointers

cnp.import_array()

cdef enum:
    LEAF = 64               # records that are added up together
    LANES = 8               # running sums side by side

ctypedef fused place_t:
    int32_t
    int64_t

ctypedef fused real_t:
    cnp.float32_t
    cnp.float64_t

ctypedef fused item_t:      # a value as so many bytes
    uint8_t
    uint16_t
    uint32_t
    uint64_t

# The end of record i is x2[i] + extra: points have their x1 there, and 1.


cdef inline bint _is_hit(int64_t x1, int64_t x2, int64_t y1, int64_t y2,
                         const Window* w) noexcept nogil:
    return clip(&x1, &x2, &y1, &y2, w)


cdef Py_ssize_t _select(const place_t[::1] x1, const place_t[::1] x2, const place_t[::1] y1,
                        const place_t[::1] y2, int extra, const Window* w,
                        int64_t[::1] row) noexcept nogil:
    cdef Py_ssize_t i, found = 0
    for i in range(x1.shape[0]):
        row[found] = i
        found += _is_hit(x1[i], <int64_t>x2[i] + extra, y1[i], <int64_t>y2[i] + extra, w)
    return found


def select(const place_t[::1] x1, const place_t[::1] x2, const place_t[::1] y1,
           const place_t[::1] y2, int extra, const int64_t[::1] window, int64_t[::1] row):
    """Rows of the records that have a base pair in the window; how many they are."""
    cdef Window w
    cdef Py_ssize_t found
    w.x1, w.x2, w.y1, w.y2, w.d1, w.d2 = (
        window[0], window[1], window[2], window[3], window[4], window[5]
    )
    with nogil:
        found = _select(x1, x2, y1, y2, extra, &w, row)
    return found


cdef Py_ssize_t _copy(const place_t[::1] x1, const place_t[::1] x2, const place_t[::1] y1,
                      const place_t[::1] y2, const item_t[::1] value, int extra,
                      const int64_t[:, ::1] part, const Window* w, place_t[:, ::1] place,
                      item_t[::1] item) noexcept nogil:
    cdef Py_ssize_t k, i, found = 0, rows = place.shape[0]
    for k in range(part.shape[1]):
        for i in range(part[0, k], part[1, k]):
            place[0, found] = x1[i]
            place[1, found] = y1[i]
            if rows == 4:
                place[2, found] = x2[i]
                place[3, found] = y2[i]
            item[found] = value[i]
            found += _is_hit(x1[i], <int64_t>x2[i] + extra, y1[i], <int64_t>y2[i] + extra, w)
    return found


def copy(const place_t[::1] x1, const place_t[::1] x2, const place_t[::1] y1,
         const place_t[::1] y2, const item_t[::1] value, int extra, const int64_t[:, ::1] part,
         const int64_t[::1] window, place_t[:, ::1] place, item_t[::1] item):
    """Copy the records of some ranges that have a base pair in the window; how many they are.

    `part` has rows first and last, `place` gets x1, y1 and, of rectangles, x2 and y2.
    """
    cdef Window w
    cdef Py_ssize_t found
    w.x1, w.x2, w.y1, w.y2, w.d1, w.d2 = (
        window[0], window[1], window[2], window[3], window[4], window[5]
    )
    with nogil:
        found = _copy(x1, x2, y1, y2, value, extra, part, &w, place, item)
    return found


cdef inline void _lanes(const real_t* kept, int size, double* total, real_t* low,
                        real_t* high) noexcept nogil:
    """Sum, smallest and largest of values that are not NaN, in lanes side by side."""
    cdef int i, j
    cdef real_t v
    for i in range((size + LANES - 1) // LANES):
        for j in range(LANES):
            v = kept[i * LANES + j]
            total[j] += <double>v if v == v else 0.0
            low[j] = v if v < low[j] else low[j]
            high[j] = v if v > high[j] else high[j]


cdef inline place_t _bound(int64_t x, place_t like) noexcept nogil:
    """x, or the nearest number of the type."""
    if place_t is int32_t:
        return <int32_t>max(min(x, <int64_t>2147483647), -<int64_t>2147483648)
    else:
        return x


cdef inline void _sum_points(const place_t* x, const place_t* y, const real_t* value,
                             Py_ssize_t n, const Window* w, Totals* t) noexcept nogil:
    """Points of a range, leaf by leaf: in each the same lanes, whatever else is in the range.

    Bounds are inclusive, so that those of a window that ends at 2**31 fit in 32 bits.
    """
    cdef place_t x1 = _bound(w.x1, x[0]), x2 = _bound(w.x2 - 1, x[0])
    cdef place_t y1 = _bound(w.y1, x[0]), y2 = _bound(w.y2 - 1, x[0])
    cdef place_t d1 = _bound(w.d1, x[0]), d2 = _bound(w.d2 - 1, x[0])
    cdef real_t[LEAF] kept
    cdef double[LANES] total
    cdef real_t[LANES] low
    cdef real_t[LANES] high
    cdef real_t v
    cdef double s
    cdef int j, size, seen
    while n > 0:
        size = <int>min(n, LEAF)
        seen = 0
        for j in range(size):
            v = value[j]
            v = v if ((x[j] >= x1) & (x[j] <= x2) & (y[j] >= y1) & (y[j] <= y2)
                      & (x[j] - y[j] >= d1) & (x[j] - y[j] <= d2)) else <real_t>NAN
            kept[j] = v
            seen += v == v
        if seen:
            for j in range(size, (size + LANES - 1) // LANES * LANES):
                kept[j] = <real_t>NAN
            for j in range(LANES):
                total[j], low[j], high[j] = 0.0, <real_t>INFINITY, <real_t>(-INFINITY)
            _lanes(kept, size, total, low, high)
            s = 0.0
            for j in range(LANES):
                s += total[j]
                t.min = min(t.min, <double>low[j])
                t.max = max(t.max, <double>high[j])
            t.n += seen
            t.sum += s
        x, y, value = x + size, y + size, value + size
        n -= size


cdef inline void _sum_rectangles(const place_t* x1, const place_t* x2, const place_t* y1,
                                 const place_t* y2, const real_t* value, Py_ssize_t n,
                                 const Window* w, Totals* t) noexcept nogil:
    cdef Py_ssize_t i
    cdef int64_t a, b, c, d, area
    cdef double v
    for i in range(n):
        a, b, c, d, v = x1[i], x2[i], y1[i], y2[i], value[i]
        if v == v and clip(&a, &b, &c, &d, w):
            area = area_in_band(a, b, c, d, w)
            t.n += 1
            t.area = add_areas(t.area, area)
            t.wsum += v * <double>area
            t.sum += v
            t.min = min(t.min, v)
            t.max = max(t.max, v)


cdef void _add_records(const place_t[::1] x1, const place_t[::1] x2, const place_t[::1] y1,
                       const place_t[::1] y2, const real_t[::1] value, bint is_points,
                       const int64_t[:, ::1] part, const int64_t[:, ::1] window, int64_t d1,
                       int64_t d2, const Sums* out) noexcept nogil:
    cdef Py_ssize_t k = 0, i, owner
    cdef Totals t
    cdef Window w
    w.d1, w.d2 = d1, d2
    while k < part.shape[1]:
        owner = part[0, k]
        w.x1, w.x2 = window[0, owner], window[1, owner]
        w.y1, w.y2 = window[2, owner], window[3, owner]
        clear(&t)
        while k < part.shape[1] and part[0, k] == owner:
            i = part[1, k]
            if i < part[2, k] and is_points:
                _sum_points(&x1[i], &y1[i], &value[i], part[2, k] - i, &w, &t)
            elif i < part[2, k]:
                _sum_rectangles(&x1[i], &x2[i], &y1[i], &y2[i], &value[i], part[2, k] - i, &w, &t)
            k += 1
        if is_points:
            t.area, t.wsum = t.n, t.sum
        add(&t, owner, out)


def add_records(const place_t[::1] x1, const place_t[::1] x2, const place_t[::1] y1,
                const place_t[::1] y2, const real_t[::1] value, bint is_points,
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
