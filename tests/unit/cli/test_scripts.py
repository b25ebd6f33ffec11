"""The scripts of cluster jobs, run as they are there: by the environment."""

import gzip
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
SCRIPTS = sorted((ROOT / "scripts").glob("*.py"))


@pytest.fixture
def script(tmp_path):
    """Call it with a script's name and words: exit code, standard output, standard error."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith("GENOME")}
    here = {"GENOME_DB": str(tmp_path / "dbs"), "GENOME_ASSEMBLY": "toy", "PYTHONPATH": str(ROOT)}

    def call(name, *words, stdin=None):
        done = subprocess.run(
            [sys.executable, "-W", "error", ROOT / "scripts" / f"{name}.py", *words],
            env=kept | here, cwd=tmp_path, capture_output=True, text=True, timeout=60,
            input=stdin, check=False,
        )  # fmt: skip
        return done.returncode, done.stdout, done.stderr

    return call


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda p: p.stem)
def test_each_script_explains_itself(script, path):
    code, out, err = script(path.stem, "--help")
    assert (code, err) == (0, "")
    assert out.startswith("usage: genomedb ")
    assert os.access(path, os.X_OK)


def test_the_scripts_work_together(script, tmp_path):
    (tmp_path / "sizes").write_text("chr1\t100\nchr2\t50\n")
    (tmp_path / "x.wig").write_text("fixedStep chrom=chr1 start=1 step=1\n1\n2\n3\n")
    (tmp_path / "x.fa").write_text(">chr1\n" + "ACGTA" * 20 + "\n>chr2\n" + "C" * 50 + "\n")
    assert script("load_chr", "sizes", "-q") == (0, "", "")
    assert script("list_chromosomes") == (0, "chr1\t100\nchr2\t50\n", "")
    assert script("create_track", "one", "x.wig", "-q") == (0, "", "")
    assert script("create_track", "seq", "x.fa", "-q") == (0, "", "")
    assert script("create_track", "ten", "-", "-f", "bedgraph", "-b", "10", "-q",
                  stdin="chr2 0 50 4\n") == (0, "", "")  # fmt: skip
    assert script("list_tracks") == (0, "one\nseq\nten\n", "")
    assert script("get_seq", "chr1", "2", "6", "-") == (0, ">chr1:2-6(-)\nTTACG\n", "")
    assert script("dump_wig", "one", "out", "--combine_files") == (0, "", "")
    text = gzip.decompress((tmp_path / "out" / "combined.wig.gz").read_bytes()).decode()
    assert text == "fixedStep chrom=chr1 start=1 step=1 span=1\n1\n2\n3\n"
    pybigwig = pytest.importorskip("pyBigWig")
    file = pybigwig.open(str(tmp_path / "x.bw"), "w")
    file.addHeader([("chr1", 100), ("chr2", 50)])
    file.addEntries(["chr1", "chr2"], [0, 5], ends=[10, 6], values=[1.0, 2.0])
    file.close()
    assert script("load_bigwig", "bw", "x.bw", "--sparse", "-q") == (0, "", "")
    code, _, err = script("load_bigwig", "bw", "x.bw")
    assert code == 1
    assert "there already" in err
    code, _, err = script("get_seq", "chr1", "0", "6")
    assert (code, err.count("\n")) == (1, 1)
    assert script("list_tracks", "--frob")[0] == 2


def test_a_reader_that_has_seen_enough_is_no_error(script, tmp_path):
    (tmp_path / "sizes").write_text("chr1\t100000\n")
    (tmp_path / "x.bg").write_text("".join(f"chr1 {i} {i + 1} {i % 7}\n" for i in range(90_000)))
    assert script("load_chr", "sizes", "-q")[0] == 0
    assert script("create_track", "x", "x.bg", "--sparse", "-q") == (0, "", "")
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    writer = subprocess.Popen(
        [sys.executable, "-m", "genomedb", "export", "x", "-", "--db", str(tmp_path / "dbs")],
        env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip
    assert writer.stdout.read(10) == b"chr1\t0\t1\t0"
    writer.stdout.close()
    said = writer.stderr.read()
    writer.stderr.close()
    assert (writer.wait(60), said) == (0, b"")
