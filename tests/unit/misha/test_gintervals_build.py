"""Making intervals by the peer's names: columns, texts, files, tables."""

import numpy as np
import pandas as pd
import pytest

from genomedb.errors import ChromError, ParseError, UsageError


def rows(frame):
    return [tuple(row) for row in frame.itertuples(index=False)]


def test_columns_are_sorted_in_database_order_and_chromosomes_are_text(pm):
    frame = pm.gintervals(["X", "chr2", 1], 10, [20, -1, 30])
    assert rows(frame) == [("chr1", 10, 30), ("chr2", 10, 500), ("chrX", 10, 20)]
    assert not isinstance(frame["chrom"].dtype, pd.CategoricalDtype)
    assert frame["start"].dtype == frame["end"].dtype == np.int64
    assert frame.index.equals(pd.RangeIndex(3))


def test_strands_are_given_as_numbers_or_signs(pm):
    frame = pm.gintervals("chr1", [0, 10, 20], [5, 15, 25], ["+", "-", "."])
    assert frame["strand"].tolist() == [1, -1, 0]


def test_intervals_that_cannot_be_are_refused(pm):
    for starts, ends, message in ((5, 5, "before end"), (-1, 5, "negative"), (0, 1001, "beyond")):
        with pytest.raises(ValueError, match=message):
            pm.gintervals("chr1", starts, ends)
    with pytest.raises(ChromError, match="chr9"):
        pm.gintervals("chr9")


def test_without_a_database_there_is_an_error(pm):
    pm.gdb_unload()
    with pytest.raises(RuntimeError, match="Database not set"):
        pm.gintervals("chr1")


def test_whole_genome(pm):
    assert rows(pm.gintervals_all()) == [("chr1", 0, 1000), ("chr2", 0, 500), ("chrX", 0, 205)]


def test_texts_may_have_thousands_commas(pm):
    frame = pm.gintervals_from_strings(["chr2", "1:0-1,000:-"])
    assert rows(frame) == [("chr1", 0, 1000, -1), ("chr2", 0, 500, 0)]
    with pytest.raises(UsageError, match="chr1:5"):
        pm.gintervals_from_strings("chr1:5")


def test_tuples_and_dicts(pm):
    assert pm.gintervals_from_tuples(None) is None
    assert rows(pm.gintervals_from_tuples([("2", 3, 4), ("1", 1, 2)], strand=[1, -1])) == [
        ("chr1", 1, 2, -1), ("chr2", 3, 4, 1),
    ]  # fmt: skip
    assert rows(pm.gintervals_from_tuples([{"chrom": 1, "start": 1, "end": 2}])) == [("chr1", 1, 2)]
    assert len(pm.gintervals_from_tuples([])) == 0


def test_windows_are_sorted_and_cut_at_the_ends(pm):
    frame = pm.gintervals_window(["X", "1", "1"], [200, 50, 5], 20)
    assert rows(frame) == [("chr1", 0, 25), ("chr1", 30, 70), ("chrX", 180, 205)]


def test_rows_of_frames_and_sets_follow_each_other(pm):
    one = pm.gintervals("chrX", 5, 9, strand=1)
    assert rows(pm.gintervals_rbind(one, "genes")) == [
        ("chrX", 5, 9, 1), ("chr1", 10, 30, 1), ("chr2", 0, 50, -1),
    ]  # fmt: skip
    assert pm.gintervals_rbind(one, "genes", intervals_set_out="both") is None
    assert len(pm.gintervals_load("both")) == 3
    with pytest.raises(UsageError, match="strand"):
        pm.gintervals_rbind("genes", pm.gintervals("chr1"))
    with pytest.raises(UsageError, match="no intervals"):
        pm.gintervals_rbind()
    with pytest.raises(UsageError, match="intervals 2 cannot be None"):
        pm.gintervals_rbind(one, None)


def test_canonical_frames_can_be_put_together(pm):
    frame = pm.gintervals_canonic(pm.gintervals("chr1", [0, 5, 40], [10, 20, 50]))
    assert len(pm.gintervals_rbind(frame, pm.gintervals_canonic(frame))) == 4


def test_random_intervals_are_repeatable_and_avoid_a_mask(pm):
    mask = pm.gintervals(["chr1", "chr2"])
    one = pm.gintervals_random(5, 50, dist_from_edge=0, mask=mask, seed=3)
    assert set(one["chrom"]) == {"chrX"}
    assert (one["end"] - one["start"] == 5).all()
    again = pm.gintervals_random(5, 50, dist_from_edge=0, filter=mask, seed=3)
    pd.testing.assert_frame_equal(one, again)
    assert set(pm.gintervals_random(5, 9, 0, chromosomes=["2"])["chrom"]) == {"chr2"}
    with pytest.raises(UsageError, match="no interval of 5 bp fits"):
        pm.gintervals_random(5, 1)
    with pytest.raises(UsageError, match="mask and filter"):
        pm.gintervals_random(5, 1, 0, mask=mask, filter=mask)
    with pytest.raises(TypeError, match="msk"):
        pm.gintervals_random(5, 1, 0, msk=mask)


