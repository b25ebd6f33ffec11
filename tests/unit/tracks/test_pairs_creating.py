"""New tracks of points and rectangles: what is refused leaves no track behind."""

import itertools

import h5py
import numpy as np
import pytest

from genomedb.db.create import create_database
from genomedb.errors import ChromError, UsageError
from genomedb.kernels.quadtree_query import Records
from genomedb.kernels.zorder import zorder
from genomedb.tracks.create_pairs import new_pairs
from genomedb.tracks.diff import diff_tracks
from genomedb.tracks.rewrite import repack

PAIR = ("chr1", "chr2")


@pytest.fixture
def db(tmp_path):
    return create_database(tmp_path, "toy", {"chr1": 1000, "chr2": 500, "chr3": 40})


@pytest.mark.parametrize(
    ("columns", "error", "words"),
    [
        (([5, 5], [7, 7], [1, 2]), ChromError, "p: chr1:5, chr2:7 is given twice. Add up"),
        (([5, 1000], [7, 7], [1, 2]), ChromError, "chr1:1000, chr2:7 is .* chr1 is 1000 bp long"),
        (([5, 6], [7, 500], [1, 2]), ChromError, "chr1:6, chr2:500 is .* chr2 is 500 bp long"),
        (([-1, 6], [7, 8], [1, 2]), ChromError, "chr1:-1, chr2:7 is"),
        (([5, 6], [7, 8], [1]), UsageError, "2 x1, 2 y1, 1 value were given"),
        (([5, np.nan], [7, 8], [1, 2]), UsageError, "chr1-chr2: x1 has values that are not whole"),
        (([5, 6], [7, 8.5], [1, 2]), UsageError, "chr1-chr2: y1 has values that are not whole"),
        (([5, 6], ["a", "b"], [1, 2]), UsageError, "y1 must be whole numbers, not <U1"),
        (([5, 2**64 - 1], [7, 8], [1, 2]), UsageError, "x1 has values that are no positions"),
        (([[5, 6]], [7, 8], [1, 2]), UsageError, "x1 has 2 dimensions"),
        (([5, 6], [7, 8], [1, 1e300]), UsageError, r"1e\+300 at chr1:6, chr2:8 does not fit"),
        (([5, 6], [7, 8], ["a", "b"]), UsageError, "must be numbers"),
    ],
)
def test_wrong_points_are_refused_by_name(db, columns, error, words):
    with pytest.raises(error, match=words):
        db.create_points("p", {PAIR: columns})
    assert not db.has_track("p")
    assert list(db.path.glob(".p*")) == []


@pytest.mark.parametrize(
    ("columns", "error", "words"),
    [
        (([0, 4], [6, 9], [0, 2], [3, 5], [1, 2]), ChromError,
         "chr1:0-6, chr2:0-3 overlaps chr1:4-9, chr2:2-5. A track holds no overlapping"),
        (([0, 5], [6, 5], [0, 2], [3, 5], [1, 2]), ChromError, "chr1:5-5, chr2:2-5 is empty"),
        (([0, 5], [6, 9], [0, 2], [3, 501], [1, 2]), ChromError, "chr1:5-9, chr2:2-501 is"),
        (([0], [6], [3], [1], [1]), ChromError, "chr1:0-6, chr2:3-1 is empty"),
        (([0, 5], [6, 9], [0, 2], [3], [1, 2]), UsageError, "2 x1, 2 x2, 2 y1, 1 y2, 2 value"),
    ],
)  # fmt: skip
def test_wrong_rectangles_are_refused_by_name(db, columns, error, words):
    with pytest.raises(error, match=words):
        db.create_rectangles("r", {PAIR: columns})
    assert not db.has_track("r")


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (None, "records are a NoneType. Give a mapping of"),
        ({"chr1": ([1], [2], [3])}, "'chr1' is no pair of chromosomes"),
        ({PAIR: ([1], [2])}, r"chr1-chr2: 2 arrays, not \(x.*, value\)"),
        ({PAIR: np.ones((3, 2))}, "chr1-chr2: something else, not"),
        ({PAIR: ([1],) * 4}, "4 arrays, not"),
    ],
)
def test_records_are_a_mapping_of_pairs(db, given, words):
    for create in (db.create_points, db.create_rectangles):
        with pytest.raises(UsageError, match=words):
            create("p", given)
    assert not db.has_track("p")


