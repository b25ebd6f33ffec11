"""Interval algebra gives what bioframe and pymisha give, on random sets.

Known differences: an intersection has no needless borders here, neighbours at one distance go by
row here, and a result of no rows is a frame here.
"""

import numpy as np
import pandas as pd
import pytest

from genomedb.core.chroms import ChromTable
from genomedb.intervals.build import from_strings, intervals
from genomedb.intervals.cover import chrom_sizes, coverage_fraction, covered_bp
from genomedb.intervals.neighbors import neighbors, neighbors_downstream, neighbors_upstream
from genomedb.intervals.overlaps import mark_overlaps, overlap, subtract
from genomedb.intervals.reshape import force_range, normalize
from genomedb.intervals.setops import canonical, difference, intersect, union

SIZES = {"chr1": 1000, "chr2": 500, "chrX": 205}
CHROMS = ChromTable(tuple(SIZES), tuple(SIZES.values()))
SEEDS = range(4)

pytestmark = [  # the peer leaves helper processes to themselves
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
    pytest.mark.filterwarnings("ignore:::pymisha"),
    pytest.mark.filterwarnings("ignore:::bioframe"),
]


@pytest.fixture(scope="module")
def pm(tmp_path_factory):
    """The peer, with a database of the same chromosomes open."""
    peer = pytest.importorskip("pymisha")
    folder = tmp_path_factory.mktemp("peer")
    fasta = folder / "toy.fa"
    fasta.write_text("".join(f">{n}\n{'ACGTA' * (size // 5)}\n" for n, size in SIZES.items()))
    peer.gdb_create(str(folder / "misha"), str(fasta))
    peer.gdb_init(str(folder / "misha"))
    yield peer
    peer.gdb_unload()


def random_frame(seed, n=40, *, longest=60, strand=False):
    rng = np.random.default_rng(seed)
    chrom = rng.choice(list(SIZES), n)
    size = np.array([SIZES[name] for name in chrom])
    start = (rng.random(n) * (size - 1)).astype(int)
    end = np.minimum(start + rng.integers(1, longest, n), size)
    frame = pd.DataFrame({"chrom": chrom, "start": start, "end": end})
    return frame.assign(strand=rng.integers(-1, 2, n)) if strand else frame


def rows(frame, columns=("chrom", "start", "end")):
    if frame is None:
        return []
    return [tuple(row) for row in frame[list(columns)].itertuples(index=False)]


# ---- pymisha


@pytest.mark.parametrize("seed", SEEDS)
def test_set_verbs_like_pymisha(pm, seed):
    a, b = random_frame(seed), random_frame(seed + 100)
    assert rows(union(a, b, CHROMS)) == rows(pm.gintervals_union(a, b))
    assert rows(difference(a, b, CHROMS)) == rows(pm.gintervals_diff(a, b))
    theirs = pm.gintervals_canonic(pm.gintervals_intersect(a, b))
    assert rows(intersect(a, b, CHROMS)) == rows(theirs)
    for unify in (True, False):
        mine = canonical(a, CHROMS, unify_touching=unify)
        assert rows(mine) == rows(pm.gintervals_canonic(a, unify))
    theirs = pm.gintervals_canonic(a)
    assert canonical(a, CHROMS).attrs["mapping"].tolist() == list(theirs.attrs["mapping"])
    assert covered_bp(a, CHROMS) == pm.gintervals_covered_bp(a)
    assert covered_bp(a, CHROMS, src=b) == pm.gintervals_covered_bp(a, b)
    assert coverage_fraction(a, CHROMS) == pytest.approx(pm.gintervals_coverage_fraction(a))
    mine = coverage_fraction(a, CHROMS, of=b)
    assert mine == pytest.approx(pm.gintervals_coverage_fraction(a, b))
    mine, theirs = chrom_sizes(a, CHROMS), pm.gintervals_chrom_sizes(a)
    assert rows(mine, ("chrom", "size")) == rows(theirs, ("chrom", "size"))


