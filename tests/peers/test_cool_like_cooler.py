"""Matrices of cooler and hictkpy come in and go out pixel for pixel."""

from itertools import pairwise

import numpy as np
import pandas as pd
import pytest

from genomedb.db.create import create_database
from genomedb.errors import ChromError, FormatError, TrackExistsError, UsageError
from genomedb.exporters.bedpe import export_bedpe
from genomedb.exporters.cool import export_cool
from genomedb.exporters.cool_expression import export_expression_cool
from genomedb.importers import pair_spool
from genomedb.importers.contacts import import_contacts
from genomedb.importers.matrix import import_cool, import_hic

cooler = pytest.importorskip("cooler")
pytestmark = pytest.mark.filterwarnings("ignore::FutureWarning:cooler")
SIZES = {"chrB": 5230, "chrA": 3000, "chrC": 95}  # not in the order of the alphabet
BIN = 100


@pytest.fixture
def db(tmp_path):
    return create_database(tmp_path / "dbs", "toy", SIZES)


def bins_of(sizes, width=BIN):
    return cooler.binnify(pd.Series(sizes), width)


def pixels_of(rng, n_bins, n=900, *, symmetric=True, dtype="int32"):
    bin1, bin2 = rng.integers(0, n_bins, (2, n))
    near = rng.random(n) < 0.5
    bin2[near] = np.minimum(bin1[near] + rng.integers(0, 4, int(near.sum())), n_bins - 1)
    if symmetric:
        bin1, bin2 = np.minimum(bin1, bin2), np.maximum(bin1, bin2)
    made = pd.DataFrame({"bin1_id": bin1, "bin2_id": bin2})
    made = made.drop_duplicates().sort_values(["bin1_id", "bin2_id"]).reset_index(drop=True)
    count = rng.integers(1, 50, len(made))
    made["count"] = (count / 8 if dtype.startswith("float") else count).astype(dtype)
    return made


def write(path, bins, pixels, *, symmetric=True, mode="w"):
    cooler.create_cooler(
        str(path), bins, pixels, symmetric_upper=symmetric, ordered=True, mode=mode,
        dtypes={"count": pixels["count"].dtype}, assembly="toy1", metadata={"made": "here"},
        triucheck=symmetric,
    )  # fmt: skip
    return path


@pytest.fixture
def cool(tmp_path):
    """A symmetric matrix with weights, some missing."""
    rng, bins = np.random.default_rng(1), bins_of(SIZES)
    bins["weight"] = rng.random(len(bins))
    bins.loc[::7, "weight"] = np.nan
    return write(tmp_path / "in.cool", bins, pixels_of(rng, len(bins)))


def assert_same_matrix(ours, theirs):
    ours, theirs = cooler.Cooler(str(ours)), cooler.Cooler(str(theirs))
    pd.testing.assert_frame_equal(ours.bins()[:], theirs.bins()[:])
    pd.testing.assert_frame_equal(ours.pixels()[:], theirs.pixels()[:])
    for key in ("storage-mode", "bin-type", "bin-size", "sum", "nnz", "genome-assembly"):
        assert ours.info[key] == theirs.info[key], key


def test_a_matrix_goes_out_as_it_came(db, cool, tmp_path):
    report = import_cool(db, "hic", cool)
    assert report.n_records == len(cooler.Cooler(str(cool)).pixels()[:])
    assert db["hic"].track_type == "rectangles"
    export_cool(db["hic"], tmp_path / "out.cool")
    assert_same_matrix(tmp_path / "out.cool", cool)


@pytest.mark.parametrize("run", [64, 500])
def test_the_same_when_sorted_in_many_runs(db, cool, tmp_path, monkeypatch, run):
    monkeypatch.setattr(pair_spool, "MEMORY_RECORDS", run)
    monkeypatch.setattr(pair_spool, "BLOCK", 50)
    monkeypatch.setattr(pair_spool, "LEAST", 7)
    monkeypatch.setattr("genomedb.exporters.pixels.STRIPE", 100)
    monkeypatch.setattr("genomedb.exporters.pixels.LEAST", 50)
    monkeypatch.setattr("genomedb.readers.cool.PIXELS", 130)
    import_cool(db, "hic", cool)
    export_cool(db["hic"], tmp_path / "out.cool")
    assert_same_matrix(tmp_path / "out.cool", cool)


