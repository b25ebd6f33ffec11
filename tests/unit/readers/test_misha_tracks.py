"""Tracks and sequence of misha databases: types, values, indexes, damage."""

import os
import struct

import numpy as np
import pytest
from misha_files import (
    SIZES,
    array,
    crc64,
    dense,
    make_root,
    quadtree,
    sparse,
    write_indexed,
    write_track,
)

from genomedb.core.chroms import ChromTable
from genomedb.errors import FormatError, MissingFileError, ParseError
from genomedb.kernels import misha as kernel
from genomedb.readers import misha_tracks
from genomedb.readers.misha_index import Block
from genomedb.readers.misha_root import (
    is_misha_root,
    pair_of,
    read_misha_chroms,
    walk_misha,
)
from genomedb.readers.misha_sequence import letter_pieces, read_sequence
from genomedb.readers.misha_tracks import array_pieces, dense_pieces, read_track, sparse_pieces

CHROMS = ChromTable.from_pairs(SIZES.items())


@pytest.fixture
def root(tmp_path):
    return make_root(tmp_path / "db")


def test_the_checksum_is_that_of_the_slow_twin():
    data = bytes(range(256)) * 3 + b"tail"
    assert kernel.crc64(data) == crc64(data)
    assert kernel.crc64(b"") == crc64(b"")


def test_a_root_is_known_by_its_table_and_folders(root, tmp_path):
    assert is_misha_root(root)
    assert not is_misha_root(tmp_path)
    assert read_misha_chroms(root).names == ("1", "2", "X")
    with pytest.raises(MissingFileError, match="no misha database"):
        read_misha_chroms(tmp_path)
    (root / "chrom_sizes.txt").write_text("1\tmany\n")
    with pytest.raises(ParseError, match=r"chrom_sizes.txt:1"):
        read_misha_chroms(root)


def test_names_are_found_through_links_and_not_in_circles(root):
    write_track(root, "a.b", {"chr1": dense(50, [0] * 20)})
    (root / "tracks" / "empty").mkdir()
    (root / "tracks" / "s.interv").write_bytes(b"")
    (root / "tracks" / "big.interv").mkdir()
    (root / "tracks" / "stray.txt").write_bytes(b"")
    os.symlink(root / "tracks", root / "tracks" / "a" / "loop")
    found = walk_misha(root)
    assert [name for name, _ in found.tracks] == ["a.b"]
    assert [name for name, _ in found.sets] == ["big", "s"]
    assert found.folders == ["a", "empty"]
    assert [path.name for path in found.others] == ["loop", "stray.txt"]


def test_a_pair_is_split_so_that_both_halves_are_chromosomes():
    chroms = ChromTable.from_pairs([("a-b", 10), ("c", 10), ("a", 10)])
    assert pair_of("a-b-c", chroms) == (0, 1)
    assert pair_of("c-a-b", chroms) == (1, 0)
    assert pair_of("a-d", chroms) is None


def test_names_that_say_two_things_are_refused(root):
    chroms = ChromTable.from_pairs([("a-b", 10), ("c", 10), ("a", 10), ("b-c", 10)])
    with pytest.raises(FormatError, match="a-b-c: is named after a-b and c or a and b-c"):
        pair_of("a-b-c", chroms)
    block = quadtree([(1, 2, 3, 4, 0.5)], is_points=True)
    folder = write_track(root, "t", {"a-b": block, "c-c": block})
    with pytest.raises(FormatError, match="a-b: holds pairs of chromosomes in a file"):
        read_track(folder, chroms)


def test_files_may_have_the_other_spelling_of_a_chromosome(root):
    folder = write_track(root, "t", {"chr1": dense(50, [0] * 20), "X": dense(50, range(4))})
    found = read_track(folder, CHROMS)
    assert (found.kind, found.bin_size, sorted(found.blocks)) == ("dense", 50, [0, 2])


def test_values_of_bins_are_the_stored_ones_and_infinite_ones_are_nan(root):
    folder = write_track(root, "t", {"chrX": dense(50, [1.25, np.inf, np.nan, -np.inf])})
    block = read_track(folder, CHROMS).blocks[2]
    values = np.concatenate(list(dense_pieces(block, 200, 50)))
    assert np.array_equal(values, [1.25, np.nan, np.nan, np.nan], equal_nan=True)


