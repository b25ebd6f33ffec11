"""What was written is compared with what the file holds before the file gets its name."""

import os

import h5py
import numpy as np
import pytest

from genomedb.core.chroms import ChromTable
from genomedb.errors import FormatError
from genomedb.storage import write
from genomedb.storage.encode import Storage
from genomedb.storage.files import publish
from genomedb.storage.validate import check_file, require_sound
from genomedb.tracks.create import Place, new_dense

CHROMS = ChromTable(["a", "b"], [200_000, 30_000])
RNG = np.random.default_rng(5)
VALUES = {
    "a": RNG.integers(0, 5, 200_000).astype("u2"),
    "b": np.repeat(np.arange(3, dtype="u2"), 10_000),
}


def make(path, storage=None, dtype="uint16"):
    with new_dense(Place(path, "t", CHROMS, "toy"), bin_size=1, dtype=dtype, missing=0,
                   storage=storage or Storage(chunk_bytes=4096)) as draft:  # fmt: skip
        for name, values in VALUES.items():
            draft.write(name, np.array_split(values.astype(dtype), 5))


def test_a_sound_file_is_published_without_decoding_its_chunks(tmp_path, monkeypatch):
    from genomedb.kernels import chunks

    asked = []
    compare = chunks.compare_chunks
    monkeypatch.setattr(chunks, "compare_chunks", lambda *a: asked.append(1) or compare(*a))
    make(tmp_path / "t.h5")
    assert len(asked) >= 2
    assert check_file(tmp_path / "t.h5", CHROMS) == []


@pytest.mark.parametrize("how", ["another byte", "swapped", "left out", "put in", "cut"])
def test_chunks_that_reach_the_file_changed_are_noticed_before_publishing(
    tmp_path, monkeypatch, how
):
    really, seen = write._put, []

    def put(dataset, stretch, handed):
        seen.append(stretch)
        data = stretch.data
        if dataset.name != "/a" or stretch.first != 6144:
            return really(dataset, stretch, handed)
        if how == "put in":
            dataset.id.write_direct_chunk((stretch.first + handed.chunk_items,), data)
        handed.add(stretch)
        if how == "left out":
            return None
        if how == "another byte":
            data = data[:30] + bytes([data[30] ^ 4]) + data[31:]
        if how == "swapped":
            data = seen[-2].data
        if how == "cut":
            data = data[:-1]
        return dataset.id.write_direct_chunk((stretch.first,), data)

    monkeypatch.setattr(write, "_put", put)
    if how == "put in":  # a chunk of the fill value is not stored: something lies in its place
        monkeypatch.setitem(VALUES, "a", np.concatenate(
            (VALUES["a"][:8192], np.zeros(191_808, "u2"))))  # fmt: skip
    with pytest.raises(
        FormatError, match=r"a: chunk \d+ (has another size than|differs from what) was written"
    ):
        make(tmp_path / "t.h5")
    assert os.listdir(tmp_path) == []


def test_a_dataset_whose_fill_value_differs_is_not_published(tmp_path, monkeypatch):
    really = write._create

    def create(draft, name, *rest, shuffle):
        *given, fill = rest
        made = really(draft, name, *given, fill, shuffle=shuffle)
        if name == "a":
            draft.handed[name].fill = b"\x07\x00"
        return made

    monkeypatch.setattr(write, "_create", create)
    with pytest.raises(FormatError, match="a: is not stored as it was asked for"):
        make(tmp_path / "t.h5")
    assert os.listdir(tmp_path) == []


def test_a_digest_of_other_values_is_noticed(tmp_path, monkeypatch):
    really = write.write_text

    def wrong(item, key, text):
        really(item, key, "0" * 64 if item.name == "/b" else text)

    monkeypatch.setattr(write, "write_text", wrong)
    with pytest.raises(FormatError, match="b: its sha256 is not that of the values written"):
        make(tmp_path / "t.h5")


def test_without_the_fast_codec_values_are_decoded_and_digested(tmp_path, monkeypatch):
    from genomedb.kernels import chunks

    monkeypatch.setattr(chunks, "codec", lambda: None)
    make(tmp_path / "t.h5")
    monkeypatch.undo()
    assert check_file(tmp_path / "t.h5", CHROMS) == []


def test_what_was_there_before_an_edit_is_still_decoded(tmp_path):
    path = tmp_path / "t.h5"
    make(path)
    with h5py.File(path) as h5:
        found = h5["a"].id.get_chunk_info(5)
    with path.open("r+b") as file:
        file.seek(found.byte_offset + 9)
        byte = file.read(1)[0]
        file.seek(found.byte_offset + 9)
        file.write(bytes([byte ^ 1]))
    with (
        pytest.raises(FormatError, match="chunk 5 of a is damaged"),
        publish(path, overwrite=True, template=path, verify=require_sound),
    ):
        pass


MIXTURES = [
    [(0, 5000), (7, 9000), (None, 3000), (7, 4096), (0, 20_000), (None, 77)],
    [(7, 30_000), (0, 30_000)],
    [(None, 2048), (3, 2048), (None, 2048), (3, 2048), (3, 2047)],
]


@pytest.mark.parametrize("dtype", ["uint8", "int16", "float32", "float64"])
@pytest.mark.parametrize("mixture", range(len(MIXTURES)))
@pytest.mark.parametrize("shuffle", [None, True, False])
def test_stretches_of_one_value_among_others_are_what_plain_h5py_reads(
    tmp_path, dtype, mixture, shuffle
):
    rng = np.random.default_rng(mixture)
    values = np.concatenate([
        rng.integers(0, 100, n) if value is None else np.full(n, value)
        for value, n in MIXTURES[mixture]
    ]).astype(dtype)  # fmt: skip
    if dtype.startswith("float"):
        values[values == 3] = np.nan
        values[values == 50] = -0.0
    place = Place(tmp_path / "t.h5", "t", ChromTable(["c"], [values.size]), "toy")
    with new_dense(place, bin_size=1, dtype=dtype, missing=0,
                   storage=Storage(shuffle=shuffle, chunk_bytes=4096)) as draft:  # fmt: skip
        draft.write("c", [values])
    with h5py.File(tmp_path / "t.h5") as h5:
        assert h5["c"][:].tobytes() == values.tobytes()
    assert check_file(tmp_path / "t.h5") == []
