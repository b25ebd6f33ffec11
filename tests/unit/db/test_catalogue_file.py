"""The catalogue's file: damaged, copied, forged or unwritable, it never gives a wrong answer."""

import json
import os
import random
import shutil
import zlib
from pathlib import Path

import pytest
from catalogued import add, quickly, slowly
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from genomedb.db import catalogue
from genomedb.db.catalogue import NAME, load, save
from genomedb.db.database import GenomeDB


def written(path, document):
    body = json.dumps(document).encode()
    path.write_bytes(b"genomedb catalogue 1 %08x\n" % zlib.crc32(body) + body)


GOOD = {
    "names": ["x"], "stamps": [1, 2, 3, 4], "kind": [0], "shape": [0], "values": ["ours"],
    "kinds": [["dense", "float32", 10, "digest"]], "shapes": [["lab"]],
}  # fmt: skip


def test_a_catalogue_file_says_what_was_saved(tmp_path):
    written(tmp_path / NAME, GOOD)
    (facts,) = load(tmp_path / NAME).values()
    assert facts == ((1, 2, 3, 4), ("dense", "float32", 10, "digest"), {"lab": "ours"}, "")


@pytest.mark.parametrize(
    "change",
    [
        {"names": "x"}, {"names": [5]}, {"names": ["x", "y"]}, {"names": None}, {"stamps": [1]},
        {"stamps": [1, 2, 3, True]}, {"stamps": [1, 2, 3, "4"]}, {"kind": [1]}, {"kind": [-1]},
        {"kind": [0.0]}, {"shape": [3]}, {"shape": [-1]}, {"values": []}, {"values": [None]},
        {"values": [["ours"]]}, {"kinds": []}, {"kinds": [["dense", "float32", 10]]},
        {"kinds": [["dense", "float32", "10", "d"]]}, {"kinds": ["abcd"]}, {"shapes": [[5]]},
        {"shapes": {}}, {"shapes": [["a", "b"]]},
    ],
)  # fmt: skip
def test_a_catalogue_with_wrong_types_is_rebuilt(db, later, change):
    add(db, "x", lab="theirs")
    written(db.path / NAME, {**GOOD, **change})
    assert load(db.path / NAME) == {}
    assert quickly(db) == slowly(db)
    assert set(load(db.path / NAME)) == {"x"}


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner),
    max_leaves=8,
)


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.dictionaries(st.sampled_from(sorted(GOOD)), anything, min_size=1) | anything)
def test_no_document_makes_loading_fail(tmp_path, change):
    written(tmp_path / NAME, {**GOOD, **change} if isinstance(change, dict) else change)
    for name, facts in load(tmp_path / NAME).items():
        assert isinstance(name, str)
        assert [type(n) for n in facts.stamp] == [int] * 4
        assert [type(n) for n in facts.kind] == [str, str, int, str]
        assert all(isinstance(v, (str, int, float)) for v in facts.attributes.values())


@pytest.mark.parametrize(
    "data",
    [
        b"", b"\n", b"{}", b"genomedb catalogue 1 00000000\n", b"genomedb catalogue 2 00000000\n{}",
        b"\xff" * 1000, random.Random(2).randbytes(10_000), b"[" * 100_000,
    ],
)  # fmt: skip
def test_a_damaged_catalogue_is_rebuilt(db, later, data):
    add(db, "x", lab="ours")
    (db.path / NAME).write_bytes(data)
    assert quickly(db) == slowly(db)
    assert set(load(db.path / NAME)) == {"x"}


@pytest.mark.parametrize("body", [b"[" * 100_000, b"5", b"null", b"\xff", b"{", b'{"names":[]}'])
def test_a_catalogue_with_a_right_checksum_and_a_wrong_body_is_rebuilt(db, body):
    add(db, "x")
    title = b"genomedb catalogue 1 %08x\n" % zlib.crc32(body)
    (db.path / NAME).write_bytes(title + body)
    assert quickly(db) == slowly(db)


def test_every_byte_of_a_catalogue_counts(db, later):
    add(db, "x", lab="ours")
    db.entries()
    path = db.path / NAME
    data = path.read_bytes()
    for at in range(0, len(data), 7):
        path.write_bytes(data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :])
        assert load(path) == {}
        path.write_bytes(data[:at])
        assert load(path) == {}


def test_a_catalogue_that_is_no_plain_file_is_not_read(db, tmp_path):
    add(db, "x", lab="ours")
    path = db.path / NAME
    os.mkfifo(path)
    assert quickly(db) == slowly(db)
    path.unlink(missing_ok=True)
    written(tmp_path / "elsewhere", GOOD)
    path.symlink_to(tmp_path / "elsewhere")
    assert load(path) == {}
    path.unlink()
    path.mkdir()
    assert quickly(db) == slowly(db)
    assert [p.name for p in db.path.iterdir() if ".part" in p.name] == []


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.dictionaries(
        st.text(max_size=8),
        st.tuples(
            st.tuples(*[st.integers(0, 2**63)] * 4),
            st.tuples(st.text(max_size=5), st.text(max_size=5), st.integers(0, 9), st.text()),
            st.dictionaries(
                st.text(max_size=5),
                st.text() | st.integers() | st.floats(allow_nan=False),
                max_size=4,
            ),
        ),
        max_size=6,
    )
)
def test_what_is_saved_is_loaded(tmp_path, entries):
    facts = {name: catalogue.Facts(*each) for name, each in entries.items()}
    save(tmp_path / NAME, facts)
    assert load(tmp_path / NAME) == facts


def test_a_folder_that_cannot_be_written_to_is_listed_all_the_same(db, later, monkeypatch):
    add(db, "x", lab="ours")

    def refuse(self, *_, **__):
        raise PermissionError(13, "Permission denied")

    with monkeypatch.context() as patch:
        patch.setattr(Path, "open", refuse)
        assert db.list_tracks(attrs={"lab": "ours"}) == ["x"]
    with monkeypatch.context() as patch:
        patch.setattr(Path, "replace", refuse)
        assert GenomeDB(db.path).list_tracks(attrs={"lab": "ours"}) == ["x"]
    assert [p.name for p in db.path.iterdir() if NAME in p.name] == []


def test_the_catalogue_is_no_track_and_no_leftover(db, later):
    add(db, "x")
    db.entries()
    assert (db.path / NAME).exists()
    assert db.list_tracks() == ["x"]
    assert [findings for _, findings in db.validate()] == [[], []]
    assert db.clean() == []
    assert (db.path / NAME).exists()


def test_cleaning_removes_catalogues_that_a_dead_process_left(db):
    here = catalogue.tag()
    dead = db.path / f"{NAME}.part-{catalogue.host()}-{2**22 + 1}-1-0a0b0c0d"
    alive, elsewhere = db.path / f"{NAME}.part-{here}", db.path / f"{NAME}.part-other-1-1-0a"
    for path in (dead, alive, elsewhere):
        path.touch()
    assert db.clean() == [dead]
    assert alive.exists()
    assert elsewhere.exists()


def test_a_catalogue_copied_with_its_folder_does_not_answer_for_the_copy(db, later, tmp_path):
    add(db, "x", lab="ours")
    db.entries()
    shutil.copytree(db.path, tmp_path / "copy")
    copy = GenomeDB(tmp_path / "copy")
    copy.set_attributes("x", {"lab": "theirs"})
    assert copy.list_tracks(attrs={"lab": "theirs"}) == ["x"]
    assert db.list_tracks(attrs={"lab": "ours"}) == ["x"]