def test_records_come_in_pieces_and_keep_nan(root, monkeypatch):
    monkeypatch.setattr(misha_tracks, "_ROWS", 2)
    records = [(0, 5, 1.5), (7, 9, np.nan), (9, 20, np.inf), (30, 40, -2)]
    folder = write_track(root, "t", {"chr1": sparse(records), "chr2": sparse([])})
    found = read_track(folder, CHROMS)
    pieces = list(sparse_pieces(found.blocks[0]))
    start, end, value = map(np.concatenate, zip(*pieces, strict=True))
    assert (start.tolist(), end.tolist()) == ([0, 7, 9, 30], [5, 9, 20, 40])
    assert np.array_equal(value, [1.5, np.nan, np.nan, -2], equal_nan=True)
    assert list(sparse_pieces(found.blocks[1])) == []


@pytest.mark.parametrize("rows", [1, 2, 100])
def test_arrays_are_nan_where_no_column_is_listed(root, monkeypatch, rows):
    monkeypatch.setattr(misha_tracks, "_ROWS", rows)
    data = array([(0, 5, {2: 1.5, 0: -1}), (5, 9, {}), (10, 20, {1: np.inf, 2: 7})])
    folder = write_track(root, "t", {"chr1": data})
    pieces = list(array_pieces(read_track(folder, CHROMS).blocks[0], 3))
    values = np.concatenate([piece[2] for piece in pieces])
    nan = np.nan
    want = [[-1, nan, 1.5], [nan, nan, nan], [nan, nan, 7]]
    assert np.array_equal(values, want, equal_nan=True)
    assert np.concatenate([piece[0] for piece in pieces]).tolist() == [0, 5, 10]


def test_blocks_of_an_array_may_lie_in_any_order(root):
    data = bytearray(array([(0, 5, {0: 1}), (5, 9, {0: 2})]))
    first, second = data[-32:-24], data[-8:]
    data[-32:-24], data[-8:] = second, first
    folder = write_track(root, "t", {"chr1": bytes(data)})
    ((_, _, values),) = array_pieces(read_track(folder, CHROMS).blocks[0], 1)
    assert values.ravel().tolist() == [2, 1]


def test_an_index_gives_the_same_blocks_and_wins_over_files(root):
    folder = write_track(root, "t", {"chr1": b"left over"})
    blocks = [(0, sparse([(0, 5, 1)])), (1, b""), (2, sparse([(3, 5, 2)]))]
    found = read_track(write_indexed(folder, 1, blocks), CHROMS)
    assert (found.kind, sorted(found.blocks)) == ("sparse", [0, 2])
    ((start, _, value),) = sparse_pieces(found.blocks[2])
    assert (start.tolist(), value.tolist()) == ([3], [2])


def test_an_empty_index_is_a_track_without_data(tmp_path):
    assert read_track(write_indexed(tmp_path / "s.track", 1, []), CHROMS).kind == "sparse"
    assert read_track(write_indexed(tmp_path / "d.track", 0, []), CHROMS).kind == "empty"


@pytest.mark.parametrize(
    ("number", "kind"),
    [(-9, "rectangles"), (-10, "points"), (-11, "computed"), (-5, "obsolete")],
)
def test_other_types_are_told_apart(root, number, kind):
    name = "chr1" if number == -5 else "chr1-chrX"
    folder = write_track(root, "t", {name: struct.pack("<iQq", number, 0, 0)})
    assert read_track(folder, CHROMS).kind == kind


def test_an_index_of_rectangles_is_told_apart(tmp_path):
    head = b"MISHT2D\0" + struct.pack("<IIIQQQ", 1, 1, 0, 1, crc64(b""), 0)
    (tmp_path / "track.idx").write_bytes(head)
    (tmp_path / "track.dat").write_bytes(b"")
    assert read_track(tmp_path, CHROMS).kind == "points"


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"magic": b"MISHAXXX"}, "begin with"),
        ({"crc": 5}, "wrong checksum"),
        ({"version": 2}, "version 2"),
        ({"blocks": [(9, b"abcd")]}, "chromosome 9 of 3"),
        ({"blocks": [(1, b"abcd"), (1, b"abcd")]}, "twice"),
        ({"type_code": 7}, "type 7"),
        ({"type_code": 0}, "says dense, but the data are sparse"),
    ],
)
def test_a_damaged_index_is_refused_by_name(tmp_path, change, said):
    options = {"type_code": 1, "blocks": [(0, sparse([(0, 5, 1)]))], **change}
    folder = write_indexed(tmp_path, **options)
    with pytest.raises(FormatError, match=rf"track.idx.*{said}"):
        read_track(folder, CHROMS)


