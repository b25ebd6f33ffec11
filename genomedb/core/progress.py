"""One progress bar, silent when nobody looks."""

from __future__ import annotations

import sys
from typing import Any

from genomedb.core import settings
from genomedb.core.closing import Closing


class Progress(Closing):
    """A bar on stderr with ETA; off when stderr is no terminal or ``GENOMEDB_PROGRESS=0``.

    Parameters
    ----------
    total : int or None
        Units of work, None when unknown.
    what : str
        Shown before the bar.
    unit : str
        ``"B"`` shows bytes with prefixes.
    enabled : bool
        False keeps it silent whatever the terminal.
    """

    def __init__(
        self, total: int | None, what: str, *, unit: str = "B", enabled: bool = True
    ) -> None:
        self._bar: Any = None
        if enabled and settings.show_progress() and sys.stderr.isatty():
            from tqdm import tqdm

            self._bar = tqdm(
                total=total, desc=what, unit=unit, unit_scale=True, delay=1, leave=False
            )

    def advance(self, done: int) -> None:
        """Add `done` units."""
        if self._bar is not None:
            self._bar.update(done)

    def at(self, done: int) -> None:
        """Set the absolute position."""
        if self._bar is not None:
            self._bar.update(done - self._bar.n)

    def close(self) -> None:
        """Take the bar away."""
        if self._bar is not None:
            self._bar.close()
