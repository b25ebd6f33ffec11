"""Points of the plane in a window, a leaf of at most 64 at a time."""
from libc.math cimport INFINITY
from libc.stdint cimport int32_t, int64_t, uint32_t
cimport numpy as cnp

from _plane cimport Window
from _tree cimport LEAF
from _types cimport place_t, value_t

cdef extern from "_points.h" nogil:
    ctypedef struct Item "genomedb_item":
        uint32_t key
        uint32_t row
    void add_floats "genomedb_add_float"(const float*, const int32_t*, size_t, double*, float*,
                                         float*, int32_t*)
    void add_doubles "genomedb_add_double"(const double*, const int32_t*, size_t, double*, double*,
                                           double*, int32_t*)
    int32_t hits_32 "genomedb_hits_32"(const int32_t*, const int32_t*, size_t, const int32_t*,
                                       int32_t*)
    int32_t hits_64 "genomedb_hits_64"(const int64_t*, const int64_t*, size_t, const int64_t*,
                                       int32_t*)
    void items_32 "genomedb_items_32"(const int32_t*, int64_t, uint32_t, size_t, Item*)
    void items_64 "genomedb_items_64"(const int64_t*, int64_t, uint32_t, size_t, Item*)


cdef inline place_t _bound(int64_t x, place_t like) noexcept nogil:
    """x, or the nearest number of the type."""
    if place_t is int32_t:
        return <int32_t>max(min(x, <int64_t>2147483647), -<int64_t>2147483648)
    else:
        return x


cdef inline bint bounds_of(const Window* w, place_t* bound) noexcept nogil:
    """First and last x, y and x - y of a window, six numbers; False if it holds no position.

    They are inclusive, so that those of a window that ends at 2**31 fit in 32 bits.
    """
    cdef place_t like = 0
    cdef int64_t[6] exact
    cdef int i
    exact[0], exact[1], exact[2] = w.x1, w.x2 - 1, w.y1
    exact[3], exact[4], exact[5] = w.y2 - 1, w.d1, w.d2 - 1
    for i in range(6):
        bound[i] = _bound(exact[i], like)
    for i in range(0, 6, 2):
        if exact[i] > exact[i + 1] or bound[i] > exact[i + 1] or bound[i + 1] < exact[i]:
            return False
    return True


cdef inline int32_t find_points(const place_t* x, const place_t* y, Py_ssize_t n,
                                const place_t* bound, int32_t* hit) noexcept nogil:
    """1 for each point within bounds, else 0; how many they are."""
    if place_t is int32_t:
        return hits_32(x, y, n, bound, hit)
    else:
        return hits_64(x, y, n, bound, hit)


cdef struct Lanes:
    # totals of points, each place of a leaf by itself; extremes of float32 as such
    double[64] total
    double[64] low
    double[64] high
    float[64] low_single
    float[64] high_single
    int32_t[64] seen


cdef inline void clear_lanes(Lanes* t) noexcept nogil:
    cdef Py_ssize_t j
    for j in range(LEAF):
        t.total[j], t.seen[j] = 0.0, 0
        t.low[j], t.high[j] = INFINITY, -INFINITY
        t.low_single[j], t.high_single[j] = <float>INFINITY, <float>(-INFINITY)


cdef inline void add_points(const value_t* value, const int32_t* hit, Py_ssize_t n,
                            Lanes* t) noexcept nogil:
    """Add the values of hits to the totals of their places in the leaf."""
    cdef double[64] real
    cdef Py_ssize_t j
    if value_t is cnp.float32_t:
        add_floats(value, hit, n, t.total, t.low_single, t.high_single, t.seen)
    elif value_t is cnp.float64_t:
        add_doubles(value, hit, n, t.total, t.low, t.high, t.seen)
    else:
        for j in range(n):
            real[j] = <double>value[j]
        add_doubles(real, hit, n, t.total, t.low, t.high, t.seen)


cdef inline void put_items(const place_t* x, int64_t left, Py_ssize_t row, Py_ssize_t n,
                           Item* item) noexcept nogil:
    """Items by x - left of rows one behind the other."""
    if place_t is int32_t:
        items_32(x, left, <uint32_t>row, n, item)
    else:
        items_64(x, left, <uint32_t>row, n, item)
