"""Rows of bed-like text and WIG blocks as coordinate and value arrays."""
from libc.stdint cimport int32_t, uint8_t
from libc.string cimport memchr, memcmp, memset

from _names cimport NO_ROOM, Names, names_close, names_code, names_from, names_open
from _numbers cimport (
    NEGATIVE, READ_OK, TOO_LARGE, gdb_c_locale, is_blank, is_word, locale_t, read_value, read_whole,
    uselocale,
)
from _types cimport pos_t

cdef enum Role:
    SKIPPED = 0
    CHROM = 1
    START = 2
    END = 3
    VALUE = 4
    SCORE = 5               # a value that may be absent or no number

cdef enum Block:
    NO_BLOCK = 0
    FIXED = 1
    VARIABLE = 2

cdef enum Separator:
    BLANKS = 0              # runs of tabs and spaces
    TABS = 1                # exactly one tab
    AS_LINE = 2             # one tab if a tab follows the first field, else runs

cdef enum Outcome:          # the door has a sentence for each
    ROW = 1
    NOTHING = 0
    MISSING = -1
    BAD_START = -2
    BAD_END = -3
    BAD_VALUE = -4
    NEGATIVE_START = -5
    EMPTY_INTERVAL = -6
    OVERFLOW = -7
    NO_MEMORY = -8
    LONG_NAME = -9
    NO_CHROM = -10
    NO_START = -11
    BAD_SETTING = -12
    OUTSIDE_BLOCK = -13
    BAD_POSITION = -14
    EXTRA_FIELD = -15

cdef enum:
    MAX_COLUMNS = 4096
    MAX_NAME = 255

cdef pos_t MAX_POSITION = 1000000000000000000


cdef struct Row:
    int32_t chrom
    pos_t start, end
    double value


cdef struct State:
    Names names
    uint8_t[MAX_COLUMNS] roles
    int n_columns, separator
    bint wig                # fixedStep and variableStep lines are understood
    bint track_lines        # "track" and "browser" lines are skipped
    int block
    int32_t chrom
    pos_t next_start, step, span, line
    const uint8_t* wrong    # the text an error is about
    const uint8_t* wrong_stop


cdef inline int _fail(State* s, int outcome, const uint8_t* p, const uint8_t* stop) noexcept nogil:
    s.wrong = p
    s.wrong_stop = stop
    return outcome


cdef inline const uint8_t* _word_stop(const uint8_t* p, const uint8_t* e, bint tabs) noexcept nogil:
    while p < e and p[0] != 9 and (tabs or p[0] != 32):
        p += 1
    return p


cdef inline bint _ends_here(const uint8_t** at, const uint8_t* e, bint tabs) noexcept nogil:
    """Whether a field is over at `at`; between tabs it may be padded with spaces."""
    if tabs:
        while at[0] < e and at[0][0] == 32:
            at[0] += 1
        return at[0] == e or at[0][0] == 9
    return at[0] == e or is_blank(at[0][0])


cdef inline int _coordinate(State* s, const uint8_t** at, const uint8_t* e, bint tabs, int wrong,
                            pos_t* out) noexcept nogil:
    cdef const uint8_t* first = at[0]
    cdef int status = read_whole(at, e, out)
    if status == READ_OK and _ends_here(at, e, tabs):
        return ROW
    if status == READ_OK or not _ends_here(at, e, tabs):
        return _fail(s, wrong, first, _word_stop(at[0], e, tabs))
    if status == TOO_LARGE:
        wrong = OVERFLOW
    elif status == NEGATIVE:
        wrong = NEGATIVE_START
    return _fail(s, wrong, first, _word_stop(at[0], e, tabs))


cdef inline int _columns(State* s, const uint8_t* p, const uint8_t* e, Row* row) noexcept nogil:
    """One row of columns."""
    cdef const uint8_t* first
    cdef int column, role, outcome
    cdef bint tabs = s.separator == TABS
    cdef const uint8_t* line = p
    row.value = 1.0
    for column in range(s.n_columns):
        role = s.roles[column]
        if column and tabs:
            if p < e:
                p += 1
            while role > CHROM and p < e and p[0] == 32:
                p += 1
        else:
            while p < e and is_blank(p[0]):
                p += 1
        if p == e:
            if s.roles[s.n_columns - 1] == SCORE and (role == SCORE or role == SKIPPED):
                break
            return _fail(s, MISSING, line, e)
        first = p
        if role == CHROM:
            p = _word_stop(p, e, tabs)
            if p == first:
                return _fail(s, MISSING, line, e)
            if p - first > MAX_NAME:
                return _fail(s, LONG_NAME, first, p)
            row.chrom = names_code(&s.names, first, p - first)
            if row.chrom == NO_ROOM:
                return _fail(s, NO_MEMORY, first, p)
        elif role == START or role == END:
            outcome = _coordinate(s, &p, e, tabs, BAD_START if role == START else BAD_END,
                                  &row.start if role == START else &row.end)
            if outcome != ROW:
                return outcome
        elif role == SKIPPED:
            p = _word_stop(p, e, tabs)
        else:
            outcome = read_value(&p, e, &row.value)
            if outcome != READ_OK or not _ends_here(&p, e, tabs):
                p = _word_stop(first, e, tabs)
                if role == VALUE:
                    return _fail(s, BAD_VALUE, first, p)
                row.value = 1.0
        if column == 0 and s.separator == AS_LINE:
            tabs = p < e and p[0] == 9
    if row.start >= row.end:
        return _fail(s, EMPTY_INTERVAL, line, e)
    return ROW


