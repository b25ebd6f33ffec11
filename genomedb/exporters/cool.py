"""export_cool: any 2D track as .cool or .mcool."""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from genomedb.core.chroms import ChromTable
from genomedb.core.progress import Progress
from genomedb.errors import UsageError, WriteError
from genomedb.exporters.bedpe import require_pairs
from genomedb.exporters.pixels import Grid, track_pixels
from genomedb.exporters.symmetry import is_mirrored
from genomedb.readers.cool import the_cooler
from genomedb.storage.variables import list_variables, read_variable
from genomedb.tracks.pairs import PairTrack
from genomedb.writers.compressed import publish_file

MATRIX, BINS = "matrix", "matrix_bins"  # variables that importing a matrix keeps
DTYPES = ("int32", "int64", "float32", "float64")
_MERGED = 1_000_000  # pixels of unordered blocks held at once
_LEVEL = 1  # of gzip: nearly as small as higher ones here, in half the time


def export_cool(
    track: PairTrack,
    path: str | Path,
    *,
    bin_size: int | Sequence[int] | None = None,
    is_symmetric: bool | None = None,
    dtype: str | None = None,
    assembly: str | None = None,
    overwrite: bool = False,
) -> int:
    """Write a 2D track as .cool, or as .mcool with several bin sizes.

    Values of the records of a pixel are added up; records without a value are left out. Of a
    symmetric track the upper half is written, records with ``x1 <= y1``. A track that was
    imported from such a file gives the same pixels, weights of bins and order of chromosomes.

    Parameters
    ----------
    track : PairTrack
        Points or rectangles; no rectangle may reach over several bins.
    path : path
        File to make.
    bin_size : int or sequence of int, optional
        Width of the bins; several make a .mcool file, as does a name that ends so. By default,
        that of the matrix that the track was imported from.
    is_symmetric : bool, optional
        Write the upper half only. By default, as the matrix that the track was imported from;
        without one it is looked at whether each record is there from both sides.
    dtype : {"int32", "int64", "float32", "float64"}, optional
        Of the values, by default as in the matrix imported, else integers for tracks of them,
        and float64.
    assembly : str, optional
        Name written, by default that of the matrix imported, or of the database.
    overwrite : bool
        Replace a file of that name.

    Returns
    -------
    int
        Pixels written, of all bin sizes.

    Raises
    ------
    UsageError
        It is no 2D track; there is no bin size; a rectangle reaches over several bins; a value
        does not fit the type.
    MissingDependencyError
        Without cooler.
    WriteError

    Examples
    --------
    >>> export_cool(db["hic"], "hic.mcool", bin_size=[10_000, 100_000])  # doctest: +SKIP
    """
    require_pairs(track, "a matrix")
    if dtype is not None and dtype not in DTYPES:
        raise UsageError(f"dtype {dtype!r:.40}", fix=f"Use one of: {', '.join(DTYPES)}")
    check_path(path)
    held = _facts_of(track)
    sizes = _sizes(track, bin_size, held)
    several = len(sizes) > 1 or is_mcool(path)
    grids = [(size, grid_of(track, size, held)) for size in sizes]
    symmetric = held.get("is_symmetric") if is_symmetric is None else is_symmetric
    if symmetric is None:
        symmetric = is_mirrored(track)
    facts: dict[str, Any] = {
        "symmetric_upper": symmetric,
        "assembly": assembly or held.get("assembly") or str(track.info()["assembly"]),
        "metadata": held.get("metadata"),
        "dtypes": {"count": np.dtype(dtype or _dtype(track, held))},
    }
    written = 0
    with publish_file(path, overwrite=overwrite) as part:
        for size, grid in grids:
            uri = f"{part}::/resolutions/{size}" if several else str(part)
            pixels = _Counted(track_pixels(track, grid, is_symmetric=symmetric))
            with Progress(None, f"{track.name} {size or ''}", unit=" pixels") as progress:
                pixels.progress = progress
                write_cool(uri, grid, pixels, path=path, **facts)
            written += pixels.n
        if several:
            mark_mcool(uri)
    return written


def is_mcool(path: str | Path) -> bool:
    """Is a file called one of several bin sizes?"""
    return str(path).lower().endswith(".mcool")


def check_path(path: str | Path) -> None:
    """Refuse standard output, as a matrix is not written from end to end, and groups of files."""
    if str(path) == "-":
        raise UsageError("standard output cannot take a matrix", fix="Give the name of a file")
    if "::" in str(path):
        raise UsageError(":: in the name would be a group within a file", where=path,
                         fix="Give another name")  # fmt: skip


class _Counted:
    """Pixels on their way into a file, counted."""

    def __init__(self, pixels: Iterator[dict[str, NDArray[Any]]]) -> None:
        self._pixels, self.n = pixels, 0
        self.progress: Progress | None = None

    def __iter__(self) -> Iterator[dict[str, NDArray[Any]]]:
        for block in self._pixels:
            self.n += block["count"].size
            if self.progress is not None:
                self.progress.advance(block["count"].size)
            yield block


def _facts_of(track: PairTrack) -> dict[str, Any]:
    """What the matrix said of itself that a track was imported from."""
    held = variable_of(track, MATRIX)
    return held if isinstance(held, dict) and "bin_size" in held else {}


def variable_of(track: PairTrack, name: str) -> Any:
    """A variable of a track, or None."""
    return read_variable(track._file, name) if name in list_variables(track._file) else None


def _sizes(
    track: PairTrack, bin_size: int | Sequence[int] | None, held: dict[str, Any]
) -> list[int | None]:
    if bin_size is None:
        if not held:
            raise UsageError("a matrix needs a bin size", where=track.name, fix="Give bin_size")
        return [held["bin_size"]]
    given = np.atleast_1d(np.asarray(bin_size))
    if given.dtype.kind not in "iu" or given.ndim != 1 or not given.size or (given < 1).any():
        raise UsageError(f"bin_size={bin_size!r:.60} is not whole numbers above 0")
    return [int(size) for size in dict.fromkeys(given.tolist())]


