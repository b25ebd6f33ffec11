"""What h5py says of a file, to hold the quick reader against."""

import os
from contextlib import contextmanager

import h5py
import numpy as np

from genomedb.storage.quick import Metadata


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