cdef int _declare(State* s, const uint8_t* p, const uint8_t* e) noexcept nogil:
    """A fixedStep or variableStep line opens a block."""
    cdef const uint8_t* line = p
    cdef const uint8_t* key
    cdef const uint8_t* word
    cdef pos_t number, start = -1
    cdef bint fixed = p[0] == 102
    s.block = NO_BLOCK
    s.step = s.span = 1
    s.chrom = -1
    p = _word_stop(p, e, False)
    while True:
        while p < e and is_blank(p[0]):
            p += 1
        if p == e:
            break
        key = p
        p = _word_stop(p, e, False)
        word = <const uint8_t*>memchr(key, 61, p - key)
        if word == NULL:
            return _fail(s, BAD_SETTING, key, p)
        word += 1
        if word - key == 6 and memcmp(key, b"chrom=", 6) == 0:
            if p == word:
                return _fail(s, NO_CHROM, line, e)
            if p - word > MAX_NAME:
                return _fail(s, LONG_NAME, word, p)
            s.chrom = names_code(&s.names, word, p - word)
            if s.chrom == NO_ROOM:
                return _fail(s, NO_MEMORY, word, p)
            continue
        if read_whole(&word, p, &number) != READ_OK or word != p or number < 1:
            return _fail(s, BAD_SETTING, key, p)
        if p - key > 6 and memcmp(key, b"start=", 6) == 0 and fixed:
            start = number
        elif p - key > 5 and memcmp(key, b"step=", 5) == 0 and fixed:
            s.step = number
        elif p - key > 5 and memcmp(key, b"span=", 5) == 0:
            s.span = number
        else:
            return _fail(s, BAD_SETTING, key, p)
    if s.chrom < 0:
        return _fail(s, NO_CHROM, line, e)
    if fixed and start < 0:
        return _fail(s, NO_START, line, e)
    s.next_start = start - 1
    s.block = FIXED if fixed else VARIABLE
    return NOTHING


cdef int _n_fields(const uint8_t* p, const uint8_t* e) noexcept nogil:
    """Fields in a line, counted up to 4."""
    cdef int n = 0
    while n < 4:
        while p < e and is_blank(p[0]):
            p += 1
        if p == e:
            break
        n += 1
        p = _word_stop(p, e, False)
    return n


cdef inline int _block_row(State* s, const uint8_t* p, const uint8_t* e, Row* row) noexcept nogil:
    """One row inside a WIG block; four fields are bedGraph and end the block."""
    cdef const uint8_t* line = p
    cdef const uint8_t* first
    cdef int outcome = ROW
    row.chrom = s.chrom
    if s.block == VARIABLE:
        if read_whole(&p, e, &row.start) != READ_OK or not _ends_here(&p, e, False) or row.start < 1:
            outcome = _fail(s, BAD_POSITION, line, _word_stop(line, e, False))
        row.start -= 1
        while p < e and is_blank(p[0]):
            p += 1
    else:
        row.start = s.next_start
        s.next_start += s.step
    if outcome == ROW:
        row.end = row.start + s.span
        first = p
        if row.end > MAX_POSITION:
            outcome = _fail(s, OVERFLOW, line, e)
        elif read_value(&p, e, &row.value) != READ_OK or not _ends_here(&p, e, False):
            outcome = _fail(s, BAD_VALUE, first, _word_stop(first, e, False))
        else:
            while p < e and is_blank(p[0]):
                p += 1
            if p == e:
                return ROW
            outcome = _fail(s, EXTRA_FIELD, p, e)
    if _n_fields(line, e) < 4:
        return outcome
    s.block = NO_BLOCK
    return _columns(s, line, e, row)


