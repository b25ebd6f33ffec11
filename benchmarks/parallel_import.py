"""Import on two processes against one, by the wall, beside what a control gains there and then.

One process uses one thread, so that two processes are twice as much; when these have ended, what
was written is checked by two threads. The control that takes turns
with the imports is zlib in one process and in two that share nothing. Best of several turns.
"""

from __future__ import annotations

import multiprocessing
import time
import zlib

import numpy as np
import pyBigWig
from _bench import Task, bedgraph_lines, depth, faster, medians, quick, workdir

from genomedb import create_database, import_signal
from genomedb.storage.pool import decoding_threads

N_CHROMS = 8
BIN_SIZE = 20


def main() -> None:
    small = quick(__doc__)
    per_chrom = 100_000 if small else 3_000_000
    chroms = {f"chr{i}": per_chrom * 25 for i in range(1, N_CHROMS + 1)}
    with workdir() as folder:
        db = create_database(folder, "toy", chroms)
        text, bigwig = folder / "x.bedgraph", folder / "x.bw"
        with text.open("w") as file:
            for i, name in enumerate(chroms):
                file.write(bedgraph_lines(name, per_chrom, 25, i))
        with pyBigWig.open(str(bigwig), "w") as file:
            file.addHeader(list(chroms.items()))
            for i, name in enumerate(chroms):
                rng = np.random.default_rng(i)
                edges = np.arange(0, per_chrom * 25 + 1, 25)
                values = rng.integers(0, 10_000, per_chrom) / 100
                file.addEntries([name] * per_chrom, edges[:-1], ends=edges[1:], values=values)
        for path in (text, bigwig):
            compare(db, path)


def compare(db, path) -> None:
    def imported(jobs: int) -> Task:
        def run() -> None:
            with decoding_threads(jobs):
                import_signal(db, "x", path, bin_size=BIN_SIZE, overwrite=True, executor=jobs)

        return run

    tasks = {
        "one": imported(1), "two": imported(2), "zlib": zlib_in(1), "zlib twice": zlib_in(2),
    }  # fmt: skip
    times = medians(tasks, 3, time.perf_counter, min)
    gain = 2 * times["zlib"] / times["zlib twice"]
    what = f"import {path.suffix} at {BIN_SIZE} bp, two processes, wall (control gains {gain:.2f})"
    faster(f"{what}, one process", times["two"], times["one"], 1.6)


def zlib_in(count: int) -> Task:
    """Task of so many processes that share nothing; they only inflate."""
    packed = zlib.compress(depth(4_000_000, 5).tobytes(), 1)
    context = multiprocessing.get_context("fork")

    def work() -> None:
        for _ in range(20):
            zlib.decompress(packed)

    def run() -> None:
        jobs = [context.Process(target=work) for _ in range(count)]
        for job in jobs:
            job.start()
        for job in jobs:
            job.join()

    return run


if __name__ == "__main__":
    main()
