from libc.stdint cimport int32_t, int64_t
cimport numpy as cnp

ctypedef cnp.int64_t pos_t          # base-pair position or bin number

ctypedef fused value_t:             # what a dense track may store
    cnp.int8_t
    cnp.uint8_t
    cnp.int16_t
    cnp.uint16_t
    cnp.int32_t
    cnp.uint32_t
    cnp.float32_t
    cnp.float64_t

ctypedef fused place_t:             # positions, narrow where they fit
    int32_t
    int64_t

ctypedef fused real_t:              # values that may be missing
    cnp.float32_t
    cnp.float64_t


cdef inline pos_t floor_div(pos_t a, pos_t b) noexcept nogil:
    """Floor of a / b for b > 0; C division truncates towards zero."""
    return a // b if a >= 0 else -((-a + b - 1) // b)
