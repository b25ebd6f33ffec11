"""Saved interval sets: what goes in comes out, and names are refused when taken."""

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from genomedb.core.spans import Spans, Spans2D
from genomedb.db.create import create_database
from genomedb.db.database import GenomeDB
from genomedb.db.interval_sets import (
    change_set_attributes,
    dimensions_of,
    has_set,
    is_set,
    list_sets,
    load_set,
    load_spans,
    remove_set,
    save_set,
    set_attributes_of,
    set_path,
    set_root,
    update_set,
)
from genomedb.errors import (
    ChromError,
    FormatError,
    TrackExistsError,
    TrackNotFoundError,
    UsageError,
)
from genomedb.intervals.two_d import COLUMNS_2D
from genomedb.storage.edit import replace_attributes
from genomedb.tracks.rewrite import repack

SIZES = {"chr10": 1000, "chr2": 500, "chrX": 205}


@pytest.fixture
def db(tmp_path):
    return create_database(tmp_path / "root", "toy", SIZES)


def frame(**more):
    return pd.DataFrame(
        {"chrom": ["2", "chr10", 2, "X"], "start": [40, 7, 3, 0], "end": [50, 9, 30, 205], **more}
    )


def two(**more):
    return pd.DataFrame({
        "chrom1": ["X", "2", "2", "2"], "start1": [1, 5, 3, 3], "end1": [2, 9, 9, 9],
        "chrom2": ["10", "X", "10", "10"], "start2": [0, 0, 8, 2], "end2": [9, 9, 9, 9], **more,
    })  # fmt: skip


def rows(made):
    return [tuple(None if v is None or v != v else v for v in row)
            for row in made.itertuples(index=False)]  # fmt: skip


def test_rows_come_back_by_database_order_then_start_with_their_columns(db):
    given = frame(
        score=[1.5, 2.5, math.nan, 0], name=["a", None, "", "ü"], strand=["+", "-", ".", "+"],
        good=[True, False, True, True], n=np.array([1, 2, 3, 2**62]),
    )  # fmt: skip
    save_set(db, given, "genes.some")
    made = load_set(db, "genes/some")
    assert list(made.columns) == [
        "chrom", "start", "end", "score", "name", "strand", "good", "n"
    ]  # fmt: skip
    assert rows(made) == [
        ("chr10", 7, 9, 2.5, None, -1, False, 2),
        ("chr2", 3, 30, None, "", 0, True, 3),
        ("chr2", 40, 50, 1.5, "a", 1, True, 1),
        ("chrX", 0, 205, 0.0, "ü", 1, True, 2**62),
    ]
    assert made["good"].dtype == bool
    assert made["strand"].dtype == np.int64
    assert list(made["chrom"].cat.categories) == list(SIZES)
    assert made.index.tolist() == [0, 1, 2, 3]
    spans = load_spans(db, "genes/some")
    assert isinstance(spans, Spans)
    assert spans.start.tolist() == [7, 3, 40, 0]
    assert spans.strand.tolist() == [-1, 0, 1, 1]


def test_rectangles_come_back_by_both_chromosomes_then_both_starts(db):
    save_set(db, two(strand=[1, 2, 3, 4], start=[5, 6, 7, 8]), "contacts")
    made = load_set(db, "contacts")
    assert rows(made) == [
        ("chr2", 3, 9, "chr10", 2, 9, 4, 8),
        ("chr2", 3, 9, "chr10", 8, 9, 3, 7),
        ("chr2", 5, 9, "chrX", 0, 9, 2, 6),
        ("chrX", 1, 2, "chr10", 0, 9, 1, 5),
    ]
    assert list(made.columns)[6:] == ["strand", "start"]
    spans = load_spans(db, "contacts")
    assert isinstance(spans, Spans2D)
    assert spans.second.code.tolist() == [0, 0, 2, 0]
    assert spans.first.start.tolist() == [3, 3, 5, 1]
    assert dimensions_of(db, "contacts") == 2
    part = load_set(db, "contacts", chrom1="chr2", chrom2=["10"])
    assert rows(part) == rows(made)[:2]
    assert len(load_set(db, "contacts", chrom1="10")) == 0


