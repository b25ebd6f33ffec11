"""Markov chains of letters: transitions counted, letters drawn, transitions scored.

Rows of letters lie end to end: row r is ``[offset[r], offset[r + 1])``. A word of k letters is a
number in base 4; `code` is 0 to 3 for A, C, G, T in either case, more for other letters. The cell of
a letter is that of the first of the k letters before it.
"""
from libc.math cimport NAN
from libc.stdint cimport int32_t, uint8_t, uint64_t

from _types cimport floor_div, pos_t

cdef extern from *:
    """
    #if defined(__GNUC__) || defined(__clang__)
      #define GDB_PREFETCH(place) __builtin_prefetch(place)
    #else
      #define GDB_PREFETCH(place) ((void)0)
    #endif
    """
    void GDB_PREFETCH(const void* place) noexcept nogil


cdef inline uint64_t _mixed(uint64_t z) noexcept nogil:
    z = (z ^ (z >> 30)) * <uint64_t>0xBF58476D1CE4E5B9
    z = (z ^ (z >> 27)) * <uint64_t>0x94D049BB133111EB
    return z ^ (z >> 31)


cdef inline pos_t _next(uint64_t* state) noexcept nogil:
    """SplitMix64: the next of a stream of numbers from 0 to 2**53 - 1."""
    state[0] = state[0] + <uint64_t>0x9E3779B97F4A7C15
    return <pos_t>(_mixed(state[0]) >> 11)


def mixed(uint64_t[::1] numbers):
    """Scramble numbers in place, one to one."""
    cdef Py_ssize_t i
    with nogil:
        for i in range(numbers.shape[0]):
            numbers[i] = _mixed(numbers[i] + <uint64_t>0x9E3779B97F4A7C15)


cdef void _count(const uint8_t[::1] letters, const uint8_t[::1] code, const int32_t[::1] cell,
                 const pos_t[::1] offset, int k, pos_t[:, ::1] counts,
                 pos_t[::1] skipped) noexcept nogil:
    cdef Py_ssize_t r, i, run, word, mask = counts.shape[1] - 1
    cdef int32_t b
    cdef uint8_t c
    for r in range(offset.shape[0] - 1):
        run = 0
        word = 0
        for i in range(offset[r], offset[r + 1]):
            c = code[letters[i]]
            if c > 3:
                run = 0
            else:
                word = ((word << 2) | c) & mask
                run += 1
            if i - offset[r] < k:
                continue
            b = cell[i - k]
            if b == -2:
                skipped[0] += 1
            elif run <= k:
                skipped[1] += 1
            elif b >= 0:
                counts[b, word] += 1


def count(const uint8_t[::1] letters, const uint8_t[::1] code, const int32_t[::1] cell,
          const pos_t[::1] offset, int k, pos_t[:, ::1] counts, pos_t[::1] skipped):
    """Add words of k + 1 letters to ``counts[cell, word]``.

    Those of cell -2 are counted in ``skipped[0]``, else those with another letter in
    ``skipped[1]``; those of cell -1 nowhere.
    """
    with nogil:
        _count(letters, code, cell, offset, k, counts, skipped)


cdef inline uint8_t _first(const double[::1] weight, Py_ssize_t low, Py_ssize_t width,
                           pos_t u) noexcept nogil:
    """The next letter of a word that begins, by the weights of all words that begin so."""
    cdef double base = weight[low], total = weight[low + 4 * width] - base, t
    cdef uint8_t c
    if not total > 0.0:
        return <uint8_t>(u >> 51)
    t = base + <double>u * (1.0 / 9007199254740992.0) * total
    c = ((t >= weight[low + width]) + (t >= weight[low + 2 * width])
         + (t >= weight[low + 3 * width]))
    while c > 0 and weight[low + (c + 1) * width] == weight[low + c * width]:
        c -= 1                                      # rounding led behind the last one with a weight
    return c


cdef void _draw(const uint8_t[::1] letters, const uint8_t[::1] keep, const uint8_t[::1] code,
                const int32_t[::1] cell, const pos_t[::1] offset, Py_ssize_t lead, int k,
                const pos_t[:, :, ::1] limit, const double[:, ::1] weight, uint64_t[::1] state,
                bint keeps_n, uint8_t[::1] out) noexcept nogil:
    cdef Py_ssize_t r, i, run, word, c, mask = limit.shape[1] - 1, left
    cdef const uint8_t* alphabet = b"ACGT"
    cdef const pos_t* table = NULL
    cdef const pos_t* row
    cdef const pos_t* following
    cdef bint keeps = keep.shape[0] > 0
    cdef uint64_t s
    cdef int32_t b
    cdef pos_t u
    if limit.shape[0] > 0:
        table = &limit[0, 0, 0]                     # a word's place by shifts: it is waited for
    for r in range(offset.shape[0] - 1):
        s = state[r]
        run = 0
        word = 0
        for i in range(offset[r], offset[r + 1]):
            if i < lead:                            # drawn by the call before
                c = code[out[i]]
            elif (keeps_n and (letters[i] & 0xDF) == 78) or (keeps and keep[i]):
                out[i] = letters[i]
                c = code[letters[i]]
            else:
                u = _next(&s)
                b = cell[i - run]                   # run is k at most
                if b < 0:
                    c = <Py_ssize_t>(u >> 51)
                elif run == k:
                    row = table + (((<Py_ssize_t>b << 2 * k) + word) << 2)
                    following = table + (((<Py_ssize_t>b << 2 * k) + ((word << 2) & mask)) << 2)
                    GDB_PREFETCH(following)         # one of four words of 32 bytes comes next
                    GDB_PREFETCH(following + 8)
                    c = <Py_ssize_t>(u >= row[0]) + (u >= row[1]) + (u >= row[2])
                else:
                    left = 2 * (k - run)
                    c = _first(weight[b], word << left, (<Py_ssize_t>1) << (left - 2), u)
                out[i] = alphabet[c]
            if c > 3:
                run = 0
                word = 0
            else:
                word = ((word << 2) | c) & mask
                if run < k:
                    run += 1
        state[r] = s


