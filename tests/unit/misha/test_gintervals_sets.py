"""Saved interval sets and their attributes by the peer's names."""

import numpy as np
import pandas as pd
import pytest

from genomedb.errors import ChromError, TrackExistsError, TrackNotFoundError, UsageError


def rows(frame):
    return [tuple(row) for row in frame.itertuples(index=False)]


def test_a_set_is_checked_sorted_and_read_back(pm):
    frame = pd.DataFrame({"chrom": ["X", 1, "2"], "start": [5, 9, 7], "end": [6, 10, 8]})
    assert pm.gintervals_save(frame.assign(n=["a", "b", "c"]), "mine.one") is None
    found = pm.gintervals_load("mine.one")
    assert rows(found) == [("chr1", 9, 10, "b"), ("chr2", 7, 8, "c"), ("chrX", 5, 6, "a")]
    assert rows(pm.gintervals_load("mine.one", chrom=2)) == [("chr2", 7, 8, "c")]
    assert rows(pm.gintervals_load("mine.one", chrom=["1", "X"]))[1][1] == 5
    with pytest.raises(ChromError, match="beyond"):
        pm.gintervals_save(frame.assign(end=5000), "bad")
    with pytest.raises(UsageError, match="no intervals to save"):
        pm.gintervals_save(frame.iloc[:0], "bad")
    assert not pm.gintervals_exists("bad")


def test_names_that_are_taken_are_refused(pm):
    frame = pm.gintervals("chr1", 0, 5)
    with pytest.raises(TrackExistsError, match="'genes' is there already"):
        pm.gintervals_save(frame, "genes")
    with pytest.raises(TrackExistsError, match="dense track has the name 'd'"):
        pm.gintervals_save(frame, "d")


def test_loading_what_is_not_there(pm):
    assert pm.gintervals_load("genes", chrom="X") is None
    with pytest.raises(TrackNotFoundError, match=r"'gene' does not exist.*genes"):
        pm.gintervals_load("gene")
    with pytest.raises(ChromError, match="chr9"):
        pm.gintervals_load("genes", chrom="chr9")
    with pytest.raises(UsageError, match="chrom1"):
        pm.gintervals_load("genes", chrom1="chr1")


def test_a_frame_is_loaded_as_it_is(pm):
    frame = pm.gintervals(["1", "2"], 0, 5)
    assert rows(pm.gintervals_load(frame)) == rows(frame)
    assert rows(pm.gintervals_load(frame, chrom=2)) == [("chr2", 0, 5)]
    assert pm.gintervals_load(frame, chrom=["X"]) is None
    with pytest.raises(UsageError, match="chrom2 is given"):
        pm.gintervals_load(frame, chrom2="1")


def test_one_chromosome_is_replaced_or_deleted(pm):
    pm.gintervals_update("genes", pm.gintervals("2", 3, 4, strand=1), chrom="2")
    assert rows(pm.gintervals_load("genes")) == [("chr1", 10, 30, 1), ("chr2", 3, 4, 1)]
    pm.gintervals_update("genes", None, chrom="chr1")
    assert rows(pm.gintervals_load("genes")) == [("chr2", 3, 4, 1)]
    with pytest.raises(UsageError, match="no interval would be left"):
        pm.gintervals_update("genes", None, chrom="chr2")
    with pytest.raises(UsageError, match="chrom must be given"):
        pm.gintervals_update("genes", None)
    with pytest.raises(UsageError, match="not chr1"):
        pm.gintervals_update("genes", pm.gintervals("2", 3, 4, strand=1), chrom="1")


def test_sets_are_removed_but_not_tracks(pm):
    pm.gintervals_rm("genes")
    assert pm.gintervals_ls() == []
    pm.gintervals_rm("genes", force=True)
    for name in ("genes", "d"):
        with pytest.raises(TrackNotFoundError, match=f"'{name}' does not exist"):
            pm.gintervals_rm(name)
    assert pm.gtrack_exists("d")


def test_listing(pm):
    pm.gintervals_save(pm.gintervals("1", 0, 5), "sub.Peaks")
    assert pm.gintervals_ls() == ["genes", "sub.Peaks"]
    assert pm.gintervals_ls(r"b\.") == ["sub.Peaks"]
    assert pm.gintervals_ls("peaks") == []
    assert pm.gintervals_ls("peaks", ignore_case=True) == ["sub.Peaks"]
    with pytest.raises(UsageError, match="not a regular expression"):
        pm.gintervals_ls("(")


