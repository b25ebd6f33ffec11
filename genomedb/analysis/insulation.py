"""insulation_borders, insulation_domains: where an insulation score is low, and where it is not."""

from __future__ import annotations

from math import isfinite
from numbers import Real
from typing import Any

from genomedb.analysis.screen import screen
from genomedb.db.database import GenomeDB
from genomedb.errors import UsageError
from genomedb.expr.syntax import one_expression

ITERATOR = 500  # bp


def insulation_borders(
    db: GenomeDB, expression: str, threshold: float, scope: Any = None, *,
    iterator: Any = ITERATOR, **options: Any,
) -> Any:  # fmt: skip
    """Intervals where an insulation score is below a threshold: borders of domains.

    Parameters
    ----------
    db : GenomeDB
        Where tracks and interval sets are.
    expression : str
        The score, a track or an expression; few contacts cross a bin where it is low.
    threshold : float
    scope : optional
        Where to look, default the whole genome; see `scope_of`.
    iterator : optional
        How to walk, default bins of 500 bp.
    **options
        As of `screen`: virtual, variables, executor.

    Returns
    -------
    pandas.DataFrame
        ``chrom start end``, sorted; bins that touch are joined. Bins without a score are no
        borders.

    Raises
    ------
    UsageError, ChromError, ExpressionError, TrackNotFoundError
        As `screen`.
    """
    text = f"({one_expression(expression)}) < {_number(threshold)}"
    return screen(db, text, scope, iterator=iterator, **options)


def insulation_domains(
    db: GenomeDB, expression: str, threshold: float, scope: Any = None, *,
    iterator: Any = ITERATOR, **options: Any,
) -> Any:  # fmt: skip
    """Intervals where an insulation score is above a threshold or missing: domains.

    Parameters, result and errors are those of `insulation_borders`; bins without a score belong
    to domains.
    """
    score = f"({one_expression(expression)})"
    text = f"np.isnan({score}) | ({score} > {_number(threshold)})"
    return screen(db, text, scope, iterator=iterator, **options)


def _number(threshold: Any) -> str:
    if not isinstance(threshold, Real) or isinstance(threshold, bool) or not isfinite(threshold):
        raise UsageError(f"{threshold!r:.60} is not a number", where="threshold")
    return repr(float(threshold))


__all__ = ["ITERATOR", "insulation_borders", "insulation_domains"]
