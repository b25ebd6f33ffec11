"""What a matrix of cooler says of its bins and weights, and matrices of unusual make."""

import h5py
import numpy as np
import pandas as pd
import pytest

from genomedb.db.create import create_database
from genomedb.errors import ChromError, FormatError, UsageError
from genomedb.exporters.bedpe import export_bedpe
from genomedb.exporters.cool import export_cool
from genomedb.exporters.cool_expression import export_expression_cool
from genomedb.importers.matrix import import_cool, import_hic

cooler = pytest.importorskip("cooler")
pytestmark = pytest.mark.filterwarnings("ignore::FutureWarning:cooler")
SIZES = {"chr1": 1000, "chr10": 430}
BIN = 10


@pytest.fixture
def db(tmp_path):
    return create_database(tmp_path / "dbs", "toy", SIZES)


@pytest.fixture
def bins():
    return cooler.binnify(pd.Series(SIZES), BIN)


def pixels_of(n, count=3):
    rng = np.random.default_rng(n)
    bin1, bin2 = np.divmod(np.unique(rng.integers(0, n * n, 40 * n)), n)
    upper = bin1 <= bin2
    made = pd.DataFrame({"bin1_id": bin1[upper], "bin2_id": bin2[upper]})
    return made.assign(count=rng.integers(1, 9, len(made)) * count)


def write(path, bins, pixels, **how):
    cooler.create_cooler(str(path), bins, pixels, ordered=True, **how)
    return path


def attributes(path):
    with cooler.Cooler(str(path)).open("r") as root:
        return {name: dict(root[f"bins/{name}"].attrs) for name in root["bins"]}


def assert_same_matrix(ours, theirs):
    ours, theirs = cooler.Cooler(str(ours)), cooler.Cooler(str(theirs))
    pd.testing.assert_frame_equal(ours.bins()[:], theirs.bins()[:])
    pd.testing.assert_frame_equal(ours.pixels()[:], theirs.pixels()[:])
    assert ours.info["storage-mode"] == theirs.info["storage-mode"]
    assert ours.info["bin-type"] == theirs.info["bin-type"]


def test_weights_keep_what_the_file_says_of_them(db, bins, tmp_path):
    source = write(tmp_path / "in.cool", bins, pixels_of(len(bins)))
    weights, facts = cooler.balance_cooler(cooler.Cooler(str(source)), ignore_diags=1)
    with h5py.File(source, "r+") as file:
        file["bins/weight"] = weights
        file["bins/weight"].attrs.update(facts)
        file["bins/n"] = np.arange(len(bins), dtype=np.int32)
        file["bins/good"] = np.arange(len(bins)) % 2 == 0
    import_cool(db, "hic", source)
    export_cool(db["hic"], tmp_path / "out.cool")
    assert_same_matrix(tmp_path / "out.cool", source)
    assert attributes(tmp_path / "out.cool") == attributes(source)
    assert attributes(source)["weight"]["ignore_diags"] == 1


