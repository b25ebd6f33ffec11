"""Changes of letters by which a motif's score crosses a threshold, as with PyMisha.

Known differences, set by rules of our own, which the cases here stay clear of:

- letters are only changed: ``max_indels`` above 0 is an error; ``*.lse`` and gseq_pwm_edits are
  not there.
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


@pytest.mark.parametrize("limits", [*LIMITS, {"score_thresh": -2.4, "max_edits": 1}], ids=str)
@pytest.mark.parametrize("options", STRANDS, ids=str)
@pytest.mark.parametrize("name", FUNCTIONS)
def test_virtual_tracks(name, options, limits):
    if name == "pwm.n_mutations" and "max_edits" in limits:
        pytest.skip("it has no such word")
    scope = overlapping(np.random.default_rng(4), 8, longest=30)
    ends = pd.DataFrame({"chrom": ["chrX"], "start": [SIZES["chrX"] - 5], "end": [SIZES["chrX"]]})
    for facade in FACADES:
        facade.gvtrack_create("v", None, name, pssm=MOTIF, **options, **limits)
    for rows, iterator in ((scope, -1), (ends, -1), (ends, 1)):
        theirs, ours = in_both("gextract", "v", rows, iterator)
        np.testing.assert_array_equal(ours["v"], theirs["v"])
