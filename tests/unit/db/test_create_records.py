"""Feature and array tracks from frames and arrays."""

import numpy as np
import pandas as pd
import pytest

from genomedb import create_database
from genomedb.errors import ChromError, UsageError


@pytest.fixture
def db(tmp_path):
    return create_database(tmp_path, "toy", {"chr1": 1000, "chr2": 500})


def test_rows_of_a_frame_come_back_sorted_with_all_columns(db):
    rng = np.random.default_rng(3)
    frame = pd.DataFrame({"chrom": rng.choice(["chr2", "chr1"], 300),
                          "start": rng.integers(0, 40, 300)})  # fmt: skip
    frame["end"] = frame["start"] + rng.integers(1, 9, 300)
    frame["strand"] = rng.choice(list("+-."), 300)
    frame["score"] = rng.random(300)
    frame["name"] = [f"é{i}" if i % 3 else None for i in range(300)]
    track = db.create_features("x", frame)
    for chrom in ("chr1", "chr2"):
        rows = frame[frame["chrom"] == chrom].sort_values(["start", "end"], kind="stable")
        found = track.read(chrom)
        np.testing.assert_array_equal(found.start, rows["start"])
        np.testing.assert_array_equal(found.end, rows["end"])
        assert found.strand.tolist() == [{"+": 1, "-": -1, ".": 0}[s] for s in rows["strand"]]
        np.testing.assert_array_equal(found.columns["score"], rows["score"])
        assert found.columns["name"].tolist() == rows["name"].fillna("").tolist()


def test_a_mapping_without_strand_is_enough(db):
    track = db.create_features("x", {"chrom": ["chr1"], "start": [3], "end": [5]})
    assert track.read("chr1").end.tolist() == [5]
    assert not track.has_strand


@pytest.mark.parametrize(
    ("columns", "error", "message"),
    [
        ({"chrom": ["chr1"], "start": [3]}, UsageError, "no column end"),
        ({"chrom": ["chr1"], "start": [3], "end": [5, 6]}, UsageError, "2 values, not 1"),
        ({"chrom": ["chr9"], "start": [3], "end": [5]}, ChromError, "chr9"),
        ({"chrom": ["chr1"], "start": [3.5], "end": [5]}, UsageError, "not whole numbers"),
        ({"chrom": ["chr1"], "start": [5], "end": [5]}, ChromError, "is empty or not inside"),
        ({"chrom": [], "start": [], "end": []}, UsageError, "no features"),
        ({"chrom": ["chr1"], "start": [3], "end": [5], "strand": ["x"]}, UsageError,
         "strand .* of row 0 is not one"),
    ],
)  # fmt: skip
def test_wrong_columns_are_explained(db, columns, error, message):
    with pytest.raises(error, match=message):
        db.create_features("x", columns)
    assert not db.has_track("x")


def test_an_array_track_holds_several_values_a_record(db):
    values = np.array([[1, 2], [3, np.nan]], np.float32)
    track = db.create_array("x", ["a", "b"], {"chr1": (np.array([1, 5]), np.array([3, 9]), values)})
    np.testing.assert_array_equal(track.read("chr1").values, values)
