"""Order of places in the plane along the Z-curve, by a radix sort on Morton codes."""
from libc.stdint cimport int32_t, int64_t, uint32_t, uint64_t
from libc.string cimport memset

cdef enum:
    DIGIT = 8               # bits of a digit: 256 places written to side by side stay in the cache
    N_DIGITS = 8

ctypedef fused place_t:
    int32_t
    int64_t


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


cdef bint _sort(uint64_t* code, uint64_t* code2, uint32_t* row, uint32_t* row2,
                Py_ssize_t n) noexcept nogil:
    """Stable sort of rows by code; True if the result ended in the second pair of arrays."""
    cdef Py_ssize_t[N_DIGITS][1 << DIGIT] seen
    cdef Py_ssize_t i, total, here
    cdef int digit, k
    cdef uint64_t c
    cdef bint swapped = False
    memset(seen, 0, sizeof(seen))
    for i in range(n):
        c = code[i]
        for digit in range(N_DIGITS):
            seen[digit][(c >> (DIGIT * digit)) & ((1 << DIGIT) - 1)] += 1
    for digit in range(N_DIGITS):
        if seen[digit][(code[0] >> (DIGIT * digit)) & ((1 << DIGIT) - 1)] == n:
            continue        # the same digit everywhere
        total = 0
        for k in range(1 << DIGIT):
            here = seen[digit][k]
            seen[digit][k] = total
            total += here
        _scatter(code, row, n, DIGIT * digit, seen[digit], code2, row2)
        code, code2 = code2, code
        row, row2 = row2, row
        swapped = not swapped
    return swapped


def sort(uint64_t[::1] code, uint64_t[::1] code2, uint32_t[::1] row, uint32_t[::1] row2):
    """Sort rows by code; True if the answer is in `row2`."""
    cdef bint swapped
    if code.shape[0] == 0:
        return False
    with nogil:
        swapped = _sort(&code[0], &code2[0], &row[0], &row2[0], code.shape[0])
    return swapped
