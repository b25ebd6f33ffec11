"""Summary of virtual tracks, windows of +-1 kb to +-1 Mb around every 50-bp bin of 5 x 100 Mb.

The peer makes the same summary. Where its cost grows with the window it gets a part of one
chromosome, and times are per bin. All is compared on parts of a chromosome first.
"""

from __future__ import annotations

import _peer_pymisha as peer_pymisha
import numpy as np
from _bench import absent, faster, medians, quick, row, seconds, workdir
from expressions import simulated

from genomedb import create_database
from genomedb.analysis.extract import extract
from genomedb.analysis.summary import summary
from genomedb.storage.cache import CACHE
from genomedb.storage.columns import decoding_threads
from genomedb.virtual.definition import VirtualTrack

BIN = 50
HALVES = {"1 kb": 1000, "100 kb": 100_000, "1 Mb": 1_000_000}
PARAMS = {"quantile": 0.9}
SUMS, EXTREMES = ("sum", "avg", "stddev"), ("max", "min", "quantile")
GOALS = {(name, half): 10 for name in SUMS for half in ("1 kb", "1 Mb")} | {("max", "100 kb"): 200}
GROWTH = {"max": 1.5, "min": 1.5, "quantile": 2}
PEER_BINS = {  # of the peer, so that it takes seconds
    **{(name, "1 kb"): 1_000_000 for name in (*SUMS, *EXTREMES)},
    **{(name, "1 Mb"): 40_000 for name in ("sum", "avg")},
    ("stddev", "1 Mb"): 10_000,
    **{(name, "100 kb"): 40_000 for name in EXTREMES},
}


def main() -> None:
    n_chroms, length = (2, 5_000_000) if quick(__doc__) else (5, 100_000_000)
    chroms = {f"chr{i + 1}": length for i in range(n_chroms)}
    what = f"{n_chroms} x {length // 1_000_000} Mb at {BIN} bp"
    with workdir() as folder:
        db = create_database(folder, "toy", chroms)
        values = simulated(chroms, 0)
        db.create_dense("t", values, bin_size=BIN)
        has_peer = peer_pymisha.installed()
        if has_peer:
            peer_pymisha.create_database(folder, chroms)
            peer_pymisha.create_bins("t", values, BIN)
            for name in (*SUMS, *EXTREMES):
                compare(db, name, length)
        else:
            absent(f"virtual tracks, {what}", peer_pymisha.NAME)
        for name in (*SUMS, *EXTREMES):
            rows(db, name, what, length=length, has_peer=has_peer)


def defined(name: str, shift: int) -> dict[str, VirtualTrack]:
    """The virtual track ``v``."""
    return {"v": VirtualTrack("t", name, PARAMS.get(name), sshift=-shift, eshift=shift)}


def ours(db, name: str, shift: int):
    """Summary of the whole genome on one thread, without what a former call left in memory."""

    def run():
        CACHE.clear()
        with decoding_threads(1):
            return summary(db, "v", iterator=BIN, virtual=defined(name, shift))

    return run


def theirs(name: str, shift: int, scope):
    return peer_pymisha.virtual_verbs("t", name, shift, scope, BIN, PARAMS.get(name))["summary"]


def compare(db, name: str, length: int) -> None:
    """Same values from both, at the ends of a chromosome and in its middle."""
    for shift in HALVES.values():
        for start in (0, length // 2, length - 20_000):
            scope = ("chr1", start, start + 20_000)
            found = extract(db, "v", [scope], iterator=BIN, virtual=defined(name, shift))["v"]
            verbs = peer_pymisha.virtual_verbs("t", name, shift, scope, BIN, PARAMS.get(name))
            expected = verbs["extract"]()["v"]
            np.testing.assert_allclose(found, expected, rtol=2e-6, err_msg=f"{name} {shift}")


def rows(db, name: str, what: str, *, length: int, has_peer: bool) -> None:
    """Rows of one function: seconds a bin against the peer, and of wide against narrow."""
    n_bins = len(db.chroms) * (length // BIN)
    found = medians({half: ours(db, name, shift) for half, shift in HALVES.items()}, 3)
    times = {half: t / n_bins for half, t in found.items()}
    wide, narrow = times["1 Mb"], times["1 kb"]
    row(f"summary of {name}, {what}, a bin: +-1 Mb, +-1 kb", seconds(wide), seconds(narrow),
        wide / narrow, at_most=GROWTH.get(name))  # fmt: skip
    for half, shift in HALVES.items() if has_peer else ():
        if (name, half) not in PEER_BINS:
            continue
        n = min(PEER_BINS[name, half], length // BIN // 40)
        start = length // 4
        took = medians({"peer": theirs(name, shift, ("chr1", start, start + n * BIN))}, 1)
        faster(f"summary of {name} +-{half}, {what}, a bin, pymisha on {n:,} bins",
               times[half], took["peer"] / n, GOALS.get((name, half)))  # fmt: skip


if __name__ == "__main__":
    main()
