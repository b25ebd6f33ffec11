"""Lines of fields as coordinates, numbers and texts, column by column."""
from libc.math cimport NAN
from libc.stdint cimport int8_t, int32_t, uint8_t
from libc.string cimport memset

from _names cimport NO_ROOM, Names, names_close, names_code, names_from, names_open
from _numbers cimport (
    NEGATIVE, READ_OK, TOO_LARGE, gdb_c_locale, is_blank, is_word, locale_t, read_value, read_whole,
    uselocale,
)
from _spans cimport gdb_copy, gdb_find
from _types cimport pos_t

cdef enum Role:
    SKIPPED = 0
    CHROM = 1
    START = 2
    END = 3
    STRAND = 4              # + - . ? *
    ANY_STRAND = 5          # 1 -1 0 and nothing too
    NUMBER = 6              # "." is NaN
    WHOLE = 7
    TEXT = 8
    SPAN_TEXT = 9           # a text, and the end is start plus its length
    ANY_NUMBER = 10         # a number, or nothing, which is NaN

cdef enum Outcome:          # the door has a sentence for each
    ROW = 1
    NOTHING = 0
    FEW_FIELDS = -1
    MANY_FIELDS = -2
    NO_CHROM = -3
    LONG_NAME = -4
    NOT_WHOLE = -5
    IS_NEGATIVE = -6
    OVERFLOW = -7
    BEFORE_FIRST = -8
    EMPTY = -9
    REVERSED = -10
    BAD_STRAND = -11
    NOT_NUMBER = -12
    NO_MEMORY = -13

cdef enum:
    MAX_COLUMNS = 4096
    MAX_NAME = 255


cdef struct Room:           # where rows go; row i of column k is at [k * n + i]
    Py_ssize_t n
    int32_t* chrom
    pos_t* start
    pos_t* end
    int8_t* strand
    pos_t* line
    double* number
    pos_t* whole
    pos_t* first            # where each text is in the buffer
    pos_t* offset           # and where it will be among the texts of its column


cdef struct State:
    Names names
    uint8_t[MAX_COLUMNS] roles
    int n_columns, fewest
    bint tabs               # one tab between fields, else runs of blanks
    bint open_ended         # more fields than columns are no error
    bint track_lines        # "track" and "browser" lines are skipped
    pos_t base              # 0 or 1: number of the first base
    pos_t line
    int wrong_column
    const uint8_t* wrong    # the text an error is about
    const uint8_t* wrong_stop


cdef inline int _fail(State* s, int outcome, int column, const uint8_t* p,
                      const uint8_t* stop) noexcept nogil:
    s.wrong = p
    s.wrong_stop = stop
    s.wrong_column = column
    return outcome


cdef inline const uint8_t* _field_stop(State* s, const uint8_t* p, const uint8_t* e) noexcept nogil:
    if s.tabs:
        return gdb_find(p, e, 9)
    while p < e and not is_blank(p[0]):
        p += 1
    return p


cdef inline bint _ends_here(State* s, const uint8_t** at, const uint8_t* e) noexcept nogil:
    """Whether a field is over at `at`; between tabs it may be padded with spaces."""
    if at[0] == e or at[0][0] == 9:
        return True
    if not s.tabs:
        return at[0][0] == 32
    while at[0] < e and at[0][0] == 32:
        at[0] += 1
    return at[0] == e or at[0][0] == 9


cdef inline int _whole(State* s, const uint8_t** at, const uint8_t* e, int column,
                       pos_t* out) noexcept nogil:
    cdef const uint8_t* first = at[0]
    cdef const uint8_t* stop
    cdef int status, outcome = NOT_WHOLE
    while at[0] < e and at[0][0] == 32 and s.tabs:
        at[0] += 1
    status = read_whole(at, e, out)
    if _ends_here(s, at, e):
        if status == READ_OK:
            return ROW
        if status == TOO_LARGE:
            outcome = OVERFLOW
        elif status == NEGATIVE:
            outcome = IS_NEGATIVE
    stop = _field_stop(s, at[0], e)
    return _fail(s, outcome, column, first, stop)


cdef inline int _number(State* s, const uint8_t** at, const uint8_t* e, int column, bint loose,
                        double* out) noexcept nogil:
    cdef const uint8_t* first = at[0]
    while at[0] < e and at[0][0] == 32 and s.tabs:
        at[0] += 1
    if loose and (at[0] == e or at[0][0] == 9):
        out[0] = NAN
    elif at[0] < e and at[0][0] == 46 and (e - at[0] == 1 or is_blank(at[0][1])):
        at[0] += 1
        out[0] = NAN
    elif read_value(at, e, out) != READ_OK:
        return _fail(s, NOT_NUMBER, column, first, _field_stop(s, first, e))
    if not _ends_here(s, at, e):
        return _fail(s, NOT_NUMBER, column, first, _field_stop(s, first, e))
    return ROW


