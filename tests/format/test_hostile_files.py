"""Files that are not what they say: each is refused by name, never read as something else."""

import json
import os
import shutil
import socket
import threading

import h5py
import numpy as np
import pytest
from h5py import h5d, h5p, h5s, h5t

from genomedb.db.database import GenomeDB
from genomedb.errors import ChromError, FormatError, GenomeDBError, MissingFileError
from genomedb.storage.attrs import write_text
from genomedb.storage.validate import check_file
from genomedb.tracks.open import open_track

V110 = ("v110", "v110")
GZIP = {"compression": "gzip", "fletcher32": True}


def altered(db, track, change, libver=V110):
    """Path of a copy of a track changed with plain h5py."""
    path = db.path / "altered.h5"
    shutil.copy(db.path / f"{track}.h5", path)
    with h5py.File(path, "r+", libver=libver) as h5:
        change(h5)
    return path


def read_everything(path):
    with open_track(path) as track:
        return [track.read(chrom) for chrom in track.chroms.names if track.has_chrom(chrom)]


def refused(path, words):
    with pytest.raises(FormatError, match=words) as caught:
        read_everything(path)
    assert str(path) in str(caught.value)
    assert check_file(path) != []


# ---- not files of ours at all


def test_an_empty_file_is_called_empty(tmp_path):
    path = tmp_path / "a.h5"
    path.touch()
    with pytest.raises(FormatError, match=r"a\.h5: empty"):
        open_track(path)


@pytest.mark.parametrize(
    "content", [b"x", b"track type=wiggle_0\n", bytes(5000), b"\x89HDF\r\n\x1a\n"]
)
def test_other_files_are_not_hdf5(tmp_path, content):
    path = tmp_path / "a.h5"
    path.write_bytes(content)
    with pytest.raises(FormatError, match=r"a\.h5"):
        open_track(path)


@pytest.mark.parametrize("share", [0.02, 0.1, 0.5, 0.9, 0.999])
def test_a_truncated_file_is_called_truncated(db, share):
    path = db.track_path("cov")
    os.truncate(path, int(path.stat().st_size * share))
    with pytest.raises(FormatError, match=r"truncated|not an HDF5|damaged"):
        open_track(path)


def test_a_missing_file_is_missing(tmp_path):
    with pytest.raises(MissingFileError):
        open_track(tmp_path / "none.h5")
    with pytest.raises(MissingFileError):
        open_track(f"{tmp_path}/no\0ne.h5")


def test_only_regular_files_are_opened_and_nobody_waits_for_a_pipe(tmp_path):
    folder, pipe, plug = tmp_path / "d.h5", tmp_path / "p.h5", tmp_path / "s.h5"
    folder.mkdir()
    os.mkfifo(pipe)
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(str(plug))
        for path in (folder, pipe, plug, "/dev/null", "/dev/zero"):
            with pytest.raises(FormatError, match=r"not a regular file|cannot be opened"):
                open_track(path)


def test_plain_hdf5_is_not_a_track(tmp_path):
    for libver in (None, V110):
        with h5py.File(tmp_path / "a.h5", "w", libver=libver) as h5:
            h5["chr1"] = np.arange(5)
        with pytest.raises(FormatError, match="not a genomedb track"):
            open_track(tmp_path / "a.h5")


def test_a_file_without_checksummed_metadata_is_refused(db, documented, tmp_path, monkeypatch):
    opened = h5py.File
    monkeypatch.setattr(h5py, "File", lambda path, mode, libver: opened(path, mode))
    documented.write_dense(
        tmp_path / "a.h5", "toy", {"chr1": 6}, {"chr1": np.arange(2, dtype="f4")}, 3
    )
    monkeypatch.undo()
    refused(tmp_path / "a.h5", "metadata have no checksums")


def test_a_user_block_is_refused(db):
    path = db.path / "block.h5"
    with (
        h5py.File(db.path / "cov.h5") as source,
        h5py.File(path, "w", libver=V110, userblock_size=512) as target,
    ):
        for name in source:
            source.copy(name, target)
        for name in source.attrs:
            write_text(target, name, "x")
        write_text(target, "header", source.attrs["header"].decode())
    refused(path, "not a genomedb track")


def test_a_chromosome_table_is_not_a_track(db):
    with pytest.raises(FormatError, match="holds chromosomes, not a track"):
        open_track(db.path / "chromosome.h5")
    shutil.copy(db.track_path("cov"), db.path / "chromosome.h5")
    with pytest.raises(FormatError, match="holds dense, not a chromosome table"):
        GenomeDB(db.path)


