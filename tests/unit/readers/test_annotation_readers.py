"""GFF, GTF, gene tables and VCF."""

import gzip

import pytest
from feature_batches import DM3, message, whole

from genomedb.readers import gff as gff_module
from genomedb.readers.genes import iter_genes
from genomedb.readers.gff import iter_gff
from genomedb.readers.vcf import iter_vcf

# ---- GFF

GFF3 = (
    "##gff-version 3\nc\ts\tgene\t5\t5\t.\t+\t.\tID=a;Note=x%2Cy;score=7\n"
    "c\ts\tCDS\t6\t9\t1.5\t?\t0\tID=b\nc\ts\tx\t7\t8\t.\t.\t.\n##FASTA\n>c\nACGT\n"
)


def test_gff3(written):
    (batch,) = iter_gff(written(GFF3))
    got = whole([batch])
    assert [repr(v) for v in got.pop("score")] == ["nan", "1.5", "nan"]
    assert got == {
        "chrom": ["c"] * 3, "start": [4, 5, 6], "end": [5, 9, 8], "strand": [1, 0, 0],
        "line": [2, 3, 4], "source": ["s"] * 3, "type": ["gene", "CDS", "x"],
        "phase": [".", "0", "."], "ID": ["a", "b", ""], "Note": ["x,y", "", ""],
        "score_attribute": ["7", "", ""],
    }  # fmt: skip
    assert batch.infer == {"ID", "Note", "score_attribute"}


def test_gtf_is_known_by_its_quotes(written):
    text = '#!x\nc\ts\tgene\t1\t9\t.\t-\t.\tgene_id "g;1"; tag "a"; tag "b"; level 2; source "h";\n'
    got = whole(iter_gff(written(text)))
    assert got["gene_id"] == ["g;1"]
    assert got["tag"] == ["a,b"]
    assert got["level"] == ["2"]
    assert got["source_attribute"] == ["h"]


def test_gff_without_declaration_is_known_by_its_attributes(written):
    row = "c\ts\tt\t1\t2\t.\t.\t.\t"
    assert whole(iter_gff(written(row + ".\n" + row + "a=b c;d=e")))["a"] == ["", "b c"]
    assert whole(iter_gff(written(row + "\n" + row + "n 5;\n")))["n"] == ["", "5"]


def test_keys_beyond_the_limit_are_kept_as_written(written, monkeypatch):
    monkeypatch.setattr(gff_module, "MAX_KEYS", 2)
    got = whole(iter_gff(written("c\ts\tt\t1\t2\t.\t.\t.\ta=1;b=2;c=%41;d=4\n")))
    assert got["other_attributes"] == ["c=%41;d=4"]


def test_keys_may_differ_between_batches(written, monkeypatch):
    monkeypatch.setattr(gff_module, "_BLOCK_BYTES", 40)
    rows = [f"c\ts\tt\t{k + 1}\t{k + 2}\t.\t.\t.\tk{k % 3}=v{k}\n" for k in range(50)]
    got = whole(iter_gff(written("".join(rows))))
    for key in range(3):
        assert got[f"k{key}"] == [f"v{k}" if k % 3 == key else "" for k in range(50)]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("c\ts\tt\t0\t2\t.\t.\t.\ta=1\n", ':1: start "0" is before the first base'),
        ("c\ts\tt\t3\t1\t.\t.\t.\ta=1\n", ":1: end is before start"),
        ("c\ts\tt\t3\t4\thigh\t.\t.\ta=1\n", ':1: score "high" is not a number'),
        ("c\ts\tt\t3\t4\t.\tx\t.\ta=1\n", ':1: strand "x" is not one'),
        ("c\ts\tt\t3\t4\t.\t.\n", ":1: 7 fields, not 8 or more, in"),
        ("##gff-version 3\n##FASTA\n>c\nACGT\n", ": no data lines"),
    ],
)
def test_a_wrong_gff_is_refused(written, text, wanted):
    assert wanted in message(iter_gff, written(text))


def test_real_gff_equals_a_slow_reader():
    path = DM3 / "dm3-chr2L-5M.gff.gz"
    if not path.exists():
        pytest.skip("no real data")
    from urllib.parse import unquote_to_bytes

    rows = [line.split("\t") for line in gzip.decompress(path.read_bytes()).decode().splitlines()]
    rows = [row for row in rows if len(row) == 9]
    got = whole(iter_gff(path))
    assert got["start"] == [int(row[3]) - 1 for row in rows]
    assert got["end"] == [int(row[4]) for row in rows]
    assert got["type"] == [row[2] for row in rows]
    maps = [dict(a.split("=", 1) for a in row[8].split(";") if "=" in a) for row in rows]
    for key in ("ID", "Name", "Parent", "Dbxref", "score", "fullname"):
        wanted = [unquote_to_bytes(m.get(key, "")).decode() for m in maps]
        assert got[key + "_attribute" if key == "score" else key] == wanted


# ---- gene tables

PRED = ["n", "c", "+", "10", "90", "20", "80", "2", "10,50,", "30,90,"]
EXTENDED = ["0", "g", "cmpl", "none", "0,1,"]


