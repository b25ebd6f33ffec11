"""Attributes of an object by our own reader of HDF5 metadata, out of its header's messages."""

from __future__ import annotations

import struct
from collections.abc import Iterable, Iterator

import numpy as np

from genomedb.storage.quick_groups import UNDEFINED, Message, Unusual, decode_type

_MESSAGE, _INFO = 0x0C, 0x15
_HEAD = struct.Struct("<BBHHHB")
_PAIR = struct.Struct("<QQ")


def value_of(messages: Iterable[Message], name: str) -> str | int | float | None:
    """One attribute: text or number; None when there is none."""
    wanted = name.encode() + b"\0"
    found = None
    for message in _attributes(messages):
        _, data, at, _ = message
        if found is None and data.startswith(wanted, at + _HEAD.size):
            found = message
    return None if found is None else _value(found, len(wanted))


def all_values(messages: Iterable[Message]) -> dict[str, str | int | float]:
    """All attributes by name, sorted."""
    found: dict[str, str | int | float] = {}
    for message in _attributes(messages):
        _, data, at, _ = message
        n_name = _HEAD.unpack_from(data, at)[2]
        name, end, rest = data[at + _HEAD.size : at + _HEAD.size + n_name].partition(b"\0")
        text = name.decode()
        if not end or rest or text in found:
            raise Unusual("the name of an attribute")
        found[text] = _value(message, n_name)
    return dict(sorted(found.items()))


def _attributes(messages: Iterable[Message]) -> Iterator[Message]:
    """The attribute messages; `Unusual` when there are attributes elsewhere."""
    for message in messages:
        kind, data, at, _ = message
        if kind == _MESSAGE:
            if data[at] != 3:
                raise Unusual("attribute")
            yield message
        elif kind == _INFO:
            flags = data[at + 1]
            start = at + (4 if flags & 1 else 2)
            if data[at] != 0 or flags > 3 or _PAIR.unpack_from(data, start)[0] != UNDEFINED:
                raise Unusual("attributes outside the header")


def _value(message: Message, n_name: int) -> str | int | float:
    """Value of an attribute that is one number or one text."""
    _, data, at, stop = message
    _, flags, name_bytes, type_bytes, space_bytes, charset = _HEAD.unpack_from(data, at)
    at += _HEAD.size + n_name
    if flags or name_bytes != n_name or charset > 1:
        raise Unusual("attribute")
    dtype = decode_type(data[at : at + type_bytes])
    at += type_bytes
    if data[at : at + space_bytes] != b"\x02\0\0\0":
        raise Unusual("an attribute that is not one value")
    at += space_bytes
    if at + dtype.itemsize != stop:
        raise Unusual("attribute")
    if dtype.kind != "S":
        number: int | float = np.frombuffer(data, dtype, 1, at)[0].item()
        return number
    text = data[at:stop].rstrip(b"\0")
    if b"\0" in text:
        raise Unusual("text")
    return text.decode()
