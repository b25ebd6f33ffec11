"""score_markov against bases scored one by one."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial

import numpy as np
import pytest
from synth_toy import SIZES, bin_of, make_toy, number_of

from genomedb.analysis import synth_strata
from genomedb.analysis.synth_model import Dimension
from genomedb.analysis.synth_score import score_markov
from genomedb.analysis.synth_train import train_markov
from genomedb.errors import TrackExistsError, UsageError
from genomedb.expr import stream as stream_module
from genomedb.iterators import steps

WHOLE = [(chrom, 0, size) for chrom, size in SIZES.items()]
SOME = [("chr10", 3, 90), ("chr2", 33, 34), ("chr2", 37, 41), ("chr2", 40, 300), ("chr2", 350, 403)]
BY_T, BY_U = ("t", [0, 0.4, 1]), ("u", [-1, 0.2, 0.5, 1])


@pytest.fixture(scope="module")
def toy(tmp_path_factory):
    return make_toy(tmp_path_factory.mktemp("score"))


@pytest.fixture(scope="module", params=[(), (BY_T,), (BY_T, BY_U)], ids=["one", "t", "tu"])
def by(request):
    return request.param


@pytest.fixture(scope="module")
def model(toy, by):
    return train_markov(toy.db, [Dimension.of(*one) for one in by], k=2, iterator=10)


def scored_slowly(toy, model, by, rows, width, mask=(), of_other=np.nan):
    logs, found = np.log(model.probabilities), {}
    for chrom, size in SIZES.items():
        sums = np.full(-(-size // width), np.nan)
        for p in range(size):
            if not any(c == chrom and a <= p < b for c, a, b in rows):
                continue
            letter = toy.text[chrom][p].upper()
            before = toy.text[chrom][max(p - 2, 0) : p].upper()
            cell, stride = 0, 1
            for track, breaks in by:
                number = bin_of(toy.values[track][chrom][max(p - 2, 0)], breaks)
                cell = -1 if number < 0 or cell < 0 else cell + stride * number
                stride *= len(breaks) - 1
            masked = any(c == chrom and a <= p < b for c, a, b in mask)
            if masked or len(before) < 2 or letter == "N":
                value = np.inf
            elif "N" in before:
                value = of_other
            else:
                value = logs[cell, number_of(before), "ACGT".index(letter)] if cell >= 0 else np.inf
            value = np.inf if np.isnan(value) else value
            sums[p // width] = np.nan_to_num(sums[p // width], posinf=np.inf) + value
        sums[np.isinf(sums)] = np.nan
        found[chrom] = sums
    return found


def assert_scores(toy, name, expected):
    track = toy.db.open_track(name)
    for chrom, values in expected.items():
        np.testing.assert_allclose(track.read(chrom), values, rtol=1e-6)
    assert any(np.isfinite(values).any() for values in expected.values())


@pytest.mark.parametrize("rows", [WHOLE, SOME])
@pytest.mark.parametrize("width", [1, 10, 33])
def test_bins_have_the_sums_of_their_bases(toy, model, by, rows, width):
    score_markov(toy.db, model, "score", scope=rows, resolution=width, overwrite=True)
    assert_scores(toy, "score", scored_slowly(toy, model, by, rows, width))
    assert toy.db.open_track("score").bin_size == width


def test_masks_and_policies(toy, model, by):
    mask = [("chr2", 60, 75), ("chr10", 0, 11)]
    expected = scored_slowly(toy, model, by, WHOLE, 10, mask, np.log(0.25))
    score_markov(toy.db, model, "score", mask=mask, n_policy="uniform", overwrite=True)
    assert_scores(toy, "score", expected)


def test_cells_without_probabilities_are_missing_or_uniform(toy):
    model = train_markov(toy.db, k=2, iterator=10)
    cdf = np.full_like(model.cdf, np.nan)
    cdf[..., 3] = 1
    sparse = replace(model, cdf=cdf)
    score_markov(toy.db, sparse, "score", overwrite=True)
    assert np.isnan(toy.db.open_track("score").read("chr2")).all()
    score_markov(toy.db, sparse, "score", sparse_policy="uniform", overwrite=True)
    values = toy.db.open_track("score").read("chr2")
    assert set(values[np.isfinite(values)].round(4)) <= {
        np.float32(n * np.log(0.25)).round(4) for n in (3, 10)
    }


def test_parts_of_the_work_do_not_show(toy, model, monkeypatch):
    run = partial(score_markov, toy.db, model, scope=SOME, mask="chr2:100-105", resolution=7)
    run("at_once", overwrite=True)
    monkeypatch.setattr(steps, "PIECE_ROWS", 7)
    monkeypatch.setattr(steps, "_MANY", 5)
    monkeypatch.setattr(stream_module, "tasks_of", partial(stream_module.tasks_of, rows=9))
    monkeypatch.setattr(synth_strata, "BASES", 17)
    monkeypatch.setattr(synth_strata, "REACH", 30)
    run("in_parts", overwrite=True)
    with ThreadPoolExecutor(2) as pool:
        run("by_others", overwrite=True, executor=pool)
    for name in ("in_parts", "by_others"):
        for chrom in SIZES:
            one, other = (toy.db.open_track(t).read(chrom) for t in ("at_once", name))
            np.testing.assert_array_equal(one, other)


def test_one_cell_needs_no_iterator_but_a_resolution(toy):
    model = train_markov(toy.db, k=2)
    score_markov(toy.db, model, "score", resolution=20, overwrite=True)
    assert_scores(toy, "score", scored_slowly(toy, model, (), WHOLE, 20))
    with pytest.raises(UsageError, match=r"model\.iterator is required"):
        score_markov(toy.db, model, "score", overwrite=True)
    by_t = train_markov(toy.db, Dimension.of(*BY_T), k=2)
    with pytest.raises(UsageError, match=r"model\.iterator is required"):
        score_markov(toy.db, by_t, "score", resolution=20, overwrite=True)


@pytest.mark.parametrize(
    ("options", "kind", "message"),
    [
        ({"resolution": 0}, UsageError, "resolution is 0"),
        ({"sparse_policy": "NA"}, UsageError, "sparse_policy is 'NA'"),
        ({"n_policy": "x"}, UsageError, "n_policy is 'x'"),
        ({"model": 5}, UsageError, "model is 5"),
        ({"name": "t"}, TrackExistsError, "Track 't' already exists"),
        ({"name": "1t"}, UsageError, "1t"),
        ({"scope": []}, UsageError, "no bins were covered"),
    ],
)
def test_bad_arguments_are_named(toy, options, kind, message):
    given = {"model": train_markov(toy.db, k=1, iterator=10), "name": "new"} | options
    with pytest.raises(kind, match=message):
        score_markov(toy.db, **given)
    assert not toy.db.has_track("new")
