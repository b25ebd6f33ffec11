"""A small database to try things on: made once from fixed random numbers, kept in a cache."""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from genomedb.core import settings
from genomedb.core.chroms import ChromTable
from genomedb.db.create import create_database
from genomedb.db.database import GenomeDB
from genomedb.db.interval_sets import save_set
from genomedb.storage import schema
from genomedb.storage.describe import Provenance
from genomedb.tracks.create import new_dense

ASSEMBLY = "examples"
CHROMS = ChromTable(("1", "2", "X"), (500_000, 300_000, 200_000))
BIN_SIZE = 50
_VERSION = 4  # of what is generated: another number makes everybody's cache anew
_MOTIFS = {0: "CACGTG", 1: "GATAAG", 2: "TGACTCA", 3: "CCACCAGGGGGCGCTA", 4: "TATAAA"}


def examples_path() -> Path:
    """Folder of the example database in the user's cache, made when it is not there.

    The cache is ``$XDG_CACHE_HOME/genomedb``, else ``~/.cache/genomedb``, else a temporary folder
    where neither can be written.
    """
    kept = settings.cache_folder() / f"examples-{_VERSION}"
    if (kept / ASSEMBLY).is_dir():
        return kept / ASSEMBLY
    try:
        kept.parent.mkdir(parents=True, exist_ok=True)
        work = Path(tempfile.mkdtemp(prefix=".examples-", dir=kept.parent))
    except OSError:
        kept = Path(tempfile.gettempdir()) / f"genomedb-{os.getuid()}-examples-{_VERSION}"
        if (kept / ASSEMBLY).is_dir():
            return kept / ASSEMBLY
        work = Path(tempfile.mkdtemp(prefix=".examples-"))
    try:
        make_examples(work)
        try:
            work.rename(kept)
        except OSError:  # another process was first
            if not (kept / ASSEMBLY).is_dir():
                raise
    finally:
        shutil.rmtree(work, ignore_errors=True)
    return kept / ASSEMBLY


def copy_examples(path: str | os.PathLike[str]) -> GenomeDB:
    """Copy the example database into a folder and open the copy, which may be changed."""
    target = Path(path) / ASSEMBLY
    shutil.copytree(examples_path(), target)
    return GenomeDB(target)


def make_examples(path: str | os.PathLike[str]) -> GenomeDB:
    """Make the example database under a folder.

    Chromosomes ``1 2 X``; tracks ``dense_track`` (50 bp, 0 to 0.62, gaps), ``sparse_track``,
    ``array_track``, ``subdir.dense_track2`` (twice ``dense_track``) and ``rects_track`` (1,600
    rectangles of chromosome 1 with each); interval set ``annotations``; the sequence ``seq``;
    motif set ``pssm`` with ids 0 to 4. The same on every machine.
    """
    db = create_database(path, ASSEMBLY, CHROMS)
    draw = np.random.RandomState(20141209)  # its stream is frozen for good
    signal = {name: _signal(draw, length) for name, length in _chroms()}
    _create(db, "dense_track", signal, "immaculate conception", "")
    twice = {name: values * 2 for name, values in signal.items()}
    call = "gtrack.create(\"subdir.dense_track2\", description, 'dense_track * 2', iterator=50)"
    _create(db, "subdir/dense_track2", twice, call, "dense track times two")
    _create_records(db, draw)
    _create_sequence(db, draw)
    _create_rectangles(db, np.random.RandomState(20230907))
    save_set(db, _annotations(), "annotations")
    _write_motifs(db.path / "pssms")
    return db


def _chroms() -> list[tuple[str, int]]:
    return list(zip(CHROMS.names, CHROMS.lengths, strict=True))


