"""What scores of motifs and of pairwise models have in common."""
from libc.math cimport INFINITY, exp, log1p

cdef enum:                  # as Kind in genomedb.kernels.pwm
    SUM, COUNT, BEST


cdef inline double log_add(double a, double b) noexcept nogil:
    """Logarithm of exp(a) + exp(b)."""
    cdef double low = b
    if b > a:
        low = a
        a = b
    return a if low == -INFINITY else a + log1p(exp(low - a))
