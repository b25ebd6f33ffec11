"""Energies of a pairwise (Potts) model at every position of a sequence, on both strands."""
from libc.math cimport INFINITY
from libc.stdint cimport uint8_t

from _motifs cimport BEST, COUNT, SUM, log_add
from _types cimport pos_t


cdef inline double _energy(
    const uint8_t* base, const double[:, ::1] single, const pos_t[:, ::1] pair,
    const double[:, ::1] coupling, double intercept, bint reverse,
) noexcept nogil:
    """Energy of the word at `base`; with `reverse`, of its reverse complement."""
    cdef Py_ssize_t i, k, last = single.shape[0] - 1
    cdef double found = intercept
    if reverse:
        for i in range(last + 1):
            found += single[i, 3 - base[last - i]]
        for k in range(pair.shape[0]):
            found += coupling[
                k, 4 * (3 - base[last - pair[k, 0]]) + 3 - base[last - pair[k, 1]]]
    else:
        for i in range(last + 1):
            found += single[i, base[i]]
        for k in range(pair.shape[0]):
            found += coupling[k, 4 * base[pair[k, 0]] + base[pair[k, 1]]]
    return found


def score(
    const uint8_t[::1] base, const double[:, ::1] single, const pos_t[:, ::1] pair,
    const double[:, ::1] coupling, double intercept, bint use_plus, bint use_minus, int kind,
    double threshold, pos_t first, double[::1] value, pos_t[::1] arg,
):
    """Fill `value` (and `arg` for the best strand) for each position with room for the model.

    `base` holds 0 to 3, or more for letters that are no bases.
    """
    cdef Py_ssize_t i, j, width = single.shape[0], n = base.shape[0], bad = -1
    cdef double a, b
    if n < width or width == 0:
        return
    with nogil:
        for j in range(width - 1):
            if base[j] > 3:
                bad = j
        for i in range(n - width + 1):
            if base[i + width - 1] > 3:
                bad = i + width - 1
            if bad >= i:
                value[i] = 0.0 if kind == COUNT else -INFINITY
                if kind == BEST:
                    arg[i] = 0
                continue
            a = b = -INFINITY
            if use_plus:
                a = _energy(&base[i], single, pair, coupling, intercept, False)
            if use_minus:
                b = _energy(&base[i], single, pair, coupling, intercept, True)
            if kind == BEST:
                value[i] = b if b > a else a
                arg[i] = -(first + i + 1) if b > a and use_plus else first + i + 1
            else:
                a = log_add(a, b)
                value[i] = a if kind == SUM else <double>(a >= threshold)