def _signal(draw: np.random.RandomState, length: int) -> NDArray[np.float32]:
    """Steps of 0.02 from 0 to 0.62, smooth over a few bins, with peaks and gaps."""
    n = length // BIN_SIZE
    noise = draw.gamma(0.9, 0.06, n + 4)
    # written out: a convolution may add in another order on another machine
    height = 0.4 * noise[2:-2] + 0.2 * (noise[1:-3] + noise[3:-1]) + 0.1 * (noise[:-4] + noise[4:])
    for at in draw.randint(0, n, n // 250):
        width = draw.randint(2, 6)
        height[at : at + width] += draw.uniform(0.1, 0.45)
    values = (np.clip(np.round(height * 50), 0, 31) / 50).astype(np.float32)
    for at in draw.randint(0, n, n // 70):
        values[at : at + draw.randint(3, 28)] = np.nan
    values[:20] = np.round(values[:20], 2)
    values[:20][np.isnan(values[:20])] = 0.16  # calls on the first kilobase show values
    return values


def _create(
    db: GenomeDB, name: str, values: dict[str, NDArray[Any]], created_by: str, description: str
) -> None:
    provenance = Provenance(created_by=created_by, description=description)
    db.create_dense(name, values, bin_size=BIN_SIZE, provenance=provenance)


def _create_records(db: GenomeDB, draw: np.random.RandomState) -> None:
    """``sparse_track``, 1,600 intervals, and ``array_track``, 500 with five values each."""
    single, several = {}, {}
    for name, length in _chroms():
        start, end = _intervals(draw, length, 1600 * length // CHROMS.total, 20, 160)
        value = np.round(0.36 + draw.gamma(1.2, 0.08, start.size), 3).astype("f4")
        single[name] = (start, end, value)
        start, end = _intervals(draw, length, 500 * length // CHROMS.total, 50, 500)
        values = np.round(draw.gamma(2.0, 3.0, (start.size, 5))).astype("f4")
        values[draw.random_sample(values.shape) < 0.05] = np.nan
        several[name] = (start, end, values)
    created = 'gtrack.create_sparse("sparse_track", description, intervals, values)'
    provenance = Provenance(created_by=created, description="sparse track")
    db.create_sparse("sparse_track", single, provenance=provenance)
    created = 'gtrack.array.import("array_track", description, "array.txt")'
    provenance = Provenance(created_by=created, description="array track")
    columns = [f"col{i + 1}" for i in range(5)]
    db.create_array("array_track", columns, several, provenance=provenance)


def _intervals(
    draw: np.random.RandomState, length: int, n: int, shortest: int, longest: int
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Sorted intervals that do not overlap, one in each of n equal parts of a chromosome."""
    part = length // n
    size = draw.randint(shortest, min(longest, part), n)
    start = np.arange(n) * part + (draw.random_sample(n) * (part - size)).astype(np.int64)
    return start, start + size


def _create_rectangles(db: GenomeDB, draw: np.random.RandomState) -> None:
    """``rects_track``: rectangles of all sizes, one in each of some cells of a grid."""
    found: dict[tuple[str, str], tuple[Any, Any, Any, Any, Any]] = {}
    first, length1 = _chroms()[0]
    for (second, length2), n in zip(_chroms(), (76, 587, 937), strict=True):
        side = int(np.ceil(np.sqrt(2 * n)))
        cell = np.sort(draw.permutation(side * side)[:n])
        sides = []
        for number, length in ((cell // side, length1), (cell % side, length2)):
            part = length // side
            size = 1 + np.minimum(draw.gamma(0.5, 2000, n), part - 1).astype(np.int64)
            start = number * part + (draw.random_sample(n) * (part - size)).astype(np.int64)
            sides += [start, start + size]
        x1, x2, y1, y2 = sides
        value = np.minimum(np.round(3 + draw.gamma(1.8, 30_000, n)), 150_000).astype("f4")
        found[first, second] = (x1, x2, y1, y2, value)
    provenance = Provenance(
        created_by='gtrack.2d.import("rects_track", description, file)', description="rects track"
    )
    db.create_rectangles("rects_track", found, provenance=provenance)


def _create_sequence(db: GenomeDB, draw: np.random.RandomState) -> None:
    """Letters with masked stretches, stretches of N, and some of the motifs."""
    provenance = Provenance(created_by='import_fasta("seq", 1 files)', description="sequence")
    with new_dense(
        db.place("seq"), bin_size=1, dtype="uint8", missing=ord("N"), provenance=provenance,
        track_type=schema.SEQUENCE,
    ) as draft:  # fmt: skip
        for name, length in _chroms():
            letters = np.frombuffer(b"ACGT", np.uint8)[draw.choice(4, length, p=_BASES)]
            for motif in _MOTIFS.values():
                for at in draw.randint(1000, length - 100, length // 20_000):
                    letters[at : at + len(motif)] = np.frombuffer(motif.encode(), np.uint8)
            for at in draw.randint(1000, length - 5000, length // 10_000):
                letters[at : at + draw.randint(50, 3000)] |= 0x20
            for at in draw.randint(10_000, length - 5000, length // 100_000):
                letters[at : at + draw.randint(100, 1000)] = ord("N")
            draft.write(name, [letters])


_BASES = (0.29, 0.21, 0.21, 0.29)


def _annotations() -> Any:
    """Eight intervals with strand and remark."""
    import pandas as pd

    return pd.DataFrame(
        {
            "chrom": ["1", "1", "1", "2", "2", "2", "X", "X"],
            "start": [20, 2500, 16_000, 20, 3000, 9000, 100, 12_000],
            "end": [2000, 2600, 19_000, 2000, 8000, 11_000, 700, 15_500],
            "strand": [1, 1, -1, 1, -1, 1, -1, 1],
            "remark": [f"remark{letter}" for letter in "AEGBCDFH"],
        }
    )


def _write_motifs(folder: Path) -> None:
    """Motif set ``pssm``: a key file of names and a data file of base frequencies."""
    folder.mkdir()
    with (folder / "pssm.key").open("w", encoding="ascii", newline="\n") as key:
        key.writelines(f"{i}\t{motif}\t1\n" for i, motif in _MOTIFS.items())
    with (folder / "pssm.data").open("w", encoding="ascii", newline="\n") as data:
        for i, motif in _MOTIFS.items():
            for position, letter in enumerate(motif):
                shares = [0.91 if base == letter else 0.03 for base in "ACGT"]
                data.write(f"{i}\t{position}\t" + "\t".join(f"{p:g}" for p in shares) + "\n")
