"""BigWig files of pyBigWig, whole, truncated and damaged."""

import gzip
import random
import struct

import numpy as np
import pyBigWig
import pytest

from genomedb.errors import ChromError, FormatError, MissingFileError, UsageError
from genomedb.readers import bigwig
from genomedb.readers.bigwig import BigWigFile

CHROMS = [("chr1", 200_000), ("chr2", 5000), ("chrEmpty", 300)]


@pytest.fixture(scope="module")
def path(tmp_path_factory):
    path = tmp_path_factory.mktemp("bw") / "x.bw"
    file = pyBigWig.open(str(path), "w")
    file.addHeader(CHROMS, maxZooms=3)
    rng = np.random.default_rng(1)
    starts = np.arange(0, 150_000, 20)
    file.addEntries("chr1", starts, values=rng.random(starts.size), span=15)
    file.addEntries("chr1", 160_000, values=rng.random(3000), span=3, step=7)
    file.addEntries(["chr2"] * 3, [0, 600, 700], ends=[550, 605, 4800], values=[1.0, 2.0, -3.0])
    file.close()
    return path


def all_records(path):
    with BigWigFile(path) as file:
        return {
            chrom: [
                (*row,)
                for batch in file.iter_records(chrom)
                for row in zip(
                    batch.start.tolist(), batch.end.tolist(), batch.value.tolist(), strict=True
                )
            ]
            for chrom in file.chroms()
        }


@pytest.fixture(scope="module")
def expected(path):
    file = pyBigWig.open(str(path))
    return {chrom: list(file.intervals(chrom) or ()) for chrom, _ in CHROMS}


def test_chromosomes_and_records(path, expected):
    with BigWigFile(path) as file:
        assert list(file.chroms().items()) == CHROMS
    assert all_records(path) == expected


def test_batches_are_bounded_and_complete(path, expected, monkeypatch):
    monkeypatch.setattr(bigwig, "_BATCH", 1000)
    assert all_records(path) == expected
    with BigWigFile(path) as file:
        assert max(len(batch) for batch in file.iter_records("chr1")) < 6000


def test_what_is_asked_wrongly_is_explained(path, tmp_path):
    with BigWigFile(path) as file, pytest.raises(ChromError, match='"chrZ" is not in this file'):
        list(file.iter_records("chrZ"))
    with pytest.raises(MissingFileError):
        BigWigFile(tmp_path / "absent.bw")
    with pytest.raises(UsageError, match="standard input"):
        BigWigFile("-")


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "the file is empty"),
        (b"chr1\t0\t5\t1\n" * 50, "not a bigWig"),
        (b"\x26\xfc\x8f\x88", "truncated"),
        (b"\xeb\xf2\x89\x87" + b"\0" * 100, "bigBed file, not bigWig"),
        (gzip.compress(b"x" * 100, mtime=0), "compressed bigWig is not read"),
    ],
)
def test_what_is_not_bigwig_is_refused(tmp_path, data, message):
    path = tmp_path / "x.bw"
    path.write_bytes(data)
    with pytest.raises(FormatError, match=message) as caught:
        BigWigFile(path)
    assert str(caught.value).startswith(str(path))


def test_a_file_cut_anywhere_is_refused(path, tmp_path):
    whole = path.read_bytes()
    cuts = [*range(70), *random.Random(3).sample(range(70, len(whole)), 300), len(whole) - 1]
    for cut in cuts:
        (tmp_path / "cut.bw").write_bytes(whole[:cut])
        with pytest.raises(FormatError, match=r"truncated|empty|not a bigWig"):
            all_records(tmp_path / "cut.bw")


def test_an_old_file_without_signature_is_refused_where_data_are_missing(path, tmp_path):
    whole = bytearray(path.read_bytes())
    whole[4:6] = struct.pack("<H", 3)
    index = struct.unpack_from("<Q", whole, 24)[0]
    last = max(
        struct.unpack_from("<QQ", whole, index + 52 + 32 * i + 16)
        for i in range(struct.unpack_from("<Q", whole, index + 8)[0])
    )
    for cut in (last[0] + last[1] - 1, 1000, 5000):
        (tmp_path / "cut.bw").write_bytes(whole[:cut])
        with pytest.raises(FormatError, match="truncated"):
            all_records(tmp_path / "cut.bw")


def test_damage_gives_an_error_or_the_right_values(path, expected, tmp_path):
    whole, rng = path.read_bytes(), random.Random(4)
    index = struct.unpack_from("<Q", whole, 24)[0]
    data_start = struct.unpack_from("<Q", whole, 16)[0]
    n_refused = 0
    places = [rng.randrange(data_start + 8, index) for _ in range(150)]
    for place in places:
        damaged = bytearray(whole)
        damaged[place] ^= 1 << rng.randrange(8)
        (tmp_path / "bad.bw").write_bytes(damaged)
        try:
            found = all_records(tmp_path / "bad.bw")
        except FormatError:
            n_refused += 1
        else:
            assert found == expected
    assert n_refused > 140


def test_damage_to_headers_and_indexes_never_crashes(path, tmp_path):
    whole, rng = path.read_bytes(), random.Random(5)
    index = struct.unpack_from("<Q", whole, 24)[0]
    for _ in range(400):
        damaged = bytearray(whole)
        place = rng.randrange(400) if rng.random() < 0.5 else index + rng.randrange(600)
        damaged[place] = rng.randrange(256)
        (tmp_path / "bad.bw").write_bytes(damaged)
        try:
            all_records(tmp_path / "bad.bw")
        except FormatError:
            continue


def test_big_endian_and_uncompressed_files_are_read(path, expected, tmp_path):
    """A file made by hand: one block of two intervals, big-endian, not compressed."""
    header = 64
    tree = header + 40
    key = b"chr1"
    chroms = struct.pack(">IIIIQQ", 0x78CA8C91, 1, 4, 8, 1, 0) + struct.pack(">BBH", 1, 0, 1)
    chroms += key + struct.pack(">II", 0, 1000)
    data = tree + len(chroms)
    block = struct.pack(">IIIIIBBH", 0, 5, 30, 0, 0, 1, 0, 2)
    block += struct.pack(">IIfIIf", 5, 10, 1.5, 20, 30, 2.5)
    index = data + 8 + len(block)
    tail = struct.pack(">IIQIIIIQII", 0x2468ACE0, 256, 1, 0, 5, 0, 30, index, 1, 0)
    tail += struct.pack(">BBH", 1, 0, 1)
    tail += struct.pack(">IIIIQQ", 0, 5, 0, 30, data + 8, len(block))
    head = struct.pack(">IHHQQQHHQQIQ", 0x888FFC26, 4, 0, tree, data, index, 0, 0, 0, header, 0, 0)
    whole = head + bytes(40) + chroms + struct.pack(">Q", 1) + block + tail + head[:4]
    (tmp_path / "big.bw").write_bytes(whole)
    assert all_records(tmp_path / "big.bw") == {"chr1": [(5, 10, 1.5), (20, 30, 2.5)]}
