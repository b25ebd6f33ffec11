"""Which sorted records overlap which queries, by a tree of largest ends."""
from libc.stdint cimport int64_t

cdef enum:
    FAN = 16


cdef Py_ssize_t _lower(const int64_t* a, Py_ssize_t n, int64_t x) noexcept nogil:
    """How many of the sorted values are below x."""
    cdef Py_ssize_t low = 0, high = n, middle
    while low < high:
        middle = (low + high) >> 1
        if a[middle] < x:
            low = middle + 1
        else:
            high = middle
    return low


cdef void _fill_tree(
    const int64_t* end, Py_ssize_t n, int64_t* tree, const Py_ssize_t* level, int n_levels
) noexcept nogil:
    """Largest end of each FAN items of the level below; level 0 lies over the records."""
    cdef Py_ssize_t i, k, size, below
    cdef const int64_t* under = end
    cdef int64_t most
    cdef int depth
    below = n
    for depth in range(n_levels):
        size = (below + FAN - 1) // FAN
        for i in range(size):
            most = under[i * FAN]
            for k in range(i * FAN + 1, min((i + 1) * FAN, below)):
                if under[k] > most:
                    most = under[k]
            tree[level[depth] + i] = most
        under = tree + level[depth]
        below = size


cdef Py_ssize_t _visit(
    const int64_t* end, const int64_t* tree, const Py_ssize_t* level, int depth,
    Py_ssize_t node, int64_t start, Py_ssize_t last, int64_t* out, Py_ssize_t found,
) noexcept nogil:
    """Walk below a node: records before `last` whose end is after `start`, in order.

    Each inner node entered holds a record that ends after `start`, so the walk costs
    O(hits * log n), and O(log n) more where `last` cuts.
    """
    cdef Py_ssize_t i, first = node * FAN, stop = (node + 1) * FAN
    cdef Py_ssize_t width = 1
    cdef int k
    for k in range(depth):
        width *= FAN
    if depth == 0:
        if stop > last:
            stop = last
        for i in range(first, stop):
            if end[i] > start:
                if out != NULL:
                    out[found] = i
                found += 1
        return found
    for i in range(first, stop):
        if i * width >= last:
            break
        if tree[level[depth - 1] + i] > start:
            found = _visit(end, tree, level, depth - 1, i, start, last, out, found)
    return found


cdef Py_ssize_t _query(
    const int64_t* starts, const int64_t* end, Py_ssize_t n, const int64_t* tree,
    const Py_ssize_t* level, int n_levels, int64_t a, int64_t b, int64_t* out, Py_ssize_t found,
) noexcept nogil:
    cdef Py_ssize_t last = _lower(starts, n, b)
    if last == 0 or n_levels == 0 or tree[level[n_levels - 1]] <= a:
        return found
    return _visit(end, tree, level, n_levels - 1, 0, a, last, out, found)


def build(const int64_t[::1] end, int64_t[::1] tree, const Py_ssize_t[::1] level):
    """Fill the tree; `level` says where each level begins in it."""
    if end.shape[0] == 0:
        return
    with nogil:
        _fill_tree(&end[0], end.shape[0], &tree[0], &level[0], <int>level.shape[0])


def count(
    const int64_t[::1] starts, const int64_t[::1] end, const int64_t[::1] tree,
    const Py_ssize_t[::1] level, const int64_t[::1] a, const int64_t[::1] b, int64_t[::1] n,
):
    """Number of records that overlap each query."""
    cdef Py_ssize_t i
    if starts.shape[0] == 0 or a.shape[0] == 0:
        return
    with nogil:
        for i in range(a.shape[0]):
            n[i] = _query(
                &starts[0], &end[0], starts.shape[0], &tree[0], &level[0],
                <int>level.shape[0], a[i], b[i], NULL, 0,
            )


def fill(
    const int64_t[::1] starts, const int64_t[::1] end, const int64_t[::1] tree,
    const Py_ssize_t[::1] level, const int64_t[::1] a, const int64_t[::1] b, int64_t[::1] out,
):
    """Records that overlap each query, one query behind the other; `out` has room for all."""
    cdef Py_ssize_t i, found = 0
    if starts.shape[0] == 0 or a.shape[0] == 0 or out.shape[0] == 0:
        return
    with nogil:
        for i in range(a.shape[0]):
            found = _query(
                &starts[0], &end[0], starts.shape[0], &tree[0], &level[0],
                <int>level.shape[0], a[i], b[i], &out[0], found,
            )


cdef inline Py_ssize_t _not_above(const int64_t* a, Py_ssize_t n, int64_t x) noexcept nogil:
    """How many of the sorted values are at most x, without branches; n is at least 1."""
    cdef const int64_t* base = a
    cdef Py_ssize_t half
    while n > 1:
        half = n >> 1
        base = base + half if base[half - 1] <= x else base
        n -= half
    return base - a + (base[0] <= x)


def ranges(
    const int64_t[::1] starts, const int64_t[::1] ends, const int64_t[::1] a,
    const int64_t[::1] b, int64_t[::1] first, int64_t[::1] n,
):
    """First and number of the records that overlap each query; starts and ends are sorted."""
    cdef Py_ssize_t i, low, last, size = starts.shape[0]
    if size == 0:
        return
    with nogil:
        for i in range(a.shape[0]):
            low = _not_above(&ends[0], size, a[i])
            last = low
            while last < size and last < low + FAN and starts[last] < b[i]:
                last += 1
            if last == low + FAN:
                last = low + _lower(&starts[low], size - low, b[i])
            first[i] = low
            n[i] = last - low
