"""DNA letters."""

from __future__ import annotations

_COMPLEMENT = str.maketrans("ACGTUNRYSWKMBDHVacgtunryswkmbdhv", "TGCAANYRSWMKVHDBtgcaanyrswmkvhdb")


def reverse_complement(text: str) -> str:
    """Reverse complement of a sequence; IUPAC letters and case are kept, others pass.

    Examples
    --------
    >>> reverse_complement("AACgN")
    'NcGTT'
    """
    return text.translate(_COMPLEMENT)[::-1]
