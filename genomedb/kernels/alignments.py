"""Door to ext/alignments.pyx: reads filtered and collected as positions of the genome."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from genomedb._ext import alignments as _alignments
from genomedb.errors import FormatError, UsageError

# in the order of ext/_alignments.pxd
COLUMNS: Final = (
    "depth_fwd_start", "depth_fwd_end", "depth_rev_start", "depth_rev_end", "cover_start",
    "cover_end", "five_fwd", "five_rev", "left", "mid", "dyad_fwd", "dyad_rev", "fragment",
)  # fmt: skip
COUNTS: Final = (
    "total", "unmapped", "secondary", "qc_fail", "duplicate", "supplementary", "other_flags",
    "not_required", "low_mapq", "unknown_chrom", "outside", "over_max_duplicates", "kept",
    "not_first", "mate_unmapped", "mate_other_chrom", "same_strand", "mate_low_mapq", "outward",
    "too_short", "too_long", "fragment_outside", "pair_over_max_duplicates", "pairs",
)  # fmt: skip
_PAIRED: Final = ("cover_start", "mid", "fragment")
OK, FULL, DUPLICATES_FULL, DAMAGED, STOP, FAILED = range(6)
RECOMMENDED_FLAGS: Final = 0xF04
_MAPQ_BITS: Final = 8
_ROW_BITS: Final = 1 + _MAPQ_BITS  # strand and mapping quality, below the size of a fragment
_DUPLICATE_BITS: Final = 36
_AT_ONCE: Final = 50_000  # records of htslib between two looks at signals
_FIRST_SEEN: Final = 1 << 16
_FEWEST: Final = 4


@dataclass(frozen=True)
class ReadFilter:
    """Which reads and pairs count, and where.

    Attributes
    ----------
    min_mapq : int
        Least mapping quality, of the mate too where its field MQ is there.
    exclude_flags, require_flags : int
        Bits of the flags of which a read must have none, and all. The default leaves out
        unmapped, secondary, QC-failed, duplicate and supplementary ones; unmapped reads are
        left out always.
    min_frag_size, max_frag_size : int
        Length of the fragments of pairs, both included.
    max_duplicates : int
        Of reads (or fragments) with the same chromosome, strand, start and length, so many
        count; 0 for all.
    count_deletions : bool
        Bases deleted in a read are under it.
    shift_fwd, shift_rev : int
        Added to the positions of 5' ends (ATAC: 4 and -5).
    dyad_offset : int
        From a 5' end to the dyad of a nucleosome, for reads without a mate.
    mate_mapq : bool
        Look at the field MQ of pairs.

    Raises
    ------
    UsageError
        A number is out of range.
    """

    min_mapq: int = 10
    exclude_flags: int = RECOMMENDED_FLAGS
    require_flags: int = 0
    min_frag_size: int = 1
    max_frag_size: int = 1000
    max_duplicates: int = 0
    count_deletions: bool = True
    shift_fwd: int = 0
    shift_rev: int = 0
    dyad_offset: int = 74
    mate_mapq: bool = True

    def __post_init__(self) -> None:
        limits = {
            "min_mapq": (0, 255), "exclude_flags": (0, 0xFFFF), "require_flags": (0, 0xFFFF),
            "min_frag_size": (1, 2**40), "max_frag_size": (1, 2**40),
            "max_duplicates": (0, 2**31), "shift_fwd": (-(2**31), 2**31),
            "shift_rev": (-(2**31), 2**31), "dyad_offset": (0, 2**31),
        }  # fmt: skip
        for name, (least, most) in limits.items():
            value = getattr(self, name)
            whole = isinstance(value, (int, np.integer)) and not isinstance(value, bool)
            if not whole or not least <= value <= most:
                raise UsageError(f"{name} is {value!r:.40}", fix=f"Give {least} to {most}")
        if self.min_frag_size > self.max_frag_size:
            raise UsageError(
                f"min_frag_size {self.min_frag_size} is above max_frag_size {self.max_frag_size}"
            )
        both = self.exclude_flags & self.require_flags
        if both:
            raise UsageError(f"flags {both:#x} are excluded and required: no read is left")

    @classmethod
    def legacy(cls, **changed: int | bool) -> ReadFilter:
        """The filter of the older `genome` library: only unmapped reads and MAPQ < 10 go."""
        return cls(**{"exclude_flags": 0x4, "mate_mapq": False, **changed})  # type: ignore[arg-type]


def genome_offsets(lengths: Iterable[int]) -> NDArray[np.int64]:
    """Where each chromosome begins in the genome, and the end; one place apart."""
    sizes = np.fromiter((n + 1 for n in lengths), np.int64)
    return np.concatenate((np.zeros(1, np.int64), np.cumsum(sizes)))


class Fragments(NamedTuple):
    """Fragments of pairs.

    Attributes
    ----------
    start, size : ndarray of int64
        Position in the genome, and length in bp.
    is_reverse : ndarray of bool
        Read 1 is of the reverse strand.
    mapq : ndarray of uint8
        Mapping quality of read 1.
    """

    start: NDArray[np.int64]
    size: NDArray[np.int64]
    is_reverse: NDArray[np.bool_]
    mapq: NDArray[np.uint8]


def first_fragment_key(start: int, size_bits: int) -> int:
    """Least key that a fragment has which begins at a position of the genome."""
    return start << (size_bits + _ROW_BITS)


def fragments_of(keys: NDArray[np.uint64], size_bits: int) -> Fragments:
    """Take the keys of column ``fragment`` apart; `size_bits` is that of the `Collector`."""
    rows = keys.astype(np.int64)
    return Fragments(
        rows >> (size_bits + _ROW_BITS),
        rows >> _ROW_BITS & ((1 << size_bits) - 1),
        (rows >> _MAPQ_BITS & 1).astype(np.bool_),
        (rows & ((1 << _MAPQ_BITS) - 1)).astype(np.uint8),
    )


class Collector:
    """Filters reads and collects positions, column by column, in lanes of bounded size.

    A position is that in the genome: of `genome_offsets` plus that in the chromosome.

    Parameters
    ----------
    filter : ReadFilter
        Which reads count.
    lengths : sequence of int
        Of the chromosomes.
    columns : mapping of str to str
        Column wanted (one of `COLUMNS`) to the name of the lane it goes to; several may share
        one.
    on_full : callable
        Takes a mapping of lanes to positions (uint64, unsorted, to be used at once) whenever
        there is no room for more, and at the end.
    dyads_paired : bool
        Dyads are the middles of fragments.
    capacity : int
        Positions of a lane.

    Attributes
    ----------
    size_bits : int
        Bits of the size in the keys of column ``fragment``: start, size, 1 for reverse (one bit),
        mapping quality (eight bits); see `fragments_of`.
    """

    def __init__(
        self, filter: ReadFilter, lengths: tuple[int, ...], columns: Mapping[str, str],
        on_full: Callable[[dict[str, NDArray[np.uint64]]], None], *, dyads_paired: bool,
        capacity: int,
    ) -> None:  # fmt: skip
        self.filter, self._on_full = filter, on_full
        self.lanes = tuple(dict.fromkeys(columns.values()))
        if not columns or not set(columns) <= set(COLUMNS):
            raise UsageError(f"columns are {sorted(columns)}", fix=f"Use {', '.join(COLUMNS)}")
        offset = genome_offsets(lengths)
        bits = int(offset[-1]).bit_length()
        self.size_bits = 63 - bits - _ROW_BITS
        self._check_bits(bits, columns)
        self._n_chroms = len(lengths)
        lane_of = np.array(
            [self.lanes.index(columns[c]) if c in columns else -1 for c in COLUMNS], np.int32
        )
        self._n_seen = np.zeros(1, np.int64)
        self._counts = np.zeros(len(COUNTS), np.int64)
        self._collector = _alignments.Collector(
            self._options(columns, dyads_paired=dyads_paired), offset[:-1].copy(),
            np.array(lengths, np.int64), lane_of, self._counts, self._n_seen,
        )  # fmt: skip
        self._seen, self._times = np.zeros(0, np.uint64), np.zeros(0, np.uint32)
        if filter.max_duplicates:
            self._set_seen(np.zeros(_FIRST_SEEN, np.uint64), np.zeros(_FIRST_SEEN, np.uint32))
        self._set_lanes(max(64, capacity))

    def _check_bits(self, bits: int, columns: Mapping[str, str]) -> None:
        if "fragment" in columns and self.filter.max_frag_size >> self.size_bits:
            raise UsageError(
                f"max_frag_size {self.filter.max_frag_size} is too large for a table of fragments "
                "of this assembly",
                fix=f"Give at most {(1 << self.size_bits) - 1}",
            )
        if self.filter.max_duplicates and bits > _DUPLICATE_BITS:
            raise UsageError("the genome is too large for max_duplicates", fix="Leave it out")

    def _options(self, columns: Mapping[str, str], *, dyads_paired: bool) -> NDArray[np.int64]:
        f = self.filter
        dyads = {"dyad_fwd", "dyad_rev"} & set(columns)
        paired = {c for c in columns if c.startswith(_PAIRED) or c == "cover_end"}
        paired |= dyads if dyads_paired else set()
        wanted = (int(bool(set(columns) - paired)), int(bool(paired)))
        return np.array([
            f.min_mapq, f.exclude_flags, f.require_flags, f.min_frag_size, f.max_frag_size,
            f.max_duplicates, f.count_deletions, f.shift_fwd, f.shift_rev, f.dyad_offset,
            f.mate_mapq, dyads_paired, *wanted, self.size_bits,
        ], np.int64)  # fmt: skip

    @property
    def counts(self) -> dict[str, int]:
        """What became of the reads so far, by `COUNTS`."""
        return dict(zip(COUNTS, self._counts.tolist(), strict=True))

    def begin(self, codes: NDArray[np.int32]) -> NDArray[np.int64]:
        """Take reads of another file.

        Parameters
        ----------
        codes : ndarray of int32
            Of each chromosome of the file: its place in `lengths`, or -1 for none.

        Returns
        -------
        unknown : ndarray of int64
            Counts the reads that would be kept of those that have none.
        """
        if codes.size < 1 or codes.min() < -1 or codes.max() >= self._n_chroms:
            raise UsageError("codes are not those of chromosomes")
        unknown = np.zeros(codes.size, np.int64)
        self._collector.set_file(np.ascontiguousarray(codes, np.int32), unknown)
        return unknown

    def add_bam(self, data: NDArray[np.uint8], at: int = 0, *, where: str) -> int:
        """Collect the whole BAM records of `data` from `at` on; where the next one begins.

        Raises
        ------
        FormatError
            A record is damaged.
        """
        while True:
            code, at = self._collector.add_bam(data, at)
            if code == OK:
                return at
            self._make_room(code, where)

    def add_htslib(self, addresses: tuple[int, int, int, int, int, int], *, where: str) -> int:
        """Collect all records that htslib reads; OK at the end, FAILED when it says no.

        Parameters
        ----------
        addresses : tuple of int
            Of the function that reads, the file, its header, its BGZF handle and iterator (0 for
            none) and a record.
        """
        pending = False
        while True:
            code, pending = self._collector.add_htslib(*addresses, _AT_ONCE, pending)
            if code == STOP:
                return OK
            if code == FAILED:
                return FAILED
            if code != OK:
                self._make_room(code, where)

    def _make_room(self, code: int, where: str) -> None:
        if code == DAMAGED:
            raise FormatError("a record is damaged", where=where, fix="Copy the file again")
        if code == DUPLICATES_FULL:
            size = 2 * self._seen.size
            into, times = np.zeros(size, np.uint64), np.zeros(size, np.uint32)
            _alignments.copy_seen(self._seen, self._times, into, times)
            self._set_seen(into, times)
        elif self._fill.any():
            self.flush()
        else:  # a single read of very many operations
            self._set_lanes(4 * self._lanes.shape[1])

    def flush(self) -> None:
        """Hand over what has been collected."""
        found = {
            name: self._lanes[i, : int(self._fill[i])]
            for i, name in enumerate(self.lanes)
            if self._fill[i]
        }
        if found:
            self._on_full(found)
        self._fill[:] = 0

    def release(self) -> None:
        """Give the memory of lanes and of duplicates back."""
        self.flush()
        self._set_lanes(1)
        if self.filter.max_duplicates:
            self._set_seen(np.zeros(_FEWEST, np.uint64), np.zeros(_FEWEST, np.uint32))
            self._n_seen[0] = 0

    def _set_lanes(self, capacity: int) -> None:
        self._lanes = np.empty((len(self.lanes), capacity), np.uint64)
        self._fill = np.zeros(len(self.lanes), np.int64)
        self._collector.set_lanes(self._lanes, self._fill)

    def _set_seen(self, seen: NDArray[np.uint64], times: NDArray[np.uint32]) -> None:
        self._seen, self._times = seen, times
        self._collector.set_seen(seen, times)


def record_fields(record: int) -> tuple[Any, ...]:
    """Fields of a record of htslib at an address.

    They are pos, tid, mapping quality, flag, length of the name, operations, letters, tid and pos
    of the mate, size, bytes of data, and the name.
    """
    return _alignments.core_of(record)
