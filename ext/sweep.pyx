"""Sweeps along one axis: sorting, merging, set algebra, overlapping pairs."""
from libc.stdint cimport int64_t, uint64_t

cdef enum:
    DIGIT = 11
    BUCKETS = 2048
    MAX_DIGITS = 6


# ---- the axis


def place(
    const int64_t[::1] code, const int64_t[::1] start, const int64_t[::1] end,
    const int64_t[::1] offset, int64_t[::1] at, int64_t[::1] to,
):
    """Starts and ends on the axis; True when the starts are in order."""
    cdef Py_ssize_t i, n = code.shape[0]
    cdef int64_t before = -1, shift
    cdef bint in_order = True
    with nogil:
        for i in range(n):
            shift = offset[code[i]]
            at[i] = start[i] + shift
            to[i] = end[i] + shift
            if at[i] < before:
                in_order = False
            before = at[i]
    return in_order


def unplace(
    const int64_t[::1] offset, int64_t[::1] at, int64_t[::1] to, int64_t[::1] code,
):
    """Codes of sorted places; places become positions on their chromosome."""
    cdef Py_ssize_t i, n = at.shape[0], c = 0, last = offset.shape[0] - 1
    with nogil:
        for i in range(n):
            while c < last and offset[c + 1] <= at[i]:
                c += 1
            code[i] = c
            at[i] -= offset[c]
            to[i] -= offset[c]


def argsort(
    const int64_t[::1] key, int n_bits, int n_digits, uint64_t[::1] work, uint64_t[::1] other,
):
    """Stable order of keys >= 0: radix sort of ``key << n_bits | row``.

    One buffer gets the rows in order and the other one the keys; True when `work` has the rows.
    """
    cdef Py_ssize_t i, n = key.shape[0], total, here
    cdef int d, shift
    cdef Py_ssize_t[MAX_DIGITS][BUCKETS] seen
    cdef uint64_t* x
    cdef uint64_t* y
    cdef uint64_t item, mask = ((<uint64_t>1) << n_bits) - 1
    if n == 0:
        return True
    x, y = &work[0], &other[0]
    with nogil:
        for d in range(n_digits):
            for i in range(BUCKETS):
                seen[d][i] = 0
        for i in range(n):
            item = <uint64_t>key[i]
            x[i] = (item << n_bits) | <uint64_t>i
            for d in range(n_digits):
                seen[d][item & (BUCKETS - 1)] += 1
                item >>= DIGIT
        for d in range(n_digits):
            shift = n_bits + d * DIGIT
            if seen[d][(x[0] >> shift) & (BUCKETS - 1)] == n:
                continue  # all keys share this digit
            total = 0
            for i in range(BUCKETS):
                here = seen[d][i]
                seen[d][i] = total
                total += here
            for i in range(n):
                item = x[i]
                here = <Py_ssize_t>((item >> shift) & (BUCKETS - 1))
                y[seen[d][here]] = item
                seen[d][here] += 1
            x, y = y, x
        for i in range(n):
            y[i] = x[i] >> n_bits
            x[i] &= mask
    return x == &work[0]


# ---- sets of disjoint intervals


def merge(
    const int64_t[::1] at, const int64_t[::1] to, const int64_t[::1] order, bint touching,
    int64_t[::1] out_at, int64_t[::1] out_to, int64_t[::1] group,
):
    """Merge sorted intervals in the buffers; returns how many are left.

    `order` and `group` may be empty: order says which row item i is, group[row] gets the number
    of the merged interval.
    """
    cdef Py_ssize_t i, n = at.shape[0], found = 0
    cdef int64_t a = 0, b = 0
    cdef bint ordered = order.shape[0] > 0, grouped = group.shape[0] > 0
    if n == 0:
        return 0
    with nogil:
        a, b = at[0], to[0]
        for i in range(n):
            if at[i] > b or (at[i] == b and not touching):
                out_at[found], out_to[found] = a, b
                found += 1
                a, b = at[i], to[i]
            elif to[i] > b:
                b = to[i]
            if grouped:
                if ordered:
                    group[order[i]] = found
                else:
                    group[i] = found
        out_at[found], out_to[found] = a, b
    return found + 1


def union(
    const int64_t[::1] a_at, const int64_t[::1] a_to, const int64_t[::1] b_at,
    const int64_t[::1] b_to, int64_t[::1] out_at, int64_t[::1] out_to,
):
    """Union of two sorted sets; touching intervals become one. Returns the number."""
    cdef Py_ssize_t i = 0, j = 0, found = 0, n = a_at.shape[0], m = b_at.shape[0]
    cdef int64_t at, to
    with nogil:
        while i < n or j < m:
            if j >= m or (i < n and a_at[i] <= b_at[j]):
                at, to = a_at[i], a_to[i]
                i += 1
            else:
                at, to = b_at[j], b_to[j]
                j += 1
            if found and at <= out_to[found - 1]:
                if to > out_to[found - 1]:
                    out_to[found - 1] = to
            else:
                out_at[found], out_to[found] = at, to
                found += 1
    return found


