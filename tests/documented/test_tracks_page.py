"""Every example of the document "Tracks", and every error it promises, for tracks of one dimension.

The import is ours, and so are the values: the example database is another one than PyMisha's. The
examples that the document has as comments are run with files and tracks made here.
"""

import gzip

import numpy as np
import pandas as pd
import pytest

import genomedb.misha as misha


@pytest.fixture
def pm():
    """Every example begins with the example database."""
    misha.gdb_init_examples()
    yield misha
    misha.gdb_unload()


def first_values(pm, name, n=3):
    return pm.gextract(name, pm.gintervals("1"))[name].tolist()[:n]


def one_row(chrom="1", start=0, end=100):
    return pd.DataFrame({"chrom": [chrom], "start": [start], "end": [end]})


# ---- examples: which tracks there are


def test_gtrack_ls(pm):
    assert pm.gtrack_ls() == [
        "array_track", "dense_track", "rects_track", "sparse_track", "subdir.dense_track2",
    ]  # fmt: skip
    assert pm.gtrack_ls("dense") == ["dense_track", "subdir.dense_track2"]
    assert pm.gtrack_ls(created_by="create_sparse") == ["sparse_track"]


def test_gtrack_info(pm):
    dense, sparse = pm.gtrack_info("dense_track"), pm.gtrack_info("sparse_track")
    assert (dense["type"], dense["dimensions"], dense["bin_size"]) == ("dense", 1, 50)
    assert (sparse["type"], sparse["dimensions"]) == ("sparse", 1)
    assert dense["total_size"] > 0


def test_gtrack_exists(pm):
    assert pm.gtrack_exists("dense_track") is True
    assert pm.gtrack_exists("nonexistent_track") is False


def test_gtrack_dataset(pm):
    assert pm.gtrack_dataset("dense_track") == pm.gdb_info()["path"]


# ---- examples: making tracks


def test_gtrack_create(pm):
    pm.gtrack_create("mixed", "Test", "dense_track * 2", iterator=70)
    assert pm.gtrack_info("mixed")["bin_size"] == 70
    expected = pm.gextract("dense_track * 2", pm.gintervals("1"), 70)["dense_track * 2"]
    np.testing.assert_allclose(first_values(pm, "mixed", 50), expected[:50], rtol=1e-6)
    pm.gtrack_rm("mixed", force=True)


def test_gtrack_create_dense(pm):
    pm.gtrack_create_dense("test_dn", "Test", one_row(), [5.0], 50)
    np.testing.assert_array_equal(first_values(pm, "test_dn"), [5, 5, np.nan])
    pm.gtrack_rm("test_dn", force=True)


def test_gtrack_create_sparse(pm):
    pm.gtrack_create_sparse("test_sp", "Test", one_row(), [1.0])
    assert pm.gextract("test_sp")["test_sp"].tolist() == [1]
    pm.gtrack_rm("test_sp", force=True)


def test_gtrack_create_empty_indexed(pm):
    pm.gtrack_create_sparse("my_track", "Test", one_row(), [1.0])
    pm.gtrack_create("nothing", "no bin has a value", "my_track / 0", iterator=100)
    pm.gtrack_create_empty_indexed("nothing")
    assert pm.gtrack_info("nothing")["format"] == "indexed"
    assert pm.gextract("nothing")["nothing"].isna().all()


def test_gtrack_import(pm, tmp_path):
    path = tmp_path / "data.wig"
    path.write_text("fixedStep chrom=chr1 start=1 step=10 span=5\n1\n2\n3\n")
    pm.gtrack_import("wig_track", "From WIG", str(path), binsize=10)
    np.testing.assert_array_equal(first_values(pm, "wig_track", 4), [1, 2, 3, np.nan])


def test_gtrack_import_mappedseq(pm, tmp_path):
    path = tmp_path / "reads.sam"
    path.write_text("r\t0\t1\t11\t30\t5M\t*\t0\t0\tACGTA\t*\n")
    found = pm.gtrack_import_mappedseq("reads", "Test", str(path), cols_order=None)
    assert found["total"] == {
        "total": 1, "total.mapped": 1, "total.unmapped": 0, "total.dups": 0,
    }  # fmt: skip
    assert found["chrom"].values.tolist() == [["1", 1, 0], ["2", 0, 0], ["X", 0, 0]]
    assert pm.gextract("reads")[["start", "end", "reads"]].values.tolist() == [[10, 11, 1]]


