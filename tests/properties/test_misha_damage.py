"""Whatever happened to the bytes of a misha database, it is an error of ours that names a file."""

from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given, settings
from hypothesis import strategies as st
from misha_files import (
    SIZES,
    array,
    dense,
    make_root,
    quadtree,
    r_factor,
    r_frame,
    r_integers,
    r_list,
    r_object,
    r_reals,
    r_texts,
    sparse,
    write_indexed,
    write_track,
)

from genomedb.core.chroms import ChromTable
from genomedb.errors import GenomeDBError
from genomedb.importers.misha_database import import_misha
from genomedb.importers.misha_variables import plain
from genomedb.readers.misha_index import Block
from genomedb.readers.misha_pairs import pair_records
from genomedb.readers.misha_rdata import read_r
from genomedb.readers.misha_sets import read_set

CHROMS = ChromTable.from_pairs(SIZES.items())
FRAME = r_frame({
    "chrom": r_factor([2, 1], ["chr1", "chrX"]), "start": r_reals([5, 7]),
    "end": r_reals([9, 10]), "text": r_texts(["a", None]),
})  # fmt: skip
OBJECTS = [
    r_object(FRAME),
    r_object(r_list([FRAME, r_integers([1, 2], {"dim": r_integers([2, 1])})]), 3),
    r_object(r_reals([1, 2], {"names": r_texts(["a", "b"])})),
]


def changed(data, changes):
    """Bytes with some set to others, perhaps cut."""
    made = bytearray(data)
    for at, byte in changes:
        made[at % len(made)] = byte
    return bytes(made[: len(made) - changes[0][0] % 3])


CHANGES = st.lists(st.tuples(st.integers(0, 10_000), st.integers(0, 255)), min_size=1, max_size=4)


@settings(max_examples=400, deadline=None)
@given(which=st.integers(0, len(OBJECTS) - 1), changes=CHANGES)
def test_damaged_objects_of_r_are_read_or_refused(which, changes):
    with TemporaryDirectory() as folder:
        path = Path(folder) / "s.interv"
        path.write_bytes(changed(OBJECTS[which], changes))
        for read in (lambda: plain(read_r(path), str(path)), lambda: read_set(path, CHROMS)):
            try:
                read()
            except GenomeDBError as error:
                assert str(path) in str(error)


@settings(max_examples=200, deadline=None)
@given(changes=CHANGES, is_points=st.booleans())
def test_damaged_trees_are_read_or_refused(changes, is_points):
    records = [(x, x + 1, y, y + 1, 1.5) for x in range(0, 9, 2) for y in range(3)]
    data = quadtree(records, is_points=is_points, extent=16)
    with TemporaryDirectory() as folder:
        path = Path(folder) / "1-X"
        path.write_bytes(changed(data, changes))
        try:
            found = pair_records(Block.whole(path), is_points=is_points)
            assert found.x1.size == found.value.size
        except GenomeDBError as error:
            assert str(path) in str(error)


@settings(max_examples=60, deadline=None)
@given(changes=CHANGES)
def test_damaged_tracks_are_imported_or_reported(changes):
    with TemporaryDirectory() as folder:
        root = make_root(Path(folder) / "misha")
        records = sparse([(0, 5, 1), (7, 9, 2)])
        write_track(root, "d", {"chrX": changed(dense(50, range(4)), changes)})
        write_track(root, "s", {"chrX": changed(records, changes)})
        made = write_track(root, "a", {"chrX": changed(array([(0, 5, {0: 1, 1: 2})]), changes)})
        (made / ".colnames").write_bytes(r_object(r_texts(["x", "y"])))
        made = write_indexed(root / "tracks" / "i.track", 1, [(0, records), (2, records)])
        (made / "track.idx").write_bytes(changed((made / "track.idx").read_bytes(), changes))
        (root / "tracks" / "f.interv").write_bytes(changed(OBJECTS[0], changes))
        report = import_misha(root, Path(folder) / "ours")
        assert len(report.objects) == 5
        for found in report.objects:
            assert found.status != "failed" or folder in found.reason
