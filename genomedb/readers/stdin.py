"""Standard input, read so that Ctrl-C is heard."""

from __future__ import annotations

import io
import select
from typing import BinaryIO, Final, cast

_TURN_SECONDS: Final = 0.2


class AwaitedInput:
    """Standard input, waited for in short turns.

    A signal that comes just before a blocking read is noticed only after it, which may be
    never: waiting ends now and then, and Ctrl-C is heard.
    """

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        try:
            self._fd = stream.fileno()
        except (OSError, ValueError):  # not a file of the system
            self._fd = -1

    def read(self, n: int) -> bytes:
        """Some bytes, at most `n`; none at the end."""
        if self._fd < 0:
            return self._stream.read(n)
        while not select.select([self._fd], [], [], _TURN_SECONDS)[0]:
            pass
        return cast(io.BufferedReader, self._stream).read1(n)
