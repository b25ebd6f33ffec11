"""export, dump-wig and seq: what they write and what they refuse."""

import gzip
import os
from pathlib import Path

import numpy as np
import pyBigWig
import pytest
from toy import db_of


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


def test_dump_wig_into_a_folder_that_is_only_read_says_so(tracks, genomedb, unprivileged):
    (tracks / "out").mkdir()
    with unprivileged(tracks):
        (tracks / "out").chmod(0o555)
        code, _, err = genomedb("dump-wig", "s", "out/deeper")
        (tracks / "out").chmod(0o755)
    assert (code, os.listdir("out")) == (1, [])
    assert err == (
        "genomedb dump-wig: out/deeper: cannot be written (Permission denied). Ask for write "
        "permission there or write elsewhere\n"
    )


def test_dump_wig_says_that_a_chromosome_has_no_data(tracks, genomedb):
    legacy = Path(__file__).parents[2] / "data/legacy"
    words = ["dump-wig", "signed", "out", "--db", legacy, "-a", "toy1"]
    code, out, err = genomedb(*words, "--chrom", "chrM", "--chrom", "chr1")
    assert (code, out, os.path.exists("out")) == (1, "", False)
    assert "signed: has no data on chrM. Leave out --chrom" in err


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
