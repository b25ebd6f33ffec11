"""Interval sets and attributes of misha databases."""

import struct

import numpy as np
import pytest
from misha_files import (
    NA,
    SIZES,
    crc64,
    make_root,
    r_factor,
    r_frame,
    r_integers,
    r_list,
    r_logicals,
    r_object,
    r_reals,
    r_texts,
    write_indexed_set,
)

from genomedb.core.chroms import ChromTable
from genomedb.errors import FormatError, ParseError
from genomedb.readers.misha_attributes import (
    read_attributes,
    read_read_only,
    read_track_attributes,
    read_yaml,
)
from genomedb.readers.misha_sets import read_set, read_set_attributes

CHROMS = ChromTable.from_pairs(SIZES.items())


def intervals(chrom, starts):
    return r_object(
        r_frame({
            "chrom": r_factor([1] * len(starts), [chrom]), "start": r_reals(starts),
            "end": r_reals(np.array(starts) + 5),
        })
    )  # fmt: skip


def meta(sizes):
    stats = r_frame({"chrom": r_factor([1] * len(sizes), ["x"]), "size": r_reals(sizes)})
    zero = r_frame({"chrom": r_factor([], ["x"]), "start": r_reals([]), "end": r_reals([])})
    return r_object(r_list([stats, zero], {"names": r_texts(["stats", "zeroline"])}))


def test_columns_keep_their_types(tmp_path):
    path = tmp_path / "s.interv"
    path.write_bytes(r_object(r_frame({
        "chrom": r_factor([2, 1], ["chr1", "chrX"]), "start": r_reals([5, 7]),
        "end": r_integers([9, 10]), "strand": r_reals([1, -1]), "n": r_integers([4, NA]),
        "is": r_logicals([1, 0]), "text": r_texts(["a", None]),
        "kind": r_factor([1, NA], ["exon"]), "nested": r_list([r_reals([1]), r_reals([2])]),
    })))  # fmt: skip
    (table,) = read_set(path, CHROMS)
    assert table.columns["chrom"] == ["chrX", "chr1"]
    assert table.columns["start"].dtype == table.columns["end"].dtype == np.int64
    assert np.array_equal(table.columns["n"], [4, np.nan], equal_nan=True)
    assert table.columns["is"].tolist() == [True, False]
    assert table.columns["text"] == ["a", None]
    assert table.columns["kind"] == ["exon", None]
    assert table.left_out == ["nested"]


def test_a_big_set_is_read_chromosome_by_chromosome_in_their_order(tmp_path):
    folder = tmp_path / "big.interv"
    folder.mkdir()
    (folder / "chrX").write_bytes(intervals("chrX", [1, 2]))
    (folder / "1").write_bytes(intervals("chr1", [3]))
    (folder / ".meta").write_bytes(meta([1, 2]))
    assert [table.columns["chrom"][0] for table in read_set(folder, CHROMS)] == ["chr1", "chrX"]
    (folder / ".meta").write_bytes(meta([1, 3]))
    with pytest.raises(FormatError, match=r"big.interv: has 3 intervals where .meta promises 4"):
        read_set(folder, CHROMS)


def test_a_big_set_of_pairs_is_read(tmp_path):
    folder = tmp_path / "big.interv"
    folder.mkdir()
    frame = r_frame({
        "chrom1": r_texts(["1"]), "start1": r_reals([0]), "end1": r_reals([5]),
        "chrom2": r_texts(["X"]), "start2": r_reals([1]), "end2": r_reals([6]),
    })  # fmt: skip
    (folder / "chr1-chrX").write_bytes(r_object(frame))
    (table,) = read_set(folder, CHROMS)
    assert table.columns["end2"].tolist() == [6]


def test_an_indexed_set_is_read(tmp_path):
    blocks = [(0, intervals("1", [1, 2])), (1, b""), (2, intervals("X", [3]))]
    write_indexed_set(tmp_path / "i.interv", blocks)
    tables = read_set(tmp_path / "i.interv", CHROMS)
    assert [table.n for table in tables] == [2, 1]


