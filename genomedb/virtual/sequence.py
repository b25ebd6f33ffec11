"""Functions of the sequence under a window: soft masking, words, motifs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from genomedb.core.chroms import ChromTable
from genomedb.kernels.dyadic import Op
from genomedb.kernels.edits import Edits, Measure
from genomedb.kernels.kmer import lower_case, word_matches
from genomedb.kernels.potts import PairwiseMotif
from genomedb.kernels.pwm import Keep, Kind, Motif, WeighedWindows
from genomedb.virtual.anchors import Anchors, Read
from genomedb.virtual.sequence_params import KEYWORDS, both_strands, checked_params
from genomedb.virtual.source import WindowFunction

SEQUENCE_FUNCTIONS: Final = tuple(KEYWORDS)

_NONE_BESIDE: Final = np.zeros(1, np.int64)
_PIECE = 1 << 20


def check_sequence_function(name: str, params: Mapping[str, Any] | None) -> dict[str, Any]:
    """Check the parameters of a function of the sequence and fill in the defaults.

    Parameters
    ----------
    name : str
        One of `SEQUENCE_FUNCTIONS`.
    params : mapping
        By keyword. ``kmer.*``: `kmer`, `strand` (0 both, 1, -1), `extend`. ``pwm*``: `pssm`
        (matrix n x 4, DataFrame with columns A C G T, or `Pssm`), `prior`, `bidirect`,
        `strand`, `extend`, `spat_factor`, `spat_bin`, `spat_min`, `spat_max`, and for
        ``pwm.count`` `score_thresh`. ``pwm.*edit_distance*`` and ``pwm.n_mutations``: `pssm`,
        `prior`, `bidirect`, `strand`, `extend`, `score_thresh`, `direction`, `score_min`,
        `score_max`, `max_edits`. ``potts*``: `e`, `J`, `pairs` and `intercept` as of `Potts`,
        `bidirect`, `strand`, `extend`, and for ``potts.count`` `score_thresh`. Those that are
        None count as not given.

    Returns
    -------
    dict
        Checked; may be given back to this function.

    Raises
    ------
    UsageError
        Unknown function or keyword, a missing one, or a value that cannot be.
    """
    return checked_params(name, params)


def sequence_function(
    name: str, read: Read, chroms: ChromTable, *, params: Mapping[str, Any] | None = None
) -> WindowFunction:
    """Make the function that answers windows of one chromosome.

    Parameters
    ----------
    name : str
        One of `SEQUENCE_FUNCTIONS`.
    read : callable
        ``read(code, start, end)`` -> letters as uint8 (ASCII, case kept).
    chroms : ChromTable
    params : mapping
        As for `check_sequence_function`.

    Returns
    -------
    callable
        ``f(code, start, end)`` -> float64, one a window ``0 <= start < end <= length``, in any
        order. An answer depends on its window and the sequence only.

    Raises
    ------
    UsageError
        As `check_sequence_function`.

    Notes
    -----
    Scores of motifs are natural logarithms. Words with other letters than A, C, G, T are not
    scored: a window without any other has -inf (``pwm.max.pos``: NaN, ``pwm.count``: 0), and NaN
    of energies (``potts.count``: 0). With ``extend=False`` a window shorter than the motif has NaN.
    """
    checked = checked_params(name, params)
    if name.startswith("masked"):
        return _masked(name, read, chroms)
    if name.startswith("kmer"):
        return _kmer(name, read, chroms, checked)
    if "direction" in checked:
        return _edits(name, read, chroms, checked)
    if "spat_factor" in checked:
        return _weighed(name, read, chroms, checked)
    return _pwm(name, read, chroms, checked)


def _masked(name: str, read: Read, chroms: ChromTable) -> WindowFunction:
    def score(
        letters: NDArray[np.uint8], first: int
    ) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
        return lower_case(letters), _NONE_BESIDE

    anchors = Anchors(read, chroms.length_array, width=1, op=Op.SUM, score=score)

    def count(code: int, start: NDArray[np.int64], end: NDArray[np.int64]) -> NDArray[np.float64]:
        n, _ = anchors.over(code, start, end)
        return n if name == "masked.count" else n / (end - start)

    return count


def _kmer(name: str, read: Read, chroms: ChromTable, params: Mapping[str, Any]) -> WindowFunction:
    plus, minus = both_strands(params["kmer"])
    k, strand = len(plus), params["strand"]

    def score(
        letters: NDArray[np.uint8], first: int
    ) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
        return word_matches(letters, plus, minus, strand=strand), _NONE_BESIDE

    anchors = Anchors(read, chroms.length_array, width=k, op=Op.SUM, score=score)

    def count(code: int, start: NDArray[np.int64], end: NDArray[np.int64]) -> NDArray[np.float64]:
        stop = _stop(end, k, anchors.n_positions(code), extend=params["extend"])
        n, _ = anchors.over(code, start, stop)
        if name == "kmer.count":
            return n
        places = (end - start - k + 1) * (1 if strand else 2)
        fraction: NDArray[np.float64] = np.where(places > 0, n / np.maximum(places, 1), 0.0)
        return fraction

    return count


def _pwm(name: str, read: Read, chroms: ChromTable, params: Mapping[str, Any]) -> WindowFunction:
    motif = _scorer(params)
    threshold = params.get("score_thresh", 0.0)
    op, kind = {
        "": (Op.LOGSUM if motif.in_logs else Op.SUM, Kind.SUM),
        ".max": (Op.MAX, Kind.SUM),
        ".count": (Op.SUM, Kind.COUNT),
        ".max.pos": (Op.ARGMAX, Kind.BEST),
    }[name.removeprefix("pwm").removeprefix("potts")]

    def score(
        letters: NDArray[np.uint8], first: int
    ) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
        return motif.score(letters, kind, first=first, threshold=threshold)

    anchors = Anchors(read, chroms.length_array, width=motif.width, op=op, score=score)

    def answer(code: int, start: NDArray[np.int64], end: NDArray[np.int64]) -> NDArray[np.float64]:
        stop = _stop(end, motif.width, anchors.n_positions(code), extend=params["extend"])
        value, arg = anchors.over(code, start, stop)
        if op is Op.MAX and not motif.in_logs:
            np.maximum(value, 0.0, out=value)  # -inf where there are no positions
        result = _finished(name, motif, value, arg, start)
        if name.startswith("potts"):
            result[(stop <= start) | (result == -np.inf)] = np.nan
        return _without_narrow(result, start, end, params, motif.width)

    return answer


def _edits(name: str, read: Read, chroms: ChromTable, params: Mapping[str, Any]) -> WindowFunction:
    """Changes of letters by which the motif's score crosses a threshold."""
    edits = Edits(
        params["pssm"].frequencies(prior=params["prior"]), params["score_thresh"],
        strand=0 if params["bidirect"] else params["strand"],
        below=params["direction"] == "below",
        scores=(params.get("score_min", -np.inf), params.get("score_max", np.inf)),
        most=params.get("max_edits", np.inf),
    )  # fmt: skip
    op, measure = {
        "pwm.edit_distance": (Op.MAX, Measure.EDITS),
        "pwm.edit_distance.pos": (Op.ARGMAX, Measure.EDITS),
        "pwm.max.edit_distance": (Op.ARGMAX, Measure.AT_BEST),
        "pwm.n_mutations": (Op.MAX, Measure.MUTATIONS),
    }[name]

    def score(
        letters: NDArray[np.uint8], first: int
    ) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
        value, arg = edits.measure(letters, measure, first=first)
        return value, arg if op is Op.ARGMAX else _NONE_BESIDE

    anchors = Anchors(read, chroms.length_array, width=edits.width, op=op, score=score)

    def answer(code: int, start: NDArray[np.int64], end: NDArray[np.int64]) -> NDArray[np.float64]:
        stop = _stop(end, edits.width, anchors.n_positions(code), extend=params["extend"])
        value, arg = anchors.over(code, start, stop)
        if name == "pwm.edit_distance.pos":
            result = np.sign(arg) * (np.abs(arg) - start).astype(np.float64)
        elif measure is Measure.AT_BEST:
            result = np.where(arg < 0, np.nan, arg.astype(np.float64))
        else:
            result = value if measure is Measure.MUTATIONS else -value
        result = np.where((value == -np.inf) | (stop <= start), np.nan, result)
        return _without_narrow(result, start, end, params, edits.width)

    return answer