def test_points_give_the_same_matrix(db, cool, tmp_path):
    import_cool(db, "hic", cool, as_rectangles=False)
    assert db["hic"].track_type == "points"
    export_cool(db["hic"], tmp_path / "out.cool")
    assert_same_matrix(tmp_path / "out.cool", cool)


@pytest.mark.parametrize("dtype", ["int32", "float64", "float32", "int64"])
@pytest.mark.parametrize("symmetric", [True, False])
def test_values_of_every_type_and_both_kinds_of_matrix(db, tmp_path, dtype, symmetric):
    bins = bins_of(SIZES)
    pixels = pixels_of(np.random.default_rng(3), len(bins), symmetric=symmetric, dtype=dtype)
    source = write(tmp_path / "in.cool", bins, pixels, symmetric=symmetric)
    import_cool(db, "hic", source)
    export_cool(db["hic"], tmp_path / "out.cool")
    assert_same_matrix(tmp_path / "out.cool", source)


def test_bins_of_different_widths(db, tmp_path):
    cuts = {"chrB": [0, 10, 700, 720, 5230], "chrA": [0, 1, 3000], "chrC": [0, 95]}
    rows = [(c, a, b) for c, at in cuts.items() for a, b in pairwise(at)]
    bins = pd.DataFrame(rows, columns=["chrom", "start", "end"])
    source = write(tmp_path / "in.cool", bins, pixels_of(np.random.default_rng(4), len(bins), 30))
    with pytest.raises(UsageError, match="has bins of many widths, not of 10 bp"):
        import_cool(db, "hic", source, resolution=10)
    import_cool(db, "hic", source)
    export_cool(db["hic"], tmp_path / "out.cool")
    assert_same_matrix(tmp_path / "out.cool", source)


def test_windows_are_those_of_cooler(db, cool):
    import_cool(db, "hic", cool)
    matrix = cooler.Cooler(str(cool))
    weight = matrix.bins()[:]["weight"].to_numpy()
    raw, balanced = matrix.matrix(balance=False), matrix.matrix(balance=True)
    rng = np.random.default_rng(5)
    for _ in range(60):
        sides = []
        for name in rng.choice(list(SIZES), 2):
            start = int(rng.integers(0, SIZES[name]))
            sides.append((name, start, int(rng.integers(start + 1, SIZES[name] + 1))))
        want = raw.fetch(*sides)
        found = db["hic"].read(*sides[0], *sides[1])
        got = np.zeros_like(want)
        i, j = found.x1 // BIN - sides[0][1] // BIN, found.y1 // BIN - sides[1][1] // BIN
        got[i, j] = found.value
        np.testing.assert_array_equal(got, want)
        of = [weight[slice(*matrix.extent(side))] for side in sides]
        np.testing.assert_allclose(got * of[0][:, None] * of[1][None, :], balanced.fetch(*sides))


def test_balanced_values_can_be_stored(db, cool, tmp_path):
    import_cool(db, "hic", cool, balance="weight")
    export_cool(db["hic"], tmp_path / "out.cool")
    theirs = cooler.Cooler(str(cool))
    weight = theirs.bins()[:]["weight"].to_numpy()
    want = theirs.pixels()[:].astype({"count": float})
    want["count"] *= weight[want["bin1_id"]] * weight[want["bin2_id"]]
    want = want.dropna().reset_index(drop=True)
    ours = cooler.Cooler(str(tmp_path / "out.cool")).pixels()[:]
    pd.testing.assert_frame_equal(ours, want)
    with pytest.raises(UsageError, match="no weights KR"):
        import_cool(db, "kr", cool, balance="KR")


