"""Count, sum, sum of squares, smallest and largest of stretches of values."""
from libc.math cimport INFINITY, NAN
from libc.stdint cimport int32_t, int64_t
cimport numpy as cnp

from _types cimport pos_t, value_t

cnp.import_array()

cdef enum:
    LANES = 64          # running sums side by side: enough that compilers use vectors, not unroll
    TILE = 4096         # values added up in the lanes before they go to the totals


cdef struct Stats:
    pos_t count
    double sum
    double sumsq
    double min
    double max


cdef inline void _clear(Stats* s) noexcept nogil:
    s.count = 0
    s.sum = 0.0
    s.sumsq = 0.0
    s.min = INFINITY
    s.max = -INFINITY


cdef inline value_t _highest(value_t like) noexcept nogil:
    """Nothing of this type is larger."""
    if value_t is cnp.float32_t or value_t is cnp.float64_t:
        return <value_t>INFINITY
    elif value_t is cnp.int8_t:
        return 127
    elif value_t is cnp.uint8_t:
        return 255
    elif value_t is cnp.int16_t:
        return 32767
    elif value_t is cnp.uint16_t:
        return 65535
    elif value_t is cnp.int32_t:
        return 2147483647
    else:
        return 4294967295U


cdef inline value_t _lowest(value_t like) noexcept nogil:
    """Nothing of this type is smaller."""
    if value_t is cnp.float32_t or value_t is cnp.float64_t:
        return <value_t>(-INFINITY)
    elif value_t is cnp.int8_t:
        return -128
    elif value_t is cnp.int16_t:
        return -32768
    elif value_t is cnp.int32_t:
        return -2147483647 - 1
    else:
        return 0


cdef inline void _tile(const value_t* v, Py_ssize_t n, bint has_missing, value_t missing,
                       Stats* s) noexcept nogil:
    """Add at most TILE values. Missing ones are added as zeros: a branch would cost more."""
    cdef double[LANES] total
    cdef double[LANES] squares
    cdef value_t[LANES] low
    cdef value_t[LANES] high
    cdef int32_t[LANES] seen
    cdef value_t top = _highest(missing), bottom = _lowest(missing), x
    cdef double d
    cdef Py_ssize_t row, j, rows = n // LANES, rest = n % LANES
    cdef bint present
    for j in range(LANES):
        total[j] = 0.0
        squares[j] = 0.0
        low[j] = top
        high[j] = bottom
        seen[j] = 0
    for row in range(rows):
        for j in range(LANES):
            x = v[j]
            if value_t is cnp.float32_t or value_t is cnp.float64_t:
                present = x == x
                low[j] = x if x < low[j] else low[j]        # false for NaN
                high[j] = x if x > high[j] else high[j]
            else:
                present = x != missing or not has_missing
                low[j] = x if present and x < low[j] else low[j]
                high[j] = x if present and x > high[j] else high[j]
            d = <double>x if present else 0.0
            seen[j] += present
            total[j] += d
            squares[j] += d * d
        v += LANES
    for j in range(rest):
        x = v[j]
        if value_t is cnp.float32_t or value_t is cnp.float64_t:
            if x != x:
                continue
        else:
            if has_missing and x == missing:
                continue
        d = <double>x
        seen[j] += 1
        total[j] += d
        squares[j] += d * d
        if x < low[j]:
            low[j] = x
        if x > high[j]:
            high[j] = x
    for j in range(LANES):
        s.count += seen[j]
        s.sum += total[j]
        s.sumsq += squares[j]
        s.min = min(s.min, <double>low[j])
        s.max = max(s.max, <double>high[j])


