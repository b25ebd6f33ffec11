"""Scripts that list, print and rewrite: tracks, chromosomes, sequence, genes, WIG."""

import gzip

import numpy as np
import pytest

HEADER = "#bin name chrom strand txStart txEnd cdsStart cdsEnd exonCount exonStarts exonEnds"
GENES = """HEADER
1\tone\tchr1\t+\t5\t60\t10\t50\t3\t5,20,40,\t20,30,60,
1\ttwo\tchr2\t-\t0\t45\t0\t0\t3\t0,10,30,\t5,20,45,
1\tfar\tchr9\t+\t0\t45\t0\t0\t1\t0,\t45,
""".replace("HEADER", HEADER.replace(" ", "\t"))
ROWS = """ID\tNAME\tCHROM\tSTART\tEND\tSTRAND\tEXON.STARTS\tEXON.ENDS\tCDS.START\tCDS.END
1\tone\tchr1\t6\t60\t1\t6,41\t30,60\t11\t50
2\ttwo\tchr2\t1\t45\t-1\t31,11,1\t45,20,5\tNA\tNA
"""


@pytest.mark.parametrize("trailing", [True, False])
def test_gene_tables_become_transcripts(toy, script, tmp_path, trailing):
    text = GENES if trailing else GENES.replace(",\t", "\t").replace(",\n", "\n")
    (tmp_path / "refGene.txt.gz").write_bytes(gzip.compress(text.encode()))
    code, out, err = script("parse_ucsc_genes", "--assembly", "toy", "refGene.txt.gz")
    assert (code, out) == (0, ROWS)
    assert "chromosome chr9 is not in the database: 1 transcripts left out" in err
    assert "2 transcripts" in err
    assert script("parse_ucsc_genes", "refGene.txt.gz", "-o", "x.tab", "-q") == (0, "", "")
    assert (tmp_path / "x.tab").read_text() == ROWS
    from genomedb.classic.transcript import read_transcripts

    read = list(read_transcripts(tmp_path / "x.tab", toy.get_chromosome_dict()))
    assert [(t.name, t.size(), t.cds_start) for t in read] == [("one", 45, 11), ("two", 30, None)]


def test_gene_tables_that_are_wrong_name_the_line(toy, script, tmp_path):
    (tmp_path / "g.txt").write_text(GENES.replace("5,20,40,", "5,x,40,"))
    code, out, err = script("parse_ucsc_genes", "g.txt", "-o", "x.tab")
    assert (code, out) == (1, "")
    assert "g.txt:2: exonStarts holds 'x', which is no whole number" in err
    assert not (tmp_path / "x.tab").exists()


def test_chromosomes_are_listed_by_kind(tmp_path, script):
    sizes = "chr1\t9\nchrX\t8\nchrY\t7\nchrM\t6\nchr1_random\t5\nchr6_hap1\t4\n"
    (tmp_path / "sizes").write_text(sizes)
    assert script("load_chr", "--assembly", "toy", "sizes", "-q") == (0, "", "")
    assert script("list_chromosomes", "--all")[1] == sizes
    assert script("list_chromosomes", "--assembly", "toy")[1] == "chr1\t9\nchrX\t8\n"
    assert script("list_chromosomes", "--no_x", "--y")[1] == "chr1\t9\nchrY\t7\n"
    out = script("list_chromosomes", "--rand", "--mito", "--hap", "--ids")[1]
    assert out == "1\tchr1\t9\n2\tchrX\t8\n4\tchrM\t6\n5\tchr1_random\t5\n6\tchr6_hap1\t4\n"


def test_chromosomes_are_numbered_as_in_the_older_library(tmp_path, script):
    (tmp_path / "sizes").write_text("chr10\t9\nchrX\t8\nchrM\t7\nchr2\t6\n")
    assert script("load_chr", "sizes", "-q") == (0, "", "")
    out = script("list_chromosomes", "--all", "--ids")[1]
    assert out == "1\tchr2\t6\n2\tchr10\t9\n3\tchrX\t8\n4\tchrM\t7\n"


def test_tracks_are_listed_by_name_or_path(toy, script, tmp_path):
    for name in ("b/two", "one"):
        toy.create_dense(name, {"chr1": np.zeros(100)}, bin_size=1)
    assert script("list_tracks", "--assembly", "toy") == (0, "b/two\none\n", "")
    paths = [str(tmp_path / "dbs" / "toy" / f"{name}.h5") for name in ("b/two", "one")]
    assert script("list_tracks", "--paths") == (0, "\n".join(paths) + "\n", "")


def test_wig_files_are_written_by_chromosome_or_together(toy, script, tmp_path):
    values = {"chr1": np.arange(100) % 7, "chr2": np.zeros(50)}
    toy.create_dense("x", values, bin_size=1, dtype="uint8")
    assert script("dump_wig", "--assembly", "toy", "x", "out") == (0, "", "")
    text = gzip.decompress((tmp_path / "out" / "chr1.wig.gz").read_bytes()).decode()
    lines = text.splitlines()
    assert lines[0].startswith("fixedStep chrom=chr1 start=1 step=1")
    assert [float(line) for line in lines[1:]] == values["chr1"].tolist()
    assert (tmp_path / "out" / "chr2.wig.gz").exists()
    code, _, err = script("dump_wig", "x", "out")
    assert (code, "chr1.wig.gz: there already" in err) == (1, True)
    assert script("dump_wig", "x", "two", "--chrom", "chr2", "--combine_files") == (0, "", "")
    text = gzip.decompress((tmp_path / "two" / "combined.wig.gz").read_bytes()).decode()
    assert text.count("fixedStep") == 1
    assert "chrom=chr2" in text


def test_sequence_is_printed_from_one(toy, script, tmp_path):
    (tmp_path / "x.fa").write_text(">chr1\n" + "ACGTn" * 20 + "\n>chr2\n" + "g" * 50 + "\n")
    assert script("create_track", "seq", "x.fa", "-q") == (0, "", "")
    assert script("get_seq", "chr1", "2", "5") == (0, ">chr1:2-5\nCGTn\n", "")
    assert script("get_seq", "chr1", "2", "5", "-") == (0, ">chr1:2-5(-)\nnACG\n", "")
