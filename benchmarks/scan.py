"""Full scan of a compressed, checksummed dense track, against h5py on the same file.

h5py reads without its chunk cache, which costs a scan nothing; with it, a repeated scan of
a small track would find decoded chunks of the scan before. Two threads are timed by the wall,
the best of several turns; a control that takes turns with them, zlib in one process and in
two, says what the second core could give at that time.
"""

from __future__ import annotations

import functools
import multiprocessing
import time
import zlib

import h5py
import numpy as np
from _bench import Task, cut_sites, depth, faster, floats, medians, quick, workdir

from genomedb import create_database
from genomedb.storage.columns import decoding_threads

BLOCK_BYTES = 1 << 22
GOALS = {
    "depth 5x uint16": 3,
    "depth 30x uint16": 3,
    "ATAC counts uint16": 3,
    "full-precision float32": 2,
}


def main() -> None:
    n = 4_000_000 if quick(__doc__) else 32_000_000
    data = {
        "depth 5x uint16": depth(n, 5),
        "depth 30x uint16": depth(n, 30),
        "ATAC counts uint16": cut_sites(n),
        "full-precision float32": floats(n),
    }
    with workdir() as folder:
        db = create_database(folder, "toy", {"chr1": n})
        for i, (what, values) in enumerate(data.items()):
            track = db.create_dense(f"t{i}", {"chr1": values}, bin_size=1, dtype=values.dtype.name)
            scans(what, track, values)


def scans(what, track, values) -> None:
    with h5py.File(track.path, rdcc_nbytes=0) as file:
        dataset = file["chr1"]
        size = BLOCK_BYTES // values.itemsize
        buffer = np.empty(size, values.dtype)

        def by_h5py() -> None:
            for a in range(0, values.size, size):
                b = min(a + size, values.size)
                dataset.read_direct(buffer, np.s_[a:b], np.s_[: b - a])

        for block in track.iter_chrom_blocks(reuse=True):
            assert np.array_equal(block.values, values[block.start : block.end])
        one, two = functools.partial(scan, track, 1), functools.partial(scan, track, 2)
        times = medians({"ours": one, "peer": by_h5py})
        faster(f"scan {what}, one thread, h5py", times["ours"], times["peer"], GOALS[what])
        tasks = {"one": one, "two": two, "zlib": zlib_in(1), "zlib twice": zlib_in(2)}
        times = medians(tasks, 9, time.perf_counter, min)
        gain = 2 * times["zlib"] / times["zlib twice"]
        what = f"scan {what}, two threads, wall (control gains {gain:.2f}), one thread"
        faster(what, times["two"], times["one"], 1.5)


def scan(track, threads: int) -> None:
    with decoding_threads(threads):
        for _ in track.iter_chrom_blocks(reuse=True):
            pass


def zlib_in(count: int) -> Task:
    """Task of so many processes that share nothing; they only inflate."""
    packed = zlib.compress(depth(4_000_000, 5).tobytes(), 1)
    context = multiprocessing.get_context("fork")

    def work() -> None:
        for _ in range(3):
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