cdef inline int _line(State* s, const uint8_t* p, const uint8_t* e, Row* row) noexcept nogil:
    while e > p and (e - 1)[0] == 13:
        e -= 1
    if s.separator != TABS:
        while p < e and is_blank(p[0]):
            p += 1
    if p == e or p[0] == 35:
        return NOTHING
    if s.track_lines and (is_word(p, e, b"track", 5) or is_word(p, e, b"browser", 7)):
        s.block = NO_BLOCK
        return NOTHING
    if s.wig:
        if is_word(p, e, b"fixedStep", 9) or is_word(p, e, b"variableStep", 12):
            return _declare(s, p, e)
        if s.block != NO_BLOCK:
            return _block_row(s, p, e, row)
        if p[0] < 65 and _n_fields(p, e) < 3:
            return _fail(s, OUTSIDE_BLOCK, p, e)
    return _columns(s, p, e, row)


cdef Py_ssize_t _parse(State* s, const uint8_t* data, Py_ssize_t size, Py_ssize_t room,
                       int32_t* chrom, pos_t* start, pos_t* end, double* value, pos_t* line,
                       int* outcome) noexcept nogil:
    """Rows filled; `outcome` is negative when a line is wrong."""
    cdef const uint8_t* p = data
    cdef const uint8_t* stop = data + size
    cdef const uint8_t* e
    cdef Py_ssize_t n = 0
    cdef Row row
    while p < stop:
        e = <const uint8_t*>memchr(p, 10, stop - p)
        if e == NULL:
            e = stop
        s.line += 1
        outcome[0] = _line(s, p, e, &row)
        if outcome[0] == ROW:
            if n == room:       # the door counts lines first, so this cannot be
                outcome[0] = _fail(s, NO_MEMORY, p, e)
                return n
            chrom[n] = row.chrom
            start[n] = row.start
            end[n] = row.end
            value[n] = row.value
            line[n] = s.line
            n += 1
        elif outcome[0] != NOTHING:
            return n
        p = e + 1
    outcome[0] = NOTHING
    return n


cdef Py_ssize_t _count(const uint8_t* data, Py_ssize_t size, uint8_t wanted) noexcept nogil:
    cdef Py_ssize_t i = 0, n = 0, stop
    cdef uint8_t few
    while i < size:             # 8-bit sums of 255 bytes are what compilers vectorise best
        stop = min(i + 255, size)
        few = 0
        while i < stop:
            few += data[i] == wanted
            i += 1
        n += few
    return n


def count_byte(const uint8_t[::1] data, uint8_t wanted):
    """How often a byte occurs."""
    cdef Py_ssize_t n = 0
    if data.shape[0]:
        with nogil:
            n = _count(&data[0], data.shape[0], wanted)
    return n


cdef class LineParser:
    """Names met, the open WIG block and the line number, kept from one buffer to the next."""

    cdef State state
    cdef locale_t c_locale
    cdef readonly Py_ssize_t wrong_offset, wrong_size

    def __cinit__(self, const uint8_t[::1] roles, int separator, bint wig, bint track_lines,
                  pos_t line):
        cdef int i
        memset(&self.state, 0, sizeof(State))
        self.c_locale = gdb_c_locale()
        if not names_open(&self.state.names) or self.c_locale == NULL:
            raise MemoryError
        self.state.n_columns = min(roles.shape[0], MAX_COLUMNS)
        for i in range(self.state.n_columns):
            self.state.roles[i] = roles[i]
        self.state.separator = separator
        self.state.wig = wig
        self.state.track_lines = track_lines
        self.state.line = line

    def __dealloc__(self):
        names_close(&self.state.names)

    @property
    def line(self):
        return self.state.line

    @property
    def n_names(self):
        return self.state.names.count

    def names(self, int32_t first):
        """Names from code `first` on, as bytes."""
        return names_from(&self.state.names, first)

    def parse(self, const uint8_t[::1] data, int32_t[::1] chrom, pos_t[::1] start, pos_t[::1] end,
              double[::1] value, pos_t[::1] line):
        """Rows filled and the outcome: 0, or the negative code of a wrong line."""
        cdef Py_ssize_t n = 0
        cdef int outcome = 0
        cdef locale_t before
        cdef State* s = &self.state
        if data.shape[0] == 0 or chrom.shape[0] == 0:
            return 0, 0
        with nogil:
            before = uselocale(self.c_locale)
            n = _parse(s, &data[0], data.shape[0], chrom.shape[0], &chrom[0], &start[0], &end[0],
                       &value[0], &line[0], &outcome)
            uselocale(before)
        if outcome < 0:
            self.wrong_offset = s.wrong - &data[0]
            self.wrong_size = s.wrong_stop - s.wrong
        return n, outcome
