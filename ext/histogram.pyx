"""Bin numbers of values by breaks, and how many values each bin has."""
cimport numpy as cnp

from _types cimport pos_t

cnp.import_array()


cdef inline Py_ssize_t _search(double x, const double* breaks, Py_ssize_t n) noexcept nogil:
    """The last of n breaks that is less than x; the first one is."""
    cdef Py_ssize_t low = 0, half
    while n > 1:
        half = n // 2
        if breaks[low + half] < x:
            low += half
        n -= half
    return low


cdef inline Py_ssize_t _guess(double x, const double* breaks, Py_ssize_t n,
                              double scale) noexcept nogil:
    """As `_search`, for breaks at about equal distances: rounding is put right by looking."""
    cdef Py_ssize_t k = <Py_ssize_t>((x - breaks[0]) * scale)
    k = min(max(k, 0), n - 1)
    while k > 0 and not breaks[k] < x:
        k -= 1
    while k < n - 1 and breaks[k + 1] < x:
        k += 1
    return k


cdef void _number(const double[::1] values, const double[::1] breaks, double scale,
                  bint include_lowest, bint clamp, pos_t[::1] number) noexcept nogil:
    cdef Py_ssize_t i, k, n = breaks.shape[0] - 1
    cdef const double* edge = &breaks[0]
    cdef double x, lowest = edge[0], highest = edge[n]
    for i in range(values.shape[0]):
        x = values[i]
        if x > lowest and x <= highest:
            k = _search(x, edge, n) if scale == 0 else _guess(x, edge, n, scale)
        elif x == lowest and include_lowest:
            k = 0
        elif clamp and x == x:
            k = 0 if x <= lowest else n - 1
        else:
            k = -1
        number[i] = -1 if k < 0 or number[i] < 0 else number[i] * n + k


def number(const double[::1] values, const double[::1] breaks, double scale, bint include_lowest,
           bint clamp, pos_t[::1] number):
    """Append a dimension to bin numbers; -1 is outside. A `scale` of 0 asks for a search."""
    with nogil:
        _number(values, breaks, scale, include_lowest, clamp, number)


cdef void _count(const pos_t[::1] number, pos_t[::1] counts) noexcept nogil:
    cdef Py_ssize_t i
    for i in range(number.shape[0]):
        if 0 <= number[i] < counts.shape[0]:
            counts[number[i]] += 1


def count(const pos_t[::1] number, pos_t[::1] counts):
    """Add how often each bin number comes."""
    with nogil:
        _count(number, counts)
