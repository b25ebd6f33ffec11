"""Input files of an import: their checksums, and the names in them matched to a database."""

from __future__ import annotations

import errno
import hashlib
import logging
import os
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from genomedb.core.chroms import ChromTable
from genomedb.errors import ChromError, MissingFileError, ParseError, UsageError
from genomedb.readers.records import Records
from genomedb.storage.describe import Source

STDIN = "-"
log = logging.getLogger(__name__)


@dataclass
class Report:
    """What an import read and what it left out.

    Attributes
    ----------
    n_records : int
        Records on chromosomes of the database, those cut or dropped included.
    n_clipped, n_outside : int
        Records cut at the end of their chromosome, and dropped beyond it.
    n_saturated : int
        Values cut to what the dtype holds (with ``saturate``).
    unknown : dict of str to int
        Names that are no chromosome of the database -> records on them.
    """

    n_records: int = 0
    n_clipped: int = 0
    n_outside: int = 0
    n_saturated: int = 0
    unknown: dict[str, int] = field(default_factory=dict)

    def add(self, other: Report) -> None:
        """Count what another part of the same import has read."""
        self.n_records += other.n_records
        self.n_clipped += other.n_clipped
        self.n_outside += other.n_outside
        self.n_saturated += other.n_saturated
        for name, n in other.unknown.items():
            self.unknown[name] = self.unknown.get(name, 0) + n

    def leave_out(self, names: Sequence[str], number: NDArray[np.integer]) -> None:
        """Count records on unknown chromosomes, given by numbers of names."""
        n = np.bincount(number, minlength=len(names))
        for i in np.flatnonzero(n).tolist():
            self.unknown[names[i]] = self.unknown.get(names[i], 0) + int(n[i])

    def sentences(self) -> list[str]:
        """Say for people what was left out."""
        said = []
        for name, n in self.unknown.items():
            said.append(f"chromosome {name} is not in the database: {n} records left out")
        if self.n_clipped:
            said.append(f"{self.n_clipped} records were cut at the end of their chromosome")
        if self.n_outside:
            said.append(f"{self.n_outside} records beyond the end of their chromosome left out")
        if self.n_saturated:
            said.append(f"{self.n_saturated} values were cut to what the dtype holds")
        return said


def list_sources(sources: str | Path | Sequence[str | Path]) -> list[str]:
    """Input files as text, checked for being there.

    Raises
    ------
    UsageError
        None given, something else than paths, or standard input together with others.
    MissingFileError
    """
    try:
        listed = [sources] if isinstance(sources, (str, Path)) else list(sources)
        paths = [os.fspath(path) for path in listed]
    except TypeError:
        raise UsageError(
            f"{sources!r:.60} is no input file", fix="Give a path or a list of paths"
        ) from None
    if not paths:
        raise UsageError("no input file given")
    if STDIN in paths and len(paths) > 1:
        raise UsageError("standard input (-) cannot be read together with other files")
    for path in paths:
        if path != STDIN and not _may_exist(path):
            raise MissingFileError("there is no such file", where=path)
    return paths


def _may_exist(path: str) -> bool:
    """False when there is certainly no such file; what cannot be told, opening it will tell."""
    try:
        Path(path).stat()
    except (FileNotFoundError, NotADirectoryError, ValueError):
        return False
    except OSError as error:
        return error.errno not in (errno.ENAMETOOLONG, errno.ELOOP)
    return True


def shown(path: str) -> str:
    """Name of an input file in messages."""
    return "<stdin>" if path == STDIN else path


def describe_sources(paths: Sequence[str]) -> tuple[Source, ...]:
    """Name, size and SHA-256 of each file; standard input cannot be read twice."""
    found = []
    for path in paths:
        if path == STDIN or not Path(path).is_file():
            found.append(Source(shown(path), 0, ""))
            continue
        with Path(path).open("rb") as file:
            digest = hashlib.sha256()
            while block := file.read(1 << 20):
                digest.update(block)
            found.append(Source(Path(path).name, file.tell(), digest.hexdigest()))
    return tuple(found)


class Matcher:
    """Translates the chromosome codes of one file into those of a database.

    Parameters
    ----------
    chroms : ChromTable
        The database's.
    source : str
        File name for messages.
    report : Report
        Collects what is left out.
    clip : bool
        True cuts records at the end of their chromosome; False makes them errors.
    drop : bool
        Leave them out and count them.
    """

    def __init__(
        self, chroms: ChromTable, source: str, report: Report, *, clip: bool, drop: bool = False
    ) -> None:
        self._chroms, self._source, self._report, self._clip = chroms, source, report, clip
        self._drop = drop
        self._names: list[str] | None = None
        self._code = np.empty(0, np.int64)

    def match(
        self, batch: Records
    ) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64], NDArray[np.float64]]:
        """Database code, start, end and value of the records that can be used."""
        if batch.names is not self._names:  # text has one growing list, bigWig one a chromosome
            self._names = batch.names
            known = [self._chroms.find(name) for name in batch.names]
            self._code = np.array(known, np.int64)
        code = self._code[batch.chrom]
        start, end, value, line = batch.start, batch.end, batch.value, batch.line
        if self._code.min(initial=0) < 0:
            self._count_unknown(batch)
            kept = code >= 0
            if not kept.all():
                code, start, end, value = code[kept], start[kept], end[kept], value[kept]
                line = None if line is None else line[kept]
        self._report.n_records += code.size
        length = self._chroms.length_array[code]
        beyond = end > length
        if beyond.any():
            if not self._clip and not self._drop:
                raise self._outside(int(beyond.argmax()), code, start, end, line)
            inside = ~beyond if self._drop else start < length
            self._report.n_clipped += int((beyond & inside).sum())
            self._report.n_outside += int((~inside).sum())
            end = np.minimum(end, length)
            code, start, end, value = code[inside], start[inside], end[inside], value[inside]
        return code, start, end, value

    def _count_unknown(self, batch: Records) -> None:
        unknown = batch.chrom[self._code[batch.chrom] < 0]
        if unknown.size and not self._report.unknown:
            log.info("%s: some chromosomes are not in the database", self._source)
        self._report.leave_out(batch.names, unknown)

    def _outside(
        self,
        i: int,
        code: NDArray[np.int64],
        start: NDArray[np.int64],
        end: NDArray[np.int64],
        line: NDArray[np.int64] | None,
    ) -> ParseError | ChromError:
        name = self._chroms.names[int(code[i])]
        problem = (
            f"{name}:{start[i]}-{end[i]} is not inside the chromosome, "
            f"which is {self._chroms.length(name)} bp long in the database"
        )
        fix = "Check the assembly, or clip (--clip)"
        if line is None:
            return ChromError(problem, where=self._source, fix=fix)
        return ParseError(problem, path=self._source, line=int(line[i]), fix=fix)


def require_some(report: Report, chroms: ChromTable, source: str) -> None:
    """Raise `ChromError` when nothing is left to store: an empty track is never wanted."""
    if report.n_records == 0 and not report.unknown:
        raise ChromError("holds no values", where=source, fix="Check that the file is whole")
    if report.n_records and report.n_outside == report.n_records:
        raise ChromError(
            f"all {report.n_records} records are beyond the end of their chromosome",
            where=source,
            fix="Check the assembly",
        )
    if report.n_records == 0:
        theirs = ", ".join(list(report.unknown)[:5])
        ours = ", ".join(chroms.names[:5])
        raise ChromError(
            f"none of its chromosomes ({theirs}) is in the database ({ours})",
            where=source,
            fix="Check the assembly, or give the database an alias table",
        )
