"""Intervals through blocks of alignment: places, winners of overlaps, clusters."""
from libc.stdint cimport int8_t, uint8_t

from _types cimport pos_t

cdef enum Measure:
    UNION = 0
    SUM = 1
    LARGEST = 2


# ---- places

def place(
    const pos_t[::1] start, const pos_t[::1] end, const pos_t[::1] offset, const pos_t[::1] block,
    const pos_t[::1] source, const pos_t[::1] size, const pos_t[::1] target,
    const int8_t[::1] reverse, pos_t[::1] row, pos_t[::1] source_start, pos_t[::1] source_end,
    pos_t[::1] target_start, pos_t[::1] target_end,
):
    """Where the part of each interval that lies in each of its blocks is, on both sides."""
    cdef Py_ssize_t i, k
    cdef pos_t b, s, e, n_blocks = source.shape[0]
    with nogil:
        for i in range(start.shape[0]):
            for k in range(offset[i], offset[i + 1]):
                b = block[k]
                if b < 0 or b >= n_blocks:
                    continue
                s = start[i] if start[i] > source[b] else source[b]
                e = source[b] + size[b]
                if end[i] < e:
                    e = end[i]
                row[k] = i
                source_start[k] = s
                source_end[k] = e
                if reverse[b]:
                    target_start[k] = target[b] + source[b] + size[b] - e
                else:
                    target_start[k] = target[b] + s - source[b]
                target_end[k] = target_start[k] + e - s


# ---- winners

cdef inline void _push(pos_t* heap, Py_ssize_t n, const pos_t* rank, pos_t item) noexcept nogil:
    """Add an item to a heap of n, the lowest rank on top."""
    cdef Py_ssize_t i = n, above
    while i > 0:
        above = (i - 1) >> 1
        if rank[heap[above]] <= rank[item]:
            break
        heap[i] = heap[above]
        i = above
    heap[i] = item


cdef inline void _pop(pos_t* heap, Py_ssize_t n, const pos_t* rank) noexcept nogil:
    """Take the top off a heap of n."""
    cdef pos_t item = heap[n - 1]
    cdef Py_ssize_t i = 0, below = 1
    n -= 1
    while below < n:
        if below + 1 < n and rank[heap[below + 1]] < rank[heap[below]]:
            below += 1
        if rank[item] <= rank[heap[below]]:
            break
        heap[i] = heap[below]
        i = below
        below = 2 * i + 1
    heap[i] = item


cdef Py_ssize_t _winners(const pos_t* start, const pos_t* end, const pos_t* rank, Py_ssize_t n,
                         pos_t* heap, pos_t* out_start, pos_t* out_end,
                         pos_t* out_item) noexcept nogil:
    """Sweep from left to right; each step takes an interval in or the top out."""
    cdef Py_ssize_t i = 0, held = 0, found = 0
    cdef pos_t at = 0, stop, top
    while i < n or held > 0:
        if held == 0:
            at = start[i]
        while i < n and start[i] <= at:
            _push(heap, held, rank, i)
            held += 1
            i += 1
        while held > 0 and end[heap[0]] <= at:
            _pop(heap, held, rank)
            held -= 1
        if held == 0:
            continue
        top = heap[0]
        stop = end[top]
        if i < n and start[i] < stop:
            stop = start[i]
        if found > 0 and out_item[found - 1] == top and out_end[found - 1] == at:
            out_end[found - 1] = stop
        else:
            out_start[found] = at
            out_end[found] = stop
            out_item[found] = top
            found += 1
        at = stop
    return found


def winners(
    const pos_t[::1] start, const pos_t[::1] end, const pos_t[::1] rank, pos_t[::1] heap,
    pos_t[::1] out_start, pos_t[::1] out_end, pos_t[::1] out_item,
):
    """Stretches and the interval of lowest rank over each; the outputs have room for 2 n."""
    cdef Py_ssize_t found
    if start.shape[0] == 0:
        return 0
    with nogil:
        found = _winners(&start[0], &end[0], &rank[0], start.shape[0], &heap[0], &out_start[0],
                         &out_end[0], &out_item[0])
    return found


# ---- clusters

cdef inline pos_t _root(pos_t* parent, pos_t i) noexcept nogil:
    while parent[i] != i:
        parent[i] = parent[parent[i]]
        i = parent[i]
    return i


cdef inline void _join(pos_t* parent, pos_t a, pos_t b) noexcept nogil:
    """Put two in one cluster, whose root is the first of its members."""
    a = _root(parent, a)
    b = _root(parent, b)
    if a < b:
        parent[b] = a
    else:
        parent[a] = b


cdef void _clusters(const pos_t* query, const pos_t* start, const pos_t* end, const pos_t* chain,
                    const pos_t* by_chain, Py_ssize_t n, int measure, pos_t* parent, pos_t* total,
                    uint8_t* keep) noexcept nogil:
    cdef Py_ssize_t i, first
    cdef pos_t top = 0, size, root, best, a, b
    for i in range(n):
        parent[i] = i
        total[i] = 0
    for i in range(n):
        if i == 0 or query[i] != query[i - 1]:
            top = start[i]
        elif start[i] < top:
            _join(parent, i - 1, i)
        size = end[i] - start[i]
        if measure == UNION:
            size = end[i] - (start[i] if start[i] > top else top)
            if size < 0:
                size = 0
        total[i] = size
        if end[i] > top:
            top = end[i]
    for i in range(1, n):
        a = by_chain[i - 1]
        b = by_chain[i]
        if query[a] == query[b] and chain[a] == chain[b]:
            _join(parent, a, b)
    for i in range(n):
        root = _root(parent, i)
        if root == i:
            continue
        if measure != LARGEST:
            total[root] += total[i]
        elif total[i] > total[root]:
            total[root] = total[i]
    i = 0
    while i < n:
        first = best = i
        while i < n and query[i] == query[first]:
            root = _root(parent, i)
            if root == i and total[i] > total[best]:
                best = i
            i += 1
        i = first
        while i < n and query[i] == query[first]:
            keep[i] = _root(parent, i) == best
            i += 1


def best_clusters(
    const pos_t[::1] query, const pos_t[::1] start, const pos_t[::1] end, const pos_t[::1] chain,
    const pos_t[::1] by_chain, int measure, pos_t[::1] parent, pos_t[::1] total,
    uint8_t[::1] keep,
):
    """Say which pieces of each query are in its largest cluster."""
    if query.shape[0] == 0:
        return
    with nogil:
        _clusters(&query[0], &start[0], &end[0], &chain[0], &by_chain[0], query.shape[0], measure,
                  &parent[0], &total[0], &keep[0])
