"""Typed attributes in and out of HDF5: fixed-length text, scalars; nothing of variable length."""

from __future__ import annotations

from typing import Any

import h5py
import numpy as np
from h5py import h5a, h5s, h5t
from h5py._objects import phil
from numpy.typing import NDArray

from genomedb.errors import FormatError, UsageError
from genomedb.storage import schema


def write_text(target: h5py.HLObject, name: str, value: str) -> None:
    """Store text as a fixed-length UTF-8 string."""
    if not isinstance(value, str):
        raise UsageError(f"attribute {name} must be text, not {type(value).__name__}")
    try:
        data = value.encode("utf-8")
    except UnicodeEncodeError as error:
        raise UsageError(f"attribute {name} is not legal text") from error
    if len(data) > schema.MAX_TEXT_BYTES:
        raise UsageError(
            f"attribute {name} is {len(data)} bytes long",
            fix=f"Keep it under {schema.MAX_TEXT_BYTES} bytes",
        )
    if "\x00" in value:
        raise UsageError(f"attribute {name} contains a NUL character")
    size = max(len(data), 1)
    kind = h5t.C_S1.copy()
    kind.set_size(size)
    kind.set_strpad(h5t.STR_NULLPAD)
    kind.set_cset(h5t.CSET_UTF8)
    _create(target, name, np.array(data, f"S{size}"), kind)


def write_scalar(target: h5py.HLObject, name: str, value: Any, dtype: Any) -> None:
    """Store one number."""
    data = np.array(value, np.dtype(dtype).newbyteorder("<"))
    _create(target, name, data, h5t.py_create(data.dtype))


def _create(target: h5py.HLObject, name: str, data: NDArray[Any], kind: Any) -> None:
    """Store one value, in the place of an attribute of that name.

    With HDF5's own functions: a file has dozens of attributes, and h5py's take ten times as long.
    """
    with phil:
        key = name.encode()
        if h5a.exists(target.id, key):
            h5a.delete(target.id, key)
        h5a.create(target.id, key, kind, h5s.create(h5s.SCALAR)).write(data, mtype=kind)


def names(loc: Any) -> list[bytes]:
    """Names of the attributes of a low-level object."""
    with phil:
        return [h5a.open(loc, index=i).name for i in range(h5a.get_num_attrs(loc))]


def all_bytes(loc: Any) -> list[tuple[bytes, bytes]]:
    """Name and bytes, as `read_bytes` has them, of each attribute of a low-level object.

    Raises
    ------
    FormatError
        As `read`.
    """
    found = []
    for i in range(h5a.get_num_attrs(loc)):
        attribute = h5a.open(loc, index=i)
        name = attribute.name
        found.append((name, _as_bytes(_value(attribute, name))))
    return found


def read(loc: Any, name: bytes) -> str | int | float | None:
    """One attribute of a low-level object: text, number, or None when absent.

    Raises
    ------
    FormatError
        If it is of a type the format does not allow (variable length, compound, reference).
    """
    value = _read_array(loc, name)
    if value is None:
        return None
    if value.dtype.kind != "S":
        return value.item()  # type: ignore[no-any-return]
    try:
        return str(value.item().decode("utf-8"))
    except UnicodeDecodeError:
        raise FormatError(f"attribute {name!r} is not UTF-8 text") from None


def read_bytes(loc: Any, name: bytes) -> bytes:
    """Bytes of an attribute as the structure digest takes them: text without padding."""
    value = _read_array(loc, name)
    if value is None:
        raise FormatError(f"attribute {name!r} is missing")
    return _as_bytes(value)


def _as_bytes(value: NDArray[Any]) -> bytes:
    return bytes(value.item()) if value.dtype.kind == "S" else value.tobytes()


def _read_array(loc: Any, name: bytes) -> NDArray[Any] | None:
    try:
        attribute = h5a.open(loc, name)
    except KeyError:
        return None
    return _value(attribute, name)


def _value(attribute: h5a.AttrID, name: bytes) -> NDArray[Any]:
    """The one value of an attribute, of a type that the format allows."""
    shown = name.decode(errors="replace")
    kind = attribute.get_type()
    text = isinstance(kind, h5t.TypeStringID) and not kind.is_variable_str()
    number = isinstance(kind, (h5t.TypeIntegerID, h5t.TypeFloatID)) and kind.get_size() <= 8
    if not number and (not text or kind.get_size() > 2 * schema.MAX_TEXT_BYTES):
        raise FormatError(f"attribute {shown} is of a type not allowed")
    if attribute.shape != ():
        raise FormatError(f"attribute {shown} is not one value")
    try:
        value = np.empty((), f"S{kind.get_size()}" if text else kind.dtype)
        attribute.read(value, mtype=kind)
    except (TypeError, ValueError):
        raise FormatError(f"attribute {shown} is not one value") from None
    return value


def read_all(loc: Any) -> dict[str, str | int | float]:
    """All attributes of an object, by name; those of foreign types are left out."""
    found: dict[str, str | int | float] = {}
    for name in names(loc):
        try:
            value = read(loc, name)
        except FormatError:
            continue
        if value is not None:
            found[name.decode("utf-8", errors="replace")] = value
    return dict(sorted(found.items()))
