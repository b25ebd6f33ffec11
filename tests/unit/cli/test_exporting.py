"""export of tables, bins and regions of a file on the command line."""

import pytest


def test_tables_bins_and_regions_of_a_file(genomedb, tracks):
    (tracks / "r.bed").write_text("chr1\t5\t25\nchr2\t480\t500\n")
    words = ["--regions", "r.bed", "-q"]
    assert genomedb("export", "s", "x.tsv", *words) == (0, "", "")
    assert (tracks / "x.tsv").read_text() == (
        "chrom\tstart\tend\tvalue\nchr1\t0\t10\t1.5\nchr1\t10\t30\t2\nchr2\t490\t500\t7\n"
    )
    code, out, _ = genomedb("export", "lab/d", "-", "-b", "15", *words)
    # bins 480-495 and 495-500 have one value: one line
    assert (code, out) == (0, "chr1\t5\t15\t1.75\nchr1\t15\t25\t2\nchr2\t480\t500\t7\n")
    assert genomedb("export", "s", "-", "-f", "bed", "-q")[1].startswith("chr1\t0\t10\t.\t1.5\n")
    pytest.importorskip("pyarrow")
    assert genomedb("export", "s", "x.parquet", "-q")[0] == 0


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["s", "x.bed", "-b", "5"], 1, "bed has no bins. Leave --bin-size out"),
        (["s", "x.bed", "-c", "a"], 1, "columns are not chosen for bed"),
        (["seq", "x.tsv"], 1, "a sequence track is no table. Use export_fasta"),
        (["s", "x.bw", "--regions", "none.bed"], 1, "none.bed"),
        (["s", "x.bw", "--regions", "r", "-r", "chr1"], 2, "not allowed with argument"),
    ],
)
def test_wrong_exports_say_why(genomedb, tracks, words, code, said):
    got, _, err = genomedb("export", *words, "-q")
    assert (got, said in err) == (code, True)
    assert not (tracks / words[1]).exists()
