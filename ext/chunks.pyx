"""Chunks of an HDF5 dataset, decoded from the file without HDF5.

A chunk on disk is ``fletcher32(deflate(shuffle(values)))``, each step optional. The inflate
routines come as addresses of libdeflate functions, so that no call here needs the interpreter.
The one kernel that reads from a descriptor: positional reads only, nothing is shared.
"""

from libc.errno cimport EINTR, errno
from libc.stdint cimport int64_t, uint8_t, uint32_t, uint64_t, uintptr_t
from libc.stdlib cimport free, malloc
from libc.string cimport memcmp, memcpy, memset
from posix.types cimport off_t
from posix.unistd cimport pread

cdef extern from "_bytes.h" nogil:
    uint32_t genomedb_fletcher32(const uint8_t* data, size_t n)
    size_t genomedb_changes(const uint8_t* data, size_t n)
    void genomedb_unshuffle2(const uint8_t*, uint8_t*, size_t n_items, size_t first, size_t n)
    void genomedb_unshuffle4(const uint8_t*, uint8_t*, size_t n_items, size_t first, size_t n)

ctypedef void* (*new_decoder_t)() noexcept nogil
ctypedef void (*free_t)(void*) noexcept nogil
ctypedef int (*inflate_t)(void*, const void*, size_t, void*, size_t, size_t*) noexcept nogil
ctypedef uint32_t (*crc32_t)(uint32_t, const void*, size_t) noexcept nogil

cdef enum:
    OK = 0
    READ_FAILED = 1      # the file ended early or the read failed
    BAD_CHECKSUM = 2     # fletcher32 differs
    BAD_STREAM = 3       # deflate stream damaged or of another length
    NO_MEMORY = 4
    PADDING = 64         # zero bytes put behind a stream


cdef bint _checksum_agrees(const uint8_t* data, size_t n) noexcept nogil:
    """Do the last four bytes hold the checksum of those before? """
    cdef uint32_t computed = genomedb_fletcher32(data, n - 4)
    cdef uint32_t low = (<uint32_t>data[n - 4]) | ((<uint32_t>data[n - 3]) << 8)
    cdef uint32_t high = (<uint32_t>data[n - 2]) | ((<uint32_t>data[n - 1]) << 8)
    return low == (computed & 0xFFFF) and high == (computed >> 16)


cdef void _unshuffle(const uint8_t* planes, uint8_t* out, size_t n_items, size_t first,
                     size_t last, int itemsize) noexcept nogil:
    """Items [first, last) of a byte-shuffled chunk of `n_items`."""
    cdef size_t i
    cdef int k
    if itemsize == 2:
        genomedb_unshuffle2(planes, out, n_items, first, last - first)
    elif itemsize == 4:
        genomedb_unshuffle4(planes, out, n_items, first, last - first)
    else:
        for i in range(last - first):
            for k in range(itemsize):
                out[itemsize * i + k] = planes[<size_t>k * n_items + first + i]


cdef void _shuffle(const uint8_t* values, uint8_t* planes, size_t n_items, int itemsize) noexcept nogil:
    cdef size_t i
    cdef int k
    for k in range(itemsize):
        for i in range(n_items):
            planes[<size_t>k * n_items + i] = values[<size_t>itemsize * i + k]


cdef int _read_all(int fd, uint8_t* into, size_t n, int64_t offset) noexcept nogil:
    cdef ssize_t got
    cdef size_t done = 0
    while done < n:
        got = pread(fd, into + done, n - done, <off_t>(offset + <int64_t>done))
        if got < 0 and errno == EINTR:
            continue
        if got <= 0:
            return READ_FAILED
        done += <size_t>got
    return OK


cdef void _fill(uint8_t* out, size_t n_bytes, const uint8_t* item, int itemsize) noexcept nogil:
    cdef size_t done = itemsize, step
    if n_bytes == 0:
        return
    memcpy(out, item, itemsize)
    while done < n_bytes:
        step = done if done < n_bytes - done else n_bytes - done
        memcpy(out + done, out, step)
        done += step


cdef int _decode(uint8_t* raw, size_t n, uint8_t* planes, void* decoder, inflate_t inflate,
                 bint fletcher, size_t chunk_bytes, uint8_t** plain) noexcept nogil:
    """Undo checksum and deflate; `plain` points at the (perhaps still shuffled) bytes."""
    cdef size_t produced = 0
    if fletcher:
        if n < 4 or not _checksum_agrees(raw, n):
            return BAD_CHECKSUM
        n -= 4
    if decoder == NULL:
        plain[0] = raw
        return OK if n == chunk_bytes else BAD_STREAM
    # near the end of its input libdeflate decodes byte by byte, and a few last bytes of input
    # can stand for tens of kilobytes: zeros behind the stream, which it ignores, keep it fast
    memset(raw + n, 0, PADDING)
    if (inflate(decoder, raw, n + PADDING, planes, chunk_bytes, &produced) != 0
            or produced != chunk_bytes):
        return BAD_STREAM
    plain[0] = planes
    return OK


