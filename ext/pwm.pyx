"""Scores of a motif at every position of a sequence, on both strands.

Four letters are looked up at once: `word[i]` holds letters i .. i + 3, and `plus[g]` and
`minus[g]` what positions 4g .. 4g + 3 of the motif give for each such word.
"""
from libc.math cimport INFINITY
from libc.stdint cimport uint8_t

from _motifs cimport BEST, COUNT, SUM, log_add
from _types cimport pos_t


cdef void _words(
    const uint8_t* letters, Py_ssize_t n, const uint8_t* code, uint8_t* word
) noexcept nogil:
    cdef Py_ssize_t i
    cdef uint8_t c, last = 0
    for i in range(n - 1, -1, -1):
        c = code[letters[i]] & 3
        last = <uint8_t>((c << 6) | (last >> 2))
        word[i] = last


cdef inline double _plus(
    const double* table, const uint8_t* word, Py_ssize_t groups, bint in_logs
) noexcept nogil:
    cdef Py_ssize_t g
    cdef double score = table[word[0]]
    if in_logs:
        for g in range(1, groups):
            score += table[256 * g + word[4 * g]]
    else:
        for g in range(1, groups):
            score *= table[256 * g + word[4 * g]]
    return score


cdef inline double _minus(
    const double* table, const uint8_t* word, Py_ssize_t groups, Py_ssize_t width, bint in_logs
) noexcept nogil:
    """The same with the motif turned round: its first positions meet the last letters."""
    cdef Py_ssize_t g, last = groups - 1
    cdef double score
    if last == 0:
        return table[word[0]]
    score = table[word[width - 4]]
    if in_logs:
        for g in range(1, last):
            score += table[256 * g + word[width - 4 * g - 4]]
        score += table[256 * last + word[0]]
    else:
        for g in range(1, last):
            score *= table[256 * g + word[width - 4 * g - 4]]
        score *= table[256 * last + word[0]]
    return score


cdef void _score(
    const uint8_t* letters, Py_ssize_t n, const uint8_t* code, const uint8_t* word,
    const double* plus, const double* minus, Py_ssize_t groups, Py_ssize_t width,
    bint use_plus, bint use_minus, bint in_logs, int kind, double threshold, pos_t first,
    double* value, pos_t* arg,
) noexcept nogil:
    cdef Py_ssize_t i, bad = -1
    cdef double a, b, nothing = -INFINITY if in_logs else 0.0
    for i in range(width - 1):
        if code[letters[i]] > 3:
            bad = i
    for i in range(n - width + 1):
        if code[letters[i + width - 1]] > 3:
            bad = i + width - 1
        if bad >= i:
            value[i] = 0.0 if kind == COUNT else (-INFINITY if kind == BEST else nothing)
            if kind == BEST:
                arg[i] = 0
            continue
        a = _plus(plus, word + i, groups, in_logs) if use_plus else nothing
        b = _minus(minus, word + i, groups, width, in_logs) if use_minus else nothing
        if kind == BEST:
            value[i] = b if b > a else a
            arg[i] = -(first + i + 1) if b > a else first + i + 1
            if not use_plus:
                arg[i] = first + i + 1
        else:
            a = log_add(a, b) if in_logs else a + b
            value[i] = a if kind == SUM else <double>(a >= threshold)


def score(
    const uint8_t[::1] letters, const uint8_t[::1] code, uint8_t[::1] word,
    const double[:, ::1] plus, const double[:, ::1] minus, Py_ssize_t width,
    bint use_plus, bint use_minus, bint in_logs, int kind, double threshold, pos_t first,
    double[::1] value, pos_t[::1] arg,
):
    """Fill `value` (and `arg` for the best strand) for each position with room for the motif."""
    cdef Py_ssize_t n = letters.shape[0]
    if n < width or width == 0:
        return
    with nogil:
        _words(&letters[0], n, &code[0], &word[0])
        _score(
            &letters[0], n, &code[0], &word[0], &plus[0, 0], &minus[0, 0], plus.shape[0], width,
            use_plus, use_minus, in_logs, kind, threshold, first, &value[0], &arg[0])


cdef enum:
    ADD, TALLY, TOP, TOP_AND_PLACE


def weigh(
    const double[::1] value, const pos_t[::1] arg, pos_t offset, const pos_t[::1] start,
    const pos_t[::1] stop, const pos_t[::1] low, const pos_t[::1] high, bint from_end, pos_t near,
    const double[::1] weight, pos_t bin_size, bint in_logs, int kind, double threshold,
    double[::1] out, pos_t[::1] out_arg,
):
    """Go on with windows whose positions weigh by their distance from the window's first.

    Window i looks at ``value`` of positions ``low[i] .. high[i] - 1`` of its positions
    ``start[i] .. stop[i] - 1``; ``value[0]`` belongs to position `offset`. Bins of distances begin at
    `near`.
    """
    cdef Py_ssize_t i, at, n_weights = weight.shape[0], n = value.shape[0]
    cdef pos_t p, distance, end
    cdef double v
    if n_weights == 0:
        return
    with nogil:
        for i in range(out.shape[0]):
            end = min(high[i], offset + n)
            for p in range(max(low[i], offset), end):
                v = value[p - offset]
                if v == (-INFINITY if in_logs or kind == TOP_AND_PLACE else 0.0):
                    continue
                distance = stop[i] - 1 - p if from_end else p - start[i]
                at = min((distance - near) // bin_size, <pos_t>(n_weights - 1))
                v = v + weight[at] if in_logs else v * weight[at]
                if kind == TALLY:
                    out[i] += v >= threshold
                elif kind >= TOP:
                    if v > out[i]:
                        out[i] = v
                        if kind == TOP_AND_PLACE:
                            out_arg[i] = arg[p - offset]
                elif in_logs:
                    out[i] = log_add(out[i], v)
                else:
                    out[i] += v
