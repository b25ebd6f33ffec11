"""2D tracks give what PyMisha's give.

Where they do not, on purpose:

* ``intervalID`` counts rows of the scope from 1, in the order of the scope; the peer counts from 0,
  or counts cells, and mixes the order. Rows are compared without it, sorted.
* Records of a track as iterator are cut to the scope; the peer leaves them whole.
* ``size exists`` leave out records whose value is missing, as one-dimensional functions
  do; the peer counts them. They are compared on tracks without missing values.
* ``first last`` go by x, then y; the peer goes by its tree.
* ``global.percentile`` ranks among the values of the track; the peer, among those of the answer.
* ``sample`` is another one. `gsample`, `gcor`, and `gdist` of two expressions take 2D tracks; the
  peer's do not.
* Bins of `glookup` are closed on the right, as everywhere; the peer's, in 2D, on the left.
* Policies and grids given as objects, and iterators beside a projected track, are followed; the
  peer walks along the records of the track instead.
* Per-row statistics of `gintervals_summary` are of the row; the peer mixes rows up.
* A band leaves out pairs of different chromosomes; some of the peer's functions keep them, and
  `gtrack_create` does not look at it.
* What several rows of a scope share counts once in statistics; the peer counts it once a row.
* Contacts at distances of `gcis_decay` are cut to the scope; the peer keeps them whole. It counts
  nothing in tracks of indexed format, so that its database here has another.
"""

import numpy as np
import pandas as pd
import pytest

import genomedb.misha as gm

pm = pytest.importorskip("pymisha")

pytestmark = [  # the peer leaves helper processes to themselves
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
    pytest.mark.filterwarnings("ignore:::pymisha"),
]
SIZES = {"chr1": 900, "chr2": 500, "chrX": 205}
PLACES = ["chrom1", "start1", "end1", "chrom2", "start2", "end2"]
BOTH = (pm, gm)
TRACKS = ("points", "rects", "points_full", "rects_full", "one")


@pytest.fixture(scope="module", autouse=True)
def both(tmp_path_factory):
    """The same random 2D tracks, and a dense one, in both."""
    folder = tmp_path_factory.mktemp("both")
    rng = np.random.default_rng(11)
    fasta = folder / "toy.fa"
    fasta.write_text(
        "".join(f">{n}\n{'ACGT' * (s // 4)}{'A' * (s % 4)}\n" for n, s in SIZES.items())
    )
    pm.gdb_create(str(folder / "theirs"), str(fasta), db_format="per-chromosome")
    gm.gdb_create(str(folder / "ours"), str(fasta))
    shown, pm.CONFIG["progress"] = pm.CONFIG["progress"], False
    made = {
        "points": random_points(rng), "rects": random_rects(rng), "points_full": random_points(rng),
        "rects_full": random_rects(rng), "one": rectangle("chr1", 10, 20, "chr2", 5, 40),
    }  # fmt: skip
    bins = pd.DataFrame(
        {"chrom": "chr1", "start": np.arange(45) * 20, "end": np.arange(45) * 20 + 20}
    )
    signal = rng.integers(0, 48, 45) / 8
    for module, name in ((pm, "theirs"), (gm, "ours")):
        module.gdb_init(str(folder / name))
        for track, frame in made.items():
            values = np.random.default_rng(len(frame)).integers(1, 60, len(frame)) / 4
            if "full" not in track and track != "one":
                values[::7] = np.nan
            module.gtrack_2d_create(track, "toy", frame, values)
        module.gtrack_create_dense("dense", "toy", bins, signal, 20)
    yield
    pm.CONFIG["progress"] = shown
    for module in BOTH:
        module.gdb_unload()


# ---- random places


def rectangle(*row):
    return pd.DataFrame([row], columns=PLACES)


def random_points(rng):
    """Points in some pairs of chromosomes; most near the diagonal, none in others."""
    parts = []
    for a, b, n in (("chr1", "chr1", 150), ("chr1", "chr2", 40), ("chr2", "chr1", 3),
                    ("chr2", "chr2", 60), ("chrX", "chrX", 1)):  # fmt: skip
        x = rng.integers(0, SIZES[a], n)
        y = np.clip(x + rng.integers(-150, 150, n), 0, SIZES[b] - 1)
        x[0], y[0] = SIZES[a] - 1, SIZES[b] - 1
        parts.append(pd.DataFrame({"chrom1": a, "start1": x, "end1": x + 1, "chrom2": b,
                                   "start2": y, "end2": y + 1}))  # fmt: skip
    return pd.concat(parts).drop_duplicates().reset_index(drop=True)


