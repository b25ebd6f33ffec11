"""Files that are not what they say: each is refused by name, never read as something else."""

import json
import os
import shutil
import socket

import h5py
import numpy as np
import pytest
from hostile import GZIP, V110, altered, refused

from genomedb.db.database import GenomeDB
from genomedb.errors import ChromError, FormatError, MissingFileError
from genomedb.storage.attrs import write_text
from genomedb.storage.validate import check_file
from genomedb.tracks.open import open_track

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
        ({"kind": "hexagons"}, "track type 'hexagons' is not known"),
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
