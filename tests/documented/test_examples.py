"""The examples run from end to end."""

import runpy
import sys
from pathlib import Path

import pandas as pd

ROOT = Path(__file__).parents[2]


def test_the_analysis_finds_peaks_and_writes_a_table(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(sys, "argv", ["analysis.py", str(tmp_path)])
    runpy.run_path(str(ROOT / "examples" / "analysis.py"), run_name="__main__")
    said = capsys.readouterr().out
    assert "near " in said
    assert "CpG " in said
    bins = pd.read_csv(tmp_path / "bins.tsv.gz", sep="\t")
    assert list(bins.columns) == ["chrom", "start", "end", "signal", "around"]
    assert len(bins) == 1000


def test_the_analysis_can_be_run_twice_in_a_folder(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(sys, "argv", ["analysis.py", str(tmp_path)])
    for _ in range(2):
        runpy.run_path(str(ROOT / "examples" / "analysis.py"), run_name="__main__")
    first, second = capsys.readouterr().out.split("peaks   ")[1:]
    assert first == second
