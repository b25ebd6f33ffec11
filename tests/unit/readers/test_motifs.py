"""Motif files of MEME, JASPAR and HOMER."""

import gzip

import numpy as np
import pytest

from genomedb.errors import MissingFileError, ParseError, UsageError
from genomedb.readers.motifs import read_motifs

MEME = """MEME version 4

ALPHABET= ACGT

strands: {strands}

Background letter frequencies
A 0.303 C 0.183 G 0.209 T 0.306

MOTIF MA0004.1 Arnt
letter-probability matrix: alength= 4 w= 2 nsites= 20 E= 0
  0.2  0.8  0.0  0.0
  0.95 0.0  0.05 0.0
URL http://example.org

MOTIF second
letter-probability matrix: alength= 4 w= 1 nsites= 1 E= 1e-5
0.25 0.25 0.25 0.25
"""
JASPAR = """>MA0004.1\tArnt
A  [ 4 19  0 ]
C  [16  0 20 ]
G  [ 0  1  0 ]
T  [ 0  0  0 ]
>MA0006.1 Ahr::Arnt
A [3]
C [1]
G [0]
T [4]
"""
PFM = """>one
4 19 0
16 0 20
0 1 0
0 0 0
"""
HOMER = """>ATGA\tAP-1(bZIP)/ThioMac\t-6.049537\t-1782.99\t0
0.419 0.275 0.277 0.028
0.001\t0.001\t0.001\t0.997
0.010 0.002 0.965 0.023
0.984 0.003 0.001 0.012
>CC\tother\t3.5
0 1 0 0
0 1 0 0
"""
COUNTS = [[0.2, 0.8, 0, 0], [0.95, 0, 0.05, 0], [0, 1, 0, 0]]


@pytest.fixture
def write(tmp_path):
    def made(text, name="motifs.txt"):
        path = tmp_path / name
        path.write_text(text)
        return path

    return made


def test_meme_motifs_have_their_probabilities(write):
    first, second = read_motifs(write(MEME.format(strands="+ -")))
    assert (first.name, second.name, first.bidirectional) == ("MA0004.1", "second", True)
    np.testing.assert_allclose(first.matrix, COUNTS[:2])
    np.testing.assert_allclose(second.matrix, [[0.25] * 4])


def test_meme_files_of_one_strand_say_so(write):
    assert [m.bidirectional for m in read_motifs(write(MEME.format(strands="+")))] == [False] * 2


def test_jaspar_counts_become_frequencies(write):
    first, second = read_motifs(write(JASPAR))
    assert (first.name, second.name) == ("MA0004.1", "MA0006.1")
    np.testing.assert_allclose(first.matrix, COUNTS)
    np.testing.assert_allclose(second.matrix, [[0.375, 0.125, 0, 0.5]])


def test_jaspar_rows_need_no_letters(write):
    (motif,) = read_motifs(write(PFM))
    np.testing.assert_allclose(motif.matrix, COUNTS)


def test_homer_motifs_have_a_row_a_position(write):
    first, second = read_motifs(write(HOMER))
    assert (first.name, first.consensus) == ("AP-1(bZIP)/ThioMac", "ATGA")
    np.testing.assert_allclose(first.matrix[1], [0.001, 0.001, 0.001, 0.997])
    assert (len(first), len(second), second.consensus) == (4, 2, "CC")


def test_compressed_files_are_read(tmp_path):
    path = tmp_path / "motifs.gz"
    path.write_bytes(gzip.compress(JASPAR.encode()))
    assert len(read_motifs(path)) == 2


def test_the_format_may_be_given(write):
    square = ">x\n" + "1 0 0 0\n" * 4
    assert read_motifs(write(square), format="homer")[0].matrix[:, 0].tolist() == [1] * 4
    with pytest.raises(ParseError, match=r"motifs.txt:1: motif x has a position without"):
        read_motifs(write(square), format="jaspar")
    with pytest.raises(UsageError, match="format 'transfac' is unknown"):
        read_motifs(write(square), format="transfac")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "holds no motifs"),
        ("chr1 1 2", "motifs.txt:1: 'chr1 1 2' begins no motif file"),
        ("MEME version 4\nnothing", "holds no motifs"),
        ("MEME version 4\nALPHABET= ACDEFGHIKLMNPQRSTVWY\n", ":2: alphabet ACDEF.* is not ACGT"),
        ("MEME version 4\nletter-probability matrix: alength= 4", ":2: .* no matrix of 4 letters"),
        ("MEME version 4\nletter-probability matrix: w= 2\n1 0 0 0", "is no row of 4 frequencies"),
        ("MEME version 4\nletter-probability matrix: w= 1\n1 0 0", ":3: '1 0 0' is no row of 4"),
        (">a\tb\t1\n1 0 0 x\n", ":2: '1 0 0 x' is no row of 4 frequencies"),
        (">a\tb\t1\n1 0 0 -1\n", ":2: '1 0 0 -1' is no row"),
        (">a\tb\t1\n", ":1: motif b has a position without any letter, or none at all"),
        (">a\nA [1 2]\nC [1]\nG [1]\nT [1]\n", ":1: motif a has not 4 rows of one length"),
        (">a\nA [1]\nC [1]\nG [1]\nA [1]\n", ":5: motif a has more than 4 rows"),
        (">a\nA [0]\nC [0]\nG [0]\nT [0]\n", ":1: motif a has a position without any letter"),
    ],
)
def test_malformed_files_are_refused_with_their_line(write, text, message):
    with pytest.raises(ParseError, match=message):
        read_motifs(write(text))


def test_a_file_that_is_not_there_is_named(tmp_path):
    with pytest.raises(MissingFileError, match=r"nothing.txt"):
        read_motifs(tmp_path / "nothing.txt")
