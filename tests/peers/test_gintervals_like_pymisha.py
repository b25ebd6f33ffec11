"""gintervals_* give what pymisha gives, on random intervals of databases made by both.

Listed exceptions, each by a rule of our own: intersections are not cut where intervals of the
input begin and end, and a union with an empty set is merged too (rules of set algebra); windows
are cut at the ends of chromosomes; neighbours at one distance come by row; annotations beyond
max_dist have no distance, with or without a column for it; sets are sorted when they are saved;
random draws differ.
"""

import numpy as np
import pandas as pd
import pytest
from peer_sessions import (
    QUIET,
    both,  # noqa: F401 - a fixture
    both_give,
    random_intervals,
    random_rectangles,
    same,
)

import genomedb.misha as gm

pm = pytest.importorskip("pymisha")
pytestmark = QUIET
SEEDS = [1, 2, 3, 4]


# ---- making


@pytest.mark.parametrize("seed", SEEDS)
def test_columns_tuples_and_texts(seed):
    frame = random_intervals(seed, strand=True)
    columns = [frame[name].tolist() for name in frame.columns]
    by = ["chrom", "start", "end", "strand"]  # equal places are not in the same order
    both_give(lambda m: m.gintervals(*columns), by=by)
    both_give(lambda m: m.gintervals(*columns[:3]))
    both_give(lambda m: m.gintervals_from_tuples(list(zip(*columns, strict=True))), by=by)
    dicts = frame.to_dict("records")
    both_give(lambda m: m.gintervals_from_tuples(dicts), by=by)
    texts = [f"{r.chrom}:{r.start}-{r.end}:{'+-'[r.strand < 0]}" for r in frame.itertuples()]
    both_give(lambda m: m.gintervals_from_strings(texts), by=by)


def test_whole_chromosomes_and_windows():
    both_give(lambda m: m.gintervals_all())
    both_give(lambda m: m.gintervals(["2", "chrX", 1], 10, [300, -1, 20]))
    both_give(lambda m: m.gintervals("chr2", strand="-"))
    both_give(lambda m: m.gintervals_from_strings(["chr2", "X:5-10"]))
    both_give(lambda m: m.gintervals_window(["chr2", "chr1", "chr1"], [400, 60, 30], 20))
    both_give(lambda m: m.gintervals_from_tuples(None))


def test_files(tmp_path):
    frame = random_intervals(9, named=True)
    frame["strand"] = np.where(np.arange(len(frame)) % 2, "+", "-")
    bed = tmp_path / "x.bed"
    frame.to_csv(bed, sep="\t", header=False, index=False,
                 columns=["chrom", "start", "end", "name", "score", "strand"])  # fmt: skip
    by = ["chrom", "start", "end"]
    both_give(lambda m: m.gintervals_from_bed(str(bed)))
    both_give(lambda m: m.gintervals_from_bed(str(bed), has_strand=True), by=by)
    both_give(lambda m: m.gintervals_import_bed(str(bed)), by=by)
    both_give(lambda m: m.gintervals_import_bed(str(bed), score=False, strand=False), by=by)
    gff = tmp_path / "x.gff"
    gff.write_text(
        "##gff-version 3\n"
        "chr1\tsrc\tgene\t11\t50\t1.5\t+\t.\tID=g1\nchr1\tsrc\texon\t11\t20\t2\t-\t0\tID=e1\n"
    )
    both_give(lambda m: m.gintervals_import_gff(str(gff)), by=by)
    both_give(lambda m: m.gintervals_import_gff(str(gff), feature="exon", strand=False))
    both_give(lambda m: m.gintervals_import_gff(str(gff), feature=["gene"], attrs=False))
    vcf = tmp_path / "x.vcf"
    vcf.write_text(
        "##fileformat=VCFv4.2\n#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\n"
        "1\t11\trs1\tA\tC\t30\tPASS\tDP=1\nchr2\t21\t.\tACG\tA,T\t.\t.\tDP=2\n"
    )
    both_give(lambda m: m.gintervals_import_vcf(str(vcf)))
    both_give(lambda m: m.gintervals_import_vcf(str(vcf), info=False))


