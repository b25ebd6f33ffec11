"""Changes of letters by which a motif's score crosses a threshold, as with PyMisha.

Known differences, set by rules of our own, which the cases here stay clear of:

- letters are only changed: ``max_indels`` above 0 is an error; ``*.lse`` are not there;
- gseq_pwm_edits with ``direction="below"`` goes by the strand that needs more changes, as the
  virtual tracks of both do.
"""

import numpy as np
import pandas as pd
import pytest
from peer_facades import FACADES, QUIET, SIZES, in_both, overlapping, tracks

pytestmark = [*QUIET, pytest.mark.usefixtures("tracks")]
__all__ = ["tracks"]
MOTIF = np.array(
    [[0.7, 0.1, 0.1, 0.1], [0.1, 0.6, 0.2, 0.1], [0.05, 0.05, 0.8, 0.1], [0.4, 0.1, 0.1, 0.4]]
)
FUNCTIONS = [
    "pwm.edit_distance", "pwm.edit_distance.pos", "pwm.max.edit_distance", "pwm.n_mutations",
]  # fmt: skip
STRANDS = [{"bidirect": True}, {"bidirect": False, "strand": 1}]
LIMITS = [
    {"score_thresh": -2.4}, {"score_thresh": -3.5, "extend": False}, {"score_thresh": -1.0},
    {"score_thresh": -5.0, "direction": "below"}, {"score_thresh": -9.0, "direction": "below"},
    {"score_thresh": -3.1, "score_min": -7.0}, {"score_thresh": -3.1, "score_max": -4.0},
]  # fmt: skip


AT_MOST = {"score_thresh": -2.4, "max_edits": 1}  # which n_mutations does not take
CASES = [(name, limits) for name in FUNCTIONS for limits in LIMITS]
CASES += [(name, AT_MOST) for name in FUNCTIONS if name != "pwm.n_mutations"]


@pytest.mark.parametrize(("name", "limits"), CASES, ids=str)
@pytest.mark.parametrize("options", STRANDS, ids=str)
def test_virtual_tracks(name, options, limits):
    scope = overlapping(np.random.default_rng(4), 8, longest=30)
    ends = pd.DataFrame({"chrom": ["chrX"], "start": [SIZES["chrX"] - 5], "end": [SIZES["chrX"]]})
    for facade in FACADES:
        facade.gvtrack_create("v", None, name, pssm=MOTIF, **options, **limits)
    for rows, iterator in ((scope, -1), (ends, -1), (ends, 1)):
        theirs, ours = in_both("gextract", "v", rows, iterator)
        np.testing.assert_array_equal(ours["v"], theirs["v"])


@pytest.mark.parametrize("threshold", [-2.4, -3.5, -5.0, -1.0])
@pytest.mark.parametrize(
    "options", [{}, {"bidirect": False, "strand": -1}, {"max_edits": 1}], ids=str
)
def test_changes_of_texts(threshold, options):
    rng = np.random.default_rng(5)
    share = [0.23, 0.23, 0.23, 0.23, 0.08]
    seqs = ["".join(rng.choice(list("ACGTN"), n, p=share)) for n in rng.integers(3, 14, 80)]
    theirs, ours = in_both("gseq_pwm_edits", seqs, MOTIF, threshold, **options)
    assert list(theirs.columns) == list(ours.columns)
    for name in theirs.columns:
        one, other = theirs[name], ours[name]
        assert one.isna().tolist() == other.isna().tolist(), name
        if name in ("score_before", "score_after", "gain"):
            np.testing.assert_allclose(other.astype(float), one.astype(float), atol=1e-6)
        else:
            assert one.dropna().tolist() == other.dropna().tolist(), name
