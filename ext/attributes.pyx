"""Attributes of GFF3, GTF and VCF lines, split into one run of texts for each key."""
from libc.stdint cimport int32_t, uint8_t
from libc.string cimport memcmp, memcpy

from _names cimport NO_ROOM, Names, names_close, names_code, names_open
from _numbers cimport READ_OK, is_blank, read_whole
from _spans cimport gdb_find
from _types cimport pos_t

cdef enum:
    MAX_KEY = 255

cdef enum Style:
    EQUALS = 0              # key=value;key=value with %XX
    QUOTES = 1              # key "value"; key "value";


cdef struct Token:
    const uint8_t* first    # the whole token
    const uint8_t* stop
    const uint8_t* key_stop
    const uint8_t* value    # NULL when the token is no key with a value
    const uint8_t* value_stop


cdef inline const uint8_t* _next(const uint8_t* p, const uint8_t* e, int style,
                                 Token* token) noexcept nogil:
    """The token at `p`; where the next one begins, NULL when there is none here."""
    cdef bint quoted = False
    while p < e and (is_blank(p[0]) or p[0] == 59):
        p += 1
    if p == e:
        return NULL
    token.first = token.key_stop = p
    token.value = NULL
    if style == EQUALS:
        p = gdb_find(p, e, 59)
        token.stop = p
        token.key_stop = gdb_find(token.first, p, 61)
        if token.key_stop < p:
            token.value = token.key_stop + 1
            token.value_stop = p
        return p
    while p < e and not (p[0] == 59 and not quoted):
        if p[0] == 34:
            quoted = not quoted
        elif is_blank(p[0]) and token.value == NULL:
            token.key_stop = p
            token.value = p
        p += 1
    token.stop = p
    while token.stop > token.first and is_blank((token.stop - 1)[0]):
        token.stop -= 1
    if token.value != NULL:
        while token.value < token.stop and is_blank(token.value[0]):
            token.value += 1
        token.value_stop = token.stop
        if token.value == token.stop:
            token.value = NULL
        elif token.stop - token.value >= 2 and token.value[0] == 34:
            if gdb_find(token.value + 1, token.stop, 34) == token.stop - 1:
                token.value += 1
                token.value_stop = token.stop - 1
    return p


cdef inline int _hex(uint8_t c) noexcept nogil:
    if 48 <= c <= 57:
        return c - 48
    c |= 32
    return c - 87 if 97 <= c <= 102 else -1


cdef inline uint8_t* _decoded(const uint8_t* p, const uint8_t* e, uint8_t* out) noexcept nogil:
    """Copy with %XX as the byte it stands for; other percent signs stay."""
    cdef const uint8_t* found
    while True:
        found = gdb_find(p, e, 37)
        memcpy(out, p, found - p)
        out += found - p
        if found == e:
            return out
        p = found
        if e - p >= 3 and _hex(p[1]) >= 0 and _hex(p[2]) >= 0:
            out[0] = <uint8_t>(_hex(p[1]) * 16 + _hex(p[2]))
            p += 3
        else:
            out[0] = 37
            p += 1
        out += 1


cdef inline int32_t _code(Names* names, Token* token, int32_t n_keys) noexcept nogil:
    """Code of the key of a token, `n_keys` for what has no column of its own."""
    cdef int32_t code
    cdef Py_ssize_t size = token.key_stop - token.first
    if token.value == NULL or size == 0 or size > MAX_KEY:
        return n_keys
    code = names_code(names, token.first, size)
    return code if code < n_keys else n_keys


cdef int _measure(Names* names, const uint8_t* data, const pos_t* offset, Py_ssize_t n, int style,
                  int32_t n_keys, pos_t* size) noexcept nogil:
    """Bytes that each key needs at most; -1 without memory."""
    cdef Py_ssize_t i
    cdef int32_t code
    cdef const uint8_t* p
    cdef const uint8_t* e
    cdef Token token
    for i in range(n):
        p = data + offset[i]
        e = data + offset[i + 1]
        if e - p == 1 and p[0] == 46:
            continue
        p = _next(p, e, style, &token)
        while p != NULL:
            code = _code(names, &token, n_keys)
            if code == NO_ROOM:
                return -1
            size[code] += token.stop - token.first + 1
            p = _next(p, e, style, &token)
    return 0


