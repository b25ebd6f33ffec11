"""Transcripts and genes."""

import io

import numpy as np
import pytest

from genomedb.classic.coord import Coord, CoordError
from genomedb.classic.gene import Gene, group_transcripts
from genomedb.classic.transcript import Transcript, read_transcripts, write_transcripts
from genomedb.core.chromosomes import Chromosome
from genomedb.errors import ParseError

CHROM = Chromosome(1, "chr1", 1000)
CHROMS = {"chr1": CHROM}


def _transcript(*exons, strand=1, **more):
    return Transcript([Coord(CHROM, a, b, strand) for a, b in exons], **more)


def _places(coords):
    return [(c.start, c.end) for c in coords]


def test_exons_are_in_the_order_of_transcription():
    forward = _transcript((30, 40), (10, 20), (50, 55))
    reverse = _transcript((30, 40), (10, 20), (50, 55), strand=-1)
    assert _places(forward.exons) == [(10, 20), (30, 40), (50, 55)]
    assert _places(reverse.exons) == [(50, 55), (30, 40), (10, 20)]
    assert _places(forward.get_introns()) == [(21, 29), (41, 49)]
    assert _places(reverse.get_introns()) == [(41, 49), (21, 29)]
    assert (forward.start, forward.end, forward.size()) == (10, 55, 28)
    assert (forward.tss(), reverse.tss()) == (10, 55)


@pytest.mark.parametrize(
    ("make", "problem"),
    [
        (lambda: _transcript(), "needs an exon"),
        (lambda: _transcript((1, 10), (10, 20)), "overlap"),
        (lambda: _transcript((5, 10), cds_start=4, cds_end=9), "4-9 is not inside"),
        (lambda: _transcript((5, 10), cds_start=6), "one end only"),
        (lambda: _transcript((1, 2), (5, 9), intron_scores=[1, 2]), "2 scores of introns"),
        (
            lambda: Transcript([Coord(CHROM, 1, 5, 1), Coord(CHROM, 8, 9, -1)]),
            "elsewhere",
        ),
        (lambda: Gene([]), "needs a transcript"),
        (lambda: Gene([_transcript((1, 2)), _transcript((1, 2), strand=-1)]), "strand"),
    ],
)
def test_impossible_ones_are_refused(make, problem):
    with pytest.raises(CoordError, match=problem):
        make()


def test_rows_are_read_as_written(tmp_path):
    given = [
        _transcript((10, 20), (30, 40), cds_start=12, cds_end=35, name="a", idnum=1,
                    intron_scores=[0.5], known_introns=[1]),
        _transcript((30, 40), (10, 20), strand=-1, name="b"),
    ]  # fmt: skip
    given[0].exons[0].score = 2.0
    out = io.StringIO()
    write_transcripts(out, given, optional=["EXON.SCORES", "INTRON.SCORES", "KNOWN.INTRON"])
    lines = out.getvalue().splitlines()
    assert lines[1].split("\t") == ["1", "a", "chr1", "10", "40", "1", "10,30", "20,40", "12",
                                    "35", "2.0,NA", "0.5", "1"]  # fmt: skip
    assert lines[2].split("\t")[5:8] == ["-1", "30,10", "40,20"]
    path = tmp_path / "t.txt"
    path.write_text(out.getvalue())
    one, two = read_transcripts(path, CHROMS)
    assert (one.name, one.idnum, one.cds_start, one.cds_end) == ("a", 1, 12, 35)
    assert one.exons[0].score == 2.0
    assert one.get_introns()[0].score == 0.5
    assert (one.is_coding(), two.is_coding(), two.idnum) == (True, False, None)
    again = io.StringIO()
    write_transcripts(again, [one, two])
    assert again.getvalue().splitlines()[2] == "\t".join(lines[2].split("\t")[:10])
    assert _places(one.copy().exons) == _places(one.exons)


@pytest.mark.parametrize(
    ("column", "text", "problem"),
    [
        (2, "chr7", "'chr7' is not in the database"), (7, "20", "2 starts of exons and 1 ends"),
        (3, "11", "not those of the exons"), (5, "x", "no strand"), (6, "a,b", "invalid literal"),
    ],
)  # fmt: skip
def test_a_wrong_row_is_named(tmp_path, column, text, problem):
    out = io.StringIO()
    write_transcripts(out, [_transcript((10, 20), (30, 40))])
    header, row = out.getvalue().splitlines()
    fields = row.split("\t")
    fields[column] = text
    path = tmp_path / "t.txt"
    path.write_text(header + "\n" + "\t".join(fields) + "\n")
    with pytest.raises(ParseError, match=rf"t\.txt:2: .*{problem}"):
        read_transcripts(path, CHROMS)
    path.write_text("ID\tNAME\n")
    with pytest.raises(ParseError, match=r"t\.txt:1: no column CHROM"):
        read_transcripts(path, CHROMS)


@pytest.fixture
def gene():
    return Gene([
        _transcript((10, 20), (30, 40), strand=-1), _transcript((15, 25), (41, 50), strand=-1),
        _transcript((10, 20), (30, 40), (60, 61), strand=-1),
    ])  # fmt: skip


def test_a_gene_joins_its_transcripts(gene):
    assert (gene.start, gene.end) == (10, 61)
    assert _places(gene.get_merged_exons()) == [(10, 25), (30, 50), (60, 61)]
    assert gene.get_longest_transcript() is gene.transcripts[2]
    assert gene.get_unique_tss() == [40, 50, 61]
    assert _places(gene.get_unique_exons()) == [(10, 20), (15, 25), (30, 40), (41, 50), (60, 61)]
    assert _places(gene.get_unique_introns()) == [(21, 29), (26, 40), (41, 59)]


def test_the_mask_of_exons_is_of_the_region_asked_for(gene):
    covered = {at for a, b in _places(gene.get_merged_exons()) for at in range(a, b + 1)}
    for start, end in ((10, 61), (1, 70), (18, 33), (26, 29), (55, 55), (62, 80)):
        mask = gene.get_exon_mask(start, end)
        assert mask.tolist() == [at in covered for at in range(start, end + 1)]
    assert np.array_equal(gene.get_exon_mask(), gene.get_exon_mask(10, 61))
    with pytest.raises(CoordError, match="start is after end"):
        gene.get_exon_mask(9, 8)


def test_transcripts_of_one_strand_that_overlap_are_a_gene():
    a, b, c = _transcript((1, 10)), _transcript((8, 30)), _transcript((25, 40))
    other, far = _transcript((5, 35), strand=-1), _transcript((41, 50))
    genes = group_transcripts([far, c, other, a, b])
    assert [len(g.transcripts) for g in genes] == [3, 1, 1]
    assert _places(genes) == [(1, 40), (5, 35), (41, 50)]
    assert [g.strand for g in genes] == [1, -1, 1]
