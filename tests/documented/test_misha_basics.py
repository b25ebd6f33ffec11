"""Every line of the guide "Misha Basics" runs as it is written; only the import is ours.

Lines of code are between the marks ``# >`` and ``# <``; what they should give is checked after.
"""

import numpy as np
import pytest

import genomedb.misha as pm


@pytest.fixture(scope="module", autouse=True)
def examples(tmp_path_factory):
    """The example database is open, as the guide says."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("cache")))
        pm.gdb_init_examples()
        yield
        pm.gdb_unload()


@pytest.fixture
def regions():
    """First pick a scope."""
    return pm.gintervals_from_strings(["chr1:0-50000"])


def test_starter_commands():
    # >
    pm.gtrack_ls()  # list tracks in the examples DB
    pm.gtrack_info("dense_track")  # inspect type/metadata
    pm.gtrack_info("sparse_track")
    # <
    assert pm.gtrack_ls() == [
        "array_track", "dense_track", "rects_track", "sparse_track", "subdir.dense_track2",
    ]  # fmt: skip
    assert pm.gtrack_ls("dense") == ["dense_track", "subdir.dense_track2"]
    assert pm.gtrack_ls(created_by="create_sparse") == ["sparse_track"]
    assert pm.gtrack_info("dense_track")["type"] == "dense"
    assert pm.gtrack_info("dense_track")["bin_size"] == 50
    assert pm.gtrack_info("sparse_track")["type"] == "sparse"


def test_expressions_of_the_introduction(regions):
    pm.gvtrack_create("chip.sum", "dense_track", "sum")
    for expression in (
        "np.log(dense_track + 1)", "dense_track / (chip.sum + 1e-6)", "np.minimum(dense_track, 2.0)"
    ):  # fmt: skip
        found = pm.gextract(expression, regions)
        assert len(found) == 1000
        assert found[expression].notna().any()


def test_iterators(regions):
    # >
    out = pm.gextract("dense_track", regions, iterator=100)
    log_out = pm.gextract("np.log(dense_track + 1)", regions, iterator=100)
    # <
    assert len(out) == len(log_out) == 500
    np.testing.assert_allclose(log_out.iloc[:, 3], np.log(out["dense_track"] + 1))


def test_iterators_may_be_tracks_frames_and_sets(regions):
    some_intervals_df = pm.gintervals("1", [0, 1000], [300, 1200])
    sparse = pm.gextract("dense_track", regions, iterator="sparse_track")
    frame = pm.gextract("dense_track", regions, iterator=some_intervals_df)
    named = pm.gextract("dense_track", regions, iterator="annotations")
    assert len(sparse) == 80
    assert frame["end"].tolist() == [300, 1200]
    assert named["start"].tolist() == [20, 2500, 16_000]


def test_virtual_tracks(regions):
    # >
    pm.gvtrack_create("chip.sum", "dense_track", "sum")
    out = pm.gextract("chip.sum", regions, iterator=200)
    # <
    wide = pm.gextract("dense_track", regions)["dense_track"].to_numpy().reshape(-1, 4)
    some = ~np.isnan(wide).all(axis=1)
    expected = np.where(some, np.nansum(wide, axis=1), np.nan)
    np.testing.assert_allclose(out["chip.sum"], expected, rtol=1e-6)
    # >
    pm.gvtrack_create("chip.shifted", "dense_track", "sum", sshift=-100, eshift=100)
    out = pm.gextract("chip.shifted", regions, iterator=200)
    # <
    assert len(out) == 250
    assert out["chip.shifted"][1] == pytest.approx(np.nansum(wide.ravel()[2:10]), rel=1e-6)
    pm.gvtrack_rm("chip.shifted")
    assert "chip.shifted" not in pm.gvtrack_ls()


def test_minimal_workflow(capsys):
    # >
    # import pymisha as pm
    pm.gdb_init_examples()

    # 1) pick scope
    regions = pm.gintervals_from_strings(["chr1:0-50000"])

    # 2) inspect available tracks
    print(pm.gtrack_ls())

    # 3) extract signal with a chosen iterator
    chip = pm.gextract("dense_track", regions, iterator=100)

    # 4) screen high-signal bins (as a simple peak-like filter)
    hi_chip = pm.gscreen("dense_track > 0.6", regions, iterator=100)

    # 5) summarize distribution/coverage
    stats = pm.gsummary("dense_track", regions, iterator=100)
    # <
    assert capsys.readouterr().out == (
        "['array_track', 'dense_track', 'rects_track', 'sparse_track', 'subdir.dense_track2']\n"
    )
    assert chip.columns.tolist() == ["chrom", "start", "end", "dense_track", "intervalID"]
    assert chip["chrom"].unique().tolist() == ["1"]
    assert hi_chip is None
    assert stats["Total intervals"] == 500
    assert stats["Max"] == pytest.approx(chip["dense_track"].max())
    assert pm.gscreen("dense_track > 0.2", regions, iterator=100) is not None
