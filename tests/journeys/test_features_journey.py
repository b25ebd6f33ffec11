"""From peaks and genes to a database through scripts, and questions about regions."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from genomedb import GenomeDB, create_database
from genomedb.cli.main import run

pd = pytest.importorskip("pandas")
SCRIPT = Path(__file__).parents[2] / "scripts" / "load_features.py"
DM3 = Path(__file__).parents[3] / "shared" / "data" / "real" / "dm3"
DM3_SIZES = {
    "chr2L": 23011544, "chr2R": 21146708, "chr3L": 24543557, "chr3R": 27905053, "chr4": 1351857,
    "chrX": 22422827,
}  # fmt: skip


def regions(rng, n):
    chrom = rng.choice(list(DM3_SIZES), n)
    size = np.array([DM3_SIZES[c] for c in chrom])
    start = (rng.random(n) * (size - 1)).astype(np.int64)
    end = np.minimum(start + 1 + (10 ** (rng.random(n) * 5)).astype(np.int64), size)
    return chrom, start, end


def same_as_masks(track, frame, rng, n=2000):
    chrom, start, end = regions(rng, n)
    many = track.read_many((chrom, start, end))
    by_chrom = dict(list(frame.groupby("chrom")))
    n_found = 0
    for i in range(n):
        rows = by_chrom.get(chrom[i], frame.iloc[:0])
        rows = rows[(rows["start"] < end[i]) & (rows["end"] > start[i])]
        mine = slice(many.offsets[i], many.offsets[i + 1])
        np.testing.assert_array_equal(many.start[mine], rows["start"])
        np.testing.assert_array_equal(many.end[mine], rows["end"])
        n_found += len(rows)
    assert many.offsets[-1] == n_found > 0
    return many


@pytest.mark.skipif(not DM3.is_dir(), reason="the real files are not here")
def test_dm3_peaks_and_genes_answer_like_masks_of_a_frame(tmp_path):
    create_database(tmp_path, "dm3", DM3_SIZES)
    peaks, genes = DM3 / "CTCF_Kc_Bushey_2009.bed", DM3 / "dm3-chr2L-5M.gff.gz"
    for name, path in (("peaks/ctcf", peaks), ("genes", genes)):
        done = subprocess.run(
            [sys.executable, SCRIPT, "--db", tmp_path, "--assembly", "dm3", name, path],
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
    db = GenomeDB(tmp_path)
    rng = np.random.default_rng(5)
    lines = [line.split()[:3] for line in peaks.read_text().splitlines()]
    frame = pd.DataFrame([r for r in lines if r[0] in DM3_SIZES], columns=["chrom", "start", "end"])
    frame = frame.astype({"start": int, "end": int})
    frame = frame.sort_values(["chrom", "start", "end"], kind="stable")
    same_as_masks(db["peaks/ctcf"], frame, rng)
    rows = pd.read_csv(genes, sep="\t", header=None, comment="#", dtype=str).dropna(subset=[4])
    frame = pd.DataFrame({
        "chrom": rows[0], "start": rows[3].astype(int) - 1, "end": rows[4].astype(int),
        "type": rows[2],
    }).sort_values(["chrom", "start", "end"], kind="stable")  # fmt: skip
    if frame["chrom"].iloc[0] not in DM3_SIZES:
        frame["chrom"] = "chr" + frame["chrom"]
    same_as_masks(db["genes"], frame, rng)
    assert db["genes"].read("chr2L", columns="type").columns["type"].tolist() == list(frame["type"])


def test_the_command_line_makes_features_of_what_asks_for_it(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    create_database(tmp_path, "toy", {"chr1": 1000})
    Path("a.bed").write_text("chr1\t5\t9\tx\t7\t+\n")
    Path("b.narrowPeak").write_text("chr1\t5\t9\tx\t7\t+\t1.5\t2\t3\t1\n")
    base = ["--db", str(tmp_path), "--assembly", "toy"]
    assert run(["import", *base, "signal", "a.bed", "-b", "5"]) == 0
    assert run(["import", *base, "plain", "a.bed", "--features"]) == 0
    assert run(["import", *base, "peaks", "b.narrowPeak"]) == 0
    assert "1 features" in capsys.readouterr().err
    assert run(["import", *base, "bad", "a.bed", "--features", "--sparse"]) == 1
    assert "are for signals, not for features" in capsys.readouterr().err
    assert run(["import", "many", *base, "a.bed", "b.narrowPeak", "--features",
                "--prefix", "m/"]) == 0  # fmt: skip
    Path("m.tsv").write_text("track\tfile\tformat\nr/a\ta.bed\tfeatures\nr/b\tb.narrowPeak\n")
    assert run(["import", "many", *base, "-m", "m.tsv"]) == 0
    db = GenomeDB(tmp_path)
    assert db["signal"].read("chr1", 0, 10)[1] == 7
    for name in ("plain", "m/a", "r/a"):
        assert db[name].read("chr1").columns["score"].tolist() == [7]
    for name in ("peaks", "m/b", "r/b"):
        assert db[name].read("chr1").columns["signalValue"].tolist() == [1.5]
