"""PlaneWriter: a column whose bytes that do not compress are stored as they are."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from genomedb.kernels.chunks import Pipeline
from genomedb.storage.encode import Encoder, Storage
from genomedb.storage.files import Draft
from genomedb.storage.planes import encode_planes
from genomedb.storage.pool import POOL
from genomedb.storage.write import ColumnWriter


class PlaneEncoder(Encoder):
    """Encodes shuffled chunks plane by plane: twice as fast for positions that jump about."""

    def _encoded(self, values: NDArray[Any], pipeline: Pipeline) -> Iterator[bytes]:
        if not pipeline.shuffle:
            return super()._encoded(values, pipeline)
        raw, size = values.view(np.uint8), pipeline.chunk_bytes
        chunks = [raw[at : at + size] for at in range(0, raw.size, size)]
        encode = partial(encode_planes, pipeline=pipeline, level=self.storage.level)
        if POOL.threads == 1 or len(chunks) < 2:
            return map(encode, chunks)
        return POOL.executor.map(encode, chunks)


class PlaneWriter(ColumnWriter):
    """A `ColumnWriter` with that encoder."""

    def __init__(
        self, draft: Draft, name: str, size: int | None, dtype: Any, storage: Storage
    ) -> None:
        super().__init__(draft, name, size, dtype, storage)
        shuffle = self._encoder.shuffle
        self._encoder = PlaneEncoder(dtype, storage, 0, size)
        self._encoder.shuffle = shuffle


__all__ = ["PlaneEncoder", "PlaneWriter"]