def random_rects(rng):
    """Rectangles that do not overlap, some of which touch."""
    parts = []
    for a, b, n in (("chr1", "chr1", 90), ("chr1", "chrX", 30), ("chr2", "chr2", 25)):
        x = np.sort(rng.choice(SIZES[a] + 1, 15, replace=False))
        y = np.sort(rng.choice(SIZES[b] + 1, 12, replace=False))
        i, j = (g.ravel() for g in np.meshgrid(range(14), range(11), indexing="ij"))
        kept = rng.permutation(i.size)[:n]
        i, j = i[kept], j[kept]
        parts.append(pd.DataFrame({"chrom1": a, "start1": x[i], "end1": x[i + 1], "chrom2": b,
                                   "start2": y[j], "end2": y[j + 1]}))  # fmt: skip
    return pd.concat(parts, ignore_index=True)


def some_windows(seed, n=12):
    """Windows that do not overlap: one in each of some cells of a grid, and whole pairs."""
    rng = np.random.default_rng(seed)
    rows = [("chr2", 0, 500, "chr2", 0, 500), ("chrX", 0, 205, "chrX", 0, 205)]
    for cell in rng.permutation(16)[:n]:
        x, y = (int(k) * 225 + np.sort(rng.choice(226, 2, replace=False)) for k in divmod(cell, 4))
        rows.append(("chr1", x[0], x[1], "chr1", y[0], y[1]))
    return pd.DataFrame(rows, columns=PLACES)


def everywhere():
    return pm.gintervals_2d_all("full")


# ---- comparing


def rows_of(frame):
    """Rows without their numbers, sorted."""
    if frame is None:
        return pd.DataFrame(columns=PLACES)
    frame = frame.drop(columns="intervalID", errors="ignore")
    frame[["chrom1", "chrom2"]] = frame[["chrom1", "chrom2"]].astype(str)
    return frame.sort_values(PLACES, ignore_index=True)


def assert_same_rows(ours, theirs):
    mine, wanted = rows_of(ours), rows_of(theirs)
    assert len(mine) == len(wanted)
    if len(mine):
        pd.testing.assert_frame_equal(mine, wanted, check_dtype=False, rtol=1e-6)


def asked(name, *args, **kwargs):
    """The answers of both."""
    return getattr(gm, name)(*args, **kwargs), getattr(pm, name)(*args, **kwargs)


# ---- rows


@pytest.mark.parametrize("track", TRACKS)
def test_all_records_come_out(track):
    assert_same_rows(*asked("gextract", track, everywhere()))
    for key in ("type", "dimensions"):
        assert gm.gtrack_info(track)[key] == pm.gtrack_info(track)[key]


@pytest.mark.parametrize("band", [None, (-40, 60), (0, 1), (-900, -10), (100, 400)])
def test_points_of_a_scope_and_a_band_come_out(band):
    assert_same_rows(*asked("gextract", "points", some_windows(1), band=band))


@pytest.mark.parametrize("band", [(-40, 60), (-900, -10), (100, 400)])
def test_rectangles_are_shrunk_to_a_band(band):
    whole = pm.gintervals_2d_all()
    assert_same_rows(*asked("gextract", "rects", whole, band=band))


def test_rectangles_of_a_scope_are_cut_to_it():
    window = rectangle("chr1", 100, 700, "chr1", 250, 800)
    ours, theirs = asked("gextract", "rects", window)
    for axis, start, end in ((1, 100, 700), (2, 250, 800)):
        theirs[f"start{axis}"] = theirs[f"start{axis}"].clip(lower=start)
        theirs[f"end{axis}"] = theirs[f"end{axis}"].clip(upper=end)
    assert_same_rows(ours, theirs)
    assert (ours["intervalID"] == 1).all()


@pytest.mark.parametrize("iterator", ["grid", "frame", "track", "set"])
@pytest.mark.parametrize("track", ["points", "rects"])
def test_values_over_iterators_agree(track, iterator):
    frame = some_windows(3)
    scope = rectangle("chr1", 0, 900, "chr1", 0, 900)
    if iterator == "set":
        for module in BOTH:
            if not module.gintervals_exists("cells"):
                module.gintervals_save(frame, "cells")
    ours, theirs = (
        module.gextract(
            [track, f"{track} * 2 + 1"],
            pm.gintervals_2d_all() if iterator == "set" else scope,
            iterator={
                "grid": (130, 77), "frame": frame, "track": "rects_full", "set": "cells",
            }[iterator],
            colnames=["a", "b"],
        )
        for module in BOTH[::-1]
    )  # fmt: skip
    assert_same_rows(ours, theirs)