def test_some_chromosomes_can_be_asked_for(db):
    save_set(db, frame(name=list("abcd")), "s")
    assert rows(load_set(db, "s", chrom=2)) == [("chr2", 3, 30, "c"), ("chr2", 40, 50, "a")]
    assert load_set(db, "s", chrom=["X", "chr10"])["name"].tolist() == ["b", "d"]
    with pytest.raises(ChromError, match='"7" does not exist'):
        load_set(db, "s", chrom="7")
    with pytest.raises(UsageError, match="chrom1 is given, but the set has 1 dimension"):
        load_set(db, "s", chrom1="X")
    save_set(db, two(), "t")
    with pytest.raises(UsageError, match="chrom is given, but the set has 2 dimensions"):
        load_set(db, "t", chrom="X")
    save_set(db, frame().iloc[:1], "one")
    assert len(load_set(db, "one", chrom="X")) == 0


names = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=8).filter(
    lambda t: t not in ("chrom", "start", "end", "strand", *COLUMNS_2D)
)
texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=5)
columns = st.one_of(
    st.lists(st.integers(-(2**63), 2**63 - 1), min_size=4, max_size=4).map(np.array),
    st.lists(st.floats(width=64), min_size=4, max_size=4).map(np.array),
    st.lists(st.floats(width=32), min_size=4, max_size=4).map(lambda v: np.array(v, np.float32)),
    st.lists(st.integers(0, 255), min_size=4, max_size=4).map(lambda v: np.array(v, np.uint8)),
    st.lists(st.booleans(), min_size=4, max_size=4).map(np.array),
    st.lists(st.none() | texts, min_size=4, max_size=4),
)


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.dictionaries(names, columns, max_size=4), st.booleans())
def test_further_columns_survive_whatever_their_names(db, more, rectangles):
    given = two(**more) if rectangles else frame(**more)
    if any(isinstance(v, list) and {None, "", "\0"} <= set(v) for v in more.values()):
        return
    save_set(db, given, "s", overwrite=True)
    made = load_set(db, "s")
    assert list(made.columns) == list(given.columns)
    order = [3, 2, 1, 0] if rectangles else [1, 2, 0, 3]
    for name, values in more.items():
        expected = given[name].iloc[order].reset_index(drop=True)
        if isinstance(values, list):
            wanted = [v if isinstance(v, str) else None for v in expected]
            assert [v if isinstance(v, str) else None for v in made[name]] == wanted
        else:
            pd.testing.assert_series_equal(made[name], expected, check_names=False)


def test_nullable_and_categorical_columns_are_kept_as_numbers_and_text(db):
    given = frame(
        a=pd.array([1, None, 3, 4], dtype="Int64"), b=pd.Categorical(["x", "y", None, "x"]),
        c=pd.array([True, False, True, True], dtype="boolean"), d=[None] * 4,
        e=np.array([1, 2, 3, 4], object), f=np.array([1, 2, 3, 4], ">i2"),
        g=np.array([1, 2, 3, 4], np.float16),
    )  # fmt: skip
    save_set(db, given, "s")
    made = load_set(db, "s")
    assert rows(made[["a", "b", "c", "d"]]) == [
        (None, "y", False, None), (3.0, None, True, None), (1.0, "x", True, None),
        (4.0, "x", True, None),
    ]  # fmt: skip
    assert made["e"].tolist() == made["f"].tolist() == made["g"].tolist() == [2, 3, 1, 4]


@pytest.mark.parametrize(
    ("more", "message"),
    [
        ({"a": [[1], 2, 3, 4]}, "column a: holds"),
        ({"a": [True, None, True, True]}, "column a: holds bools and missing values"),
        ({"a": pd.date_range("2020", periods=4)}, "column a: holds datetime values"),
        ({"a": [1j, 2, 3, 4]}, "column a: holds complex values"),
        ({"a": ["x", 5, "y", None]}, "column a: holds"),
        ({"a": ["", "\0", None, "y"]}, "column a: holds texts of one NUL byte"),
        (
            {"a": pd.Series(["\ud800", "", "", ""], dtype=object)},
            "column a: holds text that is not Unicode",
        ),
        ({"a": pd.array([2**60 + 1, None, 3, 4], dtype="Int64")}, "beside integers beyond"),
        ({"a": [2**70, 1, 1, 1]}, "beyond 64 bits"),
        ({"strand": [1, 2, 0, 0]}, r"row 1 .* is not a strand"),
        ({"start": [40, 7, 3, -1]}, "row 3 .* is negative"),
        ({"end": [50, 9, 30, 206]}, "row 3 .* beyond the chromosome"),
        ({"chrom": ["2", "chr10", "7", "X"]}, "row 2.*does not exist"),
    ],
)
def test_what_cannot_be_kept_is_refused_before_anything_is_written(db, more, message):
    with pytest.raises((UsageError, ChromError), match=message):
        save_set(db, frame(**more), "s")
    assert not has_set(db, "s")


