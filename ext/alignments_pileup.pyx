"""Positions of reads sorted, packed, and laid over windows of the genome as depth or counts.

Packed positions are pairs of variable-length numbers (seven bits a byte, the last below 128): the
distance from the position before, and what happens there (zigzag: how depth changes, or how
many). A window holds what happens at each of its positions, with one bit for each that is touched:
stretches between touched positions cost no more than filling memory.
"""
from libc.stdint cimport int32_t, int64_t, uint8_t, uint64_t
from libc.string cimport memset

from _types cimport value_t

cdef enum:
    RADIX = 11
    BUCKETS = 2048
    MOST_PAIR = 20          # bytes of two packed numbers


def sort_keys(uint64_t[::1] keys, uint64_t[::1] room, int64_t[::1] count):
    """Sort in place; `room` is as long as `keys`, `count` has 2048 items."""
    cdef Py_ssize_t n = keys.shape[0]
    if n < 2 or room.shape[0] < n or count.shape[0] != BUCKETS:
        return
    with nogil:
        _sort(&keys[0], &room[0], n, &count[0])


cdef void _sort(uint64_t* keys, uint64_t* room, Py_ssize_t n, int64_t* count) noexcept nogil:
    cdef Py_ssize_t i
    cdef int shift, b
    cdef int64_t before, here
    cdef uint64_t varied = 0
    cdef uint64_t* source = keys
    cdef uint64_t* target = room
    cdef uint64_t* other
    cdef bint in_order = True
    for i in range(1, n):
        in_order &= keys[i - 1] <= keys[i]
        varied |= keys[i] ^ keys[0]
    if in_order:
        return
    shift = -RADIX
    while shift + RADIX < 64:
        shift += RADIX
        if not (varied >> shift) & (BUCKETS - 1):
            continue
        memset(count, 0, BUCKETS * sizeof(int64_t))
        for i in range(n):
            count[(source[i] >> shift) & (BUCKETS - 1)] += 1
        before = 0
        for b in range(BUCKETS):
            here = count[b]
            count[b] = before
            before += here
        for i in range(n):
            b = (source[i] >> shift) & (BUCKETS - 1)
            target[count[b]] = source[i]
            count[b] += 1
        other = source
        source = target
        target = other
    if source != keys:
        for i in range(n):
            keys[i] = source[i]


cdef inline uint8_t* _pack(uint8_t* p, uint64_t number) noexcept nogil:
    while number >= 128:
        p[0] = <uint8_t>(number & 127 | 128)
        p += 1
        number >>= 7
    p[0] = <uint8_t>number
    return p + 1


cdef inline const uint8_t* _unpack(const uint8_t* p, uint64_t* number) noexcept nogil:
    cdef uint64_t found = p[0] & 127
    cdef int shift = 7
    while p[0] & 128 and shift < 64:
        p += 1
        found |= <uint64_t>(p[0] & 127) << shift
        shift += 7
    number[0] = found
    return p + 1


def pack(const uint64_t[::1] plus, const uint64_t[::1] minus, Py_ssize_t i, Py_ssize_t j,
         uint8_t[::1] out):
    """Pack what happens at positions: +1 for each in `plus`, -1 for each in `minus`, both sorted.

    Begins at items i and j and ends where `out` is full; returns (i, j, bytes, first position
    packed, last position packed, how many were). Positions where nothing changes are left out.
    """
    cdef Py_ssize_t n = plus.shape[0], m = minus.shape[0]
    cdef uint64_t here = 0, first = 0, last = 0
    cdef int64_t change, packed = 0
    cdef uint8_t* p
    cdef uint8_t* stop
    if out.shape[0] < MOST_PAIR:
        return i, j, 0, 0, 0, 0
    p = &out[0]
    stop = p + out.shape[0] - MOST_PAIR
    with nogil:
        while (i < n or j < m) and p <= stop:
            if j >= m or (i < n and plus[i] <= minus[j]):
                here = plus[i]
            else:
                here = minus[j]
            change = 0
            while i < n and plus[i] == here:
                i += 1
                change += 1
            while j < m and minus[j] == here:
                j += 1
                change -= 1
            if change == 0:
                continue
            if packed == 0:
                first = last = here
            p = _pack(p, here - last)
            p = _pack(p, <uint64_t>((change << 1) ^ (change >> 63)))
            last = here
            packed += 1
    return i, j, p - &out[0], first, last, packed


def unpack_keys(const uint8_t[::1] data, Py_ssize_t at, uint64_t before, uint64_t upto,
                uint64_t[::1] out):
    """Keys below `upto`, as often as they were packed; (bytes done, last key, keys written).

    `before` is the last key of the bytes before `at`, at the beginning the first. Ends where `out`
    is full.
    """
    cdef Py_ssize_t n = 0, n_bytes = data.shape[0], next_at
    cdef uint64_t key = before, step, times
    cdef const uint8_t* base
    cdef const uint8_t* p
    if n_bytes == 0:
        return at, before, 0
    base = &data[0]
    with nogil:
        while at < n_bytes:
            p = _unpack(base + at, &step)
            if key + step >= upto:
                break
            p = _unpack(p, &times)
            times >>= 1
            if n + <Py_ssize_t>times > out.shape[0]:
                break
            key += step
            while times:
                out[n] = key
                n += 1
                times -= 1
            at = p - base
    return at, key, n


cdef uint8_t[64] _PLACE
cdef int _i
for _i in range(64):
    _PLACE[((<uint64_t>1 << _i) * <uint64_t>0x03F79D71B4CB0A89) >> 58] = _i


cdef inline void _fill(value_t* out, Py_ssize_t n, value_t value) noexcept nogil:
    cdef Py_ssize_t i
    for i in range(n):
        out[i] = value


