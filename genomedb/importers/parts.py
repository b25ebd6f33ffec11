"""Parts of an import: what its files hold for one chromosome, readable by any process."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import numpy as np

from genomedb.core.chroms import ChromTable
from genomedb.errors import ChromError
from genomedb.importers.sources import Matcher, Report, shown
from genomedb.importers.spool import Piece, Spool
from genomedb.readers.bigwig import BigWigFile
from genomedb.readers.records import Records
from genomedb.readers.stretches import Stretch, find_stretches, iter_stretch

Opened = dict[str, BigWigFile]


class BigWigChrom(NamedTuple):
    """One chromosome of a bigWig file, as spelled there."""

    path: str
    chrom: str


@dataclass(frozen=True)
class Part:
    """What several files hold for one chromosome; small, picklable.

    Attributes
    ----------
    chroms : ChromTable
        Of the database.
    code : int or None
        Its number there; None for what is no chromosome of it, which is only counted.
    inputs : tuple
        Where the records are, in the order of the files.
    clip : bool
        Cut records at the end of the chromosome.
    folder : Path
        Where temporary files go.
    """

    chroms: ChromTable
    code: int | None
    inputs: tuple[BigWigChrom | Stretch, ...]
    clip: bool
    folder: Path

    @property
    def has_text(self) -> bool:
        """Is some of it part of a text file?"""
        return any(isinstance(source, Stretch) for source in self.inputs)

    def spooled(self, report: Report, opened: Opened | None = None) -> Spool:
        """Read the records; `opened` keeps bigWig files open for the next part."""
        spool = Spool(1, self.folder, long_chroms=max(self.chroms.lengths) >= 2**31)
        with ExitStack() as stack:
            stack.push(spool)  # left as it is unless something is raised
            for source in self.inputs:
                matcher = Matcher(self.chroms, shown(source.path), report, clip=self.clip)
                with ExitStack() as files:
                    for batch in _batches(source, files, opened):
                        code, start, end, value = matcher.match(batch)
                        spool.add(np.zeros_like(code), start, end, value)
            stack.pop_all()
        return spool

    def pieces(self, report: Report, opened: Opened | None = None) -> Iterator[Piece]:
        """Yield the records sorted by start."""
        with self.spooled(report, opened) as spool:
            yield from spool.pieces(0)


def _batches(
    source: BigWigChrom | Stretch, files: ExitStack, opened: Opened | None
) -> Iterator[Records]:
    if isinstance(source, Stretch):
        return iter_stretch(source)
    if opened is not None and source.path in opened:
        return opened[source.path].iter_records(source.chrom)
    file = BigWigFile(source.path)
    if opened is None:
        files.enter_context(closing(file))
    else:
        opened[source.path] = file
    return file.iter_records(source.chrom)


def split(
    chroms: ChromTable, paths: Sequence[str], formats: Sequence[str], *, clip: bool, folder: Path,
    text: bool, assembly: str,
) -> list[Part] | None:  # fmt: skip
    """Parts of all files, one a chromosome in the order of the database.

    Returns
    -------
    list of Part or None
        The last part holds what is no chromosome of the database. None when the files have to be
        read one after the other; text always, unless `text`.
    """
    inputs: list[list[BigWigChrom | Stretch]] = [[] for _ in range(len(chroms) + 1)]
    if not text and set(formats) != {"bigwig"}:
        return None
    for path, format in zip(paths, formats, strict=True):
        if format == "bigwig":
            with closing(BigWigFile(path)) as file:
                sizes = file.chroms()
            if not clip:
                check_lengths(chroms, sizes, path, assembly)
            for name in sizes:
                inputs[chroms.find(name)].append(BigWigChrom(path, name))
        else:
            stretches = find_stretches(path, format)
            if stretches is None:
                return None
            for stretch in stretches:
                inputs[chroms.find(stretch.chrom)].append(stretch)
    codes: list[int | None] = [*range(len(chroms)), None]
    return [
        Part(chroms, code, tuple(found), clip, folder)
        for code, found in zip(codes, inputs, strict=True)  # find() says -1: the last
    ]


def check_lengths(chroms: ChromTable, sizes: dict[str, int], path: str, assembly: str) -> None:
    """A bigWig says how long its chromosomes are: another length is another assembly."""
    shared = [n for n in sizes if chroms.find(n) >= 0]
    differ = [n for n in shared if sizes[n] != chroms.length(n)]
    if differ:
        n = differ[0]
        raise ChromError(
            f"another assembly than {assembly}: {len(differ)} of {len(shared)} shared "
            f"chromosomes differ in length, first {n}: {sizes[n]} bp in the file, "
            f"{chroms.length(n)} in the database",
            where=path,
            fix="Import it into a database of its own assembly",
        )
