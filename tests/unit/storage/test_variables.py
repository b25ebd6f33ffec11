"""Variables of tracks: what comes back is what was kept, and nothing is unpickled unasked."""

import hashlib
import json
import math
import pickle

import h5py
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from genomedb.db.create import create_database
from genomedb.errors import FormatError, TrackNotFoundError, UsageError
from genomedb.storage import variables
from genomedb.storage.attrs import write_text
from genomedb.storage.files import publish

pd = pytest.importorskip("pandas")
ONE = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@pytest.fixture(scope="module")
def db(tmp_path_factory):
    made = create_database(tmp_path_factory.mktemp("db"), "toy", {"chr1": 100})
    made.create_dense("t", {"chr1": np.arange(10, dtype="f4")}, bin_size=10)
    return made


@pytest.fixture
def fresh(tmp_path):
    made = create_database(tmp_path, "toy", {"chr1": 100})
    made.create_dense("t", {"chr1": np.arange(10, dtype="f4")}, bin_size=10)
    return made


def back(db, value, **words):
    db.set_variable("t", "v", value, **words)
    return db.get_variable("t", "v", **words)


# ---- there and back

arrays = hnp.arrays(
    st.sampled_from(
        ["f4", "f8", "i1", "u1", "i2", "u2", "i4", "u4", "i8", "u8", "?", ">f8", ">i4"]
    ),
    hnp.array_shapes(min_dims=0, max_dims=4, min_side=0, max_side=5),
)
plain = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**64 - 1) | st.text()
    | st.floats(allow_nan=False, allow_infinity=False),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)  # fmt: skip


@ONE
@given(arrays)
def test_arrays_come_back_with_shape_and_type(db, value):
    found = back(db, value)
    assert found.shape == value.shape
    assert found.dtype == value.dtype.newbyteorder("=")
    assert found.tobytes() == value.astype(found.dtype).tobytes()


@ONE
@given(plain)
def test_json_values_come_back_as_they_were(db, value):
    found = back(db, value)
    assert found == value
    assert json.dumps(found, sort_keys=True) == json.dumps(value, sort_keys=True)


names = st.text(
    st.characters(exclude_characters="/", exclude_categories=("C", "Z")), min_size=1, max_size=9
).filter(lambda name: name not in (".", ".."))
texts = st.text(st.characters(exclude_categories=("Cs",)), max_size=6)


@ONE
@given(st.data())
def test_frames_come_back_with_order_and_types(db, data):
    n = data.draw(st.integers(0, 20))
    columns = {}
    for name in data.draw(st.lists(names, unique=True, max_size=5)):
        dtype = data.draw(st.sampled_from(["f4", "f8", "i1", "u2", "i8", "u8", "?", "text"]))
        if dtype == "text":
            columns[name] = data.draw(st.lists(texts, min_size=n, max_size=n))
        else:
            columns[name] = data.draw(hnp.arrays(dtype, n))
    frame = pd.DataFrame(columns, index=pd.RangeIndex(n))
    found = back(db, frame)
    pd.testing.assert_frame_equal(found, frame.astype({c: found[c].dtype for c in found
                                                       if frame[c].dtype == object}))  # fmt: skip


def test_numbers_of_numpy_come_back_as_such(db):
    for value in (np.int32(5), np.float64("nan"), np.bool_(True)):
        found = back(db, value)
        assert type(found) is type(value)
        assert found == value or (math.isnan(found) and math.isnan(value))
    assert back(db, np.str_("x")) == "x"


def test_values_larger_than_a_chunk_come_back(db):
    value = np.random.default_rng(1).normal(size=(300, 70, 2))
    np.testing.assert_array_equal(back(db, value), value)
    np.testing.assert_array_equal(back(db, value[::2, :, 1]), value[::2, :, 1])
    text = "äx" * 200_000
    assert back(db, {"text": text}) == {"text": text}


# ---- the names and the file