cdef void _fill(Names* names, const uint8_t* data, const pos_t* offset, Py_ssize_t n, int style,
                int32_t n_keys, const int32_t* column, pos_t* cursor, pos_t* filled, pos_t* edges,
                Py_ssize_t n_columns, uint8_t* out) noexcept nogil:
    """Texts of all columns; `cursor` begins where each column does."""
    cdef Py_ssize_t i, k
    cdef pos_t* edge
    cdef int32_t code
    cdef const uint8_t* p
    cdef const uint8_t* e
    cdef uint8_t* to
    cdef Token token
    for i in range(n):
        p = data + offset[i]
        e = data + offset[i + 1]
        if e - p == 1 and p[0] == 46:
            continue
        p = _next(p, e, style, &token)
        while p != NULL:
            code = _code(names, &token, n_keys)
            k = column[code]
            edge = edges + k * (n + 1)
            to = out + cursor[k]
            if filled[k] == i + 1:          # the key has a value in this row
                to[0] = 59 if code == n_keys else 44
                to += 1
            while filled[k] <= i:
                edge[filled[k]] = cursor[k]
                filled[k] += 1
            if code == n_keys:
                memcpy(to, token.first, token.stop - token.first)
                to += token.stop - token.first
            elif style == EQUALS:
                to = _decoded(token.value, token.value_stop, to)
            else:
                memcpy(to, token.value, token.value_stop - token.value)
                to += token.value_stop - token.value
            cursor[k] = to - out
            p = _next(p, e, style, &token)
    for k in range(n_columns):
        edge = edges + k * (n + 1)
        while filled[k] <= n:
            edge[filled[k]] = cursor[k]
            filled[k] += 1


cdef class Splitter:
    """Keys met, kept from one run of texts to the next."""

    cdef Names keys
    cdef int style
    cdef int32_t n_keys

    def __cinit__(self, int style, int32_t n_keys):
        self.style = style
        self.n_keys = n_keys
        if not names_open(&self.keys):
            raise MemoryError

    def __dealloc__(self):
        names_close(&self.keys)

    def names(self, int32_t first):
        """Keys from code `first` on that have columns of their own, as bytes."""
        cdef Py_ssize_t start
        listed = []
        for code in range(max(first, 0), min(self.keys.count, self.n_keys)):
            start = self.keys.stop[code - 1] if code else 0
            listed.append((<const char*>self.keys.text)[start:self.keys.stop[code]])
        return listed

    def measure(self, const uint8_t[::1] data, const pos_t[::1] offset, pos_t[::1] size):
        """Add to `size` what each key, and at last all others, needs at most."""
        cdef int outcome = 0
        if data.shape[0] and offset.shape[0] > 1:
            with nogil:
                outcome = _measure(&self.keys, &data[0], &offset[0], offset.shape[0] - 1,
                                   self.style, self.n_keys, &size[0])
        if outcome < 0:
            raise MemoryError

    def fill(self, const uint8_t[::1] data, const pos_t[::1] offset, const int32_t[::1] column,
             pos_t[::1] cursor, pos_t[::1] filled, pos_t[:, ::1] edges, uint8_t[::1] out):
        """Texts of the columns that `measure` found."""
        if out.shape[0] and data.shape[0] and edges.shape[0]:
            with nogil:
                _fill(&self.keys, &data[0], &offset[0], offset.shape[0] - 1, self.style,
                      self.n_keys, &column[0], &cursor[0], &filled[0], &edges[0, 0],
                      edges.shape[0], &out[0])


cdef Py_ssize_t _ends(const uint8_t* data, const pos_t* offset, const pos_t* row, Py_ssize_t n,
                      pos_t* out) noexcept nogil:
    cdef Py_ssize_t i
    cdef const uint8_t* p
    cdef const uint8_t* e
    cdef const uint8_t* stop
    for i in range(n):
        p = data + offset[row[i]]
        e = data + offset[row[i] + 1]
        out[i] = -1
        while p < e:
            stop = gdb_find(p, e, 59)
            if stop - p >= 4 and memcmp(p, b"END=", 4) == 0:
                p += 4
                if read_whole(&p, stop, &out[i]) != READ_OK or p != stop:
                    return i
                break
            p = stop + 1
    return -1


def info_ends(const uint8_t[::1] data, const pos_t[::1] offset, const pos_t[::1] row,
              pos_t[::1] out):
    """Fill `out` with END= of the rows, -1 where absent; place of one that is no number or -1."""
    cdef Py_ssize_t wrong = -1
    if row.shape[0] and data.shape[0]:
        with nogil:
            wrong = _ends(&data[0], &offset[0], &row[0], row.shape[0], &out[0])
    return wrong
