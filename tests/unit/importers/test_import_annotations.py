"""GFF, GTF, gene tables, VCF and bigBed become feature tracks."""

import gzip

import numpy as np
import pytest
from bigbed_files import PEAKS, write_bigbed

from genomedb.errors import FormatError, ParseError
from genomedb.importers.features import import_features

GFF = (
    "##gff-version 3\nchr2\tsrc\tgene\t11\t400\t.\t-\t.\tID=g2;Note=x%2Cy\n"
    "chr1\tsrc\tgene\t1\t90\t2.5\t+\t.\tID=g1;level=2\nchr1\tsrc\tCDS\t1\t30\t.\t+\t0\tParent=g1\n"
)
GTF = (
    'chr1\tsrc\texon\t51\t90\t.\t-\t.\tgene_id "g;1"; exon_number 2;\n'
    'chr1\tsrc\texon\t1\t20\t.\t-\t.\tgene_id "g;1"; exon_number 1;\n'
)
GENES = "n1\tchr1\t+\t10\t90\t20\t80\t2\t10,50,\t30,90,\nn2\tchr2\t-\t0\t500\t0\t0\t1\t0,\t500,\n"
VCF = (
    "##fileformat=VCFv4.2\n#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\n"
    "chr1\t6\t.\tA\t<DEL>\t.\tq10\tEND=20\nchr1\t5\trs1\tACG\tA\t30.5\tPASS\t.\n"
    "chr2\t500\t.\tT\tC\t1\t.\tDP=3\n"
)


@pytest.fixture
def imported(db, tmp_path):
    """Call it with a file's name and text: the track made of it, and its report."""

    def made(name, text):
        path = tmp_path / name
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        report = import_features(db, "x", path)
        return db["x"], report

    return made


def types(track):
    return {column.name: column.dtype or "text" for column in track.columns}


def listed(values):
    """Numbers and texts as a list; NaN as None."""
    return [None if value != value else value for value in values.tolist()]


def rows(track, chrom):
    """(start, end, strand) of each feature, and the columns as lists."""
    found = track.read(chrom)
    strand = [None] * found.start.size if found.strand is None else found.strand.tolist()
    places = list(zip(found.start.tolist(), found.end.tolist(), strand, strict=True))
    return places, {name: listed(values) for name, values in found.columns.items()}


@pytest.mark.parametrize("name", ["a.gff3", "a.gff.gz"])
def test_gff_counts_from_one_and_its_attributes_become_columns(imported, name):
    track, report = imported(name, gzip.compress(GFF.encode()) if name.endswith("gz") else GFF)
    assert report.n_records == 3
    assert types(track) == {
        "source": "text", "type": "text", "score": "float64", "phase": "text", "ID": "text",
        "Note": "text", "level": "float64", "Parent": "text",
    }  # fmt: skip
    assert rows(track, "chr1") == (
        [(0, 30, 1), (0, 90, 1)],
        {"source": ["src", "src"], "type": ["CDS", "gene"], "score": [None, 2.5],
         "phase": ["0", "."], "ID": ["", "g1"], "Note": ["", ""], "level": [None, 2],
         "Parent": ["g1", ""]},
    )  # fmt: skip
    places, columns = rows(track, "chr2")
    assert (places, columns["Note"]) == ([(10, 400, -1)], ["x,y"])


def test_gtf_attributes_become_columns_and_their_numbers_numbers(imported):
    track, _ = imported("a.gtf", GTF)
    assert types(track)["exon_number"] == "int32"
    places, columns = rows(track, "chr1")
    assert places == [(0, 20, -1), (50, 90, -1)]
    assert columns["gene_id"] == ["g;1", "g;1"]
    assert columns["exon_number"] == [1, 2]


