"""One record of each of many windows of the plane: where it may be, and which it is."""
from libc.stdint cimport int64_t
cimport numpy as cnp

from _plane cimport Window, clip, is_off, is_within
from _tree cimport FAN, LEAF
from _types cimport place_t, value_t

cdef enum:
    ANY = 0                 # or 1 for the first, -1 for the last by x, then y

cdef struct Start:
    # where a record begins, both negative where the last is looked for
    int64_t x
    int64_t y


cdef struct Search:
    const int64_t* box      # x1, x2, y1, y2 of each node
    const int64_t* count    # records with a value below it
    const int64_t* offset   # where a level begins
    const int64_t* size     # how many nodes it has
    int64_t n               # records
    int wanted
    Window window
    int64_t this            # number of the window
    Start best              # some record begins here or before
    int64_t* owner          # what was found; may exceed room
    int64_t* first
    int64_t* last
    int64_t* node
    Py_ssize_t room
    Py_ssize_t found


cdef inline bint _is_before(Start a, Start b) noexcept nogil:
    return a.x < b.x or (a.x == b.x and a.y < b.y)


cdef inline void _note(Search* s, int level, int64_t i, int64_t node) noexcept nogil:
    cdef int64_t width = <int64_t>LEAF << (4 * level)
    if s.found < s.room:
        s.owner[s.found] = s.this
        s.first[s.found] = i * width
        s.last[s.found] = min((i + 1) * width, s.n)
        s.node[s.found] = node
    s.found += 1


cdef void _visit_all(Search* s, int level, int64_t parent) noexcept nogil:
    """Note the nodes inside the window, and the leaves across its border."""
    cdef int64_t i, at
    cdef const int64_t* b
    for i in range(parent * FAN, min((parent + 1) * FAN, s.size[level])):
        at = s.offset[level] + i
        b = s.box + 4 * at
        if s.count[at] == 0 or is_off(b[0], b[1], b[2], b[3], &s.window):
            continue
        if is_within(b[0], b[1], b[2], b[3], &s.window):
            _note(s, level, i, at)
        elif level == 0:
            _note(s, level, i, -1)
        else:
            _visit_all(s, level - 1, i)


cdef void _visit_best(Search* s, int level, int64_t parent) noexcept nogil:
    """Note the leaves that may hold the record that begins first, the likeliest before others."""
    cdef int64_t[FAN] child
    cdef Start[FAN] least
    cdef Start low, high
    cdef int64_t i, at
    cdef int k, n = 0
    cdef const int64_t* b
    for i in range(parent * FAN, min((parent + 1) * FAN, s.size[level])):
        at = s.offset[level] + i
        b = s.box + 4 * at
        if s.count[at] == 0 or is_off(b[0], b[1], b[2], b[3], &s.window):
            continue
        low.x, low.y, high.x, high.y = b[0], b[2], b[1] - 1, b[3] - 1
        if s.wanted < 0:
            low.x, low.y, high.x, high.y = -high.x, -high.y, -low.x, -low.y
        if is_within(b[0], b[1], b[2], b[3], &s.window) and _is_before(high, s.best):
            s.best = high
        k = n
        while k and _is_before(low, least[k - 1]):
            child[k], least[k] = child[k - 1], least[k - 1]
            k -= 1
        child[k], least[k] = i, low
        n += 1
    for k in range(n):
        if _is_before(s.best, least[k]):
            return
        if level == 0:
            _note(s, level, child[k], -1)
        else:
            _visit_best(s, level - 1, child[k])


def search(int64_t n, const int64_t[:, ::1] box, const int64_t[::1] count,
           const int64_t[::1] offset, const int64_t[::1] size, const int64_t[:, ::1] window,
           int64_t d1, int64_t d2, int wanted, int64_t[:, ::1] out):
    """Where the record wanted of each window may be, as rows window, first, last and node.

    For any record these are nodes inside the window and, with node -1, leaves across its border,
    in order; for the first and the last all are leaves. How many they are is returned; where that
    is more than `out` has room for, the others are left out.
    """
    cdef Search s
    cdef Py_ssize_t i
    cdef int top = <int>size.shape[0] - 1
    if n == 0:
        return 0
    s.n, s.wanted, s.found, s.room = n, wanted, 0, out.shape[1]
    s.box, s.count, s.offset, s.size = &box[0, 0], &count[0], &offset[0], &size[0]
    s.owner, s.first, s.last, s.node = &out[0, 0], &out[1, 0], &out[2, 0], &out[3, 0]
    s.window.d1, s.window.d2 = d1, d2
    with nogil:
        for i in range(window.shape[1]):
            s.this = i
            s.window.x1, s.window.x2 = window[0, i], window[1, i]
            s.window.y1, s.window.y2 = window[2, i], window[3, i]
            s.best.x = s.best.y = <int64_t>1 << 62
            if s.window.x1 >= s.window.x2 or s.window.y1 >= s.window.y2:
                continue
            if wanted == ANY:
                _visit_all(&s, top, 0)
            else:
                _visit_best(&s, top, 0)
    return s.found


cdef void _pick(const place_t[::1] x1, const place_t[::1] x2, const place_t[::1] y1,
                const place_t[::1] y2, const value_t[::1] value, bint is_points,
                const int64_t[:, ::1] part, const int64_t[:, ::1] window, Window w, int wanted,
                int64_t[::1] left, int64_t[::1] row) noexcept nogil:
    cdef Py_ssize_t k, i, owner
    cdef int64_t a, b, c, d
    cdef Start this, best
    for k in range(part.shape[1]):
        owner = part[0, k]
        w.x1, w.x2 = window[0, owner], window[1, owner]
        w.y1, w.y2 = window[2, owner], window[3, owner]
        if row[owner] >= 0 and wanted != ANY:
            best.x, best.y = wanted * <int64_t>x1[row[owner]], wanted * <int64_t>y1[row[owner]]
        else:
            best.x = best.y = <int64_t>1 << 62
        for i in range(part[1, k], part[2, k]):
            a, c = x1[i], y1[i]
            b, d = (a + 1, c + 1) if is_points else (<int64_t>x2[i], <int64_t>y2[i])
            this.x, this.y = wanted * a, wanted * c
            if not clip(&a, &b, &c, &d, &w) or value[i] != value[i]:
                continue
            if wanted == ANY:
                if left[owner] == 0:
                    row[owner] = i
                left[owner] -= 1
            elif _is_before(this, best):
                best, row[owner] = this, i


def pick(const place_t[::1] x1, const place_t[::1] x2, const place_t[::1] y1,
         const place_t[::1] y2, const value_t[::1] value, bint is_points,
         const int64_t[:, ::1] part, const int64_t[:, ::1] window, int64_t d1, int64_t d2,
         int wanted, int64_t[::1] left, int64_t[::1] row):
    """Row of the record wanted of each window; those without one stay as they are.

    `part` has rows window, first and last. `row` begins as -1. Of any, the record with `left`
    others before it is meant, and what all records take off it stays in `left`. Records without
    a value do not count.
    """
    cdef Window w
    w.x1 = w.x2 = w.y1 = w.y2 = 0
    w.d1, w.d2 = d1, d2
    with nogil:
        _pick(x1, x2, y1, y2, value, is_points, part, window, w, wanted, left, row)
