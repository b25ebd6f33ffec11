"""Heatmaps: what each cell shows is what its records are."""

import itertools
import math

import numpy as np
import pytest
from rectangle_walks import SIZES, make_toy, slow_value

from genomedb import VirtualTrack, create_database
from genomedb.core.region import Region
from genomedb.errors import ChromError, ExpressionError, TrackNotFoundError, UsageError, WriteError
from genomedb.plot import cells, plot_matrix

pytest.importorskip("matplotlib")


@pytest.fixture(scope="module")
def toy(tmp_path_factory):
    return make_toy(tmp_path_factory.mktemp("heat"))


@pytest.fixture
def db(toy):
    return toy[0]


def mesh_of(figure):
    from matplotlib.collections import QuadMesh

    (mesh,) = [c for c in figure.axes[0].collections if isinstance(c, QuadMesh)]
    return mesh


def shown(figure):
    """Values of the cells, NaN where there is none."""
    return mesh_of(figure).get_array().filled(math.nan)


def slow_cells(records, function, first, second, size):
    """Values cell by cell; a region is (chrom, first cell, last cell)."""
    sides = [
        [(i * size, min((i + 1) * size, SIZES[chrom])) for i in range(a, b)]
        for chrom, a, b in (first, second)
    ]
    values = np.full([len(side) for side in sides], math.nan)
    for (i, x), (j, y) in itertools.product(*map(enumerate, sides)):
        window = (first[0], *x, second[0], *y)
        name = "weighted.sum" if function == "density" else function
        values[i, j] = slow_value(records, name, window)
        if function == "density":
            values[i, j] = np.nan_to_num(values[i, j]) / ((x[1] - x[0]) * (y[1] - y[0]))
    return values


@pytest.mark.parametrize("name", ["points", "rects"])
@pytest.mark.parametrize("function", [None, "avg", "weighted.sum", "density"])
def test_cells_show_the_function_of_their_records(toy, name, function):
    db, records = toy
    figure = plot_matrix(
        db, name, "chr2:33-290", region2="chr10", bin_size=7, function=function, scale="linear"
    )
    used = function or {"points": "weighted.sum", "rects": "avg"}[name]
    expected = slow_cells(records[name], used, ("chr2", 4, 42), ("chr10", 0, 29), 7)
    np.testing.assert_allclose(shown(figure), expected, rtol=1e-12)
    axes = figure.axes[0]
    assert (axes.get_xlim(), axes.get_ylim()) == ((33, 290), (200, 0))
    assert axes.get_title(loc="left") == f"{name}, 7 bp"
    corners = mesh_of(figure).get_coordinates()
    np.testing.assert_array_equal(corners[:, 0, 0], np.arange(4, 43) * 7)
    np.testing.assert_array_equal(corners[0, :, 1], [*range(0, 200, 7), 200])


def test_a_log_scale_shows_values_above_0_and_reaches_from_least_to_greatest(toy):
    db, records = toy
    figure = plot_matrix(db, "points", "2", bin_size=10, function="density")
    expected = slow_cells(records["points"], "density", ("chr2", 0, 30), ("chr2", 0, 30), 10)
    expected[expected <= 0] = math.nan
    np.testing.assert_allclose(shown(figure), expected, rtol=1e-12)
    norm = mesh_of(figure).norm
    assert type(norm).__name__ == "LogNorm"
    assert (norm.vmin, norm.vmax) == (np.nanmin(expected), np.nanmax(expected))
    norm = mesh_of(plot_matrix(db, "points", "2", limits=(2, None))).norm
    assert norm.vmin == 2


@pytest.mark.parametrize("depth", [None, 45])
def test_a_triangle_shows_the_half_above_the_diagonal(toy, depth):
    db, records = toy
    figure = plot_matrix(
        db, "points", "chr2:20-280", shape="triangle", bin_size=10, depth=depth, scale="linear"
    )
    expected = slow_cells(records["points"], "weighted.sum", ("chr2", 2, 28), ("chr2", 2, 28), 10)
    i, j = np.indices(expected.shape)
    least = (j - i - 1) * 10  # distance of the nearest corner
    expected[(j < i) | (least >= (depth or 260))] = math.nan
    np.testing.assert_array_equal(shown(figure), expected)
    corners = mesh_of(figure).get_coordinates()
    np.testing.assert_array_equal(corners[3, 7], [(50 + 90) / 2, 90 - 50])
    axes = figure.axes[0]
    assert (axes.get_xlim(), axes.get_ylim()) == ((20, 280), (0, depth or 260))


