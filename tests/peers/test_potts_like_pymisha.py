"""Pairwise energy models score as with PyMisha, in texts and as virtual tracks.

Known differences, set by rules of our own, which the cases here stay clear of:

- of places that tie, the first one is the best on both strands, also with ``strand=-1``.
"""

import numpy as np
import pandas as pd
import pytest
from peer_facades import FACADES, QUIET, SIZES, in_both, overlapping, tracks

pytestmark = [*QUIET, pytest.mark.usefixtures("tracks")]
__all__ = ["tracks"]
MODES = {"lse": "potts", "max": "potts.max", "pos": "potts.max.pos", "count": "potts.count"}
STRANDS = [{"bidirect": True}, {"bidirect": False, "strand": 1}, {"bidirect": False, "strand": -1}]


def a_model(seed, width=5, *, flat=False):
    rng = np.random.default_rng(seed)
    tables = rng.normal(0, 1, (2, 4, 4))
    return {
        "e": rng.normal(0, 1, (width, 4)), "pairs": np.array([[1, 3], [2, width]]),
        "J": tables.reshape(2, 16) if flat else list(tables), "intercept": 0.3, "width": width,
    }  # fmt: skip


@pytest.mark.parametrize("options", STRANDS, ids=str)
@pytest.mark.parametrize("mode", MODES)
def test_texts(mode, options):
    rng = np.random.default_rng(3)
    seqs = ["".join(rng.choice(list("ACGTacgtN"), n)) for n in rng.integers(0, 60, 80)]
    seqs += ["NNNNNNN", "ACG", ""]
    for model in (a_model(1), a_model(2, flat=True), {"e": a_model(3)["e"]}):
        theirs, ours = in_both("gseq_potts", seqs, model, mode, score_thresh=1.0, **options)
        np.testing.assert_allclose(ours, theirs, rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("options", STRANDS, ids=str)
@pytest.mark.parametrize("extend", [True, False])
@pytest.mark.parametrize("mode", MODES)
def test_virtual_tracks(mode, extend, options):
    scope = overlapping(np.random.default_rng(4), 8)
    ends = pd.DataFrame({"chrom": ["chrX"], "start": [SIZES["chrX"] - 3], "end": [SIZES["chrX"]]})
    given = {"score_thresh": 1.0} if mode == "count" else {}
    for facade in FACADES:
        facade.gvtrack_create(
            "v", None, MODES[mode], params={**a_model(5), "extend": extend, **options, **given}
        )
    for rows, iterator in ((scope, 20), (scope, -1), (ends, -1), (ends, 1)):
        theirs, ours = in_both("gextract", "v", rows, iterator)
        keys = ["chrom", "start", "end"]
        pd.testing.assert_frame_equal(theirs[keys], ours[keys])
        np.testing.assert_allclose(ours["v"], theirs["v"], rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize(
    "change",
    [
        {"mode": "x"}, {"mode": "count"}, {"bidirect": False}, {"strand": 5}, {"model": None},
        {"model": {**a_model(1), "width": 4}}, {"model": {**a_model(1), "pairs": [[3, 1], [2, 4]]}},
        {"model": {**a_model(1), "pairs": [[0, 1], [2, 4]]}},
        {"model": {**a_model(1), "pairs": [[1, 2], [1, 2]]}},
        {"model": {**a_model(1), "intercept": np.nan}}, {"model": {**a_model(1), "J": []}},
    ],
    ids=lambda change: next(iter(change)),
)  # fmt: skip
def test_what_is_refused(change):
    for facade in FACADES:
        with pytest.raises(ValueError, match=r"."):
            facade.gseq_potts(**{"seqs": ["ACGTAC"], "model": a_model(1), **change})
