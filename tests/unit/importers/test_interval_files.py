"""Files of intervals and gene tables as DataFrames."""

import gzip
import logging
import random

import pytest

from genomedb.core.chroms import ChromTable
from genomedb.errors import ChromError, MissingFileError, ParseError, UsageError
from genomedb.importers.gene_intervals import import_genes
from genomedb.importers.intervals import read_bed, read_gff, read_vcf

CHROMS = ChromTable(("chr10", "chr2", "chrX"), (5000, 3000, 205))


@pytest.fixture
def write(tmp_path):
    def written(name, text):
        path = tmp_path / name
        path.write_bytes(gzip.compress(text.encode()) if name.endswith(".gz") else text.encode())
        return path

    return written


def rows(frame):
    return [tuple(None if v is None or v != v else v for v in row)
            for row in frame.itertuples(index=False)]  # fmt: skip


BED = "track x\n#c\n2\t5\t9\tn1\t7.5\t-\nchr10\t1\t3\tn2\t.\t+\nchr10\t0\t3\tn3\t1\t.\n"


@pytest.mark.parametrize("name", ["a.bed", "a.bed.gz"])
def test_bed_rows_come_sorted_with_name_score_and_strand(write, name):
    made = read_bed(write(name, BED), CHROMS)
    assert list(made.columns) == ["chrom", "start", "end", "name", "score", "strand"]
    assert rows(made) == [
        ("chr10", 0, 3, "n3", 1.0, 0), ("chr10", 1, 3, "n2", None, 1), ("chr2", 5, 9, "n1", 7.5, -1)
    ]  # fmt: skip


def test_the_strand_can_be_left_out_or_asked_for(write):
    path = write("a.bed", BED)
    assert "strand" not in read_bed(path, CHROMS, has_strand=False)
    three = write("b.bed", "chr2 5 9\nX 1 3\n")
    assert list(read_bed(three, CHROMS).columns) == ["chrom", "start", "end"]
    assert read_bed(three, CHROMS, has_strand=True)["strand"].tolist() == [0, 0]


def test_peaks_have_their_own_columns_as_numbers(write):
    path = write("a.narrowPeak", "chr2\t5\t9\tp\t10\t.\t1.5\t2\t3\t2\n")
    assert rows(read_bed(path, CHROMS)) == [("chr2", 5, 9, "p", 10.0, 0, 1.5, 2, 3, 2)]


def test_unknown_chromosomes_are_left_out_and_logged(write, caplog):
    path = write("a.bed", "chrUn\t1\t2\nchr2\t1\t2\n")
    with caplog.at_level(logging.WARNING):
        assert len(read_bed(path, CHROMS)) == 1
    assert "chrUn is not in the database: 1 records left out" in caplog.text
    with pytest.raises(ChromError, match="none of its chromosomes"):
        read_bed(write("b.bed", "chrUn\t1\t2\n"), CHROMS)


def test_rows_outside_are_errors_unless_they_are_cut(write):
    path = write("a.bed", "chr2\t1\t2\nchrX\t200\t300\n")
    with pytest.raises(ParseError, match=r"a.bed:2: chrX:200-300 is not inside"):
        read_bed(path, CHROMS)
    assert rows(read_bed(path, CHROMS, clip=True))[1] == ("chrX", 200, 205)
    with pytest.raises(MissingFileError):
        read_bed("nothing.bed", CHROMS)
    with pytest.raises(ParseError, match=r"a.bed:1"):
        read_bed(write("a.bed", "chr2\t9\t5\n"), CHROMS)


GFF = (
    "##gff-version 3\nchr2\tsrc\tgene\t11\t20\t.\t-\t.\tID=g1;Name=x y\n"
    "chr10\tsrc\texon\t1\t20\t5\t+\t0\tID=e1;rank=2\n##FASTA\n>chr2\nACGT\n"
)


def test_gff_becomes_0_based_with_a_column_a_key_or_one_text(write):
    path = write("a.gff3", GFF)
    made = read_gff(path, CHROMS)
    assert list(made.columns) == [
        "chrom", "start", "end", "strand", "source", "type", "score", "phase", "ID", "Name", "rank"
    ]  # fmt: skip
    assert rows(made)[1] == (
        "chr2", 10, 20, -1, "src", "gene", None, ".", "g1", "x y", None
    )  # fmt: skip
    text = read_gff(path, CHROMS, attributes="text")
    assert list(text.columns)[-1] == "attrs"
    assert text["attrs"].tolist() == ["ID=e1;rank=2", "ID=g1;Name=x y"]
    assert text["start"].tolist() == [0, 10]
    assert read_gff(path, CHROMS, feature="exon")["chrom"].tolist() == ["chr10"]
    with pytest.raises(UsageError, match="no row has the type intron or x"):
        read_gff(path, CHROMS, feature=["intron", "x"])
    with pytest.raises(UsageError, match="attributes='json'"):
        read_gff(path, CHROMS, attributes="json")


def test_vcf_spans_the_bases_of_ref(write):
    text = "##fileformat=VCFv4.2\n#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\n"
    path = write("a.vcf", text + "2\t11\trs1\tACG\tA,T\t50\tPASS\tDP=3\n2\t5\t.\tA\tT\t.\t.\t.\n")
    made = read_vcf(path, CHROMS)
    assert rows(made) == [
        ("chr2", 4, 5, ".", "A", "T", None, ".", "."),
        ("chr2", 10, 13, "rs1", "ACG", "A,T", 50.0, "PASS", "DP=3"),
    ]
    assert "info" not in read_vcf(path, CHROMS, info=False)


