"""Virtual tracks defined in both facades have the same values.

Known differences, set by rules of our own, which the cases here stay clear of, or expect:

- elements without a value never count: ``*.pos.*`` of a dense window without values is missing
  (the peer gives the start of the window), ``nearest`` passes over intervals without a value;
- ``nearest`` takes the left one of two at equal distance (the peer their mean);
- ``exists`` and ``size`` of intervals with values are 0 where there is nothing (the peer: missing);
- ``exists`` and ``size`` do not depend on what else is extracted (the peer's count a window without
  values when positions or quantiles are asked for too);
- windows off the chromosome have no ``coverage`` and no ``neighbor.count`` (the peer: 0);
- ``neighbor.count`` counts all intervals that overlap (the peer misses some where they overlap one
  another);
- a dense source implies its bins as the iterator of gsummary too (the peer: the scope's rows);
- of several best matches ``pwm.max.pos`` takes the first, ``+`` before ``-`` (the peer: by strand);
- a sparse interval cut by a mask is one interval in all functions, and the first or last value is
  that of what is left of the window, even if its first part has none;
- a virtual track of intervals or with a mask has the right values for a scope in any order (the
  peer mixes up rows).
"""

import numpy as np
import pandas as pd
import pytest
from peer_facades import QUIET, SIZES, apart, assert_same, in_both, overlapping, tracks

pytestmark = [*QUIET, pytest.mark.usefixtures("tracks")]
__all__ = ["tracks"]

RNG = np.random.default_rng(13)
SHIFTS = [(0, 0), (-30, 30), (-100, -50), (10, -5)]
ITERATORS = {"bins": 20, "other bins": 37, "frame": apart(RNG, 30), "sparse": "s0"}
VALUED = apart(RNG, 20).assign(v=lambda f: RNG.integers(-24, 48, len(f)) / 8)
DISJOINT = apart(RNG, 10)
STRANDED = DISJOINT.assign(strand=RNG.choice([-1, 1], len(DISJOINT)))
MASK = overlapping(RNG, 10, longest=120)
PSSM = RNG.dirichlet([1, 1, 1, 1], 7)
VALUES = ["avg", "sum", "min", "max", "stddev", "first", "last", "lse"]
POSITIONS = [
    f"{which}.pos.{what}"
    for which in ("first", "last", "min", "max")
    for what in ("abs", "relative")
]
QUANTILES = [("quantile", p) for p in (0, 0.3, 0.5, 1)]
GLOBAL = ["global.percentile", "global.percentile.min", "global.percentile.max"]
SOURCES = {
    "dense": ("d0", [*VALUES, *POSITIONS, *QUANTILES, *GLOBAL, "nearest"]),
    "wide": ("sub.d2", [*VALUES, *QUANTILES]),
    "sparse": ("s0", [*VALUES, *POSITIONS, *QUANTILES]),
    "frame": (VALUED, [*VALUES, *POSITIONS, *QUANTILES, "coverage"]),
    "dense-exists": ("d0", ["exists", "size"]),
    "sparse-exists": ("s0", ["exists", "size"]),
    "frame-exists": (VALUED, ["exists", "size"]),
    "intervals": (DISJOINT, ["distance", ("distance", 20), "distance.center", "distance.edge",
                             "coverage", "neighbor.count", ("neighbor.count", 35)]),
    "stranded": (STRANDED, ["distance", ("distance", 33), "distance.center", "distance.edge"]),
}  # fmt: skip
KMERS = [{"kmer": k, "strand": s, "extend": e}
         for k in ("CG", "AAC") for s in (0, 1, -1) for e in (True, False)]  # fmt: skip
PWMS = [{}, {"bidirect": False, "strand": 1}, {"bidirect": False, "strand": -1},
        {"extend": False}, {"prior": 0.1}]  # fmt: skip
SEQUENCE = [
    *(("masked.count", {}), ("masked.frac", {})),
    *((f"kmer.{what}", k) for what in ("count", "frac") for k in KMERS),
    *((f, {"pssm": PSSM, **k}) for f in ("pwm", "pwm.max") for k in PWMS),
    *(("pwm.count", {"pssm": PSSM, "score_thresh": -9.0, **k}) for k in PWMS),
]
CASES = [
    pytest.param(source, functions, shift, iterator, id=f"{s}-{shift[0]}-{i}")
    for s, (source, functions) in SOURCES.items()
    for shift in SHIFTS
    for i, iterator in ITERATORS.items()
    if shift in SHIFTS[:2] or i == "other bins"
]


def define(functions, source, shift, **options):
    """Virtual tracks v0, v1, ... in both; their names."""
    in_both("gvtrack_clear")
    names = []
    for i, function in enumerate(functions):
        func, params = function if isinstance(function, tuple) else (function, None)
        given = params if isinstance(params, dict) else {"params": params}
        names.append(f"v{i}")
        in_both(
            "gvtrack_create", names[-1], source, func, sshift=shift[0], eshift=shift[1], **given,
            **options,
        )  # fmt: skip
    return names


