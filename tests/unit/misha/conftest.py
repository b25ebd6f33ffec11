"""A small database open as the current one, through the facade."""

import numpy as np
import pandas as pd
import pytest

import genomedb.misha as misha

SIZES = {"chr1": 1000, "chr2": 500, "chrX": 205}
DENSE = [1.0, 2, 4, 8, 16, np.nan, 64, 128]  # the first bins of 10 bp of track d


@pytest.fixture
def empty(tmp_path):
    """The facade with a database of three chromosomes and no track."""
    misha.gdb_unload()
    misha.gdb_create(tmp_path / "toy", SIZES)
    misha.gdb_init(tmp_path / "toy")
    yield misha
    misha.gdb_unload()
    misha.CONFIG.update(multitasking=True, max_processes=1)


@pytest.fixture
def pm(empty):
    """With tracks ``d`` (dense), ``s`` (sparse), ``sub.t`` (dense), and interval set ``genes``."""
    bins = pd.DataFrame({"chrom": "chr1", "start": np.arange(8) * 10})
    bins["end"] = bins["start"] + 10
    empty.gtrack_create_dense("d", "dense", bins, DENSE, 10)
    empty.gtrack_create_dense("sub.t", "dense", bins[:4], [5.0, 6, 7, 8], 10)
    rows = pd.DataFrame({"chrom": "chr1", "start": [5, 40], "end": [25, 60]})
    empty.gtrack_create_sparse("s", "sparse", rows, [1.0, 3.0])
    genes = pd.DataFrame({"chrom": ["chr1", "chr2"], "start": [10, 0], "end": [30, 50]})
    empty.gintervals_save(genes.assign(strand=[1, -1]), "genes")
    return empty


@pytest.fixture
def cache(tmp_path, monkeypatch):
    """An empty folder for files that are kept."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return tmp_path / "cache"
