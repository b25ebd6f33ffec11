"""2D tracks from tables: DataFrames and tab-separated files."""

import gzip
import logging

import numpy as np
import pandas as pd
import pytest
from rectangle_walks import PLACES, SIZES

from genomedb.analysis.extract import extract
from genomedb.analysis.from_rectangles import create_2d_from
from genomedb.db.create import create_database
from genomedb.errors import GenomeDBError, MissingFileError, ParseError, TrackExistsError
from genomedb.importers.rectangles import import_2d

HEAD = "\t".join([*PLACES, "score"]) + "\n"
ROWS = "chr2\t5\t9\tchr10\t0\t200\t1.5\nchr10\t7\t8\tchr2\t30\t31\t-2\nchr2\t0\t5\tchr10\t3\t4\t.\n"


@pytest.fixture
def db(tmp_path):
    return create_database(tmp_path / "root", "toy", SIZES)


def written(tmp_path, text, name="x.tsv"):
    path = tmp_path / name
    path.write_bytes(gzip.compress(text.encode()) if name.endswith(".gz") else text.encode())
    return path


@pytest.mark.parametrize("name", ["x.tsv", "x.tsv.gz"])
def test_a_table_is_imported(db, tmp_path, name):
    import_2d(db, "made", written(tmp_path, HEAD + ROWS, name), description="some")
    found = extract(db, "made")
    assert found[PLACES].astype({"chrom1": str, "chrom2": str}).to_numpy().tolist() == [
        ["chr2", 0, 5, "chr10", 3, 4], ["chr2", 5, 9, "chr10", 0, 200],
        ["chr10", 7, 8, "chr2", 30, 31],
    ]  # fmt: skip
    np.testing.assert_array_equal(found["made"], [np.nan, 1.5, -2])
    assert db["made"].track_type == "rectangles"
    assert db["made"].info()["sources"][0]["name"] == name
    assert db["made"].attrs["description"] == "some"


def test_points_of_several_files_with_more_columns_are_one_track(db, tmp_path):
    one = written(tmp_path, HEAD.replace("\n", "\tq\n") + "chr2\t5\t6\tchr2\t9\t10\t1\tabc\n")
    other = written(
        tmp_path, HEAD + "2\t6\t7\t2\t9\t10\t4", "y.tsv"
    )  # other names, no last newline
    import_2d(db, "made", [one, other])
    assert db["made"].track_type == "points"
    assert extract(db, "made")["made"].tolist() == [1, 4]


def test_rows_on_unknown_chromosomes_are_left_out(db, tmp_path, caplog):
    text = HEAD + "chr7\t1\t2\tchr2\t1\t2\t1\n" + ROWS + "chr2\t1\t2\tchrUn_long_name\t1\t2\t1\n"
    with caplog.at_level(logging.WARNING):
        import_2d(db, "made", written(tmp_path, text))
    assert len(extract(db, "made")) == 3
    assert "chromosome chr7 is not in the database: 1 records left out" in caplog.text
    assert "chromosome chrUn_long_name is not in the database: 1 records" in caplog.text


def test_an_empty_value_is_a_missing_one(db, tmp_path):
    rows = "chr2\t5\t6\tchr2\t0\t1\t\nchr2\t7\t8\tchr2\t0\t1\t\tmore\r\nchr2\t9\t10\tchr2\t0\t1\t2"
    import_2d(db, "made", written(tmp_path, HEAD + rows))
    np.testing.assert_array_equal(extract(db, "made")["made"], [np.nan, np.nan, 2])


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "empty"),
        ("chrom1\tstart1\n", "x.tsv:1: 2 columns, not 7 or more"),
        (ROWS, "x.tsv:1: the first line has numbers"),
        (HEAD, "x.tsv: holds no values"),
        (HEAD + ROWS + "chr2\t1\t2\tchr2\t3\t4\n", "x.tsv:5: 6 fields, not 7 or more"),
        (HEAD + "chr2\t1\tx\tchr2\t3\t4\t1\n", "x.tsv:2: end1 \"x\" is not a whole number"),
        (HEAD + "chr2\t1\t2\tchr2\t3\t4\tone\n", "x.tsv:2: value \"one\" is not a number"),
        (HEAD + ROWS + "chr2\t1\t2\tchr2\t4\t4\t1\n", "x.tsv:5: chr2:4-4 (side 2) is empty"),
        (HEAD + "chr2\t1\t301\tchr2\t3\t4\t1\n", "x.tsv:2: chr2:1-301 (side 1)"),
        (HEAD + "chr2\t-1\t30\tchr2\t3\t4\t1\n", "x.tsv:2: start1 \"-1\" is negative"),
        (HEAD + "chr9\t1\t2\tchr2\t3\t4\t1\n", "none of its chromosomes (chr9) is in the database"),
        (HEAD + "chr2\0\t1\t2\tchr2\0\t3\t4\t1\n", "none of its chromosomes (chr2\0) is in"),
        (HEAD + ROWS + "chr2\t4\t6\tchr10\t0\t4\t1\n", "overlaps chr2:"),
        (HEAD + "chr2\t1\t2\tchr2\t3\t4\t1\n" * 2, "chr2:1, chr2:3 is given twice"),
    ],
)  # fmt: skip
def test_a_bad_table_makes_no_track(db, tmp_path, text, message):
    with pytest.raises(GenomeDBError) as error:
        import_2d(db, "made", written(tmp_path, text))
    assert message in str(error.value)
    assert not db.has_track("made")


