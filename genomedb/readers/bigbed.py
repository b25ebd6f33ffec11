"""BigBed: features of all columns, checked before they are believed."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from genomedb.core.lazy import lazy
from genomedb.core.progress import Progress
from genomedb.core.texts import Texts
from genomedb.errors import FormatError
from genomedb.kernels.bigbed import Items, split_items
from genomedb.readers.autosql import Column, feature_columns
from genomedb.readers.bbi import BbiFile
from genomedb.readers.bigbed_columns import real_numbers, strands, whole_numbers
from genomedb.readers.features import FeatureBatch

_BATCH_BYTES: Final = 4_000_000
_MAX_AUTOSQL: Final = 1_000_000
_PARSERS: Final[dict[str, tuple[Callable[[Texts], Any], str]]] = {
    "int": (whole_numbers, "a whole number"),
    "float": (real_numbers, "a number"),
    "strand": (strands, "a strand (+, - or .)"),
}


class BigBedFile(BbiFile):
    """Reads one bigBed file; a context manager.

    Parameters
    ----------
    path : str or Path
        A stored, uncompressed file.

    Raises
    ------
    MissingFileError
        If there is no such file.
    FormatError
        If it is empty, truncated, damaged or not bigBed.

    Examples
    --------
    >>> with BigBedFile("peaks.bb") as file:  # doctest: +SKIP
    ...     for batch in file.iter_features("chr1"):
    ...         print(batch.start, batch.columns["name"])
    """

    kind = "bigBed"
    bytes_done = 0  # stored bytes up to the last data block read

    @lazy
    def autosql(self) -> str:
        """Declaration of the columns, as the file has it; empty when it has none."""
        if not self._autosql_at:
            return ""
        data = self._read(self._autosql_at, min(_MAX_AUTOSQL, self._size - self._autosql_at))
        if b"\0" not in data:
            raise self._damaged("its column declaration (autoSql) has no end")
        return data[: data.index(b"\0")].decode("utf-8", "backslashreplace")

    @lazy
    def columns(self) -> list[Column]:
        """Columns behind chromosome, start and end."""
        if self.n_fields < 3:
            raise self._damaged(f"features of {self.n_fields} columns")
        return feature_columns(self.n_fields, self.n_bed_fields, self.autosql)

    def iter_features(self, chrom: str) -> Iterator[FeatureBatch]:
        """Yield the features of one chromosome once each, in order, in bounded batches.

        Parameters
        ----------
        chrom : str
            As spelled in the file.

        Yields
        ------
        FeatureBatch
            ``names`` is ``[chrom]`` and ``line`` is None; never empty. Columns have the names of
            BED as far as the file says that it follows BED, then those that its autoSql declares,
            else ``column13`` and so on. Declared numbers are int64 or float64, all others texts;
            ``infer`` names the columns that nothing declares.

        Raises
        ------
        ChromError
            If the file has no such chromosome.
        FormatError
            If a data block is damaged, a feature is empty, or a text is not the number that it is
            declared to be.
        """
        number, places = self._places(chrom)
        waiting: list[bytes | bytearray] = []
        n_waiting = last = 0
        for offset, size in places:
            block = self._unpacked(offset, size)
            if not len(block):
                raise self._damaged(f"the block at byte {offset} is empty")
            waiting.append(block)
            n_waiting += len(block)
            self.bytes_done = offset + size
            if n_waiting >= _BATCH_BYTES:
                yield (batch := self._batch(chrom, number, waiting, last))
                waiting, n_waiting, last = [], 0, int(batch.start[-1])
        if waiting:
            yield self._batch(chrom, number, waiting, last)

    def _batch(
        self, chrom: str, number: int, blocks: list[bytes | bytearray], last: int
    ) -> FeatureBatch:
        """Features of some blocks, the first not before base `last`."""
        try:
            items = split_items(blocks, self._order, len(self.columns))
        except FormatError as error:
            what = f"a block of {chrom} is not what it should be: {error.problem}"
            raise self._damaged(what) from error
        if (items.chrom != number).any():
            raise self._damaged(f"a block of {chrom} holds another chromosome")
        if items.start[0] < last or (np.diff(items.start) < 0).any():
            raise self._damaged(f"features of {chrom} are not in order")
        empty = np.flatnonzero(items.start >= items.end)
        if empty.size:
            start, end = items.start[empty[0]], items.end[empty[0]]
            raise FormatError(
                f"a feature of {chrom} is empty: it starts at {start} and ends at {end}",
                where=self.path,
                fix="Make a bigBed file without it",
            )
        columns: dict[str, Texts | NDArray[Any]] = {}
        strand = None
        for i, column in enumerate(self.columns):
            values = self._column(items, i, chrom)
            if column.type == "strand" and strand is None:
                strand = values
            else:
                columns[column.name] = values
        return FeatureBatch(
            [chrom],
            np.zeros(items.start.size, np.int32),
            items.start,
            items.end,
            strand,
            columns,
            frozenset(column.name for column in self.columns if column.infer),
        )

    def _column(self, items: Items, i: int, chrom: str) -> Any:
        column, texts = self.columns[i], Texts(*items.text_column(i))
        if column.type not in _PARSERS:
            return texts
        parse, what = _PARSERS[column.type]
        values = parse(texts)
        if isinstance(values, int):
            text = texts[values]
            raise FormatError(
                f"column {column.name} of the feature at {chrom}:{items.start[values]}"
                f' is "{text:.60}", not {what}',
                where=self.path,
            )
        return values


def iter_bigbed(path: str | Path, progress: Progress | None = None) -> Iterator[FeatureBatch]:
    """Yield all features of a bigBed file, chromosome after chromosome.

    Parameters
    ----------
    path : str or Path
        A stored, uncompressed file.
    progress : Progress, optional
        Told how many stored bytes have been read.

    Yields
    ------
    FeatureBatch
        As `BigBedFile.iter_features`, with codes into one list of names.

    Raises
    ------
    MissingFileError, FormatError
        As `BigBedFile`.
    """
    with BigBedFile(path) as file:
        names: list[str] = []
        for chrom in file.chroms():
            names = [*names, chrom]
            code = np.int32(len(names) - 1)
            for batch in file.iter_features(chrom):
                if progress is not None:
                    progress.at(file.bytes_done)
                codes = np.full(len(batch), code)
                yield dataclasses.replace(batch, names=names, chrom=codes)
