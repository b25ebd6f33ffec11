"""Small pairs of chromosomes, compared many at a time, differ where they do one by one."""

import numpy as np
import pytest

from genomedb.db.create import create_database
from genomedb.storage import pair_scan
from genomedb.tracks import diff

SIZES = {f"c{i}": 400 for i in range(6)}


def records(kind):
    rng, found = np.random.default_rng(9), {}
    for cell in rng.permutation(36)[:25].tolist():
        at = rng.permutation(900)[: rng.integers(2, 8)]
        x, y, value = at // 30 * 10, at % 30 * 10, rng.random(at.size)
        value[0] = np.nan
        columns = (x, y, value) if kind == "points" else (x, x + 7, y, y + 9, value)
        found[f"c{cell // 6}", f"c{cell % 6}"] = columns
    return found


@pytest.mark.parametrize("together", [1, 15, 100_000])
@pytest.mark.parametrize("kind", ["points", "rectangles"])
@pytest.mark.parametrize("layout", ["indexed", "per-chromosome"])
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_differences_of_small_pairs_are_those_one_by_one(
    tmp_path, monkeypatch, together, kind, layout, dtype
):
    monkeypatch.setattr(pair_scan, "_TOGETHER", together)
    db = create_database(tmp_path, "toy", SIZES)
    create = db.create_points if kind == "points" else db.create_rectangles
    one = records(kind)
    other, pairs = dict(one), sorted(one)
    for i, column in ((3, -1), (7, 0), (8, -1), (11, 1 if kind == "points" else 3)):
        changed = [np.copy(c) for c in one[pairs[i]]]
        changed[column][1] += 1
        other[pairs[i]] = changed
    other[pairs[14]] = [c[1:] for c in one[pairs[14]]]  # of another size
    del other[pairs[0]], other[pairs[20]]
    other["c5", "c5"] = other.pop(pairs[24])
    a = create("a", one, layout="indexed")
    b = create("b", other, layout=layout, dtype=dtype)
    found = diff.diff_tracks(a, b).chroms
    monkeypatch.setattr(diff, "equal_small", lambda *_: set())
    assert found == diff.diff_tracks(a, b).chroms
    named = {" x ".join(pairs[i]) for i in (0, 3, 7, 8, 11, 14, 20)}
    assert named <= {each.chrom for each in found}


def test_no_tree_of_small_pairs_that_are_the_same_is_opened(tmp_path, monkeypatch):
    db = create_database(tmp_path, "toy", SIZES)
    a, b = (db.create_points(name, records("points"), layout="indexed") for name in "ab")
    monkeypatch.setattr(type(a), "tree", None)
    assert diff.diff_tracks(a, b).is_same