def gene(name, chrom, strand, cds, *exons):
    starts = "".join(f"{a}," for a, _ in exons)
    ends = "".join(f"{b}," for _, b in exons)
    fields = (name, chrom, strand, exons[0][0], exons[-1][1], *cds, len(exons), starts, ends)
    return "\t".join(map(str, (*fields, "P", "a"))) + "\n"


THREE = (
    gene("t1", "chr10", "+", (150, 400), (100, 200), (300, 500))
    + gene("t2", "10", "-", (200, 550), (150, 250), (450, 600))
    + gene("t3", "chr2", "-", (1000, 1000), (1000, 2000))
)
NOTES = "t1\tGENEA\tx\nt2\tGENEB\tx\nt4\tGENEC\ty\n"


def test_genes_become_starts_exons_and_untranslated_parts(write):
    made = import_genes(write("knownGene.txt", THREE), chroms=CHROMS)
    assert rows(made["tss"]) == [
        ("chr10", 100, 101, 1), ("chr10", 599, 600, -1), ("chr2", 1999, 2000, -1)
    ]  # fmt: skip
    assert rows(made["exons"]) == [
        ("chr10", 100, 250, 0), ("chr10", 300, 600, 0), ("chr2", 1000, 2000, -1)
    ]  # fmt: skip
    assert rows(made["utr5"]) == [("chr10", 100, 150, 1), ("chr10", 550, 600, -1)]
    assert rows(made["utr3"]) == [("chr10", 150, 200, -1), ("chr10", 400, 500, 1)]
    assert made["exons"]["start"].dtype == made["exons"]["strand"].dtype == "int64"


def test_annotations_of_merged_genes_are_joined_each_once(write):
    genes, notes = write("g.txt.gz", THREE), write("notes.txt", NOTES)
    made = import_genes(genes, notes, ["id", "symbol", "class"], chroms=CHROMS)
    assert rows(made["exons"][["strand", "id", "symbol", "class"]]) == [
        (0, "t1;t2", "GENEA;GENEB", "x"), (0, "t1;t2", "GENEA;GENEB", "x"), (-1, None, None, None)
    ]  # fmt: skip
    assert made["utr5"]["id"].tolist() == ["t1", "t2"]


def slow_utr(genes, left_strand):
    """Exon parts before the coding range of one strand, and after it of the other, merged."""
    pieces = []
    for _, strand, (low, high), exons in genes:
        for a, b in exons:
            c, d = (a, min(b, low)) if strand == left_strand else (max(a, high), b)
            if low < high and c < d:
                pieces.append((c, d, strand))
    merged = []
    for a, b, strand in sorted(pieces):
        if merged and a < merged[-1][1]:
            merged[-1][1] = max(merged[-1][1], b)
            merged[-1][2].add(strand)
        else:
            merged.append([a, b, {strand}])
    return [(a, b, {"+": 1, "-": -1}[min(s)] if len(s) == 1 else 0) for a, b, s in merged]


@pytest.mark.parametrize("seed", range(5))
def test_untranslated_parts_are_those_of_a_slow_twin(write, seed):
    rng = random.Random(seed)
    genes = []
    for i in range(20):
        edges = sorted(rng.sample(range(3000), 2 * rng.randint(1, 4)))
        exons = list(zip(edges[::2], edges[1::2], strict=True))
        cds = sorted(rng.choices(range(edges[0], edges[-1] + 1), k=2))
        genes.append((f"g{i}", rng.choice("+-"), tuple(cds), exons))
    text = "".join(gene(n, "chr2", s, cds, *exons) for n, s, cds, exons in genes)
    made = import_genes(write("g.txt", text), chroms=CHROMS)
    for key, strand in (("utr5", "+"), ("utr3", "-")):
        assert [row[1:] for row in rows(made[key])] == slow_utr(genes, strand)


def test_empty_parts_are_empty_frames(write):
    path = write("g.txt", gene("t3", "chr2", "-", (1000, 1000), (1000, 2000)))
    made = import_genes(path, write("n.txt", "t3\tz\n"), ["id", "what"], chroms=CHROMS)
    assert list(made["utr3"].columns) == ["chrom", "start", "end", "strand", "id", "what"]
    assert len(made["utr3"]) == 0


def test_bad_gene_tables_are_refused(write):
    path, notes = write("g.txt", THREE), write("notes.txt", NOTES + "t5\tx\n")
    with pytest.raises(UsageError, match="annots_file needs annots_names"):
        import_genes(path, notes, chroms=CHROMS)
    with pytest.raises(ParseError, match=r"notes.txt:1: 3 columns, but annots_names has 2"):
        import_genes(path, notes, ["a", "b"], chroms=CHROMS)
    with pytest.raises(ParseError, match=r"notes.txt:4: 2 columns"):
        import_genes(path, notes, ["a", "b", "c"], chroms=CHROMS)
    with pytest.raises(UsageError, match="cannot be called strand"):
        import_genes(path, notes, ["a", "strand", "c"], chroms=CHROMS)
    with pytest.raises(UsageError, match="a name twice"):
        import_genes(path, notes, ["a", "b", "b"], chroms=CHROMS)
    with pytest.raises(ParseError, match="exon 5-20 of t is not inside it"):
        import_genes(write("b.txt", gene("t", "2", "+", (10, 20), (10, 20)).replace("10,", "5,")),
                     chroms=CHROMS)  # fmt: skip
    with pytest.raises(ParseError, match="are not whole numbers"):
        import_genes(write("b.txt", gene("t", "2", "+", (10, 20), (10, 20)).replace("10,", "x,")),
                     chroms=CHROMS)  # fmt: skip
