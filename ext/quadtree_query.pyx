"""Records and summaries of windows of the plane, from the nodes over records."""
from libc.math cimport INFINITY, NAN
from libc.stdint cimport int32_t, int64_t, uint8_t, uint16_t, uint32_t, uint64_t
cimport numpy as cnp

from _plane cimport Window, add_areas, area_in_band, clip, is_off, is_within

cnp.import_array()

cdef enum:
    LEAF = 64               # records of a leaf
    FAN = 16                # children of an inner node
    DEPTH = 17              # more levels than 2**63 records need

ctypedef fused place_t:
    int32_t
    int64_t

ctypedef fused real_t:
    cnp.float32_t
    cnp.float64_t

ctypedef fused item_t:      # a value as so many bytes
    uint8_t
    uint16_t
    uint32_t
    uint64_t


cdef struct Totals:
    int64_t n
    int64_t area
    double wsum
    double sum
    double min
    double max


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


# ---- totals

cdef inline void _clear(Totals* t) noexcept nogil:
    t.n, t.area, t.wsum, t.sum, t.min, t.max = 0, 0, 0.0, 0.0, INFINITY, -INFINITY


cdef struct Sums:
    # the totals of each window
    int64_t* n
    int64_t* area
    double* wsum
    double* sum
    double* min
    double* max


cdef inline Sums _pointers(int64_t[::1] n, int64_t[::1] area, double[::1] wsum,
                           double[::1] total, double[::1] low, double[::1] high) noexcept nogil:
    cdef Sums s
    s.n, s.area, s.wsum, s.sum = &n[0], &area[0], &wsum[0], &total[0]
    s.min, s.max = &low[0], &high[0]
    return s


cdef inline void _put(const Totals* t, Py_ssize_t i, const Sums* s) noexcept nogil:
    s.n[i], s.area[i], s.wsum[i], s.sum[i] = t.n, t.area, t.wsum, t.sum
    s.min[i] = t.min if t.n else NAN
    s.max[i] = t.max if t.n else NAN


cdef inline void _add(const Totals* t, Py_ssize_t i, const Sums* s) noexcept nogil:
    if t.n == 0:
        return
    if s.n[i] == 0:
        _put(t, i, s)
        return
    s.n[i] += t.n
    s.area[i] = add_areas(s.area[i], t.area)
    s.wsum[i] += t.wsum
    s.sum[i] += t.sum
    s.min[i] = min(s.min[i], t.min)
    s.max[i] = max(s.max[i], t.max)


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
        _clear(&s)
        r.this = i
        _search(t, &w, &s, r)
        _put(&s, i, out)


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
    s = _pointers(n_out, area_out, wsum_out, sum_out, min_out, max_out)
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


# ---- records. The end of record i is x2[i] + extra: points have their x1 there, and 1.

cdef inline bint _is_hit(int64_t x1, int64_t x2, int64_t y1, int64_t y2,
                         const Window* w) noexcept nogil:
    return clip(&x1, &x2, &y1, &y2, w)


cdef Py_ssize_t _select(const place_t[::1] x1, const place_t[::1] x2, const place_t[::1] y1,
                        const place_t[::1] y2, int extra, const Window* w,
                        int64_t[::1] row) noexcept nogil:
    cdef Py_ssize_t i, found = 0
    for i in range(x1.shape[0]):
        row[found] = i
        found += _is_hit(x1[i], <int64_t>x2[i] + extra, y1[i], <int64_t>y2[i] + extra, w)
    return found


def select(const place_t[::1] x1, const place_t[::1] x2, const place_t[::1] y1,
           const place_t[::1] y2, int extra, const int64_t[::1] window, int64_t[::1] row):
    """Rows of the records that have a base pair in the window; how many they are."""
    cdef Window w
    cdef Py_ssize_t found
    w.x1, w.x2, w.y1, w.y2, w.d1, w.d2 = (
        window[0], window[1], window[2], window[3], window[4], window[5]
    )
    with nogil:
        found = _select(x1, x2, y1, y2, extra, &w, row)
    return found


cdef Py_ssize_t _copy(const place_t[::1] x1, const place_t[::1] x2, const place_t[::1] y1,
                      const place_t[::1] y2, const item_t[::1] value, int extra,
                      const int64_t[:, ::1] part, const Window* w, place_t[:, ::1] place,
                      item_t[::1] item) noexcept nogil:
    cdef Py_ssize_t k, i, found = 0, rows = place.shape[0]
    for k in range(part.shape[1]):
        for i in range(part[0, k], part[1, k]):
            place[0, found] = x1[i]
            place[1, found] = y1[i]
            if rows == 4:
                place[2, found] = x2[i]
                place[3, found] = y2[i]
            item[found] = value[i]
            found += _is_hit(x1[i], <int64_t>x2[i] + extra, y1[i], <int64_t>y2[i] + extra, w)
    return found


