"""Questions put to both facades have the same answers.

Known differences, set by rules of our own, which the cases here stay clear of:

- rows come in the order of the scope, whatever the iterator (the peer sorts those of interval
  iterators by chromosome), and are compared sorted;
- bases in several scope rows count once also for interval iterators in glookup, gsummary,
  gquantiles, gdist and gpartition, and for any iterator in gbins_summary and gbins_quantiles;
  giterator_intervals repeats them as gextract does, for any iterator; rows that touch are one;
- giterator_intervals gives None for no rows (the peer a frame without rows, if bins are dropped);
- gscreen joins what touches or overlaps also with iterator -1; the peer's rows are joined here;
- a table of counts by two expressions has its first expression on its first axis (the peer fills
  the same shape column by column);
- several sparse tracks, or dense and sparse ones, need an iterator.
"""

import numpy as np
import pandas as pd
import pytest
from peer_facades import QUIET, apart, assert_same, in_both, overlapping, pm, tracks

import genomedb.misha as gm

pytestmark = [*QUIET, pytest.mark.usefixtures("tracks")]
__all__ = ["tracks"]

RNG = np.random.default_rng(11)
SCOPES = {
    "genome": None,
    "one row": pd.DataFrame({"chrom": ["chr1"], "start": [13], "end": [1777]}),
    "rows that touch": pd.DataFrame(
        {"chrom": ["chr1"] * 3, "start": [5, 100, 310], "end": [100, 310, 1000]}
    ),
    "overlaps": pd.DataFrame(
        {"chrom": ["chr2", "chr1", "chr1"], "start": [5, 100, 300], "end": [900, 777, 1203]}
    ),
    "no order": overlapping(RNG, 6, longest=400).sample(frac=1, random_state=1, ignore_index=True),
}
ITERATORS = {
    "bins": 20, "other bins": 37, "wide bins": 500, "sparse": "s0", "dense": "sub.d2",
    "frame": apart(RNG, 30), "rows": -1,
}  # fmt: skip
EXPRESSIONS = [
    "d0", "s0", "d0+d1", "np.log(d0+1)", "d0>1", "~(d0>1)", "(d0>1)&(d1<2)",
    "(d0>1)|(s0<0)", "np.where(d0>1,d0,s0)", "START+d0", "END-START+d0*0", "-d0", "d0**2/d1",
    "np.maximum(d0,d1)*2-s1", "1/(d0-d0)", "d0%2+d1//2", "np.isnan(d0)", "np.sqrt(np.abs(s0))",
]  # fmt: skip
CASES = [
    pytest.param(scope, iterator, id=f"{s}-{i}")
    for s, scope in SCOPES.items()
    for i, iterator in ITERATORS.items()
]
SCOPES_IN_ORDER = [pytest.param(SCOPES[s], id=s) for s in ("genome", "one row")]
BIN_ITERATORS = [20, 37, 500]


@pytest.mark.parametrize(("scope", "iterator"), CASES)
def test_extracted_values(scope, iterator):
    for expressions in (EXPRESSIONS, ["sub.d2*2", "sub.d2>=1"]):
        assert_same(*in_both("gextract", expressions, scope, iterator))


@pytest.mark.parametrize("scope", [pytest.param(f, id=s) for s, f in SCOPES.items()])
@pytest.mark.parametrize("expression", ["d0", "s0", "np.log(d0 + d1)", "sub.d2", "s0*2+s0"])
def test_iterators_that_tracks_imply(scope, expression):
    assert_same(*in_both("gextract", expression, scope))
    if expression != "s0":
        assert_same(*in_both("gsummary", "d0", scope), rtol=1e-5)


@pytest.mark.parametrize("scope", [pytest.param(f, id=s) for s, f in SCOPES.items()])
def test_rows_joined_with_their_scope(scope):
    if scope is None:
        scope = gm.gintervals_all()
    scope = scope.assign(strand=1, end_=2)
    for join in ("none", "intervals"):
        assert_same(*in_both("gextract", "d0", scope, 50, intervals_join=join))


@pytest.mark.parametrize("scope", ["s0", "s1"])
def test_scopes_by_the_name_of_a_track(scope):
    assert_same(*in_both("gextract", "d0", scope, 20))
    assert_same(*in_both("gsummary", "d0", scope, 20), rtol=1e-5)


def test_files_of_extracted_values(tmp_path):
    for i, facade in enumerate((gm, pytest.importorskip("pymisha"))):
        facade.gextract(["d0", "s0"], SCOPES["one row"], 30, file=str(tmp_path / f"{i}.tsv"))
    ours, theirs = (pd.read_csv(tmp_path / f"{i}.tsv", sep="\t") for i in range(2))
    assert_same(theirs, ours)


@pytest.mark.parametrize(("scope", "iterator"), CASES)
@pytest.mark.parametrize("expression", ["d0>1", "(d0>1)&(d1<4)", "~(d0>1)", "d0>100"])
def test_screened_intervals(scope, iterator, expression):
    theirs, ours = in_both("gscreen", expression, merged(scope, iterator), iterator=iterator)
    if isinstance(iterator, int) and iterator == -1 and theirs is not None:
        theirs = pm.gintervals_canonic(theirs)  # it joins rows with bins, but not rows themselves
    assert_same(theirs, ours)


