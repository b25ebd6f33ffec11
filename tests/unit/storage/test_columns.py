"""Columns read around HDF5 give the bits that HDF5 gives, whatever the codec."""

import itertools

import h5py
import numpy as np
import pytest

from genomedb.core.chroms import ChromTable
from genomedb.errors import FormatError, UsageError
from genomedb.storage import schema
from genomedb.storage.cache import ChunkCache
from genomedb.storage.columns import Column, decoding_threads, read_all
from genomedb.storage.describe import Provenance, describe
from genomedb.storage.files import publish
from genomedb.storage.handle import TrackFile
from genomedb.storage.write import Storage, write_column

CHROMS = ChromTable(("c",), (10_000,))
STORAGES = {
    f"{codec}-{shuffle}-{n}": Storage(codec, shuffle=shuffle, chunk_bytes=n)
    for codec, shuffle, n in [
        *itertools.product(["gzip"], [None, True, False], [1024, 2000, 65536]),
        (None, None, 65536),
    ]
}


def stored(path, values, storage, fill=0):
    """Column of a file with these values."""
    with publish(path) as draft:
        describe(
            draft, schema.DENSE, CHROMS, "toy", Provenance(), dtype=values.dtype.name, bin_size=1
        )
        pieces = np.array_split(values, 7)
        write_column(draft, "c", pieces, values.size, values.dtype, storage, fill)
    return Column(TrackFile(path), "c", values.size, values.dtype.name)


def by_hand(path, make):
    """File of a dense track whose dataset is made by plain h5py."""
    with publish(path) as draft:
        describe(draft, schema.DENSE, CHROMS, "toy", Provenance(), dtype="float32", bin_size=1)
        make(draft.h5)
    return TrackFile(path)


def windows(size, seed=0):
    rng = np.random.default_rng(seed)
    first = rng.integers(0, size, 40)
    last = np.minimum(first + rng.integers(0, size, 40), size)
    edges = [(0, 0), (0, size), (size, size), (size - 1, size), (255, 257), (256, 512)]
    return [*zip(first.tolist(), last.tolist(), strict=True), *edges]


@pytest.mark.parametrize("storage", STORAGES.values(), ids=STORAGES)
@pytest.mark.parametrize("dtype", schema.VALUE_DTYPES)
def test_every_dtype_and_codec_gives_the_bits_that_hdf5_gives(tmp_path, dtype, storage):
    n = 10_000
    raw = np.random.default_rng(3).integers(0, 256, n * np.dtype(dtype).itemsize, np.uint8)
    values = raw.view(dtype)
    values[2000:6000] = 0  # some chunks are never stored
    column = stored(tmp_path / "a.h5", values, storage)
    with h5py.File(tmp_path / "a.h5") as h5:
        theirs = h5["c"][:]
    assert theirs.tobytes() == values.tobytes()
    assert read_all(column).tobytes() == theirs.tobytes()
    for first, last in windows(n):
        assert column.read(first, last).tobytes() == theirs[first:last].tobytes()
        out = np.empty(last - first, dtype)
        assert column.read(first, last, out) is out
        assert out.tobytes() == theirs[first:last].tobytes()
    a, b = np.array(windows(n, 1)).T
    for threads in (1, 3):
        with decoding_threads(threads):
            flat = column.read_windows(np.ascontiguousarray(a), np.ascontiguousarray(b))
        assert flat.tobytes() == b"".join(theirs[i:j].tobytes() for i, j in zip(a, b, strict=True))


@pytest.mark.parametrize("fill", [0, 7, np.nan])
def test_chunks_of_nothing_but_fill_take_no_storage_and_read_as_fill(tmp_path, fill):
    values = np.full(10_000, fill, "f4")
    column = stored(tmp_path / "a.h5", values, Storage(chunk_bytes=1024), fill)
    assert column.read(10, 5000).tobytes() == values[10:5000].tobytes()
    with h5py.File(tmp_path / "a.h5") as h5:
        assert h5["c"].id.get_storage_size() == 0
        assert h5["c"][:].tobytes() == values.tobytes()


def test_a_dataset_never_written_reads_as_its_fill_value(tmp_path):
    def make(h5):
        h5.create_dataset("c", (10_000,), "<f4", chunks=(500,), compression="gzip", fillvalue=3)

    column = Column(by_hand(tmp_path / "a.h5", make), "c")
    assert set(column.read(0, 10_000).tolist()) == {3.0}
    assert set(column.read(100, 200).tolist()) == {3.0}


PLAIN = {
    "none": {},
    "shuffle": {"shuffle": True},
    "fletcher": {"fletcher32": True},
    "shuffle and fletcher": {"shuffle": True, "fletcher32": True},
    "deflate": {"compression": "gzip"},
    "resizable": {"compression": "gzip", "maxshape": (None,)},
    "all": {"compression": "gzip", "shuffle": True, "fletcher32": True, "maxshape": (20_000,)},
}


