"""One read of BAM or of htslib: is it kept, and which positions does it add to which lanes?"""
from libc.stdint cimport int32_t, int64_t, uint8_t, uint32_t, uint64_t

cdef enum:
    # faults of a batch, besides how many reads were taken
    OK = 0
    FULL = 1                # a lane has no room for the next read
    DUPLICATES_FULL = 2     # the table of duplicates has none
    DAMAGED = 3
    STOP = 4                # the file ended
    FAILED = 5              # htslib says so

cdef enum:                  # columns: what lanes hold
    DEPTH_FWD_START, DEPTH_FWD_END, DEPTH_REV_START, DEPTH_REV_END, COVER_START, COVER_END
    FIVE_FWD, FIVE_REV, LEFT, MID, DYAD_FWD, DYAD_REV, FRAGMENT
    N_COLUMNS

cdef enum:                  # counts: what became of the reads
    TOTAL, UNMAPPED, SECONDARY, QC_FAIL, DUPLICATE, SUPPLEMENTARY, OTHER_FLAGS, NOT_REQUIRED
    LOW_MAPQ, UNKNOWN_CHROM, OUTSIDE, OVER_DUPLICATES, KEPT
    PAIR_NOT_FIRST, PAIR_UNMAPPED, PAIR_OTHER_CHROM, PAIR_SAME_STRAND, PAIR_LOW_MAPQ, PAIR_OUTWARD
    PAIR_SHORT, PAIR_LONG, PAIR_OUTSIDE, PAIR_OVER_DUPLICATES, PAIR_KEPT
    N_COUNTS

cdef enum:                  # numbers of the filter
    MIN_MAPQ, EXCLUDE, REQUIRE, MIN_SIZE, MAX_SIZE, MAX_DUPLICATES, COUNT_DELETIONS
    SHIFT_FWD, SHIFT_REV, DYAD_OFFSET, MATE_MAPQ, DYADS_PAIRED, READS_WANTED, PAIRS_WANTED
    SIZE_BITS
    N_OPTIONS

cdef struct Read:
    int32_t tid
    int32_t mate_tid
    int64_t pos
    int64_t mate_pos
    int64_t template_size
    int mapq
    int flag
    int64_t n_cigar
    const uint8_t* cigar    # words of 32 bits: length << 4 | operation
    const uint8_t* aux
    const uint8_t* aux_stop

cdef struct Job:
    const int64_t* option
    const int32_t* code_of  # of a chromosome of the file: its code, or -1
    int32_t n_refs
    const int64_t* offset   # where each chromosome begins in the genome
    const int64_t* length
    const int32_t* lane_of  # of each column; -1 for one that nobody wants
    uint64_t* lanes
    int64_t capacity
    int64_t* fill
    int32_t n_lanes
    int64_t* counts
    int64_t* unknown        # kept reads of each chromosome of the file that has no code
    uint64_t* seen          # table of duplicates: keys, and how often each was met
    uint32_t* times
    int64_t seen_size
    int64_t* n_seen
    int64_t used            # at least what the fullest lane holds


cdef inline uint32_t word_at(const uint8_t* p) noexcept nogil:
    """A little-endian word that need not be aligned."""
    return <uint32_t>p[0] | <uint32_t>p[1] << 8 | <uint32_t>p[2] << 16 | <uint32_t>p[3] << 24


cdef inline void _put(Job* job, int column, int64_t key) noexcept nogil:
    cdef int32_t lane = job.lane_of[column]
    if lane >= 0:
        job.lanes[lane * job.capacity + job.fill[lane]] = <uint64_t>key
        job.fill[lane] += 1


cdef inline int _dropped_by_flags(const Job* job, int flag) noexcept nogil:
    """The count of a read that its flags leave out; -1 for one that they keep."""
    cdef int64_t found = flag & job.option[EXCLUDE]
    if flag & 0x4:
        return UNMAPPED
    if found:
        if found & 0x100:
            return SECONDARY
        if found & 0x200:
            return QC_FAIL
        if found & 0x400:
            return DUPLICATE
        if found & 0x800:
            return SUPPLEMENTARY
        return OTHER_FLAGS
    if (flag & job.option[REQUIRE]) != job.option[REQUIRE]:
        return NOT_REQUIRED
    return -1


cdef inline int64_t reference_size(const Read* read) noexcept nogil:
    """Bases of the reference under a read: M, D, N, = and X; at least 1."""
    cdef int64_t i, total = 0
    cdef uint32_t word
    for i in range(read.n_cigar):
        word = word_at(read.cigar + 4 * i)
        if (0x18D >> (word & 15)) & 1:          # operations 0, 2, 3, 7 and 8
            total += word >> 4
    return total if total else 1


