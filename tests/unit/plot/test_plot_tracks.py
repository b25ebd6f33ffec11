"""Pictures of tracks: what is drawn is what the track holds."""

import sys

import numpy as np
import pytest

from genomedb.core.region import Region
from genomedb.db.create import create_database
from genomedb.errors import (
    ChromError,
    MissingDependencyError,
    TrackNotFoundError,
    UsageError,
    WriteError,
)
from genomedb.plot import plot_tracks
from genomedb.plot import tracks as plot_module

pytest.importorskip("matplotlib")
NAN = np.nan


@pytest.fixture
def db(tmp_path):
    db = create_database(tmp_path / "dbs", "toy", {"chr1": 1005, "chr2": 500})
    values = np.random.default_rng(2).random(101).astype(np.float32)
    values[20:40] = NAN
    db.create_dense("lab/d", {"chr1": values}, bin_size=10)
    ints = np.arange(101) % 7
    db.create_dense("i", {"chr1": ints, "chr2": np.full(50, 3)}, bin_size=10, dtype="uint8",
                    missing=3)  # fmt: skip
    records = (np.array([0, 15, 300]), np.array([15, 20, 301]), np.array([1.0, NAN, -2.5]))
    db.create_sparse("s", {"chr1": records})
    return db


def steps_of(figure, panel=0):
    from matplotlib.patches import StepPatch

    return [p.get_data() for p in figure.axes[panel].patches if isinstance(p, StepPatch)]


def test_a_picture_has_one_panel_a_track_and_is_written_whole(db, tmp_path):
    out = tmp_path / "out"
    out.mkdir()
    for suffix, start in [("png", b"\x89PNG"), ("SVG", b"<?xml"), ("pdf", b"%PDF")]:
        figure = plot_tracks(db, ["lab/d", "s", "i"], "chr1:0-500", path=out / f"x.{suffix}")
        assert (out / f"x.{suffix}").read_bytes().startswith(start)
        assert len(figure.axes) == 3
        assert [a.get_title(loc="left") for a in figure.axes] == ["lab/d", "s", "i"]
    assert sorted(p.name for p in out.iterdir()) == ["x.SVG", "x.pdf", "x.png"]


@pytest.mark.parametrize("region", ["chr1", "1:0-1005", Region("1", 0, 1005)])
def test_dense_values_are_drawn_as_they_are_and_gaps_stay_gaps(db, region):
    figure = plot_tracks(db, "lab/d", region)
    ((values, edges, _),) = steps_of(figure)
    np.testing.assert_array_equal(values, db["lab/d"].read("chr1"))
    assert np.isnan(values[20:40]).all()
    np.testing.assert_array_equal(edges, [*range(0, 1010, 10), 1005])
    assert figure.axes[0].get_xlim() == (0, 1005)
    assert figure.axes[0].get_xlabel() == "chr1 (bp)"


def test_a_region_inside_bins_shows_the_bins_it_touches(db):
    figure = plot_tracks(db, ["lab/d"], "chr1:95-121")
    ((values, edges, _),) = steps_of(figure)
    np.testing.assert_array_equal(values, db["lab/d"].read("chr1", 90, 130))
    np.testing.assert_array_equal(edges, [90, 100, 110, 120, 121])
    assert figure.axes[0].get_xlim() == (95, 121)


def test_missing_integers_are_gaps(db):
    ((values, _, _),) = steps_of(plot_tracks(db, ["i"], "chr1"))
    expected = np.arange(101) % 7.0
    expected[expected == 3] = NAN
    np.testing.assert_array_equal(values, expected)
    ((values, _, _),) = steps_of(plot_tracks(db, ["i"], "chr2"))
    assert np.isnan(values).all()


