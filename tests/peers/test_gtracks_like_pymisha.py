"""Tracks made and changed by the same calls of both facades are the same.

Known differences, set by rules of our own, which the cases here stay clear of:

- gtrack_modify of the whole genome changes every chromosome (the peer forgets the first one, or
  fails where a chromosome has no data), and takes constants;
- gtrack_copy gives nothing, as documented (the peer gives a list of names);
- gtrack_create_pwm_energy heeds the flag of the key file; it is 1 here;
- gtrack_create_empty_indexed refuses a track with data, which the peer throws away;
- a band of a 1D expression is an error;
- variables are what JSON knows, arrays and DataFrames: tuples, sets and the like need
  ``allow_pickle=True``; the peer keeps neither DataFrames nor numpy numbers;
- errors of the peer are its own class now and then, ours are always what the document says;
- attributes ``created.date`` and ``created.by`` have words of their own;
- gtrack_create_dense_direct has the rule of gtrack_create_dense also for bins
  covered in part (the peer divides by the length of the bin).
"""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from peer_facades import (
    FACADES,
    QUIET,
    SIZES,
    apart,
    forgotten,
    in_both,
    overlapping,
    pm,
    same_track,
    tracks,
    with_gaps,
)

import genomedb.misha as gm

pytestmark = [*QUIET, pytest.mark.usefixtures("tracks", "forgotten")]
__all__ = ["forgotten", "tracks"]
NAN = np.nan


# ---- made


@pytest.mark.parametrize("expression", ["d0", "d0*2+d1", "1/d0", "np.log(d0+1)-s0"])
@pytest.mark.parametrize("iterator", [20, 37, 500, "s0", "sub.d2", "frame"])
def test_tracks_of_expressions(expression, iterator):
    if iterator == "frame":
        iterator = apart(np.random.default_rng(3), 20)
    in_both("gtrack_create", "x", "words", expression, iterator)
    same_track()


@pytest.mark.parametrize("expression", ["d0+d1", "sub.d2*2", "s0", "s1+1"])
def test_tracks_of_expressions_that_imply_their_bins(expression):
    in_both("gtrack_create", "x", "words", expression)
    same_track()


@pytest.mark.parametrize("width", [7, 20, 333, 10_000])
@pytest.mark.parametrize("defval", [NAN, 0.0, -2.5])
def test_dense_tracks_of_intervals(width, defval):
    rng = np.random.default_rng(width)
    frame = overlapping(rng, 40).sample(frac=1, random_state=width)
    values = with_gaps(rng, rng.integers(-24, 48, len(frame)) / 8)
    in_both("gtrack_create_dense", "x", "words", frame, values, width, defval)
    same_track()


