"""Size of a track's file, against h5py with gzip 1 and shuffle in equal chunks."""

from __future__ import annotations

import h5py
from _bench import cut_sites, depth, floats, quick, row, scaled_counts, workdir

from genomedb import create_database


def main() -> None:
    n = 2_000_000 if quick(__doc__) else 32_000_000
    data = {
        "depth 5x uint16": (depth(n, 5), 1.05),
        "depth 30x uint16": (depth(n, 30), 1.05),
        "ATAC counts uint16": (cut_sites(n), 1.05),
        "full-precision float32": (floats(n), 1.05),
        "scaled counts float32": (scaled_counts(n), 0.7),
    }
    with workdir() as folder:
        db = create_database(folder, "toy", {"chr1": n})
        for i, (what, (values, goal)) in enumerate(data.items()):
            track = db.create_dense(f"t{i}", {"chr1": values}, bin_size=1, dtype=values.dtype.name)
            with h5py.File(track.path) as file:
                chunks = file["chr1"].chunks
            other = folder / f"{i}.h5"
            with h5py.File(other, "w") as file:
                file.create_dataset(
                    "chr1", data=values, chunks=chunks, shuffle=True,
                    compression="gzip", compression_opts=1,
                )  # fmt: skip
            ours, peer = track.path.stat().st_size, other.stat().st_size
            row(f"size of {what}, h5py", f"{ours / 1e6:.4g} MB", f"{peer / 1e6:.4g} MB",
                ours / peer, at_most=goal)  # fmt: skip


if __name__ == "__main__":
    main()
