"""Verbs over 2D tracks: each says what it says of the column of values that extract gives."""

import numpy as np
import pandas as pd
import pytest
from rectangle_walks import PLACES, make_toy, some_windows

from genomedb.analysis.bins import bins_quantiles, bins_summary
from genomedb.analysis.correlation import correlation
from genomedb.analysis.create_track import create_track
from genomedb.analysis.distribution import distribution
from genomedb.analysis.extract import extract, extract_blocks
from genomedb.analysis.iterator_intervals import iterator_intervals
from genomedb.analysis.lookup import lookup
from genomedb.analysis.lookup_track import lookup_track
from genomedb.analysis.mapply import mapply
from genomedb.analysis.partition import partition
from genomedb.analysis.per_row import intervals_quantiles, intervals_summary
from genomedb.analysis.quantiles import quantiles
from genomedb.analysis.sample import sample
from genomedb.analysis.screen import screen
from genomedb.analysis.segment import segment
from genomedb.analysis.smooth import smooth_track
from genomedb.analysis.summary import summary
from genomedb.analysis.to_file import extract_to_file
from genomedb.errors import ChromError, GenomeDBError, UsageError
from genomedb.virtual.definition import VirtualTrack

BREAKS = [0, 2, 5.5, 9]


@pytest.fixture(scope="module")
def db(tmp_path_factory):
    return make_toy(tmp_path_factory.mktemp("verbs"))[0]


@pytest.fixture(params=[{}, {"band": (-30, 45)}, {"iterator": (40, 25)}], ids=str)
def options(request):
    return request.param


def values(db, options):
    return extract(db, "rects", **options)["rects"].to_numpy()


def test_statistics_are_those_of_the_values(db, options):
    x = values(db, options)
    known = x[~np.isnan(x)]
    found = summary(db, "rects", **options)
    wanted = [x.size, x.size - known.size, known.min(), known.max(), known.sum(), known.mean(),
              known.std(ddof=1)]  # fmt: skip
    np.testing.assert_allclose(found, wanted, rtol=1e-12)
    p = [0, 0.1, 0.5, 1]
    found = quantiles(db, "rects", p, **options)
    np.testing.assert_allclose(found, np.quantile(known, p), rtol=1e-12)
    found = distribution(db, "rects", BREAKS, **options)
    wanted = np.histogram(-known, -np.array(BREAKS[::-1]))[0][::-1]
    np.testing.assert_array_equal(found, wanted)


def test_the_answer_does_not_depend_on_who_works(db):
    pd.testing.assert_series_equal(summary(db, "rects", executor=2), summary(db, "rects"))
    for name, executor in (("alone", 1), ("together", 2)):
        create_track(db, name, "rects * 2", iterator=(50, 40), executor=executor)
    alone, together = (extract(db, "x", iterator=name, virtual={"x": VirtualTrack(name)})
                       for name in ("alone", "together"))  # fmt: skip
    pd.testing.assert_frame_equal(alone, together)


def test_bins_and_correlation_are_those_of_the_values(db, options):
    x = values(db, options)
    cell = np.where(np.isnan(x), 0, np.digitize(x, BREAKS, right=True))
    found = bins_summary(db, "rects", BREAKS, "rects * 2", **options)
    mid = bins_quantiles(db, "rects", BREAKS, "rects * 2", percentiles=[0.5], **options)
    for i in (1, 2, 3):
        assert found[i - 1, 0] == (cell == i).sum()
        assert found[i - 1, 4] == pytest.approx(2 * x[cell == i].sum())
        assert mid[i - 1, 0] == pytest.approx(2 * np.median(x[cell == i]))
    two = correlation(db, [("rects", "np.sqrt(rects)")], **options)
    known = x[~np.isnan(x)]
    assert two[0] == pytest.approx(np.corrcoef(known, np.sqrt(known))[0, 1])


def test_screen_keeps_rectangles_apart(db, options):
    frame = extract(db, "rects", **options)
    found = screen(db, "rects > 4", **options)
    wanted = frame[frame["rects"] > 4][PLACES].reset_index(drop=True)
    pd.testing.assert_frame_equal(found, wanted)
    assert list(screen(db, "rects > 1000")) == PLACES


def test_lookup_gives_a_value_of_the_table(db, options):
    frame = extract(db, "rects", **options)
    found = lookup(db, [10, 20, 30], "rects", BREAKS, force_binning=False, **options)
    cell = np.digitize(frame["rects"], BREAKS, right=True)
    wanted = np.array([np.nan, 10, 20, 30, np.nan])[np.where(frame["rects"].isna(), 0, cell)]
    pd.testing.assert_frame_equal(found[PLACES], frame[PLACES])
    np.testing.assert_array_equal(found["value"], wanted)


def test_a_sample_is_some_of_the_values(db, options):
    x = values(db, options)
    known = x[~np.isnan(x)]
    np.testing.assert_array_equal(
        np.sort(sample(db, "rects", 10**6, rng=1, **options)), np.sort(known)
    )
    assert set(sample(db, "rects", 5, rng=1, **options)) <= set(known)


def test_statistics_of_each_row_of_a_scope(db):
    scope = some_windows(31, 12)
    frame = extract(db, "rects", scope)
    one, half = intervals_summary(db, "rects", scope), intervals_quantiles(db, "rects", scope, 0.5)
    top = mapply(db, np.size, "rects", scope)
    for i in range(len(scope)):
        x = frame["rects"][frame["intervalID"] == i + 1]
        assert one["Total intervals"][i] == len(x)
        np.testing.assert_allclose(half["0.5"][i], np.nanmedian(x) if x.notna().any() else np.nan)
        assert top.iloc[i, -1] == len(x) or not len(x)


