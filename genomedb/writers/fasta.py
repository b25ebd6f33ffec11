"""FASTA: sequences in lines of equal width."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Final

import numpy as np
from numpy.typing import NDArray

from genomedb.errors import UsageError
from genomedb.writers.published import PublishedText

LINE_WIDTH: Final = 60
_AT_ONCE: Final = 4_000_000


class FastaWriter(PublishedText):
    """Write sequences piece by piece; published when its ``with`` block ends well.

    Parameters
    ----------
    path : str or Path
        Plain, or gzip when the name ends in ``.gz``; ``"-"`` is standard output.
    line_width : int
        Letters of a line.
    overwrite : bool
        Replace a file that is there already.
    """

    def __init__(
        self, path: str | Path, *, line_width: int = LINE_WIDTH, overwrite: bool = False
    ) -> None:
        if line_width < 1:
            raise UsageError(f"line width must be at least 1, not {line_width}")
        super().__init__(path, overwrite=overwrite)
        self.line_width = line_width
        self._name: str | None = None
        self._column = 0  # letters already on the line being written

    def _open(self, stack: ExitStack) -> None:
        super()._open(stack)
        stack.push(self._finish)

    def _finish(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if kind is None:
            self._end_line()

    def add(self, name: str, piece: NDArray[np.uint8] | bytes) -> None:
        """Write letters of a sequence; pieces of the same name in a row are one sequence.

        Raises
        ------
        UsageError
            For a name with white space or none.
        WriteError
            If the file cannot be written.
        """
        if not name or name.split() != [name]:
            raise UsageError(f"{name!r} cannot be the name of a sequence")
        if name != self._name:
            self._end_line()
            self._out.write(b">" + name.encode() + b"\n")
            self._name = name
        letters = np.frombuffer(piece, np.uint8)
        for at in range(0, letters.size, _AT_ONCE):
            self._write(letters[at : at + _AT_ONCE])

    def _write(self, letters: NDArray[np.uint8]) -> None:
        width = self.line_width
        head = min((width - self._column) % width, letters.size) if self._column else 0
        if head:
            self._out.write(letters[:head].tobytes())
            self._column += head
            if self._column == width:
                self._end_line()
        n_lines = (letters.size - head) // width
        whole = letters[head : head + n_lines * width].reshape(n_lines, width)
        lines = np.full((n_lines, width + 1), 10, np.uint8)
        lines[:, :-1] = whole
        self._out.write(lines.tobytes())
        tail = letters[head + n_lines * width :]
        self._out.write(tail.tobytes())
        self._column += tail.size

    def _end_line(self) -> None:
        if self._column:
            self._out.write(b"\n")
            self._column = 0
