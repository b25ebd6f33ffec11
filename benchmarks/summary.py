"""Mean of a whole chromosome, warm, and of many regions; what building the pyramid costs."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from _bench import absent, absolute, depth, faster, medians, quick, row, workdir
from startup import run

from genomedb import create_database, export_bigwig
from genomedb.tracks.create import new_dense

PEAK = """
import sys, time
from pathlib import Path
from genomedb import GenomeDB
track = GenomeDB(sys.argv[1], "toy").open_track("none")
track.summary()
lines = Path("/proc/self/status").read_text().splitlines()
print(next(int(line.split()[1]) for line in lines if line.startswith("VmHWM")))
"""


def main() -> None:
    n = 2_000_000 if quick(__doc__) else 100_000_000
    values = {"chr1": depth(n, 5)}
    with workdir() as folder:
        db = create_database(folder, "toy", {"chr1": n})

        def write(name: str, *, pyramid: bool) -> None:
            with new_dense(db.place(name), bin_size=1, dtype="uint16", pyramid=pyramid,
                           overwrite=True) as draft:  # fmt: skip
                draft.write("chr1", [values["chr1"]])

        cost = medians({"with": lambda: write("with", pyramid=True),
                        "none": lambda: write("none", pyramid=False)}, repeats=3)  # fmt: skip
        sizes = {name: db.track_path(name).stat().st_size for name in ("with", "none")}
        row("pyramid: time of a dense track from memory", f"{cost['with']:.3g} s",
            f"{cost['none']:.3g} s", cost["with"] / cost["none"])  # fmt: skip
        row("pyramid: size", f"{sizes['with'] / 1e6:.4g} MB", f"{sizes['none'] / 1e6:.4g} MB",
            sizes["with"] / sizes["none"])  # fmt: skip
        track, bare = db.open_track("with"), db.open_track("none")
        rng = np.random.default_rng(3)
        start = rng.integers(0, n - 200_000, 100)
        regions = (["chr1"] * 100, start, start + 200_000)

        def mean(of, what):
            return of.summary(what).mean

        took = medians({
            "whole": lambda: [mean(track, "chr1") for _ in range(1000)],
            "bare": lambda: mean(bare, "chr1"),
            "regions": lambda: mean(track, regions),
            "bare regions": lambda: mean(bare, regions),
        })  # fmt: skip
        absolute("mean of a whole chromosome, warm", took["whole"] / 1000 * 1e6, "us", 50)
        faster("mean of a whole chromosome, no pyramid", took["whole"] / 1000, took["bare"])
        faster("100 means of 200 kb, no pyramid", took["regions"], took["bare regions"])
        against_pybigwig(track, folder / "d.bw", took["whole"] / 1000)
        peak = float(run(["-c", PEAK, str(folder)])) * 1024 / 1e6
        absolute(f"peak memory, statistics of {n} bins without pyramid", peak, "MB", 300)


def against_pybigwig(track, path: Path, ours: float) -> None:
    """The same question to pyBigWig."""
    what = "mean of a whole chromosome, pyBigWig.stats"
    try:
        import pyBigWig
    except ImportError:
        absent(what, "pyBigWig")
        return
    export_bigwig(track, path)
    with pyBigWig.open(str(path)) as file:
        took = medians({
            "zoom": lambda: [file.stats("chr1") for _ in range(20)],
            "exact": lambda: file.stats("chr1", exact=True),
        })  # fmt: skip
    faster(what, ours, took["zoom"] / 20)
    faster(f"{what}(exact=True)", ours, took["exact"])


if __name__ == "__main__":
    main()
