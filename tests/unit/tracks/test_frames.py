"""What a track holds in a region, as a DataFrame."""

import numpy as np
import pytest

from genomedb import UsageError, create_database
from genomedb.storage.spec import ColumnSpec
from genomedb.tracks.create import new_array, new_features


@pytest.fixture
def db(tmp_path):
    return create_database(tmp_path, "toy", {"chr1": 105, "chr2": 50})


def test_bins_come_with_their_edges_and_missing_ones_as_nan(db):
    values = np.arange(11, dtype=np.uint8)
    track = db.create_dense("d", {"chr1": values, "chr2": np.zeros(5)}, bin_size=10,
                            dtype="uint8", missing=9)  # fmt: skip
    frame = track.to_frame("chr1:85-105")
    assert frame.columns.tolist() == ["chrom", "start", "end", "value"]
    assert frame["chrom"].tolist() == ["chr1"] * 3
    assert frame["start"].tolist() == [80, 90, 100]
    assert frame["end"].tolist() == [90, 100, 105]
    np.testing.assert_array_equal(frame["value"], [8, np.nan, 10])


def test_records_come_with_their_values(db):
    track = db.create_sparse("s", {"chr1": ([0, 50], [10, 60], [1.5, 2.5])})
    frame = track.to_frame(("1", 5, 55))
    assert frame.to_dict("list") == {
        "chrom": ["chr1", "chr1"], "start": [0, 50], "end": [10, 60], "value": [1.5, 2.5],
    }  # fmt: skip
    assert len(track.to_frame("chr2")) == 0


def test_arrays_come_with_a_column_each(db):
    with new_array(db.place("a"), ["wt", "ko"]) as draft:
        draft.write("chr1", [([0], [10], [[1, 2]])])
    frame = db["a"].to_frame("chr1")
    assert frame.drop(columns="chrom").values.tolist() == [[0, 10, 1, 2]]
    assert frame.columns.tolist() == ["chrom", "start", "end", "wt", "ko"]


def test_features_come_with_strand_signs_and_texts(db):
    specs = [ColumnSpec("name", "", "text"), ColumnSpec("score", "float32")]
    with new_features(db.place("f"), specs, strand=True) as draft:
        columns = {"strand": [1, -1, 0], "name": ["a", "", "ü"], "score": [1, 2, 3]}
        draft.write("chr1", [([0, 5, 20], [50, 10, 30], columns)])
    frame = db["f"].to_frame("chr1:8-25")
    assert frame["strand"].tolist() == ["+", "-", "."]
    assert frame["name"].tolist() == ["a", "", "ü"]
    assert frame["score"].tolist() == [1, 2, 3]


def test_a_sequence_is_no_table(tmp_path):
    from genomedb import import_fasta

    (tmp_path / "x.fa").write_text(">chr1\nACGT\n")
    db = create_database(tmp_path, "tiny", {"chr1": 4})
    import_fasta(db, "seq", tmp_path / "x.fa")
    with pytest.raises(UsageError, match=r"seq: a sequence is no table\. Use text"):
        db["seq"].to_frame("chr1")
