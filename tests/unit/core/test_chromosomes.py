"""Kinds of chromosomes, told from their names."""

import pytest

from genomedb.core.chromosomes import (
    FLAGS,
    Chromosome,
    chosen,
    chromosomes_of,
    in_classic_order,
)
from genomedb.core.chroms import ChromTable

ON = dict.fromkeys(
    ("get_rand", "get_auto", "get_sex", "get_x", "get_y", "get_hap", "get_mito"), True
)


def _kinds(*names):
    found = chromosomes_of(ChromTable(names, (100,) * len(names)))
    return {c.name: "+".join(f[3:] for f in FLAGS if getattr(c, f)) for c in found}


@pytest.mark.parametrize(
    "expected",
    [
        {  # UCSC, man
            "chr1": "auto", "chr22": "auto", "chrX": "sex+x", "chrY": "sex+y", "chrM": "mito",
            "chr1_random": "rand+auto", "chr6_cox_hap1": "hap+auto", "chrUn_gl000220": "rand",
            "chr1_KI270762v1_alt": "hap+auto", "chr1_KQ983255v1_fix": "hap+auto", "chrEBV": "rand",
        },
        {  # Ensembl
            "1": "auto", "X": "sex+x", "Y": "sex+y", "MT": "mito", "KI270728.1": "rand",
            "HSCHR6_MHC_APD": "hap",
        },
        {  # fly
            "chr2L": "auto", "chr3RHet": "auto", "chrX": "sex+x", "chrXHet": "sex+x",
            "chrYHet": "sex+y", "chrU": "rand", "chrUextra": "rand", "chr4": "auto",
        },
        {  # yeast: X is ten
            "chrI": "auto", "chrII": "auto", "chrIV": "auto", "chrIX": "auto", "chrX": "auto",
            "chrXI": "auto", "chrXVI": "auto", "chrM": "mito",
        },
        {  # worm: X is a sex chromosome
            "I": "auto", "II": "auto", "V": "auto", "X": "sex+x", "MtDNA": "mito",
        },
        {"chr1": "auto", "chrZ": "sex", "chrW": "sex"},  # birds
        {"plasmid": "auto", "main": "auto"},  # nothing is numbered
    ],
)  # fmt: skip
def test_kinds_follow_from_names(expected):
    assert _kinds(*expected) == expected


def test_a_chromosome_is_left_out_when_any_of_its_kinds_is_off():
    found = chromosomes_of(ChromTable(("chr1", "chr1_random", "chrX", "chrY"), (9, 9, 9, 9)))
    assert len(chosen(found, **ON)) == 4
    assert [str(c) for c in chosen(found, **{**ON, "get_sex": False})] == ["chr1", "chr1_random"]
    assert [str(c) for c in chosen(found, **{**ON, "get_auto": False})] == ["chrX", "chrY"]
    assert [str(c) for c in chosen(found, **{**ON, "get_rand": False, "get_y": False})] == [
        "chr1", "chrX"
    ]  # fmt: skip


def test_chromosomes_sort_by_number_and_read_as_their_names():
    a, b = Chromosome(2, "chr2", 10), Chromosome(10, "chr10", 5)
    assert sorted([b, a]) == [a, b]
    assert a < b
    assert b > a
    assert f"{a} {b}" == "chr2 chr10"
    assert {a: 1}[Chromosome(2, "chr2", 10)] == 1


@pytest.mark.parametrize(
    "names",
    [
        "chr1 chr2 chr10 chrX chrY chrM chr1_random chr4_random chrUn chr6_cox_hap1 chr6_qbl_hap2",
        "1 2 10 X Y MT GL1",
        "chrI chrII chrIII chrIV chrIX chrX chrXI chrM",
        "chrI chrII chrIII chrIV chrV chrX chrM",
        "chr2L chr2R chr3L chr3R chr4 chrX chr2LHet_random",
    ],
)
def test_the_classic_order_goes_by_kind_and_number(names):
    listed = names.split()
    for shuffled in (listed[::-1], sorted(listed), sorted(listed, key=len)):
        table = ChromTable.from_pairs((name, listed.index(name) + 1) for name in shuffled)
        found = in_classic_order(table)
        assert list(found.names) == listed
        assert list(found.lengths) == list(range(1, len(listed) + 1))
