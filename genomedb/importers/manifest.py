"""Which tracks to make of which files: from a manifest, or from file names."""

from __future__ import annotations

import glob
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from genomedb.core.names import attribute_name, track_name
from genomedb.errors import GenomeDBError, MissingFileError, ParseError, UsageError
from genomedb.readers.records import unpacked_name

MAX_BYTES = 64_000_000
ATTRIBUTE = "attr:"
REQUIRED = ("track", "file")
OPTIONAL = ("description", "format", "bin_size", "dtype")
_ILLEGAL = re.compile(r"[^A-Za-z0-9_-]+")


@dataclass(frozen=True)
class Row:
    """One track to make.

    Attributes
    ----------
    number : int
        1-based, of the data rows.
    where : str
        Manifest and row, or the file, for messages.
    track, file : str
        Name of the track and its input.
    options : dict
        ``description``, ``format``, ``bin_size``, ``dtype``, where given.
    attributes : dict of str to str
    error : GenomeDBError or None
        What is wrong with the row.
    """

    number: int
    where: str
    track: str
    file: str
    options: dict[str, str | int] = field(default_factory=dict)
    attributes: dict[str, str] = field(default_factory=dict)
    error: GenomeDBError | None = None


def read_manifest(path: str | Path) -> list[Row]:
    """Rows of a tab-separated manifest.

    Parameters
    ----------
    path : str or Path
        UTF-8 text whose first line names the columns: ``track`` and ``file``; further
        ``description``, ``format``, ``bin_size``, ``dtype`` and ``attr:NAME``. Lines that are
        empty or begin with ``#`` do not count. Files are named from the folder of the manifest.

    Returns
    -------
    list of Row
        A wrong row says so in `Row.error`; the others can be used.

    Raises
    ------
    MissingFileError, ParseError
        There is no such file; it is no text; its header is wrong; it has no rows.
    """
    file = Path(path)
    lines = [
        (number, line)
        for number, line in enumerate(_text(file).splitlines(), 1)
        if line.strip() and not line.startswith("#")
    ]
    if not lines:
        raise ParseError("the manifest is empty", path=path, line=None, fix=_header_fix())
    first, *rows = lines
    columns = [name.strip() for name in first[1].split("\t")]
    _check_header(columns, path, first[0])
    if not rows:
        raise ParseError("the manifest has a header and no rows", path=path, line=first[0])
    found: list[Row] = []
    seen: dict[str, int] = {}
    for number, (_, line) in enumerate(rows, 1):
        row = _row(number, f"{path} row {number}", columns, line, file.parent)
        if row.error is None:
            if row.track in seen:
                problem = f"track {row.track} is that of row {seen[row.track]} too"
                row = _wrong(row, problem, "Give each row a track of its own")
            else:
                seen[row.track] = number
        found.append(row)
    return found


def _text(file: Path) -> str:
    try:
        with file.open("rb") as opened:
            data = opened.read(MAX_BYTES + 1)
    except (FileNotFoundError, NotADirectoryError, ValueError) as error:
        raise MissingFileError("no such file", where=file) from error
    except OSError as error:
        raise MissingFileError(f"cannot be read: {error.strerror}", where=file) from error
    if len(data) > MAX_BYTES:
        raise ParseError("larger than 64 MB", path=file, line=None, fix="Is it a manifest?")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise ParseError("this is no UTF-8 text", path=file, line=line) from error


def _header_fix() -> str:
    optional = ", ".join((*OPTIONAL, f"{ATTRIBUTE}NAME"))
    return f"The first line names columns, separated by tabs: {', '.join(REQUIRED)}; {optional}"


def _check_header(columns: Sequence[str], path: str | Path, line: int) -> None:
    for name in columns:
        if name not in REQUIRED + OPTIONAL and not name.startswith(ATTRIBUTE):
            raise ParseError(f"column {name!r} is not known", path=path, line=line,
                             fix=_header_fix())  # fmt: skip
        if columns.count(name) > 1:
            raise ParseError(f"column {name!r} is there twice", path=path, line=line)
        if name.startswith(ATTRIBUTE):
            try:
                attribute_name(name.removeprefix(ATTRIBUTE))
            except UsageError as error:
                raise ParseError(error.problem, path=path, line=line, fix=error.fix) from error
    for name in REQUIRED:
        if name not in columns:
            raise ParseError(f"no column {name!r}", path=path, line=line, fix=_header_fix())


