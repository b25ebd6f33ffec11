"""The same random database made through both APIs, and one question asked of both.

`genome` is a fixture: a test module imports it and has the peer's database open for its tests.
"""

import warnings
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from genomedb.db.create import create_database
from genomedb.db.set_writing import save_set
from genomedb.importers.sequence import import_fasta
from genomedb.virtual.definition import VirtualTrack

pm = pytest.importorskip("pymisha")

QUIET = [  # the peer leaves helper processes to themselves
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
    pytest.mark.filterwarnings("ignore:::pymisha"),
    pytest.mark.filterwarnings("ignore:Overlapping intervals were used"),
]
SIZES = {"chr2": 4003, "chr10": 1500, "chrX": 705, "chr1": 2000}  # in no alphabetical order
BINS = {"d10": 10, "e10": 10, "d30": 30, "sub.d1": 1}


@pytest.fixture(scope="module")
def genome(tmp_path_factory):
    """`db`, ours; `frames` of intervals; the peer's database is the one that is open."""
    folder = tmp_path_factory.mktemp("peer")
    rng = np.random.default_rng(2)
    fasta = folder / "toy.fa"
    fasta.write_text("".join(f">{name}\n{sequence(rng, size)}\n" for name, size in SIZES.items()))
    pm.gdb_create(str(folder / "misha"), str(fasta))
    pm.gdb_init(str(folder / "misha"))
    shown, pm.CONFIG["progress"] = pm.CONFIG.get("progress"), False
    db = create_database(folder / "ours", "toy", SIZES)
    import_fasta(db, "seq", fasta)
    for name, width in BINS.items():
        add_dense(db, rng, name, width)
    add_sparse(db, rng, "s", 40)
    add_sparse(db, rng, "far", 300)
    add_array(db, rng)
    frames = {
        "valued": records(rng, 70),
        "full": records(rng, 120).fillna(7),
        "plain": some_intervals(rng, 8),
        "stranded": some_intervals(rng, 8).assign(strand=lambda f: rng.choice([-1, 1], len(f))),
        "apart": records(rng, 90).drop(columns="value"),
        "mask": some_intervals(rng, 12, longest=60),
    }
    store_sparse(db, "full", frames["full"])
    for name in ("plain", "stranded", "mask"):
        save_set(db, frames[name], name)
        pm.gintervals_save(frames[name], name)
    yield SimpleNamespace(db=db, frames=frames)
    pm.CONFIG["progress"] = shown
    pm.gvtrack_clear()
    pm.gdb_unload()


