# ruff: noqa: FBT001, FBT002 - the peer's signatures
"""gtrack_export_*: values of tracks and expressions as files."""

from __future__ import annotations

import os
from typing import Any

from genomedb.exporters.expression import export_expression_bedgraph, export_expression_bigwig
from genomedb.misha.arguments import flag_of, path_of, text_of
from genomedb.misha.asking import asked
from genomedb.misha.current import current_db

__all__ = ["gtrack_export_bedgraph", "gtrack_export_bigwig"]
_Path = str | os.PathLike[str]


def gtrack_export_bedgraph(
    track: str,
    file: _Path,
    intervals: Any = None,
    iterator: Any = None,
    name: str | None = None,
    header: bool = True,
) -> None:
    """Write a track or an expression as bedGraph.

    A line ``track type=bedGraph name="..."``, then a line an interval that has a value; neighbours
    of one value are not joined. Bases in several rows of the scope come once.

    Parameters
    ----------
    track : str
        A track or an expression.
    file : path
        Compressed if its name ends in ``.gz``; a file that is there is replaced.
    intervals, iterator : optional
        Scope, and how to walk through it.
    name : str, optional
        In the first line; default `track`. Quotes in it become blanks.
    header : bool
        Write the first line.

    Raises
    ------
    UsageError, ExpressionError, TrackNotFoundError
        There is no such track, or the expression, scope or iterator is not right.
    MissingFileError
        The folder of the file is not there.
    """
    options = asked(intervals, iterator)
    expression = text_of(track, "track")
    title = None if name is None else text_of(name, "name")
    export_expression_bedgraph(
        current_db(), expression, _file_of(file), name=title, header=flag_of(header, "header"),
        overwrite=True, **options,
    )  # fmt: skip


def gtrack_export_bigwig(
    track: str, file: _Path, intervals: Any = None, iterator: Any = None
) -> None:
    """Write a track or an expression as bigWig; no other program is needed.

    Parameters
    ----------
    track, file, intervals, iterator
        As of `gtrack_export_bedgraph`.

    Raises
    ------
    UsageError, ExpressionError, TrackNotFoundError, MissingFileError
        As of `gtrack_export_bedgraph`; or a value is infinite.
    """
    options = asked(intervals, iterator)
    expression = text_of(track, "track")
    export_expression_bigwig(current_db(), expression, _file_of(file), overwrite=True, **options)


def _file_of(file: Any) -> str:
    path = path_of(file, "file")
    return "./-" if path == "-" else path  # a file of that name, never standard output
