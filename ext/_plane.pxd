"""Windows and bands of the plane, and areas inside them."""
from libc.stdint cimport int64_t, uint64_t

cdef struct Window:
    # base pairs (x, y) with x1 <= x < x2, y1 <= y < y2 and d1 <= x - y < d2
    int64_t x1
    int64_t x2
    int64_t y1
    int64_t y2
    int64_t d1
    int64_t d2


cdef inline int64_t _fits(uint64_t area) noexcept nogil:
    return <int64_t>0x7FFFFFFFFFFFFFFFLL if area >> 63 else <int64_t>area


cdef inline int64_t area_of(int64_t width, int64_t height) noexcept nogil:
    """width * height of 0 or more; what int64 cannot hold becomes the largest it can."""
    if (width | height) >> 31 == 0 or <double>width * <double>height < 9.0e18:
        return width * height
    if <double>width * <double>height < 1.8e19:
        return _fits(<uint64_t>width * <uint64_t>height)
    return _fits(<uint64_t>1 << 63)


cdef inline int64_t add_areas(int64_t a, int64_t b) noexcept nogil:
    return _fits(<uint64_t>a + <uint64_t>b)


cdef inline uint64_t _triangle(int64_t k) noexcept nogil:
    """Pairs i + j <= k of numbers of 0 or more; modulo 2**64, which differences do not mind."""
    cdef uint64_t n
    if k < 0:
        return 0
    n = <uint64_t>k + 1
    return (n // 2) * (n + 1) if n & 1 == 0 else n * ((n + 1) // 2)


cdef inline uint64_t _pairs_up_to(int64_t limit, int64_t width, int64_t height) noexcept nogil:
    """Pairs i + j <= limit with 0 <= i < width and 0 <= j < height."""
    limit = min(limit, width + height - 2)
    return (_triangle(limit) + _triangle(limit - width - height)
            - _triangle(limit - width) - _triangle(limit - height))


cdef inline bint is_off(int64_t x1, int64_t x2, int64_t y1, int64_t y2,
                        const Window* w) noexcept nogil:
    """No base pair of the box is in the window, or none is in the band."""
    return (x1 >= w.x2 or x2 <= w.x1 or y1 >= w.y2 or y2 <= w.y1
            or x2 - 1 - y1 < w.d1 or x1 - y2 + 1 >= w.d2)


cdef inline bint is_within(int64_t x1, int64_t x2, int64_t y1, int64_t y2,
                           const Window* w) noexcept nogil:
    """The box lies in the window and in the band."""
    return (x1 >= w.x1 and x2 <= w.x2 and y1 >= w.y1 and y2 <= w.y2
            and x1 - y2 + 1 >= w.d1 and x2 - 1 - y1 < w.d2)


cdef inline bint clip(int64_t* x1, int64_t* x2, int64_t* y1, int64_t* y2,
                      const Window* w) noexcept nogil:
    """Shrink a box to the window; False if it has no base pair there and in the band."""
    x1[0] = max(x1[0], w.x1)
    x2[0] = min(x2[0], w.x2)
    y1[0] = max(y1[0], w.y1)
    y2[0] = min(y2[0], w.y2)
    return (x1[0] < x2[0] and y1[0] < y2[0]
            and x2[0] - 1 - y1[0] >= w.d1 and x1[0] - y2[0] + 1 < w.d2)


cdef inline int64_t area_in_band(int64_t x1, int64_t x2, int64_t y1, int64_t y2,
                                 const Window* w) noexcept nogil:
    """Base pairs of a box, which is not empty, in the band."""
    cdef int64_t least = x1 - y2 + 1, width = x2 - x1, height = y2 - y1
    if least >= w.d1 and x2 - 1 - y1 < w.d2:
        return area_of(width, height)
    return _fits(_pairs_up_to(w.d2 - 1 - least, width, height)
                 - _pairs_up_to(w.d1 - 1 - least, width, height))
