"""Contacts of text files: order, mirroring, sums, formats, and what is wrong with files."""

import gzip
import logging

import numpy as np
import pytest

from genomedb.db.create import create_database
from genomedb.errors import ChromError, ParseError, TrackExistsError, UsageError
from genomedb.importers import pair_spool
from genomedb.importers.contacts import import_contacts

HEAD = "chrom1\tstart1\tend1\tchrom2\tstart2\tend2\tvalue\n"


def table(*rows):
    return HEAD + "".join("\t".join(map(str, row)) + "\n" for row in rows)


@pytest.fixture
def put(tmp_path):
    """Write a file and give its path."""

    def written(text, name="contacts.tsv"):
        path = tmp_path / name
        path.write_bytes(gzip.compress(text.encode()) if name.endswith("gz") else text.encode())
        return path

    return written


def held(track):
    """Every record of a track as (chrom1, x, chrom2, y) -> value."""
    return {
        (chrom1, x, chrom2, y): value
        for chrom1, chrom2, block in track.iter_blocks()
        for x, y, value in zip(
            block.x1.tolist(), block.y1.tolist(), block.value.tolist(), strict=True
        )
    }


def test_contacts_are_ordered_summed_and_mirrored(db, put):
    path = put(table(
        ("chr1", 0, 10, "chr1", 100, 111, 2), ("chr1", 100, 111, "chr1", 0, 10, 3),
        ("chr2", 20, 30, "chr1", 40, 50, 5), ("chr1", 40, 51, "chr1", 40, 51, 7),
    ))  # fmt: skip
    report = import_contacts(db, "hic", path)
    assert report.n_records == 4
    assert db["hic"].track_type == "points"
    assert held(db["hic"]) == {
        ("chr1", 5, "chr1", 105): 5, ("chr1", 105, "chr1", 5): 5, ("chr1", 45, "chr1", 45): 7,
        ("chr1", 45, "chr2", 25): 5, ("chr2", 25, "chr1", 45): 5,
    }  # fmt: skip


def test_contacts_on_unknown_chromosomes_are_left_out_and_counted(db, put, caplog):
    path = put(table(("chrQ", 1, 2, "chr1", 3, 4, 1), ("chr1", 3, 4, "chrR", 1, 2, 1),
                     ("chr1", 3, 4, "chr2", 3, 4, 1)))  # fmt: skip
    with caplog.at_level(logging.WARNING, "genomedb"):
        report = import_contacts(db, "hic", path)
    assert (report.n_records, report.unknown) == (1, {"chrQ": 1, "chrR": 1})
    assert "chrQ" in caplog.text


def test_pairs_have_positions_from_one_and_count_one_each(db, put):
    text = (
        "## pairs format v1.0\n#chromsize: chr1 1000\n#columns: readID chr1 pos1 chr2 pos2 n\n"
        "r\tchr1\t1\tchr2\t500\t4\n.\tchr2\t500\tchr1\t1\t3\n"
    )
    import_contacts(db, "hic", put(text, "x.pairs.gz"))
    assert held(db["hic"]) == {("chr1", 0, "chr2", 499): 2, ("chr2", 499, "chr1", 0): 2}
    import_contacts(db, "n", put(text, "x.pairs"), value="n")
    assert held(db["n"])["chr1", 0, "chr2", 499] == 7


@pytest.mark.parametrize("sides", ["!\t0\tchr1\t5", "chr1\t5\t!\t0", "!\t0\t!\t0", ".\t0\t.\t0"])
def test_reads_of_pairs_without_a_place_are_left_out_and_counted(db, put, sides):
    path = put(f"r\t{sides}\nr\tchr1\t1\tchr1\t9\n", "x.pairs")
    report = import_contacts(db, "hic", path)
    assert (report.n_records, list(report.unknown.values())) == (1, [1])
    assert set(held(db["hic"])) == {("chr1", 0, "chr1", 8), ("chr1", 8, "chr1", 0)}


@pytest.mark.parametrize("row", [".\t-1\t-1\tchr1\t5\t9", "chr1\t5\t9\t.\t-1\t-1"])
def test_sides_of_bedpe_without_a_place_are_left_out_and_counted(db, put, row):
    path = put(f"{row}\tn\t3\nchr1\t3\t6\tchr1\t20\t24\ta\t5\n{row}\tn\t3\n", "x.bedpe")
    report = import_contacts(db, "hic", path)
    assert (report.n_records, report.unknown) == (1, {".": 2})
    with pytest.raises(ParseError, match=r":1: .* is negative"):
        import_contacts(db, "no", put(row.replace(".", "chr2.") + "\n", "y.bedpe"))


@pytest.mark.parametrize("value", ["pos1", "chr2", "chrom1"])
def test_places_are_not_values(db, put, value):
    path = put("#columns: readID chr1 pos1 chr2 pos2 n\nr\tchr1\t5\tchr1\t9\t1\n", "x.pairs")
    with pytest.raises(UsageError, match="is a column of places"):
        import_contacts(db, "hic", path, value=value)
    with pytest.raises(UsageError, match="is one text"):
        import_contacts(db, "hic", path, columns="chrom1 pos1 chrom2 pos2")


