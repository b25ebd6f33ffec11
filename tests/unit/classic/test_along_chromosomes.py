"""Distances, segments, WIG files, statistics and single positions lifted."""

import gzip
import io

import numpy as np
import pytest
from hypothesis import given
from hypothesis import settings as run_with
from hypothesis import strategies as st

import genomedb.classic as genome
from genomedb.classic import dist, dseg, dsegment, trackstat, util, wig
from genomedb.classic.coord import CoordError
from genomedb.classic.liftover import CoordLifter
from genomedb.db.create import create_database
from genomedb.errors import (
    ChromError,
    MissingFileError,
    ParseError,
    TrackExistsError,
    TrackNotFoundError,
    UsageError,
    WriteError,
)
from genomedb.kernels.dsegment import high_segments

LENGTH = 40
features = st.lists(
    st.tuples(st.integers(1, LENGTH), st.integers(0, 6), st.sampled_from([1, -1, 0])), max_size=6
).map(lambda rows: [(a, min(a + n, LENGTH), s) for a, n, s in rows])


def _slow_distance(coords, at, *, signed):
    """Nearest feature, the left one of two equally near."""
    found = []
    for start, end in coords:
        if start <= at <= end:
            return 0
        found.append((at - end, 0, at - end) if at > end else (start - at, 1, at - start))
    away, _, value = min(found)
    return value if signed else away


@run_with(max_examples=60)
@given(features)
def test_distances_are_to_the_nearest_feature(rows):
    coords = [(a, b) for a, b, _ in rows]
    for signed in (False, True):
        found = dist.calc_dists_tuples(coords, LENGTH, flag_direction=signed)
        expected = [_slow_distance(coords, at, signed=signed) if coords else dist.NONE
                    for at in range(1, LENGTH + 1)]  # fmt: skip
        assert found.tolist() == expected
        assert found.dtype == np.int32


@run_with(max_examples=60)
@given(features)
def test_distances_turn_with_the_strand(rows):
    found = dist.calc_dists_tuples_with_strand(rows, LENGTH)
    one, two = ([(a, b) for a, b, s in rows if (s == -1) == back] for back in (False, True))
    for at in range(1, LENGTH + 1):
        options = [_slow_distance(one, at, signed=True)] if one else []
        options += [-_slow_distance(two, at, signed=True)] if two else []
        assert found[at - 1] == (min(options, key=abs) if options else dist.NONE)


def test_features_outside_the_chromosome_are_refused():
    with pytest.raises(ChromError, match="35-41 is not inside the 40 bp"):
        dist.calc_dists_tuples([(35, 41)], LENGTH)
    with pytest.raises(UsageError, match="tuples of 2 numbers"):
        dist.calc_dists_tuples([(1, 2, 1)], LENGTH)


def _slow_segments(scores, thresh, max_dropoff):
    found, total, peak, begin, stop = [], 0.0, 0.0, 0, 0
    for i, score in enumerate([*scores, float("-inf")]):
        total += score
        if total > peak:
            peak, stop = total, i + 1
        if total < 0 or peak - total > max_dropoff:
            if peak >= thresh:
                found.append((begin, stop))
            total, peak, begin = 0.0, 0.0, i + 1
    return found


@run_with(max_examples=80)
@given(st.lists(st.integers(-4, 4), max_size=60), st.integers(1, 8), st.integers(0, 8))
def test_segments_are_those_of_the_definition(scores, thresh, max_dropoff):
    expected = _slow_segments(scores, thresh, max_dropoff)
    assert dsegment.find_segments(scores, thresh, max_dropoff) == expected
    assert dseg.find_segments(scores, thresh, max_dropoff) == expected


def test_segments_stop_at_nan_and_at_impossible_bounds():
    assert dsegment.find_segments([2, np.nan, 3], 2, 1) == [(0, 1), (2, 3)]
    assert len(high_segments(np.full(9, np.inf), 1, 1)[0]) <= 9
    with pytest.raises(UsageError, match="threshold 0 and dropoff 1"):
        dsegment.find_segments([1], 0, 1)
    with pytest.raises(UsageError, match="1-D"):
        dsegment.find_segments([[1]], 1, 1)


def test_a_wig_file_holds_every_base(tmp_path):
    counts = np.array([0, 255, 7], np.uint8)
    wig.write_uint8_wiggle(tmp_path / "a.wig", "chr1", counts)
    assert (tmp_path / "a.wig").read_text() == "fixedStep chrom=chr1 start=1 step=1\n0\n255\n7\n"
    values = np.array([1.5, -0.25, np.nan, 0, 1e-4, -1e-4, 12345.6789, 0.0005, 1e13], np.float32)
    for part in (values, values[:-1]):
        path = tmp_path / f"{part.size}.wig.gz"
        wig.write_float32_wiggle(path, "chr1", part)
        with gzip.open(path, "rt") as file:
            _, *lines = file.read().splitlines()
        assert lines == [f"{value:.3f}" for value in part.astype(float)]
    with pytest.raises(WriteError, match="there already"):
        wig.write_uint8_wiggle(tmp_path / "a.wig", "chr1", counts)
    with pytest.raises(UsageError, match="int64, not 1-D of uint8"):
        wig.write_uint8_wiggle(tmp_path / "b.wig", "chr1", counts.astype(int))