def test_gtrack_import_set(pm, tmp_path):
    for name in ("a", "b"):
        (tmp_path / f"{name}.wig").write_text("variableStep chrom=chr1 span=100\n1 5\n")
    found = pm.gtrack_import_set("Batch", f"{tmp_path}/*.wig", binsize=100, track_prefix="wigs.")
    assert found == {"files_imported": ["a.wig", "b.wig"]}
    assert pm.gtrack_ls("^wigs") == ["wigs.a", "wigs.b"]
    assert pm.gtrack_attr_get("wigs.a", "description") == "Batch"


def test_gtrack_create_pwm_energy(pm):
    pm.gtrack_create_pwm_energy("pwm_track", "Test", "pssm", 3, 0.01, iterator=100)
    assert pm.gtrack_info("pwm_track")["bin_size"] == 100
    assert all(value < 0 for value in first_values(pm, "pwm_track", 100))
    pm.gtrack_rm("pwm_track", force=True)


# ---- examples: changing tracks


def test_gtrack_rm(pm):
    pm.gtrack_copy("dense_track", "my_track")
    pm.gtrack_rm("my_track", force=True)
    assert not pm.gtrack_exists("my_track")


def test_gtrack_mv(pm):
    values = first_values(pm, "dense_track")
    assert pm.gtrack_mv("dense_track", "new_name") is None
    assert not pm.gtrack_exists("dense_track")
    np.testing.assert_array_equal(first_values(pm, "new_name"), values)


def test_gtrack_copy(pm):
    assert pm.gtrack_copy("dense_track", "dense_track_copy") is None
    assert pm.gtrack_exists("dense_track_copy")
    pm.gtrack_rm("dense_track_copy", force=True)


def test_gtrack_modify(pm):
    values = np.array(first_values(pm, "dense_track", 100))
    pm.gtrack_modify("dense_track", "dense_track * 2")
    np.testing.assert_array_equal(first_values(pm, "dense_track", 100), values * 2)
    pm.gtrack_modify("dense_track", "dense_track / 2")
    np.testing.assert_array_equal(first_values(pm, "dense_track", 100), values)


def test_gtrack_smooth(pm):
    pm.gtrack_smooth("smoothed", "Test", "dense_track", 500)
    values = np.array(first_values(pm, "dense_track", 6))
    weights = np.arange(6, 0, -1.0) * ~np.isnan(values)  # 5 bins to either side
    expected = (np.nan_to_num(values) * weights).sum() / weights.sum()
    assert first_values(pm, "smoothed")[0] == pytest.approx(expected, rel=1e-6)
    pm.gtrack_rm("smoothed", force=True)


def test_gtrack_convert_to_indexed(pm):
    before = pm.gextract(["dense_track", "sparse_track"], iterator=70)
    for name in ("dense_track", "sparse_track"):
        assert pm.gtrack_convert_to_indexed(name, remove_old=True) is None
    pd.testing.assert_frame_equal(pm.gextract(["dense_track", "sparse_track"], iterator=70), before)


# ---- examples: attributes and variables


def test_gtrack_attr_get_and_set(pm):
    assert pm.gtrack_attr_get("sparse_track", "created.by") != ""
    pm.gtrack_attr_set("sparse_track", "test_attr", "test_value")
    assert pm.gtrack_attr_get("sparse_track", "test_attr") == "test_value"
    pm.gtrack_attr_set("sparse_track", "test_attr", "")
    assert pm.gtrack_attr_get("sparse_track", "test_attr") == ""


def test_gtrack_attr_export(pm):
    assert pm.gtrack_attr_export().index.tolist() == pm.gtrack_ls()
    some = pm.gtrack_attr_export(tracks=["sparse_track", "dense_track"])
    assert some.index.tolist() == ["sparse_track", "dense_track"]
    assert pm.gtrack_attr_export(attrs=["created.by"]).columns.tolist() == ["created.by"]


