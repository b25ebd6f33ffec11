"""Motif files of other tools: MEME, JASPAR and HOMER."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, Literal, NoReturn

import numpy as np
from numpy.typing import NDArray

from genomedb.core.pssm import LETTERS, Pssm
from genomedb.errors import ParseError, UsageError
from genomedb.readers.opened import line_blocks, open_bytes

MotifFormat = Literal["meme", "jaspar", "homer"]
FORMATS: Final[tuple[MotifFormat, ...]] = ("meme", "jaspar", "homer")

_SETTING: Final = re.compile(r"(\w+)=\s*(\S+)")
_THRESHOLD: Final = re.compile(r"[-+]?[0-9.]+(e[-+]?[0-9]+)?", re.I)
_ROW: Final = re.compile(r"([ACGT])\s*\|?\s*\[?([^\]]*)\]?", re.I)


def read_motifs(path: str | Path, *, format: MotifFormat | None = None) -> list[Pssm]:
    """Read the motifs of a file, in its order.

    Parameters
    ----------
    path : path
        Plain or compressed.
    format : {"meme", "jaspar", "homer"}, optional
        None tells it from the content. ``meme``: text with ``MOTIF`` lines and letter-probability
        matrices. ``jaspar``: ``>id name`` and four rows of counts, with letters and brackets or
        without. ``homer``: ``>consensus name threshold`` and a row a position.

    Returns
    -------
    list of Pssm
        Each row of a matrix adds up to 1: counts are divided by their sum. `name` is the id of
        MEME and JASPAR, or HOMER's name; `consensus` is HOMER's. A MEME file whose strands are
        ``+`` alone has motifs that are not `bidirectional`.

    Raises
    ------
    ParseError
        The file is none of these, or a line is wrong.
    UsageError
        The format is unknown.
    MissingFileError, FormatError

    Examples
    --------
    >>> [motif.name for motif in read_motifs("JASPAR2024.txt")]  # doctest: +SKIP
    """
    return [motif for motif, _ in read_described_motifs(path, format=format)]


def read_described_motifs(
    path: str | Path, *, format: MotifFormat | None = None
) -> list[tuple[Pssm, dict[str, Any]]]:
    """As `read_motifs`, each motif with what its file says of it.

    Returns
    -------
    list of (Pssm, dict)
        The dict has ``id``, ``name`` and ``w`` (positions), and of MEME ``alength``, ``nsites``,
        ``E``, ``url``, ``strand`` and ``background``; of JASPAR ``nsites`` and ``format``
        (``simple`` where motifs have no headers: they are named after the file); of HOMER
        ``consensus``, ``log_odds_threshold`` and ``log_p_value``. None where the file says nothing.

    Raises
    ------
    ParseError, UsageError, MissingFileError, FormatError
        As of `read_motifs`.
    """
    if format is not None and format not in FORMATS:
        raise UsageError(f"format {format!r:.40} is unknown", fix=f"Use one of: {FORMATS}")
    with open_bytes(path) as source:
        where = source.name
        lines = [
            (number, text)
            for block, first in line_blocks(source)
            for number, raw in enumerate(block.split(b"\n"), first)
            if (text := raw.decode("utf-8", "backslashreplace").strip())
        ]
    if not lines:
        raise ParseError("holds no motifs", path=where, line=None)
    kind = format or _format_of(lines, where)
    found = list(_meme(lines, where) if kind == "meme" else _headed(lines, where, kind))
    if not found:
        raise ParseError("holds no motifs", path=where, line=None)
    return found


_Lines = list[tuple[int, str]]
_Described = tuple[Pssm, dict[str, Any]]


def _format_of(lines: _Lines, path: str) -> MotifFormat:
    """Tell a format by the first lines."""
    number, first = lines[0]
    if first.upper().startswith("MEME"):
        return "meme"
    if not first.startswith(">"):
        _refuse(f"{first[:60]!r} begins no motif file", path, number,
                "MEME files begin with MEME version, others with >")  # fmt: skip
    header = first.split("\t")
    if len(header) >= 3 and _THRESHOLD.fullmatch(header[2].strip()):
        return "homer"
    rows = [text for _, text in _until_header(lines[1:])]
    return "jaspar" if rows and (_ROW.fullmatch(rows[0]) or len(rows) == 4) else "homer"


def _until_header(lines: _Lines) -> Iterator[tuple[int, str]]:
    for number, text in lines:
        if text.startswith(">"):
            return
        yield number, text


# ---- MEME


def _meme(lines: _Lines, path: str) -> Iterator[_Described]:
    identity: list[str] = []
    facts: dict[str, Any] = {}
    strands: str | None
    strands, background, waiting = None, None, iter(lines)
    for number, text in waiting:
        lowered = text.lower()
        if lowered.startswith("alphabet") and "=" in text:
            letters = text.split("=", 1)[1].strip().upper()
            if letters[:4] != LETTERS:
                _refuse(f"alphabet {letters[:20]} is not {LETTERS}", path, number, "Use DNA motifs")
        elif lowered.startswith("strands:"):
            strands = text.split(":", 1)[1].strip()
        elif lowered.startswith("background letter"):
            at, row = next(waiting, (number, ""))
            background = _background(row, path, at)
        elif text.startswith("MOTIF"):
            identity = text.split(maxsplit=2)[1:]
        elif text.startswith("URL"):
            facts["url"] = text[3:].strip() or None  # of the motif before
        elif lowered.startswith("letter-probability matrix"):
            settings = dict(_SETTING.findall(lowered))
            width = settings.get("w", "")
            if settings.get("alength", "4") != "4" or not width.isdecimal() or int(width) < 1:
                _refuse(f"{text[:60]!r} is no matrix of 4 letters", path, number,
                        "Write alength= 4 w= WIDTH")  # fmt: skip
            rows = []
            for _ in range(int(width)):
                at, row = next(waiting, (number, ""))
                rows.append(_numbers(row.split(), 4, path, at))
            name = identity[0] if identity else ""
            facts = {
                "id": name, "name": identity[1] if len(identity) > 1 else None, "alength": 4,
                "w": len(rows), "nsites": _number(settings.get("nsites", "")),
                "E": _number(settings.get("e", "")), "url": None, "strand": strands,
                "background": background,
            }  # fmt: skip
            yield _motif(rows, path, number, name=name, bidirectional=strands != "+"), facts


def _background(row: str, path: str, line: int) -> dict[str, float]:
    """Frequencies of the letters: ``A 0.3 C 0.2 G 0.2 T 0.3``."""
    words = row.split()
    return dict(zip(map(str.upper, words[::2]), _numbers(words[1::2], 4, path, line), strict=False))


# ---- JASPAR and HOMER


@dataclass
class _Headed:
    """A motif with a ``>`` line, as far as it has been read."""

    line: int
    header: str
    rows: list[tuple[int, str]] = field(default_factory=list)


def _headed(lines: _Lines, path: str, kind: MotifFormat) -> Iterator[_Described]:
    motifs: list[_Headed] = []
    for number, text in lines:
        if text.startswith(">"):
            motifs.append(_Headed(number, text[1:].strip()))
        elif not text.startswith("#"):
            if not motifs:
                if kind == "jaspar":
                    yield from _simple(lines, path)
                    return
                _refuse(f"{text[:60]!r} is no header", path, number, "A motif begins with >")
            motifs[-1].rows.append((number, text))
    for motif in motifs:
        yield _jaspar(motif, path) if kind == "jaspar" else _homer(motif, path)


def _simple(lines: _Lines, path: str) -> Iterator[_Described]:
    """Motifs of four rows of counts each, without headers; named after the file."""
    rows = [(number, text) for number, text in lines if not text.startswith("#")]
    stem = Path(path).name.partition(".")[0]
    if len(rows) % 4:
        _refuse(f"{len(rows)} rows without a header are no motifs", path, rows[-1][0],
                "Give four rows a motif: A, C, G, T")  # fmt: skip
    for i in range(0, len(rows), 4):
        name = stem if len(rows) == 4 else f"{stem}.{i // 4 + 1}"
        motif, facts = _jaspar(_Headed(rows[i][0], name, rows[i : i + 4]), path)
        yield motif, {**facts, "nsites": None, "format": "simple"}


def _jaspar(motif: _Headed, path: str) -> _Described:
    words = motif.header.split(maxsplit=1)
    name = (words or [""])[0]
    by_letter: dict[str, list[float]] = {}
    for i, (number, text) in enumerate(motif.rows):
        found = _ROW.fullmatch(text)
        letter = found[1].upper() if found else LETTERS[i] if i < 4 else ""
        if not letter or letter in by_letter:
            _refuse(f"motif {name} has more than 4 rows", path, number, "Give one a letter")
        by_letter[letter] = _numbers((found[2] if found else text).split(), None, path, number)
    if len({len(row) for row in by_letter.values()}) > 1 or len(by_letter) != 4:
        _refuse(f"motif {name} has not 4 rows of one length", path, motif.line,
                "Give one row a letter: A, C, G, T")  # fmt: skip
    rows = [list(row) for row in zip(*(by_letter[letter] for letter in LETTERS), strict=True)]
    facts = {
        "id": name, "name": words[1] if len(words) > 1 else None, "w": len(rows),
        "nsites": max((sum(row) for row in rows), default=None), "format": "jaspar",
    }  # fmt: skip
    return _motif(rows, path, motif.line, name=name), facts


def _homer(motif: _Headed, path: str) -> _Described:
    fields = [text.strip() for text in motif.header.split("\t")]
    name = fields[1] if len(fields) > 1 else fields[0]
    rows = [_numbers(text.split(), 4, path, number) for number, text in motif.rows]
    numbers = [_any_number(text) for text in [*fields[2:4], "", ""]]
    facts = {
        "id": fields[0], "name": name, "consensus": fields[0], "log_odds_threshold": numbers[0],
        "log_p_value": numbers[1], "w": len(rows), "source": "homer",
    }  # fmt: skip
    return _motif(rows, path, motif.line, name=name, consensus=fields[0]), facts


# ---- numbers


def _motif(
    rows: list[list[float]], path: str, line: int, *, name: str, consensus: str = "",
    bidirectional: bool = True,
) -> Pssm:  # fmt: skip
    """Motif of frequencies or counts."""
    matrix: NDArray[np.float64] = np.array(rows, np.float64).reshape(-1, 4)
    total = matrix.sum(axis=1, keepdims=True)
    if not matrix.size or not (total > 0).all():
        _refuse(f"motif {name} has a position without any letter, or none at all", path, line)
    try:
        return Pssm(matrix / total, name, consensus, bidirectional)
    except UsageError as error:
        raise ParseError(error.problem, path=path, line=line, fix=error.fix) from None


def _numbers(fields: list[str], n: int | None, path: str, line: int) -> list[float]:
    """Frequencies or counts of a row."""
    found = [_number(text) for text in fields]
    numbers = [x for x in found if x is not None]
    if not numbers or len(numbers) != len(found) or (n is not None and len(numbers) != n):
        _refuse(f"{' '.join(fields)[:60]!r} is no row of {'' if n is None else f'{n} '}frequencies",
                path, line)  # fmt: skip
    return numbers


def _any_number(text: str) -> float | None:
    """A number of either sign, or None."""
    return float(text) if _THRESHOLD.fullmatch(text) else None


def _number(text: str) -> float | None:
    """A finite number that is not negative, or None."""
    try:
        value = float(text)
    except ValueError:
        return None
    return value if 0 <= value < float("inf") else None


def _refuse(problem: str, path: str, line: int, fix: str = "Correct the line") -> NoReturn:
    raise ParseError(problem, path=path, line=line, fix=fix)
