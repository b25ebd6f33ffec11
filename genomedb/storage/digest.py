"""The structure digest: one SHA-256 over what a file holds and what it says of it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import Any

import h5py
import numpy as np
from h5py import h5d, h5g, h5l, h5o

from genomedb.errors import FormatError
from genomedb.storage import attrs, schema

_DEEPEST = 8  # groups in groups


def type_name(dtype: np.dtype) -> str:
    """Spelling of a type that does not depend on the machine: ``<f4``, ``|u1``, ``|S12``."""
    return str(dtype.newbyteorder("<").str if dtype.byteorder != "|" else dtype.str)


def structure_digest(h5: h5py.Group) -> str:
    """SHA-256 over names, shapes, types and attributes, as `docs/format.md` defines it."""
    return _digest(h5g.open(h5.id, b"/"), strict=False)[0]


def checked_structure(root: h5g.GroupID) -> tuple[str, dict[str, str | None]]:
    """The structure digest, and by path the SHA-256 that each dataset has as an attribute.

    Raises
    ------
    FormatError
        There are links, objects with several names, or of kinds that the format does not allow.
    """
    return _digest(root, strict=True)


def _digest(root: h5g.GroupID, *, strict: bool) -> tuple[str, dict[str, str | None]]:
    lines, promised = _attribute_lines("/", attrs.all_bytes(root)), {}
    for path, item in _objects(root, "", 0, strict=strict):
        found = attrs.all_bytes(item)
        if isinstance(item, h5d.DatasetID):
            sha256 = dict(found).get(schema.SHA256.encode())
            promised[path] = None if sha256 is None else sha256.decode("latin-1")
            shape = ",".join(str(n) for n in item.shape)
            lines.append(f"dataset\t/{path}\t{type_name(item.dtype)}\t{shape}")
        else:
            lines.append(f"group\t/{path}")
        lines += _attribute_lines(f"/{path}", found)
    return hashlib.sha256("\n".join(sorted(lines)).encode()).hexdigest(), promised


def _objects(
    group: h5g.GroupID, prefix: str, depth: int, *, strict: bool
) -> Iterator[tuple[str, Any]]:
    """Path and object of all that lies in a group; what is not allowed is refused or left out."""
    if depth > _DEEPEST and strict:
        raise FormatError("groups are nested too deeply")
    for raw in group:
        path = prefix + raw.decode("utf-8", errors="replace")
        if group.links.get_info(raw).type != h5l.TYPE_HARD:
            if strict:
                raise FormatError(f"{path} is a link; links are not allowed")
            continue
        item = h5o.open(group, raw)
        if strict and h5o.get_info(item).rc != 1:
            raise FormatError(f"{path} has more than one name")
        if strict and not isinstance(item, (h5d.DatasetID, h5g.GroupID)):
            raise FormatError(f"{path} is neither a group nor a dataset")
        yield path, item
        if isinstance(item, h5g.GroupID) and depth <= _DEEPEST:
            yield from _objects(item, f"{path}/", depth + 1, strict=strict)


def _attribute_lines(path: str, found: list[tuple[bytes, bytes]]) -> list[str]:
    lines = []
    for name, data in found:
        if path == "/" and name == schema.STRUCTURE.encode():
            continue
        digest = hashlib.sha256(data).hexdigest()
        lines.append(f"attribute\t{path}\t{name.decode(errors='replace')}\t{digest}")
    return lines
