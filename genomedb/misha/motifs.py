"""Motifs in texts, in which some letters may count as any base."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from genomedb.analysis.sequences import pwm_score
from genomedb.core.pssm import Pssm
from genomedb.errors import UsageError

_F8 = NDArray[np.float64]
NEUTRAL = "Nn*"
POLICIES = ("average", "log_quarter", "na")
_ANY, _OTHER = 4, 5  # codes of letters behind A, C, G, T


@dataclass(frozen=True)
class AnyBase:
    """Letters that count as any base, and how.

    Parameters
    ----------
    letters : str
    policy : {"average", "log_quarter", "na"}
        Mean of the logarithms of the four bases, logarithm of 1/4, or the text has no answer.
    """

    letters: str = NEUTRAL
    policy: str = "average"

    def __post_init__(self) -> None:
        if self.policy not in POLICIES:
            raise UsageError(
                f"neutral_chars_policy={self.policy!r} is unknown", fix=f"Use {', '.join(POLICIES)}"
            )

    def has(self, text: str) -> bool:
        """Is one of the letters in the text?"""
        return any(letter in text for letter in self.letters)

    def scores(self, text: str, logs: _F8) -> tuple[_F8, _F8]:
        """Log score of a motif at every position, on both strands.

        Parameters
        ----------
        text : str
        logs : ndarray of float64, shape (n, 4)
            Logarithms of frequencies of A, C, G, T.

        Returns
        -------
        plus, minus : ndarray of float64
            -inf where there is a letter that is neither a base nor neutral.
        """
        codes = self._codes()[np.frombuffer(text.encode("ascii", "replace"), np.uint8)]
        any_base = np.full(len(logs), np.log(0.25))
        if self.policy == "average":
            any_base = logs.mean(axis=1)
        table = np.column_stack([logs, any_base, np.full(len(logs), -np.inf)])
        back = table[::-1, [3, 2, 1, 0, _ANY, _OTHER]]
        return _summed(table, codes), _summed(back, codes)

    def _codes(self) -> NDArray[np.uint8]:
        codes = np.full(256, _OTHER, np.uint8)
        for code, letter in enumerate("ACGT"):
            codes[[ord(letter), ord(letter.lower())]] = code
        codes[[ord(letter) for letter in self.letters if ord(letter) < 128]] = _ANY
        return codes


def _summed(table: _F8, codes: NDArray[np.uint8]) -> _F8:
    n = max(codes.size - len(table) + 1, 0)
    total = np.zeros(n)
    for i, row in enumerate(table):  # over the positions of the motif
        total += row[codes[i : i + n]]
    return total


@dataclass(frozen=True)
class Search:
    """A motif, and what is asked of each text.

    Parameters
    ----------
    motif : Pssm
    mode : {"lse", "max", "pos", "count"}
    options : mapping
        Those of `pwm_score`; None is the default.
    lead : int
        Letters of each text before the place that distances are counted from.
    """

    motif: Pssm
    mode: str
    options: Mapping[str, Any]
    lead: int = 0

    def over(self, texts: Sequence[str], any_base: AnyBase) -> _F8:
        """Answer for each text; positions are counted from 1, negative on the reverse strand."""
        given = {name: value for name, value in self.options.items() if value is not None}
        # weights go from the start of the text on both strands; those of virtual tracks do not
        is_weighed = given.get("spat_factor") is not None
        is_slow = [is_weighed or any_base.has(text) for text in texts]
        plain = ["" if slow else text for text, slow in zip(texts, is_slow, strict=True)]
        found = pwm_score(plain, self.motif, mode=self.mode, **given)  # type: ignore[arg-type]
        for i in np.flatnonzero(is_slow).tolist():
            found[i] = self._score(texts[i], any_base)
        return found

    def _score(self, text: str, any_base: AnyBase) -> float:
        """The same of a text that has letters for any base, or with weights."""
        nothing = 0.0 if self.mode == "count" else np.nan
        if len(text) < len(self.motif):
            return nothing
        if any_base.policy == "na" and any_base.has(text):
            return np.nan
        with np.errstate(divide="ignore"):
            logs = np.log(self.motif.frequencies(prior=self.options["prior"]))
        plus, minus = (side + self._weights(text) for side in any_base.scores(text, logs))
        one = minus if self.options["strand"] == -1 else plus
        bidirect = self.options["bidirect"]
        if self.mode == "pos":
            return _position(plus, minus) if bidirect else _position(one, one)
        score = np.logaddexp(plus, minus) if bidirect else one
        if self.mode == "count":
            return float((score >= self.options["score_thresh"]).sum())
        return float(score.max() if self.mode == "max" else np.logaddexp.reduce(score))

    def _weights(self, text: str) -> _F8 | float:
        """Logarithm of the weight of each position."""
        factors = self.options["spat_factor"]
        if factors is None:
            return 0.0
        logs = np.log(np.asarray(factors, np.float64))
        distance = np.maximum(np.arange(len(text) - len(self.motif) + 1) - self.lead, 0)
        bins = distance // int(self.options["spat_bin"])
        weights: _F8 = logs[np.minimum(bins, logs.size - 1)]
        return weights


def _position(plus: _F8, minus: _F8) -> float:
    best = np.maximum(plus, minus)
    i = int(best.argmax())
    if best[i] == -np.inf:
        return np.nan
    return float(i + 1 if plus[i] >= minus[i] else -(i + 1))
