"""Bins of several tracks into one accumulator, block by block."""
from libc.math cimport NAN
from libc.stdint cimport int32_t
cimport numpy as cnp

from _types cimport value_t

cnp.import_array()

ctypedef fused whole_t:
    cnp.int8_t
    cnp.uint8_t
    cnp.int16_t
    cnp.uint16_t


cdef void _add_whole(const whole_t* v, Py_ssize_t n, int32_t* total) noexcept nogil:
    cdef Py_ssize_t i
    for i in range(n):
        total[i] += v[i]


def add_whole(const whole_t[::1] values, int32_t[::1] total):
    """Add whole numbers; the caller knows that the sums fit."""
    cdef Py_ssize_t n = values.shape[0]
    if n:
        with nogil:
            _add_whole(&values[0], n, &total[0])


cdef void _add_present(const value_t* v, Py_ssize_t n, bint has_missing, value_t missing,
                       double* total) noexcept nogil:
    cdef Py_ssize_t i
    cdef double d, t
    cdef bint present
    for i in range(n):
        d = <double>v[i]
        t = total[i]
        if value_t is cnp.float32_t or value_t is cnp.float64_t:
            present = d == d
        else:
            present = v[i] != missing or not has_missing
        # written so that compilers make selections of it, not branches
        d = d if present else 0.0
        total[i] = d + (t if t == t else 0.0) if (present or t == t) else NAN


def add_present(const value_t[::1] values, bint has_missing, value_t missing, double[::1] total):
    """Add values that are there; a total is NaN until the first."""
    cdef Py_ssize_t n = values.shape[0]
    if n:
        with nogil:
            _add_present(&values[0], n, has_missing, missing, &total[0])


cdef void _add_counted(const value_t* v, Py_ssize_t n, bint has_missing, value_t missing,
                       double* total, int32_t* count) noexcept nogil:
    cdef Py_ssize_t i
    cdef double d
    cdef bint present
    for i in range(n):
        d = <double>v[i]
        if value_t is cnp.float32_t or value_t is cnp.float64_t:
            present = d == d
        else:
            present = v[i] != missing or not has_missing
        total[i] += d if present else 0.0
        count[i] += present


def add_counted(const value_t[::1] values, bint has_missing, value_t missing, double[::1] total,
                int32_t[::1] count):
    """Add values that are there, and count them."""
    cdef Py_ssize_t n = values.shape[0]
    if n:
        with nogil:
            _add_counted(&values[0], n, has_missing, missing, &total[0], &count[0])


cdef void _keep(const value_t* v, Py_ssize_t n, bint has_missing, value_t missing, double sign,
                double* best) noexcept nogil:
    cdef Py_ssize_t i
    cdef double d, b
    cdef bint taken
    for i in range(n):
        d = <double>v[i]
        b = best[i]
        # a comparison with NaN is false: what is there wins over what is not
        if value_t is cnp.float32_t or value_t is cnp.float64_t:
            taken = sign * d > sign * b or b != b
        else:
            taken = (sign * d > sign * b or b != b) and (v[i] != missing or not has_missing)
        best[i] = d if taken else b


def keep(const value_t[::1] values, bint has_missing, value_t missing, double sign,
         double[::1] best):
    """Keep the greatest of `sign` times the values; NaN until the first that is there."""
    cdef Py_ssize_t n = values.shape[0]
    if n:
        with nogil:
            _keep(&values[0], n, has_missing, missing, sign, &best[0])
