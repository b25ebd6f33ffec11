"""Motif sets: a ``.key`` file of ids and a ``.data`` file of letter frequencies."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import NoReturn

import numpy as np

from genomedb.core.pssm import MAX_WIDTH, Pssm
from genomedb.errors import ParseError, UsageError
from genomedb.readers.opened import line_blocks, open_bytes

_UNKNOWN = 0.25  # frequency of every letter at a position that is not listed


def read_pssm_set(key: str | Path, data: str | Path) -> dict[str, Pssm]:
    """Read the motifs of a set, in the order of the key file.

    Parameters
    ----------
    key : path
        Lines of id, consensus and 0 or 1 (both strands are meant to be scored), separated by
        tabs; blanks around them are dropped.
    data : path
        Lines of id, position (from 0) and the frequencies of A, C, G and T. Positions that are
        not listed have 0.25 each.

    Returns
    -------
    dict of str to Pssm
        Ids without a line of data are left out.

    Raises
    ------
    ParseError
        A line has other fields than these, or repeats an id or a position.
    MissingFileError, FormatError
    """
    described = _read_keys(key)
    entries: dict[str, dict[int, list[float]]] = {}
    for line, fields in _lines(data, 6, "an id, a position and four frequencies"):
        name, position = fields[0], fields[1]
        if not position.isdecimal() or int(position) >= MAX_WIDTH:
            _refuse(f"position {position!r} is not a whole number from 0", data, line)
        frequencies = [_frequency(text, data, line) for text in fields[2:]]
        rows = entries.setdefault(name, {})
        if int(position) in rows:
            _refuse(f"position {position} of motif {name} is listed twice", data, line)
        rows[int(position)] = frequencies
    motifs: dict[str, Pssm] = {}
    for name, (consensus, bidirectional) in described.items():
        if name in entries:
            matrix = np.full((max(entries[name]) + 1, 4), _UNKNOWN)
            for at, frequencies in entries[name].items():
                matrix[at] = frequencies
            motifs[name] = Pssm(matrix, name, consensus, bidirectional)
    return motifs


def read_pssm(key: str | Path, data: str | Path, name: object) -> Pssm:
    """Read one motif of a set.

    Parameters
    ----------
    key, data : path
        As for `read_pssm_set`.
    name : str or int
        Its id.

    Raises
    ------
    UsageError
        The id is not in the key file, or has no data.
    ParseError, MissingFileError, FormatError
    """
    motifs = read_pssm_set(key, data)
    wanted = str(name)
    if wanted in motifs:
        return motifs[wanted]
    if wanted in _read_keys(key):
        raise UsageError(f"motif {wanted} has no lines of data", where=data)
    known = ", ".join(list(motifs)[:5]) + (", ..." if len(motifs) > 5 else "")
    raise UsageError(
        f"there is no motif {wanted}", where=key, fix=f"Known ids: {known}" if known else ""
    )


def _read_keys(key: str | Path) -> dict[str, tuple[str, bool]]:
    """Consensus and strand flag of each id."""
    found: dict[str, tuple[str, bool]] = {}
    for line, (name, consensus, flag) in _lines(key, 3, "an id, a consensus and 0 or 1"):
        if flag not in ("0", "1"):
            _refuse(f"strand flag {flag!r} is neither 0 nor 1", key, line)
        if name in found:
            _refuse(f"motif {name} is listed twice", key, line)
        found[name] = (consensus, flag == "1")
    return found


def _lines(path: str | Path, n: int, what: str) -> Iterator[tuple[int, list[str]]]:
    """Line number and fields of each line that is not empty; a motif set is short."""
    with open_bytes(path) as source:
        for block, first in line_blocks(source):
            for line, raw in enumerate(block.split(b"\n"), first):
                text = raw.decode("utf-8", "backslashreplace")
                if not text.strip():
                    continue
                fields = [field.strip() for field in text.split("\t")]
                if len(fields) != n or not all(fields[:1]):
                    raise ParseError(
                        f"{len(fields)} fields where {what} are expected",
                        path=source.name, line=line, fix="Separate them by tabs",
                    )  # fmt: skip
                yield line, fields


def _frequency(text: str, path: str | Path, line: int) -> float:
    try:
        value = float(text)
    except ValueError:
        value = -1.0
    if not 0 <= value < float("inf"):
        _refuse(f"{text!r} is no frequency", path, line)
    return value


def _refuse(problem: str, path: str | Path, line: int) -> NoReturn:
    raise ParseError(problem, path=path, line=line, fix="Correct the line")
