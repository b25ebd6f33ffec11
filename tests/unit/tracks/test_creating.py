"""New tracks: what does not fit is named."""

import numpy as np
import pytest

import genomedb


def test_a_sparse_value_that_does_not_fit_is_named_by_its_own_position(tmp_path):
    db = genomedb.create_database(tmp_path, "toy", {"chr1": 1000})
    records = {"chr1": (np.array([0, 100]), np.array([5, 105]), np.array([1, 300]))}
    with pytest.raises(genomedb.UsageError, match=r"value 300 at chr1:100 does not fit uint8"):
        db.create_sparse("s", records, dtype="uint8")
    assert db.list_tracks() == []
