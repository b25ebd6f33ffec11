"""GsynthModel: a Markov model of sequence as the peer's users hold it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from genomedb.analysis.synth_model import Dimension, MarkovModel
from genomedb.errors import UsageError


@dataclass
class GsynthModel:
    """A Markov model of order k, one for each cell of track values.

    Attributes
    ----------
    k : int
        Letters that the next one depends on.
    n_dims, dim_sizes, total_bins : int, list of int, int
        Dimensions, their bins, and the cells they make; the first dimension is the fastest.
    dim_specs : list of dict
        For each dimension ``expr breaks num_bins bin_map`` (and ``bin_merge`` as it was given).
    model_data : dict
        ``counts`` and ``cdf``: for each cell an array of shape (4**k, 4), uint64 and float64.
    total_kmers, per_bin_kmers : int, ndarray
        Words of k + 1 letters that were counted, in all and by cell.
    total_masked, total_n : int
        Words left out.
    pseudocount, prior_mode, prior_matrix, marginal_fallbacks
        How counts became probabilities; see `gsynth_train`.
    min_obs, iterator
        As given.
    """

    k: int = 5
    n_dims: int = 0
    dim_sizes: list[int] = field(default_factory=list)
    dim_specs: list[dict[str, Any]] = field(default_factory=list)
    total_bins: int = 0
    model_data: dict[str, Any] = field(default_factory=dict)
    total_kmers: int = 0
    per_bin_kmers: Any = None
    total_masked: int = 0
    total_n: int = 0
    pseudocount: float = 1.0
    min_obs: int = 0
    iterator: int | None = None
    prior_mode: str = "uniform"
    prior_matrix: Any = None
    marginal_fallbacks: int = 0

    @property
    def num_kmers(self) -> int:
        """Words of k letters."""
        return int(4**self.k)

    def __repr__(self) -> str:
        lines = [
            f"GsynthModel of order {self.k}",
            f"  cells: {self.total_bins} ({' x '.join(map(str, self.dim_sizes)) or 1})",
            f"  k-mers: {self.total_kmers:,}; left out: {self.total_masked:,} masked, "
            f"{self.total_n:,} with N",
            f"  pseudocount: {self.pseudocount:g}, prior {self.prior_mode}"
            f"{f', uniform in {self.marginal_fallbacks}' * bool(self.marginal_fallbacks)}",
        ]
        lines += [f"  by {one.get('expr')}: {one.get('num_bins')} bins" for one in self.dim_specs]
        return "\n".join(lines)


def model_of(given: Any) -> MarkovModel:
    """The model that a `GsynthModel` describes.

    Raises
    ------
    UsageError
        It is none, or its fields contradict one another.
    """
    if not isinstance(given, GsynthModel):
        raise UsageError(
            f"model must be a GsynthModel, not {given!r:.60}", fix="Make one with gsynth_train"
        )
    dimensions = tuple(map(_dimension, given.dim_specs))
    try:
        counts, cdf = (np.stack(given.model_data[name]) for name in ("counts", "cdf"))
        shape = (int(given.total_bins), 4 ** int(given.k), 4)
    except (KeyError, TypeError, ValueError) as error:
        raise UsageError(f"the model has no tables of one shape: {error}") from None
    made = MarkovModel(
        int(given.k), dimensions, counts.astype(np.int64), cdf.astype(np.float64),
        _kmers(given, counts), int(given.total_masked), int(given.total_n),
        float(given.pseudocount), None if given.iterator is None else int(given.iterator),
        str(given.prior_mode),
        None if given.prior_matrix is None else np.asarray(given.prior_matrix, np.float64),
        int(given.marginal_fallbacks), int(given.min_obs),
    )  # fmt: skip
    if not counts.shape == cdf.shape == shape or np.prod(made.shape) != shape[0]:
        raise UsageError(
            f"the model has counts of shape {counts.shape} and cdf of shape {cdf.shape}",
            fix=f"Its total_bins and k say {shape}",
        )
    return made


def _kmers(given: GsynthModel, counts: Any) -> Any:
    if given.per_bin_kmers is None:
        return counts.sum(axis=(1, 2)).astype(np.int64)
    return np.asarray(given.per_bin_kmers).astype(np.int64)


def _dimension(spec: dict[str, Any]) -> Dimension:
    made = Dimension.of(spec["expr"], spec["breaks"])
    if spec.get("bin_map") is None:
        return made
    return Dimension(made.expression, made.breaks, np.asarray(spec["bin_map"], np.int32))


def facade_of(model: MarkovModel, specs: list[dict[str, Any]] | None = None) -> GsynthModel:
    """A model as the peer's users hold it; `specs` are what its dimensions were made of."""
    listed = []
    for i, one in enumerate(model.dimensions):
        spec = {
            "expr": one.expression, "breaks": one.breaks.tolist(), "num_bins": one.n_bins,
            "bin_map": None if one.bin_map is None else one.bin_map.tolist(),
        }  # fmt: skip
        if specs is not None:
            spec["bin_merge"] = specs[i].get("bin_merge")
        listed.append(spec)
    data = {"counts": list(model.counts.astype(np.uint64)), "cdf": list(model.cdf)}
    return GsynthModel(
        model.k, len(listed), list(model.shape), listed, model.cdf.shape[0], data,
        int(model.kmers.sum()), model.kmers.astype(np.uint64), model.n_masked, model.n_other,
        model.pseudocount, model.min_obs, model.iterator, model.prior_name, model.prior,
        model.n_fallbacks,
    )  # fmt: skip
