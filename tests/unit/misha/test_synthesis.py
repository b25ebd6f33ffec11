"""gsynth_* over a small database: what comes back, and where ours differs from the peer."""

import logging

import numpy as np
import pandas as pd
import pytest

import genomedb.misha as misha
from genomedb.errors import FormatError, GenomeDBWarning, TrackExistsError, UsageError

SIZES = {"chr1": 1000, "chr2": 505}
BY_D = {"expr": "d", "breaks": [0, 3, 10]}


@pytest.fixture(scope="module", autouse=True)
def text(tmp_path_factory):
    """The letters of a database with a sequence and the dense track d."""
    folder = tmp_path_factory.mktemp("synthesis")
    rng = np.random.default_rng(1)
    text = {chrom: "".join(rng.choice(list("ACGTacgtN"), n)) for chrom, n in SIZES.items()}
    (folder / "toy.fa").write_text("".join(f">{c}\n{s}\n" for c, s in text.items()))
    misha.gdb_unload()
    misha.gdb_create(folder / "toy", str(folder / "toy.fa"))
    misha.gdb_init(folder / "toy")
    bins = pd.DataFrame({"chrom": "chr1", "start": np.arange(100) * 10})
    bins["end"] = bins["start"] + 10
    misha.gtrack_create_dense("d", "", bins, rng.integers(1, 9, 100), 10)
    yield text
    misha.gdb_unload()


@pytest.fixture
def model():
    return misha.gsynth_train(BY_D, iterator=10, k=2)


def test_a_model_is_made_of_lists_and_numbers(model):
    assert (model.k, model.num_kmers, model.n_dims, model.dim_sizes, model.total_bins) == (
        2, 16, 1, [2], 2
    )  # fmt: skip
    assert model.dim_specs == [
        {"expr": "d", "breaks": [0, 3, 10], "num_bins": 2, "bin_merge": None, "bin_map": None}
    ]
    assert [table.shape for table in model.model_data["counts"]] == [(16, 4)] * 2
    assert model.model_data["counts"][0].dtype == np.uint64
    assert model.per_bin_kmers.sum() == model.total_kmers > 0
    assert repr(model).splitlines()[-1] == "  by d: 2 bins"
    assert misha.GsynthModel() == misha.GsynthModel(k=5, prior_mode="uniform")


def test_min_obs_is_kept_only():
    assert misha.gsynth_train(k=1, min_obs=7).min_obs == 7
    with pytest.raises(UsageError, match="min_obs is -1"):
        misha.gsynth_train(min_obs=-1)


def test_words_of_intervals_inside_a_chromosome_count(text):
    inside = misha.gsynth_train(k=1, intervals=misha.gintervals("chr1", 100, 103))
    word = text["chr1"][100:103].upper()
    assert inside.total_kmers + 2 * inside.total_n == 4, word


def test_virtual_tracks_tell_cells_apart():
    misha.gvtrack_create("v", "d", "max", sshift=-20, eshift=20)
    found = misha.gsynth_train({"expr": "v", "breaks": [0, 7, 10]}, iterator=10, k=1)
    assert found.per_bin_kmers.all()
    assert len(misha.gsynth_sample(found, seed=1)) == 2
    misha.gvtrack_rm("v")


def test_sequences_come_in_the_order_of_the_intervals(model, text):
    rows = pd.DataFrame({"chrom": ["chr2", "chr1", "chr1"], "start": [0, 30, 0],
                         "end": [11, 42, 13]})  # fmt: skip
    assert [len(t) for t in misha.gsynth_sample(model, intervals=rows)] == [11, 12, 13]
    assert [len(t) for t in misha.gsynth_random(intervals=rows)] == [11, 12, 13]
    kept = misha.gsynth_sample(model, intervals=rows, mask_copy=rows)
    assert kept == misha.gseq_extract(rows)
    assert [t.upper() for t in kept] == misha.gsynth_replace_kmer(
        "CCCCCCCC", "AAAAAAAA", intervals=rows, check_composition=False
    )


def test_the_same_seed_gives_the_same_sequences(model):
    for draw in (lambda **o: misha.gsynth_sample(model, **o), misha.gsynth_random):
        assert draw(seed=60427) == draw(seed=60427)
        assert draw(seed=60427) != draw(seed=60428)
        assert draw() != draw()
        assert draw(seed=1, n_samples=2)[::2] == draw(seed=1)


def test_all_random_letters_have_the_probabilities_given():
    texts = misha.gsynth_random(nuc_probs={"a": 1, "C": 3, "g": 0, "T": 0}, preserve_n=False)
    joined = "".join(texts)
    assert set(joined) == {"A", "C"}
    assert 0.2 < joined.count("A") / len(joined) < 0.3


@pytest.mark.parametrize(
    ("probabilities", "message"),
    [
        ({"A": 1}, "exactly one each"),
        ({"A": 1, "a": 1, "C": 1, "G": 1, "T": 1}, "exactly one each"),
        ({"A": -1, "C": 1, "G": 1, "T": 1}, "no probabilities"),
        ({"A": "x", "C": 1, "G": 1, "T": 1}, "no numbers"),
    ],
)
def test_other_probabilities_are_refused(probabilities, message):
    with pytest.raises(UsageError, match=message):
        misha.gsynth_random(nuc_probs=probabilities)


