"""What is stored of the value of a variable: attributes, and columns of numbers."""

from __future__ import annotations

import json
import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from genomedb.core.pickled import Pickled
from genomedb.core.texts import Texts
from genomedb.errors import UsageError
from genomedb.storage import schema

ARRAY, JSON, FRAME, PICKLE = "array", "json", "frame", "pickle"
DTYPES = (*schema.VALUE_DTYPES, "int64", "uint64")
Pieces = list[tuple[str, NDArray[Any]]]
"""Path below the variable, and values."""
_MAX_DEPTH = 100  # of lists and dicts inside each other
_NO_NAN = "JSON has no such number"


def encoded(value: Any) -> tuple[dict[str, str], Pieces]:
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


def _encoded_array(array: NDArray[Any]) -> tuple[dict[str, str], Pieces]:
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


def _encoded_frame(frame: Any) -> tuple[dict[str, str], Pieces]:
    import pandas as pd

    default = pd.RangeIndex(len(frame))
    if type(frame.index) is not pd.RangeIndex or not frame.index.equals(default):
        raise UsageError("a DataFrame with an index of its own cannot be kept",
                         fix="Use frame.reset_index()")  # fmt: skip
    if frame.index.name is not None:
        raise UsageError("the index of a DataFrame has a name, which cannot be kept",
                         fix="Use frame.reset_index(drop=True)")  # fmt: skip
    columns: list[dict[str, str]] = []
    pieces: Pieces = []
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


def _encoded_series(series: Any, name: str) -> tuple[str, str, Pieces]:
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
        if depth > _MAX_DEPTH:
            raise UsageError(f"lists and dicts are more than {_MAX_DEPTH} deep")
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


__all__ = ["ARRAY", "DTYPES", "FRAME", "JSON", "PICKLE", "Pieces", "encoded"]