@pytest.mark.parametrize("band", [None, (-40, 60), (50, 300)])
@pytest.mark.parametrize(
    "function", ["area", "weighted.sum", "min", "max", "avg", "exists", "size"]
)
@pytest.mark.parametrize("track", ["points_full", "rects_full"])
def test_virtual_tracks_agree(track, function, band):
    cells = some_windows(5)
    for module in BOTH:
        module.gvtrack_create("v", track, function)
    assert_same_rows(*asked("gextract", "v", pm.gintervals_2d_all(), iterator=cells, band=band))


@pytest.mark.parametrize("function", ["area", "weighted.sum", "min", "max", "avg"])
def test_records_without_a_value_are_left_out(function):
    for module in BOTH:
        module.gvtrack_create("v", "rects", function)
    cells = some_windows(5)
    assert_same_rows(*asked("gextract", "v", pm.gintervals_2d_all(), iterator=cells))


@pytest.mark.parametrize("shifts", [(-30, 0, 10, 50), (-1000, 1000, -5, 5), (40, 0, 0, -40)])
@pytest.mark.parametrize("function", ["area", "avg", "max"])
def test_shifted_windows_agree(function, shifts):
    cells = some_windows(6, n=16)
    for module in BOTH:
        module.gvtrack_create("v", "rects_full", function)
        module.gvtrack_iterator_2d("v", *shifts)
    assert_same_rows(*asked("gextract", "v", pm.gintervals_2d_all(), iterator=cells))


def test_a_dense_track_is_seen_along_an_axis():
    for module in BOTH:
        for dim in (1, 2):
            module.gvtrack_create(f"v{dim}", "dense", "sum")
            module.gvtrack_iterator(f"v{dim}", dim=dim, sshift=-15, eshift=10)
    cells = some_windows(7)
    cells = cells[cells["chrom1"] == "chr1"].reset_index(drop=True)
    names = ["v1", "v2"]
    assert_same_rows(*asked("gextract", names, cells))
    assert_same_rows(gm.gextract(names, cells, iterator=-1), pm.gextract(names, cells))


@pytest.mark.parametrize("band", [None, (-40, 60), (50, 300)])
@pytest.mark.parametrize("track", ["points", "rects"])
def test_grids_agree_in_a_band(track, band):
    for module in BOTH:
        module.gvtrack_create("v", track, "weighted.sum")
    whole = pm.gintervals_2d_all()
    assert_same_rows(*asked("gextract", track, whole, iterator=(90, 41), band=band))
    assert_same_rows(*asked("gextract", "v", whole, iterator=(90, 41), band=band))


def test_several_tracks_and_names_of_scopes_agree():
    whole, cells = pm.gintervals_2d_all(), some_windows(13)
    names = ["points + rects / 2", "points_full", "rects"]
    assert_same_rows(*asked("gextract", names, whole, iterator=cells, colnames=list("abc")))
    assert_same_rows(*asked("gextract", "points", "rects_full"))
    places = asked("giterator_intervals", intervals=cells, iterator=(60, 70))
    assert_same_rows(*places)


# ---- verbs


@pytest.mark.parametrize("track", ["points", "rects"])
def test_statistics_agree(track):
    whole = pm.gintervals_2d_all("full")
    breaks = [0, 3, 7.5, 9, 15]
    for ours, theirs in (
        asked("gsummary", track, whole),
        asked("gquantiles", track, [0, 0.1, 0.5, 1], whole),
        asked("gdist", track, breaks, intervals=whole),
        asked("gdist", track, breaks, intervals=whole, include_lowest=True),
        asked("gbins_summary", track, breaks, intervals=whole),
        asked("gbins_quantiles", track, breaks, expr=track, percentiles=[0.3, 1], intervals=whole),
        asked("gsummary", track, some_windows(14), iterator=(75, 110)),
    ):  # fmt: skip
        np.testing.assert_allclose(ours, theirs, rtol=1e-6)


@pytest.mark.parametrize("track", ["points", "rects"])
def test_screen_and_lookup_agree(track):
    whole = pm.gintervals_2d_all("full")
    assert_same_rows(*asked("gscreen", f"{track} > 7", whole))
    assert_same_rows(*asked("glookup", [1, 2, 3], track, [0, 3.1, 9.1, 15], intervals=whole))
    assert gm.gscreen(f"{track} > 1000", whole) is None


def test_rows_of_a_scope_come_one_by_one():
    scope = some_windows(9, n=5)
    ours, theirs = (list(m.giterator_intervals_2d("points", scope)) for m in BOTH[::-1])
    assert [(f["intervalID"].iloc[0]) for f in ours] == sorted(
        {i for f in ours for i in f["intervalID"]}
    )
    assert len(ours) == len(theirs)
    for mine, wanted in zip(ours, theirs, strict=True):
        assert_same_rows(mine, wanted)


