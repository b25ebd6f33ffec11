"""Chunks with stored planes are zlib streams of the shuffled bytes, and no larger than others."""

import zlib

import numpy as np
import pytest

from genomedb.kernels.chunks import Pipeline, fletcher32
from genomedb.storage.planes import encode_planes

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
}


def pipeline(values, fletcher=False):
    return Pipeline(
        values.itemsize, values.nbytes, deflated=True, shuffle=True, fletcher=fletcher,
        fill=np.zeros(values.itemsize, np.uint8),
    )  # fmt: skip


@pytest.mark.parametrize("name", VALUES)
def test_a_chunk_inflates_to_its_shuffled_bytes(name):
    values = VALUES[name]
    raw = values.view(np.uint8)
    packed = encode_planes(raw, pipeline(values), 1)
    shuffled = raw.reshape(-1, values.itemsize).T.tobytes()
    assert zlib.decompress(packed) == shuffled
    assert len(packed) <= 1.02 * len(zlib.compress(shuffled, 1)) + 64


def test_the_checksum_is_over_the_stream():
    values = VALUES["low bytes random"]
    packed = encode_planes(values.view(np.uint8), pipeline(values, fletcher=True), 1)
    checksum = int.from_bytes(packed[-4:], "little")
    assert checksum == fletcher32(np.frombuffer(packed[:-4], np.uint8))


def test_a_chunk_of_nothing_but_the_fill_value_is_not_stored():
    zeros = np.zeros(N, "i4")
    assert encode_planes(zeros.view(np.uint8), pipeline(zeros), 1) == b""
