"""Of the intervals that hold a position, the one whose middle is nearest."""
from libc.math cimport INFINITY, NAN

from _types cimport pos_t


cdef Py_ssize_t _before(
    const pos_t* tree, Py_ssize_t n_leaves, Py_ssize_t i, pos_t position
) noexcept nogil:
    """Last interval before the i-th that ends after `position`; -1 if there is none."""
    cdef Py_ssize_t node = i + n_leaves
    while node > 1:
        if node & 1 and tree[node - 1] > position:
            node -= 1
            while node < n_leaves:
                node = 2 * node + 1 if tree[2 * node + 1] > position else 2 * node
            return node - n_leaves
        node >>= 1
    return -1


def build(const pos_t[::1] end, pos_t[::1] tree):
    """Fill a tree of largest ends; its second half holds the ends themselves, then -1."""
    cdef Py_ssize_t i, n_leaves = tree.shape[0] // 2
    with nogil:
        for i in range(n_leaves):
            tree[n_leaves + i] = end[i] if i < end.shape[0] else -1
        for i in range(n_leaves - 1, 0, -1):
            tree[i] = max(tree[2 * i], tree[2 * i + 1])


def nearest_middle(
    const pos_t[::1] start, const pos_t[::1] end, const pos_t[::1] row, const pos_t[::1] tree,
    const pos_t[::1] position, const pos_t[::1] n_begun, bint relative, double[::1] distance,
    pos_t[::1] which,
):
    """Fill the distance to the nearest middle, and the interval; NaN and -1 where none holds it.

    ``n_begun[i]`` intervals start at or before position i. Distances are to the middle base, or
    with `relative` to the middle itself, divided by the length; they are negative on its left.
    """
    cdef Py_ssize_t i, k, n_leaves = tree.shape[0] // 2
    cdef double d, size, best
    with nogil:
        for i in range(position.shape[0]):
            which[i] = -1
            distance[i] = NAN
            best = INFINITY
            k = _before(&tree[0], n_leaves, n_begun[i], position[i])
            while k >= 0:
                if relative:
                    d = (<double>position[i] - (start[k] + end[k]) * 0.5) / (end[k] - start[k])
                else:
                    d = position[i] - (start[k] + end[k]) // 2
                size = d if d >= 0 else -d
                if size < best or (size == best and row[k] < row[which[i]]):
                    best = size
                    distance[i] = d
                    which[i] = k
                k = _before(&tree[0], n_leaves, k, position[i])