def test_more_bins_than_points_are_drawn_as_means_and_highest_values(db, monkeypatch):
    monkeypatch.setattr(plot_module, "MAX_POINTS", 20)
    (highest, edges, _), (mean, _, _) = steps_of(plot_tracks(db, ["lab/d"], "chr1"))
    values = db["lab/d"].read("chr1").astype(float)
    groups = [values[i : i + 6] for i in range(0, 101, 6)]
    known = [g[~np.isnan(g)] for g in groups]
    np.testing.assert_allclose(mean, [g.mean() if g.size else NAN for g in known], rtol=1e-6)
    np.testing.assert_array_equal(highest, [g.max() if g.size else NAN for g in known])
    np.testing.assert_array_equal(edges, [*range(0, 1005, 60), 1005])


def test_sparse_records_are_drawn_over_their_bases(db):
    ((values, edges, _),) = steps_of(plot_tracks(db, ["s"], "chr1:5-400"))
    expected = np.full(395, NAN)
    expected[:10] = 1.0
    expected[295] = -2.5
    np.testing.assert_array_equal(values, expected)
    np.testing.assert_array_equal(edges, np.arange(5, 401))
    ((values, _, _),) = steps_of(plot_tracks(db, ["s"], "chr2"))
    assert np.isnan(values).all()


def test_a_narrow_record_shows_among_few_points(db, monkeypatch):
    monkeypatch.setattr(plot_module, "MAX_POINTS", 10)
    ((values, _, _),) = steps_of(plot_tracks(db, ["s"], "chr1:0-1000"))
    np.testing.assert_array_equal(values, [1, NAN, NAN, -2.5, *[NAN] * 6])


@pytest.mark.parametrize(
    ("names", "region", "options", "kind", "said"),
    [
        ([], "chr1", {}, UsageError, "no track to plot"),
        (["nothing"], "chr1", {}, TrackNotFoundError, "track 'nothing' does not exist"),
        (["s"], "chr9", {}, ChromError, "does not exist"),
        (["s"], "chr1:5-2000", {}, ChromError, "not inside the chromosome"),
        (["s"], Region("chr1", 5, 5), {}, ChromError, "start must be before end"),
        (["lab/d"], Region("chr1", -5, 5), {}, ChromError, "not inside the chromosome"),
        (["s"], "chr1:x", {}, UsageError, "cannot read region"),
        (["s"], "chr1", {"width": 0}, UsageError, "cannot be 0 wide"),
        (["s"], "chr1", {"width": 101}, UsageError, "cannot be 101 wide"),
        (["s"] * 3, "chr1", {"height": 50}, UsageError, "cannot be 151 inches high"),
        (["s"], None, {}, UsageError, "region is None"),
        (["s"], "chr1", {"height": NAN}, UsageError, "panels nan high"),
        (["s"], "chr1", {"path": "x.bedgraph"}, UsageError, "names no format of a picture"),
        (["s"], "chr1", {"path": "x"}, UsageError, "no suffix names no format"),
        (["s"], "chr1", {"path": "no/x.png"}, WriteError, "folder no does not exist"),
    ],
)
def test_what_cannot_be_drawn_is_refused_and_nothing_is_written(
    db, names, region, options, kind, said, tmp_path, monkeypatch
):
    out = tmp_path / "out"
    out.mkdir()
    monkeypatch.chdir(out)
    with pytest.raises(kind) as caught:
        plot_tracks(db, names, region, **options)
    assert said in str(caught.value)
    assert list(out.iterdir()) == []


def test_a_sequence_has_no_signal(db, tmp_path):
    from genomedb.importers.sequence import import_fasta

    (tmp_path / "x.fa").write_text(">chr2\n" + "A" * 500 + "\n")
    import_fasta(db, "seq", tmp_path / "x.fa")
    with pytest.raises(UsageError, match="seq: a sequence track has no signal to plot"):
        plot_tracks(db, ["seq"], "chr2")


def test_without_matplotlib_the_error_says_how_to_get_it(db, monkeypatch):
    monkeypatch.setitem(sys.modules, "matplotlib.figure", None)
    with pytest.raises(MissingDependencyError) as caught:
        plot_tracks(db, ["s"], "chr1")
    assert str(caught.value) == "plotting needs matplotlib. pip install genomedb[plot]"
