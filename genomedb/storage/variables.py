"""Variables: arrays, data frames and JSON values that are kept in a track's file.

Each lies under ``/_genomedb/variables`` and says in its attribute ``kind`` what it is. Pickles
are written and read only where the caller asks for them in so many words; this is the one
module that imports ``pickle``.
"""

from __future__ import annotations

import hashlib
import json
import math
import pickle
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import h5py
import numpy as np
from h5py import h5g, h5l, h5o
from numpy.typing import NDArray

from genomedb.core.texts import Texts
from genomedb.errors import FormatError, GenomeDBError, MissingDependencyError, UsageError
from genomedb.storage import attrs, schema
from genomedb.storage.columns import MAX_TABLE_BYTES, Column, read_all
from genomedb.storage.draft_variables import GROUP, check_name, put_variable
from genomedb.storage.files import Draft, publish
from genomedb.storage.handle import TrackFile
from genomedb.storage.stored import damaged
from genomedb.storage.validate import require_intact
from genomedb.storage.variable_forms import ARRAY, DTYPES, FRAME, JSON, PICKLE, encoded

MAX_BYTES = MAX_TABLE_BYTES


def write_variable(path: Path, name: str, value: Any, *, allow_pickle: bool = False) -> None:
    """Keep a value in a copy of the file that replaces it.

    Raises
    ------
    UsageError
        The value cannot be kept as it is, or is larger than 1 GB.
    LockedError, WriteError
    FormatError
        The file is damaged: a copy would hide that.
    """
    check_name(name)
    try:
        facts, pieces = encoded(value)
    except UsageError as error:
        if not allow_pickle:
            raise UsageError(
                f"variable {name}: {error.problem}", where=path, fix=error.fix
            ) from None
        facts, pieces = {"kind": PICKLE}, [("", _pickled(value, name))]
    n_bytes = sum(data.nbytes for _, data in pieces)
    if n_bytes > MAX_BYTES:
        raise UsageError(
            f"variable {name} needs {n_bytes} bytes; the limit is {MAX_BYTES}",
            where=path, fix="Make it a track, or keep it in a file of its own",
        )  # fmt: skip
    require_intact(path)
    verify = partial(_require_readable, name)
    with publish(path, overwrite=True, template=path, verify=verify) as draft:
        _forget(draft, name)
        put_variable(draft, name, facts, pieces)


def remove_variable(path: Path, name: str) -> None:
    """Forget a variable in a copy of the file that replaces it."""
    _require(TrackFile(path), name)
    require_intact(path)
    with publish(path, overwrite=True, template=path) as draft:
        _forget(draft, name)
        if GROUP in draft.h5 and not draft.h5[GROUP].keys():
            del draft.h5[GROUP]


def list_variables(file: TrackFile) -> list[str]:
    """Names of the variables of a file, sorted."""
    with _located(file, GROUP):
        group = _found(file, GROUP)
        if group is None:
            return []
        if not isinstance(group, h5g.GroupID):
            raise FormatError(f"{GROUP} is not a group", where=file.path)
        return sorted(raw.decode("utf-8", "backslashreplace") for raw in group)


def read_variable(file: TrackFile, name: str, *, allow_pickle: bool = False) -> Any:
    """Read a variable: ndarray (numpy number for shape ``()``), DataFrame or JSON value.

    Raises
    ------
    UsageError
        There is no such variable, or it is a pickle and that is not allowed.
    FormatError
        The file is damaged there.
    """
    place = f"{GROUP}/{name}"
    found = _require(file, name)
    with _located(file, place):
        kind = attrs.read(found, b"kind")
        if kind == ARRAY:
            return _array(file, place, found)
        if kind == FRAME:
            return _frame(file, place, found)
        if kind not in (JSON, PICKLE):
            raise FormatError(f"variable {name} is of unknown kind {kind!r}", where=file.path)
        if kind == PICKLE and not allow_pickle:
            raise UsageError(
                f"variable {name} is a pickle, and unpickling runs what its author wrote",
                where=file.path, fix="Give allow_pickle=True if you trust the file",
            )  # fmt: skip
        data = _values(file, place, "uint8").tobytes()
    if kind == PICKLE:
        return pickle.loads(data)
    try:
        return json.loads(data.decode("utf-8"))
    except (ValueError, RecursionError) as error:
        raise FormatError(f"variable {name} is not JSON", where=file.path) from error


# ---- finding


@contextmanager
def _located(file: TrackFile, place: str) -> Iterator[None]:
    """Turn what HDF5 raises on damage into our error, which names the file."""
    try:
        yield
    except GenomeDBError as error:
        if error.where is None:
            raise FormatError(f"{place}: {error.problem}", where=file.path) from error
        raise
    except (OSError, RuntimeError, KeyError, ValueError, TypeError) as error:
        raise damaged(file.path, error, place) from error


