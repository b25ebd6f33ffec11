"""bedGraph of 50-bp intervals to a 50-bp track: 20 chromosomes, values of up to 2 decimals.

The polars route reads the text into a frame and puts the values into one array a chromosome
with numpy, trusting that every interval is one bin. It writes nothing, checks nothing and
computes no weighted mean: less work than an import.
"""

from __future__ import annotations

import gzip

import _peer_pymisha as peer_pymisha
import numpy as np
from _bench import absent, bedgraph_lines, faster, medians, quick, workdir

from genomedb import create_database, import_signal

try:
    import polars
except ImportError:
    polars = None
WIDTH = 50


def main() -> None:
    lines = 200_000 if quick(__doc__) else 5_000_000
    per_chrom = lines // 20
    chroms = {f"chr{i}": per_chrom * WIDTH for i in range(1, 21)}
    with workdir() as folder:
        plain, packed = folder / "d.bedgraph", folder / "d.bedgraph.gz"
        with plain.open("w") as text, gzip.open(packed, "wt", compresslevel=6) as gz:
            for i, name in enumerate(chroms):
                block = bedgraph_lines(name, per_chrom, WIDTH, i)
                text.write(block)
                gz.write(block)
        db = create_database(folder, "toy", chroms)
        if peer_pymisha.installed():
            peer_pymisha.create_database(folder, chroms)
        for path, goal in ((plain, 8), (packed, 10)):
            compare(db, path, chroms, goal)


def compare(db, path, chroms, goal: float) -> None:
    def ours():
        import_signal(db, "t", path, bin_size=WIDTH, overwrite=True)

    tasks = {"ours": ours}
    if peer_pymisha.installed():
        tasks["pymisha"] = lambda: peer_pymisha.import_file("t", path, WIDTH)
    if polars is not None:
        tasks["polars"] = lambda: by_polars(path, chroms)
    times = medians(tasks, 3)
    kind = "gz" if path.suffix == ".gz" else "plain"
    what = f"bedGraph to 50-bp track, {kind}"
    got = db.open_track("t").read("chr2")
    if "pymisha" in times:
        assert np.array_equal(got, peer_pymisha.values("t", "chr2", chroms["chr2"], WIDTH))
        faster(f"{what}, pymisha", times["ours"], times["pymisha"], goal)
    else:
        absent(f"{what}, pymisha", peer_pymisha.NAME)
    if "polars" in times:
        assert np.array_equal(got, by_polars(path, chroms)["chr2"])
        faster(f"{what}, polars without writing", times["ours"], times["polars"],
               2 if kind == "plain" else None)  # fmt: skip
    else:
        absent(f"{what}, polars", "polars")


def by_polars(path, chroms):
    frame = polars.read_csv(
        path, separator="\t", has_header=False, new_columns=["chrom", "start", "end", "value"],
        schema_overrides={"column_4": polars.Float32},
    )  # fmt: skip
    arrays = {name: np.full(size // WIDTH, np.nan, np.float32) for name, size in chroms.items()}
    for (name,), part in frame.partition_by("chrom", as_dict=True).items():
        arrays[name][part["start"].to_numpy() // WIDTH] = part["value"].to_numpy()
    return arrays


if __name__ == "__main__":
    main()
