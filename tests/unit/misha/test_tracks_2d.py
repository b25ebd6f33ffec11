"""2D tracks through the facade, where PyMisha is no help."""

import numpy as np
import pandas as pd
import pytest
from rectangle_walks import PLACES, SIZES, some_rects

import genomedb.misha as gm


@pytest.fixture
def pm(tmp_path):
    """A database with the 2D track r and the dense track d."""
    fasta = tmp_path / "toy.fa"
    fasta.write_text("".join(f">{name}\n{'A' * size}\n" for name, size in SIZES.items()))
    gm.gdb_create(str(tmp_path / "db"), str(fasta))
    gm.gdb_init(str(tmp_path / "db"))
    rows = some_rects(np.random.default_rng(1), "chr2", "chr10", 60)
    frame = pd.DataFrame([("chr2", a, b, "chr10", c, d) for a, b, c, d, _ in rows], columns=PLACES)
    gm.gtrack_2d_create("r", "rectangles", frame, [row[4] for row in rows])
    gm.gtrack_create_dense("d", "bins", gm.gintervals_all(), [1.0, 2.0, 3.0], 10)
    yield gm
    gm.gdb_unload()


def window(pm):
    return pm.gintervals_2d("chr2", 20, 200, "chr10", 10, 150)


def test_a_2d_track_is_listed_described_and_removed(pm):
    info = pm.gtrack_info("r")
    assert (info["type"], info["dimensions"]) == ("rectangles", 2)
    assert info["attributes"]["created.by"].startswith('gtrack.2d.create("r"')
    pm.gtrack_attr_set("r", "kind", "contacts")
    assert pm.gtrack_ls(kind="contacts") == ["r"]
    pm.gtrack_var_set("r", "n", 60)
    pm.gtrack_copy("r", "sub.copy")
    assert pm.gtrack_var_get("sub.copy", "n") == 60
    pm.gtrack_mv("sub.copy", "moved")
    assert pm.gtrack_exists("moved")
    pm.gtrack_rm("moved", force=True)
    assert pm.gtrack_ls() == ["d", "r"]


def test_an_indexed_track_answers_the_same(pm):
    before = pm.gextract("r", pm.gintervals_2d_all("full"))
    for convert in (pm.gtrack_2d_convert_to_indexed, pm.gtrack_convert_to_indexed):
        convert("r")
        assert pm.gtrack_info("r")["format"] == "indexed"
        pd.testing.assert_frame_equal(pm.gextract("r", pm.gintervals_2d_all("full")), before)
    with pytest.raises(ValueError, match="not a 2D track"):
        pm.gtrack_2d_convert_to_indexed("d")
    with pytest.raises(ValueError, match="has data, on chr2-chr10"):
        pm.gtrack_create_empty_indexed("r")


def test_the_scope_is_every_pair_by_default(pm):
    whole = pm.gextract("r")
    assert len(whole) == 60
    assert (whole["intervalID"] == 2).all()  # chr2-chr2 is the first row
    pd.testing.assert_series_equal(pm.gsummary("r"), pm.gsummary("r", pm.gintervals_2d_all("full")))


def test_rows_may_go_to_a_file_or_a_set(pm, tmp_path):
    rows = pm.gextract("r", window(pm))
    path = tmp_path / "rows.tsv"
    assert pm.gextract("r", window(pm), file=str(path)) is None
    pd.testing.assert_frame_equal(pd.read_csv(path, sep="\t"), rows.drop(columns="intervalID"))
    pm.gextract("r", window(pm), file=str(path), band=(0, 1))
    assert path.read_text() == "\t".join([*PLACES, "r"]) + "\n"
    pm.gextract("r", file=str(path), band=(400, 401))  # no scope says that these are rectangles
    assert path.read_text() == "\t".join([*PLACES, "r"]) + "\n"
    pm.gextract("r", window(pm), intervals_set_out="kept")
    pd.testing.assert_frame_equal(pm.gintervals_load("kept"), rows[PLACES])
    pm.gscreen("r > 4", window(pm), intervals_set_out="high")
    assert len(pm.gintervals_load("high")) == (rows["r"] > 4).sum()
    joined = pm.gextract("r", window(pm).assign(name="w"), intervals_join="intervals")
    assert set(joined["name"]) == {"w"}
    assert set(joined["start11"]) == {20}