@pytest.mark.parametrize("name", ["KR", "VC", "VC_SQRT", "weight", "GW_KR"])
def test_balanced_values_are_those_of_cooler(db, bins, tmp_path, name):
    bins[name] = np.random.default_rng(1).random(len(bins)) + 0.5
    bins.loc[::9, name] = np.nan
    source = write(tmp_path / "in.cool", bins, pixels_of(len(bins)))
    import_cool(db, "hic", source, balance=name)
    want = cooler.Cooler(str(source)).matrix(balance=name).fetch("chr1", "chr10")
    found, held = np.zeros(want.shape), db["hic"].read("chr1", 0, 1000, "chr10", 0, 430)
    found[held.x1 // BIN, held.y1 // BIN] = held.value
    known = ~np.isnan(want)
    np.testing.assert_allclose(found[known], want[known], rtol=1e-12)
    assert not np.nan_to_num(found[~known]).any()


def test_weights_that_the_file_says_to_divide_by_are(db, bins, tmp_path):
    source = write(tmp_path / "in.cool", bins.assign(w=2.0), pixels_of(len(bins), count=8))
    with h5py.File(source, "r+") as file:
        file["bins/w"].attrs["divisive_weights"] = True
    import_cool(db, "hic", source, balance="w")
    found = db["hic"].read("chr1").value
    assert set(found.tolist()) == {2.0 * n for n in range(1, 9)}


@pytest.mark.parametrize("dtype", ["int8", "uint8", "int16", "uint16", "uint32", "uint64"])
def test_values_keep_their_type(db, bins, tmp_path, dtype):
    source = write(tmp_path / "in.cool", bins, pixels_of(len(bins)), dtypes={"count": dtype})
    import_cool(db, "hic", source)
    export_cool(db["hic"], tmp_path / "out.cool")
    assert_same_matrix(tmp_path / "out.cool", source)


def test_bins_of_one_width_with_gaps_are_kept(db, bins, tmp_path):
    left = bins[bins["start"] != 50].reset_index(drop=True)
    source = write(tmp_path / "in.cool", left, pixels_of(len(left)))
    import_cool(db, "hic", source)
    export_cool(db["hic"], tmp_path / "out.cool")
    assert_same_matrix(tmp_path / "out.cool", source)


def test_a_bin_width_that_the_bins_do_not_have_is_not_believed(db, bins, tmp_path):
    source = write(tmp_path / "in.cool", bins, pixels_of(len(bins)))
    with h5py.File(source, "r+") as file:
        file.attrs["bin-size"] = 7
    import_cool(db, "hic", source)
    found = db["hic"].read("chr1")
    assert set((found.x2 - found.x1).tolist()) == {10}


def test_a_square_matrix_that_is_the_same_from_both_sides_stays_square(db, bins, tmp_path):
    upper = pixels_of(len(bins))
    lower = upper[upper["bin1_id"] != upper["bin2_id"]]
    lower = lower.rename(columns={"bin1_id": "bin2_id", "bin2_id": "bin1_id"})
    pixels = pd.concat([upper, lower]).sort_values(["bin1_id", "bin2_id"], ignore_index=True)
    source = write(tmp_path / "in.cool", bins, pixels, symmetric_upper=False, triucheck=False)
    import_cool(db, "hic", source)
    export_cool(db["hic"], tmp_path / "out.cool")
    assert_same_matrix(tmp_path / "out.cool", source)


def test_two_names_for_one_chromosome_are_refused(db, tmp_path):
    bins = cooler.binnify(pd.Series({"1": 1000, "chr1": 1000}), BIN)
    source = write(tmp_path / "in.cool", bins, pixels_of(len(bins)))
    with pytest.raises(ChromError, match="1 and chr1 of the file are both chr1"):
        import_cool(db, "hic", source)


def test_whole_numbers_that_would_be_rounded_are_refused(db, bins, tmp_path):
    pixels = pixels_of(len(bins)).assign(count=2**53 + 1)
    source = write(tmp_path / "in.cool", bins, pixels, dtypes={"count": "int64"})
    with pytest.raises(UsageError, match="9007199254740993 is above 2"):
        import_cool(db, "hic", source)
    assert not db.has_track("hic")


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("pixels/count", np.array([b"a"])), ("pixels/count", 3), ("pixels/count", np.ones((3, 2))),
        ("pixels/bin1_id", np.array([0.5])), ("pixels", np.ones(3)), ("bins/weight", np.ones(3)),
        ("bins/start", np.array([b"a"])),
    ],
)  # fmt: skip
def test_columns_that_are_none_are_refused(db, bins, tmp_path, name, values):
    source = write(tmp_path / "in.cool", bins.assign(weight=1.0), pixels_of(len(bins)))
    with h5py.File(source, "r+") as file:
        del file[name]
        file[name] = values
    with pytest.raises(FormatError, match=r"in\.cool: has (no|columns)"):
        import_cool(db, "hic", source)


def test_names_of_chromosomes_as_variable_text_are_read(db, bins, tmp_path):
    source = write(tmp_path / "in.cool", bins, pixels_of(len(bins)))
    with h5py.File(source, "r+") as file:
        del file["chroms/name"]
        file["chroms/name"] = list(SIZES)
    assert import_cool(db, "hic", source).n_records == len(pixels_of(len(bins)))


