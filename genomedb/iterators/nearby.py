"""What to say of a name that nothing has."""

from __future__ import annotations

from difflib import get_close_matches

from genomedb.db.database import GenomeDB
from genomedb.errors import TrackNotFoundError


def not_known(db: GenomeDB, name: str, what: str) -> TrackNotFoundError:
    """Error about a name that is neither a track nor an interval set; lists near names."""
    known = db.list_tracks()
    near = get_close_matches(name.replace(".", "/"), known, n=3) or known[:5]
    return TrackNotFoundError(
        f"{what} '{name}' is neither a track nor an interval set",
        where=db.path,
        fix=f"Known names include {', '.join(near)}" if near else "The database is empty",
    )
