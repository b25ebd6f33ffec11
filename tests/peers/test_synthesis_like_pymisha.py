"""Markov models of sequence are those of pymisha, and so is what is made of them.

Known differences, set by rules of our own: the peer loses words of intervals that do not begin
with their chromosome when there is no iterator, or when a model without dimensions has one; it
computes probabilities in float32; it scores models of several dimensions with the cells in another
order, with a bin before an interval that is cut, and the last bin of a chromosome times its part of
a bin; it names parts of chromosomes otherwise in FASTA files of replaced words; it returns
sequences by chromosome, begins them with uniform letters (those of `gsynth_random` too), does not
come back from replacing a word by itself, and forgets the merged bins of a model it has loaded. Its
errors for values of the wrong type are TypeError, ours UsageError.
"""

import inspect

import numpy as np
import pandas as pd
import pytest

import genomedb.misha as gm
from genomedb.errors import UsageError

pm = pytest.importorskip("pymisha")

pytestmark = [  # the peer leaves helper processes to themselves
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
    pytest.mark.filterwarnings("ignore:::pymisha"),
]
SIZES = {"chr1": 6000, "chr2": 2515, "chrX": 1203}
FACADES = (pm, gm)
NAMES = [name for name in gm.__all__ if name.startswith("gsynth") or name == "GsynthModel"]
BY_ONE = [{"expr": "t", "breaks": [0, 0.3, 0.6, 1]}]
BY_TWO = [
    {"expr": "t", "breaks": [0, 0.3, 1], "bin_merge": [{"from": (0, 0.3), "to": (0.3, 1)}]},
    {"expr": "u * 2", "breaks": [0, 0.5, 1, 2]},
]
MODELS = [
    ([], {}),
    ([], {"k": 2, "prior": "uniform", "pseudocount": 0.5}),
    (BY_ONE, {"k": 3, "iterator": 20}),
    (BY_ONE, {"k": 2, "iterator": 50, "prior": "global"}),
    (BY_TWO, {"k": 1, "iterator": 20, "prior": np.arange(1, 25).reshape(6, 4)}),
]


@pytest.fixture(scope="module", autouse=True)
def genome(tmp_path_factory):
    """A sequence with Ns and soft masking, and tracks t and u, in both."""
    folder = tmp_path_factory.mktemp("synthesis")
    rng = np.random.default_rng(11)
    fasta = folder / "toy.fa"
    records = []
    for name, size in SIZES.items():
        letters = rng.choice(list("ACGTacgt"), size, p=[0.3, 0.1, 0.1, 0.2, 0.1, 0.1, 0.05, 0.05])
        at = rng.integers(0, size - 30, 4)
        for i in at:
            letters[i : i + rng.integers(1, 25)] = "N"
        records.append(f">{name}\n{''.join(letters)}\n")
    fasta.write_text("".join(records))
    for facade, name in zip(FACADES, ("theirs", "ours"), strict=True):
        facade.gdb_create(str(folder / name), str(fasta))
        facade.gdb_init(str(folder / name))
    shown, pm.CONFIG["progress"] = pm.CONFIG["progress"], False
    for track in "tu":
        starts = [np.arange(0, n, 20) for n in SIZES.values()]
        frame = pd.DataFrame({"chrom": np.repeat(list(SIZES), [s.size for s in starts]),
                              "start": np.concatenate(starts)})  # fmt: skip
        frame["end"] = np.minimum(frame["start"] + 20, frame["chrom"].map(SIZES))
        values = rng.integers(0, 9, len(frame)) / 8
        values[rng.random(len(frame)) < 0.1] = np.nan
        for facade in FACADES:
            facade.gtrack_create_dense(track, "toy", frame, values, 20)
    yield
    pm.CONFIG["progress"] = shown
    for facade in FACADES:
        facade.gdb_unload()


def both(function, *args, **options):
    return [getattr(facade, function)(*args, **options) for facade in FACADES]


def assert_same_models(theirs, ours):
    for name in ("k", "n_dims", "dim_sizes", "total_bins", "total_kmers", "total_masked", "total_n",
                 "pseudocount", "min_obs", "iterator", "prior_mode", "marginal_fallbacks",
                 "num_kmers"):  # fmt: skip
        assert getattr(ours, name) == getattr(theirs, name), name
    np.testing.assert_array_equal(ours.per_bin_kmers, theirs.per_bin_kmers)
    np.testing.assert_allclose(ours.prior_matrix, theirs.prior_matrix, rtol=1e-6)
    for a, b in zip(ours.dim_specs, theirs.dim_specs, strict=True):
        for key in ("expr", "breaks", "num_bins", "bin_map"):
            assert a[key] == b[key]
    for table in ("counts", "cdf"):
        for a, b in zip(ours.model_data[table], theirs.model_data[table], strict=True):
            assert a.shape == b.shape
            np.testing.assert_allclose(a, b, atol=1e-6)