cdef inline int _aux_size(uint8_t kind) noexcept nogil:
    if kind == 65 or kind == 99 or kind == 67:          # A c C
        return 1
    if kind == 115 or kind == 83:                       # s S
        return 2
    if kind == 105 or kind == 73 or kind == 102:        # i I f
        return 4
    if kind == 100:                                     # d
        return 8
    return 0


cdef inline const uint8_t* find_aux(const uint8_t* p, const uint8_t* stop, uint8_t first,
                                    uint8_t second) noexcept nogil:
    """The type and value of a field; NULL when there is none, or fields are damaged."""
    cdef int64_t size
    while stop - p >= 4:
        if p[0] == first and p[1] == second:
            return p + 2
        if p[2] == 90 or p[2] == 72:                    # Z H: text that ends with a zero
            p += 3
            while p < stop and p[0]:
                p += 1
            p += 1
        elif p[2] == 66:                                # B: an array
            if stop - p < 8:
                return NULL
            size = _aux_size(p[3])
            if size == 0:
                return NULL
            size = 8 + size * <int64_t>word_at(p + 4)
            if size > stop - p:
                return NULL
            p += size
        else:
            size = _aux_size(p[2])
            if size == 0 or stop - p < 3 + size:
                return NULL
            p += 3 + size
    return NULL


cdef inline int64_t _mate_mapq(const Read* read) noexcept nogil:
    """Mapping quality of the mate by the field MQ; -1 when it is not there."""
    cdef const uint8_t* p = find_aux(read.aux, read.aux_stop, 77, 81)
    cdef int size
    if p == NULL:
        return -1
    size = _aux_size(p[0])
    if p[0] == 65 or p[0] == 102 or p[0] == 100 or size == 0 or read.aux_stop - p < 1 + size:
        return -1
    if size == 1:
        return p[1]
    if size == 2:
        return p[1] | <int64_t>p[2] << 8
    return word_at(p + 1)


cdef inline int _is_over(Job* job, int kind, int64_t key, int64_t size, int reverse) noexcept nogil:
    """Has this place been met as often as is wanted? Counts it; the table has room."""
    cdef uint64_t h, packed
    cdef uint64_t mask = <uint64_t>job.seen_size - 1
    if size > 0x3FFFFFF:
        size = 0x3FFFFFF
    packed = <uint64_t>key << 28 | <uint64_t>size << 2 | <uint64_t>reverse << 1 | <uint64_t>kind
    h = packed * <uint64_t>0x9E3779B97F4A7C15
    h = (h ^ h >> 32) & mask
    while job.times[h] and job.seen[h] != packed:
        h = (h + 1) & mask
    if job.times[h] == 0:
        job.seen[h] = packed
        job.n_seen[0] += 1
    elif <int64_t>job.times[h] >= job.option[MAX_DUPLICATES]:
        return True
    job.times[h] += 1
    return False


cdef inline int64_t _clamped(int64_t place, int64_t length) noexcept nogil:
    return 0 if place < 0 else length - 1 if place >= length else place


cdef inline void _depth(Job* job, const Read* read, int64_t at, int64_t length,
                        int reverse) noexcept nogil:
    """Stretches under M, = and X, and under D when deletions count, cut at the chromosome."""
    cdef int64_t i, start = read.pos, stop = read.pos
    cdef uint32_t word
    cdef int column = DEPTH_REV_START if reverse else DEPTH_FWD_START
    cdef int covering = 0x185 if job.option[COUNT_DELETIONS] else 0x181
    for i in range(read.n_cigar + 1):
        word = word_at(read.cigar + 4 * i) if i < read.n_cigar else 3      # the end is like N
        if (covering >> (word & 15)) & 1:
            stop += word >> 4
        elif (0xC >> (word & 15)) & 1:          # D that does not count, and N
            if stop > length:
                stop = length
            if start < stop:
                _put(job, column, at + start)
                _put(job, column + 1, at + stop)
            start = stop = stop + (word >> 4)


cdef inline void _single(Job* job, const Read* read, int64_t at, int64_t length, int64_t size,
                         int reverse) noexcept nogil:
    """What a read adds whatever its mate."""
    cdef int64_t five = read.pos + size - 1 if reverse else read.pos
    cdef const int64_t* option = job.option
    if job.lane_of[DEPTH_FWD_START] >= 0:
        _depth(job, read, at, length, reverse)
    _put(job, LEFT, at + read.pos)
    if reverse:
        _put(job, FIVE_REV, at + _clamped(five + option[SHIFT_REV], length))
        if not option[DYADS_PAIRED]:
            _put(job, DYAD_REV, at + _clamped(five - option[DYAD_OFFSET], length))
    else:
        _put(job, FIVE_FWD, at + _clamped(five + option[SHIFT_FWD], length))
        if not option[DYADS_PAIRED]:
            _put(job, DYAD_FWD, at + _clamped(five + option[DYAD_OFFSET], length))


