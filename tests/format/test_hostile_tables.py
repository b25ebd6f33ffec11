"""Tables, indexed layouts and pyramids that lie: each is refused by name, whatever is asked."""

import json
import resource
import shutil

import h5py
import numpy as np
import pytest

from genomedb.core.chroms import ChromTable
from genomedb.errors import FormatError, GenomeDBError
from genomedb.storage.attrs import write_text
from genomedb.storage.spec import ColumnSpec
from genomedb.storage.validate import check_file
from genomedb.tracks.create import Place, new_array, new_dense, new_features
from genomedb.tracks.open import open_track

GZIP = {"compression": "gzip", "fletcher32": True}
CHROMS = {"chr1": 200_000, "empty": 10, "chr2": 50_000}
LAYOUTS = ("per-chromosome", "indexed")
HUGE = 2**40


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """One file of each type in each layout, by ``type-layout``."""
    folder = tmp_path_factory.mktemp("tables")
    table = ChromTable.from_pairs(CHROMS.items())
    start = np.arange(0, 10_000, dtype=np.int64)
    for layout in LAYOUTS:
        places = {
            kind: Place(folder / f"{kind}-{layout}.h5", kind, table, "toy")
            for kind in ("features", "array", "dense")
        }
        specs = [ColumnSpec("name", "", "text"), ColumnSpec("score", "float32")]
        with new_features(places["features"], specs, strand=True, layout=layout) as draft:
            for chrom, n in (("chr1", 10_000), ("chr2", 20)):
                columns = {"name": [f"n{i}" for i in range(n)], "score": np.arange(n, dtype="f4"),
                           "strand": np.ones(n, "i1")}  # fmt: skip
                draft.write(chrom, [(start[:n], start[:n] + 7, columns)])
        with new_array(places["array"], ["a", "b"], layout=layout) as draft:
            draft.write("chr1", [(start * 3, start * 3 + 2, np.ones((10_000, 2), "f4"))])
        with new_dense(places["dense"], bin_size=1, layout=layout) as draft:
            draft.write("chr1", [np.arange(200_000, dtype="f4")])
    return folder


def altered(made, tmp_path, track, change):
    path = tmp_path / "altered.h5"
    shutil.copy(made / f"{track}.h5", path)
    with h5py.File(path, "r+", libver=("v110", "v110")) as h5:
        change(h5)
    return path


def ask_everything(path):
    """Every kind of read; the answers do not matter, errors and memory do."""
    with open_track(path) as track:
        for chrom in track.chroms.names:
            if chrom == "empty" or not track.has_chrom(chrom):
                continue
            length = track.chroms.length(chrom)
            few = [(chrom, i, i + 2) for i in range(0, 8, 4)]
            many = [(chrom, i, i + 2) for i in range(0, 4000, 200)]
            yield from (
                lambda: track.read(chrom),  # noqa: B023
                lambda: track.read(chrom, 4_000, 4_010),  # noqa: B023
                lambda: track.read(chrom, length - 1, length),  # noqa: B023
                lambda: track.read_many(few),  # noqa: B023
                lambda: track.read_many(many),  # noqa: B023
                lambda: hasattr(track, "summary") and track.summary([(chrom, 1, length)]),  # noqa: B023
                lambda: track.summary(chrom) if hasattr(track, "summary") else None,  # noqa: B023
            )
        yield lambda: [None for _ in track.iter_chrom_blocks()]


def errors_of(path):
    """What each read raises; only our errors, and those name the file."""
    found = []
    try:
        for answer in ask_everything(path):
            try:
                answer()
            except GenomeDBError as error:
                found.append(error)
    except GenomeDBError as error:
        found.append(error)
    for error in found:
        assert isinstance(error, FormatError), error
        assert str(path) in str(error)
    return [str(error) for error in found]


def refused(path, words):
    found = errors_of(path)
    assert any(words in text for text in found), found
    assert check_file(path) != []
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss < 2_000_000  # kB


def put(name, values, **how):
    def change(h5):
        kind = h5[name].dtype
        del h5[name]
        data = np.asarray(values).astype(kind)
        chunks = (max(data.size, 1),)
        kept = {} if data.size else {"maxshape": (None,)}
        h5.create_dataset(name, data=data, chunks=chunks, **GZIP, **kept, **how)

    return change


def huge(*names, size=HUGE):
    def change(h5):
        for name in names:
            kind = h5[name].dtype
            del h5[name]
            n = size // 4096 if name.endswith(("first_start", "max_end")) else size
            h5.create_dataset(name, (n,), kind, chunks=(16_384,), **GZIP)

    return change


def both(*changes):
    def change(h5):
        for one in changes:
            one(h5)

    return change


# ---- the offset table of the indexed layout

OFFSET = "_genomedb/index/offset"
WRONG_TABLE = "is no offset table"


