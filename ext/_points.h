/* Points of the plane in a window, a leaf of at most 64 at a time.  Loops are simple ones, of
 * which compilers make vectors. */
#ifndef GENOMEDB_POINTS_H
#define GENOMEDB_POINTS_H
#include <math.h>
#include <stddef.h>
#include <stdint.h>
#include "_wide.h"

enum { GENOMEDB_LEAF = 64 };

/* A row of a table and what it is sorted by. */
typedef struct {
    uint32_t key;
    uint32_t row;
} genomedb_item;

/* Add the values of hits to the totals of points, each place of a leaf by itself; those without a
 * value are left out. */
#define GENOMEDB_TOTALS(real) \
    GENOMEDB_WIDE static void genomedb_add_##real( \
        const real *__restrict value, const int32_t *__restrict hit, size_t n, \
        double *__restrict total, real *__restrict low, real *__restrict high, \
        int32_t *__restrict seen) \
    { \
        int32_t there[GENOMEDB_LEAF]; \
        real kept[GENOMEDB_LEAF]; \
        size_t j; \
        for (j = 0; j < n; j++) { \
            there[j] = hit[j] & (value[j] == value[j]); \
            seen[j] += there[j]; \
        } \
        for (j = 0; j < n; j++) { \
            real v = value[j], seen_v = there[j] ? v : (real)NAN; \
            kept[j] = there[j] ? v : (real)0; \
            low[j] = seen_v < low[j] ? seen_v : low[j]; \
            high[j] = seen_v > high[j] ? seen_v : high[j]; \
        } \
        for (j = 0; j < n; j++) \
            total[j] += kept[j]; \
    }

/* `bounds` are the first and the last x, y and x - y of a window, all inclusive. */
#define GENOMEDB_POINTS(bits) \
    /* 1 for each point in the window, else 0; how many they are. */ \
    GENOMEDB_WIDE static int32_t genomedb_hits_##bits( \
        const int##bits##_t *__restrict x, const int##bits##_t *__restrict y, size_t n, \
        const int##bits##_t *__restrict bounds, int32_t *__restrict hit) \
    { \
        int##bits##_t x1 = bounds[0], x2 = bounds[1], y1 = bounds[2], y2 = bounds[3]; \
        int##bits##_t d1 = bounds[4], d2 = bounds[5]; \
        int32_t found = 0; \
        size_t j; \
        for (j = 0; j < n; j++) { \
            hit[j] = (x[j] >= x1) & (x[j] <= x2) & (y[j] >= y1) & (y[j] <= y2) \
                     & (x[j] - y[j] >= d1) & (x[j] - y[j] <= d2); \
            found += hit[j]; \
        } \
        return found; \
    } \
\
    /* Items by x - left of rows one behind the other. */ \
    GENOMEDB_WIDE static void genomedb_items_##bits(const int##bits##_t *x, int64_t left, \
                                                    uint32_t row, size_t n, genomedb_item *item) \
    { \
        size_t j; \
        for (j = 0; j < n; j++) { \
            item[j].key = (uint32_t)x[j] - (uint32_t)left; \
            item[j].row = row + (uint32_t)j; \
        } \
    }

GENOMEDB_TOTALS(float)
GENOMEDB_TOTALS(double)
GENOMEDB_POINTS(32)
GENOMEDB_POINTS(64)
#endif