def merged(scope, iterator):
    """The scope with its rows merged, where the peer does not do it itself."""
    if scope is None or (isinstance(iterator, int) and iterator > 0):
        return scope
    return gm.gintervals_canonic(scope)


@pytest.mark.parametrize(("scope", "iterator"), CASES)
@pytest.mark.parametrize("expression", ["d0", "np.where(d0>1,d0,s0)"])
def test_statistics(scope, iterator, expression):
    scope = merged(scope, iterator)
    assert_same(*in_both("gsummary", expression, scope, iterator), rtol=1e-5)
    assert_same(*in_both("gquantiles", expression, [0.1, 0.5, 0.75, 1], scope, iterator))
    assert_same(*in_both("gquantiles", expression, 0.3, scope, iterator))


@pytest.mark.parametrize(("scope", "iterator"), CASES)
@pytest.mark.parametrize("include_lowest", [False, True])
def test_distributions(scope, iterator, include_lowest):
    scope = merged(scope, iterator)
    options = {"intervals": scope, "iterator": iterator, "include_lowest": include_lowest}
    assert_same(*in_both("gdist", "d0", [0, 1, 2, 5], **options))
    assert_same(*in_both("gdist", "d0", [0, 1, 2, 5], dataframe=True, **options))
    theirs, ours = in_both("gdist", "d0", [0, 1, 2, 5], "d1", [0, 0.5, 4], **options)
    assert_same(theirs.ravel().reshape(2, 3).T, ours)


@pytest.mark.parametrize(("scope", "iterator"), CASES)
def test_bins_of_values(scope, iterator):
    scope = merged(scope, iterator)
    for include_lowest in (False, True):
        assert_same(*in_both("gpartition", "d0", [0, 1, 2, 5], scope, include_lowest, iterator))
    options = {"intervals": gm.gintervals_all() if scope is None else scope, "iterator": iterator}
    table = [[1, 2], [3, 4], [5, 6]]
    for force in (True, False):
        assert_same(
            *in_both(
                "glookup", table, "d0", [0, 1, 2, 5], "d1", [0, 0.5, 4], force_binning=force,
                **options,
            )
        )  # fmt: skip


@pytest.mark.parametrize("scope", SCOPES_IN_ORDER)
@pytest.mark.parametrize("iterator", BIN_ITERATORS)
def test_statistics_by_bins(scope, iterator):
    options = {"expr": "d1", "intervals": scope, "iterator": iterator}
    breaks = [0, 1, 2, 5]
    assert_same(*in_both("gbins_summary", "d0", breaks, **options), rtol=1e-5)
    assert_same(*in_both("gbins_quantiles", "d0", breaks, percentiles=[0.2, 0.5], **options))
    options["expr"] = None
    assert_same(*in_both("gbins_summary", "d0", breaks, **options), rtol=1e-5)


@pytest.mark.parametrize("scope", [pytest.param(f, id=s) for s, f in SCOPES.items()])
@pytest.mark.parametrize("iterator", BIN_ITERATORS)
def test_correlations(scope, iterator):
    pairs = ("d0", "d1", "d0", "s0")
    options = {"intervals": scope, "iterator": iterator}
    assert_same(*in_both("gcor", *pairs, **options), rtol=1e-5)
    assert_same(*in_both("gcor", *pairs, details=True, **options), rtol=1e-5)
    assert_same(*in_both("gcor", *pairs, method="spearman.exact", **options), rtol=1e-5)


@pytest.mark.parametrize("scope", [pytest.param(f, id=s) for s, f in SCOPES.items()])
@pytest.mark.parametrize("iterator", BIN_ITERATORS)
@pytest.mark.parametrize("relative", [False, True])
@pytest.mark.parametrize("partial", ["clip", "drop"])
def test_intervals_of_iterators(scope, iterator, relative, partial):
    scope = gm.gintervals_all() if scope is None else scope
    theirs, ours = in_both(
        "giterator_intervals", None, scope, iterator, interval_relative=relative,
        partial_bins=partial,
    )  # fmt: skip
    if len(theirs):
        assert_same(theirs, ours)
    else:
        assert ours is None


def test_segments_and_windows():
    for one_tailed in (True, False):
        theirs, ours = in_both("gwilcox", "d0", 1000, 240, 0.2, one_tailed)
        theirs["end"] = np.minimum(theirs["end"], theirs["chrom"].map({"chr1": 5000, "chr2": 2050,
                                                                       "chrX": 1205}))  # fmt: skip
        assert_same(theirs, ours, rtol=1e-5)
    assert_same(*in_both("gsegment", "d0", 400, 0.2))


def test_any_number_of_processes_gives_the_same(monkeypatch):
    monkeypatch.setitem(gm.CONFIG, "max_processes", 1)
    alone = gm.gextract(EXPRESSIONS, SCOPES["no order"], 37)
    gm.gmax_processes(2)
    pd.testing.assert_frame_equal(alone, gm.gextract(EXPRESSIONS, SCOPES["no order"], 37))
