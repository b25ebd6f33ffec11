"""Parquet: tables of typed columns, written with pyarrow."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import ExitStack
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from genomedb.core.texts import Texts
from genomedb.errors import MissingDependencyError, UsageError
from genomedb.writers.compressed import STDOUT, publish_file
from genomedb.writers.published import PublishedFile


class ParquetWriter(PublishedFile):
    """Write a table piece by piece; published when its ``with`` block ends well.

    Parameters
    ----------
    path : str or Path
        Destination.
    types : mapping of str to dtype or None
        Numpy type of each column; None is text.
    overwrite : bool
        Replace a file that is there already.

    Raises
    ------
    MissingDependencyError
        Without pyarrow.
    UsageError
        For standard output.
    WriteError
    """

    def __init__(
        self, path: str | Path, types: Mapping[str, Any], *, overwrite: bool = False
    ) -> None:
        if str(path) == STDOUT:
            raise UsageError("parquet cannot go to standard output", fix="Name a file")
        super().__init__(path, overwrite=overwrite)
        self._pa = _pyarrow(path)
        pa = self._pa
        self._schema = pa.schema(
            [(name, pa.large_string() if dtype is None else pa.from_numpy_dtype(dtype))
             for name, dtype in types.items()]
        )  # fmt: skip

    def _open(self, stack: ExitStack) -> None:
        writer = import_module("pyarrow.parquet").ParquetWriter
        part = stack.enter_context(publish_file(self.path, overwrite=self._overwrite))
        self._writer = stack.enter_context(writer(str(part), self._schema, compression="zstd"))

    def add(self, columns: Mapping[str, Texts | NDArray[Any]]) -> None:
        """Write rows; columns as declared."""
        arrays = [self._array(columns[name]) for name in self._schema.names]
        self._writer.write_table(self._pa.Table.from_arrays(arrays, schema=self._schema))

    def _array(self, values: Texts | NDArray[Any]) -> Any:
        pa = self._pa
        if not isinstance(values, Texts):
            return pa.array(np.ascontiguousarray(values))
        data = np.ascontiguousarray(values.data)
        offset = np.ascontiguousarray(values.offset, np.int64)
        made = pa.LargeStringArray.from_buffers(
            len(values), pa.py_buffer(offset), pa.py_buffer(data)
        )
        try:
            made.validate(full=True)
        except pa.ArrowInvalid:  # bytes that are no UTF-8 become escapes
            return pa.array(values.tolist(), pa.large_string())
        return made


def _pyarrow(path: str | Path) -> Any:
    try:
        import_module("pyarrow.parquet")
        return import_module("pyarrow")
    except ImportError as error:
        raise MissingDependencyError(
            "writing Parquet needs pyarrow", where=path, fix="pip install 'genomedb[parquet]'"
        ) from error
