"""save_markov, load_markov: models as folders or archives ``.gsm``.

``metadata.yaml`` and arrays of little-endian float64 in row order: ``counts.bin`` and ``cdf.bin``
of shape (cells, 4**k, 4), ``prior.bin`` of shape (cells, 4). PyMisha reads and writes the same.
"""

from __future__ import annotations

import os
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from math import prod
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from genomedb.analysis.synth_metadata import metadata_of, metadata_text
from genomedb.analysis.synth_model import MAX_ENTRIES, Dimension, MarkovModel
from genomedb.errors import FormatError, MissingFileError, UsageError, WriteError
from genomedb.kernels.markov import MAX_ORDER
from genomedb.writers.compressed import publish_file

_META: Final = "metadata.yaml"
_USUAL_ORDER: Final = 5  # of version 1
_MOST_TEXT: Final = 1 << 26
_Read = Callable[[str, int], bytes]


def save_markov(model: MarkovModel, path: str | Path, *, compress: bool = False) -> None:
    """Save a model.

    Parameters
    ----------
    model : MarkovModel
    path : path
        The folder to make, or the file. What is there under this name is replaced.
    compress : bool
        Write one ZIP file.

    Raises
    ------
    UsageError
        The model is none, or of order 0.
    WriteError

    Examples
    --------
    >>> save_markov(model, "human.gsm", compress=True)  # doctest: +SKIP
    """
    if not isinstance(model, MarkovModel):
        raise UsageError(f"model is {model!r:.60}", fix="Give one that train_markov made")
    if model.k < 1:
        raise UsageError("a model of order 0 is not saved", fix="Keep its four probabilities")
    parts = {"counts.bin": model.counts, "cdf.bin": model.cdf}
    if model.prior is not None:
        parts["prior.bin"] = model.prior
    meta = metadata_text(_metadata(model, parts)).encode()
    final = Path(path)
    if compress:
        with publish_file(final, overwrite=True) as part, zipfile.ZipFile(part, "w") as archive:
            for name, array in parts.items():
                info = zipfile.ZipInfo(name)
                info.compress_type = zipfile.ZIP_DEFLATED
                with archive.open(info, "w", force_zip64=True) as out:
                    out.write(_bytes_of(array))
            archive.writestr(_META, meta, zipfile.ZIP_DEFLATED)
        return
    with _os_errors(final):
        final.mkdir(exist_ok=True)
        (final / _META).unlink(missing_ok=True)  # what is half written is no model
    for name, array in parts.items():
        with publish_file(final / name, overwrite=True) as part:
            part.write_bytes(_bytes_of(array))
    with publish_file(final / _META, overwrite=True) as part:
        part.write_bytes(meta)