def test_empty_sets_and_frames_of_something_else_are_refused(db):
    with pytest.raises(UsageError, match="no intervals to save"):
        save_set(db, frame().iloc[:0], "s")
    with pytest.raises(UsageError, match="no intervals to save"):
        save_set(db, two().iloc[:0], "s")
    with pytest.raises(UsageError, match="no column end"):
        save_set(db, frame().drop(columns="end"), "s")
    with pytest.raises(UsageError, match="is not legal"):
        save_set(db, frame(), "a..b")


def test_a_set_and_a_track_never_share_a_name(db):
    db.create_dense("t", {"chr2": np.zeros(50, "f4")}, bin_size=10)
    with pytest.raises(TrackExistsError, match="a dense track has the name 't'"):
        save_set(db, frame(), "t", overwrite=True)
    save_set(db, frame(), "s")
    with pytest.raises(TrackExistsError, match="interval set 's' is there already"):
        save_set(db, frame(), "s")
    with pytest.raises(TrackExistsError):
        db.create_dense("s", {"chr2": np.zeros(50, "f4")}, bin_size=10)
    save_set(db, two(), "s", overwrite=True)
    assert dimensions_of(db, "s") == 2
    assert not is_set(db, "t")
    with pytest.raises(TrackNotFoundError, match="'t' is a dense track"):
        load_set(db, "t")
    with pytest.raises(TrackNotFoundError):
        remove_set(db, "t")
    assert db.has_track("t")


def test_sets_are_listed_found_and_removed(db):
    for name in ("genes/b", "genes.a", "Peaks"):
        save_set(db, frame(), name)
    db.create_dense("genes/dense", {"chr2": np.zeros(50, "f4")}, bin_size=10)
    assert list_sets(db) == ["Peaks", "genes/a", "genes/b"]
    assert list_sets(db, "^genes/") == ["genes/a", "genes/b"]
    assert list_sets(db, "peaks", ignore_case=True) == ["Peaks"]
    with pytest.raises(UsageError, match="not a regular expression"):
        list_sets(db, "(")
    assert set_path(db, "genes.a").name == "a.h5"
    assert set_root(db, "genes.a") == db.path
    remove_set(db, "genes.a")
    assert not has_set(db, "genes.a")
    with pytest.raises(TrackNotFoundError, match=r"'genes.a' does not exist.*genes/b"):
        load_set(db, "genes.a")
    with pytest.raises(TrackNotFoundError):
        remove_set(db, "genes.a")
    remove_set(db, "genes.a", force=True)
    save_set(db, frame().iloc[:1], "genes.a")
    assert len(load_set(db, "genes.a")) == 1


def test_one_chromosome_is_replaced_and_the_rest_stays(db):
    save_set(db, frame(name=list("abcd"), strand=[1, 1, -1, 1], x=[1, 2, 3, 4]), "s")
    db.set_attributes("s", {"lab": "ours"})
    new = pd.DataFrame({"chrom": ["2", "2"], "start": [9, 1], "end": [10, 2], "name": ["e", None]})
    update_set(db, "s", new, chrom="chr2")
    made = load_set(db, "s")
    assert list(made.columns) == ["chrom", "start", "end", "name", "strand", "x"]
    assert rows(made) == [
        ("chr10", 7, 9, "b", 1, 2), ("chr2", 1, 2, None, 0, None), ("chr2", 9, 10, "e", 0, None),
        ("chrX", 0, 205, "d", 1, 4),
    ]  # fmt: skip
    assert db.open_track("s").attrs["lab"] == "ours"
    update_set(db, "s", None, chrom=10)
    update_set(db, "s", new.iloc[:0], chrom="X")
    assert load_set(db, "s")["chrom"].tolist() == ["chr2", "chr2"]
    with pytest.raises(UsageError, match="no interval would be left"):
        update_set(db, "s", None, chrom=2)
    assert len(load_set(db, "s")) == 2


