"""Every function of virtual tracks as in pymisha: sources, shifts, iterators and scopes.

Known differences, set by rules of our own (the peer's answer in brackets):

* bins without a value have no position (the start of the window);
* a frame with values has ``exists`` and ``size`` 0 where it has none (missing);
* ``nearest`` looks past records without a value (missing), and of two records equally near takes
  the left one (of frames their mean);
* ``lse`` is there for array tracks, ``global.percentile`` for sparse ones (missing);
* windows off the chromosome have no value, whatever the function (some are counted as 0);
* a named set may be a source (refused), and a virtual track of a sparse track chooses the
  iterator, as one of a dense track does (one interval a scope row);
* ``distance`` is to the nearest end; of two as many bases away, where the left one's end is one
  position nearer, the left (the right);
* ``distance.edge`` of two intervals equally near is to the one named first (the left one);
* ``neighbor.count`` of overlapping sources does not depend on the other windows;
* a motif has no position over unknown letters, nor where it runs off the chromosome (garbage).
"""

import numpy as np
import pandas as pd
import peer_databases as peer
import pytest
from peer_databases import SIZES

from genomedb.analysis.extract import extract
from genomedb.db.interval_sets import load_set
from genomedb.virtual.definition import VirtualTrack

pytestmark = peer.QUIET
genome = peer.genome

POSITIONS = [f"{what}.pos.{how}" for what in ("first", "last", "min", "max")
             for how in ("abs", "relative")]  # fmt: skip
OF_VALUES = ["avg", "sum", "min", "max", "stddev", ("quantile", 0.5), ("quantile", 0.93), "lse",
             "exists", "size", "first", "last", *POSITIONS]  # fmt: skip
OF_DENSE = ["nearest", "global.percentile", "global.percentile.min", "global.percentile.max"]
OF_INTERVALS = ["distance", ("distance", 30), "distance.center", "distance.edge", "coverage"]
COUNTS = ["neighbor.count", ("neighbor.count", 25)]
SHIFTS = {
    "none": (0, 0),
    "out": (-25, 40),
    "in": (7, -4),
    "left of the chromosome": (-5000, -300),
    "right of it": (300, 600),
    "all of it": (-(10**9), 10**9),
}
ITERATORS = [1, 10, 33, 100, "s", "apart", -1]
PSSM = np.random.default_rng(5).dirichlet(np.ones(4), 6)


def ask(genome, virtual, scope, iterator):
    """Both answers: frames with the same rows."""
    peer.define(virtual)
    frame = genome.frames["apart"] if iterator == "apart" else iterator
    rows = peer.scope_of(scope)
    if iterator == 1:  # the peer takes seconds for thousands of windows
        rows = pd.DataFrame({"chrom": ["chrX", "chr10"], "start": [0, 1400], "end": [60, 1500]})
    ours = extract(genome.db, list(virtual), rows, iterator=frame, virtual=virtual)
    theirs = peer.in_peer(list(virtual), rows, frame)
    peer.assert_same_rows(ours.iloc[:, :3], theirs)
    return ours, theirs


def off_chromosome(rows, shifts):
    """Rows with a window that is empty or off the chromosome."""
    length = rows["chrom"].astype(str).map(SIZES).to_numpy()
    start = np.maximum(rows["start"].to_numpy() + shifts[0], 0)
    return start >= np.minimum(rows["end"].to_numpy() + shifts[1], length)


def alike(ours, theirs, what):
    np.testing.assert_allclose(ours, theirs, rtol=1e-6, atol=1e-6, err_msg=str(what))


def each_way(number):
    """Iterators, each with a scope; another for the next number."""
    return [(it, peer.SCOPES[(i + number) % 3]) for i, it in enumerate(ITERATORS)]


def values(frame, name):
    return frame[name].to_numpy(float).copy()


