"""ChromTable: the names, lengths and order of an assembly's chromosomes."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from operator import index

import numpy as np
from numpy.typing import NDArray

from genomedb.core.lazy import lazy
from genomedb.errors import ChromError, UsageError

MITO = ("chrM", "M", "chrMT", "MT")
MAX_NAME_BYTES = 255
MAX_LENGTH = 2**62
RESERVED = "_genomedb"


def sha512t24u(data: bytes) -> str:
    """GA4GH digest: SHA-512 cut to 24 bytes, in base64url."""
    return base64.urlsafe_b64encode(hashlib.sha512(data).digest()[:24]).decode("ascii")


def _canonical_json(value: object) -> bytes:
    """RFC 8785 text of strings, integers and containers of them."""
    return json.dumps(value, separators=(",", ":"), sort_keys=True, ensure_ascii=False).encode()


def seqcol_digest(attributes: Mapping[str, Sequence[object]]) -> str:
    """GA4GH sequence-collection digest over the attributes given.

    References
    ----------
    GA4GH refget sequence collections, version 1.0.
    """
    level1 = {name: sha512t24u(_canonical_json(list(v))) for name, v in attributes.items()}
    return sha512t24u(_canonical_json(level1))


def implied_aliases(name: str) -> tuple[str, ...]:
    """Other spellings of `name`: with or without ``chr``; ``M`` and ``MT``."""
    if name in MITO:
        return tuple(other for other in MITO if other != name)
    return (name[3:],) if name.startswith("chr") and len(name) > 3 else (f"chr{name}",)


@dataclass(frozen=True)
class ChromTable:
    """Chromosomes of one assembly, in the order of the database.

    Parameters
    ----------
    names : tuple of str
        Canonical spellings; the order is the sort order of every result.
    lengths : tuple of int
        Base pairs, at least 1.
    aliases : mapping of str to str, optional
        Further spellings -> canonical name. ``chr1`` = ``1`` and the spellings of the
        mitochondrion are known without being listed, where they are not ambiguous.

    Raises
    ------
    UsageError
        For an empty table, a repeated or reserved name, a length below 1, or an alias
        that means two chromosomes.
    """

    names: tuple[str, ...]
    lengths: tuple[int, ...]
    aliases: Mapping[str, str] = field(default_factory=dict, hash=False)

    def __post_init__(self) -> None:
        try:
            lengths = tuple(map(index, self.lengths))  # numpy integers too
        except TypeError:
            wrong = next(n for n in self.lengths if not hasattr(n, "__index__"))
            raise UsageError(f"chromosome length {wrong!r:.60} is not a whole number") from None
        object.__setattr__(self, "lengths", lengths)
        if not self.names:
            raise UsageError("a genome needs at least one chromosome")
        if len(self.names) != len(self.lengths):
            raise UsageError(f"{len(self.names)} chromosome names but {len(self.lengths)} lengths")
        codes = self._codes
        if len(codes) != len(self.names):
            seen: set[str] = set()
            twice = next(n for n in self.names if n in seen or seen.add(n))  # type: ignore[func-returns-value]
            raise UsageError(f"chromosome {twice} is listed twice")
        for name, length in zip(self.names, self.lengths, strict=True):
            _check_name(name)
            if not 1 <= length < MAX_LENGTH:
                raise UsageError(f"chromosome {name} has length {length}; it must be at least 1")
        for alias, name in self.aliases.items():
            _check_name(alias)
            if name not in codes:
                raise UsageError(f"alias {alias} stands for {name}, which is not a chromosome")
            if codes.get(alias, codes[name]) != codes[name]:
                raise UsageError(f"alias {alias} of {name} is itself another chromosome")

    @classmethod
    def from_pairs(cls, pairs: Iterable[tuple[str, int]]) -> ChromTable:
        """Table from (name, length) pairs."""
        listed = list(pairs)
        return cls(tuple(n for n, _ in listed), tuple(size for _, size in listed))

    @lazy
    def _codes(self) -> dict[str, int]:
        return {name: i for i, name in enumerate(self.names)}

    @lazy
    def _other_spellings(self) -> dict[str, int]:
        """Alias -> code; -1 marks a spelling that could be two chromosomes."""
        spellings: dict[str, int] = {}
        for code, name in enumerate(self.names):
            for other in implied_aliases(name):
                if other not in self._codes:
                    spellings[other] = -1 if other in spellings else code
        spellings.update({alias: self._codes[name] for alias, name in self.aliases.items()})
        return spellings

    @lazy
    def digest(self) -> str:
        """GA4GH sequence-collection digest over lengths and names."""
        return seqcol_digest({"lengths": self.lengths, "names": self.names})

    @lazy
    def length_array(self) -> NDArray[np.int64]:
        """Lengths as int64, shape (n,)."""
        return np.array(self.lengths, np.int64)

    @lazy
    def total(self) -> int:
        """Base pairs of the whole genome."""
        return sum(self.lengths)

    @lazy
    def longest(self) -> int:
        """Base pairs of the longest chromosome."""
        return max(self.lengths)

    def __len__(self) -> int:
        return len(self.names)

    def __contains__(self, name: object) -> bool:
        return self.find(str(name)) >= 0

    def find(self, name: object) -> int:
        """Code (position in the table) of a chromosome in any spelling, -1 if unknown."""
        text = name if type(name) is str else str(name)
        code = self._codes.get(text, -2)
        return code if code >= 0 else self._other_spellings.get(text, -1)

    def code(self, name: object) -> int:
        """Like `find`, but unknown and ambiguous names raise `ChromError`."""
        code = self.find(name)
        if code >= 0:
            return code
        text = str(name)
        if text in self._other_spellings:
            both = [n for n in self.names if text in implied_aliases(n)]
            raise ChromError(f"chromosome {text} could be {' or '.join(both)}", fix="Name it fully")
        raise ChromError(f'chromosome "{text}" does not exist', fix=self._hint(text))

    def name(self, name: object) -> str:
        """Canonical spelling of a chromosome."""
        return self.names[self.code(name)]

    def length(self, name: object) -> int:
        """Base pairs of a chromosome."""
        return self.lengths[self.code(name)]

    def first_difference(self, other: ChromTable) -> str:
        """One sentence on where two tables differ, empty when they are the same."""
        if self.digest == other.digest:
            return ""
        mine, theirs = dict(zip(self.names, self.lengths, strict=True)), other._codes
        shared = [n for n in self.names if n in theirs]
        differing = [n for n in shared if mine[n] != other.lengths[theirs[n]]]
        if differing:
            n = differing[0]
            return (
                f"{len(differing)} of {len(shared)} shared chromosomes differ in length, "
                f"first {n}: {mine[n]} against {other.lengths[theirs[n]]}"
            )
        only_mine = [n for n in self.names if n not in theirs]
        only_theirs = [n for n in other.names if n not in mine]
        if only_mine or only_theirs:
            return (
                f"{len(only_mine)} chromosomes only in the first ({_some(only_mine)}), "
                f"{len(only_theirs)} only in the second ({_some(only_theirs)})"
            )
        return "the same chromosomes in another order"

    def _hint(self, name: str) -> str:
        near = get_close_matches(name, self.names[:5000], n=3)
        return f"Known chromosomes include {', '.join(near or self.names[:5])}"


def _check_name(name: str) -> None:
    if not isinstance(name, str):
        raise UsageError(f"chromosome name {name!r} is not text")
    if not name or len(name.encode(errors="replace")) > MAX_NAME_BYTES:
        raise UsageError(f"chromosome name {name[:40]!r} must be 1 to {MAX_NAME_BYTES} bytes")
    if name == RESERVED or name in (".", "..") or "/" in name or not name.isprintable():
        raise UsageError(f"chromosome name {name!r} cannot be used in a track file")
    if " " in name:
        raise UsageError(f"chromosome name {name!r} contains a space")


def _some(names: list[str]) -> str:
    return ", ".join(names[:3]) + (", ..." if len(names) > 3 else "") if names else "none"
