"""Positions sorted, packed and laid over windows, and blocks of BGZF, against slow twins."""

import gzip
import zlib
from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from genomedb.errors import FormatError, UsageError
from genomedb.kernels.alignments import COLUMNS, Collector, ReadFilter, genome_offsets
from genomedb.kernels.alignments_bgzf import inflate_blocks, measure_blocks
from genomedb.kernels.alignments_pileup import Window, pack_keys, sort_keys, unpack_keys

near = st.lists(st.integers(0, 300), max_size=60)
far = st.lists(st.integers(0, 2**63 - 1), max_size=30)


def keys(values):
    return np.array(values, np.uint64)


@given(near | far | st.lists(st.integers(0, 2**64 - 1), max_size=5))
def test_keys_are_sorted(values):
    found = keys(values)
    sort_keys(found, np.empty(len(values) + 3, np.uint64))
    assert found.tolist() == sorted(values)


def test_keys_that_are_no_keys_are_refused():
    with pytest.raises(UsageError, match="keys are int64"):
        sort_keys(np.arange(3), np.empty(3, np.uint64))
    with pytest.raises(UsageError, match="room for 2 keys, not for 3"):
        sort_keys(keys([3, 2, 1]), keys([0, 0]))


@given(near | far, st.integers(0, 400) | st.integers(0, 2**63 - 1))
def test_packed_keys_come_back_in_two_parts(values, upto):
    values = sorted(values)
    below, above = [], []
    for piece in pack_keys(keys(values)):
        assert piece.first in values
        assert piece.last in values
        first, at, before = unpack_keys(piece.data, 0, piece.first, upto)
        rest, at, _ = unpack_keys(piece.data, at, before, 2**63)
        assert at == piece.data.size
        below += first.tolist()
        above += rest.tolist()
    assert below == [v for v in values if v < upto]
    assert above == [v for v in values if v >= upto]


def test_many_keys_are_packed_in_pieces_and_a_key_may_come_very_often():
    values = keys([5] * 100_000 + list(range(10, 5000, 3)))
    pieces = list(pack_keys(values, piece_bytes=1024))
    assert len(pieces) > 2
    assert max(piece.data.size for piece in pieces) <= 1024
    found = [unpack_keys(piece.data, 0, piece.first, 2**62)[0] for piece in pieces]
    np.testing.assert_array_equal(np.concatenate(found), values)
    assert unpack_keys(pieces[0].data, 0, 5, 5)[0].size == 0


def slow_values(size, plus, minus, steps):
    """Values of all positions of a genome."""
    change = np.zeros(size + 1, np.int64)
    np.add.at(change, plus, 1)
    np.add.at(change, minus, -1)
    return (np.cumsum(change) if steps else change)[:size]


@settings(max_examples=60)
@given(near, st.lists(st.integers(1, 40), max_size=60), st.booleans(), st.integers(1, 200),
       st.sampled_from(["u1", "u2", "i4", "f4", "f8"]), st.integers(1, 9))  # fmt: skip
def test_windows_hold_what_a_slow_pileup_does(starts, sizes, steps, width, dtype, limit):
    size = 301
    minus = [min(a + n, size - 1) for a, n in zip(starts, sizes, strict=False)] if steps else []
    plus = starts[: len(minus)] if steps else starts
    wanted = slow_values(size, plus, minus, steps)
    pieces = list(pack_keys(keys(sorted(plus)), keys(sorted(minus))))
    window = Window(width, steps=steps)
    found, depth, at, before = [], 0, 0, pieces[0].first if pieces else 0
    for low in range(0, size, width):
        n = min(width, size - low)
        for piece in pieces:
            at, before = window.add(piece.data, at, before, low, low + n)
        part = wanted[low : low + n]
        survey = window.survey(n, depth, limit)
        over = np.flatnonzero(part > limit)
        assert survey[1:] == (
            max(int(part.max()), 0), int(over[0]) if over.size else -1, over.size,
            int((part > 0).sum()), int(part.sum()),
        )  # fmt: skip
        out = np.full(n, 7 if steps else 0, dtype)
        depth = window.lay(out, depth, limit)
        assert depth == survey.depth
        found += out.tolist()
        window.wipe(out)
        assert steps or not out.any()
        window.clear(n)
    np.testing.assert_array_equal(found, np.minimum(wanted, limit))


def test_windows_that_cannot_be_are_refused():
    with pytest.raises(UsageError, match="a window of 0"):
        Window(0, steps=True)
    window = Window(10, steps=True)
    with pytest.raises(UsageError, match="5 to 16 is no window of 10"):
        window.add(np.zeros(1, np.uint8), 0, 0, 5, 16)
    with pytest.raises(UsageError, match="11 values"):
        window.lay(np.zeros(11), 0, 1)


def block(plain, level=6, extra=b""):
    """A block of BGZF, perhaps with another field before its own."""
    packer = zlib.compressobj(level, zlib.DEFLATED, -15)
    stream = packer.compress(plain) + packer.flush()
    size = 12 + len(extra) + 6 + len(stream) + 8
    fields = extra + b"BC\2\0" + (size - 1).to_bytes(2, "little")
    return (
        b"\x1f\x8b\x08\x04" + bytes(6) + len(fields).to_bytes(2, "little") + fields + stream
        + zlib.crc32(plain).to_bytes(4, "little") + len(plain).to_bytes(4, "little")
    )  # fmt: skip