# ---- the header


def header(**changes):
    keys = ["format", "version", "kind", "layout", "dtype", "bin_size", "digest"]

    def change(h5):
        words = dict(zip(keys, h5.attrs["header"].decode().split(" "), strict=True))
        words.update(changes)
        del h5.attrs["header"]
        write_text(h5, "header", " ".join(words.values()))

    return change


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"format": "other"}, "not a genomedb track"),
        ({"version": "2"}, "format version 2 is newer than 1"),
        ({"version": "2", "kind": "unheard-of", "layout": "?"}, "format version 2 is newer"),
        ({"version": "0"}, "header attribute is damaged"),
        ({"version": "\u00b2"}, "header attribute is damaged"),
        ({"version": "9" * 5000}, "header attribute is damaged"),
        ({"version": "1 1"}, "header attribute is damaged"),
        ({"kind": "points"}, "track type 'points' is not known"),
        ({"kind": "features"}, "attribute columns is damaged: it is no JSON list"),
        ({"kind": "array"}, "attribute columns is damaged: it is no JSON list"),
        ({"kind": "sequence"}, "sequence of float32"),
        ({"layout": "sideways"}, "layout 'sideways' is not known"),
        ({"layout": "indexed"}, "dataset _genomedb/index/offset is missing"),
        ({"dtype": "object"}, "dtype 'object' is not allowed"),
        ({"dtype": "int64"}, "dtype 'int64' is not allowed"),
        ({"dtype": "int8"}, "the header says int8"),
        ({"bin_size": "0"}, "bin size '0' is not allowed"),
        ({"bin_size": "-3"}, "bin size '-3' is not allowed"),
        ({"bin_size": "\u0663"}, "is not allowed"),
        ({"bin_size": "4"}, "has shape"),
        ({"digest": "A" * 32}, "chromosome table does not match its digest"),
    ],
)
def test_a_header_that_is_wrong_is_refused(db, changes, words):
    refused(altered(db, "cov", header(**changes)), words)


@pytest.mark.parametrize(
    "value", [np.int32(3), np.arange(3), h5py.Empty("f4"), "of variable length", b"\xff\xfe", b""]
)
def test_a_header_of_another_type_is_refused(db, value):
    def change(h5):
        del h5.attrs["header"]
        h5.attrs["header"] = value

    refused(altered(db, "cov", change), "header|attribute")


def test_a_file_of_format_2_cannot_be_edited_or_copied(db):
    shutil.move(altered(db, "cov", header(version="2")), db.path / "next.h5")
    before = (db.path / "next.h5").read_bytes()
    with pytest.raises(FormatError, match="newer"):
        db.set_attributes("next", {"note": "x"})
    with pytest.raises(FormatError, match="newer"):
        db.copy_track("next", "other")
    assert (db.path / "next.h5").read_bytes() == before
    assert not db.has_track("other")


# ---- what lies where values should be


def replace(**how):
    """Put another dataset in the place of chrX."""

    def change(h5):
        shape = how.pop("shape", (3,))
        dtype = how.pop("dtype", "<f4")
        del h5["chrX"]
        h5.create_dataset("chrX", shape, dtype, **{**GZIP, **how})

    return change


def soft_link(h5):
    del h5["chrX"]
    h5["chrX"] = h5py.SoftLink("/chr2")


def dangling_link(h5):
    del h5["chrX"]
    h5["chrX"] = h5py.SoftLink("/nowhere")


def external_link(h5):
    del h5["chrX"]
    h5["chrX"] = h5py.ExternalLink("cov.h5", "/chrX")


def external_storage(h5):
    del h5["chrX"]
    h5.create_dataset("chrX", (3,), "<f4", external=[("/etc/passwd", 0, 12)])


def virtual(h5):
    del h5["chrX"]
    layout = h5py.VirtualLayout((3,), "<f4")
    layout[:] = h5py.VirtualSource("cov.h5", "chrX", (3,))
    h5.create_virtual_dataset("chrX", layout)


def group(h5):
    del h5["chrX"]
    h5.create_group("chrX")


def committed_type(h5):
    del h5["chrX"]
    h5["chrX"] = np.dtype("f4")


def compact(h5):
    del h5["chrX"]
    plist = h5p.create(h5p.DATASET_CREATE)
    plist.set_layout(h5d.COMPACT)
    h5d.create(h5.id, b"chrX", h5t.IEEE_F32LE, h5s.create_simple((3,)), plist)


