"""Markov models of 40 Mb of sequence: trained, sampled and scored, against pymisha, by CPU time."""

from __future__ import annotations

from functools import partial

import _peer_pymisha as peer_pymisha
import numpy as np
from _bench import absent, absolute, faster, medians, quick, workdir

import genomedb.misha as gm

BIN = 50
GOAL, SLOWEST = 5, 50.0  # times the peer; Mb/s


def main() -> None:
    n = 2_000_000 if quick(__doc__) else 20_000_000
    what = f"{2 * n // 1_000_000} Mb"
    has_peer = peer_pymisha.installed()
    facades = [gm, *([peer_pymisha.pymisha] if has_peer else [])]
    with workdir() as folder:
        prepare(folder, facades, n)
        by = {"expr": "t", "breaks": np.linspace(0, 1, 11)}
        plain = {f: f.gsynth_train() for f in facades}
        model = {f: f.gsynth_train(by, iterator=BIN) for f in facades}
        for name, call in {
            "train, one cell": lambda f: f.gsynth_train(),
            "train, 10 cells": lambda f: f.gsynth_train(by, iterator=BIN),
            "sample, one cell": lambda f: f.gsynth_sample(plain[f], seed=1),
            "sample, 10 cells": lambda f: f.gsynth_sample(model[f], seed=1),
            "score, 10 cells": lambda f: f.gsynth_score(model[f], "score", overwrite=True),
            "replace CG": lambda f: f.gsynth_replace_kmer("CG", "GC"),
        }.items():
            times = medians({f.__name__: partial(call, f) for f in facades}, 3)
            ours = times[gm.__name__]
            absolute(f"{name}, {what}: seconds a Mb", ours / (2 * n / 1e6), "s", 1 / SLOWEST)
            if has_peer:
                faster(f"{name}, {what}", ours, times[peer_pymisha.NAME], GOAL)
            else:
                absent(f"{name}, {what}", peer_pymisha.NAME)


def prepare(folder, facades, n: int) -> None:
    """A database with two chromosomes of random letters and a dense track in each facade."""
    import pandas as pd

    rng = np.random.default_rng(0)
    fasta = folder / "toy.fa"
    with fasta.open("wb") as file:
        for name in (b"chr1", b"chr2"):
            letters = np.frombuffer(b"ACGT", np.uint8)[rng.integers(0, 4, n)]
            file.write(b">" + name + b"\n" + letters.tobytes() + b"\n")
    start = np.tile(np.arange(0, n, BIN), 2)
    frame = pd.DataFrame({"chrom": np.repeat(["chr1", "chr2"], n // BIN), "start": start})
    frame["end"] = frame["start"] + BIN
    values = rng.random(len(frame))
    for facade in facades:
        root = folder / facade.__name__
        facade.gdb_create(str(root), str(fasta))
        facade.gdb_init(str(root))
        facade.CONFIG["progress"] = False
        facade.gtrack_create_dense("t", "", frame, values, BIN)


if __name__ == "__main__":
    main()
