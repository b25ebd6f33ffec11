"""Door to ext/lookup3.pyx: the checksum of HDF5 metadata (it checks its own arguments)."""

from __future__ import annotations

from genomedb._ext.lookup3 import lookup3

__all__ = ["lookup3"]
