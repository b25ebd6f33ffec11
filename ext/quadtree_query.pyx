"""Windows of the plane from the nodes over records: ranges of records, and totals."""
from libc.stdint cimport int64_t

from _plane cimport Window, add_areas, is_off, is_within
from _totals cimport Sums, Totals, clear, pointers, put
from _tree cimport DEPTH, FAN, LEAF

cdef struct Tree:
    const int64_t* box          # x1, x2, y1, y2 of each node
    const int64_t* count
    const double* sum
    const double* min
    const double* max
    const int64_t* area         # of points the same as count
    const double* wsum          # of points the same as sum
    int64_t n                   # records
    int n_levels
    int64_t[DEPTH] offset       # where a level begins
    int64_t[DEPTH] size         # how many nodes it has
    int64_t[DEPTH] width        # records below a node, the last apart


cdef struct Ranges:
    # what was found: records first to last of the window `owner`; found may exceed room
    int64_t* owner              # NULL for one window
    int64_t* first
    int64_t* last
    Py_ssize_t room
    Py_ssize_t found
    int64_t this                # the window now looked at
    int64_t end                 # where its last range ended


# ---- the tree

cdef void _measure(Tree* t, int64_t n) noexcept nogil:
    """Levels of the tree over n records, and above them one that has the root as its child."""
    cdef int64_t size = (n + LEAF - 1) // LEAF, offset = 0, width = LEAF
    t.n, t.n_levels = n, 0
    while n > 0:
        t.offset[t.n_levels], t.size[t.n_levels], t.width[t.n_levels] = offset, size, width
        t.n_levels += 1
        if size == 1:
            return
        offset += size
        width *= FAN
        size = (size + FAN - 1) // FAN


cdef inline void _note(Ranges* r, int64_t first, int64_t last) noexcept nogil:
    """One more range, or more of the last one."""
    if r.end == first:
        if r.found <= r.room:
            r.last[r.found - 1] = last
    else:
        if r.found < r.room:
            r.first[r.found] = first
            r.last[r.found] = last
            if r.owner != NULL:
                r.owner[r.found] = r.this
        r.found += 1
    r.end = last


cdef inline void _take_whole(const Tree* t, int64_t at, Totals* s) noexcept nogil:
    if t.count[at]:
        s.n += t.count[at]
        s.area = add_areas(s.area, t.area[at])
        s.wsum += t.wsum[at]
        s.sum += t.sum[at]
        s.min = min(s.min, t.min[at])
        s.max = max(s.max, t.max[at])


cdef void _visit(const Tree* t, const Window* w, int level, int64_t parent, Totals* whole,
                 Ranges* r) noexcept nogil:
    """Children of a node, which are nodes of `level`.

    Those inside the window go to `whole`, or to the ranges if that is NULL; of those that cross
    its border the leaves go to the ranges. Records come in order.
    """
    cdef int64_t i, at
    cdef const int64_t* b
    for i in range(parent * FAN, min((parent + 1) * FAN, t.size[level])):
        at = t.offset[level] + i
        b = t.box + 4 * at
        if is_off(b[0], b[1], b[2], b[3], w):
            continue
        if is_within(b[0], b[1], b[2], b[3], w):
            if whole != NULL:
                _take_whole(t, at, whole)
            else:
                _note(r, i * t.width[level], min((i + 1) * t.width[level], t.n))
        elif level == 0:
            _note(r, i * LEAF, min((i + 1) * LEAF, t.n))
        else:
            _visit(t, w, level - 1, i, whole, r)


cdef inline void _search(const Tree* t, const Window* w, Totals* whole, Ranges* r) noexcept nogil:
    r.end = -1
    if t.n_levels and w.x1 < w.x2 and w.y1 < w.y2:
        _visit(t, w, t.n_levels - 1, 0, whole, r)


def ranges(int64_t n, const int64_t[:, ::1] box, int64_t x1, int64_t x2, int64_t y1, int64_t y2,
           int64_t d1, int64_t d2, int64_t[:, ::1] out):
    """Ranges of records that may lie in a window, as rows first and last of `out`.

    The number of them is returned; where it is more than `out` has room for, the others are
    left out.
    """
    cdef Tree t
    cdef Window w
    cdef Ranges r
    w.x1, w.x2, w.y1, w.y2, w.d1, w.d2 = x1, x2, y1, y2, d1, d2
    if n == 0:
        return 0
    t.box = &box[0, 0]
    r.owner, r.first, r.last, r.room, r.found = NULL, &out[0, 0], &out[1, 0], out.shape[1], 0
    with nogil:
        _measure(&t, n)
        _search(&t, &w, NULL, &r)
    return r.found


cdef void _sums(const Tree* t, const int64_t[:, ::1] window, int64_t d1, int64_t d2,
                const Sums* out, Ranges* r) noexcept nogil:
    cdef Py_ssize_t i
    cdef Totals s
    cdef Window w
    w.d1, w.d2 = d1, d2
    for i in range(window.shape[1]):
        w.x1, w.x2, w.y1, w.y2 = window[0, i], window[1, i], window[2, i], window[3, i]
        clear(&s)
        r.this = i
        _search(t, &w, &s, r)
        put(&s, i, out)


def sums(int64_t n, const int64_t[:, ::1] box, const int64_t[::1] count, const double[::1] total,
         const double[::1] low, const double[::1] high, const int64_t[::1] area,
         const double[::1] weighted, const int64_t[:, ::1] window, int64_t d1, int64_t d2,
         int64_t[::1] n_out, int64_t[::1] area_out, double[::1] wsum_out, double[::1] sum_out,
         double[::1] min_out, double[::1] max_out, int64_t[:, ::1] part):
    """Totals of the nodes inside each window, and the ranges of records that cross its border.

    `part` gets rows window, first and last; the number of ranges is returned as by `ranges`.
    """
    cdef Tree t
    cdef Ranges r
    cdef Sums s
    if window.shape[1] == 0:
        return 0
    s = pointers(n_out, area_out, wsum_out, sum_out, min_out, max_out)
    t.n = n
    if n:
        t.box, t.count, t.sum, t.min, t.max = &box[0, 0], &count[0], &total[0], &low[0], &high[0]
        t.area, t.wsum = &area[0], &weighted[0]
    r.owner, r.first, r.last, r.room, r.found = (
        &part[0, 0], &part[1, 0], &part[2, 0], part.shape[1], 0
    )
    with nogil:
        _measure(&t, n)
        _sums(&t, window, d1, d2, &s, &r)
    return r.found
