"""Virtual tracks under a mask as in pymisha.

Known differences, set by rules of our own (the peer's answer in brackets):

* a record cut by the mask counts once (once a segment);
* elements of all segments are one list for sparse tracks too, as for dense ones and frames: in
  ``stddev``, ``quantile``, ``lse`` and the positions (one element a segment, its mean);
* ``first`` and ``last`` pass over segments without a value (missing), bins without one have no
  position (the start of the segment);
* means weigh segments by length for frames too (not at all); of ``nearest`` too (the first
  segment's value);
* means are ranked in double precision (single);
* ``pwm.max.pos`` of equal scores is the first of all segments (the last word scanned);
* frames have ``lse``, records ``global.percentile``, arrays everything (refused).
"""

import numpy as np
import pandas as pd
import peer_databases as peer
import pytest

from genomedb.analysis.extract import extract
from genomedb.virtual.definition import VirtualTrack

pytestmark = peer.QUIET
genome = peer.genome

POSITIONS = [f"{what}.pos.{how}" for what in ("first", "last", "min", "max")
             for how in ("abs", "relative")]  # fmt: skip
LISTED = ["sum", "size", "exists", "min", "max"]
OF_DENSE = ["avg", *LISTED, "stddev", "lse", ("quantile", 0.3), "global.percentile.min",
            "global.percentile.max", *(p for p in POSITIONS if p.startswith("m"))]  # fmt: skip
OF_FRAMES = [*LISTED, "stddev", ("quantile", 0.3), "first", "last", *POSITIONS]
PSSM = np.random.default_rng(5).dirichlet(np.ones(4), 6)
OF_SEQUENCE = [
    "masked.count", "masked.frac", ("kmer.count", {"kmer": "CG"}), ("kmer.frac", {"kmer": "CG"}),
    ("kmer.count", {"kmer": "ACA", "extend": False, "strand": 1}), ("pwm", {"pssm": PSSM}),
    ("pwm", {"pssm": PSSM, "extend": False}), ("pwm.max", {"pssm": PSSM}),
    ("pwm.count", {"pssm": PSSM, "score_thresh": -7.5}),
]  # fmt: skip
OF_INTERVALS = ["distance", "distance.center", "distance.edge", "coverage"]
WAYS = [(33, "overlapping"), (100, "out of order"), ("apart", "genome"), ("s", "out of order")]
SHIFTS = [(0, 0), (-25, 40), (9, -3)]


def ask(genome, source, functions, **options):
    """Values of functions of all windows, here and there."""
    ours, theirs = [], []
    virtual = peer.tracks_of(source, functions, mask=genome.frames["mask"], **options)
    peer.define(virtual)
    for iterator, scope in WAYS:
        frame = genome.frames["apart"] if iterator == "apart" else iterator
        rows = peer.scope_of(scope)
        ours.append(extract(genome.db, list(virtual), rows, iterator=frame, virtual=virtual))
        theirs.append(peer.in_peer(list(virtual), rows, frame))
        peer.assert_same_rows(ours[-1].iloc[:, :3], theirs[-1])
    return pd.concat(ours, ignore_index=True), pd.concat(theirs, ignore_index=True)


def alike(ours, theirs, what=""):
    np.testing.assert_allclose(ours, theirs, rtol=1e-6, atol=1e-6, err_msg=str(what))


def assert_alike(found, functions):
    for i, function in enumerate(functions):
        alike(found[0][f"v{i}"], found[1][f"v{i}"], function)


@pytest.fixture(params=SHIFTS, ids=["plain", "out", "in"])
def shifts(request):
    return {"sshift": request.param[0], "eshift": request.param[1]}


@pytest.mark.parametrize("source", ["d10", "d30", "sub.d1"])
def test_functions_of_dense_tracks(genome, source, shifts):
    assert_alike_with_values(ask(genome, source, OF_DENSE, **shifts), OF_DENSE)


def assert_alike_with_values(found, functions):
    """As `assert_alike`; positions only of windows with a value."""
    has_value = (found[0]["v3"] > 0).to_numpy()
    for i, function in enumerate(functions):
        ours, theirs = found[0][f"v{i}"], found[1][f"v{i}"]
        where = has_value if function in POSITIONS else slice(None)
        alike(ours[where], theirs[where], function)
        if function in POSITIONS:
            assert ours[~has_value].isna().all()


def test_ranks_of_means_of_dense_tracks(genome, shifts):
    functions = ["global.percentile", "sum", "size"]
    ours, theirs = ask(genome, "d10", functions, **shifts)
    stored = extract(genome.db, "d10")["d10"].dropna().to_numpy()
    mean = (ours["v1"] / ours["v2"]).to_numpy()
    near = np.isclose(mean[:, None], stored, rtol=0, atol=1e-5).any(axis=1) & (ours["v2"] > 1)
    alike(ours["v0"][~near], theirs["v0"][~near])


@pytest.mark.parametrize("source", ["d10", "s"])
def test_first_and_last_of_tracks(genome, source, shifts):
    functions = ["first", "last", "first.pos.abs", "last.pos.abs", "exists", "first.pos.relative"]
    ours, theirs = ask(genome, source, functions, **shifts)
    for value, place in (("v0", "v2"), ("v1", "v3")):
        there = theirs[value].notna() & (ours["v4"] > 0)
        alike(ours[value][there], theirs[value][there])
        alike(ours[place][there], theirs[place][there])
        assert (ours[value].notna() == (ours["v4"] > 0)).all()
    start = np.maximum(ours["start"] + shifts["sshift"], 0)
    alike(ours["v2"] - start, ours["v5"])


def test_functions_of_frames(genome, shifts):
    found = ask(genome, genome.frames["valued"], OF_FRAMES, **shifts)
    assert_alike(found, OF_FRAMES)


