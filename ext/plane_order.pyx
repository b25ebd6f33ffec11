"""Records of the plane in the order of x, then y, and points of a window in that order."""
from libc.stdint cimport int32_t, int64_t, uint8_t, uint16_t, uint32_t, uint64_t
from libc.string cimport memset

from _plane cimport Window
from _points cimport Item, bounds_of, find_points, put_items
from _tree cimport LEAF
from _types cimport place_t

cdef enum:
    MAX_DIGITS = 3
    MAX_DIGIT = 11          # bits of a digit: three of them hold 32
    MANY = 24               # places that a record may be moved among those of equal x

ctypedef fused value_t:     # a value as so many bytes
    uint8_t
    uint16_t
    uint32_t
    uint64_t

# The key of an Item is x or y, from the corner of the window.

cdef Py_ssize_t _points_in(const place_t[::1] x, const place_t[::1] y, const int64_t[::1] first,
                           const int64_t[::1] last, const Window* w, Item* item) noexcept nogil:
    cdef int32_t[64] hit
    cdef place_t[6] bound
    cdef Py_ssize_t k, at, j, n, found = 0
    cdef int32_t hits
    cdef Item one
    if not bounds_of(w, bound):
        return 0
    for k in range(first.shape[0]):
        for at in range(first[k], last[k], 64):
            n = min(last[k] - at, <Py_ssize_t>LEAF)
            hits = find_points(&x[at], &y[at], n, bound, hit)
            if hits == n:
                put_items(&x[at], w.x1, at, n, item + found)
                found += n
            elif hits:
                for j in range(n):
                    one.key = <uint32_t>x[at + j] - <uint32_t>w.x1
                    one.row = <uint32_t>(at + j)
                    item[found] = one
                    found += hit[j]
    return found


def points_in(const place_t[::1] x, const place_t[::1] y, const int64_t[::1] first,
              const int64_t[::1] last, const int64_t[::1] window, uint32_t[:, ::1] item):
    """Items, by x, of the points of ranges that lie in a window; how many they are.

    `window` is x1, x2, y1, y2, and the limits d1 and d2 of x - y. There is one item more than
    the ranges have rows: each is written before it is known to be one.
    """
    cdef Py_ssize_t found
    cdef Window w
    w.x1, w.x2, w.y1, w.y2, w.d1, w.d2 = (
        window[0], window[1], window[2], window[3], window[4], window[5]
    )
    with nogil:
        found = _points_in(x, y, first, last, &w, <Item*>&item[0, 0])
    return found


def items(const place_t[::1] x, int64_t left, uint32_t[:, ::1] item):
    """Items of all records by one axis."""
    cdef Py_ssize_t i
    cdef Item* out
    if item.shape[0] == 0:
        return
    out = <Item*>&item[0, 0]
    with nogil:
        for i in range(x.shape[0]):
            out[i].key = <uint32_t>(<int64_t>x[i] - left)
            out[i].row = <uint32_t>i


def rekey(const place_t[::1] x, int64_t left, uint32_t[:, ::1] item, Py_ssize_t n):
    """Make the first items such by another axis."""
    cdef Py_ssize_t i
    cdef Item* a
    if n == 0:
        return
    a = <Item*>&item[0, 0]
    with nogil:
        for i in range(n):
            a[i].key = <uint32_t>(<int64_t>x[a[i].row] - left)


cdef bint _sort(Item* a, Item* b, Py_ssize_t n, int bits) noexcept nogil:
    cdef uint32_t[MAX_DIGITS][1 << MAX_DIGIT] seen
    cdef int n_digits = (bits + MAX_DIGIT - 1) // MAX_DIGIT, digit, width, shift
    cdef uint32_t mask, key, total, here
    cdef Py_ssize_t i
    cdef Item one
    cdef Item* c
    if n_digits == 0:
        return False
    width = (bits + n_digits - 1) // n_digits
    mask = (<uint32_t>1 << width) - 1
    memset(seen, 0, sizeof(seen))
    for i in range(n):
        key = a[i].key
        seen[0][key & mask] += 1
        seen[1][(key >> width) & mask] += 1
        if n_digits == 3:
            seen[2][(key >> (2 * width)) & mask] += 1
    for digit in range(n_digits):
        shift, total = digit * width, 0
        for i in range(<Py_ssize_t>mask + 1):
            here = seen[digit][i]
            seen[digit][i] = total
            total += here
        for i in range(n):
            one = a[i]
            key = (one.key >> shift) & mask
            b[seen[digit][key]] = one
            seen[digit][key] += 1
        c = a
        a = b
        b = c
    return n_digits % 2 == 1


def sort(uint32_t[:, ::1] item, uint32_t[:, ::1] other, Py_ssize_t n, int bits):
    """Sort the first items by their keys of so many bits, keeping the order of equal ones.

    True if the result is in `other`. There are fewer than 2**32.
    """
    cdef bint swapped
    if n == 0:
        return False
    with nogil:
        swapped = _sort(<Item*>&item[0, 0], <Item*>&other[0, 0], n, bits)
    return swapped


cdef bint _order_equal(const place_t[::1] y, Item* a, Py_ssize_t n) noexcept nogil:
    cdef Py_ssize_t i, k
    cdef Item one
    cdef place_t place
    for i in range(1, n):
        if a[i].key == a[i - 1].key and y[a[i].row] < y[a[i - 1].row]:
            one = a[i]
            place = y[one.row]
            k = i
            while k > 0 and a[k - 1].key == one.key and y[a[k - 1].row] > place:
                if i - k > MANY:
                    a[k] = one
                    return False
                a[k] = a[k - 1]
                k -= 1
            a[k] = one
    return True


def order_equal(const place_t[::1] y, uint32_t[:, ::1] item, Py_ssize_t n):
    """Order by y what has an equal x, where there is little of it; False where there is much."""
    cdef bint done
    if n == 0:
        return True
    with nogil:
        done = _order_equal(y, <Item*>&item[0, 0], n)
    return done


def rows(const uint32_t[:, ::1] item, int64_t[::1] row):
    """Rows of the items."""
    cdef Py_ssize_t i
    with nogil:
        for i in range(row.shape[0]):
            row[i] = item[i, 1]


def points(const uint32_t[:, ::1] item, int64_t left, const place_t[::1] y,
           const value_t[::1] value, int64_t[::1] x_out, int64_t[::1] y_out, value_t[::1] v_out):
    """Positions and values of the items by x."""
    cdef Py_ssize_t i
    cdef uint32_t row
    with nogil:
        for i in range(x_out.shape[0]):
            row = item[i, 1]
            x_out[i] = left + <int64_t>item[i, 0]
            y_out[i] = y[row]
            v_out[i] = value[row]
