"""Peak memory of importing 1 GB of bedGraph text: 20 chromosomes, and all on one."""

from __future__ import annotations

from typing import BinaryIO

import numpy as np
from _bench import absolute, quick, workdir
from numpy.typing import NDArray
from startup import run

from genomedb import create_database

STEP = 20
FIRST = 10_000_000
BLOCK = 500_000
Numbers = NDArray[np.int64]
TAB, DOT, NEWLINE = (np.frombuffer(c, np.uint8) for c in (b"\t", b".", b"\n"))
PEAK = """
import resource, sys
from pathlib import Path
from genomedb import GenomeDB, import_signal
import_signal(GenomeDB(sys.argv[1], "toy"), "t", sys.argv[2], bin_size=50)
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
status = Path("/proc/self/status")
if status.exists():  # ru_maxrss starts from the parent's size there, VmHWM does not
    lines = status.read_text().splitlines()
    peak = next(int(line.split()[1]) for line in lines if line.startswith("VmHWM"))
print(peak)
"""


def main() -> None:
    n_bytes = 30_000_000 if quick(__doc__) else 1_000_000_000
    for count in (20, 1):
        with workdir() as folder:
            per_chrom = n_bytes // 30 // count
            chroms = {f"chr{i}": FIRST + STEP * per_chrom for i in range(1, count + 1)}
            create_database(folder, "toy", chroms)
            path = folder / "d.bedgraph"
            with path.open("wb") as file:
                for name in chroms:
                    write(file, name, per_chrom)
            size = path.stat().st_size
            peak = float(run(["-c", PEAK, str(folder), str(path)])) * 1024 / 1e6
            absolute(f"peak memory, {size / 1e6:.4g} MB of bedGraph, chromosomes: {count}",
                     peak, "MB", 400)  # fmt: skip


def write(file: BinaryIO, chrom: str, n: int) -> None:
    """`n` lines with positions from `FIRST` on and values of two decimals."""
    rng = np.random.default_rng(n)
    for a in range(0, n, BLOCK):
        start = FIRST + STEP * np.arange(a, min(a + BLOCK, n))
        value = rng.integers(1000, 10_000, start.size)
        short = start < 10**8 - STEP  # lines of one block part have one width
        for part, width in ((short, 8), (~short, 9)):
            if part.any():
                file.write(lines(chrom, start[part], value[part], width))


def lines(chrom: str, start: Numbers, value: Numbers, width: int) -> bytes:
    """Lines whose positions have `width` digits (the first of a wider part may have a 0)."""
    name = np.frombuffer(f"{chrom}\t".encode(), np.uint8)
    columns = [
        name, digits(start, width), TAB, digits(start + STEP, width), TAB,
        digits(value // 100, 2), DOT, digits(value % 100, 2), NEWLINE,
    ]  # fmt: skip
    return np.hstack([np.broadcast_to(c, (start.size, c.shape[-1])) for c in columns]).tobytes()


def digits(values: Numbers, width: int) -> NDArray[np.uint8]:
    """Decimal digits as rows of letters."""
    powers = 10 ** np.arange(width - 1, -1, -1)
    return (values[:, None] // powers % 10 + ord("0")).astype(np.uint8)


if __name__ == "__main__":
    main()