@contextmanager
def _os_errors(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise WriteError(f"cannot be written: {error.strerror or error}", where=path) from error


def _bytes_of(array: NDArray[Any]) -> memoryview:
    return np.ascontiguousarray(array, "<f8").data.cast("B")


def _metadata(model: MarkovModel, parts: dict[str, NDArray[Any]]) -> dict[str, Any]:
    n_cells = model.cdf.shape[0]
    arrays = {
        name.removesuffix(".bin"): {
            "dtype": "float64", "shape": list(array.shape), "order": "C", "file": name
        }
        for name, array in parts.items()
    }  # fmt: skip
    dimensions = [
        {
            "expr": one.expression,
            "breaks": one.breaks.tolist(),
            "num_bins": one.n_bins,
            "bin_map": None if one.bin_map is None else one.bin_map.tolist(),
        }
        for one in model.dimensions
    ]
    return {
        "format": "gsynth_model", "version": 1 if model.k == _USUAL_ORDER else 2,
        "markov_order": model.k, "n_dims": len(dimensions), "dim_sizes": list(model.shape),
        "total_bins": n_cells, "pseudocount": float(model.pseudocount),
        "min_obs": int(model.min_obs), "iterator": model.iterator,
        "total_kmers": int(model.kmers.sum()), "total_masked": model.n_masked,
        "total_n": model.n_other, "per_bin_kmers": np.asarray(model.kmers).tolist(),
        "dim_specs": dimensions, "prior_mode": model.prior_name,
        "marginal_fallbacks": model.n_fallbacks, "data": arrays,
    }  # fmt: skip


def load_markov(path: str | Path) -> MarkovModel:
    """Load a model that `save_markov` or PyMisha saved.

    Pickles, which PyMisha wrote once, are refused: to read one is to run what is in it.

    Raises
    ------
    MissingFileError
        There is nothing, or a folder without a model.
    FormatError, ParseError
        It is something else, of another version, or damaged.
    """
    where = Path(path)
    if where.is_dir():
        if not (where / _META).is_file():
            raise MissingFileError(f"has no {_META}", where=where, fix="Give a saved model")
        return _model(where, lambda name, most: _file(where / name, most))
    if not where.exists():
        raise MissingFileError("is not there", where=where, fix="Give a saved model")
    if not zipfile.is_zipfile(where):
        with where.open("rb") as file:
            is_pickle = file.read(1) == b"\x80"
        if is_pickle:
            raise FormatError(
                "is a pickle, which is not read: it could run any code",
                where=where,
                fix="Convert it to .gsm with gsynth_convert of PyMisha, where you trust the file",
            )
        raise FormatError("is no saved model", where=where, fix="Give a .gsm folder or ZIP file")
    try:
        with zipfile.ZipFile(where) as archive:
            return _model(where, lambda name, most: _member(archive, name, most, where))
    except (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, OSError) as error:
        if isinstance(error, (FormatError, MissingFileError)):
            raise
        raise FormatError(f"is a damaged ZIP file: {error}", where=where) from error


def _file(path: Path, most: int) -> bytes:
    try:
        if path.stat().st_size > most:
            raise FormatError(f"has {path.stat().st_size:,} bytes, not {most:,}", where=path)
        return path.read_bytes()
    except FileNotFoundError:
        raise MissingFileError("is not there", where=path, fix="The model is not whole") from None


def _member(archive: zipfile.ZipFile, name: str, most: int, where: Path) -> bytes:
    try:
        info = archive.getinfo(name)
    except KeyError:
        raise FormatError(f"has no {name}", where=where, fix="Give a saved model") from None
    if info.file_size > most:
        raise FormatError(f"{name} has {info.file_size:,} bytes, not {most:,}", where=where)
    return archive.read(info)


def _model(where: Path, read: _Read) -> MarkovModel:
    try:
        text = read(_META, _MOST_TEXT).decode()
    except UnicodeDecodeError:
        raise FormatError(f"{_META} is no text", where=where) from None
    meta = metadata_of(text, where=os.fspath(where / _META))
    if meta.get("format") != "gsynth_model" or meta.get("version") not in (1, 2):
        raise FormatError(
            f"is of format {meta.get('format')!r:.40}, version {meta.get('version')!r:.40}",
            where=where, fix="Versions 1 and 2 of gsynth_model are read",
        )  # fmt: skip
    try:
        return _filled(meta, where, read)
    except (KeyError, TypeError, ValueError, AttributeError, OverflowError) as error:
        if isinstance(error, FormatError):
            raise
        raise FormatError(f"{_META} is wrong or not whole: {error!s:.200}", where=where) from error


def _filled(meta: dict[str, Any], where: Path, read: _Read) -> MarkovModel:
    k, n_cells = int(meta.get("markov_order", _USUAL_ORDER)), int(meta["total_bins"])
    dimensions = tuple(_dimension(item) for item in meta.get("dim_specs") or [])
    if not 1 <= k <= MAX_ORDER or n_cells != prod(one.n_bins for one in dimensions):
        raise FormatError(
            f"order {k} and {n_cells} cells do not fit {len(dimensions)} dimensions", where=where
        )
    if n_cells * 4 ** (k + 1) > MAX_ENTRIES:
        raise FormatError(f"{n_cells:,} cells of order {k} are too many", where=where)
    shape = (n_cells, 4**k, 4)
    counts = _array("counts.bin", shape, where, read)
    with np.errstate(invalid="ignore"):
        whole = counts.astype(np.int64)
    if (whole != counts).any() or (whole < 0).any():
        raise FormatError("counts.bin has values that are no counts", where=where)
    has_prior = "prior" in (meta.get("data") or {})
    kmers = np.atleast_1d(np.array(meta.get("per_bin_kmers") or whole.sum((1, 2)), np.int64))
    if kmers.shape != (n_cells,):
        raise FormatError(f"per_bin_kmers has {kmers.size} items, not {n_cells}", where=where)
    iterator = meta.get("iterator")
    return MarkovModel(
        k, dimensions, whole, _array("cdf.bin", shape, where, read), kmers,
        int(meta.get("total_masked", 0)), int(meta.get("total_n", 0)),
        float(meta.get("pseudocount", 1.0)), None if iterator is None else int(iterator),
        str(meta.get("prior_mode", "uniform")),
        _array("prior.bin", (n_cells, 4), where, read) if has_prior else None,
        int(meta.get("marginal_fallbacks", 0)), int(meta.get("min_obs", 0)),
    )  # fmt: skip


def _dimension(item: dict[str, Any]) -> Dimension:
    made = Dimension.of(str(item["expr"]), item["breaks"])
    if item.get("bin_map") is None:
        return made
    bins = np.atleast_1d(np.array(item["bin_map"], np.int32))
    if bins.shape != (made.n_bins,) or bins.min() < 0 or bins.max() >= made.n_bins:
        raise ValueError(f"bin_map of {made.expression} does not fit its breaks")
    return Dimension(made.expression, made.breaks, bins)


def _array(name: str, shape: tuple[int, ...], where: Path, read: _Read) -> NDArray[np.float64]:
    size = 8 * prod(shape)
    data = read(name, size)
    if len(data) != size:
        raise FormatError(f"{name} has {len(data):,} bytes, not {size:,}", where=where)
    return np.frombuffer(data, "<f8").astype(np.float64).reshape(shape)
