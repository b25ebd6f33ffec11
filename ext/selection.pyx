"""Order of float64 values as 64-bit keys, counted and gathered by their leading bits."""
from libc.stdint cimport uint64_t
from libc.string cimport memcpy
cimport numpy as cnp

from _types cimport pos_t

cnp.import_array()

cdef uint64_t SIGN = <uint64_t>1 << 63


cdef inline uint64_t _key(double x) noexcept nogil:
    """A number that grows with x; the two zeros share one."""
    cdef uint64_t bits
    x = x + 0.0
    memcpy(&bits, &x, 8)
    return ~bits if bits & SIGN else bits | SIGN


cdef inline Py_ssize_t _node(uint64_t key, pos_t group, const pos_t[::1] first,
                             const uint64_t[::1] prefix, int above) noexcept nogil:
    """The node of a group whose prefix the key has above its last bits, or -1."""
    cdef Py_ssize_t low, n, half
    if group < 0 or group >= first.shape[0] - 1:
        return -1
    low = first[group]
    n = first[group + 1] - low
    if n <= 0:
        return -1
    if above >= 64:
        return low
    key >>= above
    while n > 1:                # no branch to foretell
        half = n // 2
        low += half if prefix[low + half] <= key else 0
        n -= half
    return low if prefix[low] == key else -1


cdef void _tally(const double[::1] values, const pos_t[::1] group, bint is_grouped,
                 const pos_t[::1] first, const uint64_t[::1] prefix, int above, int shift,
                 pos_t[:, ::1] counts, uint64_t[:, ::1] low,
                 uint64_t[:, ::1] high) noexcept nogil:
    cdef Py_ssize_t i, node, part
    cdef uint64_t key, mask = <uint64_t>counts.shape[1] - 1
    for i in range(values.shape[0]):
        if values[i] != values[i]:
            continue
        key = _key(values[i])
        node = _node(key, group[i] if is_grouped else 0, first, prefix, above)
        if node < 0:
            continue
        part = <Py_ssize_t>((key >> shift) & mask)
        counts[node, part] += 1
        low[node, part] = min(low[node, part], key)
        high[node, part] = max(high[node, part], key)


def tally(const double[::1] values, const pos_t[::1] group, bint is_grouped,
          const pos_t[::1] first, const uint64_t[::1] prefix, int above, int shift,
          pos_t[:, ::1] counts, uint64_t[:, ::1] low, uint64_t[:, ::1] high):
    """Count the values of each part of each node, and keep the extreme keys of the part."""
    with nogil:
        _tally(values, group, is_grouped, first, prefix, above, shift, counts, low, high)


cdef Py_ssize_t _gather(const double[::1] values, const pos_t[::1] group, bint is_grouped,
                        const pos_t[::1] first, const uint64_t[::1] prefix, int above,
                        double[::1] out, pos_t[::1] out_node) noexcept nogil:
    cdef Py_ssize_t i, node, n = 0
    for i in range(values.shape[0]):
        if values[i] != values[i]:
            continue
        node = _node(_key(values[i]), group[i] if is_grouped else 0, first, prefix, above)
        if node >= 0:
            out[n] = values[i]
            out_node[n] = node
            n += 1
    return n


def gather(const double[::1] values, const pos_t[::1] group, bint is_grouped,
           const pos_t[::1] first, const uint64_t[::1] prefix, int above, double[::1] out,
           pos_t[::1] out_node):
    """Fill the values that belong to a node, and which; return how many they are."""
    cdef Py_ssize_t n
    with nogil:
        n = _gather(values, group, is_grouped, first, prefix, above, out, out_node)
    return n
