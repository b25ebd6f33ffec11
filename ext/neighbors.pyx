"""The k nearest intervals of many, by tree for those at distance 0 and by walks on both sides."""
from libc.stdint cimport int8_t, int64_t

cdef enum:
    FAN = 16
    NEAR = 24        # items that are tried one by one before the tree is asked
    MAX_CLASSES = 3  # of strand: they differ in the sign of a distance

ctypedef struct Tree:
    const int64_t* end    # by position in the order of starts
    const int64_t* row
    const int64_t* most   # largest end of each node, level behind level
    const int64_t* least  # smallest row of each node
    const Py_ssize_t* level

ctypedef struct Heap:     # the k smallest rows met, the largest of them on top
    int64_t* row
    Py_ssize_t n
    Py_ssize_t k

ctypedef struct Walk:     # one side of one class, away from the query
    const int64_t* edge
    const int64_t* row
    Py_ssize_t i
    Py_ssize_t stop
    int step
    int64_t base
    int sign
    int64_t most


# ---- tree


def build(
    const int64_t[::1] end, const int64_t[::1] row, const Py_ssize_t[::1] level,
    int64_t[::1] most, int64_t[::1] least,
):
    """Largest end and smallest row of each FAN items; `level` says where each level begins."""
    cdef Py_ssize_t i, j, size, below = end.shape[0], under = -1, here, first, stop
    cdef int depth
    cdef int64_t high, low
    if below == 0:
        return
    with nogil:
        for depth in range(level.shape[0]):
            size = (below + FAN - 1) // FAN
            here = level[depth]
            for i in range(size):
                first, stop = i * FAN, min((i + 1) * FAN, below)
                high = end[first] if depth == 0 else most[under + first]
                low = row[first] if depth == 0 else least[under + first]
                for j in range(first + 1, stop):
                    high = max(high, end[j] if depth == 0 else most[under + j])
                    low = min(low, row[j] if depth == 0 else least[under + j])
                most[here + i], least[here + i] = high, low
            below, under = size, here


cdef void _keep(Heap* heap, int64_t row) noexcept nogil:
    """Add a row to the k smallest."""
    cdef Py_ssize_t i
    cdef int64_t* x = heap.row
    if heap.n < heap.k:
        i = heap.n
        heap.n += 1
        while i > 0 and x[(i - 1) >> 1] < row:
            x[i] = x[(i - 1) >> 1]
            i = (i - 1) >> 1
        x[i] = row
    elif row < x[0]:
        _sink(x, heap.n, row)


cdef void _sink(int64_t* x, Py_ssize_t n, int64_t row) noexcept nogil:
    """Replace the top of a heap."""
    cdef Py_ssize_t i = 0, child
    while 2 * i + 1 < n:
        child = 2 * i + 1
        if child + 1 < n and x[child + 1] > x[child]:
            child += 1
        if x[child] <= row:
            break
        x[i] = x[child]
        i = child
    x[i] = row


cdef void _in_order(Heap* heap) noexcept nogil:
    """Sort the rows of a heap, smallest first."""
    cdef Py_ssize_t n = heap.n
    cdef int64_t last
    while n > 1:
        n -= 1
        last = heap.row[n]
        heap.row[n] = heap.row[0]
        _sink(heap.row, n, last)


cdef void _visit(
    const Tree* tree, int depth, Py_ssize_t node, Py_ssize_t last, int64_t start, Heap* heap
) noexcept nogil:
    """Rows below a node, among the first `last` items, that end at or after `start`."""
    cdef Py_ssize_t i, at, width = 1, first = node * FAN, stop = (node + 1) * FAN
    cdef int k
    if depth == 0:
        for i in range(first, min(stop, last)):
            if tree.end[i] >= start:
                _keep(heap, tree.row[i])
        return
    for k in range(depth):
        width *= FAN
    for i in range(first, stop):
        if i * width >= last:
            break
        at = tree.level[depth - 1] + i
        if tree.most[at] >= start and (heap.n < heap.k or tree.least[at] < heap.row[0]):
            _visit(tree, depth - 1, i, last, start, heap)


cdef void _overlapping(
    const Tree* tree, int top, const int64_t* upto, Py_ssize_t last, int64_t start, Heap* heap
) noexcept nogil:
    """Rows among the first `last` items that end at or after `start`.

    ``upto[i]`` is the largest end of items 0..i, so a walk back from `last` knows when it is done.
    """
    cdef Py_ssize_t i = last - 1, first = max(last - NEAR, 0)
    while i >= first and upto[i] >= start:
        i -= 1
    if i >= first or first == 0:
        for i in range(i + 1, last):
            if tree.end[i] >= start:
                _keep(heap, tree.row[i])
    else:
        _visit(tree, top, 0, last, start, heap)


# ---- walks


cdef Py_ssize_t _lower(
    const int64_t* a, Py_ssize_t low, Py_ssize_t high, Py_ssize_t near, int64_t x
) noexcept nogil:
    """First of the sorted items low..high that is >= x; steps double from `near` on."""
    cdef Py_ssize_t middle, step = 1
    if near < low or near > high:
        near = low + ((high - low) >> 1)
    if near < high and a[near] < x:
        low = near + 1
        while low + step < high and a[low + step] < x:
            low += step + 1
            step <<= 1
        high = min(high, low + step)
    else:
        high = near
        while high - step >= low and a[high - step] >= x:
            high -= step
            step <<= 1
        low = max(low, high - step)
    while low < high:
        middle = (low + high) >> 1
        if a[middle] < x:
            low = middle + 1
        else:
            high = middle
    return low


cdef inline int64_t _gap(const Walk* walk) noexcept nogil:
    cdef int64_t gap = walk.edge[walk.i] - walk.base
    return gap if walk.step > 0 else -gap