def test_tables_of_values():
    frame = random_intervals(3, named=True).drop_duplicates(["chrom", "start", "end"])
    ours = gm.gintervals_to_mat(frame, id_col="name", value_cols=["score"])
    theirs = pm.gintervals_to_mat(frame, id_col="name", value_cols=["score"])
    pd.testing.assert_frame_equal(ours, theirs, check_dtype=False)
    same(gm.gintervals_from_mat(ours), pm.gintervals_from_mat(theirs))


def test_rows_of_several():
    a, b = random_intervals(1, named=True), random_intervals(2, named=True)
    both_give(lambda m: m.gintervals_rbind(a, b, a))
    both_give(
        lambda m: m.gintervals_rbind("some.set", random_intervals(3)), by=["chrom", "start", "end"]
    )  # the peer does not sort what it saves


# ---- algebra


@pytest.mark.parametrize("seed", SEEDS)
def test_set_algebra(seed):
    a, b = random_intervals(seed), random_intervals(seed + 50, 15)
    both_give(lambda m: m.gintervals_union(a, b))
    both_give(lambda m: m.gintervals_diff(a, b))
    merged = pm.gintervals_canonic(pm.gintervals_intersect(a, b))
    same(gm.gintervals_intersect(a, b), merged)
    both_give(lambda m: m.gintervals_diff(a, a))
    both_give(lambda m: m.gintervals_union("some.set", a))
    for touching in (True, False):
        both_give(lambda m, t=touching: m.gintervals_canonic(a, t))
        ours, theirs = (m.gintervals_canonic(a, touching).attrs["mapping"] for m in (gm, pm))
        assert ours.tolist() == theirs.tolist()
        both_give(lambda m, t=touching: m.gintervals_mark_overlaps(a, "cluster", t))


@pytest.mark.parametrize("seed", SEEDS)
def test_how_much_is_covered(seed):
    a, b = random_intervals(seed), random_intervals(seed + 50, 15)
    for call in (
        lambda m: m.gintervals_covered_bp(a),
        lambda m: m.gintervals_covered_bp(a, "some.set"),
        lambda m: m.gintervals_coverage_fraction(a),
        lambda m: m.gintervals_coverage_fraction(a, b),
        lambda m: m.gintervals_coverage_fraction(a.iloc[:0], b),
        lambda m: m.gintervals_coverage_fraction(a, b.iloc[:0]),
    ):
        assert call(gm) == pytest.approx(call(pm), rel=1e-12)
    both_give(lambda m: m.gintervals_chrom_sizes(a))
    both_give(lambda m: m.gintervals_chrom_sizes("some.set"))
    both_give(lambda m: m.gintervals_chrom_sizes("signal"))
    both_give(lambda m: m.gintervals_chrom_sizes(random_rectangles(seed)))


@pytest.mark.parametrize("seed", SEEDS)
def test_extents(seed):
    frame = random_intervals(seed, named=True)
    sizes = np.random.default_rng(seed).integers(1, 300, len(frame))
    both_give(lambda m: m.gintervals_normalize(frame, 31))
    both_give(lambda m: m.gintervals_normalize(frame, sizes.tolist()))
    both_give(lambda m: m.gintervals_normalize(frame.iloc[[0]], [5, 8, 200]))
    wide = frame.assign(start=frame["start"] - 40, end=frame["end"] + 400)
    wide.loc[3, "chrom"] = "chr77"
    both_give(lambda m: m.gintervals_force_range(wide))
    both_give(lambda m: m.gintervals_force_range(wide.iloc[[3]].reset_index(drop=True)))


