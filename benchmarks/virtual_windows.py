"""Functions of virtual tracks over +-1 kb to +-1 Mb around every 50-bp bin, and disjoint means.

Ours are the functions of windows themselves, file to numbers, a block of 65,536 bins at a time;
the peer's are its summaries of a virtual track, which make no table. Both are times a bin: the
peer walks fewer bins where its cost grows with the window. Values are scaled counts, for
quantiles (which equal values help) float32 numbers that all differ.
"""

from __future__ import annotations

import _peer_pymisha as peer_pymisha
import numpy as np
from _bench import absent, cpu, faster, medians, quick, row, seconds, workdir
from _peer_virtual import virtual_summary

from genomedb import create_database
from genomedb.storage.cache import CACHE
from genomedb.virtual.elements import elements_of
from genomedb.virtual.signal import mean_of, signal_function

BIN = 50
BLOCK = 1 << 16
HALVES = {"1 kb": 1000, "100 kb": 100_000, "1 Mb": 1_000_000}
PARAMS = {"quantile": 0.9}
GOALS = {
    **{(name, half): 10 for name in ("sum", "avg", "stddev") for half in ("1 kb", "1 Mb")},
    ("max", "100 kb"): 200,
    ("quantile", "100 kb"): 50,
}
FLAT = {"sum": 1.5, "avg": 1.5, "stddev": 1.5, "min": 1.5, "max": 1.5, "quantile": 2}


def main() -> None:
    small = quick(__doc__)
    length = 10_000_000 if small else 100_000_000
    rng = np.random.default_rng(0)
    tracks = {
        "counts": (rng.poisson(5, length // BIN) * 0.0371267).astype(np.float32),
        "floats": rng.gamma(2.0, 3.0, length // BIN).astype(np.float32),
    }
    with workdir() as folder:
        db = create_database(folder, "toy", {"chr1": length})
        has_peer = peer_pymisha.installed()
        if has_peer:
            peer_pymisha.create_database(folder, {"chr1": length})
        for name, values in tracks.items():
            for at in rng.integers(0, values.size, values.size // 2000):
                values[at : at + 100] = np.nan
            db.create_dense(name, {"chr1": values}, bin_size=BIN)
            if has_peer:
                peer_pymisha.create_bins(name, {"chr1": values}, BIN)
        for name in FLAT:
            track = db.open_track("floats" if name == "quantile" else "counts")
            every_bin(track, name, length, has_peer=has_peer)
        track = db.open_track("counts")
        for count in (10_000, 100_000) if small else (100_000, 1_000_000):
            disjoint(track, length, count, has_peer=has_peer)


def every_bin(track, name: str, length: int, *, has_peer: bool) -> None:
    """Rows of one function."""
    ours = {}
    for half, shift in HALVES.items():
        ours[half] = _ours(track, name, length, shift)
        what = f"virtual {name} +-{half}, 50-bp bins, a bin"
        if not has_peer:
            absent(what, peer_pymisha.NAME)
            continue
        span = _bins_for_peer(name, shift, length) * BIN
        theirs = virtual_summary(
            track.name,
            name,
            shift,
            first=length // 4,
            last=length // 4 + span,
            bin_size=BIN,
            params=PARAMS.get(name),
        )
        before = cpu()
        theirs()
        took = (cpu() - before) / (span // BIN)
        faster(f"{what}, pymisha", ours[half], took, GOALS.get((name, half)))
    row(f"virtual {name}: a bin at +-1 Mb, at +-1 kb", seconds(ours["1 Mb"]),
        seconds(ours["1 kb"]), ours["1 Mb"] / ours["1 kb"], at_most=FLAT[name])  # fmt: skip


def _bins_for_peer(name: str, shift: int, length: int) -> int:
    """Bins that take the peer some seconds."""
    slow = name in ("min", "max", "quantile", "stddev")
    return min(length // BIN // 2, max(10_000, 10**9 // shift) if slow else 500_000)


def _ours(track, name: str, length: int, shift: int) -> float:
    """Seconds a bin."""
    blocks = []
    for first in range(0, length // BIN, BLOCK):
        start = np.arange(first, min(first + BLOCK, length // BIN)) * BIN
        window = np.maximum(start - shift, 0), np.minimum(start + BIN + shift, length)
        blocks.append(window)

    def walk() -> None:
        CACHE.clear()
        function = signal_function(
            name, elements_of(track), params=PARAMS.get(name), is_disjoint=False
        )
        for window in blocks:
            function(0, *window)

    return medians({"ours": walk}, repeats=3)["ours"] / (length // BIN)


def disjoint(track, length: int, count: int, *, has_peer: bool) -> None:
    """Row of means over intervals that do not overlap."""
    rng = np.random.default_rng(1)
    slot = length // count
    width = max(BIN, slot * 3 // 4)
    start = np.arange(count) * slot + rng.integers(1, slot - width, count)
    end = start + width
    what = f"means of {count} intervals of {width} bp"

    def ours() -> None:
        CACHE.clear()
        mean = mean_of(elements_of(track))
        for first in range(0, count, BLOCK):
            mean(0, start[first : first + BLOCK], end[first : first + BLOCK])

    if not has_peer:
        absent(what, peer_pymisha.NAME)
        return
    frame = peer_pymisha.frame_of("chr1", start, width)
    found = mean_of(elements_of(track))(0, start, end)
    assert np.allclose(
        found, peer_pymisha.window_means(track.name, frame), equal_nan=True, rtol=1e-5
    )
    times = medians(
        {"ours": ours, "peer": lambda: peer_pymisha.window_means(track.name, frame)}, repeats=3
    )
    faster(f"{what}, pymisha", times["ours"], times["peer"], 20 if count > 500_000 else 8)


if __name__ == "__main__":
    main()