cdef inline bint _ended(const Walk* walk) noexcept nogil:
    return walk.i == walk.stop or _gap(walk) > walk.most


cdef Py_ssize_t _nearest_first(
    Walk* walks, int n_walks, Py_ssize_t k, Py_ssize_t found, int64_t* row, int64_t* dist
) noexcept nogil:
    """Take the nearest head of the walks until there are k; equal ones by row."""
    cdef int w, best
    cdef int64_t gap, least = 0
    for w in range(n_walks - 1, -1, -1):
        if _ended(&walks[w]):
            n_walks -= 1
            walks[w] = walks[n_walks]
    while found < k and n_walks:
        best = 0
        least = _gap(&walks[0])
        for w in range(1, n_walks):
            gap = _gap(&walks[w])
            if gap < least or (
                gap == least and walks[w].row[walks[w].i] < walks[best].row[walks[best].i]
            ):
                best, least = w, gap
        row[found] = walks[best].row[walks[best].i]
        dist[found] = least * walks[best].sign
        found += 1
        walks[best].i += walks[best].step
        if _ended(&walks[best]):
            n_walks -= 1
            walks[best] = walks[n_walks]
    return found


cdef int _range_of(
    int sign, int64_t lowest, int64_t highest, int64_t* least, int64_t* most
) noexcept nogil:
    """Gaps >= 1 whose signed distance lies in lowest..highest; 0 when there are none."""
    least[0] = max(<int64_t>1, lowest if sign > 0 else -highest)
    most[0] = highest if sign > 0 else -lowest
    return least[0] <= most[0]


def nearest(
    const int64_t[::1] code, const int64_t[::1] at, const int64_t[::1] to,
    const int8_t[::1] strand, const int64_t[::1] visit, Py_ssize_t first_row,
    const int64_t[::1] b_at, const int64_t[::1] b_to, const int64_t[::1] upto,
    const int64_t[::1] at_row, const int64_t[::1] b_edge, const int64_t[::1] edge_row,
    const Py_ssize_t[::1] bound, const Py_ssize_t[::1] level, const int64_t[::1] most,
    const int64_t[::1] least,
    int n_chroms, const int64_t[::1] shift, const int8_t[::1] left_sign,
    const int8_t[::1] right_sign, Py_ssize_t k, int64_t lowest, int64_t highest,
    int64_t[:, ::1] out_row, int64_t[:, ::1] out_dist, int64_t[::1] n_found,
):
    """The k nearest of b for the rows in `visit`, nearest first, equal distances by row of b.

    b is given by start (b_at, with its b_to, the running maximum of it, and at_row) and by end
    (b_edge with edge_row, those of one end by falling row). Class c of b lies `shift[c]` further
    on the axis; chromosome x of it fills ``bound[c * n_chroms + x]`` to the next bound of both
    orders. A strand of -1 of a turns the signs round. Output row 0 is row `first_row` of a.
    """
    cdef Py_ssize_t v, i, low, high, found, p, r
    cdef int c, n_walks, n_classes = <int>shift.shape[0], turn, sign, top = <int>level.shape[0] - 1
    cdef int64_t x, y, near, far
    cdef Py_ssize_t[MAX_CLASSES] left_hint, right_hint
    cdef Walk[2 * MAX_CLASSES] walks
    cdef Tree tree
    cdef Heap heap
    if b_at.shape[0] == 0 or visit.shape[0] == 0 or k < 1:
        return
    tree.end, tree.row, tree.level = &b_to[0], &at_row[0], &level[0]
    tree.most, tree.least = &most[0], &least[0]
    with nogil:
        for c in range(n_classes):
            left_hint[c] = right_hint[c] = 0
        for v in range(visit.shape[0]):
            i = visit[v]
            r = i - first_row
            turn = -1 if strand.shape[0] and strand[i] < 0 else 1
            heap.row, heap.n, heap.k = &out_row[r, 0], 0, k
            for c in range(n_classes):
                x, y = at[i] + shift[c], to[i] + shift[c]
                low = bound[c * n_chroms + code[i]]
                high = bound[c * n_chroms + code[i] + 1]
                p = _lower(&b_at[0], low, high, right_hint[c], y + 1)
                right_hint[c] = p
                if lowest <= 0 <= highest and p > low and upto[p - 1] >= x:
                    _overlapping(&tree, top, &upto[0], p, x, &heap)
            n_walks = 0
            for c in range(n_classes):
                if heap.n == k:
                    break  # none at a distance can be nearer
                x, y = at[i] + shift[c], to[i] + shift[c]
                low = bound[c * n_chroms + code[i]]
                high = bound[c * n_chroms + code[i] + 1]
                sign = right_sign[c] * turn
                if _range_of(sign, lowest, highest, &near, &far):
                    p = right_hint[c]
                    if near > 1:
                        p = _lower(&b_at[0], p, high, p, y + near)
                    walks[n_walks] = Walk(&b_at[0], &at_row[0], p, high, 1, y, sign, far)
                    n_walks += 1
                sign = left_sign[c] * turn
                if _range_of(sign, lowest, highest, &near, &far):
                    p = _lower(&b_edge[0], low, high, left_hint[c], x - near + 1)
                    left_hint[c] = p
                    walks[n_walks] = Walk(
                        &b_edge[0], &edge_row[0], p - 1, low - 1, -1, x, sign, far
                    )
                    n_walks += 1
            _in_order(&heap)
            found = heap.n
            for p in range(found):
                out_dist[r, p] = 0
            if found < k:
                found = _nearest_first(walks, n_walks, k, found, &out_row[r, 0], &out_dist[r, 0])
            n_found[r] = found
