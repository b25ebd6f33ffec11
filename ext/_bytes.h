/* Byte loops that gain from wide registers. */
#ifndef GENOMEDB_BYTES_H
#define GENOMEDB_BYTES_H
#include <stddef.h>
#include <stdint.h>
#include "_wide.h"

/* Fletcher-32 as HDF5 computes it, each sum reduced modulo 65535.  Summing little-endian words
 * and swapping the sums equals summing HDF5's big-endian words, because a byte swap is a
 * multiplication by 256 modulo 65535.  256 * 257 / 2 * 65535 fits in 32 bits.  HDF5 folds
 * carries instead of taking remainders, so its sums are 65535 where a remainder would be 0
 * (unless all data are zero, which compressed data never are). */
GENOMEDB_WIDE static uint32_t genomedb_fletcher32(const uint8_t *data, size_t n)
{
    enum { WORDS = 256 };
    uint64_t s1 = 0, s2 = 0;
    size_t n_words = n / 2, done, i;
    for (done = 0; done < n_words; done += WORDS) {
        size_t size = n_words - done < WORDS ? n_words - done : WORDS;
        const uint8_t *at = data + 2 * done;
        uint32_t b1 = 0, b2 = 0;
        if (size == WORDS)
            for (i = 0; i < WORDS; i++) {
                uint16_t word;
                __builtin_memcpy(&word, at + 2 * i, 2);
                b1 += word;
                b2 += (uint32_t)(WORDS - i) * word;
            }
        else
            for (i = 0; i < size; i++) {
                uint32_t word = at[2 * i] | ((uint32_t)at[2 * i + 1] << 8);
                b1 += word;
                b2 += (uint32_t)(size - i) * word;
            }
        s2 = (s2 + size * s1 + b2) % 65535;
        s1 = (s1 + b1) % 65535;
    }
    if (n % 2) {
        s1 = (s1 + data[n - 1]) % 65535;
        s2 = (s2 + s1) % 65535;
    }
    s1 = s1 * 256 % 65535;
    s2 = s2 * 256 % 65535;
    return (uint32_t)((s2 ? s2 : 65535) << 16 | (s1 ? s1 : 65535));
}

/* How many bytes differ from the one before. Counted in bytes, then added up. */
GENOMEDB_WIDE static size_t genomedb_changes(const uint8_t *data, size_t n)
{
    enum { LANES = 64, ROUNDS = 255 };
    size_t total = 0, done = 1, i, j;
    while (n - done >= LANES) {
        uint8_t lanes[LANES] = {0};
        size_t rounds = (n - done) / LANES < ROUNDS ? (n - done) / LANES : ROUNDS;
        for (i = 0; i < rounds; i++, done += LANES)
            for (j = 0; j < LANES; j++)
                lanes[j] += (uint8_t)(data[done + j] != data[done + j - 1]);
        for (j = 0; j < LANES; j++)
            total += lanes[j];
    }
    for (; done < n; done++)
        total += data[done] != data[done - 1];
    return total;
}

/* Items [first, first + n) of byte planes, each plane `n_items` long, put side by side. */
GENOMEDB_WIDE static void genomedb_unshuffle2(const uint8_t *planes, uint8_t *out, size_t n_items,
                                              size_t first, size_t n)
{
    const uint8_t *a = planes + first, *b = a + n_items;
    size_t i;
    for (i = 0; i < n; i++) {
        uint16_t item = (uint16_t)(a[i] | b[i] << 8);
        __builtin_memcpy(out + 2 * i, &item, 2);
    }
}

GENOMEDB_WIDE static void genomedb_unshuffle4(const uint8_t *planes, uint8_t *out, size_t n_items,
                                              size_t first, size_t n)
{
    enum { ITEMS = 2048 }; /* the halves of so many items stay in the nearest cache */
    const uint8_t *a = planes + first, *b = a + n_items, *c = b + n_items, *d = c + n_items;
    uint16_t low[ITEMS], high[ITEMS];
    size_t done, i;
    for (done = 0; done < n; done += ITEMS) {
        size_t size = n - done < ITEMS ? n - done : ITEMS;
        for (i = 0; i < size; i++) {
            low[i] = (uint16_t)(a[done + i] | b[done + i] << 8);
            high[i] = (uint16_t)(c[done + i] | d[done + i] << 8);
        }
        for (i = 0; i < size; i++) {
            uint32_t item = low[i] | (uint32_t)high[i] << 16;
            __builtin_memcpy(out + 4 * (done + i), &item, 4);
        }
    }
}
#endif