def test_pairs_under_another_name_are_told(db, put):
    path = put("## pairs format v1.0\nr\tchr1\t5\tchr1\t9\n", "x.txt")
    with pytest.raises(ParseError, match=r":1: a \.pairs file, not a table"):
        import_contacts(db, "hic", path)
    assert import_contacts(db, "hic", path, format="pairs").n_records == 1


def test_columns_of_pairs_without_header_can_be_named(db, put):
    path = put("chr1\t11\t16\tchrX\t21\t0\n", "plain.txt")
    import_contacts(
        db, "hic", path, format="pairs", columns=["chrom1", "pos1", "s1", "chrom2", "pos2", "s2"]
    )
    assert ("chr1", 10, "chrX", 20) in held(db["hic"])


@pytest.mark.parametrize("head", ["", "#chr1\tx1\n", "chr1\tx1\tx2\tchr2\ty1\ty2\tname\tscore\n"])
def test_bedpe_takes_the_middles_and_the_score(db, put, head):
    path = put(f"{head}chr1\t3\t6\tchr1\t20\t24\ta\t5\n", "loops.bedpe")
    import_contacts(db, "loops", path)
    assert held(db["loops"]) == {("chr1", 4, "chr1", 22): 5, ("chr1", 22, "chr1", 4): 5}


def test_bedpe_without_scores_counts_one(db, put):
    import_contacts(db, "loops", put("chr1\t3\t6\tchr2\t20\t24\n", "loops.bedpe"))
    assert set(held(db["loops"]).values()) == {1}


def test_fends_are_looked_up(db, put):
    fends = put("fend\tchr\tcoord\n7\tchr2\t9\n1\tchr1\t5\n3\tchrQ\t3\n", "fends")
    path = put("fend1\tcount\tfend2\n1\t3\t7\n7\t4\t1\n1\t9\t3\n")
    report = import_contacts(db, "hic", path, fends=fends)
    assert report.unknown == {"chrQ": 1}
    assert held(db["hic"]) == {("chr1", 5, "chr2", 9): 7, ("chr2", 9, "chr1", 5): 7}


def test_several_files_are_one_track(db, put):
    a, b = put(table(("chr1", 0, 2, "chr1", 8, 10, 1))), put("chr1\t8\t10\tchr1\t0\t2\n", "b.bedpe")
    import_contacts(db, "hic", [a, b])
    assert held(db["hic"])["chr1", 1, "chr1", 9] == 2


@pytest.mark.parametrize("run", [40, 300, 10_000])
def test_files_larger_than_memory_give_the_same(db, put, monkeypatch, run):
    rng = np.random.default_rng(run)
    chroms, lengths = ["chr1", "chr2", "chrX"], {"chr1": 60, "chr2": 50, "chrX": 40}
    rows, want = [], {}
    for _ in range(1500):
        a, b = rng.choice(chroms, 2)
        x, y, value = int(rng.integers(lengths[a])), int(rng.integers(lengths[b])), 1 + len(rows)
        rows.append((a, x, x + 1, b, y, y + 1, value % 32))
        for key in {(a, x, b, y), (b, y, a, x)}:
            want[key] = want.get(key, 0) + value % 32
    monkeypatch.setattr(pair_spool, "MEMORY_RECORDS", run)
    monkeypatch.setattr(pair_spool, "BLOCK", 64)
    monkeypatch.setattr(pair_spool, "LEAST", 8)
    import_contacts(db, "hic", put(table(*rows)))
    assert held(db["hic"]) == want
    with pytest.raises(ChromError, match="comes twice"):
        import_contacts(db, "once", put(table(*rows)), duplicates="refuse")
    assert not db.has_track("once")


def test_many_chromosomes_take_an_indexed_track(tmp_path, put):
    db = create_database(tmp_path / "many", "m", {f"s{i}": 100 for i in range(3000)})
    rows = [(f"s{i}", 1, 2, f"s{i * 7 % 3000}", 5, 6, 1) for i in range(0, 3000, 3)]
    import_contacts(db, "hic", put(table(*rows)))
    assert ("s21", 1, "s147", 5) in held(db["hic"])