cdef int _read_segments(int fd, const int64_t[::1] addr, const int64_t[::1] size,
                        const int64_t[::1] seg_ptr, const int64_t[::1] src,
                        const int64_t[::1] dst, const int64_t[::1] length,
                        Py_ssize_t c0, Py_ssize_t c1, uint8_t* raw, uint8_t* planes,
                        void* decoder, inflate_t inflate, bint shuffle, bint fletcher,
                        int itemsize, size_t chunk_bytes, const uint8_t* fill, uint8_t* out,
                        Py_ssize_t* failed) noexcept nogil:
    cdef Py_ssize_t c, s
    cdef int code
    cdef uint8_t* plain
    cdef uint8_t* target
    cdef bint direct
    for c in range(c0, c1):
        failed[0] = c
        if addr[c] < 0:  # never written: all fill
            for s in range(seg_ptr[c], seg_ptr[c + 1]):
                _fill(out + dst[s], length[s], fill, itemsize)
            continue
        code = _read_all(fd, raw, size[c], addr[c])
        if code != OK:
            return code
        s = seg_ptr[c]
        direct = (not shuffle and decoder != NULL and seg_ptr[c + 1] - s == 1
                  and src[s] == 0 and <size_t>length[s] == chunk_bytes)
        target = out + dst[s] if direct else planes
        code = _decode(raw, size[c], target, decoder, inflate, fletcher, chunk_bytes, &plain)
        if code != OK:
            return code
        if direct:
            continue
        for s in range(seg_ptr[c], seg_ptr[c + 1]):
            if shuffle:
                _unshuffle(plain, out + dst[s], chunk_bytes // <size_t>itemsize,
                           src[s] // itemsize, (src[s] + length[s]) // itemsize, itemsize)
            else:
                memcpy(out + dst[s], plain + src[s], length[s])
    return OK


cdef class Scratch:
    """Buffers and decoder that one thread uses again and again."""

    cdef uint8_t* raw
    cdef uint8_t* planes
    cdef Py_ssize_t raw_bytes, plane_bytes
    cdef void* decoder
    cdef free_t free_decoder

    def __dealloc__(self):
        if self.decoder != NULL:
            self.free_decoder(self.decoder)
        free(self.raw)
        free(self.planes)

    cdef bint reserve(self, Py_ssize_t raw_bytes, Py_ssize_t plane_bytes, tuple codec):
        """Make the buffers large enough; False when there is no memory."""
        if raw_bytes > self.raw_bytes:
            free(self.raw)
            self.raw = <uint8_t*>malloc(raw_bytes)
            self.raw_bytes = raw_bytes if self.raw != NULL else 0
        if plane_bytes > self.plane_bytes:
            free(self.planes)
            self.planes = <uint8_t*>malloc(plane_bytes)
            self.plane_bytes = plane_bytes if self.planes != NULL else 0
        if self.decoder == NULL:
            self.free_decoder = <free_t><uintptr_t>codec[2]
            self.decoder = (<new_decoder_t><uintptr_t>codec[0])()
        return self.raw != NULL and self.planes != NULL and self.decoder != NULL


def read_segments(int fd, const int64_t[::1] addr, const int64_t[::1] size,
                  const int64_t[::1] seg_ptr, const int64_t[::1] src, const int64_t[::1] dst,
                  const int64_t[::1] length, Py_ssize_t c0, Py_ssize_t c1, tuple codec,
                  bint deflated, bint shuffle, bint fletcher, int itemsize, Py_ssize_t chunk_bytes,
                  const uint8_t[::1] fill, uint8_t[::1] out, Py_ssize_t max_size,
                  Scratch scratch):
    """Decode chunks c0..c1 of a file and copy their segments into `out`; (code, chunk)."""
    cdef inflate_t inflate = <inflate_t><uintptr_t>codec[1]
    cdef Py_ssize_t failed = c0
    cdef int code
    cdef uint8_t* into = &out[0] if out.shape[0] else NULL
    if not scratch.reserve(max_size + PADDING, chunk_bytes + 8, codec):
        return NO_MEMORY, c0
    cdef uint8_t* raw = scratch.raw
    cdef uint8_t* planes = scratch.planes
    cdef void* decoder = scratch.decoder if deflated else NULL
    with nogil:
        code = _read_segments(fd, addr, size, seg_ptr, src, dst, length, c0, c1, raw, planes,
                              decoder, inflate, shuffle, fletcher, itemsize, chunk_bytes,
                              &fill[0], into, &failed)
    return code, failed


def read_chunk(int fd, int64_t addr, Py_ssize_t size, tuple codec, bint deflated, bint shuffle,
               bint fletcher, int itemsize, Py_ssize_t chunk_bytes, uint8_t[::1] out,
               Scratch scratch):
    """Decode one whole chunk into `out`; the fault code."""
    cdef inflate_t inflate = <inflate_t><uintptr_t>codec[1]
    cdef int code
    cdef uint8_t* plain
    cdef uint8_t* into = &out[0]
    if out.shape[0] != chunk_bytes or not scratch.reserve(size + PADDING, chunk_bytes + 8, codec):
        return NO_MEMORY
    cdef uint8_t* raw = scratch.raw
    cdef uint8_t* target = scratch.planes if shuffle or not deflated else into
    cdef void* decoder = scratch.decoder if deflated else NULL
    with nogil:
        code = _read_all(fd, raw, size, addr)
        if code == OK:
            code = _decode(raw, size, target, decoder, inflate, fletcher, chunk_bytes, &plain)
        if code == OK and shuffle:
            _unshuffle(plain, into, chunk_bytes // itemsize, 0, chunk_bytes // itemsize, itemsize)
        elif code == OK and plain != into:
            memcpy(into, plain, chunk_bytes)
    return code


def is_repeated(const uint8_t[::1] values, const uint8_t[::1] item):
    """Is `values` nothing but `item` again and again?"""
    cdef Py_ssize_t n = values.shape[0], size = item.shape[0]
    cdef bint same
    if n == 0 or n % size:
        return n == 0
    with nogil:
        same = memcmp(&values[0], &item[0], size) == 0 and (
            memcmp(&values[0], &values[size], n - size) == 0 if n > size else True)
    return same


def shuffle(const uint8_t[::1] values, int itemsize, uint8_t[::1] out):
    """Bytes of the items as planes: all first bytes, all second bytes, ..."""
    if values.shape[0] == 0 or out.shape[0] != values.shape[0]:
        return
    with nogil:
        _shuffle(&values[0], &out[0], values.shape[0] // itemsize, itemsize)


def crc32_blocks(const uint8_t[::1] data, Py_ssize_t block_bytes, uintptr_t function,
                 uint32_t[::1] out):
    """CRC-32 of each block of `block_bytes`; the last may be shorter."""
    cdef crc32_t crc32 = <crc32_t>function
    cdef Py_ssize_t b, start, n
    with nogil:
        for b in range(out.shape[0]):
            start = b * block_bytes
            n = data.shape[0] - start if data.shape[0] - start < block_bytes else block_bytes
            out[b] = crc32(0, &data[start], n)


def checksum(const uint8_t[::1] data, uintptr_t function, uint32_t start):
    """CRC-32 or Adler-32 of all bytes; `start` is that of none."""
    cdef crc32_t sum_up = <crc32_t>function
    cdef uint32_t result = start
    if data.shape[0]:
        with nogil:
            result = sum_up(start, &data[0], data.shape[0])
    return result


def n_changes(const uint8_t[::1] values):
    """How many bytes differ from the one before."""
    cdef size_t result = 0
    if values.shape[0] > 1:
        with nogil:
            result = genomedb_changes(&values[0], values.shape[0])
    return result


def compare_chunks(int fd, const int64_t[::1] addr, const int64_t[::1] size,
                   const uint32_t[::1] expected, tuple codec, Py_ssize_t max_size,
                   Scratch scratch):
    """Compare the stored bytes of chunks with their CRC-32; (code, chunk)."""
    cdef crc32_t crc = <crc32_t><uintptr_t>codec[3]
    cdef Py_ssize_t c, failed = -1
    cdef int code = OK
    if not scratch.reserve(max_size + PADDING, 8, codec):
        return NO_MEMORY, 0
    cdef uint8_t* raw = scratch.raw
    with nogil:
        for c in range(addr.shape[0]):
            if addr[c] < 0:
                continue
            code = _read_all(fd, raw, size[c], addr[c])
            if code == OK and crc(0, raw, size[c]) != expected[c]:
                code = BAD_CHECKSUM
            if code != OK:
                failed = c
                break
    return code, failed


def fletcher32(const uint8_t[::1] data):
    """Fletcher-32 as HDF5 computes it for data that are not all zero."""
    cdef uint32_t result = 0
    if data.shape[0]:
        with nogil:
            result = genomedb_fletcher32(&data[0], data.shape[0])
    return result
