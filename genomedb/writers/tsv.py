"""TSV: a header line, then rows with tabs between the columns."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path

from genomedb.writers.cells import Cells, lines_of
from genomedb.writers.published import PublishedText


class RowWriter(PublishedText):
    """Write rows between tabs; published when its ``with`` block ends well.

    Parameters
    ----------
    path : str or Path
        Plain, or compressed when the name ends in ``.gz`` or ``.zst``; ``"-"`` is standard output.
    header : sequence of str
        Names of the columns; none for no header line.
    empty : bytes
        What is written for empty texts and NaN; nothing writes nothing and ``nan``.
    overwrite : bool
        Replace a file that is there already.
    """

    def __init__(
        self, path: str | Path, header: Sequence[str] = (), *, empty: bytes = b"",
        overwrite: bool = False,
    ) -> None:  # fmt: skip
        super().__init__(path, overwrite=overwrite)
        self._header, self._empty = list(header), empty

    def _open(self, stack: ExitStack) -> None:
        super()._open(stack)
        if self._header:
            self._out.write("\t".join(self._header).encode() + b"\n")

    def add(self, columns: list[Cells], n: int) -> None:
        """Write `n` rows, given as columns; a str is the same in every row."""
        self._out.write(lines_of(columns, n, empty=self._empty))
