"""Contact matrices of .hic files, read with hictkpy."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import Any, Final

import numpy as np

from genomedb.errors import FormatError, MissingDependencyError, UsageError
from genomedb.readers.cool import Matrix, Pixels, check_bins
from genomedb.readers.opened import open_file

ROWS: Final = 1 << 12  # bins of a chromosome whose pixels are read at a time
_RAW: Final = (None, "", "NONE")


@contextmanager
def open_hic(
    path: str | Path, *, resolution: int, normalization: str | None = None
) -> Iterator[Matrix]:
    """Open one resolution of a .hic file.

    Parameters
    ----------
    path : str or Path
    resolution : int
        Bin width.
    normalization : str, optional
        Of the values; raw counts without.

    Raises
    ------
    FormatError
        The file is no .hic file, damaged or cut off.
    UsageError
        It has no such resolution or normalization.
    MissingFileError, MissingDependencyError
    """
    hictkpy = _hictkpy(path)
    open_file(path).close()
    if not hictkpy.is_hic(str(path)):
        raise FormatError("is no .hic file, or its beginning is damaged", where=path)
    with _told(path):
        held = sorted(map(int, hictkpy.MultiResFile(str(path)).resolutions()))
    if not isinstance(resolution, (int, np.integer)) or resolution not in held:
        raise UsageError(f"has no bins of {resolution} bp", where=path,
                         fix=f"It has: {', '.join(map(str, held))}")  # fmt: skip
    with _told(path):
        file = hictkpy.File(str(path), int(resolution))
        known = [str(name) for name in file.avail_normalizations()]
        chroms = [(str(name), int(size)) for name, size in file.chromosomes().items()]
        info = dict(file.attributes())
    raw = normalization in _RAW
    if not raw and normalization not in known:
        raise UsageError(f"has no values normalized by {normalization}", where=path,
                         fix=f"It has: {', '.join(known) or 'raw counts only'}")  # fmt: skip
    counts = [-(-size // resolution) for _, size in chroms]
    chrom = np.repeat(np.arange(len(chroms)), counts)
    first = np.concatenate(([0], np.cumsum(counts))).astype(np.int64)
    start = (np.arange(chrom.size) - first[chrom]) * resolution
    is_symmetric = True  # of all such files
    lengths = np.array([size for _, size in chroms], np.int64)
    pixels = _read(file, chroms, resolution, "NONE" if raw else str(normalization), chrom.size,
                   path)  # fmt: skip
    matrix = Matrix(
        str(path), chroms, chrom, start, np.minimum(start + resolution, lengths[chrom]),
        resolution, is_symmetric, np.dtype(np.int32 if raw else np.float64), None, pixels,
        info={"assembly": str(info.get("assembly") or "")},
    )  # fmt: skip
    if raw:
        matrix.pixels = _with_type(matrix, pixels)
    yield matrix


def _with_type(matrix: Matrix, pixels: Iterator[Pixels]) -> Iterator[Pixels]:
    """Raw values, which the file has as floats: say when they are no small whole numbers."""
    for block in pixels:
        if matrix.dtype.kind == "i":
            if (np.rint(block.value) != block.value).any():
                matrix.dtype = np.dtype(np.float32)
            elif abs(block.value).max() > np.iinfo(np.int32).max:
                matrix.dtype = np.dtype(np.int64)
        yield block


def _read(
    file: Any, chroms: list[tuple[str, int]], width: int, normalization: str, n_bins: int,
    path: str | Path,
) -> Iterator[Pixels]:  # fmt: skip
    """Pixels of the upper half: a pair of chromosomes after the other, in stripes of rows."""
    for number, (name1, size1) in enumerate(chroms):
        for name2, size2 in chroms[number:]:
            for at in range(0, size1, ROWS * width):
                rows = f"{name1}:{at}-{min(at + ROWS * width, size1)}"
                # nothing of the upper half lies before the diagonal
                columns = f"{name2}:{at if name1 == name2 else 0}-{size2}"
                with _told(path):
                    found = file.fetch(
                        rows, columns, normalization=normalization, count_type="float64"
                    ).to_arrow()
                made = Pixels(*(found[key].to_numpy() for key in ("bin1_id", "bin2_id", "count")))
                if made.value.size:
                    check_bins(made, n_bins, path)
                    yield made


def _hictkpy(path: str | Path) -> Any:
    try:
        return import_module("hictkpy")
    except ImportError as error:
        raise MissingDependencyError(
            ".hic files need hictkpy", where=path, fix="pip install 'genomedb[hic]'"
        ) from error


@contextmanager
def _told(path: str | Path) -> Iterator[None]:
    """Say in our own words that a file is damaged."""
    try:
        yield
    except (OSError, RuntimeError, ValueError, KeyError, IndexError) as error:
        reason = str(error).partition("\n")[0][:200].rstrip(".")
        raise FormatError(
            f"is damaged or cut off: {reason}", where=path, fix="Fetch or make the file again"
        ) from error


__all__ = ["open_hic"]
