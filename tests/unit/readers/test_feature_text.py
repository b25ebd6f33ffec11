"""Feature text: BED, tables, GFF, gene tables and VCF, and every way they can be wrong."""

import gzip
import io
import math
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from genomedb.core.texts import Texts
from genomedb.errors import GenomeDBError, MissingFileError, ParseError, UsageError
from genomedb.readers import gff as gff_module
from genomedb.readers.bed import iter_bed, iter_table
from genomedb.readers.feature_formats import detect_feature_format
from genomedb.readers.genes import iter_genes
from genomedb.readers.gff import iter_gff
from genomedb.readers.vcf import iter_vcf

DM3 = Path(__file__).parents[4] / "shared" / "data" / "real" / "dm3"
READERS = [iter_bed, iter_table, iter_gff, iter_genes, iter_vcf]


@pytest.fixture
def written(tmp_path):
    def write(text, name="x.txt"):
        path = tmp_path / name
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return path

    return write


def whole(batches):
    """All batches as lists by column name."""
    found, n = {}, 0
    for batch in batches:
        columns = {
            "chrom": [batch.names[c] for c in batch.chrom],
            "start": batch.start.tolist(),
            "end": batch.end.tolist(),
            "strand": None if batch.strand is None else batch.strand.tolist(),
            "line": batch.line.tolist(),
            **{k: c.tolist() for k, c in batch.columns.items()},
        }
        for name, values in columns.items():
            if values is not None:
                assert len(values) == len(batch)
                found.setdefault(name, [""] * n).extend(values)
        n += len(batch)
        for name, values in found.items():
            values.extend([""] * (n - len(values)))
            assert len(values) == n, name
    return found


def message(reader, path, **options):
    with pytest.raises(ParseError) as caught:
        list(reader(path, **options))
    return str(caught.value).removeprefix(str(path))


# ---- BED


def test_bed12_has_the_types_that_bed_says(written):
    text = "track x\nc\t1\t90\tn\t.\t-\t5\t80\t255,0,0\t2\t3,4,\t0,85,\textra\n"
    (batch,) = iter_bed(written(text))
    got = whole([batch])
    assert math.isnan(got.pop("score")[0])
    assert got == {
        "chrom": ["c"], "start": [1], "end": [90], "strand": [-1], "line": [2], "name": ["n"],
        "thickStart": [5], "thickEnd": [80], "itemRgb": ["255,0,0"], "blockCount": [2],
        "blockSizes": ["3,4,"], "blockStarts": ["0,85,"], "column13": ["extra"],
    }  # fmt: skip
    assert batch.infer == {"column13"}
    assert batch.columns["thickStart"].dtype == np.int64


@pytest.mark.parametrize(
    ("row", "columns"),
    [
        ("c 1 9", []),
        ("c 1 9 n", ["name"]),
        ("c 1 9 n 5 +", ["name", "score"]),
        ("c 1 9 n high +", ["name", "column5", "column6"]),
        ("c 1 9 n 5 up", ["name", "score", "column6"]),
        ("c 1 9 n 5 + 2", ["name", "score", "column7"]),
        ("c 1 9 n 5 + 2 3", ["name", "score", "thickStart", "thickEnd"]),
        ("c 1 9 n 5 + 0 0", ["name", "score", "thickStart", "thickEnd"]),
        ("c 1 9 n 5 + 2 300", ["name", "score", "column7", "column8"]),
        ("c 1 9 n 5 + 7.5 3", ["name", "score", "column7", "column8"]),
        ("c 1 9 n 5 + 2 3 red", ["name", "score", "thickStart", "thickEnd", "column9"]),
        ("c 1 9 n 5 + 2 3 0 1", ["name", "score", "thickStart", "thickEnd", "itemRgb", "column10"]),
    ],
)
@pytest.mark.parametrize("separator", ["\t", " "])
def test_the_first_line_says_which_columns_are_those_of_bed(written, row, columns, separator):
    (batch,) = iter_bed(written(row.replace(" ", separator)))
    assert list(batch.columns) == columns


