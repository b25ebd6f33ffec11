"""Sequence tracks as FASTA."""

import gzip
import os

import numpy as np
import pytest

from genomedb.core.region import Region
from genomedb.errors import ChromError, UsageError
from genomedb.exporters import sequence as exporter
from genomedb.exporters.sequence import export_fasta
from genomedb.importers.sequence import import_fasta


@pytest.fixture
def letters(db):
    rng = np.random.default_rng(5)
    return {
        name: rng.choice(np.frombuffer(b"ACGTacgtN", "S1"), n).tobytes().decode()
        for name, n in zip(db.chroms.names, db.chroms.lengths, strict=True)
    }


@pytest.fixture
def seq(db, letters, tmp_path):
    path = tmp_path / "in.fa"
    path.write_text("".join(f">{n}\n{text}\n" for n, text in letters.items()))
    import_fasta(db, "seq", path)
    return db["seq"]


def slow_fasta(text):
    found = {}
    for line in text.splitlines():
        if line.startswith(">"):
            name = line[1:]
            found[name] = []
        else:
            found[name].append(line)
    return found


@pytest.mark.parametrize("width", [1, 60, 205, 10_000])
@pytest.mark.parametrize("piece", [7, 1 << 22])
def test_whole_chromosomes_come_back(seq, letters, tmp_path, width, piece, monkeypatch):
    monkeypatch.setattr(exporter, "_PIECE", piece)
    export_fasta(seq, tmp_path / "x.fa", line_width=width)
    found = slow_fasta((tmp_path / "x.fa").read_text())
    assert {name: "".join(lines) for name, lines in found.items()} == letters
    assert all(len(line) == width for lines in found.values() for line in lines[:-1])


def test_what_is_written_can_be_imported_again(seq, db, tmp_path):
    export_fasta(seq, tmp_path / "x.fa.gz")
    import_fasta(db, "again", tmp_path / "x.fa.gz")
    for chrom in db.chroms.names:
        assert db["again"].text(chrom) == seq.text(chrom)
    export_fasta(db["again"], tmp_path / "y.fa.gz")
    assert (tmp_path / "x.fa.gz").read_bytes() == (tmp_path / "y.fa.gz").read_bytes()


def test_regions_are_headed_by_their_place(seq, letters, tmp_path):
    export_fasta(seq, tmp_path / "x.fa.gz", regions=["X", "chr1:10-80", Region("2", 499, 500)])
    found = slow_fasta(gzip.decompress((tmp_path / "x.fa.gz").read_bytes()).decode())
    assert {name: "".join(lines) for name, lines in found.items()} == {
        "chr1:10-80": letters["chr1"][10:80],
        "chr2:499-500": letters["chr2"][499:],
        "chrX": letters["chrX"],
    }


def test_wrong_requests_are_refused_and_nothing_is_written(seq, db, tmp_path):
    out = tmp_path / "out"
    out.mkdir()
    with pytest.raises(ChromError, match="not inside"):
        export_fasta(seq, out / "x.fa", regions=["chr1:0-1001"])
    with pytest.raises(UsageError, match="line width must be at least 1"):
        export_fasta(seq, out / "x.fa", line_width=0)
    track = db.create_dense("d", {"chr1": np.zeros(1)}, bin_size=1000)
    with pytest.raises(UsageError, match="d: a dense track holds no sequence"):
        export_fasta(track, out / "x.fa")
    assert os.listdir(out) == []
