"""Items of bigBed blocks: their coordinates, and where the texts behind them are."""
from libc.stdint cimport int64_t, uint8_t
from libc.string cimport memchr, memcpy

cdef enum:
    COORDINATES = 12    # bytes: chromosome, start, end
    TAB = 9


cdef inline int64_t _number(const uint8_t* at, bint big) noexcept nogil:
    if big:
        return (<int64_t>at[0] << 24) | (at[1] << 16) | (at[2] << 8) | at[3]
    return (<int64_t>at[3] << 24) | (at[2] << 16) | (at[1] << 8) | at[0]


cdef int64_t _count(const uint8_t* data, const int64_t[::1] stops) noexcept nogil:
    cdef int64_t at = 0, n = 0, stop
    cdef Py_ssize_t block
    cdef const uint8_t* last
    for block in range(stops.shape[0]):
        stop = stops[block]
        while at < stop:
            if stop - at <= COORDINATES:
                return -1
            last = <const uint8_t*>memchr(data + at + COORDINATES, 0, stop - at - COORDINATES)
            if last == NULL:
                return -1
            at = last - data + 1
            n += 1
    return n


def count_items(const uint8_t[::1] data, const int64_t[::1] stops):
    """Items of blocks that end at `stops`; -1 when one does not end within its block."""
    cdef int64_t n
    if not data.shape[0]:
        return 0
    with nogil:
        n = _count(&data[0], stops)
    return n


cdef int64_t _split(
    const uint8_t* data, bint big, int64_t n_columns,
    int64_t[::1] chrom, int64_t[::1] start, int64_t[::1] end, int64_t[:, ::1] edges,
) noexcept nogil:
    cdef int64_t at = 0
    cdef Py_ssize_t i, column
    for i in range(chrom.shape[0]):
        chrom[i] = _number(data + at, big)
        start[i] = _number(data + at + 4, big)
        end[i] = _number(data + at + 8, big)
        at += COORDINATES
        edges[i, 0] = at
        if n_columns == 0 and data[at] != 0:
            return i
        column = 1
        while data[at] != 0:
            if data[at] == TAB:
                if column >= n_columns:
                    return i
                edges[i, column] = at + 1
                column += 1
            at += 1
        if n_columns and column != n_columns:
            return i
        at += 1
        edges[i, column] = at
    return -1


def split_items(
    const uint8_t[::1] data, bint big, int64_t n_columns,
    int64_t[::1] chrom, int64_t[::1] start, int64_t[::1] end, int64_t[:, ::1] edges,
):
    """Take apart counted items; number of the first with other columns, -1 when all have them."""
    cdef int64_t wrong
    if not data.shape[0]:
        return -1
    with nogil:
        wrong = _split(&data[0], big, n_columns, chrom, start, end, edges)
    return wrong


def copy_column(
    const uint8_t[::1] data, const int64_t[:, ::1] edges, Py_ssize_t column,
    const int64_t[::1] offset, uint8_t[::1] out,
):
    """Texts of one column, one behind the other; text i goes to ``out[offset[i]:]``."""
    cdef Py_ssize_t i
    if not out.shape[0]:
        return
    with nogil:
        for i in range(edges.shape[0]):
            if offset[i + 1] > offset[i]:
                memcpy(&out[offset[i]], &data[edges[i, column]], offset[i + 1] - offset[i])
