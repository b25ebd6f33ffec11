"""The quick reader of HDF5 metadata gives h5py's answers, or none at all."""

import os
import random
import struct
from contextlib import contextmanager

import h5py
import numpy as np
import pytest

import genomedb
from genomedb.kernels.lookup3 import lookup3
from genomedb.storage import attrs, quick, quick_groups
from genomedb.storage.quick import Metadata, Unusual
from genomedb.storage.schema import VALUE_DTYPES
from genomedb.storage.write import Storage


@contextmanager
def metadata(path):
    fd = os.open(path, os.O_RDONLY)
    try:
        yield Metadata(fd, os.path.getsize(path))
    finally:
        os.close(fd)


def paths_in(h5):
    found = []
    h5.visititems(lambda name, item: found.append(name) if isinstance(item, h5py.Dataset) else None)
    return found


def stored(found):
    """What h5py says of a dataset and its chunks."""
    creation = found.id.get_create_plist()
    fill = np.zeros(1, found.dtype)
    if creation.fill_value_defined() == h5py.h5d.FILL_VALUE_USER_DEFINED:
        creation.get_fill_value(fill)
    chunks = []
    if found.chunks:
        chunks = [(-1, 0, 0)] * -(-found.shape[0] // found.chunks[0])
        written = []
        found.id.chunk_iter(written.append)
        for info in written:
            number = info.chunk_offset[0] // found.chunks[0]
            chunks[number] = (info.byte_offset, info.size, info.filter_mask)
    return {
        "shape": found.shape,
        "dtype": found.dtype,
        "chunk": found.chunks or (),
        "filters": tuple(creation.get_filter(i)[0] for i in range(creation.get_nfilters())),
        "fill": fill.tobytes(),
        "offset": found.id.get_offset() if not found.chunks else None,
        "n_bytes": found.shape[0] * found.dtype.itemsize,
    }, chunks


def check_dataset(quickly, path, found):
    said, chunks = stored(found)
    mine = quickly.dataset(path)
    assert mine is not None
    assert {name: getattr(mine, name) for name in said} == said
    assert mine.n_chunks == len(chunks)
    for number in [*range(min(len(chunks), 40)), *range(1000, len(chunks), 97)]:
        assert quickly.chunk(mine, number) == chunks[number]
    for number in (-1, len(chunks)):
        with pytest.raises(Unusual):
            quickly.chunk(mine, number)
    if not said["chunk"] or any(mask for *_, mask in chunks):
        with pytest.raises(Unusual):
            quickly.chunk_map(mine)
    else:
        address, size = quickly.chunk_map(mine)
        assert address.dtype == size.dtype == np.int64
        assert list(zip(address.tolist(), size.tolist(), strict=True)) == [c[:2] for c in chunks]


def check_file(path):
    """Every attribute, dataset and chunk of a file is answered as h5py answers."""
    with h5py.File(path) as h5, metadata(path) as quickly:
        assert quickly.version == 3
        for name in attrs.names(h5.id):
            expected = attrs.read(h5.id, name)
            mine = quickly.attribute(name.decode())
            assert type(mine) is type(expected)
            assert mine == expected or (mine != mine and expected != expected)
        assert quickly.attribute("absent") is None
        for name in paths_in(h5):
            check_dataset(quickly, name, h5[name])
            assert quickly.dataset(name + "0no") is None
        for name in ("absent", "absent/below", "", "zzz", "Chr1"):
            if name not in h5 and name:
                assert quickly.dataset(name) is None


def dense(tmp_path, lengths, dtype="float32", storage=None, values=None):
    draw = np.random.default_rng(len(lengths))
    chroms = {f"chr{i + 1}": n for i, n in enumerate(lengths)}
    db = genomedb.create_database(tmp_path, "t", chroms)
    data = values or {c: draw.integers(0, 100, n).astype(dtype) for c, n in chroms.items()}
    db.create_dense("x", data, bin_size=1, dtype=dtype, storage=storage)
    check_file(tmp_path / "t" / "chromosome.h5")
    return tmp_path / "t" / "x.h5"


@pytest.mark.parametrize("n", [1, 5, 8, 9, 25, 45, 60, 400])
def test_any_number_of_chromosomes(tmp_path, n):
    check_file(dense(tmp_path, [50 + i for i in range(n)]))


@pytest.mark.parametrize("n", [46, 2000, 45_000])
def test_a_great_many_links(tmp_path, n):
    """Name indices as deep as are read, heaps of nested blocks."""
    path = tmp_path / "x.h5"
    with h5py.File(path, "w", libver=("v110", "v110")) as h5:
        h5["one"] = np.arange(3, dtype="<i4")
        for i in range(n):
            h5.id.links.create_hard(b"scaffold_number_%d" % i, h5.id, b"one")
    with h5py.File(path) as h5, metadata(path) as quickly:
        said, _ = stored(h5["one"])
        for i in range(0, n, 1 + n // 5000):
            mine = quickly.dataset(f"scaffold_number_{i}")
            assert mine is not None
            assert mine.offset == said["offset"]
            assert quickly.dataset(f"scaffold_{i}") is None


def test_names_of_equal_hash(tmp_path):
    pairs = [("c82689", "c96406"), ("c60180", "c117619"), ("c50567", "c143554")]
    path = tmp_path / "x.h5"
    with h5py.File(path, "w", libver=("v110", "v110")) as h5:
        for a, b in pairs:
            assert lookup3(a.encode()) == lookup3(b.encode())
            h5[a] = np.arange(2)
            if a != "c82689":
                h5[b] = np.arange(3)
        for i in range(30):
            h5[f"x{i}"] = 1
    with metadata(path) as quickly:
        assert quickly.dataset("c96406") is None
        assert [quickly.dataset(a).shape for a, _ in pairs] == [(2,)] * 3
        assert [quickly.dataset(b).shape for _, b in pairs[1:]] == [(3,)] * 2


@pytest.mark.parametrize("dtype", VALUE_DTYPES)
@pytest.mark.parametrize("compression", ["gzip", None])
def test_every_dtype(tmp_path, dtype, compression):
    storage = Storage(compression=compression, chunk_bytes=1024)
    check_file(dense(tmp_path, [1, 300, 5000], dtype, storage))


@pytest.mark.parametrize("n", [1, 2, 8, 1023, 1024, 1025, 2048, 5000, 9000])
def test_any_number_of_chunks(tmp_path, n):
    check_file(dense(tmp_path, [256 * n, 256 * n - 255], "float32", Storage(chunk_bytes=1024)))


@pytest.mark.parametrize("n", [3, 1500, 9000])
def test_chunks_never_written(tmp_path, n):
    draw = np.random.default_rng(n)
    values = np.full(256 * n, np.nan, np.float32)
    values[300:310] = 1
    several = values.copy()
    for first in draw.integers(0, n, n // 5):
        several[first * 256] = 7
    late = np.full(256 * n, np.nan, np.float32)
    late[-1] = 3
    none = np.full(256 * n, np.nan, np.float32)
    data = dict(zip(("chr1", "chr2", "chr3", "chr4"), (values, several, late, none), strict=True))
    storage = Storage(chunk_bytes=1024)
    path = dense(tmp_path, [256 * n] * 4, "float32", storage, data)
    check_file(path)
    with metadata(path) as quickly:
        assert quickly.chunk(quickly.dataset("chr3"), 0) == (-1, 0, 0)


def test_sparse_tracks(tmp_path):
    chroms = {f"chr{i}": 100_000 for i in range(12)}
    db = genomedb.create_database(tmp_path, "t", chroms, aliases={"one": "chr1"})
    draw = np.random.default_rng(5)
    records = {}
    for i, chrom in enumerate(chroms):
        start = np.sort(draw.choice(50_000, 900 * i, replace=False)) * 2
        records[chrom] = (start, start + 1, draw.random(start.size))
    db.create_sparse("s", records, storage=Storage(chunk_bytes=1024))
    check_file(tmp_path / "t" / "s.h5")
    check_file(tmp_path / "t" / "chromosome.h5")


@pytest.mark.parametrize("libver", [("v110", "v110"), ("latest", "latest"), ("v108", "v112")])
@pytest.mark.parametrize("track_order", [False, True])
def test_files_of_others(tmp_path, libver, track_order):
    """Whatever h5py writes: its answers or `Unusual`."""
    path = tmp_path / "x.h5"
    filters = [{}, {"compression": "gzip"}, {"shuffle": True}, {"fletcher32": True},
               {"compression": "gzip", "shuffle": True, "fletcher32": True},
               {"compression": "lzf"}, {"scaleoffset": 2}]  # fmt: skip
    with h5py.File(path, "w", libver=libver, track_order=track_order) as h5:
        h5.attrs["a"], h5.attrs["b"] = np.float64(1.5), np.int16(-3)
        h5.attrs["c"], h5.attrs["d"] = np.uint64(2**63), np.bytes_(b"text")
        for k, dtype in enumerate(("<f4", "<f8", "<i1", "<u8", "<i8", "S3", ">i4", "<f2", "c8")):
            for j, options in enumerate(filters):
                if k > 4 and "scaleoffset" in options:
                    continue
                for n, chunk, top in ((100, 100, 100), (1000, 100, 1000), (100, 7, 500),
                                      (50, 10, None), (0, 4, 8), (0, 4, None)):  # fmt: skip
                    name = f"g{k}/{j}_{n}_{chunk}_{top}"
                    h5.create_dataset(
                        name, (n,), dtype, chunks=(chunk,), maxshape=(top,), **options
                    )
                    if n and dtype != "S3":
                        h5[name][20 : n // 2] = np.arange(20, n // 2).astype(dtype)
        h5.create_dataset("filled", (10,), "f4", fillvalue=2.5)
        h5.create_dataset("plain", data=np.arange(10))
    n_read = 0
    with h5py.File(path) as h5, metadata(path) as quickly:
        for name in ("a", "b", "c", "d"):
            assert quickly.attribute(name) == attrs.read(h5.id, name.encode())
        for name in paths_in(h5):
            try:
                quickly.dataset(name)
            except Unusual:
                continue
            n_read += 1
            check_dataset(quickly, name, h5[name])
    assert n_read > (100 if libver[0] == "v110" else 1)


def test_a_chunk_that_skips_its_filters(tmp_path):
    path = tmp_path / "x.h5"
    with h5py.File(path, "w", libver=("v110", "v110")) as h5:
        for name, n in (("many", 40), ("one", 8)):
            made = h5.create_dataset(name, (n,), "i4", chunks=(8,), compression="gzip")
            made.id.write_direct_chunk((0,), bytes(32), filter_mask=1)
    with h5py.File(path) as h5, metadata(path) as quickly:
        for name in h5:
            check_dataset(quickly, name, h5[name])
            assert quickly.chunk(quickly.dataset(name), 0)[2] == 1


def unusual_datasets(h5):
    h5.create_dataset("two", (3, 4), "f4")
    h5.create_dataset("scalar", data=3)
    h5.create_dataset("growing", (30,), "i4", chunks=(8,), maxshape=(None,))
    h5.create_dataset("big_endian", (3,), ">i4")
    h5.create_dataset("half", (3,), "<f2")
    h5.create_dataset("compound", (3,), np.dtype([("a", "i4")]))
    h5.create_dataset("flag", (3,), bool)
    h5.create_dataset("words", (3,), h5py.string_dtype())
    h5.create_dataset("elsewhere", (3,), "i4", external=[("y.bin", 0, 12)])
    h5["soft"] = h5py.SoftLink("/plain")
    h5["external"] = h5py.ExternalLink("y.h5", "/plain")
    h5["named"] = np.dtype("i4")
    h5.create_dataset("typed", (3,), h5["named"])
    h5.create_group("group")
    compact = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
    compact.set_layout(h5py.h5d.COMPACT)
    space = h5py.h5s.create_simple((3,))
    h5py.h5d.create(h5.id, b"compact", h5py.h5t.STD_I32LE, space, compact)
    early = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
    early.set_chunk((2,))
    early.set_alloc_time(h5py.h5d.ALLOC_TIME_EARLY)
    space = h5py.h5s.create_simple((9,))
    h5py.h5d.create(h5.id, b"implicit", h5py.h5t.STD_I32LE, space, early)
    layout = h5py.VirtualLayout((3,), "i4")
    layout[:] = h5py.VirtualSource("y.h5", "plain", (3,))
    h5.create_virtual_dataset("virtual", layout)


def test_what_is_unusual(tmp_path):
    path = tmp_path / "x.h5"
    with h5py.File(path, "w", libver=("v110", "v110")) as h5:
        unusual_datasets(h5)
        names = list(h5)
        h5.attrs["list"], h5.attrs["word"], h5.attrs["flag"] = [1, 2], "variable", True
        h5.attrs["empty"] = h5py.Empty("f4")
        h5["plain"] = np.arange(3)
    with metadata(path) as quickly:
        for name in [*names, "plain/below", "group/", "/plain", "./plain", "pla\0in", "\ud800"]:
            with pytest.raises(Unusual):
                quickly.dataset(name)
        for name in ("list", "word", "flag", "empty", "\ud800"):
            with pytest.raises(Unusual):
                quickly.attribute(name)
        assert quickly.dataset("plain").shape == (3,)
        assert quickly.attribute("none") is None


def test_attributes_outside_the_header_are_unusual(tmp_path):
    path = tmp_path / "x.h5"
    with h5py.File(path, "w", libver=("v110", "v110")) as h5:
        for i in range(30):
            h5.attrs[f"a{i}"] = i
    with metadata(path) as quickly:
        for name in ("a1", "absent"):
            with pytest.raises(Unusual):
                quickly.attribute(name)


def test_old_files_are_unusual(tmp_path):
    with h5py.File(tmp_path / "x.h5", "w", libver="earliest") as h5:
        h5["a"] = 1
    with h5py.File(tmp_path / "y.h5", "w", userblock_size=512, libver="v110") as h5:
        h5["a"] = 1
    for name in ("x.h5", "y.h5"):
        with pytest.raises(Unusual), metadata(tmp_path / name):
            pass


# ---- damage


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