def test_files_are_opened_by_what_they_hold_and_never_replaced(tmp_path):
    with util.check_open(tmp_path / "a.gz", "w") as file:
        file.write("text\n")
    (tmp_path / "a.gz").rename(tmp_path / "a")
    assert util.is_gzipped(tmp_path / "a")
    with util.check_open(tmp_path / "a") as file:
        assert file.read() == "text\n"
    with pytest.raises(TrackExistsError, match="is there already"):
        util.check_open(tmp_path / "a", "w")
    with pytest.raises(MissingFileError, match="no such file"):
        util.check_open(tmp_path / "b")
    with pytest.raises(UsageError, match="mode 'a'"):
        util.check_open(tmp_path / "a", "a")


def test_rows_have_the_names_of_the_header():
    rows = list(util.read_rows(io.StringIO("#ID\tEXON.STARTS\n1\t5,6\n")))
    assert (rows[0].ID, rows[0].EXON_STARTS) == ("1", "5,6")
    with pytest.raises(ParseError, match="<lines>:2: 1 fields, the header has 2"):
        list(util.read_rows(["a\tb", "1"]))


def test_counts_are_drawn_without_replacement():
    counts = np.array([5, 0, 100, 1])
    kept = util.subsample_counts(counts, 60, seed=1)
    assert kept.sum() == 60
    assert (kept <= counts).all()
    assert util.subsample_counts(counts, 106).tolist() == counts.tolist()
    assert util.subsample_counts([0, 0], 0).tolist() == [0, 0]
    with pytest.raises(UsageError, match="cannot keep 107 of 106"):
        util.subsample_counts(counts, 107)


def test_quantiles_have_equal_sizes():
    found = util.assign_quantiles([9, 1, np.nan, 5, 3, 7, 2], 3)
    assert found.tolist() == [2, 0, -1, 1, 1, 2, 0]


@pytest.fixture
def db(tmp_path, monkeypatch):
    made = create_database(tmp_path, "one", {"chr1": 100, "chr2": 50, "chrY": 20})
    create_database(tmp_path, "two", {"chrA1": 70, "chr1": 90})
    monkeypatch.setenv("GENOME_DB", str(tmp_path))
    return made


def test_statistics_are_computed_stored_and_read(db, capsys):
    values = {c: np.arange(n, dtype=float) for c, n in zip(db.chroms.names, db.chroms.lengths)}  # noqa: B905
    db.create_dense("t", values, bin_size=1)
    some = trackstat.calc_stats(db, "t")  # chrY is not among the default chromosomes
    assert (some.n, some.sum) == (150, 4950 + 1225)
    assert trackstat.calc_stats(db, "t", ["chrY"]).max == 19
    assert trackstat.set_stats(db, "t").n == 170
    assert trackstat.get_stats(db, "t", "chr2").sum == 1225
    assert trackstat.get_stats(db, db["t"], verbose=True).mean() == (4950 + 1225 + 190) / 170
    assert capsys.readouterr().err.count("TrackStats") == 3


def test_positions_are_lifted_by_a_table_of_blocks(db):
    start, end = np.array([10, 40]), np.array([20, 45])
    rows = np.array([[1, 100 - 40, 1], [0, 30, -1]])
    db.create_array("liftover_one_to_two_tab", ["to_chrom", "to_start", "orientation"],
                    {"chr1": (start, end, rows)}, dtype="int32")  # fmt: skip
    lifter = CoordLifter("one", "two")
    chrom = db.get_chromosome("chr1")
    two = genome.db.GenomeDB(assembly="two")
    assert lifter.convert(chrom, 11, 1) == (two.get_chromosome("chr1"), 61, 1)
    assert lifter.convert("chr1", 20)[1:] == (70, 0)
    # the first base of a reversed block is the last one there
    assert lifter.convert("chr1", 41, 1) == (two.get_chromosome("chrA1"), 35, -1)
    assert lifter.convert("chr1", 45, -1)[1:] == (31, 1)
    for at in (10, 21, 100):
        assert lifter.convert("chr1", at) == (None, None, None)
    assert lifter.convert("chr2", 5) == (None, None, None)
    with pytest.raises(CoordError, match="not inside the chromosome"):
        lifter.convert("chr1", 101)
    lifter.close()
    with pytest.raises(TrackNotFoundError, match="liftover_two_to_one_tab"):
        CoordLifter("two", "one")
