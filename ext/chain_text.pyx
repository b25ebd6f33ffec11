"""Chain files: headers and blocks of gapless alignment as arrays."""
from libc.stdint cimport int32_t, uint8_t
from libc.string cimport memchr, memset

from _names cimport NO_ROOM, Names, names_close, names_code, names_from, names_open
from _numbers cimport (
    READ_OK, gdb_c_locale, is_blank, is_word, locale_t, read_value, read_whole, uselocale,
)
from _types cimport pos_t

cdef enum Outcome:          # the door has a sentence for each
    BLOCK = 2
    HEADER = 1
    NOTHING = 0
    OUTSIDE = -1
    FIELDS = -2
    BAD_SCORE = -3
    BAD_NUMBER = -4
    BAD_STRAND = -5
    SOURCE_RANGE = -6
    TARGET_RANGE = -7
    BLOCK_FIELDS = -8
    BAD_BLOCK = -9
    UNFINISHED = -10
    SOURCE_END = -11
    TARGET_END = -12
    NO_MEMORY = -13
    LONG_NAME = -14

cdef enum:                  # numbers of a header, as the door names them
    SOURCE = 0
    SOURCE_SIZE = 1
    SOURCE_STRAND = 2
    SOURCE_START = 3
    SOURCE_STOP = 4
    TARGET = 5
    TARGET_SIZE = 6
    TARGET_STRAND = 7
    TARGET_START = 8
    TARGET_STOP = 9
    ID = 10
    LINE = 11
    N_NUMBERS = 12
    N_FIELDS = 13
    MAX_NAME = 255


cdef struct State:
    Names sources, targets
    pos_t line, n_chains
    bint is_open            # the last block of the chain is still to come
    pos_t source_at, target_at, source_stop, target_stop
    const uint8_t* wrong    # the text an error is about
    const uint8_t* wrong_stop


cdef struct Block:
    pos_t source_start, target_start, size


cdef inline int _fail(State* s, int outcome, const uint8_t* p, const uint8_t* stop) noexcept nogil:
    s.wrong = p
    s.wrong_stop = stop
    return outcome


cdef inline bint _next(const uint8_t** at, const uint8_t** stop, const uint8_t* e) noexcept nogil:
    """Go to the next field: [at, stop); False at the end of the line."""
    cdef const uint8_t* p = stop[0]
    while p < e and is_blank(p[0]):
        p += 1
    at[0] = p
    while p < e and not is_blank(p[0]):
        p += 1
    stop[0] = p
    return at[0] < p


cdef inline bint _whole(const uint8_t* p, const uint8_t* stop, pos_t* out) noexcept nogil:
    return read_whole(&p, stop, out) == READ_OK and p == stop


cdef int _header(State* s, const uint8_t* p, const uint8_t* e, pos_t* h,
                 double* score) noexcept nogil:
    cdef const uint8_t* line = p
    cdef const uint8_t* stop = p
    cdef const uint8_t* at = p
    cdef int n = 0, k
    cdef int32_t code
    while _next(&p, &stop, e):
        n += 1
    if n != N_FIELDS:
        return _fail(s, FIELDS, line, e)
    stop = line
    _next(&p, &stop, e)
    _next(&p, &stop, e)
    at = p
    if read_value(&at, stop, score) != READ_OK or at != stop:
        return _fail(s, BAD_SCORE, p, stop)
    for k in range(N_FIELDS - 2):
        _next(&p, &stop, e)
        if k == SOURCE or k == TARGET:
            if stop - p > MAX_NAME:
                return _fail(s, LONG_NAME, p, stop)
            code = names_code(&s.sources if k == SOURCE else &s.targets, p, stop - p)
            if code == NO_ROOM:
                return _fail(s, NO_MEMORY, p, stop)
            h[k] = code
        elif k == SOURCE_STRAND or k == TARGET_STRAND:
            if stop - p != 1 or (p[0] != 43 and p[0] != 45):
                return _fail(s, BAD_STRAND, p, stop)
            h[k] = p[0] == 45
        elif not _whole(p, stop, &h[k]):
            return _fail(s, BAD_NUMBER, p, stop)
    if h[SOURCE_START] >= h[SOURCE_STOP] or h[SOURCE_STOP] > h[SOURCE_SIZE]:
        return _fail(s, SOURCE_RANGE, line, e)
    if h[TARGET_START] >= h[TARGET_STOP] or h[TARGET_STOP] > h[TARGET_SIZE]:
        return _fail(s, TARGET_RANGE, line, e)
    h[LINE] = s.line
    s.is_open = True
    s.source_at = h[SOURCE_START]
    s.source_stop = h[SOURCE_STOP]
    s.target_at = h[TARGET_START]
    s.target_stop = h[TARGET_STOP]
    return HEADER


