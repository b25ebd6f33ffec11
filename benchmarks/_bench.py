"""What all benchmarks share: simulated data, timing, and the row that is printed."""

from __future__ import annotations

import argparse
import os
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

os.environ.setdefault("GENOMEDB_PROGRESS", "0")
Task = Callable[[], Any]


def quick(description: str | None) -> bool:
    """Read the command line; True asks for small sizes."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--quick", action="store_true", help="small sizes, to see that it runs")
    return bool(parser.parse_args().quick)


@contextmanager
def workdir() -> Iterator[Path]:
    """A directory that is removed afterwards."""
    with tempfile.TemporaryDirectory(prefix="genomedb_bench_") as folder:
        yield Path(folder)


# ---- timing


def cpu() -> float:
    """CPU seconds of this process, all its threads, and its ended children."""
    times = os.times()
    return time.process_time() + times.children_user + times.children_system


def medians(
    tasks: Mapping[str, Task],
    repeats: int = 5,
    clock: Callable[[], float] = cpu,
    choose: Callable[[list[float]], float] = statistics.median,
) -> dict[str, float]:
    """Median seconds of each task (or the best: `min`); they take turns, the first untimed."""
    found: dict[str, list[float]] = {name: [] for name in tasks}
    for turn in range(repeats + 1):
        for name, task in tasks.items():
            before = clock()
            task()
            if turn:
                found[name].append(clock() - before)
    return {name: choose(times) for name, times in found.items()}


# ---- rows


def row(
    what: str, ours: str, peer: str, ratio: float,
    *, at_least: float | None = None, at_most: float | None = None,
) -> None:  # fmt: skip
    """Print ``what | ours | peer | ratio | to reach | reached?``; no target, no verdict."""
    if at_least is not None:
        goal, good = f">= {at_least:g}", ratio >= at_least
    elif at_most is not None:
        goal, good = f"<= {at_most:g}", ratio <= at_most
    else:
        goal, good = "-", None
    verdict = {True: "yes", False: "**no**", None: "-"}[good]
    print(f"{what} | {ours} | {peer} | {ratio:.3g} | {goal} | {verdict}", flush=True)


def faster(what: str, ours: float, peer: float, at_least: float | None = None) -> None:
    """Row of two times, ratio = peer / ours."""
    row(what, seconds(ours), seconds(peer), peer / ours, at_least=at_least)


def absolute(what: str, value: float, unit: str, at_most: float) -> None:
    """Row of a figure that has no peer."""
    row(what, f"{value:.3g} {unit}", "-", value, at_most=at_most)


def absent(what: str, peer: str) -> None:
    """Row of a peer that is not installed."""
    print(f"{what} | - | {peer} is not installed | - | - | absent", flush=True)


def seconds(value: float) -> str:
    """A time in a readable unit."""
    for factor, unit in ((1, "s"), (1e3, "ms")):
        if value * factor >= 1:
            return f"{value * factor:.3g} {unit}"
    return f"{value * 1e6:.3g} us"


# ---- data


def depth(n: int, fold: float, seed: int = 1) -> NDArray[np.uint16]:
    """Read depth at every base: reads of 100 bp at random places."""
    starts = np.random.default_rng(seed).integers(0, n, int(n * fold / 100))
    edges = (
        np.bincount(starts, minlength=n)
        - np.bincount(np.minimum(starts + 100, n), minlength=n + 1)[:n]
    )
    return np.cumsum(edges).astype(np.uint16)


def cut_sites(n: int, seed: int = 2) -> NDArray[np.uint16]:
    """Counts of insertions as ATAC-seq has them: peaks of 500 bp on a thin background."""
    rng = np.random.default_rng(seed)
    counts = np.bincount(rng.integers(0, n, n // 50), minlength=n)
    peaks = rng.integers(0, n, n // 30_000)
    heights = rng.lognormal(3.5, 1, peaks.size).astype(np.int64)
    at = np.repeat(peaks, heights) + rng.normal(0, 150, int(heights.sum())).astype(np.int64)
    counts += np.bincount(at[(at >= 0) & (at < n)], minlength=n)
    return counts.astype(np.uint16)


def floats(n: int, seed: int = 3) -> NDArray[np.float32]:
    """Signal whose float32 values use all their digits."""
    return np.random.default_rng(seed).gamma(2.0, 3.0, n).astype(np.float32)


def scaled_counts(n: int) -> NDArray[np.float32]:
    """Counts times one factor, as normalised coverage is stored."""
    return depth(n, 5).astype(np.float32) * np.float32(0.0371267)


def runs(values: NDArray[Any]) -> tuple[NDArray[Any], NDArray[Any], NDArray[Any]]:
    """Start, end and value of the runs of equal values."""
    start = np.concatenate(([0], np.flatnonzero(values[1:] != values[:-1]) + 1))
    return start, np.append(start[1:], values.size), values[start]


def bedgraph_lines(chrom: str, n: int, width: int, seed: int) -> str:
    """`n` neighbouring intervals whose values have up to two decimals."""
    values = np.random.default_rng(seed).integers(0, 10_000, n).tolist()
    text = [f"{v / 100:g}" for v in range(10_000)]
    line = f"{chrom}\t%d\t%d\t%s\n"
    return "".join([line % (i * width, (i + 1) * width, text[v]) for i, v in enumerate(values)])
