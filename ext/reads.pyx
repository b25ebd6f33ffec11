"""Mapped reads out of lines of fields and out of BAM records: place, strand and length."""
from libc.stdint cimport int8_t, int32_t, uint8_t, uint32_t
from libc.string cimport memset

from _names cimport NO_ROOM, Names, names_close, names_code, names_from, names_open
from _numbers cimport READ_OK, read_whole
from _spans cimport gdb_find
from _types cimport pos_t

cdef enum:
    MAX_NAME = 255
    UNMAPPED = 4            # flags of SAM
    REVERSE = 16
    BAM_FIXED = 32          # bytes of a record before the name
    NO_MEMORY = -2
    DAMAGED = -3

cdef enum:                  # fields of a read
    SEQUENCE = 0
    CHROM = 1
    POSITION = 2
    STRAND = 3              # the flags in SAM
    CIGAR = 4               # SAM only
    N_FIELDS = 5


cdef struct Text:
    const uint8_t* p
    const uint8_t* stop


cdef inline bint _all(const Text* text, pos_t* out) noexcept nogil:
    """Is the text a whole number that is not negative?"""
    cdef const uint8_t* p = text.p
    return read_whole(&p, text.stop, out) == READ_OK and p == text.stop


cdef inline bint _is_star(const Text* text) noexcept nogil:
    return text.stop - text.p == 1 and text.p[0] == 42


cdef pos_t _cigar_size(const Text* text) noexcept nogil:
    """Letters of the read that a CIGAR is about; 1 when it does not say."""
    cdef const uint8_t* p = text.p
    cdef pos_t n, total = 0
    while p < text.stop:
        if read_whole(&p, text.stop, &n) != READ_OK or p == text.stop:
            return 1
        if p[0] == 77 or p[0] == 73 or p[0] == 83 or p[0] == 61 or p[0] == 88:    # M I S = X
            total += n
        p += 1
    return total if total else 1


cdef struct State:
    Names names
    int[N_FIELDS] columns   # from 0; -1 for none
    int n_columns
    bint sam


cdef bint _read(State* s, const Text* fields, int32_t* chrom, pos_t* position, int8_t* strand,
                pos_t* size) noexcept nogil:
    """Fill the fields of a read; False when it is not mapped."""
    cdef pos_t flags
    cdef uint8_t letter
    cdef const Text* name = &fields[CHROM]
    if not _all(&fields[POSITION], position) or name.p == name.stop:
        return False
    if name.stop - name.p > MAX_NAME or (s.sam and _is_star(name)):
        return False
    if s.sam:
        if not _all(&fields[STRAND], &flags) or flags & UNMAPPED:
            return False
        strand[0] = -1 if flags & REVERSE else 1
        position[0] -= 1
    else:
        if fields[STRAND].stop - fields[STRAND].p != 1:
            return False
        letter = fields[STRAND].p[0]
        if letter == 43 or letter == 70:        # + F
            strand[0] = 1
        elif letter == 45 or letter == 82:      # - R
            strand[0] = -1
        else:
            return False
    size[0] = fields[SEQUENCE].stop - fields[SEQUENCE].p
    if s.sam and _is_star(&fields[SEQUENCE]):
        size[0] = _cigar_size(&fields[CIGAR])
    chrom[0] = names_code(&s.names, name.p, name.stop - name.p)
    return True


cdef Py_ssize_t _parse(State* s, const uint8_t* p, const uint8_t* stop, Py_ssize_t room,
                       int32_t* chrom, pos_t* position, int8_t* strand,
                       pos_t* size) noexcept nogil:
    """Lines that are reads; NO_MEMORY when a name could not be kept."""
    cdef const uint8_t* e
    cdef const uint8_t* next_line
    cdef const uint8_t* field_stop
    cdef Text[N_FIELDS] fields
    cdef int column, k
    cdef Py_ssize_t n = 0
    while p < stop and n < room:
        e = gdb_find(p, stop, 10)
        next_line = e + 1
        while e > p and (e - 1)[0] == 13:
            e -= 1
        if e == p or (s.sam and p[0] == 64):    # nothing, or a line of the header
            p = next_line
            continue
        chrom[n] = -1
        position[n] = size[n] = 0
        strand[n] = 0
        for k in range(N_FIELDS):
            fields[k].p = fields[k].stop = e
        column = 0
        while column < s.n_columns:
            field_stop = gdb_find(p, e, 9)
            for k in range(N_FIELDS):
                if s.columns[k] == column:
                    fields[k].p = p
                    fields[k].stop = field_stop
            column += 1
            if field_stop == e:
                break
            p = field_stop + 1
        if column == s.n_columns:               # no field is absent
            if not _read(s, fields, &chrom[n], &position[n], &strand[n], &size[n]):
                chrom[n] = -1
            elif chrom[n] == NO_ROOM:
                return NO_MEMORY
        n += 1
        p = next_line
    return n


