"""Every subcommand: what it prints, what it makes, how it ends."""

import gzip
import json
import logging
import os
import signal
import subprocess
import sys
import threading

import numpy as np
import pyBigWig
import pytest

from genomedb import GenomeDB
from genomedb.cli.main import SUBCOMMANDS, run
from genomedb.core.version import __version__


def db_of(root):
    return GenomeDB(root / "dbs", "toy")


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
    assert "a database is there already" in err
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


# ---- import


def test_import_makes_tracks_and_says_so(root, genomedb):
    code, out, err = genomedb("import", "lab.d", "x.bedgraph")
    assert (code, out) == (0, "")
    assert err == f"{root / 'dbs' / 'toy' / 'lab' / 'd.h5'}: 3 records\n"
    track = db_of(root)["lab/d"]
    assert (track.bin_size, track.dtype.name, track.track_type) == (20, "float32", "dense")
    np.testing.assert_allclose(track.read("chr1", 0, 40), [1.75, 2.0])
    code, _, err = genomedb("import", "seq", "x.fa")
    assert code == 0
    assert err.endswith("seq.h5: 3 sequences\n")


def test_import_options_reach_the_track(root, genomedb):
    words = [
        "import",
        "x",
        "x.bedgraph",
        "-b",
        "5",
        "-d",
        "float64",
        "--defval",
        "0",
        "--description",
        "a b",
        "--attr",
        "lab=ours",
        "--attr",
        "url=a=b",
        "--level",
        "9",
    ]
    assert genomedb(*words)[0] == 0
    info = db_of(root)["x"].info()
    assert (info["bin_size"], info["dtype"]) == (5, "float64")
    assert info["attributes"]["description"] == "a b"
    assert info["attributes"]["url"] == "a=b"
    assert info["command"] == (
        "genomedb import x x.bedgraph -b 5 -d float64 --defval 0 "
        "--description 'a b' --attr lab=ours --attr url=a=b --level 9"
    )
    assert info["sources"][0]["name"] == "x.bedgraph"
    assert db_of(root)["x"].read("chrX").tolist() == [0.0] * 41
    assert genomedb("import", "m", "x.bedgraph", "--compression", "none")[0] == 0


def test_import_takes_or_keeps_an_existing_name(root, genomedb):
    assert genomedb("import", "x", "x.bedgraph", "-q") == (0, "", "")
    before = db_of(root).track_path("x").read_bytes()
    code, _, err = genomedb("import", "x", "x.bedgraph", "-q")
    assert (code, err) == (
        1,
        f"genomedb import: {root / 'dbs' / 'toy' / 'x.h5'}: there already. "
        "Ask to overwrite it or remove it\n",
    )
    assert genomedb("import", "x", "no such file", "--skip-existing") == (0, "", "")
    assert db_of(root).track_path("x").read_bytes() == before
    assert genomedb("import", "x", "x.bedgraph", "--overwrite", "--sparse", "-q") == (0, "", "")
    assert db_of(root)["x"].track_type == "sparse"


def test_import_says_what_was_left_out_once_each(root, genomedb):
    (root / "y.bg").write_text("chr1 0 5 1\nchrU 0 5 1\nchrU 6 7 1\nchrV 0 1 1\nchr2 0 900 1\n")
    code, _, err = genomedb("import", "y", "y.bg", "--clip")
    assert code == 0
    assert err.splitlines()[:-1] == [
        "genomedb import: chromosome chrU is not in the database: 2 records left out",
        "genomedb import: chromosome chrV is not in the database: 1 records left out",
        "genomedb import: 1 records were cut at the end of their chromosome",
    ]
    assert genomedb("import", "z", "y.bg", "--clip", "-q") == (0, "", "")


def test_import_takes_formats_under_other_names(root, genomedb):
    (root / "values.txt").write_text("fixedStep chrom=chr1 start=1 step=10 span=10\n1\n2\n")
    assert genomedb("import", "x", "values.txt", "-f", "wiggle", "-b", "10", "-q") == (0, "", "")
    assert db_of(root)["x"].read("chr1", 0, 20).tolist() == [1, 2]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["x", "no.bw"], "no.bw: there is no such file"),
        (["x", "x.bedgraph", "-f", "bigwig"], "x.bedgraph: this is not a bigWig file"),
        (["x", "x.bedgraph", "-f", "wig", "-b", "0"], "bin size must be at least 1, not 0"),
        (["x", "x.bedgraph", "-d", "int64"], "dtype 'int64' is not one a track can have"),
        (["x", "x.bedgraph", "-d", "uint8"], "chr1:40 has no value"),
        (["x", "x.bedgraph", "--sparse", "--defval", "0"], "a default value needs a bin size"),
        (["x", "x.bedgraph", "--attr", "lab"], "attribute 'lab' is not NAME=VALUE"),
        (["x", "x.bedgraph", "--level", "10"], "compression level 10 is not between 1 and 9"),
        (["../x", "x.bedgraph"], "track name '../x' is not legal"),
        (["chromosome", "x.bedgraph"], "chromosome is the name of the chromosome table"),
        (["x", "x.fa", "-d", "float32"], "a sequence is stored as uint8, not float32"),
        (["x", "x.fa", "--sparse"], "are for signals, not for sequences"),
        (["x", "-"], "standard input has no name to tell its format"),
        (["x", "x.bedgraph", "--db", "nowhere"], "there is no such database directory"),
        (["x", "x.bedgraph", "-a", "hg99"], "assembly hg99 is not here"),
    ],
)
def test_import_refuses_in_one_line_and_leaves_nothing(root, genomedb, words, said):
    code, out, err = genomedb("import", *words)
    assert (code, out, err.count("\n")) == (1, "", 1), err
    assert err.startswith("genomedb import: ")
    assert said in err
    assert os.listdir(root / "dbs" / "toy") == ["chromosome.h5"]


