"""bigWig of intervals of 1 to 100 bp to a 50-bp track, against pymisha."""

from __future__ import annotations

import _peer_pymisha as peer_pymisha
import numpy as np
import pyBigWig
from _bench import absent, faster, medians, quick, workdir

from genomedb import create_database, import_signal

WIDTH = 50
N_CHROMS = 5


def main() -> None:
    per_chrom = 20_000 if quick(__doc__) else 400_000
    rng = np.random.default_rng(0)
    chroms = {f"chr{i}": per_chrom * 50 for i in range(1, N_CHROMS + 1)}
    with workdir() as folder:
        path = folder / "d.bw"
        with pyBigWig.open(str(path), "w") as file:
            file.addHeader(list(chroms.items()))
            for name, size in chroms.items():
                edges = np.cumsum(rng.integers(1, 100, per_chrom + 1))
                edges = edges[edges < size]
                values = rng.integers(1, 10_000, edges.size - 1) / 100
                file.addEntries([name] * values.size, edges[:-1], ends=edges[1:], values=values)
        db = create_database(folder, "toy", chroms)

        def ours() -> None:
            import_signal(db, "t", path, bin_size=WIDTH, overwrite=True)

        what = "bigWig to 50-bp track, pymisha"
        if not peer_pymisha.installed():
            absent(what, peer_pymisha.NAME)
            return
        peer_pymisha.create_database(folder, chroms)
        times = medians({"ours": ours, "peer": lambda: peer_pymisha.import_file("t", path, WIDTH)})
        got = db.open_track("t").read("chr2")
        peer = peer_pymisha.values("t", "chr2", chroms["chr2"], WIDTH)
        assert np.allclose(got, peer, rtol=1e-5, equal_nan=True)
        faster(what, times["ours"], times["peer"], 5)


if __name__ == "__main__":
    main()
