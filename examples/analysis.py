"""A small analysis: peaks, what they lie near, what is in them, and whether that is chance.

Runs on the example database in seconds. Usage: python examples/analysis.py [FOLDER]
"""

import importlib.util
import shutil
import sys
from pathlib import Path

import genomedb
from genomedb import VirtualTrack
from genomedb.intervals.annotate import annotate
from genomedb.intervals.build import whole_genome
from genomedb.intervals.random import random_intervals

NEAR = 5_000  # bp; a peak this close to a gene counts as its own


def main() -> None:
    """Run the analysis in a folder."""
    folder = Path(sys.argv[1] if len(sys.argv) > 1 else "analysis_out")
    shutil.rmtree(folder / "examples", ignore_errors=True)
    folder.mkdir(parents=True, exist_ok=True)
    db = genomedb.copy_examples(folder)

    # Peaks: bins well above what is around them.
    around = {"around": VirtualTrack("dense_track", "avg", sshift=-5_000, eshift=5_000)}
    rule = "(dense_track > 0.15) & (dense_track > 3 * around)"
    peaks = genomedb.screen(db, rule, virtual=around)
    print(f"peaks      {len(peaks)} of {(peaks.end - peaks.start).mean():.0f} bp where {rule}")

    # What they lie near, and the values in each of them.
    genes = genomedb.load_set(db, "annotations")
    peaks = annotate(peaks, genes, db.chroms, columns=["remark"], na_value="none")
    inside = genomedb.intervals_summary(db, "dense_track", peaks)
    peaks["height"] = inside["Max"]
    genomedb.save_set(db, peaks, "peaks.high")
    print(peaks.nlargest(5, "height").to_string(index=False))

    # Are they nearer to genes than chance has it? Random intervals on the same chromosomes.
    n_near = int((peaks["dist"].abs() <= NEAR).sum())
    drawn = random_intervals(150, 10_000, db.chroms, dist_from_edge=0, rng=1)
    by_chance = (annotate(drawn, genes, db.chroms)["dist"].abs() <= NEAR).mean()
    chance = f"{by_chance * len(peaks):.1f} by chance"
    print(f"near       {n_near} peaks within {NEAR:,} bp of a gene, {chance}")

    # The sequence of peaks beside that of the genome.
    words = {"cg": VirtualTrack(None, "kmer.frac", {"kmer": "CG"})}
    for name, where in (("peaks", "peaks.high"), ("genome", whole_genome(db.chroms))):
        found = genomedb.summary(db, "cg", where, iterator=-1, virtual=words)
        print(f"CpG        {found['Mean']:.4f} in {name}")

    # Everything in bins, as a table for other programs.
    table = folder / "bins.tsv.gz"
    names = ["signal", "around"]
    n = genomedb.extract_to_file(
        db, ["dense_track", "around"], table, iterator=1000, names=names, virtual=around,
        overwrite=True,
    )  # fmt: skip
    print(f"table      {n} bins of 1 kb in {table}")

    if importlib.util.find_spec("matplotlib"):
        from genomedb.plot import plot_tracks

        picture = folder / "analysis.png"
        names = ["dense_track", "peaks/high", "annotations"]
        plot_tracks(db, names, "1:0-60,000", path=picture)
        print(f"picture    {picture}")


if __name__ == "__main__":
    main()
