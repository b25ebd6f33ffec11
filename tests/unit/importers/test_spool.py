"""Records put down in any order come back by chromosome, sorted."""

import os

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from genomedb.importers import spool as spool_module
from genomedb.importers.spool import Spool

N_CHROMS = 3


def filled(folder, batches, *, long_chroms=False):
    spool = Spool(N_CHROMS, folder, long_chroms=long_chroms)
    for rows in batches:
        code, start, end, value = (np.array(c) for c in zip(*rows, strict=True))
        spool.add(code.astype(np.int64), start.astype(np.int64), end.astype(np.int64),
                  value.astype(np.float64))  # fmt: skip
    return spool


def rows_of(spool, code):
    return [row for piece in spool.pieces(code) for row in zip(*map(np.ndarray.tolist, piece),
                                                               strict=True)]  # fmt: skip


def slow_rows(batches, code):
    """What the spool promises: by start, and equal starts in file order."""
    mine = [tuple(row[1:]) for rows in batches for row in rows if row[0] == code]
    return sorted(mine, key=lambda row: row[0])


ROW = st.tuples(
    st.integers(0, N_CHROMS - 1),
    st.integers(0, 400),
    st.integers(401, 500),
    st.integers(-5, 5).map(float),
)


@pytest.mark.parametrize("memory", [0, 200, 10**9])
@pytest.mark.parametrize("piece", [2, 1 << 18])
@settings(max_examples=40, deadline=None)
@given(st.lists(st.lists(ROW, min_size=1, max_size=8), min_size=1, max_size=8))
def test_any_batches_come_back_sorted_whether_they_fit_in_memory_or_not(
    memory, piece, tmp_path_factory, batches
):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(spool_module, "MEMORY_BYTES", memory)
        patch.setattr(spool_module, "PIECE", piece)
        with filled(tmp_path_factory.getbasetemp(), batches) as spool:
            assert spool.counts.tolist() == [len(slow_rows(batches, c)) for c in range(N_CHROMS)]
            for code in range(N_CHROMS):
                assert rows_of(spool, code) == slow_rows(batches, code)
                assert all(p.start.size <= piece for p in spool.pieces(code))


def test_chromosomes_can_be_read_twice_and_in_any_order(tmp_path, monkeypatch):
    monkeypatch.setattr(spool_module, "MEMORY_BYTES", 0)
    batches = [[(2, 5, 9, 1.0)], [(0, 7, 8, 2.0), (2, 1, 3, 3.0)]]
    with filled(tmp_path, batches) as spool:
        for _ in range(2):
            for code in (2, 0, 1):
                assert rows_of(spool, code) == slow_rows(batches, code)


def test_the_temporary_file_has_no_name_and_is_beside_the_track(tmp_path, monkeypatch):
    monkeypatch.setattr(spool_module, "MEMORY_BYTES", 0)
    with filled(tmp_path, [[(0, 1, 2, 3.0)]]) as spool:
        assert spool._file is not None
        assert os.fstat(spool._file.fileno()).st_dev == tmp_path.stat().st_dev
        assert os.listdir(tmp_path) == []
    assert spool._file.closed


def test_chromosomes_beyond_32_bits_keep_their_positions(tmp_path, monkeypatch):
    monkeypatch.setattr(spool_module, "MEMORY_BYTES", 0)
    batches = [[(1, 2**31 + 5, 2**33, 1.5)]]
    with filled(tmp_path, batches, long_chroms=True) as spool:
        assert rows_of(spool, 1) == [(2**31 + 5, 2**33, 1.5)]


def test_a_batch_without_records_is_nothing(tmp_path):
    none = np.empty(0, np.int64)
    with Spool(N_CHROMS, tmp_path, long_chroms=False) as spool:
        spool.add(none, none, none, none.astype(float))
        assert [rows_of(spool, code) for code in range(N_CHROMS)] == [[], [], []]


def test_later_changes_of_a_batch_do_not_reach_the_spool(tmp_path):
    """The reader may fill the same arrays again."""
    start, end, value = np.array([1, 5]), np.array([2, 6]), np.array([1.0, 2.0])
    with Spool(N_CHROMS, tmp_path, long_chroms=True) as spool:
        spool.add(np.array([0, 0]), start, end, value)
        start[:], end[:], value[:] = 0, 0, 0
        assert rows_of(spool, 0) == [(1, 2, 1.0), (5, 6, 2.0)]
