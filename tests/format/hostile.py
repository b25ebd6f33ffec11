"""Files of the format changed with another program, and how they must be refused."""

import shutil

import h5py
import pytest

from genomedb.errors import FormatError
from genomedb.storage.validate import check_file
from genomedb.tracks.open import open_track

V110 = ("v110", "v110")
GZIP = {"compression": "gzip", "fletcher32": True}


def altered(db, track, change, libver=V110):
    """Path of a copy of a track changed with plain h5py."""
    path = db.path / "altered.h5"
    shutil.copy(db.path / f"{track}.h5", path)
    with h5py.File(path, "r+", libver=libver) as h5:
        change(h5)
    return path


def read_everything(path):
    with open_track(path) as track:
        return [track.read(chrom) for chrom in track.chroms.names if track.has_chrom(chrom)]


def refused(path, words):
    with pytest.raises(FormatError, match=words) as caught:
        read_everything(path)
    assert str(path) in str(caught.value)
    assert check_file(path) != []
