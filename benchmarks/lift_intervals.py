"""Liftover of a million intervals through a chain file, against pyliftover and liftover.

Both convert one position a call: an interval takes two calls. They are asked a part of the
intervals, and their time is taken as that many times as much. Reading the chain file is not timed.
"""

from __future__ import annotations

import functools

import numpy as np
import pandas as pd
from _bench import absent, faster, medians, quick, workdir

from genomedb import ChromTable, liftover_intervals, load_chains

N_CHROMS = 24
LENGTH = 100_000_000
GOALS = {"pyliftover": 20}


def main() -> None:
    small = quick(__doc__)
    n, n_blocks = (50_000, 200) if small else (1_000_000, 4000)
    names = [f"chr{i + 1}" for i in range(N_CHROMS)]
    chroms = ChromTable.from_pairs((name, LENGTH) for name in names)
    rng = np.random.default_rng(1)
    with workdir() as folder:
        path = folder / "aToB.over.chain"
        path.write_text("".join(chain(name, i, n_blocks, rng) for i, name in enumerate(names, 1)))
        chains = load_chains(path, chroms)
        start = rng.integers(0, LENGTH - 500, n)
        frame = pd.DataFrame({
            "chrom": pd.Categorical.from_codes(rng.integers(0, N_CHROMS, n), names),
            "start": start, "end": start + rng.integers(20, 500, n),
        })  # fmt: skip
        part = frame.iloc[:: 100 if not small else 10]
        ours = functools.partial(liftover_intervals, frame, chains)
        check(part, chains, path)
        for package, convert in converters(path):
            if convert is None:
                absent(f"liftover of {n:,} intervals, {package}", package)
                continue
            peer = functools.partial(by_calls, convert, part)
            times = medians({"ours": ours, "peer": peer}, 3)
            faster(f"liftover of {n:,} intervals, {package}", times["ours"],
                   times["peer"] * n / len(part), GOALS.get(package))  # fmt: skip


def chain(name: str, number: int, n_blocks: int, rng) -> str:
    """A chain over most of a chromosome: blocks of some kb with small gaps, some reversed."""
    size = rng.integers(2000, 20_000, n_blocks)
    gaps = rng.integers(0, 300, (2, n_blocks))
    gaps[:, -1] = 0
    source, target = int(size.sum() + gaps[0].sum()), int(size.sum() + gaps[1].sum())
    lines = [f"chain {1000 - number} {name} {LENGTH} + 1000 {1000 + source} {name} {LENGTH} "
             f"{'-' if number % 5 == 0 else '+'} 5000 {5000 + target} {number}"]  # fmt: skip
    rows = zip(size.tolist(), *gaps.tolist(), strict=True)
    lines += [f"{s} {a} {b}" for s, a, b in rows]
    lines[-1] = str(size[-1])
    return "\n".join(lines) + "\n\n"


def converters(path):
    """Each peer with its call for one position, or None."""
    try:
        from pyliftover import LiftOver

        lifter = LiftOver(str(path))
        yield "pyliftover", lambda chrom, at: lifter.convert_coordinate(chrom, at)
    except ImportError:
        yield "pyliftover", None
    try:
        from liftover import ChainFile

        other = ChainFile(str(path))
        yield "liftover", lambda chrom, at: other[chrom][at]
    except ImportError:
        yield "liftover", None


def by_calls(convert, frame) -> None:
    chroms, starts, ends = (frame[c].tolist() for c in ("chrom", "start", "end"))
    for chrom, start, end in zip(chroms, starts, ends, strict=True):
        convert(chrom, start)
        convert(chrom, end - 1)


def check(frame, chains, path) -> None:
    """The first base of intervals comes to lie where the peers say."""
    points = frame.assign(end=frame["start"] + 1).reset_index(drop=True)
    found = liftover_intervals(points, chains).set_index("intervalID")
    for _, convert in converters(path):
        if convert is None:
            continue
        for i, (chrom, start) in enumerate(zip(points["chrom"], points["start"], strict=True)):
            wanted = convert(chrom, int(start))
            assert bool(wanted) == (i in found.index)
            if wanted:
                assert tuple(wanted[0][:2]) == (found["chrom"][i], found["start"][i])


if __name__ == "__main__":
    main()