@pytest.mark.parametrize(
    ("row", "more"),
    [
        (PRED, {}),
        (["585", *PRED], {}),
        (["GENE", *PRED], {"geneName": ["GENE"]}),
        (["585", "GENE", *PRED], {"geneName": ["GENE"]}),
        ([*PRED, "P1", "A1"], {"proteinID": ["P1"], "alignID": ["A1"]}),
        ([*PRED, *EXTENDED], {"name2": ["g"], "score": [0.0], "exonFrames": ["0,1,"]}),
        (["585", *PRED, *EXTENDED], {"name2": ["g"], "cdsStartStat": ["cmpl"]}),
    ],
)
def test_every_shape_of_gene_table(written, row, more):
    got = whole(iter_genes(written("\t".join(row) + "\n")))
    wanted = {
        "chrom": ["c"], "start": [10], "end": [90], "strand": [1], "name": ["n"],
        "cdsStart": [20], "cdsEnd": [80], "exonCount": [2], "exonStarts": ["10,50,"],
        "exonEnds": ["30,90,"], **more,
    }  # fmt: skip
    assert {key: got.get(key) for key in wanted} == wanted
    assert "bin" not in got


@pytest.mark.parametrize("mark", ["#", "", "#hg19.knownGene."])
def test_a_header_names_the_columns_of_a_gene_table(written, mark):
    names = "name chrom strand txStart txEnd cdsStart cdsEnd exonCount exonStarts exonEnds odd"
    text = mark + names.replace(" ", "\t") + "\n" + "\t".join([*PRED, "5"]) + "\n"
    (batch,) = iter_genes(written(text))
    assert batch.columns["odd"].tolist() == ["5"]
    assert batch.infer == {"odd"}
    assert batch.line.tolist() == [2]


@pytest.mark.parametrize(
    ("row", "wanted"),
    [
        (PRED[:9], ":1: a gene table of unknown shape, 9 fields, in"),
        ([*PRED, "x"], "Known shapes are genePred (10 columns), refFlat (11)"),
        ([*PRED[:7], "3", *PRED[8:]], ':1: exonStarts "10,50," does not hold exonCount=3 items'),
        ([*PRED[:9], "30,"], ':1: exonEnds "30," does not hold exonCount=2 items'),
        ([*PRED[:5], "x", *PRED[6:]], ':1: cdsStart "x" is not a whole number'),
    ],
)
def test_a_wrong_gene_table_is_refused(written, row, wanted):
    assert wanted in message(iter_genes, written("\t".join(row)))


# ---- VCF

VCF = (
    "##fileformat=VCFv4.2\n##contig=<ID=c,length=1000>\n"
    '##INFO=<ID=END,Number=1,Type=Integer,Description="e">\n'
    '##FILTER=<ID=q10,Description="q">\n'
    '##ALT=<ID=DEL,Description="d">\n##FORMAT=<ID=GT,Number=1,Type=String,Description="g">\n'
    "#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\tFORMAT\tS\n"
    "c\t5\trs1\tACG\tA\t30.5\tPASS\t.\tGT\t0/1\n"
    "c\t6\t.\tA\t<DEL>\t.\tq10\tEND=20\tGT\t1/1\n"
    "c\t7\t.\tA\tC,T\t1\t.\t.\tGT\t1/2\n"
)


def test_vcf(written):
    got = whole(iter_vcf(written(VCF)))
    assert [repr(v) for v in got.pop("qual")] == ["30.5", "nan", "1.0"]
    assert got == {
        "chrom": ["c"] * 3, "start": [4, 5, 6], "end": [7, 20, 7], "line": [8, 9, 10],
        "id": ["rs1", ".", "."], "ref": ["ACG", "A", "A"], "alt": ["A", "<DEL>", "C,T"],
        "filter": ["PASS", "q10", "."], "info": [".", "END=20", "."],
    }  # fmt: skip


def test_vcf_equals_pysam(written):
    pysam = pytest.importorskip("pysam")
    path = written(VCF, "x.vcf")
    with pysam.VariantFile(str(path)) as file:
        wanted = [(r.chrom, r.start, r.stop, r.ref) for r in file]
    got = whole(iter_vcf(path))
    assert list(zip(got["chrom"], got["start"], got["end"], got["ref"], strict=True)) == wanted


@pytest.mark.parametrize(
    ("old", "new", "wanted"),
    [
        ("#CHROM", "#chr", ": no header line #CHROM POS ID"),
        ("END=20", "END=x", ':9: END is not a whole number in "END=x"'),
        ("c\t5\t", "c\t0\t", ':8: position "0" is before the first base'),
        ("30.5", "high", ':8: qual "high" is not a number'),
        ("c\t7\t.\tA\tC,T\t1\t.\t.\tGT\t1/2", "c\t7\t.\tA", ":10: 4 fields, not 8 or more"),
        ("ACG", "", ":8: start and end are the same"),
    ],
)
def test_a_wrong_vcf_is_refused(written, old, new, wanted):
    assert wanted in message(iter_vcf, written(VCF.replace(old, new, 1)))


def test_an_end_before_the_position_counts_as_none(written):
    assert whole(iter_vcf(written(VCF.replace("END=20", "END=2"))))["end"] == [7, 6, 7]
