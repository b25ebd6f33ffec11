"""What is written is read back; what is damaged is refused or read as it was."""

import json
import subprocess
import sys
import tempfile
from pathlib import Path

import h5py
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from genomedb.db.create import create_database
from genomedb.errors import FormatError
from genomedb.storage import schema
from genomedb.tracks.create import Storage
from genomedb.tracks.open import open_track

ROOT = Path(__file__).parents[2]
QUICK = settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
storages = st.builds(
    Storage,
    compression=st.sampled_from(["gzip", None]),
    level=st.integers(1, 9),
    shuffle=st.sampled_from([None, True, False]),
    chunk_bytes=st.sampled_from([1024, 1500, 4096, 65536]),
)


@st.composite
def signals(draw):
    """A column of a track dtype: random, constant, or with long stretches of fill."""
    dtype = np.dtype(draw(st.sampled_from(schema.VALUE_DTYPES)))
    size = draw(st.integers(1, 5000))
    seed = draw(st.integers(0, 2**32 - 1))
    rng = np.random.default_rng(seed)
    raw = rng.integers(0, 256, size * dtype.itemsize, np.uint8).view(dtype)  # any bits, NaNs too
    kind = draw(st.sampled_from(["any", "few", "mostly missing", "constant"]))
    if kind == "few":
        raw = rng.integers(0, 4, size).astype(dtype)
    elif kind == "constant":
        raw = np.full(size, raw[0])
    elif kind == "mostly missing":
        raw[rng.random(size) < 0.9] = np.nan if dtype.kind == "f" else 0
        raw[size // 4 :] = np.nan if dtype.kind == "f" else 0
    return raw


windows = st.lists(st.tuples(st.integers(0, 10**9), st.integers(0, 10**9)), max_size=8)


def bits(values):
    return np.ascontiguousarray(values).tobytes()


@QUICK
@given(signals(), storages, st.integers(1, 1000), st.integers(0, 999), windows)
def test_a_dense_track_gives_back_the_bits_it_was_given(values, storage, bin_size, rest, pairs):
    length = values.size * bin_size - min(rest, bin_size - 1)
    with tempfile.TemporaryDirectory() as folder:
        db = create_database(folder, "toy", {"c": length})
        track = db.create_dense(
            "t", {"c": values}, bin_size=bin_size, dtype=values.dtype.name, storage=storage
        )
        assert bits(track.read("c")) == bits(values)
        with h5py.File(track.path) as h5:
            assert bits(h5["c"][:]) == bits(values)  # and so does HDF5 itself
        regions = []
        for a, b in pairs:
            start, end = sorted((a % length, b % length))
            end += start == end
            regions.append(("c", start, end))
            expected = values[start // bin_size : -(-end // bin_size)]
            assert bits(track.read("c", start, end)) == bits(expected)
            out = np.empty(expected.size, values.dtype)
            assert track.read("c", start, end, out=out) is out
            assert bits(out) == bits(expected)
        many = track.read_many(regions)
        assert [bits(v) for v in many] == [bits(track.read(*region)) for region in regions]
        blocks = [b.values.copy() for b in track.iter_chrom_blocks(block_bins=777, reuse=True)]
        assert bits(np.concatenate(blocks)) == bits(values)
        assert dict(db.validate()) == {"chromosome.h5": [], "t": []}


@st.composite
def records(draw):
    gaps = draw(arrays(np.int64, st.integers(0, 60), elements=st.integers(0, 200)))
    widths = draw(arrays(np.int64, gaps.size, elements=st.integers(1, 50)))
    repeat = draw(st.sampled_from([1, 1, 100]))
    gaps, widths = np.tile(gaps, repeat), np.tile(widths, repeat)
    end = np.cumsum(gaps + widths)
    return end - widths, end, np.arange(end.size).astype("f4")


@QUICK
@given(records(), storages, windows)
def test_sparse_windows_agree_with_looking_at_every_record(data, storage, pairs):
    start, end, _ = data
    length = int(end[-1]) + 5 if end.size else 10
    with tempfile.TemporaryDirectory() as folder:
        db = create_database(folder, "toy", {"a": 3, "c": length})
        track = db.create_sparse("t", {"c": data}, storage=storage)
        regions = []
        for a, b in [*pairs, (0, length - 1)]:
            low, high = sorted((a % length, b % length))
            high += low == high
            regions.append(("c", low, high))
            hit = (start < high) & (end > low)
            for found, column in zip(track.read("c", low, high), data, strict=True):
                np.testing.assert_array_equal(found, column[hit])
        regions.insert(1, ("a", 0, 3))
        many = track.read_many(regions)
        for i, region in enumerate(regions):
            part = slice(many.offsets[i], many.offsets[i + 1])
            for found, column in zip(track.read(*region), many, strict=False):
                np.testing.assert_array_equal(found, column[part])
        assert sum(block.start.size for block in track.iter_chrom_blocks()) == start.size
        assert dict(db.validate()) == {"chromosome.h5": [], "t": []}


# ---- damage

SWEEP = """
import json, sys
import numpy as np
from genomedb.errors import FormatError
from genomedb.storage.validate import check_file
from genomedb.tracks.open import open_track

path, truth, seed, n = sys.argv[1], np.load(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4])
whole = open(path, "rb").read()
rng = np.random.default_rng(seed)
counts = {"refused": 0, "right": 0, "wrong": [], "missed": []}
for i in range(n):
    data = bytearray(whole)
    at = int(rng.integers(len(data)))
    kind = i % 4
    if kind == 0:
        data[at] ^= 1 << int(rng.integers(8))
    elif kind == 1:
        data[at] = int(rng.integers(256))
    elif kind == 2:
        data[at : at + 64] = bytes(len(data[at : at + 64]))
    else:
        data[at : at + 512] = rng.bytes(len(data[at : at + 512]))
    with open(path, "wb") as damaged:
        damaged.write(data)
    print(i, kind, at, file=sys.stderr, flush=True)
    refused = False
    try:
        with open_track(path) as track:
            track.info()
            if track.track_type == "sparse":
                found = {k: v for k, v in zip(("start", "end", "value"), track.read("c"))}
            else:
                found = {"value": track.read("c"), "window": track.read("c", 1000, 3000)}
    except FormatError:
        counts["refused"] += 1
        refused = True
    else:
        good = all(np.array_equal(v, truth[k], equal_nan=k in ("value", "window"))
                   for k, v in found.items())
        counts["right"] += good
        if not good:
            counts["wrong"].append([seed, i, at])
    try:
        found = check_file(path)
        if (refused and not found) or (bytes(data) == whole and found):
            counts["missed"].append([seed, i, at, refused, [f.problem for f in found]])
    except Exception as error:  # told with its damage: it may not raise, whatever the file
        counts["missed"].append([seed, i, at, repr(error)])
print(json.dumps(counts))
"""


@pytest.fixture(params=["gzip", "shuffled", "raw", "sparse"])
def target(request, tmp_path):
    """A small track and the values it should have."""
    db = create_database(tmp_path, "toy", {"b": 10, "c": 6000})
    rng = np.random.default_rng(4)
    value = rng.integers(0, 50, 6000).astype("f4")
    value[100:700] = np.nan
    storage = {
        "gzip": Storage(shuffle=False, chunk_bytes=2048),
        "shuffled": Storage(shuffle=True, chunk_bytes=2048),
        "raw": Storage(compression=None),
        "sparse": Storage(chunk_bytes=2048),
    }[request.param]
    if request.param == "sparse":
        start = np.arange(0, 6000, 6)
        truth = {"start": start, "end": start + 4, "value": value[:1000]}
        track = db.create_sparse("t", {"c": tuple(truth.values())}, storage=storage)
    else:
        truth = {"value": value, "window": value[1000:3000]}
        track = db.create_dense("t", {"c": value}, bin_size=1, storage=storage)
    np.savez(tmp_path / "truth.npz", **truth)
    return track.path, tmp_path / "truth.npz"


@pytest.mark.parametrize("seed", [11])
def test_a_damaged_file_is_refused_or_read_right_and_never_crashes(target, seed):
    path, truth = target
    command = [sys.executable, "-c", SWEEP, str(path), str(truth), str(seed), "120"]
    done = subprocess.run(
        command, capture_output=True, text=True, timeout=120, env={"PYTHONPATH": str(ROOT)}
    )
    assert done.returncode == 0, f"seed {seed}, last damage {done.stderr[-400:]}"
    counts = json.loads(done.stdout)
    assert counts["wrong"] == []
    assert counts["missed"] == []
    assert counts["refused"] + counts["right"] == 120
    assert counts["refused"] > 20


def test_every_byte_of_a_contiguous_column_is_guarded(tmp_path):
    db = create_database(tmp_path, "toy", {"c": 70_000})
    value = np.random.default_rng(1).random(70_000, "f4")
    path = db.create_dense("t", {"c": value}, bin_size=1, storage=Storage(compression=None)).path
    with h5py.File(path) as h5:
        at = h5["c"].id.get_offset()
    whole = path.read_bytes()
    for byte in (0, 1, 65_535, 65_536, 200_000, 279_999):
        damaged = bytearray(whole)
        damaged[at + byte] ^= 1
        path.write_bytes(damaged)
        track = open_track(path)
        item = byte // 4
        with pytest.raises(FormatError, match="checksum differs"):
            track.read("c", item, item + 1)
        far = (item + 35_000) % 70_000
        assert track.read("c", far, far + 1)[0] == value[far]  # other blocks still answer
