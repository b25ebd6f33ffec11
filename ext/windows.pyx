"""Which elements each window overlaps: of sorted intervals that do not overlap."""
cimport numpy as cnp

from _types cimport pos_t

cnp.import_array()


cdef inline Py_ssize_t _reach(const pos_t* a, Py_ssize_t n, pos_t x, bint after,
                              Py_ssize_t at) noexcept nogil:
    """How many of the sorted values are below x (at most x with `after`), from a guess.

    Steps from the guess double, so that sorted windows cost a few steps each.
    """
    cdef Py_ssize_t step = 1, low, high, middle
    if at < n and (a[at] < x or (after and a[at] == x)):
        low = at                     # below
        while at + step < n and (a[at + step] < x or (after and a[at + step] == x)):
            low = at + step
            step <<= 1
        high = min(at + step, n)     # not below
    else:
        high = at
        while at - step >= 0 and not (a[at - step] < x or (after and a[at - step] == x)):
            high = at - step
            step <<= 1
        low = at - step if at - step > -1 else -1
    while high - low > 1:
        middle = (low + high) >> 1
        if a[middle] < x or (after and a[middle] == x):
            low = middle
        else:
            high = middle
    return high


def overlapped(const pos_t[::1] starts, const pos_t[::1] ends, const pos_t[::1] start,
               const pos_t[::1] end, pos_t[::1] first, pos_t[::1] last):
    """Fill first[i] and last[i]: the intervals that overlap start[i] to end[i]."""
    cdef Py_ssize_t i, n = starts.shape[0], a = 0, z = 0
    cdef const pos_t* s = NULL
    cdef const pos_t* e = NULL
    if n:
        s, e = &starts[0], &ends[0]
    with nogil:
        for i in range(start.shape[0]):
            a = _reach(e, n, start[i], True, a)
            z = _reach(s, n, end[i], False, max(z, a))
            first[i] = a
            last[i] = max(a, z)