cdef inline int _paired(Job* job, const Read* read, int64_t at, int64_t length,
                        int reverse) noexcept nogil:
    """What the first read of a pair adds for both; the count it belongs to."""
    cdef const int64_t* option = job.option
    cdef int64_t start, middle, size = -read.template_size if reverse else read.template_size
    if not read.flag & 0x1 or read.flag & 0x8 or read.mate_tid < 0:
        return PAIR_UNMAPPED
    if not read.flag & 0x40:
        return PAIR_NOT_FIRST
    if read.mate_tid != read.tid:
        return PAIR_OTHER_CHROM
    if reverse == (read.flag >> 5 & 1):
        return PAIR_SAME_STRAND
    if option[MATE_MAPQ]:
        middle = _mate_mapq(read)
        if 0 <= middle < option[MIN_MAPQ]:
            return PAIR_LOW_MAPQ
    if size <= 0:
        return PAIR_OUTWARD
    if size < option[MIN_SIZE]:
        return PAIR_SHORT
    if size > option[MAX_SIZE]:
        return PAIR_LONG
    start = read.mate_pos if reverse else read.pos
    if start < 0 or size > length or start > length - size:
        return PAIR_OUTSIDE
    if option[MAX_DUPLICATES] and _is_over(job, 1, at + start, size, reverse):
        return PAIR_OVER_DUPLICATES
    _put(job, COVER_START, at + start)
    _put(job, COVER_END, at + start + size)
    middle = at + start + size // 2
    _put(job, MID, middle)
    if option[DYADS_PAIRED]:
        _put(job, DYAD_REV if reverse else DYAD_FWD, middle)
    _put(job, FRAGMENT, (((at + start) << option[SIZE_BITS] | size) << 1 | reverse) << 8
         | read.mapq)
    return PAIR_KEPT


cdef inline bint has_room(Job* job, int64_t n_cigar) noexcept nogil:
    """Is there room for a read of so many operations, even when all columns share a lane?"""
    cdef int64_t more = 2 * n_cigar + 8
    cdef int32_t lane
    if job.used + more > job.capacity:
        job.used = 0
        for lane in range(job.n_lanes):
            job.used = max(job.used, job.fill[lane])
        if job.used + more > job.capacity:
            return False
    job.used += more
    return True


cdef inline int add_read(Job* job, const Read* read) noexcept nogil:
    """Collect a read or count why not; FULL and DUPLICATES_FULL have done nothing yet."""
    cdef int32_t code
    cdef int64_t at, length, size
    cdef int reverse = read.flag >> 4 & 1
    cdef int why = _dropped_by_flags(job, read.flag)
    if why >= 0:
        job.counts[TOTAL] += 1
        job.counts[why] += 1
        return OK
    if read.tid < 0 or read.pos < 0:
        job.counts[TOTAL] += 1
        job.counts[UNMAPPED] += 1
        return OK
    if read.mapq < job.option[MIN_MAPQ]:
        job.counts[TOTAL] += 1
        job.counts[LOW_MAPQ] += 1
        return OK
    code = job.code_of[read.tid]
    if code < 0:
        job.counts[TOTAL] += 1
        job.counts[UNKNOWN_CHROM] += 1
        job.unknown[read.tid] += 1
        return OK
    if not has_room(job, read.n_cigar):
        return FULL
    if job.option[MAX_DUPLICATES] and 10 * (job.n_seen[0] + 2) > 7 * job.seen_size:
        return DUPLICATES_FULL
    job.counts[TOTAL] += 1
    at = job.offset[code]
    length = job.length[code]
    if read.pos >= length:
        job.counts[OUTSIDE] += 1
        return OK
    size = reference_size(read)
    if not job.option[READS_WANTED]:
        job.counts[KEPT] += 1
    elif job.option[MAX_DUPLICATES] and _is_over(job, 0, at + read.pos, size, reverse):
        job.counts[OVER_DUPLICATES] += 1
    else:
        job.counts[KEPT] += 1
        _single(job, read, at, length, size, reverse)
    if job.option[PAIRS_WANTED]:
        job.counts[_paired(job, read, at, length, reverse)] += 1
    return OK
