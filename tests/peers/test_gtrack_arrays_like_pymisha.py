"""Array tracks made, read, written and joined by the same calls of both facades are the same.

Known differences, set by rules of our own, which the cases here stay clear of: chromosomes in
another spelling are understood in sources of gtrack_array_import (the peer leaves them out).
"""

import numpy as np
import pytest
from peer_facades import (
    FACADES,
    QUIET,
    apart,
    assert_same,
    in_both,
    overlapping,
    tracks,
    with_gaps,
)

pytestmark = [*QUIET, pytest.mark.usefixtures("tracks")]
__all__ = ["tracks"]


@pytest.fixture
def array():
    """Track x.array in both."""
    rng = np.random.default_rng(9)
    frame = apart(rng, 25).sample(frac=1, random_state=3)
    values = with_gaps(rng, rng.integers(-24, 48, 225) / 8).reshape(75, 3)
    for facade in FACADES:
        for name in facade.gtrack_ls("^x") or []:
            facade.gtrack_rm(name, force=True)
    in_both("gtrack_array_create", "x.array", "words", frame, values, ["a", "b", "c"])


@pytest.mark.usefixtures("array")
@pytest.mark.parametrize("slice", [None, ["c", "a"], [2, 0], ["b"]])
@pytest.mark.parametrize("scope", [None, "overlaps"])
def test_arrays_are_extracted(slice, scope):
    if scope is not None:
        scope = overlapping(np.random.default_rng(2), 6)
    assert_same(*in_both("gtrack_array_extract", "x.array", slice, scope))
    for facade in FACADES:
        assert facade.gtrack_array_get_colnames("x.array") == ["a", "b", "c"]


@pytest.mark.usefixtures("array")
def test_arrays_are_written_and_joined(tmp_path):
    for facade in FACADES:
        path = tmp_path / f"{facade.__name__}.tsv"
        facade.gtrack_array_extract("x.array", ["a", "b"], file=str(path))
        facade.gtrack_array_set_colnames("x.array", ["a", "two", "three"])
        facade.gtrack_array_import("x.joined", "words", str(path), "x.array")
        names = facade.gtrack_array_get_colnames("x.joined")
        assert names == ["a", "b", "two", "three"]
    assert_same(*in_both("gtrack_array_extract", "x.joined"))
