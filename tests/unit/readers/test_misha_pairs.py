"""Quadtrees of misha databases: every record once, and damage by name."""

import struct

import numpy as np
import pytest
from misha_files import quadtree

from genomedb.errors import FormatError, UsageError
from genomedb.kernels.misha_pairs import tree_records
from genomedb.readers.misha_index import Block
from genomedb.readers.misha_pairs import pair_records

RECORDS = [(x, x + 40, y, y + 3, x + y) for x in range(0, 1000, 60) for y in range(0, 900, 50)]


def read(tmp_path, data, *, is_points=False, before=b""):
    path = tmp_path / "1-2"
    path.write_bytes(before + data + b"behind")
    block = Block(path, len(before), len(data), str(path))
    return pair_records(block, is_points=is_points)


@pytest.mark.parametrize("capacity", [1, 3, 1000])
def test_a_rectangle_that_lies_in_many_leaves_is_one(tmp_path, capacity):
    data = quadtree(RECORDS, capacity=capacity)
    found = read(tmp_path, data, before=b"another pair")
    rows = np.array([found.x1, found.x2, found.y1, found.y2, found.value]).T
    assert rows.tolist() == [list(map(float, record)) for record in RECORDS]


def test_points_have_no_ends_and_keep_their_values(tmp_path):
    values = [0.1, np.nan, np.inf]
    records = [(i, i + 1, 1000 - i, 1001 - i, value) for i, value in enumerate(values)]
    found = read(tmp_path, quadtree(records, is_points=True, capacity=1), is_points=True)
    assert (found.x1.tolist(), found.y1.tolist()) == ([0, 1, 2], [1000, 999, 998])
    assert found.x2 is None
    assert np.array_equal(found.value, np.array(values, "f4"), equal_nan=True)


def test_a_tree_without_records_needs_no_root(tmp_path):
    found = read(tmp_path, quadtree([])[:12])
    assert found.x1.size == found.y2.size == found.value.size == 0


def at(data, place, form, value):
    """The same bytes with a number changed."""
    made = bytearray(data)
    struct.pack_into(form, made, place, value)
    return bytes(made)


TREE = quadtree(RECORDS[:6], capacity=1)
LEAF = quadtree(RECORDS[:3], capacity=9)  # one chunk at 20, its leaf at 36, records from 116 on


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (at(TREE, 4, "<Q", 7), "promises 7 records and holds 6"),
        (at(TREE, 4, "<Q", 1), "a number beyond their count"),
        (at(TREE, 4, "<Q", 2**62), "cannot hold them"),
        (at(TREE, 12, "<q", len(TREE)), "not inside the file"),
        (at(TREE, 12, "<q", -1), "not inside the file"),
        (at(LEAF, 28, "<q", 2**62), "not inside the file"),
        (at(LEAF, 36 + 72, "<I", 2**31), "not inside the file"),
        (at(LEAF, 116, "<q", -1), "a number beyond their count"),
        (at(LEAF, 116, "<Q", 1), "two records have the same number"),
        (LEAF[:-1], "not inside the file"),
        (LEAF[:16], "is truncated"),
    ],
)
def test_damage_is_told_with_the_file(tmp_path, data, said):
    with pytest.raises(FormatError, match=rf"1-2: .*{said}"):
        read(tmp_path, data)


@pytest.mark.parametrize("quarter", range(4))
def test_nodes_that_lead_to_themselves_end(tmp_path, quarter):
    node = struct.pack("<B7xqddd4q", 0, 0, 0, 0, 0, 0, 0, 8, 8)
    children = [0] * 4
    children[quarter] = 16  # itself; the others are no nodes, or circles as well
    for others in (16, -20):
        places = [16 if place else others for place in children]
        chunk = struct.pack("<qq", 120, 16) + node + struct.pack("<4q", *places)
        data = struct.pack("<iQq", -9, 1, 20) + chunk + bytes(500)
        with pytest.raises(FormatError, match="more nodes or records than fit"):
            read(tmp_path, data)


def test_the_door_takes_bytes_only():
    with pytest.raises(UsageError, match="an array of uint8"):
        tree_records(np.zeros(50, np.int8), 0, 0, is_points=True)
