"""Objects in R's serialization: what is read, and what is refused."""

import gzip
import struct

import numpy as np
import pytest
from misha_files import (
    NA,
    r_factor,
    r_frame,
    r_integers,
    r_list,
    r_logicals,
    r_object,
    r_reals,
    r_string,
    r_texts,
)

from genomedb.errors import FormatError
from genomedb.readers.misha_rdata import NA_INTEGER, read_r


@pytest.fixture
def read(tmp_path):
    def reading(data):
        path = tmp_path / "object"
        path.write_bytes(data)
        return read_r(path)

    return reading


@pytest.mark.parametrize("version", [2, 3])
def test_vectors_of_numbers_come_as_arrays(read, version):
    found = read(r_object(r_reals([1.5, np.nan, -2]), version))
    assert found.kind == "real"
    assert np.array_equal(found.values, [1.5, np.nan, -2], equal_nan=True)
    assert read(r_object(r_integers([3, NA]), version)).values.tolist() == [3, NA_INTEGER]
    assert read(r_object(r_logicals([1, 0]), version)).kind == "logical"


def test_texts_come_in_their_encoding_and_missing_ones_as_none(read):
    assert read(r_object(r_texts(["a", "", None, "\u00e9\u4e2d"]))).values == [
        "a", "", None, "\u00e9\u4e2d",
    ]  # fmt: skip
    latin = struct.pack(">ii", 16, 1) + r_string("\u00e9", "latin-1")
    assert read(r_object(latin)).values == ["\u00e9"]


def test_attributes_and_names_come_along_also_by_reference(read):
    inner = r_reals([1], {"names": r_texts(["x"])})
    # the second "names" is written as a reference to the first symbol
    second = struct.pack(">ii", 14 | 1 << 9, 1) + struct.pack(">d", 2) + struct.pack(">i", 2 | 1024)
    second += struct.pack(">i", 255 | 1 << 8) + r_texts(["y"]) + struct.pack(">i", 254)
    found = read(r_object(r_list([inner, second])))
    assert [item.names for item in found.values] == [["x"], ["y"]]


def test_a_data_frame_and_a_factor_are_known(read):
    found = read(r_object(r_frame({"chrom": r_factor([1, 2], ["a", "b"]), "n": r_reals([1, 2])})))
    assert found.is_frame
    assert found.names == ["chrom", "n"]
    assert found.values[0].is_factor


def test_a_compressed_object_is_unpacked(read):
    assert read(gzip.compress(r_object(r_reals([7])))).values.tolist() == [7]


def test_a_compact_sequence_is_written_out(read):
    info = struct.pack(">i", 2) + struct.pack(">i", 1) + r_string("compact_intseq")
    info += struct.pack(">i", 254)
    item = struct.pack(">i", 238) + info + r_reals([4, 10, -1]) + struct.pack(">i", 254)
    assert read(r_object(item, 3)).values.tolist() == [10, 9, 8, 7]


@pytest.mark.parametrize(
    ("kind", "what"), [(3, "a function"), (4, "an environment"), (6, "code"), (77, "of kind 77")]
)
def test_what_is_no_data_is_refused_by_name(read, kind, what):
    with pytest.raises(FormatError, match=f"object.*{what}"):
        read(r_object(struct.pack(">i", kind)))


@pytest.mark.parametrize(
    "data",
    [
        b"", b"X\n", b"A\n" + bytes(40), r_object(r_reals([1, 2, 3]))[:-1],
        r_object(struct.pack(">ii", 14, 2**31 - 1)), r_object(struct.pack(">ii", 14, -5)),
        r_object(r_texts(["abc"]))[:-1], r_object(struct.pack(">i", 255 | 9 << 8)),
        gzip.compress(r_object(r_reals([7])), mtime=0)[:-9], b"\x1f\x8b" + bytes(20),
        r_object(struct.pack(">ii", 19, 1) * 100 + r_reals([1])), r_object(b"", 7),
    ],
)  # fmt: skip
def test_damage_is_said_with_the_file(read, data):
    with pytest.raises(FormatError, match="object"):
        read(data)


def test_every_cut_of_an_object_is_an_error(read):
    whole = r_object(r_frame({"chrom": r_factor([1, 2], ["a", "b"]), "t": r_texts(["x", None])}))
    for size in range(len(whole)):
        with pytest.raises(FormatError):
            read(whole[:size])
