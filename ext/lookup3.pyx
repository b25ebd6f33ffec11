"""Jenkins' lookup3 hash of bytes: the checksum of HDF5 metadata and the hash of its names."""
from cpython.bytes cimport PyBytes_AS_STRING, PyBytes_GET_SIZE
from libc.stdint cimport uint32_t


cdef inline uint32_t _word(const unsigned char* k) noexcept nogil:
    return (
        <uint32_t>k[0] | (<uint32_t>k[1] << 8) | (<uint32_t>k[2] << 16) | (<uint32_t>k[3] << 24)
    )


cdef inline uint32_t _rot(uint32_t x, int n) noexcept nogil:
    return (x << n) | (x >> (32 - n))


cdef uint32_t _lookup3(const unsigned char* k, Py_ssize_t n) noexcept nogil:
    cdef uint32_t a, b, c
    cdef unsigned char tail[12]
    cdef Py_ssize_t i
    a = b = c = <uint32_t>0xDEADBEEF + <uint32_t>n
    if n == 0:
        return c
    while n > 12:
        a += _word(k)
        b += _word(k + 4)
        c += _word(k + 8)
        a -= c; a ^= _rot(c, 4); c += b
        b -= a; b ^= _rot(a, 6); a += c
        c -= b; c ^= _rot(b, 8); b += a
        a -= c; a ^= _rot(c, 16); c += b
        b -= a; b ^= _rot(a, 19); a += c
        c -= b; c ^= _rot(b, 4); b += a
        k += 12
        n -= 12
    for i in range(12):
        tail[i] = k[i] if i < n else 0
    a += _word(tail)
    b += _word(tail + 4)
    c += _word(tail + 8)
    c ^= b; c -= _rot(b, 14)
    a ^= c; a -= _rot(c, 11)
    b ^= a; b -= _rot(a, 25)
    c ^= b; c -= _rot(b, 16)
    a ^= c; a -= _rot(c, 4)
    b ^= a; b -= _rot(a, 14)
    c ^= b; c -= _rot(b, 24)
    return c


def lookup3(bytes data not None, Py_ssize_t start=0, Py_ssize_t stop=-1):
    """Hash of ``data[start:stop]``; a negative stop means the end."""
    cdef Py_ssize_t n = PyBytes_GET_SIZE(data)
    if stop < 0:
        stop = n
    if start < 0 or start > stop or stop > n:
        raise ValueError(f"bytes {start} to {stop} of {n}")
    return _lookup3(<const unsigned char*>PyBytes_AS_STRING(data) + start, stop - start)
