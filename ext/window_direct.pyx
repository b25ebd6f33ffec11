"""Aggregates of windows, each by a walk over its own elements."""
from libc.math cimport INFINITY, NAN, exp, log, sqrt
cimport numpy as cnp

from _aggregates cimport (EXISTS, FIRST, HIGHEST, LAST, LOWEST, MEAN, MOMENTS, NUMBER, SIZE, SUMS,
                          Agg, finish)
from _types cimport pos_t, real_t

cnp.import_array()

cdef enum:
    LANES = 8            # sums side by side: the next addition need not wait for the last


cdef inline double _sums(int mode, const real_t* v, Py_ssize_t n) noexcept nogil:
    cdef double[LANES] total
    cdef double[LANES] seen
    cdef Py_ssize_t i, j
    cdef real_t x
    cdef Agg s
    if n == 1:                           # the value itself, also where it is -0.0
        x = v[0]
        if mode == SIZE or mode == EXISTS:
            return 1.0 if x == x else 0.0
        return x
    s.a = s.b = s.c = 0.0
    i = 0
    if n >= LANES:
        for j in range(LANES):
            total[j] = seen[j] = 0.0
        while i + LANES <= n:
            for j in range(LANES):
                x = v[i + j]
                total[j] += <double>x if x == x else 0.0
                seen[j] += 1.0 if x == x else 0.0
            i += LANES
        for j in range(LANES):
            s.a += total[j]
            s.b += seen[j]
    while i < n:
        x = v[i]
        s.a += <double>x if x == x else 0.0      # adding zero is cheaper than a wrong guess
        s.b += 1.0 if x == x else 0.0
        i += 1
    return finish(mode, &s)


cdef inline double _stddev(const real_t* v, Py_ssize_t n) noexcept nogil:
    """Two passes; differences from the first value make that of equal values exactly 0."""
    cdef double[LANES] total
    cdef double[LANES] seen
    cdef double some, count, origin, d
    cdef Py_ssize_t i = 0, begin, j
    cdef int turn
    while i < n and v[i] != v[i]:
        i += 1
    if i == n:
        return NAN
    begin, origin, count, some = i, v[i], 0.0, 0.0
    for turn in range(2):
        for j in range(LANES):
            total[j] = seen[j] = 0.0
        i = begin
        while i + LANES <= n:
            for j in range(LANES):
                d = v[i + j] - origin
                d = d if v[i + j] == v[i + j] else 0.0
                total[j] += d * d if turn else d
                seen[j] += 1.0 if v[i + j] == v[i + j] else 0.0
            i += LANES
        while i < n:
            if v[i] == v[i]:
                d = v[i] - origin
                total[0] += d * d if turn else d
                seen[0] += 1.0
            i += 1
        some = count = 0.0
        for j in range(LANES):
            some += total[j]
            count += seen[j]
        if turn == 0:
            origin += some / count
    return sqrt(some / (count - 1.0)) if count > 1.0 else NAN


cdef inline Py_ssize_t _next(const real_t* v, Py_ssize_t n, Py_ssize_t i, int step) noexcept nogil:
    """The next element that has a value, from i on; -1 where there is none."""
    while 0 <= i < n:
        if v[i] == v[i]:
            return i
        i += step
    return -1


cdef inline Py_ssize_t _extreme(bint highest, const real_t* v, Py_ssize_t n) noexcept nogil:
    """The first of the elements with the lowest or highest value; -1 where there is none."""
    cdef real_t[LANES] best
    cdef real_t found = <real_t>(-INFINITY) if highest else <real_t>INFINITY
    cdef real_t x
    cdef Py_ssize_t i = 0, j
    if n >= LANES:
        for j in range(LANES):
            best[j] = found
        while i + LANES <= n:
            for j in range(LANES):
                x = v[i + j]
                if highest:
                    best[j] = x if x > best[j] else best[j]
                else:
                    best[j] = x if x < best[j] else best[j]
            i += LANES
        for j in range(LANES):
            if (best[j] > found) if highest else (best[j] < found):
                found = best[j]
    while i < n:
        x = v[i]
        if (x > found) if highest else (x < found):
            found = x
        i += 1
    for i in range(n):
        if v[i] == found:
            return i
    return -1


