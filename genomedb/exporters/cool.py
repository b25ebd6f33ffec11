"""export_cool: any 2D track as .cool or .mcool."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from importlib import import_module
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from genomedb.core.chroms import ChromTable
from genomedb.core.progress import Progress
from genomedb.errors import MissingDependencyError, UsageError, WriteError
from genomedb.exporters.bedpe import require_pairs
from genomedb.exporters.symmetry import is_mirrored
from genomedb.storage.variables import list_variables, read_variable
from genomedb.tracks.pairs import PairTrack
from genomedb.writers.compressed import publish_file

STRIPE = 1_000_000  # records of a stripe of rows that are sorted at once
MATRIX, BINS = "matrix", "matrix_bins"  # variables that importing a matrix keeps
DTYPES = ("int32", "int64", "float32", "float64")
_LEVEL = 1  # of gzip: nearly as small as higher ones here, in half the time


class Grid(NamedTuple):
    """Bins of a matrix.

    Attributes
    ----------
    chroms : list of str
    codes : list of int
        In the database.
    first : ndarray of int64, shape (n_chroms + 1,)
        Number of the first bin of each chromosome, and of all.
    start, end : ndarray of int64, shape (n_bins,)
    bin_size : int or None
        None where bins differ in width.
    columns : dict of str to ndarray
        Weights.
    facts : dict of str to dict
        Attributes of these columns.
    """

    chroms: list[str]
    codes: list[int]
    first: NDArray[np.int64]
    start: NDArray[np.int64]
    end: NDArray[np.int64]
    bin_size: int | None
    columns: dict[str, NDArray[Any]]
    facts: dict[str, dict[str, Any]]


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


def track_pixels(
    track: PairTrack, grid: Grid, *, is_symmetric: bool
) -> Iterator[dict[str, NDArray[Any]]]:
    """Yield the pixels of a track row by row, in blocks; arrays ``bin1_id bin2_id count``."""
    number = {code: i for i, code in enumerate(grid.codes)}
    partners: dict[int, list[int]] = {}
    sizes = np.zeros(len(grid.codes), np.int64)
    for (code1, code2), size in zip(
        track.pair_codes.tolist(), track.pair_sizes.tolist(), strict=True
    ):
        i, j = number[code1], number[code2]
        if j >= i or not is_symmetric:
            partners.setdefault(i, []).append(j)
            sizes[i] += size
    for i in sorted(partners):
        others, n = sorted(partners[i]), int(sizes[i])
        rows = np.arange(grid.first[i], grid.first[i + 1])
        for stripe in np.array_split(rows, max(1, min(rows.size, -(-n // STRIPE)))):
            parts = [_stripe(track, grid, (i, j), stripe, is_symmetric=is_symmetric)
                     for j in others]  # fmt: skip
            if sum(part[0].size for part in parts):
                key, value = (np.concatenate(c) for c in zip(*parts, strict=True))
                yield _added_up(key, value, grid.start.size)


def _stripe(
    track: PairTrack, grid: Grid, pair: tuple[int, int], rows: NDArray[np.int64], *,
    is_symmetric: bool,
) -> tuple[NDArray[np.int64], NDArray[Any]]:  # fmt: skip
    """Numbers of the pixels of one pair of chromosomes in some rows, and values."""
    i, j = pair
    tree = track.tree(grid.codes[i], grid.codes[j])
    assert tree is not None
    x1, x2 = int(grid.start[rows[0]]), int(grid.end[rows[-1]])
    y1 = x1 if is_symmetric and i == j else 0
    found = tree.query(x1, x2, y1, track.chroms.lengths[grid.codes[j]])
    bin1 = _bins(found.x1, found.x2, grid, i, track)
    bin2 = _bins(found.y1, found.y2, grid, j, track)
    kept = np.ones(bin1.size, np.bool_)
    if track.dtype.kind == "f":
        kept = ~np.isnan(found.value)
    if is_symmetric and i == j:
        kept &= found.x1 <= found.y1  # by positions: a wide bin on the diagonal has both halves
    key = bin1 * grid.start.size + bin2
    return (key, found.value) if kept.all() else (key[kept], found.value[kept])


def _bins(
    start: NDArray[Any], end: NDArray[Any] | None, grid: Grid, i: int, track: PairTrack
) -> NDArray[np.int64]:
    """Number of the bin of each record."""
    bins: NDArray[np.int64]
    first, last = int(grid.first[i]), int(grid.first[i + 1])
    if grid.bin_size is not None:
        # no position of a narrow type is as great as the greatest number of that
        width = min(grid.bin_size, np.iinfo(start.dtype).max)
        bins = start // width + np.int64(first)
    else:
        bins = np.searchsorted(grid.start[first:last], start, side="right") - 1 + first
    if end is not None and start.size:
        wrong = end > grid.end[bins]
        if wrong.any():
            row = int(wrong.argmax())
            raise UsageError(
                f"the record at {grid.chroms[i]}:{start[row]}-{end[row]} reaches over several bins",
                where=track.name, fix="Take wider bins, or export an expression over them",
            )  # fmt: skip
    return bins


def _added_up(key: NDArray[np.int64], value: NDArray[Any], n_bins: int) -> dict[str, NDArray[Any]]:
    order = np.argsort(key)
    key, value = key[order], value[order]
    if value.dtype.kind != "f":
        value = value.astype(np.int64)
    same = key[1:] == key[:-1]
    if same.any():
        first = np.flatnonzero(np.concatenate(([True], ~same)))
        wide = np.float64 if value.dtype.kind == "f" else np.int64
        key, value = key[first], np.add.reduceat(value.astype(wide), first)
    bin1, bin2 = np.divmod(key, n_bins)
    return {"bin1_id": bin1, "bin2_id": bin2, "count": value}


def write_cool(
    uri: str, grid: Grid, pixels: Any, *, path: str | Path, symmetric_upper: bool, assembly: str,
    metadata: Any, dtypes: dict[str, np.dtype[Any]], ordered: bool = True,
) -> None:  # fmt: skip
    """Write pixels into a file, beside what is in it; blocks may be unordered, but are sorted."""
    try:
        cooler = import_module("cooler")
    except ImportError as error:
        raise MissingDependencyError(
            ".cool files need cooler", where=path, fix="pip install 'genomedb[hic]'"
        ) from error
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
        cooler.create_cooler(
            uri, bins, checked, ordered=ordered, symmetric_upper=symmetric_upper, assembly=assembly,
            metadata=metadata, dtypes=dtypes, mode="a", boundscheck=False, dupcheck=False,
            triucheck=False, temp_dir=str(Path(path).parent),
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
    with import_module("cooler").Cooler(uri).open("r+") as matrix:
        matrix.file.attrs.update({"format": "HDF5::MCOOL", "format-version": 2})


__all__ = [
    "DTYPES", "Grid", "check_path", "even_grid", "export_cool", "is_mcool", "mark_mcool",
    "write_cool",
]  # fmt: skip