cdef inline int _lowest_bit(uint64_t bits) noexcept nogil:
    """Number of the lowest bit that is set, of a number that is not 0 (de Bruijn)."""
    return _PLACE[((bits & (~bits + 1)) * <uint64_t>0x03F79D71B4CB0A89) >> 58]


cdef struct Marks:
    # places below n whose bits are set, from the lowest one
    const uint64_t* words
    Py_ssize_t n
    Py_ssize_t word         # the one whose bits these are
    uint64_t bits           # those that are left of it


cdef inline Marks _marks(const uint64_t* words, Py_ssize_t n) noexcept nogil:
    cdef Marks m
    m.words, m.n, m.word, m.bits = words, n, -1, 0
    return m


cdef inline Py_ssize_t _next(Marks* m) noexcept nogil:
    """The next place, or -1 when there is none."""
    cdef Py_ssize_t place
    while m.bits == 0:
        m.word += 1
        if 64 * m.word >= m.n:
            return -1
        m.bits = m.words[m.word]
    place = 64 * m.word + _lowest_bit(m.bits)
    m.bits &= m.bits - 1
    return place if place < m.n else -1


cdef class Window:
    """What happens at the positions of one stretch of the genome."""

    cdef int32_t[::1] change
    cdef uint64_t[::1] touched

    def __cinit__(self, int32_t[::1] change, uint64_t[::1] touched):
        """Both are zero; there is a bit of `touched` for each item of `change`."""
        if touched.shape[0] * 64 < change.shape[0] or change.shape[0] < 1:
            raise ValueError
        self.change = change
        self.touched = touched

    def add(self, const uint8_t[::1] data, Py_ssize_t at, uint64_t before, uint64_t start,
            uint64_t upto):
        """Lay packed positions from `start` to `upto` over the window, which begins at `start`.

        Returns (bytes done, last position): where the next window goes on.
        """
        cdef Py_ssize_t n_bytes = data.shape[0]
        cdef uint64_t key = before, step, zigzag, place
        cdef const uint8_t* base
        cdef const uint8_t* p
        cdef int32_t* change = &self.change[0]
        cdef uint64_t* touched = &self.touched[0]
        if n_bytes == 0 or upto < start or upto - start > <uint64_t>self.change.shape[0]:
            return n_bytes, before
        base = &data[0]
        with nogil:
            while at < n_bytes:
                p = _unpack(base + at, &step)
                if key + step >= upto:
                    break
                p = _unpack(p, &zigzag)
                key += step
                at = p - base
                if key < start:
                    continue
                place = key - start
                change[place] += <int32_t>(<int64_t>(zigzag >> 1) ^ -<int64_t>(zigzag & 1))
                touched[place >> 6] |= <uint64_t>1 << (place & 63)
        return at, key

    def survey(self, Py_ssize_t n, int64_t depth, bint steps, int64_t limit):
        """Statistics of the first n values.

        Returns (depth behind them, largest, place of the first above `limit` or -1, how many are
        above it, how many are not 0, sum).
        """
        cdef Py_ssize_t at = 0, here, first = -1
        cdef int64_t value, largest = 0, over = 0, above_zero = 0, total = 0, size
        cdef Marks marks
        n = min(n, self.change.shape[0])
        if n == 0:
            return depth, largest, first, over, above_zero, total
        with nogil:
            marks = _marks(&self.touched[0], n)
            here = _next(&marks)
            while here >= 0:
                if steps:
                    size = here - at
                    value = depth
                    depth += self.change[here]
                else:
                    size = 1
                    at = here
                    value = self.change[here]
                if size and value:
                    above_zero += size
                    total += value * size
                    largest = max(largest, value)
                    if value > limit:
                        over += size
                        if first < 0:
                            first = at
                at = here
                here = _next(&marks)
            if steps and depth and n > at:
                above_zero += n - at
                total += depth * (n - at)
                largest = max(largest, depth)
                if depth > limit:
                    over += n - at
                    if first < 0:
                        first = at
        return depth, largest, first, over, above_zero, total

    def lay(self, value_t[::1] out, int64_t depth, bint steps, int64_t limit):
        """Write the first values, none above `limit`; the depth behind them.

        Without steps only those that are touched are written: `out` is zero before.
        """
        cdef Py_ssize_t at = 0, here, n = min(out.shape[0], self.change.shape[0])
        cdef Marks marks
        if n == 0:
            return depth
        with nogil:
            marks = _marks(&self.touched[0], n)
            here = _next(&marks)
            while here >= 0:
                if steps:
                    _fill(&out[at], here - at, <value_t>min(depth, limit))
                    depth += self.change[here]
                else:
                    out[here] = <value_t>min(<int64_t>self.change[here], limit)
                at = here
                here = _next(&marks)
            if steps and n > at:
                _fill(&out[at], n - at, <value_t>min(depth, limit))
        return depth

    def wipe(self, value_t[::1] out):
        """Make what `lay` has written at touched places zero again."""
        cdef Py_ssize_t here, n = min(out.shape[0], self.change.shape[0])
        cdef Marks marks
        if n == 0:
            return
        with nogil:
            marks = _marks(&self.touched[0], n)
            here = _next(&marks)
            while here >= 0:
                out[here] = 0
                here = _next(&marks)

    def clear(self, Py_ssize_t n):
        """Make the first n places as they were in the beginning."""
        cdef Py_ssize_t here, n_words
        cdef Marks marks
        n = min(n, self.change.shape[0])
        if n <= 0:
            return
        n_words = (n + 63) // 64
        with nogil:
            marks = _marks(&self.touched[0], 64 * n_words)
            here = _next(&marks)
            while here >= 0:
                self.change[here] = 0
                here = _next(&marks)
            memset(&self.touched[0], 0, n_words * sizeof(uint64_t))
