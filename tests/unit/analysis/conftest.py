"""A small database of random signals, and its values bin by bin."""

from functools import partial
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from genomedb.db.create import create_database
from genomedb.expr import stream as stream_module
from genomedb.iterators import steps

SIZES = {"chr2": 4003, "chr10": 1500, "chr1": 300}
BIN = 10


def _signal(seed, n):
    """Values with ties and gaps."""
    rng = np.random.default_rng(seed)
    values = rng.normal(0, 2, n).round(1).astype(np.float32)
    values[rng.random(n) < 0.15] = np.nan
    return values


@pytest.fixture(scope="module")
def toy(tmp_path_factory):
    """`toy.db` has the dense tracks a, b, flat and none; `toy.bins` the same as a DataFrame."""
    db = create_database(tmp_path_factory.mktemp("toy") / "root", "toy", SIZES)
    n = {chrom: -(-size // BIN) for chrom, size in SIZES.items()}
    bins = pd.concat(
        [
            pd.DataFrame({"chrom": c, "start": (start := np.arange(k) * BIN),
                          "end": np.minimum(start + BIN, SIZES[c])})
            for c, k in n.items()
        ],
        ignore_index=True,
    )  # fmt: skip
    tracks = {
        "a": {c: _signal(i, k) for i, (c, k) in enumerate(n.items())},
        "b": {c: _signal(i + 10, k) for i, (c, k) in enumerate(n.items())},
        "flat": {c: np.full(k, 0.1, np.float32) for c, k in n.items()},
        "none": {c: np.full(k, np.nan, np.float32) for c, k in n.items()},
    }
    for name, values in tracks.items():
        db.create_dense(name, values, bin_size=BIN)
        bins[name] = np.concatenate(list(values.values())).astype(float)
    return SimpleNamespace(db=db, bins=bins)


@pytest.fixture
def many_tasks(monkeypatch):
    """Cut the walk into many tasks."""
    monkeypatch.setattr(steps, "PIECE_ROWS", 37)
    monkeypatch.setattr(steps, "_MANY", 20)
    monkeypatch.setattr(stream_module, "tasks_of", partial(stream_module.tasks_of, rows=50))
