"""Listing: names and facts of the tracks, matched by name, type and attributes."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from genomedb.core.chroms import ChromTable
from genomedb.db.catalogue import DAMAGED, Facts, Value
from genomedb.db.datasets import Roots
from genomedb.errors import UsageError
from genomedb.storage import schema

if TYPE_CHECKING:
    import pandas as pd


class Entry(NamedTuple):
    """What the catalogue says of one track.

    Attributes
    ----------
    name : str
        Name in the database.
    root : Path
        The root that holds it.
    type : str
        Track type, ``damaged`` for a file that cannot be read.
    dtype : str
        Type of the stored values.
    bin_size : int
        In bp; 0 where there are no bins.
    size_in_bytes : int
        Of the file.
    attributes : dict
        Attributes that people set.
    problem : str
        Why the track cannot be opened, empty for one that can.
    """

    name: str
    root: Path
    type: str
    dtype: str
    bin_size: int
    size_in_bytes: int
    attributes: dict[str, Value]
    problem: str


class Listing:
    """The part of `GenomeDB` that says which tracks there are."""

    _roots: Roots
    chroms: ChromTable

    def list_tracks(
        self,
        pattern: str | None = None,
        *,
        attrs: Mapping[str, str | None] | None = None,
        type: str | None = None,
    ) -> list[str]:
        """Names of the tracks, sorted.

        Parameters
        ----------
        pattern : str, optional
            Regular expression searched in the names.
        attrs : mapping, optional
            Attribute -> regular expression that is found in its text, or None for tracks
            without that attribute. All must hold.
        type : str, optional
            Track type, or ``damaged`` for files that cannot be read.

        Raises
        ------
        UsageError
            What is given is not a regular expression or a track type.

        Examples
        --------
        >>> db.list_tracks("^chip/", attrs={"lab": "ours", "withdrawn": None})  # doctest: +SKIP
        """
        if attrs or type is not None:
            return [entry.name for entry in self.entries(pattern, attrs=attrs, type=type)]
        found = _compiled(pattern, "pattern")
        return sorted(name for name in self._roots.names() if found is None or found.search(name))

    def entries(
        self,
        pattern: str | None = None,
        *,
        attrs: Mapping[str, str | None] | None = None,
        type: str | None = None,
    ) -> list[Entry]:
        """What the tracks are, sorted by name, without opening files that did not change.

        A file that cannot be read is listed with type ``damaged`` and its problem. Parameters
        as in `list_tracks`.

        Returns
        -------
        list of Entry
        """
        wanted = _compiled(pattern, "pattern")
        tests = [(key, _compiled(test, f"attrs[{key!r}]")) for key, test in (attrs or {}).items()]
        for key in attrs or ():
            if key in schema.STRUCTURAL:
                raise UsageError(
                    f"attribute {key!r} describes the file and is not listed",
                    fix="Use type=, or the fields of entries()",
                )
        if type is not None and type not in (*schema.KNOWN_TYPES, DAMAGED):
            known = ", ".join((*schema.KNOWN_TYPES, DAMAGED))
            raise UsageError(f"type {type!r} is not a track type", fix=f"One of {known}")
        found: list[Entry] = []
        seen: set[str] = set()
        digest = self.chroms.digest
        for root in self._roots:
            facts_of = self._roots.catalogue(root).facts()
            for name, (facts, size) in facts_of.items():
                if name in seen or (wanted is not None and not wanted.search(name)):
                    continue
                if type is not None and facts.kind[0] != type:
                    continue
                if tests and not _passes(facts, tests):
                    continue
                track_type, dtype, bin_size, theirs = facts.kind
                problem = facts.problem
                if not problem and theirs != digest:
                    problem = "belongs to another assembly"
                found.append(
                    Entry(name, root, track_type, dtype, bin_size, size, facts.attributes, problem)
                )
            seen.update(facts_of)
        return sorted(found)

    def table(
        self,
        pattern: str | None = None,
        *,
        attrs: Mapping[str, str | None] | None = None,
        type: str | None = None,
    ) -> pd.DataFrame:
        """What the tracks are, one row a track, without opening files that did not change.

        Parameters as in `list_tracks`.

        Returns
        -------
        DataFrame
            Columns ``name type dtype bin_size size_in_bytes``, ``root`` when there are
            datasets, ``problem`` when a file has one, ``created.date``, and one column for
            each attribute that any of the tracks has. Attributes that have the name of one of
            these columns are in ``attr.<name>``. Absent attributes are None.
        """
        import pandas as pd

        rows = self.entries(pattern, attrs=attrs, type=type)
        columns: dict[str, list[Any]] = {
            "name": [row.name for row in rows],
            "type": [row.type for row in rows],
            "dtype": [row.dtype for row in rows],
            "bin_size": [row.bin_size for row in rows],
            "size_in_bytes": [row.size_in_bytes for row in rows],
        }
        if len(self._roots) > 1:
            columns["root"] = [str(row.root) for row in rows]
        if any(row.problem for row in rows):
            columns["problem"] = [row.problem for row in rows]
        fixed = set(columns)
        keys = sorted({key for row in rows for key in row.attributes} - {schema.CREATED_DATE})
        for key in (schema.CREATED_DATE, *keys):
            column = key
            while column in fixed or (column != key and column in keys):
                column = f"attr.{column}"
            columns[column] = [row.attributes.get(key) for row in rows]
        return pd.DataFrame(columns)

    def _ipython_key_completions_(self) -> list[str]:
        """Names offered after ``db[``."""
        return self.list_tracks()


def _compiled(text: str | None, what: str) -> re.Pattern[str] | None:
    if text is None:
        return None
    if not isinstance(text, str):
        kind = text.__class__.__name__
        raise UsageError(f"{what} is {kind}, not text", fix="Give a regular expression")
    try:
        return re.compile(text)
    except re.error as error:
        raise UsageError(f"{what} {text!r} is not a regular expression: {error}") from error


def _passes(facts: Facts, tests: list[tuple[str, re.Pattern[str] | None]]) -> bool:
    """Do the attributes pass all tests? Those of a file that cannot be read pass none."""
    if facts.problem:
        return False
    for key, test in tests:
        value = facts.attributes.get(key)
        if test is None:
            if value is not None:
                return False
        elif value is None or not test.search(str(value)):
            return False
    return True
