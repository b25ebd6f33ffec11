"""Which letters to change for a motif's score to cross a threshold, text by text."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from genomedb.core.dna import reverse_complement
from genomedb.core.pssm import LETTERS, Pssm
from genomedb.errors import UsageError
from genomedb.kernels.edits import Edits, Measure

if TYPE_CHECKING:
    import pandas as pd

COLUMNS: Final = (
    "seq_idx", "strand", "window_start", "score_before", "score_after", "n_edits", "edit_num",
    "motif_col", "ref", "alt", "gain", "edit_type", "window_seq", "mutated_seq",
)  # fmt: skip


def pwm_edits(
    texts: Sequence[str],
    pssm: Any,
    score_thresh: float,
    *,
    bidirect: bool = True,
    strand: int = 1,
    prior: float = 0.01,
    direction: str = "above",
    score_min: float | None = None,
    score_max: float | None = None,
    max_edits: int | None = None,
) -> pd.DataFrame:
    """List the changes of the place of each text that needs fewest.

    Of places that need as many, the one with the better score is taken, then the first. Letters
    that are no bases score as the mean of the four, and always have to change.

    Parameters
    ----------
    texts : sequence of str
    pssm : Pssm, array_like of shape (n, 4) or DataFrame with columns A C G T
    score_thresh : float
        Log score to be reached.
    bidirect, strand
        Both strands, else 1 or -1.
    prior : float
        Added to the frequencies.
    direction : {"above", "below"}
        Up to the threshold on one strand, or down to it: then the strand of a place that needs
        more changes counts.
    score_min, score_max : float, optional
        Words whose score is outside are passed over.
    max_edits : int, optional
        Places that need more are passed over.

    Returns
    -------
    DataFrame
        A row a change, `COLUMNS`; one row with ``edit_num`` 0 where none is needed; none for
        texts without such a place. Numbers are counted from 1.

    Raises
    ------
    UsageError
        A value that cannot be.
    """
    import pandas as pd

    if direction not in ("above", "below"):
        raise UsageError(f"direction is {direction!r:.40}", fix="Give above or below")
    if strand not in (1, -1):
        raise UsageError(f"strand is {strand!r:.40}", fix="Give 1 or -1")
    below = direction == "below"
    q = Pssm.of(pssm).frequencies(prior=prior)
    scores = (-np.inf if score_min is None else score_min,
              np.inf if score_max is None else score_max)  # fmt: skip
    searches = {
        side: Edits(
            q, score_thresh, strand=side, below=below, scores=scores,
            most=np.inf if max_edits is None else max_edits,
        )
        for side in ((1, -1) if bidirect else (strand,))
    }  # fmt: skip
    with np.errstate(divide="ignore"):
        logs = np.log(q)
    rows = []
    for number, text in enumerate(texts, 1):
        place = _best(text.upper(), searches, below=below)
        if place is not None:
            at, side = place
            word = text[at : at + len(q)].upper()
            word = word if side == 1 else reverse_complement(word)
            where = {"seq_idx": number, "strand": side, "window_start": at + 1}
            rows += [where | row for row in _changes(word, logs, score_thresh, below=below)]
    return pd.DataFrame(rows, columns=list(COLUMNS))


def _best(text: str, searches: dict[int, Edits], *, below: bool) -> tuple[int, int] | None:
    """Position and strand of the place that needs fewest changes."""
    letters = np.frombuffer(text.encode("ascii", "replace"), np.uint8)
    sides = list(searches)
    edits = np.array([-searches[s].measure(letters, Measure.EDITS)[0] for s in sides])
    score = np.array([searches[s].measure(letters, Measure.AT_BEST)[0] for s in sides])
    if below:
        side, score = edits.argmax(axis=0), -score
    else:
        side = np.lexsort((-score, edits), axis=0)[0] if len(sides) > 1 else edits.argmin(axis=0)
    column = np.arange(edits.shape[1])
    needed, score = edits[side, column], score[side, column]
    if not (needed < np.inf).any():
        return None
    at = int(np.lexsort((column, -score, needed))[0])
    return at, sides[int(side[at])]


def _changes(
    word: str, logs: NDArray[np.float64], threshold: float, *, below: bool
) -> Iterator[dict[str, Any]]:
    """The changes of one word: letters that are no bases first, then by what they bring."""
    code = np.array([LETTERS.find(letter) for letter in word])
    known = code >= 0
    column = np.arange(code.size)
    now = np.where(known, logs[column, code], logs.mean(axis=1))
    alternative = logs.argmin(axis=1) if below else logs.argmax(axis=1)
    gain = logs[column, alternative] - now
    order = np.lexsort((column, np.where(known, -np.abs(gain), 0.0), known))
    before = score = float(now.sum())
    chosen: list[int] = []
    for i in order.tolist():
        done = score <= threshold if below else score >= threshold
        if known[i] and (done or gain[i] == 0):
            break
        chosen.append(i)
        score = score + float(gain[i])
    mutated = list(word)
    for i in chosen:
        mutated[i] = LETTERS[alternative[i]]
    whole = {
        "score_before": before, "score_after": score, "n_edits": len(chosen), "window_seq": word,
        "mutated_seq": "".join(mutated),
    }  # fmt: skip
    if not chosen:
        nothing = {"motif_col": None, "ref": None, "alt": None, "edit_type": None}
        yield {**whole, **nothing, "edit_num": 0, "gain": 0.0}
    for number, i in enumerate(chosen, 1):
        yield {
            **whole, "edit_num": number, "motif_col": i + 1, "ref": word[i],
            "alt": LETTERS[alternative[i]], "gain": float(gain[i]), "edit_type": "sub",
        }  # fmt: skip