def test_files_and_blocks_hold_the_table(db, tmp_path):
    frame = extract(db, "rects", band=(-30, 45))
    extract_to_file(db, "rects", tmp_path / "x.tsv", band=(-30, 45))
    written = pd.read_csv(tmp_path / "x.tsv", sep="\t")
    assert list(written) == [*PLACES, "rects"]
    np.testing.assert_allclose(written["rects"], frame["rects"])
    whole = pd.concat(extract_blocks(db, "rects", band=(-30, 45)), ignore_index=True)
    pd.testing.assert_frame_equal(whole, frame)


def test_a_file_called_so_is_bedpe(db, tmp_path):
    iterator = (40, 25)  # with cells that have no value
    frame = extract(db, "rects * 2", iterator=iterator)
    n = extract_to_file(db, "rects * 2", tmp_path / "x.bedpe.gz", iterator=iterator)
    written = pd.read_csv(tmp_path / "x.bedpe.gz", sep="\t", header=None, na_values=".")
    assert n == len(written) == len(frame)
    assert written[6].isna().all()
    assert written[[0, 1, 2, 3, 4, 5]].to_numpy().tolist() == frame[PLACES].to_numpy().tolist()
    np.testing.assert_allclose(written[7], frame["rects * 2"])
    assert written[7].isna().any()


@pytest.mark.parametrize(
    ("expressions", "more"),
    [(["rects", "points"], {"iterator": (40, 25)}), ("rects", {"interval_id": True}),
     ("one_d", {"iterator": 20})],
)  # fmt: skip
def test_bedpe_takes_one_value_of_rectangles(db, tmp_path, expressions, more):
    with pytest.raises(UsageError, match="BEDPE holds rectangles and one value"):
        extract_to_file(db, expressions, tmp_path / "x.bedpe", **more)
    assert list(tmp_path.iterdir()) == []


def test_the_rectangles_of_an_iterator_are_listed(db, options):
    frame = extract(db, "rects", **options)
    found = iterator_intervals(db, "rects", **options)
    pd.testing.assert_frame_equal(found, frame.drop(columns="rects"))


def test_given_rectangles_come_in_order_of_what_the_band_leaves_of_them(db):
    cells = pd.DataFrame(
        [("chr2", 0, 100, "chr2", 60, 70), ("chr2", 10, 60, "chr2", 0, 10)], columns=PLACES
    )
    whole = pd.DataFrame([("chr2", 0, 300, "chr2", 0, 300)], columns=PLACES)
    found = extract(db, "rects", whole, iterator=cells, band=(20, 50))
    assert found["start1"].tolist() == [20, 80]


# ---- new tracks


@pytest.mark.parametrize(
    ("expression", "options", "kind"),
    [
        ("points + 1", {}, "points"),
        ("rects * 2", {"iterator": "points"}, "points"),
        ("rects * 2", {"band": (-30, 45)}, "rectangles"),
        ("points", {"iterator": (50, 40)}, "rectangles"),
        ("points", {"band": (1000, 1001)}, "points"),
    ],
)
def test_an_expression_becomes_a_2d_track(db, expression, options, kind):
    create_track(db, "made", expression, overwrite=True, **options)
    assert db["made"].track_type == kind
    wanted = extract(db, expression, names=["made"], **options)
    wanted["made"] = wanted["made"].astype("f4")
    pd.testing.assert_frame_equal(extract(db, "made"), wanted, check_dtype=False)


def test_a_table_becomes_a_2d_track(db):
    lookup_track(db, "levels", [1, 2, 3], "rects", BREAKS, overwrite=True)
    wanted = lookup(db, [1, 2, 3], "rects", BREAKS)
    np.testing.assert_array_equal(extract(db, "levels")["levels"], wanted["value"])


def test_a_track_may_take_the_place_of_one_in_the_expression(db):
    before = extract(db, "points")["points"]
    create_track(db, "again", "points * 1")
    create_track(db, "again", "again * 3", overwrite=True)
    np.testing.assert_array_equal(extract(db, "again")["again"], before * 3)


def test_rectangles_that_overlap_make_no_track(db):
    grid = pd.DataFrame(
        [("chr2", 0, 10, "chr2", 0, 10), ("chr2", 5, 20, "chr2", 5, 9)], columns=PLACES
    )
    with pytest.raises(UsageError, match="overlap"):
        create_track(db, "bad", "rects", iterator=grid)
    from genomedb.intervals.cartesian import cartesian_grid

    centres = pd.DataFrame({"chrom": ["chr2", "chr2"], "start": [50, 55], "end": [52, 57]})
    with pytest.raises(ChromError, match="overlaps"):
        create_track(
            db, "bad", "rects", iterator=cartesian_grid(centres, [-9, 9], chroms=db.chroms)
        )
    assert not db.has_track("bad")


@pytest.mark.parametrize(
    "call",
    [
        lambda db: partition(db, "rects", BREAKS),
        lambda db: segment(db, "rects", 100),
        lambda db: smooth_track(db, "x", "rects", 100),
        lambda db: summary(db, "rects", "chr2"),
        lambda db: summary(db, "one_d", band=(0, 5)),
    ],
)
def test_other_verbs_refuse_2d_tracks(db, call):
    with pytest.raises(GenomeDBError, match=r"dimension|2D"):
        call(db)
