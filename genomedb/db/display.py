"""What a notebook shows of a database."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from html import escape
from itertools import islice
from pathlib import Path

from genomedb.db.listing import Entry
from genomedb.errors import GenomeDBError
from genomedb.storage.schema import DESCRIPTION
from genomedb.tracks.display import html_table, readable_bytes

MAX_ROWS = 20
MAX_TEXT = 80


def database_html(title: str, entries: Callable[[], list[Entry]], roots: Sequence[Path]) -> str:
    """HTML of a database: its first tracks, their types and sizes, and its roots.

    Parameters
    ----------
    title : str
        One line on the database.
    entries : callable
        Gives its tracks; what it raises is shown, for a notebook must show something.
    roots : sequence of Path
        The working root and datasets.
    """
    parts = [f"<div><b>{escape(title.strip('<>'))}</b>"]
    try:
        listed = entries()
    except (GenomeDBError, OSError) as error:
        return f"{parts[0]}<br>{escape(str(error))}</div>"
    several = len(roots) > 1
    if several:
        items = "".join(f"<li>{escape(str(root))}</li>" for root in roots)
        parts.append(f"<ol>{items}</ol>")
    columns = ["track", "type", "bin size", "size", "description", *(["root"] * several)]
    rows = [_row(entry, several=several) for entry in islice(listed, MAX_ROWS)]
    if rows:
        parts.append(html_table(columns, rows))
    if len(listed) > MAX_ROWS:
        parts.append(f"and {len(listed) - MAX_ROWS:,} more: see list_tracks() and table()")
    return "".join([*parts, "</div>"])


def _row(entry: Entry, *, several: bool) -> list[str]:
    text = entry.problem or str(entry.attributes.get(DESCRIPTION, ""))
    kind = f"{entry.type} {entry.dtype}".strip()
    bins = f"{entry.bin_size:,} bp" if entry.bin_size else ""
    shown = text if len(text) <= MAX_TEXT else text[: MAX_TEXT - 3] + "..."
    row = [entry.name, kind, bins, readable_bytes(entry.size_in_bytes), shown]
    return [*row, str(entry.root)] if several else row
