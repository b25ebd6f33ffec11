"""The closed list of functions and constants that an expression may use."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

import numpy as np

NUMPY = ("np", "numpy")
CONSTANTS = {"nan": math.nan, "inf": math.inf, "pi": math.pi, "e": math.e}


@dataclass(frozen=True)
class Function:
    """One function: how it is called and what computes it.

    Attributes
    ----------
    name : str
        Without ``np.``.
    parameters : tuple of str
        In the order of the arguments.
    required : int
        How many of them must be given.
    positional : int
        How many may be given without their names.
    named : frozenset of str
        Those that may be given by name.
    compute : callable or None
        A numpy ufunc; None when the evaluator puts the function together from others.
    truth : bool
        Whether the result is True or False.
    """

    name: str
    parameters: tuple[str, ...]
    required: int
    positional: int
    named: frozenset[str] = frozenset()
    compute: Callable[..., Any] | None = None
    truth: bool = False


FUNCTIONS: dict[str, Function] = {}


def _ufuncs(names: str, parameters: str, *, truth: bool = False) -> None:
    given = tuple(parameters.split())
    for name in names.split():
        ufunc = getattr(np, name)  # `name` is one of the words written below
        FUNCTIONS[name] = Function(
            name, given, len(given), len(given), compute=ufunc, truth=truth
        )  # fmt: skip


_ufuncs(
    "log log2 log10 log1p exp exp2 expm1 sqrt cbrt square reciprocal abs absolute fabs sign "
    "negative positive floor ceil trunc rint sin cos tan arcsin arccos arctan sinh cosh tanh "
    "arcsinh arccosh arctanh degrees radians deg2rad rad2deg",
    "x",
)
_ufuncs(
    "add subtract multiply divide true_divide floor_divide mod remainder fmod power float_power "
    "minimum maximum fmin fmax hypot arctan2 logaddexp logaddexp2 copysign heaviside",
    "x1 x2",
)
_ufuncs("isnan isfinite isinf signbit logical_not", "x", truth=True)
_ufuncs(
    "greater greater_equal less less_equal equal not_equal logical_and logical_or logical_xor",
    "x1 x2",
    truth=True,
)
for _name in ("isposinf", "isneginf"):
    FUNCTIONS[_name] = Function(_name, ("x",), 1, 1, truth=True)
for _name in ("round", "around"):
    FUNCTIONS[_name] = Function(_name, ("a", "decimals"), 1, 2, frozenset({"decimals"}))
FUNCTIONS["where"] = Function("where", ("condition", "x", "y"), 3, 3)
FUNCTIONS["clip"] = Function("clip", ("a", "a_min", "a_max"), 1, 3, frozenset({"a_min", "a_max"}))
FUNCTIONS["nan_to_num"] = Function(
    "nan_to_num", ("x", "nan", "posinf", "neginf"), 1, 1, frozenset({"nan", "posinf", "neginf"})
)

SAME_NAME = {"abs"}  # allowed without np., because Python has it

_SUMMARY = "Use summary (gsummary) for one number over the scope, a virtual track for a window"
_WHOLE = {
    "min max amin amax nanmin nanmax ptp": "Write np.minimum(a, b) or np.maximum(a, b) for the "
    "smaller or larger of two tracks. " + _SUMMARY,
    "sum mean average std var prod median nansum nanmean nanstd nanvar nanprod nanmedian dot cov "
    "trapz trapezoid count_nonzero": "Write a + b for the sum of two tracks. " + _SUMMARY,
    "quantile percentile nanquantile nanpercentile": "Use quantiles (gquantiles) over the scope, a "
    "virtual track with the function quantile for a window",
    "corrcoef correlate convolve": "Use correlation (gcor) over the scope",
    "any all": "Write | or & between comparisons",
    "sort argsort argmin argmax nanargmin nanargmax unique searchsorted partition rank nonzero "
    "argwhere flatnonzero len size": "Extract the values first, then work on the result",
    "cumsum cumprod nancumsum nancumprod diff ediff1d gradient roll flip interp fft": "Use a "
    "virtual track with shifts for values beside a bin",
    "histogram bincount digitize": "Use distribution (gdist) over the scope",
}
WHOLE_VECTOR = {name: fix for names, fix in _WHOLE.items() for name in names.split()}

_FIRST_TOLD = "abs, log, log2, exp, sqrt, minimum, maximum, where, isnan, clip, round"


def shorten(name: str) -> str:
    """A name cut to what a message can show."""
    return name if len(name) <= 60 else f"{name[:57]}..."


def explain_unknown(called: str) -> tuple[str, str]:
    """Problem and way out for a call of something that is not in the list.

    Parameters
    ----------
    called : str
        The name before the parenthesis, e.g. ``np.load``, ``log`` or ``d.max``.
    """
    prefix, _, name = called.rpartition(".")
    root, called = called.split(".")[:2], shorten(called)
    if root[0] in NUMPY and root[1:] == ["random"]:
        return (
            f"{called} draws for a whole vector; expressions are element by element",
            "Use sample (gsample) to draw values.",
        )
    ours = prefix in NUMPY
    if prefix and not ours and name in (WHOLE_VECTOR.keys() | FUNCTIONS.keys()):
        fix = f"{WHOLE_VECTOR[name]}." if name in WHOLE_VECTOR else f"Write np.{name}(x)."
        return f"{called} is a method, and methods cannot be called", fix
    if name in WHOLE_VECTOR:
        problem = f"{called} looks at a whole vector; expressions are element by element"
        return problem, f"{WHOLE_VECTOR[name]}."
    if name in FUNCTIONS:  # without np.
        return f"the function {name} is written with np. before it", f"Write np.{name}(...)."
    if prefix and not ours:
        return f"{called} cannot be called", "Call functions of the list only, e.g. np.log(x)."
    near = get_close_matches(name, list(FUNCTIONS), n=3, cutoff=0.65)
    known = ", ".join(f"np.{n}" for n in near) if near else _FIRST_TOLD
    return (
        f"{called} is not among the functions of expressions",
        f"Did you mean {known}?" if near else f"Functions after np. include {known}.",
    )


def hint_for_name(name: str) -> str:
    """What to write instead of a name that looks like a constant; "" for other names.

    For whoever resolves names and finds none.
    """
    wanted = {
        "nan": "np.nan", "na": "np.nan", "null": "np.nan", "inf": "np.inf", "infinity": "np.inf",
        "pi": "np.pi", "true": "True", "false": "False", "chrom": "CHROM", "start": "START",
        "end": "END", "t": "True", "f": "False",
    }.get(name.lower(), "")  # fmt: skip
    if wanted:
        return f"Write {wanted}"
    return f"Write np.{name}(...)" if name in FUNCTIONS else ""
