"""Do any two of many rectangles overlap? A sweep along x over what is open in y."""
from libc.stdint cimport int64_t, uint64_t

cdef enum:
    BITS = 64
    SHIFT = 6


cdef inline int _highest(uint64_t bits) noexcept nogil:
    """Place of the highest bit that is set; there is one."""
    cdef int place = 0
    cdef int step = 32
    while step:
        if bits >> step:
            bits >>= step
            place += step
        step >>= 1
    return place


cdef void _open(
    Py_ssize_t slot, uint64_t* tree, const Py_ssize_t* level, int n_levels
) noexcept nogil:
    cdef int depth
    for depth in range(n_levels):
        tree[level[depth] + (slot >> SHIFT)] |= (<uint64_t>1) << (slot & (BITS - 1))
        slot >>= SHIFT


cdef void _close(
    Py_ssize_t slot, uint64_t* tree, const Py_ssize_t* level, int n_levels
) noexcept nogil:
    cdef int depth
    cdef Py_ssize_t at
    for depth in range(n_levels):
        at = level[depth] + (slot >> SHIFT)
        tree[at] &= ~((<uint64_t>1) << (slot & (BITS - 1)))
        if tree[at]:
            return
        slot >>= SHIFT


cdef Py_ssize_t _last(
    Py_ssize_t slot, const uint64_t* tree, const Py_ssize_t* level, int n_levels
) noexcept nogil:
    """The last open slot that is not after `slot`, -1 without one."""
    cdef int depth
    cdef Py_ssize_t word
    cdef uint64_t bits
    for depth in range(n_levels):
        if slot < 0:
            return -1
        word = slot >> SHIFT
        bits = tree[level[depth] + word]
        bits &= (~(<uint64_t>0)) >> (BITS - 1 - (slot & (BITS - 1)))
        if bits:
            slot = word * BITS + _highest(bits)
            while depth:
                depth -= 1
                slot = slot * BITS + _highest(tree[level[depth] + slot])
            return slot
        slot = word - 1
    return -1


cdef Py_ssize_t _sweep(
    const int64_t[::1] events, const int64_t[::1] slot, const int64_t[::1] last,
    const int64_t[::1] low, const int64_t[::1] high, uint64_t* tree, const Py_ssize_t* level,
    int n_levels, int64_t* owner, int64_t* other,
) noexcept nogil:
    """Row that overlaps an open one, which goes to `other`; -1 when no two do.

    What is open never overlaps in y, so the open one that begins last before the end of a
    rectangle also reaches furthest: no other need be looked at.
    """
    cdef Py_ssize_t i, found
    cdef int64_t row
    for i in range(events.shape[0]):
        row = events[i] >> 1
        if events[i] & 1 == 0:
            _close(slot[row], tree, level, n_levels)
            continue
        found = _last(last[row], tree, level, n_levels)
        if found >= 0 and high[owner[found]] > low[row]:
            other[0] = owner[found]
            return row
        _open(slot[row], tree, level, n_levels)
        owner[slot[row]] = row
    return -1


def sweep(
    const int64_t[::1] events, const int64_t[::1] slot, const int64_t[::1] last,
    const int64_t[::1] low, const int64_t[::1] high, uint64_t[::1] tree,
    const Py_ssize_t[::1] level, int64_t[::1] owner,
):
    """Two rows that overlap, or (-1, -1).

    `events` are 2 * row for the end of a rectangle and 2 * row + 1 for its start, in order;
    `slot` is the rank of its lower y among all, `last` the last rank below its upper y.
    """
    cdef Py_ssize_t row
    cdef int64_t other = -1
    if events.shape[0] == 0:
        return -1, -1
    with nogil:
        row = _sweep(
            events, slot, last, low, high, &tree[0], &level[0], <int>level.shape[0], &owner[0],
            &other,
        )
    return row, other
