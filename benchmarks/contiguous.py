"""Uncompressed track: full scan against copying from memory, and single windows.

Blocks of the mapped file are copied into a hot buffer; the peer copies equal blocks of an
array in memory into the same buffer. The first scan also checks the checksums.
"""

from __future__ import annotations

import time

import numpy as np
from _bench import absolute, faster, floats, medians, quick, row, seconds, workdir

from genomedb import GenomeDB, create_database
from genomedb.storage.write import Storage

BLOCK_BYTES = 1 << 18


def main() -> None:
    small = quick(__doc__)
    n = 4_000_000 if small else 64_000_000
    values = floats(n)
    size = BLOCK_BYTES // values.itemsize
    buffer = np.empty(size, values.dtype)
    with workdir() as folder:
        db = create_database(folder, "toy", {"chr1": n})
        storage = Storage(compression=None)
        db.create_dense("t", {"chr1": values}, bin_size=1, storage=storage)
        track = GenomeDB(folder, "toy").open_track("t")

        def ours() -> None:
            for block in track.iter_chrom_blocks(block_bins=size):
                np.copyto(buffer[: block.values.size], block.values)

        def memcpy() -> None:
            for a in range(0, n, size):
                part = values[a : a + size]
                np.copyto(buffer[: part.size], part)

        before = time.perf_counter()
        ours()
        first = time.perf_counter() - before
        assert np.array_equal(track.read("chr1"), values)
        times = medians({"ours": ours, "peer": memcpy}, 7)
        row("first contiguous scan, checksums verified, memcpy", seconds(first),
            seconds(times["peer"]), times["peer"] / first)  # fmt: skip
        faster("contiguous scan, memcpy", times["ours"], times["peer"], 0.7)

        starts = np.random.default_rng(0).integers(0, n - 1000, 20_000).tolist()

        def windows() -> None:
            for a in starts:
                track.read("chr1", a, a + 1000)

        each = medians({"ours": windows})["ours"] / len(starts)
        absolute("1-kb window of a contiguous track", each * 1e6, "us", 3)


if __name__ == "__main__":
    main()
