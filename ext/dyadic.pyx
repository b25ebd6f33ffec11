"""Sums and maxima of any stretch of values, from those of blocks of 16, 32, 64, ... values.

A stretch is always cut into the same blocks, so its answer does not depend on what else is
asked, and costs the logarithm of its length.
"""
from libc.math cimport INFINITY, exp, log1p

from _types cimport pos_t

cdef enum:
    SUM, LOGSUM, MAX, ARGMAX
    LOWEST = 4          # the smallest blocks hold 2 ** LOWEST values


cdef struct Part:
    double value
    pos_t arg


cdef inline Part _join(Part a, Part b, int op) noexcept nogil:
    cdef double low
    if op == SUM:
        a.value += b.value
    elif op == LOGSUM:
        low = b.value
        if b.value > a.value:
            low = a.value
            a.value = b.value
        if low != -INFINITY:
            a.value += log1p(exp(low - a.value))
    elif b.value > a.value:
        a = b
    return a


cdef inline Part _of(const double* value, const pos_t* arg, Py_ssize_t i, int op) noexcept nogil:
    cdef Part part
    part.value = value[i]
    part.arg = arg[i] if op == ARGMAX else 0
    return part


cdef inline void _put(Part part, double* value, pos_t* arg, Py_ssize_t i, int op) noexcept nogil:
    value[i] = part.value
    if op == ARGMAX:
        arg[i] = part.arg


cdef void _build(
    const double* value, const pos_t* arg, Py_ssize_t n, int op,
    const Py_ssize_t* level, int n_levels, double* tree, pos_t* tree_arg,
) noexcept nogil:
    cdef Py_ssize_t i, k, below
    cdef int depth
    cdef Part part
    for i in range(n >> LOWEST):
        part = _of(value, arg, i << LOWEST, op)
        for k in range((i << LOWEST) + 1, (i + 1) << LOWEST):
            part = _join(part, _of(value, arg, k, op), op)
        _put(part, tree, tree_arg, i, op)
    for depth in range(1, n_levels):
        below = level[depth - 1]
        for i in range(n >> (LOWEST + depth)):
            part = _join(
                _of(tree, tree_arg, below + 2 * i, op),
                _of(tree, tree_arg, below + 2 * i + 1, op), op)
            _put(part, tree, tree_arg, level[depth] + i, op)


cdef Part _reduce(
    const double* value, const pos_t* arg, int op, const Py_ssize_t* level, int n_levels,
    const double* tree, const pos_t* tree_arg, Py_ssize_t i, Py_ssize_t stop, Part part,
) noexcept nogil:
    cdef int depth = 0
    cdef Py_ssize_t size = 1 << LOWEST
    while i < stop and i & (size - 1):
        part = _join(part, _of(value, arg, i, op), op)
        i += 1
    while n_levels and i + size <= stop:
        while depth + 1 < n_levels and not i & (2 * size - 1) and i + 2 * size <= stop:
            depth += 1
            size *= 2
        part = _join(part, _of(tree, tree_arg, level[depth] + (i >> (LOWEST + depth)), op), op)
        i += size
        while depth > 0 and i + size > stop:
            depth -= 1
            size //= 2
    while i < stop:
        part = _join(part, _of(value, arg, i, op), op)
        i += 1
    return part


def build(
    const double[::1] value, const pos_t[::1] arg, int op, const Py_ssize_t[::1] level,
    double[::1] tree, pos_t[::1] tree_arg,
):
    """Fill the blocks; block i of 2 ** (4 + k) values is at ``tree[level[k] + i]``."""
    if level.shape[0] == 0 or tree.shape[0] == 0:
        return
    with nogil:
        _build(
            &value[0], &arg[0], value.shape[0], op, &level[0], <int>level.shape[0],
            &tree[0], &tree_arg[0])


def reduce(
    const double[::1] value, const pos_t[::1] arg, int op, const Py_ssize_t[::1] level,
    const double[::1] tree, const pos_t[::1] tree_arg, const pos_t[::1] start,
    const pos_t[::1] stop, double[::1] out, pos_t[::1] out_arg,
):
    """Join the values of each ``[start, stop)`` to what `out` holds."""
    cdef Py_ssize_t i
    cdef Part part
    if value.shape[0] == 0 or level.shape[0] == 0:
        return
    with nogil:
        for i in range(start.shape[0]):
            part.value = out[i]
            part.arg = out_arg[i]
            part = _reduce(
                &value[0], &arg[0], op, &level[0], <int>level.shape[0], &tree[0], &tree_arg[0],
                start[i], stop[i], part)
            out[i] = part.value
            out_arg[i] = part.arg
