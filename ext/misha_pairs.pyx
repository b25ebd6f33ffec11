"""Quadtrees of misha files: every record, once, by its number."""
from libc.stdint cimport int64_t, uint32_t, uint64_t
cimport numpy as cnp

from _types cimport pos_t

cnp.import_array()

cdef enum:
    CHUNK = 16  # bytes: size of a chunk, place of its top node
    LEAF = 80  # bytes of a node before its records
    INNER = 104  # bytes of a node that has four children
    COUNT = 72  # where a leaf says its number of records, and a node its children
    WAITING = 1024  # nodes yet to be seen; three for each level of a tree
    # what is wrong
    OUTSIDE = 1
    CIRCLE = 2
    NUMBER = 3
    DIFFERENT = 4


cdef inline uint32_t _little(const unsigned char[::1] data, Py_ssize_t at) noexcept nogil:
    return (<uint32_t>data[at] | <uint32_t>data[at + 1] << 8 | <uint32_t>data[at + 2] << 16
            | <uint32_t>data[at + 3] << 24)


cdef inline int64_t _long(const unsigned char[::1] data, Py_ssize_t at) noexcept nogil:
    return <int64_t>(<uint64_t>_little(data, at) | <uint64_t>_little(data, at + 4) << 32)


cdef int _leaf(const unsigned char[::1] data, Py_ssize_t at, uint32_t n, pos_t[:, ::1] positions,
               uint32_t[::1] bits, cnp.uint8_t[::1] seen, pos_t* n_seen) noexcept nogil:
    """Take the records of a leaf; those seen in another leaf must be the same."""
    cdef Py_ssize_t columns = positions.shape[1], size = 16 + 8 * columns, record, i, column
    cdef int64_t number
    for i in range(n):
        record = at + i * size
        number = _long(data, record)
        if number < 0 or number >= bits.shape[0]:
            return NUMBER
        record += 8
        if seen[number]:
            for column in range(columns):
                if positions[number, column] != _long(data, record + 8 * column):
                    return DIFFERENT
            continue
        seen[number] = 1
        n_seen[0] += 1
        for column in range(columns):
            positions[number, column] = _long(data, record + 8 * column)
        bits[number] = _little(data, record + 8 * columns)
    return 0


cdef int _walk(const unsigned char[::1] data, int64_t root, pos_t[:, ::1] positions,
               uint32_t[::1] bits, cnp.uint8_t[::1] seen, pos_t* n_seen) noexcept nogil:
    cdef int64_t[WAITING] chunks, nodes  # a node below zero: the top one of its chunk
    cdef int64_t size = data.shape[0], chunk, node, child, n_stored = 0
    cdef Py_ssize_t n_waiting = 1, n_nodes = 0, quarter
    cdef Py_ssize_t width = 16 + 8 * positions.shape[1]
    cdef uint32_t n
    cdef int problem
    chunks[0], nodes[0] = root, -1
    while n_waiting:
        n_waiting -= 1
        chunk, node = chunks[n_waiting], nodes[n_waiting]
        if node < 0:
            if chunk < 0 or chunk > size - CHUNK:
                return OUTSIDE
            node = _long(data, chunk + 8)
        if node < 0 or node > size - chunk - LEAF:
            return OUTSIDE
        node += chunk
        n_nodes += 1
        if n_nodes > size // LEAF:  # more than there is room for
            return CIRCLE
        if data[node]:
            n = _little(data, node + COUNT)
            if <int64_t>n > (size - node - LEAF) // width:
                return OUTSIDE
            n_stored += n
            if n_stored > size // width:
                return CIRCLE
            problem = _leaf(data, node + LEAF, n, positions, bits, seen, n_seen)
            if problem:
                return problem
            continue
        if node > size - INNER:
            return OUTSIDE
        if n_waiting > WAITING - 4:
            return CIRCLE
        for quarter in range(4):
            child = _long(data, node + COUNT + 8 * quarter)
            if child < 0:
                if child < -size:
                    return OUTSIDE
                chunks[n_waiting], nodes[n_waiting] = -child, -1
            else:
                chunks[n_waiting], nodes[n_waiting] = chunk, child
            n_waiting += 1
    return 0


def tree_records(const unsigned char[::1] data, int64_t root, pos_t[:, ::1] positions,
                 uint32_t[::1] bits, cnp.uint8_t[::1] seen):
    """Fill positions and the bits of values, row by number; (what is wrong, records found)."""
    cdef pos_t n_seen = 0
    cdef int problem
    with nogil:
        problem = _walk(data, root, positions, bits, seen, &n_seen)
    return problem, n_seen
