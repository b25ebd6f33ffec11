"""AutoSql: the names and types that a bigBed file gives to its columns."""

from __future__ import annotations

import re
from typing import Final, Literal, NamedTuple

ColumnType = Literal["int", "float", "text", "strand"]

_QUOTED: Final = re.compile(r'"[^"\n]*"')
_FIELD: Final = re.compile(
    r"\s*(?P<type>\w+)(?:\s+\w+(?=\s*\[))?\s*(?P<many>\[[^\]]*\])?\s*(?:\([^)]*\))?"
    r"\s+(?P<name>\w+)[^;]*\Z"
)
_INTEGERS: Final = {"int", "uint", "short", "ushort", "byte", "ubyte", "bigint"}
_FLOATS: Final = {"float", "double"}
_BED: Final[tuple[tuple[str, ColumnType], ...]] = (
    ("chrom", "text"),
    ("start", "int"),
    ("end", "int"),
    ("name", "text"),
    ("score", "text"),
    ("strand", "strand"),
    ("thickStart", "int"),
    ("thickEnd", "int"),
    ("itemRgb", "text"),
    ("blockCount", "int"),
    ("blockSizes", "text"),
    ("blockStarts", "text"),
)
_SCORE: Final = 4


class Column(NamedTuple):
    """One column of a feature behind its interval."""

    name: str
    type: ColumnType
    infer: bool = False  # nobody says what it is: numbers, if all texts of the file are


def parse_autosql(text: str) -> list[Column]:
    """Columns that a declaration lists, the three of the interval included.

    Parameters
    ----------
    text : str
        ``table name "comment" ( type name; "comment" ... )``.

    Returns
    -------
    list of Column
        Empty when the text is no such declaration.

    Examples
    --------
    >>> parse_autosql('table t "x" (string chrom; "a" uint n; "b")')[1]
    Column(name='n', type='int', infer=False)
    """
    plain = _QUOTED.sub(" ", text)
    first, last = plain.find("("), plain.rfind(")")
    if first < 0 or last < first:
        return []
    found = []
    for part in plain[first + 1 : last].split(";"):
        if not part.strip():
            continue
        field = _FIELD.match(part)
        if field is None:
            return []
        found.append(Column(field["name"], _type_of(field)))
    return found


def _type_of(field: re.Match[str]) -> ColumnType:
    kind = field["type"]
    if kind == "char" and field["name"] == "strand":
        return "strand"
    if field["many"]:
        return "text"
    return "int" if kind in _INTEGERS else "float" if kind in _FLOATS else "text"


def feature_columns(n_fields: int, n_bed_fields: int, autosql: str) -> list[Column]:
    """Columns of a feature behind its interval.

    Parameters
    ----------
    n_fields, n_bed_fields : int
        All columns of the file, and how many of the first are those of BED.
    autosql : str
        The file's declaration; counts only when it declares `n_fields` columns.

    Returns
    -------
    list of Column
        ``n_fields - 3`` of them, with distinct names: those of BED, then the declared ones, or
        ``column13`` and so on, counted from 1, where nothing is declared.
    """
    declared = parse_autosql(autosql)
    if len(declared) != n_fields:
        declared = []
    columns: list[Column] = []
    taken = {"chrom", "start", "end"}
    for i in range(3, n_fields):
        if i < min(n_bed_fields or (0 if declared else len(_BED)), len(_BED)):
            column = Column(*_BED[i])
            if i == _SCORE:
                column = (
                    Column("score", declared[i].type) if declared else column._replace(infer=True)
                )
        elif declared:
            column = declared[i]
        else:
            column = Column(f"column{i + 1}", "text", infer=True)
        while column.name in taken:
            column = column._replace(name=column.name + "_")
        taken.add(column.name)
        columns.append(column)
    return columns