def test_gtrack_attr_import(pm):
    pm.gtrack_attr_import(pd.DataFrame({"description": ["test"]}, index=["dense_track"]))
    assert pm.gtrack_attr_get("dense_track", "description") == "test"


def test_gtrack_variables(pm):
    assert pm.gtrack_var_ls("dense_track") == []
    pm.gtrack_var_set("dense_track", "my_var", [1, 2, 3])
    assert pm.gtrack_var_get("dense_track", "my_var") == [1, 2, 3]
    assert pm.gtrack_var_ls("dense_track") == ["my_var"]
    pm.gtrack_var_rm("dense_track", "my_var")
    assert pm.gtrack_var_ls("dense_track") == []


# ---- examples: export


def test_gtrack_export_bedgraph(pm, tmp_path):
    pm.gtrack_export_bedgraph("dense_track", str(tmp_path / "dense.bedgraph"))
    head, first = (tmp_path / "dense.bedgraph").read_text().splitlines()[:2]
    assert head == 'track type=bedGraph name="dense_track"'
    assert first == f"1\t0\t50\t{first_values(pm, 'dense_track')[0]!r}"
    pm.gtrack_export_bedgraph("dense_track * 2", str(tmp_path / "twice.bedgraph.gz"), name="twice")
    with gzip.open(tmp_path / "twice.bedgraph.gz", "rt") as file:
        assert file.readline() == 'track type=bedGraph name="twice"\n'
    pm.gtrack_export_bedgraph("dense_track", str(tmp_path / "bare.bedgraph"), header=False)
    assert (tmp_path / "bare.bedgraph").read_text().splitlines()[0] == first