cdef inline int _strand(const uint8_t* p, Py_ssize_t size, bint loose, int8_t* out) noexcept nogil:
    if size == 1:
        if p[0] == 43 or (loose and p[0] == 49):
            out[0] = 1
            return ROW
        if p[0] == 45:
            out[0] = -1
            return ROW
        out[0] = 0
        if p[0] == 46 or p[0] == 63 or p[0] == 42 or (loose and p[0] == 48):
            return ROW
    elif loose:
        out[0] = -1 if size else 0
        if size == 0 or (size == 2 and p[0] == 45 and p[1] == 49):
            return ROW
    return BAD_STRAND


cdef inline int _text(Room* room, Py_ssize_t i, Py_ssize_t k, pos_t first, pos_t size) noexcept nogil:
    cdef pos_t* offset = room.offset + k * (room.n + 1) + i
    room.first[k * room.n + i] = first
    offset[1] = offset[0] + size
    return ROW


cdef inline int _row(State* s, const uint8_t* data, const uint8_t* p, const uint8_t* e, Room* room,
                     Py_ssize_t i) noexcept nogil:
    cdef const uint8_t* line = p
    cdef const uint8_t* first
    cdef int column, role, outcome
    cdef Py_ssize_t n_number = 0, n_whole = 0, n_text = 0
    cdef bint more = True           # another field begins at p
    cdef pos_t span = -1
    for column in range(s.n_columns):
        role = s.roles[column]
        if not more:
            if column < s.fewest:
                return _fail(s, FEW_FIELDS, column, line, e)
            if role == TEXT or role == SPAN_TEXT:
                _text(room, i, n_text, 0, 0)
                n_text += 1
            continue
        first = p
        if role == TEXT or role == SPAN_TEXT:
            p = _field_stop(s, p, e)
            _text(room, i, n_text, first - data, p - first)
            n_text += 1
            if role == SPAN_TEXT:
                span = p - first
        elif role == START or role == END:
            outcome = _whole(s, &p, e, column, &room.start[i] if role == START else &room.end[i])
            if outcome != ROW:
                return outcome
            if role == START:
                if room.start[i] < s.base:
                    return _fail(s, BEFORE_FIRST, column, first, p)
                room.start[i] -= s.base
        elif role == CHROM:
            p = _field_stop(s, p, e)
            if p == first:
                return _fail(s, NO_CHROM, column, line, e)
            if p - first > MAX_NAME:
                return _fail(s, LONG_NAME, column, first, p)
            room.chrom[i] = names_code(&s.names, first, p - first)
            if room.chrom[i] == NO_ROOM:
                return _fail(s, NO_MEMORY, column, first, p)
        elif role == NUMBER or role == ANY_NUMBER:
            outcome = _number(s, &p, e, column, role == ANY_NUMBER,
                              room.number + n_number * room.n + i)
            n_number += 1
            if outcome != ROW:
                return outcome
        elif role == STRAND or role == ANY_STRAND:
            p = _field_stop(s, p, e)
            if _strand(first, p - first, role == ANY_STRAND, room.strand + i) != ROW:
                return _fail(s, BAD_STRAND, column, first, p)
        elif role == WHOLE:
            outcome = _whole(s, &p, e, column, room.whole + n_whole * room.n + i)
            n_whole += 1
            if outcome != ROW:
                return outcome
        else:
            p = _field_stop(s, p, e)
        if s.tabs:
            more = p < e
            p += more
        else:
            while p < e and is_blank(p[0]):
                p += 1
            more = p < e
    if more and not s.open_ended:
        return _fail(s, MANY_FIELDS, s.n_columns, line, e)
    if span >= 0:
        room.end[i] = room.start[i] + span
    if room.start[i] >= room.end[i]:
        return _fail(s, EMPTY if room.start[i] == room.end[i] else REVERSED, 0, line, e)
    return ROW


cdef inline bint _is_row(State* s, const uint8_t** at, const uint8_t* e) noexcept nogil:
    """Whether a line is more than blanks, a comment or a setting of a genome browser."""
    cdef const uint8_t* p = at[0]
    while p < e and is_blank(p[0]):
        p += 1
    if p == e or at[0][0] == 35:
        return False
    if not s.tabs:
        at[0] = p
        if p[0] == 35:
            return False
    if s.track_lines and (is_word(p, e, b"track", 5) or is_word(p, e, b"browser", 7)):
        return False
    return True