def compare(names, functions, iterator, hidden=None):
    """Values in both, but for what `hidden` says of each function."""
    theirs, ours = in_both("gextract", names, None, iterator)
    for name, function in zip(names, functions, strict=True):
        if hidden is not None and (rows := hidden(function, theirs)) is not None:
            theirs.loc[rows, name] = ours.loc[rows, name] = np.nan
        try:
            assert_same(theirs[name], ours[name])
        except AssertionError as error:
            raise AssertionError(f"{function}: {error}") from None
    assert_same(theirs[["chrom", "start", "end"]], ours[["chrom", "start", "end"]])


def windows(frame, shift):
    """Windows of rows, and which of them lie off the chromosome."""
    start = np.maximum(frame["start"] + shift[0], 0)
    end = np.minimum(frame["end"] + shift[1], frame["chrom"].map(SIZES))
    return start, end, (start >= end).to_numpy()


def no_values(source, shift, iterator):
    """Which windows have no value."""
    name = define(["size"], source, shift)[0]
    return ~(in_both("gextract", name, None, iterator)[1][name] > 0).to_numpy()


@pytest.mark.parametrize(("source", "functions", "shift", "iterator"), CASES)
def test_functions_of_sources(source, functions, shift, iterator):
    empty = None
    if functions[0] in ("avg", "exists"):
        empty = no_values(source, shift, iterator)
    names = define(functions, source, shift)

    def hidden(function, rows):
        func = function[0] if isinstance(function, tuple) else function
        if func in ("coverage", "neighbor.count"):
            return windows(rows, shift)[2]
        if ".pos." in func or (source is VALUED and func in ("exists", "size")):
            return empty
        return None

    compare(names, functions, iterator, hidden)


@pytest.mark.parametrize("shift", SHIFTS)
@pytest.mark.parametrize("iterator", [pytest.param(f, id=i) for i, f in ITERATORS.items()])
def test_functions_of_the_sequence(shift, iterator):
    compare(define(SEQUENCE, None, shift), SEQUENCE, iterator)


@pytest.mark.parametrize("iterator", [20, 37])
def test_the_nearest_of_intervals_with_values(iterator):
    names = define(["nearest"], VALUED, (0, 0))
    theirs, ours = in_both("gextract", names, None, iterator)
    differ = ~np.isclose(theirs["v0"], ours["v0"])
    for row in theirs[differ].itertuples():
        there = VALUED[VALUED["chrom"] == row.chrom]
        gaps = np.maximum(there["start"] - row.end, row.start - there["end"])
        assert (gaps == gaps.min()).sum() == 2  # only ties
    assert differ.mean() < 0.05


@pytest.mark.parametrize("func", [{}, {"bidirect": False, "strand": 1}, {"extend": False}])
def test_the_place_of_the_best_match(func):
    names = define([("pwm.max.pos", {"pssm": PSSM, **func})], None, (0, 0))
    theirs, ours = in_both("gextract", names, None, 20)
    assert np.isclose(theirs["v0"], ours["v0"], equal_nan=True).mean() > 0.99  # ties are rare


@pytest.mark.parametrize("shift", SHIFTS[:2])
@pytest.mark.parametrize("iterator", [20, 37])
@pytest.mark.parametrize("source", ["dense", "wide"])
def test_functions_of_masked_windows(source, shift, iterator):
    track = SOURCES[source][0]
    functions = ["avg", "sum", "min", "max", "stddev", "lse"]
    compare(define(functions, track, shift, filter=MASK), functions, iterator)


@pytest.mark.parametrize("iterator", [20, 37])
def test_means_of_masked_sparse_windows(iterator):
    functions = ["avg", "min", "max"]
    compare(define(functions, "s0", (0, 0), filter=MASK), functions, iterator)


def test_shifts_given_later():
    names = define(["sum", "max"], "d0", (0, 0))
    for name in names:
        in_both("gvtrack_iterator", name, sshift=-40, eshift=20)
    compare(names, ["sum", "max"], 20)
    expressions = ["v0/v1", "np.log(v1+1)-d0"]
    assert_same(*in_both("gextract", expressions, None, 40))
    assert_same(*in_both("gscreen", "v0 > 20", None, iterator=20))
    assert_same(*in_both("gsummary", "v0", None, 20), rtol=1e-5)


@pytest.mark.parametrize("iterator", ["s0", pytest.param(ITERATORS["frame"], id="frame")])
def test_values_do_not_depend_on_the_order_of_the_scope(iterator):
    scope = overlapping(RNG, 5, longest=400).sample(frac=1, random_state=2, ignore_index=True)
    define(["avg"], VALUED, (0, 0))
    _, ours = in_both("gextract", "v0", scope, iterator)
    expected = [
        VALUED[(VALUED["chrom"] == r.chrom) & (VALUED["start"] < r.end) & (VALUED["end"] > r.start)]
        ["v"].mean()
        for r in ours.itertuples()
    ]  # fmt: skip
    np.testing.assert_allclose(ours["v0"], expected, rtol=1e-6)
    assert isinstance(ours, pd.DataFrame)