def test_an_index_beyond_its_data_is_refused(tmp_path):
    folder = write_indexed(tmp_path, 1, [(0, sparse([(0, 5, 1)]))])
    (folder / "track.dat").write_bytes(b"short")
    with pytest.raises(FormatError, match=r"promises bytes 0 to 24 for 1, but track.dat has 5"):
        read_track(folder, CHROMS)


@pytest.mark.parametrize(
    ("files", "said"),
    [
        ({"chr1": dense(0, [1])}, "chr1: begins with 0"),
        ({"chr1": b"ab"}, "chr1: is truncated"),
        ({"chr1": dense(50, [1]), "chr2": dense(20, [1])}, "bins of 20 bp, other.*bins of 50 bp"),
        ({"chr1": dense(50, [1]), "chr2": sparse([])}, "chr2: is sparse, other"),
    ],
)
def test_chromosomes_that_contradict_each_other_are_refused(root, files, said):
    with pytest.raises(FormatError, match=said):
        read_track(write_track(root, "t", files), CHROMS)


def test_cut_values_are_refused(root):
    folder = write_track(root, "t", {
        "chr1": dense(50, range(19)), "chr2": sparse([(0, 5, 1)])[:-3],
        "chrX": array([(0, 5, {0: 1}), (7, 9, {0: 2})])[:-1],
    })  # fmt: skip
    one, two, three = (Block.whole(folder / name) for name in ("chr1", "chr2", "chrX"))
    with pytest.raises(FormatError, match=r"chr1: has 19 values where 1000 bp have 20 bins"):
        list(dense_pieces(one, 1000, 50))
    with pytest.raises(FormatError, match="chr2: is truncated"):
        list(sparse_pieces(two))
    with pytest.raises(FormatError, match="chrX: promises 2 intervals"):
        list(array_pieces(three, 1))


def test_blocks_of_an_array_outside_the_file_are_refused(root):
    good = array([(0, 5, {0: 1}), (7, 9, {0: 2})])
    beyond = good[:-8] + struct.pack("<q", 1 << 40)
    negative = good[:-8] + struct.pack("<q", -5)
    many = good[:12] + struct.pack("<I", 2**32 - 1) + good[16:]
    for data in (beyond, negative, many):
        (root / "data").write_bytes(data)
        with pytest.raises(FormatError, match="data: "):
            list(array_pieces(Block.whole(root / "data"), 1))
    (root / "data").write_bytes(array([(0, 5, {3: 1})]))
    with pytest.raises(FormatError, match="of a column that is not one of 2"):
        list(array_pieces(Block.whole(root / "data"), 2))


def test_letters_come_from_files_or_from_one_with_an_index(root):
    letters = {name: (b"ACGTacgtNN" * 101)[:size] for name, size in SIZES.items()}
    (root / "seq").mkdir()
    assert read_sequence(root, CHROMS) == {}
    for name, text in letters.items():
        (root / "seq" / f"chr{name}.seq").write_bytes(text)
    by_file = {code: join(block) for code, block in read_sequence(root, CHROMS).items()}
    assert by_file == dict(enumerate(letters.values()))
    entries = summed = b""
    offset = 0
    for code, (name, text) in enumerate(letters.items()):
        entry = struct.pack("<IH", code, len(name)) + name.encode()
        place = struct.pack("<QQ", offset, len(text))
        summed += entry[:4] + name.encode() + place
        entries, offset = entries + entry + place + bytes(8), offset + len(text)
    head = b"MISHAIDX" + struct.pack("<IIQ", 1, 3, crc64(summed))
    (root / "seq" / "genome.idx").write_bytes(head + entries)
    (root / "seq" / "genome.seq").write_bytes(b"".join(letters.values()))
    by_index = {code: join(block) for code, block in read_sequence(root, CHROMS).items()}
    assert by_index == by_file
    (root / "seq" / "genome.idx").write_bytes(head + entries[:-5])
    with pytest.raises(FormatError, match=r"genome.idx: is truncated"):
        read_sequence(root, CHROMS)
    (root / "seq" / "genome.idx").write_bytes(head[:-1] + b"?" + entries)
    with pytest.raises(FormatError, match=r"genome.idx: has a wrong checksum"):
        read_sequence(root, CHROMS)


def test_a_sequence_of_another_length_is_refused(root):
    (root / "seq").mkdir()
    (root / "seq" / "1.seq").write_bytes(b"ACGT")
    with pytest.raises(FormatError, match=r"1.seq: has 4 letters; 1 is 1000 bp"):
        read_sequence(root, CHROMS)


def join(block):
    return b"".join(piece.tobytes() for piece in letter_pieces(block))