cdef inline double _lse(const real_t* v, Py_ssize_t n) noexcept nogil:
    cdef Py_ssize_t i = _extreme(True, v, n)
    cdef double most, some = 0.0
    if i < 0:
        return NAN
    most = v[i]
    for i in range(n):
        if v[i] == most:                 # also where it is infinite
            some += 1.0
        elif v[i] == v[i]:
            some += exp(v[i] - most)
    return most + log(some)


cdef inline double _one(int kind, int mode, const real_t* v, Py_ssize_t n,
                        pos_t base) noexcept nogil:
    cdef Py_ssize_t i
    if kind == SUMS:
        return _sums(mode, v, n)
    if kind == MOMENTS:
        return _stddev(v, n)
    if kind == LOWEST:
        i = _extreme(False, v, n)
    elif kind == HIGHEST:
        i = _extreme(True, v, n)
    elif kind == FIRST:
        i = _next(v, n, 0, 1)
    elif kind == LAST:
        i = _next(v, n, n - 1, -1)
    else:
        return _lse(v, n)
    if i < 0:
        return NAN
    return <double>(base + i) if mode == NUMBER else v[i]


def direct(int kind, int mode, const real_t[::1] values, pos_t base, const pos_t[::1] first,
           const pos_t[::1] last, double[::1] out):
    """Fill `out` for the windows first[i] to last[i]; values[0] is the element number `base`."""
    cdef Py_ssize_t i, n = first.shape[0]
    cdef const real_t* v
    cdef double none
    if n == 0:
        return
    none = 0.0 if mode == SIZE or mode == EXISTS else NAN
    v = &values[0] if values.shape[0] else NULL
    with nogil:
        if kind == SUMS:
            for i in range(n):
                if last[i] > first[i]:
                    out[i] = _sums(mode, v + (first[i] - base), last[i] - first[i])
                else:
                    out[i] = none
        else:
            for i in range(n):
                if last[i] > first[i]:
                    out[i] = _one(kind, mode, v + (first[i] - base), last[i] - first[i],
                                  first[i])
                else:
                    out[i] = none


cdef inline void _groups(const real_t* v, Py_ssize_t n, Py_ssize_t size, double* out) noexcept nogil:
    """Means of `n` whole groups, each as `_sums` has them for fewer values than LANES."""
    cdef Py_ssize_t i, j
    cdef double total, seen, mean
    cdef real_t x
    for i in range(n):
        total = seen = 0.0
        for j in range(size):
            x = v[i * size + j]
            total += <double>x if x == x else 0.0
            seen += 1.0 if x == x else 0.0
        mean = total / seen                      # always: a branch would cost more
        out[i] = mean if seen > 0.0 else NAN


def group_means(const real_t[::1] values, Py_ssize_t size, double[::1] out):
    """Fill the means of each `size` values in turn; the last group may be smaller."""
    cdef Py_ssize_t i, n = out.shape[0], whole = values.shape[0] // size
    cdef const real_t* v
    if n == 0:
        return
    v = &values[0]
    with nogil:
        if size == 2:                            # for compilers to unroll
            _groups(v, whole, 2, &out[0])
        elif size == 4:
            _groups(v, whole, 4, &out[0])
        elif size == 5:
            _groups(v, whole, 5, &out[0])
        elif 1 < size < LANES:
            _groups(v, whole, size, &out[0])
        else:
            for i in range(whole):
                out[i] = _sums(MEAN, v + i * size, size)
        for i in range(whole, n):
            out[i] = _sums(MEAN, v + i * size, values.shape[0] - i * size)