def test_names_and_files_are_checked_first(db, tmp_path):
    path = written(tmp_path, HEAD + ROWS)
    db.create_points("rects", {("chr2", "chr2"): ([1], [2], [3])})
    with pytest.raises(TrackExistsError, match="already exists"):
        import_2d(db, "rects", path)
    with pytest.raises(MissingFileError):
        import_2d(db, "made", [path, tmp_path / "none.tsv"])
    import_2d(db, "rects", path, overwrite=True)
    assert len(extract(db, "rects")) == 3
    with pytest.raises(ParseError):
        import_2d(db, "rects", written(tmp_path, HEAD + "chr2\n"), overwrite=True)
    assert len(extract(db, "rects")) == 3


# ---- DataFrames


def table(*rows):
    return pd.DataFrame(rows, columns=PLACES)


def test_a_dataframe_becomes_a_track(db):
    frame = table(
        ("chr10", 5, 9, "chr2", 1, 2), ("chr2", 0, 1, "chr2", 3, 4), ("chrZ", 0, 1, "1", 0, 1)
    )
    create_2d_from(db, "made", frame, [1, np.inf, 3])
    found = extract(db, "made")
    assert found["start1"].tolist() == [0, 5]
    np.testing.assert_array_equal(found["made"], [np.nan, 1])
    create_2d_from(db, "made", frame.assign(value=[4, 5, 6])[1:2], overwrite=True)
    assert db["made"].track_type == "points"
    assert extract(db, "made")["made"].tolist() == [5]


@pytest.mark.parametrize(
    ("frame", "values", "message"),
    [
        (table(("chr2", 0, 1, "chr2", 3, 4)), None, "there are no values"),
        (table(("chr2", 0, 1, "chr2", 3, 4)), [1, 2], "2 values for 1 intervals"),
        (table(("chr2", 0, 1, "chr2", 3, 4)), ["a"], "values are not numbers"),
        (table(("chr7", 0, 1, "chr2", 3, 4)), [1], "No intervals map to known chromosomes"),
        (table(("chr7", 0, 1, "chr2", 3, 4), ("chr2", 0, 1, "chr2", 5, 4)), [1, 1],
         "row 1, axis 2 (chr2:5-4)"),
        (table(("chr2", 0, 301, "chr2", 3, 4)), [1], "row 0, axis 1 (chr2:0-301)"),
        (table(("chr2", -3, 1, "chr2", 3, 4)), [1], "row 0, axis 1 (chr2:-3-1)"),
        (table(("chr2", 0, 9, "chr2", 3, 4), ("chr2", 8, 9, "chr2", 0, 9)), [1, 1], "overlaps"),
        (table(("chr2", 0, 1, "chr2", 3, 4)).drop(columns="end2"), [1], "no column end2"),
        (table(("chr2", 0.5, 1, "chr2", 3, 4)), [1], "axis 1"),
    ],
)  # fmt: skip
def test_a_bad_dataframe_makes_no_track(db, frame, values, message):
    with pytest.raises(GenomeDBError) as error:
        create_2d_from(db, "made", frame, values)
    assert message in str(error.value)
    assert not db.has_track("made")
