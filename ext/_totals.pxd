"""Totals of values and areas, of one window while it is looked at and of many when done."""
from libc.math cimport INFINITY, NAN
from libc.stdint cimport int64_t

from _plane cimport add_areas

cdef struct Totals:
    int64_t n
    int64_t area
    double wsum
    double sum
    double min
    double max


cdef inline void clear(Totals* t) noexcept nogil:
    t.n, t.area, t.wsum, t.sum, t.min, t.max = 0, 0, 0.0, 0.0, INFINITY, -INFINITY


cdef struct Sums:
    # the totals of each window
    int64_t* n
    int64_t* area
    double* wsum
    double* sum
    double* min
    double* max


cdef inline Sums pointers(int64_t[::1] n, int64_t[::1] area, double[::1] wsum,
                           double[::1] total, double[::1] low, double[::1] high) noexcept nogil:
    cdef Sums s
    s.n, s.area, s.wsum, s.sum = &n[0], &area[0], &wsum[0], &total[0]
    s.min, s.max = &low[0], &high[0]
    return s


cdef inline void put(const Totals* t, Py_ssize_t i, const Sums* s) noexcept nogil:
    s.n[i], s.area[i], s.wsum[i], s.sum[i] = t.n, t.area, t.wsum, t.sum
    s.min[i] = t.min if t.n else NAN
    s.max[i] = t.max if t.n else NAN


cdef inline void add(const Totals* t, Py_ssize_t i, const Sums* s) noexcept nogil:
    if t.n == 0:
        return
    if s.n[i] == 0:
        put(t, i, s)
        return
    s.n[i] += t.n
    s.area[i] = add_areas(s.area[i], t.area)
    s.wsum[i] += t.wsum
    s.sum[i] += t.sum
    s.min[i] = min(s.min[i], t.min)
    s.max[i] = max(s.max[i], t.max)
