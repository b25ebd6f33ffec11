"""Two databases, ours and the peer's, open at once, and random intervals to ask both about."""

import numpy as np
import pandas as pd
import pytest

import genomedb.misha as gm

pm = pytest.importorskip("pymisha")

QUIET = [  # the peer leaves helper processes to themselves
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
    pytest.mark.filterwarnings("ignore:::pymisha"),
]
SIZES = {"chr1": 1000, "chr2": 500, "chrX": 205}


@pytest.fixture(scope="module", autouse=True)
def both(tmp_path_factory):
    """The same chromosomes, sequence, track and interval set in both, open."""
    folder = tmp_path_factory.mktemp("both")
    rng = np.random.default_rng(5)
    fasta = folder / "toy.fa"
    letters = list("ACGTacgtN")
    fasta.write_text(
        "".join(f">{n}\n{''.join(rng.choice(letters, size))}\n" for n, size in SIZES.items())
    )
    saved = random_intervals(77)
    values = rng.normal(0, 5, 40).astype(np.float32).astype(float)
    values[::7] = np.nan
    bins = pd.DataFrame({"chrom": "chr1", "start": np.arange(40) * 20})
    bins["end"] = bins["start"] + 20
    for module, name in ((pm, "theirs"), (gm, "ours")):
        root = folder / name
        module.gdb_create(str(root), str(fasta))
        module.gdb_init(str(root))
        module.gtrack_create_dense("signal", "test", bins, values, 20)
        module.gintervals_save(saved, "some.set")
    yield
    pm.gdb_unload()
    gm.gdb_unload()


# ---- frames


def random_intervals(seed, n=25, *, strand=False, named=False):
    rng = np.random.default_rng(seed)
    names = rng.choice(list(SIZES), n)
    start = np.array([rng.integers(0, SIZES[name] - 1) for name in names])
    size = np.array([SIZES[name] for name in names])
    frame = pd.DataFrame(
        {"chrom": names, "start": start, "end": np.minimum(start + rng.integers(1, 60, n), size)}
    )
    if strand:
        frame["strand"] = rng.choice([-1, 1], n)
    if named:
        frame["name"] = [f"n{i}" for i in range(n)]
        frame["score"] = rng.normal(0, 1, n).round(3)
    return frame


def random_rectangles(seed, n=12):
    one, other = random_intervals(seed, n), random_intervals(seed + 1000, n)
    return pd.concat([one.add_suffix("1"), other.add_suffix("2")], axis=1)


def same(ours, theirs, *, by=None):
    """Equal frames (or None), column by column; `by` sorts both first."""
    assert (ours is None) == (theirs is None)
    if ours is None:
        return
    assert list(ours.columns) == list(theirs.columns)
    if by:
        ours, theirs = (f.sort_values(by, ignore_index=True) for f in (ours, theirs))
    for frame in (ours, theirs):
        assert frame.index.equals(pd.RangeIndex(len(frame)))
    for name in ours.columns:
        if str(name).startswith("chrom"):
            assert ours[name].dtype != "category"
        pd.testing.assert_series_equal(
            ours[name], theirs[name], check_dtype=False, check_names=False, rtol=1e-6, atol=1e-9
        )


def both_give(call, *, by=None):
    """Compare what a call gives with each module."""
    same(call(gm), call(pm), by=by)
