"""import_cool and import_hic: binned contact matrices as 2D tracks."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from genomedb.core.chroms import ChromTable
from genomedb.core.progress import Progress
from genomedb.db.database import GenomeDB
from genomedb.errors import ChromError, UsageError
from genomedb.importers.contacts import check_lengths, existing_folder, new_place, write_spool
from genomedb.importers.pair_spool import PairSpool
from genomedb.importers.sources import Report, describe_sources, list_sources, require_some
from genomedb.readers.cool import Matrix, Pixels, open_cool
from genomedb.readers.dot_hic import open_hic
from genomedb.storage.describe import Provenance
from genomedb.storage.draft_variables import add_variable
from genomedb.storage.write import Storage
from genomedb.tracks.create_pairs import PairsDraft
from genomedb.tracks.place import check_dtype

log = logging.getLogger(__name__)
MATRIX, BINS = "matrix", "matrix_bins"
"""Variables of the tracks: what the file says of itself, and its bins with their weights."""


def import_cool(
    db: GenomeDB,
    name: str,
    source: str | Path,
    *,
    resolution: int | None = None,
    cell: str | None = None,
    value: str = "count",
    balance: str | None = None,
    as_rectangles: bool = True,
    dtype: str | None = None,
    storage: Storage | None = None,
    description: str = "",
    attributes: Mapping[str, str] | None = None,
    command: str = "",
    overwrite: bool = False,
) -> Report:
    """Make a 2D track of a .cool file, a resolution of .mcool, or a cell of .scool.

    A pixel becomes the rectangle of its two bins, so that `export_cool` writes the same pixels
    again. A matrix of which the file has the upper half is stored from both sides. Bins and their
    weights are kept as the variable ``matrix_bins``.

    Parameters
    ----------
    db : GenomeDB
        Where the track goes.
    name : str
        Of the new track.
    source : path
        ``FILE`` or ``FILE::GROUP``.
    resolution : int, optional
        Bin width, where the file has several.
    cell : str, optional
        Cell of a .scool file.
    value : str
        Column of the pixels.
    balance : str, optional
        Column of the bins, such as ``weight``: values are multiplied with those of both bins, or
        divided by them where the file says that these are ``divisive_weights`` or they are called
        KR, VC or VC_SQRT. Pixels of bins without one have no value.
    as_rectangles : bool
        False stores points in the middles of the bins, in less room.
    dtype : str, optional
        Stored type; by default that of the file, float64 for balanced values.
    storage, description, attributes, command, overwrite
        As in `import_signal`.

    Returns
    -------
    Report
        ``n_records`` counts pixels, ``unknown`` those left out by their chromosome.

    Raises
    ------
    FormatError
        The file is no contact matrix, damaged or cut off.
    ChromError
        A chromosome has another length in the database, or none is known.
    UsageError, MissingFileError, MissingDependencyError, TrackExistsError, WriteError

    Examples
    --------
    >>> import_cool(db, "hic/10kb", "hic.mcool", resolution=10_000)  # doctest: +SKIP
    """
    made = _Import(
        db, name, source, as_rectangles=as_rectangles, dtype=dtype, overwrite=overwrite,
        balance=balance,
    )  # fmt: skip
    opened = open_cool(source, resolution=resolution, cell=cell, value=value)
    return made.run("import_cool", opened, storage, description, attributes or {}, command)


def import_hic(
    db: GenomeDB,
    name: str,
    source: str | Path,
    *,
    resolution: int,
    normalization: str | None = None,
    as_rectangles: bool = True,
    dtype: str | None = None,
    storage: Storage | None = None,
    description: str = "",
    attributes: Mapping[str, str] | None = None,
    command: str = "",
    overwrite: bool = False,
) -> Report:
    """Make a 2D track of a resolution of a .hic file.

    Parameters
    ----------
    db : GenomeDB
        Where the track goes.
    name : str
        Of the new track.
    source : path
    resolution : int
        Bin width, one of those in the file.
    normalization : str, optional
        Such as ``KR`` or ``VC``; raw counts without. Pixels that it has no value for have none.
    as_rectangles, dtype, storage, description, attributes, command, overwrite
        As in `import_cool`.

    Returns
    -------
    Report

    Raises
    ------
    FormatError, ChromError, UsageError, MissingFileError, MissingDependencyError
    TrackExistsError, WriteError

    Examples
    --------
    >>> import_hic(db, "hic/10kb", "x.hic", resolution=10_000, normalization="KR")  # doctest: +SKIP
    """
    made = _Import(
        db, name, source, as_rectangles=as_rectangles, dtype=dtype, overwrite=overwrite
    )  # fmt: skip
    opened = open_hic(source, resolution=resolution, normalization=normalization)
    return made.run("import_hic", opened, storage, description, attributes or {}, command)


class _Import:
    """One matrix on its way into a track."""

    def __init__(
        self, db: GenomeDB, name: str, source: str | Path, *, as_rectangles: bool,
        dtype: str | None, overwrite: bool, balance: str | None = None,
    ) -> None:  # fmt: skip
        if dtype is not None:
            check_dtype(dtype)
        self.file = str(source).partition("::")[0]
        list_sources(self.file)
        self.chroms = db.chroms
        self.place = new_place(db, name, overwrite=overwrite)
        self.source, self.balance, self.dtype = str(source), balance, dtype
        self.as_rectangles, self.overwrite = as_rectangles, overwrite
        self.report = Report()

    def run(
        self, verb: str, opened: AbstractContextManager[Matrix], storage: Storage | None,
        description: str, attributes: Mapping[str, str], command: str,
    ) -> Report:  # fmt: skip
        """Read the pixels, sort them, write the track."""
        folder = existing_folder(self.place)
        with opened as matrix:
            check_lengths(dict(matrix.chroms), self.source, self.chroms)
            self._check_distinct(matrix)
            with PairSpool(
                self.chroms, folder, mirror=matrix.is_symmetric, where=self.source
            ) as spool:
                self._fill(spool, matrix)
                require_some(self.report, self.chroms, self.source)
                for sentence in self.report.sentences():
                    log.warning("%s: %s", self.source, sentence)
                provenance = Provenance(
                    description=description,
                    created_by=f'{verb}("{self.place.name}", 1 file)',
                    command=command,
                    sources=describe_sources([self.file]),
                    attributes=dict(attributes),
                )
                write_spool(
                    spool, self.place, is_points=not self.as_rectangles,
                    ends=_Ends(matrix, self.chroms), dtype=self._stored(matrix), storage=storage,
                    provenance=provenance, overwrite=self.overwrite,
                    before_end=lambda draft: self._keep_bins(draft, matrix),
                )  # fmt: skip
        return self.report

    def _check_distinct(self, matrix: Matrix) -> None:
        """Refuse two names of the file for one chromosome: which pixels are meant is not clear."""
        first: dict[int, str] = {}
        for name, _ in matrix.chroms:
            code = self.chroms.find(name)
            if code >= 0 and first.setdefault(code, name) != name:
                raise ChromError(
                    f"chromosomes {first[code]} and {name} of the file are both "
                    f"{self.chroms.names[code]}", where=self.source, fix="Rename one in the file",
                )  # fmt: skip

    def _stored(self, matrix: Matrix) -> str:
        """Type of the values stored."""
        if self.dtype is not None:
            return self.dtype
        if self.balance is not None:
            return "float64"
        kind, size = matrix.dtype.kind, matrix.dtype.itemsize
        if kind in "iu" and size <= 4:
            return str(matrix.dtype.name)
        return "float32" if kind == "f" and size <= 4 else "float64"

    def _fill(self, spool: PairSpool, matrix: Matrix) -> None:
        weight = None
        if self.balance is not None:
            if self.balance not in matrix.weights:
                raise UsageError(
                    f"bins have no weights {self.balance}", where=self.source,
                    fix=f"They have: {', '.join(matrix.weights) or 'none'}",
                )  # fmt: skip
            weight = matrix.factors(self.balance)
        known = np.array([self.chroms.find(name) for name, _ in matrix.chroms], np.int64)
        code = known[matrix.chrom]
        at = matrix.start if self.as_rectangles else (matrix.start + matrix.end) // 2
        total = matrix.n_pixels
        with Progress(total, self.place.name, unit=" pixels") as progress:
            for pixels in matrix.pixels:
                progress.advance(pixels.value.size)
                if code.min(initial=0) < 0:
                    pixels = self._known(pixels, code, matrix)
                bin1, bin2, value = pixels
                self._check_exact(value)
                if weight is not None:
                    value = value * weight[bin1] * weight[bin2]
                self.report.n_records += value.size
                spool.add(code[bin1], at[bin1], code[bin2], at[bin2], value)

    def _check_exact(self, value: NDArray[Any]) -> None:
        """Refuse whole numbers that float64, in which values are added up, rounds."""
        if value.dtype.kind in "iu" and value.dtype.itemsize > 4 and value.size:
            extreme = max(int(value.max()), -int(value.min()))
            if extreme > 2**53:
                raise UsageError(f"the value {extreme} is above 2**53 and would be rounded",
                                 where=self.source, fix="Store the matrix as floats")  # fmt: skip

    def _known(self, pixels: Pixels, code: NDArray[np.int64], matrix: Matrix) -> Pixels:
        """Pixels on known chromosomes; the others are counted."""
        first = code[pixels.bin1] < 0
        wrong = first | (code[pixels.bin2] < 0)
        names = [name for name, _ in matrix.chroms]
        for bins in (pixels.bin1[first], pixels.bin2[wrong & ~first]):
            self.report.leave_out(names, matrix.chrom[bins])
        return Pixels(*(column[~wrong] for column in pixels))

    def _keep_bins(self, draft: PairsDraft, matrix: Matrix) -> None:
        """Keep what `export_cool` makes the same file of."""
        facts = {
            "chroms": [name for name, _ in matrix.chroms if self.chroms.find(name) >= 0],
            "bin_size": matrix.bin_size,
            "is_symmetric": matrix.is_symmetric,
            "dtype": matrix.dtype.name if self.balance is None else "float64",
            "assembly": matrix.info.get("assembly") or "",
            "metadata": matrix.info.get("metadata"),
            "weights": list(matrix.weights),
            "weight_facts": matrix.weight_facts,
        }
        add_variable(draft.draft, MATRIX, facts)
        if matrix.bin_size is None or matrix.weights:
            import pandas as pd

            known = np.array([self.chroms.find(name) >= 0 for name, _ in matrix.chroms], np.bool_)
            rows = known[matrix.chrom]
            names = np.array([name for name, _ in matrix.chroms], object)
            columns = {"chrom": names[matrix.chrom][rows], "start": matrix.start[rows],
                       "end": matrix.end[rows]}  # fmt: skip
            weights = {name: column[rows] for name, column in matrix.weights.items()}
            add_variable(draft.draft, BINS, pd.DataFrame({**columns, **weights}))


class _Ends:
    """Ends of the bins with given starts."""

    def __init__(self, matrix: Matrix, chroms: ChromTable) -> None:
        self._size, self._chroms = matrix.bin_size, chroms
        self._bins: dict[int, tuple[NDArray[np.int64], NDArray[np.int64]]] = {}
        if self._size is None:
            for number, (name, _) in enumerate(matrix.chroms):
                rows = matrix.chrom == number
                self._bins[chroms.find(name)] = matrix.start[rows], matrix.end[rows]

    def __call__(self, code: int, start: NDArray[Any]) -> NDArray[Any]:
        """Ends for starts on the chromosome of a code."""
        if self._size is not None:
            return np.minimum(start.astype(np.int64) + self._size, self._chroms.lengths[code])
        starts, ends = self._bins[code]
        return ends[np.searchsorted(starts, start)]


__all__ = ["BINS", "MATRIX", "import_cool", "import_hic"]
