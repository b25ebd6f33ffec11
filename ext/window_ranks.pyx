"""Quantiles of windows: by rank counts that move along with the window, or by selection."""
from libc.math cimport NAN, floor
from libc.stdint cimport int32_t, int64_t, uint32_t, uint64_t
from libc.string cimport memset
cimport numpy as cnp

from _types cimport pos_t, real_t

cnp.import_array()

cdef union Word:
    cnp.float32_t single
    uint32_t half
    cnp.float64_t double_
    uint64_t whole

cdef enum:
    FEW = 24                 # values that are sorted by insertion
    DIGIT = 11               # bits of a digit of the radix sort
    LOG_FAN = 4              # counters below one counter of the level above


cdef inline uint64_t _key(real_t x) noexcept nogil:
    """A number that sorts as the value does; -0.0 as 0.0."""
    cdef Word w
    if real_t is cnp.float32_t:
        w.single = x + <cnp.float32_t>0.0
        return w.half ^ (0xFFFFFFFFU if w.half >> 31 else 0x80000000U)
    else:
        w.double_ = x + 0.0
        return w.whole ^ (<uint64_t>0xFFFFFFFFFFFFFFFFULL if w.whole >> 63
                          else <uint64_t>0x8000000000000000ULL)


cdef inline double _value(uint64_t key, bint single) noexcept nogil:
    """The value of a key."""
    cdef Word w
    if single:
        w.half = <uint32_t>key
        w.half ^= 0x80000000U if w.half >> 31 else 0xFFFFFFFFU
        return w.single
    w.whole = key ^ (<uint64_t>0x8000000000000000ULL if key >> 63
                     else <uint64_t>0xFFFFFFFFFFFFFFFFULL)
    return w.double_


cdef inline double _between(double low, double high, double part) noexcept nogil:
    """Linear interpolation; infinite neighbours do not make NaN where they have no weight."""
    if part == 0.0 or low == high:
        return low
    return low + part * (high - low)


# ---- ranks of the values of a stretch

cdef Py_ssize_t _sort(uint64_t* key, uint32_t* item, uint64_t* key2, uint32_t* item2,
                      Py_ssize_t n, int bits) noexcept nogil:
    """Sort by digits, lowest first; 1 when the answer lies in the second pair of arrays."""
    cdef Py_ssize_t[1 << DIGIT] at
    cdef Py_ssize_t i, sum_, t, swapped = 0
    cdef int shift = 0, d
    cdef uint64_t* k
    cdef uint32_t* m
    while shift < bits:
        memset(at, 0, sizeof(at))
        for i in range(n):
            at[(key[i] >> shift) & ((1 << DIGIT) - 1)] += 1
        if at[(key[0] >> shift) & ((1 << DIGIT) - 1)] != n:      # else all have this digit
            sum_ = 0
            for d in range(1 << DIGIT):
                t = at[d]
                at[d] = sum_
                sum_ += t
            for i in range(n):
                d = (key[i] >> shift) & ((1 << DIGIT) - 1)
                key2[at[d]] = key[i]
                item2[at[d]] = item[i]
                at[d] += 1
            k, m = key, item
            key, item = key2, item2
            key2, item2 = k, m
            swapped ^= 1
        shift += DIGIT
    return swapped


def rank_values(const real_t[::1] values, uint64_t[:, ::1] keys, uint32_t[:, ::1] items,
                int32_t[::1] rank, double[::1] distinct):
    """Fill the rank of each value among the distinct ones, -1 for NaN; return how many these are.

    `keys` and `items` are scratch of two rows of values.shape[0].
    """
    cdef Py_ssize_t i, n = 0, found = 0, which
    cdef uint64_t* key
    cdef uint32_t* item
    if values.shape[0] == 0:
        return 0
    with nogil:
        for i in range(values.shape[0]):
            if values[i] == values[i]:
                keys[0, n] = _key(values[i])
                items[0, n] = <uint32_t>i
                n += 1
            else:
                rank[i] = -1
        if n:
            which = _sort(&keys[0, 0], &items[0, 0], &keys[1, 0], &items[1, 0], n,
                          32 if real_t is cnp.float32_t else 64)
            key, item = &keys[which, 0], &items[which, 0]
            for i in range(n):
                if i == 0 or key[i] != key[i - 1]:
                    distinct[found] = _value(key[i], real_t is cnp.float32_t)
                    found += 1
                rank[item[i]] = <int32_t>(found - 1)
    return found


# ---- a window that moves

cdef struct Counts:
    int32_t* c0              # of each rank
    int32_t* c1              # of 2**LOG_FAN ranks
    int32_t* c2              # of 2**(2 * LOG_FAN) ranks
    Py_ssize_t at            # counter of the level c1 that was asked for last
    int64_t below            # values in the counters before it
    int64_t n


cdef inline void _count(Counts* s, int32_t rank, int32_t by) noexcept nogil:
    if rank >= 0:
        s.c0[rank] += by
        s.c1[rank >> LOG_FAN] += by
        s.c2[rank >> (2 * LOG_FAN)] += by
        if (rank >> LOG_FAN) < s.at:
            s.below += by
        s.n += by


