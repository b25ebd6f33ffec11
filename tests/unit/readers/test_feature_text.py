"""Readers of features in text: which reader, missing files, and any bytes at all."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from genomedb.core.texts import Texts
from genomedb.errors import GenomeDBError, MissingFileError, UsageError
from genomedb.readers.bed import iter_bed, iter_table
from genomedb.readers.feature_formats import detect_feature_format
from genomedb.readers.genes import iter_genes
from genomedb.readers.gff import iter_gff
from genomedb.readers.records import unpacked_name
from genomedb.readers.vcf import iter_vcf

READERS = [iter_bed, iter_table, iter_gff, iter_genes, iter_vcf]


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


@pytest.mark.parametrize(
    ("path", "name"), [("b/A.Bed.GZ", "A.Bed"), ("a.bed", "a.bed"), (Path("x.zst"), "x")]
)
def test_a_name_without_its_compression_keeps_its_case(path, name):
    assert unpacked_name(path) == name
