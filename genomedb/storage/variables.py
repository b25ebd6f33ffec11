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
import re
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import h5py
import numpy as np
from h5py import h5g, h5l, h5o
from numpy.typing import NDArray

from genomedb.core.pickled import Pickled
from genomedb.core.texts import Texts
from genomedb.errors import FormatError, GenomeDBError, MissingDependencyError, UsageError
from genomedb.storage import attrs, schema
from genomedb.storage.attrs import write_text
from genomedb.storage.columns import MAX_TABLE_BYTES, Column, read_all
from genomedb.storage.files import Draft, publish
from genomedb.storage.handle import TrackFile
from genomedb.storage.stored import damaged
from genomedb.storage.validate import require_intact
from genomedb.storage.write import Storage, write_column

GROUP = "_genomedb/variables"
ARRAY, JSON, FRAME, PICKLE = "array", "json", "frame", "pickle"
MAX_BYTES = MAX_TABLE_BYTES
MAX_DEPTH = 100  # of lists and dicts inside each other
DTYPES = (*schema.VALUE_DTYPES, "int64", "uint64")
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]{0,199}")
_NO_NAN = "JSON has no such number"
_Pieces = list[tuple[str, NDArray[Any]]]  # path below the variable and values


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
    _check_name(name)
    try:
        facts, pieces = _encoded(value)
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
        place = f"{GROUP}/{name}"
        if facts["kind"] == FRAME:
            draft.h5.require_group(place)
        for below, data in pieces:
            whole = f"{place}/{below}" if below else place
            write_column(draft, whole, [data], data.size, data.dtype, Storage())
        for key, text in facts.items():
            write_text(draft.h5[place], key, text)


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


def _check_name(name: str) -> None:
    if not isinstance(name, str) or not _NAME.fullmatch(name):
        raise UsageError(
            f"variable name {name!r} is not legal",
            fix="Use letters, digits, _ . and -, beginning with a letter or _",
        )


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
    _check_name(name)
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


# ---- values -> what is stored


def _encoded(value: Any) -> tuple[dict[str, str], _Pieces]:
    """Attributes and datasets for a value; `UsageError` for what can only be pickled."""
    if isinstance(value, Pickled):
        return {"kind": PICKLE}, [("", np.frombuffer(value.data, np.uint8))]
    # a mask would be lost; np.str_ is text
    if isinstance(value, (np.ndarray, np.generic)) and not isinstance(
        value, (str, np.ma.MaskedArray)
    ):
        return _encoded_array(np.asarray(value))
    if type(value).__name__ == "DataFrame" and type(value).__module__.startswith("pandas"):
        return _encoded_frame(value)
    _check_json(value)
    try:
        data = json.dumps(value, ensure_ascii=False, allow_nan=False).encode("utf-8")
    except UnicodeEncodeError as error:
        raise UsageError("holds text that is not legal Unicode") from error
    return {"kind": JSON}, [("", np.frombuffer(data, np.uint8))]


def _pickled(value: Any, name: str) -> NDArray[Any]:
    try:
        return np.frombuffer(pickle.dumps(value), np.uint8)
    except (pickle.PicklingError, AttributeError, TypeError, RecursionError) as error:
        raise UsageError(f"variable {name} cannot be pickled: {error}") from error


def _encoded_array(array: NDArray[Any]) -> tuple[dict[str, str], _Pieces]:
    facts = {"kind": ARRAY, "shape": json.dumps(list(array.shape))}
    flat = np.ascontiguousarray(array).reshape(-1)
    if array.dtype == np.bool_:
        return {**facts, "dtype": "bool"}, [("", flat.view(np.uint8))]
    return facts, [("", _number_column(flat, "an array"))]


def _number_column(values: NDArray[Any], what: str) -> NDArray[Any]:
    if values.dtype.name not in DTYPES:
        raise UsageError(
            f"{what} of {values.dtype} cannot be kept",
            fix=f"Convert it to one of {', '.join(DTYPES)}, or text to a list",
        )
    return values.astype(values.dtype.newbyteorder("<"), copy=False)


