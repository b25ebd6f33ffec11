"""PairsWriter: records of pairs of chromosomes, and the trees over them, into a file."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from dataclasses import replace
from typing import IO, Any, cast

import numpy as np
from numpy.typing import NDArray

from genomedb.core.chroms import ChromTable
from genomedb.errors import UsageError
from genomedb.kernels.quadtree_build import Nodes
from genomedb.storage import schema
from genomedb.storage.files import Draft
from genomedb.storage.pairs import node_numbers, pair_position_dtype, position_names
from genomedb.storage.plane_writer import PlaneWriter
from genomedb.storage.sink import write_error
from genomedb.storage.write import Storage, write_table

_MEMORY_BYTES = 64_000_000  # of pairs that wait for their turn, before they go to a file
_TOGETHER = 1 << 16  # records of small pairs that are written at once
Columns = dict[str, NDArray[Any]]


class PairsWriter:
    """Writes pair after pair.

    Parameters
    ----------
    draft : Draft
        The file being written.
    chroms : ChromTable
        Of the track.
    track_type : str
        ``points`` or ``rectangles``.
    dtype : str
        Type of the values.
    layout : str
        ``per-chromosome`` or ``indexed``.
    storage : Storage
        Codec and chunks.
    is_ordered : bool
        Pairs come in the order of the database. Those of an indexed file that do not wait in a
        temporary file until all are there.
    """

    def __init__(
        self, draft: Draft, chroms: ChromTable, track_type: str, *, dtype: str, layout: str,
        storage: Storage, is_ordered: bool,
    ) -> None:  # fmt: skip
        self._draft, self._chroms, self._kind, self._dtype = draft, chroms, track_type, dtype
        self._storage = storage
        # positions and nodes change little from one to the next: their high bytes pack well
        self._shuffled = storage if storage.shuffle is not None else replace(storage, shuffle=True)
        self._is_indexed, self._is_ordered = layout == schema.INDEXED, is_ordered
        self._written: list[tuple[int, int, int]] = []
        self._kept: dict[tuple[int, int], list[tuple[str, int, int]]] = {}
        self._file: IO[bytes] | None = None
        self._open: dict[str, PlaneWriter] = {}
        self._small: dict[str, list[NDArray[Any]]] = {}
        self._n_small = 0  # records in it

    def position_dtype(self, code1: int, code2: int) -> np.dtype[Any]:
        """Type in which positions of a pair are stored."""
        return pair_position_dtype(self._chroms, None if self._is_indexed else (code1, code2))

    def write(self, code1: int, code2: int, records: Mapping[str, NDArray[Any]], nodes: Nodes
              ) -> None:  # fmt: skip
        """Write a pair: records in Z-order by column, at least one, and the tree over them."""
        columns = self._columns(code1, code2, records, nodes)
        size = columns[schema.VALUE].size
        if not self._is_indexed:
            group = f"{schema.PAIRS}/{code1}-{code2}"
            for name, values in columns.items():
                path = f"{group}/{name}"
                writer = PlaneWriter(
                    self._draft, path, values.size, values.dtype, self._codec(name)
                )
                writer.write(values)
                writer.close()
        elif self._is_ordered:
            self._append(code1, code2, columns)
        else:
            self._keep(code1, code2, columns)
            return
        self._written.append((code1, code2, size))

    def close(self) -> None:
        """Finish the file."""
        if not self._is_indexed:
            return
        for code1, code2 in sorted(self._kept):
            columns = self._take(self._kept[code1, code2])
            self._append(code1, code2, columns)
            self._written.append((code1, code2, columns[schema.VALUE].size))
        self._flush()
        if not self._open:  # a file without a record has its columns all the same
            self._open_columns()
        for writer in self._open.values():
            writer.close()
        table = np.array(self._written, np.int64).reshape(-1, 3)
        write_table(self._draft, schema.PAIR_CODE1, table[:, 0].astype(np.int32))
        write_table(self._draft, schema.PAIR_CODE2, table[:, 1].astype(np.int32))
        offset = np.concatenate(([0], np.cumsum(table[:, 2])))
        write_table(self._draft, schema.INDEX_OFFSET, offset)

    def _columns(
        self, code1: int, code2: int, records: Mapping[str, NDArray[Any]], nodes: Nodes
    ) -> Columns:
        """All columns of a pair, by dataset, of the types stored."""
        position = self.position_dtype(code1, code2)
        made = {name: np.asarray(records[name], position) for name in position_names(self._kind)}
        made[schema.VALUE] = np.asarray(records[schema.VALUE], self._dtype)
        for name in schema.NODE_POSITIONS:
            made[schema.NODE + name] = np.asarray(getattr(nodes, name), position)
        for name, dtype in node_numbers(self._kind).items():
            made[schema.NODE + name] = np.asarray(getattr(nodes, name), dtype)
        return made

    def _codec(self, name: str) -> Storage:
        return self._storage if name == schema.VALUE else self._shuffled

    # ---- indexed files

    def _dtypes(self) -> dict[str, Any]:
        """Columns of an indexed file and their types."""
        position = pair_position_dtype(self._chroms, None)
        made: dict[str, Any] = dict.fromkeys(position_names(self._kind), position)
        made[schema.VALUE] = self._dtype
        made |= {schema.NODE + name: position for name in schema.NODE_POSITIONS}
        made |= {schema.NODE + name: kind for name, kind in node_numbers(self._kind).items()}
        return made

    def _open_columns(self) -> None:
        self._open = {
            name: PlaneWriter(self._draft, f"{schema.INDEX}/{name}", None, dtype, self._codec(name))
            for name, dtype in self._dtypes().items()
        }

    def _append(self, code1: int, code2: int, columns: Columns) -> None:
        if self._written and (code1, code2) <= self._written[-1][:2]:
            raise UsageError(
                "pairs come in another order than the database's", where=self._draft.path,
                fix="Say that they are not in order: they are sorted then",
            )  # fmt: skip
        if not self._open:
            self._open_columns()
        for name, values in columns.items():
            self._small.setdefault(name, []).append(values)
        self._n_small += columns[schema.VALUE].size
        if self._n_small >= _TOGETHER:
            self._flush()

    def _flush(self) -> None:
        """Hand over what waits: many small pairs at once."""
        for name, parts in self._small.items():
            self._open[name].write(np.concatenate(parts) if len(parts) > 1 else parts[0])
        self._small, self._n_small = {}, 0

    def _keep(self, code1: int, code2: int, columns: Columns) -> None:
        """Set a pair aside until all are there."""
        if self._file is None:
            held = tempfile.SpooledTemporaryFile(  # noqa: SIM115
                max_size=_MEMORY_BYTES, mode="w+b", dir=str(self._draft.path.parent)
            )
            self._file = cast(IO[bytes], held)
            self._draft.temporary.append(self._file)
        places = []
        for name, values in columns.items():
            at = self._file.tell()
            try:
                self._file.write(np.ascontiguousarray(values).data)
            except OSError as error:
                raise write_error(error, self._draft.path) from error
            places.append((name, at, values.size))
        self._kept[code1, code2] = places

    def _take(self, places: list[tuple[str, int, int]]) -> Columns:
        assert self._file is not None
        dtypes, columns = self._dtypes(), {}
        for name, at, size in places:
            dtype = np.dtype(dtypes[name])
            self._file.seek(at)
            columns[name] = np.frombuffer(self._file.read(size * dtype.itemsize), dtype)
        return columns


__all__ = ["PairsWriter"]
