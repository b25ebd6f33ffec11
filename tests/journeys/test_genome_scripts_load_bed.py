"""load_bed.py: features of BED files of any number of columns, from files and standard input."""

import gzip

import pytest


def rows(db, name):
    track = db.open_track(name)
    found = []
    for chrom in db.chroms.names:
        frame = track.to_frame(chrom)
        found += frame[["chrom", "start", "end", "strand", "name", "score"]].values.tolist()
    return [tuple(None if x != x else x for x in row) for row in found]


BED = """# a comment
; another
browser position chr1
track name=x

chr1\t50\t60\tlate\t7\t-\textra
chr1\t5\t10\t.\t2.5\t+\tmore
chr2\t0\t50\ta very long name, much longer than thirty-two bytes\t-1\t.\t
"""


def test_six_columns_are_kept_and_sorted(toy, script, tmp_path):
    (tmp_path / "x.bed").write_text(BED)
    code, out, err = script("load_bed", "x", "x.bed")
    assert (code, out) == (0, "")
    assert err.endswith("x.h5: 3 features\n")
    wanted = [
        ("chr1", 5, 10, "+", ".", 2.5), ("chr1", 50, 60, "-", "late", 7.0),
        ("chr2", 0, 50, ".", "a very long name, much longer than thirty-two bytes", -1.0),
    ]  # fmt: skip
    assert rows(toy, "x") == wanted
    (tmp_path / "x.bed.gz").write_bytes(gzip.compress(BED.encode()))
    assert script("load_bed", "zipped", "x.bed.gz", "-q") == (0, "", "")
    assert script("load_bed", "piped", "-q", stdin=BED) == (0, "", "")
    assert script("load_bed", "dash", "-", "-q", stdin=BED) == (0, "", "")
    for name in ("zipped", "piped", "dash"):
        assert rows(toy, name) == wanted


def test_columns_that_are_absent_are_said_to_be(toy, script, tmp_path):
    (tmp_path / "three.bed").write_text("chr1 1 2\n")
    (tmp_path / "four.bed").write_text("chr1 3 4 n\n")
    (tmp_path / "five.bed").write_text("chr1 5 6 . 9\n")
    assert script("load_bed", "x", "five.bed", "three.bed", "four.bed", "-q") == (0, "", "")
    assert rows(toy, "x") == [
        ("chr1", 1, 2, ".", ".", None), ("chr1", 3, 4, ".", "n", None),
        ("chr1", 5, 6, ".", ".", 9.0),
    ]  # fmt: skip


def test_starts_may_count_from_one_already(toy, script, tmp_path):
    (tmp_path / "x.bed").write_text("chr1 1 2\nchr1 4 4\n")
    assert script("load_bed", "--start_offset", "0", "x", "x.bed", "-q") == (0, "", "")
    assert [row[1:3] for row in rows(toy, "x")] == [(0, 2), (3, 4)]
    assert script("load_bed", "y", "-", "--start_offset", "2", "-q", stdin="chr1 1 4\n")[0] == 0
    assert [row[1:3] for row in rows(toy, "y")] == [(2, 4)]
    assert "start offset is -1" in script("load_bed", "z", "x.bed", "--start_offset", "-1")[2]


def test_features_outside_their_chromosome_are_counted(toy, script, tmp_path):
    (tmp_path / "x.bed").write_text("chr1 1 2\nchr1 95 105\nchr1 200 300\nchrU 1 2\nchrU 2 3\n")
    code, _, err = script("load_bed", "x", "x.bed")
    assert code == 0
    assert "2 records beyond the end of their chromosome left out" in err
    assert "chromosome chrU is not in the database: 2 records left out" in err
    assert [row[1:3] for row in rows(toy, "x")] == [(1, 2)]
    assert script("load_bed", "clip", "x.bed", "--outside", "clip", "-q")[0] == 0
    assert [row[1:3] for row in rows(toy, "clip")] == [(1, 2), (95, 100)]
    code, _, err = script("load_bed", "no", "x.bed", "--outside", "refuse")
    assert (code, "x.bed:2: chr1:95-105 is not inside" in err) == (1, True)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("chr1 1 2\nchr1 x 2\n", "x.bed:2: start \"x\" is not a whole number"),
        ("chr1 5 5\n", "x.bed:1: start and end are the same"),
        ("chr1 1 2 n 3 +\nchr1 1 2 n 3 ?x\n", "x.bed:2: strand \"?x\" is not one"),
        ("chr1 1 2 n high\n", "x.bed:1: score \"high\" is not a number"),
        ("chr1 1 2 n 1\nchr1 1 2 n\n", "x.bed:2: 4 fields, not 5 or more"),
        ("chr1 1\n", "x.bed:1: 2 fields, not 3 or more"),
        ("chrU 1 2\n", "none of its chromosomes (chrU) is in the database"),
        ("#\n", "x.bed: no data lines"),
    ],
)  # fmt: skip
def test_bad_lines_are_named_and_leave_no_track(toy, script, tmp_path, text, said):
    (tmp_path / "x.bed").write_text(text)
    code, out, err = script("load_bed", "x", "x.bed")
    assert (code, out) == (1, "")
    assert said in err
    assert toy.list_tracks() == []
