"""Sums of sliding windows, without subtracting: nothing drifts, infinity stays where it is."""
from libc.math cimport NAN
cimport numpy as cnp

cnp.import_array()


cdef void _prepare(const float[::1] values, double[::1] value, double[::1] weight) noexcept nogil:
    cdef Py_ssize_t i
    cdef bint present
    for i in range(values.shape[0]):
        present = values[i] == values[i]
        value[i] = values[i] if present else 0.0
        weight[i] = 1.0 if present else 0.0


def prepare(const float[::1] values, double[::1] value, double[::1] weight):
    """Zeros for missing values, and 1 for those that are there."""
    with nogil:
        _prepare(values, value, weight)


cdef void _boxes(const double[::1] value, const double[::1] weight, Py_ssize_t width,
                 double[::1] value_sum, double[::1] weight_sum) noexcept nogil:
    """Sums of `width` items from each on, cut at the end.

    Items stand in tiles of `width`: a window is the end of one tile and the beginning of the next.
    """
    cdef Py_ssize_t n = value.shape[0], tile = 0, stop, i
    cdef double v, w
    while tile < n:
        stop = tile + width if n - tile > width else n
        v = w = 0.0
        for i in range(stop - 1, tile - 1, -1):     # from each item to the end of its tile
            v += value[i]
            w += weight[i]
            value_sum[i] = v
            weight_sum[i] = w
        if tile:
            v = w = 0.0
            for i in range(tile, stop - 1):         # and what its window has in the next one
                v += value[i]
                w += weight[i]
                value_sum[i - width + 1] += v
                weight_sum[i - width + 1] += w
            if stop - tile < width:                 # the last tile is short: windows end with it
                v += value[stop - 1]
                w += weight[stop - 1]
                for i in range(stop, tile + width):
                    value_sum[i - width] += v
                    weight_sum[i - width] += w
        tile = stop


def boxes(const double[::1] value, const double[::1] weight, Py_ssize_t width,
          double[::1] value_sum, double[::1] weight_sum):
    """Fill the sums of values and of weights over `width` items from each item on."""
    with nogil:
        _boxes(value, weight, width, value_sum, weight_sum)


cdef void _means(const double[::1] value_sum, const double[::1] weight_sum, const float[::1] centre,
                 double least, bint fills, float[::1] out) noexcept nogil:
    cdef Py_ssize_t i
    cdef double w
    for i in range(out.shape[0]):
        w = weight_sum[i]
        if w > 0.0 and w >= least and (fills or centre[i] == centre[i]):
            out[i] = <float>(value_sum[i] / w)
        else:
            out[i] = NAN


def means(const double[::1] value_sum, const double[::1] weight_sum, const float[::1] centre,
          double least, bint fills, float[::1] out):
    """Fill the weighted means of windows; NaN with too little weight, or in place of a gap."""
    with nogil:
        _means(value_sum, weight_sum, centre, least, fills, out)
