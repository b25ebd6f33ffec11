"""Dates of tracks as the peer writes them."""

from __future__ import annotations

import time
from collections.abc import Mapping
from datetime import datetime, timezone
from typing import Any

from genomedb.storage import schema

_FORM = "%Y-%m-%dT%H:%M:%SZ"


def peer_date(text: str) -> str:
    """A time of our files (UTC) as local time in the peer's form; any other text as it is.

    Examples
    --------
    >>> peer_date("yesterday")
    'yesterday'
    """
    try:
        moment = datetime.strptime(text, _FORM).replace(tzinfo=timezone.utc)
        return time.ctime(moment.timestamp())
    except (ValueError, OverflowError, OSError):
        return text


def with_peer_dates(attributes: Mapping[str, Any]) -> dict[str, Any]:
    """Attributes of a track or set, the date of its making in the peer's form."""
    shown = dict(attributes)
    if schema.CREATED_DATE in shown:
        shown[schema.CREATED_DATE] = peer_date(str(shown[schema.CREATED_DATE]))
    return shown
