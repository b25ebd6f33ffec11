"""All records of a file, read many pairs at a time, are those of its pairs."""

import numpy as np
import pytest

from genomedb.core.chroms import ChromTable
from genomedb.db.create import create_database
from genomedb.storage import columns, pair_scan
from genomedb.storage.pair_tree import open_pair

CHROMS = ChromTable([f"c{i}" for i in range(12)], [500] * 12)


def records_of(rng, kind):
    """Some pairs, one of them of more records than are read together."""
    found = {}
    for cell in rng.permutation(144)[:60]:
        pair = tuple(CHROMS.names[c] for c in divmod(int(cell), 12))
        x = np.sort(rng.permutation(490)[: 150 if len(found) == 7 else rng.integers(1, 9)])
        y, value = rng.integers(0, 490, x.size), rng.random(x.size)
        found[pair] = (x, y, value) if kind == "points" else (x, x + 1, y, y + 3, value)
    return found


@pytest.mark.parametrize("layout", ["per-chromosome", "indexed"])
@pytest.mark.parametrize("kind", ["points", "rectangles"])
@pytest.mark.parametrize("together", [1, 40, 100_000])
def test_a_scan_of_all_pairs_is_that_of_each(tmp_path, monkeypatch, layout, kind, together):
    monkeypatch.setattr(pair_scan, "_TOGETHER", together)
    monkeypatch.setattr(pair_scan, "SCAN_RECORDS", 64)
    db = create_database(tmp_path, "toy", dict(zip(CHROMS.names, CHROMS.lengths, strict=True)))
    create = db.create_points if kind == "points" else db.create_rectangles
    track = create("t", records_of(np.random.default_rng(4), kind), layout=layout)
    found = [(code1, code2, *part) for code1, code2, part in
             pair_scan.scan_pairs(track._file, track.chroms)]  # fmt: skip
    want = [(code1, code2, *part) for code1, code2 in track.pair_codes.tolist()
            for part in open_pair(track._file, track.chroms, code1, code2).scan(64)]  # fmt: skip
    if together == 100_000 and layout == "indexed":  # of which the large one is no exception
        want = [(code1, code2, *part) for code1, code2 in track.pair_codes.tolist()
                for part in open_pair(track._file, track.chroms, code1, code2).scan()]  # fmt: skip
    assert len(found) == len(want)
    for ours, theirs in zip(found, want, strict=True):
        for a, b in zip(ours, theirs, strict=True):
            np.testing.assert_array_equal(a, b)


def test_small_pairs_of_an_indexed_file_are_read_together(tmp_path, monkeypatch):
    db = create_database(tmp_path, "toy", dict(zip(CHROMS.names, CHROMS.lengths, strict=True)))
    track = db.create_points("t", records_of(np.random.default_rng(4), "points"), layout="indexed")
    calls, read = [], columns.Column.read_windows
    monkeypatch.setattr(columns.Column, "read_windows",
                        lambda self, *a: calls.append(self) or read(self, *a))  # fmt: skip
    assert sum(len(block) for _, _, block in track.iter_blocks()) == track.n_records()
    assert len(calls) == 3


@pytest.mark.parametrize("layout", ["per-chromosome", "indexed"])
@pytest.mark.parametrize("together", [1, 40, 100_000])
def test_pairs_are_read_together_in_the_order_asked_for(tmp_path, monkeypatch, layout, together):
    monkeypatch.setattr(pair_scan, "_TOGETHER", together)
    db = create_database(tmp_path, "toy", dict(zip(CHROMS.names, CHROMS.lengths, strict=True)))
    track = db.create_points("t", records_of(np.random.default_rng(4), "points"), layout=layout)
    rows = np.array([50, 3, 4, 5, 59, 0, 20, 19, 21, 22])
    blocks = list(pair_scan.scan_together(track._file, track.chroms, rows))
    want = [(*codes, *open_pair(track._file, track.chroms, *codes).query(0, 500, 0, 500))
            for codes in track.pair_codes[rows].tolist()]  # fmt: skip
    found = [(code1, code2, *part) for block in blocks for code1, code2, part in block.each()]
    assert len(found) == len(want)
    for ours, theirs in zip(found, want, strict=True):
        for a, b in zip(ours, theirs, strict=True):
            np.testing.assert_array_equal(a, b)
    columns = [np.concatenate(c) for c in zip(*(b.code_columns() for b in blocks), strict=True)]
    for axis, column in enumerate(columns):
        sizes = track.pair_sizes[rows]
        np.testing.assert_array_equal(column, np.repeat(track.pair_codes[rows, axis], sizes))


def test_a_file_without_records_has_none(tmp_path):
    db = create_database(tmp_path, "toy", {"c": 5})
    for layout in ("per-chromosome", "indexed"):
        track = db.create_points("t", {}, layout=layout, overwrite=True)
        assert list(track.iter_blocks()) == []
