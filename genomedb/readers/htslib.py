"""The htslib inside the package pysam: its functions by address, and files opened with it."""

from __future__ import annotations

import ctypes
import os
from functools import cache
from pathlib import Path
from typing import Any, Final

from genomedb.core.closing import Closing
from genomedb.errors import FormatError, MissingDependencyError
from genomedb.kernels.alignments import record_fields

OLDEST: Final = (1, 16)
_INSTALL: Final = "Install a newer one: pip install 'pysam>=0.22'"
_CRAM_REQUIRED_FIELDS: Final = 18
# flag, chromosome, position, mapping quality, CIGAR, those of the mate, size; further fields
_FIELDS: Final = 0x2 | 0x4 | 0x8 | 0x10 | 0x20 | 0x40 | 0x80 | 0x100
_AUX: Final = 0x800
_P, _S, _I, _L = ctypes.c_void_p, ctypes.c_char_p, ctypes.c_int, ctypes.c_int64
_FUNCTIONS: Final[dict[str, tuple[Any, list[Any]]]] = {
    "hts_version": (_S, []),
    "hts_open": (_P, [_S, _S]),
    "hts_close": (_I, [_P]),
    "hts_set_threads": (_I, [_P, _I]),
    "hts_set_fai_filename": (_I, [_P, _S]),
    "hts_set_opt": (_I, [_P, _I]),
    "hts_check_EOF": (_I, [_P]),
    "hts_get_bgzfp": (_P, [_P]),
    "hts_get_log_level": (_I, []),
    "hts_set_log_level": (None, [_I]),
    "sam_hdr_read": (_P, [_P]),
    "sam_hdr_destroy": (None, [_P]),
    "sam_hdr_nref": (_I, [_P]),
    "sam_hdr_tid2name": (_S, [_P, _I]),
    "sam_hdr_tid2len": (_L, [_P, _I]),
    "sam_index_load": (_P, [_P, _S]),
    "sam_itr_queryi": (_P, [_P, _I, _L, _L]),
    "hts_idx_destroy": (None, [_P]),
    "hts_itr_destroy": (None, [_P]),
    "hts_itr_next": (_I, [_P, _P, _P, _P]),
    "sam_read1": (_I, [_P, _P, _P]),
    "bam_init1": (_P, []),
    "bam_destroy1": (None, [_P]),
    "bam_set1": (
        _I,
        [_P, ctypes.c_size_t, _S, ctypes.c_uint16, ctypes.c_int32, _L, ctypes.c_uint8,
         ctypes.c_size_t, _P, ctypes.c_int32, _L, _L, ctypes.c_size_t, _S, _S, ctypes.c_size_t],
    ),
}  # fmt: skip


@cache
def htslib() -> Any:
    """The library, with the types of its functions set.

    Raises
    ------
    MissingDependencyError
        pysam is absent, hides htslib, or has one that is too old or lays records out otherwise.
    """
    try:
        from pysam import libchtslib  # type: ignore[attr-defined]
    except ImportError as error:
        raise MissingDependencyError(
            "CRAM, SAM and regions of BAM files need pysam",
            fix="Install it: pip install 'genomedb[bam]'",
        ) from error
    try:
        library = ctypes.CDLL(libchtslib.__file__)
        for name, (result, arguments) in _FUNCTIONS.items():
            function = getattr(library, name)
            function.restype, function.argtypes = result, arguments
    except (OSError, AttributeError) as error:
        raise MissingDependencyError(f"pysam hides its htslib ({error})", fix=_INSTALL) from error
    version = library.hts_version().decode()
    if _numbers(version) < OLDEST:
        raise MissingDependencyError(f"htslib {version} of pysam is too old", fix=_INSTALL)
    if not _is_as_expected(library):
        raise MissingDependencyError(f"htslib {version} of pysam is not known", fix=_INSTALL)
    return library


def _numbers(version: str) -> tuple[int, ...]:
    parts = version.split("-")[0].split(".")[:2]
    return tuple(int(part) for part in parts if part.isdigit())


def _is_as_expected(library: Any) -> bool:
    """Make a record and look whether its fields are where they should be."""
    record = library.bam_init1()
    cigar = (ctypes.c_uint32 * 2)(3 << 4, 2 << 4 | 2)
    library.bam_set1(
        record, 5, b"probe", 0x63, 7, 123_456_789_012, 42, 2, cigar, 8, 234_567_890_123,
        -345_678, 3, b"ACG", b"!!!", 0,
    )  # fmt: skip
    found = record_fields(record)
    library.bam_destroy1(record)
    expected = (123_456_789_012, 7, 42, 0x63, 8, 2, 3, 8, 234_567_890_123, -345_678)
    return found[:10] == expected and found[10] == 8 + 8 + 2 + 3 and found[11][:6] == b"probe\0"


