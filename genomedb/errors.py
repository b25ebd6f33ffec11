"""Every exception that genomedb raises on purpose."""

from __future__ import annotations

from pathlib import Path


class GenomeDBError(Exception):
    """Base class: catch this to catch anything genomedb raises on purpose.

    Parameters
    ----------
    problem : str
        What is wrong, naming the value that is wrong.
    where : str or Path, optional
        Track, file or ``file:line`` the problem was found in.
    fix : str, optional
        What the reader can do next.
    """

    def __init__(self, problem: str, *, where: str | Path | None = None, fix: str = "") -> None:
        self.problem, self.where, self.fix = problem, where, fix
        prefix = f"{where}: " if where is not None else ""
        suffix = f". {fix}" if fix else ""
        super().__init__(f"{prefix}{problem}{suffix}")

    def __str__(self) -> str:  # KeyError would put the sentence in quotes
        return str(self.args[0])

    def __reduce__(self) -> tuple[object, ...]:  # keeps the fields across processes
        return (_rebuild, (type(self), self.args, self.__dict__))


def _rebuild(
    kind: type[GenomeDBError], args: tuple[object, ...], fields: dict[str, object]
) -> GenomeDBError:
    """Unpickle an error without calling its constructor again."""
    error = kind.__new__(kind)
    error.args = args
    error.__dict__.update(fields)
    return error


class UsageError(GenomeDBError, ValueError):
    """An argument is out of range, contradictory or of the wrong shape."""


class TrackNotFoundError(GenomeDBError, ValueError):
    """No track has this name."""


class TrackExistsError(GenomeDBError, ValueError):
    """A track has this name already."""


class ChromError(GenomeDBError, ValueError, KeyError):
    """Unknown chromosome, coordinate outside it, or assemblies that differ."""


class NoDatabaseError(GenomeDBError, RuntimeError):
    """No database was named and ``GENOME_DB`` is not set."""


class MissingFileError(GenomeDBError, FileNotFoundError):
    """An input file or a database directory is absent."""


class FormatError(GenomeDBError, ValueError):
    """A file is not what it says, is too new, or is damaged."""


class ParseError(GenomeDBError, ValueError):
    """A foreign file is wrong at a line.

    Attributes
    ----------
    path : str
        The file, ``<stdin>`` for standard input.
    line : int or None
        1-based line number, None when the fault has no line.
    """

    def __init__(self, problem: str, *, path: str | Path, line: int | None, fix: str = "") -> None:
        self.path, self.line = str(path), line
        where = self.path if line is None else f"{self.path}:{line}"
        super().__init__(problem, where=where, fix=fix)


class ExpressionError(GenomeDBError, ValueError):
    """A track expression was refused; the message has a caret under the place.

    Attributes
    ----------
    text : str
        The expression.
    position : int
        0-based index into `text` of the first character at fault.
    """

    def __init__(self, problem: str, *, text: str, position: int, fix: str = "") -> None:
        self.text, self.position = text, position
        first = max(0, position - 50)  # of a long expression, the part around the place
        shown = "".join(c if c.isprintable() else " " for c in text[first : position + 30])
        before = "..." if first else ""
        after = "..." if len(text) > position + 30 else ""
        caret = " " * (len(before) + position - first) + "^"
        way_out = f"\n{fix}" if fix else ""
        super().__init__(f"{problem}\n    {before}{shown}{after}\n    {caret}{way_out}")
        self.problem, self.fix = problem, fix


class LockedError(GenomeDBError, OSError):
    """Somebody else is writing this track."""


class WriteError(GenomeDBError, OSError):
    """A file could not be written: disk full, no permission, quota."""


class MissingDependencyError(GenomeDBError, ImportError):
    """An optional package is absent; the message says which extra brings it."""


class GenomeDBWarning(UserWarning):
    """Something was left out or looks wrong, and work went on."""
