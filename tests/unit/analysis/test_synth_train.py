"""train_markov against words counted one by one."""

from concurrent.futures import ThreadPoolExecutor
from functools import partial

import numpy as np
import pandas as pd
import pytest
from synth_toy import SIZES, counted_slowly, make_toy

from genomedb.analysis import synth_strata
from genomedb.analysis.synth_model import Dimension
from genomedb.analysis.synth_train import train_markov
from genomedb.errors import ChromError, ExpressionError, TrackNotFoundError, UsageError
from genomedb.expr import stream as stream_module
from genomedb.iterators import steps

WHOLE = [(chrom, 0, size) for chrom, size in SIZES.items()]
SOME = [("chr10", 3, 90), ("chr2", 33, 34), ("chr2", 30, 300), ("chr2", 150, 403), ("chr1", 0, 61)]
BY_T = ("t", [0, 0.3, 0.7])
BY_U = ("u", [-1, 0.5, 1])


@pytest.fixture(scope="module")
def toy(tmp_path_factory):
    return make_toy(tmp_path_factory.mktemp("train"))


@pytest.fixture
def small_parts(monkeypatch):
    """Walks and stretches in many parts."""
    monkeypatch.setattr(steps, "PIECE_ROWS", 7)
    monkeypatch.setattr(steps, "_MANY", 5)
    monkeypatch.setattr(stream_module, "tasks_of", partial(stream_module.tasks_of, rows=9))
    monkeypatch.setattr(synth_strata, "BASES", 40)


@pytest.mark.parametrize("rows", [WHOLE, SOME, []])
@pytest.mark.parametrize("by", [(), (BY_T,), (BY_T, BY_U)])
@pytest.mark.parametrize("k", [1, 3])
def test_words_are_counted_by_the_values_at_their_first_letter(toy, rows, by, k):
    mask = [("chr2", 40, 60), ("chr2", 50, 77), ("chr1", 0, 5)]
    counts, masked, other = counted_slowly(toy, rows, k, by, mask)
    scope = None if rows is WHOLE else pd.DataFrame(rows, columns=["chrom", "start", "end"])
    model = train_markov(toy.db, by, scope, k=k, mask=mask, iterator=5 if by else None)
    np.testing.assert_array_equal(model.counts, counts)
    assert (model.n_masked, model.n_other) == (masked, other)
    assert model.kmers.tolist() == counts.sum(axis=(1, 2)).tolist()
    assert model.shape == ((1,) if not by else tuple(len(b) - 1 for _, b in by))


@pytest.mark.usefixtures("small_parts")
@pytest.mark.parametrize("rows", [WHOLE, SOME])
@pytest.mark.parametrize("iterator", [10, 3, 150])
def test_parts_of_the_work_do_not_show(toy, rows, iterator):
    by = [Dimension.of(*BY_T), Dimension.of(*BY_U)]
    train = partial(train_markov, toy.db, by, rows, k=2, iterator=iterator, mask="chr2:20-70")
    model = train()
    if iterator == 10:
        found = counted_slowly(toy, rows, 2, (BY_T, BY_U), [("chr2", 20, 70)])
        np.testing.assert_array_equal(model.counts, found[0])
        assert (model.n_masked, model.n_other) == found[1:]
    with pytest.MonkeyPatch.context() as patch, ThreadPoolExecutor(2) as pool:
        again = train(executor=pool)
        patch.setattr(synth_strata, "BASES", 1 << 20)
        whole = train()
    for other in (again, whole):
        np.testing.assert_array_equal(other.counts, model.counts)
        np.testing.assert_array_equal(other.cdf, model.cdf)


def test_without_an_iterator_the_expression_implies_one(toy):
    dimension = Dimension.of(*BY_T)
    implied, given = (train_markov(toy.db, dimension, k=1, iterator=i) for i in (None, 10))
    np.testing.assert_array_equal(implied.counts, given.counts)
    assert (implied.iterator, given.iterator) == (None, 10)


def test_intervals_of_an_implied_iterator_may_leave_gaps(toy):
    rows = {"chr2": ([12, 50], [20, 75], [1.0, 2.0])}
    toy.db.create_sparse("s", rows)
    model = train_markov(toy.db, Dimension.of("s", [0, 1, 2]), k=1, pseudocount=0)
    expected = [counted_slowly(toy, [("chr2", a, b + 1)], 1)[0][0] for a, b in ((12, 20), (50, 75))]
    np.testing.assert_array_equal(model.counts, expected)