def test_file_names_that_are_no_text_are_no_problem(root, genomedb):
    name = os.fsdecode(b"caf\xe9 x.bedgraph")
    (root / name).write_text("chr1 0 5 1\n")
    assert genomedb("import", "x", name, "-q") == (0, "", "")
    assert "caf" in db_of(root)["x"].info()["command"]


# ---- export, dump-wig, seq


@pytest.mark.parametrize("suffix", ["bw", "bigWig", "bedgraph", "bg.gz", "wig", "wig.gz"])
@pytest.mark.parametrize("track", ["lab/d", "s"])
def test_export_writes_what_import_reads(tracks, genomedb, suffix, track):
    assert genomedb("export", track, f"y.{suffix}") == (0, "", "")
    assert genomedb("import", "again", f"y.{suffix}", "-b", "10", "-q") == (0, "", "")
    found = db_of(tracks)["again"]
    assert found.read("chr1", 0, 40).tolist()[:3] == [1.5, 2.0, 2.0]
    assert found.read("chr2", 480, 500).tolist()[1] == 7.0
    assert np.isnan(found.read("chrX")).all()


def test_export_writes_regions_to_standard_output(tracks, genomedb):
    expected = "chr1\t5\t10\t1.5\nchr1\t10\t12\t2\nchr2\t490\t500\t7\n"
    words = ["export", "lab/d", "-", "-r", "chr2", "-r", "1:5-12"]
    assert genomedb(*words) == (0, expected, "")
    code, out, _ = genomedb("export", "seq", "-", "-r", "chrX:0-5")
    assert (code, out) == (0, ">chrX:0-5\nGGGGG\n")
    code, out, _ = genomedb("export", "s", "-", "-f", "wig", "-r", "chr2")
    assert (code, out) == (0, "variableStep chrom=chr2 span=10\n491 7\n")


def test_export_keeps_or_replaces_a_file(tracks, genomedb):
    (tracks / "y.bw").write_text("mine")
    code, _, err = genomedb("export", "s", "y.bw")
    assert (code, err) == (1, "genomedb export: y.bw: there already. Ask to overwrite it\n")
    assert genomedb("export", "s", "y.bw", "--skip-existing") == (0, "", "")
    assert (tracks / "y.bw").read_text() == "mine"
    assert genomedb("export", "s", "y.bw", "--overwrite") == (0, "", "")
    assert pyBigWig.open(str(tracks / "y.bw")).isBigWig()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["nothing", "y.bw"], "track 'nothing' does not exist. Known tracks include lab/d"),
        (["s", "y.txt"], "cannot tell the format of y.txt. Give it with --format"),
        (["s", "y.fa"], "s: a sparse track holds no sequence"),
        (["seq", "y.bw"], "seq: a sequence track holds no signal. Use export_fasta"),
        (["s", "-", "-f", "bigwig"], "bigWig cannot be written to standard output"),
        (["s", "no/y.bw"], "no/y.bw: folder no does not exist"),
        (["s", "y.bw", "-r", "chr9"], 'chromosome "chr9" does not exist'),
        (["s", "y.bw", "-r", "chr1:5"], "cannot read region 'chr1:5'. Write chrom:start-end"),
        (["s", "y.bw", "-r", "chr1:5-2000"], "chr1:5-2000 is not inside the chromosome"),
    ],
)
def test_export_refuses_in_one_line_and_leaves_nothing(tracks, genomedb, words, said):
    before = sorted(os.listdir(tracks))
    code, out, err = genomedb("export", *words)
    assert (code, out, err.count("\n")) == (1, "", 1)
    assert said in err
    assert sorted(os.listdir(tracks)) == before


