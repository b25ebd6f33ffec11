"""Is a file what the format says? Findings by name, for people and for programs."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
from h5py import h5g

from genomedb.core.chroms import ChromTable
from genomedb.errors import FormatError, GenomeDBError
from genomedb.storage import attrs, schema
from genomedb.storage.chroms import chroms_of
from genomedb.storage.columns import MAX_CHROMS, MAX_TABLE_BYTES, Column, read_small
from genomedb.storage.digest import checked_structure
from genomedb.storage.handed import Handed
from genomedb.storage.handle import TrackFile
from genomedb.storage.stored import damaged
from genomedb.storage.validate_pairs import pair_faults
from genomedb.storage.validate_pyramid import pyramid_faults
from genomedb.storage.validate_values import value_faults

_STEP = 1 << 20  # values read at a time
_MAPPED_STEP = 1 << 17  # where nothing is decoded: they stay in the cache


@dataclass(frozen=True)
class Finding:
    """One thing that is wrong with a file.

    Attributes
    ----------
    rule : str
        Stable name of the rule broken: ``open``, ``object``, ``structure``, ``header``,
        ``checksum``, ``sha256``, ``order``, ``assembly``, ``pyramid``.
    file, place, problem : str
        Where and what.
    """

    rule: str
    file: str
    place: str
    problem: str

    def as_dict(self) -> dict[str, str]:
        """For JSON."""
        return asdict(self)


def check_file(path: Path, chroms: ChromTable | None = None) -> list[Finding]:
    """Check a file against the format, reading everything in it and making summaries again.

    Parameters
    ----------
    path : Path
        A track file.
    chroms : ChromTable, optional
        Table of the database it is in; another digest is a finding.

    Returns
    -------
    list of Finding
        Empty for a file without fault.
    """
    try:
        file = TrackFile(path)
        own = chroms_of(file, chroms)
    except GenomeDBError as error:
        return [Finding("open", str(path), "", error.problem)]
    if chroms is not None and chroms.digest != file.header.chrom_digest:
        problem = f"another assembly than the database: {chroms.first_difference(own)}"
        return [Finding("assembly", str(path), "", problem)]
    faults = list(_faults(file, own, {})) or list(_summary_faults(file, own))
    return [Finding(rule, str(path), place, problem) for rule, place, problem in faults]


def require_sound(
    path: Path, handed: Mapping[str, Handed] | None = None, *, digests: bool = False
) -> None:
    """Raise `FormatError` on the first fault: what publishing checks before a name is given.

    Summaries are not made again here, as `check_file` does: they were made a moment ago. Nor,
    unless `digests` asks for it, are SHA-256 of contiguous values: each of their blocks is
    compared with its CRC-32, which was made of the same bytes as the digest. Chunks of datasets
    in `handed` are compared with what was written instead of being decoded.
    """
    try:
        file = TrackFile(path)
        own = chroms_of(file, None)
    except GenomeDBError as error:
        raise _unsound(path, "", error.problem) from error
    for _, place, problem in _faults(file, own, handed or {}, digests=digests):
        raise _unsound(path, place, problem)


def _summary_faults(file: TrackFile, chroms: ChromTable) -> Iterator[tuple[str, str, str]]:
    """Faults of what is computed from values, and of values that no digest tells."""
    yield from pyramid_faults(file, chroms)
    yield from pair_faults(file, chroms)


def _unsound(path: Path, place: str, problem: str) -> FormatError:
    fix = "Write it again; check the disk"
    return FormatError(f"{place}: {problem}", where=path, fix=fix)


def require_intact(path: Path) -> None:
    """Raise `FormatError` unless the structure of a file is what its digest says; values unread."""
    file = TrackFile(path)
    for _, place, problem in _structure_faults(file, {}):
        raise _unsound(path, place, problem)


def _faults(
    file: TrackFile, chroms: ChromTable, handed: Mapping[str, Handed], *, digests: bool = True
) -> Iterator[tuple[str, str, str]]:
    promised: dict[str, str | None] = {}
    faults = list(_structure_faults(file, promised))
    yield from faults
    if any(rule == "object" for rule, _, _ in faults):
        return
    yield from _check_header(file)
    # shapes before values: a dataset of another shape could be endless
    misshapen = list(value_faults(file, chroms, list(promised)))
    yield from misshapen
    places = {place for _, place, _ in misshapen}
    for name, sha256 in promised.items():
        if name not in places and name.split("/")[0] not in places:
            known = None if digests else handed.get(name)
            yield from _check_dataset(file, name, sha256, known, digests=digests)


def _structure_faults(
    file: TrackFile, promised: dict[str, str | None]
) -> Iterator[tuple[str, str, str]]:
    """Faults of names, links and attributes; fills `promised` with the digest of each dataset."""
    try:
        digest, found = checked_structure(h5g.open(file.id, b"/"))
        promised.update(found)
        if attrs.read(file.id, schema.STRUCTURE.encode()) != digest:
            yield "structure", "/", "the structure digest is missing or differs"
    except FormatError as error:
        yield "object", "/", error.problem
    except (OSError, RuntimeError, KeyError, ValueError, AttributeError, TypeError) as error:
        yield "object", "/", damaged(file.path, error).problem


def _check_header(file: TrackFile) -> Iterator[tuple[str, str, str]]:
    """Do the attributes say what the header says?"""
    words = str(attrs.read(file.id, schema.HEADER.encode())).split(" ")
    keys = (
        schema.FORMAT, schema.VERSION, schema.TRACK_TYPE, schema.LAYOUT, schema.DTYPE,
        schema.BIN_SIZE, schema.CHROM_DIGEST,
    )  # fmt: skip
    for key, word in zip(keys, words, strict=True):
        value = attrs.read(file.id, key.encode())
        if (schema.NONE if value is None else str(value)) != word:
            yield "header", "/", f"attribute {key} is {value}, the header says {word}"


def _check_dataset(
    file: TrackFile, name: str, promised: str | None, handed: Handed | None, *, digests: bool
) -> Iterator[tuple[str, str, str]]:
    """Read all and compare: values with SHA-256 or CRC-32, or chunks with what was written."""
    try:
        found = file.dataset(name)
        kept = name.startswith(f"{schema.VARIABLES}/")
        limit = MAX_TABLE_BYTES // found.dtype.itemsize if kept else MAX_CHROMS
        inside = name.startswith((f"{schema.INDEX}/", f"{schema.PAIRS}/"))  # as large as the data
        if name.startswith(schema.RESERVED) and not inside and math.prod(found.shape) > limit:
            yield "object", name, f"has shape {found.shape}: too large for what it is"
            return
        problem = None
        if handed is not None and found.dtype.kind != "S":
            problem = handed.problem(Column(file, name))
        if handed is not None and problem is not None:
            if problem:
                yield "checksum", name, problem
            elif promised != handed.sha256:
                yield "sha256", name, "its sha256 is not that of the values written"
            return
        digest, blocks_do = hashlib.sha256(), False
        if found.dtype.kind == "S":
            digest.update(read_small(file, name, "S").tobytes())
        else:
            column = Column(file, name)
            blocks_do = column.view is not None and not digests
            step = _STEP if column.view is None else _MAPPED_STEP
            buffer = np.empty(min(step, column.size), column.dtype)  # no map fills the memory
            for first in range(0, column.size, step):
                last = min(first + step, column.size)
                part = column.read(first, last, buffer[: last - first])
                if not blocks_do:
                    digest.update(part.view(np.uint8).data)
    except FormatError as error:
        yield "checksum", name, error.problem
        return
    if promised is None:
        yield "sha256", name, "has no sha256"
    elif not blocks_do and promised != digest.hexdigest():
        yield "sha256", name, "its values differ from its sha256"