def test_another_order_of_chromosomes_and_unknown_ones(cool, tmp_path):
    db = create_database(tmp_path / "other", "toy", {"chrA": 3000, "chrB": 5230})
    report = import_cool(db, "hic", cool)
    theirs = cooler.Cooler(str(cool))
    pixels = theirs.pixels(join=True)[:]
    lost = (pixels["chrom1"] == "chrC") | (pixels["chrom2"] == "chrC")
    assert report.unknown == {"chrC": int(lost.sum())}
    export_cool(db["hic"], tmp_path / "out.cool")
    ours = cooler.Cooler(str(tmp_path / "out.cool")).pixels(join=True)[:]
    ours, want = (p.astype({"chrom1": str, "chrom2": str}) for p in (ours, pixels[~lost]))
    pd.testing.assert_frame_equal(ours, want.reset_index(drop=True))


def test_several_bin_sizes_are_coarsened_like_cooler(db, cool, tmp_path):
    import_cool(db, "hic", cool)
    export_cool(db["hic"], tmp_path / "out.mcool", bin_size=[BIN, 5 * BIN])
    uri = f"{tmp_path / 'out.mcool'}::resolutions/"
    cooler.coarsen_cooler(str(cool), str(tmp_path / "coarse.cool"), 5, chunksize=10_000)
    want = cooler.Cooler(str(tmp_path / "coarse.cool")).pixels()[:]
    pd.testing.assert_frame_equal(cooler.Cooler(uri + "500").pixels()[:], want)
    assert cooler.fileops.is_multires_file(str(tmp_path / "out.mcool"))
    import_cool(db, "again", tmp_path / "out.mcool", resolution=BIN)
    import_cool(db, "by_group", uri + "500")
    export_cool(db["again"], tmp_path / "again.cool")
    assert_same_matrix(tmp_path / "again.cool", cool)
    with pytest.raises(UsageError, match=r"2 matrices.*resolutions/100"):
        import_cool(db, "x", tmp_path / "out.mcool")
    with pytest.raises(UsageError, match="no matrix /resolutions/7"):
        import_cool(db, "x", tmp_path / "out.mcool", resolution=7)


def test_cells_of_scool(db, tmp_path):
    bins = bins_of(SIZES)
    rng = np.random.default_rng(8)
    cells = {name: pixels_of(rng, len(bins), 50) for name in ("a", "b")}
    cooler.create_scool(str(tmp_path / "x.scool"), {name: bins for name in cells}, cells)
    import_cool(db, "b", tmp_path / "x.scool", cell="b")
    export_cool(db["b"], tmp_path / "b.cool")
    found = cooler.Cooler(str(tmp_path / "b.cool")).pixels()[:]
    pd.testing.assert_frame_equal(found, cells["b"])


def test_contacts_are_binned_like_cooler(db, tmp_path):
    rng = np.random.default_rng(9)
    chrom = rng.choice(list(SIZES), (2, 400))
    places = [[int(rng.integers(1, SIZES[c] + 1)) for c in side] for side in chrom]
    rows = zip(chrom[0], places[0], chrom[1], places[1], strict=True)
    text = "".join(f"r\t{a}\t{x}\t{b}\t{y}\n" for a, x, b, y in rows)
    (tmp_path / "x.pairs").write_text(text)
    import_contacts(db, "hic", tmp_path / "x.pairs")
    export_cool(db["hic"], tmp_path / "out.cool", bin_size=BIN, dtype="int32")
    bins = bins_of(SIZES)
    frame = pd.DataFrame({"chrom1": chrom[0], "pos1": places[0],
                          "chrom2": chrom[1], "pos2": places[1]})  # fmt: skip
    clean = cooler.create.sanitize_records(bins, schema="pairs", is_one_based=True, tril_action="reflect")  # noqa: E501  # fmt: skip
    want = cooler.create.aggregate_records()(clean(frame))
    found = cooler.Cooler(str(tmp_path / "out.cool")).pixels()[:]
    want = pd.DataFrame(want)[["bin1_id", "bin2_id", "count"]].astype(found.dtypes)
    pd.testing.assert_frame_equal(found, want.reset_index(drop=True))


