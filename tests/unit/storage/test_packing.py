"""Packed chunks are zlib streams of the (shuffled) bytes, and no larger than others."""

import zlib

import numpy as np
import pytest

from genomedb.kernels import chunks
from genomedb.kernels.chunks import Pipeline, fletcher32, n_changes
from genomedb.storage.packing import Packer
from genomedb.storage.planes import deflated_planes, tried_planes

N = 16384
RNG = np.random.default_rng(1)
VALUES = {
    "low bytes random": RNG.integers(0, 40_000, N).astype("i4"),
    "high bytes random": (RNG.integers(0, 2**15, N) << 16).astype("i4"),
    "middle bytes random": (RNG.integers(0, 2**16, N) << 8).astype("i4"),
    "all random": RNG.integers(-(2**31), 2**31, N).astype("i4"),
    "a pattern of all bytes": (np.arange(N) * 7).astype("i4"),
    "small counts": RNG.geometric(0.6, N).astype("f4"),
    "wide": RNG.random(3 * N),
    "large chunks": RNG.integers(0, 2**20, 5 * N).astype("i4"),
    "few": RNG.integers(0, 2**20, 50).astype("i4"),
    "two bytes": RNG.integers(0, 2**16, N).astype("u2"),
    "bytes": RNG.integers(0, 7, N).astype("u1"),
    "runs": np.repeat(RNG.integers(0, 9, N // 64), 64).astype("u1"),
    "runs that come again": np.tile(np.repeat(RNG.integers(0, 9, 8), 64), N // 512).astype("u1"),
    "runs of floats": np.repeat(RNG.random(N // 64), 64).astype("f4"),
    "one event": np.eye(1, N, 5, dtype="u1")[0],
    "one other byte, last": np.eye(1, N, N - 1, dtype="i8")[0],
    "one value": np.full(N, 0x01020304, "i4"),
    "one byte": np.full(N, 7, "u1"),
    "of an odd length": RNG.integers(0, 2, 1001).cumsum().astype("u1"),
    "a single value": np.ones(1, "f8"),
}


def packer(values, *, shuffle=True, fletcher=False, level=1, n_chunks=1):
    pipeline = Pipeline(
        values.itemsize, values.nbytes // n_chunks, deflated=True, shuffle=shuffle,
        fletcher=fletcher, fill=np.zeros(values.itemsize, np.uint8),
    )  # fmt: skip
    return Packer(pipeline, level)


def planes(values):
    return values.view(np.uint8).reshape(-1, values.itemsize).T.tobytes()


@pytest.mark.parametrize("shuffle", [True, False])
@pytest.mark.parametrize("level", [1, 6])
@pytest.mark.parametrize("name", VALUES)
def test_a_chunk_inflates_to_its_bytes(name, shuffle, level):
    values = VALUES[name]
    expected = planes(values) if shuffle else values.tobytes()
    ((packed, crc),) = packer(values, shuffle=shuffle, level=level).pack(values.view(np.uint8))
    assert zlib.decompress(packed) == expected
    assert crc == zlib.crc32(packed)
    assert len(packed) <= 1.02 * len(zlib.compress(expected, level)) + 64


@pytest.mark.parametrize("shuffle", [True, False])
@pytest.mark.parametrize("n_chunks", [2, 8])
@pytest.mark.parametrize("name", [n for n in VALUES if VALUES[n].size % 8 == 0])
def test_chunks_packed_together_are_each_a_stream(name, n_chunks, shuffle):
    values = VALUES[name].copy()
    values[: values.size // n_chunks] = 3
    made = packer(values, shuffle=shuffle, n_chunks=n_chunks).pack(values.view(np.uint8))
    parts = np.split(values, n_chunks)
    expected = [planes(part) if shuffle else part.tobytes() for part in parts]
    for (packed, _), plain in zip(made, expected, strict=True):
        assert (zlib.decompress(packed) if packed else b"\0" * len(plain)) == plain
        assert bool(packed) == any(plain)


def test_chunks_of_one_value_are_the_same_bytes_packed_once():
    values = np.repeat(np.array([5, 0, 5, 6, 5], "f4"), 4096)
    made = packer(values, n_chunks=5, fletcher=True).pack(values.view(np.uint8))
    assert made[1] == (b"", 0)
    assert made[0] is made[2] is made[4]
    assert made[3] != made[0]


def test_the_checksum_is_over_the_stream():
    values = VALUES["low bytes random"]
    ((packed, crc),) = packer(values, fletcher=True).pack(values.view(np.uint8))
    checksum = int.from_bytes(packed[-4:], "little")
    assert checksum == fletcher32(np.frombuffer(packed[:-4], np.uint8))
    assert crc == zlib.crc32(packed)


def test_a_chunk_of_nothing_but_the_fill_value_is_not_stored():
    zeros = np.zeros(N, "i4")
    assert packer(zeros).pack(zeros.view(np.uint8)) == [(b"", 0)]


@pytest.mark.parametrize("n", [0, 1, 2, 63, 64, 65, 66, 129, 64 * 255, 64 * 255 + 1, 70_001])
def test_changes_are_counted(n):
    for values in (RNG.integers(0, 3, n).astype("u1"), np.arange(n).astype("u1")):
        assert n_changes(values) == np.count_nonzero(values[1:] != values[:-1])


@pytest.mark.parametrize("codec", ["fast", "none"])
def test_checksums_are_those_of_zlib(monkeypatch, codec):
    if codec == "none":
        monkeypatch.setattr(chunks, "codec", lambda: None)
    for n in (0, 1, 70_001):
        data = RNG.integers(0, 256, n).astype("u1")
        assert chunks.adler32(data) == zlib.adler32(data)
        assert chunks.crc32(data.tobytes()) == zlib.crc32(data)


def kinds(n):
    """Chunks of n float32 whose planes are noisy, runs, random, one value, periodic, mixed."""
    return [
        RNG.normal(size=n).astype("f4"),
        np.repeat(RNG.integers(0, 9, n // 64 + 1), 64)[:n].astype("f4"),
        RNG.integers(0, 2**32, n, dtype="u4").view("f4"),
        np.full(n, 2.5, "f4"),
        np.tile(np.arange(100), n // 100 + 1)[:n].astype("f4"),
        RNG.integers(0, 100, n).astype("f4") * np.float32(0.01),
        np.where(np.arange(n) < n // 2, 0, RNG.random(n)).astype("f4"),
        np.zeros(n, "f4"),
    ]


@pytest.mark.parametrize("shuffle", [True, False])
@pytest.mark.parametrize("turn", range(8))
@pytest.mark.parametrize("n", [1, 100, 4096, 16384])
def test_chunks_of_other_kinds_than_the_first_are_streams_too(n, turn, shuffle):
    parts = kinds(n)
    parts = parts[turn:] + parts[:turn]
    values = np.concatenate(parts)
    made = packer(values, shuffle=shuffle, n_chunks=8).pack(values.view(np.uint8))
    for (packed, crc), part in zip(made, parts, strict=True):
        plain = planes(part) if shuffle else part.tobytes()
        assert (zlib.decompress(packed) if packed else b"\0" * len(plain)) == plain
        assert crc == (zlib.crc32(packed) if packed else 0)


@pytest.mark.parametrize("kind", range(8))
def test_what_the_trial_makes_is_what_its_choice_makes(kind):
    chunk = kinds(N)[kind].view(np.uint8).reshape(-1, 4).T.copy()
    strategies, made = tried_planes(chunk, 1)
    assert made == deflated_planes(chunk, 1, strategies)


def test_noisy_planes_become_smaller_than_zlib_makes_them():
    values = (RNG.integers(0, 5000, N) * 0.01).astype("f4")
    ((packed, _),) = packer(values).pack(values.view(np.uint8))
    assert len(packed) < 0.97 * len(zlib.compress(planes(values), 1))


def test_a_stored_plane_larger_than_a_stored_block_is_cut():
    values = RNG.integers(0, 2**32, 70_000, dtype="u4")
    ((packed, _),) = packer(values).pack(values.view(np.uint8))
    assert zlib.decompress(packed) == planes(values)
    assert len(packed) < values.nbytes + 100