@pytest.mark.parametrize("source", ["d10", "d30", "sub.d1"])
@pytest.mark.parametrize("shift", SHIFTS)
def test_functions_of_dense_tracks(genome, source, shift):
    shifts = SHIFTS[shift]
    functions = [*OF_VALUES, *OF_DENSE]
    virtual = peer.tracks_of(source, functions, sshift=shifts[0], eshift=shifts[1])
    number = list(SHIFTS).index(shift)
    for iterator, scope in [(None, "out of order"), *each_way(number)]:
        if iterator is None and source == "sub.d1":
            continue
        ours, theirs = ask(genome, virtual, scope, iterator)
        has_value = ours["v8"] > 0
        for name, function in zip(virtual, functions, strict=True):
            where = has_value if function in POSITIONS else slice(None)
            alike(values(ours, name)[where], values(theirs, name)[where], (function, iterator))
            if function in POSITIONS:
                assert ours.loc[~has_value, name].isna().all()


@pytest.mark.parametrize("source", ["s", "far", "array", "valued"])
@pytest.mark.parametrize("shift", SHIFTS)
def test_functions_of_records(genome, source, shift):
    shifts = SHIFTS[shift]
    of = genome.frames["valued"] if source == "valued" else source
    functions = [f for f in OF_VALUES if not (f == "lse" and source == "array")]
    virtual = peer.tracks_of(of, functions, sshift=shifts[0], eshift=shifts[1])
    for iterator, scope in each_way(list(SHIFTS).index(shift)):
        ours, theirs = ask(genome, virtual, scope, iterator)
        for name, function in zip(virtual, functions, strict=True):
            expected = values(theirs, name)
            if source == "valued" and function in ("exists", "size"):
                inside = ~off_chromosome(ours, shifts)
                expected[inside] = np.nan_to_num(expected[inside])
            alike(values(ours, name), expected, (function, iterator))


@pytest.mark.parametrize("source", ["full", "frame"])
@pytest.mark.parametrize("shift", [s for s in SHIFTS if s != "none"])
def test_nearest_records(genome, source, shift):
    shifts, records = SHIFTS[shift], genome.frames["full"]
    of = "full" if source == "full" else records
    virtual = peer.tracks_of(of, ["nearest"], sshift=shifts[0], eshift=shifts[1])
    for iterator, scope in each_way(list(SHIFTS).index(shift)):
        ours, theirs = ask(genome, virtual, scope, iterator)
        kept = np.array([not is_tied(records, row, shifts) for row in ours.itertuples()], bool)
        alike(values(ours, "v0")[kept], values(theirs, "v0")[kept], iterator)


def is_tied(records, row, shifts):
    """Is the window between two records, as far from one as from the other?"""
    here = records[records["chrom"] == row.chrom]
    start = max(row.start + shifts[0], 0)
    end = min(row.end + shifts[1], SIZES[row.chrom])
    gap = np.maximum(here["start"] - end, start - here["end"]).to_numpy()
    overlaps = ((here["start"] < end) & (here["end"] > start)).any()
    return not overlaps and (np.maximum(gap, 0) == max(gap.min(), 0)).sum() > 1


@pytest.mark.parametrize("source", ["plain", "stranded", "set", "valued", "apart"])
@pytest.mark.parametrize("shift", SHIFTS)
def test_functions_of_intervals(genome, source, shift):
    shifts = SHIFTS[shift]
    if source == "set":  # keeps its intervals sorted
        frame = load_set(genome.db, "stranded").astype({"chrom": str})
    else:
        frame = genome.frames[source]
    functions = OF_INTERVALS + (COUNTS if source == "apart" else [])
    virtual = peer.tracks_of(frame, functions, sshift=shifts[0], eshift=shifts[1])
    if source == "set":  # the peer refuses names
        named = peer.tracks_of("stranded", functions, sshift=shifts[0], eshift=shifts[1])
    for iterator, scope in each_way(list(SHIFTS).index(shift)):
        ours, theirs = ask(genome, virtual, scope, iterator)
        inside = ~off_chromosome(ours, shifts)
        tied = np.array([is_tied(frame, row, shifts) for row in ours.itertuples()], bool)
        between = np.array([is_between(frame, row, shifts) for row in ours.itertuples()], bool)
        for name, function in zip(virtual, functions, strict=True):
            kept = inside & ~between if function in OF_INTERVALS[:2] else inside
            found, expected = values(ours, name), values(theirs, name)
            if function == "distance.edge":  # signs by strand, and so by which it is
                found[tied], expected[tied] = abs(found[tied]), abs(expected[tied])
            alike(found[kept], expected[kept], (function, iterator))
            assert ours.loc[~inside, name].isna().all()
        assert between.sum() < 10
        if source == "set":
            rows = ours[["chrom", "start", "end"]].astype({"chrom": str})
            found = extract(genome.db, list(named), rows, iterator=-1, virtual=named)
            pd.testing.assert_frame_equal(found.iloc[:, 3:-1], ours.iloc[:, 3:-1])


