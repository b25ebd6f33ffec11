"""Chains between DataFrames and arrays."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from genomedb.core.chains import ChainBlocks
from genomedb.core.chroms import ChromTable
from genomedb.core.spans import Spans
from genomedb.errors import UsageError
from genomedb.intervals.chain_overlaps import SOURCE_POLICIES, TARGET_POLICIES, checked_policy
from genomedb.intervals.chains import UNKNOWN_LENGTH, Chains
from genomedb.intervals.chrom_columns import chrom_column
from genomedb.intervals.frame import (
    check_spans,
    chrom_codes,
    frame_of,
    positions_of,
    require_columns,
)

if TYPE_CHECKING:
    import pandas as pd

COLUMNS: Final = (
    "chrom", "start", "end", "strand", "chromsrc", "startsrc", "endsrc", "strandsrc", "chain_id",
    "score",
)  # fmt: skip
SOURCE_OVERLAP, TARGET_OVERLAP = "src_overlap_policy", "tgt_overlap_policy"
_SIZES = "source_sizes"


def frame_of_chains(chains: Chains) -> pd.DataFrame:
    """Blocks as a DataFrame, in their order.

    Returns
    -------
    DataFrame
        ``chrom start end strand`` of the target, ``chromsrc startsrc endsrc strandsrc`` of the
        source, ``chain_id`` and ``score``. Strands are 0 (forward) and 1. ``attrs`` holds the
        policies and the lengths of the source's chromosomes.
    """
    import pandas as pd

    b, source = chains.blocks, chains.source
    names = pd.Categorical([]) if source is None else chrom_column(b.source, source)
    frame = frame_of(
        Spans(b.target, b.target_start, b.target_end, b.strand),
        chains.chroms,
        {
            "chromsrc": names,
            "startsrc": b.source_start,
            "endsrc": b.source_end,
            "strandsrc": b.source_strand.astype(np.int64),
            "chain_id": b.chain_id,
            "score": b.score,
        },
    )
    frame.attrs[SOURCE_OVERLAP] = chains.source_overlap
    frame.attrs[TARGET_OVERLAP] = chains.target_overlap
    if source is not None:
        frame.attrs[_SIZES] = dict(zip(source.names, source.lengths, strict=True))
    return frame


def chains_of_frame(frame: Any, chroms: ChromTable, *, what: str = "chain") -> Chains:
    """Chains of a DataFrame as `frame_of_chains` makes it; overlaps stay as they are.

    Parameters
    ----------
    frame : DataFrame
        Rows to chromosomes that `chroms` does not have are left out. Policies are taken from
        ``attrs``.
    chroms : ChromTable
        Of the target.
    what : str
        Name of the argument, for messages.

    Raises
    ------
    UsageError, ChromError
        A missing column, a strand other than 0 and 1, sides of two lengths, or places outside a
        chromosome; naming the first row.
    """
    require_columns(frame, COLUMNS, what=what)
    at = {n: positions_of(frame[n], what=f"{what}: column {n}") for n in _whole_columns()}
    target = chrom_codes(frame["chrom"], chroms)
    known = target >= 0
    source, source_code = _source(frame, what)
    _check_rows(frame, at, what)
    if known.any():
        length = chroms.length_array[np.where(known, target, 0)]
        end = np.where(known, at["end"], np.minimum(at["end"], length))  # others are left out
        start = np.where(known, at["start"], 0)
        shown = Spans(np.where(known, target, 0), start, np.maximum(end, start + 1))
        check_spans(shown, chroms, what=what)
    if source is not None:
        check_spans(
            Spans(source_code, at["startsrc"], at["endsrc"]), source, what=f"{what}: source"
        )
    blocks = ChainBlocks(
        source_code, at["startsrc"], at["strandsrc"].astype(np.int8), target, at["start"],
        at["strand"].astype(np.int8), at["end"] - at["start"], at["chain_id"], _scores(frame, what),
    )  # fmt: skip
    attrs = getattr(frame, "attrs", {})
    return Chains(
        source,
        chroms,
        blocks if known.all() else blocks[known],
        checked_policy(attrs.get(SOURCE_OVERLAP, "keep"), SOURCE_POLICIES, what=SOURCE_OVERLAP),
        checked_policy(attrs.get(TARGET_OVERLAP, "keep"), TARGET_POLICIES, what=TARGET_OVERLAP),
    )


def _whole_columns() -> list[str]:
    return [name for name in COLUMNS if name not in ("chrom", "chromsrc", "score")]


def _source(frame: Any, what: str) -> tuple[ChromTable | None, NDArray[np.int64]]:
    """Chromosomes of the source, and the code of each row."""
    import pandas as pd

    codes, names = pd.factorize(frame["chromsrc"])
    if (codes < 0).any():
        raise UsageError(f"row {int((codes < 0).argmax())} is missing", where=f"{what}: chromsrc")
    sizes = getattr(frame, "attrs", {}).get(_SIZES, {})
    listed = {**sizes, **{str(n): sizes.get(str(n), UNKNOWN_LENGTH) for n in names}}
    if not listed:
        return None, codes.astype(np.int64)
    table = ChromTable.from_pairs(listed.items())
    place = np.array([table.names.index(str(n)) for n in names], np.int64)
    return table, place[codes] if len(codes) else codes.astype(np.int64)


def _check_rows(frame: Any, at: dict[str, NDArray[np.int64]], what: str) -> None:
    for name in ("strand", "strandsrc"):
        bad = (at[name] != 0) & (at[name] != 1)
        if bad.any():
            row = int(bad.argmax())
            raise UsageError(
                f"row {row} ({at[name][row]}) is neither 0 (+) nor 1 (-)",
                where=f"{what}: column {name}",
            )
    bad = at["end"] - at["start"] != at["endsrc"] - at["startsrc"]
    if bad.any():
        row = int(bad.argmax())
        raise UsageError(
            f"row {row} has {at['end'][row] - at['start'][row]} target bases for "
            f"{at['endsrc'][row] - at['startsrc'][row]} source bases",
            where=what,
            fix="A block has no gaps: both sides are of one length",
        )


def _scores(frame: Any, what: str) -> NDArray[np.float64]:
    try:
        return np.asarray(frame["score"], np.float64)
    except (TypeError, ValueError):
        raise UsageError("holds no numbers", where=f"{what}: column score") from None
