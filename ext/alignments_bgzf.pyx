"""Blocks of BGZF files (BAM, bgzip) unpacked with libdeflate, called by address.

A block is a gzip member whose extra field says how long it is; it unpacks to at most 64 KiB.
"""
from libc.stdint cimport uint8_t, uint32_t, uintptr_t

ctypedef void* (*new_decoder_t)() noexcept nogil
ctypedef void (*free_t)(void*) noexcept nogil
ctypedef int (*inflate_t)(void*, const void*, size_t, void*, size_t, size_t*) noexcept nogil
ctypedef uint32_t (*crc32_t)(uint32_t, const void*, size_t) noexcept nogil

cdef enum:
    OK = 0
    NOT_A_BLOCK = 1
    BAD_STREAM = 2
    BAD_CHECKSUM = 3
    NO_MEMORY = 4
    HEADER = 18             # bytes before the stream, of the blocks that bgzip and htslib write
    FOOTER = 8              # checksum and length
    MOST = 65536            # bytes of a block, packed or not


cdef inline uint32_t _u16(const uint8_t* p) noexcept nogil:
    return <uint32_t>p[0] | <uint32_t>p[1] << 8


cdef inline uint32_t _u32(const uint8_t* p) noexcept nogil:
    return _u16(p) | _u16(p + 2) << 16


cdef int _block(const uint8_t* p, Py_ssize_t n, Py_ssize_t* start,
                Py_ssize_t* size) noexcept nogil:
    """Where the stream of the block at `p` begins and how long the block is; 0: not all here."""
    cdef Py_ssize_t extra, at, stop
    size[0] = 0
    if n < HEADER:
        return OK
    if p[0] != 31 or p[1] != 139 or p[2] != 8 or p[3] != 4:
        return NOT_A_BLOCK
    extra = _u16(p + 10)
    stop = 12 + extra
    if n < stop:
        return OK
    at = 12
    while at + 4 <= stop:                   # fields of two letters, a length and content
        if p[at] == 66 and p[at + 1] == 67 and _u16(p + at + 2) == 2 and at + 6 <= stop:
            size[0] = _u16(p + at + 4) + 1
            start[0] = stop
            return OK if size[0] >= stop + FOOTER else NOT_A_BLOCK
        at += 4 + _u16(p + at + 2)
    return NOT_A_BLOCK


def measure(const uint8_t[::1] data, Py_ssize_t room):
    """Whole blocks at the beginning of `data` that unpack to at most `room` bytes.

    Returns (fault code, bytes of these blocks, bytes they unpack to, whether the last is empty).
    """
    cdef Py_ssize_t at = 0, made = 0, size = 0, start = 0, n = data.shape[0]
    cdef int code = OK
    cdef uint32_t plain = 1
    cdef const uint8_t* p
    if n == 0:
        return OK, 0, 0, False
    with nogil:
        while at < n:
            p = &data[0] + at
            code = _block(p, n - at, &start, &size)
            if code != OK or size == 0 or n - at < size:
                break
            if _u32(p + size - 4) > MOST:
                code = NOT_A_BLOCK
                break
            if made + <Py_ssize_t>_u32(p + size - 4) > room:
                break
            plain = _u32(p + size - 4)
            made += plain
            at += size
    return code, at, made, plain == 0


cdef int _inflate(const uint8_t* p, Py_ssize_t n, uint8_t* out, Py_ssize_t room, void* decoder,
                  inflate_t inflate, crc32_t crc32) noexcept nogil:
    cdef Py_ssize_t size = 0, start = 0, plain
    cdef size_t produced = 0
    cdef int code
    while n > 0:
        code = _block(p, n, &start, &size)
        if code != OK or size == 0 or size > n:
            return NOT_A_BLOCK
        plain = _u32(p + size - 4)
        if plain > room:
            return NOT_A_BLOCK
        if plain:
            if (inflate(decoder, p + start, size - start - FOOTER, out, plain, &produced) != 0
                    or <Py_ssize_t>produced != plain):
                return BAD_STREAM
            if crc32(0, out, plain) != _u32(p + size - FOOTER):
                return BAD_CHECKSUM
        out += plain
        room -= plain
        p += size
        n -= size
    return OK


def inflate(const uint8_t[::1] data, uint8_t[::1] out, tuple codec):
    """Unpack whole blocks into `out`, which is as long as they unpack to; the fault code."""
    cdef new_decoder_t new_decoder = <new_decoder_t><uintptr_t>codec[0]
    cdef inflate_t unpack = <inflate_t><uintptr_t>codec[1]
    cdef free_t free_decoder = <free_t><uintptr_t>codec[2]
    cdef crc32_t crc32 = <crc32_t><uintptr_t>codec[3]
    cdef void* decoder
    cdef int code
    if data.shape[0] == 0 or out.shape[0] == 0:
        return OK
    with nogil:
        decoder = new_decoder()
        if decoder == NULL:
            code = NO_MEMORY
        else:
            code = _inflate(&data[0], data.shape[0], &out[0], out.shape[0], decoder, unpack, crc32)
            free_decoder(decoder)
    return code
