"""Dense values to runs of equal value."""
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
