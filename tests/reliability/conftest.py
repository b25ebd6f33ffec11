"""A database with one track, and children that do things to it."""

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from genomedb.db.create import create_database

ROOT = Path(__file__).parents[2]
LENGTH = 300_000
PRELUDE = f"""
import os, sys, time
import numpy as np
from genomedb.db.database import GenomeDB
from genomedb.tracks.create import Storage
db = GenomeDB(sys.argv[1])
def values(seed):
    return {{"chr1": np.random.default_rng(seed).random({LENGTH}, "f4")}}
"""


@pytest.fixture
def db(tmp_path):
    return create_database(tmp_path / "db", "toy", {"chr1": LENGTH})


@pytest.fixture
def values():
    def made(seed):
        return np.random.default_rng(seed).random(LENGTH, "f4")

    return made


@pytest.fixture
def child(db):
    """Start a Python program with the database open as `db`."""

    def start(code, **how):
        env = {**os.environ, "PYTHONPATH": str(ROOT), "GENOMEDB_PROGRESS": "0"}
        return subprocess.Popen(
            [sys.executable, "-c", PRELUDE + code, str(db.path)],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=env, **how,
        )  # fmt: skip

    return start


@pytest.fixture
def hidden(db):
    """Names of hidden files below the database."""

    def names():
        return sorted(p.name for p in db.path.rglob(".*"))

    return names
