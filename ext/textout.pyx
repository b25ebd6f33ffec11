"""Rows of numbers as text that reads back to the same numbers."""
from libc.math cimport fabs, isinf, isnan, rint, signbit
from libc.stdint cimport uint8_t, uint64_t
from libc.stdio cimport snprintf
from libc.stdlib cimport strtod, strtof
from libc.string cimport memcpy
cimport numpy as cnp

from _numbers cimport GDB_POW10, gdb_c_locale, locale_t, uselocale
from _types cimport pos_t

cnp.import_array()

ctypedef fused shown_t:
    cnp.int64_t
    cnp.float32_t
    cnp.float64_t

cdef enum:
    WIDEST = 26             # of a value: -1.7976931348623157e+308 is 24
    MOST_DECIMALS32 = 10    # tried before snprintf
    MOST_DECIMALS64 = 8

cdef double MOST_DIGITS32 = 1e9
cdef double MOST_DIGITS64 = 9007199254740992.0


cdef inline uint8_t* _whole(uint8_t* out, uint64_t number, int at_least) noexcept nogil:
    """Decimal digits, with leading zeros up to `at_least`."""
    cdef uint8_t[24] digits
    cdef int n = 0
    while number or n < at_least:
        digits[23 - n] = <uint8_t>(48 + number % 10)
        number //= 10
        n += 1
    memcpy(out, digits + 24 - n, n)
    return out + n


cdef inline uint8_t* _signed(uint8_t* out, pos_t number) noexcept nogil:
    if number < 0:
        out[0] = 45
        return _whole(out + 1, <uint64_t>0 - <uint64_t>number, 1)
    return _whole(out, <uint64_t>number, 1)


cdef inline uint8_t* _decimals(uint8_t* out, uint64_t number, int n_decimals) noexcept nogil:
    """number / 10**n_decimals."""
    cdef uint64_t scale = <uint64_t>GDB_POW10[n_decimals]
    out = _whole(out, number // scale, 1)
    if n_decimals:
        out[0] = 46
        out = _whole(out + 1, number % scale, n_decimals)
    return out


cdef inline bint _is_halfway(double value) noexcept nogil:
    """Between two float32, where reading in two steps and in one could differ."""
    cdef uint64_t bits
    memcpy(&bits, &value, 8)
    return (bits & 0x1FFFFFFF) == 0x10000000


cdef uint8_t* _printed(uint8_t* out, double value, int fewest, int most, bint single) noexcept nogil:
    """The first precision that reads back to `value`; the C locale is in force."""
    cdef int precision, size = 0
    for precision in range(fewest, most + 1):
        size = snprintf(<char*>out, WIDEST, "%.*g", precision, value)
        if single:
            if strtof(<char*>out, NULL) == <float>value:
                break
        elif strtod(<char*>out, NULL) == value:
            break
    return out + size


cdef inline uint8_t* _number(uint8_t* out, shown_t value) noexcept nogil:
    """Shortest decimals m / 10**k that are exactly this value when read, else snprintf."""
    cdef double wide, size, scaled
    cdef int k
    if shown_t is cnp.int64_t:
        return _signed(out, value)
    else:
        wide = value
        if isnan(wide):
            memcpy(out, b"nan", 3)
            return out + 3
        if signbit(wide):
            out[0] = 45
            out += 1
        size = fabs(wide)
        if isinf(wide):
            memcpy(out, b"inf", 3)
            return out + 3
        if shown_t is cnp.float32_t:
            for k in range(MOST_DECIMALS32 + 1):
                scaled = rint(size * GDB_POW10[k])
                if scaled > MOST_DIGITS32:
                    break
                if scaled / GDB_POW10[k] == size or (
                    <float>(scaled / GDB_POW10[k]) == <float>size
                    and not _is_halfway(scaled / GDB_POW10[k])
                ):
                    return _decimals(out, <uint64_t>scaled, k)
            return _printed(out, size, 6 if size > 1.2e-38 else 1, 9, True)
        else:
            for k in range(MOST_DECIMALS64 + 1):
                scaled = rint(size * GDB_POW10[k])
                if scaled > MOST_DIGITS64:
                    break
                if scaled / GDB_POW10[k] == size:
                    return _decimals(out, <uint64_t>scaled, k)
            return _printed(out, size, 15 if size > 2.3e-308 else 1, 17, False)


cdef Py_ssize_t _rows(uint8_t* out, const uint8_t* chrom, Py_ssize_t chrom_size,
                      const pos_t* start, const pos_t* end, const shown_t* value,
                      Py_ssize_t n) noexcept nogil:
    cdef uint8_t* p = out
    cdef Py_ssize_t i
    for i in range(n):
        memcpy(p, chrom, chrom_size)
        p += chrom_size
        p[0] = 9
        p = _signed(p + 1, start[i])
        p[0] = 9
        p = _signed(p + 1, end[i])
        p[0] = 9
        p = _number(p + 1, value[i])
        p[0] = 10
        p += 1
    return p - out


def format_rows(const uint8_t[::1] chrom, const pos_t[::1] start, const pos_t[::1] end,
                const shown_t[::1] value, uint8_t[::1] out):
    """Bytes written: chrom, start, end and value between tabs, one row a line."""
    cdef Py_ssize_t size = 0
    cdef locale_t before
    if value.shape[0] and chrom.shape[0]:
        with nogil:
            before = uselocale(gdb_c_locale())
            size = _rows(&out[0], &chrom[0], chrom.shape[0], &start[0], &end[0], &value[0],
                         value.shape[0])
            uselocale(before)
    return size


cdef Py_ssize_t _column(uint8_t* out, const shown_t* value, Py_ssize_t n) noexcept nogil:
    cdef uint8_t* p = out
    cdef Py_ssize_t i
    for i in range(n):
        p = _number(p, value[i])
        p[0] = 10
        p += 1
    return p - out


def format_values(const shown_t[::1] value, uint8_t[::1] out):
    """Bytes written: one value a line."""
    cdef Py_ssize_t size = 0
    cdef locale_t before
    if value.shape[0]:
        with nogil:
            before = uselocale(gdb_c_locale())
            size = _column(&out[0], &value[0], value.shape[0])
            uselocale(before)
    return size


cdef Py_ssize_t _pairs(uint8_t* out, const pos_t* position, const shown_t* value,
                       Py_ssize_t n) noexcept nogil:
    cdef uint8_t* p = out
    cdef Py_ssize_t i
    for i in range(n):
        p = _signed(p, position[i])
        p[0] = 32
        p = _number(p + 1, value[i])
        p[0] = 10
        p += 1
    return p - out


def format_pairs(const pos_t[::1] position, const shown_t[::1] value, uint8_t[::1] out):
    """Bytes written: position, a space and value, one pair a line."""
    cdef Py_ssize_t size = 0
    cdef locale_t before
    if value.shape[0]:
        with nogil:
            before = uselocale(gdb_c_locale())
            size = _pairs(&out[0], &position[0], &value[0], value.shape[0])
            uselocale(before)
    return size
