"""Reads of BAM records, and of any file that htslib reads, collected as positions in lanes.

htslib is the one inside the package pysam and is called by address, like libdeflate.
"""
from libc.stdint cimport (
    int32_t, int64_t, uint8_t, uint16_t, uint32_t, uint64_t, uintptr_t,
)
from libc.string cimport memset

from _alignments cimport (
    DAMAGED, FAILED, MAX_DUPLICATES, N_COLUMNS, N_COUNTS, N_OPTIONS, OK, STOP, Job, Read, add_read, find_aux,
    word_at,
)

cdef enum:
    FIXED = 32              # bytes of a record before the name
    MOST_BLOCK = 256000000  # bytes of a record

cdef struct Core:           # bam1_core_t of htslib 1.10 and later
    int64_t pos
    int32_t tid
    uint16_t bin
    uint8_t mapq
    uint8_t l_extranul
    uint16_t flag
    uint16_t l_qname
    uint32_t n_cigar
    int32_t l_qseq
    int32_t mtid
    int64_t mpos
    int64_t isize

cdef struct Bam1:           # bam1_t
    Core core
    uint64_t id
    uint8_t* data
    int l_data
    uint32_t m_data
    uint32_t mempolicy

ctypedef int (*read_t)(void*, void*, Bam1*) noexcept nogil
ctypedef int (*next_t)(void*, void*, void*, void*) noexcept nogil


cdef class Collector:
    """Where reads go, and what becomes of them; arrays are the caller's and stay his.

    Lanes are rows of `lanes`; `fill` says how much of each is used.
    """

    cdef Job job
    cdef object kept        # the arrays, as long as they are pointed to
    cdef int64_t n_chroms

    def __cinit__(self, const int64_t[::1] option, const int64_t[::1] offset,
                  const int64_t[::1] length, const int32_t[::1] lane_of, int64_t[::1] counts,
                  int64_t[::1] n_seen):
        if (option.shape[0] != N_OPTIONS or lane_of.shape[0] != N_COLUMNS
                or counts.shape[0] != N_COUNTS or n_seen.shape[0] != 1
                or offset.shape[0] != length.shape[0] or length.shape[0] < 1):
            raise ValueError
        memset(&self.job, 0, sizeof(Job))
        self.n_chroms = length.shape[0]
        self.job.option = &option[0]
        self.job.offset = &offset[0]
        self.job.length = &length[0]
        self.job.lane_of = &lane_of[0]
        self.job.counts = &counts[0]
        self.job.n_seen = &n_seen[0]
        self.kept = [(option, offset, length, lane_of, counts, n_seen), None, None, None]

    def set_lanes(self, uint64_t[:, ::1] lanes, int64_t[::1] fill):
        """Empty lanes."""
        if lanes.shape[0] != fill.shape[0] or lanes.shape[0] < 1 or lanes.shape[1] < 1:
            raise ValueError
        self.job.lanes = &lanes[0, 0]
        self.job.capacity = lanes.shape[1]
        self.job.n_lanes = <int32_t>lanes.shape[0]
        self.job.fill = &fill[0]
        self.job.used = lanes.shape[1]      # to be looked up
        self.kept[1] = (lanes, fill)

    def set_file(self, const int32_t[::1] code_of, int64_t[::1] unknown):
        """Chromosomes of the file that comes next."""
        if code_of.shape[0] != unknown.shape[0] or code_of.shape[0] < 1:
            raise ValueError
        self.job.code_of = &code_of[0]
        self.job.n_refs = <int32_t>code_of.shape[0]
        self.job.unknown = &unknown[0]
        self.kept[2] = (code_of, unknown)

    def set_seen(self, uint64_t[::1] seen, uint32_t[::1] times):
        """A table of duplicates; its length is a power of two."""
        if seen.shape[0] != times.shape[0] or seen.shape[0] < 4:
            raise ValueError
        self.job.seen = &seen[0]
        self.job.times = &times[0]
        self.job.seen_size = seen.shape[0]
        self.kept[3] = (seen, times)

    def add_bam(self, const uint8_t[::1] data, Py_ssize_t at):
        """Collect whole records from `at` on; (fault code, where the next record begins)."""
        cdef int code = OK
        self._check()
        if at < data.shape[0]:
            with nogil:
                code = _add_bam(&self.job, &data[0], data.shape[0], &at)
        return code, at

    def add_htslib(self, uintptr_t read, uintptr_t file, uintptr_t header, uintptr_t bgzf,
                   uintptr_t iterator, uintptr_t record, Py_ssize_t most, bint pending):
        """Collect at most `most` records; (fault code, is `record` read but not collected?).

        With an iterator `read` is hts_itr_next, without one sam_read1.
        """
        cdef int code = OK
        cdef int status = 0
        cdef Py_ssize_t n = 0
        cdef Bam1* bam = <Bam1*>record
        self._check()
        with nogil:
            while code == OK and n < most:
                if not pending:
                    if iterator:
                        status = (<next_t>read)(<void*>bgzf, <void*>iterator, bam, <void*>file)
                    else:
                        status = (<read_t>read)(<void*>file, <void*>header, bam)
                    if status < 0:
                        code = STOP if status == -1 else FAILED
                        break
                code = _add_bam1(&self.job, bam)
                pending = code != OK
                n += 1
        return code, pending

    cdef int _check(self) except -1:
        if self.kept[1] is None or self.kept[2] is None:
            raise ValueError
        if self.job.seen_size == 0 and self.job.option[MAX_DUPLICATES]:
            raise ValueError
        return 0