cdef inline void _small_tile(const value_t* v, Py_ssize_t n, Stats* s) noexcept nogil:
    """As `_tile` for 1 to TILE integers of one or two bytes, none missing: exact sums of integers."""
    cdef Py_ssize_t j
    cdef value_t low = v[0], high = v[0], x
    cdef int32_t total = 0, squares = 0
    cdef int64_t wide = 0
    for j in range(n):
        x = v[j]
        total += <int32_t>x
        low = x if x < low else low
        high = x if x > high else high
    if value_t is cnp.int8_t or value_t is cnp.uint8_t:
        for j in range(n):
            squares += <int32_t>v[j] * <int32_t>v[j]
        wide = squares
    else:
        for j in range(n):
            wide += <int64_t>(<int64_t>v[j] * <int64_t>v[j])
    s.count += n
    s.sum += <double>total
    s.sumsq += <double>wide
    s.min = min(s.min, <double>low)
    s.max = max(s.max, <double>high)


cdef void _stretch(const value_t* v, Py_ssize_t n, bint has_missing, value_t missing,
                   Stats* s) noexcept nogil:
    cdef Py_ssize_t at = 0
    if value_t is cnp.int8_t or value_t is cnp.uint8_t or value_t is cnp.int16_t or (
            value_t is cnp.uint16_t):
        if not has_missing:
            while at < n:
                _small_tile(v + at, min(<Py_ssize_t>TILE, n - at), s)
                at += TILE
            return
    while at < n:
        _tile(v + at, min(<Py_ssize_t>TILE, n - at), has_missing, missing, s)
        at += TILE


cdef inline void _put(const Stats* s, Py_ssize_t i, pos_t[::1] count, double[::1] total,
                      double[::1] squares, double[::1] low, double[::1] high) noexcept nogil:
    count[i] = s.count
    total[i] = s.sum
    squares[i] = s.sumsq
    low[i] = s.min if s.count else NAN
    high[i] = s.max if s.count else NAN


cdef void _blocks(const value_t[::1] values, Py_ssize_t block, bint has_missing, value_t missing,
                  pos_t[::1] count, double[::1] total, double[::1] squares, double[::1] low,
                  double[::1] high) noexcept nogil:
    cdef Py_ssize_t i, at = 0
    cdef Stats s
    for i in range(count.shape[0]):
        _clear(&s)
        _stretch(&values[at], min(block, values.shape[0] - at), has_missing, missing, &s)
        _put(&s, i, count, total, squares, low, high)
        at += block


def block_stats(const value_t[::1] values, Py_ssize_t block, bint has_missing, value_t missing,
                pos_t[::1] count, double[::1] total, double[::1] squares, double[::1] low,
                double[::1] high):
    """Fill the statistics of each `block` values."""
    with nogil:
        _blocks(values, block, has_missing, missing, count, total, squares, low, high)


cdef void _segments(const value_t[::1] values, const pos_t[::1] first, const pos_t[::1] last,
                    bint has_missing, value_t missing, pos_t[::1] count, double[::1] total,
                    double[::1] squares, double[::1] low, double[::1] high) noexcept nogil:
    cdef Py_ssize_t i
    cdef Stats s
    for i in range(first.shape[0]):
        _clear(&s)
        if first[i] < last[i]:
            _stretch(&values[first[i]], last[i] - first[i], has_missing, missing, &s)
        _put(&s, i, count, total, squares, low, high)


def segment_stats(const value_t[::1] values, const pos_t[::1] first, const pos_t[::1] last,
                  bint has_missing, value_t missing, pos_t[::1] count, double[::1] total,
                  double[::1] squares, double[::1] low, double[::1] high):
    """Fill the statistics of values[first[i]:last[i]]."""
    with nogil:
        _segments(values, first, last, has_missing, missing, count, total, squares, low, high)


# ---- statistics of statistics

cdef struct Blocks:
    const pos_t* count
    const double* sum
    const double* sumsq
    const double* min
    const double* max


cdef inline Blocks _pointers(const pos_t[::1] count, const double[::1] total,
                             const double[::1] squares, const double[::1] low,
                             const double[::1] high) noexcept nogil:
    cdef Blocks b
    b.count, b.sum, b.sumsq = &count[0], &total[0], &squares[0]
    b.min, b.max = &low[0], &high[0]
    return b