cdef inline int _block(State* s, const uint8_t* p, const uint8_t* e, Block* b) noexcept nogil:
    cdef const uint8_t* line = p
    cdef const uint8_t* stop = p
    cdef pos_t[3] numbers
    cdef int n = 0
    while _next(&p, &stop, e):
        if n == 3:
            return _fail(s, BLOCK_FIELDS, line, e)
        if not _whole(p, stop, &numbers[n]):
            return _fail(s, BAD_BLOCK, p, stop)
        n += 1
    if n == 2:
        return _fail(s, BLOCK_FIELDS, line, e)
    if numbers[0] < 1:
        return _fail(s, BAD_BLOCK, line, e)
    b.source_start = s.source_at
    b.target_start = s.target_at
    b.size = numbers[0]
    if b.size > s.source_stop - s.source_at:
        return _fail(s, SOURCE_END, line, e)
    if b.size > s.target_stop - s.target_at:
        return _fail(s, TARGET_END, line, e)
    s.source_at += b.size
    s.target_at += b.size
    if n == 3:              # a gap, with another block behind it
        if numbers[1] >= s.source_stop - s.source_at:
            return _fail(s, SOURCE_END, line, e)
        if numbers[2] >= s.target_stop - s.target_at:
            return _fail(s, TARGET_END, line, e)
        s.source_at += numbers[1]
        s.target_at += numbers[2]
        return BLOCK
    if s.source_at != s.source_stop:
        return _fail(s, SOURCE_END, line, e)
    if s.target_at != s.target_stop:
        return _fail(s, TARGET_END, line, e)
    s.is_open = False
    return BLOCK


cdef Py_ssize_t _parse(State* s, const uint8_t* data, Py_ssize_t size, pos_t* headers,
                       double* scores, Py_ssize_t header_room, pos_t* chain, pos_t* source_start,
                       pos_t* target_start, pos_t* sizes, Py_ssize_t room, Py_ssize_t* n_headers,
                       int* outcome) noexcept nogil:
    """Blocks filled; `outcome` is negative when a line is wrong."""
    cdef const uint8_t* p = data
    cdef const uint8_t* stop = data + size
    cdef const uint8_t* e
    cdef const uint8_t* line_stop
    cdef Py_ssize_t n = 0
    cdef Block b
    n_headers[0] = 0
    while p < stop:
        e = <const uint8_t*>memchr(p, 10, stop - p)
        if e == NULL:
            e = stop
        s.line += 1
        line_stop = e
        while line_stop > p and (line_stop - 1)[0] == 13:
            line_stop -= 1
        while p < line_stop and is_blank(p[0]):
            p += 1
        if p == line_stop or p[0] == 35:
            p = e + 1
            continue
        if is_word(p, line_stop, b"chain", 5):
            if s.is_open:
                outcome[0] = _fail(s, UNFINISHED, p, line_stop)
                return n
            if n_headers[0] == header_room:     # the door counts first, so this cannot be
                outcome[0] = _fail(s, NO_MEMORY, p, line_stop)
                return n
            outcome[0] = _header(s, p, line_stop, headers + n_headers[0] * N_NUMBERS,
                                 scores + n_headers[0])
            if outcome[0] < 0:
                return n
            n_headers[0] += 1
            s.n_chains += 1
        else:
            if not s.is_open:
                outcome[0] = _fail(s, OUTSIDE, p, line_stop)
                return n
            if n == room:
                outcome[0] = _fail(s, NO_MEMORY, p, line_stop)
                return n
            outcome[0] = _block(s, p, line_stop, &b)
            if outcome[0] < 0:
                return n
            chain[n] = s.n_chains - 1
            source_start[n] = b.source_start
            target_start[n] = b.target_start
            sizes[n] = b.size
            n += 1
        p = e + 1
    outcome[0] = NOTHING
    return n


cdef class ChainParser:
    """Names met, the open chain and the line number, kept from one buffer to the next."""

    cdef State state
    cdef locale_t c_locale
    cdef readonly Py_ssize_t wrong_offset, wrong_size

    def __cinit__(self):
        memset(&self.state, 0, sizeof(State))
        self.c_locale = gdb_c_locale()
        if self.c_locale == NULL or not names_open(&self.state.sources):
            raise MemoryError
        if not names_open(&self.state.targets):
            raise MemoryError

    def __dealloc__(self):
        names_close(&self.state.sources)
        names_close(&self.state.targets)

    @property
    def line(self):
        return self.state.line

    @property
    def is_open(self):
        return self.state.is_open

    def sources(self):
        """Names on the source side, as bytes."""
        return names_from(&self.state.sources, 0)

    def targets(self):
        """Names on the target side, as bytes."""
        return names_from(&self.state.targets, 0)

    def parse(self, const uint8_t[::1] data, pos_t[:, ::1] headers, double[::1] scores,
              pos_t[::1] chain, pos_t[::1] source_start, pos_t[::1] target_start,
              pos_t[::1] sizes):
        """Blocks and headers filled and the outcome: 0, or the negative code of a wrong line."""
        cdef Py_ssize_t n = 0, n_headers = 0
        cdef int outcome = 0
        cdef locale_t before
        cdef State* s = &self.state
        if data.shape[0] == 0 or scores.shape[0] == 0 or chain.shape[0] == 0:
            return 0, 0, 0
        with nogil:
            before = uselocale(self.c_locale)
            n = _parse(s, &data[0], data.shape[0], &headers[0, 0], &scores[0], scores.shape[0],
                       &chain[0], &source_start[0], &target_start[0], &sizes[0], chain.shape[0],
                       &n_headers, &outcome)
            uselocale(before)
        if outcome < 0:
            self.wrong_offset = s.wrong - &data[0]
            self.wrong_size = s.wrong_stop - s.wrong
        return n, n_headers, outcome
