"""The scripts of cluster jobs, run as they are there."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture
def script(tmp_path):
    """Call it with a script's name and words: exit code, standard output, standard error.

    GENOME_DB and GENOME_ASSEMBLY name the database ``dbs/toy`` in the test's folder.
    """
    kept = {k: v for k, v in os.environ.items() if not k.startswith("GENOME")}
    here = {"GENOME_DB": str(tmp_path / "dbs"), "GENOME_ASSEMBLY": "toy", "PYTHONPATH": str(ROOT)}

    def call(name, *words, stdin=None, **more):
        done = subprocess.run(
            [sys.executable, "-W", "error", ROOT / "scripts" / f"{name}.py", *map(str, words)],
            env=kept | here | more, cwd=tmp_path, capture_output=True, text=True, timeout=60,
            input=stdin, check=False,
        )  # fmt: skip
        return done.returncode, done.stdout, done.stderr

    return call


@pytest.fixture
def toy(tmp_path, script):
    """The database ``dbs/toy``, opened."""
    from genomedb import GenomeDB

    (tmp_path / "sizes").write_text("chr1\t100\nchr2\t50\n")
    assert script("load_chr", "sizes", "-q") == (0, "", "")
    return GenomeDB(tmp_path / "dbs", "toy")
