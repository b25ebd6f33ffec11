"""Contacts of any file, sorted in runs of any size, are what a dictionary of them is."""

import os
import tempfile
from pathlib import Path
from unittest import mock

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from genomedb.core.chroms import ChromTable
from genomedb.importers import pair_spool
from genomedb.importers.contacts import ordered
from genomedb.importers.pair_spool import PairSpool
from genomedb.kernels.zorder import zorder

CHROMS = ChromTable(["a", "b", "c"], [9, 6, 2**33])
PLACES = st.one_of(
    st.tuples(st.just(0), st.integers(0, 8)), st.tuples(st.just(1), st.integers(0, 5)),
    st.tuples(st.just(2), st.sampled_from([0, 1, 2**31, 2**32 + 1, 2**33 - 1])),
)  # fmt: skip
CONTACTS = st.lists(st.tuples(PLACES, PLACES, st.integers(-9, 9)), max_size=60)


@settings(max_examples=60, deadline=None)
@given(CONTACTS, st.integers(2, 40), st.integers(1, 9), st.integers(1, 12), st.booleans())
def test_a_spool_gives_each_place_once_in_order(contacts, run, block, least, mirror):
    want = {}
    for first, second, value in contacts:
        sides = sorted((first, second))
        for key in {tuple(sides), tuple(sides[::-1])} if mirror else {tuple(sides)}:
            want[key] = want.get(key, 0) + value
    rows = np.array([(*a, *b, v) for a, b, v in contacts], np.int64).reshape(-1, 5)
    found = {}
    with (
        mock.patch.multiple(pair_spool, MEMORY_RECORDS=run, BLOCK=block, LEAST=least),
        tempfile.TemporaryDirectory() as folder,
        PairSpool(CHROMS, Path(folder), mirror=mirror) as spool,
    ):
        for part in np.array_split(rows, 3):
            code1, x, code2, y, value = part.T
            spool.add(*ordered(code1, x, code2, y), value)
        for code1, code2 in spool.finish():
            parts = [np.concatenate(c) for c in zip(*spool.blocks(code1, code2), strict=True)]
            assert np.array_equal(zorder(parts[0], parts[1]), np.arange(parts[0].size))
            for x, y, value in zip(*(part.tolist() for part in parts), strict=True):
                assert ((code1, x), (code2, y)) not in found
                found[(code1, x), (code2, y)] = value
        assert os.listdir(folder) == []
    assert found == want
