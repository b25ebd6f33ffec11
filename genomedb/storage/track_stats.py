"""Statistics in a file: attributes of the datasets that hold the values of a chromosome."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from h5py import h5a, h5d, h5s, h5t

from genomedb.core.track_stats import LetterStats, TrackStats
from genomedb.errors import FormatError, MissingFileError, TrackNotFoundError
from genomedb.storage import attrs, schema
from genomedb.storage.files import Draft, publish
from genomedb.storage.handle import TrackFile
from genomedb.storage.validate import require_intact

VALUES = {"n": np.int64, "n_nan": np.int64, "min": np.float64, "max": np.float64,
          "sum": np.float64}  # fmt: skip
# with the digest of the values eight: more would be stored where our own reader does not look
LETTERS = ("n_a", "n_c", "n_g", "n_t", "n_n", "first_def_idx", "last_def_idx")

AnyStats = TrackStats | LetterStats


def write_stats(draft: Draft, chrom: str, stats: AnyStats) -> None:
    """Store statistics with a chromosome that is written; what was there is replaced."""
    dataset, space = h5d.open(draft.h5.id, chrom.encode()), h5s.create(h5s.SCALAR)
    types = VALUES if isinstance(stats, TrackStats) else dict.fromkeys(LETTERS, np.int64)
    for name, kind in types.items():  # not through h5py's attrs, which takes eight times as long
        key, value = name.encode(), np.array(getattr(stats, name), np.dtype(kind).newbyteorder("<"))
        if h5a.exists(dataset, key):
            h5a.delete(dataset, key)
        h5a.create(dataset, key, h5t.py_create(value.dtype), space).write(value)
    draft.check()


def read_stats(file: TrackFile, chrom: str) -> AnyStats | None:
    """Statistics stored with a chromosome; None when there are none.

    Raises
    ------
    FormatError
        Some are missing, or they contradict the values' number.
    """
    if file.header.layout == schema.INDEXED or not file.has(chrom):
        return None
    dataset = file.hdf5_dataset(chrom)
    size = int(dataset.shape[0])
    letters = file.kind == schema.SEQUENCE
    names = LETTERS if letters else tuple(VALUES)
    found = {name: attrs.read(dataset, name.encode()) for name in names}
    if all(value is None for value in found.values()):
        return None
    where = f"{file.path}, {chrom}"
    if not all(isinstance(value, (int, float)) for value in found.values()):
        raise FormatError("the stored statistics are not whole", where=where)
    stats: AnyStats
    if letters:
        counts = [int(found[name] or 0) for name in LETTERS]
        stats = LetterStats(size, *counts)
        right = min(counts[:5]) >= 0 and sum(counts[:5]) <= size
    else:
        number = {name: float(found[name] or 0) for name in VALUES}
        right = number["n"] == size and 0 <= number["n_nan"] <= size
        stats = TrackStats(
            size, int(number["n_nan"]) if right else 0,
            number["sum"], number["min"], number["max"],
        )  # fmt: skip
    if not right:
        raise FormatError(
            f"the stored statistics contradict the {size} values", where=where,
            fix="Store them again (set_track_stats)",
        )  # fmt: skip
    return stats


def replace_stats(path: Path, found: dict[str, AnyStats]) -> None:
    """Store statistics of chromosomes in a copy that replaces the file.

    Raises
    ------
    LockedError, WriteError, TrackNotFoundError
    FormatError
        The file is damaged: a copy would hide that.
    """
    try:
        require_intact(path)
    except MissingFileError:
        raise TrackNotFoundError("is gone", where=path) from None
    with publish(path, overwrite=True, template=path) as draft:
        for chrom, stats in found.items():
            write_stats(draft, chrom, stats)