def test_functions_of_sparse_tracks(genome, shifts):
    """Those of the peer that do not count records twice; the rest is as for frames."""
    functions = ["avg", "exists", "min", "max"]
    assert_alike(ask(genome, "s", functions, **shifts), functions)
    options = {**shifts, "mask": genome.frames["mask"]}
    named = peer.tracks_of("full", OF_FRAMES, **options)
    frame = peer.tracks_of(genome.frames["full"], OF_FRAMES, **options)
    virtual = named | {f"f{name}": track for name, track in frame.items()}
    found = extract(genome.db, list(virtual), iterator=33, virtual=virtual)
    for name in named:
        alike(found[name], found[f"f{name}"], name)


@pytest.mark.parametrize("source", ["apart", "stranded"])
def test_functions_of_intervals(genome, source, shifts):
    # counts of overlapping intervals depend on the other windows in the peer
    functions = OF_INTERVALS + ([("neighbor.count", 10)] if source == "apart" else [])
    ours, theirs = ask(genome, genome.frames[source], functions, **shifts)
    has_tie = (abs(ours["v0"] - theirs["v0"]).fillna(0) == 1).to_numpy()
    assert has_tie.sum() < 5  # as many bases away on either side: the nearest end is taken here
    ours.loc[has_tie, "v0"] = theirs.loc[has_tie, "v0"]
    if source == "stranded":
        ours["v0"], theirs["v0"] = abs(ours["v0"]), abs(theirs["v0"])
        ours["v2"], theirs["v2"] = abs(ours["v2"]), abs(theirs["v2"])
    assert_alike((ours, theirs), functions)


def test_functions_of_the_sequence(genome, shifts):
    assert_alike(ask(genome, None, OF_SEQUENCE, **shifts), OF_SEQUENCE)


@pytest.mark.parametrize("options", [{}, {"extend": False}, {"bidirect": False, "strand": -1}])
def test_positions_of_motifs(genome, options):
    functions = [("pwm.max.pos", {"pssm": PSSM, **options}), ("pwm.max", {"pssm": PSSM})]
    ours, theirs = ask(genome, None, functions)
    other = np.flatnonzero(~np.isclose(ours["v0"], theirs["v0"], equal_nan=True))
    assert other.size < len(ours) / 20
    strands = (1, -1) if options.get("bidirect", True) else (-1,)
    alone = [("pwm.max", {"pssm": PSSM, "bidirect": False, "strand": s}) for s in strands]
    virtual = peer.tracks_of(None, alone)
    for row in other:  # unknown letters, or one score in both places
        if np.isnan(ours["v0"][row]):
            assert ours["v1"][row] == -np.inf or options.get("extend") is False
            continue
        place = [int(abs(found["v0"][row])) - 1 + ours["start"][row] for found in (ours, theirs)]
        frame = pd.DataFrame({"chrom": [ours["chrom"][row]] * 2, "start": place})
        frame["end"] = frame["start"] + 1
        score = extract(genome.db, list(virtual), frame, iterator=-1, virtual=virtual)
        best = score[list(virtual)].max(axis=1)
        assert best[0] >= best[1] - 1e-6


@pytest.mark.parametrize("source", ["d10", "full"])
def test_nearest_under_a_mask(genome, source):
    virtual = {
        name: VirtualTrack(source, name, mask=genome.frames["mask"]) for name in ("nearest", "avg")
    }
    ours = extract(genome.db, list(virtual), iterator=33, virtual=virtual)
    has_value = ours["avg"].notna()
    alike(ours["nearest"][has_value], ours["avg"][has_value])
    assert ours["nearest"][~has_value].notna().any() == (source == "full")


@pytest.mark.parametrize("source", ["d10", "s", "valued", "array"])
def test_random_elements_lie_outside_the_mask(genome, source):
    of = genome.frames["valued"] if source == "valued" else source
    names = ["sample", "sample.pos.abs", "min", "max", "exists", "sample.pos.relative"]
    virtual = {name: VirtualTrack(of, name, mask=genome.frames["mask"]) for name in names}
    found = extract(genome.db, names, iterator=100, virtual=virtual)
    has_value = found["exists"] > 0
    assert (found["sample"].notna() == has_value).all()
    assert found["sample"].between(found["min"], found["max"])[has_value].all()
    alike(found["sample.pos.abs"] - found["start"], found["sample.pos.relative"])
    at = found[has_value].astype({"sample.pos.abs": int})
    rows = at[["chrom"]].assign(start=at["sample.pos.abs"], end=at["sample.pos.abs"] + 1)
    alone = {"v": VirtualTrack(of)}
    there = extract(genome.db, "v", rows, iterator=-1, virtual=alone)
    alike(there["v"], at["sample"])


@pytest.mark.parametrize("several", [["mask", "far"], ["s", "mask", "mask"]])
def test_several_masks_are_one(genome, several):
    frames = {"mask": genome.frames["mask"]}
    for name in ("s", "far"):
        frames[name] = extract(genome.db, name)[["chrom", "start", "end"]].astype({"chrom": str})
    joined = pd.concat([frames[name] for name in several], ignore_index=True)
    named, alone = (VirtualTrack("d10", "sum", mask=mask) for mask in (several, joined))
    found = extract(genome.db, ["a", "b"], iterator=100, virtual={"a": named, "b": alone})
    alike(found["a"], found["b"])


@pytest.mark.parametrize("mask", ["mask", "s"])
def test_masks_by_name(genome, mask):
    virtual = {"v": VirtualTrack("d10", "sum", mask=mask)}
    peer.define(virtual)
    ours = extract(genome.db, "v", iterator=100, virtual=virtual)
    peer.assert_same_rows(ours, peer.in_peer("v", None, 100), but=["intervalID"])