@pytest.mark.parametrize("seed", SEEDS)
def test_groups_and_sizes_like_pymisha(pm, seed):
    a = random_frame(seed).sort_values(["chrom", "start", "end"], ignore_index=True)
    mine, theirs = mark_overlaps(a, CHROMS), pm.gintervals_mark_overlaps(a)
    assert mine["overlap_group"].tolist() == theirs["overlap_group"].tolist()
    for size in (1, 20, 31, 180):
        mine, theirs = normalize(a, size, CHROMS), pm.gintervals_normalize(a, size)
        assert sorted(rows(mine)) == sorted(rows(theirs))
    wide = a.assign(start=a["start"] - 30, end=a["end"] + 300)
    assert rows(force_range(wide, CHROMS)) == rows(pm.gintervals_force_range(wide))


def by_distance(frame):
    """Distances of each row, without saying which of equal ones was taken."""
    return rows(frame, ("chrom", "start", "end", "dist"))


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("k", [1, 3, 100])
@pytest.mark.filterwarnings("ignore:intervals1 contains")
def test_neighbours_like_pymisha(pm, seed, k):
    for signed in (False, True):
        a = random_frame(seed, strand=True).sort_values(["chrom", "start", "end"])
        a = a.drop_duplicates(["chrom", "start", "end"], ignore_index=True)
        b = random_frame(seed + 100, strand=signed)
        for options in ({}, {"maxdist": 25}, {"mindist": -30, "maxdist": 10}):
            bounds = {{"mindist": "min_dist", "maxdist": "max_dist"}[o]: v
                      for o, v in options.items()}  # fmt: skip
            mine = neighbors(a, b, CHROMS, max_neighbors=k, **bounds)
            theirs = pm.gintervals_neighbors(a, b, maxneighbors=k, **options)
            if signed:  # which of those at one distance is open, and so is its sign
                mine, theirs = (f.assign(dist=f["dist"].abs()) for f in (mine, theirs))
            assert by_distance(mine) == by_distance(theirs)
    b = random_frame(seed + 100)
    for ours, verb in (
        (neighbors_upstream, pm.gintervals_neighbors_upstream),
        (neighbors_downstream, pm.gintervals_neighbors_downstream),
    ):
        mine, theirs = ours(a, b, CHROMS, max_neighbors=k), verb(a, b, maxneighbors=k)
        assert by_distance(mine) == by_distance(theirs)


def test_frames_are_made_like_pymisha_makes_them(pm):
    arguments = (["chrX", "chr1", "2"], [5, 7, 0], [9, -1, 44])
    mine = intervals(*arguments, strand=[1, -1, 0], chroms=CHROMS)
    theirs = pm.gintervals(*arguments, strand=[1, -1, 0])
    columns = ("chrom", "start", "end", "strand")
    assert rows(mine, columns) == rows(theirs, columns)
    texts = ["chr2:5-8:-", "chr1:1-2", "chrX"]
    assert rows(from_strings(texts, CHROMS), columns) == rows(
        pm.gintervals_from_strings(texts), columns
    )


# ---- bioframe


@pytest.fixture(scope="module")
def bf():
    return pytest.importorskip("bioframe")


@pytest.mark.parametrize("seed", SEEDS)
def test_overlap_merge_and_subtract_like_bioframe(bf, seed):
    a, b = random_frame(seed), random_frame(seed + 100)
    merged = bf.merge(a, min_dist=0)
    assert sorted(rows(canonical(a, CHROMS))) == sorted(rows(merged))
    mine, theirs = overlap(a, b, CHROMS), bf.overlap(a, b, how="inner")
    pairs = sorted(rows(mine, ("chrom", "start", "end", "start1", "end1")))
    assert pairs == sorted(rows(theirs, ("chrom", "start", "end", "start_", "end_")))
    left, theirs = overlap(a, b, CHROMS, how="left"), bf.overlap(a, b, how="left")
    assert len(left) == len(theirs)
    assert left["start1"].isna().sum() == theirs["start_"].isna().sum()
    a = a.assign(row=range(len(a)))
    columns = ("row", "chrom", "start", "end")
    assert rows(subtract(a, b, CHROMS), columns) == sorted(rows(bf.subtract(a, b), columns))


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("k", [1, 4])
def test_nearest_like_bioframe(bf, seed, k):
    a, b = random_frame(seed).assign(row=range(40)), random_frame(seed + 100, 25, longest=20)
    mine = neighbors(a, b, CHROMS, max_neighbors=k)
    theirs = bf.closest(a, b, k=k).dropna()
    found = sorted(rows(mine, ("row", "dist")))
    assert found == sorted((row, float(dist)) for row, dist in rows(theirs, ("row", "distance")))
