"""Records: a batch of intervals with values, and which format a file has."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from genomedb.errors import UsageError

SignalFormat = Literal["bigwig", "wig", "bedgraph", "bed", "tab", "fasta"]

_PACKED: Final = (".gz", ".bgz", ".bz2", ".xz", ".zip", ".zst")
_FORMATS: Final[dict[str, SignalFormat]] = {
    ".wig": "wig",
    ".bedgraph": "bedgraph",
    ".bg": "bedgraph",
    ".bdg": "bedgraph",
    ".bed": "bed",
    ".bw": "bigwig",
    ".bigwig": "bigwig",
    ".fa": "fasta",
    ".fasta": "fasta",
    ".fna": "fasta",
}
_ALIGNMENTS: Final = (".bam", ".cram", ".sam")
BIGWIG_MAGICS: Final = (b"\x26\xfc\x8f\x88", b"\x88\x8f\xfc\x26")


@dataclass(frozen=True)
class Records:
    """Intervals with values, in the order of the file.

    Attributes
    ----------
    names : list of str
        Distinct chromosome names of the file so far, as spelled there.
    chrom : ndarray of int32, shape (n,)
        Codes into `names`.
    start, end : ndarray of int64, shape (n,)
        0-based half-open, ``0 <= start < end``.
    value : ndarray of float64, shape (n,)
        NaN where the file says so.
    line : ndarray of int64, shape (n,), or None
        1-based line numbers; None for formats without lines.
    """

    names: list[str]
    chrom: NDArray[np.int32]
    start: NDArray[np.int64]
    end: NDArray[np.int64]
    value: NDArray[np.float64]
    line: NDArray[np.int64] | None = None

    def __len__(self) -> int:
        return self.chrom.size


def unpacked_name(path: str | Path) -> str:
    """Name of a file without the suffix of its compression, upper or lower case."""
    name = Path(path).name
    for suffix in _PACKED:
        if name.lower().endswith(suffix):
            name = name[: -len(suffix)]
    return name


def detect_format(path: str | Path) -> SignalFormat:
    """Tell the format of a file by its name, and bigWig by its first bytes too.

    Parameters
    ----------
    path : str or Path
        The file need not exist; a compression suffix is ignored, as is upper case.

    Returns
    -------
    {"bigwig", "wig", "bedgraph", "bed", "tab", "fasta"}
        ``"tab"``, a table with a header, when the name says nothing else.

    Raises
    ------
    UsageError
        It is a file of alignments.
    """
    file = Path(path)
    suffix = Path(unpacked_name(path).lower()).suffix
    known = _FORMATS.get(suffix)
    if known is not None:
        return known
    if suffix in _ALIGNMENTS:
        raise UsageError(
            "alignments hold no values",
            where=path,
            fix="`genomedb import bam` (import_alignments) makes tracks of their depth and ends",
        )
    try:
        if file.is_file():  # reading a pipe would take the bytes away
            with file.open("rb") as opened:
                if opened.read(4) in BIGWIG_MAGICS:
                    return "bigwig"
    except (OSError, ValueError):
        return "tab"  # whoever opens it next explains why it cannot be
    return "tab"