@pytest.mark.parametrize("name", NAMES)
def test_signatures_are_the_same(name):
    theirs, ours = (inspect.signature(getattr(f, name)).parameters.values() for f in FACADES)
    assert [(p.name, p.kind, p.default) for p in ours] == [
        (p.name, p.kind, p.default) for p in theirs
    ]


@pytest.mark.parametrize(("specs", "options"), MODELS)
def test_models_of_a_genome_are_the_same(specs, options):
    theirs, ours = both("gsynth_train", *specs, **options)
    assert_same_models(theirs, ours)
    assert ours.model_data["counts"][0].dtype == theirs.model_data["counts"][0].dtype
    assert ours.per_bin_kmers.dtype == theirs.per_bin_kmers.dtype


def test_models_of_intervals_and_masks_are_the_same():
    scope = pd.DataFrame({"chrom": ["chr1", "chr1", "chrX"], "start": [7, 1500, 333],
                          "end": [1013, 3000, 1203]})  # fmt: skip
    mask = pd.DataFrame({"chrom": ["chr1", "chrX"], "start": [500, 0], "end": [555, 400]})
    assert_same_models(*both("gsynth_train", *BY_ONE, k=2, iterator=20, intervals=scope, mask=mask))


def test_forbidden_words_are_the_same(capfd):
    for specs, options in MODELS[1:4]:
        for pattern in ("CG", "a", "TTT"[: options["k"] + 1]):
            theirs, ours = (
                f.gsynth_forbid_kmer(f.gsynth_train(*specs, **options), pattern) for f in FACADES
            )
            assert_same_models(theirs, ours)
    assert "genomedb" not in capfd.readouterr().err


@pytest.mark.parametrize(
    "merge",
    [
        [],
        [{"from": (0.6, 1), "to": (0.3, 0.6)}],
        [{"from": 0.3, "to": 0.1}, {"from": (0, 0.2), "to": (0.6, 1)}],
        [{"to": (0, 0.3)}],
        [{"from": (0, 1), "to": (-5, 0)}],
    ],
)
def test_merged_bins_are_the_same(merge):
    theirs, ours = both("gsynth_bin_map", [0, 0.3, 0.6, 1], merge)
    np.testing.assert_array_equal(ours, theirs)
    assert ours.dtype == theirs.dtype


def test_cells_that_use_others_are_the_same():
    models = both("gsynth_train", *BY_TWO, k=1, iterator=20)
    items = [{"from": [0.1, 0.2], "to": [0.9, 2]}, {"from": [0.3, 0.5], "to": [0, 0]}]
    columns = [f"{side}_{d}" for d in (1, 2) for side in ("from", "to")]
    frame = pd.DataFrame([[0.1, 0.5, 1.5, 0.1]], columns=columns)
    merge = [None, [{"from": (1, 2), "to": (0, 0.5)}]]
    for given, bins in ((items, None), (frame, None), (items, merge), ([], None)):
        theirs, ours = (
            f.gsynth_cell_merge(m, given, bins) for f, m in zip(FACADES, models, strict=True)
        )
        pd.testing.assert_frame_equal(ours, theirs)


@pytest.mark.parametrize("compress", [False, True])
def test_each_reads_the_files_of_the_other(compress, tmp_path):
    for i, (specs, options) in enumerate(MODELS):
        theirs, ours = both("gsynth_train", *specs, **options)
        pm.gsynth_save(theirs, str(tmp_path / f"{i}t"), compress=compress)
        gm.gsynth_save(ours, str(tmp_path / f"{i}o"), compress=compress)
        assert_same_models(pm.gsynth_load(str(tmp_path / f"{i}t")),
                           gm.gsynth_load(str(tmp_path / f"{i}t")))  # fmt: skip
        assert_same_models(pm.gsynth_load(str(tmp_path / f"{i}o")),
                           gm.gsynth_load(str(tmp_path / f"{i}o")))  # fmt: skip
        gm.gsynth_convert(str(tmp_path / f"{i}t"), str(tmp_path / f"{i}c"), compress=not compress)
        assert_same_models(theirs, gm.gsynth_load(str(tmp_path / f"{i}c")))


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"resolution": 7},
        {"n_policy": "uniform"},
        {"resolution": 100, "mask": True, "intervals": True},
    ],
)
def test_scores_are_the_same(options):
    parts = pd.DataFrame({"chrom": ["chr1", "chr2"], "start": [2000, 40], "end": [3507, 300]})
    for key in {"mask", "intervals"} & set(options):
        options = options | {key: parts if key == "intervals" else parts.assign(end=[2100, 77])}
    models = both("gsynth_train", *BY_ONE, k=3, iterator=20)
    for facade, model in zip(FACADES, models, strict=True):
        facade.gsynth_score(model, "score", overwrite=True, **options)
    theirs, ours = (f.gextract("score", f.gintervals_all()) for f in FACADES)
    size = ours["chrom"].map(SIZES)
    whole = (ours["end"] < size) | (size % (ours["end"] - ours["start"]).max() == 0)
    pd.testing.assert_frame_equal(ours[whole], theirs[whole], rtol=1e-5, check_dtype=False)
    assert ours["score"].notna().sum() > 3


