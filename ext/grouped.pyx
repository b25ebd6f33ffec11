"""Count, sum, mean, spread and extremes of the values of each group."""
cimport numpy as cnp

from _types cimport pos_t

cnp.import_array()


cdef void _sums(const double[::1] values, const pos_t[::1] group, pos_t[::1] total,
                pos_t[::1] count, double[::1] whole, double[::1] low,
                double[::1] high) noexcept nogil:
    cdef Py_ssize_t i, g
    cdef double x
    for i in range(values.shape[0]):
        g = group[i]
        if g < 0 or g >= total.shape[0]:
            continue
        total[g] += 1
        x = values[i]
        if x == x:
            count[g] += 1
            whole[g] += x
            low[g] = min(low[g], x)
            high[g] = max(high[g], x)


def sums(const double[::1] values, const pos_t[::1] group, pos_t[::1] total, pos_t[::1] count,
         double[::1] whole, double[::1] low, double[::1] high):
    """Add values to their groups; those of other groups, as -1, are left out."""
    with nogil:
        _sums(values, group, total, count, whole, low, high)


cdef void _spreads(const double[::1] values, const pos_t[::1] group, const double[::1] mean,
                   double[::1] spread) noexcept nogil:
    cdef Py_ssize_t i, g
    cdef double d
    for i in range(values.shape[0]):
        g = group[i]
        if g < 0 or g >= mean.shape[0] or values[i] != values[i]:
            continue
        d = values[i] - mean[g]
        spread[g] += d * d


def spreads(const double[::1] values, const pos_t[::1] group, const double[::1] mean,
            double[::1] spread):
    """Add the squared distances of values from the means of their groups."""
    with nogil:
        _spreads(values, group, mean, spread)
