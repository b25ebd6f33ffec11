"""Which chromosome a file holds, by its name."""

import pytest

from genomedb import ChromError, ChromTable
from genomedb.importers.file_names import chrom_in_name, require_chrom_in_name

HG = ["chr1", "chr2", "chr10", "chrX", "chrM", "chr1_random", "chr6_cox_hap1", "chrUn_gl000211"]
DM = ["chr2L", "chr2R", "chr2LHet", "chrU", "chrUextra", "chr4"]


@pytest.mark.parametrize(
    ("names", "file", "found"),
    [
        (HG, "chr1.wig.gz", "chr1"),
        (HG, "/data/chr2/chr10.fa", "chr10"),
        (HG, "rep1_chrX_q10.bedgraph", "chrX"),
        (HG, "sample.chrM.xb.bz2", "chrM"),
        (HG, "chr1_random.fa.gz", "chr1_random"),
        (HG, "chr2_random.fa.gz", None),
        (HG, "chr6_cox_hap1.fa", "chr6_cox_hap1"),
        (HG, "chr1_KI270706v1_random.fa", None),
        (HG, "chrUn_gl000211.fa", "chrUn_gl000211"),
        (HG, "chr3.fa", None),
        (HG, "mychr1.fa", None),
        (HG, "signal.wig", None),
        (HG, "X.wig", "chrX"),
        (DM, "chr2LHet.fa.gz", "chr2LHet"),
        (DM, "chr2RHet.fa.gz", None),
        (DM, "chrUextra.fa", "chrUextra"),
        (["1", "2", "X"], "sample.2.bedgraph.gz", "2"),
        (["1", "2", "X"], "chrX.wig", "X"),
        (["1", "2", "X"], "rep1.wig", None),
    ],
)
def test_the_chromosome_is_found_in_the_name(names, file, found):
    chroms = ChromTable(names, [10] * len(names))
    assert chrom_in_name(file, chroms) == found


def test_several_or_no_chromosome_are_errors_with_a_way_out():
    chroms = ChromTable(HG, [10] * len(HG))
    with pytest.raises(ChromError, match=r"chr1_chr2.*names several chromosomes \(chr1, chr2\)"):
        chrom_in_name("chr1_chr2.wig", chroms)
    with pytest.raises(ChromError, match=r"x.txt: neither .* Name the file after one"):
        require_chrom_in_name("x.txt", chroms)
