"""Stored: a dataset and how it is stored, once it is known to be stored as the format allows."""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from h5py import h5d, h5t, h5z

from genomedb.errors import FormatError
from genomedb.kernels.chunks import FAULTS
from genomedb.storage import schema
from genomedb.storage.quick import QuickDataset

_FILTERS = (h5z.FILTER_SHUFFLE, h5z.FILTER_DEFLATE, h5z.FILTER_FLETCHER32)
_TYPES = [
    (getattr(h5t, name), np.dtype(dtype))
    for name, dtype in (
        ("IEEE_F32LE", "f4"), ("IEEE_F64LE", "f8"), ("STD_U8LE", "u1"), ("STD_U16LE", "u2"),
        ("STD_U32LE", "u4"), ("STD_U64LE", "u8"), ("STD_I8LE", "i1"), ("STD_I16LE", "i2"),
        ("STD_I32LE", "i4"), ("STD_I64LE", "i8"),
    )
]  # fmt: skip


@dataclass(frozen=True)
class Stored:
    """A dataset and how it is stored.

    Attributes
    ----------
    shape, dtype
        Of its values.
    chunk : tuple of int
        Empty for a contiguous one.
    filters : tuple of int
        HDF5's numbers, in writing order.
    fill : bytes
        Value of chunks never written.
    offset : int or None
        Where contiguous values begin; None when they were never written.
    quick : QuickDataset or None
        As our own reader of metadata found it.
    id : h5py.h5d.DatasetID or None
        As HDF5 found it; one of the two is there.
    """

    shape: tuple[int, ...]
    dtype: np.dtype[Any]
    chunk: tuple[int, ...]
    filters: tuple[int, ...]
    fill: bytes
    offset: int | None
    quick: QuickDataset | None = None
    id: Any = None


def from_quick(found: QuickDataset, name: str, path: Path) -> Stored:
    """Describe a dataset that our own reader found."""
    stored = Stored(
        found.shape, found.dtype, found.chunk, found.filters, found.fill, found.offset, quick=found
    )
    return _allowed(stored, name, path)


def from_hdf5(found: Any, name: str, path: Path) -> Stored:
    """Describe a dataset that HDF5 opened."""
    creation = found.get_create_plist()
    kind = found.get_type()
    layout = creation.get_layout()
    dtype = next((d for stored, d in _TYPES if kind.equal(stored)), None) or _text_type(kind)
    problem = ""
    if found.shape is None:
        problem = "has no shape"
    elif layout not in (h5d.CHUNKED, h5d.CONTIGUOUS):
        problem = "is neither chunked nor contiguous"
    elif layout == h5d.CONTIGUOUS and creation.get_external_count():
        problem = "keeps its values in another file"
    elif dtype is None:
        problem = "is of a type that is not allowed"
    if problem or dtype is None:
        raise FormatError(f"dataset {name} {problem}", where=path)
    fill = np.zeros(1, dtype)
    chunk: tuple[int, ...] = ()
    filters: tuple[int, ...] = ()
    if layout == h5d.CHUNKED:
        chunk = creation.get_chunk()
        filters = tuple(creation.get_filter(i)[0] for i in range(creation.get_nfilters()))
        if creation.fill_value_defined() == h5d.FILL_VALUE_USER_DEFINED and dtype.kind != "S":
            creation.get_fill_value(fill)
    offset = found.get_offset() if layout == h5d.CONTIGUOUS else None
    stored = Stored(found.shape, dtype, chunk, filters, fill.tobytes(), offset, id=found)
    return _allowed(stored, name, path)


def _allowed(stored: Stored, name: str, path: Path) -> Stored:
    """Return what was found, or raise `FormatError` where the format does not allow it."""
    problem = ""
    if stored.dtype.kind not in "iufS":
        problem = "is of a type that is not allowed"
    elif stored.chunk:
        n_bytes = math.prod(stored.chunk) * stored.dtype.itemsize
        if n_bytes > schema.MAX_CHUNK_BYTES:
            problem = f"has chunks of {n_bytes} bytes"
        elif any(code not in _FILTERS for code in stored.filters):
            problem = "uses a filter that is not allowed"
        elif stored.filters != tuple(code for code in _FILTERS if code in stored.filters):
            # each once and in this order: HDF5 inflates without a limit in any other place
            problem = "uses its filters in an order that is not allowed"
    if problem:
        raise FormatError(f"dataset {name} {problem}", where=path)
    return stored


def _text_type(kind: Any) -> np.dtype[Any] | None:
    """Numpy type of fixed-length text, None for anything else."""
    if isinstance(kind, h5t.TypeStringID) and not kind.is_variable_str():
        return np.dtype(f"S{kind.get_size()}")
    return None


def damaged(path: Path, error: BaseException, name: str = "") -> FormatError:
    """Our error for what HDF5 says when it meets damage."""
    what = f"dataset {name}" if name else "the file"
    reason = str(error).split("(", 1)[-1].rstrip(")'\" ") or type(error).__name__
    return FormatError(
        f"{what} is damaged ({reason})", where=path, fix="Copy it again from its source"
    )


def faulty(path: Path, name: str, code: int, chunk: int) -> FormatError:
    """Our error for a chunk or block that the kernel refuses."""
    return FormatError(
        f"chunk {chunk} of {name} is damaged: {FAULTS[code]}",
        where=path,
        fix="Copy the file again from its source, or import it again",
    )
