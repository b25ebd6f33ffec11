"""Reading numbers out of ASCII bytes, whatever the locale of the process."""
from libc.math cimport NAN, INFINITY, isinf
from libc.stdint cimport uint8_t, uint64_t
from libc.stdlib cimport strtod
from libc.string cimport memcmp, memcpy

from _types cimport pos_t

cdef extern from *:
    """
    #include <locale.h>
    #ifdef __APPLE__
    #include <xlocale.h>
    #endif
    static locale_t gdb_c_locale(void) {
        static locale_t made = (locale_t)0;  /* made under the import lock, kept for good */
        if (!made) made = newlocale(LC_ALL_MASK, "C", (locale_t)0);
        return made;
    }
    static const double GDB_POW10[23] = {
        1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
        1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};
    """
    ctypedef void* locale_t
    locale_t gdb_c_locale() noexcept nogil
    locale_t uselocale(locale_t) noexcept nogil
    const double[23] GDB_POW10

cdef enum:
    READ_OK = 0
    NOT_A_NUMBER = 1
    TOO_LARGE = 2
    NEGATIVE = 3
    MAX_DIGITS = 18         # below 10**18 sums of two coordinates cannot overflow
    MAX_NUMBER_TEXT = 1000


cdef inline bint is_blank(uint8_t c) noexcept nogil:
    return c == 32 or c == 9


cdef inline bint is_word(const uint8_t* p, const uint8_t* stop, const char* word,
                         Py_ssize_t size) noexcept nogil:
    """Do the bytes begin with a word, followed by a blank or nothing?"""
    return (stop - p >= size and memcmp(p, word, size) == 0
            and (stop - p == size or is_blank(p[size])))


cdef inline int read_whole(const uint8_t** at, const uint8_t* stop, pos_t* out) noexcept nogil:
    """Digits at `at`, which moves past them."""
    cdef const uint8_t* p = at[0]
    cdef const uint8_t* first
    cdef uint64_t number = 0
    cdef bint negative = False
    cdef unsigned int digit
    if p < stop and p[0] == 45:
        negative = True
        p += 1
    first = p
    while p < stop:
        digit = <unsigned int>p[0] - 48
        if digit > 9:
            break
        number = number * 10 + digit
        p += 1
    at[0] = p
    if p == first:
        return NOT_A_NUMBER
    if p - first > MAX_DIGITS:
        while first < p and first[0] == 48:
            first += 1
        if p - first > MAX_DIGITS:
            return TOO_LARGE
    if negative and number != 0:
        return NEGATIVE
    out[0] = <pos_t>number
    return READ_OK


cdef inline uint8_t lower(uint8_t c) noexcept nogil:
    return c | 32


cdef inline int _read_word(const uint8_t** at, const uint8_t* stop, bint negative,
                           double* out) noexcept nogil:
    """nan, na, inf and infinity in any case."""
    cdef const uint8_t* p = at[0]
    cdef Py_ssize_t size = 0
    while p + size < stop and size < 9 and 97 <= lower(p[size]) <= 122:
        size += 1
    if size >= 2 and lower(p[0]) == 110 and lower(p[1]) == 97:
        if size == 2 or (size == 3 and lower(p[2]) == 110):
            at[0] = p + size
            out[0] = NAN
            return READ_OK
    elif size >= 3 and lower(p[0]) == 105 and lower(p[1]) == 110 and lower(p[2]) == 102:
        if size == 3 or (size == 8 and lower(p[3]) == 105 and lower(p[4]) == 110
                         and lower(p[5]) == 105 and lower(p[6]) == 116 and lower(p[7]) == 121):
            at[0] = p + size
            out[0] = -INFINITY if negative else INFINITY
            return READ_OK
    return NOT_A_NUMBER


cdef inline int _read_slowly(const uint8_t* first, const uint8_t* p, double* out) noexcept nogil:
    """Text already known to be a decimal number, through strtod (C locale in force)."""
    cdef char[MAX_NUMBER_TEXT + 1] text
    if p - first > MAX_NUMBER_TEXT:
        return NOT_A_NUMBER
    memcpy(text, first, p - first)
    text[p - first] = 0
    out[0] = strtod(text, NULL)
    return TOO_LARGE if isinf(out[0]) else READ_OK


cdef inline int read_value(const uint8_t** at, const uint8_t* stop, double* out) noexcept nogil:
    """A decimal number at `at`, which moves past it; needs the C locale in force.

    m / 10**k is exact when m < 2**53 and k <= 22, so most numbers need no strtod.
    """
    cdef const uint8_t* p = at[0]
    cdef const uint8_t* first = p
    cdef const uint8_t* digits
    cdef uint64_t number = 0
    cdef Py_ssize_t n_digits, fraction = 0, power = 0
    cdef bint negative = False, negative_power = False
    cdef unsigned int digit
    if p < stop and (p[0] == 45 or p[0] == 43):
        negative = p[0] == 45
        p += 1
    digits = p
    while p < stop:
        digit = <unsigned int>p[0] - 48
        if digit > 9:
            break
        number = number * 10 + digit
        p += 1
    n_digits = p - digits
    if p < stop and p[0] == 46:
        p += 1
        digits = p
        while p < stop:
            digit = <unsigned int>p[0] - 48
            if digit > 9:
                break
            number = number * 10 + digit
            p += 1
        fraction = p - digits
        n_digits += fraction
    if n_digits == 0:
        if p != first and (p - 1)[0] == 46:
            return NOT_A_NUMBER
        at[0] = p
        return _read_word(at, stop, negative, out)
    if p < stop and lower(p[0]) == 101:
        p += 1
        if p < stop and (p[0] == 45 or p[0] == 43):
            negative_power = p[0] == 45
            p += 1
        digits = p
        while p < stop and <unsigned int>p[0] - 48 <= 9:
            if power < 100000:
                power = power * 10 + (p[0] - 48)
            p += 1
        if p == digits:
            return NOT_A_NUMBER
        if negative_power:
            power = -power
    at[0] = p
    power -= fraction
    if n_digits > 19 or number > 9007199254740992ULL or power < -22 or power > 22:
        return _read_slowly(first, p, out)
    if power < 0:
        out[0] = <double>number / GDB_POW10[-power]
    elif power > 0:
        out[0] = <double>number * GDB_POW10[power]
    else:
        out[0] = <double>number
    if negative:
        out[0] = -out[0]
    return READ_OK