def _row(number: int, where: str, columns: Sequence[str], line: str, folder: Path) -> Row:
    fields = [text.strip() for text in line.split("\t")]
    bare = Row(number, where, fields[0], "")
    if len(fields) > len(columns):
        return _wrong(bare, f"{len(fields)} fields, but {len(columns)} columns", "Separate by tabs")
    fields += [""] * (len(columns) - len(fields))
    given = {name: text for name, text in zip(columns, fields, strict=True) if text}
    bare = Row(number, where, given.get("track", ""), given.get("file", ""))
    for name in REQUIRED:
        if name not in given:
            return _wrong(bare, f"no {name}", "Separate columns by tabs")
    options: dict[str, str | int] = {n: given[n] for n in OPTIONAL if n in given}
    try:
        track = track_name(given["track"])
    except UsageError as error:
        return _wrong(bare, error.problem, error.fix)
    if "bin_size" in given:
        text = given["bin_size"]
        if not (text.isascii() and text.isdigit() and 0 < int(text) < 2**62):
            return _wrong(bare, f"bin size {text!r} is not a whole number of at least 1", "")
        options["bin_size"] = int(text)
    attributes = {n.removeprefix(ATTRIBUTE): t for n, t in given.items() if n.startswith(ATTRIBUTE)}
    return Row(number, where, track, str(folder / given["file"]), options, attributes)


def _wrong(row: Row, problem: str, fix: str) -> Row:
    error = UsageError(problem, where=row.where, fix=fix)
    return Row(row.number, row.where, row.track, row.file, error=error)


def rows_of_files(
    patterns: Iterable[str | Path], *, prefix: str = "", name_pattern: str | None = None
) -> list[Row]:
    """One row for each file; the track is named after it.

    Parameters
    ----------
    patterns : iterable of str or Path
        Files, or patterns with ``*``, ``?``, ``[...]`` and ``**``; the files of a pattern are
        sorted. A file found twice counts once.
    prefix : str
        Put before the names, e.g. ``chip/``.
    name_pattern : str, optional
        Regular expression searched in the path; its first group (or all it matches) is the name.
        By default the file name without suffixes, other characters than letters, digits, ``_``
        and ``-`` made ``_``.

    Returns
    -------
    list of Row
        A file whose name makes no track, or the track of an earlier file, says so in `Row.error`.

    Raises
    ------
    UsageError
        No pattern is given, or `name_pattern` is no regular expression.
    MissingFileError
        A pattern matches nothing.
    """
    try:
        wanted = None if name_pattern is None else re.compile(name_pattern)
    except re.error as error:
        raise UsageError(
            f"name pattern {name_pattern!r} is not a regular expression: {error}"
        ) from error
    paths: dict[str, None] = {}
    listed = [patterns] if isinstance(patterns, (str, Path)) else list(patterns)
    if not listed:
        raise UsageError("no input file given")
    for pattern in listed:
        found = [str(pattern)]
        if not Path(pattern).exists():
            matching = glob.glob(str(pattern), recursive=True)  # noqa: PTH207 # keeps ./ as given
            found = sorted(path for path in matching if not Path(path).is_dir())
        if not found:
            raise MissingFileError("no such file, and no file matches it", where=str(pattern))
        paths.update(dict.fromkeys(found))
    rows: list[Row] = []
    seen: dict[str, str] = {}
    for number, path in enumerate(paths, 1):
        row = Row(number, path, "", path)
        try:
            name = track_name(prefix + _name_of(path, wanted))
            row = Row(number, path, name, path)
            if name in seen:
                raise UsageError(
                    f"track {name} is that of {seen[name]} too", where=path,
                    fix="Name the tracks in a manifest, or choose another name pattern",
                )  # fmt: skip
            seen[name] = path
        except UsageError as error:
            wrong = UsageError(error.problem, where=path, fix=error.fix)
            row = Row(number, path, row.track, path, error=wrong)
        rows.append(row)
    return rows


def _name_of(path: str, wanted: re.Pattern[str] | None) -> str:
    """Name that a file gives its track."""
    if wanted is not None:
        found = wanted.search(path)
        if found is None:
            raise UsageError(f"name pattern {wanted.pattern!r} is not in its path")
        name = found[1] if found.re.groups else found[0]
        if name is None:
            raise UsageError(f"the group of name pattern {wanted.pattern!r} matches nothing")
        return "/".join(_legal(part) for part in name.split("/"))
    name = unpacked_name(path)
    return _legal(name.rpartition(".")[0] or name)


def _legal(text: str) -> str:
    name = _ILLEGAL.sub("_", text).strip("_")
    if name and not name[0].isalpha():
        return f"t{name}"
    return name
