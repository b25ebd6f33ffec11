"""Open a track and read one value: many copies, each opened once; the page cache is warm."""

from __future__ import annotations

import gc

import h5py
import numpy as np
from _bench import depth, floats, medians, quick, row, seconds, workdir

from genomedb import GenomeDB, create_database
from genomedb.storage.cache import CACHE


def main() -> None:
    copies = 20 if quick(__doc__) else 100
    chroms = {"chr1": 400_000} | {f"chr{i}": 20_000 for i in range(2, 25)}
    with workdir() as folder:
        db = create_database(folder, "toy", chroms)
        for make in (lambda n: depth(n, 30), floats):
            data = {name: make(size) for name, size in chroms.items()}
            dtype = data["chr1"].dtype.name
            db.create_dense(f"{dtype}/0", data, bin_size=1, dtype=dtype)
            for i in range(1, copies):
                db.copy_track(f"{dtype}/0", f"{dtype}/{i}")
            compare(folder, dtype, copies, chroms["chr1"])


def compare(folder, dtype: str, copies: int, size: int) -> None:
    places = np.random.default_rng(0).integers(0, size, copies).tolist()
    names = [f"{dtype}/{i}" for i in range(copies)]
    database = GenomeDB(folder, "toy")
    paths = [str(database.track_path(name)) for name in names]
    kept: list[GenomeDB] = []

    def ours() -> None:
        # a database that has opened nothing yet, closed again inside the measured time
        kept[:] = [GenomeDB(folder, "toy")]
        for name, at in zip(names, places, strict=True):
            kept[0].open_track(name).read("chr1", at, at + 1)
        kept.clear()

    def by_h5py() -> None:
        for path, at in zip(paths, places, strict=True):
            with h5py.File(path) as file:
                file["chr1"][at : at + 1]

    with h5py.File(paths[0]) as file:
        assert database.open_track(names[0]).read("chr1", 5, 6) == file["chr1"][5:6]
    gc.collect()
    CACHE.clear()
    times = medians({"ours": ours, "peer": by_h5py}, 11)
    a, b = times["ours"] / copies, times["peer"] / copies
    row(f"open and read one value, {dtype}, h5py", seconds(a), seconds(b), a / b, at_most=0.7)


if __name__ == "__main__":
    main()
