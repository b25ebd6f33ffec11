"""Damaged and hostile files: the quick reader gives the right answer, or none."""

import os
import random
import struct

import h5py
import numpy as np
import pytest
from hdf5_answers import paths_in, stored

from genomedb.storage import quick, quick_groups
from genomedb.storage.quick import Metadata, Unusual


def answers(fd, size, questions):
    """Every answer about a file, `Unusual` where there is none."""
    attributes, datasets = questions
    found = {}

    def ask(key, method, *args):
        try:
            found[key] = method(*args)
        except Unusual:
            found[key] = Unusual
        return found[key]

    quickly = ask("open", Metadata, fd, size)
    if quickly is Unusual:
        return {}
    found["open"] = quickly.version
    for name in attributes:
        ask(name, quickly.attribute, name)
    for name in datasets:
        mine = ask(name, quickly.dataset, name)
        if mine is Unusual or mine is None or not mine.chunk:
            continue
        for number in {0, mine.n_chunks // 3, mine.n_chunks // 2, mine.n_chunks - 1}:
            ask((name, number), quickly.chunk, mine, number)
        everything = ask((name, "map"), quickly.chunk_map, mine)
        if everything is not Unusual:
            found[name, "map"] = tuple(part.tobytes() for part in everything)
    return found


def data_ranges(path):
    with h5py.File(path) as h5:
        for name in paths_in(h5):
            said, chunks = stored(h5[name])
            if said["offset"] is not None:
                yield said["offset"], said["n_bytes"]
            yield from ((at, n) for at, n, _ in chunks if at >= 0)


@pytest.fixture(scope="module")
def victim(tmp_path_factory):
    """Bytes of a file with all structures, where its metadata lie, and questions about it."""
    path = tmp_path_factory.mktemp("victim") / "x.h5"
    with h5py.File(path, "w", libver=("v110", "v110")) as h5:
        h5.attrs["text"], h5.attrs["number"], h5.attrs["real"] = np.bytes_(b"word"), 5, 2.5
        h5["one"] = np.arange(5)
        for i in range(120):
            h5[f"link{i}" + "long" * (i % 6)] = h5["one"]
        options = {"compression": "gzip", "shuffle": True, "fletcher32": True}
        h5.create_dataset("g/single", data=np.arange(9), chunks=(9,), **options)
        h5.create_dataset("g/some", data=np.arange(90), chunks=(9,), **options)
        h5.create_dataset("g/pages", (2500,), "u1", chunks=(1,))[10:20] = 1
        h5["g/pages"][2300] = 1
        h5.create_dataset("g/bare", data=np.arange(90), chunks=(9,))
    content = path.read_bytes()
    is_metadata = np.ones(len(content), bool)
    for at, n in data_ranges(path):
        is_metadata[at : at + n] = False
    datasets = ["one", "link7long", "link119" + "long" * 5, "g/single", "g/some", "g/pages",
                "g/bare", "absent", "g/absent", "link1", "link77"]  # fmt: skip
    return content, np.flatnonzero(is_metadata), (["text", "number", "real", "no"], datasets)


@pytest.fixture
def scratch(tmp_path):
    fd = os.open(tmp_path / "scratch", os.O_RDWR | os.O_CREAT)
    yield fd
    os.close(fd)


def test_one_damaged_byte_never_changes_an_answer(victim, scratch):
    content, places, questions = victim
    os.pwrite(scratch, content, 0)
    sound = answers(scratch, len(content), questions)
    assert Unusual not in sound.values()
    draw = random.Random(11)
    n_refused = 0
    for at in [*range(200), *draw.choices(places.tolist(), k=1500)]:
        os.pwrite(scratch, bytes([content[at] ^ draw.randrange(1, 256)]), at)
        found = answers(scratch, len(content), questions)
        os.pwrite(scratch, content[at : at + 1], at)
        for question, answer in found.items():
            assert answer is Unusual or answer == sound[question], (at, question)
        n_refused += not found or any(
            answer is Unusual and sound[key] is not Unusual for key, answer in found.items()
        )
    assert n_refused > 300


def test_a_shortened_file_is_unusual(victim, scratch):
    content, _, _ = victim
    os.pwrite(scratch, content, 0)
    for size in [len(content) - 1, len(content) // 2, 4096, 100, *range(49)]:
        os.ftruncate(scratch, size)
        with pytest.raises(Unusual):
            Metadata(scratch, size)
    with pytest.raises(Unusual):  # it became shorter after its size was asked
        Metadata(scratch, len(content))


def test_a_file_cut_while_it_is_read(victim, scratch):
    content, _, questions = victim
    os.pwrite(scratch, content, 0)
    sound = answers(scratch, len(content), questions)
    for size in range(4096, len(content), 1500):
        os.ftruncate(scratch, size)
        found = answers(scratch, len(content), questions)
        assert all(answer is Unusual or answer == sound[key] for key, answer in found.items())


def test_a_longer_file_is_read(victim, scratch):
    content, _, questions = victim
    os.pwrite(scratch, content, 0)
    sound = answers(scratch, len(content), questions)
    os.pwrite(scratch, b"more", len(content))
    assert answers(scratch, len(content) + 4, questions) == sound


def test_a_closed_descriptor_is_unusual():
    with pytest.raises(Unusual):
        Metadata(-1, 4096)


def test_random_bytes_are_unusual(scratch):
    draw = random.Random(12)
    for n in [0, 1, 7, 8, 47, 48, 49, 500, 5000]:
        os.ftruncate(scratch, 0)
        os.pwrite(scratch, draw.randbytes(n), 0)
        with pytest.raises(Unusual):
            Metadata(scratch, n)
        os.pwrite(scratch, b"\x89HDF\r\n\x1a\n\x03\x08\x08\x00"[:n], 0)
        with pytest.raises(Unusual):
            Metadata(scratch, n)


class Forged(int):
    """A checksum that agrees with any other."""

    def __eq__(self, other):
        return True

    def __ne__(self, other):
        return False

    __hash__ = None


def test_hostile_bytes_with_forged_checksums_do_no_harm(victim, scratch, monkeypatch):
    """Without the protection of checksums: an answer or `Unusual`, soon, and nothing else."""
    content, places, questions = victim
    true = quick_groups.lookup3

    def forged(data, start=0, stop=-1):
        is_name = stop == -1 and len(data) < 100
        return true(data) if is_name else Forged(0)

    for module in (quick, quick_groups):
        monkeypatch.setattr(module, "lookup3", forged)
    draw = random.Random(13)
    nasty = [0, 1, 2, 3, 4, 127, 128, 255]
    words = [0, 1, 48, len(content), 2**31, 2**32 - 1, 2**62, 2**63 - 1, 2**63, 2**64 - 2]
    words.append(2**64 - 1)
    spots = places.tolist()
    os.pwrite(scratch, content, 0)
    for _ in range(3000):
        changed = []
        for _ in range(draw.randrange(1, 4)):
            at = draw.choice(spots)
            new = bytes([draw.choice(nasty)]) if draw.random() < 0.6 else b""
            new = new or struct.pack("<Q", draw.choice([*words, draw.choice(spots)]))
            new = new[: len(content) - at]
            os.pwrite(scratch, new, at)
            changed.append((at, len(new)))
        answers(scratch, len(content), questions)
        for at, n in changed:
            os.pwrite(scratch, content[at : at + n], at)
