"""A pickle that somebody else made, as bytes: carried from file to file, never read."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Pickled:
    """A pickle as it is.

    Attributes
    ----------
    data : bytes
    """

    data: bytes
