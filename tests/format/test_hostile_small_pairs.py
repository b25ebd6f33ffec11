"""Of many small pairs of chromosomes, looked at together, the same is wrong as one by one."""

import numpy as np
import pytest
from hostile import GZIP, altered

from genomedb.db.create import create_database
from genomedb.storage import pair_scan, validate_pairs
from genomedb.storage.chroms import chroms_of
from genomedb.storage.handle import TrackFile

INDEX = "_genomedb/index"


@pytest.fixture(scope="module")
def db(tmp_path_factory):
    """A few records in each of many pairs, one of which has several leaves."""
    db = create_database(tmp_path_factory.mktemp("few"), "toy", {f"c{i}": 300 for i in range(8)})
    rng, points, rects = np.random.default_rng(6), {}, {}
    for cell in rng.permutation(64)[:40].tolist():
        pair = f"c{cell // 8}", f"c{cell % 8}"
        at = rng.permutation(900)[: 150 if len(points) == 20 else rng.integers(2, 9)]
        x, y = at // 30 * 10, at % 30 * 10
        value = np.where(rng.random(at.size) < 0.2, np.nan, rng.normal(size=at.size))
        points[pair], rects[pair] = (x, y, value), (x, x + 7, y, y + 9, value)
    points["c7", "c7"] = [3, 4], [3, 3], [np.nan, np.nan]
    rects["c7", "c7"] = [3, 4], [4, 5], [3, 3], [4, 4], [np.inf, -np.inf]
    db.create_points("points", points, layout="indexed")
    db.create_rectangles("rects", rects, layout="indexed")
    return db


def faults(path, monkeypatch, *, together):
    file = TrackFile(path)
    with monkeypatch.context() as patch:
        if not together:
            patch.setattr(validate_pairs, "_sound_few", lambda *_: np.empty(0, np.int64))
        return list(validate_pairs.pair_faults(file, chroms_of(file, None)))


@pytest.mark.parametrize("track", ["points", "rects"])
def test_in_files_without_fault_there_is_none(db, track, monkeypatch):
    file = TrackFile(db[track].path)
    directory = pair_scan.directory_of(file, db.chroms)
    few = validate_pairs._sound_few(file, db.chroms, directory.index)
    assert few.tolist() == np.flatnonzero(directory.sizes <= 64).tolist()
    assert faults(db[track].path, monkeypatch, together=True) == []


@pytest.mark.parametrize("together", [1, 20, 100_000])
@pytest.mark.parametrize(
    ("track", "name", "to"),
    [
        ("points", "x1", -1),
        ("points", "x1", 300),
        ("rects", "y2", 301),
        ("rects", "y2", 0),
        ("rects", "x1", 299),
        ("points", "value", 7),
        ("points", "value", np.nan),
        ("rects", "value", np.inf),
        ("points", "node_first", 1),
        ("points", "node_x1", 200),
        ("points", "node_y2", 1),
        ("points", "node_count", 1),
        ("points", "node_sum", 0.5),
        ("points", "node_sum", np.nan),
        ("points", "node_min", np.nan),
        ("rects", "node_max", 9),
        ("rects", "node_area", 3),
        ("rects", "node_wsum", 0.5),
    ],
)
def test_what_is_wrong_with_a_pair_is_told_as_of_one_alone(
    db, monkeypatch, track, name, to, together
):
    def change(h5):
        values = h5[f"{INDEX}/{name}"][:]
        values[[5, 28, 29, 30]] = to
        del h5[f"{INDEX}/{name}"]
        h5.create_dataset(f"{INDEX}/{name}", data=values, chunks=values.shape, **GZIP)

    monkeypatch.setattr(pair_scan, "_TOGETHER", together)
    path = altered(db, track, change)
    found = faults(path, monkeypatch, together=True)
    assert found
    assert found == faults(path, monkeypatch, together=False)


@pytest.mark.parametrize("track", ["points", "rects"])
def test_records_that_overlap_are_found_and_neighbours_of_other_pairs_are_none(
    db, monkeypatch, track
):
    def change(h5):
        row = int(h5[f"{INDEX}/offset"][4])
        for name in ("x1", "x2", "y1", "y2", "value"):
            if name not in h5[INDEX]:
                continue
            values = h5[f"{INDEX}/{name}"][:]
            values[row + 1] = values[row]
            del h5[f"{INDEX}/{name}"]
            h5.create_dataset(f"{INDEX}/{name}", data=values, chunks=values.shape, **GZIP)

    # whatever nodes say: it is overlaps that are looked for
    monkeypatch.setattr(validate_pairs, "_differences", lambda *_: iter(()))
    path = altered(db, track, change)
    (found,) = faults(path, monkeypatch, together=True)
    assert "records 0 and 1" in found[2]
    assert [found] == faults(path, monkeypatch, together=False)


def test_a_chunk_that_cannot_be_read_is_told_of_each_pair(db, monkeypatch):
    def change(h5):
        values = h5[f"{INDEX}/value"][:]
        del h5[f"{INDEX}/value"]
        data = h5.create_dataset(f"{INDEX}/value", values.shape, values.dtype,
                                 chunks=values.shape, **GZIP)  # fmt: skip
        data.id.write_direct_chunk((0,), b"no deflate at all")

    path = altered(db, "points", change)
    found = faults(path, monkeypatch, together=True)
    assert len(found) == len(db["points"].pairs)
    assert found == faults(path, monkeypatch, together=False)
