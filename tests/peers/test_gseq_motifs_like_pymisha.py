"""Motif files read by both facades are the same tables.

Known differences, set by rules of our own, which the cases here stay clear of:

- errors name the line; a MEME matrix has to say its width;
- motifs of one id keep what their own headers say (the peer gives all what the last one says).
"""

import pandas as pd
import pytest
from peer_facades import FACADES, QUIET, in_both

pytestmark = QUIET
MEME = """MEME version 4

ALPHABET= ACGT

strands: + -

Background letter frequencies
A 0.3 C 0.2 G 0.2 T 0.3

MOTIF M1 first
letter-probability matrix: alength= 4 w= 2 nsites= 20 E= 1e-3
 0.7 0.1 0.1 0.1
 0.1 0.1 0.1 0.7
URL http://x.y/z

MOTIF M2
letter-probability matrix: alength= 4 w= 1 nsites= 5 E= 0
0.25 0.25 0.25 0.25
"""
BARE = "MEME version 4\n\nMOTIF a\nletter-probability matrix: w= 1\n1 0 0 0\n"
JASPAR = """>MA0001.1 AGL3
A  [ 0  3 79 ]
C  [94 75  4 ]
G  [ 1  0  3 ]
T  [ 2  3  1 ]
>MA2\tB
A  [ 1 ]
C  [ 1 ]
G  [ 1 ]
T  [ 1 ]
"""
ROWS = "1 2 3\n4 5 6\n7 8 9\n1 1 1\n"
HOMER = """>ASTTCC\t1-ASTTCC,name/x\t8.06\t-1798.3\t0\tT:100
0.7\t0.1\t0.1\t0.1
0.1\t0.4\t0.4\t0.1
>GG\tsecond\t3
0.0\t0.0\t1.0\t0.0
0.0\t0.0\t1.0\t0.0
"""
CASES = {
    "meme": ("meme", "x.meme", MEME), "meme that says little": ("meme", "x.meme", BARE),
    "jaspar": ("jaspar", "x.jaspar", JASPAR), "rows": ("jaspar", "b.pfm", ROWS),
    "rows of two": ("jaspar", "b.pfm", f"{ROWS}\n{ROWS}"), "homer": ("homer", "x.motif", HOMER),
}  # fmt: skip


@pytest.mark.parametrize(("form", "name", "text"), CASES.values(), ids=list(CASES))
def test_motifs_are_the_same_tables(tmp_path, form, name, text):
    path = tmp_path / name
    path.write_text(text)
    theirs, ours = in_both(f"gseq_read_{form}", str(path))
    assert list(theirs) == list(ours)
    for key, table in theirs.items():
        assert table.attrs == ours[key].attrs
        pd.testing.assert_frame_equal(table, ours[key])


@pytest.mark.filterwarnings("ignore:Duplicate motif")
@pytest.mark.filterwarnings("ignore::genomedb.errors.GenomeDBWarning")
def test_motifs_of_one_id_are_numbered(tmp_path):
    path = tmp_path / "x.motif"
    path.write_text(">a\tn\t3\n1\t0\t0\t0\n>a\tm\t3\n0\t1\t0\t0\n")
    theirs, ours = in_both("gseq_read_homer", str(path))
    assert list(theirs) == list(ours) == ["a.1", "a.2"]
    assert [table.attrs["name"] for table in ours.values()] == ["n", "m"]


@pytest.mark.parametrize("form", ["meme", "jaspar", "homer"])
@pytest.mark.parametrize("text", [None, "", "garbage\n"])
def test_errors_are_of_the_same_kind(tmp_path, form, text):
    path = tmp_path / "x"
    if text is not None:
        path.write_text(text)
    for facade in FACADES:
        with pytest.raises(FileNotFoundError if text is None else ValueError):
            getattr(facade, f"gseq_read_{form}")(str(path))
