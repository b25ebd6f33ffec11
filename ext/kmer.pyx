"""Where short words and soft-masked letters are, and how often each word occurs."""
from libc.stdint cimport uint8_t

from _types cimport pos_t


cdef inline bint _is_at(
    const uint8_t* letters, const uint8_t* word, Py_ssize_t k
) noexcept nogil:
    cdef Py_ssize_t j
    for j in range(k):
        if (letters[j] & 0xDF) != word[j]:
            return False
    return True


def matches(
    const uint8_t[::1] letters, const uint8_t[::1] plus, const uint8_t[::1] minus,
    bint use_plus, bint use_minus, double[::1] out,
):
    """How many of two words in capitals begin at each letter that has room for them."""
    cdef Py_ssize_t i, k = plus.shape[0], n = letters.shape[0] - plus.shape[0] + 1
    if n <= 0 or k == 0:
        return
    with nogil:
        for i in range(n):
            out[i] = ((use_plus and _is_at(&letters[i], &plus[0], k))
                      + (use_minus and _is_at(&letters[i], &minus[0], k)))


def lower_case(const uint8_t[::1] letters, double[::1] out):
    """1 where a letter is in lower case."""
    cdef Py_ssize_t i
    with nogil:
        for i in range(letters.shape[0]):
            out[i] = 97 <= letters[i] <= 122


def distribution(
    const uint8_t[::1] letters, const pos_t[::1] start, const pos_t[::1] stop,
    const uint8_t[::1] code, int k, pos_t[::1] counts,
):
    """Add the words of k letters within each stretch to ``counts[word in base 4]``."""
    cdef Py_ssize_t j, i, run, mask = counts.shape[0] - 1, word
    cdef uint8_t c
    with nogil:
        for j in range(start.shape[0]):
            run = 0
            word = 0
            for i in range(start[j], stop[j]):
                c = code[letters[i]]
                if c > 3:
                    run = 0
                    continue
                word = ((word << 2) | c) & mask
                run += 1
                if run >= k:
                    counts[word] += 1