def test_values_by_interval_and_back(pm):
    frame = pm.gintervals("chr1", [0, 10], [5, 20]).assign(v=[1.0, 2.0], n=["a", "b"])
    matrix = pm.gintervals_to_mat(frame, id_col="n", value_cols=["v"])
    assert matrix.index.names == ["n", "chrom", "start", "end"]
    assert matrix["v"].tolist() == [1.0, 2.0]
    assert rows(pm.gintervals_from_mat(matrix)) == [("chr1", 0, 5, 1.0), ("chr1", 10, 20, 2.0)]
    assert list(pm.gintervals_to_mat(frame[["chrom", "start", "end", "v"]].assign(strand=1))) == [
        "v", "strand",
    ]  # fmt: skip
    with pytest.raises(UsageError, match="column n is not of numbers"):
        pm.gintervals_to_mat(frame)


# ---- files


def test_bed_files(pm, tmp_path):
    path = tmp_path / "x.bed"
    path.write_text("chr2\t5\t9\tb\t7\t-\n1\t0\t4\ta\t.\t+\nchr77\t1\t2\tc\t0\t.\n")
    assert rows(pm.gintervals_from_bed(path)) == [("chr1", 0, 4), ("chr2", 5, 9)]
    assert rows(pm.gintervals_from_bed(path, has_strand=True)) == [
        ("chr1", 0, 4, 1), ("chr2", 5, 9, -1),
    ]  # fmt: skip
    frame = pm.gintervals_import_bed(path)
    assert list(frame.columns) == ["chrom", "start", "end", "strand", "name", "score"]
    assert frame["name"].tolist() == ["a", "b"]
    assert np.isnan(frame["score"][0])
    assert list(pm.gintervals_import_bed(path, name=False, score=False, strand=False)) == [
        "chrom", "start", "end",
    ]  # fmt: skip
    with pytest.raises(FileNotFoundError, match="none"):
        pm.gintervals_from_bed(tmp_path / "none.bed")
    path.write_text("# nothing\n")
    with pytest.raises(ParseError, match="no data lines"):
        pm.gintervals_from_bed(path)
    path.write_text("chr1\t5\tnine\n")
    with pytest.raises(ParseError, match=r"x\.bed:1"):
        pm.gintervals_import_bed(path)


def test_gff_and_vcf_files_become_0_based(pm, tmp_path):
    gff = tmp_path / "x.gff"
    gff.write_text("1\tsrc\tgene\t11\t50\t1.5\t+\t.\tID=g1\n1\tsrc\texon\t11\t20\t2\t-\t0\tID=e1\n")
    frame = pm.gintervals_import_gff(gff, feature="gene")
    assert rows(frame) == [("chr1", 10, 50, 1, "src", "gene", 1.5, "ID=g1")]
    assert list(pm.gintervals_import_gff(gff, strand=False, attrs=False)) == [
        "chrom", "start", "end", "source", "type", "score",
    ]  # fmt: skip
    vcf = tmp_path / "x.vcf"
    vcf.write_text(
        "##fileformat=VCFv4.2\n#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\n"
        "2\t21\trs1\tACG\tA,T\t9\tPASS\tDP=2\n"
    )
    assert rows(pm.gintervals_import_vcf(vcf, info=False)) == [
        ("chr2", 20, 23, "rs1", "ACG", "A,T", 9.0, "PASS")
    ]


def test_gene_tables(pm, tmp_path):
    genes = tmp_path / "genes.txt"
    genes.write_text("g1\tchr1\t-\t100\t200\t120\t180\t2\t100,170,\t130,200,\tp\ta\n")
    found = pm.gintervals_import_genes(genes)
    assert rows(found["tss"]) == [("chr1", 199, 200, -1)]
    assert rows(found["exons"]) == [("chr1", 100, 130, -1), ("chr1", 170, 200, -1)]
    assert rows(found["utr5"]) == [("chr1", 180, 200, -1)]
    assert rows(found["utr3"]) == [("chr1", 100, 120, -1)]
    genes.write_text("g1\tchr1\t+\t100\t200\t100\t200\t1\t100,\t200,\tp\ta\n")
    assert pm.gintervals_import_genes(genes)["utr5"] is None
