"""What is known of some consecutive values: added one by one from either side, and merged.

An aggregate is two or three numbers, by its kind:

SUMS      sum, count
MOMENTS   count, mean, sum of squared differences from the mean
LOWEST, HIGHEST, FIRST, LAST   value, number of the element; the value is NaN while there is none
LSE       largest value, sum of exp(value - largest); the sum is 0 while there is none

NaN is a missing value. Nothing is ever subtracted, so that infinities and large values next to
small ones do no harm outside the stretch that they lie in.
"""
from libc.math cimport NAN, exp, log, sqrt

cdef enum Kind:
    SUMS, MOMENTS, LOWEST, HIGHEST, FIRST, LAST, LSE

cdef enum Mode:
    SUM, MEAN, SIZE, EXISTS, STDDEV, VALUE, NUMBER, LOG_SUM

ctypedef struct Agg:
    double a
    double b
    double c


cdef inline int width_of(int kind) noexcept nogil:
    """Numbers of an aggregate."""
    return 3 if kind == MOMENTS else 2


cdef inline void clear(int kind, Agg* s) noexcept nogil:
    s.a = NAN if LOWEST <= kind <= LAST else 0.0
    s.b = 0.0
    s.c = 0.0


cdef inline void add(int kind, bint backward, double x, double number, Agg* s) noexcept nogil:
    """Add the next value after, or with `backward` before, those seen; of equals the first wins."""
    cdef double d
    cdef bint better
    if kind == SUMS:
        s.a += x if x == x else 0.0
        s.b += 1.0 if x == x else 0.0
    elif kind == MOMENTS:
        if x == x:
            s.a += 1.0
            d = x - s.b
            s.b += d * (1.0 / s.a)      # the division does not wait for the mean
            s.c += d * (x - s.b)
    elif kind == LSE:
        if x == x:
            if s.b == 0.0:
                s.a = x
                s.b = 1.0
            elif x == s.a:              # also where both are infinite
                s.b += 1.0
            elif x < s.a:
                s.b += exp(x - s.a)
            else:
                s.b = s.b * exp(s.a - x) + 1.0
                s.a = x
    else:
        if kind == LOWEST:
            better = x < s.a or s.a != s.a or (backward and x == s.a)
        elif kind == HIGHEST:
            better = x > s.a or s.a != s.a or (backward and x == s.a)
        elif (kind == FIRST) == backward:
            better = x == x
        else:
            better = s.a != s.a
        s.a = x if better else s.a
        s.b = number if better else s.b


cdef inline void merge(int kind, Agg* s, const double* p) noexcept nogil:
    """Add the aggregate of the values that follow."""
    cdef double d, n, share
    cdef bint better
    if kind == SUMS:
        s.a += p[0]
        s.b += p[1]
    elif kind == MOMENTS:
        if s.a == 0.0:
            s.a, s.b, s.c = p[0], p[1], p[2]
        elif p[0] != 0.0:
            n = s.a + p[0]
            share = p[0] / n
            d = p[1] - s.b
            s.c += p[2] + d * d * s.a * share
            s.b += d * share
            s.a = n
    elif kind == LSE:
        if s.b == 0.0:
            s.a, s.b = p[0], p[1]
        elif p[1] != 0.0:
            if p[0] == s.a:
                s.b += p[1]
            elif p[0] < s.a:
                s.b += p[1] * exp(p[0] - s.a)
            else:
                s.b = s.b * exp(s.a - p[0]) + p[1]
                s.a = p[0]
    else:
        if kind == LOWEST:
            better = p[0] < s.a or s.a != s.a
        elif kind == HIGHEST:
            better = p[0] > s.a or s.a != s.a
        elif kind == FIRST:
            better = s.a != s.a
        else:
            better = p[0] == p[0]
        s.a = p[0] if better else s.a
        s.b = p[1] if better else s.b


cdef inline double finish(int mode, const Agg* s) noexcept nogil:
    """The number that was asked for; NaN where there is none."""
    if mode == SUM:
        return s.a if s.b > 0.0 else NAN
    if mode == MEAN:
        return s.a / s.b if s.b > 0.0 else NAN
    if mode == SIZE:
        return s.b
    if mode == EXISTS:
        return 1.0 if s.b > 0.0 else 0.0
    if mode == STDDEV:
        return sqrt(s.c / (s.a - 1.0)) if s.a > 1.0 else NAN
    if mode == VALUE:
        return s.a
    if mode == NUMBER:
        return s.b if s.a == s.a else NAN
    return s.a + log(s.b) if s.b > 0.0 else NAN      # LOG_SUM
