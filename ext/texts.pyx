"""Runs of texts: rows taken in another order, and texts that are numbers."""
from libc.math cimport NAN
from libc.stdint cimport uint8_t, uint64_t

from _numbers cimport READ_OK, gdb_c_locale, locale_t, read_value, uselocale
from _spans cimport gdb_copy
from _types cimport pos_t


cdef Py_ssize_t _place(const pos_t* offset, Py_ssize_t n, const pos_t* index, Py_ssize_t n_index,
                       pos_t* placed) noexcept nogil:
    """Offsets of the texts taken; the place of an index outside them, or -1."""
    cdef Py_ssize_t i
    placed[0] = 0
    for i in range(n_index):
        if index[i] < 0 or index[i] >= n:
            return i
        placed[i + 1] = placed[i] + offset[index[i] + 1] - offset[index[i]]
    return -1


def place(const pos_t[::1] offset, const pos_t[::1] index, pos_t[::1] placed):
    """Fill `placed`, the offsets of the rows in `index`; place of the first wrong index or -1."""
    cdef Py_ssize_t wrong
    with nogil:
        wrong = _place(&offset[0], offset.shape[0] - 1,
                       &index[0] if index.shape[0] else NULL, index.shape[0], &placed[0])
    return wrong


cdef void _gather(const uint8_t* data, Py_ssize_t size, const pos_t* offset, const pos_t* index,
                  Py_ssize_t n, const pos_t* placed, uint8_t* out) noexcept nogil:
    cdef Py_ssize_t i
    cdef pos_t first
    for i in range(n):
        first = offset[index[i]]
        gdb_copy(out + placed[i], data + first, placed[i + 1] - placed[i],
                 placed[n] - placed[i], size - first)


def gather(const uint8_t[::1] data, const pos_t[::1] offset, const pos_t[::1] index,
           const pos_t[::1] placed, uint8_t[::1] out):
    """Copy the rows in `index`, which `place` has checked."""
    if out.shape[0] and index.shape[0]:
        with nogil:
            _gather(&data[0], data.shape[0], &offset[0], &index[0], index.shape[0], &placed[0],
                    &out[0])


cdef inline bint _is_missing(const uint8_t* p, const uint8_t* e) noexcept nogil:
    return p == e or (e - p == 1 and p[0] == 46)


cdef Py_ssize_t _numbers(const uint8_t* data, const pos_t* offset, Py_ssize_t n, bint missing,
                         double* out) noexcept nogil:
    cdef Py_ssize_t i
    cdef const uint8_t* p
    cdef const uint8_t* e
    for i in range(n):
        p = data + offset[i]
        e = data + offset[i + 1]
        if missing and _is_missing(p, e):
            out[i] = NAN
        elif read_value(&p, e, &out[i]) != READ_OK or p != e:
            return i
    return -1


def parse_numbers(const uint8_t[::1] data, const pos_t[::1] offset, bint missing, double[::1] out):
    """Place of the first text that is no number, or -1."""
    cdef Py_ssize_t wrong = -1
    cdef locale_t before
    cdef const uint8_t* text = b""
    if out.shape[0] == 0:
        return -1
    if data.shape[0]:
        text = &data[0]
    with nogil:
        before = uselocale(gdb_c_locale())
        wrong = _numbers(text, &offset[0], out.shape[0], missing, &out[0])
        uselocale(before)
    return wrong


cdef inline bint _integer(const uint8_t* p, const uint8_t* e, pos_t* out) noexcept nogil:
    """Digits with or without a sign that fit in 64 bits."""
    cdef uint64_t number = 0, limit = 9223372036854775807ULL
    cdef unsigned int digit
    cdef bint negative = False
    if p < e and (p[0] == 45 or p[0] == 43):
        negative = p[0] == 45
        limit += negative
        p += 1
    if p == e:
        return False
    while p < e:
        digit = <unsigned int>p[0] - 48
        if digit > 9 or number > (limit - digit) // 10:
            return False
        number = number * 10 + digit
        p += 1
    out[0] = <pos_t>(<uint64_t>0 - number if negative else number)
    return True


cdef Py_ssize_t _integers(const uint8_t* data, const pos_t* offset, Py_ssize_t n,
                          pos_t* out) noexcept nogil:
    cdef Py_ssize_t i
    for i in range(n):
        if not _integer(data + offset[i], data + offset[i + 1], &out[i]):
            return i
    return -1


def parse_integers(const uint8_t[::1] data, const pos_t[::1] offset, pos_t[::1] out):
    """Place of the first text that is no 64-bit integer, or -1."""
    cdef Py_ssize_t wrong = -1
    cdef const uint8_t* text = b""
    if out.shape[0] == 0:
        return -1
    if data.shape[0]:
        text = &data[0]
    with nogil:
        wrong = _integers(text, &offset[0], out.shape[0], &out[0])
    return wrong


cdef Py_ssize_t _items(const uint8_t* data, const pos_t* offset, Py_ssize_t n,
                       pos_t* out) noexcept nogil:
    cdef Py_ssize_t i
    cdef const uint8_t* p
    cdef const uint8_t* e
    for i in range(n):
        p = data + offset[i]
        e = data + offset[i + 1]
        out[i] = e > p and (e - 1)[0] != 44
        while p < e:
            out[i] += p[0] == 44
            p += 1
    return n


def count_items(const uint8_t[::1] data, const pos_t[::1] offset, pos_t[::1] out):
    """Items between commas in each text; a comma at the end begins no further one."""
    cdef const uint8_t* text = b""
    if out.shape[0] == 0:
        return
    if data.shape[0]:
        text = &data[0]
    with nogil:
        _items(text, &offset[0], out.shape[0], &out[0])