def test_one_chromosome_pair_is_replaced(db):
    save_set(db, two(), "s")
    update_set(db, "s", two().iloc[:1].assign(start1=[0]), chrom1="X", chrom2="10")
    update_set(db, "s", None, chrom1="2", chrom2="10")
    assert rows(load_set(db, "s")) == [
        ("chr2", 5, 9, "chrX", 0, 9), ("chrX", 0, 2, "chr10", 0, 9)
    ]  # fmt: skip
    with pytest.raises(UsageError, match="chrom1 and chrom2 must be given"):
        update_set(db, "s", None, chrom1="2")
    with pytest.raises(UsageError, match="chrom is given, but the set has 2"):
        update_set(db, "s", None, chrom="2")


def test_a_wrong_update_changes_nothing(db):
    save_set(db, frame(), "s")
    before = load_set(db, "s")
    other = frame()
    with pytest.raises(UsageError, match="chrom of row 1 is chr10, not chr2"):
        update_set(db, "s", other, chrom="2")
    with pytest.raises(UsageError, match="a column z, which the set has not"):
        update_set(db, "s", other.iloc[:1].assign(z=1), chrom="2")
    with pytest.raises(UsageError, match="start is not before end"):
        update_set(db, "s", other.iloc[:1].assign(start=60), chrom="2")
    with pytest.raises(UsageError, match="chrom must be given"):
        update_set(db, "s", other)
    with pytest.raises(ChromError):
        update_set(db, "s", None, chrom="7")
    with pytest.raises(TrackNotFoundError):
        update_set(db, "t", None, chrom="2")
    pd.testing.assert_frame_equal(load_set(db, "s"), before)


def test_sets_of_datasets_are_read_and_not_changed(db, tmp_path):
    other = create_database(tmp_path / "other", "toy", SIZES)
    save_set(other, frame(), "theirs")
    both = GenomeDB(db.path, datasets=[other.path])
    assert len(load_set(both, "theirs")) == 4
    assert set_root(both, "theirs") == other.path
    with pytest.raises(UsageError, match="is of a dataset"):
        update_set(both, "theirs", None, chrom="2")
    with pytest.raises(UsageError, match="is of a dataset"):
        remove_set(both, "theirs")
    with pytest.raises(TrackExistsError):
        save_set(both, frame(), "theirs")


def test_any_feature_track_is_a_set(db):
    db.create_features("f", frame(strand=list("+-.+"), name=["a", "", "c", "d"]))
    made = load_set(db, "f")
    assert rows(made)[0] == ("chr10", 7, 9, -1, "")
    assert load_spans(db, "f").strand.tolist() == [-1, 0, 1, 1]


def test_a_damaged_note_of_the_columns_is_told(db):
    save_set(db, frame(), "s")
    for text in ("{", "[]", '{"dimensions": 3, "columns": []}', '{"dimensions": 2, "columns": []}'):
        replace_attributes(db.track_path("s"), {"interval_set": text})
        with pytest.raises(FormatError, match="attribute interval_set does not fit"):
            load_set(db, "s")


def test_listings_leave_the_note_of_the_columns_out(db):
    save_set(db, frame(), "s")
    assert "interval_set" not in db.open_track("s").attrs
    assert "interval_set" not in db.open_track("s").info()["attributes"]
    assert all("interval_set" not in entry.attributes for entry in db.entries())
    db.copy_track("s", "t")
    repack(db.track_path("t"), layout="per-chromosome")
    assert rows(load_set(db, "t")) == rows(load_set(db, "s"))


def test_many_scaffolds_make_one_small_file(tmp_path):
    db = create_database(tmp_path / "root", "many", {f"s{i}": 100 for i in range(300)})
    given = pd.DataFrame({"chrom": [f"s{i}" for i in range(300)], "start": 1, "end": 9})
    save_set(db, given, "s")
    assert load_set(db, "s")["chrom"].tolist() == given["chrom"].tolist()
    assert db.open_track("s").layout == "indexed"


def test_attributes_are_text_and_leave_the_note_of_the_columns_alone(db):
    save_set(db, frame(good=[True, False, True, True]), "s")
    change_set_attributes(db, "s", {"lab": "ö", "kind": "peaks"})
    change_set_attributes(db, "s", {"kind": None})
    found = set_attributes_of(db, "s")
    assert found["lab"] == "ö"
    assert set(found) == {"lab", "created.by", "created.date", "created.user"}
    assert load_set(db, "s")["good"].dtype == bool
    for key in ("interval_set", "created.by", "columns"):
        with pytest.raises(UsageError, match=key):
            change_set_attributes(db, "s", {key: "x"})
    with pytest.raises(TrackNotFoundError):
        change_set_attributes(db, "t", {"lab": "x"})