def test_names_in_a_working_folder(pm):
    pm.gintervals_save(pm.gintervals("1", 0, 5), "sub.peaks")
    pm.gdir_cd("sub")
    assert pm.gintervals_ls() == ["peaks"]
    assert rows(pm.gintervals_load("peaks")) == rows(pm.gintervals_load("sub.peaks"))
    pm.gintervals_save(pm.gintervals("2", 0, 5), "more")
    pm.gdir_cd("..")
    assert pm.gintervals_ls("more") == ["sub.more"]


def test_where_sets_are(pm, tmp_path):
    assert pm.gintervals_exists("genes")
    assert [pm.gintervals_exists(name) for name in ("d", "gen", "1 bad", "")] == [False] * 4
    assert pm.gintervals_path("genes") == str(tmp_path / "toy" / "genes.h5")
    assert pm.gintervals_dataset("genes") == str(tmp_path / "toy")
    assert pm.gintervals_dataset("gen") is None
    assert pm.gintervals_dbs(["genes", "gen"]) == {"genes": [str(tmp_path / "toy")]}
    assert rows(pm.gintervals_dbs("genes", dataframe=True)) == [("genes", str(tmp_path / "toy"))]
    with pytest.raises(UsageError, match="cannot be None"):
        pm.gintervals_dataset()
    with pytest.raises(TrackNotFoundError, match="'gen' does not exist"):
        pm.gintervals_path("gen")


def test_a_set_is_one_file_already(pm):
    assert pm.gintervals_is_bigset("genes") is False
    assert pm.gintervals_is_indexed("genes") is True
    assert pm.gintervals_convert_to_indexed("genes") is None
    assert pm.gintervals_2d_convert_to_indexed("genes", remove_old=True) is None
    for call in (pm.gintervals_is_indexed, pm.gintervals_convert_to_indexed):
        with pytest.raises(TrackNotFoundError, match="'gen' does not exist"):
            call("gen")


# ---- attributes


def test_attributes_are_texts_and_empty_ones_are_none(pm):
    assert pm.gintervals_attr_get("genes", "n") == ""
    pm.gintervals_attr_set("genes", "n", 5)
    assert pm.gintervals_attr_get("genes", "n") == "5"
    pm.gintervals_attr_set("genes", "n", "")
    pm.gintervals_attr_set("genes", "n", "")
    assert "n" not in pm.gintervals_attr_export("genes").columns
    pm.gintervals_attr_set("genes", "who", "Zoë")
    assert pm.gintervals_attr_get("genes", "who") == "Zoë"
    assert len(pm.gintervals_load("genes")) == 2


@pytest.mark.parametrize("name", ["created.by", "interval_set", "format", ""])
def test_attributes_that_cannot_be_set(pm, name):
    with pytest.raises(UsageError):
        pm.gintervals_attr_set("genes", name, "x")
    table = pd.DataFrame({"fine": ["1"], name: ["x"]}, index=["genes"])
    with pytest.raises(UsageError):
        pm.gintervals_attr_import(table)
    assert pm.gintervals_attr_get("genes", "fine") == ""
    with pytest.raises(UsageError, match="value cannot be None"):
        pm.gintervals_attr_set("genes", "n", None)


def test_attributes_as_a_table(pm):
    pm.gintervals_save(pm.gintervals("1", 0, 5), "more")
    table = pd.DataFrame({"a": ["1", "2"], "b": ["x", np.nan]}, index=["genes", "more"])
    pm.gintervals_attr_import(table)
    found = pm.gintervals_attr_export(["more", "genes"], ["a", "b", "none"])
    assert found.index.tolist() == ["more", "genes"]
    assert found.to_numpy().tolist() == [["2", "", ""], ["1", "x", ""]]
    every = pm.gintervals_attr_export()
    assert every.index.tolist() == ["genes", "more"]
    assert {"a", "b", "created.by"} <= set(every.columns)
    assert "interval_set" not in every.columns
    pm.gintervals_attr_import(table[["b"]], remove_others=True)
    left = pm.gintervals_attr_export(None, ["a", "b", "created.by"])
    assert left["a"].tolist() == ["", ""]
    assert left["b"].tolist() == ["x", ""]
    assert (left["created.by"] != "").all()
    assert len(pm.gintervals_load("genes")) == 2


def test_tables_are_checked_before_anything_is_written(pm):
    table = pd.DataFrame({"a": ["1", "2"]}, index=["genes", "none"])
    with pytest.raises(TrackNotFoundError, match="'none' does not exist"):
        pm.gintervals_attr_import(table)
    with pytest.raises(UsageError, match="interval set genes comes twice"):
        pm.gintervals_attr_import(table.set_axis(["genes", "genes"]))
    with pytest.raises(UsageError, match="no DataFrame with rows"):
        pm.gintervals_attr_import(None)
    assert pm.gintervals_attr_get("genes", "a") == ""
