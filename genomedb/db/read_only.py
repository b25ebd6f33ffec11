"""Which attributes are read-only in a database: a short text file beside its tracks."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from genomedb.core.names import attribute_name
from genomedb.errors import FormatError, UsageError
from genomedb.storage import schema
from genomedb.writers.compressed import publish_file

FILE = "readonly_attributes.txt"  # a name a line; without the file, those of the format
MAX_BYTES = 1_000_000


def read_only_names(folder: Path) -> tuple[str, ...]:
    """Attributes that nobody may set in the database of a folder.

    Raises
    ------
    FormatError
        The list cannot be read.
    """
    path = folder / FILE
    try:
        with path.open("rb") as file:
            text = file.read(MAX_BYTES).decode("utf-8")
    except FileNotFoundError:
        return schema.READ_ONLY_DEFAULT
    except (OSError, UnicodeDecodeError) as error:
        raise FormatError(f"cannot be read ({error})", where=path) from error
    return tuple(line.strip() for line in text.splitlines() if line.strip())


def write_read_only_names(folder: Path, names: Sequence[str]) -> None:
    """Say which attributes are read-only, for everybody who opens the database.

    Raises
    ------
    UsageError
        A name is not legal, or comes twice.
    WriteError
        The database cannot be written.
    """
    for i, name in enumerate(names):
        attribute_name(name)
        if name in names[:i]:
            raise UsageError(f"attribute {name!r} comes twice")
    with publish_file(folder / FILE, overwrite=True) as part:
        part.write_text("".join(f"{name}\n" for name in names), encoding="utf-8")