cdef class ReadParser:
    """Names met, kept from one buffer to the next."""

    cdef State state

    def __cinit__(self, const int32_t[::1] columns, bint sam):
        cdef int k
        memset(&self.state, 0, sizeof(State))
        if not names_open(&self.state.names):
            raise MemoryError
        for k in range(N_FIELDS):
            self.state.columns[k] = columns[k]
            self.state.n_columns = max(self.state.n_columns, columns[k] + 1)
        self.state.sam = sam

    def __dealloc__(self):
        names_close(&self.state.names)

    @property
    def n_names(self):
        return self.state.names.count

    def names(self, int32_t first):
        """Names from code `first` on, as bytes."""
        return names_from(&self.state.names, first)

    def parse(self, const uint8_t[::1] data, int32_t[::1] chrom, pos_t[::1] position,
              int8_t[::1] strand, pos_t[::1] size):
        """Number of reads filled; a chromosome of -1 is a read that is not mapped."""
        cdef Py_ssize_t n = 0
        if data.shape[0] and chrom.shape[0]:
            with nogil:
                n = _parse(&self.state, &data[0], &data[0] + data.shape[0], chrom.shape[0],
                           &chrom[0], &position[0], &strand[0], &size[0])
        if n == NO_MEMORY:
            raise MemoryError
        return n


cdef inline int32_t _int32(const uint8_t* p) noexcept nogil:
    return <int32_t>(<uint32_t>p[0] | <uint32_t>p[1] << 8 | <uint32_t>p[2] << 16
                     | <uint32_t>p[3] << 24)


cdef pos_t _bam_cigar_size(const uint8_t* p, int n) noexcept nogil:
    """Letters of the read that a packed CIGAR is about; 1 when it does not say."""
    cdef uint32_t word
    cdef int i, kind
    cdef pos_t total = 0
    for i in range(n):
        word = <uint32_t>_int32(p + 4 * i)
        kind = word & 15
        if kind == 0 or kind == 1 or kind == 4 or kind == 7 or kind == 8:
            total += word >> 4
    return total if total else 1


cdef Py_ssize_t _bam(const uint8_t* data, Py_ssize_t n_bytes, Py_ssize_t room, int32_t* chrom,
                     pos_t* position, int8_t* strand, pos_t* size,
                     Py_ssize_t* done) noexcept nogil:
    cdef Py_ssize_t n = 0, at = 0, block, cigar_at
    cdef int flags, n_cigar
    cdef const uint8_t* p
    while n < room and n_bytes - at >= 4:
        block = _int32(data + at)
        if block < BAM_FIXED:
            done[0] = at
            return DAMAGED
        if n_bytes - at - 4 < block:
            break
        p = data + at + 4
        flags = p[14] | p[15] << 8
        n_cigar = p[12] | p[13] << 8
        chrom[n] = _int32(p)
        position[n] = _int32(p + 4)
        size[n] = _int32(p + 16)
        strand[n] = -1 if flags & REVERSE else 1
        cigar_at = BAM_FIXED + p[8]
        if size[n] < 0 or cigar_at + 4 * n_cigar > block:
            done[0] = at
            return DAMAGED
        if size[n] == 0:
            size[n] = _bam_cigar_size(p + cigar_at, n_cigar)
        if flags & UNMAPPED or chrom[n] < 0 or position[n] < 0:
            chrom[n] = -1
        n += 1
        at += 4 + block
    done[0] = at
    return n


def bam_reads(const uint8_t[::1] data, int32_t[::1] chrom, pos_t[::1] position, int8_t[::1] strand,
              pos_t[::1] size):
    """Number of whole records filled, negative for a damaged one, and the bytes they take."""
    cdef Py_ssize_t n = 0, done = 0
    if data.shape[0] and chrom.shape[0]:
        with nogil:
            n = _bam(&data[0], data.shape[0], chrom.shape[0], &chrom[0], &position[0], &strand[0],
                     &size[0], &done)
    return n, done
