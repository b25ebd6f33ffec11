"""Order of places in the plane along the Z-curve, by a radix sort on Morton codes."""
from libc.stdint cimport int32_t, int64_t, uint32_t, uint64_t
from libc.string cimport memcpy, memset

from _types cimport place_t

cdef enum:
    DIGIT = 8               # bits of a digit: 256 places written to side by side stay in the cache
    N_DIGITS = 8
    SPARE = 13              # bits of a code that is sorted by, above those that count records
    FEW = 48                # codes that are sorted by insertion


cdef inline uint64_t _spread(uint64_t x) noexcept nogil:
    """The 32 bits of x at the even places."""
    x = (x | (x << 16)) & <uint64_t>0x0000FFFF0000FFFFULL
    x = (x | (x << 8)) & <uint64_t>0x00FF00FF00FF00FFULL
    x = (x | (x << 4)) & <uint64_t>0x0F0F0F0F0F0F0F0FULL
    x = (x | (x << 2)) & <uint64_t>0x3333333333333333ULL
    return (x | (x << 1)) & <uint64_t>0x5555555555555555ULL


cdef void _codes(const place_t[::1] x, const place_t[::1] y, int shift, uint64_t mask,
                 uint64_t[::1] code) noexcept nogil:
    cdef Py_ssize_t i
    cdef uint64_t a, b
    for i in range(x.shape[0]):
        a = (<uint64_t>x[i] >> shift) & mask
        b = (<uint64_t>y[i] >> shift) & mask
        code[i] = _spread(a) | (_spread(b) << 1)


def codes(const place_t[::1] x, const place_t[::1] y, int shift, uint64_t mask,
          uint64_t[::1] code):
    """Morton codes of ``(x >> shift) & mask`` and the same of y, the bits of x lower."""
    with nogil:
        _codes(x, y, shift, mask, code)


cdef bint _is_sorted(const uint64_t[::1] code) noexcept nogil:
    cdef Py_ssize_t i
    for i in range(1, code.shape[0]):
        if code[i] < code[i - 1]:
            return False
    return True


def is_sorted(const uint64_t[::1] code):
    """No code is below the one before it."""
    cdef bint answer
    with nogil:
        answer = _is_sorted(code)
    return answer


cdef void _scatter(const uint64_t* code, const uint32_t* row, Py_ssize_t n, int shift,
                   Py_ssize_t* place, uint64_t* code2, uint32_t* row2) noexcept nogil:
    cdef Py_ssize_t i, at
    cdef uint64_t c
    for i in range(n):
        c = code[i]
        at = place[(c >> shift) & ((1 << DIGIT) - 1)]
        place[(c >> shift) & ((1 << DIGIT) - 1)] = at + 1
        code2[at] = c
        row2[at] = row[i]


cdef bint _by_digits(uint64_t* code, uint64_t* code2, uint32_t* row, uint32_t* row2,
                     Py_ssize_t n, int low, int n_digits) noexcept nogil:
    """Stable sort by the digits from bit `low` on; True if the second arrays have the answer."""
    cdef Py_ssize_t[N_DIGITS][1 << DIGIT] seen
    cdef Py_ssize_t i, total, here
    cdef int digit, k
    cdef uint64_t c
    cdef bint swapped = False
    memset(seen, 0, n_digits * sizeof(seen[0]))
    for i in range(n):
        c = code[i] >> low
        for digit in range(n_digits):
            seen[digit][c & ((1 << DIGIT) - 1)] += 1
            c >>= DIGIT
    for digit in range(n_digits):
        if seen[digit][(code[0] >> (low + DIGIT * digit)) & ((1 << DIGIT) - 1)] == n:
            continue        # the same digit everywhere
        total = 0
        for k in range(1 << DIGIT):
            here = seen[digit][k]
            seen[digit][k] = total
            total += here
        _scatter(code, row, n, low + DIGIT * digit, seen[digit], code2, row2)
        code, code2 = code2, code
        row, row2 = row2, row
        swapped = not swapped
    return swapped