def test_records_need_the_positions_of_their_kind(db):
    points = new_pairs(db.place("p"), is_points=True)
    with pytest.raises(UsageError, match="points have no x2"), points as draft:
        draft.write("chr1", "chr1", [1], [1], [1], x2=[2], y2=[2])
    rectangles = new_pairs(db.place("r"), is_points=False)
    with pytest.raises(UsageError, match="rectangles need x2"), rectangles as draft:
        draft.write("chr1", "chr1", [1], [1], [1])


def test_a_pair_is_written_once_and_an_unknown_chromosome_never(db):
    points = new_pairs(db.place("p"), is_points=True)
    with pytest.raises(UsageError, match="chr1-chr2 is given twice"), points as draft:
        for _ in range(2):
            draft.write("chr1", "chr2", [1], [1], [1])
    with pytest.raises(ChromError, match="chr9"):
        db.create_points("p", {("chr9", "chr1"): ([1], [1], [1])})
    with pytest.raises(UsageError, match="dtype 'int64'"):
        db.create_points("p", {}, dtype="int64")
    assert not db.has_track("p")


@pytest.mark.parametrize("layout", ["per-chromosome", "indexed"])
def test_pairs_may_come_in_any_order(db, layout):
    made = {}
    for name, ordered in (("a", True), ("b", False)):
        pairs = [("chr1", "chr3"), ("chr2", "chr1"), ("chr3", "chr3")]
        with new_pairs(db.place(name), is_points=True, layout=layout, is_ordered=ordered) as draft:
            for pair in pairs if ordered else pairs[::-1]:
                draft.write(*pair, range(30), range(30), np.arange(30))
            assert draft.n_records == 90
        made[name] = db[name]
    assert diff_tracks(made["a"], made["b"]).is_same
    assert made["b"].pairs == pairs


def test_pairs_out_of_order_are_refused_where_they_were_promised_in_order(db):
    with (
        pytest.raises(UsageError, match="another order than the database's"),
        new_pairs(db.place("p"), is_points=True, layout="indexed", is_ordered=True) as draft,
    ):
        draft.write("chr2", "chr1", [1], [1], [1])
        draft.write("chr1", "chr2", [1], [1], [1])
    assert not db.has_track("p")


@pytest.mark.parametrize("layout", ["per-chromosome", "indexed"])
def test_a_track_may_have_no_records(db, layout):
    empty = db.create_points("e", {PAIR: ([], [], [])}, layout=layout)
    assert (empty.pairs, empty.n_records(), len(empty.read("chr1"))) == ([], 0, 0)
    assert list(empty.iter_blocks()) == []
    assert list(db.validate(["e"])) == [("e", [])]


def test_many_pairs_are_stored_one_behind_the_other(db):
    few = db.create_points("few", {PAIR: ([1], [1], [1])})
    assert few.layout == "per-chromosome"
    with new_pairs(db.place("many"), is_points=True, n_pairs=101) as draft:
        draft.write(*PAIR, [1], [1], [1])
    assert db["many"].layout == "indexed"