def _weighed(
    name: str, read: Read, chroms: ChromTable, params: Mapping[str, Any]
) -> WindowFunction:
    """The same with weights by distance from the window's edge: each window is walked."""
    motif = _motif(params)
    keep = {"pwm": Keep.SUM, "pwm.count": Keep.COUNT, "pwm.max": Keep.MAX}.get(name, Keep.BEST)
    weights = np.log(params["spat_factor"])
    reach = (params.get("spat_min", 0), params.get("spat_max", 2**62))
    lengths = chroms.length_array

    def answer(code: int, start: NDArray[np.int64], end: NDArray[np.int64]) -> NDArray[np.float64]:
        length = int(lengths[code])
        n = max(length - motif.width + 1, 0)
        stop = np.maximum(_stop(end, motif.width, n, extend=params["extend"]), start)
        windows = WeighedWindows(
            start, stop, reach=reach, weights=weights, bin_size=params["spat_bin"], motif=motif,
            threshold=params.get("score_thresh", 0.0), keep=keep,
        )  # fmt: skip
        for piece in range(int(start.min(initial=0)), int(stop.max(initial=0)), _PIECE):
            rows = np.flatnonzero((start < piece + _PIECE) & (stop > np.maximum(start, piece)))
            if rows.size:
                first = max(piece, int(start[rows].min()))
                last = min(piece + _PIECE, int(stop[rows].max()))
                windows.go_on(rows, read(code, first, last + motif.width - 1), first)
        result = _finished(name, motif, windows.value, windows.arg, start)
        return _without_narrow(result, start, end, params, motif.width)

    return answer


