"""Making tracks: of expressions, of intervals, smoothed, changed in place, and motif energies.

``what | ours | peer | ratio | to reach | reached?``; times are CPU time. The peer is pymisha on
the same data, which it stores as plain numbers, and so do the functions of its names unless
``CONFIG`` asks for less: that is compared. What compression costs is shown beside it, without a
goal. Smoothing is also compared with itself, with a window 1,000 times as wide; a question for ten
bins shows what a call costs whatever it is asked.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import _peer_pymisha as peer_pymisha
import numpy as np
from _bench import absent, absolute, faster, medians, quick, row, seconds, workdir

from genomedb.analysis.create_track import create_track
from genomedb.analysis.from_intervals import create_dense_from, create_sparse_from
from genomedb.analysis.modify_track import modify_track
from genomedb.analysis.pwm_energy import pwm_energy_track
from genomedb.analysis.smooth import smooth_track
from genomedb.db.create import create_database
from genomedb.importers.sequence import import_fasta
from genomedb.tracks.create import Storage

BIN = 20
CHROM = "chr1"
MOTIF_WIDTH = 20
PEER = peer_pymisha.NAME


def main() -> None:
    """Run everything."""
    small = quick(__doc__)
    n_bins, n_intervals, n_bases = (200_000, 100_000, 2_000_000) if small else (
        10_000_000, 5_000_000, 100_000_000
    )  # fmt: skip
    with workdir() as folder:
        tracks(folder / "tracks", n_bins, n_intervals)
    with workdir() as folder:
        energies(folder / "energies", n_bases)
    small_call(50 if small else 500)


def tracks(folder: Path, n_bins: int, n_intervals: int) -> None:
    """Verbs on bins and on intervals."""
    import pandas as pd

    folder.mkdir()
    length = n_bins * BIN
    rng = np.random.default_rng(1)
    values = rng.gamma(2, 3, n_bins).astype(np.float32).round(2)
    values[rng.random(n_bins) < 0.1] = np.nan
    db = create_database(folder / "ours", "toy", {CHROM: length})
    start = np.sort(rng.choice(length // 2, n_intervals, replace=False)) * 2
    overlapping = pd.DataFrame(
        {"chrom": CHROM, "start": start, "end": np.minimum(start + 150, length)}
    )
    apart = overlapping.assign(end=start + 2)
    score = rng.normal(10, 3, n_intervals)

    def verbs(source: str, storage: Storage | None) -> dict[str, Callable[[], Any]]:
        """Ours, from a track that is stored in the same way."""
        db.create_dense(source, {CHROM: values}, bin_size=BIN, storage=storage)
        db.copy_track(source, f"{source}2")
        made: dict[str, Any] = {"storage": storage, "overwrite": True}
        return {
            "create": lambda: create_track(db, "t", f"{source} * 2 + 1", iterator=2 * BIN, **made),
            "modify": lambda: modify_track(db, f"{source}2", f"{source}2 * 2"),
            "smooth": lambda: smooth_track(db, "t", source, 20 * BIN, **made),
            "create_dense": lambda: create_dense_from(
                db, "t", overlapping, score, bin_size=BIN, **made
            ),
            "create_sparse": lambda: create_sparse_from(db, "s", apart, score, **made),
        }

    plain = Storage(compression=None)
    ways = {"compressed": verbs("d", None), "plain": verbs("p", plain)}
    wide = medians(
        {
            "narrow": ways["plain"]["smooth"],
            "wide": lambda: smooth_track(db, "t", "p", 20_000 * BIN, storage=plain, overwrite=True),
        },
        3,
    )
    row(
        f"smooth, {n_bins:,} bins, window of 20 and of 20,000 bins", seconds(wide["narrow"]),
        seconds(wide["wide"]), wide["wide"] / wide["narrow"], at_most=1.5,
    )  # fmt: skip
    if not peer_pymisha.installed():
        absent("create, modify, smooth, dense and sparse of intervals", PEER)
        return
    import _peer_tracks as peer

    peer_pymisha.create_database(folder, {CHROM: length})
    peer_pymisha.create_bins("d", {CHROM: values}, BIN)
    peer_pymisha.create_bins("t2", {CHROM: values}, BIN)
    theirs: dict[str, Callable[[], Any]] = {
        "create": lambda: peer.make("create", "t", "d * 2 + 1", iterator=2 * BIN),
        "modify": lambda: peer.modify("t2", "t2 * 2"),
        "smooth": lambda: peer.make("smooth", "t", "d", 20 * BIN),
        "create_dense": lambda: peer.make("create_dense", "t", overlapping, score, BIN),
        "create_sparse": lambda: peer.make("create_sparse", "s", apart, score),
    }
    for name, peer_verb in theirs.items():
        ours = {way: verb[name] for way, verb in ways.items()}
        times = medians({**ours, "peer": peer_verb}, 1)
        if name != "modify":
            made = "s" if name == "create_sparse" else "t"
            mine = db[made].read(CHROM)
            mine = mine.value if made == "s" else mine
            np.testing.assert_allclose(mine, peer.values(made, CHROM, length), rtol=1e-5)
        size = n_intervals if name.startswith("create_") else n_bins
        what = "intervals" if name.startswith("create_") else "bins"
        for way in ways:
            goal = 5 if way == "plain" else None
            faster(f"{name}, {size:,} {what}, {way}, {PEER}", times[way], times["peer"], goal)


def small_call(times: int) -> None:
    """Ten bins of the example database by both facades, which are warm."""
    what = "gextract of 10 bins"
    if not peer_pymisha.installed():
        absent(what, PEER)
        return
    import pymisha as pm

    import genomedb.misha as gm

    pm.gdb_init_examples()
    gm.gdb_init_examples()
    scopes = {module: module.gintervals("1", 0, 500) for module in (gm, pm)}

    def ask(module: Any, **options: Any) -> Callable[[], None]:
        def run() -> None:
            for _ in range(times):
                module.gextract("dense_track", scopes[module], **options)

        return run

    found = medians({"ours": ask(gm), "peer": ask(pm, progress=False)}, 5)
    absolute(what, found["ours"] / times * 1e3, "ms", at_most=1)
    faster(f"{what}, {PEER}", found["ours"] / times, found["peer"] / times, 3)


def energies(folder: Path, n_bases: int) -> None:
    """PWM energy of a motif on both strands."""
    folder.mkdir()
    rng = np.random.default_rng(2)
    letters = np.frombuffer(b"ACGT", np.uint8)[rng.integers(0, 4, n_bases)]
    fasta = folder / "toy.fa"
    fasta.write_bytes(f">{CHROM}\n".encode() + letters.tobytes() + b"\n")
    db = create_database(folder / "ours", "toy", {CHROM: n_bases})
    import_fasta(db, "seq", fasta)
    write_motif(db.path / "pssms", rng.dirichlet(np.ones(4), MOTIF_WIDTH))
    what = f"PWM energy, {MOTIF_WIDTH} bp over {n_bases // 1_000_000} Mb"

    def ours() -> None:
        pwm_energy_track(db, "e", "set", 1, prior=0.01, iterator=BIN, overwrite=True)

    if not peer_pymisha.installed():
        absent(what, PEER)
        return
    import _peer_tracks as peer

    peer.open_database(folder, fasta)
    (folder / "pymisha" / "pssms").mkdir(exist_ok=True)
    for suffix in ("key", "data"):
        text = (db.path / "pssms" / f"set.{suffix}").read_text()
        (folder / "pymisha" / "pssms" / f"set.{suffix}").write_text(text)
    times = medians(
        {"ours": ours, "peer": lambda: peer.make("create_pwm_energy", "e", "set", 1, 0.01, BIN)}, 1
    )
    found, expected = db["e"].read(CHROM), peer.values("e", CHROM, n_bases)
    np.testing.assert_allclose(found, expected, rtol=1e-4, atol=1e-4)
    faster(f"{what}, {PEER}", times["ours"], times["peer"], 2)


def write_motif(folder: Path, matrix: Any) -> None:
    """One motif, 1, of a set called set."""
    folder.mkdir(exist_ok=True)
    (folder / "set.key").write_text("1\tN\t1\n")
    lines = ["\t".join(map(str, (1, i, *rows))) for i, rows in enumerate(matrix.tolist())]
    (folder / "set.data").write_text("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
