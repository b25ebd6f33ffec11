"""Numbers as tracks keep them: float32, what is not finite there missing."""
from libc.math cimport NAN
cimport numpy as cnp

from _types cimport real_t

cnp.import_array()


cdef void _finite(const real_t[::1] values, float[::1] out) noexcept nogil:
    cdef Py_ssize_t i
    cdef float x, missing = <float>NAN
    for i in range(out.shape[0]):
        x = <float>values[i]
        out[i] = x if x - x == 0.0 else missing     # the difference is NaN for infinities too


def finite(const real_t[::1] values, float[::1] out):
    """Fill `out` with the values, NaN for those that are not finite in float32."""
    with nogil:
        _finite(values, out)
