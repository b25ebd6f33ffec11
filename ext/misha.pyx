"""Bytes of misha files: checksums of index entries, value blocks of arrays, texts of R."""
from libc.math cimport isinf, NAN
from libc.stdint cimport int32_t, uint32_t, uint64_t
from libc.string cimport memcpy
cimport numpy as cnp

from _types cimport pos_t

cnp.import_array()

cdef uint64_t _POLYNOMIAL = <uint64_t>0xC96C5795D7870F42
cdef uint64_t[256] _TABLE
cdef enum:
    STRING = 9  # kind of an R item that is one text


cdef void _make_table() noexcept nogil:
    cdef int byte, bit
    cdef uint64_t crc
    for byte in range(256):
        crc = <uint64_t>byte
        for bit in range(8):
            crc = (crc >> 1) ^ (_POLYNOMIAL if crc & 1 else 0)
        _TABLE[byte] = crc


_make_table()


cdef uint64_t _crc64(const unsigned char[::1] data) noexcept nogil:
    cdef Py_ssize_t i
    cdef uint64_t crc = ~<uint64_t>0
    for i in range(data.shape[0]):
        crc = _TABLE[(crc ^ data[i]) & 0xFF] ^ (crc >> 8)
    return ~crc


def crc64(const unsigned char[::1] data):
    """CRC-64 with the reflected polynomial C96C5795D7870F42, start and end inverted."""
    cdef uint64_t crc
    with nogil:
        crc = _crc64(data)
    return crc


cdef inline uint32_t _little(const unsigned char[::1] data, Py_ssize_t at) noexcept nogil:
    return (<uint32_t>data[at] | <uint32_t>data[at + 1] << 8 | <uint32_t>data[at + 2] << 16
            | <uint32_t>data[at + 3] << 24)


cdef Py_ssize_t _spread(const unsigned char[::1] data, const pos_t[::1] at,
                        cnp.float32_t[:, ::1] table) noexcept nogil:
    """Fill the table; the number of the first row whose block is damaged, -1 when all are good."""
    cdef Py_ssize_t row, place, size = data.shape[0]
    cdef uint32_t i, n, column, bits
    cdef cnp.float32_t value
    for row in range(at.shape[0]):
        place = at[row]
        if place < 0 or place > size - 4:
            return row
        n = _little(data, place)
        place += 4
        if <Py_ssize_t>n > (size - place) // 8:
            return row
        for i in range(n):
            bits = _little(data, place)
            column = _little(data, place + 4)
            if column >= <uint32_t>table.shape[1]:
                return row
            memcpy(&value, &bits, 4)
            table[row, column] = <cnp.float32_t>NAN if isinf(value) else value
            place += 8
    return -1


def spread_blocks(const unsigned char[::1] data, const pos_t[::1] at,
                  cnp.float32_t[:, ::1] table):
    """Write the listed values of each block into its row of the table."""
    cdef Py_ssize_t bad
    with nogil:
        bad = _spread(data, at, table)
    return bad


cdef inline uint32_t _big(const unsigned char[::1] data, Py_ssize_t at) noexcept nogil:
    return (<uint32_t>data[at] << 24 | <uint32_t>data[at + 1] << 16 | <uint32_t>data[at + 2] << 8
            | <uint32_t>data[at + 3])


cdef Py_ssize_t _places(const unsigned char[::1] data, Py_ssize_t at, pos_t[::1] start,
                        pos_t[::1] length, cnp.uint8_t[::1] is_latin) noexcept nogil:
    """Fill where each text lies; the position behind the last, or -1 when one is damaged."""
    cdef Py_ssize_t i, size = data.shape[0]
    cdef uint32_t flags
    cdef int32_t n
    for i in range(start.shape[0]):
        if at > size - 8:
            return -1
        flags = _big(data, at)
        n = <int32_t>_big(data, at + 4)
        at += 8
        if flags & 0xFF != STRING or n < -1 or n > size - at:
            return -1
        start[i] = at
        length[i] = n
        is_latin[i] = flags >> 14 & 1
        if n > 0:
            at += n
    return at


def text_places(const unsigned char[::1] data, Py_ssize_t at, pos_t[::1] start,
                pos_t[::1] length, cnp.uint8_t[::1] is_latin):
    """Find the texts of an R text vector whose first item is at a position."""
    cdef Py_ssize_t end
    with nogil:
        end = _places(data, at, start, length, is_latin)
    return end
