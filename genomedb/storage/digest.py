"""The structure digest: one SHA-256 over what a file holds and what it says of it."""

from __future__ import annotations

import hashlib

import h5py
import numpy as np

from genomedb.storage import attrs, schema


def type_name(dtype: np.dtype) -> str:
    """Spelling of a type that does not depend on the machine: ``<f4``, ``|u1``, ``|S12``."""
    return str(dtype.newbyteorder("<").str if dtype.byteorder != "|" else dtype.str)


def structure_digest(h5: h5py.Group) -> str:
    """SHA-256 over names, shapes, types and attributes, as `docs/format.md` defines it."""
    lines = _attribute_lines("/", h5)

    def visit(path: str, item: h5py.HLObject) -> None:
        if isinstance(item, h5py.Dataset):
            shape = ",".join(str(n) for n in item.shape)
            lines.append(f"dataset\t/{path}\t{type_name(item.dtype)}\t{shape}")
        else:
            lines.append(f"group\t/{path}")
        lines.extend(_attribute_lines(f"/{path}", item))

    h5.visititems(visit)
    return hashlib.sha256("\n".join(sorted(lines)).encode()).hexdigest()


def _attribute_lines(path: str, item: h5py.HLObject) -> list[str]:
    lines = []
    for name in attrs.names(item.id):
        if path == "/" and name == schema.STRUCTURE.encode():
            continue
        digest = hashlib.sha256(attrs.read_bytes(item.id, name)).hexdigest()
        lines.append(f"attribute\t{path}\t{name.decode(errors='replace')}\t{digest}")
    return lines
