"""Records of the plane in the order of x, then y, and points of a window in that order."""
from libc.stdint cimport int32_t, int64_t, uint32_t, uint64_t
from libc.string cimport memset

cdef enum:
    MAX_DIGITS = 3
    MAX_DIGIT = 11          # bits of a digit: three of them hold 32
    MANY = 24               # equal x that are worth a sort by y

ctypedef fused place_t:
    int32_t
    int64_t

cdef struct Item:
    uint32_t x              # from the corner of the window
    uint32_t y
    uint32_t row


def points_in(const place_t[::1] x, const place_t[::1] y, const int64_t[::1] first,
              const int64_t[::1] last, const int64_t[::1] window, uint32_t[:, ::1] item):
    """Items of the points of ranges that lie in a window; how many they are.

    `window` is x1, x2, y1, y2, and the limits d1 and d2 of x - y.
    """
    cdef Py_ssize_t k, i, found = 0
    cdef int64_t left = window[0], low = window[2], d1 = window[4], a, b
    cdef uint64_t width = <uint64_t>(window[1] - left), height = <uint64_t>(window[3] - low)
    cdef uint64_t band = <uint64_t>(window[5] - d1)
    cdef Item* out
    if item.shape[0] == 0:
        return 0
    out = <Item*>&item[0, 0]
    with nogil:
        for k in range(first.shape[0]):
            for i in range(first[k], last[k]):
                a, b = <int64_t>x[i] - left, <int64_t>y[i] - low
                out[found].x = <uint32_t>a
                out[found].y = <uint32_t>b
                out[found].row = <uint32_t>i
                found += ((<uint64_t>a < width) & (<uint64_t>b < height)
                          & (<uint64_t>(<int64_t>x[i] - y[i] - d1) < band))
    return found


def items(const place_t[::1] x, const place_t[::1] y, int64_t left, int64_t low,
          uint32_t[:, ::1] item):
    """Items of all records."""
    cdef Py_ssize_t i
    cdef Item* out
    if item.shape[0] == 0:
        return
    out = <Item*>&item[0, 0]
    with nogil:
        for i in range(x.shape[0]):
            out[i].x = <uint32_t>(<int64_t>x[i] - left)
            out[i].y = <uint32_t>(<int64_t>y[i] - low)
            out[i].row = <uint32_t>i


cdef void _pass(const Item* a, Item* b, Py_ssize_t n, bint by_y, int shift, uint32_t mask,
                Py_ssize_t* place) noexcept nogil:
    cdef Py_ssize_t i
    cdef uint32_t digit
    for i in range(n):
        digit = ((a[i].y if by_y else a[i].x) >> shift) & mask
        b[place[digit]] = a[i]
        place[digit] += 1


cdef bint _sort_axis(Item* a, Item* b, Py_ssize_t n, bint by_y, int bits) noexcept nogil:
    """Stable sort by one axis; True if the result is in `b`."""
    cdef Py_ssize_t[MAX_DIGITS][1 << MAX_DIGIT] seen
    cdef int n_digits = (bits + MAX_DIGIT - 1) // MAX_DIGIT
    cdef int digit, width = (bits + n_digits - 1) // n_digits if n_digits else 1
    cdef uint32_t mask = (<uint32_t>1 << width) - 1, place
    cdef Py_ssize_t i, total, here
    cdef Item* c
    cdef bint swapped = False
    for digit in range(n_digits):
        memset(seen[digit], 0, sizeof(Py_ssize_t) << width)
    for i in range(n):
        place = a[i].y if by_y else a[i].x
        for digit in range(n_digits):
            seen[digit][(place >> (digit * width)) & mask] += 1
    for digit in range(n_digits):
        total = 0
        for i in range(<Py_ssize_t>mask + 1):
            here = seen[digit][i]
            seen[digit][i] = total
            total += here
        _pass(a, b, n, by_y, digit * width, mask, seen[digit])
        c = a
        a = b
        b = c
        swapped = not swapped
    return swapped


cdef bint _order_equal(Item* a, Py_ssize_t n) noexcept nogil:
    """Order by y what has equal x, where there is little of it; False where there is much."""
    cdef Py_ssize_t i, k
    cdef Item one
    for i in range(1, n):
        if a[i].x == a[i - 1].x and a[i].y < a[i - 1].y:
            one = a[i]
            k = i
            while k > 0 and a[k - 1].x == one.x and a[k - 1].y > one.y:
                if i - k > MANY:
                    a[k] = one
                    return False
                a[k] = a[k - 1]
                k -= 1
            a[k] = one
    return True


def sort(uint32_t[:, ::1] item, uint32_t[:, ::1] other, Py_ssize_t n, int x_bits, int y_bits):
    """Sort items by x, then y; True if the result is in `other`."""
    cdef Item* a
    cdef Item* b
    cdef bint swapped = False
    if n == 0:
        return False
    a, b = <Item*>&item[0, 0], <Item*>&other[0, 0]
    with nogil:
        swapped = _sort_axis(a, b, n, False, x_bits)
        if not _order_equal(b if swapped else a, n):
            # all by y, then by x, which keeps the order among equals
            if swapped:
                a, b = b, a
            if _sort_axis(a, b, n, True, y_bits):
                a, b = b, a
                swapped = not swapped
            if _sort_axis(a, b, n, False, x_bits):
                swapped = not swapped
    return swapped


def unpack(const uint32_t[:, ::1] item, int64_t left, int64_t low, int64_t[::1] x,
           int64_t[::1] y, int64_t[::1] row):
    """Positions and rows of items."""
    cdef Py_ssize_t i
    cdef const Item* a
    if row.shape[0] == 0:
        return
    a = <const Item*>&item[0, 0]
    with nogil:
        for i in range(row.shape[0]):
            x[i] = left + <int64_t>a[i].x
            y[i] = low + <int64_t>a[i].y
            row[i] = a[i].row
