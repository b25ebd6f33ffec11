"""Finding a byte in a short span and copying short spans, most of them below 16 bytes."""
from libc.stdint cimport uint8_t

cdef extern from *:
    """
    #include <stddef.h>
    #include <stdint.h>
    #include <string.h>

    /* First `wanted` in [p, e), or e.  Eight bytes at a time while the span is short, since
     * a call of memchr costs more than most fields are long. */
    static inline const uint8_t *gdb_find(const uint8_t *p, const uint8_t *e, uint8_t wanted)
    {
        const uint8_t *found;
    #if defined(__GNUC__) && __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
        const uint64_t ones = 0x0101010101010101ULL;
        int round;
        for (round = 0; round < 4 && e - p >= 8; round++, p += 8) {
            uint64_t word, hit;
            memcpy(&word, p, 8);
            word ^= ones * wanted;
            hit = (word - ones) & ~word & (ones << 7);
            if (hit) return p + (__builtin_ctzll(hit) >> 3);
        }
        if (e - p < 8) {
            while (p < e && *p != wanted) p++;
            return p;
        }
    #endif
        found = p < e ? (const uint8_t *)memchr(p, wanted, (size_t)(e - p)) : NULL;
        return found ? found : e;
    }

    /* Copy `n` bytes; `from_room` and `to_room` are the bytes that may be touched. */
    static inline void gdb_copy(uint8_t *to, const uint8_t *from, ptrdiff_t n,
                                ptrdiff_t to_room, ptrdiff_t from_room)
    {
        if (n <= 16 && to_room >= 16 && from_room >= 16) memcpy(to, from, 16);
        else memcpy(to, from, (size_t)n);
    }
    """
    const uint8_t* gdb_find(const uint8_t* p, const uint8_t* e, uint8_t wanted) noexcept nogil
    void gdb_copy(uint8_t* to, const uint8_t* source, Py_ssize_t n, Py_ssize_t to_room,
                  Py_ssize_t source_room) noexcept nogil
