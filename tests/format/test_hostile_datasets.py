"""What lies where values should be: links, other types, filters and chunks are refused."""

import os
import threading

import h5py
import numpy as np
import pytest
from h5py import h5d, h5p, h5s, h5t
from hostile import GZIP, altered, read_everything, refused

from genomedb.errors import FormatError, GenomeDBError
from genomedb.tracks.open import open_track


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
