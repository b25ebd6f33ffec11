# ruff: noqa: FBT001, FBT002 - the peer's signatures
"""gseq_potts and gseq_pwm_edits: energies of texts, and changes that bring a motif about."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from genomedb.analysis.pwm_edits import pwm_edits
from genomedb.analysis.sequences import extract_sequence, potts_score
from genomedb.core.pssm import Pssm
from genomedb.errors import UsageError
from genomedb.intervals.frame import spans_of
from genomedb.misha.current import current_db
from genomedb.misha.regions import texts_of

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["gseq_potts", "gseq_pwm_edits"]
_Texts = str | Sequence[str]


def gseq_potts(
    seqs: _Texts,
    model: Any,
    mode: str = "lse",
    bidirect: bool = True,
    strand: int = 0,
    score_thresh: float | None = None,
    extend: bool = False,
) -> NDArray[np.float64]:
    """Energy of a pairwise (Potts) model in each text.

    The energy of a word is ``intercept``, plus ``e`` of the letter at each position, plus ``J`` of
    the letters of each pair of positions.

    Parameters
    ----------
    seqs : str or sequence of str
        Case does not matter; words with other letters than A, C, G, T are passed over.
    model : dict
        ``e`` (n x 4), ``J`` (a 4 x 4 table a pair), ``pairs`` (positions from 1, the lower one
        first) and ``intercept``; ``width pair_strength attr link`` are not used.
    mode : {"lse", "max", "pos", "count"}
        Logarithm of the summed exponentials of all places; best place; where that is, counted
        from 1 (negative on the reverse strand); number of places that reach `score_thresh`.
    bidirect, strand
        Both strands, else 1 or -1.
    score_thresh : float, optional
        Needed by ``count``.
    extend : bool
        Changes nothing: nothing lies beyond a text.

    Returns
    -------
    ndarray of float64, shape (n,)
        NaN for texts shorter than the model, and where no place can be scored (count: 0).

    Raises
    ------
    UsageError
        Unknown mode, or a model or value that cannot be.
    """
    del extend
    if not isinstance(model, Mapping):
        raise UsageError(f"model is {model!r:.60}", fix="Give a dict of e, J, pairs and intercept")
    if strand not in (-1, 0, 1) or (not bidirect and not strand):
        raise UsageError(
            f"strand is {strand!r}", fix="Give 1 or -1, or bidirect=True for both strands"
        )
    if mode not in ("lse", "max", "pos", "count"):
        raise UsageError(f"there is no mode {mode!r}", fix="Take lse, max, pos or count")
    options: dict[str, Any] = {"bidirect": bidirect, "strand": strand}
    if mode == "count":
        options["score_thresh"] = score_thresh
    return potts_score(texts_of(seqs), model, mode=mode, **options)  # type: ignore[arg-type]


def gseq_pwm_edits(
    seqs: Any,
    pssm: Any,
    score_thresh: float,
    *,
    max_edits: int | None = None,
    max_indels: int | None = None,
    bidirect: bool = True,
    prior: float = 0.01,
    score_min: float | None = None,
    score_max: float | None = None,
    extend: bool | int = True,
    strand: int = 1,
    direction: str = "above",
) -> pd.DataFrame:
    """Which letters to change for a motif's score to cross a threshold.

    Of each text, the place that needs fewest changes, and of those the best score. Letters that
    are no bases score as the mean of the four, and always have to change.

    Parameters
    ----------
    seqs : str, list of str, or DataFrame
        Texts, or intervals, whose letters are looked at.
    pssm : array of shape (n, 4), or DataFrame with columns A C G T
    score_thresh : float
        Log score.
    max_edits : int, optional
        Places that need more are passed over.
    max_indels : int, optional
        Only 0: letters are changed, none put in or taken out.
    bidirect, strand
        Both strands, else 1 or -1.
    prior : float
        Added to the frequencies.
    score_min, score_max : float, optional
        Words whose score is outside are passed over.
    extend : bool or int
        How far words may run over the end of intervals; True is as far as they can.
    direction : {"above", "below"}
        Up to the threshold, or down to it on both strands.

    Returns
    -------
    pandas.DataFrame
        ``seq_idx strand window_start score_before score_after n_edits edit_num motif_col ref alt
        gain edit_type window_seq mutated_seq``, and ``chrom start end`` of intervals; a row a
        change.

    Raises
    ------
    UsageError, ChromError
        A value that cannot be.
    """
    if max_indels:
        raise UsageError(
            f"max_indels is {max_indels}", fix="Letters are only changed: leave it out"
        )
    motif = Pssm.of(pssm)
    frame = seqs if hasattr(seqs, "columns") else None
    texts = texts_of(seqs) if frame is None else _letters(frame, motif, extend)
    found = pwm_edits(
        texts, motif, score_thresh, bidirect=bidirect, strand=strand, prior=prior,
        direction=direction, score_min=score_min, score_max=score_max, max_edits=max_edits,
    )  # fmt: skip
    if frame is not None:
        rows = found["seq_idx"].to_numpy(dtype=np.int64) - 1
        for name in ("chrom", "start", "end"):
            found[name] = frame[name].to_numpy()[rows]
    return found


def _letters(frame: pd.DataFrame, motif: Pssm, extend: bool | int) -> list[str]:
    """Letters of intervals and of what words that begin in them reach."""
    reach = (len(motif) - 1) * extend if isinstance(extend, bool) else int(extend)
    if reach < 0:
        raise UsageError(f"extend is {extend}", fix="Give a number of letters, or True")
    db = current_db()
    spans = spans_of(frame, db.chroms)
    end = np.minimum(spans.end + reach, db.chroms.length_array[spans.code])
    return extract_sequence(db, frame[["chrom", "start"]].assign(end=end))
