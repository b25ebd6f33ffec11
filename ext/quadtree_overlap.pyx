"""Do any two of many rectangles overlap? A join of the leaves of their quad-tree."""
from libc.stdint cimport int32_t, int64_t

from _tree cimport DEPTH, FAN, LEAF
from _types cimport place_t

cdef enum:
    NONE = -1
    GIVEN_UP = -2


cdef struct Tree:
    const int64_t* box      # x1, x2, y1, y2 of each node, the leaves first
    int n_levels
    int64_t[DEPTH] offset   # where a level begins
    int64_t[DEPTH] size     # how many nodes it has
    int64_t[DEPTH] leaves   # leaves below a node, the last apart


cdef struct Join:
    int64_t leaf            # the leaf whose partners are looked for
    int64_t budget          # comparisons left
    int64_t row             # what was found, or NONE
    int64_t other


cdef void _measure(Tree* t, int64_t n) noexcept nogil:
    cdef int64_t size = (n + LEAF - 1) // LEAF, offset = 0, leaves = 1
    t.n_levels = 0
    while True:
        t.offset[t.n_levels], t.size[t.n_levels], t.leaves[t.n_levels] = offset, size, leaves
        t.n_levels += 1
        if size <= 1:
            return
        offset += size
        leaves *= FAN
        size = (size + FAN - 1) // FAN


cdef inline bint _meet(const int64_t* a, const int64_t* b) noexcept nogil:
    return a[0] < b[1] and b[0] < a[1] and a[2] < b[3] and b[2] < a[3]


cdef inline int64_t _partner(const place_t[::1] x1, const place_t[::1] x2, const place_t[::1] y1,
                             const place_t[::1] y2, Py_ssize_t i, Py_ssize_t first,
                             Py_ssize_t last) noexcept nogil:
    """The first of some records that overlaps record i, or NONE."""
    cdef Py_ssize_t j
    cdef place_t a = x1[i], b = x2[i], c = y1[i], d = y2[i]
    cdef int hits = 0
    for j in range(first, last):
        hits |= (x1[j] < b) & (a < x2[j]) & (y1[j] < d) & (c < y2[j])
    if hits:
        for j in range(first, last):
            if x1[j] < b and a < x2[j] and y1[j] < d and c < y2[j]:
                return j
    return NONE


cdef void _compare(const place_t[::1] x1, const place_t[::1] x2, const place_t[::1] y1,
                   const place_t[::1] y2, const int64_t* box, int64_t leaf,
                   Join* s) noexcept nogil:
    """Records of the leaf looked at with those of a leaf that is not before it."""
    cdef Py_ssize_t i, first, n = x1.shape[0], last = min((leaf + 1) * LEAF, n)
    for i in range(s.leaf * LEAF, min((s.leaf + 1) * LEAF, n)):
        if leaf != s.leaf and not (x1[i] < box[1] and box[0] < x2[i]
                                   and y1[i] < box[3] and box[2] < y2[i]):
            continue
        first = max(leaf * LEAF, i + 1)
        s.budget -= last - first
        s.other = _partner(x1, x2, y1, y2, i, first, last)
        if s.other != NONE:
            s.row = i
            return
    s.budget -= LEAF


cdef void _visit(const Tree* t, const place_t[::1] x1, const place_t[::1] x2,
                 const place_t[::1] y1, const place_t[::1] y2, int level, int64_t parent,
                 Join* s) noexcept nogil:
    """Leaves below a node, none before the one looked at, whose box meets its box."""
    cdef int64_t i
    cdef const int64_t* own = t.box + 4 * s.leaf
    cdef const int64_t* b
    for i in range(max(parent * FAN, s.leaf // t.leaves[level]),
                   min((parent + 1) * FAN, t.size[level])):
        s.budget -= 1
        b = t.box + 4 * (t.offset[level] + i)
        if not _meet(own, b):
            continue
        if level:
            _visit(t, x1, x2, y1, y2, level - 1, i, s)
        else:
            _compare(x1, x2, y1, y2, b, i, s)
        if s.row != NONE or s.budget < 0:
            return


cdef void _join(const Tree* t, const place_t[::1] x1, const place_t[::1] x2,
                const place_t[::1] y1, const place_t[::1] y2, Join* s) noexcept nogil:
    cdef int64_t leaf
    for leaf in range(t.size[0]):
        s.leaf = leaf
        _visit(t, x1, x2, y1, y2, t.n_levels - 1, 0, s)
        if s.row != NONE:
            return
        if s.budget < 0:
            s.row = GIVEN_UP
            return


def join(const int64_t[:, ::1] box, const place_t[::1] x1, const place_t[::1] x2,
         const place_t[::1] y1, const place_t[::1] y2, int64_t budget):
    """Two rows that overlap, (-1, -1) if none do, (-2, -1) after `budget` comparisons."""
    cdef Tree t
    cdef Join s
    s.row, s.other, s.budget = NONE, NONE, budget
    if x1.shape[0]:
        t.box = &box[0, 0]
        with nogil:
            _measure(&t, x1.shape[0])
            _join(&t, x1, x2, y1, y2, &s)
    return s.row, s.other