cdef inline Py_ssize_t _find(Counts* s, int64_t k, int64_t* more) noexcept nogil:
    """Rank of the k-th smallest value, k < n; `more` is how many of it come after the k-th."""
    cdef Py_ssize_t r
    cdef int64_t left
    cdef Py_ssize_t fan = 1 << LOG_FAN
    while k < s.below:
        if s.at & (fan - 1) == 0 and k < s.below - s.c2[(s.at >> LOG_FAN) - 1]:
            s.at -= fan
            s.below -= s.c2[s.at >> LOG_FAN]
        else:
            s.at -= 1
            s.below -= s.c1[s.at]
    while k >= s.below + s.c1[s.at]:
        if s.at & (fan - 1) == 0 and k >= s.below + s.c2[s.at >> LOG_FAN]:
            s.below += s.c2[s.at >> LOG_FAN]
            s.at += fan
        else:
            s.below += s.c1[s.at]
            s.at += 1
    left = k - s.below
    r = s.at << LOG_FAN
    while left >= s.c0[r]:
        left -= s.c0[r]
        r += 1
    more[0] = s.c0[r] - left - 1
    return r


def slide_quantile(const int32_t[::1] rank, const double[::1] distinct, pos_t base,
                   const pos_t[::1] first, const pos_t[::1] last, double p,
                   int32_t[::1] c0, int32_t[::1] c1, int32_t[::1] c2, double[::1] out):
    """Fill the quantiles of windows of the elements from `base` on; best where they move little.

    The counters are zeros when given: one of each rank, of each 16 and of each 256, and a spare
    one at each end.
    """
    cdef Py_ssize_t i, r, n = first.shape[0]
    cdef pos_t a = 0, z = 0, to_a, to_z, j
    cdef double h, low, high
    cdef int64_t k, more
    cdef Counts s
    if n == 0:
        return
    s.c0, s.c1, s.c2 = &c0[0], &c1[0], &c2[0]
    s.at, s.below, s.n = 0, 0, 0
    with nogil:
        for i in range(n):
            to_a, to_z = first[i] - base, last[i] - base
            if to_a >= z or to_z <= a:               # nothing in common
                for j in range(a, z):
                    _count(&s, rank[j], -1)
                a = z = to_a
            while z < to_z:
                _count(&s, rank[z], 1)
                z += 1
            while a > to_a:
                a -= 1
                _count(&s, rank[a], 1)
            while z > to_z:
                z -= 1
                _count(&s, rank[z], -1)
            while a < to_a:
                _count(&s, rank[a], -1)
                a += 1
            if s.n == 0:
                out[i] = NAN
                continue
            h = <double>(s.n - 1) * p
            k = <int64_t>floor(h)
            r = _find(&s, k, &more)
            low = high = distinct[r]
            if more == 0 and h > <double>k:
                high = distinct[_find(&s, k + 1, &more)]
            out[i] = _between(low, high, h - <double>k)


# ---- selection

cdef void _insertion(uint64_t* v, Py_ssize_t n) noexcept nogil:
    cdef Py_ssize_t i, j
    cdef uint64_t x
    for i in range(1, n):
        x = v[i]
        j = i
        while j > 0 and v[j - 1] > x:
            v[j] = v[j - 1]
            j -= 1
        v[j] = x


cdef uint64_t _select(uint64_t* v, Py_ssize_t n, Py_ssize_t k, int bits) noexcept nogil:
    """The k-th smallest key; digit by digit, highest first, keeping those that share it."""
    cdef Py_ssize_t[256] seen
    cdef Py_ssize_t i, m
    cdef int shift = bits - 8, d
    while n > FEW and shift >= 0:
        memset(seen, 0, sizeof(seen))
        for i in range(n):
            seen[(v[i] >> shift) & 255] += 1
        d = 0
        while k >= seen[d]:
            k -= seen[d]
            d += 1
        if seen[d] < n:
            m = 0
            for i in range(n):
                v[m] = v[i]
                m += ((v[i] >> shift) & 255) == <uint64_t>d
            n = m
        shift -= 8
    if n <= FEW:
        _insertion(v, n)
        return v[k]
    return v[0]                                       # all are equal


def select_quantile(const real_t[::1] values, pos_t base, const pos_t[::1] first,
                    const pos_t[::1] last, double p, uint64_t[::1] scratch, double[::1] out):
    """Fill the quantiles of windows; `scratch` has room for the widest and one more."""
    cdef Py_ssize_t i, n, m
    cdef pos_t j
    cdef double h, low, high
    cdef int64_t k
    cdef uint64_t x, next_
    cdef int bits = 32 if real_t is cnp.float32_t else 64
    cdef bint single = real_t is cnp.float32_t
    with nogil:
        for i in range(first.shape[0]):
            n = 0
            for j in range(first[i] - base, last[i] - base):
                scratch[n] = _key(values[j])
                n += values[j] == values[j]
            if n == 0:
                out[i] = NAN
                continue
            h = <double>(n - 1) * p
            k = <int64_t>floor(h)
            x = _select(&scratch[0], n, k, bits)
            low = high = _value(x, single)
            if h > <double>k:
                m = 0
                next_ = <uint64_t>0xFFFFFFFFFFFFFFFFULL
                for j in range(first[i] - base, last[i] - base):
                    if values[j] == values[j]:
                        m += _key(values[j]) <= x
                        if _key(values[j]) > x:
                            next_ = min(next_, _key(values[j]))
                if m < k + 2:
                    high = _value(next_, single)
            out[i] = _between(low, high, h - <double>k)


def histogram(const real_t[::1] values, uint64_t above, int shift, int64_t[::1] counts):
    """Count 16 bits of the keys, from bit `shift` on, of values whose higher bits are `above`."""
    cdef Py_ssize_t i
    cdef uint64_t key
    with nogil:
        for i in range(values.shape[0]):
            if values[i] == values[i]:
                key = _key(values[i]) >> shift
                if (key >> 16) == above:
                    counts[key & 0xFFFF] += 1


def value_of(uint64_t key, bint single):
    """The value of a key."""
    return _value(key, single)