def _found(file: TrackFile, place: str) -> Any:
    """Low-level object at a place, None if there is none; links are refused."""
    at: Any = file.id
    for segment in place.encode().split(b"/"):
        if isinstance(at, h5py.h5d.DatasetID) or not at.links.exists(segment):
            return None
        if at.links.get_info(segment).type != h5l.TYPE_HARD:
            raise FormatError(f"{place} is a link; links are not allowed", where=file.path)
        at = h5o.open(at, segment)
    return at


def _require(file: TrackFile, name: str) -> Any:
    check_name(name)
    with _located(file, GROUP):
        found = _found(file, f"{GROUP}/{name}")
    if found is None:
        known = list_variables(file)
        hint = f"Known variables: {', '.join(known[:10])}" if known else "The track has none"
        raise UsageError(f"variable {name} does not exist", where=file.path, fix=hint)
    return found


def _forget(draft: Draft, name: str) -> None:
    group = draft.h5.get(GROUP)
    if group is not None and name in group:
        del group[name]


def _require_readable(name: str, path: Path, _: object) -> None:
    """Read back what was written, without making anything of it."""
    file = TrackFile(path)
    place = f"{GROUP}/{name}"
    with _located(file, place):
        found = _found(file, place)
        below = [b"/" + raw for raw in found] if isinstance(found, h5g.GroupID) else [b""]
        for each in below:
            _values(file, place + each.decode(), None)


def _values(file: TrackFile, place: str, dtype: str | None, size: int | None = None) -> Any:
    """All values of a dataset, compared with its SHA-256."""
    stored = file.dataset(place)
    if math.prod(stored.shape) * stored.dtype.itemsize > MAX_BYTES:
        raise FormatError(f"dataset {place} is larger than {MAX_BYTES} bytes", where=file.path)
    values = np.array(read_all(Column(file, place, size, dtype)))
    promised = attrs.read(file.hdf5_dataset(place), schema.SHA256.encode())
    if promised != hashlib.sha256(values.view(np.uint8).data).hexdigest():
        raise FormatError(f"the values of {place} differ from its sha256", where=file.path)
    return values


def _facts(file: TrackFile, place: str, found: Any, name: str) -> Any:
    """A JSON attribute of a variable."""
    try:
        return json.loads(str(attrs.read(found, name.encode())))
    except (ValueError, RecursionError):
        raise FormatError(f"attribute {name} of {place} is not JSON", where=file.path) from None


def _pickled(value: Any, name: str) -> NDArray[Any]:
    try:
        return np.frombuffer(pickle.dumps(value), np.uint8)
    except (pickle.PicklingError, AttributeError, TypeError, RecursionError) as error:
        raise UsageError(f"variable {name} cannot be pickled: {error}") from error


# ---- what is stored -> values


def _array(file: TrackFile, place: str, found: Any) -> Any:
    shape = _facts(file, place, found, "shape")
    if not isinstance(shape, list) or not all(type(n) is int and n >= 0 for n in shape):
        raise FormatError(f"attribute shape of {place} is no shape", where=file.path)
    values = _values(file, place, None)
    if math.prod(shape) != values.size or len(shape) > 64:
        raise FormatError(f"{place} has {values.size} values, not {shape}", where=file.path)
    if attrs.read(found, b"dtype") == "bool":
        values = values != 0
    values = values.reshape(shape)
    return values if shape else values[()]


def _frame(file: TrackFile, place: str, found: Any) -> Any:
    try:
        import pandas as pd
    except ImportError as error:
        raise MissingDependencyError("data frames need pandas", fix="pip install pandas") from error
    if not isinstance(found, h5g.GroupID):
        raise FormatError(f"{place} is no group of columns", where=file.path)
    columns = _facts(file, place, found, "columns")
    rows = _facts(file, place, found, "rows")
    if type(rows) is not int or not 0 <= rows <= MAX_BYTES or not isinstance(columns, list):
        raise FormatError(f"attributes of {place} describe no table", where=file.path)
    data: dict[str, Any] = {}
    for column in columns:
        if not isinstance(column, dict) or not isinstance(column.get("name"), str):
            raise FormatError(f"attribute columns of {place} is damaged", where=file.path)
        name, kind, dtype = column["name"], column.get("kind"), column.get("dtype")
        if kind == "text":
            data[name] = _texts(file, f"{place}/{name}", rows)
        elif kind == "number" and dtype in (*DTYPES, "bool"):
            values = _values(file, f"{place}/{name}", "uint8" if dtype == "bool" else dtype, rows)
            data[name] = values != 0 if dtype == "bool" else values
        else:
            raise FormatError(f"column {name} of {place} is of unknown kind", where=file.path)
    return pd.DataFrame(data, index=pd.RangeIndex(rows))


def _texts(file: TrackFile, place: str, rows: int) -> list[str]:
    raw = _values(file, f"{place}.bytes", "uint8")
    offset = _values(file, f"{place}.offset", "int64", rows + 1)
    if offset[0] != 0 or offset[-1] != raw.size or (np.diff(offset) < 0).any():
        raise FormatError(f"the offsets of {place} are damaged", where=file.path)
    return Texts(raw, offset).tolist()
