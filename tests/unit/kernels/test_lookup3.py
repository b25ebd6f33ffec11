"""The lookup3 hash against published values and against a plain Python transcription."""

import random

import pytest

from genomedb.kernels.lookup3 import lookup3

FULL = 0xFFFFFFFF


def rot(x: int, n: int) -> int:
    return ((x << n) | (x >> (32 - n))) & FULL


def reference(data: bytes) -> int:
    """Jenkins' hashlittle with initial value 0, written for reading."""
    a = b = c = (0xDEADBEEF + len(data)) & FULL
    if not data:
        return c
    while len(data) > 12:
        words = [int.from_bytes(data[i : i + 4], "little") for i in (0, 4, 8)]
        a, b, c = ((x + w) & FULL for x, w in zip((a, b, c), words, strict=True))
        for n in (4, 6, 8, 16, 19, 4):
            a = ((a - c) & FULL) ^ rot(c, n)
            c = (c + b) & FULL
            a, b, c = b, c, a
        data = data[12:]
    data = data.ljust(12, b"\0")
    words = [int.from_bytes(data[i : i + 4], "little") for i in (0, 4, 8)]
    a, b, c = ((x + w) & FULL for x, w in zip((a, b, c), words, strict=True))
    for n in (14, 11, 25, 16, 4, 14, 24):
        c = ((c ^ b) - rot(b, n)) & FULL
        a, b, c = b, c, a
    return b


def test_published_values():
    assert lookup3(b"") == 0xDEADBEEF
    assert lookup3(b"Four score and seven years ago") == 0x17770551


def test_every_length_and_a_long_one():
    draw = random.Random(3)
    for n in [*range(80), 4093, 65536]:
        data = draw.randbytes(n)
        assert lookup3(data) == reference(data)


def test_a_part_of_the_bytes():
    data = random.Random(4).randbytes(100)
    for start, stop in [(0, 100), (3, 50), (7, 7), (99, 100), (100, 100)]:
        assert lookup3(data, start, stop) == reference(data[start:stop])
    assert lookup3(data, 10) == reference(data[10:])


@pytest.mark.parametrize(("start", "stop"), [(-1, 3), (4, 3), (0, 11), (11, -1), (2**62, -1)])
def test_a_part_outside_is_refused(start, stop):
    with pytest.raises(ValueError, match="of 10"):
        lookup3(bytes(10), start, stop)


def test_only_bytes_are_taken():
    for wrong in (bytearray(4), "text", None, memoryview(b"abcd")):
        with pytest.raises(TypeError):
            lookup3(wrong)
