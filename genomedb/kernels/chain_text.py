"""Door to ext/chain_text.pyx: the lines of a chain file as arrays."""

from __future__ import annotations

from pathlib import Path
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from genomedb._ext import chain_text as _chain_text
from genomedb.errors import ParseError
from genomedb.kernels.text import count_lines, quoted

_I8 = NDArray[np.int64]
_NUMBERS: Final = (
    "source", "source_size", "source_strand", "source_start", "source_end",
    "target", "target_size", "target_strand", "target_start", "target_end",
    "chain_id", "line",
)  # fmt: skip
_A_HEADER: Final = (
    "A header is: chain score tName tSize tStrand tStart tEnd qName qSize qStrand qStart qEnd id"
)
_A_BLOCK: Final = "A block is: size gap gap, and size alone for the last one of a chain"
_CUT: Final = "The file may have been cut or edited"

# outcome -> (problem with {} for the text that is wrong, what to do)
_SENTENCES: Final = {
    -1: ("alignment block {} outside a chain", _A_HEADER),
    -2: ("expected 13 fields in the chain header {}", _A_HEADER),
    -3: ("chain score {} is not a number", _A_HEADER),
    -4: ("{} is not a whole number of at least 0", _A_HEADER),
    -5: ("strand {} is neither + nor -", _A_HEADER),
    -6: ("the source range of {} is empty or not inside the chromosome", _A_HEADER),
    -7: ("the target range of {} is empty or not inside the chromosome", _A_HEADER),
    -8: ("expected 1 or 3 fields in the block {}", _A_BLOCK),
    -9: ("{} is not a size of at least 1 with gaps of at least 0", _A_BLOCK),
    -10: ("chain {} begins before the last block of the one above", _CUT),
    -11: ("block {} does not meet the source end of its chain", _CUT),
    -12: ("block {} does not meet the target end of its chain", _CUT),
    -13: ("not enough memory at {}", ""),
    -14: ("name {} is longer than 255 bytes", ""),
}


class ChainRows(NamedTuple):
    """Chains and blocks of one buffer.

    Attributes
    ----------
    header : dict of str to ndarray of int64, shape (chains,)
        ``source source_size source_strand source_start source_end``, the same of the target,
        ``chain_id`` and ``line``. Names are codes, strands 0 or 1 (-); positions are on the
        strand.
    score : ndarray of float64, shape (chains,)
    chain : ndarray of int64, shape (blocks,)
        Which chain of the file, from 0.
    source_start, target_start, size : ndarray of int64, shape (blocks,)
        Positions on the strand.
    """

    header: dict[str, _I8]
    score: NDArray[np.float64]
    chain: _I8
    source_start: _I8
    target_start: _I8
    size: _I8


class ChainParser:
    """Parses one chain file given as buffers that end where lines end.

    Parameters
    ----------
    path : str or Path
        Named in errors.
    """

    def __init__(self, path: str | Path) -> None:
        self.path = str(path)
        self._parser = _chain_text.ChainParser()

    @property
    def sources(self) -> list[str]:
        """Distinct names on the source side so far; codes point here."""
        return [_decoded(name) for name in self._parser.sources()]

    @property
    def targets(self) -> list[str]:
        """Distinct names on the target side so far."""
        return [_decoded(name) for name in self._parser.targets()]

    def parse(self, data: bytes) -> ChainRows:
        """Chains and blocks of the next buffer, which ends where a line ends.

        Raises
        ------
        ParseError
            At the first line that is wrong, quoting it.
        """
        room = count_lines(data) + 1
        most = data.count(b"chain") + 1
        headers, score = np.empty((most, len(_NUMBERS)), np.int64), np.empty(most, np.float64)
        columns = [np.empty(room, np.int64) for _ in range(4)]
        n, n_headers, outcome = self._parser.parse(data, headers, score, *columns)
        if outcome < 0:
            raise self._error(outcome, data)
        header = {name: headers[:n_headers, i].copy() for i, name in enumerate(_NUMBERS)}
        return ChainRows(header, score[:n_headers], *(column[:n].copy() for column in columns))

    def finish(self) -> None:
        """Raise `ParseError` when the last chain lacks its last block."""
        if self._parser.is_open:
            raise ParseError(
                "the file ends inside a chain", path=self.path, line=self._parser.line, fix=_CUT
            )

    def _error(self, outcome: int, data: bytes) -> ParseError:
        first = self._parser.wrong_offset
        wrong = quoted(bytes(data[first : first + self._parser.wrong_size]))
        problem, fix = _SENTENCES[outcome]
        return ParseError(
            problem.replace("{}", wrong), path=self.path, line=self._parser.line, fix=fix
        )


def _decoded(name: bytes) -> str:
    return name.decode("utf-8", "backslashreplace")
