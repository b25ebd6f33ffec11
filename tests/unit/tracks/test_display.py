"""What a notebook shows of tracks and databases: well-formed, escaped, and never an exception."""

import re
import xml.etree.ElementTree as ET
from html.parser import HTMLParser

import numpy as np
import pytest

from genomedb.db.create import create_database
from genomedb.storage.describe import Provenance
from genomedb.tracks.display import (
    WINDOW_BINS,
    long_chroms,
    profile,
    readable_bytes,
    sparkline_svg,
    track_html,
)

EVIL = "<script>alert('x')</script>&\""


class Strict(HTMLParser):
    """Collects texts, and fails on elements that are not closed in order."""

    def __init__(self):
        super().__init__()
        self.open, self.texts, self.tags = [], [], set()

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        if tag not in ("br", "path"):
            self.open.append(tag)

    def handle_endtag(self, tag):
        if tag != "path":
            assert self.open.pop() == tag

    def handle_data(self, data):
        self.texts.append(data)


def parsed(html):
    parser = Strict()
    parser.feed(html)
    parser.close()
    assert parser.open == []
    assert "script" not in parser.tags
    return parser


@pytest.fixture
def db(tmp_path):
    return create_database(tmp_path, "toy", {"small": 1000, "big": 50_000, "empty": 60_000})


def made(db, name, **words):
    values = {"small": np.zeros(100, "f4"), "big": np.arange(5000, dtype="f4")}
    return db.create_dense(name, values, bin_size=10, **words)


def test_a_track_shows_what_it_is_and_a_line(db):
    attributes = {"lab": EVIL, "long": "x" * 5000}
    track = made(db, "lab/x", provenance=Provenance("about", attributes=attributes))
    html = track_html(track)
    found = parsed(html)
    for text in ("lab/x", "dense float32", "10 bp", "3, 111,000 bp (toy)", "about", EVIL):
        assert text in found.texts
    assert "svg" in found.tags
    assert "path" in found.tags
    assert any(text.startswith("big, 7.5 to ") for text in found.texts)  # "empty" is all missing
    assert len(html) < 8000


def test_a_profile_is_the_mean_of_short_windows(db):
    track = made(db, "x")
    found = profile(track, "big")
    edges = np.linspace(0, 50_000, 101).astype(int)
    expected = [
        track.read("big", a, min(b, a + WINDOW_BINS * 10)).mean()
        for a, b in zip(edges[:-1].tolist(), edges[1:].tolist(), strict=True)
    ]
    np.testing.assert_allclose(found, expected)
    assert profile(track, "small").tolist() == [0.0] * 100


def test_a_profile_passes_over_missing_values(tmp_path):
    db = create_database(tmp_path, "toy", {"a": 400})
    values = np.ones(400, "i4")
    values[:200:2] = -1
    values[200:204] = -1
    track = db.create_dense("x", {"a": values}, bin_size=1, dtype="int32", missing=-1)
    found = profile(track, "a")
    assert np.isnan(found[50])
    assert np.nanmax(found) == np.nanmin(found) == 1


def test_a_short_chromosome_has_fewer_points(tmp_path):
    db = create_database(tmp_path, "toy", {"a": 25})
    track = db.create_dense("x", {"a": np.array([1, 2, 3], "f4")}, bin_size=10)
    assert profile(track, "a").size == 3
    parsed(track_html(track))


def test_the_longest_chromosome_with_data_is_shown(db):
    one = np.array([5])
    track = db.create_sparse("s", {"small": (one, one + 5, one)})
    assert long_chroms(track) == ["small"]
    found = parsed(track_html(track))
    assert "small, 5 to 5 in 1 samples" in found.texts
    nothing = db.create_sparse("none", {})
    assert long_chroms(nothing) == []
    assert "svg" not in parsed(track_html(nothing)).tags


def test_tracks_without_a_line_are_shown_too(db):
    missing = db.create_dense("nan", {}, bin_size=10)
    assert "svg" not in parsed(track_html(missing)).tags
    closed = made(db, "closed")
    closed.close()
    assert "the track is closed" in track_html(closed)
    path = made(db, "damaged").path
    data = path.read_bytes()
    track = db["damaged"]
    with path.open("r+b") as file:
        file.truncate(len(data) // 2)
    parsed(track_html(track))


@pytest.mark.parametrize(
    "values",
    [
        [], [1], [1, 2], [np.nan], [np.nan, 1], [1, np.nan, 1], [0, 0, 0], [-5, 5], [np.inf, 1],
        [1e300, -1e300], np.arange(500), [1e-320, 2e-320],
    ],
)  # fmt: skip
def test_a_sparkline_stays_inside_its_frame(values):
    svg = sparkline_svg(values)
    root = ET.fromstring(svg)
    width, height = float(root.get("width")), float(root.get("height"))
    paths = root.findall("{http://www.w3.org/2000/svg}path")
    data = np.asarray(values, float)
    assert bool(paths) == bool(np.isfinite(data).any())
    for path in paths:
        numbers = [float(n) for n in re.findall(r"-?[0-9.]+", path.get("d"))]
        assert all(0 <= x <= width for x in numbers[::2])
        assert all(0 <= y <= height for y in numbers[1::2])
        assert path.get("d").count("M") == np.sum(
            np.isfinite(data) & ~np.concatenate(([False], np.isfinite(data[:-1])))
        )


@pytest.mark.parametrize(
    ("n", "text"),
    [(0, "0 B"), (999, "999 B"), (1000, "1 kB"), (999_600, "1 MB"), (4_710_000, "4.71 MB"),
     (5 * 10**12, "5 TB"), (10**16, "1e+04 TB")],
)  # fmt: skip
def test_sizes_are_readable(n, text):
    assert readable_bytes(n) == text


# ---- databases


def test_a_database_shows_its_first_tracks(db):
    for i in range(23):
        made(db, f"t{i:02}", provenance=Provenance(EVIL if i == 0 else ""))
    (db.path / "t00b.h5").write_bytes(b"no")
    found = parsed(db._repr_html_())
    texts = " ".join(found.texts)
    assert EVIL in found.texts
    assert "and 4 more: see list_tracks() and table()" in texts
    assert "GenomeDB toy: 3 chromosomes, 24 tracks" in texts
    assert "damaged" in texts
    assert "not an HDF5 file" in texts
    assert "t18" in found.texts
    assert "t19" not in found.texts
    assert repr(db) == f"<GenomeDB toy: 3 chromosomes, 24 tracks in {db.path}>"
    assert db._ipython_key_completions_() == db.list_tracks()


def test_a_database_shows_its_datasets(db, tmp_path):
    sizes = dict(zip(db.chroms.names, db.chroms.lengths, strict=True))
    other = create_database(tmp_path / EVIL.replace("/", "|"), "toy", sizes)
    made(other, "theirs")
    db.add_dataset(other.path)
    found = parsed(db._repr_html_())
    assert found.texts.count(str(other.path)) == 2
    assert repr(db).endswith(" and 1 dataset>")


def test_an_empty_database_is_shown(db):
    assert "0 tracks" in db._repr_html_()
    parsed(db._repr_html_())