@pytest.mark.parametrize(
    ("target", "replacement"), [("CG", "GC"), ("aa", "ta"), ("ACA", "CAA"), ("TTN", "AAA")]
)
def test_replaced_words_are_the_same(target, replacement, tmp_path):
    scope = pd.DataFrame({"chrom": ["chr1", "chr2"], "start": [5, 0], "end": [5005, 999]})
    options = {"check_composition": False, "intervals": scope}
    theirs, ours = both("gsynth_replace_kmer", target, replacement, **options)
    assert ours == theirs
    options["intervals"] = gm.gintervals(["chr1", "chrX"])
    for kind in ("fasta", "misha", "seq"):
        files = [tmp_path / f"{f.__name__}.{kind}" for f in FACADES]
        for facade, file in zip(FACADES, files, strict=True):
            options |= {"output": str(file), "output_format": kind}
            assert facade.gsynth_replace_kmer(target, replacement, **options) is None
        assert files[0].read_bytes() == files[1].read_bytes()


def test_letters_that_are_kept_are_the_same():
    models = both("gsynth_train", k=3)
    mask = pd.DataFrame({"chrom": ["chr1", "chr2"], "start": [5, 100], "end": [1005, 999]})
    whole = gm.gseq_extract(gm.gintervals_all())
    theirs, ours = (
        f.gsynth_sample(m, mask_copy=mask, seed=3) for f, m in zip(FACADES, models, strict=True)
    )
    for a, b, genome, (low, high) in zip(
        ours, theirs, whole, [(5, 1005), (100, 999), (0, 0)], strict=True
    ):
        assert a[low:high] == b[low:high] == genome[low:high]
        assert [i for i, c in enumerate(a) if c in "Nn"] == [
            i for i, c in enumerate(b) if c in "Nn"
        ]
        assert set(a[high:]) <= set("ACGTNn")


def test_samples_have_the_words_of_the_peers():
    models = both("gsynth_train", *BY_ONE, k=2, iterator=20)
    found = []
    for facade, model in zip(FACADES, models, strict=True):
        texts = facade.gsynth_sample(model, n_samples=20, seed=1, preserve_n=False)
        found.append(pd.Series([t[i : i + 3] for t in texts for i in range(len(t) - 2)])
                     .value_counts(normalize=True).sort_index())  # fmt: skip
    assert list(found[0].index) == list(found[1].index)
    np.testing.assert_allclose(found[1], found[0], atol=0.003)


@pytest.mark.parametrize(
    "call",
    [
        lambda f, m: f.gsynth_train(k=0),
        lambda f, m: f.gsynth_train(k=1.5),
        lambda f, m: f.gsynth_train(prior="x"),
        lambda f, m: f.gsynth_train({"expr": "t"}),
        lambda f, m: f.gsynth_train({"breaks": [0, 1]}),
        lambda f, m: f.gsynth_train({"expr": "t", "breaks": [0]}),
        lambda f, m: f.gsynth_train(iterator=0),
        lambda f, m: f.gsynth_train(prior=np.ones((2, 4))),
        lambda f, m: f.gsynth_train("t"),
        lambda f, m: f.gsynth_score(m, "other"),
        lambda f, m: f.gsynth_score(m, "other", resolution=0),
        lambda f, m: f.gsynth_score(m, "other", n_policy="x"),
        lambda f, m: f.gsynth_cell_merge(m, []),
        lambda f, m: f.gsynth_forbid_kmer(m, "ACN"),
        lambda f, m: f.gsynth_forbid_kmer(m, ""),
        lambda f, m: f.gsynth_forbid_kmer(m, "AAAA"),
        lambda f, m: f.gsynth_forbid_kmer("m", "A"),
        lambda f, m: f.gsynth_save("m", "path"),
        lambda f, m: f.gsynth_sample("m"),
        lambda f, m: f.gsynth_sample(m, output_format="x"),
        lambda f, m: f.gsynth_sample(m, bin_merge=[None]),
        lambda f, m: f.gsynth_random(nuc_probs={"A": 1}),
        lambda f, m: f.gsynth_bin_map([0], []),
        lambda f, m: f.gsynth_bin_map([0, 1], [{"from": 1}]),
        lambda f, m: f.gsynth_bin_map([0, 1, 2], [{"from": 1, "to": (5, 6)}]),
        lambda f, m: f.gsynth_replace_kmer("", "A"),
        lambda f, m: f.gsynth_replace_kmer("A", "AC"),
        lambda f, m: f.gsynth_replace_kmer("AC", "AG"),
    ],
)
def test_both_refuse(call):
    for facade in FACADES:
        model = facade.gsynth_train(k=2)
        with pytest.raises(UsageError if facade is gm else (ValueError, TypeError)):
            call(facade, model)


def test_both_say_that_a_file_is_not_there(tmp_path):
    for facade in FACADES:
        with pytest.raises(FileNotFoundError):
            facade.gsynth_load(str(tmp_path / "none"))