@pytest.mark.parametrize("defval", [NAN, 0.0, -2.5])
def test_dense_tracks_made_directly_of_whole_bins(defval):
    """The peer has another rule for bins that are covered in part, or more than once."""
    rng = np.random.default_rng(4)
    frame = apart(rng, 10)
    frame = frame.assign(start=frame["start"] // 20 * 20, end=-(-frame["end"] // 20) * 20)
    frame = gm.gintervals_canonic(frame[frame["end"] <= frame["chrom"].map(SIZES)])
    values = rng.integers(-24, 48, len(frame)) / 8
    in_both("gtrack_create_dense_direct", "x", "words", frame, values, 20, defval)
    same_track()


def test_sparse_tracks_of_intervals():
    rng = np.random.default_rng(8)
    frame = apart(rng, 40).sample(frac=1, random_state=1)
    in_both("gtrack_create_sparse", "x", "words", frame, with_gaps(rng, rng.normal(0, 5, 120)))
    same_track()


SMOOTHED = [
    {"winsize": w, "weight_thr": t, "smooth_nans": n, "alg": a}
    for w in (20, 39, 500, 20_000)
    for t, n, a in [
        (0, False, "LINEAR_RAMP"), (1, True, "LINEAR_RAMP"), (2, False, "LINEAR_RAMP"),
        (0, True, "MEAN"), (3, False, "MEAN"), (3, True, "MEAN"),
    ]
]  # fmt: skip


@pytest.mark.parametrize("options", SMOOTHED, ids=str)
def test_smoothed_tracks(options):
    in_both("gtrack_smooth", "x", "words", "d0*2", **options)
    same_track()


@pytest.mark.parametrize("iterator", [20, 50, 37])
def test_smoothed_tracks_in_other_bins(iterator):
    in_both("gtrack_smooth", "x", "words", "d0+s0", 200.0, smooth_nans=True, iterator=iterator)
    same_track()


@pytest.mark.parametrize("force", [True, False])
@pytest.mark.parametrize("iterator", [20, "s0", 333])
def test_tracks_of_tables(force, iterator):
    table = np.random.default_rng(1).integers(0, 80, (3, 4)) / 8
    in_both(
        "gtrack_lookup", "x", "words", table, "d0", [0, 1, 3, 5], "d1", [0.5, 1, 2, 4, 5.5],
        iterator=iterator, force_binning=force, include_lowest=True,
    )  # fmt: skip
    same_track()


@pytest.mark.parametrize("iterator", [1, 10, 333])
@pytest.mark.parametrize("prior", [0.01, 0.3])
def test_energies_of_a_motif(iterator, prior):
    rng = np.random.default_rng(4)
    rows = rng.dirichlet(np.ones(4), 9)
    data = "".join(
        f"7\t{i}\t" + "\t".join(f"{p:.6f}" for p in row) + "\n" for i, row in enumerate(rows)
    )
    for facade in FACADES:
        folder = root_of(facade) / "pssms"
        folder.mkdir(exist_ok=True)
        (folder / "toy.key").write_text("7\tNNNNNNNNN\t1\n")
        (folder / "toy.data").write_text(data)
    in_both("gtrack_create_pwm_energy", "x", "words", "toy", 7, prior, iterator)
    same_track()


def root_of(facade):
    return Path(facade.gdb_info()["path"])


# ---- changed

SCOPES = {
    "one row": [("chr1", 13, 1777)],
    "rows out of order": [("chrX", 5, 1000), ("chr1", 100, 333), ("chr2", 0, 2050)],
    "overlapping rows": [("chr2", 5, 900), ("chr2", 300, 1203), ("chr1", 4990, 5000)],
    "a row in a bin": [("chr1", 105, 106)],
}


@pytest.mark.parametrize("expression", ["x*2+1", "d1-x", "s0", "np.where(x>2,-1,d0)", "1/x"])
@pytest.mark.parametrize("scope", SCOPES.values(), ids=list(SCOPES))
def test_modified_tracks(expression, scope):
    if "where" in expression:
        expression = "(x>2)*3-d0"
    in_both("gtrack_create", "x", "words", "d0", 20)
    frame = pd.DataFrame(scope, columns=["chrom", "start", "end"])
    in_both("gtrack_modify", "x", expression, frame)
    same_track()
    line = f"gtrack.modify(x, {expression}, intervs)"
    for facade in FACADES:
        assert facade.gtrack_attr_get("x", "created.by").splitlines()[-1] == line


def test_moved_and_copied_tracks():
    in_both("gtrack_create", "x.one", "words", "d0+1", 20)
    for facade in FACADES:
        facade.gtrack_attr_set("x.one", "lab", "ours")
        facade.gtrack_var_set("x.one", "v", [1, 2])
        facade.gtrack_mv("x.one", "xx.sub.two")
        facade.gtrack_copy("xx.sub.two", "x3")
        assert facade.gtrack_ls("^x") == ["x3", "xx.sub.two"]
        assert facade.gtrack_attr_get("x3", "lab") == "ours"
        assert facade.gtrack_var_get("x3", "v") == [1, 2]
    same_track("x3")


@pytest.mark.parametrize(
    "value", [1, 2.5, "text", [1, [2, None]], {"a": [True]}, None, np.arange(4.0), "☂"], ids=repr
)
def test_variables(value):
    in_both("gtrack_create", "x", "words", "d0", 500)
    for facade in FACADES:
        facade.gtrack_var_set("x", "v.1", value)
        facade.gtrack_var_set("x", "w", 1)
        assert facade.gtrack_var_ls("x") == ["v.1", "w"]
        assert facade.gtrack_var_ls("x", r"\d") == ["v.1"]
        found = facade.gtrack_var_get("x", "v.1")
        assert type(found) is type(value)
        assert np.array_equal(found, value) if isinstance(value, np.ndarray) else found == value
        facade.gtrack_var_rm("x", "w")
        facade.gtrack_var_rm("x", "none")
        assert facade.gtrack_var_ls("x") == ["v.1"]


# ---- errors

ROW = pd.DataFrame({"chrom": ["chr1"], "start": [0], "end": [100]})
REFUSED = {
    "a name that is none": ("gtrack_create", "9x", "", "d0"),
    "a name that is taken": ("gtrack_create", "d0", "", "d0"),
    "no expression": ("gtrack_create", "x", "", None),
    "no such track in an expression": ("gtrack_create", "x", "", "nope"),
    "no bins to smooth": ("gtrack_smooth", "x", "", "s0", 100),
    "no window": ("gtrack_smooth", "x", "", "d0", -5),
    "another algorithm": ("gtrack_smooth", "x", "", "d0", 50, 0, False, "OTHER"),
    "a sparse track": ("gtrack_modify", "s0", "1+s0"),
    "no file": ("gtrack_import", "x", "", None),
    "a file that is not there": ("gtrack_import", "x", "", "/nowhere/x.bed"),
    "no reads": ("gtrack_import_mappedseq", "x", "", "/nowhere/x.sam"),
    "a pileup without bins": ("gtrack_import_mappedseq", "x", "", "/nowhere/x.sam", 10),
    "no files": ("gtrack_import_set", "", "/nowhere/*", 0),
    "to itself": ("gtrack_mv", "d0", "d0"),
    "to another": ("gtrack_mv", "d0", "d1"),
    "from nothing": ("gtrack_mv", "nope", "x"),
    "a copy of nothing": ("gtrack_copy", "nope", "x"),
    "a copy over another": ("gtrack_copy", "d0", "d1"),
    "a variable that is not there": ("gtrack_var_get", "d0", "nope"),
    "variables of nothing": ("gtrack_var_ls", "nope"),
    "a variable with a path": ("gtrack_var_set", "d0", "../x", 1),
    "a table of another shape": ("gtrack_lookup", "x", "", np.ones(3), "d0", [0, 1, 2]),
    "no such motifs": ("gtrack_create_pwm_energy", "x", "", "nope", 1, 0.01, 50),
    "no such folder": ("gtrack_export_bedgraph", "d0", "/nowhere/x.bedgraph"),
    "nothing to export": ("gtrack_export_bedgraph", "nope", "/tmp/x.bedgraph"),
    "no array": ("gtrack_array_extract", "d0"),
    "array values of one dimension": ("gtrack_array_create", "x", "", ROW, [1.0], ["a"]),
    "columns of one name": ("gtrack_array_create", "x", "", ROW, [[1.0, 2]], ["a", "a"]),
    "no source": ("gtrack_array_import", "x", ""),
}


@pytest.mark.parametrize("call", REFUSED.values(), ids=list(REFUSED))
def test_errors_are_of_the_same_kind(call):
    name, *args = call
    kinds = []
    for facade in FACADES:
        with pytest.raises(Exception) as raised:  # noqa: PT011 - the kind is what is compared
            getattr(facade, name)(*args)
        kinds.append(isinstance(raised.value, FileNotFoundError))
        assert isinstance(raised.value, (ValueError, FileNotFoundError, pm.error))
        assert not facade.gtrack_ls("^x")
    assert kinds[0] == kinds[1]
    assert issubclass(raised.type, gm.error)  # ours are both
    assert issubclass(raised.type, (ValueError, FileNotFoundError))