def test_n_standard_forces_the_columns(written):
    path = written("c\t1\t9\t7\t5\t+\t2\t3\n")
    assert list(next(iter_bed(path, n_standard=3)).columns) == [f"column{k}" for k in range(4, 9)]
    assert list(next(iter_bed(path, n_standard=7)).columns)[2:] == ["thickStart", "column8"]
    assert "8 fields, not 9" in message(iter_bed, path, n_standard=9)
    with pytest.raises(UsageError, match="n_standard=2 is not 3 to 12"):
        iter_bed(path, n_standard=2)


@pytest.mark.parametrize(
    ("name", "row", "columns"),
    [
        ("a.narrowPeak", "c 1 9 n 5 . 2 3 -1 4", ["signalValue", "pValue", "qValue", "peak"]),
        ("a.broadPeak.gz", "c 1 9 n 5 . 2 3 -1", ["signalValue", "pValue", "qValue"]),
        ("a.narrowPeak", "c 1 9 n 5 .", []),
    ],
)
def test_peaks_have_the_names_of_their_format(written, name, row, columns):
    text = row.replace(" ", "\t").encode()
    path = written(gzip.compress(text) if name.endswith("gz") else text, name)
    (batch,) = iter_bed(path)
    assert list(batch.columns) == ["name", "score", *columns]
    assert batch.infer == set(columns)
    assert batch.strand.tolist() == [0]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("c\t1\t2\nc\t1\t2\tx\n", ":2: 4 fields, not 3, in"),
        ("c\t1\t2\tx\nc\t1\t2\n", ":2: 3 fields, not 4, in"),
        ("c\t1\t2\n#\nc\t5\t5\n", ":3: start and end are the same in"),
        ("c\t1\n", ":1: 2 fields, not 3, in"),
        ("chrom\tstart\tend\nc\t1\t2\n", ":1: \"chrom\tstart\tend\" is the header of a table"),
        ("c\t1\t2\tn\t5\nc\t1\t2\tn\thigh\n", "n_standard says how many columns are BED's"),
        ("# nothing\n\n", ": no data lines"),
        ("", ": no data lines"),
    ],
)  # fmt: skip
def test_a_wrong_bed_is_refused(written, text, wanted):
    assert wanted in message(iter_bed, written(text))


def test_standard_input_is_read(monkeypatch):
    stdin = io.TextIOWrapper(io.BytesIO(b"c\t1\t2\n"))
    monkeypatch.setattr(sys, "stdin", stdin)
    assert whole(iter_bed("-"))["start"] == [1]


def test_bed_equals_pandas(written):
    import pandas as pd

    rng = np.random.default_rng(3)
    start = rng.integers(0, 10**8, 200_000)
    frame = pd.DataFrame(
        {
            "chrom": [f"chr{k}" for k in rng.integers(1, 9, start.size)],
            "start": start,
            "end": start + rng.integers(1, 999, start.size),
            "name": [f"p{k}" for k in range(start.size)],
            "score": rng.random(start.size).round(5),
            "strand": np.array(list("+-."))[rng.integers(0, 3, start.size)],
        }
    )
    path = written(frame.to_csv(None, sep="\t", header=False, index=False))
    got = whole(iter_bed(path))
    assert got.pop("line") == list(range(1, start.size + 1))
    got["strand"] = ["+" if s > 0 else "-" if s else "." for s in got["strand"]]
    assert pd.DataFrame(got)[list(frame)].equals(frame.astype(pd.DataFrame(got).dtypes))


@pytest.mark.parametrize("path", sorted(DM3.glob("*.bed")) or [None], ids=str)
def test_real_peaks_equal_pandas(path):
    if path is None:
        pytest.skip("no real data")
    import pandas as pd

    frame = pd.read_csv(path, sep="\t", header=None, comment="t", names=["chrom", "start", "end"])
    got = whole(iter_bed(path))
    assert got["chrom"] == frame["chrom"].tolist()
    assert got["start"] == frame["start"].tolist()
    assert got["end"] == frame["end"].tolist()