def test_dump_wig_writes_one_file_a_chromosome(tracks, genomedb):
    assert genomedb("dump-wig", "lab/d", "out/deep") == (0, "", "")
    assert sorted(os.listdir("out/deep")) == ["chr1.wig.gz", "chr2.wig.gz", "chrX.wig.gz"]
    text = gzip.decompress((tracks / "out/deep/chr1.wig.gz").read_bytes()).decode()
    assert text == "fixedStep chrom=chr1 start=1 step=10 span=10\n1.5\n2\n2\n"
    code, _, err = genomedb("dump-wig", "lab/d", "out/deep")
    assert (code, "there already" in err) == (1, True)
    (tracks / "out/deep/chr2.wig.gz").unlink()
    code, _, err = genomedb("dump-wig", "lab/d", "out/deep")
    assert code == 1
    assert not (tracks / "out/deep/chr2.wig.gz").exists()
    assert genomedb("dump-wig", "lab/d", "out/deep", "--skip-existing") == (0, "", "")
    assert (tracks / "out/deep/chr2.wig.gz").exists()
    assert genomedb("dump-wig", "lab/d", "out/deep", "--overwrite") == (0, "", "")


def test_dump_wig_combines_and_chooses(tracks, genomedb):
    words = ["dump-wig", "s", "out", "--combine_files", "--chrom", "2", "--chrom", "chr2"]
    assert genomedb(*words) == (0, "", "")
    assert os.listdir("out") == ["combined.wig.gz"]
    text = gzip.decompress((tracks / "out/combined.wig.gz").read_bytes()).decode()
    assert text == "variableStep chrom=chr2 span=10\n491 7\n"
    assert genomedb("dump-wig", "s", "two", "--chrom", "1", "--chrom", "chr1") == (0, "", "")
    assert os.listdir("two") == ["chr1.wig.gz"]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["seq", "out"], "seq: a sequence track holds no signal"),
        (["s", "out", "--chrom", "chr9"], 'chromosome "chr9" does not exist'),
        (["s", "x.fa"], "x.fa"),
        (["s", "x.fa/deeper"], "x.fa"),
        (["s", "y" * 300], "y" * 300),
    ],
)
def test_dump_wig_refuses_in_one_line_and_leaves_nothing(tracks, genomedb, words, said):
    before = sorted(os.listdir(tracks))
    code, out, err = genomedb("dump-wig", *words)
    assert (code, out, err.count("\n")) == (1, "", 1)
    assert said in err
    assert sorted(os.listdir(tracks)) == before


def test_seq_counts_from_one_and_includes_both_ends(tracks, genomedb):
    assert genomedb("seq", "chr1", "1", "7") == (0, ">chr1:1-7\nACGTNAC\n", "")
    assert genomedb("seq", "1", "1000", "1000") == (0, ">chr1:1000-1000\nN\n", "")
    assert genomedb("seq", "2", "1", "4", "-") == (0, ">chr2:1-4(-)\nacgt\n", "")
    assert genomedb("seq", "chr2", "2", "5", "--", "-")[1] == ">chr2:2-5(-)\ntacg\n"
    out = genomedb("seq", "chrX", "1", "121")[1]
    assert out == ">chrX:1-121\n" + ("G" * 60 + "\n") * 2 + "G\n"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["chr1", "0", "5"], "seq: chr1:0-5 is not inside the chromosome. chr1 is 1000 bp long; "
         "here positions count from 1, both ends included"),
        (["chr1", "5", "4"], "chr1:5-4 is not inside"),
        (["chr1", "1000", "1001"], "chr1:1000-1001 is not inside"),
        (["chr9", "1", "5"], 'chromosome "chr9" does not exist'),
        (["chr1", "1", "5", "--track", "s"], "s: a sparse track holds no sequence"),
    ],
)  # fmt: skip
def test_seq_refuses_in_one_line(tracks, genomedb, words, said):
    code, out, err = genomedb("seq", *words)
    assert (code, out, err.count("\n")) == (1, "", 1)
    assert said in err


# ---- list, info, attr, mv, cp, rm, validate


def test_list_is_sorted_and_searched(tracks, genomedb):
    assert genomedb("list") == (0, "lab/d\ns\nseq\n", "")
    assert genomedb("list", "^s") == (0, "s\nseq\n", "")
    assert genomedb("list", "nothing") == (0, "", "")
    assert json.loads(genomedb("list", "--json")[1])[0] == {"track": "lab/d"}
    assert genomedb("list", "--paths", "lab")[1] == f"{tracks / 'dbs/toy/lab/d.h5'}\n"
    code, _, err = genomedb("list", "[")
    assert (code, "is not a regular expression" in err) == (1, True)