def null_space(h5):
    del h5["chrX"]
    h5["chrX"] = h5py.Empty("f4")


def scalar(h5):
    del h5["chrX"]
    h5["chrX"] = np.float32(3)


def strings(h5):
    del h5["chrX"]
    h5.create_dataset("chrX", data=["a", "b", "c"], dtype=h5py.string_dtype())


def references(h5):
    del h5["chrX"]
    h5.create_dataset("chrX", data=[h5["chr1"].ref] * 3, dtype=h5py.ref_dtype)


def wrong_order(h5):
    del h5["chrX"]
    plist = h5p.create(h5p.DATASET_CREATE)
    plist.set_chunk((3,))
    plist.set_fletcher32()
    plist.set_deflate(1)
    h5d.create(h5.id, b"chrX", h5t.IEEE_F32LE, h5s.create_simple((3,)), plist)


def twice_deflated(h5):
    del h5["chrX"]
    plist = h5p.create(h5p.DATASET_CREATE)
    plist.set_chunk((3,))
    plist.set_deflate(1)
    plist.set_deflate(1)
    h5d.create(h5.id, b"chrX", h5t.IEEE_F32LE, h5s.create_simple((3,)), plist)


def unknown_filter(h5):
    del h5["chrX"]
    plist = h5p.create(h5p.DATASET_CREATE)
    plist.set_chunk((3,))
    plist.set_filter(32001, h5py.h5z.FLAG_OPTIONAL, (1, 2))
    h5d.create(h5.id, b"chrX", h5t.IEEE_F32LE, h5s.create_simple((3,)), plist)


def masked_chunk(h5):
    h5["chrX"].id.write_direct_chunk((0,), np.arange(3, dtype="<f4").tobytes(), filter_mask=7)


def oversized_chunk(h5):
    h5["chrX"].id.write_direct_chunk((0,), bytes(100_000))


def tiny_chunk(h5):
    h5["chrX"].id.write_direct_chunk((0,), b"ab")


def bomb(h5):
    import zlib

    data = zlib.compress(bytes(100_000_000), 9)
    del h5["chr1"]
    h5.create_dataset("chr1", (16_667,), "<f4", chunks=(16_667,), compression="gzip")
    h5["chr1"].id.write_direct_chunk((0,), data)


CASES = [
    (soft_link, "link"),
    (dangling_link, "link"),
    (external_link, "link"),
    (external_storage, "another file"),
    (virtual, "neither chunked nor contiguous"),
    (compact, "neither chunked nor contiguous"),
    (group, "damaged|dataset"),
    (committed_type, "damaged|dataset"),
    (null_space, "shape|chunked|damaged"),
    (scalar, "shape|chunked"),
    (strings, "type that is not allowed"),
    (references, "type that is not allowed"),
    (replace(shape=(4,)), "has shape"),
    (replace(shape=(3, 1)), "has shape"),
    (replace(shape=(0,), maxshape=(None,)), "has shape"),
    (replace(shape=(2**40,), chunks=(1000,)), "has shape"),
    (replace(dtype="<f8"), "holds float64"),
    (replace(dtype="<i4"), "holds int32"),
    (replace(dtype=">f4"), "type that is not allowed"),
    (replace(dtype="<f2"), "type that is not allowed"),
    (replace(dtype="?"), "type that is not allowed"),
    (replace(dtype="<c8"), "type that is not allowed"),
    (replace(dtype="S4"), "holds"),
    (replace(dtype=np.dtype([("a", "<f4")])), "type that is not allowed"),
    (replace(dtype=np.dtype(("<f4", (2,)))), "has shape|not allowed"),
    (replace(chunks=(17_000_000,), maxshape=(None,)), "chunks of 68000000 bytes"),
    (replace(compression="lzf"), "filter that is not allowed"),
    (replace(compression=None, fletcher32=False, dtype="<i4", scaleoffset=4), "filter that is not"),
    (replace(compression=None, fletcher32=False, chunks=None), "no checksums"),
    (unknown_filter, "filter that is not allowed"),
    (wrong_order, "order that is not allowed"),
    (twice_deflated, "order that is not allowed"),
    (masked_chunk, "stored in a way that is not allowed"),
    (oversized_chunk, "stored in a way that is not allowed"),
    (tiny_chunk, "damaged"),
    (bomb, "damaged|not allowed"),
]


