# ruff: noqa: FBT001, FBT002 - the peer's signatures
"""gseq_potts: pairwise energy models in texts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from genomedb.analysis.sequences import potts_score
from genomedb.errors import UsageError
from genomedb.misha.regions import texts_of

__all__ = ["gseq_potts"]
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