def copy(const place_t[::1] x1, const place_t[::1] x2, const place_t[::1] y1,
         const place_t[::1] y2, const item_t[::1] value, int extra, const int64_t[:, ::1] part,
         const int64_t[::1] window, place_t[:, ::1] place, item_t[::1] item):
    """Copy the records of some ranges that have a base pair in the window; how many they are.

    `part` has rows first and last, `place` gets x1, y1 and, of rectangles, x2 and y2.
    """
    cdef Window w
    cdef Py_ssize_t found
    w.x1, w.x2, w.y1, w.y2, w.d1, w.d2 = (
        window[0], window[1], window[2], window[3], window[4], window[5]
    )
    with nogil:
        found = _copy(x1, x2, y1, y2, value, extra, part, &w, place, item)
    return found


cdef inline void _sum_points(const place_t* x, const place_t* y, const real_t* value,
                             Py_ssize_t n, const Window* w, Totals* t) noexcept nogil:
    cdef Py_ssize_t i
    cdef int64_t a, b
    cdef real_t v
    for i in range(n):
        a, b, v = x[i], y[i], value[i]
        if ((a >= w.x1) & (a < w.x2) & (b >= w.y1) & (b < w.y2) & (a - b >= w.d1)
                & (a - b < w.d2) & (v == v)):
            t.n += 1
            t.sum += v
            t.min = min(t.min, <double>v)
            t.max = max(t.max, <double>v)


cdef inline void _sum_rectangles(const place_t* x1, const place_t* x2, const place_t* y1,
                                 const place_t* y2, const real_t* value, Py_ssize_t n,
                                 const Window* w, Totals* t) noexcept nogil:
    cdef Py_ssize_t i
    cdef int64_t a, b, c, d, area
    cdef double v
    for i in range(n):
        a, b, c, d, v = x1[i], x2[i], y1[i], y2[i], value[i]
        if v == v and clip(&a, &b, &c, &d, w):
            area = area_in_band(a, b, c, d, w)
            t.n += 1
            t.area = add_areas(t.area, area)
            t.wsum += v * <double>area
            t.sum += v
            t.min = min(t.min, v)
            t.max = max(t.max, v)


cdef void _add_records(const place_t[::1] x1, const place_t[::1] x2, const place_t[::1] y1,
                       const place_t[::1] y2, const real_t[::1] value, bint is_points,
                       const int64_t[:, ::1] part, const int64_t[:, ::1] window, int64_t d1,
                       int64_t d2, const Sums* out) noexcept nogil:
    cdef Py_ssize_t k = 0, i, owner
    cdef Totals t
    cdef Window w
    w.d1, w.d2 = d1, d2
    while k < part.shape[1]:
        owner = part[0, k]
        w.x1, w.x2 = window[0, owner], window[1, owner]
        w.y1, w.y2 = window[2, owner], window[3, owner]
        _clear(&t)
        while k < part.shape[1] and part[0, k] == owner:
            i = part[1, k]
            if i < part[2, k] and is_points:
                _sum_points(&x1[i], &y1[i], &value[i], part[2, k] - i, &w, &t)
            elif i < part[2, k]:
                _sum_rectangles(&x1[i], &x2[i], &y1[i], &y2[i], &value[i], part[2, k] - i, &w, &t)
            k += 1
        if is_points:
            t.area, t.wsum = t.n, t.sum
        _add(&t, owner, out)


def add_records(const place_t[::1] x1, const place_t[::1] x2, const place_t[::1] y1,
                const place_t[::1] y2, const real_t[::1] value, bint is_points,
                const int64_t[:, ::1] part, const int64_t[:, ::1] window, int64_t d1, int64_t d2,
                int64_t[::1] n_out, int64_t[::1] area_out, double[::1] wsum_out,
                double[::1] sum_out, double[::1] min_out, double[::1] max_out):
    """Add to the totals of each window what records of its ranges have in it.

    `part` has rows window, first and last, the ranges of a window one behind the other.
    """
    cdef Sums s
    if part.shape[1] == 0:
        return
    s = _pointers(n_out, area_out, wsum_out, sum_out, min_out, max_out)
    with nogil:
        _add_records(x1, x2, y1, y2, value, is_points, part, window, d1, d2, &s)
