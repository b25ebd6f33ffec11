"""The main job from end to end: files in, numbers out, a picture, files out again.

Usage: python examples/demo.py [FOLDER]
"""

import gzip
import itertools
import sys
import time
from pathlib import Path

import numpy as np

import genomedb
from genomedb.plot import plot_tracks

SIZES = {"chr2L": 5_000_000, "chr2R": 4_000_000, "chrX": 2_500_000}
READ_LENGTH = 100
REGION = "chr2L:1,000,000-1,100,000"


def simulate(folder: Path) -> dict[str, Path]:
    """Make the files of a small experiment: peaks, read depth around them, and the genome."""
    rng = np.random.default_rng(7)
    files = {
        name: folder / name for name in ("genome.fa.gz", "depth.bedgraph.gz", "peaks.bed", "gc.wig")
    }
    with (
        gzip.open(files["genome.fa.gz"], "wt", compresslevel=1) as fasta,
        gzip.open(files["depth.bedgraph.gz"], "wt", compresslevel=1) as depth,
        files["peaks.bed"].open("w") as peaks,
        files["gc.wig"].open("w") as gc,
    ):
        for chrom, size in SIZES.items():
            letters = rng.choice(np.frombuffer(b"ACGT", np.uint8), size, p=[0.29, 0.21, 0.21, 0.29])
            fasta.write(f">{chrom}\n")
            text = letters.tobytes().decode()
            fasta.writelines(text[i : i + 60] + "\n" for i in range(0, size, 60))
            is_gc = np.isin(letters, np.frombuffer(b"CG", np.uint8))
            gc.write(f"fixedStep chrom={chrom} start=1 step=1000 span=1000\n")
            gc.writelines(f"{v:.3f}\n" for v in is_gc.reshape(-1, 1000).mean(axis=1))
            centres = np.sort(rng.choice(np.arange(2000, size - 2000, 4000), size // 25_000))
            peaks.writelines(
                f"{chrom}\t{c - 150}\t{c + 150}\tpeak{i}\t{rng.integers(100, 1000)}\n"
                for i, c in enumerate(np.unique(centres))
            )
            near = rng.normal(np.repeat(centres, 150), 180).astype(int)
            starts = np.concatenate((near, rng.integers(0, size - READ_LENGTH, size // 200)))
            starts = starts.clip(0, size - READ_LENGTH)
            steps = np.bincount(starts, minlength=size + 1).astype(int)
            steps -= np.bincount(starts + READ_LENGTH, minlength=size + 1)
            covered = np.cumsum(steps)[:size]
            edges = np.flatnonzero(np.diff(covered, prepend=-1, append=-1))
            depth.writelines(
                f"{chrom}\t{a}\t{b}\t{covered[a]}\n"
                for a, b in itertools.pairwise(edges)
                if covered[a]
            )
    return files


def main() -> None:
    """Run the demo in a folder."""
    folder = Path(sys.argv[1] if len(sys.argv) > 1 else "demo_out")
    folder.mkdir(parents=True, exist_ok=True)
    files = simulate(folder)
    print(f"simulated  {', '.join(f.name for f in files.values())} in {folder}/")

    db = genomedb.create_database(folder / "genomes", "toy", SIZES, overwrite=True)
    print(f"created    {db.path} with {len(db.chroms)} chromosomes, {db.chroms.total:,} bp")

    genomedb.import_fasta(db, "seq", files["genome.fa.gz"], overwrite=True)
    jobs = [
        ("dnase/depth", "depth.bedgraph.gz", {"bin_size": 1, "dtype": "uint16", "defval": 0}),
        ("dnase/mean50", "depth.bedgraph.gz", {"bin_size": 50}),
        ("gc/kb", "gc.wig", {"bin_size": 1000}),
        ("peaks/calls", "peaks.bed", {}),
    ]
    for name, source, how in jobs:
        began = time.perf_counter()
        report = genomedb.import_signal(db, name, files[source], overwrite=True, **how)
        took = time.perf_counter() - began
        print(f"imported   {name}: {report.n_records:,} records of {source} in {took:.2f} s")

    print(f"\n{'track':<14}{'type':<10}{'dtype':<9}{'bin':>5}{'kB':>8}   mean over {REGION}")
    region = REGION.replace(",", "").replace(":", "-").split("-")
    chrom, start, end = region[0], int(region[1]), int(region[2])
    for name in db.list_tracks():
        track = db.open_track(name)
        info = track.info()
        if info["type"] == "sequence":
            shown = track.text(chrom, start, start + 20) + "..."
        elif info["type"] == "sparse":
            shown = f"{track.read(chrom, start, end).value.size} records"
        else:
            shown = f"{np.nanmean(track.read(chrom, start, end)):.3f}"
        size = info["size_in_bytes"] / 1000
        print(
            f"{name:<14}{info['type']:<10}{info['dtype']:<9}{info.get('bin_size', ''):>5}"
            f"{size:>8,.0f}   {shown}"
        )

    picture = folder / "tracks.png"
    plot_tracks(db, ["dnase/depth", "dnase/mean50", "gc/kb", "peaks/calls"], REGION, path=picture)
    print(f"\ndrew       {picture}")
    out = folder / "depth.bw"
    genomedb.export_bigwig(db.open_track("dnase/depth"), out, overwrite=True)
    print(f"exported   {out}, {out.stat().st_size / 1000:,.0f} kB with zoom levels")
    n_findings = sum(len(findings) for _, findings in db.validate())
    print(f"validated  every file of the database: {n_findings} findings")


if __name__ == "__main__":
    main()
