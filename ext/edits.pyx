"""How many letters of a word have to change for a motif's score to cross a threshold."""
from libc.math cimport INFINITY
from libc.stdint cimport uint8_t

from _types cimport pos_t

cdef enum:
    EDITS, MUTATIONS, AT_BEST


cdef inline double _score(
    const double[:, ::1] logs, const uint8_t* base, bint reverse
) noexcept nogil:
    cdef Py_ssize_t i, last = logs.shape[0] - 1
    cdef double found = 0.0
    for i in range(last + 1):
        found += logs[i, _letter(base, i, last, reverse)]
    return found


cdef inline int _letter(
    const uint8_t* base, Py_ssize_t i, Py_ssize_t last, bint reverse
) noexcept nogil:
    """Letter at a position of the motif: 0 to 3, or 4 for any other."""
    cdef uint8_t b = base[last - i] if reverse else base[i]
    if b > 3:
        return 4
    return 3 - b if reverse else b


cdef inline bint _reached(double score, double threshold, bint below) noexcept nogil:
    return score <= threshold if below else score >= threshold


cdef double _edits(
    const double[:, ::1] logs, const double[::1] target, const uint8_t* base, bint reverse,
    double threshold, bint below, double* gain,
) noexcept nogil:
    """Fewest letters to change; infinite where no change is enough."""
    cdef Py_ssize_t i, j, n = 0, last = logs.shape[0] - 1
    cdef int letter, must = 0
    cdef double score = 0.0, one, step
    for i in range(last + 1):
        letter = _letter(base, i, last, reverse)
        one = logs[i, letter]
        if letter == 4 or (one == -INFINITY and not below):
            must += 1
            score += target[i]
            continue
        score += one
        if one == target[i]:
            continue
        step = one - target[i] if below else target[i] - one
        j = n  # the largest first
        while j > 0 and gain[j - 1] < step:
            gain[j] = gain[j - 1]
            j -= 1
        gain[j] = step
        n += 1
    if _reached(score, threshold, below):
        return must
    for i in range(n):
        score = score - gain[i] if below else score + gain[i]
        if _reached(score, threshold, below):
            return must + i + 1
    return INFINITY


cdef double _mutations(
    const double[:, ::1] logs, const uint8_t* base, bint reverse, double score, double threshold,
    bint below,
) noexcept nogil:
    """How many single changes are enough: 0 where none is needed, -infinity where none is."""
    cdef Py_ssize_t i, last = logs.shape[0] - 1
    cdef int letter, other, n = 0
    cdef double rest
    if _reached(score, threshold, below):
        return 0.0
    for i in range(last + 1):
        letter = _letter(base, i, last, reverse)
        rest = score - logs[i, letter]
        if logs[i, letter] == -INFINITY:
            rest = 0.0
            for other in range(<int>last + 1):
                if other != i:
                    rest += logs[other, _letter(base, other, last, reverse)]
        for other in range(4):
            if other != letter and _reached(rest + logs[i, other], threshold, below):
                n += 1
    return n if n else -INFINITY


def measure(
    const uint8_t[::1] base, const double[:, ::1] logs, const double[::1] target, bint use_plus,
    bint use_minus, int kind, double threshold, bint below, double score_min, double score_max,
    double most, pos_t first, double[::1] gain, double[::1] value, pos_t[::1] arg,
):
    """Fill `value` and `arg` for each position with room for the motif; larger values are better.

    `logs` has a fifth column for other letters; `target` is the score of the best (or worst)
    letter of each position. EDITS: edits with a minus, and the place; MUTATIONS: their number;
    AT_BEST: the score of the better strand, and its edits, or -1.
    """
    cdef Py_ssize_t i, width = logs.shape[0], n = base.shape[0]
    cdef int side
    cdef double score, found
    cdef bint outside
    if n < width or width == 0:
        return
    with nogil:
        for i in range(n - width + 1):
            value[i] = -INFINITY
            arg[i] = -1 if kind == AT_BEST else 0
            for side in range(2):
                if not (use_minus if side else use_plus):
                    continue
                score = _score(logs, &base[i], side)
                outside = score < score_min or score > score_max
                if outside and kind != AT_BEST:
                    continue
                if kind == MUTATIONS:
                    found = _mutations(logs, &base[i], side, score, threshold, below)
                    value[i] = max(value[i], found)
                    continue
                if kind == AT_BEST and score <= value[i]:
                    continue
                found = _edits(logs, target, &base[i], side, threshold, below, &gain[0])
                if found > most or outside:
                    found = INFINITY
                if kind == AT_BEST:
                    value[i] = score
                    arg[i] = -1 if found == INFINITY else <pos_t>found
                elif arg[i] == 0 or (-found < value[i] if below else -found > value[i]):
                    # below, the strand that takes more edits decides: both have to go
                    value[i] = -found
                    arg[i] = -(first + i + 1) if side and use_plus else first + i + 1
