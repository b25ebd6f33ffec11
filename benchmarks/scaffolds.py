"""An assembly in 100,000 pieces: the database, a dense track, opening it, scanning it."""

from __future__ import annotations

import numpy as np
from _bench import absolute, medians, quick, workdir

from genomedb import GenomeDB, create_database, open_track


def main() -> None:
    n = 2_000 if quick(__doc__) else 100_000
    rng = np.random.default_rng(1)
    lengths = rng.integers(500, 20_000, n).tolist()
    sizes = {f"scaffold_{i}": length for i, length in enumerate(lengths)}
    values = {name: rng.poisson(3, -(-length // 20)).astype("f4") for name, length in sizes.items()}
    with workdir() as folder:
        path = folder / "x" / "depth.h5"

        def create() -> None:
            create_database(folder, "x", sizes, overwrite=True)

        def dense() -> None:
            db.create_dense("depth", values, bin_size=20, overwrite=True)

        create()
        db = GenomeDB(folder, "x")
        dense()
        names = list(sizes)
        took = medians(
            {
                "create": create, "dense": dense,
                "database": lambda: GenomeDB(folder, "x"),
                "track": lambda: db.open_track("depth").read(names[n // 2]),
                "alone": lambda: open_track(path).read(names[n // 2]),
                "scan": lambda: sum(b.values.size for b in open_track(path).iter_chrom_blocks()),
                "summary": lambda: open_track(path).summary().mean,  # type: ignore[attr-defined]
            },
            repeats=3,
        )  # fmt: skip
        what = f"{n} scaffolds: "
        absolute(f"{what}create database", took["create"], "s", 5)
        absolute(f"{what}dense track of {sum(map(len, values.values()))} bins",
                 took["dense"], "s", 10)  # fmt: skip
        absolute(f"{what}open database", took["database"], "s", 0.2)
        absolute(f"{what}open track of an open database, one value", took["track"], "s", 0.2)
        absolute(f"{what}open track by its path, one value", took["alone"], "s", 0.2)
        absolute(f"{what}all values", took["scan"], "s", 5)
        absolute(f"{what}summary of each", took["summary"], "s", 5)


if __name__ == "__main__":
    main()
