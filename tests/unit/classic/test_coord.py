"""Coordinates: 1-based, both ends included."""

import gzip
import random

import numpy as np
import pytest

from genomedb.classic import coord
from genomedb.classic.coord import Coord, CoordError, CoordGroup
from genomedb.core.chromosomes import Chromosome
from genomedb.errors import ParseError

CHR1, CHR2 = Chromosome(1, "chr1", 100), Chromosome(2, "chr2", 50)


@pytest.mark.parametrize(
    ("args", "problem"),
    [
        ((5, 4), "start is after end"), ((0, 4), "count from 1"), ((90, 101), "chr1 has 100 bp"),
        ((1, 2, 2), "strand 2"),
    ],
)  # fmt: skip
def test_impossible_coordinates_are_refused(args, problem):
    with pytest.raises(CoordError, match=problem):
        Coord(CHR1, *args)


def test_a_coordinate_tells_about_itself():
    one = Coord(CHR1, 11, 20, -1, score=3.5, idnum=7, name="a")
    assert str(one) == "7 chr1:11-20(-)"
    assert one.length() == 10
    assert one.key() == (1, 11)
    assert one.key(use_strand=True) == (1, -1, 11)
    other = one.copy()
    assert (str(other), other.score, other.name) == (str(one), 3.5, None)


def test_ends_are_included_when_coordinates_are_compared():
    one = Coord(CHR1, 11, 20, 1)
    assert one.overlaps(Coord(CHR1, 20, 30))
    assert not one.overlaps(Coord(CHR1, 21, 30))
    assert not one.overlaps(Coord(CHR2, 11, 20))
    assert not one.overlaps(Coord(CHR1, 11, 20, -1), use_strand=True)
    assert one.within(Coord(CHR1, 11, 20))
    assert not one.within(Coord(CHR1, 12, 20))


def test_expanding_stops_at_the_ends_of_the_chromosome():
    one = Coord(CHR1, 3, 98)
    one.expand(5)
    assert (one.start, one.end) == (1, 100)
    with pytest.raises(CoordError, match="nothing is left"):
        one.expand(-60)


@pytest.mark.parametrize(
    ("words", "strand"),
    [(("+", "1", "f", "F", "fwd", "forward"), 1), (("-", "-1", "r", "R", "rev", "reverse"), -1),
     ((".", "0", "u", "U", ""), 0)],
)  # fmt: skip
def test_strands_have_many_spellings(words, strand):
    assert {coord.parse_strand(word) for word in words} == {strand}


def test_other_words_are_no_strand():
    with pytest.raises(CoordError, match="'x' is no strand"):
        coord.parse_strand("x")


def _random_coords(rng, n):
    found = []
    for _ in range(n):
        chrom = rng.choice((CHR1, CHR2))
        start = rng.randint(1, chrom.length)
        end = rng.randint(start, min(chrom.length, start + 15))
        found.append(Coord(chrom, start, end, rng.choice((1, -1, 0))))
    return found


@pytest.mark.parametrize("use_strand", [False, True])
def test_overlaps_are_those_of_every_pair(use_strand):
    rng = random.Random(1)
    one, two = _random_coords(rng, 40), _random_coords(rng, 60)
    expected = [[b for b in two if a.overlaps(b, use_strand=use_strand)] for a in one]
    assert coord.get_overlaps(one, two, use_strand=use_strand) == expected
    assert [coord.get_coord_overlaps(a, two, use_strand=use_strand) for a in one] == expected
    rows = [coord.coords_to_nparray(c) for c in (one, two)]
    found = coord.get_np_overlaps(*rows, use_strand=use_strand)
    assert [[two[i] for i in index] for index in found] == expected


def test_overlaps_with_nothing_are_nothing():
    one = [Coord(CHR1, 1, 5)]
    assert coord.get_overlaps(one, []) == [[]]
    assert coord.get_overlaps([], one) == []


def test_sorting_is_in_place_by_number_of_the_chromosome():
    coords = [Coord(CHR2, 1, 2), Coord(CHR1, 9, 9, -1), Coord(CHR1, 5, 6, 1)]
    coord.sort_coords(coords)
    assert [c.start for c in coords] == [5, 9, 1]
    coord.sort_coords(coords, use_strand=True)
    assert [c.start for c in coords] == [9, 5, 1]


def test_runs_of_positions_become_coordinates():
    found = coord.coords_from_sites(CHR1, [1, 2, 10, 11, 12, 13, 20])
    assert [(c.start, c.end) for c in found] == [(1, 2), (10, 13), (20, 20)]
    assert coord.coords_from_sites(CHR1, []) == []
    assert [(c.start, c.end) for c in coord.coords_from_sites(CHR1, [7])] == [(7, 7)]


def test_coordinates_by_their_ends():
    a, b, c = Coord(CHR1, 1, 5), Coord(CHR1, 1, 9), Coord(CHR1, 3, 9)
    assert coord.group_by_start_end([a, b, c]) == ({1: [a, b], 3: [c]}, {5: [a], 9: [b, c]})


def test_a_group_grows_and_is_split_into_near_equal_parts():
    group = CoordGroup(Coord(CHR1, 10, 20))
    group.add_coord(Coord(CHR1, 15, 30))
    with pytest.raises(CoordError, match="does not overlap"):
        group.add_coord(Coord(CHR1, 50, 60))
    group.add_coord(Coord(CHR1, 50, 60), force=True)
    with pytest.raises(CoordError, match="another chromosome"):
        group.add_coord(Coord(CHR2, 15, 30), force=True)
    assert (group.start, group.end, group.num_coords()) == (10, 60, 3)
    assert [g.num_coords() for g in group.split(2)] == [1, 2]
    assert [g.num_coords() for g in group.copy().split(1)] == [1, 1, 1]


def test_a_bed_file_is_read_compressed_or_not(tmp_path):
    text = "# comment\ntrack name=x\nchr1\t0\t10\tgene1\tx\n\nchr2\t40\t43\tgene2\n"
    (tmp_path / "a.bed").write_text(text)
    with gzip.open(tmp_path / "b.bed", "wt") as file:
        file.write(text)
    chroms = {"chr1": CHR1, "chr2": CHR2}
    for name in ("a.bed", "b.bed"):
        one, two = coord.read_bed(tmp_path / name, chroms, other_attrib=["gene", "more"])
        assert (str(one), one.gene, one.more) == ("chr1:1-10(.)", "gene1", "x")
        assert (str(two), two.gene) == ("chr2:41-43(.)", "gene2")
    one, two = coord.read_bed(tmp_path / "a.bed", chroms, 20)
    assert (one.length(), two.start, two.end) == (14, 32, 50)


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ("chr9\t0\t10", "chromosome 'chr9' is not in the database"), ("chr1\t5", "2 fields"),
        ("chr1\t5\tx", "no whole numbers"), ("chr1\t5\t101", "chr1 has 100 bp"),
    ],
)  # fmt: skip
def test_a_wrong_line_of_bed_is_named(tmp_path, line, problem):
    path = tmp_path / "a.bed"
    path.write_text(f"chr1\t0\t10\n{line}\n")
    with pytest.raises(ParseError, match=rf"a\.bed:2: .*{problem}"):
        coord.read_bed(path, {"chr1": CHR1})


def test_structured_rows_have_the_fields_of_coordinates():
    rows = coord.coords_to_nparray([Coord(CHR2, 3, 9, -1)])
    assert rows.tolist() == [(2, 3, 9, -1)]
    assert rows.dtype.names == ("chromosome_id", "start", "end", "strand")
    assert np.issubdtype(rows.dtype["start"], np.int64)