def address(name: str) -> int:
    """Address of a function."""
    return ctypes.cast(getattr(htslib(), name), ctypes.c_void_p).value or 0


class HtsFile(Closing):
    """A BAM, CRAM or SAM file opened by htslib.

    Parameters
    ----------
    path : str
    reference : path, optional
        FASTA file with the sequences that a CRAM file was written against.
    threads : int
        That decompress, beside the one that reads.
    aux : bool
        Fields such as MQ are looked at.

    Attributes
    ----------
    names : list of str
    lengths : list of int
        Chromosomes of the header.
    """

    def __init__(
        self, path: str, *, reference: str | Path | None = None, threads: int = 1, aux: bool = True
    ) -> None:
        self.path, self._lib = path, htslib()
        self._file = self._header = self._index = self._iterator = self._record = 0
        self._log = self._lib.hts_get_log_level()
        self._lib.hts_set_log_level(0)
        try:
            self._open(reference, threads, aux=aux)
        except BaseException:
            self.close()
            raise
        n = self._lib.sam_hdr_nref(self._header)
        raw = (self._lib.sam_hdr_tid2name(self._header, i) for i in range(n))
        self.names = [name.decode("utf-8", "backslashreplace") for name in raw]
        self.lengths = [int(self._lib.sam_hdr_tid2len(self._header, i)) for i in range(n)]

    def _open(self, reference: str | Path | None, threads: int, *, aux: bool) -> None:
        lib = self._lib
        self._file = lib.hts_open(_name(self.path), b"r") or 0
        if not self._file:
            raise FormatError("cannot be read as BAM, CRAM or SAM", where=self.path)
        if threads > 1:
            lib.hts_set_threads(self._file, threads - 1)
        fields = _FIELDS | (_AUX if aux else 0)
        lib.hts_set_opt(self._file, _CRAM_REQUIRED_FIELDS, ctypes.c_int(fields))
        if reference is not None and lib.hts_set_fai_filename(self._file, _name(reference)):
            raise FormatError(
                "is no FASTA file with an index", where=reference, fix="Make one: samtools faidx"
            )
        self._header = lib.sam_hdr_read(self._file) or 0
        if not self._header:
            raise FormatError("has no header of BAM, CRAM or SAM", where=self.path)
        if lib.hts_check_EOF(self._file) == 0:
            raise FormatError(
                "is truncated: the mark at its end is missing", where=self.path,
                fix="Copy it again",
            )  # fmt: skip
        self._record = lib.bam_init1() or 0
        if not self._record:
            raise MemoryError

    def seek(self, tid: int) -> None:
        """Read one chromosome only.

        Raises
        ------
        FormatError
            The file has no index.
        """
        if not self._index:
            self._index = self._lib.sam_index_load(self._file, _name(self.path)) or 0
        if not self._index:
            raise FormatError(
                "has no index, so that no chromosome can be read alone", where=self.path,
                fix=f"Make one: samtools index {self.path}",
            )  # fmt: skip
        if self._iterator:
            self._lib.hts_itr_destroy(self._iterator)
        self._iterator = self._lib.sam_itr_queryi(self._index, tid, 0, 2**62) or 0
        if not self._iterator:
            raise FormatError("its index is damaged", where=self.path, fix="Make it again")

    def addresses(self) -> tuple[int, int, int, int, int, int]:
        """What `Collector.add_htslib` takes."""
        read = address("hts_itr_next" if self._iterator else "sam_read1")
        bgzf = self._lib.hts_get_bgzfp(self._file) or 0
        return read, self._file, self._header, bgzf, self._iterator, self._record

    def close(self) -> None:
        """Close the file."""
        lib = self._lib
        for handle, free in (
            (self._record, lib.bam_destroy1), (self._iterator, lib.hts_itr_destroy),
            (self._index, lib.hts_idx_destroy), (self._header, lib.sam_hdr_destroy),
            (self._file, lib.hts_close),
        ):  # fmt: skip
            if handle:
                free(handle)
        self._file = self._header = self._index = self._iterator = self._record = 0
        lib.hts_set_log_level(self._log)


def _name(path: str | Path) -> bytes:
    """A file name as the system has it; it need not be text."""
    return os.fsencode(path)
