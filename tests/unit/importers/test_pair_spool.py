"""Runs of contacts are merged at the same cost whatever the order they came in."""

import numpy as np
import pytest

from genomedb.core.chroms import ChromTable
from genomedb.importers import pair_spool
from genomedb.importers.pair_spool import PairSpool
from genomedb.kernels.zorder import zsorted


@pytest.mark.parametrize("is_sorted", [True, False])
def test_each_contact_is_sorted_about_once_when_runs_are_merged(tmp_path, monkeypatch, is_sorted):
    rng = np.random.default_rng(3)
    x = rng.permutation(50_000)[:20_000]
    y = np.minimum(x + rng.integers(0, 3_000, x.size), 49_999)
    if is_sorted:
        x, y = np.sort(x), y[np.argsort(x)]
    for name, number in {"MEMORY_RECORDS": 400, "BLOCK": 2_000, "LEAST": 10}.items():
        monkeypatch.setattr(pair_spool, name, number)
    code = np.zeros(x.size, np.int64)
    with PairSpool(ChromTable(["a"], [50_000]), tmp_path, mirror=False) as spool:
        spool.add(code, x, code, y, np.ones(x.size))
        assert spool.finish() == [(0, 0)]
        sizes = []

        def counted(x, y):
            sizes.append(len(x))
            return zsorted(x, y)

        monkeypatch.setattr(pair_spool, "zsorted", counted)
        found = [np.concatenate(part) for part in zip(*spool.blocks(0, 0), strict=True)]
    _, *want = zsorted(x, y)
    assert np.array_equal(found[:2], want)
    assert max(sizes) < 4_000
    assert sum(sizes) < 1.6 * x.size
