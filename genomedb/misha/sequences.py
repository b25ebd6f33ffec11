# ruff: noqa: FBT001, FBT002 - the peer's signatures
"""gseq_*: sequence of intervals, and words and motifs in texts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from genomedb.analysis import sequences
from genomedb.core.pssm import Pssm
from genomedb.errors import UsageError
from genomedb.intervals.setops import difference
from genomedb.misha.compat import frame_named
from genomedb.misha.current import current_db
from genomedb.misha.motifs import NEUTRAL, AnyBase, Search
from genomedb.misha.regions import Region, gap_letters, texts_of

if TYPE_CHECKING:
    import pandas as pd

__all__ = [
    "grevcomp", "gseq_comp", "gseq_extract", "gseq_kmer", "gseq_kmer_dist", "gseq_pwm",
    "gseq_rev", "gseq_revcomp",
]  # fmt: skip
_Texts = str | Sequence[str]


# ---- letters


def gseq_extract(intervals: Any) -> list[str]:
    """Letters of intervals, in the order of the rows; case is kept.

    Rows whose ``strand`` is -1 come as the reverse complement.

    Raises
    ------
    TrackNotFoundError
        The database has no sequence.
    UsageError, ChromError
        A row that is no interval.
    """
    return sequences.extract_sequence(current_db(), frame_named(intervals))


def gseq_revcomp(seq: Any) -> Any:
    """Reverse complement of a text, or of each of a list; case is kept.

    Letters for several bases are complemented too (R becomes Y); the peer leaves them.
    """
    return sequences.reverse_complement(seq)


def grevcomp(seq: Any) -> Any:
    """Reverse complement of a text, or of each of a list; as `gseq_revcomp`."""
    return gseq_revcomp(seq)


def gseq_comp(seq: Any) -> Any:
    """Complement of a text, or of each of a list, as `gseq_revcomp`."""
    return sequences.complement(seq)


def gseq_rev(seq: Any) -> Any:
    """A text from its end to its beginning, or each of a list."""
    return sequences.reverse(seq)


# ---- words


def gseq_kmer(
    seqs: _Texts,
    kmer: str,
    mode: str = "count",
    strand: int = 0,
    start_pos: int | None = None,
    end_pos: int | None = None,
    extend: bool = False,
    skip_gaps: bool = True,
    gap_chars: Sequence[str] | None = None,
) -> NDArray[np.float64]:
    """How often a word occurs in each text.

    Parameters
    ----------
    seqs : str or sequence of str
        Case does not matter.
    kmer : str
        Letters A, C, G, T.
    mode : {"count", "frac"}
        The number, or its fraction of the places that the region has for the word (on both
        strands: for two words), gaps and all.
    strand : {0, 1, -1}
        The word and its reverse complement, the word, its reverse complement.
    start_pos, end_pos : int, optional
        Region to look in: first and last letter, counted from 1.
    extend : bool
        Words may run over both ends of the region; the fraction can then pass 1.
    skip_gaps : bool
        Look across gaps.
    gap_chars : sequence of str, optional
        What gaps are written as, default ``-`` and ``.``.

    Returns
    -------
    ndarray of float64, shape (n,)

    Raises
    ------
    UsageError
        Unknown mode or strand, or another letter in the word.
    """
    if mode not in ("count", "frac"):
        raise UsageError(f"there is no mode {mode!r}", fix='Take "count" or "frac"')
    gaps = gap_letters(gap_chars) if skip_gaps else ""
    region = Region(_letter(start_pos), _letter(end_pos), len(kmer) - 1 if extend else 0, gaps)
    texts = texts_of(seqs)
    counts = sequences.kmer_count([region.of(text) for text in texts], kmer, strand=strand)
    if mode == "count":
        return counts
    places = np.array([region.width(text) - len(kmer) + 1 for text in texts], np.int64)
    places = np.maximum(places, 0) * (1 if strand else 2)
    fraction: NDArray[np.float64] = np.where(places > 0, counts / np.maximum(places, 1), 0.0)
    return fraction


def gseq_kmer_dist(intervals: Any, k: int = 6, mask: Any = None) -> pd.DataFrame:
    """How often each word of `k` letters occurs in intervals.

    Parameters
    ----------
    intervals : DataFrame or str
        Words lie inside an interval, on the forward strand; those of overlapping intervals count
        once for each.
    k : int
        1 to 12; the peer takes up to 10.
    mask : DataFrame or str, optional
        Words that touch these intervals are left out. Bases of several intervals then count once.

    Returns
    -------
    pandas.DataFrame
        ``kmer`` and ``count`` of the words that occur, by alphabet. Words with other letters
        than A, C, G, T are passed over.
    """
    db, frame = current_db(), frame_named(intervals)
    if mask is not None:
        frame = difference(frame, frame_named(mask, what="mask"), db.chroms)
    found = sequences.kmer_distribution(db, frame, k)
    return found.assign(kmer=found["kmer"].astype("str"))


def _letter(place: int | None) -> int | None:
    return None if place is None else int(place)


# ---- motifs


def gseq_pwm(
    seqs: _Texts,
    pssm: Any,
    mode: str = "lse",
    bidirect: bool = True,
    strand: int = 1,
    score_thresh: float | None = None,
    start_pos: int | None = None,
    end_pos: int | None = None,
    extend: bool | int = False,
    spat_factor: Any = None,
    spat_bin: int = 1,
    spat_min: float | None = None,
    spat_max: float | None = None,
    return_strand: bool = False,
    skip_gaps: bool = True,
    gap_chars: Sequence[str] | None = None,
    neutral_chars: Sequence[str] | None = None,
    neutral_chars_policy: str = "average",
    prior: float = 0.01,
) -> NDArray[np.float64] | pd.DataFrame:
    """Score of a motif in each text, in natural logarithms.

    Parameters
    ----------
    seqs : str or sequence of str
        Case does not matter.
    pssm : array of shape (n, 4), or DataFrame with columns A C G T
        Frequencies.
    mode : {"lse", "max", "pos", "count"}
        Logarithm of the summed probabilities of all places; best place; where that is in the
        text, counted from 1; number of places that reach `score_thresh`.
    bidirect, strand
        Both strands, else 1 or -1.
    score_thresh : float, optional
        Needed by ``count``.
    start_pos, end_pos : int, optional
        Region to look in: first and last letter, counted from 1.
    extend : bool or int
        How far the motif may run over both ends of the region; True is as far as it can.
    spat_factor, spat_bin : optional
        Weights above 0, by distance from the start of the region in bins; gaps do not count,
        which they do in the peer. Places before the start have the first.
    spat_min, spat_max
        Of virtual tracks: not taken.
    return_strand : bool
        For ``pos``: a DataFrame of ``pos`` and ``strand`` (0 where there is no place).
    skip_gaps, gap_chars
        Look across gaps, default ``-`` and ``.``.
    neutral_chars, neutral_chars_policy
        Letters that count as any base, default ``N n *``: ``average`` (of the logarithms),
        ``log_quarter``, or ``na``: a text that has one has NaN. The peer heeds ``log_quarter``
        in some modes only.
    prior : float
        Added to the frequencies.

    Returns
    -------
    ndarray of float64, shape (n,)
        Where no place has room NaN, count 0.

    Raises
    ------
    UsageError
        Unknown mode, or a value that cannot be.
    """
    import pandas as pd

    motif = Pssm.of(pssm)
    reach = (len(motif) - 1) * extend if isinstance(extend, bool) else int(extend)
    if spat_min is not None or spat_max is not None:
        raise UsageError("spat_min and spat_max are for virtual tracks", fix="Leave them out")
    if reach < 0:
        raise UsageError(f"extend={extend} is below 0", fix="Give a number of letters, or True")
    region = Region(
        _letter(start_pos), _letter(end_pos), reach, gap_letters(gap_chars) if skip_gaps else ""
    )
    options = {
        "prior": prior, "bidirect": bidirect, "strand": strand, "score_thresh": score_thresh,
        "spat_factor": _weights(spat_factor), "spat_bin": None if spat_factor is None else spat_bin,
    }  # fmt: skip
    if mode != "count":
        options["score_thresh"] = None
    texts, letters = texts_of(seqs), NEUTRAL if neutral_chars is None else "".join(neutral_chars)
    neutral = AnyBase(letters, neutral_chars_policy)
    search = Search(motif, mode, options, lead=region.lead)
    found = search.over([region.of(text) for text in texts], neutral)
    if mode != "pos":
        return found
    places = _places(found, texts, region)
    if not return_strand:
        return places
    sign = np.sign(np.nan_to_num(found)).astype(np.int64)
    return pd.DataFrame({"pos": places, "strand": sign if bidirect else sign * strand})


def _weights(spat_factor: Any) -> NDArray[np.float64] | None:
    if spat_factor is None:
        return None
    try:
        found = np.asarray(spat_factor, np.float64)
    except (TypeError, ValueError):
        found = np.empty(0)
    if found.ndim != 1 or not found.size:
        raise UsageError(
            f"spat_factor is {spat_factor!r:.60}", fix="Give a list of numbers above 0"
        )
    return found


def _places(found: NDArray[np.float64], texts: list[str], region: Region) -> NDArray[np.float64]:
    """Where in the texts the places in their regions are."""
    places = np.abs(found)
    for i in np.flatnonzero(places > 0).tolist():
        places[i] = region.place(texts[i], int(places[i]) - 1)
    return places
