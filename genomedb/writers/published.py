"""What all writers share: a file that is published when its ``with`` block ends well."""

from __future__ import annotations

from abc import ABC, abstractmethod
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import TypeVar

from genomedb.writers.compressed import Output, open_output

_Self = TypeVar("_Self", bound="PublishedFile")


class PublishedFile(ABC):
    """A file being written; nothing of it stays when the block ends with an error.

    Parameters
    ----------
    path : str or Path
        Destination.
    overwrite : bool
        Replace a file that is there already.
    """

    def __init__(self, path: str | Path, *, overwrite: bool = False) -> None:
        self.path, self._overwrite = path, overwrite
        self._stack = ExitStack()

    @abstractmethod
    def _open(self, stack: ExitStack) -> None:
        """Begin the file; the stack holds what is to be done when it ends."""

    def __enter__(self: _Self) -> _Self:
        with ExitStack() as stack:  # a file that cannot be begun is taken back at once
            self._open(stack)
            self._stack = stack.pop_all()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._stack.__exit__(kind, error, trace)


class PublishedText(PublishedFile):
    """Text, plain or compressed by the name of the file; ``"-"`` is standard output."""

    _out: Output

    def _open(self, stack: ExitStack) -> None:
        self._out = stack.enter_context(open_output(self.path, overwrite=self._overwrite))
