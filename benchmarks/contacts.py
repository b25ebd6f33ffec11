"""Contact matrices: 10 million pixels from .cool and back, and contacts of a .pairs file.

The peer of import and export is cooler: making the same file of a table in memory, and dumping it
as text. The peer of contacts is ``cooler cload pairs``, which makes a matrix of them. Windows are
squares of 1 Mb on the diagonal, warm, beside cooler and hictkpy on the same .cool file. Memory is
the most that a process of its own held while it imported and exported.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
from _bench import absent, absolute, faster, medians, quick, workdir

from genomedb import GenomeDB, create_database, export_cool, import_contacts, import_cool

try:
    import cooler
    import pandas as pd
except ImportError:
    cooler = None
SIZES = {"chr1": 248_956_422, "chr2": 242_193_529, "chr3": 198_295_559, "chr4": 190_214_555}
BIN, MOST_MB, SQUARE = 10_000, 600, 1_000_000
PEAK = """
import sys
from genomedb import GenomeDB, export_cool, import_cool
db = GenomeDB(sys.argv[1], "toy")
if sys.argv[4] == "import":
    import_cool(db, "peak", sys.argv[2])
else:
    export_cool(db["peak"], sys.argv[3])
status = open("/proc/self/status").read()  # not ru_maxrss, which begins with the parent's
print(int(status.split("VmHWM:")[1].split()[0]) / 1024)
"""


def main() -> None:
    small = quick(__doc__)
    n = 200_000 if small else 10_000_000
    if cooler is None:
        absent(f"{n:,} pixels of .cool", "cooler")
        return
    with workdir() as folder:
        db = create_database(folder, "toy", SIZES)
        bins, pixels = cooler.binnify(pd.Series(SIZES), BIN), pixels_of(n)
        source, made = folder / "in.cool", folder / "out.cool"
        cooler.create_cooler(str(source), bins, pixels, ordered=True)
        dump = [sys.executable, "-m", "cooler", "dump", str(source), "-o", str(folder / "dump")]
        times = medians({
            "import": lambda: import_cool(db, "hic", source, overwrite=True),
            "export": lambda: export_cool(db["hic"], made, overwrite=True),
            "create": lambda: cooler.create_cooler(str(made), bins, pixels, ordered=True),
            "dump": lambda: subprocess.run(dump, check=True),
        }, 1 if small else 2, choose=min)  # fmt: skip
        what = f"{n:,} pixels"
        faster(f"{what} imported and exported, cooler's create and dump",
               times["import"] + times["export"], times["create"] + times["dump"], 1)  # fmt: skip
        faster(f"{what} imported, cooler's create", times["import"], times["create"])
        faster(f"{what} exported, cooler's dump", times["export"], times["dump"], 1)
        export_cool(db["hic"], made, overwrite=True)
        assert cooler.Cooler(str(made)).pixels()[:].equals(cooler.Cooler(str(source)).pixels()[:])
        for verb in ("import", "export"):
            absolute(f"{what}: memory to {verb}", peak(folder, source, verb), "MB", MOST_MB)
        windows(db, source, 20 if small else 200)
        contacts(db, folder, n // 10)


def pixels_of(n: int) -> pd.DataFrame:
    """Counts that fall with the distance, and some far from the diagonal."""
    rng = np.random.default_rng(3)
    n_bins, many = sum(-(-size // BIN) for size in SIZES.values()), int(n * 1.6)
    bin1 = rng.integers(0, n_bins, many)
    near = np.floor(np.exp(rng.random(many) * np.log(8000))).astype(np.int64) - 1
    bin2 = np.where(rng.random(many) < 0.2, rng.integers(0, n_bins, many), bin1 + near)
    kept = bin2 < n_bins
    low, high = np.minimum(bin1, bin2)[kept], np.maximum(bin1, bin2)[kept]
    key = np.unique(low * n_bins + high)
    key = np.sort(rng.choice(key, min(n, key.size), replace=False))
    count = (rng.pareto(1.5, key.size) + 1).astype(np.int32)
    return pd.DataFrame({"bin1_id": key // n_bins, "bin2_id": key % n_bins, "count": count})


def peak(folder: Path, source: Path, verb: str) -> float:
    """Megabytes that a process of its own held at most."""
    words = [str(folder), str(source), str(folder / "peak.cool"), verb]
    done = subprocess.run(
        [sys.executable, "-c", PEAK, *words], check=True, capture_output=True, text=True
    )
    return float(done.stdout)


def windows(db: GenomeDB, source: Path, n: int) -> None:
    """Squares on the diagonal of chr1."""
    start = np.random.default_rng(4).integers(0, SIZES["chr1"] - SQUARE, n) // BIN * BIN
    track, matrix = db["hic"], cooler.Cooler(str(source)).matrix(balance=False, as_pixels=True)
    regions = [f"chr1:{a}-{a + SQUARE}" for a in start.tolist()]
    tasks = {
        "ours": lambda: [track.read("chr1", a, a + SQUARE) for a in start.tolist()],
        "cooler": lambda: [matrix.fetch(region) for region in regions[: n // 10]],
    }
    try:
        import hictkpy
    except ImportError:
        absent("1-Mb square on the diagonal", "hictkpy")
    else:
        file = hictkpy.File(str(source))
        tasks["hictkpy"] = lambda: [file.fetch(region).to_df() for region in regions]
    times = medians(tasks, 3)
    what = "1-Mb square on the diagonal"
    if "hictkpy" in times:
        faster(f"{what}, hictkpy", times["ours"] / n, times["hictkpy"] / n, 1)
    faster(f"{what}, cooler", times["ours"] / n, times["cooler"] / (n // 10), 30)


def contacts(db: GenomeDB, folder: Path, n: int) -> None:
    """A .pairs file as a track of points, and as a matrix of cooler."""
    rng, names = np.random.default_rng(5), list(SIZES)
    path, sizes = folder / "x.pairs", folder / "sizes"
    sizes.write_text("".join(f"{name}\t{size}\n" for name, size in SIZES.items()))
    chrom, x = rng.integers(0, 4, n), rng.integers(1, 150_000_000, n)
    y = x + np.exp(rng.random(n) * 17).astype(np.int64)
    with path.open("w") as text:
        text.writelines(
            f".\t{names[c]}\t{a}\t{names[c]}\t{b}\n"
            for c, a, b in zip(chrom.tolist(), x.tolist(), y.tolist(), strict=True)
        )
    load = [sys.executable, "-m", "cooler", "cload", "pairs", "-c1", "2", "-p1", "3", "-c2", "4"]
    load += ["-p2", "5", f"{sizes}:{BIN}", str(path), str(folder / "pairs.cool")]
    times = medians({
        "ours": lambda: import_contacts(db, "pairs", path, overwrite=True),
        "cooler": lambda: subprocess.run(load, check=True, capture_output=True),
    }, 1)  # fmt: skip
    faster(f"{n:,} contacts of .pairs, cooler cload", times["ours"], times["cooler"])


if __name__ == "__main__":
    main()
