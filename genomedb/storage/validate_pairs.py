"""Do the records of pairs lie inside and apart, and do the trees over them say what they say?

Nothing here depends on the order of the records, which readers do not rely on either.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from genomedb.core.chroms import ChromTable
from genomedb.errors import FormatError
from genomedb.kernels import rectangles
from genomedb.kernels.quadtree_build import FAN, LEAF, Nodes, build_nodes, level_sizes
from genomedb.kernels.quadtree_overlap import first_overlap
from genomedb.kernels.quadtree_query import Records
from genomedb.kernels.zorder import zorder
from genomedb.storage import schema
from genomedb.storage.handle import TrackFile
from genomedb.storage.pair_nodes import level_above, nodes_of_few
from genomedb.storage.pair_scan import ManyPairs, scan_together
from genomedb.storage.pair_tree import PairTree, open_pair
from genomedb.storage.pairs import PairIndex, directory_of, node_dtypes, pair_position_dtype

Fault = tuple[str, str, str]
_I8 = NDArray[np.int64]
_CLOSE = 1e-9  # sums may be off by so much of what they are made of: others add in another order
_LOW, _HIGH = (("x1", "y1"), ("x2", "y2"))  # sides of a box
_SUMS = ("sum", "wsum")


def pair_shapes(file: TrackFile, chroms: ChromTable) -> Iterator[Fault]:
    """Faults (rule, place, problem) of names, types and lengths, and of what opening checks."""
    try:
        directory = directory_of(file, chroms)
        codes = directory.codes
    except FormatError as error:
        yield "object", schema.PAIRS, error.problem
        return
    # the columns of an indexed file are the same for all pairs, the table of which is sound
    for code1, code2 in (codes if directory.index is None else codes[:1]).tolist():
        place = f"{schema.PAIRS}/{code1}-{code2}"
        try:
            tree = open_pair(file, chroms, code1, code2)
            if tree is None:
                yield "object", place, "has no records"
            else:
                tree.rows.nodes()
        except FormatError as error:
            yield "object", place, error.problem


def pair_faults(file: TrackFile, chroms: ChromTable) -> Iterator[Fault]:
    """Faults of records and trees; every record is read and the trees are made again."""
    if file.kind not in schema.OF_PAIRS:
        return
    directory = directory_of(file, chroms)
    sound = np.zeros(len(directory.codes), np.bool_)
    if directory.index is not None:
        sound[_sound_few(file, chroms, directory.index)] = True
    for code1, code2 in directory.codes[~sound].tolist():
        place = f"{schema.PAIRS}/{code1}-{code2}"
        try:
            tree = open_pair(file, chroms, code1, code2)
            assert tree is not None
            nodes = tree.nodes
            lengths = chroms.lengths[code1], chroms.lengths[code2]
            found = list(_record_faults(tree, nodes, lengths)) or list(_inner_faults(nodes, tree.n))
            yield from ((rule, place, problem) for rule, problem in found)
            if not found:
                yield from (("order", place, problem) for problem in _overlaps(tree))
        except FormatError as error:
            yield "object", place, error.problem


def _sound_few(file: TrackFile, chroms: ChromTable, index: PairIndex) -> _I8:
    """Numbers of pairs of a leaf each in which nothing is wrong, looked at many at a time.

    What is wrong with others is for those to say that look at one pair.
    """
    rows = np.flatnonzero(np.diff(index.offset) <= LEAF)
    found, at = [np.empty(0, np.int64)], 0
    try:
        for block in scan_together(file, chroms, rows):
            some = rows[at : at + len(block.codes)]
            at += some.size
            if _are_sound(file, chroms, block, index, some):
                found.append(some)
    except FormatError:  # in that block and behind it, none is known to be
        pass
    return np.concatenate(found)


def _are_sound(
    file: TrackFile, chroms: ChromTable, block: ManyPairs, index: PairIndex, rows: _I8
) -> bool:
    """Are records inside and apart, and the nodes over them as they should be?"""
    records, sides = block.records, []
    for code, start, end in zip(
        block.code_columns(), (records.x1, records.y1), (records.x2, records.y2), strict=True
    ):
        first = start.astype(np.int64)
        last = first + 1 if end is None else end.astype(np.int64)
        if ((first < 0) | (last <= first) | (last > chroms.length_array[code])).any():
            return False
        sides.append((first, last))
    dtypes = node_dtypes(file.kind, pair_position_dtype(chroms, None).name)
    read = index.read({schema.NODE + name: dtype for name, dtype in dtypes.items()}, rows)
    nodes = Nodes(*(read.get(schema.NODE + name) for name in Nodes._fields))  # type: ignore[arg-type]
    made = nodes_of_few(block.edges, records)
    if nodes.first.any() or any(_differences(nodes, 0, made, rows.size)):
        return False
    pair = np.repeat(np.arange(rows.size), np.diff(block.edges))
    return rectangles.first_overlap(pair, *sides) is None


def _record_faults(
    tree: PairTree, nodes: Nodes, lengths: tuple[int, int]
) -> Iterator[tuple[str, str]]:
    """Records outside their chromosomes, and leaves that are not as the records below them."""
    first = 0
    for records in tree.scan():
        for start, end, length in (
            (records.x1, records.x2, lengths[0]), (records.y1, records.y2, lengths[1])
        ):  # fmt: skip
            bad = (start < 0) | (start >= length)
            if end is not None:
                bad |= (end <= start) | (end > length)
            if bad.any():
                yield "order", f"record {first + int(bad.argmax())} is empty or outside"
                return
        made = build_nodes((records.x1, records.x2), (records.y1, records.y2), records.value)
        n, at = level_sizes(records.value.size)[0], first // LEAF
        yield from _differences(nodes, at, made, n)
        first += records.value.size


def _inner_faults(nodes: Nodes, n: int) -> Iterator[tuple[str, str]]:
    """Inner nodes that are not as the nodes of the level below."""
    below = 0
    for size in level_sizes(n)[:-1]:
        columns = {name: column[below : below + size] for name, column in nodes._asdict().items()
                   if column is not None and name != "first"}  # fmt: skip
        made: dict[str, Any] = {"area": None, "wsum": None, "first": nodes.first}
        made |= level_above(columns)
        below += size
        yield from _differences(nodes, below, Nodes(**made), -(-size // FAN))


def _differences(stored: Nodes, at: int, made: Nodes, n: int) -> Iterator[tuple[str, str]]:
    """The first of the nodes `at` to `at + n` that differs from one made again, of each column."""
    for name in Nodes._fields:
        ours = getattr(made, name)
        if ours is None or name == "first":
            continue
        theirs, ours = getattr(stored, name)[at : at + n], ours[:n]
        same = _agree(name, theirs, ours, made, n)
        if not same.all():
            i = int(same.argmin())
            yield (
                "pyramid", f"{schema.NODE}{name} of node {at + i} is {theirs[i]}, "
                f"what is below it gives {ours[i]}",
            )  # fmt: skip


def _agree(
    name: str, theirs: NDArray[Any], ours: NDArray[Any], made: Nodes, n: int
) -> NDArray[np.bool_]:
    same: NDArray[np.bool_]
    if name in _LOW:  # a box may be wider than it needs to be
        same = theirs <= ours
    elif name in _HIGH:
        same = theirs >= ours
    elif name in _SUMS:
        with np.errstate(invalid="ignore", over="ignore"):
            largest = np.fmax(np.abs(made.min[:n]), np.abs(made.max[:n]))
            weight = made.count if name == "sum" or made.area is None else made.area
            slack = np.nan_to_num(_CLOSE * largest * weight[:n])
            same = np.abs(theirs - ours) <= slack
        same |= (theirs == ours) | (np.isnan(theirs) & np.isnan(ours))
    else:
        same = (theirs == ours) | ((theirs != theirs) & (ours != ours))
    if name == "area":  # it stops at the largest number there is
        same |= theirs == np.iinfo(np.int64).max
    return same


def _overlaps(tree: PairTree) -> Iterator[str]:
    """Two rectangles that overlap, or a point given twice."""
    blocks = list(tree.scan())
    columns: list[Any] = [
        None if parts[0] is None else np.concatenate(parts) for parts in zip(*blocks, strict=True)
    ]
    records = Records(*columns)
    if tree.is_points:
        order = zorder(records.x1, records.y1)
        x, y = records.x1[order], records.y1[order]
        same = (x[1:] == x[:-1]) & (y[1:] == y[:-1])
        if same.any():
            i = int(same.argmax())
            yield f"records {order[i]} and {order[i + 1]} are the same point"
        return
    found = first_overlap(records)
    if found is not None:
        yield f"records {found[0]} and {found[1]} overlap"
