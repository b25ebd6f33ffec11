"""Summaries of values over fixed-width bins."""
from libc.math cimport NAN, isnan
cimport numpy as cnp

from _types cimport floor_div, pos_t, value_t

cnp.import_array()


cdef void _bin_mean(const value_t[::1] values, pos_t width,
                    double[::1] mean, pos_t[::1] n_seen) noexcept nogil:
    cdef Py_ssize_t n_bins = mean.shape[0], b, i, stop, first = 0
    cdef double total
    cdef pos_t seen
    for b in range(n_bins):
        stop = values.shape[0] if values.shape[0] - first < width else first + width
        total = 0.0
        seen = 0
        for i in range(first, stop):
            if value_t is cnp.float32_t or value_t is cnp.float64_t:
                if isnan(values[i]):
                    continue
            total += values[i]
            seen += 1
        n_seen[b] = seen
        mean[b] = total / seen if seen else NAN
        first = stop


def bin_mean(const value_t[::1] values, pos_t width, double[::1] mean, pos_t[::1] n_seen):
    """Fill `mean` and `n_seen` with the mean and count of non-NaN values per bin."""
    with nogil:
        _bin_mean(values, width, mean, n_seen)


cdef void _accumulate(const pos_t[::1] start, const pos_t[::1] end, const double[::1] value,
                      pos_t bin_size, pos_t first_bin,
                      double[::1] total, double[::1] covered) noexcept nogil:
    cdef Py_ssize_t i
    cdef pos_t left, right, b, last, edge
    cdef pos_t window_start = first_bin * bin_size
    cdef pos_t window_end = (first_bin + total.shape[0]) * bin_size
    cdef double v, whole
    for i in range(start.shape[0]):
        v = value[i]
        left = max(start[i], window_start)
        right = min(end[i], window_end)
        if left >= right or isnan(v):
            continue
        b = floor_div(left - window_start, bin_size)
        last = floor_div(right - 1 - window_start, bin_size)
        if b == last:
            total[b] += v * (right - left)
            covered[b] += right - left
            continue
        edge = window_start + (b + 1) * bin_size
        total[b] += v * (edge - left)
        covered[b] += edge - left
        whole = v * bin_size
        for b in range(b + 1, last):
            total[b] += whole
            covered[b] += bin_size
        edge = window_start + last * bin_size
        total[last] += v * (right - edge)
        covered[last] += right - edge


def accumulate_overlap(const pos_t[::1] start, const pos_t[::1] end, const double[::1] value,
                       pos_t bin_size, pos_t first_bin, double[::1] total, double[::1] covered):
    """Add value times overlap, and overlap, of each interval to the bins of a window."""
    with nogil:
        _accumulate(start, end, value, bin_size, first_bin, total, covered)


cdef void _finish(const double[::1] total, const double[::1] covered, pos_t bin_size,
                  pos_t first_bin, pos_t chrom_length, double defval,
                  double[::1] mean) noexcept nogil:
    cdef Py_ssize_t b
    cdef double uncovered
    cdef bint fills = not isnan(defval)
    for b in range(total.shape[0]):
        if covered[b] == 0.0:
            mean[b] = defval        # NaN when nothing fills
            continue
        if fills:
            uncovered = min(bin_size, chrom_length - (first_bin + b) * bin_size) - covered[b]
            if uncovered > 0.0:
                mean[b] = (total[b] + defval * uncovered) / (covered[b] + uncovered)
                continue
        mean[b] = total[b] / covered[b]


def finish_mean(const double[::1] total, const double[::1] covered, pos_t bin_size,
                pos_t first_bin, pos_t chrom_length, double defval, double[::1] mean):
    """Fill `mean` with the overlap-weighted mean of each bin of a window."""
    with nogil:
        _finish(total, covered, bin_size, first_bin, chrom_length, defval, mean)