def sequence(rng, size):
    """Letters, in stretches of lower case, with unknown ones here and there."""
    text = "".join(rng.choice(list("ACGT"), size))
    for start in rng.integers(0, size, size // 100):
        text = text[:start] + text[start : start + 37].lower() + text[start + 37 :]
    at = size // 3
    return text[:at] + "N" * 25 + "n" * 8 + text[at + 33 :]


def signal(rng, n):
    """Values with ties, runs and gaps."""
    values = np.repeat(rng.normal(0, 1.5, n), rng.integers(1, 5, n))[:n].round(2)
    values[rng.random(n) < 0.15] = np.nan
    for start in rng.integers(0, n, n // 60 + 1):
        values[start : start + 15] = np.nan
    return values.astype(np.float32) + np.float32(0)  # -0 + 0 is 0: the peer has no -0


def add_dense(db, rng, name, width):
    values = {c: signal(rng, -(-size // width)) for c, size in SIZES.items()}
    db.create_dense(name, values, bin_size=width)
    frame = pd.concat([
        pd.DataFrame({"chrom": c, "start": np.arange(v.size) * width, "value": v})
        for c, v in values.items()
    ])  # fmt: skip
    frame["end"] = np.minimum(frame["start"] + width, frame["chrom"].map(SIZES))
    pm.gtrack_create_dense(name, "toy", frame[["chrom", "start", "end"]], frame["value"], width)


def records(rng, every):
    """Intervals with values that do not overlap; some touch, some values are missing."""
    parts = []
    for chrom, size in SIZES.items():
        edges = np.sort(rng.choice(size, size // every * 2, replace=False))
        start, end = edges[::2].copy(), edges[1::2]
        start[1::3] = end[:-1][::3][: start[1::3].size]
        value = rng.normal(0, 1.5, start.size).round(1).astype(np.float32)
        value[rng.random(start.size) < 0.15] = np.nan
        parts.append(pd.DataFrame({"chrom": chrom, "start": start, "end": end, "value": value}))
    return pd.concat(parts, ignore_index=True)


def columns_of(frame, *more):
    """Arrays of each chromosome."""
    names = ["start", "end"]
    return {
        chrom: (*(rows[n].to_numpy() for n in names), rows[list(more)].to_numpy(np.float32))
        for chrom, rows in frame.groupby("chrom", sort=False)
    }


def add_sparse(db, rng, name, every):
    store_sparse(db, name, records(rng, every))


def store_sparse(db, name, frame):
    rows = {c: (start, end, v[:, 0].copy()) for c, (start, end, v) in
            columns_of(frame, "value").items()}  # fmt: skip
    db.create_sparse(name, rows)
    pm.gtrack_create_sparse(name, "toy", frame[["chrom", "start", "end"]], frame["value"])


def add_array(db, rng):
    frame = records(rng, 60)
    for name in ("a", "b", "c"):
        frame[name] = rng.normal(0, 1, len(frame)).round(2).astype(np.float32)
        frame.loc[rng.random(len(frame)) < 0.3, name] = np.nan
    db.create_array("array", ["a", "b", "c"], columns_of(frame, "a", "b", "c"))
    pm.gtrack_array_create(
        "array", "toy", frame[["chrom", "start", "end"]], frame[["a", "b", "c"]].to_numpy(),
        ["a", "b", "c"],
    )  # fmt: skip


def some_intervals(rng, n, *, longest=200):
    """`n` intervals a chromosome, in no order; they overlap now and then."""
    parts = []
    for chrom, size in SIZES.items():
        start = rng.integers(0, size - 1, n)
        end = np.minimum(start + rng.integers(1, longest, n), size)
        parts.append(pd.DataFrame({"chrom": chrom, "start": start, "end": end}))
    return (
        pd.concat(parts).sample(frac=1, random_state=int(rng.integers(99))).reset_index(drop=True)
    )


def scope_of(kind):
    """The genome, or rows: of a few chromosomes out of order, or overlapping ones."""
    if kind == "genome":
        return None
    rows = {
        "out of order": [("chrX", 100, 705), ("chr2", 2000, 3507), ("chr2", 5, 1333),
                         ("chr1", 0, 2000)],
        "overlapping": [("chr10", 0, 700), ("chr10", 333, 1500), ("chr2", 990, 2020),
                        ("chr2", 990, 2020)],
    }[kind]  # fmt: skip
    return pd.DataFrame(rows, columns=["chrom", "start", "end"])


SCOPES = ["genome", "out of order", "overlapping"]


def tracks_of(source, functions, **options):
    """Virtual tracks v0, v1, ...: (function, params) of a source, here and there."""
    found = {}
    for i, function in enumerate(functions):
        name, params = function if isinstance(function, tuple) else (function, None)
        found[f"v{i}"] = VirtualTrack(source, name, params, **options)
    return found


def define(virtual):
    """The same virtual tracks in the peer."""
    pm.gvtrack_clear()
    for name, track in virtual.items():
        params = track.params if isinstance(track.params, dict) else {"params": track.params}
        pm.gvtrack_create(name, track.source, track.function,
                          sshift=track.sshift, eshift=track.eshift, **params)  # fmt: skip
        if track.mask is not None:
            pm.gvtrack_filter(name, mask=track.mask)


def in_peer(expressions, scope, iterator, **options):
    """What the peer extracts, in the order of rows that is ours; None where it has no rows.

    It is asked for one scope row at a time: given rows that are not in the order of its
    chromosomes, it puts the values of virtual tracks into the wrong ones.
    """
    rows = pm.gintervals_all() if scope is None else scope
    if scope is None:
        rows = rows.set_index(rows["chrom"].astype(str)).loc[list(SIZES)]
    found = []
    for i in range(len(rows)):
        row = rows.iloc[i : i + 1].reset_index(drop=True)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of divisions by zero
            part = pm.gextract(expressions, intervals=row, iterator=iterator, **options)
        if part is not None:
            found.append(part.assign(intervalID=i + 1))
    return pd.concat(found, ignore_index=True) if found else None


def assert_same_rows(ours, theirs, *, but=()):
    """Rows and values alike to 1e-6, missing ones in the same places."""
    if theirs is None:
        assert len(ours) == 0
        return
    assert ours["chrom"].astype(str).tolist() == theirs["chrom"].astype(str).tolist()
    for column in ("start", "end"):
        assert ours[column].tolist() == theirs[column].tolist()
    for column in ours.columns[3:]:
        if column in but:
            continue
        np.testing.assert_allclose(
            ours[column].to_numpy(float), theirs[column].to_numpy(float), rtol=1e-6, atol=1e-6,
            err_msg=str(column),
        )  # fmt: skip
