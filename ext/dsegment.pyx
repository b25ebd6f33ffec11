"""Maximal stretches of a running sum of scores."""

from _types cimport pos_t


cdef Py_ssize_t _find(
    const double[::1] scores, double thresh, double max_dropoff, pos_t[::1] starts, pos_t[::1] ends
) noexcept nogil:
    cdef Py_ssize_t i, begin = 0, peak_end = 0, n = 0
    cdef double total = 0, peak = 0
    for i in range(scores.shape[0]):
        total += scores[i]
        if total > peak:
            peak = total
            peak_end = i + 1
        # written so that NaN starts anew too
        if not (total >= 0 and peak - total <= max_dropoff):
            if peak >= thresh and peak_end > begin:
                starts[n] = begin
                ends[n] = peak_end
                n += 1
            total = peak = 0
            begin = peak_end = i + 1
    if peak >= thresh and peak_end > begin:
        starts[n] = begin
        ends[n] = peak_end
        n += 1
    return n


def find(
    const double[::1] scores, double thresh, double max_dropoff, pos_t[::1] starts,
    pos_t[::1] ends,
):
    """Fill starts and ends, each as long as `scores`; return how many there are."""
    cdef Py_ssize_t n
    with nogil:
        n = _find(scores, thresh, max_dropoff, starts, ends)
    return n
