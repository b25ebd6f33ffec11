"""Typed attributes in and out of HDF5: fixed-length text, scalars; nothing of variable length."""

from __future__ import annotations

from typing import Any

import h5py
import numpy as np
from h5py import h5a, h5t
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
    dtype = h5py.string_dtype("utf-8", max(len(data), 1))
    target.attrs.create(name, np.array(data, dtype=f"S{max(len(data), 1)}"), dtype=dtype)


def write_scalar(target: h5py.HLObject, name: str, value: Any, dtype: Any) -> None:
    """Store one number."""
    target.attrs.create(name, np.array(value, np.dtype(dtype).newbyteorder("<")))


def names(loc: Any) -> list[bytes]:
    """Names of the attributes of a low-level object."""
    return [h5a.open(loc, index=i).name for i in range(h5a.get_num_attrs(loc))]


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
    return bytes(value.item()) if value.dtype.kind == "S" else value.tobytes()


def _read_array(loc: Any, name: bytes) -> NDArray[Any] | None:
    shown = name.decode(errors="replace")
    try:
        attribute = h5a.open(loc, name)
    except KeyError:
        return None
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