@pytest.mark.parametrize(
    ("change", "words"), CASES, ids=[f"{i}-{c.__name__}" for i, (c, _) in enumerate(CASES)]
)
def test_a_hostile_dataset_is_refused(db, change, words):
    refused(altered(db, "cov", change), words)


@pytest.mark.parametrize("member", ["_genomedb", "_genomedb/chroms", "_genomedb/chroms/name"])
@pytest.mark.parametrize("link", [h5py.SoftLink("/x"), h5py.ExternalLink("cov.h5", "/_genomedb")])
def test_links_on_the_way_to_the_chromosome_table_are_refused(db, member, link):
    def change(h5):
        del h5[member]
        h5[member] = link

    refused(altered(db, "cov", change), "link")


def table(**columns):
    def change(h5):
        for name, data in columns.items():
            del h5[f"_genomedb/chroms/{name}"]
            h5.create_dataset(f"_genomedb/chroms/{name}", data=data)

    return change


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (table(name=np.array(["a", "b"], object)), "type"),
        (table(name=np.array([b"a", b"a", b"c"])), "listed twice"),
        (table(name=np.array([b"../x", b"b", b"c"])), "table is damaged"),
        (table(name=np.array([b"_genomedb", b"b", b"c"])), "table is damaged"),
        (table(name=np.array([b"\xff", b"b", b"c"])), "table is damaged"),
        (table(name=np.array([b"a", b"b"])), "table is damaged"),
        (table(length=np.array([1.0, 2, 3])), "another type"),
        (table(length=np.array([[8, 50_000, 4]])), "another type or shape"),
        (table(length=np.array([8, -1, 4])), "table is damaged"),
        (table(length=np.array([8, 50_001, 4])), "does not match its digest"),
    ],
)
def test_a_damaged_chromosome_table_is_refused(db, change, words):
    refused(altered(db, "cov", change), words)


def test_a_table_that_would_fill_the_memory_is_refused(db):
    def change(h5):
        del h5["_genomedb/chroms/name"]
        h5.create_dataset("_genomedb/chroms/name", (19_000_000,), "S60000", chunks=(1000,), **GZIP)

    refused(altered(db, "cov", change), "another type or shape")


# ---- sparse tracks


def columns(**data):
    def change(h5):
        for name, values in data.items():
            del h5[f"chr1/{name}"]
            if values is not None:
                h5.create_dataset(f"chr1/{name}", data=values, chunks=values.shape, **GZIP)

    return change


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (columns(value=None), "chr1/value is missing"),
        (columns(first_start=None), "chr1/first_start is missing"),
        (columns(end=np.arange(5, dtype="i4")), "has shape"),
        (columns(start=np.arange(9998, dtype="i8")), "the header says int32"),
        (columns(first_start=np.arange(2, dtype="i4")), "another length"),
        (columns(first_start=np.arange(3, dtype="f4")), "holds float32, the header says int32"),
        (columns(value=np.zeros(9998, "f8")), "the header says float32"),
    ],
)
def test_a_damaged_sparse_chromosome_is_refused(db, change, words):
    refused(altered(db, "peaks", change), words)


def test_more_records_than_base_pairs_are_refused_before_memory_is_taken(db):
    def change(h5):
        for name in ("start", "end", "value"):
            kind = h5[f"chr1/{name}"].dtype
            del h5[f"chr1/{name}"]
            h5.create_dataset(f"chr1/{name}", (2**40,), kind, chunks=(1000,), **GZIP)

    refused(altered(db, "peaks", change), "more records than")


def test_a_sparse_chromosome_that_is_a_link_is_refused(db):
    for link in (h5py.SoftLink("/nowhere"), h5py.ExternalLink("cov.h5", "/")):

        def change(h5, link=link):
            del h5["chr1"]
            h5["chr1"] = link

        refused(altered(db, "peaks", change), "link")


@pytest.mark.parametrize("broken", ["overlap", "order", "outside", "empty"])
def test_validate_finds_records_out_of_order(db, broken):
    def change(h5):
        start, end = h5["chr1/start"][:], h5["chr1/end"][:]
        if broken == "overlap":
            end[5] = start[6] + 1
        elif broken == "order":
            start[[5, 6]], end[[5, 6]] = start[[6, 5]], end[[6, 5]]
        elif broken == "outside":
            end[-1] = 50_001
        else:
            end[7] = start[7]
        h5["chr1/start"][:], h5["chr1/end"][:] = start, end

    assert "order" in {f.rule for f in check_file(altered(db, "peaks", change))}


