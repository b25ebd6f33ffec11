# ruff: noqa: FBT001, FBT002 - the peer's signatures
"""gtrack_2d_import_contacts: tracks of contacts from tables."""

from __future__ import annotations

from collections.abc import Sequence

from genomedb.errors import UsageError
from genomedb.importers.contacts import import_contacts
from genomedb.misha.arguments import absent_is_usage, text_of
from genomedb.misha.current import current_db, storage
from genomedb.misha.track_creation import new_name

__all__ = ["gtrack_2d_import_contacts"]


def gtrack_2d_import_contacts(
    track: str,
    description: str,
    contacts: str | Sequence[str],
    fends: str | None = None,
    allow_duplicates: bool = True,
) -> None:
    """Make a track of points of contacts, each found from both of its sides.

    Parameters
    ----------
    track, description : str
    contacts : str or sequence of str
        Tab-separated files with a line of column names. Columns go by their place: ``chrom1 start1
        end1 chrom2 start2 end2 value``; a point is the middle of each side. With `fends`, they have
        columns ``fend1 fend2 count``. Rows on unknown chromosomes are left out.
    fends : str, optional
        Table with columns ``fend chr coord``.
    allow_duplicates : bool
        Add up the values of contacts of the same places; otherwise they are an error.

    Raises
    ------
    UsageError
        There is no file.
    ParseError
        A line is not right, or its fend is unknown; names the file and the line.
    ChromError
        Contacts come twice, or none is on known chromosomes.
    TrackExistsError
        The name is taken.
    """
    db = current_db()
    name = new_name(db, track)
    files = [contacts] if isinstance(contacts, str) else list(contacts)
    if not files:
        raise UsageError("At least one file must be provided", where="contacts")
    with absent_is_usage():
        import_contacts(
            db, name, files, format=None if fends is not None else "table", fends=fends,
            duplicates="sum" if allow_duplicates else "refuse",
            description=text_of(description, "description"),
            created_by=f'gtrack.2d.import_contacts("{track}", description, contacts)',
            storage=storage(),
        )  # fmt: skip
