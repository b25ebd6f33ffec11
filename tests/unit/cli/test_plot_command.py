"""genomedb plot: pictures from a command line."""

import pytest
from rectangle_walks import make_toy

from genomedb import plot
from genomedb.cli.main import run

pytest.importorskip("matplotlib")


@pytest.fixture(scope="module")
def db(tmp_path_factory):
    return make_toy(tmp_path_factory.mktemp("drawn"))[0]


@pytest.fixture
def call(db, capsys, tmp_path, monkeypatch):
    """Run the subcommand in an empty folder; give exit code and errors."""
    monkeypatch.chdir(tmp_path)

    def done(*words):
        code = run(["plot", *words, "-o", "x.png", "--db", str(db.path)])
        out, errors = capsys.readouterr()
        assert out == ""
        return code, errors

    return done


@pytest.fixture
def asked(monkeypatch):
    """What the function is asked for that draws."""
    seen = []
    for name in ("plot_tracks", "plot_matrix"):
        monkeypatch.setattr(
            plot, name, lambda db, *args, _name=name, **options: seen.append((_name, args, options))
        )
    return seen


@pytest.mark.parametrize("words", [["one_d"], ["one_d", "rects"], ["-m", "rects * 2"]])
def test_a_picture_is_written(call, tmp_path, words):
    assert call("chr2:0-200", *words) == (0, "")
    assert (tmp_path / "x.png").read_bytes().startswith(b"\x89PNG")


def test_a_2d_track_is_a_heatmap_and_the_others_are_below(call, asked):
    words = "--shape triangle --depth 50 --function density --bin-size 5 --scale linear --low 1"
    assert call("chr2", "one_d", "rects", "one_d", *words.split(), "--width", "6") == (0, "")
    ((name, args, options),) = asked
    assert (name, args) == ("plot_matrix", ("rects", "chr2"))
    assert options == {
        "region2": None, "tracks": ["one_d", "one_d"], "shape": "triangle", "depth": 50,
        "function": "density", "bin_size": 5, "scale": "linear", "limits": (1, None),
        "colours": None, "virtual": {}, "variables": {}, "path": "x.png", "width": 6,
    }  # fmt: skip


def test_an_expression_takes_virtual_tracks_and_numbers(call, asked):
    words = ["-m", "v * k", "--virtual", "v=rects:max", "--var", "k=2", "--region2", "chr10"]
    assert call("chr2", *words) == (0, "")
    ((name, args, options),) = asked
    assert (name, args) == ("plot_matrix", ("v * k", "chr2"))
    assert (options["region2"], options["tracks"]) == ("chr10", [])
    assert options["variables"] == {"k": 2}
    assert options["virtual"]["v"].source == "rects"


def test_tracks_of_one_dimension_are_panels(call, asked):
    assert call("chr2", "one_d", "one_d", "--height", "2") == (0, "")
    ((name, args, options),) = asked
    assert (name, args) == ("plot_tracks", (["one_d", "one_d"], "chr2"))
    assert options == {"path": "x.png", "height": 2}


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["rects", "points"], "one heatmap a picture, not rects, points"),
        (["rects", "-m", "rects * 2"], "one heatmap a picture, not rects, rects * 2"),
        (["one_d", "--bin-size", "5"], "--bin-size is of a heatmap"),
        (["one_d", "--shape", "triangle"], "--shape is of a heatmap"),
        (["one_d", "--virtual", "v=one_d:max"], "--virtual is of a heatmap"),
        ([], "no track to plot"),
        (["nothing"], "nothing"),
    ],
)
def test_what_cannot_be_drawn_is_said(call, tmp_path, words, said):
    code, errors = call("chr2", *words)
    assert code == 1
    assert said in errors
    assert list(tmp_path.iterdir()) == []
