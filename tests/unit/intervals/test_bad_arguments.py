"""Arguments that no function of intervals can use are refused by name."""

import math

import numpy as np
import pandas as pd
import pytest

from genomedb.core.chroms import ChromTable
from genomedb.errors import UsageError
from genomedb.intervals.annotate import annotate
from genomedb.intervals.build import from_strings, from_tuples, intervals, window
from genomedb.intervals.neighbors import (
    neighbors,
    neighbors_directional,
    neighbors_downstream,
    neighbors_upstream,
)
from genomedb.intervals.random import random_intervals
from genomedb.intervals.reshape import from_matrix, normalize

CHROMS = ChromTable(("chr1", "chr2"), (1000, 500))
A = pd.DataFrame({"chrom": ["chr1", "chr2"], "start": [0, 10], "end": [50, 30]})
NEAREST = [neighbors, neighbors_upstream, neighbors_downstream]
NO_NUMBERS = ["5", None, 1j, [5], np.array([5.0]), np.timedelta64(5, "D"), pd.NA, math.nan]


@pytest.mark.parametrize("value", NO_NUMBERS, ids=repr)
@pytest.mark.parametrize("near", [*NEAREST, neighbors_directional, annotate])
def test_a_distance_is_a_number(near, value):
    with pytest.raises(UsageError, match="dist"):
        near(A, A, CHROMS, max_dist=value)


@pytest.mark.parametrize("value", ["5", None, 1.5, [5], np.array([5]), 0, -1], ids=repr)
@pytest.mark.parametrize("near", [*NEAREST, annotate])
def test_a_number_of_neighbours_is_a_whole_number(near, value):
    with pytest.raises(UsageError, match=r"neighbours make no sense\. Ask for at least 1"):
        near(A, A, CHROMS, max_neighbors=value)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: window("chr1", 5, "5", chroms=CHROMS), "half_width='5'"),
        (lambda: window("chr1", 5, 2.5, chroms=CHROMS), "half_width=2.5"),
        (lambda: window("chr1", [[5]], 2, chroms=CHROMS), "neither one value nor a list"),
        (lambda: intervals(A, 0, 5, chroms=CHROMS), "neither one value nor a list"),
        (lambda: intervals("chr1", [[0], [1, 2]], 5, chroms=CHROMS), "neither one value nor a"),
        (lambda: from_strings(5, CHROMS), "5 is neither text nor a list of texts"),
        (lambda: from_tuples(5, CHROMS), "5 is no list of rows"),
        (lambda: random_intervals(5, 3, chroms=CHROMS, chromosomes=1.5), "chromosomes=1.5 is not"),
        (lambda: random_intervals(np.array([5]), 3, chroms=CHROMS), "not a whole number of at"),
        (lambda: normalize(A, [[5, 5]], CHROMS), "size: row 0 .* is not a|size"),
        (lambda: normalize(A, np.array([[5, 5]]), CHROMS), "size=array.* Give one size"),
        (lambda: normalize(A, "5", CHROMS), "size='5'"),
        (lambda: from_matrix(5), "the index has no levels chrom, start, end"),
        (lambda: annotate(A, A.assign(x=1), CHROMS, tie_method=["first"]), "tie_method=.*unknown"),
    ],
    ids=range(14),
)
def test_other_bad_arguments_are_named(call, message):
    with pytest.raises(UsageError, match=message):
        call()
