"""Virtual-track functions of intervals and of the sequence answer as those of pymisha.

Known differences, set by rules of our own, which the cases here stay clear of: with one motif
strand, ties of ``pwm.max.pos`` go to the first position on both strands here; positions over
letters other than A, C, G, T are never reported; ``spat_min`` counts without `spat_max` too,
and means the same for ``pwm.count`` as for ``pwm``;
texts are scored without words that hold unknown letters; ``neighbor.count`` of overlapping
sources does not depend on the other windows.
"""

import warnings

import numpy as np
import pandas as pd
import pytest

from genomedb.analysis.sequences import kmer_count, kmer_distribution, pwm_score
from genomedb.core.spans import Spans
from genomedb.db.create import create_database
from genomedb.importers.sequence import import_fasta
from genomedb.virtual.distance import interval_function
from genomedb.virtual.sequence import sequence_function

pm = pytest.importorskip("pymisha")

pytestmark = [  # the peer leaves helper processes to themselves
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
    pytest.mark.filterwarnings("ignore:::pymisha"),
]
SIZES = {"chr1": 3000, "chr2": 500, "chrX": 205}


@pytest.fixture(scope="module")
def ours(tmp_path_factory):
    """Our database; the peer has one of the same sequence open."""
    folder = tmp_path_factory.mktemp("peer")
    rng = np.random.default_rng(11)
    fasta = folder / "toy.fa"
    texts = {n: "".join(rng.choice(list("ACGTacgt"), size)) for n, size in SIZES.items()}
    texts["chr1"] = texts["chr1"][:700] + "N" * 30 + "n" * 10 + texts["chr1"][740:]
    fasta.write_text("".join(f">{n}\n{text}\n" for n, text in texts.items()))
    pm.gdb_create(str(folder / "misha"), str(fasta))
    pm.gdb_init(str(folder / "misha"))
    db = create_database(folder / "ours", "toy", SIZES)
    import_fasta(db, "seq", fasta)
    yield db
    pm.gdb_unload()


def random_windows(seed, n=60, *, longest=60):
    rng = np.random.default_rng(seed)
    code = np.sort(rng.integers(0, 3, n))
    sizes = np.array(list(SIZES.values()))[code]
    start = rng.integers(0, sizes - 1)
    end = np.minimum(start + rng.integers(1, longest, n), sizes)
    order = np.lexsort((end, start, code))
    return code[order], start[order], end[order]


def disjoint(code, start, end):
    """Windows that do not overlap: each cut where the next begins."""
    inner = (code[1:] == code[:-1]) & (end[:-1] > start[1:])
    end = np.concatenate((np.where(inner, start[1:], end[:-1]), end[-1:]))
    kept = start < end
    return code[kept], start[kept], end[kept]


def frame(code, start, end, **columns):
    names = np.array(list(SIZES))[code]
    return pd.DataFrame({"chrom": names, "start": start, "end": end, **columns})


def both(db, function, windows, name, source=None, **given):
    """Values of the same windows here and there."""
    code, start, end = windows
    here = np.concatenate([
        function(c, start[code == c], end[code == c]) for c in np.unique(code).tolist()
    ])  # fmt: skip
    pm.gvtrack_create("v", source, name, **given)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        there = pm.gextract("v", intervals=frame(code, start, end), iterator=-1)
    there = there.sort_values("intervalID")
    assert there["start"].tolist() == start.tolist()
    return here, there["v"].to_numpy(float)


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("strand", ["none", "both", "some"])
@pytest.mark.parametrize(
    ("name", "param"),
    [("distance", None), ("distance", 20), ("distance.center", None), ("distance.edge", None),
     ("coverage", None), ("neighbor.count", None), ("neighbor.count", 25)],
)  # fmt: skip
def test_interval_functions(ours, seed, strand, name, param):
    rng = np.random.default_rng(seed + 100)
    source = random_windows(seed + 50, 25, longest=200)
    if name == "neighbor.count":
        source = disjoint(*source)
    n = source[0].size
    columns = {"none": {}, "both": {"strand": rng.choice([-1, 1], n)},
               "some": {"strand": rng.choice([-1, 0, 1], n)}}[strand]  # fmt: skip
    spans = Spans.of(*source, columns.get("strand"))
    function = interval_function(name, spans, ours.chroms, params=param)
    windows = random_windows(seed)
    here, there = both(ours, function, windows, name, frame(*source, **columns), params=param)
    np.testing.assert_allclose(here, there, rtol=1e-6, atol=1e-9)


def sequence_of(db):
    track = db["seq"]
    return lambda code, start, end: track.read(db.chroms.names[code], start, end)


def compare(db, windows, name, **params):
    function = sequence_function(name, sequence_of(db), db.chroms, params=params)
    here, there = both(db, function, windows, name, **params)
    np.testing.assert_allclose(here, there, rtol=3e-6, atol=1e-6)