def _dtype(track: PairTrack, held: dict[str, Any]) -> str:
    if "dtype" in held and np.dtype(held["dtype"]).kind in "iuf":
        return str(held["dtype"])
    if track.dtype.kind == "f":
        return "float64"
    return "int64" if track.dtype == np.uint32 else "int32"


def grid_of(track: PairTrack, bin_size: int | None, held: dict[str, Any]) -> Grid:
    """Bins of a width over all chromosomes, or those of the matrix imported, with its weights."""
    table = track.chroms
    frame = variable_of(track, BINS) if held and bin_size == held["bin_size"] else None
    names = [name for name in held.get("chroms", []) if table.find(name) >= 0]
    # a record may have come on another chromosome since then
    used = {name for pair in track.pairs for name in pair} - {table.name(n) for n in names}
    names = list(table.names) if not names or used else [table.name(name) for name in names]
    if bin_size is not None:
        grid = even_grid(table, names, bin_size)
    elif frame is not None:
        grid = _held_grid(table, names, frame)
    else:
        raise UsageError("the bins of the matrix are not known any more", where=track.name,
                         fix="Give bin_size")  # fmt: skip
    if frame is None or len(frame) != grid.start.size:
        return grid
    columns = {name: frame[name].to_numpy() for name in held["weights"]}
    return grid._replace(columns=columns, facts=held.get("weight_facts", {}))


def even_grid(table: ChromTable, names: list[str], bin_size: int) -> Grid:
    """Bins of a width over chromosomes."""
    codes = [table.code(name) for name in names]
    lengths = np.array([table.lengths[code] for code in codes], np.int64)
    counts = -(-lengths // bin_size)
    first = np.concatenate(([0], np.cumsum(counts))).astype(np.int64)
    number = np.repeat(np.arange(len(codes)), counts)
    start = (np.arange(number.size) - first[number]) * bin_size
    end = np.minimum(start + bin_size, lengths[number])
    return Grid(names, codes, first, start, end, bin_size, {}, {})


def _held_grid(table: ChromTable, names: list[str], frame: Any) -> Grid:
    """Bins of different widths, as they came."""
    at = {table.find(name): i for i, name in enumerate(names)}
    number = frame["chrom"].map(lambda name: at[table.find(name)]).to_numpy(np.int64)
    first = np.concatenate(([0], np.cumsum(np.bincount(number, minlength=len(names)))))
    start, end = (frame[name].to_numpy(np.int64) for name in ("start", "end"))
    codes = [table.code(name) for name in names]
    return Grid(names, codes, first.astype(np.int64), start, end, None, {}, {})


def write_cool(
    uri: str, grid: Grid, pixels: Any, *, path: str | Path, symmetric_upper: bool, assembly: str,
    metadata: Any, dtypes: dict[str, np.dtype[Any]], ordered: bool = True,
) -> None:  # fmt: skip
    """Write pixels into a file, beside what is in it; blocks may be unordered, but are sorted."""
    cooler = the_cooler(path)
    import pandas as pd

    number = np.repeat(np.arange(len(grid.chroms)), np.diff(grid.first))
    bins = pd.DataFrame({
        "chrom": np.array(grid.chroms, object)[number], "start": grid.start, "end": grid.end,
        **grid.columns,
    })  # fmt: skip
    if bins["end"].max() > np.iinfo(np.int32).max:
        raise UsageError(".cool files hold positions below 2**31 only", where=path,
                         fix="Write text, such as BEDPE")  # fmt: skip
    checked = (_fitting(block, dtypes["count"], path) for block in pixels)
    try:
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", ".*merge epochs", UserWarning)  # a few more fit too
            cooler.create_cooler(
                uri, bins, checked, ordered=ordered, symmetric_upper=symmetric_upper,
                assembly=assembly, metadata=metadata, dtypes=dtypes, mode="a", boundscheck=False,
                dupcheck=False, triucheck=False, temp_dir=str(Path(path).parent), mergebuf=_MERGED,
                h5opts={"compression": "gzip", "compression_opts": _LEVEL, "shuffle": True},
            )  # fmt: skip
        if grid.facts:
            with cooler.Cooler(uri).open("r+") as root:
                for name, facts in grid.facts.items():
                    root[f"bins/{name}"].attrs.update(facts)
    except OSError as error:
        raise WriteError(f"cannot be written: {error.strerror or error}", where=path) from error


def _fitting(
    block: dict[str, NDArray[Any]], dtype: np.dtype[Any], path: str | Path
) -> dict[str, NDArray[Any]]:
    """Values in the type written; what does not fit is refused."""
    value = block["count"]
    with np.errstate(invalid="ignore", over="ignore"):
        stored = value.astype(dtype)
    exact = dtype.kind == "f" or bool((stored == value).all())
    if not exact:
        wrong = value[stored != value][0].item()
        raise UsageError(f"value {wrong:g} does not fit {dtype}", where=path,
                         fix="Take another dtype, such as float64")  # fmt: skip
    return {**block, "count": stored}


def mark_mcool(uri: str) -> None:
    """Say that a file holds several resolutions."""
    with the_cooler(uri).Cooler(uri).open("r+") as matrix:
        matrix.file.attrs.update({"format": "HDF5::MCOOL", "format-version": 2})


__all__ = [
    "DTYPES", "Grid", "check_path", "even_grid", "export_cool", "is_mcool", "mark_mcool",
    "write_cool",
]  # fmt: skip
