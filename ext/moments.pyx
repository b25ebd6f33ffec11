"""Count, sum, mean, spread and extremes of a stream of values, without cancellation."""
from libc.math cimport INFINITY
from libc.stdint cimport int32_t
cimport numpy as cnp

from _types cimport pos_t

cnp.import_array()

cdef enum:
    LANES = 32
    TILE = 4096     # values whose mean is taken before their spread; as the door says
    N_STATE = 6     # count, mean, spread, sum, min, max


cdef void _tile(const double* v, Py_ssize_t n, double* state) noexcept nogil:
    """Add at most TILE values: their spread is about their own mean."""
    cdef double[LANES] total
    cdef double[LANES] low
    cdef double[LANES] high
    cdef int32_t[LANES] seen
    cdef Py_ssize_t row, j, rows = n // LANES, rest = n % LANES
    cdef const double* at = v
    cdef double x, mean, spread = 0.0, whole = 0.0, smallest = INFINITY, largest = -INFINITY
    cdef pos_t count = 0
    for j in range(LANES):
        total[j] = 0.0
        low[j] = INFINITY
        high[j] = -INFINITY
        seen[j] = 0
    for row in range(rows):
        for j in range(LANES):
            x = at[j]
            seen[j] += x == x
            total[j] += x if x == x else 0.0
            low[j] = x if x < low[j] else low[j]
            high[j] = x if x > high[j] else high[j]
        at += LANES
    for j in range(rest):
        x = at[j]
        seen[j] += x == x
        total[j] += x if x == x else 0.0
        low[j] = x if x < low[j] else low[j]
        high[j] = x if x > high[j] else high[j]
    for j in range(LANES):
        count += seen[j]
        whole += total[j]
        smallest = min(smallest, low[j])
        largest = max(largest, high[j])
    if count == 0:
        return
    mean = smallest if smallest == largest else whole / count     # exact for equal values
    at = v
    for j in range(LANES):
        total[j] = 0.0
    for row in range(rows):
        for j in range(LANES):
            x = at[j] - mean
            total[j] += x * x if x == x else 0.0
        at += LANES
    for j in range(rest):
        x = at[j] - mean
        total[j] += x * x if x == x else 0.0
    for j in range(LANES):
        spread += total[j]
    _merge(state, count, mean, spread, whole, smallest, largest)


cdef void _merge(double* state, double count, double mean, double spread, double whole,
                 double smallest, double largest) noexcept nogil:
    """Two groups as one, after Chan, Golub and LeVeque (1979)."""
    cdef double delta = mean - state[1], both = state[0] + count
    if state[0] == 0:
        state[1] = mean
        state[2] = spread
    elif delta != 0:
        state[1] += delta * (count / both)
        state[2] += spread + delta * delta * (state[0] * count / both)
    else:
        state[2] += spread
    state[0] = both
    state[3] += whole
    state[4] = min(state[4], smallest)
    state[5] = max(state[5], largest)


cdef void _add(const double[::1] values, double* state) noexcept nogil:
    cdef Py_ssize_t at = 0, n = values.shape[0]
    while at < n:
        _tile(&values[at], min(<Py_ssize_t>TILE, n - at), state)
        at += TILE


def add(const double[::1] values, double[::1] state):
    """Add values, tile by tile from the first on."""
    with nogil:
        _add(values, &state[0])


def merge(double[::1] state, const double[::1] other):
    """Add what another state holds."""
    with nogil:
        if other[0] > 0:
            _merge(&state[0], other[0], other[1], other[2], other[3], other[4], other[5])
