"""gsynth_sample, gsynth_random, gsynth_replace_kmer: sequence that no genome has.

Where `output` is given, ``output_format`` is ``misha`` or ``seq`` (letters alone, all sequences end
to end), ``fasta`` or ``vector`` (a list, and no file). Sequences come in the order of the
intervals; the peer puts those of one chromosome together.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from genomedb.analysis.synth_model import MarkovModel
from genomedb.analysis.synth_sample import sample_markov, sample_markov_to_file
from genomedb.analysis.synth_words import replace_kmer, replace_kmer_to_file
from genomedb.errors import UsageError, WriteError
from genomedb.misha.arguments import path_of
from genomedb.misha.asking import asked
from genomedb.misha.current import current_db
from genomedb.misha.synthesis_model import GsynthModel, model_of

__all__ = ["gsynth_random", "gsynth_replace_kmer", "gsynth_sample"]
_FORMATS = {"misha": "raw", "seq": "raw", "fasta": "fasta", "vector": "vector"}


def gsynth_sample(
    model: GsynthModel,
    output: str | None = None,
    *,
    output_format: str = "misha",
    intervals: Any = None,
    iterator: int | None = None,
    mask_copy: Any = None,
    preserve_n: bool = True,
    n_samples: int = 1,
    seed: int | None = None,
    bin_merge: list[Any] | None = None,
    cell_merge: Any = None,
    allow_parallel: bool = True,
    num_cores: int | None = None,
    max_chunk_size: int | None = None,
) -> list[str] | None:
    """Draw sequences from a model; see `genomedb.sample_markov`.

    The same seed gives the same sequences; they are not the peer's of that seed. The first k
    letters are drawn like the words of the model, the peer's are uniform.

    Parameters
    ----------
    intervals, iterator
        Default all chromosomes, and the model's iterator.
    mask_copy : DataFrame or str, optional
        Intervals whose letters are the genome's.
    preserve_n : bool
        N stays N.
    n_samples : int
        Sequences of each interval; headers then end in ``_sample1`` and so on.
    seed : int, optional
        None draws others each time.
    bin_merge, cell_merge : optional
        Bins and cells that count as others; see `gsynth_bin_map` and `gsynth_cell_merge`.

    Returns
    -------
    list of str or None
        None where they were written to `output`.
    """
    kind = _format(output_format)
    options: dict[str, Any] = asked(intervals, iterator) | {
        "n_samples": n_samples, "seed": seed, "keep_n": bool(preserve_n), "keep": mask_copy
    }  # fmt: skip
    if not allow_parallel:
        options["executor"] = None
    return _drawn(
        model_of(model), output, kind, options | {"merge": bin_merge, "cell_merge": cell_merge}
    )


def gsynth_random(
    *,
    intervals: Any = None,
    nuc_probs: dict[str, float] | None = None,
    output: str | None = None,
    output_format: str = "misha",
    mask_copy: Any = None,
    preserve_n: bool = True,
    n_samples: int = 1,
    seed: int | None = None,
    iterator: int = 1,
) -> list[str] | None:
    """Sequences of letters that do not depend on one another; otherwise as `gsynth_sample`.

    Parameters
    ----------
    nuc_probs : dict, optional
        Of A, C, G and T, divided by their sum; default a quarter each. All letters have them, in
        the peer not the first five.
    iterator
        Changes nothing.
    """
    kind = _format(output_format)
    model = MarkovModel.independent(_probabilities(nuc_probs))
    options = asked(intervals) | {
        "n_samples": n_samples, "seed": seed, "keep_n": bool(preserve_n), "keep": mask_copy
    }  # fmt: skip
    return _drawn(model, output, kind, options)


def _probabilities(nuc_probs: Any) -> list[float]:
    if nuc_probs is None:
        return [0.25] * 4
    is_table = isinstance(nuc_probs, Mapping)
    by_letter = {str(key).upper(): nuc_probs[key] for key in nuc_probs} if is_table else {}
    if sorted(by_letter) != ["A", "C", "G", "T"] or len(nuc_probs) != len(by_letter):
        raise UsageError(
            f"nuc_probs must be a dict with exactly one each of 'A', 'C', 'G', 'T', not "
            f"{nuc_probs!r:.80}"
        )
    try:
        return [float(by_letter[letter]) for letter in "ACGT"]
    except (TypeError, ValueError):
        raise UsageError(f"nuc_probs has values that are no numbers: {nuc_probs!r:.80}") from None


def gsynth_replace_kmer(
    target: str,
    replacement: str,
    *,
    intervals: Any = None,
    output: str | None = None,
    output_format: str = "misha",
    check_composition: bool = True,
) -> list[str] | None:
    """Sequence of intervals where the leftmost `target` is replaced until there is none.

    In capitals. A word replaced by itself is refused; the peer does not come back.

    Returns
    -------
    list of str or None
        None where they were written to `output`.
    """
    kind, db = _format(output_format), current_db()
    given = {"scope": intervals, "check_composition": bool(check_composition)}
    return _delivered(
        output, kind,
        lambda: replace_kmer(db, target, replacement, **given),
        lambda path: replace_kmer_to_file(
            db, target, replacement, path, format=kind, overwrite=True, **given
        ),
    )  # fmt: skip


def _format(output_format: str) -> Any:
    if output_format not in _FORMATS:
        raise UsageError(
            f"Invalid output_format {output_format!r:.40}", fix="Take misha, seq, fasta or vector"
        )
    return _FORMATS[output_format]


def _drawn(model: MarkovModel, output: Any, kind: Any, options: dict[str, Any]) -> list[str] | None:
    db = current_db()
    return _delivered(
        output, kind,
        lambda: sample_markov(db, model, **options),
        lambda path: sample_markov_to_file(
            db, model, path, format=kind, overwrite=True, **options
        ),
    )  # fmt: skip


def _delivered(
    output: Any, kind: str, listed: Callable[[], list[str]], to_file: Callable[[Path], None]
) -> list[str] | None:
    """A list, or a file in a folder that is made if it is not there."""
    if output is None or kind == "vector":
        return listed()
    path = Path(path_of(output, "output"))
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise WriteError(f"cannot be made: {error.strerror}", where=path.parent) from error
    to_file(path)
    return None
