"""Sum and mean of ten tracks of every base, against h5py and numpy chromosome by chromosome.

The peer reads whole chromosomes of the same files, adds them in a wide type (leaving out NaN) and
writes a file of the same dtype, chunks and filters. Both then spend much of their time in zlib; the
sums alone, without a file, show the rest.
"""

from __future__ import annotations

import functools

import h5py
import numpy as np
from _bench import depth, faster, medians, quick, scaled_counts, workdir

from genomedb import combine_tracks, create_database
from genomedb.analysis.combine_tracks import Plan, dense_tracks

N_TRACKS = 10
GOAL = 5


def main() -> None:
    n = 1_000_000 if quick(__doc__) else 12_000_000
    lengths = {"chr1": n, "chr2": n // 2}
    with workdir() as folder:
        db = create_database(folder, "toy", lengths)
        for kind, make in (("uint16", deep), ("float32", scaled)):
            names = [f"{kind}_{i}" for i in range(N_TRACKS)]
            for i, name in enumerate(names):
                values = {chrom: make(length, i) for chrom, length in lengths.items()}
                db.create_dense(name, values, bin_size=1, dtype=kind)
            for how in ("sum", "mean"):
                compare(db, folder, names, kind, how)


def compare(db, folder, names, kind: str, how: str) -> None:
    out = folder / "peer.h5"
    dtype = combine_tracks(db, names, "combined", how=how, overwrite=True).dtype
    peer = functools.partial(by_h5py, [db.place(name).path for name in names], out, how, dtype)

    def ours() -> None:
        combine_tracks(db, names, "combined", how=how, overwrite=True)

    tasks = {
        "ours": ours, "peer": peer,
        "our sums": functools.partial(our_sums, db, names, how),
        "their sums": functools.partial(by_h5py, peer.args[0], None, how, dtype),
    }  # fmt: skip
    times = medians(tasks, 3)
    with h5py.File(out) as file:
        for chrom in db.chroms.names:
            np.testing.assert_array_equal(db.open_track("combined").read(chrom), file[chrom][:])
    faster(f"{how} of {N_TRACKS} tracks of {kind}, h5py and numpy", times["ours"], times["peer"],
           GOAL)  # fmt: skip
    faster(f"{how} of {N_TRACKS} tracks of {kind}, nothing written, h5py and numpy",
           times["our sums"], times["their sums"])  # fmt: skip


def our_sums(db, names, how: str) -> None:
    plan = Plan(dense_tracks(db, names), how)
    fitting = plan.fitting("auto", saturate=False)
    for chrom in db.chroms.names:
        for _ in plan.blocks(chrom, fitting):
            pass


def deep(n: int, seed: int):
    return depth(n, 5, seed)


def scaled(n: int, seed: int):
    values = scaled_counts(n)
    values[seed::1000] = np.nan
    return values


def by_h5py(paths, out, how: str, dtype: str) -> None:
    files = [h5py.File(path) for path in paths]
    for chrom in [name for name in files[0] if not name.startswith("_")]:
        total = combined(files, chrom, how).astype(dtype)
        if out is None:
            continue
        with h5py.File(out, "a") as made:
            if chrom in made:
                del made[chrom]
            made.create_dataset(
                chrom, data=total, chunks=(65536 // np.dtype(dtype).itemsize,),
                compression="gzip", compression_opts=1, shuffle=True, fletcher32=True,
            )  # fmt: skip
    for file in files:
        file.close()


def combined(files, chrom: str, how: str):
    whole = files[0][chrom].dtype.kind != "f"
    total = np.zeros(files[0][chrom].shape, np.uint32 if whole else np.float64)
    count = np.zeros(total.shape, np.int32)
    for file in files:
        values = file[chrom][:]
        if whole:
            total += values
            continue
        there = ~np.isnan(values)
        total[there] += values[there]
        count += there
    if how == "mean":
        with np.errstate(invalid="ignore"):
            return total / (len(files) if whole else count)
    if not whole:
        total[count == 0] = np.nan
    return total


if __name__ == "__main__":
    main()