@pytest.mark.parametrize("kind", ["features", "array", "dense"])
@pytest.mark.parametrize(
    ("offset", "words"),
    [
        ([0, 1, 2, 3, 4], WRONG_TABLE),
        ([0, 1, 2], WRONG_TABLE),
        ([], WRONG_TABLE),
        ([1, 2, 3, 4], WRONG_TABLE),
        ([0, 5, 4, 10_000], WRONG_TABLE),
        ([0, -5, 4, 10_000], WRONG_TABLE),
        ([0, 2**63 - 1, -(2**63), 10], WRONG_TABLE),  # its differences wrap around
        ([0, HUGE, HUGE, HUGE], "has "),
        ([0, 2**62, 2**62, 2**62 + 20], "has "),
        ([0, 3, 4, 5], "has "),
    ],
)
def test_a_forged_offset_table_is_refused(made, tmp_path, kind, offset, words):
    path = altered(made, tmp_path, f"{kind}-indexed", put(OFFSET, offset))
    refused(path, words)


def test_an_offset_table_of_another_type_is_refused(made, tmp_path):
    def change(h5):
        del h5[OFFSET]
        h5.create_dataset(OFFSET, data=np.arange(4.0), chunks=(4,), **GZIP)

    refused(altered(made, tmp_path, "features-indexed", change), "another type or shape")


@pytest.mark.parametrize("sizes", [(199_999, 11, 50_000), (200_000, 0, 50_010), (0, 0, 250_010)])
def test_an_indexed_dense_chromosome_of_another_number_of_bins_is_refused(made, tmp_path, sizes):
    offset = np.concatenate(([0], np.cumsum(sizes)))
    path = altered(made, tmp_path, "dense-indexed", put(OFFSET, offset))
    refused(path, "values, not")


# ---- texts


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize(
    "forge",
    [
        lambda at: np.concatenate((at[:4], [at[-1]], at[5:])),
        lambda at: at - 1,
        lambda at: at + 1,
        lambda at: np.where(np.arange(at.size) == 4, -1, at),
        lambda at: np.concatenate((at[:3], [2**63 - 1, -(2**63), -1], at[6:])),
        lambda at: np.where(np.arange(at.size) >= 5, 2**62, at),
    ],
)
def test_text_offsets_that_fall_or_point_outside_are_refused(made, tmp_path, layout, forge):
    group = "_genomedb/index" if layout == "indexed" else "chr1"

    def change(h5):
        put(f"{group}/name.offset", forge(h5[f"{group}/name.offset"][:]))(h5)

    refused(altered(made, tmp_path, f"features-{layout}", change), "do not fit their bytes")


def test_text_offsets_of_another_length_are_refused(made, tmp_path):
    def change(h5):
        put("chr1/name.offset", h5["chr1/name.offset"][:-1])(h5)

    refused(altered(made, tmp_path, "features-per-chromosome", change), "has shape")


def test_a_text_as_large_as_memory_is_refused(made, tmp_path):
    def change(h5):
        at = h5["chr1/name.offset"][:]
        at[5:] += HUGE - at[-1]
        put("chr1/name.offset", at)(h5)
        huge("chr1/name.bytes")(h5)

    refused(altered(made, tmp_path, "features-per-chromosome", change), "longer than 1000000000")


# ---- sizes and indexes


@pytest.mark.parametrize(
    ("track", "group"),
    [("features-per-chromosome", "chr1"), ("array-per-chromosome", "chr1")],
)
def test_records_that_a_file_only_claims_take_no_memory(made, tmp_path, track, group):
    names = ["start", "end", "first_start"] + (["max_end"] if track[0] == "f" else [])
    change = huge(*(f"{group}/{name}" for name in names))
    refused(altered(made, tmp_path, track, change), "records")


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("index", ["first_start", "max_end"])
def test_validate_finds_a_wrong_position_index(made, tmp_path, layout, index):
    group = "_genomedb/index" if layout == "indexed" else "chr1"

    def change(h5):
        values = h5[f"{group}/{index}"][:]
        values[1] -= 1
        put(f"{group}/{index}", values)(h5)

    path = altered(made, tmp_path, f"features-{layout}", change)
    errors_of(path)
    found = [f for f in check_file(path) if f.rule == "order"]
    assert [(f.place, f.problem) for f in found] == [
        (f"{group}/{index}", "differs from the records")
    ]


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("index", ["first_start", "max_end"])
@pytest.mark.parametrize("n", [0, 1, 9])
def test_a_position_index_of_another_length_is_refused(made, tmp_path, layout, index, n):
    group = "_genomedb/index" if layout == "indexed" else "chr1"
    path = altered(made, tmp_path, f"features-{layout}", put(f"{group}/{index}", np.zeros(n)))
    refused(path, "another length" if layout == "per-chromosome" else "has shape")


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("kind", ["features", "array"])
def test_positions_that_are_not_sorted_are_refused_or_answered_but_nothing_else(
    made, tmp_path, kind, layout
):
    group = "_genomedb/index" if layout == "indexed" else "chr1"

    def change(h5):
        rng = np.random.default_rng(3)
        for name in ("start", "end"):
            n = h5[f"{group}/{name}"].size
            put(f"{group}/{name}", rng.integers(-(2**31), 2**31, n))(h5)

    refused(altered(made, tmp_path, f"{kind}-{layout}", change), "starts must be sorted")


