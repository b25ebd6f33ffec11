# ruff: noqa: FBT001, FBT002 - the peer's signatures
"""gsynth_*: Markov models of sequence, trained, changed, saved and scored."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from genomedb.analysis.synth_cells import cell_redirects
from genomedb.analysis.synth_file import load_markov, save_markov
from genomedb.analysis.synth_model import Dimension, bin_map
from genomedb.analysis.synth_score import score_markov
from genomedb.analysis.synth_train import train_markov
from genomedb.analysis.synth_words import forbid_kmer
from genomedb.core.names import track_name
from genomedb.errors import UsageError
from genomedb.misha.arguments import checked_name, path_of, text_of, whole_number
from genomedb.misha.asking import asked
from genomedb.misha.current import current_db, storage
from genomedb.misha.synthesis_model import GsynthModel, facade_of, model_of
from genomedb.misha.track_creation import new_name

if TYPE_CHECKING:
    import pandas as pd

__all__ = [
    "GsynthModel", "gsynth_bin_map", "gsynth_cell_merge", "gsynth_convert", "gsynth_forbid_kmer",
    "gsynth_load", "gsynth_save", "gsynth_score", "gsynth_train",
]  # fmt: skip
log = logging.getLogger(__name__)
_POLICIES = {"NA": "missing", "uniform": "uniform"}


# ---- models


def gsynth_train(
    *dim_specs: dict[str, Any],
    mask: Any = None,
    intervals: Any = None,
    iterator: int | None = None,
    pseudocount: float = 1.0,
    min_obs: int = 0,
    k: int = 5,
    prior: str | ArrayLike = "marginal",
    allow_parallel: bool = True,
    num_cores: int | None = None,
    max_chunk_size: int | None = None,
) -> GsynthModel:
    """Learn which letter follows each word of k letters; see `genomedb.train_markov`.

    Without an iterator, and with intervals that begin inside a chromosome, all words count; the
    peer loses some. Breaks must increase.

    Parameters
    ----------
    *dim_specs : dict
        ``expr``, ``breaks`` and, if bins count as others, ``bin_merge``; see `gsynth_bin_map`.
    mask, intervals : DataFrame or str, optional
        Words that begin in the mask are left out.
    iterator : int, optional
        Bin size of the expressions.
    pseudocount, prior
        Words that were not seen have the letters of their cell (``marginal``), of all cells
        (``global``), a quarter each (``uniform``), or of an array of shape (cells, 4).
    min_obs : int
        Kept in the model, not used.
    k : int
        1 to 10.

    Raises
    ------
    UsageError, ExpressionError, ChromError, TrackNotFoundError
        An argument is wrong, also where the peer raises TypeError.

    Notes
    -----
    ``allow_parallel=False`` evaluates expressions in this process, else `CONFIG` says who does;
    ``num_cores`` and ``max_chunk_size`` change nothing.
    """
    options = asked(intervals, iterator)
    if not allow_parallel:
        options["executor"] = None
    if iterator is not None:
        options["iterator"] = whole_number(iterator, "iterator", least=1)
    least = whole_number(min_obs, "min_obs", least=0)
    dimensions = [_dimension(spec, i) for i, spec in enumerate(dim_specs, start=1)]
    made = train_markov(
        current_db(), dimensions, k=k, mask=mask, pseudocount=pseudocount, prior=prior, **options
    )
    found = facade_of(made, list(dim_specs))
    found.min_obs = least
    return found


def _dimension(spec: Any, number: int) -> Dimension:
    if not isinstance(spec, dict):
        raise UsageError(f"Dimension spec {number} must be a dict, not {spec!r:.60}")
    for key in ("expr", "breaks"):
        if key not in spec:
            raise UsageError(f"Dimension spec {number} must have an '{key}' element")
    expression = text_of(spec["expr"], f"expr of dimension {number}")
    return Dimension.of(expression, spec["breaks"], spec.get("bin_merge"))


def gsynth_bin_map(breaks: ArrayLike, merge_ranges: list[dict[str, Any]]) -> NDArray[np.int32]:
    """The bin that each bin counts as, counted from 0.

    Parameters
    ----------
    breaks : array_like
    merge_ranges : list of dict
        ``{"from": (low, high), "to": (low, high)}``: bins whose middle is in the one range count
        as the bin of the other. A number for ``from`` has no upper end.
    """
    return bin_map(breaks, merge_ranges)


def gsynth_cell_merge(
    model: GsynthModel, cell_merge: Any, bin_merge: list[Any] | None = None
) -> pd.DataFrame:
    """Cells that are to use the probabilities of others, as numbers counted from 1.

    Parameters
    ----------
    cell_merge : list of dict, or DataFrame
        ``{"from": [...], "to": [...]}`` with a value for each dimension, or columns ``from_1 to_1
        ...``.
    bin_merge : list, optional
        As of `gsynth_sample`.

    Returns
    -------
    pandas.DataFrame
        ``source_flat target_flat from_1 to_1 ...``.
    """
    return cell_redirects(model_of(model), cell_merge, bin_merge)


def gsynth_forbid_kmer(model: GsynthModel, pattern: str, check: bool = True) -> GsynthModel:
    """A model whose samples do not hold `pattern`; the one given stays as it is.

    Samples do not begin with it either, as the peer's may. With `check` what was done is logged,
    which the peer prints.
    """
    found = forbid_kmer(model_of(model), pattern)
    if check:
        log.info(
            "%s forbidden: %s transitions of %s cells; %s words nothing seen follows", pattern,
            found.n_transitions, found.n_cells, found.n_empty,
        )  # fmt: skip
    return facade_of(found.model, model.dim_specs)


def gsynth_save(model: GsynthModel, path: str, *, compress: bool = False) -> None:
    """Save a model as a folder ``.gsm``, or as one ZIP file; the peer reads it too."""
    save_markov(model_of(model), path_of(path, "path"), compress=bool(compress))


def gsynth_load(path: str) -> GsynthModel:
    """Load a model that `gsynth_save` saved, here or in the peer.

    The peer's old pickles are refused (`FormatError`): reading one can run any code.
    """
    return facade_of(load_markov(path_of(path, "path")))


def gsynth_convert(input_path: str, output_path: str, *, compress: bool = False) -> None:
    """Save a saved model under another name, as a folder or ZIP file; pickles are refused."""
    save_markov(
        load_markov(path_of(input_path, "input_path")), path_of(output_path, "output_path"),
        compress=bool(compress),
    )  # fmt: skip


# ---- scores


def gsynth_score(
    model: GsynthModel,
    track: str,
    *,
    description: str | None = None,
    intervals: Any = None,
    mask: Any = None,
    resolution: int | None = None,
    sparse_policy: str = "NA",
    n_policy: str = "NA",
    overwrite: bool = False,
) -> None:
    """Make a dense track of how probable the sequence is; see `genomedb.score_markov`.

    Values of expressions are those of whole bins of the iterator; the peer cuts the bin before
    each interval, and mixes up the cells of models of several dimensions. Bases of several
    intervals count once.

    Parameters
    ----------
    track : str
    intervals, mask : DataFrame or str, optional
        Where to score, and what to leave out.
    resolution : int, optional
        Bin size, default the model's iterator.
    sparse_policy, n_policy : {"NA", "uniform"}
        Missing, or log(1/4) a base: in cells whose probabilities are NaN, and behind an N.
    overwrite : bool
        Replace a track of that name.

    Raises
    ------
    TrackExistsError
        The name is taken.
    UsageError
        An argument is wrong; the model has no iterator, and dimensions or no resolution.
    """
    made, db = model_of(model), current_db()
    for what, policy in (("sparse_policy", sparse_policy), ("n_policy", n_policy)):
        if policy not in _POLICIES:
            raise UsageError(f"{what} must be 'NA' or 'uniform', got {policy!r:.40}")
    name = track_name(checked_name(track)) if overwrite else new_name(db, track)
    options = asked(intervals)
    del options["iterator"]
    text = f"gsynth_score({track})" if description is None else description
    score_markov(
        db, made, name, resolution=resolution, mask=mask,
        sparse_policy=_POLICIES[sparse_policy], n_policy=_POLICIES[n_policy],  # type: ignore[arg-type]
        description=text_of(text, "description"),
        created_by=f'gsynth.score(model, "{track}", resolution={resolution})',
        overwrite=bool(overwrite), storage=storage(), **options,
    )  # fmt: skip
