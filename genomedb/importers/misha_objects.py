"""Single objects of a misha database -> objects of ours."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from genomedb.core.names import track_name
from genomedb.db.database import GenomeDB
from genomedb.db.interval_sets import save_set
from genomedb.db.pssm_sets import FOLDER
from genomedb.db.set_columns import MARKER
from genomedb.errors import ChromError, FormatError, MissingFileError, UsageError
from genomedb.importers.misha_report import IMPORTED, SKIPPED, UNSUPPORTED, MishaObject
from genomedb.importers.misha_variables import import_variables
from genomedb.importers.sequence import UNKNOWN_LETTER
from genomedb.readers import misha_tracks
from genomedb.readers.misha_attributes import read_track_attributes
from genomedb.readers.misha_index import Block
from genomedb.readers.misha_pairs import pair_records
from genomedb.readers.misha_rdata import read_r
from genomedb.readers.misha_sequence import letter_pieces, read_sequence
from genomedb.readers.misha_sets import MishaTable, read_set, read_set_attributes
from genomedb.readers.misha_tracks import (
    ARRAY,
    DENSE,
    EMPTY,
    POINTS,
    RECTANGLES,
    SPARSE,
    MishaTrack,
    read_track,
)
from genomedb.readers.pssm import read_pssm_set
from genomedb.storage import schema
from genomedb.tracks.create import (
    Provenance,
    Storage,
    new_array,
    new_dense,
    new_sparse,
    settable,
)
from genomedb.tracks.create_pairs import new_pairs

SEQUENCE_TRACK: Final = "seq"
_REASONS: Final = {
    misha_tracks.COMPUTED: "computed tracks store no values",
    misha_tracks.OBSOLETE: "an obsolete form: convert it with misha first",
    EMPTY: "it has no data, and nothing says its type or bin size",
}
_STEP: Final = 1 << 20  # missing values made at a time


@dataclass(frozen=True)
class Options:
    """What holds for all objects of an import."""

    storage: Storage | None = None
    command: str = ""


# ---- tracks


def import_track(db: GenomeDB, name: str, folder: Path, options: Options) -> MishaObject:
    """Make a track of a misha track folder; one that is there gets the variables it lacks.

    Raises
    ------
    GenomeDBError
        The name is not legal, or a file of the track is damaged; then nothing of it is there.
    """
    ours = track_name(name)
    if db.has_track(ours):
        notes = import_variables(db, ours, folder)
        return MishaObject(name, db.open_track(ours).track_type, SKIPPED, notes=tuple(notes))
    found = read_track(folder, db.chroms)
    if found.kind in _REASONS:
        return MishaObject(name, found.kind, UNSUPPORTED, _REASONS[found.kind])
    attributes, notes = _kept(read_track_attributes(folder))
    provenance = Provenance(
        created_by=f'import_misha("{name}")', command=options.command, attributes=attributes
    )
    given: dict[str, Any] = {"storage": options.storage, "provenance": provenance}
    writers = {
        DENSE: _write_dense, SPARSE: _write_sparse, ARRAY: _write_array, POINTS: _write_pairs,
        RECTANGLES: _write_pairs,
    }  # fmt: skip
    writers[found.kind](db, ours, folder, found, given)
    if found.others:
        listed = ", ".join(found.others[:5])
        notes.append(f"{len(found.others)} files of no chromosome are left out: {listed}")
    return MishaObject(
        name, found.kind, IMPORTED, notes=(*notes, *import_variables(db, ours, folder))
    )


def _write_dense(
    db: GenomeDB, name: str, folder: Path, found: MishaTrack, given: dict[str, Any]
) -> None:
    del folder
    width = found.bin_size
    with new_dense(db.place(name), bin_size=width, **given) as draft:
        for code, chrom in enumerate(db.chroms.names):
            block, length = found.blocks.get(code), db.chroms.lengths[code]
            if block is None:
                draft.write(chrom, _constant(-(-length // width), np.nan, "f4"))
                continue
            with _named(block):
                draft.write(chrom, misha_tracks.dense_pieces(block, length, width))


def _write_sparse(
    db: GenomeDB, name: str, folder: Path, found: MishaTrack, given: dict[str, Any]
) -> None:
    del folder
    with new_sparse(db.place(name), **given) as draft:
        for code in sorted(found.blocks):
            with _named(found.blocks[code]):
                chrom = db.chroms.names[code]
                draft.write(chrom, misha_tracks.sparse_pieces(found.blocks[code]))


def _write_array(
    db: GenomeDB, name: str, folder: Path, found: MishaTrack, given: dict[str, Any]
) -> None:
    columns = _column_names(folder / ".colnames")
    with new_array(db.place(name), columns, **given) as draft:
        for code in sorted(found.blocks):
            block = found.blocks[code]
            with _named(block):
                pieces = misha_tracks.array_pieces(block, len(columns))
                draft.write(db.chroms.names[code], pieces)


def _write_pairs(
    db: GenomeDB, name: str, folder: Path, found: MishaTrack, given: dict[str, Any]
) -> None:
    del folder
    is_points, names = found.kind == POINTS, db.chroms.names
    with new_pairs(
        db.place(name), is_points=is_points, n_pairs=len(found.pairs), is_ordered=True, **given
    ) as draft:
        for (code1, code2), block in found.pairs.items():
            with _named(block):
                records = pair_records(block, is_points=is_points)
                draft.write(
                    names[code1], names[code2], records.x1, records.y1, records.value,
                    x2=records.x2, y2=records.y2,
                )  # fmt: skip


def _column_names(path: Path) -> list[str]:
    found = read_r(path)
    names = found.names or (found.values if found.kind == "text" else [])
    if not names or not all(names):
        raise FormatError("holds no names of columns", where=path)
    return [str(name) for name in names]


def _constant(n: int, value: float, dtype: str) -> Iterator[NDArray[Any]]:
    for first in range(0, n, _STEP):
        yield np.full(min(_STEP, n - first), value, dtype)


@contextmanager
def _named(block: Block) -> Iterator[None]:
    """Name the source file in what the writer says of its records."""
    try:
        yield
    except (ChromError, UsageError) as error:
        raise FormatError(error.problem, where=block.where, fix=error.fix) from error


def _kept(found: dict[str, str]) -> tuple[dict[str, str], list[str]]:
    """Attributes that a file can have, and a note on each of the others."""
    kept, notes = {}, []
    for name, text in found.items():
        try:
            settable(name)
            if name == MARKER:
                raise UsageError(f"attribute {name} describes the file and cannot be set")
            if len(text.encode("utf-8", "replace")) > schema.MAX_TEXT_BYTES:
                raise UsageError(f"attribute {name} is longer than {schema.MAX_TEXT_BYTES} bytes")
        except UsageError as error:
            notes.append(f"left out: {error.problem}")
        else:
            kept[name] = text
    return kept, notes


# ---- interval sets


def import_set(db: GenomeDB, name: str, path: Path, options: Options) -> MishaObject:
    """Make an interval set of a misha set, small or big.

    Raises
    ------
    GenomeDBError
        The name is not legal, a file is damaged, or a row is no interval of the database.
    """
    ours = track_name(name)
    if db.has_track(ours):
        return MishaObject(name, "intervals", SKIPPED)
    tables = read_set(path, db.chroms)
    if not sum(table.n for table in tables):
        return MishaObject(name, "intervals", UNSUPPORTED, "it has no intervals")
    attributes, notes = _kept(read_set_attributes(path))
    left_out = sorted({column for table in tables for column in table.left_out})
    if left_out:
        notes.append(f"columns that are neither numbers nor text: {', '.join(left_out)}")
    made = Provenance(
        created_by=f'import_misha("{name}")', command=options.command, attributes=attributes
    )
    frame = _frame(tables)
    tables.clear()  # its texts need much memory
    is_2d = "chrom1" in frame.columns
    try:
        save_set(db, frame, ours, provenance=made)
    except (ChromError, UsageError) as error:
        raise FormatError(error.problem, where=path, fix=error.fix) from error
    return MishaObject(name, "intervals 2D" if is_2d else "intervals", IMPORTED, notes=tuple(notes))


def _frame(tables: list[MishaTable]) -> Any:
    """All rows of a set as one DataFrame."""
    import pandas as pd

    frames = [
        pd.DataFrame({
            name: pd.Series(values, dtype=object if isinstance(values, list) else None)
            for name, values in table.columns.items()
        })
        for table in tables if table.n
    ]  # fmt: skip
    frame = frames[0] if len(frames) == 1 else pd.concat(frames, ignore_index=True)
    if "strand" in frame.columns and "chrom1" not in frame.columns and \
            frame["strand"].dtype.kind in "iuf":  # fmt: skip
        frame["strand"] = frame["strand"].fillna(0)
    return frame


# ---- sequence, motifs


def import_sequence(db: GenomeDB, name: str, root: Path, options: Options) -> MishaObject:
    """Make the track ``seq`` of the sequence of a misha database.

    Raises
    ------
    GenomeDBError
        A sequence has another length than its chromosome, or the index is damaged.
    """
    if db.has_track(SEQUENCE_TRACK):
        return MishaObject(name, "sequence", SKIPPED)
    blocks = read_sequence(root, db.chroms)
    provenance = Provenance(
        description="sequence", created_by='import_misha("seq")', command=options.command
    )
    with new_dense(
        db.place(SEQUENCE_TRACK), bin_size=1, dtype="uint8", missing=UNKNOWN_LETTER,
        storage=options.storage, provenance=provenance, track_type=schema.SEQUENCE,
    ) as draft:  # fmt: skip
        for code, chrom in enumerate(db.chroms.names):
            if code in blocks:
                draft.write(chrom, letter_pieces(blocks[code]))
            else:
                draft.write(chrom, _constant(db.chroms.lengths[code], UNKNOWN_LETTER, "u1"))
    absent = [chrom for code, chrom in enumerate(db.chroms.names) if code not in blocks]
    notes = (f"{len(absent)} chromosomes have no sequence and read as N: {', '.join(absent[:5])}",)
    return MishaObject(name, "sequence", IMPORTED, notes=notes if absent else ())


def import_motifs(db: GenomeDB, name: str, key: Path, options: Options) -> MishaObject:
    """Copy the two files of a motif set, if they are sound.

    Raises
    ------
    GenomeDBError
        A file is absent, or a line of it is wrong.
    """
    del options
    data = key.with_suffix(".data")
    if not data.is_file():
        raise MissingFileError("there is no data file beside the key file", where=key)
    folder = db.path / FOLDER
    if all((folder / path.name).is_file() for path in (key, data)):
        return MishaObject(name, "motifs", SKIPPED)
    read_pssm_set(key, data)
    folder.mkdir(exist_ok=True)
    for path in (data, key):  # the key file last: with it, the set is there
        replace_file(folder / path.name, path)
    return MishaObject(name, "motifs", IMPORTED)


def replace_file(target: Path, source: Path | bytes) -> None:
    """Make a file of another's bytes, or of bytes; it appears whole."""
    part = target.with_name(f".{target.name}.part-{os.getpid()}")
    try:
        if isinstance(source, Path):
            shutil.copyfile(source, part)
        else:
            part.write_bytes(source)
        part.replace(target)
    finally:
        with suppress(OSError):
            part.unlink(missing_ok=True)
