"""pwm_energy_track against the sum over all places of a motif."""

import numpy as np
import pytest

from genomedb.analysis.pwm_energy import pwm_energy_track
from genomedb.db.create import create_database
from genomedb.errors import MissingFileError, TrackExistsError, UsageError
from genomedb.importers.sequence import import_fasta

MATRIX = np.array([[0.7, 0.1, 0.1, 0.1], [0.1, 0.7, 0.1, 0.1], [0.05, 0.05, 0.85, 0.05]])
PRIOR = 0.01
LETTERS = "ACGT"


@pytest.fixture(scope="module")
def genome(tmp_path_factory):
    folder = tmp_path_factory.mktemp("energy")
    rng = np.random.default_rng(4)
    text = "".join(rng.choice(list("ACGTacgt"), 95))
    text = text[:40] + "N" * 25 + text[65:]
    fasta = folder / "toy.fa"
    fasta.write_text(f">chr1\n{text}\n>chr2\nAC\n")
    db = create_database(folder / "root", "toy", {"chr1": 95, "chr2": 2})
    import_fasta(db, "seq", fasta)
    (db.path / "pssms").mkdir()
    (db.path / "pssms" / "set.key").write_text("3\tACG\t1\n5\tACG\t0\n7\tA\t1\n")
    lines = [f"{motif}\t{i}\t" + "\t".join(map(str, row)) + "\n"
             for motif in (3, 5) for i, row in enumerate(MATRIX.tolist())]  # fmt: skip
    (db.path / "pssms" / "set.data").write_text("".join(lines))
    return db, text.upper()


def slow_energy(text, start, end, *, both):
    """Log of the sum of the probabilities of all places that begin in a bin."""
    logs = np.log((MATRIX + PRIOR) / (MATRIX + PRIOR).sum(axis=1, keepdims=True))
    scores = []
    for at in range(start, min(end, len(text) - 2)):
        word = text[at : at + 3]
        if set(word) <= set(LETTERS):
            codes = [LETTERS.index(c) for c in word]
            scores.append(sum(logs[i, c] for i, c in enumerate(codes)))
            if both:
                scores.append(sum(logs[i, 3 - c] for i, c in enumerate(reversed(codes))))
    return np.logaddexp.reduce(scores) if scores else np.nan


@pytest.mark.parametrize(("motif", "both"), [(3, True), ("5", False)])
def test_the_key_file_tells_which_strands_count(genome, motif, both):
    db, text = genome
    name = f"e{motif}"
    pwm_energy_track(db, name, "set", motif, prior=PRIOR, iterator=10)
    expected = [slow_energy(text, i, min(i + 10, 95), both=both) for i in range(0, 95, 10)]
    np.testing.assert_allclose(db[name].read("chr1"), expected, rtol=1e-5)
    assert np.isnan(db[name].read("chr2")).all()
    assert db[name].attrs["created.by"].startswith(f"pwm_energy_track('{name}', 'set', {motif!r}")


@pytest.mark.parametrize(
    ("change", "error", "message"),
    [
        ({"pssm_set": "other"}, MissingFileError, "no motif set other"),
        ({"motif": 4}, UsageError, "there is no motif 4"),
        ({"motif": 7}, UsageError, "motif 7 has no lines of data"),
        ({"motif": None}, UsageError, "motif is None"),
        ({"prior": None}, UsageError, "prior is None"),
        ({"prior": -1}, UsageError, "prior must be finite and not negative"),
        ({"iterator": 0}, UsageError, "iterator is 0"),
        ({"iterator": None}, UsageError, "iterator is None"),
    ],
)
def test_bad_input_is_refused(genome, change, error, message):
    given = {"pssm_set": "set", "motif": 3, "prior": PRIOR, "iterator": 10, **change}
    with pytest.raises(error, match=message):
        pwm_energy_track(genome[0], "bad", given.pop("pssm_set"), given.pop("motif"), **given)
    assert not genome[0].has_track("bad")


def test_a_name_that_is_taken_is_refused(genome):
    with pytest.raises(TrackExistsError, match="'seq' already exists"):
        pwm_energy_track(genome[0], "seq", "set", 3, prior=PRIOR, iterator=10)
