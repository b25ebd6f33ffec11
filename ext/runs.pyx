"""Dense values to runs of equal value, flags to stretches where they are true."""
from libc.math cimport isnan, signbit
cimport numpy as cnp

from _types cimport pos_t, value_t

cnp.import_array()


cdef inline bint _same(value_t a, value_t b) noexcept nogil:
    """The same bits: 0.0 and -0.0 are two values, so that no run loses a sign."""
    if value_t is cnp.float32_t or value_t is cnp.float64_t:
        return a == b and signbit(a) == signbit(b)
    else:
        return a == b


cdef inline bint _absent(value_t v, bint has_missing, value_t missing) noexcept nogil:
    if value_t is cnp.float32_t or value_t is cnp.float64_t:
        return isnan(v)
    else:
        return has_missing and v == missing


cdef Py_ssize_t _count(const value_t[::1] values, bint has_missing, value_t missing) noexcept nogil:
    cdef Py_ssize_t i, n = 0
    for i in range(values.shape[0]):
        if i and _same(values[i], values[i - 1]):
            continue
        n += not _absent(values[i], has_missing, missing)
    return n


def count_runs(const value_t[::1] values, bint has_missing, value_t missing):
    """Number of runs."""
    cdef Py_ssize_t n
    with nogil:
        n = _count(values, has_missing, missing)
    return n


cdef void _fill(const value_t[::1] values, bint has_missing, value_t missing, pos_t[::1] starts,
                pos_t[::1] ends, value_t[::1] run_values) noexcept nogil:
    cdef Py_ssize_t i = 0, first, n = 0, size = values.shape[0]
    while i < size:
        first = i
        i += 1
        if _absent(values[first], has_missing, missing):
            continue
        while i < size and _same(values[i], values[first]):
            i += 1
        starts[n] = first
        ends[n] = i
        run_values[n] = values[first]
        n += 1


def fill_runs(const value_t[::1] values, bint has_missing, value_t missing, pos_t[::1] starts,
              pos_t[::1] ends, value_t[::1] run_values):
    """Fill starts, ends and values of the runs."""
    with nogil:
        _fill(values, has_missing, missing, starts, ends, run_values)


cdef Py_ssize_t _true_bins(const cnp.uint8_t[::1] flags, pos_t first, pos_t width, pos_t lower,
                           pos_t upper, bint may_join, pos_t[::1] edges, pos_t[::1] starts,
                           pos_t[::1] ends, Py_ssize_t n) noexcept nogil:
    cdef Py_ssize_t i, m = 0, begin = n
    cdef cnp.uint8_t before = 0, now
    cdef pos_t start, end
    for i in range(flags.shape[0]):      # no branch: flags may change at every other bin
        now = flags[i] != 0
        edges[m] = i
        m += now ^ before
        before = now
    if before:
        edges[m] = flags.shape[0]
        m += 1
    i = 0
    while i < m:
        start = (first + edges[i]) * width
        end = (first + edges[i + 1]) * width
        starts[n] = start if start > lower else lower
        ends[n] = end if end < upper else upper
        n += 1
        i += 2
    if may_join and n > begin and ends[begin - 1] == starts[begin]:
        ends[begin - 1] = ends[begin]
        for i in range(begin + 1, n):
            starts[i - 1] = starts[i]
            ends[i - 1] = ends[i]
        n -= 1
    return n


def true_bins(const cnp.uint8_t[::1] flags, pos_t first, pos_t width, pos_t lower, pos_t upper,
              bint may_join, pos_t[::1] edges, pos_t[::1] starts, pos_t[::1] ends, Py_ssize_t n):
    """Add the stretches of true bins behind the n that are there; how many there are then."""
    with nogil:
        n = _true_bins(flags, first, width, lower, upper, may_join, edges, starts, ends, n)
    return n


def true_intervals(const cnp.uint8_t[::1] flags, const pos_t[::1] start, const pos_t[::1] end,
                   bint may_join, pos_t[::1] starts, pos_t[::1] ends, Py_ssize_t n):
    """Add the true intervals behind the n that are there, those that touch as one."""
    cdef Py_ssize_t i
    with nogil:
        for i in range(flags.shape[0]):
            if not flags[i]:
                continue
            if may_join and ends[n - 1] == start[i]:
                ends[n - 1] = end[i]
            else:
                starts[n] = start[i]
                ends[n] = end[i]
                n += 1
            may_join = True
    return n
