"""Expressions over two 50-bp tracks of a genome of 5 x 100 Mb: extract, summary, screen.

Peers: pymisha on the same values, h5py and numpy block by block on the very same files, and numpy
on arrays that are in memory already. The last one makes the same DataFrame as ours.
"""

from __future__ import annotations

import _peer_pymisha as peer_pymisha
import h5py
import numpy as np
import pandas as pd
from _bench import absent, faster, medians, quick, row, seconds, workdir

from genomedb import create_database
from genomedb.analysis.extract import extract
from genomedb.analysis.screen import screen
from genomedb.analysis.summary import summary
from genomedb.storage.cache import CACHE
from genomedb.storage.columns import decoding_threads
from genomedb.storage.write import Storage

BIN = 50
EXPRESSION = "np.log(a + 1) - b"
CONTIGUOUS = "np.log(flat_a + 1) - flat_b"
BLOCK = 1 << 16


def main() -> None:
    n_chroms, length = (2, 5_000_000) if quick(__doc__) else (5, 100_000_000)
    chroms = {f"chr{i + 1}": length for i in range(n_chroms)}
    with workdir() as folder:
        db = create_database(folder, "toy", chroms)
        for seed, name in enumerate("ab"):
            values = simulated(chroms, seed)
            db.create_dense(name, values, bin_size=BIN)
            db.create_dense(f"flat_{name}", values, bin_size=BIN, storage=Storage(None))
        what = f"{n_chroms} x {length // 1_000_000} Mb at {BIN} bp"
        against_h5py(db, what)
        against_memory(db, what)
        against_pymisha(db, chroms, folder, what)


def simulated(chroms, seed):
    """Normalised coverage: counts times one factor, with gaps."""
    rng = np.random.default_rng(seed)
    found = {}
    for name, length in chroms.items():
        values = (rng.poisson(5, length // BIN) * 0.0371267).astype("f4")
        for at in rng.integers(0, values.size, values.size // 5000):
            values[at : at + 100] = np.nan
        found[name] = values
    return found


def verbs(db):
    """What is timed, without what a former call left in memory, on one thread."""

    def fresh(verb, *args):
        CACHE.clear()
        with decoding_threads(1):
            return verb(db, *args)

    return {
        "extract": lambda: fresh(extract, EXPRESSION),
        "summary": lambda: fresh(summary, EXPRESSION),
        "screen": lambda: fresh(screen, f"{EXPRESSION} > 0.05"),
        "flat": lambda: fresh(extract, CONTIGUOUS),
    }


def against_h5py(db, what) -> None:
    ours = verbs(db)
    paths = [db.open_track(name).path for name in "ab"]

    def blocks():
        with h5py.File(paths[0]) as a, h5py.File(paths[1]) as b:
            for name in db.chroms.names:
                for at in range(0, a[name].size, BLOCK):
                    x = a[name][at : at + BLOCK].astype("f8")
                    yield name, at, np.log(x + 1) - b[name][at : at + BLOCK].astype("f8")

    def frame():
        parts = [(name, at, v) for name, at, v in blocks()]
        start = np.concatenate([(at + np.arange(v.size)) * BIN for _, at, v in parts])
        chrom = np.repeat([name for name, _, _ in parts], [v.size for _, _, v in parts])
        values = np.concatenate([v for _, _, v in parts])
        return pd.DataFrame({
            "chrom": pd.Categorical(chrom), "start": start, "end": start + BIN, "v": values,
        })  # fmt: skip

    def only_values():
        return np.concatenate([v for _, _, v in blocks()])

    np.testing.assert_allclose(ours["extract"]()[EXPRESSION], only_values(), rtol=1e-12)
    times = medians({"ours": ours["extract"], "frame": frame, "values": only_values}, 3)
    faster(f"extract, {what}, h5py + numpy, same table", times["ours"], times["frame"], 3)
    faster(f"extract, {what}, h5py + numpy, values alone", times["ours"], times["values"], 3)


def against_memory(db, what) -> None:
    a, b = (np.concatenate([db[f"flat_{n}"].read(c) for c in db.chroms.names]) for n in "ab")
    lengths = [db["a"].n_bins(name) for name in db.chroms.names]
    code = np.repeat(np.arange(len(lengths), dtype=np.int8), lengths)

    def table():
        values = np.log(a.astype("f8") + 1) - b
        start = np.concatenate([np.arange(n) * BIN for n in lengths])
        chrom = pd.Categorical.from_codes(code, list(db.chroms.names))
        columns = {"chrom": chrom, "start": start, "end": start + BIN, "v": values}
        return pd.DataFrame(columns | {"intervalID": code.astype("i8") + 1}, copy=False)

    times = medians({"ours": verbs(db)["flat"], "memory": table}, 3)
    ratio = times["memory"] / times["ours"]
    row(
        f"extract, {what}, contiguous tracks, arrays in memory", seconds(times["ours"]),
        seconds(times["memory"]), ratio, at_least=0.3,
    )  # fmt: skip


def against_pymisha(db, chroms, folder, what) -> None:
    if not peer_pymisha.installed():
        absent(f"extract, summary, screen, {what}", peer_pymisha.NAME)
        return
    peer_pymisha.create_database(folder, chroms)
    for name in "ab":
        peer_pymisha.create_bins(name, {c: db[name].read(c) for c in chroms}, BIN)
    ours = verbs(db)
    theirs = peer_pymisha.verbs(EXPRESSION, f"{EXPRESSION} > 0.05")
    found, expected = ours["extract"](), theirs["extract"]()
    np.testing.assert_allclose(found[EXPRESSION], expected[EXPRESSION], rtol=1e-6)
    assert np.array_equal(ours["screen"]()["start"], theirs["screen"]()["start"])
    np.testing.assert_allclose(ours["summary"](), theirs["summary"](), rtol=1e-6)
    for name, least in (("extract", 8), ("summary", 4), ("screen", 4)):
        times = medians({"ours": ours[name], "peer": theirs[name]}, 3)
        faster(f"{name}, {what}, pymisha", times["ours"], times["peer"], least)


if __name__ == "__main__":
    main()
