"""The quick reader of HDF5 metadata gives h5py's answers, or none at all."""

import h5py
import numpy as np
import pytest
from hdf5_answers import metadata, paths_in, stored

import genomedb
from genomedb.kernels.lookup3 import lookup3
from genomedb.storage import attrs
from genomedb.storage.quick import Unusual
from genomedb.storage.schema import VALUE_DTYPES
from genomedb.storage.write import Storage


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
