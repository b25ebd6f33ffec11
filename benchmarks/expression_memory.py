"""Peak memory of verbs over two tracks of 3 x 200 Mb at 1 bp, 1.8 GB of values, nothing kept.

Every figure is of a process of its own that does one verb; with an executor of two processes it
is that of the process that asks, and of the larger of its two workers. Files are written of means
over 50 bp, since text of 600 million rows would be 20 GB.
"""

from __future__ import annotations

import numpy as np
from _bench import absolute, quick, workdir
from startup import run

from genomedb import create_database

EXPRESSION = "np.log(a + 1) - b"
LIMIT = 300
VERBS = {
    "summary": f'summary(db, "{EXPRESSION}", executor=jobs)',
    "screen": f'screen(db, "{EXPRESSION} > 1.9", executor=jobs)',
    "extract_blocks":
        f'sum(len(x) for x in extract_blocks(db, "{EXPRESSION}", executor=jobs))',
    "extract_to_file, text":
        f'extract_to_file(db, "{EXPRESSION}", folder + "/t.tsv", iterator=50,'
        " executor=jobs, overwrite=True)",
    "extract_to_file, Parquet":
        f'extract_to_file(db, "{EXPRESSION}", folder + "/t.parquet", iterator=50,'
        " executor=jobs, overwrite=True)",
}  # fmt: skip
PEAK = """
import resource, sys
from pathlib import Path
from genomedb import GenomeDB, extract_blocks, extract_to_file, screen, summary
def peak():
    status = Path("/proc/self/status")
    if status.exists():  # ru_maxrss starts from the parent's size there, VmHWM does not
        lines = status.read_text().splitlines()
        return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM"))
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
if __name__ == "__main__":
    folder, jobs = sys.argv[1], int(sys.argv[2])
    db = GenomeDB(folder, "toy")
    VERB
    print(peak(), resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
"""


def main() -> None:
    length = 2_000_000 if quick(__doc__) else 200_000_000
    chroms = {f"chr{i}": length for i in range(1, 4)}
    with workdir() as folder:
        db = create_database(folder, "toy", chroms)
        for seed, (name, dtype) in enumerate({"a": np.uint16, "b": np.uint8}.items()):
            values = simulated(length, seed).astype(dtype)
            db.create_dense(name, dict.fromkeys(chroms, values), bin_size=1)
        del values
        for verb, code in VERBS.items():
            script = folder / "peak.py"
            script.write_text(PEAK.replace("VERB", code))
            for jobs in (1, 2):
                own, workers = map(int, run([str(script), str(folder), str(jobs)]).split())
                what = f"peak memory, {verb}, 3 x {length // 1_000_000} Mb at 1 bp"
                if jobs == 1:
                    absolute(what, own * 1024 / 1e6, "MB", LIMIT)
                    continue
                absolute(f"{what}, executor=2", own * 1024 / 1e6, "MB", LIMIT)
                absolute(f"{what}, a worker of these", workers * 1024 / 1e6, "MB", LIMIT)


def simulated(length: int, seed: int) -> np.ndarray:
    """Depth that repeats itself after a million bases."""
    levels = np.random.default_rng(seed).poisson(3, 50_000)
    some = np.repeat(levels, 20)
    return np.tile(some, -(-length // some.size))[:length]


if __name__ == "__main__":
    main()