def is_between(frame, row, shifts):
    """Is the middle base of the window as many bases from an interval on either side?"""
    here = frame[frame["chrom"] == row.chrom]
    start, end = max(row.start + shifts[0], 0), min(row.end + shifts[1], SIZES[row.chrom])
    middle = (start + end) // 2
    left = (middle - here["end"][here["end"] <= middle]).min()
    return left + 1 == (here["start"][here["start"] > middle] - middle).min()


SEQUENCE = {
    "masking": [("masked.count", None), ("masked.frac", None)],
    "words": [
        (f"kmer.{how}", {"kmer": kmer, **more})
        for how in ("count", "frac")
        for kmer in ("CG", "ACA")
        for more in ({}, {"strand": 1, "extend": False}, {"strand": -1})
    ],
    "motifs": [
        ("pwm", {"pssm": PSSM}),
        ("pwm", {"pssm": PSSM, "prior": 0, "extend": False}),
        ("pwm.max", {"pssm": PSSM, "bidirect": False}),
        ("pwm.max", {"pssm": PSSM}),
        ("pwm.count", {"pssm": PSSM, "score_thresh": -7.5}),
        ("pwm.count", {"pssm": PSSM, "score_thresh": -8, "bidirect": False, "strand": -1}),
    ],
}


@pytest.mark.parametrize("family", SEQUENCE)
@pytest.mark.parametrize("shift", ["none", "out", "in", "left of the chromosome", "right of it"])
def test_functions_of_the_sequence(genome, family, shift):
    shifts = SHIFTS[shift]
    virtual = peer.tracks_of(None, SEQUENCE[family], sshift=shifts[0], eshift=shifts[1])
    for iterator, scope in each_way(list(SHIFTS).index(shift)):
        ours, theirs = ask(genome, virtual, scope, iterator)
        inside = ~off_chromosome(ours, shifts)
        for name, function in zip(virtual, SEQUENCE[family], strict=True):
            alike(values(ours, name)[inside], values(theirs, name)[inside], (function, iterator))
            assert ours.loc[~inside, name].isna().all()


@pytest.mark.parametrize("options", [{}, {"bidirect": False}])
def test_positions_of_motifs(genome, options):
    virtual = peer.tracks_of(None, [("pwm.max.pos", {"pssm": PSSM, **options})], sshift=-5)
    rows = pd.DataFrame({"chrom": ["chr2", "chr1"], "start": [1500, 900], "end": [3900, 1950]})
    peer.define(virtual)  # away from unknown letters and ends
    ours = extract(genome.db, "v0", rows, iterator=70, virtual=virtual)
    peer.assert_same_rows(ours, peer.in_peer("v0", rows, 70))


@pytest.mark.parametrize("source", ["d10", "s"])
def test_random_elements_are_elements(genome, source):
    virtual = peer.tracks_of(source, ["sample", "sample.pos.abs", "min", "max", "exists"])
    virtual["r"] = VirtualTrack(source, "sample.pos.relative")
    ours, theirs = ask(genome, virtual, "out of order", 33)
    one = ours["v2"] == ours["v3"]
    assert one.sum() > 5
    alike(values(ours, "v0")[one], values(theirs, "v0")[one], "windows with one value")
    has_value = ours["v4"] > 0
    for frame in (ours, theirs):
        assert (frame["v0"].notna() == has_value).all()
        assert frame["v0"].between(ours["v2"], ours["v3"])[has_value].all()
    assert (ours["v1"] - ours["start"]).equals(ours["r"])