def test_what_is_chosen_twice_or_by_text_is_refused(db, bins, tmp_path):
    path = tmp_path / "x.scool"
    cooler.create_scool(str(path), {"a": bins, "b": bins}, {c: pixels_of(len(bins)) for c in "ab"})
    with pytest.raises(UsageError, match="the cell b too"):
        import_cool(db, "hic", f"{path}::cells/a", cell="b")
    with pytest.raises(UsageError, match="resolution='10' is no whole number"):
        import_cool(db, "hic", f"{path}::cells/a", resolution="10")
    with pytest.raises(UsageError, match="pixels have no values bin1_id"):
        import_cool(db, "hic", path, cell="a", value="bin1_id")


def test_chromosomes_longer_than_cool_files_hold_are_refused(tmp_path):
    db = create_database(tmp_path / "long", "long", {"chr1": 3_000_000_000})
    track = db.create_points("p", {("chr1", "chr1"): ([5], [2_500_000_000], [1])})
    with pytest.raises(UsageError, match=r"below 2\*\*31"):
        export_cool(track, tmp_path / "out.cool", bin_size=1_000_000)
    assert not list(tmp_path.glob("*.cool*"))


@pytest.mark.parametrize(
    ("factor", "dtype"), [(1, np.int32), (0.5, np.float32), (2**31, np.float64)]
)
def test_raw_values_of_a_hic_file_are_not_cut(db, bins, tmp_path, factor, dtype):
    hictkpy = pytest.importorskip("hictkpy")
    pixels = pixels_of(len(bins), count=factor)
    with hictkpy.hic.FileWriter(str(tmp_path / "x.hic"), SIZES, BIN) as writer:
        writer.add_pixels(pixels)
    import_hic(db, "hic", tmp_path / "x.hic", resolution=BIN)
    assert db["hic"].dtype == dtype
    export_cool(db["hic"], tmp_path / "out.cool")
    found = cooler.Cooler(str(tmp_path / "out.cool")).pixels()[:]
    np.testing.assert_array_equal(found.to_numpy(), pixels.to_numpy())
    with pytest.raises(UsageError, match=r"has no bins of 10\.0 bp"):
        import_hic(db, "again", tmp_path / "x.hic", resolution=10.0)


def test_a_variable_of_that_name_may_be_something_else(db, tmp_path):
    track = db.create_points("p", {("chr1", "chr1"): ([5], [7], [1])})
    db.set_variable("p", "matrix", np.ones(3))
    with pytest.raises(UsageError, match="needs a bin size"):
        export_cool(db["p"], tmp_path / "out.cool")
    assert export_cool(track, tmp_path / "out.cool", bin_size=10) == 1


@pytest.mark.parametrize("name", ["x.cool", "x.mcool"])
def test_expressions_go_where_the_name_says_even_without_any_value(db, tmp_path, name):
    db.create_points("p", {("chr1", "chr1"): ([5], [7], [1])})
    uri = str(tmp_path / name) + ("::/resolutions/10" if name.endswith("mcool") else "")
    for expression, n in (("p * np.nan", 0), ("p * 3", 1)):
        path = tmp_path / name
        assert export_expression_cool(db, expression, path, bin_size=10, overwrite=True) == n
        assert cooler.Cooler(uri).pixels()[:]["count"].tolist() == [3.0] * n
        assert cooler.fileops.is_multires_file(str(path)) == name.endswith("mcool")
    assert [path.name for path in tmp_path.iterdir() if "x." in path.name] == [name]


@pytest.mark.parametrize("export", [export_cool, export_bedpe])
def test_what_is_no_open_track_is_told(tmp_path, export):
    for wrong in (None, "p"):
        with pytest.raises(UsageError, match=r"is no open track. Give db\[name\]"):
            export(wrong, tmp_path / "out")


def test_one_bin_may_be_wider_than_any_chromosome(db, tmp_path):
    track = db.create_points("p", {("chr1", "chr10"): ([5, 900], [7, 8], [1, 2])})
    assert export_cool(track, tmp_path / "out.cool", bin_size=2**40) == 1
    found = cooler.Cooler(str(tmp_path / "out.cool"))
    assert found.pixels()[:].to_numpy().tolist() == [[0, 1, 3]]
    with pytest.raises(UsageError, match="a group within a file"):
        export_cool(track, f"{tmp_path}/out.cool::a", bin_size=10)
