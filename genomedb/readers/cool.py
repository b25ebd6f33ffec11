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
_IDS: Final = ("bin1_id", "bin2_id")
_DIVISIVE: Final = ("KR", "VC", "VC_SQRT")  # by custom counts are divided by these


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
        Of the values; of a .hic file it is only known when all pixels are read.
    n_pixels : int or None
        None where it is not known yet.
    weights : dict of str to ndarray, shape (n_bins,)
        Further columns of the bins.
    weight_facts : dict of str to dict
        What the file says of these columns, such as how they were made.
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
    weights: dict[str, NDArray[Any]] = field(default_factory=dict)
    weight_facts: dict[str, dict[str, Any]] = field(default_factory=dict)
    info: dict[str, Any] = field(default_factory=dict)

    def factors(self, name: str) -> NDArray[np.float64]:
        """What counts are multiplied with for each bin, of a column of weights.

        Weights that the file says, or their name, to be divided by are turned round.
        """
        weight = self.weights[name].astype(np.float64)
        if not self.weight_facts.get(name, {}).get("divisive_weights", name in _DIVISIVE):
            return weight
        with np.errstate(divide="ignore"):
            return 1 / weight


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
    if resolution is not None and not isinstance(resolution, (int, np.integer)):
        raise UsageError(f"resolution={resolution!r:.40} is no whole number", where=path)
    file, group = _chosen(str(path), resolution, cell)
    cooler = the_cooler(path)
    with ExitStack() as stack:
        with _told(path):
            made = cooler.Cooler(f"{file}::{group}")
            root = stack.enter_context(made.open("r"))
            matrix = _matrix(made, root, str(path), value)
        if resolution is not None and matrix.bin_size != resolution:
            width = matrix.bin_size
            raise UsageError(
                f"has bins of many widths, not of {resolution} bp" if width is None
                else f"bins are {width} bp wide, not {resolution}", where=path,
                fix="Leave the resolution out",
            )  # fmt: skip
        yield matrix


def _matrix(made: Any, root: Any, path: str, value: str) -> Matrix:
    """What a file says of its bins, checked; pixels are read later."""
    info, bins, pixels = made.info, root["bins"], root["pixels"]
    _check_columns(bins, pixels, path, value)
    chrom, start, end = (np.asarray(bins[name][:], np.int64) for name in _OWN)
    metadata = info.get("metadata")
    matrix = Matrix(
        path, [(_text(name), int(size)) for name, size in made.chromsizes.items()],
        chrom, start, end, None, info.get("storage-mode", "symmetric-upper") == "symmetric-upper",
        pixels[value].dtype, pixels["bin1_id"].shape[0], _read(pixels, value, chrom.size, path),
        {name: bins[name][:] for name in bins if name not in _OWN and _is_numeric(bins[name])},
        {}, {"assembly": _text(info.get("genome-assembly")),
             "metadata": metadata if isinstance(metadata, (dict, list, str)) else None},
    )  # fmt: skip
    matrix.weight_facts = {name: _facts(bins[name]) for name in matrix.weights}
    _check(matrix, [pixels[name].shape[0] for name in ("bin2_id", value)])
    width = info.get("bin-size")
    if isinstance(width, (int, np.integer)) and width > 0 and _are_even(matrix, int(width)):
        matrix.bin_size = int(width)
    return matrix


def _check_columns(bins: Any, pixels: Any, path: str, value: str) -> None:
    """Complain of tables that are none, and of columns that are absent or hold no numbers."""
    if not (hasattr(bins, "keys") and hasattr(pixels, "keys")):
        raise FormatError("has no tables of bins and pixels", where=path)
    others = sorted(set(pixels) - set(_IDS))
    for name in (*_IDS, value):
        if name not in pixels or (name == value and name in _IDS):
            raise UsageError(
                f"pixels have no {'values' if name in pixels else 'column'} {name}", where=path,
                fix=f"They have: {', '.join(others)}",
            )  # fmt: skip
    for column, kinds in (
        *((pixels[name], "iu") for name in _IDS), (pixels[value], "biuf"),
        *((bins[name], "iu") for name in _OWN if name in bins),
    ):  # fmt: skip
        if not _is_numeric(column, kinds):
            raise FormatError(f"has no numbers in the column {column.name}", where=path)


def _is_numeric(column: Any, kinds: str = "biuf") -> bool:
    return getattr(column, "ndim", 0) == 1 and column.dtype.kind in kinds


def _facts(column: Any) -> dict[str, Any]:
    """Attributes of a column that JSON can hold."""
    found = {str(name): getattr(value, "tolist", lambda value=value: value)()
             for name, value in column.attrs.items()}  # fmt: skip
    return {name: value for name, value in found.items()
            if isinstance(value, (str, int, float, bool, list))}  # fmt: skip


def _are_even(matrix: Matrix, width: int) -> bool:
    """Are the bins all those of a width, side by side from 0 on in every chromosome?"""
    lengths = np.array([size for _, size in matrix.chroms], np.int64)
    counts = -(-lengths // width)
    if counts.sum() != matrix.chrom.size:
        return False
    number = np.repeat(np.arange(lengths.size), counts)
    start = (np.arange(number.size) - (np.cumsum(counts) - counts)[number]) * width
    end = np.minimum(start + width, lengths[number])
    pairs = ((number, matrix.chrom), (start, matrix.start), (end, matrix.end))
    return all(np.array_equal(ours, theirs) for ours, theirs in pairs)


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
    if group.strip("/") and cell is not None:
        raise UsageError(f"names a group, and the cell {cell} too", where=path, fix="Name one")
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
    if len({column.size for column in (chrom, start, end, *matrix.weights.values())}) > 1:
        raise FormatError("has columns of bins of different lengths", where=matrix.path)
    wrong = False
    if chrom.size:
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
    if isinstance(value, bytes):
        return value.decode("utf-8", "backslashreplace")
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
