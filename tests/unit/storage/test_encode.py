"""Columns are stored alike whether their size is known, and wherever they are encoded."""

import h5py
import numpy as np
import pytest

from genomedb.errors import UsageError
from genomedb.storage.encode import encode_column
from genomedb.storage.files import publish
from genomedb.storage.write import Storage, write_column, write_encoded

STORAGES = [
    Storage(), Storage(shuffle=True, chunk_bytes=1024), Storage(shuffle=False, level=9),
    Storage(compression=None),
]  # fmt: skip


def columns():
    rng = np.random.default_rng(4)
    mostly = np.zeros(40_000, "f4")
    mostly[:50] = rng.random(50)
    return [
        rng.random(30_000).astype("f4"), np.arange(70_000, dtype="i8"), mostly,
        np.zeros(0, "i4"), np.zeros(1, "u1"), rng.integers(0, 3, 100_000).astype("u1"),
    ]  # fmt: skip


def stored(path, write):
    """All that a file says of a column that `write(draft)` makes."""
    with publish(path, overwrite=True) as draft:
        write(draft)
    with h5py.File(path) as h5:
        made = h5["x/value"]
        chunks = [] if made.chunks is None else [
            made.id.read_direct_chunk(made.id.get_chunk_info(i).chunk_offset)
            for i in range(made.id.get_num_chunks())
        ]  # fmt: skip
        crc = h5["_genomedb/crc32/x/value"][:].tolist() if "_genomedb/crc32" in h5 else None
        return (made[:].tobytes(), made.dtype, made.shape, made.chunks, made.shuffle,
                made.fillvalue, made.attrs["sha256"], chunks, crc)  # fmt: skip


@pytest.mark.parametrize("storage", STORAGES)
@pytest.mark.parametrize("i", range(6))
def test_a_column_is_stored_alike_however_it_comes(tmp_path, storage, i):
    values = columns()[i]
    pieces = np.array_split(values, 7)

    def known(draft):
        write_column(draft, "x/value", [values], values.size, values.dtype, storage)

    def unknown(draft):
        write_column(draft, "x/value", pieces, None, values.dtype, storage)

    def elsewhere(draft):
        write_encoded(draft, "x/value", encode_column(pieces, values.size, values.dtype, storage))

    expected = stored(tmp_path / "a.h5", known)
    assert expected[0] == values.tobytes()
    assert stored(tmp_path / "c.h5", elsewhere) == expected
    assert stored(tmp_path / "b.h5", unknown) == expected


def test_another_number_of_values_than_promised_is_refused(tmp_path):
    with pytest.raises(UsageError, match="3 values came, not 4"):
        encode_column([np.zeros(3)], 4, "f8", Storage())
