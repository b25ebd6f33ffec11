"""What tracks carry beside their values: attributes and variables, by the track's name."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from genomedb.db.read_only import read_only_names, write_read_only_names
from genomedb.errors import UsageError
from genomedb.storage import variables
from genomedb.storage.edit import replace_attributes
from genomedb.storage.handle import TrackFile
from genomedb.tracks.create import settable


class Belongings(ABC):
    """The part of `GenomeDB` that reads and changes attributes and variables."""

    path: Path

    @abstractmethod
    def _own(self, name: str) -> Path:
        """File of a track that may be changed."""

    @abstractmethod
    def _file(self, name: str) -> Path:
        """File of a track of any root."""

    def set_attributes(self, name: str, changes: Mapping[str, str | None]) -> None:
        """Set attributes of a track to text; None removes one.

        Raises
        ------
        UsageError
            An attribute is read-only (`readonly_attributes`) or describes the file, or the
            track is one of a dataset.
        """
        kept = self.readonly_attributes
        for key, value in changes.items():
            if key in kept:
                raise UsageError(f"attribute '{key}' is read-only", where=name)
            settable(key)
            if value is not None and not isinstance(value, str):
                raise UsageError(f"attribute {key} must be text, not {type(value).__name__}")
        replace_attributes(self._own(name), changes)

    @property
    def readonly_attributes(self) -> tuple[str, ...]:
        """Attributes that `set_attributes` refuses, as the database says."""
        return read_only_names(self.path)

    def set_readonly_attributes(self, names: Sequence[str]) -> None:
        """Say which attributes are read-only, for everybody who opens the database.

        Raises
        ------
        UsageError
            A name is not legal, or comes twice.
        WriteError
            The database cannot be written.
        """
        write_read_only_names(self.path, names)

    def set_variable(
        self, track: str, name: str, value: Any, *, allow_pickle: bool = False
    ) -> None:
        """Keep a value with a track, under a name; a value of that name is replaced.

        The track's file is written anew, as for `set_attributes`.

        Parameters
        ----------
        track : str
            Name of the track.
        name : str
            Letters, digits, ``_ . -``, beginning with a letter or ``_``.
        value : array, DataFrame or JSON value
            Numeric and bool arrays of any shape (and numpy numbers); DataFrames whose columns
            are numbers, bools or text without gaps, with the default index; dicts with text
            keys, lists, text, numbers, bools and None. JSON knows no NaN: keep such numbers
            in an array. `Pickled` is kept as the pickle that it is.
        allow_pickle : bool
            Keep anything else as a pickle. Reading it needs the same word: unpickling runs
            whatever code the file's author put there.

        Raises
        ------
        UsageError
            The value cannot be kept as it is; the message says which part and what to do.
        """
        variables.write_variable(self._own(track), name, value, allow_pickle=allow_pickle)

    def get_variable(self, track: str, name: str, *, allow_pickle: bool = False) -> Any:
        """Read a value kept by `set_variable`.

        Parameters
        ----------
        track, name : str
            The track and the variable.
        allow_pickle : bool
            Unpickle, if it is a pickle. Only for files that you trust.

        Raises
        ------
        UsageError
            There is no such variable, or it is a pickle and that is not allowed.
        FormatError
            The file is damaged there.
        """
        return variables.read_variable(
            TrackFile(self._file(track)), name, allow_pickle=allow_pickle
        )

    def list_variables(self, track: str) -> list[str]:
        """Names of the variables of a track, sorted."""
        return variables.list_variables(TrackFile(self._file(track)))

    def remove_variable(self, track: str, name: str) -> None:
        """Forget a variable of a track."""
        variables.remove_variable(self._own(track), name)