def test_expressions_are_means_of_their_tracks_cell_by_cell(toy):
    db, records = toy
    virtual = {"most": VirtualTrack("points", "max")}
    figure = plot_matrix(
        db, "most - rects * k", "chr2:0-290", bin_size=29, scale="linear", virtual=virtual,
        variables={"k": 2},
    )  # fmt: skip
    sides = ("chr2", 0, 10), ("chr2", 0, 10), 29
    expected = slow_cells(records["points"], "max", *sides)
    expected -= 2 * slow_cells(records["rects"], "avg", *sides)
    np.testing.assert_allclose(shown(figure), expected, rtol=1e-6)
    norm, known = mesh_of(figure).norm, expected[np.isfinite(expected)]
    assert norm.vmax == -norm.vmin == pytest.approx(np.abs(known).max())


def test_cells_that_are_worked_on_in_blocks_are_the_same(db, monkeypatch):
    whole = shown(plot_matrix(db, "rects", "chr2", bin_size=9))
    monkeypatch.setattr(cells, "BLOCK_ROWS", 50)
    np.testing.assert_array_equal(shown(plot_matrix(db, "rects", "chr2", bin_size=9)), whole)
    in_blocks = shown(plot_matrix(db, "rects * 1", "chr2", bin_size=9))
    np.testing.assert_allclose(in_blocks, whole, rtol=1e-6)


def test_a_pair_without_records_is_an_empty_picture(db):
    figure = plot_matrix(db, "rects", "chr1", region2="chr10", scale="log")
    assert np.isnan(shown(figure)).all()


def test_cells_are_round_and_few_unless_asked_for(db):
    sizes = [cells.round_size(least) for least in (1, 2, 3, 5, 6, 11, 51, 2000, 200_001)]
    assert sizes == [1, 2, 5, 5, 10, 20, 100, 2000, 500_000]
    grid = cells.Grid.over(db, Region("chr2", 0, 300), Region("chr10", 3, 4))
    assert (grid.size, grid.shape) == (1, (300, 1))


def test_tracks_stand_below_over_the_same_region(db, tmp_path):
    figure = plot_matrix(db, "points", "chr2:40-240", tracks=["one_d", "one_d"], width=6)
    heat, *panels = figure.axes[:3]
    assert [p.get_title(loc="left") for p in panels] == ["one_d", "one_d"]
    assert {p.get_xlim() for p in (heat, *panels)} == {(40, 240)}
    places = [axes.get_position() for axes in (heat, *panels)]
    assert len({(round(p.x0, 9), round(p.width, 9)) for p in places}) == 1
    inches = places[0].width * 6, places[0].height * figure.get_figheight()
    assert inches[0] == pytest.approx(inches[1])  # a square is one
    assert all(a.y0 > b.y1 for a, b in itertools.pairwise(places))
    assert panels[-1].get_xlabel() == "chr2 (bp)"


@pytest.mark.parametrize("start", [b"\x89PNG", b"<?xml", b"%PDF"])
def test_pictures_are_written_whole(db, tmp_path, start):
    path = tmp_path / {b"\x89P": "x.png", b"<?": "x.svg", b"%P": "x.pdf"}[start[:2]]
    plot_matrix(db, "rects", "chr2", shape="triangle", path=path, colours="viridis")
    assert path.read_bytes().startswith(start)
    assert len(path.read_bytes()) < 200_000  # cells are an image, not a path each


