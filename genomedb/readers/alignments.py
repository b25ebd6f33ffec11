"""Alignment files (BAM, CRAM, SAM) whose reads go to a collector.

BAM is unpacked here, with libdeflate, which takes half the time of the zlib inside pysam; the
rest, and single chromosomes through an index, is read by htslib.
"""

from __future__ import annotations

import io
import zlib
from collections import deque
from collections.abc import Generator, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO, Final, Protocol, cast

import numpy as np
from numpy.typing import NDArray

from genomedb.core.closing import Closing
from genomedb.core.progress import Progress
from genomedb.errors import FormatError, UsageError
from genomedb.kernels.alignments import OK, Collector
from genomedb.kernels.alignments_bgzf import inflate_blocks, measure_blocks
from genomedb.readers.bam_header import BAM_MAGIC, CRAM_MAGIC, read_bam_chroms
from genomedb.readers.exact import Exact
from genomedb.readers.htslib import HtsFile
from genomedb.readers.opened import STDIN, open_file
from genomedb.readers.stdin import AwaitedInput

_STORED: Final = 1 << 20  # bytes read at once
_ROOM: Final = 1 << 20  # bytes unpacked at once: few enough for the cache of a core
_HEAD: Final = 1 << 16  # before them, for the beginning of a record
_U8 = NDArray[np.uint8]


class Alignments(Protocol):
    """An open alignment file.

    Attributes
    ----------
    names : list of str
    lengths : list of int
        Chromosomes of its header.
    """

    names: list[str]
    lengths: list[int]

    def collect(self, collector: Collector, chroms: list[int] | None = None) -> None:
        """Give all reads, or those of some chromosomes (places in `names`), to a collector."""

    def close(self) -> None:
        """Close the file."""


def open_alignments(
    path: str | Path,
    *,
    reference: str | Path | None = None,
    threads: int = 1,
    regions: bool = False,
    progress: Progress | None = None,
) -> Alignments:
    """Open a BAM, CRAM or SAM file, told by its content; ``-`` is BAM on standard input.

    Parameters
    ----------
    path : str or Path
    reference : path, optional
        FASTA file of a CRAM file.
    threads : int
        That decompress.
    regions : bool
        Single chromosomes will be asked for, which needs an index.
    progress : Progress, optional
        Told how many stored bytes have been read.

    Raises
    ------
    MissingFileError
        There is no such file.
    FormatError
        It is none of these, is truncated, or has no header.
    UsageError
        Single chromosomes of standard input.
    MissingDependencyError
        pysam is needed and absent.
    """
    name = str(path)
    if name == STDIN:
        if regions:
            raise UsageError(
                "single chromosomes are read through an index, which standard input lacks",
                fix="Read all of it, or give a file",
            )
        import sys

        stream = getattr(sys.stdin, "buffer", None)
        if stream is None:
            raise UsageError("standard input is closed")
        return BamFile(cast(BinaryIO, AwaitedInput(stream)), "<stdin>", threads, progress)
    with open_file(path) as file:
        head = file.read(1 << 17)
    if not head:
        raise FormatError("is empty", where=name, fix="Copy it again")
    if head[:4] == b"\x1f\x8b\x08\x04":
        blocks = measure_blocks(head, 1 << 24, where=name)
        first = np.empty(blocks.n_plain, np.uint8)
        inflate_blocks(head[: blocks.n_stored], first, where=name)
        head = first[:4].tobytes()
        if head == BAM_MAGIC and not regions:
            return BamFile(open_file(path), name, threads, progress)
    elif head[:2] == b"\x1f\x8b":  # htslib reads SAM in plain gzip too
        with suppress(zlib.error):
            head = zlib.decompressobj(wbits=31).decompress(head, 4)
    if head[:4] in (BAM_MAGIC, CRAM_MAGIC) or head[:1] == b"@":
        return _ByHtslib(HtsFile(name, reference=reference, threads=threads))
    raise FormatError(
        "is not BAM, CRAM or SAM with a header", where=name,
        fix="Make BAM of other formats with samtools",
    )  # fmt: skip


class _ByHtslib(Closing):
    """A file that htslib reads."""

    def __init__(self, file: HtsFile) -> None:
        self._file, self.names, self.lengths = file, file.names, file.lengths
        if not self.names:
            self.close()
            raise _no_chroms(file.path)

    def collect(self, collector: Collector, chroms: list[int] | None = None) -> None:
        """Give all reads, or those of some chromosomes, to a collector."""
        for tid in chroms if chroms is not None else [-1]:
            if tid >= 0:
                self._file.seek(tid)
            if collector.add_htslib(self._file.addresses(), where=self._file.path) != OK:
                what = "is truncated or damaged, or is CRAM without its reference"
                fix = "Copy it again, or name the FASTA file (reference, --reference)"
                if tid >= 0:
                    what = what.replace(", or", ", has the index of another file, or")
                    fix = f"Make the index again, {fix[0].lower()}{fix[1:]}"
                raise FormatError(what, where=self._file.path, fix=fix)

    def close(self) -> None:
        """Close the file."""
        self._file.close()


