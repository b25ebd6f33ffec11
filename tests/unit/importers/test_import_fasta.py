"""FASTA files become a sequence track of exactly the chromosomes' lengths."""

import gzip

import numpy as np
import pytest

from genomedb.errors import ChromError, FormatError, MissingFileError, ParseError, UsageError
from genomedb.importers.sequence import import_fasta
from genomedb.readers import fasta as reader

LENGTHS = {"chr1": 1000, "chr2": 500, "chrX": 205}


def sequences(seed=0, lengths=LENGTHS):
    rng = np.random.default_rng(seed)
    letters = np.frombuffer(b"ACGTNacgtnRY", "S1")
    return {name: rng.choice(letters, n).tobytes().decode() for name, n in lengths.items()}


def fasta_of(found, width=60):
    lines = []
    for name, text in found.items():
        lines += [f">{name} of something"]
        lines += [text[i : i + width] for i in range(0, len(text), width)]
    return "\n".join(lines) + "\n"


@pytest.fixture
def fails(db, leftovers):
    def check(kind, source, **options):
        with pytest.raises(kind) as caught:
            import_fasta(db, "seq", source, **options)
        assert "\n" not in str(caught.value)
        assert leftovers() == []
        return str(caught.value)

    return check


@pytest.mark.parametrize("width", [1, 60, 5000])
def test_letters_and_their_case_are_kept(db, tmp_path, width, monkeypatch):
    monkeypatch.setattr(reader, "BLOCK_BYTES", 100)  # sequences come in many pieces
    found = sequences()
    path = tmp_path / "x.fa.gz"
    path.write_bytes(gzip.compress(fasta_of(found, width).encode()))
    report = import_fasta(db, "seq", path, description="toy", command="c", attributes={"a": "b"})
    assert report.n_records == 3
    assert {name: db["seq"].text(name) for name in found} == found
    info = db["seq"].info()
    assert (info["type"], info["dtype"], info["command"]) == ("sequence", "uint8", "c")
    assert info["sources"][0]["name"] == "x.fa.gz"


def test_order_spelling_and_several_files_make_no_difference(db, tmp_path):
    found = sequences()
    one, two = tmp_path / "1.fa", tmp_path / "2.fa"
    one.write_text(fasta_of({"X": found["chrX"], "2": found["chr2"]}))
    two.write_text(fasta_of({"1": found["chr1"]}))
    import_fasta(db, "seq", [one, two])
    assert {name: db["seq"].text(name) for name in found} == found


def test_chromosomes_without_a_sequence_read_as_n(db, tmp_path, caplog):
    found = sequences()
    del found["chr2"]
    path = tmp_path / "x.fa"
    path.write_text(fasta_of(found | {"chrUn": "ACGT"}))
    report = import_fasta(db, "seq", path)
    assert report.unknown == {"chrUn": 1}
    assert db["seq"].text("chr2") == "N" * 500
    assert "1 chromosomes have no sequence: chr2" in caplog.text
    assert "chromosome chrUn is not in the database" in caplog.text


@pytest.mark.parametrize("n", [1, 204, 206, 5000])
def test_another_length_is_another_assembly(fails, tmp_path, n, monkeypatch):
    monkeypatch.setattr(reader, "BLOCK_BYTES", 64)
    path = tmp_path / "x.fa"
    path.write_text(fasta_of(sequences(lengths={"chr2": 500, "chrX": n})))
    assert fails(ChromError, path) == (
        f"{path}: sequence chrX has {n} letters, the chromosome is 205 bp long in toy. "
        "Check that the file is of this assembly"
    )


def test_a_sequence_twice_is_refused(fails, tmp_path):
    found = sequences()
    path = tmp_path / "x.fa"
    path.write_text(fasta_of({"chr1": found["chr1"], "1": found["chr1"]}))
    assert "sequence 1 comes twice" in fails(ChromError, path)
    path.write_text(fasta_of({"chr1": found["chr1"]}))
    assert "sequence chr1 comes twice" in fails(ChromError, [path, path])


def test_malformed_fasta_names_the_line(fails, tmp_path):
    path = tmp_path / "x.fa"
    for text, line, words in [
        ("ACGT\n", 1, "comes before any header"),
        (">chr1\nACGT\nAC!T\n", 3, "is no letter of a sequence"),
        (">\nACGT\n", 1, "a sequence has no name"),
        (">chr1\nA\n>chr1\nA\n", 3, "is there twice"),
        (">chr1\n>chr2\nA\n", 1, "is empty"),
    ]:
        path.write_text(text)
        said = fails(ParseError, path)
        assert said.startswith(f"{path}:{line}: "), (said, text)
        assert words in said
    path.write_text("")
    assert "no sequences" in fails(ParseError, path)


def test_other_bad_files_are_refused(fails, tmp_path):
    path = tmp_path / "x.fa.gz"
    path.write_bytes(gzip.compress(fasta_of(sequences()).encode())[:-9])
    assert "truncated" in fails(FormatError, path)
    path.write_bytes(gzip.compress(b">chr7\nACGT\n"))
    assert "none of its chromosomes (chr7) is in the database" in fails(ChromError, path)
    assert "there is no such file" in fails(MissingFileError, tmp_path / "no.fa")
    assert "is not legal" in _bad_name(tmp_path, fails)


def _bad_name(tmp_path, fails):
    path = tmp_path / "good.fa"
    path.write_text(fasta_of(sequences()))
    return fails(UsageError, path, attributes={"no good": "x"})
