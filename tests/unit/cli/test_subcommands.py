"""The command: help, usage, making databases, and how it ends."""

import gzip
import json
import logging
import os
import signal
import threading

import pytest

from genomedb import GenomeDB
from genomedb.cli.main import SUBCOMMANDS, run
from genomedb.core.version import __version__

# ---- help and usage


@pytest.mark.parametrize("subcommand", SUBCOMMANDS)
def test_each_subcommand_explains_itself(genomedb, subcommand):
    code, out, err = genomedb(subcommand, "--help")
    assert (code, err) == (0, "")
    assert out.startswith(f"usage: genomedb {subcommand}")
    assert "--debug" in out


def test_the_command_explains_itself(genomedb):
    code, out, err = genomedb("--help")
    assert (code, err) == (0, "")
    assert all(name in out for name in SUBCOMMANDS)
    assert genomedb("--version") == (0, f"genomedb {__version__}\n", "")
    assert genomedb()[0] == 2


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["frobnicate"], "there is no subcommand 'frobnicate'. One of: create, import"),
        (["list", "--frob"], "unrecognized arguments: --frob"),
        (["import", "x"], "the following arguments are required: FILE"),
        (["import", "x", "y", "--format", "frob"], "invalid choice: 'frob'"),
        (["import", "x", "y", "-b", "ten"], "invalid int value: 'ten'"),
        (["import", "x", "y", "--overwrite", "--skip-existing"], "not allowed with argument"),
        (["list", "-q", "-v"], "not allowed with argument"),
        (["seq", "chr1", "1", "2", "x"], "invalid choice: 'x'"),
    ],
)
def test_wrong_words_end_with_2(genomedb, words, said):
    code, out, err = genomedb(*words)
    assert (code, out) == (2, "")
    assert said in err


# ---- create, chroms


def test_create_makes_a_database_and_says_so(tmp_path, genomedb):
    (tmp_path / "sizes").write_text("chr1 10\nchr2 20\n")
    (tmp_path / "aliases").write_text("NC_1\tchr1\n")
    words = ["create", tmp_path / "sizes", "--db", tmp_path / "d", "-a", "hg0"]
    code, out, err = genomedb(*words, "--aliases", tmp_path / "aliases")
    assert (code, out) == (0, "")
    assert err == f"{tmp_path / 'd' / 'hg0'}: 2 chromosomes, 30 bp\n"
    assert GenomeDB(tmp_path / "d").chroms.name("NC_1") == "chr1"
    code, out, err = genomedb(*words)
    assert code == 1
    assert "a database is there already. Choose another name, or overwrite it" in err
    assert genomedb(*words, "--skip-existing") == (0, "", "")
    assert genomedb(*words, "--overwrite", "-q") == (0, "", "")


def test_create_counts_the_letters_of_fasta(tmp_path, genomedb):
    (tmp_path / "x.fa.gz").write_bytes(gzip.compress(b">a\nACGT\nAC\n>b x\nA\n"))
    assert genomedb("create", tmp_path / "x.fa.gz", "--db", tmp_path, "-a", "t", "-q")[0] == 0
    assert genomedb("chroms", "--db", tmp_path) == (0, "a\t6\nb\t1\n", "")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "sizes: no chromosomes"),
        ("chr1\n", 'sizes:1: "chr1" is not a name and a length'),
        ("chr1 10\nchr2 0\n", 'sizes:2: length "0" of "chr2" is not a whole number'),
        ("chr1 10\nchr1 11\n", 'sizes:2: chromosome "chr1" is listed twice'),
        ("_genomedb 10\n", "chromosome name '_genomedb' cannot be used"),
        (".. 10\n", "chromosome name '..' cannot be used"),
        ("a/b 10\n", "chromosome name 'a/b' cannot be used"),
    ],
)
def test_create_refuses_bad_tables_and_leaves_nothing(tmp_path, genomedb, text, said):
    (tmp_path / "sizes").write_text(text)
    code, out, err = genomedb("create", tmp_path / "sizes", "--db", tmp_path / "d", "-a", "t")
    assert (code, out, err.count("\n")) == (1, "", 1)
    assert err.startswith("genomedb create: ")
    assert said in err
    assert not (tmp_path / "d").exists()


@pytest.mark.parametrize("assembly", ["..", "a/b", ".x"])
def test_create_refuses_assemblies_outside(tmp_path, genomedb, assembly):
    (tmp_path / "sizes").write_text("chr1 10\n")
    code, _, err = genomedb("create", tmp_path / "sizes", "--db", tmp_path / "d", "-a", assembly)
    assert code == 1
    assert "is not legal" in err
    assert not (tmp_path / "d").exists()


def test_chroms_lists_names_lengths_and_numbers(root, genomedb):
    assert genomedb("chroms") == (0, "chr1\t1000\nchr2\t500\nchrX\t205\n", "")
    assert genomedb("chroms", "--ids")[1].splitlines()[2] == "3\tchrX\t205"
    code, out, _ = genomedb("chroms", "--ids", "--json")
    assert code == 0
    assert json.loads(out)[0] == {"id": 1, "chrom": "chr1", "length": 1000}


# ---- how the command behaves


def test_database_options_win_over_the_environment(tracks, genomedb, monkeypatch):
    monkeypatch.setenv("GENOME_DB", "/nowhere")
    assert genomedb("list")[0] == 1
    assert genomedb("list", "--db", tracks / "dbs")[0] == 0
    monkeypatch.delenv("GENOME_DB")
    code, _, err = genomedb("list")
    assert (code, err) == (
        1, "genomedb list: no database named. Set GENOME_DB or give its path\n"
    )  # fmt: skip


def test_debug_raises_the_error(root):
    from genomedb.errors import TrackNotFoundError

    with pytest.raises(TrackNotFoundError):
        run(["info", "nothing", "--debug"])


def test_the_process_is_left_as_it_was(tracks, genomedb, monkeypatch):
    monkeypatch.delenv("GENOMEDB_PROGRESS", raising=False)
    before = signal.getsignal(signal.SIGTERM)
    handlers = list(logging.getLogger().handlers), list(logging.getLogger("genomedb").handlers)
    genomedb("list", "-q")
    genomedb("list", "-v")
    assert "GENOMEDB_PROGRESS" not in os.environ
    assert signal.getsignal(signal.SIGTERM) is before
    assert handlers == (
        list(logging.getLogger().handlers), list(logging.getLogger("genomedb").handlers)
    )  # fmt: skip


def test_the_command_runs_in_any_thread(tracks):
    codes = []
    thread = threading.Thread(target=lambda: codes.append(run(["list"])))
    thread.start()
    thread.join()
    assert codes == [0]


@pytest.mark.parametrize(("error", "code"), [(KeyboardInterrupt(), 130), (MemoryError(), 1)])
def test_interruption_and_lack_of_memory_have_their_codes(tracks, genomedb, monkeypatch, error,
                                                         code):  # fmt: skip
    from genomedb.db.database import GenomeDB

    def fail(self, pattern=None, **_):
        raise error

    monkeypatch.setattr(GenomeDB, "list_tracks", fail)
    found, out, err = genomedb("list")
    assert (found, out) == (code, "")
    assert err == ("" if code == 130 else "genomedb list: not enough memory\n")