def test_variables_are_listed_replaced_and_removed_and_the_values_stay(fresh):
    assert fresh.list_variables("t") == []
    for name in ("b", "a.x", "_c-1"):
        fresh.set_variable("t", name, [name])
    fresh.set_variable("t", "frame", pd.DataFrame({"x": [1], "t": ["a"]}))
    assert fresh.list_variables("t") == ["_c-1", "a.x", "b", "frame"]
    fresh.set_variable("t", "frame", 5)
    fresh.set_variable("t", "b", np.arange(3))
    assert fresh.get_variable("t", "frame") == 5
    assert fresh.get_variable("t", "a.x") == ["a.x"]
    fresh.copy_track("t", "copy")
    for name in fresh.list_variables("t"):
        fresh.remove_variable("t", name)
    assert fresh.list_variables("t") == []
    assert fresh.list_variables("copy") == ["_c-1", "a.x", "b", "frame"]
    assert fresh["t"].read("chr1").tolist() == list(range(10))
    assert all(not found for _, found in fresh.validate())
    with h5py.File(fresh.track_path("t"), locking=False) as h5:
        assert "variables" not in h5["_genomedb"]


def test_a_file_does_not_grow_when_a_variable_is_replaced(fresh):
    value = np.random.default_rng(1).integers(0, 255, 200_000).astype("u1")
    sizes = []
    for _ in range(6):
        fresh.set_variable("t", "v", value)
        sizes.append(fresh.track_path("t").stat().st_size)
    assert sizes[-1] <= sizes[1] * 1.1


@pytest.mark.parametrize("name", ["", "a/b", "..", "1", "a b", "ä", "x" * 201, None, "a\0"])
def test_names_that_are_not_legal_are_refused(db, name):
    before = db.track_path("t").read_bytes()
    for act in (
        lambda: db.set_variable("t", name, 1),
        lambda: db.get_variable("t", name),
        lambda: db.remove_variable("t", name),
    ):
        with pytest.raises(UsageError, match=r"variable name .* is not legal"):
            act()
    assert db.track_path("t").read_bytes() == before


def test_what_is_not_there_is_told_with_what_is(fresh):
    with pytest.raises(UsageError, match=r"variable x does not exist.*The track has none"):
        fresh.get_variable("t", "x")
    fresh.set_variable("t", "y", 1)
    for act in (fresh.get_variable, fresh.remove_variable):
        with pytest.raises(UsageError, match=r"t\.h5: variable x does not exist.*variables: y"):
            act("t", "x")
    with pytest.raises(TrackNotFoundError):
        fresh.list_variables("nothing")


class Odd:
    pass


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (Odd(), "the value is .*Odd, which is no array, DataFrame or JSON value"),
        ((1, 2), "tuples to lists"),
        ([1, {"a": (2,)}], r"the value\[1\]\['a'\] is builtins.tuple"),
        ({1: "a"}, "the value has a key 1, which is not text"),
        ([math.nan], r"the value\[0\] is nan; JSON has no such number"),
        (math.inf, "the value is inf; JSON"),
        (2**64, "beyond 64 bits"),
        ("\ud800", "not legal Unicode"),
        (b"x", "builtins.bytes"),
        ([np.int64(1)], r"numpy.int64.*with \.item"),
        (np.array([1j]), "an array of complex128 cannot be kept"),
        (np.array(["a"]), "an array of <U1 cannot be kept"),
        (np.array([None]), "an array of object cannot be kept"),
        (np.array([1], "f2"), "an array of float16 cannot be kept"),
        (np.array(["2020-01-01"], "M8[D]"), "cannot be kept"),
        (np.zeros(2, [("a", "f4")]), "cannot be kept"),
        (np.ma.masked_array([1, 2], [True, False]), "MaskedArray"),
        (pd.DataFrame({"a": [1]}, index=["x"]), "index of its own.*reset_index"),
        (pd.DataFrame({"a": [1, 2]})[1:], "index of its own"),
        (pd.DataFrame({"a": [1]}).rename_axis("x"), "index of a DataFrame has a name"),
        (pd.DataFrame({5: [1]}), "column name 5 cannot be kept"),
        (pd.DataFrame({"a/b": [1]}), "column name 'a/b' cannot be kept"),
        (pd.DataFrame([[1, 2]], columns=["a", "a"]), "need the same name"),
        (pd.DataFrame({"a": ["x"], "a.bytes": [1]}), "need the same name"),
        (pd.DataFrame({"a": ["x", None]}), "column 'a' has .* in row 1, which is not text"),
        (pd.DataFrame({"a": [Odd()]}), "column 'a' has .* in row 0"),
        (pd.DataFrame({"a": ["x"]}).astype("category"), "column 'a' of category"),
        (pd.DataFrame({"a": pd.array([1, None], "Int64")}), "column 'a' of Int64"),
        (pd.DataFrame({"a": pd.array([], "Int64")}), "column 'a' of Int64"),
        (pd.DataFrame({"a": pd.to_datetime(["2020-01-01"])}), "column 'a' of datetime64"),
        (pd.DataFrame({"a": [1j]}), "column 'a' of complex128"),
        (pd.DataFrame({f"c{i}": [1] for i in range(2000)}), "2000 columns is too wide"),
        (pd.Series([1]), "which is no array"),
    ],
)  # fmt: skip
def test_what_cannot_be_kept_as_it_is_is_refused_and_changes_nothing(db, value, said):
    before = db.track_path("t").read_bytes()
    with pytest.raises(UsageError, match=rf"t\.h5: variable v: .*{said}"):
        db.set_variable("t", "v", value)
    assert db.track_path("t").read_bytes() == before