@pytest.mark.parametrize("name", ["score", "strand", "name.bytes", "name.offset", "max_end"])
@pytest.mark.parametrize("layout", LAYOUTS)
def test_a_column_that_is_missing_is_named(made, tmp_path, name, layout):
    group = "_genomedb/index" if layout == "indexed" else "chr1"

    def change(h5):
        del h5[f"{group}/{name}"]

    path = altered(made, tmp_path, f"features-{layout}", change)
    if name == "strand" and layout == "indexed":  # then it is a track without strand
        assert [f.rule for f in check_file(path)] == ["structure"]
        return
    refused(path, "missing")


# ---- the attribute columns


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize(
    ("kind", "text", "words"),
    [
        ("features", "", "it is no JSON list"),
        ("features", "{}", "it is no JSON list"),
        ("features", "[" * 50_000, "it is no JSON list"),
        ("features", "9" * 50_000, "it is no JSON list"),
        ("features", '["name"]', "attribute columns is damaged"),
        ("features", '[{"name": "a"}]', "attribute columns is damaged"),
        ("features", '[{"name": "a", "dtype": "object"}]', "dtype 'object' is not allowed"),
        ("features", '[{"name": "a", "dtype": [], "kind": {}}]', "kind {} is not known"),
        ("features", '[{"name": "start", "dtype": "int8"}]', "cannot be called start"),
        ("features", '[{"name": "max_end", "dtype": "int8"}]', "kept for the file format"),
        ("features", '[{"name": "../x", "dtype": "int8"}]', "is not legal"),
        ("features", '[{"name": "\\ud800", "dtype": "int8"}]', "attribute columns is damaged"),
        ("features", '[{"name": 3, "dtype": "int8"}]', "attribute columns is damaged"),
        ("array", "[]", "it is empty"),
        ("array", "[1, 2]", "attribute columns is damaged"),
        ("array", '["a", "a"]', "column a is given twice"),
        ("array", '["a", "strand"]', "cannot be called strand"),
        ("array", '["a", "b", "c"]', "is missing"),
        ("array", json.dumps([f"{i}" for i in range(5_000)]), "5000 columns are more than 1000"),
    ],
)
def test_a_columns_attribute_that_lies_is_refused(made, tmp_path, layout, kind, text, words):
    path = altered(made, tmp_path, f"{kind}-{layout}", lambda h5: write_text(h5, "columns", text))
    refused(path, words)


def test_a_hundred_thousand_columns_are_refused(made, tmp_path):
    def change(h5):
        text = json.dumps([f"{i}" for i in range(100_000)]).encode()
        del h5.attrs["columns"]
        h5.attrs.create("columns", np.bytes_(text))

    assert check_file(altered(made, tmp_path, "array-indexed", change)) != []
    found = errors_of(tmp_path / "altered.h5")
    assert found


@pytest.mark.parametrize("kind", ["features", "array"])
def test_a_table_without_a_columns_attribute_is_refused(made, tmp_path, kind):
    def change(h5):
        del h5.attrs["columns"]

    refused(altered(made, tmp_path, f"{kind}-indexed", change), "attribute columns is damaged")


# ---- the pyramid


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize(
    "text", ["", "{}", "12", "[12.0]", "[true]", "[0]", "[41]", '["12"]', "[" * 50_000, "[-3]"]
)
def test_a_pyramid_attribute_that_lies_is_refused(made, tmp_path, layout, text):
    path = altered(made, tmp_path, f"dense-{layout}", lambda h5: write_text(h5, "pyramid", text))
    refused(path, "attribute pyramid is damaged")


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("text", ["[11, 12]", "[12, 13]"])
def test_a_level_that_is_not_there_is_refused(made, tmp_path, layout, text):
    path = altered(made, tmp_path, f"dense-{layout}", lambda h5: write_text(h5, "pyramid", text))
    refused(path, "is missing")


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("field", ["count", "sum", "sumsq", "min", "max"])
@pytest.mark.parametrize("n", [0, 48, 50, 63])
def test_a_level_of_another_length_is_refused(made, tmp_path, layout, field, n):
    with h5py.File(made / f"dense-{layout}.h5") as h5:
        assert h5["_genomedb/pyramid/12/sum"].shape == (49 + 13,)
    name = f"_genomedb/pyramid/12/{field}"
    path = altered(made, tmp_path, f"dense-{layout}", put(name, np.zeros(n)))
    refused(path, "has shape")


@pytest.mark.parametrize("layout", LAYOUTS)
def test_counts_that_cannot_be_are_refused(made, tmp_path, layout):
    for count in (-1, 4097):
        name = "_genomedb/pyramid/12/count"
        path = altered(made, tmp_path, f"dense-{layout}", put(name, np.full(62, count)))
        assert any("is not between 0 and 4096" in text for text in errors_of(path))
        assert check_file(path) != []
