"""Parameters of the virtual-track functions of the sequence, checked and completed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from operator import index
from typing import Any, Final

import numpy as np

from genomedb.core.dna import reverse_complement
from genomedb.core.potts import IGNORED, Potts
from genomedb.core.pssm import Pssm
from genomedb.errors import UsageError

_KMER: Final = ("kmer", "strand", "extend")
_SPATIAL: Final = ("spat_factor", "spat_bin", "spat_min", "spat_max")
_PWM: Final = ("pssm", "prior", "bidirect", "strand", "extend", *_SPATIAL)
_EDITS: Final = (
    "pssm", "prior", "bidirect", "strand", "extend", "score_thresh", "direction", "score_min",
    "score_max",
)  # fmt: skip
_POTTS: Final = (
    "e", "J", "pairs", "intercept", *IGNORED, "bidirect", "strand", "extend", "score_thresh",
)  # fmt: skip
KEYWORDS: Final[dict[str, tuple[str, ...]]] = {
    "masked.count": (),
    "masked.frac": (),
    "kmer.count": _KMER,
    "kmer.frac": _KMER,
    "pwm": _PWM,
    "pwm.max": _PWM,
    "pwm.max.pos": _PWM,
    "pwm.count": (*_PWM, "score_thresh"),
    "pwm.edit_distance": (*_EDITS, "max_edits", "max_indels"),
    "pwm.edit_distance.pos": (*_EDITS, "max_edits", "max_indels"),
    "pwm.max.edit_distance": (*_EDITS, "max_edits", "max_indels"),
    "pwm.n_mutations": _EDITS,
    "potts": _POTTS,
    "potts.max": _POTTS,
    "potts.max.pos": _POTTS,
    "potts.count": _POTTS,
}
MAX_KMER: Final = 10_000


def checked_params(name: str, params: Mapping[str, Any] | None) -> dict[str, Any]:
    """Parameters of a function of the sequence, with the defaults filled in.

    Raises
    ------
    UsageError
        An unknown function or keyword, a missing one, or a value that cannot be.
    """
    if name not in KEYWORDS:
        raise UsageError(
            f"there is no function {name!r} of the sequence",
            fix=f"Known functions: {', '.join(KEYWORDS)}",
        )
    if params is None:
        given: dict[str, Any] = {}
    elif isinstance(params, Mapping):
        given = dict(params)
    else:
        raise UsageError(f"{name}: params is {params!r:.60}", fix="Give its parameters by keyword")
    known = KEYWORDS[name]
    for word in given:
        if word not in known:
            raise UsageError(
                f"{name} has no parameter {word!r}",
                fix=f"It has {', '.join(known)}" if known else "It has none",
            )
    given = {word: value for word, value in given.items() if value is not None}
    if known is _KMER:
        return _kmer_params(name, given)
    if known is _POTTS:
        return _potts_params(name, given)
    return _pwm_params(name, given) if known else {}


def _kmer_params(name: str, given: dict[str, Any]) -> dict[str, Any]:
    if "kmer" not in given:
        raise UsageError(f"{name} needs a kmer", fix='Give for example kmer="CG"')
    strand = _whole(name, "strand", given.get("strand", 0))
    if strand not in (0, 1, -1):
        raise UsageError(f"{name}: strand must be 0 (both), 1 or -1, not {given['strand']!r}")
    return {
        "kmer": checked_kmer(given["kmer"]),
        "strand": strand,
        "extend": _flag(name, "extend", given.get("extend", True)),
    }


def checked_kmer(kmer: Any) -> str:
    """A word of the letters A, C, G, T, in capitals.

    Raises
    ------
    UsageError
        It is empty, too long, no text, or holds another letter.
    """
    if not isinstance(kmer, str) or not 1 <= len(kmer) <= MAX_KMER:
        raise UsageError(f"kmer must be a text of 1 to {MAX_KMER} letters, not {kmer!r:.60}")
    word = kmer.upper()
    wrong = next((letter for letter in word if letter not in "ACGT"), None)
    if wrong is not None:
        raise UsageError(f"kmer {kmer!r:.60} holds {wrong!r}", fix="Use A, C, G and T only")
    return word


def both_strands(word: str) -> tuple[bytes, bytes]:
    """A word and its reverse complement."""
    return word.encode(), reverse_complement(word).encode()


def _pwm_params(name: str, given: dict[str, Any]) -> dict[str, Any]:
    if "pssm" not in given:
        raise UsageError(
            f"{name} needs a pssm", fix="Give a matrix of one row a position, columns A, C, G, T"
        )
    pssm, prior = Pssm.of(given["pssm"]), given.get("prior", 0.01)
    pssm.frequencies(prior=prior)
    params: dict[str, Any] = {
        "pssm": pssm,
        "prior": float(prior),
        **_strand_params(name, given),
    }
    is_edits = _EDITS[-1] in KEYWORDS[name]
    if name == "pwm.count" or is_edits:
        if "score_thresh" not in given:
            raise UsageError(f"{name} needs a score_thresh", fix="Give a log score such as -8.0")
        params["score_thresh"] = _number(name, "score_thresh", given["score_thresh"])
    return params | (_edits_params if is_edits else _spatial_params)(name, given)


def _strand_params(name: str, given: dict[str, Any]) -> dict[str, Any]:
    """Which strands are scored, and whether windows go beyond the interval."""
    bidirect = _flag(name, "bidirect", given.get("bidirect", True))
    strand = _whole(name, "strand", given.get("strand", 1))
    if strand not in ((-1, 0, 1) if bidirect else (-1, 1)):
        raise UsageError(
            f"{name}: strand {given['strand']!r} is not one strand",
            fix="Give 1 or -1, or bidirect=True for both",
        )
    extend = _flag(name, "extend", given.get("extend", True))
    return {"bidirect": bidirect, "strand": strand, "extend": extend}


def _edits_params(name: str, given: dict[str, Any]) -> dict[str, Any]:
    """Which changes count; what is not given is left out."""
    direction = given.get("direction", "above")
    if direction not in ("above", "below"):
        raise UsageError(f"{name}: direction must be above or below, not {direction!r:.40}")
    if _whole(name, "max_indels", given.get("max_indels", 0)):
        raise UsageError(
            f"{name}: max_indels is {given['max_indels']}",
            fix="Only letters are changed, none put in or taken out: leave it out",
        )
    params: dict[str, Any] = {"direction": direction}
    for word in ("score_min", "score_max", "max_edits"):
        if word in given:
            params[word] = _number(name, word, given[word])
    if params.get("max_edits", 1) < 1:
        raise UsageError(f"{name}: max_edits is {given['max_edits']}", fix="Give 1 or more")
    return params


def _potts_params(name: str, given: dict[str, Any]) -> dict[str, Any]:
    if "e" not in given:
        raise UsageError(f"{name} needs a model", fix="Give e, J, pairs and intercept")
    model = given["e"]  # a model, where these are checked ones
    params: dict[str, Any] = {
        "e": model if isinstance(model, Potts) else Potts.of(given),
        **_strand_params(name, given),
    }
    if name == "potts.count":
        if "score_thresh" not in given:
            raise UsageError("potts.count needs a score_thresh", fix="Give an energy")
        params["score_thresh"] = _number(name, "score_thresh", given["score_thresh"])
    return params


def _spatial_params(name: str, given: dict[str, Any]) -> dict[str, Any]:
    """Weights by distance; empty when nothing depends on the distance."""
    named = [word for word in _SPATIAL if word in given]
    if not named:
        return {}
    if "spat_factor" not in given and "spat_bin" in given:
        raise UsageError(f"{name}: spat_bin without spat_factor", fix="Give the weights too")
    try:
        factors = np.array(given.get("spat_factor", [1.0]), np.float64).ravel()
    except (TypeError, ValueError):
        raise UsageError(f"{name}: spat_factor must be a list of numbers") from None
    if not factors.size or not (np.isfinite(factors) & (factors > 0)).all():
        raise UsageError(f"{name}: spat_factor must be a list of numbers above 0")
    size = _whole(name, "spat_bin", given.get("spat_bin", 1))
    near = _whole(name, "spat_min", given.get("spat_min", 0))
    far = _whole(name, "spat_max", given.get("spat_max", 2**62))
    if size < 1:
        raise UsageError(f"{name}: spat_bin must be at least 1 bp, not {size}")
    if near < 0 or far < near:
        raise UsageError(
            f"{name}: spat_min {near} to spat_max {far} is no range of distances",
            fix="Give 0 <= spat_min <= spat_max",
        )
    shown = {"spat_factor": tuple(factors.tolist()), "spat_bin": size}
    limits = {"spat_min": near, "spat_max": far}
    return shown | {word: limits[word] for word in limits if word in given}


def _flag(name: str, word: str, value: Any) -> bool:
    if isinstance(value, (bool, np.bool_)) or (isinstance(value, int) and value in (0, 1)):
        return bool(value)
    raise UsageError(f"{name}: {word} must be True or False, not {value!r:.60}")


def _whole(name: str, word: str, value: Any) -> int:
    return int(_converted(name, word, value, _index, "a whole number"))


def _index(value: Any) -> int:
    return int(value) if isinstance(value, float) and value.is_integer() else index(value)


def _number(name: str, word: str, value: Any) -> float:
    number = float(_converted(name, word, value, float, "a number"))
    if np.isnan(number):
        raise UsageError(f"{name}: {word} must be a number, not NaN")
    return number


def _converted(name: str, word: str, value: Any, convert: Callable[[Any], Any], what: str) -> Any:
    try:
        if isinstance(value, (str, bytes)):
            raise TypeError
        return convert(value)
    except (TypeError, ValueError, OverflowError):
        raise UsageError(f"{name}: {word} must be {what}, not {value!r:.60}") from None