def test_info_shows_tracks_and_the_database(tracks, genomedb):
    code, out, err = genomedb("info", "lab/d", "seq", "--json")
    assert (code, err) == (0, "")
    dense, seq = json.loads(out)
    assert (dense["type"], dense["bin_size"], dense["missing"]) == ("dense", 10, "nan")
    assert dense["attributes"]["lab"] == "ours"
    assert seq["type"] == "sequence"
    lines = genomedb("info", "lab.d")[1].splitlines()
    assert "bin_size\t10" in lines
    assert "name\tlab/d" in lines
    (database,) = json.loads(genomedb("info", "--json")[1])
    assert database["n_tracks"] == 3
    assert database["n_bp"] == 1705
    assert genomedb("info", "nothing")[0] == 1


def test_attr_shows_sets_and_removes(tracks, genomedb):
    assert "lab\tours" in genomedb("attr", "lab/d")[1].splitlines()
    words = ["attr", "lab/d", "--set", "cell=WI38", "--set", "x=a=b", "--remove", "lab"]
    assert genomedb(*words) == (0, "", "")
    found = json.loads(genomedb("attr", "lab/d", "--json")[1])
    assert (found["cell"], found["x"], "lab" in found) == ("WI38", "a=b", False)
    assert db_of(tracks)["lab/d"].read("chr1", 0, 10) == [1.5]
    for change, said in [
        (["--set", "created.by=me"], "attribute 'created.by' is read-only"),
        (["--set", "bin_size=3"], "describes the file and cannot be set"),
        (["--set", "nonsense"], "attribute 'nonsense' is not NAME=VALUE"),
        (["--set", "a b=c"], "attribute name 'a b' is not legal"),
    ]:
        code, _, err = genomedb("attr", "lab/d", *change)
        assert (code, said in err) == (1, True), err


def test_mv_cp_and_rm_manage_tracks(tracks, genomedb):
    assert genomedb("mv", "lab/d", "other.place/d") == (0, "", "")
    assert genomedb("list")[1] == "other/place/d\ns\nseq\n"
    assert not (tracks / "dbs/toy/lab").exists()
    assert genomedb("cp", "s", "s2") == (0, "", "")
    assert genomedb("cp", "s", "s2", "--skip-existing") == (0, "", "")
    code, _, err = genomedb("cp", "s", "s2")
    assert (code, "there already" in err) == (1, True)
    assert genomedb("cp", "other/place/d", "s2", "--overwrite") == (0, "", "")
    assert db_of(tracks)["s2"].track_type == "dense"
    assert genomedb("mv", "s", "s2")[0] == 1
    code, _, err = genomedb("rm", "s", "nothing")
    assert (code, "track 'nothing' does not exist" in err) == (1, True)
    assert genomedb("list", "^s$")[1] == "s\n"
    assert genomedb("rm", "s", "/s", "s.h5", "nothing", "--force") == (0, "", "")
    assert genomedb("rm", "other.place.d", "seq", "s2") == (0, "", "")
    assert os.listdir(tracks / "dbs/toy") == ["chromosome.h5"]


def test_validate_finds_damage(tracks, genomedb):
    code, out, err = genomedb("validate")
    assert (code, out, err) == (0, "", "4 files checked, 0 findings\n")
    assert genomedb("validate", "s", "-q", "--json") == (0, "[]\n", "")
    path = tracks / "dbs/toy/s.h5"
    data = bytearray(path.read_bytes())
    at = data.index(b"chr1/value") if b"chr1/value" in data else len(data) // 2
    data[at : at + 64] = bytes(64)
    path.write_bytes(data)
    code, out, err = genomedb("validate", "s", "--json")
    assert code == 1
    findings = json.loads(out)
    assert findings
    assert set(findings[0]) == {"rule", "file", "place", "problem"}
    (tracks / "copy.h5").write_bytes(b"not a track")
    code, out, _ = genomedb("validate", "copy.h5", "-q")
    assert (code, "copy.h5" in out) == (1, True)
    assert genomedb("validate", "nothing")[0] == 1


KILLED = """
import os, signal, sys
from genomedb import GenomeDB
from genomedb.tracks.create import new_dense
with new_dense(GenomeDB(sys.argv[1]).place("lab/killed"), bin_size=10):
    os.kill(os.getpid(), signal.SIGKILL)
"""


def test_validate_removes_what_killed_writers_left(tracks, genomedb):
    folder = tracks / "dbs" / "toy"
    before = sorted(folder.rglob("*"))
    done = subprocess.run([sys.executable, "-c", KILLED, str(folder)], timeout=60, check=False)
    assert done.returncode == -signal.SIGKILL
    left = sorted(set(folder.rglob("*")) - set(before))
    assert left
    assert genomedb("list") == (0, "lab/d\ns\nseq\n", "")
    code, _, err = genomedb("validate", "--clean")
    assert code == 0
    assert "removed " in err
    assert sorted(folder.rglob("*")) == before


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
