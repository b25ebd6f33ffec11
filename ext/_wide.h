/* GENOMEDB_WIDE marks a function that gains from wide registers: it is compiled for AVX2 too
 * where the compiler can choose at run time, so that one wheel serves every machine of the
 * architecture. */
#ifndef GENOMEDB_WIDE_H
#define GENOMEDB_WIDE_H

#if defined(__x86_64__) && defined(__linux__) && defined(__GNUC__) && !defined(__clang__)
#define GENOMEDB_WIDE __attribute__((target_clones("avx2", "default")))
#else
#define GENOMEDB_WIDE
#endif
#endif