@pytest.mark.parametrize("include_lowest", [False, True])
@pytest.mark.parametrize("track", ["points", "rects"])
@pytest.mark.parametrize("band", [None, (-60, 30)])
def test_distances_agree(track, include_lowest, band):
    source = pm.gintervals(["chr1", "chr1", "chr2"], [0, 300, 20], [310, 700, 480])
    domain = pm.gintervals(["chr1", "chr1", "chr2"], [0, 250, 0], [200, 900, 400])
    breaks = [0, 1, 5, 20, 80, 300, 900]
    ours, theirs = asked(
        "gcis_decay", track, breaks, source, domain, include_lowest=include_lowest, band=band
    )
    np.testing.assert_array_equal(ours, theirs)
    assert ours.sum() > 10
    assert list(ours.breaks) == list(theirs.breaks)


@pytest.mark.parametrize("how", [None, "frame", "table"])
@pytest.mark.parametrize("track", ["points", "rects"])
def test_tracks_of_expressions_agree(track, how):
    cells = some_windows(10) if how == "frame" else None
    for module in BOTH:
        if how == "table":
            module.gtrack_lookup("made", "toy", [1, 2, 3], track, [0, 3.1, 9.1, 15])
        else:
            module.gtrack_create("made", "toy", f"{track} * 2", iterator=cells)
    try:
        assert_same_rows(*asked("gextract", "made", everywhere()))
        assert gm.gtrack_info("made")["type"] == pm.gtrack_info("made")["type"]
    finally:
        for module in BOTH:
            module.gtrack_rm("made", force=True)


def test_imported_tables_agree(tmp_path):
    frame = random_rects(np.random.default_rng(3))
    halves = frame.assign(v=np.arange(len(frame)) / 2)
    files = []
    for i, part in enumerate((halves[:40], halves[40:].assign(more="x"))):
        files.append(str(tmp_path / f"{i}.tsv"))
        part.to_csv(files[-1], sep="\t", index=False)
    for module in BOTH:
        module.gtrack_2d_import("imported", "toy", files)
    assert_same_rows(*asked("gextract", "imported", everywhere()))
    for module in BOTH:
        module.gtrack_copy("imported", "copied")
        module.gtrack_2d_convert_to_indexed("imported")
        module.gtrack_mv("imported", "moved")
    assert gm.gtrack_info("moved")["format"] == "indexed"
    for name in ("copied", "moved"):
        assert_same_rows(*asked("gextract", name, everywhere()))
        for module in BOTH:
            module.gtrack_rm(name, force=True)


@pytest.mark.parametrize("verb", ["gtrack_2d_get_insu_borders", "gtrack_2d_get_insu_doms"])
@pytest.mark.parametrize(("threshold", "iterator"), [(2.0, 20), (3.5, 60), (100, 500)])
def test_borders_and_domains_agree(verb, threshold, iterator):
    ours, theirs = asked(verb, "dense", threshold, iterator)
    assert (ours is None) == (theirs is None)
    if ours is not None:
        pd.testing.assert_frame_equal(ours, theirs.astype(ours.dtypes))


@pytest.mark.parametrize(
    ("name", "args", "kwargs"),
    [
        ("gtrack_2d_create", ("points", "x", rectangle("chr1", 0, 5, "chr1", 0, 5), [1]), {}),
        ("gtrack_2d_create", ("x", "x", rectangle("chr1", 0, 5, "chr1", 0, 5), [1, 2]), {}),
        ("gtrack_2d_create", ("x", "x", rectangle("chr1", 0, 5, "chr1", 0, 501000), [1]), {}),
        ("gtrack_2d_create", ("x", "x", rectangle("chr9", 0, 5, "chr1", 0, 5), [1]), {}),
        ("gtrack_2d_create", ("x", "x", rectangle("chr1", 7, 5, "chr1", 0, 5), [1]), {}),
        ("gtrack_2d_import", ("x", "x", []), {}),
        ("gtrack_2d_import", ("x", "x", "nowhere.tsv"), {}),
        ("gtrack_2d_convert_to_indexed", ("dense",), {}),
        ("gtrack_2d_convert_to_indexed", ("none",), {}),
        ("gextract", ("points + rects",), {"intervals": some_windows(1)}),
        ("gtrack_modify", ("rects", "rects * 2"), {}),
        ("gtrack_export_bedgraph", ("rects", "nowhere.bedgraph"), {}),
        ("gcis_decay", ("nothing", [0, 1], None, None), {}),
    ],
)  # fmt: skip
def test_both_refuse(name, args, kwargs):
    for module in BOTH:
        with pytest.raises((ValueError, OSError)):
            getattr(module, name)(*args, **kwargs)
    assert gm.gtrack_ls() == pm.gtrack_ls()