cdef Py_ssize_t _parse(State* s, const uint8_t* data, Py_ssize_t size, Room* room,
                       int* outcome) noexcept nogil:
    """Rows filled; `outcome` is negative when a line is wrong."""
    cdef const uint8_t* p = data
    cdef const uint8_t* stop = data + size
    cdef const uint8_t* next_line
    cdef const uint8_t* e
    cdef Py_ssize_t n = 0
    while p < stop:
        e = gdb_find(p, stop, 10)
        next_line = e + 1
        s.line += 1
        while e > p and (e - 1)[0] == 13:
            e -= 1
        if _is_row(s, &p, e):
            if n == room.n:     # the door makes room for the most rows that fit in the buffer
                outcome[0] = _fail(s, FEW_FIELDS, 0, p, e)
                return n
            outcome[0] = _row(s, data, p, e, room, n)
            if outcome[0] != ROW:
                return n
            room.line[n] = s.line
            n += 1
        p = next_line
    outcome[0] = NOTHING
    return n


cdef class FieldParser:
    """Names met and the line number, kept from one buffer to the next."""

    cdef State state
    cdef locale_t c_locale
    cdef readonly Py_ssize_t wrong_offset, wrong_size

    def __cinit__(self, const uint8_t[::1] roles, bint tabs, int fewest, bint open_ended,
                  bint track_lines, pos_t base, pos_t line):
        cdef int i
        memset(&self.state, 0, sizeof(State))
        self.c_locale = gdb_c_locale()
        if not names_open(&self.state.names) or self.c_locale == NULL:
            raise MemoryError
        self.state.n_columns = min(roles.shape[0], MAX_COLUMNS)
        for i in range(self.state.n_columns):
            self.state.roles[i] = roles[i]
        self.state.tabs = tabs
        self.state.fewest = fewest
        self.state.open_ended = open_ended
        self.state.track_lines = track_lines
        self.state.base = base
        self.state.line = line

    def __dealloc__(self):
        names_close(&self.state.names)

    @property
    def line(self):
        return self.state.line

    @property
    def wrong_column(self):
        return self.state.wrong_column

    @property
    def n_names(self):
        return self.state.names.count

    def names(self, int32_t first):
        """Names from code `first` on, as bytes."""
        return names_from(&self.state.names, first)

    def parse(self, const uint8_t[::1] data, int32_t[::1] chrom, pos_t[::1] start, pos_t[::1] end,
              int8_t[::1] strand, pos_t[::1] line, double[:, ::1] number, pos_t[:, ::1] whole,
              pos_t[:, ::1] first, pos_t[:, ::1] offset):
        """Rows filled and the outcome: 0, or the negative code of a wrong line."""
        cdef Py_ssize_t n = 0
        cdef int outcome = 0
        cdef locale_t before
        cdef Room room
        cdef State* s = &self.state
        memset(&room, 0, sizeof(Room))
        room.n = chrom.shape[0]
        if data.shape[0] == 0 or room.n == 0:
            return 0, 0
        room.chrom, room.start, room.end, room.line = &chrom[0], &start[0], &end[0], &line[0]
        room.strand = &strand[0]
        if number.shape[0]:
            room.number = &number[0, 0]
        if whole.shape[0]:
            room.whole = &whole[0, 0]
        if first.shape[0]:
            room.first = &first[0, 0]
            room.offset = &offset[0, 0]
        with nogil:
            before = uselocale(self.c_locale)
            n = _parse(s, &data[0], data.shape[0], &room, &outcome)
            uselocale(before)
        if outcome < 0:
            self.wrong_offset = s.wrong - &data[0]
            self.wrong_size = s.wrong_stop - s.wrong
        return n, outcome


cdef void _copy(const uint8_t* data, Py_ssize_t size, const pos_t* first, const pos_t* offset,
                Py_ssize_t n, uint8_t* out) noexcept nogil:
    cdef Py_ssize_t i
    for i in range(n):
        gdb_copy(out + offset[i], data + first[i], offset[i + 1] - offset[i],
                 offset[n] - offset[i], size - first[i])


def copy_texts(const uint8_t[::1] data, const pos_t[::1] first, const pos_t[::1] offset,
               uint8_t[::1] out):
    """Bring the texts at `first` to `offset`."""
    if first.shape[0] and out.shape[0]:
        with nogil:
            _copy(&data[0], data.shape[0], &first[0], &offset[0], first.shape[0], &out[0])
