"""List 10,000 tracks by attribute: a new process's first look, with a catalogue that is there."""

from __future__ import annotations

import re
import shutil
import time

import numpy as np
from _bench import absolute, faster, medians, quick, workdir

from genomedb import GenomeDB, create_database
from genomedb.db import catalogue
from genomedb.storage.describe import Provenance

GROUPS = 20  # folders; the tracks of each are copies of one


def main() -> None:
    n = 400 if quick(__doc__) else 10_000
    with workdir() as folder:
        db = create_database(folder, "toy", {"chr1": 1000, "chr2": 500})
        for i in range(GROUPS):
            attributes = {
                "lab": f"lab {i % 5}", "cell": f"cell type {i}", "assay": "ChIP-seq",
                "replicate": str(i % 3),
            }  # fmt: skip
            provenance = Provenance("signal of a sample", "import", "me", attributes=attributes)
            values = {"chr1": np.full(100, i, "f4")}
            db.create_dense(f"g{i}/t0", values, bin_size=10, provenance=provenance)
            path = db.track_path(f"g{i}/t0")
            for k in range(1, n // GROUPS):
                shutil.copy(path, path.with_name(f"t{k}.h5"))
        time.sleep(catalogue.RACY_NS / 1e9)
        compare(db, n)


def compare(db: GenomeDB, n: int) -> None:
    root = db.path
    wanted = {"lab": "3$", "withdrawn": None}

    def by_opening() -> list[str]:
        names = []
        for name in db.list_tracks():
            attrs = db.open_track(name).attrs
            if re.search("3$", attrs.get("lab", "")) and "withdrawn" not in attrs:
                names.append(name)
        return names

    def first_look() -> list[str]:
        return GenomeDB(root).list_tracks(attrs=wanted)

    before = time.process_time()
    expected = by_opening()
    opened = time.process_time() - before
    before = time.process_time()
    assert first_look() == expected
    built = time.process_time() - before
    assert (root / catalogue.NAME).exists()
    again = GenomeDB(root)
    times = medians(
        {"first": first_look, "again": lambda: again.list_tracks(attrs=wanted),
         "names": lambda: again.list_tracks()}, 5,
    )  # fmt: skip
    what = f"{n:,} tracks"
    faster(f"{what} by attribute, catalogue made, opening each", built, opened)
    faster(f"{what} by attribute, catalogue read, opening each", times["first"], opened)
    absolute(f"{what} by attribute, catalogue read", times["first"] * 1e3, "ms", 100)
    absolute(f"{what} by attribute, same object again", times["again"] * 1e3, "ms", 100)
    absolute(f"{what} by name", times["names"] * 1e3, "ms", 100)


if __name__ == "__main__":
    main()
