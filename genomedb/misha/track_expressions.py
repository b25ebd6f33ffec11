"""gtrack_create, gtrack_lookup, gtrack_create_pwm_energy: tracks of expressions and motifs."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from genomedb.analysis.create_track import create_track
from genomedb.analysis.lookup_track import lookup_track
from genomedb.analysis.pwm_energy import pwm_energy_track
from genomedb.misha.arguments import number_of, text_of, whole_number
from genomedb.misha.asking import asked, pairs_of
from genomedb.misha.current import current_db, executor, storage
from genomedb.misha.track_creation import new_name

__all__ = ["gtrack_create", "gtrack_create_pwm_energy", "gtrack_lookup"]
_Band = tuple[int, int] | None


def gtrack_create(
    track: str, description: str, expr: str, iterator: Any = None, band: _Band = None
) -> None:
    """Make a track of the values of an expression over the whole genome.

    Parameters
    ----------
    track, description, expr : str
    iterator : optional
        Bins of one width (a bin size, a dense track) make a dense track; the intervals of a
        sparse track, an interval set or a DataFrame make a sparse one, and those without a value
        are kept. Rectangles (a 2D track, a set or DataFrame of them, a (width, height) pair) make
        a 2D track: of points where all are one base pair wide. Default as the expression implies.
    band : tuple of 2 int, optional
        Of 2D tracks: their records are cut to it.

    Raises
    ------
    TrackExistsError
        The name is taken.
    UsageError, ExpressionError, ChromError
        `expr` is None or wrong, so is the iterator, or a band is given for a 1D expression.
    """
    db = current_db()
    name, expr = new_name(db, track), text_of(expr, "expr")
    options = asked(None, iterator, band=band)
    del options["scope"]
    call = f"gtrack.create(\"{track}\", description, '{expr:.2000}', iterator={_shown(iterator)})"
    create_track(
        db,
        name,
        expr,
        description=text_of(description, "description"),
        created_by=call,
        **options,
        storage=storage(),
    )


def gtrack_lookup(
    track: str,
    description: str,
    lookup_table: ArrayLike,
    *args: Any,
    iterator: Any = None,
    include_lowest: bool = False,
    force_binning: bool = True,
    band: _Band = None,
) -> None:
    """Make a track of values of a table, by the bins that values of expressions are in.

    ``gtrack_lookup(track, description, table, expr1, breaks1, expr2, breaks2, ...)``.

    Parameters
    ----------
    lookup_table : array_like, shape (bins of each expression, ...)
    iterator : optional
        As of `gtrack_create`.
    include_lowest, force_binning
        As of `glookup`.

    Raises
    ------
    TrackExistsError
        The name is taken.
    UsageError, ExpressionError
        The table has not the shape of the bins; an argument is wrong.
    """
    db = current_db()
    name = new_name(db, track)
    expressions, breaks = pairs_of(args, "gtrack_lookup")
    options = asked(None, iterator, band=band)
    del options["scope"]
    shown = ", ".join(f"'{text:.500}', breaks" for text in expressions)
    call = f'gtrack.lookup("{track}", description, lookup_table, {shown})'
    lookup_track(
        db, name, np.asarray(lookup_table), expressions, breaks, include_lowest=include_lowest,
        force_binning=force_binning, description=text_of(description, "description"),
        created_by=call[:15_000], **options,
        storage=storage(),
    )  # fmt: skip


def gtrack_create_pwm_energy(
    track: str, description: str, pssmset: str, pssmid: int | str, prior: float, iterator: int
) -> None:
    """Make a dense track of how well a motif fits the sequence of each bin.

    A bin has the logarithm of the sum of the probabilities of the motif at every place that
    begins in it. Both strands count, unless the motif is not bidirectional by the set's key file;
    the peer does not look at that.

    Parameters
    ----------
    track, description : str
    pssmset : str
        Set of motifs, files ``pssms/<set>.key`` and ``.data`` of the database.
    pssmid : int
        Id in the set; a text where ids are texts.
    prior : float
        Added to each frequency.
    iterator : int
        Bin size in bp.

    Raises
    ------
    TrackExistsError
        The name is taken.
    UsageError
        An argument is None or wrong; the set has no such motif; there is no sequence.
    MissingFileError
        There is no such set.
    """
    db = current_db()
    name = new_name(db, track)
    text_of(pssmset, "pssmset")
    if not isinstance(pssmid, str):
        whole_number(pssmid, "pssmid", least=0)
    number_of(prior, "prior")
    width = whole_number(iterator, "iterator", least=1)
    call = (
        f'gtrack.create_pwm_energy("{track}", description, "{pssmset}", {pssmid}, {prior}, '
        f"{iterator})"
    )
    pwm_energy_track(
        db, name, pssmset, pssmid, prior=prior, iterator=width,
        description=text_of(description, "description"), created_by=call, executor=executor(),
        storage=storage(),
    )  # fmt: skip


def _shown(iterator: Any) -> str:
    """An iterator in the attribute ``created.by``, which never holds data."""
    if iterator is None or isinstance(iterator, (int, str)):
        return repr(iterator)[:200]
    return type(iterator).__name__