def test_an_indexed_set_of_pairs_is_read(tmp_path):
    frame = r_frame({
        "chrom1": r_texts(["1"]), "start1": r_reals([0]), "end1": r_reals([5]),
        "chrom2": r_texts(["X"]), "start2": r_reals([1]), "end2": r_reals([6]),
    })  # fmt: skip
    block = r_object(frame)
    entry = struct.pack("<IIQQ", 0, 2, 0, len(block))
    head = b"MISHAI2D" + struct.pack("<IIQQQ", 1, 1, 1, crc64(entry), 0)
    (tmp_path / "intervals2d.idx").write_bytes(head + entry + bytes(4))
    (tmp_path / "intervals2d.dat").write_bytes(block)
    (table,) = read_set(tmp_path, CHROMS)
    assert table.columns["start2"].tolist() == [1]
    (tmp_path / "intervals2d.idx").write_bytes(head + b"\1" + entry[1:] + bytes(4))
    with pytest.raises(FormatError, match=r"intervals2d.idx: has a wrong checksum"):
        read_set(tmp_path, CHROMS)


@pytest.mark.parametrize(
    ("item", "said"),
    [
        (r_reals([1]), "no data frame"),
        (r_frame({"chrom": r_texts(["1"]), "x": r_reals([1])}), "has no intervals"),
        (r_frame({"start": r_reals([1.5]), "end": r_reals([2])}), "start.*whole numbers"),
        (r_frame({"start": r_reals([np.nan]), "end": r_reals([2])}), "start.*whole numbers"),
        (r_frame({"start": r_reals([1]), "end": r_reals([2, 3])}), "different lengths"),
        (r_frame({"start": r_reals([1]), "end": r_reals([1e300])}), "beyond"),
        (r_frame({"chrom": r_factor([3], ["a"])}), "beyond its levels"),
    ],
)
def test_what_is_no_set_is_refused_by_name(tmp_path, item, said):
    (tmp_path / "s.interv").write_bytes(r_object(item))
    with pytest.raises(FormatError, match=rf"s.interv: .*{said}"):
        read_set(tmp_path / "s.interv", CHROMS)


def test_attributes_are_pairs_of_texts_and_the_later_counts(tmp_path):
    path = tmp_path / ".attributes"
    path.write_bytes("a\0x\0b\0\u4e2d y\0a\0z\0".encode())
    assert read_attributes(path) == {"a": "z", "b": "\u4e2d y"}
    path.write_bytes(b"a\0x\0b")
    with pytest.raises(FormatError, match="truncated"):
        read_attributes(path)
    path.write_bytes(b"a\0x\0b\0")
    with pytest.raises(FormatError, match="'b'"):
        read_attributes(path)


def test_yaml_is_read_where_there_are_no_attributes(tmp_path):
    text = (
        "created.by: gtrack.import(\"x\", 3)\n'odd: key': 'it''s'\n"
        "quoted: \"a\\tb: c\"\nlong: words that are\n  folded\nempty: ''\n"
    )
    (tmp_path / ".attributes.yaml").write_text(text)
    want = {
        "created.by": 'gtrack.import("x", 3)', "odd: key": "it's", "quoted": "a\tb: c",
        "long": "words that are folded", "empty": "",
    }  # fmt: skip
    assert read_track_attributes(tmp_path) == want
    (tmp_path / ".attributes").write_bytes(b"a\0x\0")
    assert read_track_attributes(tmp_path) == {"a": "x"}
    for bad in ("no pair", "a: [1, 2]", "a: !!python/object:os.system x", "a: |\n  block"):
        (tmp_path / ".attributes.yaml").write_text(f"fine: x\n{bad}\n")
        with pytest.raises(ParseError, match=r"attributes.yaml:2: "):
            read_yaml(tmp_path / ".attributes.yaml")


def test_read_only_names_are_of_r_or_plain(tmp_path):
    root = make_root(tmp_path / "db")
    assert read_read_only(root) is None
    (root / ".ro_attributes").write_bytes(r_object(r_texts(["a", "b"])))
    assert read_read_only(root) == ["a", "b"]
    (root / ".ro_attributes").write_bytes(b"PYMISHA_ROATTRS_V1\0a\nc.d")
    assert read_read_only(root) == ["a", "c.d"]
    (root / ".ro_attributes").write_bytes(b"\x80\x04.")
    with pytest.raises(FormatError, match="no list"):
        read_read_only(root)


def test_attributes_of_sets_lie_beside_small_ones_and_in_big_ones(tmp_path):
    (tmp_path / "s.interv").write_bytes(b"")
    (tmp_path / "s.iattr").write_bytes(b"a\0x\0")
    (tmp_path / "big.interv").mkdir()
    (tmp_path / "big.interv" / ".iattr").write_bytes(b"b\0y\0")
    assert read_set_attributes(tmp_path / "s.interv") == {"a": "x"}
    assert read_set_attributes(tmp_path / "big.interv") == {"b": "y"}
    assert read_set_attributes(tmp_path / "none.interv") == {}