def test_merged_bins_count_together(toy):
    apart = train_markov(toy.db, Dimension.of("t", [0, 0.3, 0.6, 1]), k=1, iterator=10)
    merged = Dimension.of("t", [0, 0.3, 0.6, 1], [{"from": (0, 0.3), "to": (0.3, 0.6)}])
    together = train_markov(toy.db, merged, k=1, iterator=10)
    np.testing.assert_array_equal(together.counts[0], 0)
    np.testing.assert_array_equal(together.counts[1], apart.counts[:2].sum(axis=0))
    np.testing.assert_array_equal(together.counts[2], apart.counts[2])
    assert (apart.n_fallbacks, together.n_fallbacks) == (0, 1)


def test_probabilities_are_counts_and_a_prior(toy):
    by = Dimension.of(*BY_T)
    matrix = np.array([[1, 2, 3, 4.0], [0, 0, 0, 0]])
    letters = train_markov(toy.db, by, k=1, iterator=10).counts.sum(axis=1)
    priors = {
        "marginal": letters / letters.sum(axis=1, keepdims=True),
        "global": np.tile(letters.sum(axis=0) / letters.sum(), (2, 1)),
        "uniform": np.full((2, 4), 0.25),
        "explicit": np.array([[0.1, 0.2, 0.3, 0.4], [0.25] * 4]),
    }
    for name, pi in priors.items():
        given = matrix if name == "explicit" else name
        model = train_markov(toy.db, by, k=2, iterator=10, prior=given, pseudocount=1.5)
        if name == "marginal":  # of the words of this model
            pi = model.counts.sum(axis=1) / model.counts.sum(axis=(1, 2))[:, None]
        elif name == "global":
            pi = np.tile(model.counts.sum(axis=(0, 1)) / model.counts.sum(), (2, 1))
        expected = (model.counts + 1.5 * pi[:, None]) / (model.counts.sum(2, keepdims=True) + 1.5)
        np.testing.assert_allclose(model.probabilities, expected)
        np.testing.assert_allclose(model.prior, pi)
        assert (model.cdf[..., 3] == 1).all()
        assert model.prior_name == name


def test_words_never_seen_have_the_prior_also_without_a_pseudocount(toy):
    model = train_markov(toy.db, k=5, pseudocount=0, scope="chr1")
    empty = model.counts.sum(axis=-1) == 0
    np.testing.assert_allclose(
        model.probabilities[empty], np.broadcast_to(model.prior, (empty.sum(), 4))
    )


@pytest.mark.parametrize(
    ("options", "kind", "message"),
    [
        ({"k": 0}, UsageError, r"k must be in \[1, 10\], got 0"),
        ({"k": 11}, UsageError, r"k must be in \[1, 10\], got 11"),
        ({"k": 1.5}, UsageError, "k must be an integer, got 1.5"),
        ({"k": "5"}, UsageError, "k must be an integer"),
        ({"pseudocount": -1}, UsageError, "pseudocount is -1"),
        ({"pseudocount": float("nan")}, UsageError, "pseudocount is nan"),
        ({"prior": "x"}, UsageError, "prior must be one of global, marginal, uniform"),
        ({"prior": np.ones((2, 4))}, UsageError, r"Give an array of shape \(1, 4\)"),
        ({"prior": [[-1, 1, 1, 1]]}, UsageError, "negative or not finite"),
        ({"iterator": 0}, UsageError, "iterator is 0"),
        ({"iterator": "t"}, UsageError, "iterator is 't'"),
        ({"scope": "chr9"}, UsageError, "chr9"),
        ({"mask": [("chr9", 0, 1)]}, ChromError, "chr9"),
        ({"dimensions": ["t"]}, UsageError, "dimension 1 is 't'"),
        ({"dimensions": [Dimension.of("nope", [0, 1])]}, ExpressionError, "nope"),
        (
            {"dimensions": [Dimension.of("t", range(3000))], "k": 10},
            UsageError,
            "2,999 cells of order 10 need 101 GB",
        ),
    ],
)
def test_bad_arguments_are_named(toy, options, kind, message):
    with pytest.raises((kind, TrackNotFoundError), match=message):
        train_markov(toy.db, **options)


def test_a_database_without_sequence_has_no_words(tmp_path):
    from genomedb.db.create import create_database

    with pytest.raises(TrackNotFoundError, match="no sequence"):
        train_markov(create_database(tmp_path / "root", "toy", SIZES))