@pytest.mark.parametrize("name", ["a.genePred", "knownGene.txt", "refFlat.txt"])
def test_gene_tables_keep_their_exons(imported, name):
    text = GENES
    if name == "refFlat.txt":
        text = "".join(f"G{line[1:2]}\t{line}\n" for line in GENES.splitlines())
    track, report = imported(name, text)
    assert report.n_records == 2
    places, columns = rows(track, "chr1")
    assert places == [(10, 90, 1)]
    assert columns.pop("geneName", ["G1"]) == ["G1"]
    assert columns == {
        "name": ["n1"], "cdsStart": [20], "cdsEnd": [80], "exonCount": [2],
        "exonStarts": ["10,50,"], "exonEnds": ["30,90,"],
    }  # fmt: skip
    assert rows(track, "chr2")[0] == [(0, 500, -1)]


def test_variants_span_their_reference_or_reach_their_end(imported):
    track, _ = imported("a.vcf", VCF)
    assert not track.has_strand
    assert types(track)["qual"] == "float64"
    assert rows(track, "chr1") == (
        [(4, 7, None), (5, 20, None)],
        {"id": ["rs1", "."], "ref": ["ACG", "A"], "alt": ["A", "<DEL>"], "qual": [30.5, None],
         "filter": ["PASS", "q10"], "info": [".", "END=20"]},
    )  # fmt: skip
    assert rows(track, "chr2")[0] == [(499, 500, None)]
    assert track.n_records("chrX") == 0


@pytest.mark.parametrize("order", "<>")
def test_bigbed_columns_have_the_types_of_its_declaration(db, tmp_path, order):
    features = [
        ("chr2", 5, 90, "p2\t7\t-\t1.5\t3\tlow\t1,2\tnote"),
        ("chr1", 7, 9, "p1\t1\t+\t2\t4\thigh\t3,4\t"),
        ("chr1", 1, 9, "p0\t0\t.\t\t-1\thigh\t5,6\té"),
    ]
    sizes = dict(zip(db.chroms.names, db.chroms.lengths, strict=True))
    path = write_bigbed(
        tmp_path / "a.bb", features, chroms=sizes, autosql=PEAKS, n_bed=6, order=order
    )
    report = import_features(db, "x", path)
    assert report.n_records == 3
    assert types(db["x"]) == {
        "name": "text", "score": "int32", "signal": "float64", "peak": "int32", "kind": "text",
        "pair": "text", "note": "text",
    }  # fmt: skip
    assert rows(db["x"], "chr1") == (
        [(1, 9, 0), (7, 9, 1)],
        {"name": ["p0", "p1"], "score": [0, 1], "signal": [None, 2], "peak": [-1, 4],
         "kind": ["high", "high"], "pair": ["5,6", "3,4"], "note": ["é", ""]},
    )  # fmt: skip
    assert rows(db["x"], "chr2")[1]["note"] == ["note"]


def test_types_asked_for_are_taken_for_any_format(db, tmp_path):
    path = tmp_path / "a.gtf"
    path.write_text(GTF)
    import_features(db, "x", path, types={"exon_number": "text", "score": "float32"})
    found = db["x"].read("chr1").columns
    assert found["exon_number"].tolist() == ["1", "2"]
    assert found["score"].dtype == np.float32


@pytest.mark.parametrize(
    ("name", "text", "error", "message"),
    [
        ("a.gff", "chr1\ts\tt\t3\t1\t.\t.\t.\ta=1\n", ParseError, r"a\.gff:1: end is before start"),
        ("a.gff", "chr1\ts\tt\t3\t1001\t.\t.\t.\ta=1\n", ParseError,
         r"a\.gff:1: chr1:2-1001 is not inside the chromosome, which is 1000 bp"),
        ("a.genePred", GENES.replace("\t1\t0,", "\t3\t0,"), ParseError,
         r'a\.genePred:2: exonStarts "0," does not hold exonCount=3 items'),
        ("a.vcf", VCF.replace("chr1\t5", "chr1\t0"), ParseError, r'a\.vcf:4: position "0" is'),
        ("a.vcf", VCF.replace("500\t.", "501\t."), ParseError, r"a\.vcf:5: chr2:500-501 is not"),
        ("a.bb", "not one", FormatError, r"a\.bb: this is not a bigBed file"),
    ],
)  # fmt: skip
def test_a_wrong_file_is_named_with_its_line_and_leaves_nothing(
    imported, leftovers, name, text, error, message
):
    with pytest.raises(error, match=message):
        imported(name, text)
    assert leftovers() == []
