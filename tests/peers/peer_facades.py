"""The same random database made by the same calls of both facades, and one call made in both.

Values are multiples of 1/8, whose sums are exact in float32: the peer adds means up in that
precision, so that differences of means agree no better than to 1e-6 of the means.
"""

import numpy as np
import pandas as pd
import pytest

import genomedb.misha as gm

pm = pytest.importorskip("pymisha")

QUIET = [  # the peer leaves helper processes to themselves
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
    pytest.mark.filterwarnings("ignore:::pymisha"),
    pytest.mark.filterwarnings("ignore:Overlapping intervals were used"),
    pytest.mark.filterwarnings("ignore:divide by zero:RuntimeWarning"),
    pytest.mark.filterwarnings("ignore:invalid value:RuntimeWarning"),
]
SIZES = {"chr1": 5000, "chr2": 2050, "chrX": 1205}
BINS = {"d0": 20, "d1": 20, "sub.d2": 50}
FACADES = (pm, gm)


@pytest.fixture(scope="module")
def tracks(tmp_path_factory):
    """Dense tracks d0, d1, sub.d2, sparse tracks s0, s1 and a sequence, in both."""
    folder = tmp_path_factory.mktemp("facades")
    rng = np.random.default_rng(7)
    fasta = folder / "toy.fa"
    fasta.write_text(
        "".join(f">{n}\n{''.join(rng.choice(list('ACGTacgt'), s))}\n" for n, s in SIZES.items())
    )
    for facade, name in zip(FACADES, ("theirs", "ours"), strict=True):
        facade.gdb_create(str(folder / name), str(fasta))
        facade.gdb_init(str(folder / name))
    shown, pm.CONFIG["progress"] = pm.CONFIG["progress"], False
    for name, width in BINS.items():
        frame = every_bin(width)
        values = with_gaps(rng, rng.integers(0, 48, len(frame)) / 8)
        for facade in FACADES:
            facade.gtrack_create_dense(name, "toy", frame, values, width)
    for name in ("s0", "s1"):
        frame = apart(rng, 25)
        values = with_gaps(rng, rng.integers(-24, 48, len(frame)) / 8)
        for facade in FACADES:
            facade.gtrack_create_sparse(name, "toy", frame, values)
    yield
    pm.CONFIG["progress"] = shown
    for facade in FACADES:
        facade.gdb_unload()


def every_bin(width):
    """All bins of the genome."""
    parts = [pd.DataFrame({"chrom": c, "start": np.arange(0, n, width)}) for c, n in SIZES.items()]
    frame = pd.concat(parts, ignore_index=True)
    frame["end"] = np.minimum(frame["start"] + width, frame["chrom"].map(SIZES))
    return frame


def with_gaps(rng, values):
    values[rng.random(values.size) < 0.2] = np.nan
    return values


def apart(rng, n):
    """`n` intervals a chromosome that do not overlap."""
    parts = []
    for chrom, size in SIZES.items():
        edges = np.sort(rng.choice(size, 2 * n, replace=False))
        parts.append(pd.DataFrame({"chrom": chrom, "start": edges[::2], "end": edges[1::2]}))
    return pd.concat(parts, ignore_index=True)


def overlapping(rng, n, longest=150):
    """`n` intervals a chromosome, which overlap now and then."""
    parts = []
    for chrom, size in SIZES.items():
        start = rng.integers(0, size - 1, n)
        end = np.minimum(start + rng.integers(1, longest, n), size)
        parts.append(pd.DataFrame({"chrom": chrom, "start": start, "end": end}))
    return pd.concat(parts, ignore_index=True)


def in_both(name, *args, **options):
    """What both facades answer to a call: theirs, ours."""
    theirs, ours = (getattr(facade, name)(*args, **options) for facade in FACADES)
    return by_scope_row(theirs), by_scope_row(ours)


def by_scope_row(answer):
    """Rows in the order of the scope: the peer sorts those of interval iterators by chromosome."""
    if isinstance(answer, pd.DataFrame) and "intervalID" in answer.columns:
        order = ["intervalID", "chrom", "start"]
        return answer.sort_values(order, kind="stable", ignore_index=True)
    return answer


def assert_same(theirs, ours, *, rtol=1e-6):
    """Equal answers: names, types, rows, and values to `rtol`."""
    if theirs is None or ours is None:
        assert theirs is ours
    elif isinstance(theirs, pd.DataFrame):
        pd.testing.assert_frame_equal(theirs, ours, rtol=rtol, atol=1e-6)
    elif isinstance(theirs, pd.Series):
        pd.testing.assert_series_equal(theirs, ours, rtol=rtol, atol=1e-6, check_names=False)
    else:
        np.testing.assert_allclose(ours, theirs, rtol=rtol, atol=1e-6)


@pytest.fixture
def forgotten():
    """Tracks whose names begin with x go after each test."""
    yield
    for facade in FACADES:
        for name in facade.gtrack_ls("^x") or []:
            facade.gtrack_rm(name, force=True)


def same_track(name="x", iterator=None):
    """Equal intervals and values, type and bin size."""
    theirs, ours = (facade.gtrack_info(name) for facade in FACADES)
    for key in ("type", "dimensions", "bin_size"):
        assert theirs.get(key) == ours.get(key)
    for facade in FACADES:
        assert facade.gtrack_attr_get(name, "description") == "words"
    iterator = theirs.get("bin_size", name) if iterator is None else iterator
    assert_same(*in_both("gextract", name, None, iterator), rtol=2e-6)