def test_policies_are_iterators(pm):
    grid = pm.gextract("r", window(pm), iterator=(50, 30))
    for policy, same in (
        (pm.FixedRectPolicy(50, 30), grid),
        (pm.TrackRectsPolicy("r"), pm.gextract("r", window(pm))),
        (pm.IntervalsPolicy(), pm.gextract("r", window(pm), iterator=-1)),
    ):
        pd.testing.assert_frame_equal(pm.gextract("r", window(pm), iterator=policy), same)
    centres = pm.gintervals("chr2", [50, 90], [60, 100])
    others = pm.gintervals("chr10", [30], [40])
    spec = pm.CartesianGridSpec(centres, (-20, 0, 20), others, (-10, 10))
    cells = pm.giterator_cartesian_grid(centres, (-20, 0, 20), others, (-10, 10))
    found = pm.gextract("r", pm.gintervals_2d_all("full"), iterator=spec)
    pd.testing.assert_frame_equal(found[PLACES], cells)
    with pytest.raises(ValueError, match="expansion1"):
        pm.gextract("r", window(pm), iterator=pm.CartesianGridSpec(centres, (5,)))


def test_virtual_tracks_of_2d_tracks(pm):
    pm.gvtrack_create("v", "r", "area")
    pm.gvtrack_iterator_2d("v", -10, 10, 0, 5)
    told = pm.gvtrack_info("v")
    assert told["shifts"] == (-10, 10, 0, 5)
    assert (told["sshift1"], told["eshift2"], told["itr_type"]) == (-10, 5, "2d")
    found = pm.gextract("v", window(pm), iterator=-1)["v"][0]
    wide = pm.gintervals_2d("chr2", 10, 210, "chr10", 10, 155)
    pm.gvtrack_create("w", "r", "area")
    assert found == pm.gextract("w", wide, iterator=-1)["w"][0]
    for wrong in (
        {"func": "sum"},
        {"func": "avg", "sshift": 5},
        {"func": "quantile", "params": 0.5},
    ):
        with pytest.raises(ValueError, match="2D track"):
            pm.gvtrack_create("x", "r", **wrong)
    with pytest.raises(ValueError, match="no mask"):
        pm.gvtrack_filter("v", pm.gintervals("chr2", 0, 10))


def test_rows_of_a_scope_are_numbered(pm):
    scope = pd.concat([window(pm), pm.gintervals_2d("chr1"), window(pm)], ignore_index=True)
    found = list(pm.giterator_intervals_2d(["r", "r * 2"], scope, colnames=["a", "b"]))
    assert [frame["intervalID"].unique().tolist() for frame in found] == [[1], [3]]
    assert list(found[0]) == [*PLACES, "a", "b", "intervalID"]
    assert list(pm.giterator_intervals_2d("r")) == []  # chromosomes with themselves
    with pytest.raises(ValueError, match="one dimension"):
        next(pm.giterator_intervals_2d("r", pm.gintervals("chr1")))


def test_arguments_that_are_not_right_are_told(pm, tmp_path):
    frame = pm.gintervals_2d("chr2", 0, 5, "chr2", 0, 5)
    for call, message in (
        (lambda: pm.gtrack_2d_create("r", "x", frame, [1]), "already exists"),
        (lambda: pm.gtrack_2d_create("x", "x", frame, None), "values"),
        (lambda: pm.gtrack_2d_create("9x", "x", frame, [1]), "name"),
        (lambda: pm.gtrack_2d_import("x", "x", []), "At least one file"),
        (lambda: pm.gpartition("r", [0, 1], band=(0, 5)), "band is of 2D tracks"),
        (lambda: pm.gtrack_create("x", "x", "d", band=(0, 5)), "band needs a 2D track"),
        (lambda: pm.gsegment("r", 1000), "two-dimensional"),
        (lambda: pm.gtrack_modify("r", "r * 2"), "r"),
    ):
        with pytest.raises(ValueError, match=message):
            call()
    assert pm.gtrack_ls() == ["d", "r"]
