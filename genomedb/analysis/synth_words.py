"""Words taken out: of a model, so that samples do not have them, or of a sequence."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from genomedb.analysis.synth_model import MarkovModel, cumulated
from genomedb.analysis.synth_output import Format, Letters, checked_format, collected, written
from genomedb.analysis.synth_strata import rows_of
from genomedb.core.spans import Spans
from genomedb.db.database import GenomeDB
from genomedb.db.sequence import sequence_track
from genomedb.errors import UsageError
from genomedb.kernels.markov import replace_words
from genomedb.tracks.dense import SequenceTrack


@dataclass(frozen=True)
class Forbidden:
    """What `forbid_kmer` did.

    Attributes
    ----------
    model : MarkovModel
    n_transitions, n_cells : int
        Counts that became 0, and the cells they are of.
    n_empty : int
        Words that nothing seen follows any more.
    """

    model: MarkovModel
    n_transitions: int
    n_cells: int
    n_empty: int


def forbid_kmer(model: MarkovModel, pattern: str) -> Forbidden:
    """A model whose samples do not hold a word.

    Letters that would complete the word have no probability; the others have the fractions of
    their counts. Words that nothing seen follows any more are followed by any letter that does
    not complete it, alike. Where the genome's own letters are kept, and in no cell, samples may
    hold the word.

    Parameters
    ----------
    model : MarkovModel
        Not changed.
    pattern : str
        Letters A, C, G, T; at most k + 1.

    Raises
    ------
    UsageError

    Examples
    --------
    >>> without_cpg = forbid_kmer(model, "CG").model  # doctest: +SKIP
    """
    if not isinstance(model, MarkovModel):
        raise UsageError(f"model is {model!r:.60}", fix="Give one that train_markov made")
    word = _checked_pattern(pattern, model.k)
    bad = _holds(word, model.k).reshape(-1, 4)
    counts = np.array(model.counts)
    lost = (counts != 0) & bad
    counts[:, bad] = 0
    total = counts.sum(axis=-1, keepdims=True, dtype=np.float64)
    good = ~bad
    good[bad.all(axis=1)] = True  # words that hold it already: any letter leads out
    other = good / good.sum(axis=1, keepdims=True)
    with np.errstate(invalid="ignore", divide="ignore"):
        probability = np.where(total > 0, counts / total, other)
    made = replace(model, counts=counts, cdf=cumulated(probability))
    return Forbidden(
        made, int(lost.sum()), int(lost.any(axis=(1, 2)).sum()), int((total == 0).sum())
    )


def _checked_pattern(pattern: Any, k: int) -> str:
    if not isinstance(pattern, str) or not pattern or set(pattern.upper()) - set("ACGT"):
        raise UsageError(f"pattern must be non-empty DNA over ACGT (got: {pattern!r:.40})")
    if len(pattern) > k + 1:
        raise UsageError(
            f"pattern length {len(pattern)} exceeds k + 1 = {k + 1}",
            fix="Forbid a shorter one, or train with a larger k",
        )
    return pattern.upper()


def _holds(word: str, k: int) -> np.ndarray[Any, np.dtype[np.bool_]]:
    """Which words of k + 1 letters hold a shorter one."""
    number, size = 0, len(word)
    for letter in word:
        number = number << 2 | "ACGT".index(letter)
    every = np.arange(4 ** (k + 1))
    found = np.zeros(every.size, np.bool_)
    for right in range(k + 2 - size):  # letters behind it
        found |= (every >> 2 * right & 4**size - 1) == number
    return found


def replace_kmer(
    db: GenomeDB,
    target: str,
    replacement: str,
    scope: Any = None,
    *,
    check_composition: bool = True,
) -> list[str]:
    """Sequence of intervals without a word: the leftmost is replaced until there is none.

    Parameters
    ----------
    db : GenomeDB
        With a sequence.
    target, replacement : str
        Different words of one length; case does not matter.
    scope : optional
        Intervals, default all chromosomes; see `scope_of`.
    check_composition : bool
        Refuse words that are not made of the same letters, since composition would change.

    Returns
    -------
    list of str
        In capitals, in the order of the intervals.

    Raises
    ------
    UsageError, ChromError, TrackNotFoundError
        The words are not such words, or the scope is not right; nothing was read then.

    Examples
    --------
    >>> replace_kmer(db, "CG", "GC", "chr1:0-1,000")  # doctest: +SKIP
    """
    words = _checked_words(target, replacement, check_composition=check_composition)
    return collected(_replaced(sequence_track(db), rows_of(db, scope), *words))


def replace_kmer_to_file(
    db: GenomeDB,
    target: str,
    replacement: str,
    path: str | Path,
    *,
    scope: Any = None,
    format: Format = "fasta",
    check_composition: bool = True,
    overwrite: bool = False,
) -> None:
    """As `replace_kmer`, into a file; one interval at a time is held in memory.

    Parameters
    ----------
    db, target, replacement, scope, check_composition
        As in `replace_kmer`.
    path, format, overwrite
        As in `sample_markov_to_file`.

    Raises
    ------
    WriteError
        And those of `replace_kmer`.
    """
    words = _checked_words(target, replacement, check_composition=check_composition)
    checked_format(format)
    rows = rows_of(db, scope)
    written(
        _replaced(sequence_track(db), rows, *words), rows, db.chroms, path, format=format,
        n_samples=1, overwrite=overwrite,
    )  # fmt: skip


def _checked_words(
    target: Any, replacement: Any, *, check_composition: bool
) -> tuple[bytes, bytes]:
    words = []
    for what, text in (("target", target), ("replacement", replacement)):
        if not isinstance(text, str) or not text:
            raise UsageError(f"{what} cannot be empty: it is {text!r:.40}", fix="Give letters")
        if not text.isascii() or not text.isalpha():
            raise UsageError(f"{what} is {text!r:.40}", fix="Give letters, such as CG")
        words.append(text.upper())
    one, other = words
    if len(one) != len(other):
        raise UsageError(f"target and replacement must have the same length: {one}, {other}")
    if one == other:
        raise UsageError(f"{one} replaced by itself would never be gone", fix="Give another word")
    if check_composition and sorted(one) != sorted(other):
        raise UsageError(
            f"target and replacement must have the same nucleotide composition: {one}, {other}",
            fix="Set check_composition=False to replace nevertheless",
        )
    return one.encode(), other.encode()


def _replaced(
    track: SequenceTrack, rows: Spans, target: bytes, replacement: bytes
) -> Generator[Letters, None, None]:
    for i, (code, start, end) in enumerate(
        zip(rows.code.tolist(), rows.start.tolist(), rows.end.tolist(), strict=True)
    ):  # one sequence a row is what was asked for
        letters = np.array(track.read(track.chroms.names[code], start, end))
        small = (letters >= ord("a")) & (letters <= ord("z"))
        letters[small] &= 0xDF
        replace_words(letters, target, replacement)
        yield Letters(i, 0, letters, is_last=True)