class BamFile(Closing):
    """A BAM file, or a stream of one.

    Parameters
    ----------
    file : file object
        Unbuffered; a file is closed with this, standard input is not.
    name : str
        For messages.
    threads : int
        That unpack.
    progress : Progress, optional

    Attributes
    ----------
    names : list of str
    lengths : list of int
        Chromosomes of the header.
    """

    def __init__(
        self, file: BinaryIO, name: str, threads: int = 1, progress: Progress | None = None
    ) -> None:
        self.path, self._file, self._progress = name, file, progress
        self._threads = max(1, threads)
        self._pool: ThreadPoolExecutor | None = None
        self._batches = self._unpacked()
        try:
            self.names, self.lengths, self._rest = self._read_header()
        except BaseException:
            self.close()
            raise

    def collect(self, collector: Collector, chroms: list[int] | None = None) -> None:
        """Give all reads to a collector."""
        assert chroms is None
        rest, at = self._rest, 0
        at = collector.add_bam(rest, 0, where=self.path)
        rest = rest[at:]
        for batch in self._batches:
            if rest.size <= _HEAD:  # the beginning of a record goes before what follows
                start = _HEAD - rest.size
                batch[start:_HEAD] = rest
                data = batch[start:]
            else:
                data = np.concatenate((rest, batch[_HEAD:]))
            at = collector.add_bam(data, 0, where=self.path)
            rest = data[at:].copy()
        if rest.size:
            raise FormatError("its last record is truncated", where=self.path, fix="Copy it again")

    def close(self) -> None:
        """Close the file."""
        self._batches.close()
        if self._pool is not None:
            self._pool.shutdown(wait=True, cancel_futures=True)
            self._pool = None
        if isinstance(self._file, io.RawIOBase):  # standard input stays open
            self._file.close()

    def _read_header(self) -> tuple[list[str], list[int], _U8]:
        taken: list[bytes] = []

        def read(_: int) -> bytes:
            batch = next(self._batches, None)
            while batch is not None and batch.size == _HEAD:
                batch = next(self._batches, None)
            taken.append(b"" if batch is None else batch[_HEAD:].tobytes())
            return taken[-1]

        header = Exact(read, self.path, "BAM header")
        if header.take(len(BAM_MAGIC)) != BAM_MAGIC:
            raise FormatError("is not BAM", where=self.path)
        sizes = read_bam_chroms(header)
        if not sizes:
            raise _no_chroms(self.path)
        rest = np.frombuffer(b"".join(taken)[header.done :], np.uint8)
        return list(sizes), list(sizes.values()), rest

    def _unpacked(self) -> Generator[_U8, None, None]:
        """Batches of unpacked bytes behind `_HEAD` bytes of room; each is good until the next."""
        if self._threads == 1:
            buffer = np.empty(_HEAD + _ROOM, np.uint8)
            for stored, n_plain in self._stored():
                batch = buffer[: _HEAD + n_plain]
                inflate_blocks(stored, batch[_HEAD:], where=self.path)
                yield batch
            return
        self._pool = ThreadPoolExecutor(self._threads, thread_name_prefix="genomedb-bam")
        waiting: deque[tuple[_U8, Future[None]]] = deque()
        spare: list[_U8] = []
        for stored, n_plain in self._stored():
            buffer = spare.pop() if spare else np.empty(_HEAD + _ROOM, np.uint8)
            part = buffer[_HEAD : _HEAD + n_plain]
            done = self._pool.submit(inflate_blocks, bytes(stored), part, where=self.path)
            waiting.append((buffer[: _HEAD + n_plain], done))
            if len(waiting) > 2 * self._threads:
                batch, done = waiting.popleft()
                done.result()
                yield batch
                spare.append(cast(_U8, batch.base))
        while waiting:
            batch, done = waiting.popleft()
            done.result()
            yield batch

    def _stored(self) -> Iterator[tuple[memoryview, int]]:
        """Whole blocks as they are stored, and how many bytes they unpack to."""
        data, done, ended = b"", 0, False
        while True:
            try:
                more = self._file.read(_STORED)
            except OSError as error:
                raise FormatError(f"cannot be read: {error.strerror}", where=self.path) from error
            if not more:
                break
            done += len(more)
            if self._progress is not None:
                self._progress.at(done)
            view, at = memoryview(data + more if data else more), 0
            while True:
                n_stored, n_plain, ends = measure_blocks(view[at:], _ROOM, where=self.path)
                if not n_stored:
                    break
                yield view[at : at + n_stored], n_plain
                at, ended = at + n_stored, ends
            data = bytes(view[at:])
        if data or not ended:
            raise FormatError(
                "is truncated: the mark at its end is missing", where=self.path,
                fix="Copy it again",
            )  # fmt: skip


def _no_chroms(path: str) -> FormatError:
    return FormatError(
        "its header names no chromosomes", where=path,
        fix="Give reads aligned to an assembly (samtools reheader adds a header)",
    )  # fmt: skip


__all__ = ["Alignments", "BamFile", "open_alignments"]