def _encoded_frame(frame: Any) -> tuple[dict[str, str], _Pieces]:
    import pandas as pd

    default = pd.RangeIndex(len(frame))
    if type(frame.index) is not pd.RangeIndex or not frame.index.equals(default):
        raise UsageError("a DataFrame with an index of its own cannot be kept",
                         fix="Use frame.reset_index()")  # fmt: skip
    if frame.index.name is not None:
        raise UsageError("the index of a DataFrame has a name, which cannot be kept",
                         fix="Use frame.reset_index(drop=True)")  # fmt: skip
    columns: list[dict[str, str]] = []
    pieces: _Pieces = []
    for i, name in enumerate(frame.columns):
        if not isinstance(name, str) or not name.isprintable() or "/" in name or \
                name in ("", ".", "..") or len(name.encode()) > 200:  # fmt: skip
            raise UsageError(f"column name {name!r} cannot be kept",
                             fix="Use text without / of at most 200 bytes")  # fmt: skip
        kind, dtype, below = _encoded_series(frame.iloc[:, i], name)
        columns.append({"name": name, "dtype": dtype, "kind": kind})
        pieces += below
    if len({place for place, _ in pieces}) != len(pieces):
        raise UsageError("two columns of the DataFrame need the same name", fix="Rename one")
    text = json.dumps(columns)
    if len(text) > schema.MAX_TEXT_BYTES:
        raise UsageError(f"a DataFrame of {len(columns)} columns is too wide to be kept",
                         fix="Split it, or turn it into rows of (name, value)")  # fmt: skip
    return {"kind": FRAME, "columns": text, "rows": str(len(frame))}, pieces


def _encoded_series(series: Any, name: str) -> tuple[str, str, _Pieces]:
    """Kind, dtype and datasets of a column."""
    if isinstance(series.dtype, np.dtype) and series.dtype.kind in "biuf":
        values = series.to_numpy()
        if values.dtype == np.bool_:
            return "number", "bool", [(name, values.astype(np.uint8))]
        values = _number_column(np.ascontiguousarray(values), f"column {name!r}")
        return "number", values.dtype.name, [(name, values)]
    if series.dtype.kind != "O" or type(series.dtype).__name__ == "CategoricalDtype":
        raise UsageError(f"column {name!r} of {series.dtype} cannot be kept",
                         fix="Use .astype(str), or numbers of numpy's types")  # fmt: skip
    listed = series.tolist()
    if not set(map(type, listed)) <= {str}:
        i, other = next((i, x) for i, x in enumerate(listed) if type(x) is not str)
        raise UsageError(f"column {name!r} has {other!r:.40} in row {i}, which is not text",
                         fix="Use .fillna('') or .astype(str)")  # fmt: skip
    try:
        texts = Texts.of(listed)
    except UnicodeEncodeError as error:
        raise UsageError(f"column {name!r} holds text that is not legal Unicode") from error
    return "text", "text", [(f"{name}.bytes", texts.data), (f"{name}.offset", texts.offset)]


def _check_json(value: Any) -> None:
    """Raise `UsageError` unless JSON gives back just this value."""
    waiting = [("the value", value, 0)]
    while waiting:
        where, item, depth = waiting.pop()
        if depth > MAX_DEPTH:
            raise UsageError(f"lists and dicts are more than {MAX_DEPTH} deep")
        if isinstance(item, dict):
            odd = [key for key in item if not isinstance(key, str)]
            if odd:
                raise UsageError(f"{where} has a key {odd[0]!r:.40}, which is not text",
                                 fix="Keys of JSON are text")  # fmt: skip
            waiting += [(f"{where}[{key!r:.40}]", below, depth + 1) for key, below in item.items()]
        elif type(item) is list:
            waiting += [(f"{where}[{i}]", below, depth + 1) for i, below in enumerate(item)]
        elif isinstance(item, float) and not math.isfinite(item):
            raise UsageError(f"{where} is {item}; {_NO_NAN}", fix="Use an array, or None")
        elif isinstance(item, int) and not -(2**63) <= item < 2**64:
            raise UsageError(f"{where} is beyond 64 bits", fix="Keep it as text")
        elif item is not None and not isinstance(item, (str, int, float)):
            raise UsageError(
                f"{where} is {type(item).__module__}.{type(item).__name__}, "
                "which is no array, DataFrame or JSON value",
                fix="Convert it (tuples to lists, numpy numbers with .item()), or give "
                "allow_pickle=True",
            )


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
