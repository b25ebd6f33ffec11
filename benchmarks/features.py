"""Features: a BED6 file of a million records to a track, and 10,000 region queries in one call.

The bioframe route reads the text into a frame, sorts it and writes Parquet; a second row leaves the
writing out. The queries of the peer are masks over the rows of one chromosome, those being in
a dictionary already; 1,000 of them are run and compared per query.
"""

from __future__ import annotations

import numpy as np
from _bench import absent, faster, medians, quick, workdir

from genomedb import create_database
from genomedb.importers.features import import_features

try:
    import bioframe
    import pandas as pd
except ImportError:
    bioframe = None
SIZE = 100_000_000


def main() -> None:
    small = quick(__doc__)
    n, n_queries, n_masks = (50_000, 1000, 100) if small else (1_000_000, 10_000, 1000)
    chroms = {f"chr{i}": SIZE for i in range(1, 21)}
    rng = np.random.default_rng(7)
    with workdir() as folder:
        path = folder / "d.bed"
        write_bed(path, n, rng)
        db = create_database(folder, "toy", chroms)
        tasks = {"ours": lambda: import_features(db, "t", path, overwrite=True)}
        if bioframe is not None:
            tasks["read"] = lambda: by_bioframe(path)
            tasks["written"] = lambda: by_bioframe(path).to_parquet(folder / "d.parquet")
        times = medians(tasks, 3)
        what = f"{n:,} features imported, bioframe"
        if bioframe is None:
            absent(what, "bioframe")
            return
        faster(f"{what} to Parquet", times["ours"], times["written"], 3)
        faster(f"{what} without writing", times["ours"], times["read"])
        compare_queries(db, by_bioframe(path), rng, n_queries, n_masks)


def write_bed(path, n: int, rng) -> None:
    """Sorted by chromosome and start, as most files are."""
    per_chrom = n // 20
    with path.open("w") as text:
        for i in range(1, 21):
            start = np.sort(rng.integers(0, SIZE - 2000, per_chrom))
            end = start + rng.integers(50, 2000, per_chrom)
            score = rng.integers(0, 1000, per_chrom)
            strand = rng.choice(["+", "-"], per_chrom)
            rows = zip(start.tolist(), end.tolist(), score.tolist(), strand.tolist(), strict=True)
            text.writelines(
                f"chr{i}\t{a}\t{b}\tpeak_{k}\t{s}\t{d}\n" for k, (a, b, s, d) in enumerate(rows)
            )


def by_bioframe(path):
    return bioframe.sort_bedframe(bioframe.read_table(path, schema="bed6"))


def compare_queries(db, frame: pd.DataFrame, rng, n_queries: int, n_masks: int) -> None:
    chrom = np.array([f"chr{i}" for i in rng.integers(1, 21, n_queries)])
    start = rng.integers(0, SIZE - 200_000, n_queries)
    end = start + rng.integers(1, 200_000, n_queries)
    by_chrom = {name: part.reset_index(drop=True) for name, part in frame.groupby("chrom")}

    def ours():
        return db.open_track("t").read_many((chrom, start, end))

    def masks():
        found = []
        for name, a, b in zip(chrom[:n_masks], start[:n_masks], end[:n_masks], strict=True):
            rows = by_chrom[name]
            found.append(rows[(rows["start"] < b) & (rows["end"] > a)])
        return found

    many, few = ours(), masks()
    for i, rows in enumerate(few):
        mine = slice(many.offsets[i], many.offsets[i + 1])
        assert np.array_equal(np.sort(many.end[mine]), np.sort(rows["end"]))
    times = medians({"ours": ours, "masks": masks}, 3)
    what = f"{n_queries:,} region queries in one call (a query), pandas masks"
    faster(what, times["ours"] / n_queries, times["masks"] / n_masks, 20)


if __name__ == "__main__":
    main()