cdef int _add_bam(Job* job, const uint8_t* data, Py_ssize_t n_bytes, Py_ssize_t* at) noexcept nogil:
    cdef Read read
    cdef Py_ssize_t block, rest
    cdef int64_t l_seq
    cdef int code
    cdef const uint8_t* p
    while n_bytes - at[0] >= 4:
        p = data + at[0]
        block = <int32_t>word_at(p)
        if block < FIXED or block > MOST_BLOCK:
            return DAMAGED
        if n_bytes - at[0] - 4 < block:
            return OK
        p += 4
        read.tid = <int32_t>word_at(p)
        read.pos = <int32_t>word_at(p + 4)
        read.mapq = p[9]
        read.n_cigar = p[12] | <int64_t>p[13] << 8
        read.flag = p[14] | p[15] << 8
        l_seq = <int32_t>word_at(p + 16)
        read.mate_tid = <int32_t>word_at(p + 20)
        read.mate_pos = <int32_t>word_at(p + 24)
        read.template_size = <int32_t>word_at(p + 28)
        rest = FIXED + p[8] + 4 * read.n_cigar
        if l_seq < 0 or rest + (l_seq + 1) // 2 + l_seq > block or read.tid >= job.n_refs:
            return DAMAGED
        read.cigar = p + FIXED + p[8]
        read.aux = p + rest + (l_seq + 1) // 2 + l_seq
        read.aux_stop = p + block
        if read.n_cigar and word_at(read.cigar) == (<uint32_t>l_seq << 4 | 4):
            _long_cigar(&read)
        code = add_read(job, &read)
        if code != OK:
            return code
        at[0] += 4 + block
    return OK


cdef void _long_cigar(Read* read) noexcept nogil:
    """A CIGAR of more than 65535 operations is in the field CG; a clipped one stands for it."""
    cdef const uint8_t* p = find_aux(read.aux, read.aux_stop, 67, 71)
    if p == NULL or read.aux_stop - p < 6 or p[0] != 66 or (p[1] != 73 and p[1] != 105):
        return
    if <int64_t>word_at(p + 2) * 4 <= read.aux_stop - p - 6:
        read.n_cigar = word_at(p + 2)
        read.cigar = p + 6


cdef int _add_bam1(Job* job, const Bam1* bam) noexcept nogil:
    cdef Read read
    cdef const Core* core = &bam.core
    read.tid = core.tid
    if read.tid >= job.n_refs:
        return DAMAGED
    read.pos = core.pos
    read.mapq = core.mapq
    read.flag = core.flag
    read.mate_tid = core.mtid
    read.mate_pos = core.mpos
    read.template_size = core.isize
    read.n_cigar = core.n_cigar
    read.cigar = bam.data + core.l_qname
    read.aux = read.cigar + 4 * read.n_cigar + (core.l_qseq + 1) // 2 + core.l_qseq
    read.aux_stop = bam.data + bam.l_data
    return add_read(job, &read)


def copy_seen(const uint64_t[::1] seen, const uint32_t[::1] times, uint64_t[::1] into,
              uint32_t[::1] into_times):
    """Move a table of duplicates to a larger one that is empty."""
    cdef uint64_t h, mask = <uint64_t>into.shape[0] - 1
    cdef Py_ssize_t i
    if into.shape[0] <= seen.shape[0] or into.shape[0] != into_times.shape[0]:
        raise ValueError
    with nogil:
        for i in range(seen.shape[0]):
            if times[i] == 0:
                continue
            h = seen[i] * <uint64_t>0x9E3779B97F4A7C15
            h = (h ^ h >> 32) & mask
            while into_times[h]:
                h = (h + 1) & mask
            into[h] = seen[i]
            into_times[h] = times[i]


def core_of(uintptr_t record):
    """Fields of a bam1_t as this module sees them: what tells that its layout is the one known."""
    cdef Bam1* bam = <Bam1*>record
    cdef const Core* core = &bam.core
    return (core.pos, core.tid, core.mapq, core.flag, core.l_qname, core.n_cigar, core.l_qseq,
            core.mtid, core.mpos, core.isize, bam.l_data,
            bytes(<const uint8_t[:core.l_qname]>bam.data) if core.l_qname else b"")
