"""A misha database of dense, sparse and array tracks: bytes a second, and peak memory.

The peer reads such a database where it is, so that there is nothing of its own to compare with.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
from _bench import floats, quick, row, scaled_counts, workdir
from numpy.typing import NDArray
from startup import run

N_CHROMS = 4
BIN = 10
PEAK = """
import sys
from pathlib import Path
from genomedb.importers.misha_database import import_misha
from genomedb.tracks.create import Storage
report = import_misha(sys.argv[1], sys.argv[2], storage=Storage(sys.argv[3] or None))
assert report.n("imported") == 1, report.objects
status = Path("/proc/self/status").read_text().splitlines()
print(next(int(line.split()[1]) for line in status if line.startswith("VmHWM")))
"""


def main() -> None:
    n = 500_000 if quick(__doc__) else 25_000_000  # values of a chromosome
    made: dict[str, Callable[[Path, int], None]] = {
        "dense, scaled counts": lambda folder, size: dense(folder, scaled_counts(size)),
        "dense, all digits": lambda folder, size: dense(folder, floats(size)),
        "dense, all digits, not compressed": lambda folder, size: dense(folder, floats(size)),
        "sparse": sparse,
        "array of 5 columns": array,
    }
    for what, write in made.items():
        with workdir() as folder:
            track = folder / "misha" / "tracks" / "t.track"
            track.mkdir(parents=True)
            write(track, n if what.startswith("dense") else n // 10)
            sizes = "".join(f"chr{i}\t{n * BIN}\n" for i in range(1, N_CHROMS + 1))
            (folder / "misha" / "chrom_sizes.txt").write_text(sizes)
            n_bytes = sum(path.stat().st_size for path in track.glob("chr*"))
            before = time.perf_counter()
            codec = "" if what.endswith("not compressed") else "gzip"
            peak = run(["-c", PEAK, str(folder / "misha"), str(folder / "ours"), codec])
            rate = n_bytes / 1e6 / (time.perf_counter() - before)
            memory = float(peak) * 1024 / 1e6
            # gdb_import_misha stores tracks plain unless CONFIG asks for less: that has the goal
            goal = 100 if what.startswith("dense") and what != "dense, all digits" else None
            row(f"{n_bytes / 1e6:.3g} MB, {what}: MB/s", f"{rate:.3g} MB/s", "-", rate,
                at_least=goal)  # fmt: skip
            row(f"{what}: peak memory", f"{memory:.3g} MB", "-", memory, at_most=500)


def dense(track: Path, values: NDArray[np.float32]) -> None:
    for i in range(1, N_CHROMS + 1):
        (track / f"chr{i}").write_bytes(np.array([BIN], "<u4").tobytes() + values.tobytes())


def sparse(track: Path, n: int) -> None:
    records = np.zeros(n, [("start", "<i8"), ("end", "<i8"), ("value", "<f4")])
    records["start"] = np.arange(n) * 2 * BIN
    records["end"] = records["start"] + BIN
    records["value"] = floats(n)
    for i in range(1, N_CHROMS + 1):
        (track / f"chr{i}").write_bytes(np.array([-1], "<i4").tobytes() + records.tobytes())


def array(track: Path, n: int, k: int = 5) -> None:
    pairs = [("value", "<f4"), ("column", "<u4")]
    blocks = np.zeros(n, [("k", "<u4"), ("pairs", pairs, (k,))])
    blocks["k"] = k
    blocks["pairs"]["value"] = floats(n * k).reshape(n, k)
    blocks["pairs"]["column"] = np.arange(k)
    rows = np.zeros(n, [("start", "<i8"), ("end", "<i8"), ("at", "<i8")])
    rows["start"] = np.arange(n) * 2 * BIN
    rows["end"] = rows["start"] + BIN
    rows["at"] = 12 + np.arange(n) * blocks.itemsize
    head = np.array([-8], "<i4").tobytes() + np.array([12 + blocks.nbytes], "<i8").tobytes()
    body = head + blocks.tobytes() + np.array([n], "<u8").tobytes() + rows.tobytes()
    for i in range(1, N_CHROMS + 1):
        (track / f"chr{i}").write_bytes(body)
    (track / ".colnames").write_bytes(r_names([f"c{i}" for i in range(k)]))


def r_names(names: list[str]) -> bytes:
    """A vector of texts in R's serialization."""
    numbers = np.array([2, 0x030500, 0x020300, 16, len(names)], ">i4").tobytes()
    texts = (np.array([9, len(n)], ">i4").tobytes() + n.encode() for n in names)
    return b"X\n" + numbers + b"".join(texts)


if __name__ == "__main__":
    main()