cdef inline void _add(const Blocks* b, pos_t first, pos_t last, Stats* s) noexcept nogil:
    cdef pos_t i
    for i in range(first, last):
        if b.count[i]:
            s.count += b.count[i]
            s.sum += b.sum[i]
            s.sumsq += b.sumsq[i]
            s.min = min(s.min, b.min[i])
            s.max = max(s.max, b.max[i])


cdef inline void _get(Stats* s, Py_ssize_t i, const pos_t[::1] count, const double[::1] total,
                      const double[::1] squares, const double[::1] low,
                      const double[::1] high) noexcept nogil:
    _clear(s)
    if count[i]:
        s.count = count[i]
        s.sum = total[i]
        s.sumsq = squares[i]
        s.min = low[i]
        s.max = high[i]


def add_ranges(const pos_t[::1] count, const double[::1] total, const double[::1] squares,
               const double[::1] low, const double[::1] high, const pos_t[::1] first,
               const pos_t[::1] last, pos_t[::1] to_count, double[::1] to_total,
               double[::1] to_squares, double[::1] to_low, double[::1] to_high):
    """Add blocks first[i] to last[i] to item i."""
    cdef Py_ssize_t i
    cdef Stats s
    cdef Blocks b
    if count.shape[0] == 0:
        return
    with nogil:
        b = _pointers(count, total, squares, low, high)
        for i in range(first.shape[0]):
            _get(&s, i, to_count, to_total, to_squares, to_low, to_high)
            _add(&b, first[i], last[i], &s)
            _put(&s, i, to_count, to_total, to_squares, to_low, to_high)


cdef void _climb(const Blocks* b, const pos_t[::1] shift, const pos_t[::1] offset, pos_t first,
                 pos_t last, Stats* s) noexcept nogil:
    """Add blocks first to last of the lowest level, from the highest levels that fit."""
    cdef Py_ssize_t k, n_levels = shift.shape[0]
    cdef pos_t up, up_first, up_last, n
    for k in range(n_levels):
        n = offset[k + 1] - offset[k]
        if k + 1 < n_levels:
            up = (<pos_t>1) << (shift[k + 1] - shift[k])
            up_first = (first + up - 1) // up
            up_last = offset[k + 2] - offset[k + 1] if last == n else last // up
            if up_first < up_last:
                _add(b, offset[k] + first, offset[k] + up_first * up, s)
                _add(b, offset[k] + up_last * up, offset[k] + last, s)   # none at the very end
                first, last = up_first, up_last
                continue
        _add(b, offset[k] + first, offset[k] + last, s)
        return


def add_inner(const pos_t[::1] count, const double[::1] total, const double[::1] squares,
              const double[::1] low, const double[::1] high, const pos_t[::1] shift,
              const pos_t[::1] offset, pos_t n_bins, pos_t shortest, const pos_t[::1] first,
              const pos_t[::1] last, pos_t[::1] inner_first, pos_t[::1] inner_last,
              pos_t[::1] to_count, double[::1] to_total, double[::1] to_squares,
              double[::1] to_low, double[::1] to_high):
    """Fill the statistics of the whole blocks inside each range of bins, and which bins these are.

    Level k has one item per 2**shift[k] bins, at offset[k] to offset[k + 1] of the arrays.
    """
    cdef Py_ssize_t i
    cdef pos_t block = (<pos_t>1) << shift[0], a, z
    cdef Stats s
    cdef Blocks b
    with nogil:
        b = _pointers(count, total, squares, low, high)
        for i in range(first.shape[0]):
            _clear(&s)
            inner_first[i] = inner_last[i] = first[i]
            if last[i] - first[i] >= shortest:
                a = (first[i] + block - 1) // block
                z = offset[1] if last[i] == n_bins else last[i] // block
                if a < z:
                    inner_first[i] = a * block
                    inner_last[i] = min(z * block, n_bins)
                    _climb(&b, shift, offset, a, z, &s)
            _put(&s, i, to_count, to_total, to_squares, to_low, to_high)
