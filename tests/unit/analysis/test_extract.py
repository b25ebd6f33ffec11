"""extract: rows and values against pandas, in every form of result."""

import numpy as np
import pandas as pd
import pytest

from genomedb.analysis.extract import extract, extract_blocks
from genomedb.analysis.to_file import extract_to_file
from genomedb.errors import ExpressionError, TrackNotFoundError, UsageError, WriteError
from genomedb.intervals.cartesian import cartesian_grid
from genomedb.virtual.definition import VirtualTrack

SCOPE = pd.DataFrame(
    {"chrom": ["chr1", "chr2", "chr2"], "start": [5, 3000, 15], "end": [47, 3100, 4003]}
)


def slow_extract(bins, scope):
    """Rows of the scope, in its order, cut from the bins that overlap each."""
    parts = []
    for i, row in enumerate(scope.itertuples(), 1):
        hit = bins[(bins.chrom == row.chrom) & (bins.start < row.end) & (bins.end > row.start)]
        parts.append(hit.assign(
            start=hit.start.clip(lower=row.start), end=hit.end.clip(upper=row.end), intervalID=i
        ))  # fmt: skip
    return pd.concat(parts, ignore_index=True)


@pytest.mark.parametrize("cut", ["usual", "many tasks"])
def test_rows_are_bins_cut_by_each_scope_row(toy, cut, request):
    if cut == "many tasks":
        request.getfixturevalue("many_tasks")
    expected = slow_extract(toy.bins, SCOPE)
    found = extract(toy.db, ["a", "a - b * 2"], SCOPE)
    assert list(found) == ["chrom", "start", "end", "a", "a - b * 2", "intervalID"]
    assert found.chrom.tolist() == expected.chrom.tolist()
    for name in ("start", "end", "intervalID"):
        assert found[name].dtype == np.int64
        assert found[name].tolist() == expected[name].tolist()
    np.testing.assert_array_equal(found["a"], expected["a"])
    np.testing.assert_array_equal(found["a - b * 2"], expected["a"] - expected["b"] * 2)


def test_the_whole_genome_comes_in_database_order(toy):
    found = extract(toy.db, "b")
    assert found.chrom.cat.categories.tolist() == list(toy.db.chroms.names)
    assert found.chrom.tolist() == toy.bins.chrom.tolist()
    np.testing.assert_array_equal(found["b"], toy.bins["b"])
    assert found.intervalID.tolist() == (pd.factorize(toy.bins.chrom)[0] + 1).tolist()


def test_wider_bins_are_means_of_the_bins_they_touch(toy):
    found = extract(toy.db, "a", "chr2:15-95", iterator=40)
    bins = toy.bins[toy.bins.chrom == "chr2"]["a"].to_numpy()
    assert found[["start", "end"]].to_numpy().tolist() == [[15, 40], [40, 80], [80, 95]]
    np.testing.assert_allclose(
        found["a"], [np.nanmean(bins[1:4]), np.nanmean(bins[4:8]), np.nanmean(bins[8:10])]
    )


@pytest.mark.parametrize("executor", [1, 2])
@pytest.mark.usefixtures("many_tasks")
def test_blocks_are_the_table_in_parts(toy, executor):
    parts = list(extract_blocks(toy.db, ["a", "b"], SCOPE, executor=executor))
    assert len(parts) > 5
    pd.testing.assert_frame_equal(
        pd.concat(parts, ignore_index=True), extract(toy.db, ["a", "b"], SCOPE)
    )


def test_conditions_are_ones_and_zeros(toy):
    found = extract(toy.db, "a > 0", "chr1")["a > 0"]
    a = toy.bins[toy.bins.chrom == "chr1"]["a"]
    assert found.tolist() == (a > 0).astype(float).tolist()


def test_positions_and_chromosomes_are_names(toy):
    found = extract(toy.db, ["START + a * 0", "END", "CHROM == '1'"], "chr2:15-40", iterator="a")
    a = toy.bins[toy.bins.chrom == "chr2"]["a"].to_numpy()[1:4]
    np.testing.assert_array_equal(found["START + a * 0"], np.array([15, 20, 30]) + a * 0)
    assert found["END"].tolist() == [20, 30, 40]
    assert found["CHROM == '1'"].tolist() == [0, 0, 0]


def test_a_repeated_expression_gets_a_name_of_its_own(toy):
    assert list(extract(toy.db, ["a", "a", "a"], "chr1"))[3:-1] == ["a", "a_", "a__"]


def test_names_of_columns_can_be_given(toy):
    assert list(extract(toy.db, ["a", "b"], "chr1", names=["x", "y"]))[3:-1] == ["x", "y"]
    with pytest.raises(UsageError, match="1 column names for 2 expressions"):
        extract(toy.db, ["a", "b"], "chr1", names=["x"])
    with pytest.raises(UsageError, match="'x' comes twice"):
        extract(toy.db, ["a", "b"], "chr1", names=["x", "x"])


@pytest.mark.parametrize("name", ["chrom", "start", "end2", "intervalID"])
def test_values_never_take_the_place_of_the_intervals(toy, name):
    with pytest.raises(UsageError, match=f"'{name}' is taken by the intervals. Give another"):
        extract(toy.db, "a", "chr1", names=[name])
    toy.db.copy_track("a", name)
    found = extract(toy.db, [name, "a"], "chr1")
    named = extract(toy.db, ["a", "a"], "chr1", names=[f"{name}_", "a"])
    pd.testing.assert_frame_equal(found, named)


def test_an_empty_scope_gives_an_empty_table(toy):
    found = extract(toy.db, "a", SCOPE[:0])
    assert len(found) == 0
    assert list(found) == ["chrom", "start", "end", "a", "intervalID"]


