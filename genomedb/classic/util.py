"""Files, and small things that scripts need."""

from __future__ import annotations

import gzip
import io
from collections.abc import Iterable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import IO, Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from genomedb.errors import MissingFileError, ParseError, TrackExistsError, UsageError

_GZIP = b"\x1f\x8b"


def is_gzipped(path: str | Path) -> bool:
    """Does a file begin as gzip (and bgzip) does? Its name does not matter."""
    try:
        with open(path, "rb") as file:  # noqa: PTH123 - as text or Path
            return file.read(2) == _GZIP
    except FileNotFoundError:
        raise MissingFileError("there is no such file", where=str(path)) from None


def check_open(path: str | Path, mode: str = "r") -> IO[Any]:
    """Open a file as text; compressed when read if it is gzip, when written if its name says so.

    Parameters
    ----------
    path : path
    mode : {"r", "w"}
        ``w`` refuses a file that is there already.

    Raises
    ------
    MissingFileError, TrackExistsError, UsageError
        Not there, there already, or another mode.
    """
    if mode in ("r", "rt"):
        if is_gzipped(path):
            return gzip.open(path, "rt")
        return open(path)  # noqa: PTH123 - the caller closes it
    if mode not in ("w", "wt"):
        raise UsageError(f"mode {mode!r} is neither 'r' nor 'w'")
    try:
        if str(path).endswith(".gz"):
            return io.TextIOWrapper(gzip.open(path, "xb"))
        return open(path, "x")  # noqa: PTH123 - the caller closes it
    except FileExistsError:
        raise TrackExistsError("is there already", where=str(path), fix="Remove it first") from None


def read_rows(lines: Iterable[str], delim: str = "\t") -> Iterator[SimpleNamespace]:
    r"""Rows of a table whose first line names its columns, as objects with these attributes.

    Raises
    ------
    ParseError
        A row has more or fewer fields than the header.

    Examples
    --------
    >>> [row.start for row in read_rows(["CHROM\tstart", "chr1\t5"])]
    ['5']
    """
    names: list[str] | None = None
    for number, line in enumerate(lines, 1):
        fields = line.rstrip("\r\n").split(delim)
        if names is None:
            names = [name.lstrip("#").replace(".", "_") for name in fields]
            continue
        if len(fields) != len(names):
            raise ParseError(
                f"{len(fields)} fields, the header has {len(names)}",
                path=getattr(lines, "name", "<lines>"), line=number, fix="Complete the row",
            )  # fmt: skip
        yield SimpleNamespace(**dict(zip(names, fields, strict=True)))


def subsample_counts(
    counts: ArrayLike, n: int, *, seed: int | np.random.Generator | None = None
) -> NDArray[np.int64]:
    """Draw `n` of the things counted, without replacement.

    Parameters
    ----------
    counts : array of int, shape (m,)
        How many there are at each place.
    n : int
        How many to keep, at most their sum.
    seed : int or Generator, optional

    Returns
    -------
    ndarray of int64, shape (m,)
        Counts that are kept.
    """
    held = np.asarray(counts)
    if held.ndim != 1 or held.dtype.kind not in "iu" or (held < 0).any():
        raise UsageError("counts must be a 1-D array of whole numbers, none below 0")
    total = int(held.sum(dtype=np.int64))
    if not 0 <= n <= total:
        raise UsageError(f"cannot keep {n} of {total} counts")
    rng = np.random.default_rng(seed)
    at = np.flatnonzero(held)
    kept = np.zeros(held.size, np.int64)
    if at.size and n:
        kept[at] = rng.multivariate_hypergeometric(
            held[at].astype(np.int64), n, method="marginals" if total > 1_000_000 else "count"
        )
    return kept


def assign_quantiles(values: ArrayLike, n_quantiles: int) -> NDArray[np.int64]:
    """Quantile of each value, from 0: groups of sizes that differ by one at most.

    NaN is in no group (-1). Equal values come in the order in which they are given.

    Examples
    --------
    >>> assign_quantiles([5.0, 1.0, 3.0, 2.0], 2)
    array([1, 0, 1, 0])
    """
    held = np.asarray(values, np.float64)
    if held.ndim != 1 or n_quantiles < 1:
        raise UsageError(f"cannot put a {held.ndim}-D array into {n_quantiles} quantiles")
    order = np.argsort(held, kind="stable")
    n = held.size - int(np.isnan(held).sum())
    found = np.full(held.size, -1, np.int64)
    found[order[:n]] = np.arange(n) * n_quantiles // max(n, 1)
    return found
