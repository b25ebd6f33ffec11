"""Values in, stored pieces out: chunks, checksums and the choice of filters, without a file."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from genomedb.errors import UsageError
from genomedb.kernels import chunks as kernel
from genomedb.storage import schema
from genomedb.storage.packing import TOGETHER, Packed, Packer
from genomedb.storage.pool import POOL

_BATCH = 64  # chunks encoded in one call of the kernel
_BLOCKS = 16  # contiguous blocks stored at a time: digest, checksum and copy find them in the cache
_SAMPLE = 6  # chunks on which shuffle is tried
_SHUFFLE_GAIN = 0.97  # shuffled data must be this much smaller: they decode slower


@dataclass(frozen=True)
class Storage:
    """How values are stored.

    Attributes
    ----------
    compression : {"gzip", None}
        None stores one contiguous block that readers map.
    level : int
        Deflate level 1 to 9.
    shuffle : bool or None
        None tries both on a sample of chunks and takes the smaller.
    chunk_bytes : int
        Bytes of a chunk before compression.
    """

    compression: str | None = "gzip"
    level: int = 1
    shuffle: bool | None = None
    chunk_bytes: int = schema.CHUNK_BYTES

    def __post_init__(self) -> None:
        if self.compression not in ("gzip", None):
            raise UsageError(f"compression {self.compression!r} is not known", fix="gzip or None")
        if not 1 <= self.level <= 9:
            raise UsageError(f"compression level {self.level} is not between 1 and 9")
        if not 1024 <= self.chunk_bytes <= schema.MAX_CHUNK_BYTES:
            raise UsageError(f"chunks of {self.chunk_bytes} bytes are not between 1 kB and 64 MB")


class Stretch(NamedTuple):
    """Values as stored: number of the first of them, and the bytes of their chunk or blocks.

    A view of contiguous blocks holds until the encoder gets its next values. A chunk has the
    CRC-32 of its stored bytes, taken when they were made.
    """

    first: int
    data: bytes | memoryview
    crc: int = 0


@dataclass(frozen=True)
class EncodedColumn:
    """A whole column as stored; made in a worker, written by `storage.write.write_encoded`.

    Attributes
    ----------
    size : int
        Number of values.
    dtype : str
        Type on disk, as numpy writes it.
    storage : Storage
        Codec; ``shuffle`` says what was chosen.
    chunk_items : int
        Values of a chunk.
    fill : bytes
        Value of chunks that are not stored.
    stretches : tuple of Stretch
        Chunks (or contiguous blocks) in order; those of fill values are left out.
    crc : ndarray of uint32
        Checksums of contiguous blocks, else empty.
    sha256 : str
        Of all values.
    is_chosen : bool
        False when the values did not tell whether shuffle pays.
    """

    size: int
    dtype: str
    storage: Storage
    chunk_items: int
    fill: bytes
    stretches: tuple[Stretch, ...]
    crc: NDArray[np.uint32]
    sha256: str
    is_chosen: bool


class Encoder:
    """Turns values that come piece by piece into what is stored.

    Parameters
    ----------
    dtype : numpy dtype
        Type on disk.
    storage : Storage
        Codec and chunks; a `shuffle` of None is decided on the first values that tell.
    fill : number
        Value of chunks that need not be stored.
    size : int or None
        Number of values that will come, when known.
    """

    def __init__(
        self, dtype: Any, storage: Storage, fill: float = 0, size: int | None = None
    ) -> None:
        self.dtype = np.dtype(dtype).newbyteorder("<")
        self.storage = storage
        text = self.dtype.kind == "S"
        self.fill = np.zeros(1, self.dtype) if text else np.array([fill], self.dtype)
        self.shuffle = storage.shuffle
        if self.dtype.itemsize == 1 or text:
            self.shuffle = False
        self.is_chosen = False  # by a trial on values that told
        self.done = 0  # values encoded
        self._full: int = max(1, storage.chunk_bytes // self.dtype.itemsize)
        self.chunk_items: int = self._full if size is None else max(1, min(self._full, size))
        self._rest = np.empty(0, self.dtype)  # begins with the values that wait for a whole step
        self._waiting = 0
        self._sha = hashlib.sha256()
        self._crc: list[NDArray[np.uint32]] = []
        self._packer: Packer | None = None

    @property
    def size(self) -> int:
        """Values that have come so far."""
        return self.done + self._waiting

    @property
    def sha256(self) -> str:
        """Digest of the values encoded so far."""
        return self._sha.hexdigest()

    @property
    def crc(self) -> NDArray[np.uint32]:
        """Checksums of the contiguous blocks so far."""
        return np.concatenate(self._crc) if self._crc else np.empty(0, np.uint32)

    def add(self, values: NDArray[Any]) -> Iterator[Stretch]:
        """Take values; yield what they complete."""
        values = np.ascontiguousarray(values, self.dtype)
        step = self._step()
        if self._waiting or values.size < step:
            taken = values[: step - self._waiting]
            self._keep(taken, step)
            values = values[taken.size :]
            if self._waiting < step:
                return
            self._waiting = 0
            yield from self._stored(self._rest[:step])
        whole = values.size - values.size % step
        for at in range(0, whole, step):
            yield from self._stored(values[at : at + step])
        self._keep(values[whole:], step)

    def finish(self) -> Iterator[Stretch]:
        """Yield what is left after the last values."""
        values = self._rest[: self._waiting]
        self._waiting = 0
        if self.done == 0:  # nothing is stored yet: a short column has one short chunk
            self.chunk_items = max(1, min(self._full, values.size))
        yield from self._stored(values, last=True)

    def _keep(self, values: NDArray[Any], step: int) -> None:
        """Put values behind those that wait."""
        need = self._waiting + values.size
        if need > self._rest.size:
            grown = np.empty(min(step, max(2 * need, 1 << 12)), self.dtype)
            grown[: self._waiting] = self._rest[: self._waiting]
            self._rest = grown
        self._rest[self._waiting : need] = values
        self._waiting = need

    def _step(self) -> int:
        """Values handed to the kernel at a time: whole chunks, or whole CRC blocks."""
        if self.storage.compression is None:
            return max(1, _BLOCKS * kernel.CRC_BLOCK_BYTES // int(self.dtype.itemsize))
        return _BATCH * self.chunk_items

    def _stored(self, values: NDArray[Any], *, last: bool = False) -> Iterator[Stretch]:
        first = self.done
        self.done += values.size
        if not values.size:
            return
        raw = values.view(np.uint8)
        if self.storage.compression is None:
            self._sha.update(raw.data)
            self._crc.append(kernel.crc32_blocks(raw))
            yield Stretch(first, raw.data)
            return
        if not last and kernel.is_repeated(raw, self.fill.view(np.uint8)):
            self._sha.update(raw.data)
            return  # the choice of filters waits for values that tell
        if self._packer is None:
            if self.shuffle is None:
                self.shuffle = self._choose_shuffle(values)
            self._packer = self._pack(self.chunk_items, shuffle=self.shuffle, fletcher=True)
        missing = -values.size % self.chunk_items
        if missing:
            values = np.concatenate((values, np.repeat(self.fill, missing)))
        packed = self._encoded(values, self._packer, self.chunk_items)
        self._sha.update(raw.data)  # while threads pack
        for i, (data, crc) in enumerate(packed):
            if data:
                yield Stretch(first + i * self.chunk_items, data, crc)

    def _encoded(self, values: NDArray[Any], packer: Packer, items: int) -> Iterator[Packed]:
        """Pack the chunks of `values`, in threads when there are several."""
        step = TOGETHER * items
        parts = [values[at : at + step].view(np.uint8) for at in range(0, values.size, step)]
        if POOL.threads == 1 or len(parts) < 2:
            return chain.from_iterable(map(packer.pack, parts))
        return chain.from_iterable(POOL.executor.map(packer.pack, parts))

    def _pack(self, items: int, *, shuffle: bool, fletcher: bool) -> Packer:
        itemsize = self.dtype.itemsize
        pipeline = kernel.Pipeline(
            itemsize, items * itemsize, deflated=True, shuffle=shuffle, fletcher=fletcher,
            fill=self.fill.view(np.uint8),
        )  # fmt: skip
        return Packer(pipeline, self.storage.level)

    def _choose_shuffle(self, sample: NDArray[Any]) -> bool:
        """Compress sampled chunks both ways and compare."""
        items = min(self.chunk_items, sample.size)
        # skip chunks of one value only: they say nothing and are hardly stored
        starts = range(0, sample.size - items + 1, items)
        telling = [s for s in starts if (sample[s : s + items] != sample[s]).any()]
        if sample.size < 64 or not telling:
            return True
        step = -(-len(telling) // _SAMPLE)
        n_bytes = {}
        for shuffle in (False, True):
            packer = self._pack(items, shuffle=shuffle, fletcher=False)
            tried = (sample[s : s + items] for s in telling[::step])
            n_bytes[shuffle] = sum(
                len(data) for piece in tried for data, _ in self._encoded(piece, packer, items)
            )
        self.is_chosen = True
        return n_bytes[True] < _SHUFFLE_GAIN * n_bytes[False]


def encode_column(
    pieces: Iterable[NDArray[Any]],
    size: int,
    dtype: Any,
    storage: Storage,
    fill: float = 0,
    *,
    shuffle: bool | None = None,
) -> EncodedColumn:
    """Encode a whole column from pieces in order, e.g. in a worker process.

    Parameters
    ----------
    pieces : iterable of ndarray
        Values in order.
    size : int
        How many will come.
    dtype : numpy dtype
        Type on disk.
    storage : Storage
        Codec and chunks.
    fill : number
        Value of chunks that need not be stored.
    shuffle : bool, optional
        What an earlier column of the track has chosen; None decides by `storage` and trial.

    Raises
    ------
    UsageError
        When another number of values came.
    """
    encoder = Encoder(dtype, storage, fill, size)
    if encoder.shuffle is None:
        encoder.shuffle = shuffle
    stretches = [s._replace(data=bytes(s.data)) for p in pieces for s in encoder.add(p)]
    stretches += [s._replace(data=bytes(s.data)) for s in encoder.finish()]
    if encoder.done != size:
        raise UsageError(f"{encoder.done} values came, not {size}")
    return encoded_by(encoder, tuple(stretches))


def encoded_by(encoder: Encoder, stretches: tuple[Stretch, ...]) -> EncodedColumn:
    """What a finished encoder has made, in one picklable object."""
    s = encoder.storage
    chosen = Storage(s.compression, s.level, encoder.shuffle is not False, s.chunk_bytes)
    return EncodedColumn(
        encoder.done, encoder.dtype.str, chosen, encoder.chunk_items, encoder.fill.tobytes(),
        stretches, encoder.crc, encoder.sha256, encoder.is_chosen,
    )  # fmt: skip