def test_an_expression_over_a_grid(db, cool, tmp_path):
    import_cool(db, "hic", cool)
    n = export_expression_cool(db, "hic * 2", tmp_path / "twice.cool", bin_size=BIN)
    found = cooler.Cooler(str(tmp_path / "twice.cool")).pixels()[:]
    want = cooler.Cooler(str(cool)).pixels()[:].astype({"count": float})
    want["count"] *= 2
    pd.testing.assert_frame_equal(found, want)
    assert n == len(want)


def test_bedpe_comes_back(db, cool, tmp_path):
    import_cool(db, "hic", cool, as_rectangles=False)
    export_bedpe(db["hic"], tmp_path / "x.bedpe.gz", upper=True)
    import_contacts(db, "again", tmp_path / "x.bedpe.gz")
    for track in ("hic", "again"):
        export_cool(db[track], tmp_path / f"{track}.cool", bin_size=BIN, dtype="int32")
    ours, again = (cooler.Cooler(str(tmp_path / f"{t}.cool")).pixels()[:] for t in ("again", "hic"))
    pd.testing.assert_frame_equal(ours, again)


def test_what_is_wrong_is_told_and_leaves_no_track(db, cool, tmp_path):
    whole = cool.read_bytes()
    for size in (0, 100, len(whole) // 2, len(whole) - 60):
        (tmp_path / "cut.cool").write_bytes(whole[:size])
        with pytest.raises(FormatError, match=r"cut\.cool: is no contact matrix, or damaged"):
            import_cool(db, "hic", tmp_path / "cut.cool")
    other = write(tmp_path / "other.cool", bins_of({"chrB": 900}), pixels_of(
        np.random.default_rng(0), 9, 5))  # fmt: skip
    with pytest.raises(ChromError, match="chrB is 900 bp long in the file, 5230 in the database"):
        import_cool(db, "hic", other)
    strange = write(tmp_path / "strange.cool", bins_of({"q": 900}), pixels_of(
        np.random.default_rng(0), 9, 5))  # fmt: skip
    with pytest.raises(ChromError, match="none of its chromosomes"):
        import_cool(db, "hic", strange)
    with pytest.raises(UsageError, match="no column mass"):
        import_cool(db, "hic", cool, value="mass")
    with pytest.raises(UsageError, match="bins are 100 bp wide, not 7"):
        import_cool(db, "hic", cool, resolution=7)
    assert not db.has_track("hic")
    import_cool(db, "hic", cool)
    with pytest.raises(TrackExistsError):
        import_cool(db, "hic", cool)
    with pytest.raises(UsageError, match="reaches over several bins"):
        export_cool(db["hic"], tmp_path / "narrow.cool", bin_size=30)
    assert not (tmp_path / "narrow.cool").exists()
    with pytest.raises(UsageError, match="bin_size="):
        export_cool(db["hic"], tmp_path / "no.cool", bin_size=0)


def test_hic_files_give_the_same_matrix(db, cool, tmp_path):
    hictkpy = pytest.importorskip("hictkpy")
    theirs = cooler.Cooler(str(cool))
    writer = hictkpy.hic.FileWriter(str(tmp_path / "x.hic"), SIZES, [BIN, 5 * BIN], "toy1")
    writer.add_pixels(theirs.pixels()[:])
    writer.finalize()
    import_hic(db, "hic", tmp_path / "x.hic", resolution=BIN)
    export_cool(db["hic"], tmp_path / "out.cool")
    ours = cooler.Cooler(str(tmp_path / "out.cool"))
    pd.testing.assert_frame_equal(ours.pixels()[:], theirs.pixels()[:])
    with pytest.raises(UsageError, match=r"no bins of 7 bp.*100, 500"):
        import_hic(db, "x", tmp_path / "x.hic", resolution=7)
    with pytest.raises(UsageError, match="no values normalized by KR"):
        import_hic(db, "x", tmp_path / "x.hic", resolution=BIN, normalization="KR")
    whole = (tmp_path / "x.hic").read_bytes()
    for size in (0, 60, len(whole) // 2, len(whole) - 100):
        (tmp_path / "cut.hic").write_bytes(whole[:size])
        with pytest.raises(FormatError, match=r"cut\.hic: is "):
            import_hic(db, "x", tmp_path / "cut.hic", resolution=BIN)
    assert not db.has_track("x")
