"""Files of the format: made by the library, and made by hand with h5py."""

import re
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from genomedb.db.create import create_database
from genomedb.tracks.create import Storage

ROOT = Path(__file__).parents[2]
CHROMS = {"chrX": 8, "chr1": 50_000, "chr2": 4}


@pytest.fixture
def db(tmp_path):
    """A database with a chunked, a contiguous and a sparse track."""
    made = create_database(tmp_path, "toy", CHROMS, aliases={"one": "chr1"})
    rng = np.random.default_rng(1)
    values = {"chrX": np.array([1, 2.5, np.nan], "f4"), "chr1": rng.random(16_667, "f4")}
    made.create_dense("cov", values, bin_size=3)
    made.create_dense("raw", values, bin_size=3, storage=Storage(compression=None))
    start = np.arange(0, 49_990, 5)
    made.create_sparse("peaks", {"chr1": (start, start + 3, rng.random(start.size, "f4"))})
    return made


@pytest.fixture(scope="session")
def documented():
    """The functions that `docs/format.md` shows, run as they stand there."""
    text = (ROOT / "docs/format.md").read_text()
    found = {}
    for block in re.findall(r"```python\n(.*?)```", text, re.S):
        exec(compile(block, "docs/format.md", "exec"), found)
    return SimpleNamespace(**{k: v for k, v in found.items() if not k.startswith("__")})
