"""Motif sets of .key and .data files."""

import numpy as np
import pytest

from genomedb.errors import MissingFileError, ParseError, UsageError
from genomedb.readers.pssm import read_pssm, read_pssm_set

KEY = "1\tCG**\t1\n 7 \t ACG \t 0 \nx\tTT\t1\n"
DATA = "1\t0\t0\t1\t0\t0\n1\t2\t.1\t.2\t.3\t.4\n\n 7\t 0\t1e-1 \t.2\t.3\t.4\n"


@pytest.fixture
def files(tmp_path):
    def write(key=KEY, data=DATA):
        paths = tmp_path / "m.key", tmp_path / "m.data"
        paths[0].write_text(key)
        paths[1].write_text(data)
        return paths

    return write


def test_motifs_are_read_in_the_order_of_the_key_file(files):
    motifs = read_pssm_set(*files())
    assert list(motifs) == ["1", "7"]
    assert motifs["1"].matrix.tolist() == [[0, 1, 0, 0], [0.25] * 4, [0.1, 0.2, 0.3, 0.4]]
    assert motifs["1"].consensus == "CG**"
    assert (motifs["1"].bidirectional, motifs["7"].bidirectional) == (True, False)
    np.testing.assert_array_equal(motifs["7"].matrix, [[0.1, 0.2, 0.3, 0.4]])


def test_one_motif_is_found_by_its_number(files):
    assert read_pssm(*files(), 7).name == "7"
    with pytest.raises(UsageError, match=r"m\.key: there is no motif 9\. Known ids: 1, 7"):
        read_pssm(*files(), 9)
    with pytest.raises(UsageError, match=r"m\.data: motif x has no lines of data"):
        read_pssm(*files(), "x")


@pytest.mark.parametrize(
    ("key", "data", "said"),
    [
        ("1\tCG\n", DATA, r"m\.key:1: 2 fields where an id, a consensus and 0 or 1 are expected"),
        ("1\tCG\t2\n", DATA, r"m\.key:1: strand flag '2' is neither 0 nor 1"),
        (KEY + "1\tA\t0\n", DATA, r"m\.key:4: motif 1 is listed twice"),
        (KEY, "1\t0\t0 1 0 0\n", r"m\.data:1: 3 fields where an id, a position and four"),
        (KEY, "1\t-1\t0\t1\t0\t0\n", r"m\.data:1: position '-1' is not a whole number"),
        (KEY, "1\t0\t0\t1\t0\t-2\n", r"m\.data:1: '-2' is no frequency"),
        (KEY, "1\t0\t0\t1\t0\tnan\n", r"m\.data:1: 'nan' is no frequency"),
        (KEY, DATA + "7\t0\t0\t1\t0\t0\n", r"m\.data:5: position 0 of motif 7 is listed twice"),
    ],
)
def test_wrong_lines_are_named(files, key, data, said):
    with pytest.raises(ParseError, match=said):
        read_pssm_set(*files(key, data))


def test_an_absent_file_is_named(tmp_path):
    with pytest.raises(MissingFileError, match="none"):
        read_pssm_set(tmp_path / "none.key", tmp_path / "none.data")
