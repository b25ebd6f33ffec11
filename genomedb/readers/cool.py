"""Contact matrices of cooler: .cool, one resolution of .mcool, one cell of .scool."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from genomedb.errors import FormatError, GenomeDBError, MissingDependencyError, UsageError
from genomedb.readers.opened import open_file

PIXELS: Final = 1 << 20  # read at a time
_OWN: Final = ("chrom", "start", "end")


class Pixels(NamedTuple):
    """Pixels of a matrix: rows and columns as numbers of bins, and values; arrays of shape (n,)."""

    bin1: NDArray[np.int64]
    bin2: NDArray[np.int64]
    value: NDArray[Any]


@dataclass
class Matrix:
    """A binned contact matrix that can be read once, piece by piece.

    Attributes
    ----------
    path : str
        Named in errors.
    chroms : list of (str, int)
        Names and lengths, in the order of the bins.
    chrom, start, end : ndarray of int64, shape (n_bins,)
        Place of each bin: number in `chroms`, and positions, 0-based half-open.
    bin_size : int or None
        None where bins differ in width.
    is_symmetric : bool
        Only the upper half is there and stands for both.
    dtype : numpy.dtype
        Of the values.
    n_pixels : int or None
        None where it is not known yet.
    weights : dict of str to ndarray, shape (n_bins,)
        Further columns of the bins.
    info : dict
        ``assembly`` and ``metadata`` of the file.
    pixels : iterator of Pixels
    """

    path: str
    chroms: list[tuple[str, int]]
    chrom: NDArray[np.int64]
    start: NDArray[np.int64]
    end: NDArray[np.int64]
    bin_size: int | None
    is_symmetric: bool
    dtype: np.dtype[Any]
    n_pixels: int | None
    pixels: Iterator[Pixels]
    weights: dict[str, NDArray[np.float64]] = field(default_factory=dict)
    info: dict[str, Any] = field(default_factory=dict)


def list_cool(path: str | Path) -> list[str]:
    """Names of the matrices in a file: ``/``, ``/resolutions/1000``, ``/cells/a``.

    Raises
    ------
    FormatError
        It is no such file.
    MissingDependencyError
        Without cooler.
    """
    cooler = the_cooler(path)
    open_file(path).close()
    with _told(path):
        found: list[str] = cooler.fileops.list_coolers(str(path))
    if found:
        return found
    with _told(path), cooler.Cooler(str(path)).open("r") as root:  # old files do not say it
        if {"chroms", "bins", "pixels"} <= set(root):
            return ["/"]
    raise FormatError("holds no contact matrix", where=path, fix="Give a .cool or .mcool file")


@contextmanager
def open_cool(
    path: str | Path, *, resolution: int | None = None, cell: str | None = None,
    value: str = "count",
) -> Iterator[Matrix]:  # fmt: skip
    """Open a matrix of a file.

    Parameters
    ----------
    path : str or Path
        ``FILE`` or ``FILE::GROUP``, such as ``x.mcool::resolutions/1000``.
    resolution : int, optional
        Bin width of the matrix wanted, in a file of several.
    cell : str, optional
        Of a .scool file.
    value : str
        Column of the pixels.

    Raises
    ------
    FormatError
        The file is no contact matrix, damaged or cut off.
    UsageError
        The file has several matrices and none was chosen, or not the one that was.
    MissingFileError, MissingDependencyError
    """
    file, group = _chosen(str(path), resolution, cell)
    cooler = the_cooler(path)
    with ExitStack() as stack:
        with _told(path):
            made = cooler.Cooler(f"{file}::{group}")
            root = stack.enter_context(made.open("r"))
            matrix = _matrix(made, root, str(path), value)
        if resolution is not None and matrix.bin_size != resolution:
            raise UsageError(
                f"bins are {made.info.get('bin-size')} bp wide, not {resolution}", where=path,
                fix="Leave the resolution out",
            )  # fmt: skip
        yield matrix


def _matrix(made: Any, root: Any, path: str, value: str) -> Matrix:
    """What a file says of its bins, checked; pixels are read later."""
    info, bins, pixels = made.info, root["bins"], root["pixels"]
    for name in ("bin1_id", "bin2_id", value):
        if name not in pixels:
            others = ", ".join(sorted(set(pixels) - {"bin1_id", "bin2_id"}))
            raise UsageError(
                f"pixels have no column {name}", where=path, fix=f"They have: {others}"
            )
    chrom, start, end = (np.asarray(bins[name][:], np.int64) for name in _OWN)
    width = info.get("bin-size")
    is_fixed = info.get("bin-type", "fixed") == "fixed" and isinstance(width, (int, np.integer))
    matrix = Matrix(
        path, [(str(name), int(size)) for name, size in made.chromsizes.items()],
        chrom, start, end, int(width) if is_fixed else None,
        info.get("storage-mode", "symmetric-upper") == "symmetric-upper",
        pixels[value].dtype, pixels["bin1_id"].shape[0], _read(pixels, value, chrom.size, path),
        {name: np.asarray(bins[name][:], np.float64)
         for name in bins if name not in _OWN and bins[name].dtype.kind in "iuf"},
        {"assembly": _text(info.get("genome-assembly")), "metadata": info.get("metadata")},
    )  # fmt: skip
    _check(matrix, [pixels[name].shape[0] for name in ("bin2_id", value)])
    return matrix


def the_cooler(path: str | Path) -> Any:
    """The package cooler."""
    try:
        return import_module("cooler")
    except ImportError as error:
        raise MissingDependencyError(
            ".cool files need cooler", where=path, fix="pip install 'genomedb[hic]'"
        ) from error


def _chosen(path: str, resolution: int | None, cell: str | None) -> tuple[str, str]:
    """File and group of the matrix that is wanted."""
    file, _, group = path.partition("::")
    held = list_cool(file)
    if group:
        group = "/" + group.strip("/")
    elif cell is not None:
        group = f"/cells/{cell}"
    elif len(held) == 1:
        group = held[0]
    elif resolution is not None:
        group = f"/resolutions/{resolution}"
    else:
        raise UsageError(
            f"has {len(held)} matrices", where=file,
            fix=f"Choose one by its resolution or cell: {_few(held)}",
        )  # fmt: skip
    if group not in held:
        raise UsageError(f"has no matrix {group}", where=file, fix=f"It has: {_few(held)}")
    return file, group


def _few(names: list[str]) -> str:
    return ", ".join(names[:12]) + (" ..." if len(names) > 12 else "")


def _read(pixels: Any, value: str, n_bins: int, path: str | Path) -> Iterator[Pixels]:
    for at in range(0, pixels["bin1_id"].shape[0], PIXELS):
        rows = slice(at, at + PIXELS)
        with _told(path):
            read = [pixels[name][rows] for name in ("bin1_id", "bin2_id", value)]
        found = Pixels(*(np.asarray(column) for column in read))
        check_bins(found, n_bins, path)
        yield found


def check_bins(pixels: Pixels, n_bins: int, path: str | Path) -> None:
    """Raise `FormatError` for pixels of bins that are not there."""
    for column in (pixels.bin1, pixels.bin2):
        if column.size and (column.min() < 0 or column.max() >= n_bins):
            raise FormatError(f"has pixels of bins that are not among its {n_bins}", where=path)


def _check(matrix: Matrix, sizes: list[int]) -> None:
    """Raise `FormatError` unless bins lie side by side in chromosomes and columns are as long."""
    chrom, start, end = matrix.chrom, matrix.start, matrix.end
    wrong = not chrom.size == start.size == end.size
    if not wrong and chrom.size:
        lengths = np.array([size for _, size in matrix.chroms], np.int64)
        wrong = chrom.min() < 0 or chrom.max() >= lengths.size
        wrong = wrong or bool((start < 0).any() or (end <= start).any())
        wrong = wrong or bool((end > lengths[chrom]).any() or (chrom[1:] < chrom[:-1]).any())
        wrong = wrong or bool(((chrom[1:] == chrom[:-1]) & (start[1:] < end[:-1])).any())
    if wrong:
        raise FormatError("has bins that overlap or are outside chromosomes", where=matrix.path)
    if set(sizes) != {matrix.n_pixels}:
        raise FormatError("has columns of pixels of different lengths", where=matrix.path)


def _text(value: Any) -> str:
    return "" if value is None else str(value)


@contextmanager
def _told(path: str | Path) -> Iterator[None]:
    """Say in our own words that a file is no matrix, or damaged."""
    try:
        yield
    except GenomeDBError:
        raise
    except (OSError, KeyError, RuntimeError, ValueError) as error:
        reason = str(error).partition("\n")[0][:200].rstrip(".")
        raise FormatError(
            f"is no contact matrix, or damaged: {reason}", where=path,
            fix="Fetch or make the file again",
        ) from error  # fmt: skip


__all__ = ["PIXELS", "Matrix", "Pixels", "check_bins", "list_cool", "open_cool", "the_cooler"]