def test_lists_inside_each_other_without_end_are_refused(db):
    value = []
    value.append(value)
    with pytest.raises(UsageError, match="more than 100 deep"):
        db.set_variable("t", "v", value)


def test_values_beyond_the_limit_are_refused(db, monkeypatch):
    monkeypatch.setattr(variables, "MAX_BYTES", 1000)
    with pytest.raises(UsageError, match="variable v needs 1001 bytes; the limit is 1000"):
        db.set_variable("t", "v", np.zeros(1001, "u1"), allow_pickle=True)


# ---- pickles


class Trap:
    """Unpickling it leaves a mark."""

    sprung = 0

    def __reduce__(self):
        return Trap._spring, ()

    @staticmethod
    def _spring():
        Trap.sprung += 1
        return "sprung"


def test_a_pickle_needs_the_word_at_writing_and_at_reading(fresh):
    with pytest.raises(UsageError, match="give allow_pickle=True"):
        fresh.set_variable("t", "v", {1, 2})
    fresh.set_variable("t", "v", {1, 2}, allow_pickle=True)
    with pytest.raises(UsageError, match=r"variable v is a pickle.*allow_pickle=True if you trust"):
        fresh.get_variable("t", "v")
    assert fresh.get_variable("t", "v", allow_pickle=True) == {1, 2}
    assert all(not found for _, found in fresh.validate())


def test_what_cannot_be_pickled_either_is_refused(fresh):
    for value in (lambda: 1, (n for n in "a")):
        with pytest.raises(UsageError, match="variable v cannot be pickled"):
            fresh.set_variable("t", "v", value, allow_pickle=True)
    assert fresh.list_variables("t") == []


def test_what_needs_no_pickle_is_not_pickled(fresh, monkeypatch):
    monkeypatch.delattr(pickle, "dumps")
    monkeypatch.delattr(pickle, "loads")
    for value in ([1, "a"], np.arange(3), pd.DataFrame({"a": [1]})):
        fresh.set_variable("t", "v", value, allow_pickle=True)
        fresh.get_variable("t", "v", allow_pickle=True)


def test_nothing_springs_a_trap_unless_told_to(fresh):
    Trap.sprung = 0
    fresh.set_variable("t", "v", Trap(), allow_pickle=True)
    fresh.set_variable("t", "w", 1)
    with pytest.raises(UsageError):
        fresh.get_variable("t", "v")
    fresh["t"].info()
    fresh["t"].read("chr1")
    fresh.entries()
    list(fresh.validate())
    fresh.copy_track("t", "copy")
    fresh.list_variables("copy")
    fresh.set_attributes("t", {"lab": "x"})
    fresh.remove_variable("t", "w")
    assert Trap.sprung == 0
    assert fresh.get_variable("t", "v", allow_pickle=True) == "sprung"
    assert Trap.sprung == 1


@pytest.mark.parametrize("kind", ["array", "json", "frame", "odd", ""])
def test_pickled_bytes_under_another_kind_are_not_unpickled(fresh, kind):
    Trap.sprung = 0
    fresh.set_variable("t", "v", Trap(), allow_pickle=True)
    edit(fresh, kind=kind, columns="[]", rows="0", shape="[3]")
    with pytest.raises(FormatError):
        fresh.get_variable("t", "v", allow_pickle=True)
    assert Trap.sprung == 0


# ---- files that others made