cdef void _insert(uint64_t* code, uint32_t* row, Py_ssize_t n) noexcept nogil:
    cdef Py_ssize_t i, j
    cdef uint64_t c
    cdef uint32_t r
    for i in range(1, n):
        c, r, j = code[i], row[i], i
        while j > 0 and code[j - 1] > c:
            code[j], row[j] = code[j - 1], row[j - 1]
            j -= 1
        code[j], row[j] = c, r


cdef void _sort_runs(uint64_t* code, uint64_t* code2, uint32_t* row, uint32_t* row2,
                     Py_ssize_t n, int low) noexcept nogil:
    """Sort by the bits below `low` what is sorted by those above."""
    cdef Py_ssize_t first = 0, last, size
    while first < n:
        last = first + 1
        while last < n and (code[last] ^ code[first]) >> low == 0:
            last += 1
        size = last - first
        if size > FEW:
            if _by_digits(code + first, code2 + first, row + first, row2 + first, size, 0,
                          (low + DIGIT - 1) // DIGIT):
                memcpy(code + first, code2 + first, size * sizeof(uint64_t))
                memcpy(row + first, row2 + first, size * sizeof(uint32_t))
        elif size > 1:
            _insert(code + first, row + first, size)
        first = last


cdef bint _sort(uint64_t* code, uint64_t* code2, uint32_t* row, uint32_t* row2,
                Py_ssize_t n) noexcept nogil:
    """Stable sort of rows by code; True if the second arrays have the answer.

    The upper digits tell nearly all codes apart: enough of them for 2**SPARE places a record.
    """
    cdef Py_ssize_t i
    cdef uint64_t differ = 0
    cdef int top = 0, wanted = SPARE, n_digits, low
    cdef bint swapped
    for i in range(1, n):
        differ |= code[i] ^ code[0]
    while top < 64 and differ >> top:
        top += 1
    while wanted < top and n >> (wanted - SPARE):
        wanted += 1
    n_digits = (min(wanted, top) + DIGIT - 1) // DIGIT
    low = max(top - n_digits * DIGIT, 0)
    swapped = _by_digits(code, code2, row, row2, n, low, n_digits)
    if low and swapped:
        _sort_runs(code2, code, row2, row, n, low)
    elif low:
        _sort_runs(code, code2, row, row2, n, low)
    return swapped


def sort(uint64_t[::1] code, uint64_t[::1] code2, uint32_t[::1] row, uint32_t[::1] row2):
    """Sort codes, and rows with them; True if the answer is in the second arrays."""
    cdef bint swapped
    if code.shape[0] == 0:
        return False
    with nogil:
        swapped = _sort(&code[0], &code2[0], &row[0], &row2[0], code.shape[0])
    return swapped


cdef inline uint64_t _gather(uint64_t x) noexcept nogil:
    """The bits of x at the even places, side by side."""
    x = x & <uint64_t>0x5555555555555555ULL
    x = (x | (x >> 1)) & <uint64_t>0x3333333333333333ULL
    x = (x | (x >> 2)) & <uint64_t>0x0F0F0F0F0F0F0F0FULL
    x = (x | (x >> 4)) & <uint64_t>0x00FF00FF00FF00FFULL
    x = (x | (x >> 8)) & <uint64_t>0x0000FFFF0000FFFFULL
    return (x | (x >> 16)) & <uint64_t>0x00000000FFFFFFFFULL


cdef void _places(const uint64_t[::1] code, place_t[::1] x, place_t[::1] y) noexcept nogil:
    cdef Py_ssize_t i
    for i in range(code.shape[0]):
        x[i] = <place_t>_gather(code[i])
        y[i] = <place_t>_gather(code[i] >> 1)


def places(const uint64_t[::1] code, place_t[::1] x, place_t[::1] y):
    """The positions that codes were made of."""
    with nogil:
        _places(code, x, y)