def _scorer(params: Mapping[str, Any]) -> Motif | PairwiseMotif:
    if "e" in params:
        model, strand = params["e"], 0 if params["bidirect"] else params["strand"]
        return PairwiseMotif(
            model.single, model.pair, model.coupling, intercept=model.intercept, strand=strand
        )
    return _motif(params)


def _motif(params: Mapping[str, Any]) -> Motif:
    frequencies = params["pssm"].frequencies(prior=params["prior"])
    return Motif(frequencies, strand=0 if params["bidirect"] else params["strand"])


def _stop(
    end: NDArray[np.int64], width: int, n_positions: int, *, extend: bool
) -> NDArray[np.int64]:
    """Position after the last of each window; words may run over its end with `extend`."""
    return np.minimum(end if extend else end - width + 1, n_positions)


def _finished(
    name: str, motif: Motif | PairwiseMotif, value: NDArray[np.float64], arg: NDArray[np.int64],
    start: NDArray[np.int64],
) -> NDArray[np.float64]:  # fmt: skip
    """What the function gives for kept scores."""
    if name.endswith(".count"):
        return value
    if name.endswith(".max.pos"):
        place = np.sign(arg) * (np.abs(arg) - start)
        return np.where((value > motif.nothing) & (arg != 0), place, np.nan)
    return motif.logs(value)


def _without_narrow(
    result: NDArray[np.float64], start: NDArray[np.int64], end: NDArray[np.int64],
    params: Mapping[str, Any], width: int,
) -> NDArray[np.float64]:  # fmt: skip
    """NaN for windows that have no room for the motif and may not be run over."""
    if not params["extend"]:
        result[end - start < width] = np.nan
    return result
