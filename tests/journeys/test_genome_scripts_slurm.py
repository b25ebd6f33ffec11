"""slurm_array.sh: one row of a manifest a task, and again without harm."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
MANIFEST = (
    "# tracks\ntrack\tfile\tbin_size\n\na/one\tone.bedgraph\t10\nb\tnone.bw\t\nc\ttwo.wig\t1\n"
)


@pytest.fixture
def array(tmp_path, toy):
    """Run the script with words, as task `task` of an array: code, output, errors."""
    if shutil.which("bash") is None:
        pytest.skip("there is no bash here")
    (tmp_path / "tracks.tsv").write_text(MANIFEST)
    (tmp_path / "one.bedgraph").write_text("chr1 0 20 1\n")
    (tmp_path / "two.wig").write_text("fixedStep chrom=chr2 start=1 step=1\n5\n")
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("GENOME", "SLURM"))}
    here = {
        "GENOME_DB": str(tmp_path / "dbs"), "GENOME_ASSEMBLY": "toy", "PYTHONPATH": str(ROOT),
        "GENOMEDB": f"{sys.executable} -m genomedb",
    }  # fmt: skip

    def call(*words, task=None):
        number = {} if task is None else {"SLURM_ARRAY_TASK_ID": str(task)}
        done = subprocess.run(
            ["bash", ROOT / "scripts" / "slurm_array.sh", *words], env=kept | here | number,
            cwd=tmp_path, capture_output=True, text=True, timeout=60, check=False,
        )  # fmt: skip
        return done.returncode, done.stdout, done.stderr

    return call


def test_each_task_makes_the_track_of_its_row(array, toy):
    assert array("rows", "tracks.tsv") == (0, "3\n", "")
    code, out, err = array("tracks.tsv", task=1)
    assert (code, out) == (0, "")
    assert "a/one: 1 records" in err
    assert toy.list_tracks() == ["a/one"]
    code, _, err = array("tracks.tsv", task=2)
    assert (code, "none.bw" in err) == (1, True)
    assert array("tracks.tsv", "-q", task=3) == (0, "", "")
    assert toy.list_tracks() == ["a/one", "c"]
    assert toy.open_track("c").bin_size == 1


def test_an_array_that_is_submitted_again_changes_nothing(array, toy):
    assert array("tracks.tsv", "-q", task=1) == (0, "", "")
    stamp = toy.open_track("a/one").stamp
    code, _, err = array("tracks.tsv", task=1)
    assert (code, "records" in err) == (0, False)
    assert toy.open_track("a/one").stamp == stamp


@pytest.mark.parametrize("words", [(), ("--help",), ("-h",), ("",)])
def test_a_call_without_a_manifest_tells_the_usage(array, words):
    code, out, err = array(*words, task=1)
    assert (code, out, err.startswith("usage: slurm_array.sh MANIFEST")) == (2, "", True)


def test_wrong_calls_are_explained(array):
    code, _, err = array("tracks.tsv")
    assert (code, "Submit it with sbatch --array=1-N" in err) == (2, True)
    assert array()[0] == 2
    assert array("rows")[0] == 2
    code, _, err = array("tracks.tsv", task=9)
    assert (code, "has rows 1 to 3, not 9" in err) == (1, True)
