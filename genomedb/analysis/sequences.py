"""Sequence of intervals, and words and motifs in texts."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, Final, Literal, overload

import numpy as np
from numpy.typing import NDArray

from genomedb.core import dna
from genomedb.core.chroms import ChromTable
from genomedb.core.potts import Potts
from genomedb.core.spans import Spans
from genomedb.db.database import GenomeDB
from genomedb.db.sequence import sequence_track
from genomedb.errors import UsageError
from genomedb.intervals.frame import spans_of
from genomedb.kernels.kmer import MAX_COUNTED, add_words
from genomedb.tracks.dense import SequenceTrack
from genomedb.virtual.sequence import check_sequence_function, sequence_function

if TYPE_CHECKING:
    import pandas as pd

Texts = list[str] | tuple[str, ...]

_GAP = 1 << 14  # bp: intervals closer than this are counted together
_TILE = 22  # intervals that begin in different pieces of 2**22 bp are not
_MOST_LETTERS = 1 << 19  # read at once: they stay in the cache
_PIECE = 1 << 20
_PWM_MODES: Final = {"lse": "pwm", "max": "pwm.max", "pos": "pwm.max.pos", "count": "pwm.count"}


def extract_sequence(db: GenomeDB, intervals: Any) -> list[str]:
    """Letters of intervals, in the order of the rows; case is kept.

    Parameters
    ----------
    db : GenomeDB
        Its sequence is track ``seq``, or the only sequence track.
    intervals : DataFrame
        Columns chrom, start, end (0-based half-open); rows whose ``strand`` is -1 come as the
        reverse complement.

    Returns
    -------
    list of str

    Raises
    ------
    TrackNotFoundError
        The database has no sequence.
    ChromError, UsageError, FormatError

    Examples
    --------
    >>> frame = pd.DataFrame({"chrom": ["1"], "start": [0], "end": [5]})  # doctest: +SKIP
    >>> extract_sequence(db, frame)  # doctest: +SKIP
    ['CGTTA']
    """
    track = sequence_track(db)
    spans = spans_of(intervals, db.chroms)
    texts = [""] * len(spans)
    for rows, letters, begins in _read(track, spans):
        ends = begins + (spans.end - spans.start)[rows]
        for row, a, b in zip(rows.tolist(), begins.tolist(), ends.tolist(), strict=True):
            texts[row] = letters[a:b]  # one object a row is what was asked for
    if spans.strand is not None:
        for row in np.flatnonzero(spans.strand == -1).tolist():
            texts[row] = dna.reverse_complement(texts[row])
    return texts


def _read(
    track: SequenceTrack, spans: Spans
) -> Iterator[tuple[NDArray[np.int64], str, NDArray[np.int64]]]:
    """Rows, the letters that hold theirs, and where each row begins in them.

    Rows that share bases are read together, and many stretches at once.
    """
    order = spans.order()
    order = order[(spans.start < spans.end)[order]]
    if not order.size:
        return
    rows = spans[order]
    width = track.chroms.longest + 1
    start, end = rows.start + rows.code * width, rows.end + rows.code * width
    cut = np.concatenate(([True], start[1:] > np.maximum.accumulate(end)[:-1]))
    first, which = np.flatnonzero(cut), np.cumsum(cut) - 1
    low, high = rows.start[first], np.maximum.reduceat(rows.end, first)
    names = np.array(track.chroms.names, object)[rows.code[first]]
    upto = np.cumsum(high - low)
    a = 0
    while a < low.size:
        room = _MOST_LETTERS + (upto[a - 1] if a else 0)
        b = max(a + 1, int(np.searchsorted(upto, room, "right")))
        windows = track.read_many((names[a:b].tolist(), low[a:b], high[a:b]))
        mine = slice(*np.searchsorted(which, [a, b]).tolist())
        stretch = which[mine]
        begins = windows.offsets[stretch - a] + rows.start[mine] - low[stretch]
        try:
            letters = str(windows.values.data, "ascii")
        except UnicodeDecodeError:
            for name, x, y in zip(names[a:b], low[a:b].tolist(), high[a:b].tolist(), strict=True):
                track.text(name, x, y)  # says where
            raise
        yield order[mine], letters, begins
        a = b


def _stretches(spans: Spans) -> Iterator[tuple[NDArray[np.int64], int, int, int]]:
    """Rows to be looked at together: (rows, chromosome code, start, end)."""
    order = spans.order()
    spans = spans[order]
    for code, at in spans.groups():
        start, reach = spans.start[at], np.maximum.accumulate(spans.end[at])
        cut = (start[1:] - reach[:-1] > _GAP) | (start[1:] >> _TILE != start[:-1] >> _TILE)
        edges = [0, *(np.flatnonzero(cut) + 1).tolist(), start.size]
        for low, high in itertools.pairwise(edges):
            rows = order[at][low:high]
            yield rows, code, int(start[low]), int(spans.end[at][low:high].max())


@overload
def reverse_complement(text: str) -> str: ...
@overload
def reverse_complement(text: Texts) -> list[str]: ...
def reverse_complement(text: str | Texts) -> str | list[str]:
    """Reverse complement of a text, or of each of a list; case and IUPAC letters are kept.

    Examples
    --------
    >>> reverse_complement(["AACgN", "A"])
    ['NcGTT', 'T']
    """
    found = _texts(text)
    if isinstance(found, str):
        return dna.reverse_complement(found)
    return [dna.reverse_complement(one) for one in found]


@overload
def complement(text: str) -> str: ...
@overload
def complement(text: Texts) -> list[str]: ...
def complement(text: str | Texts) -> str | list[str]:
    """Complement of a text, or of each of a list, in the same direction."""
    return reverse(reverse_complement(text))


@overload
def reverse(text: str) -> str: ...
@overload
def reverse(text: Texts) -> list[str]: ...
def reverse(text: str | Texts) -> str | list[str]:
    """A text from its end to its beginning, or each of a list."""
    found = _texts(text)
    return found[::-1] if isinstance(found, str) else [one[::-1] for one in found]


def _texts(given: Any) -> str | list[str]:
    """A text, or a list of them."""
    if isinstance(given, str):
        return given
    if isinstance(given, Iterable) and not isinstance(given, (bytes, dict)):
        listed = list(given)
        if all(isinstance(text, str) for text in listed):
            return listed
    raise UsageError(f"the text is {given!r:.60}", fix="Give a text or a list of texts")


def kmer_count(
    texts: str | Sequence[str],
    kmer: str,
    *,
    mode: Literal["count", "frac"] = "count",
    strand: int = 0,
) -> NDArray[np.float64]:
    """How often a word occurs in each text.

    Parameters
    ----------
    texts : str or sequence of str
        Case does not matter.
    kmer : str
        Letters A, C, G, T.
    mode : {"count", "frac"}
        The number, or its fraction of the places where the word (on both strands: the words)
        could be.
    strand : {0, 1, -1}
        The word and its reverse complement, the word, its reverse complement.

    Returns
    -------
    ndarray of float64, shape (n,)
        0 for texts shorter than the word.

    Raises
    ------
    UsageError

    Examples
    --------
    >>> kmer_count(["ACACAC", "GT"], "AC")
    array([3., 1.])
    """
    if mode not in ("count", "frac"):
        raise UsageError(f"there is no mode {mode!r}", fix='Take "count" or "frac"')
    params = {"kmer": kmer, "strand": strand, "extend": False}
    return _over_texts(f"kmer.{mode}", _as_list(texts), params, empty=0.0)


def pwm_score(
    texts: str | Sequence[str],
    pssm: Any,
    *,
    mode: Literal["lse", "max", "pos", "count"] = "lse",
    **options: Any,
) -> NDArray[np.float64]:
    """Score of a motif in each text, in natural logarithms.

    Parameters
    ----------
    texts : str or sequence of str
    pssm : array_like of shape (n, 4), DataFrame with columns A C G T, or Pssm
    mode : {"lse", "max", "pos", "count"}
        Logarithm of the summed probabilities of all places; best place; its position, counted
        from 1 and negative on the reverse strand; number of places that reach `score_thresh`.
    **options
        `bidirect` (default True), `strand` (1 or -1, with ``bidirect=False``), `prior`
        (default 0.01), `score_thresh`, `spat_factor`, `spat_bin`, `spat_min`, `spat_max`: as of
        the virtual-track functions ``pwm*``.

    Returns
    -------
    ndarray of float64, shape (n,)
        For texts shorter than the motif NaN (count: 0); where all places hold other letters than
        A, C, G, T -inf (position: NaN, count: 0).

    Raises
    ------
    UsageError
        Unknown mode or option, or a value that cannot be.
    """
    if mode not in _PWM_MODES:
        raise UsageError(f"there is no mode {mode!r}", fix=f"Take one of {', '.join(_PWM_MODES)}")
    if "extend" in options:
        raise UsageError("extend: nothing lies beyond a text", fix="Leave it out")
    name, params = _PWM_MODES[mode], {"pssm": pssm, "extend": False, **options}
    scores = _over_texts(name, _as_list(texts), params, empty=np.nan)
    return np.nan_to_num(scores, nan=0.0) if mode == "count" else scores


def potts_score(
    texts: str | Sequence[str],
    model: Any,
    *,
    mode: Literal["lse", "max", "pos", "count"] = "lse",
    **options: Any,
) -> NDArray[np.float64]:
    """Energy of a pairwise model in each text.

    Parameters
    ----------
    texts : str or sequence of str
    model : Potts, or mapping with e, J, pairs, intercept
    mode : {"lse", "max", "pos", "count"}
        As of `pwm_score`; both strands of a place go together as logarithms do.
    **options
        `bidirect` (default True), `strand` (1 or -1, with ``bidirect=False``), `score_thresh`.

    Returns
    -------
    ndarray of float64, shape (n,)
        For texts shorter than the model NaN; where no place can be scored NaN (count: 0).

    Raises
    ------
    UsageError
        Unknown mode or option, or a value that cannot be.
    """
    if mode not in _PWM_MODES:
        raise UsageError(f"there is no mode {mode!r}", fix=f"Take one of {', '.join(_PWM_MODES)}")
    name = _PWM_MODES[mode].replace("pwm", "potts")
    params = {"e": Potts.of(model), "extend": False, **options}
    return _over_texts(name, _as_list(texts), params, empty=np.nan)


def _as_list(texts: str | Sequence[str]) -> list[str]:
    listed = [texts] if isinstance(texts, str) else list(texts)
    wrong = next((i for i, text in enumerate(listed) if not isinstance(text, str)), None)
    if wrong is not None:
        raise UsageError(f"sequence {wrong} is {listed[wrong]!r:.60}, not text")
    return listed


def _over_texts(
    name: str, texts: list[str], params: dict[str, Any], *, empty: float
) -> NDArray[np.float64]:
    """A function of the sequence over each text, all of them laid end to end."""
    params = check_sequence_function(name, params)
    letters = np.frombuffer("".join(texts).encode("ascii", "replace"), np.uint8)
    end = np.cumsum(np.fromiter(map(len, texts), np.int64, len(texts)))
    start = np.concatenate(([0], end))[:-1]
    values = np.full(len(texts), empty)
    rows = np.flatnonzero(end > start)
    if rows.size:
        joined = ChromTable(("texts",), (letters.size,))
        function = sequence_function(name, lambda _, a, b: letters[a:b], joined, params=params)
        values[rows] = function(0, start[rows], end[rows])
    return values


def kmer_distribution(db: GenomeDB, intervals: Any, k: int = 6) -> pd.DataFrame:
    """How often each word of `k` letters occurs in intervals.

    Parameters
    ----------
    db : GenomeDB
    intervals : DataFrame
        Columns chrom, start, end. Words lie inside an interval; those of overlapping intervals
        count once for each. The strand does not matter.
    k : int
        1 to 12.

    Returns
    -------
    DataFrame
        ``kmer`` (capitals) and ``count`` (int64) of the words that occur, by alphabet. Words
        with other letters than A, C, G, T are passed over.

    Raises
    ------
    TrackNotFoundError, ChromError, UsageError, FormatError
    """
    import pandas as pd

    if isinstance(k, bool) or not isinstance(k, (int, np.integer)) or not 1 <= k <= MAX_COUNTED:
        raise UsageError(f"k is {k!r}", fix=f"Take a whole number from 1 to {MAX_COUNTED}")
    k = int(k)
    track, spans = sequence_track(db), _pieces(spans_of(intervals, db.chroms), shared=k - 1)
    counts = np.zeros(4**k, np.int64)
    for rows, code, start, end in _stretches(spans):
        letters = track.read(db.chroms.names[code], start, end)
        add_words(letters, spans.start[rows] - start, spans.end[rows] - start, k=k, counts=counts)
    found = np.flatnonzero(counts)
    digits = found[:, None] >> np.arange(2 * (k - 1), -1, -2) & 3
    words = np.frombuffer(b"ACGT", np.uint8)[digits].astype(np.uint8)
    texts = [word.tobytes().decode() for word in words]
    return pd.DataFrame({"kmer": pd.Series(texts, dtype=object), "count": counts[found]})


def _pieces(spans: Spans, *, shared: int) -> Spans:
    """Intervals cut to pieces; the letters of words across a border belong to both pieces."""
    n = -(-(spans.end - spans.start) // _PIECE)
    row = np.repeat(np.arange(len(spans)), n)
    number = np.arange(row.size) - np.repeat(np.cumsum(n) - n, n)
    start = spans.start[row] + number * _PIECE
    end = np.minimum(start + _PIECE + shared, spans.end[row])
    return Spans(spans.code[row], start, end)
