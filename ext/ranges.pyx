"""Half-open ranges of rows."""
from libc.stdint cimport int64_t


def first_outside(const int64_t[::1] first, const int64_t[::1] last, int64_t size):
    """The first range that is not 0 <= first <= last <= size, or -1."""
    cdef Py_ssize_t i, found = -1
    with nogil:
        for i in range(first.shape[0]):
            if first[i] < 0 or last[i] > size or first[i] > last[i]:
                found = i
                break
    return found
