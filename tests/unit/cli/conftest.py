"""A small database with tracks, and the command run inside this process."""

import pytest

from genomedb.cli.main import run

SIZES = "chr1\t1000\nchr2\t500\nchrX\t205\n"
BEDGRAPH = "chr1\t0\t10\t1.5\nchr1\t10\t30\t2\nchr2\t490\t500\t7\n"
FASTA = ">chr1\n" + "ACGTN" * 200 + "\n>chr2\n" + "acgta" * 100 + "\n>chrX\n" + "G" * 205 + "\n"


@pytest.fixture
def genomedb(capfd):
    """Call it with words: exit code, standard output, standard error."""

    def call(*words):
        capfd.readouterr()
        code = run([str(word) for word in words])
        said = capfd.readouterr()
        return code, said.out, said.err

    return call


@pytest.fixture
def root(tmp_path, genomedb, monkeypatch):
    """Folder with input files; GENOME_DB and GENOME_ASSEMBLY name the database in it."""
    (tmp_path / "sizes").write_text(SIZES)
    (tmp_path / "x.bedgraph").write_text(BEDGRAPH)
    (tmp_path / "x.fa").write_text(FASTA)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("GENOME_DB", str(tmp_path / "dbs"))
    monkeypatch.setenv("GENOME_ASSEMBLY", "toy")
    assert genomedb("create", "sizes", "-q") == (0, "", "")
    return tmp_path


@pytest.fixture
def tracks(root, genomedb):
    for words in (
        ["import", "lab/d", "x.bedgraph", "-b", "10", "-q", "--attr", "lab=ours"],
        ["import", "s", "x.bedgraph", "--sparse", "-q"],
        ["import", "seq", "x.fa", "-q"],
    ):
        assert genomedb(*words) == (0, "", "")
    return root
