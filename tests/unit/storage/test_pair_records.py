"""Records of pairs in memory: what is decoded, kept and let go; trees that are forged."""

import threading

import numpy as np
import pytest

from genomedb.core.chroms import ChromTable
from genomedb.kernels.quadtree_build import n_nodes
from genomedb.storage import pair_records
from genomedb.storage.pair_nodes import level_above
from genomedb.storage.pair_records import BLOCK, Budget
from genomedb.storage.pairs import n_nodes_each, pair_position_dtype
from genomedb.tracks.create import Storage
from genomedb.tracks.create_pairs import new_pairs
from genomedb.tracks.open import open_track
from genomedb.tracks.place import Place

CHROMS = ChromTable(("a", "b"), (100_000, 3_000_000_000))
N = 3 * BLOCK + 5


@pytest.fixture(params=["gzip", None])
def path(request, tmp_path):
    """A track of a few blocks."""
    x = np.random.default_rng(1).permutation(100_000)[:N]
    place = Place(tmp_path / "p.h5", "p", CHROMS, "toy")
    storage = Storage(compression=request.param)
    with new_pairs(place, is_points=True, storage=storage) as draft:
        draft.write("a", "a", x, x[::-1], np.arange(N) % 1000)
    return place.path


def test_the_tree_has_as_many_nodes_as_the_kernel_makes():
    n = np.array([1, 2, 64, 65, 1024, 1025, 16_385, 2**31, 2**33])
    assert n_nodes_each(n).tolist() == [n_nodes(k) for k in n.tolist()]


def test_positions_are_32_bits_where_both_chromosomes_allow_it():
    assert pair_position_dtype(CHROMS, (0, 0)) == np.int32
    assert pair_position_dtype(CHROMS, (0, 1)) == np.int64
    assert pair_position_dtype(CHROMS, None) == np.int64


def test_only_blocks_that_a_window_touches_are_decoded_and_once(path, monkeypatch):
    tree = open_track(path).tree(0, 0)
    assert tree._records._state is None
    whole = tree.query(0, 100_000, 0, 100_000)
    assert whole.value.size == N
    state = tree._records._state
    assert not state.absent.any()
    small = open_track(path).tree(0, 0)
    found = small.query(5, 9, 0, 100_000)
    assert small._records._state.absent.sum() > 0 or found.value.size > 0
    monkeypatch.setattr(tree._records, "_prepare", None)  # would fail
    assert tree.query(0, 100_000, 0, 100_000).value.sum() == whole.value.sum()


def test_answers_do_not_depend_on_what_may_be_kept(path, monkeypatch):
    window = (2000, 90_000, 1000, 95_000)
    expected = open_track(path).tree(0, 0)
    rows = expected.sorted_query(*window)
    sums = expected.sums(*window)
    for limit in (1, 400_000, 2 * N * 12 + 100):
        monkeypatch.setattr(pair_records, "BUDGET", Budget(limit))
        tree = open_track(path).tree(0, 0)
        for _ in range(2):
            for a, b in zip(tree.sorted_query(*window), rows, strict=True):
                np.testing.assert_array_equal(a, b)
            assert tree.sums(*window) == sums
        assert pair_records.BUDGET._bytes <= limit


def test_records_that_many_windows_share_are_read_once(path, monkeypatch):
    monkeypatch.setattr(pair_records, "BUDGET", Budget(400_000))
    records = open_track(path).tree(0, 0)._records
    first = np.tile([640, 0, 20_000], 50)
    last = np.tile([1280, 704, 20_064], 50)
    many, few = records.over(first, last), open_track(path).tree(0, 0)._records.read(0, N)
    assert records._state.absent.sum() == 2  # twice what may be kept is asked for, of two blocks
    big = records.over(np.tile([0, 100], 9), np.full(18, N))
    assert big.columns["value"].size == N
    for found, a, b in ((many, first, last), (big, np.tile([0, 100], 9), np.full(18, N))):
        for name, column in few.items():
            for i in range(0, a.size, 7):
                np.testing.assert_array_equal(
                    found.columns[name][found.first[i] : found.last[i]], column[a[i] : b[i]]
                )


def test_pairs_not_used_for_longest_are_let_go_first(tmp_path, monkeypatch):
    place = Place(tmp_path / "p.h5", "p", CHROMS, "toy")
    x = np.arange(BLOCK)
    with new_pairs(place, is_points=True) as draft:
        for pair in (("a", "a"), ("a", "b"), ("b", "a")):
            draft.write(*pair, x, x, x)
    track = open_track(place.path)
    trees = [track.tree(*codes) for codes in ((0, 0), (0, 1), (1, 0))]
    # two with positions of 64 bits fit, a third does not
    monkeypatch.setattr(pair_records, "BUDGET", Budget(45 * BLOCK))
    for tree in (*trees[:2], trees[0], trees[2]):
        tree.query(0, 10, 0, 10)
    assert [tree._records._state is not None for tree in trees] == [True, False, True]
    held = pair_records.BUDGET._bytes
    del trees, tree
    track.close()
    track._columns.clear()
    assert pair_records.BUDGET._bytes < held


def test_threads_share_a_tree(path):
    tree = open_track(path).tree(0, 0)
    expected = open_track(path).tree(0, 0).query(0, 50_000, 0, 50_000).value.sum()
    found = []

    def ask():
        for _ in range(5):
            found.append(tree.query(0, 50_000, 0, 50_000).value.sum())

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [expected] * 20


def test_a_scan_is_in_blocks_and_keeps_nothing(path):
    tree = open_track(path).tree(0, 0)
    sizes = [block.value.size for block in tree.scan(1000)]
    assert (sum(sizes), max(sizes)) == (N, 1000)
    assert tree._records._state is None


def test_areas_of_inner_nodes_stop_at_the_largest_number():
    area = np.array([2**62, 2**62, 5] + [0] * 13 + [7])
    assert level_above({"count": area * 0, "area": area})["area"].tolist() == [2**63 - 1, 7]