def draw(const uint8_t[::1] letters, const uint8_t[::1] keep, const uint8_t[::1] code,
         const int32_t[::1] cell, const pos_t[::1] offset, Py_ssize_t lead, int k,
         const pos_t[:, :, ::1] limit, const double[:, ::1] weight, uint64_t[::1] state,
         bint keeps_n, uint8_t[::1] out):
    """Draw letters into `out`, but copy those to `keep`; the first `lead` are there already.

    ``limit[cell, word]`` are cumulated probabilities of letters, times 2**53. ``weight[cell]`` sums
    the weights of words of k letters from 0 on: the first letters are drawn with it.
    """
    with nogil:
        _draw(letters, keep, code, cell, offset, lead, k, limit, weight, state, keeps_n, out)


cdef void _score(const uint8_t[::1] letters, const uint8_t[::1] code, const int32_t[::1] cell,
                 const uint8_t[::1] masked, const pos_t[::1] offset, const pos_t[::1] position,
                 const pos_t[::1] first, int k, const double[:, :, ::1] logs,
                 const uint8_t[::1] sparse, double of_sparse, double of_other, pos_t width,
                 pos_t origin, double[::1] sums, uint8_t[::1] covered) noexcept nogil:
    cdef Py_ssize_t r, i, run, word, at, mask = logs.shape[1] - 1
    cdef pos_t p, edge
    cdef int32_t b
    cdef uint8_t c
    for r in range(offset.shape[0] - 1):
        run = 0
        word = 0
        at = 0
        edge = first[r]
        for i in range(offset[r], offset[r + 1]):
            c = code[letters[i]]
            p = position[r] + i - offset[r]
            if p >= first[r]:
                if p >= edge:                       # the next bin
                    at = floor_div(p, width) - origin
                    edge = (at + origin + 1) * width
                    covered[at] = 1
                if i - offset[r] < k or c > 3 or (masked.shape[0] > 0 and masked[i]):
                    sums[at] += NAN
                elif run < k:
                    sums[at] += of_other
                else:
                    b = cell[i - k]
                    if b < 0:
                        sums[at] += NAN
                    elif sparse[b]:
                        sums[at] += of_sparse
                    else:
                        sums[at] += logs[b, word, c]
            if c > 3:
                run = 0
                word = 0
            else:
                word = ((word << 2) | c) & mask
                run += 1



def score(const uint8_t[::1] letters, const uint8_t[::1] code, const int32_t[::1] cell,
          const uint8_t[::1] masked, const pos_t[::1] offset, const pos_t[::1] position,
          const pos_t[::1] first, int k, const double[:, :, ::1] logs,
          const uint8_t[::1] sparse, double of_sparse, double of_other, pos_t width,
          pos_t origin, double[::1] sums, uint8_t[::1] covered):
    """Add the logarithms of transitions to the bin of each letter, from position `first` on."""
    with nogil:
        _score(letters, code, cell, masked, offset, position, first, k, logs, sparse, of_sparse,
               of_other, width, origin, sums, covered)


cdef Py_ssize_t _replace(uint8_t[::1] text, const uint8_t[::1] target,
                         const uint8_t[::1] replacement) noexcept nogil:
    cdef Py_ssize_t i = 0, j, n = target.shape[0], last = text.shape[0] - target.shape[0]
    cdef Py_ssize_t found = 0
    while i <= last:
        j = 0
        while j < n and text[i + j] == target[j]:
            j += 1
        if j < n:
            i += 1
            continue
        for j in range(n):
            text[i + j] = replacement[j]
        found += 1
        i = i - n + 1 if i >= n - 1 else 0          # what is new may begin as early as this
    return found


def replace(uint8_t[::1] text, const uint8_t[::1] target, const uint8_t[::1] replacement):
    """Replace the leftmost target until there is none; returns how often."""
    cdef Py_ssize_t found
    with nogil:
        found = _replace(text, target, replacement)
    return found
