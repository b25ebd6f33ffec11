"""Pssm: a motif as the letter frequencies of each of its positions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from genomedb.errors import UsageError

LETTERS = "ACGT"
MAX_WIDTH = 10_000


@dataclass(frozen=True, eq=False)
class Pssm:
    """A position-specific scoring matrix.

    Parameters
    ----------
    matrix : array_like of float, shape (n, 4)
        Frequency (or count) of A, C, G and T at each position; finite, not negative.
    name : str
        Its id in a motif set, or any name.
    consensus : str
        Letters that describe it; not used for scoring.
    bidirectional : bool
        False when only the forward strand is meant to be scored.

    Raises
    ------
    UsageError
        The matrix has another shape, is empty, or holds numbers that are no frequencies.

    Examples
    --------
    >>> Pssm([[1, 0, 0, 0], [0, 1, 1, 0]]).frequencies(prior=0.5).round(3).tolist()
    [[0.5, 0.167, 0.167, 0.167], [0.167, 0.333, 0.333, 0.167]]
    """

    matrix: NDArray[np.float64]
    name: str = ""
    consensus: str = ""
    bidirectional: bool = True

    def __post_init__(self) -> None:
        what = f"motif {self.name}" if self.name else "pssm"
        try:
            matrix = np.array(self.matrix, np.float64, ndmin=2)
        except (TypeError, ValueError):
            raise UsageError(f"{what} is not a table of numbers") from None
        if matrix.ndim != 2 or matrix.shape[1] != 4:
            raise UsageError(
                f"{what} has shape {matrix.shape}",
                fix="Give one row a position and four columns: A, C, G, T",
            )
        if not 1 <= len(matrix) <= MAX_WIDTH:
            raise UsageError(f"{what} has {len(matrix)} positions; 1 to {MAX_WIDTH} are possible")
        wrong = ~np.isfinite(matrix) | (matrix < 0)
        if wrong.any():
            row, column = np.argwhere(wrong)[0].tolist()
            raise UsageError(
                f"{what}: row {row}, column {LETTERS[column]} is {matrix[row, column]:g}; "
                "frequencies are finite and not negative"
            )
        matrix.setflags(write=False)
        object.__setattr__(self, "matrix", matrix)

    @classmethod
    def of(cls, value: Any) -> Pssm:
        """Motif from a `Pssm`, a matrix (n x 4) or a DataFrame with columns A, C, G and T."""
        if isinstance(value, cls):
            return value
        if value is None or isinstance(value, str):
            raise UsageError(
                f"pssm is {value!r}",
                fix="Give a matrix of one row a position and columns A, C, G, T",
            )
        columns = getattr(value, "columns", None)
        if columns is not None:
            absent = [letter for letter in LETTERS if letter not in columns]
            if absent:
                raise UsageError(
                    f"pssm has no column {absent[0]}", fix="Its columns must be A, C, G and T"
                )
            value = value[list(LETTERS)].to_numpy()
        return cls(value)

    def __len__(self) -> int:
        return len(self.matrix)

    def frequencies(self, *, prior: float = 0.01) -> NDArray[np.float64]:
        """Each row divided by its sum, with `prior` added to each, and divided by its sum again.

        So counts and frequencies of a motif score alike; a row of zeros is uniform.

        Parameters
        ----------
        prior : float
            At least 0.

        Returns
        -------
        ndarray of float64, shape (n, 4)

        Raises
        ------
        UsageError
            `prior` is negative or not finite, or a row adds up to 0.
        """
        try:
            added = float(prior)
        except (TypeError, ValueError):
            raise UsageError(f"prior must be a number, not {prior!r}") from None
        if not (np.isfinite(added) and added >= 0):
            raise UsageError(f"prior must be finite and not negative, not {prior!r}")
        total = self.matrix.sum(axis=1, keepdims=True)
        empty = total == 0
        if added == 0 and empty.any():
            raise UsageError(f"pssm row {int(np.argmax(empty))} is all 0",
                             fix="Give a prior above 0")  # fmt: skip
        raised = self.matrix / np.where(empty, 1, total) + added
        frequencies: NDArray[np.float64] = raised / raised.sum(axis=1, keepdims=True)
        return frequencies