@pytest.mark.parametrize("how", PLAIN.values(), ids=PLAIN)
@pytest.mark.parametrize("chunk", [100, 4096, 10_000, 15_000])
def test_what_other_writers_make_is_read_the_same(tmp_path, how, chunk):
    values = np.random.default_rng(5).integers(0, 9, 10_000).astype("<f4")
    if chunk > values.size:
        how = {**how, "maxshape": (None,)}
    made = by_hand(
        tmp_path / "a.h5", lambda h5: h5.create_dataset("c", data=values, chunks=(chunk,), **how)
    )
    column = Column(made, "c")
    for first, last in windows(values.size):
        np.testing.assert_array_equal(column.read(first, last), values[first:last])
    a, b = np.array(windows(values.size, 1)).T
    flat = column.read_windows(np.ascontiguousarray(a), np.ascontiguousarray(b))
    np.testing.assert_array_equal(
        flat, np.concatenate([values[i:j] for i, j in zip(a, b, strict=True)])
    )


def test_where_the_fast_inflater_is_absent_the_same_bits_come_from_hdf5(tmp_path, monkeypatch):
    from genomedb.kernels import chunks

    values = np.random.default_rng(5).random(10_000, "f4")
    monkeypatch.setattr(chunks, "codec", lambda: None)
    for storage in STORAGES.values():
        path = tmp_path / f"{id(storage)}.h5"
        column = stored(path, values, storage)
        for first, last in windows(values.size):
            np.testing.assert_array_equal(column.read(first, last), values[first:last])
    monkeypatch.undo()
    np.testing.assert_array_equal(read_all(Column(TrackFile(path), "c")), values)


def test_a_mapped_column_is_a_read_only_view(tmp_path):
    column = stored(tmp_path / "a.h5", np.arange(100, dtype="f4"), Storage(None))
    with pytest.raises(ValueError, match="read-only"):
        column.read(0, 10)[0] = 5
    assert np.shares_memory(column.read(0, 10), column.read(5, 20))


def test_a_result_can_be_changed_without_changing_the_next_one(tmp_path):
    column = stored(tmp_path / "a.h5", np.arange(10_000, dtype="f4"), Storage(chunk_bytes=1024))
    for first, last in [(0, 5), (0, 600), (0, 10_000)]:
        column.read(first, last)[:] = -1
        assert column.read(first, last)[0] == 0


@pytest.mark.parametrize("compression", ["gzip", None])
@pytest.mark.parametrize("dtype", ["uint8", "float64"])
def test_a_column_of_no_values_can_be_written_and_read(tmp_path, compression, dtype):
    column = stored(tmp_path / "a.h5", np.empty(0, dtype), Storage(compression))
    assert column.read(0, 0).size == 0
    none = np.empty(0, np.int64)
    assert column.read_windows(none, none).size == 0


def test_too_few_and_too_many_values_are_refused(tmp_path):
    for n in (9, 11):
        with (
            pytest.raises(UsageError, match=r"9 values came, not 10|more than 10 values"),
            publish(tmp_path / "a.h5") as draft,
        ):
            write_column(draft, "c", [np.zeros(n)], 10, "f4", Storage())
        assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "wrong",
    [{"compression": "lzf"}, {"level": 0}, {"level": 10}, {"chunk_bytes": 100},
     {"chunk_bytes": 65_000_000}],
)  # fmt: skip
def test_storage_that_the_format_does_not_allow_is_refused(wrong):
    with pytest.raises(UsageError):
        Storage(**wrong)


def test_a_column_of_another_type_or_length_is_refused(tmp_path):
    stored(tmp_path / "a.h5", np.zeros(100, "f4"), Storage())
    file = TrackFile(tmp_path / "a.h5")
    with pytest.raises(FormatError, match="holds float32, the header says int8"):
        Column(file, "c", 100, "int8")
    with pytest.raises(FormatError, match=r"has shape \(100,\), not 99 values"):
        Column(file, "c", 99)
    with pytest.raises(FormatError, match="dataset d is missing"):
        Column(file, "d")
    with pytest.raises(FormatError, match="dataset c/d"):
        Column(file, "c/d")


def test_the_cache_forgets_the_least_recently_used_and_stays_within_its_limit():
    cache = ChunkCache(1000)
    for i in range(5):
        cache.put((0, i), np.zeros(300, "u1"))
        cache.get((0, 0))
    assert cache.get((0, 0)) is not None
    assert cache.get((0, 1)) is None
    cache.put((0, 9), np.zeros(2000, "u1"))
    assert cache.get((0, 9)) is None
    cache.clear()
    assert cache.get((0, 0)) is None