@pytest.mark.parametrize(
    ("text", "name", "says"),
    [
        ("", "a.tsv", "empty"),
        ("a\tb\n", "a.tsv", ":1: 2 columns, not 7"),
        (HEAD + "chr1\t0\t10\tchr1\t100\n", "a.tsv", ":2: 5 fields"),
        ("chr1\t0\t10\tchr1\t5\t9\t1\n", "a.tsv", ":1: the first line has numbers"),
        (table(("chr1", 0, 10, "chr1", 900, 1001, 1)), "a.tsv", ":2: chr1:900-1001"),
        (table(("chr1", 0, 10, "chr1", 9, 9, 1)), "a.tsv", ":2: chr1:9-9"),
        (table(("chr1", -1, 10, "chr1", 9, 12, 1)), "a.tsv", ":2: start1 .* is negative"),
        (table(("chr1", 0, 10, "chr1", 9, 12, "x")), "a.tsv", ":2: value .* is not a number"),
        ("r\tchr1\t0\tchr1\t9\n", "a.pairs", ":1: pos1 .* before the first base"),
        ("#x\nr\tchr1\t2\tchr1\t0\n", "a.pairs", ":2: pos2 is before the first base"),
        ("r\tchr1\t2\tchr1\t1001\n", "a.pairs", ":1: chr1:1000-1001"),
        ("#columns: a b\nr\tchr1\n", "a.pairs", "no column chrom1"),
        ("#chromsize: chr1 x\nr\tchr1\t1\tchr1\t1\n", "a.pairs", "#chromsize"),
        ("", "a.bedpe", "no data lines"),
    ],
)
def test_a_wrong_file_is_told_by_line_and_leaves_nothing(db, put, leftovers, text, name, says):
    with pytest.raises(ParseError, match=says):
        import_contacts(db, "hic", put(text, name))
    assert leftovers() == []


def test_lengths_of_another_assembly_are_refused(db, put):
    with pytest.raises(ChromError, match="chr1 is 77 bp long in the file, 1000 in the database"):
        import_contacts(db, "hic", put("#chromsize: chr1 77\nr\tchr1\t1\tchr1\t2\n", "a.pairs"))


def test_nothing_on_known_chromosomes_is_refused(db, put):
    with pytest.raises(ChromError, match="none of its chromosomes"):
        import_contacts(db, "hic", put(table(("chrQ", 0, 1, "chrR", 0, 1, 1))))


def test_contacts_that_come_twice_can_be_refused(db, put):
    rows = [("chr1", 0, 10, "chr1", 100, 111, 2), ("chr1", 100, 111, "chr1", 0, 10, 3)]
    with pytest.raises(ChromError, match="chr1:5, chr1:105 comes twice"):
        import_contacts(db, "hic", put(table(*rows)), duplicates="refuse")


@pytest.mark.parametrize(
    ("fends", "contacts", "says"),
    [
        ("fend\tchr\tcoord\n1\tchr1\t5\n", "fend1\tfend2\tcount\n1\t4\t2\n", ":2: unknown fend 4"),
        ("fend\tchr\tcoord\n1\tchr1\t5\n", "fend1\tfend2\n1\t4\n", ":1: there is no column count"),
        ("fend\tchr\n1\tchr1\n", "fend1\tfend2\tcount\n1\t1\t2\n", ":1: there is no column coord"),
        ("fend\tchr\tcoord\n", "fend1\tfend2\tcount\n1\t4\t2\n", "fends.tsv: no fragment ends"),
        ("fend\tchr\tcoord\n1\tchr1\t5\n1\tchr1\t7\n", "fend1\tfend2\tcount\n", ":3: fend 1 comes"),
    ],
)
def test_wrong_fends_are_told(db, put, fends, contacts, says):
    with pytest.raises(ParseError, match=says):
        import_contacts(db, "hic", put(contacts), fends=put(fends, "fends.tsv"))


def test_an_empty_value_is_a_missing_one(db, put):
    import_contacts(db, "hic", put(HEAD + "chr1\t0\t1\tchr1\t5\t6\t\r\n"))
    fends = put("fend\tchr\tcoord\n1\tchr1\t0\n2\tchr1\t5\n", "fends.tsv")
    import_contacts(db, "fends", put("fend1\tfend2\tcount\n1\t2\t\n"), fends=fends)
    for name in ("hic", "fends"):
        found = held(db[name])
        assert list(found) == [("chr1", 5, "chr1", 0), ("chr1", 0, "chr1", 5)]
        assert np.isnan(list(found.values())).all()


def test_arguments_are_checked_first(db, put):
    path = put(table(("chr1", 0, 1, "chr1", 5, 6, 1)))
    for given in ((None,), (5,), ([path, 5],)):
        with pytest.raises(UsageError, match="is no input file"):
            import_contacts(db, "hic", *given)
    with pytest.raises(UsageError, match="5 is no input file"):
        import_contacts(db, "hic", path, fends=5)
    with pytest.raises(UsageError, match="duplicates="):
        import_contacts(db, "hic", path, duplicates="keep")
    with pytest.raises(UsageError, match="no format of contacts"):
        import_contacts(db, "hic", path, format="hic")
    with pytest.raises(UsageError, match="go by their place"):
        import_contacts(db, "hic", path, value="n")
    import_contacts(db, "hic", path)
    with pytest.raises(TrackExistsError):
        import_contacts(db, "hic", path)
    import_contacts(db, "hic", path, overwrite=True)
