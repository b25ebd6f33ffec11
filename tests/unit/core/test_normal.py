"""Tails of the standard normal distribution."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from genomedb.core.normal import lower_tail, tail_start
from genomedb.errors import UsageError


def test_tails_are_those_of_the_tables():
    z = [-8, -6, -3.090232306167813, -1.6448536269514722, 0, 1.6448536269514722]
    p = [6.220960574271785e-16, 9.865876450376981e-10, 1e-3, 0.05, 0.5, 0.95]
    np.testing.assert_allclose(lower_tail(z), p, rtol=1e-12)


def test_tails_of_no_values_are_none():
    assert lower_tail([]).shape == (0,)
    assert lower_tail([]).dtype == np.float64


def test_missing_scores_have_missing_tails():
    assert np.isnan(lower_tail([math.nan]))[0]


@given(st.floats(1e-300, 0.999999))
def test_a_tail_starts_where_it_has_its_size(p):
    assert lower_tail(tail_start(p)) == pytest.approx(p, rel=1e-8)


def test_tails_of_nothing_and_of_everything_start_at_infinity():
    assert tail_start(0) == -math.inf
    assert tail_start(1) == math.inf


@pytest.mark.parametrize("p", [-0.1, 1.5, math.nan])
def test_what_is_no_probability_is_refused(p):
    with pytest.raises(UsageError, match=f"probability {p} is not between 0 and 1"):
        tail_start(p)