def test_blocks_are_measured_and_unpacked():
    texts = [b"one", b"", b"x" * 65280, b"two" * 5]
    stored = b"".join(block(t, extra=b"AB\1\0z" if t == b"one" else b"") for t in texts)
    assert gzip.decompress(stored) == b"".join(texts)
    found = measure_blocks(stored, 1 << 20, where="x")
    assert found == (len(stored), sum(map(len, texts)), False)
    out = np.empty(found.n_plain, np.uint8)
    inflate_blocks(stored, out, where="x")
    assert out.tobytes() == b"".join(texts)
    assert measure_blocks(stored[:-1], 1 << 20, where="x").n_stored < len(stored)
    assert measure_blocks(stored, 3, where="x").n_plain == 3
    assert measure_blocks(block(b""), 9, where="x").ends
    assert measure_blocks(b"", 9, where="x") == (0, 0, False)


@pytest.mark.parametrize("at", [0, 3, 12, 25, -8, -2])
def test_a_damaged_block_is_found(at):
    stored = bytearray(block(bytes(range(256)) * 20))
    stored[at] ^= 0x55
    with pytest.raises(FormatError, match=r"x\.bam: the compressed file is truncated or damaged"):
        n = measure_blocks(bytes(stored), 1 << 20, where="x.bam").n_plain
        inflate_blocks(bytes(stored), np.empty(n, np.uint8), where="x.bam")


def collector(columns, **options):
    made = {"dyads_paired": True, "capacity": 64, **options}
    seen = Counter()

    def count(lanes):
        for name, found in lanes.items():
            seen[name] += found.size

    return Collector(ReadFilter(), (100, 50), columns, count, **made), seen


def test_columns_and_codes_are_checked():
    with pytest.raises(UsageError, match="columns are"):
        collector({"deep": "x"})
    made, _ = collector({"left": "x"})
    for codes in ([2], [-2], []):
        with pytest.raises(UsageError, match="codes are not those of chromosomes"):
            made.begin(np.array(codes, np.int32))
    with pytest.raises(ValueError):  # noqa: PT011 - before `begin`
        made.add_bam(np.zeros(4, np.uint8), where="x")


def record(flag=0, pos=3, cigar=((10, 0),), aux=b"", l_seq=0, mapq=60, mate=(0, 3), size=0):
    words = b"".join((n << 4 | op).to_bytes(4, "little") for n, op in cigar)
    body = (0).to_bytes(4, "little") + pos.to_bytes(4, "little") + bytes([2, mapq]) + bytes(2)
    body += len(cigar).to_bytes(2, "little") + flag.to_bytes(2, "little")
    body += l_seq.to_bytes(4, "little") + mate[0].to_bytes(4, "little")
    body += mate[1].to_bytes(4, "little") + size.to_bytes(4, "little", signed=True)
    body += b"r\0" + words + bytes((l_seq + 1) // 2 + l_seq) + aux
    return np.frombuffer(len(body).to_bytes(4, "little") + body, np.uint8)


@pytest.mark.parametrize(
    ("aux", "kept"),
    [
        (b"", True), (b"MQC\x09", False), (b"MQC\x0a", True), (b"MQs\x09\0", False),
        (b"MQi\x0a\0\0\0", True), (b"MQi\x01\0\0\0", False), (b"XAZtext\0MQC\x01", False),
        (b"XBBs\x02\0\0\0\1\0\2\0MQC\1", False), (b"XDd" + bytes(8) + b"MQC\1", False),
        (b"XHHff\0XAAzMQc\1", False), (b"MQ", True), (b"MQC", True), (b"XX?MQC\1", True),
        (b"XBBs\xff\xff\xff\xffMQC\1", True), (b"XAZno end", True), (b"XBB", True),
        (b"MQf\0\0\0\0", True),
    ],
)  # fmt: skip
def test_the_mapping_quality_of_the_mate_is_looked_for_among_all_fields(aux, kept):
    made, seen = collector({"mid": "m"})
    made.begin(np.zeros(1, np.int32))
    data = record(flag=0x1 | 0x20 | 0x40, aux=aux, size=40)
    assert made.add_bam(data, where="x") == data.size
    made.flush()
    assert made.counts["mate_low_mapq"] == (not kept)
    assert seen == ({"m": 1} if kept else {})


def test_a_record_is_taken_only_when_it_is_whole():
    made, seen = collector({name: "lane" for name in COLUMNS})
    made.begin(np.zeros(1, np.int32))
    data = np.concatenate([record(), record(pos=5)])
    for n in range(data.size):
        assert made.add_bam(data[:n], where="x") in (0, data.size // 2)
    made.flush()
    assert made.counts["total"] == data.size // 2
    assert seen["lane"] == 4 * made.counts["kept"]


def test_a_read_of_more_stretches_than_a_lane_holds_is_taken():
    made, seen = collector({"depth_fwd_start": "a", "depth_fwd_end": "b"})
    made.begin(np.zeros(1, np.int32))
    made.add_bam(record(cigar=((0, 0), (0, 3)) * 80 + ((1, 0), (1, 3)) * 40), where="x")
    made.flush()
    assert seen == {"a": 40, "b": 40}


def test_offsets_leave_a_place_behind_each_chromosome():
    assert genome_offsets((10, 5)).tolist() == [0, 11, 17]