# ---- what validate finds beyond that


def test_validate_finds_a_second_name_for_an_object(db):
    def change(h5):
        h5["_genomedb/again"] = h5["_genomedb"]

    findings = check_file(altered(db, "cov", change))
    assert [f.rule for f in findings] == ["object"]
    assert "more than one name" in findings[0].problem


def test_validate_finds_values_that_were_changed_with_another_program(db):
    def change(h5):
        h5["chrX"][1] = 7

    findings = check_file(altered(db, "cov", change))
    assert [(f.rule, f.place) for f in findings] == [("sha256", "chrX")]


def test_validate_finds_attributes_that_were_changed_with_another_program(db):
    def change(h5):
        h5.attrs.create("bin_size", np.int64(4))

    assert {f.rule for f in check_file(altered(db, "cov", change))} == {"structure", "header"}


def test_validate_finds_what_belongs_to_no_chromosome(db):
    def change(h5):
        h5.create_dataset("1", data=np.zeros(3, "<f4"), chunks=(3,), **GZIP)

    found = check_file(altered(db, "cov", change))
    assert any("under no chromosome" in f.problem for f in found)


def test_validate_never_reads_attributes_of_variable_length(db):
    def change(h5):
        h5["chrX"].attrs["note"] = "of variable length"

    found = check_file(altered(db, "cov", change))
    assert any("type not allowed" in f.problem for f in found)


def test_unknown_attributes_and_reserved_members_are_ignored(db):
    def change(h5):
        write_text(h5, "from.the.future", "x")
        h5.attrs.create("number", np.float64(3))
        h5.create_dataset("_genomedb/variables/x", data=np.zeros(3), chunks=(3,), **GZIP)
        h5.attrs["of variable length"] = "left out"

    with open_track(altered(db, "cov", change)) as track:
        np.testing.assert_array_equal(track.read("chrX", 0, 6), [1, 2.5])
        assert track.attrs["from.the.future"] == "x"
        assert track.attrs["number"] == "3.0"
        assert "of variable length" not in track.attrs
        json.dumps(track.info())


def test_sources_that_are_no_json_are_a_format_error(db):
    path = altered(db, "cov", lambda h5: write_text(h5, "sources", "[" * 50_000))
    with open_track(path) as track, pytest.raises(FormatError, match="sources"):
        track.info()


def test_no_other_file_is_opened_for_a_link(db, monkeypatch):
    path = altered(db, "cov", external_link)
    opened = []
    really = os.open
    monkeypatch.setattr(os, "open", lambda p, *a, **k: opened.append(str(p)) or really(p, *a, **k))
    with open_track(path) as track:
        track.has_chrom("chrX")
        with pytest.raises(FormatError):
            track.read("chrX")
    assert opened == [str(path)]


# ---- the chromosome table of a database


def test_a_damaged_alias_table_is_refused(db):
    def change(data):
        def apply(h5):
            del h5["_genomedb/aliases/name"]
            h5.create_dataset("_genomedb/aliases/name", data=data)

        return apply

    for data in (np.array([b"nowhere"]), np.array([b"\xff"]), np.array([b"chr1", b"chr2"])):
        path = altered(db, "chromosome", change(data))
        shutil.move(path, db.path / "chromosome.h5")
        with pytest.raises(FormatError, match="alias table is damaged"):
            GenomeDB(db.path)


def test_another_assembly_is_refused_with_both_digests_and_the_first_difference(db, tmp_path):
    from genomedb.db.create import create_database

    other = create_database(tmp_path / "b", "toy2", {"chrX": 8, "chr1": 49_999, "chr2": 4})
    shutil.copy(db.track_path("cov"), other.path / "cov.h5")
    with pytest.raises(ChromError) as caught:
        other.open_track("cov")
    text = str(caught.value)
    assert db.chroms.digest in text
    assert other.chroms.digest in text
    assert "first chr1: 49999 against 50000" in text
    assert [f.rule for f in check_file(other.path / "cov.h5", other.chroms)] == ["assembly"]


def test_hostile_files_are_opened_from_many_threads_without_other_errors(db):
    paths = []
    for i, (change, _) in enumerate(CASES[:8]):
        path = altered(db, "cov", change)
        paths.append(path.rename(db.path / f"h{i}.h5"))
    odd = []

    def look():
        for path in paths:
            try:
                read_everything(path)
                odd.append(path)
            except GenomeDBError:
                pass

    threads = [threading.Thread(target=look) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert odd == []