def test_variables_are_constants(toy):
    found = extract(toy.db, "a * k", "chr1", variables={"k": 3})["a * k"]
    np.testing.assert_array_equal(found, extract(toy.db, "a", "chr1")["a"] * 3)
    with pytest.raises(UsageError, match="variable k is of type list"):
        extract(toy.db, "a * k", "chr1", variables={"k": [1]})


def test_text_files_hold_the_table(toy, tmp_path):
    path = tmp_path / "t.tsv.gz"
    expected = extract(toy.db, ["a", "b"], SCOPE, names=["x", "y"])
    n = extract_to_file(toy.db, ["a", "b"], path, SCOPE, names=["x", "y"], interval_id=True)
    found = pd.read_csv(path, sep="\t")
    assert n == len(expected)
    expected["chrom"] = expected["chrom"].astype(str)
    pd.testing.assert_frame_equal(found, expected, check_dtype=False)
    with pytest.raises(WriteError, match=r"t\.tsv\.gz"):
        extract_to_file(toy.db, "a", path, SCOPE)


def test_parquet_files_hold_the_table(toy, tmp_path):
    pytest.importorskip("pyarrow")
    expected = extract(toy.db, "a", SCOPE).drop(columns="intervalID")
    extract_to_file(toy.db, "a", tmp_path / "t.parquet", SCOPE, executor=2)
    found = pd.read_parquet(tmp_path / "t.parquet")
    assert found.chrom.tolist() == expected.chrom.tolist()
    pd.testing.assert_frame_equal(found.drop(columns="chrom"), expected.drop(columns="chrom"))


def test_nothing_is_written_when_something_is_wrong(toy, tmp_path):
    with pytest.raises(ExpressionError):
        extract_to_file(toy.db, "a +", tmp_path / "t.tsv")
    with pytest.raises(UsageError, match="column name 'start' is taken"):
        extract_to_file(toy.db, "a", tmp_path / "t.tsv", names=["start"])
    assert list(tmp_path.iterdir()) == []


def test_rectangles_take_virtual_tracks_along_their_axes(toy):
    rects = pd.DataFrame({  # in database order: chr2, chr10, chr1
        "chrom1": ["chr2", "chr1"], "start1": [100, 0], "end1": [300, 100],
        "chrom2": ["chr2", "chr2"], "start2": [0, 50], "end2": [200, 90],
    })  # fmt: skip
    virtual = {f"v{i}": VirtualTrack("a", "sum", dim=i) for i in (1, 2)}
    found = extract(toy.db, ["v1", "v2"], iterator=rects, virtual=virtual)
    assert list(found)[:6] == list(rects)
    assert found[list(rects)].astype({"chrom1": str, "chrom2": str}).values.tolist() == (
        rects.values.tolist()
    )
    for axis, expected in ((1, found.v1), (2, found.v2)):
        flat = rects[[f"{c}{axis}" for c in ("chrom", "start", "end")]]
        flat.columns = ["chrom", "start", "end"]
        one = extract(toy.db, "v", flat, iterator=-1, virtual={"v": VirtualTrack("a", "sum")})
        np.testing.assert_allclose(expected, one["v"])
    assert found.intervalID.tolist() == [1, 7]  # of the nine pairs of chromosomes


def test_grids_and_bands_walk_in_two_dimensions(toy):
    scope = pd.DataFrame({
        "chrom1": ["chr1"], "start1": [0], "end1": [300],
        "chrom2": ["chr1"], "start2": [0], "end2": [300],
    })  # fmt: skip
    virtual = {"v": VirtualTrack("a", "size", dim=2)}
    cells = extract(toy.db, "v", scope, iterator=(100, 150), virtual=virtual)
    assert len(cells) == 6
    assert cells.v.sum() <= 15 * 6
    near = extract(toy.db, "v", scope, iterator=(100, 150), virtual=virtual, band=(0, 10))
    assert (near.start1 - near.end2 < 10).all()
    assert len(near) < 6
    one = pd.DataFrame({"chrom": ["chr1"], "start": [100], "end": [120]})
    grid = cartesian_grid(one, [-50, 0, 50], chroms=toy.db.chroms)
    assert len(extract(toy.db, "v", scope, iterator=grid, virtual=virtual)) == 4


@pytest.mark.parametrize(
    ("expression", "options", "kind", "words"),
    [
        ("a + nothing", {}, ExpressionError, "'nothing' is not a track or virtual track"),
        ("aa", {}, ExpressionError, "Known names include a"),
        ("a", {"iterator": (10, 10)}, ExpressionError, "'a' has one dimension, the iterator two"),
        ("a", {"band": (0, 5)}, UsageError, "a band needs a 2D track"),
        ("1 + 1", {}, UsageError, "no track in the expression"),
        ("a", {"scope": "nothing"}, TrackNotFoundError, "scope 'nothing'"),
        ([], {}, UsageError, "no expression"),
        ("CHROM == 'chr77'", {"iterator": 10}, ExpressionError, "chr77"),
        ("a", {"executor": 0}, UsageError, "0 processes"),
        ("a", {"executor": "two"}, UsageError, "neither a number nor an executor"),
    ],
)
def test_what_is_wrong_is_said_before_any_work(toy, expression, options, kind, words):
    with pytest.raises(kind, match=words):
        extract(toy.db, expression, **options)


def test_a_caret_shows_the_unknown_name(toy):
    with pytest.raises(ExpressionError) as caught:
        extract(toy.db, "a + nothing")
    lines = str(caught.value).splitlines()
    assert lines[2].index("^") == lines[1].index("nothing")