def test_positions_beyond_32_bits_are_kept(tmp_path):
    far = 5_000_000_000
    db = create_database(tmp_path, "lungfish", {"a": far, "b": 300})
    rng = np.random.default_rng(1)
    x, y = np.unique(rng.integers(0, far, 500)), rng.integers(0, 300, 500)
    for layout in ("per-chromosome", "indexed"):
        made = db.create_points(
            f"p-{layout}", {("a", "b"): (x, y, x % 7), ("b", "b"): (y[:1], y[:1], [1])},
            layout=layout,
        )  # fmt: skip
        found = made.read("a", far // 3, far, "b")
        np.testing.assert_array_equal(found.x1, x[x >= far // 3])
        assert made.summarize("a", chrom2="b").sum == (x % 7).sum()
        assert list(db.validate([made.name])) == [(made.name, [])]


def test_ten_thousand_contigs_are_fine(tmp_path):
    db = create_database(tmp_path, "draft", {f"c{i}": 2000 + i for i in range(10_000)})
    rng = np.random.default_rng(2)
    pairs = {(f"c{a}", f"c{b}"): (rng.permutation(2000)[:9], np.arange(9), np.ones(9))
             for a, b in rng.integers(0, 10_000, (400, 2))}  # fmt: skip
    made = db.create_points("hic", pairs)
    assert (made.layout, len(made.pairs), made.n_records()) == ("indexed", 400, 3600)
    for pair in list(pairs)[::40]:
        assert made.read(pair[0], chrom2=pair[1]).x1.tolist() == sorted(pairs[pair][0])
    assert list(db.validate(["hic"])) == [("hic", [])]


@pytest.mark.parametrize("layout", ["per-chromosome", "indexed"])
@pytest.mark.parametrize("kind", ["points", "rectangles"])
def test_records_in_blocks_make_the_same_file(db, layout, kind):
    rng = np.random.default_rng(4)
    x, y = np.repeat(np.arange(0, 1000, 5), 125), np.tile(np.arange(0, 500, 4), 200)
    keep = rng.permutation(x.size)[:20_000]
    x, y, value = x[keep], y[keep], rng.random(20_000, "f4")
    value[::9] = np.nan
    order = zorder(x, y)
    x, y, value = x[order], y[order], value[order]
    ends = (None, None) if kind == "points" else (x + 5, y + 3)
    whole = Records(x, ends[0], y, ends[1], value)
    options = {"is_points": kind == "points", "layout": layout}
    with new_pairs(db.place("whole"), **options) as draft:
        draft.write(*PAIR, x, y, value, x2=ends[0], y2=ends[1])
    for is_ordered in (True, False):
        edges = [0, 1, 1, 130, 5000, 5064, 19_999, 20_000]
        with new_pairs(
            db.place("blocks"), is_ordered=is_ordered, overwrite=True, **options
        ) as draft:
            draft.write_blocks("chr1", "chr1", [])
            draft.write_blocks(*PAIR, (
                Records(*(c if c is None else c[a:b] for c in whole))
                for a, b in itertools.pairwise(edges)
            ))  # fmt: skip
            assert draft.n_records == 20_000
        assert db["blocks"].pairs == [PAIR]
        found = [digests(db.track_path(name)) for name in ("whole", "blocks")]
        assert found[0] == found[1]
        assert list(db.validate(["blocks"])) == [("blocks", [])]


def digests(path):
    """SHA-256 of each dataset."""
    found = {}
    with h5py.File(path) as h5:
        h5.visititems(lambda name, item: found.update({name: item.attrs.get("sha256")}))
    return found


def test_blocks_out_of_order_are_refused(db):
    def blocks(*xs):
        return (Records(np.array(x), None, np.array(x), None, np.ones(len(x))) for x in xs)

    draft = new_pairs(db.place("p"), is_points=True)
    with pytest.raises(UsageError, match="chr1:3, chr2:3 is out of order"), draft as draft:
        draft.write_blocks(*PAIR, blocks(range(100), [3]))
    draft = new_pairs(db.place("p"), is_points=True)
    with pytest.raises(ChromError, match="chr1:99, chr2:99 is given twice"), draft as draft:
        draft.write_blocks(*PAIR, blocks(range(100), [99]))
    with new_pairs(db.place("p"), is_points=True) as draft:
        draft.write_blocks(*PAIR, blocks([5, 3, 70, 8]), check=False)
    assert db["p"].read("chr1", 4, 80, "chr2").x1.tolist() == [5, 8, 70]
    assert list(db.validate(["p"])) == [("p", [])]
    repack(db["p"], layout="indexed")
    assert db["p"].summarize("chr1", 4, 80, "chr2").n == 3