def test_output_goes_to_files_in_new_folders(model, tmp_path):
    texts = misha.gsynth_sample(model, seed=1)
    for kind in ("misha", "seq"):
        path = tmp_path / kind / "a" / "x.seq"
        assert misha.gsynth_sample(model, str(path), output_format=kind, seed=1) is None
        assert path.read_text() == "".join(texts)
    path = tmp_path / "b" / "x.fa"
    for n in (1, 2):
        misha.gsynth_sample(model, str(path), output_format="fasta", seed=1, n_samples=n)
        names = [line[1:] for line in path.read_text().splitlines() if line.startswith(">")]
        assert names == [["chr1", "chr2"], [f"chr{c}_sample{s}" for c in "12" for s in "12"]][n - 1]
    assert misha.gsynth_sample(model, "none", output_format="vector", seed=1) == texts
    assert misha.gsynth_sample(model, output_format="fasta", seed=1) == texts


def test_cells_may_use_the_probabilities_of_others(model):
    for i, letter in enumerate((0, 1)):
        model.model_data["cdf"][i] = np.where(np.arange(4) >= letter, 1.0, 0)[None].repeat(16, 0)
    area = misha.gintervals("chr1", 0, 1000)
    draw = {"intervals": area, "preserve_n": False, "seed": 1}
    assert set(misha.gsynth_sample(model, **draw)[0][2:]) == {"A", "C"}
    merge = [[{"from": (0, 3), "to": (3, 10)}]]
    assert set(misha.gsynth_sample(model, bin_merge=merge, **draw)[0][2:]) == {"C"}
    cells = [{"from": [4], "to": [1]}]
    assert set(misha.gsynth_sample(model, cell_merge=cells, **draw)[0][2:]) == {"A"}
    with pytest.warns(GenomeDBWarning, match="itself"):
        misha.gsynth_sample(model, cell_merge=[{"from": [4], "to": [4]}], **draw)


def test_a_forbidden_word_is_logged_not_printed(model, caplog, capsys):
    caplog.set_level(logging.INFO, "genomedb")
    made = misha.gsynth_forbid_kmer(model, "CG")
    assert "CG forbidden" in caplog.text
    caplog.clear()
    misha.gsynth_forbid_kmer(model, "CG", check=False)
    assert not caplog.text
    assert capsys.readouterr() == ("", "")
    assert made.dim_specs == model.dim_specs
    rows = misha.gintervals("chr1", np.arange(0, 900, 10), np.arange(100, 1000, 10))
    assert not any("CG" in t for t in misha.gsynth_sample(made, intervals=rows, preserve_n=False))


def test_a_loaded_model_keeps_its_merged_bins(tmp_path):
    spec = BY_D | {"bin_merge": [{"from": (0, 3), "to": (3, 10)}]}
    model = misha.gsynth_train(spec, iterator=10, k=2)
    misha.gsynth_save(model, str(tmp_path / "m"))
    misha.gsynth_convert(str(tmp_path / "m"), str(tmp_path / "z"), compress=True)
    for name in "mz":
        loaded = misha.gsynth_load(str(tmp_path / name))
        assert loaded.dim_specs[0]["bin_map"] == [1, 1]
        assert misha.gsynth_sample(loaded, seed=1) == misha.gsynth_sample(model, seed=1)
    (tmp_path / "p").write_bytes(b"\x80\x04N.")
    with pytest.raises(FormatError, match="is a pickle, which is not read"):
        misha.gsynth_load(str(tmp_path / "p"))


def test_scores_are_tracks(model):
    misha.gsynth_score(model, "score", resolution=50)
    info = misha.gtrack_info("score")
    assert (info["bin_size"], misha.gtrack_attr_get("score", "description")) == (
        50, "gsynth_score(score)"
    )  # fmt: skip
    with pytest.raises(TrackExistsError, match="'score' already exists"):
        misha.gsynth_score(model, "score")
    misha.gsynth_score(model, "score", overwrite=True, n_policy="uniform", description="again")
    assert misha.gtrack_info("score")["bin_size"] == 10
    with pytest.raises(UsageError, match="sparse_policy must be 'NA' or 'uniform'"):
        misha.gsynth_score(model, "other", sparse_policy="missing")


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"model_data": {}}, "no tables of one shape: 'counts'"),
        ({"total_bins": 3}, "counts of shape"),
        ({"k": 3}, "counts of shape"),
    ],
)
def test_models_that_contradict_themselves_are_refused(model, change, message):
    for name, value in change.items():
        setattr(model, name, value)
    with pytest.raises(UsageError, match=message):
        misha.gsynth_sample(model)


@pytest.mark.parametrize(
    ("spec", "message"),
    [
        ("d", "Dimension spec 1 must be a dict"),
        ({"expr": "d"}, "Dimension spec 1 must have an 'breaks' element"),
        ({"expr": 5, "breaks": [0, 1]}, "expr of dimension 1 is 5"),
        ({"expr": "d", "breaks": [1, 0]}, "is not above the one before"),
        (BY_D | {"bin_merge": [{"from": 1}]}, "has no 'to'"),
    ],
)
def test_wrong_dimensions_are_named(spec, message):
    with pytest.raises(UsageError, match=message):
        misha.gsynth_train(spec)