# ---- tables


def test_a_table_names_its_columns(written):
    text = (
        "## note\n#Name\tchromStart\tCHROM\tEnd\tStrand\t\n\na\t1\tc\t2\t-1\tx\n#\nb\t3\tc\t4\t\t\n"
    )
    (batch,) = iter_table(written(text))
    assert whole([batch]) == {
        "chrom": ["c", "c"], "start": [1, 3], "end": [2, 4], "strand": [-1, 0], "line": [4, 6],
        "Name": ["a", "b"], "column6": ["x", ""],
    }  # fmt: skip
    assert batch.infer == {"Name", "column6"}


def test_a_table_between_blanks(written):
    got = whole(iter_table(written("chrom start  end v\ntrack 1 2   3.5\n")))
    assert (got["chrom"], got["v"]) == (["track"], ["3.5"])


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("c\t1\t2\n", ':1: header "c\t1\t2" is not one. The first line names the columns chrom'),
        ("chrom\tstart\tend\tstart\n", "is not one"),
        ("chrom\tstart\tend\ta\ta\n", "column 'a' is there twice"),
        ("chrom\tstart\tend\n", ": no data lines"),
        ("# x\n", ": no header"),
        ("chrom\tstart\tend\tv\nc\t1\t2\n", ":2: 3 fields, not 4, in"),
        ("chrom\tstart\tend\tstrand\nc\t1\t2\tup\n", ':2: strand "up" is not one'),
    ],
)
def test_a_wrong_table_is_refused(written, text, wanted):
    assert wanted in message(iter_table, written(text))


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


# ---- all


@pytest.mark.parametrize("reader", READERS)
def test_a_missing_file_is_named(reader, tmp_path):
    with pytest.raises(MissingFileError, match="no such file"):
        list(reader(tmp_path / "none"))


PIECES = [
    b"c", b"1", b"9", b"20", b"+", b".", b"\t", b"\t", b"\t", b" ", b"\n", b"\r", b"#", b"##FASTA",
    b">", b"a=1;", b'a "b";', b"<", b"END=", b",", b"chrom\tstart\tend", b"%", b"\xff", b"\0",
    b"#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\n", b"track", b"c\t1\t9\t", b"txStart\ttxEnd",
]  # fmt: skip


@pytest.mark.parametrize("reader", READERS)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(data=st.one_of(st.binary(max_size=100), st.lists(st.sampled_from(PIECES)).map(b"".join)))
def test_any_bytes_are_features_or_an_error(reader, data, tmp_path):
    path = tmp_path / "x"
    path.write_bytes(data)
    try:
        batches = list(reader(path))
    except GenomeDBError:
        return
    for batch in batches:
        assert len(batch)
        assert (batch.start >= 0).all()
        assert (batch.start < batch.end).all()
        for column in batch.columns.values():
            assert len(column) == len(batch)
            if isinstance(column, Texts):
                assert (column.sizes >= 0).all()


@pytest.mark.parametrize(
    ("name", "format"),
    [
        ("a.bed", "bed"), ("a.BED12.gz", "bed"), ("a.narrowPeak.zst", "narrowpeak"),
        ("a.broadPeak", "broadpeak"), ("a.gff3.bgz", "gff"), ("a.gtf.xz", "gff"),
        ("a.genePred", "genes"), ("refFlat.txt.gz", "genes"), ("knownGene.txt", "genes"),
        ("a.vcf.bz2", "vcf"), ("a.bb", "bigbed"), ("a.bigBed", "bigbed"), ("a.tsv", "table"),
        ("a.tab.zip", "table"),
    ],
)  # fmt: skip
def test_a_name_tells_the_format(name, format):
    assert detect_feature_format(name) == format


@pytest.mark.parametrize("name", ["a.csv", "a.txt", "-", "bed"])
def test_a_name_that_tells_nothing_is_refused(name):
    with pytest.raises(UsageError, match="does not tell the feature format"):
        detect_feature_format(name)
