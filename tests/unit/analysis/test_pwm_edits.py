"""Changes of single texts, written out."""

import numpy as np
import pytest

from genomedb.analysis.pwm_edits import COLUMNS, pwm_edits
from genomedb.errors import UsageError

MOTIF = np.array(
    [[0.7, 0.1, 0.1, 0.1], [0.1, 0.6, 0.2, 0.1], [0.05, 0.05, 0.8, 0.1], [0.4, 0.1, 0.1, 0.4]]
)


def test_the_place_with_fewest_changes_is_told_letter_by_letter():
    found = pwm_edits(["TTTTACCATTTT", "ACGA", "AC"], MOTIF, -2.4, prior=0)
    assert tuple(found.columns) == COLUMNS
    assert found["seq_idx"].tolist() == [1, 2]
    first, second = found.to_dict("records")
    assert (first["window_start"], first["strand"], first["n_edits"]) == (5, 1, 1)
    assert (first["motif_col"], first["ref"], first["alt"]) == (3, "C", "G")
    assert first["gain"] == pytest.approx(np.log(0.8 / 0.05))
    assert (first["window_seq"], first["mutated_seq"]) == ("ACCA", "ACGA")
    assert first["score_after"] == pytest.approx(first["score_before"] + first["gain"])
    assert (second["n_edits"], second["edit_num"], second["gain"]) == (0, 0, 0)


def test_scores_after_all_changes_cross_the_threshold():
    rng = np.random.default_rng(2)
    texts = ["".join(rng.choice(list("ACGTN"), 12)) for _ in range(30)]
    for direction, threshold in (("above", -2.5), ("below", -8.0)):
        found = pwm_edits(texts, MOTIF, threshold, direction=direction)
        after = found["score_after"]
        assert (after >= threshold if direction == "above" else after <= threshold).all()
        n = found[found["n_edits"] > 0].groupby("seq_idx")["n_edits"].agg(["size", "first"])
        assert (n["size"] == n["first"]).all()
        changed = [
            sum(a != b for a, b in zip(one, other, strict=True))
            for one, other in zip(found["window_seq"], found["mutated_seq"], strict=True)
        ]
        assert changed == found["n_edits"].tolist()


def test_what_cannot_be_is_refused():
    for options, message in (({"direction": "up"}, "direction is"), ({"strand": 0}, "strand is 0")):
        with pytest.raises(UsageError, match=message):
            pwm_edits(["ACGT"], MOTIF, -2, **options)
    assert len(pwm_edits(["ACGT"], MOTIF, 1.0)) == 0