@pytest.mark.parametrize("name", ["masked.count", "masked.frac"])
def test_masking(ours, name):
    compare(ours, random_windows(1), name)


@pytest.mark.parametrize("name", ["kmer.count", "kmer.frac"])
@pytest.mark.parametrize("kmer", ["CG", "ACA", "T", "GATC"])
@pytest.mark.parametrize("strand", [0, 1, -1])
@pytest.mark.parametrize("extend", [True, False])
def test_words(ours, name, kmer, strand, extend):
    compare(ours, random_windows(2), name, kmer=kmer, strand=strand, extend=extend)


STRANDS = [{}, {"bidirect": False}, {"bidirect": False, "strand": -1}]


@pytest.mark.parametrize("width", [1, 3, 4, 9])
@pytest.mark.parametrize("strand", STRANDS)
@pytest.mark.parametrize("extend", [True, False])
def test_motifs(ours, width, strand, extend):
    rng = np.random.default_rng(width)
    options = {"pssm": rng.dirichlet(np.ones(4), width), "extend": extend, **strand}
    for name, more in [("pwm", {}), ("pwm", {"prior": 0.3}), ("pwm.max", {}),
                       ("pwm.count", {"score_thresh": -1.7 * width})]:  # fmt: skip
        compare(ours, random_windows(width), name, **options, **more)


@pytest.mark.parametrize("strand", STRANDS)
@pytest.mark.parametrize("extend", [True, False])
def test_positions_of_motifs(ours, strand, extend):
    pssm = np.random.default_rng(5).dirichlet(np.ones(4), 9)
    code, start, end = random_windows(6, longest=80)
    clear = (code != 0) | (end < 690) | (start > 740)
    clear &= np.array(list(SIZES.values()))[code] - start > 9  # the peer reports garbage there
    windows = code[clear], start[clear], end[clear]
    compare(ours, windows, "pwm.max.pos", pssm=pssm, extend=extend, **strand)


@pytest.mark.parametrize("strand", STRANDS)
@pytest.mark.parametrize(
    "weights",
    [{"spat_factor": [1.0, 2.0, 0.5], "spat_bin": 5},
     {"spat_factor": [3.0, 0.2], "spat_bin": 7, "spat_min": 4, "spat_max": 30},
     {"spat_factor": [1.0, 2.0, 0.5]}],
)  # fmt: skip
def test_motifs_weighed_by_distance(ours, strand, weights):
    pssm = np.random.default_rng(8).dirichlet(np.ones(4), 4)
    code, start, end = random_windows(9, longest=80)
    wide = end - start > 40
    windows = code[wide], start[wide], end[wide]
    for name, more in [("pwm", {}), ("pwm.max", {}), ("pwm.count", {"score_thresh": -6.0})]:
        if name == "pwm.count" and "spat_min" in weights:
            continue
        compare(ours, windows, name, pssm=pssm, **strand, **weights, **more)


def test_words_and_motifs_of_texts(ours):
    rng = np.random.default_rng(4)
    texts = ["".join(rng.choice(list("ACGTacgt"), n)) for n in rng.integers(1, 60, 40)]
    for mode in ("count", "frac"):
        for strand in (0, 1, -1):
            there = pm.gseq_kmer(texts, "CA", mode=mode, strand=strand)
            np.testing.assert_allclose(kmer_count(texts, "CA", mode=mode, strand=strand), there)
    pssm = rng.dirichlet(np.ones(4), 5)
    for strand in STRANDS:
        for mode, more in (("lse", {}), ("max", {}), ("count", {"score_thresh": -8.0})):
            there = pm.gseq_pwm(texts, pssm, mode=mode, **strand, **more)
            here = pwm_score(texts, pssm, mode=mode, **strand, **more)
            np.testing.assert_allclose(here, there, rtol=1e-6)


@pytest.mark.parametrize("prior", [0, 0.01, 1])
def test_motifs_whose_rows_do_not_add_up_to_one(ours, prior):
    rng = np.random.default_rng(6)
    texts = ["".join(rng.choice(list("ACGT"), 30)) for _ in range(5)]
    for pssm in (
        rng.integers(1, 40, (5, 4)),
        rng.random((5, 4)),
        0.998 * rng.dirichlet([1] * 4, 5),
    ):
        there = pm.gseq_pwm(texts, pssm.astype(float), mode="lse", prior=prior)
        np.testing.assert_allclose(
            pwm_score(texts, pssm, mode="lse", prior=prior), there, rtol=1e-6
        )
        compare(ours, random_windows(12), "pwm", pssm=pssm.astype(float), prior=prior)


@pytest.mark.parametrize("k", [1, 3])
def test_word_distributions(ours, k):
    windows = frame(*random_windows(12))
    here, there = kmer_distribution(ours, windows, k), pm.gseq_kmer_dist(windows, k)
    assert dict(zip(here["kmer"], here["count"], strict=True)) == dict(
        zip(there["kmer"], there["count"], strict=True)
    )