def intersect(
    const int64_t[::1] a_at, const int64_t[::1] a_to, const int64_t[::1] b_at,
    const int64_t[::1] b_to, int64_t[::1] out_at, int64_t[::1] out_to,
):
    """What two sorted sets of disjoint intervals share. Returns the number."""
    cdef Py_ssize_t i = 0, j = 0, found = 0, n = a_at.shape[0], m = b_at.shape[0]
    cdef int64_t at, to
    with nogil:
        while i < n and j < m:
            at = max(a_at[i], b_at[j])
            to = min(a_to[i], b_to[j])
            if at < to:
                out_at[found], out_to[found] = at, to
                found += 1
            if a_to[i] < b_to[j]:
                i += 1
            else:
                j += 1
    return found


def subtract(
    const int64_t[::1] a_at, const int64_t[::1] a_to, const int64_t[::1] b_at,
    const int64_t[::1] b_to, int64_t[::1] n_pieces, const int64_t[::1] place_of,
    int64_t[::1] out_at, int64_t[::1] out_to,
):
    """Pieces of each interval of a, sorted by start, outside the disjoint sorted b.

    The first call has empty output and counts pieces; the second writes those of item i from
    ``place_of[i]`` on.
    """
    cdef Py_ssize_t i, j, first = 0, found, n = a_at.shape[0], m = b_at.shape[0]
    cdef int64_t at, p
    cdef bint writes = out_at.shape[0] > 0
    with nogil:
        for i in range(n):
            at, found = a_at[i], 0
            while first < m and b_to[first] <= at:
                first += 1
            j = first
            p = place_of[i] if writes else 0
            while j < m and b_at[j] < a_to[i]:
                if b_at[j] > at:
                    if writes:
                        out_at[p + found], out_to[p + found] = at, b_at[j]
                    found += 1
                at = b_to[j]
                j += 1
            if at < a_to[i]:
                if writes:
                    out_at[p + found], out_to[p + found] = at, a_to[i]
                found += 1
            if not writes:
                n_pieces[i] = found


# ---- pairs


cdef inline Py_ssize_t _forward(
    const int64_t[::1] sorted_at, Py_ssize_t first, Py_ssize_t n, int64_t x
) noexcept nogil:
    """First item at or after `first` that is >= x; steps double, then halve."""
    cdef Py_ssize_t low = first, step = 1, middle, high
    while low + step <= n and sorted_at[low + step - 1] < x:
        low += step
        step <<= 1
    high = min(low + step - 1, n)
    while low < high:
        middle = (low + high) >> 1
        if sorted_at[middle] < x:
            low = middle + 1
        else:
            high = middle
    return low


def count_pairs(
    const int64_t[::1] a_at, const int64_t[::1] a_to, const int64_t[::1] b_at,
    const int64_t[::1] b_to, const int64_t[::1] a_row, int64_t[::1] a_low, int64_t[::1] a_high,
    int64_t[::1] b_low, int64_t[::1] b_high, int64_t[::1] change, int64_t[::1] n_hits,
):
    """Hits of each row of a: those of b that begin in it, and those that cover its start.

    Both are sorted by start; ``b[a_low[i]:a_high[i]]`` begin in item i of a, and
    ``a[b_low[j]:b_high[j]]`` begin in, and after the start of, item j of b. `change` holds one
    item more than a, all 0; n_hits goes by row.
    """
    cdef Py_ssize_t i, j = 0, n = a_at.shape[0], m = b_at.shape[0]
    cdef int64_t covering = 0
    with nogil:
        for i in range(n):
            j = _forward(b_at, j, m, a_at[i])
            a_low[i] = j
            a_high[i] = _forward(b_at, j, m, a_to[i])
        i = 0
        for j in range(m):
            i = _forward(a_at, i, n, b_at[j] + 1)
            b_low[j] = i
            b_high[j] = _forward(a_at, i, n, b_to[j])
            change[b_low[j]] += 1
            change[b_high[j]] -= 1
        for i in range(n):
            covering += change[i]
            n_hits[a_row[i]] = covering + a_high[i] - a_low[i]


def fill_pairs(
    const int64_t[::1] a_row, const int64_t[::1] b_row, const int64_t[::1] a_low,
    const int64_t[::1] a_high, const int64_t[::1] b_low, const int64_t[::1] b_high,
    int64_t[::1] place_of, int64_t[::1] out_b,
):
    """Partners of the rows of a, row by row, in the order of b; `place_of` goes to the ends."""
    cdef Py_ssize_t i, j, n = a_row.shape[0], m = b_row.shape[0]
    cdef int64_t row, p
    with nogil:
        for j in range(m):
            for i in range(b_low[j], b_high[j]):
                row = a_row[i]
                out_b[place_of[row]] = b_row[j]
                place_of[row] += 1
        for i in range(n):
            if a_low[i] == a_high[i]:
                continue
            row = a_row[i]
            p = place_of[row]
            for j in range(a_low[i], a_high[i]):
                out_b[p] = b_row[j]
                p += 1
            place_of[row] = p