def edit(db, place="_genomedb/variables/v", **attributes):
    with publish(db.track_path("t"), overwrite=True, template=db.track_path("t")) as draft:
        for name, value in attributes.items():
            draft.h5[place].attrs.pop(name, None)
            write_text(draft.h5[place], name, value)


TABLE = pd.DataFrame({"a": [1]})


@pytest.mark.parametrize(
    ("value", "attributes"),
    [
        (np.arange(6), {"shape": "[7]"}), (np.arange(6), {"shape": "[-2,-3]"}),
        (np.arange(6), {"shape": "6"}), (np.arange(6), {"shape": "["}),
        (np.arange(6), {"shape": "[true]"}), (np.arange(6), {"shape": "[" * 9000}),
        (np.arange(0), {"shape": json.dumps([0] + [1] * 99)}),
        (np.arange(6), {"sha256": "0" * 64}), (np.arange(6), {"kind": "frame"}),
        (np.arange(6), {"kind": "json"}), ([1], {"kind": "array"}), ([1], {"sha256": "x"}),
        (TABLE, {"rows": "2"}), (TABLE, {"rows": "-1"}),
        (TABLE, {"rows": "1" * 5000}), (TABLE, {"rows": "[]"}),
        (TABLE, {"columns": "5"}), (TABLE, {"columns": "[5]"}),
        (TABLE, {"columns": '[{"name":"b","dtype":"int64","kind":"number"}]'}),
        (TABLE, {"columns": '[{"name":"a","dtype":"int32","kind":"number"}]'}),
        (TABLE, {"columns": '[{"name":"a","dtype":"O","kind":"number"}]'}),
        (TABLE, {"columns": '[{"name":"a","dtype":"int64","kind":"json"}]'}),
        (TABLE, {"columns": '[{"name":"../a","dtype":"text","kind":"text"}]'}),
        (TABLE, {"kind": "array"}), (TABLE, {"kind": "json"}),
    ],
)  # fmt: skip
def test_attributes_that_lie_are_found(fresh, value, attributes):
    fresh.set_variable("t", "v", value)
    edit(fresh, **attributes)
    with pytest.raises(FormatError, match=r"t\.h5"):
        fresh.get_variable("t", "v")


def test_offsets_of_text_that_lie_are_found(fresh):
    fresh.set_variable("t", "v", pd.DataFrame({"a": ["x", "yz"]}))
    for wrong in ([0, 5, 3], [1, 1, 3], [0, 1, 4], [0, -1, 3]):
        with publish(
            fresh.track_path("t"), overwrite=True, template=fresh.track_path("t")
        ) as draft:
            stored = draft.h5["_genomedb/variables/v/a.offset"]
            stored[:] = wrong
            digest = hashlib.sha256(np.array(wrong, "<i8").tobytes()).hexdigest()
            stored.attrs.pop("sha256")
            write_text(stored, "sha256", digest)
        with pytest.raises(FormatError, match=r"offsets of .* are damaged"):
            fresh.get_variable("t", "v")


def test_links_are_refused(fresh):
    with publish(fresh.track_path("t"), overwrite=True, template=fresh.track_path("t")) as draft:
        draft.h5["_genomedb/variables/v"] = h5py.SoftLink("/chr1")
        draft.h5["_genomedb/variables/w"] = h5py.ExternalLink("other.h5", "/x")
    for name in "vw":
        with pytest.raises(FormatError, match="links are not allowed"):
            fresh.get_variable("t", name)


def test_a_dataset_that_claims_to_be_huge_is_refused(fresh):
    fresh.set_variable("t", "v", 1)
    with publish(fresh.track_path("t"), overwrite=True, template=fresh.track_path("t")) as draft:
        group = draft.h5["_genomedb/variables"]
        made = group.create_dataset(
            "huge", (2**50,), "u1", chunks=(65536,), compression=1, fletcher32=True
        )
        write_text(made, "kind", "array")
        write_text(made, "shape", f"[{2**50}]")
        write_text(made, "sha256", "0")
    with pytest.raises(FormatError, match="larger than 1000000000 bytes"):
        fresh.get_variable("t", "huge")


def test_a_damaged_file_gets_no_variable(fresh):
    path = fresh.track_path("t")
    data = path.read_bytes()
    path.write_bytes(data[:-30] + bytes(30))
    with pytest.raises(FormatError):
        fresh.set_variable("t", "v", 1)
    assert path.read_bytes() == data[:-30] + bytes(30)
