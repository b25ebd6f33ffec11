"""Counts of letters."""
from libc.stdint cimport int64_t, uint8_t, uint32_t
from libc.string cimport memset
cimport numpy as cnp

cnp.import_array()

cdef enum:
    TABLES = 4              # side by side: a run of one letter does not wait for its own count
    MOST = 1 << 30          # letters before 32-bit counts could overflow


cdef void _count(const uint8_t* p, Py_ssize_t n, int64_t* out) noexcept nogil:
    cdef uint32_t[TABLES][256] seen
    cdef Py_ssize_t i = 0, whole = n - n % TABLES, j
    memset(&seen[0][0], 0, sizeof(seen))
    while i < whole:
        seen[0][p[i]] += 1
        seen[1][p[i + 1]] += 1
        seen[2][p[i + 2]] += 1
        seen[3][p[i + 3]] += 1
        i += TABLES
    while i < n:
        seen[0][p[i]] += 1
        i += 1
    for j in range(256):
        out[j] += <int64_t>seen[0][j] + seen[1][j] + seen[2][j] + seen[3][j]


def count(const uint8_t[::1] letters, int64_t[::1] counts):
    """Add how often each byte occurs."""
    cdef Py_ssize_t at = 0, n = letters.shape[0]
    with nogil:
        while at < n:
            _count(&letters[at], min(<Py_ssize_t>MOST, n - at), &counts[0])
            at += MOST


def ends(const uint8_t[::1] letters, uint8_t one, uint8_t other):
    """First and last position of anything but two letters; -1 and -1 when there is none."""
    cdef Py_ssize_t first = 0, last = letters.shape[0] - 1
    with nogil:
        while first <= last and (letters[first] == one or letters[first] == other):
            first += 1
        if first > last:
            first = last = -1
        else:
            while letters[last] == one or letters[last] == other:
                last -= 1
    return first, last
