"""Texts: many short texts as one run of bytes."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class Texts:
    """Many texts one behind the other; behaves as a sequence of `str`.

    Attributes
    ----------
    data : ndarray of uint8
        UTF-8 bytes of all texts.
    offset : ndarray of int64, shape (n + 1,)
        Text ``i`` is ``data[offset[i]:offset[i + 1]]``; the first offset need not be 0.
    """

    data: NDArray[np.uint8]
    offset: NDArray[np.int64]

    @classmethod
    def of(cls, texts: Iterable[str | bytes]) -> Texts:
        """Texts from Python strings.

        Examples
        --------
        >>> Texts.of(["a", "", "bc"]).tolist()
        ['a', '', 'bc']
        """
        parts = [t if isinstance(t, bytes) else t.encode("utf-8") for t in texts]
        offset = np.zeros(len(parts) + 1, np.int64)
        np.cumsum([len(p) for p in parts], out=offset[1:])
        return cls(np.frombuffer(b"".join(parts), np.uint8), offset)

    @classmethod
    def empty(cls, n: int) -> Texts:
        """`n` texts without a letter."""
        return cls(np.empty(0, np.uint8), np.zeros(n + 1, np.int64))

    @classmethod
    def joined(cls, parts: Sequence[Texts]) -> Texts:
        """Several runs one behind the other."""
        if not parts:
            return cls.empty(0)
        data = np.concatenate([p.data[p.offset[0] : p.offset[-1]] for p in parts])
        sizes = np.concatenate([p.sizes for p in parts])
        return cls(data, np.concatenate(([0], np.cumsum(sizes))))

    @property
    def sizes(self) -> NDArray[np.int64]:
        """Bytes of each text."""
        return np.diff(self.offset)

    @property
    def nbytes(self) -> int:
        """Bytes of memory that this run of texts needs."""
        return int(self.offset[-1] - self.offset[0]) + self.offset.nbytes

    def tolist(self) -> list[str]:
        """All texts as Python strings; bytes that are no UTF-8 become escapes."""
        whole = self.data[self.offset[0] : self.offset[-1]].tobytes()
        edges = (self.offset - self.offset[0]).tolist()
        if whole.isascii():
            text = whole.decode("ascii")
            return [text[a:b] for a, b in itertools.pairwise(edges)]
        pieces = (whole[a:b] for a, b in itertools.pairwise(edges))
        return [p.decode("utf-8", "backslashreplace") for p in pieces]

    def slice(self, first: int, last: int) -> Texts:
        """Texts ``[first, last)``, sharing the bytes."""
        return Texts(self.data, self.offset[first : last + 1])

    def __len__(self) -> int:
        return self.offset.size - 1

    def __getitem__(self, i: int) -> str:
        if not -len(self) <= i < len(self):
            raise IndexError(f"text {i} of {len(self)}")
        i %= len(self)
        raw = self.data[self.offset[i] : self.offset[i + 1]].tobytes()
        return raw.decode("utf-8", "backslashreplace")

    def __iter__(self) -> Iterator[str]:
        return iter(self.tolist())