@pytest.mark.parametrize(
    ("expression", "options", "kind", "said"),
    [
        ("rects", {"shape": "round"}, UsageError, "shape is 'round'. Give one of: square, tri"),
        ("rects", {"scale": "sqrt"}, UsageError, "scale is 'sqrt'"),
        ("rects", {"function": "sum"}, UsageError, "function is 'sum'. Give one of: avg, weigh"),
        ("rects", {"colours": "none such"}, UsageError, "colours is 'none such'"),
        ("rects", {"depth": 5}, UsageError, "depth is 5. Give base pairs above 0, of a triangle"),
        ("rects", {"shape": "triangle", "depth": 0}, UsageError, "depth is 0"),
        ("rects", {"shape": "triangle", "depth": "5"}, UsageError, "depth is '5'"),
        ("rects", {"shape": "triangle", "region2": "chr1"}, UsageError, "has one region"),
        ("rects", {"bin_size": 0}, UsageError, "bin_size is 0"),
        ("rects", {"bin_size": 2.5}, UsageError, "bin_size is 2.5"),
        ("rects", {"limits": (5, 2)}, UsageError, "limits: colours cannot go from 5 to 2"),
        ("rects", {"limits": (0, 2)}, UsageError, "cannot go from 0 to 2"),
        ("rects", {"limits": 3}, UsageError, "limits is 3"),
        ("rects", {"limits": ("a", 3)}, UsageError, "limits is ('a', 3)"),
        ("rects", {"width": 1}, UsageError, "cannot be 1 wide"),
        ("rects", {"width": 1e9}, UsageError, "cannot be 1000000000.0 wide"),
        ("rects", {"width": "8"}, UsageError, "cannot be '8' wide"),
        ("rects", {"tracks": ["one_d"] * 4, "height": 99}, UsageError, "inches high"),
        ("rects", {"region2": ("chr2", 0, 5)}, UsageError, "region is ('chr2', 0, 5). Give text"),
        ("rects", {"region2": "chr9"}, ChromError, "does not exist"),
        ("rects", {"tracks": "nothing"}, TrackNotFoundError, "nothing"),
        ("rects", {"tracks": "points"}, UsageError, "a points track has no signal to plot"),
        ("rects", {"path": "x.bed"}, UsageError, "names no format of a picture"),
        ("rects", {"path": "no/x.png"}, WriteError, "folder no does not exist"),
        ("one_d", {}, UsageError, "one_d: a dense track has one dimension"),
        ("one_d * rects", {}, ExpressionError, "has one dimension"),
        ("rects * 2", {"function": "avg"}, UsageError, "of a track, not of an expression"),
        ("rects - 1000", {}, UsageError, "no value is above 0"),
        ("nothing", {}, ExpressionError, "nothing"),
        (["rects", "points"], {}, UsageError, "is not an expression"),
    ],
)
def test_what_cannot_be_drawn_is_refused_and_nothing_is_written(
    db, expression, options, kind, said, tmp_path, monkeypatch
):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(kind) as caught:
        plot_matrix(db, expression, "chr2", **{"path": "x.png", **options})
    assert said in str(caught.value)
    assert list(tmp_path.iterdir()) == []


def test_too_many_cells_are_refused(db, monkeypatch):
    monkeypatch.setattr(cells, "MAX_CELLS", 20)
    with pytest.raises(UsageError, match=r"bin_size=10 makes 30 cells a side. Give at least 15"):
        plot_matrix(db, "rects", "chr2", bin_size=10)


def test_ticks_are_at_whole_base_pairs(db):
    axes = plot_matrix(db, "rects", "chr2:40-42").axes[0]
    for axis in (axes.xaxis, axes.yaxis):
        ticks = axis.get_majorticklocs().tolist()
        assert len(ticks) > 1
        assert ticks == [round(tick) for tick in ticks]


@pytest.mark.parametrize(
    ("expression", "function", "says"),
    [
        ("rects", None, "mean"), ("rects", "weighted.sum", "sum * area"), ("points", None, "sum"),
        ("points", "density", "per bp²"), ("points", "avg", "mean"), ("rects * 2", None, ""),
    ],
)  # fmt: skip
def test_a_word_above_the_colours_says_what_cells_show(db, expression, function, says):
    figure = plot_matrix(db, expression, "chr2", function=function)
    (bar,) = figure.axes[0].child_axes
    assert bar.get_title() == says


def test_a_name_that_tells_no_format_is_refused_before_any_work(db, monkeypatch):
    monkeypatch.setattr("genomedb.plot.matrix.cell_values", None)
    with pytest.raises(UsageError, match="no suffix names no format"):
        plot_matrix(db, "rects", "chr2", path="picture")


@pytest.mark.parametrize(("region", "size"), [("chr1:0-800", 20), ("chr1:0-12,000", 40)])
def test_cells_are_not_narrower_than_the_bins_of_a_matrix_imported(tmp_path, region, size):
    db = create_database(tmp_path, "toy", {"chr1": 30_000})
    db.create_points("bins", {("chr1", "chr1"): ([10, 30], [30, 50], [1, 2])})
    assert plot_matrix(db, "bins", region).axes[0].get_title("left") != f"bins, {size} bp"
    db.set_variable("bins", "matrix", np.ones(3))  # of something else
    assert plot_matrix(db, "bins", region).axes[0].get_title("left") != f"bins, {size} bp"
    db.set_variable("bins", "matrix", {"bin_size": 20})
    assert plot_matrix(db, "bins", region).axes[0].get_title("left") == f"bins, {size} bp"
    assert np.nansum(shown(plot_matrix(db, "bins", region))) == 3


def test_pictures_are_public_verbs():
    import genomedb

    assert genomedb.plot_matrix is plot_matrix
    assert genomedb.plot_tracks.__module__ == "genomedb.plot.tracks"