# ---- neighbours


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("strand", [False, True])
@pytest.mark.parametrize("k", [1, 3])
def test_neighbours(seed, strand, k):
    a, b = random_intervals(seed, strand=True), random_intervals(seed + 50, 8, strand=strand)
    options = [
        {}, {"use_intervals1_strand": True}, {"maxdist": 40}, {"mindist": 10, "maxdist": 90},
        {"mindist": -50, "maxdist": 50, "na_if_notfound": True},
    ]  # fmt: skip
    for more in options:
        more = {"maxneighbors": k, "warn_ignored_strand": False, **more}
        ours, theirs = (m.gintervals_neighbors(a, b, **more) for m in (gm, pm))
        _same_neighbours(ours, theirs, pm.gintervals_neighbors(a, b, **{**more, **ALL}))


@pytest.mark.parametrize("seed", SEEDS)
def test_neighbours_upstream_and_downstream(seed):
    a, b = random_intervals(seed, strand=True), random_intervals(seed + 50, 10)
    for name in ("upstream", "downstream"):
        for more in ({}, {"maxneighbors": 2, "maxdist": 100}, {"na_if_notfound": True}):
            ours, theirs, everyone = (
                getattr(m, f"gintervals_neighbors_{name}")(a, b, **{**more, **most})
                for m, most in ((gm, {}), (pm, {}), (pm, ALL))
            )
            _same_neighbours(ours, theirs, everyone)
    ours, theirs = (m.gintervals_neighbors_directional(a, b, 2, 1) for m in (gm, pm))
    everyone = pm.gintervals_neighbors_directional(a, b, 99, 99)
    assert list(ours) == list(theirs)
    for name in ours:
        _same_neighbours(ours[name], theirs[name], everyone[name])


ALL = {"maxneighbors": 99}
PLACE = ["chrom", "start", "end", "strand"]


def _same_neighbours(ours, theirs, everyone):
    """Equal, but for which of the neighbours at one distance were taken.

    `everyone` is what the peer gives for any number of neighbours: distances that come once there
    leave no choice.
    """
    assert (ours is None) == (theirs is None)
    if ours is None:
        return
    assert list(ours.columns) == list(theirs.columns)
    keys = [*PLACE, "far"]
    ours, theirs, everyone = (
        f.assign(far=f["dist"].abs()).sort_values(keys, ignore_index=True)
        for f in (ours, theirs, everyone)
    )
    same(ours[keys], theirs[keys])
    once = everyone[~everyone.duplicated(keys, keep=False)][keys]
    one, other = (f.merge(once, on=keys) for f in (ours, theirs))
    assert len(one)
    same(one, other)


@pytest.mark.parametrize("seed", SEEDS)
def test_annotations(seed):
    frame, notes = random_intervals(seed), random_intervals(seed + 50, 9, named=True)
    notes = notes.drop_duplicates(["chrom", "start", "end"]).reset_index(drop=True)
    frame = frame.drop_duplicates(["chrom", "start", "end"])
    nearest = pm.gintervals_neighbors(frame, notes, maxneighbors=9)
    key = ["chrom", "start", "end"]
    least = nearest["dist"] == nearest.groupby(key)["dist"].transform("min")
    single = nearest[least].drop_duplicates(key, keep=False)[key]  # ties: the choice may differ
    frame = frame.merge(single, on=key)
    assert len(frame) > 5
    for more in (
        {}, {"max_dist": 30}, {"annotation_columns": ["score"], "column_names": ["s"]},
        {"annotation_columns": ["name"], "na_value": "none", "max_dist": 9},
        {"dist_column": None}, {"mindist": 3, "maxdist": 90},
    ):  # fmt: skip
        ours, theirs = (m.gintervals_annotate(frame, notes, **more) for m in (gm, pm))
        if "dist" in theirs:  # what is too far has no distance here
            theirs["dist"] = theirs["dist"].where(theirs["dist"] <= more.get("max_dist", np.inf))
        same(ours, theirs)