def test_gtrack_export_bigwig_needs_no_other_program(pm, tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", "")
    pm.gtrack_export_bigwig("dense_track", str(tmp_path / "dense.bw"))
    pm.gtrack_import("back", "", str(tmp_path / "dense.bw"), binsize=50)
    np.testing.assert_array_equal(
        pm.gextract("back")["back"].to_numpy(), pm.gextract("dense_track")["dense_track"].to_numpy()
    )


# ---- errors

EMPTY = "empty.bedgraph"
CASES = {
    "gtrack_ls, bad pattern": ("gtrack_ls", ["["], {}, "Invalid regex pattern"),
    "gtrack_info, missing": ("gtrack_info", ["nope"], {}, "'nope' does not exist"),
    "gtrack_exists, None": ("gtrack_exists", [None], {}, "None"),
    "gtrack_dataset, None": ("gtrack_dataset", [None], {}, "None"),
    "gtrack_dataset, missing": ("gtrack_dataset", ["nope"], {}, "'nope' does not exist"),
    "gtrack_create, exists": (
        "gtrack_create", ["dense_track", "", "1"], {}, "'dense_track' already exists",
    ),
    "gtrack_create, expr None": ("gtrack_create", ["x", "", None], {}, "expr is None"),
    "gtrack_create, band": (
        "gtrack_create", ["x", "", "dense_track"], {"band": (0, 10)}, "band needs a 2D track",
    ),
    "gtrack_create_dense, exists": (
        "gtrack_create_dense", ["dense_track", "", one_row(), [1], 10], {},
        "'dense_track' already exists",
    ),
    "gtrack_create_dense, binsize": (
        "gtrack_create_dense", ["x", "", one_row(), [1], 0], {}, "binsize is 0",
    ),
    "gtrack_create_dense, lengths": (
        "gtrack_create_dense", ["x", "", one_row(), [1, 2], 10], {}, "2 values for 1 intervals",
    ),
    "gtrack_create_dense, chromosomes": (
        "gtrack_create_dense", ["x", "", one_row("7"), [1], 10], {}, "No intervals map to known",
    ),
    "gtrack_create_sparse, exists": (
        "gtrack_create_sparse", ["dense_track", "", one_row(), [1]], {}, "already exists",
    ),
    "gtrack_create_sparse, overlap": (
        "gtrack_create_sparse",
        ["x", "", pd.concat([one_row(), one_row(start=99, end=200)]), [1, 2]], {}, "overlap",
    ),
    "gtrack_create_sparse, lengths": (
        "gtrack_create_sparse", ["x", "", one_row(), []], {}, "0 values for 1 intervals",
    ),
    "gtrack_create_sparse, chromosomes": (
        "gtrack_create_sparse", ["x", "", one_row("7"), [1]], {}, "No intervals map to known",
    ),
    "gtrack_import, exists": (
        "gtrack_import", ["dense_track", "", EMPTY], {}, "'dense_track' already exists",
    ),
    "gtrack_import, file None": ("gtrack_import", ["x", "", None], {}, "file is None"),
    "gtrack_import, no intervals": ("gtrack_import", ["x", "", EMPTY], {}, "no data lines"),
    "gtrack_import_mappedseq, exists": (
        "gtrack_import_mappedseq", ["dense_track", "", EMPTY], {}, "already exists",
    ),
    "gtrack_import_mappedseq, file None": (
        "gtrack_import_mappedseq", ["x", "", None], {}, "file is None",
    ),
    "gtrack_import_mappedseq, columns": (
        "gtrack_import_mappedseq", ["x", "", EMPTY], {"cols_order": (0, 1, 2, 3)}, "column",
    ),
    "gtrack_import_mappedseq, pileup without bins": (
        "gtrack_import_mappedseq", ["x", "", EMPTY], {"pileup": 10}, "binsize is -1",
    ),
    "gtrack_import_mappedseq, bins without pileup": (
        "gtrack_import_mappedseq", ["x", "", EMPTY], {"binsize": 10}, "binsize is 10 and pileup",
    ),
    "gtrack_import_set, description None": (
        "gtrack_import_set", [None, EMPTY, 0], {}, "description is None",
    ),
    "gtrack_import_set, path None": ("gtrack_import_set", ["", None, 0], {}, "path is None"),
    "gtrack_import_set, binsize None": (
        "gtrack_import_set", ["", EMPTY, None], {}, "binsize is None",
    ),
    "gtrack_import_set, no files": ("gtrack_import_set", ["", "no*", 0], {}, "No files to import"),
    "gtrack_rm, missing": ("gtrack_rm", ["nope"], {}, "'nope' does not exist"),
    "gtrack_rm, without force": ("gtrack_rm", ["dense_track"], {}, "force=True"),
    "gtrack_mv, same": ("gtrack_mv", ["dense_track"] * 2, {}, "are the same"),
    "gtrack_mv, missing": ("gtrack_mv", ["nope", "x"], {}, "'nope' does not exist"),
    "gtrack_mv, exists": (
        "gtrack_mv", ["dense_track", "sparse_track"], {}, "'sparse_track' already exists",
    ),
    "gtrack_copy, same": ("gtrack_copy", ["dense_track"] * 2, {}, "are the same"),
    "gtrack_copy, missing": ("gtrack_copy", ["nope", "x"], {}, "'nope' does not exist"),
    "gtrack_copy, exists": (
        "gtrack_copy", ["dense_track", "sparse_track"], {}, "'sparse_track' already exists",
    ),
    "gtrack_modify, missing": ("gtrack_modify", ["nope", "1"], {}, "'nope' does not exist"),
    "gtrack_modify, not dense": ("gtrack_modify", ["sparse_track", "1"], {}, "is sparse"),
    "gtrack_modify, expr None": ("gtrack_modify", ["dense_track", None], {}, "expr is None"),
    "gtrack_smooth, exists": (
        "gtrack_smooth", ["dense_track", "", "dense_track", 100], {}, "already exists",
    ),
    "gtrack_smooth, expr None": ("gtrack_smooth", ["x", "", None, 100], {}, "expr is None"),
    "gtrack_smooth, window": ("gtrack_smooth", ["x", "", "dense_track", 0], {}, "winsize is 0"),
    "gtrack_smooth, algorithm": (
        "gtrack_smooth", ["x", "", "dense_track", 100], {"alg": "CUBIC"}, "alg is 'CUBIC'",
    ),
    "gtrack_create_pwm_energy, exists": (
        "gtrack_create_pwm_energy", ["dense_track", "", "pssm", 3, 0.01, 100], {}, "already exists",
    ),
    "gtrack_create_pwm_energy, None": (
        "gtrack_create_pwm_energy", ["x", "", "pssm", None, 0.01, 100], {}, "pssmid is None",
    ),
    "gtrack_create_pwm_energy, iterator": (
        "gtrack_create_pwm_energy", ["x", "", "pssm", 3, 0.01, 0], {}, "iterator is 0",
    ),
    "gtrack_create_pwm_energy, id": (
        "gtrack_create_pwm_energy", ["x", "", "pssm", 99, 0.01, 100], {}, "99",
    ),
    "gtrack_attr_get, missing": ("gtrack_attr_get", ["nope", "a"], {}, "'nope' does not exist"),
    "gtrack_attr_set, missing": (
        "gtrack_attr_set", ["nope", "a", "b"], {}, "'nope' does not exist",
    ),
    "gtrack_attr_set, read-only": (
        "gtrack_attr_set", ["dense_track", "created.by", "me"], {}, "'created.by' is read-only",
    ),
    "gtrack_attr_export, missing": (
        "gtrack_attr_export", [["nope"]], {}, "'nope' does not exist",
    ),
    "gtrack_attr_import, empty": ("gtrack_attr_import", [pd.DataFrame()], {}, "empty"),
    "gtrack_attr_import, missing": (
        "gtrack_attr_import", [pd.DataFrame({"a": ["b"]}, index=["nope"])], {},
        "'nope' does not exist",
    ),
    "gtrack_attr_import, read-only": (
        "gtrack_attr_import", [pd.DataFrame({"created.by": ["b"]}, index=["dense_track"])], {},
        "read-only",
    ),
    "gtrack_var_ls, missing": ("gtrack_var_ls", ["nope"], {}, "'nope' does not exist"),
    "gtrack_var_get, missing": ("gtrack_var_get", ["nope", "v"], {}, "'nope' does not exist"),
    "gtrack_var_get, no variable": (
        "gtrack_var_get", ["dense_track", "v"], {},
        "Variable 'v' does not exist for track 'dense_track'",
    ),
    "gtrack_var_set, missing": ("gtrack_var_set", ["nope", "v", 1], {}, "'nope' does not exist"),
    "gtrack_var_rm, missing": ("gtrack_var_rm", ["nope", "v"], {}, "'nope' does not exist"),
    "gtrack_export_bedgraph, missing": (
        "gtrack_export_bedgraph", ["nope", "x.bedgraph"], {}, "'nope' is not a track",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("name", "args", "options", "message"), CASES.values(), ids=list(CASES))
def test_a_value_error_is_raised_and_nothing_changes(
    pm, tmp_path, monkeypatch, name, args, options, message
):
    monkeypatch.chdir(tmp_path)
    (tmp_path / EMPTY).write_text("# nothing\n")
    before = pm.gtrack_ls(), pm.gtrack_attr_export().to_dict(), sorted(tmp_path.rglob("*"))
    with pytest.raises(ValueError, match=message) as raised:
        getattr(pm, name)(*args, **options)
    assert isinstance(raised.value, pm.error)
    assert before == (
        pm.gtrack_ls(), pm.gtrack_attr_export().to_dict(), sorted(tmp_path.rglob("*"))
    )  # fmt: skip


def test_a_set_of_motifs_that_is_not_there_is_a_file_not_found(pm):
    with pytest.raises(FileNotFoundError, match=r"none\.key"):
        pm.gtrack_create_pwm_energy("x", "", "none", 3, 0.01, 100)
    assert not pm.gtrack_exists("x")


@pytest.mark.parametrize("name", ["gtrack_export_bedgraph", "gtrack_export_bigwig"])
def test_a_folder_that_is_not_there_is_a_file_not_found(pm, tmp_path, name):
    with pytest.raises(FileNotFoundError, match="no such folder"):
        getattr(pm, name)("dense_track", str(tmp_path / "none" / "x"))
