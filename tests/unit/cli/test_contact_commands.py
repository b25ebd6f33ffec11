"""Subcommands of contacts and contact matrices."""

import pytest

from genomedb.cli.main import run
from genomedb.db.create import create_database

PAIRS = "r\tchr1\t11\tchr1\t401\nr\tchr2\t31\tchr1\t411\nr\tchr1\t401\tchr1\t11\n"


@pytest.fixture
def here(tmp_path, monkeypatch):
    """A database named by the environment, and the folder as the current one."""
    create_database(tmp_path / "dbs", "toy", {"chr1": 1000, "chr2": 500})
    monkeypatch.setenv("GENOME_DB", str(tmp_path / "dbs"))
    monkeypatch.chdir(tmp_path)
    (tmp_path / "x.pairs").write_text(PAIRS)
    return tmp_path


def test_contacts_come_in_and_go_out_as_bedpe(here, capsys):
    assert run(["import", "contacts", "hic", "x.pairs"]) == 0
    assert "3 contacts" in capsys.readouterr().err
    assert run(["export", "bedpe", "hic", "out.bedpe", "--upper", "-q"]) == 0
    assert (here / "out.bedpe").read_text().splitlines() == [
        "chr1\t10\t11\tchr1\t400\t401\t.\t2", "chr1\t410\t411\tchr2\t30\t31\t.\t1",
    ]  # fmt: skip
    assert run(["export", "bedpe", "hic", "out.tsv"]) == 0
    lines = (here / "out.tsv").read_text().splitlines()
    assert lines[0].split("\t")[::6] == ["chrom1", "value"]
    assert len(lines) == 5
    assert run(["export", "bedpe", "hic", "out.tsv"]) == 1
    assert run(["export", "bedpe", "hic", "out.tsv", "--skip-existing"]) == 0
    assert run(["import", "contacts", "hic", "x.pairs", "--skip-existing"]) == 0
    assert run(["import", "contacts", "hic", "x.pairs"]) == 1


def test_columns_values_and_duplicates_can_be_chosen(here, capsys):
    (here / "x.txt").write_text("chr1\t11\t5\tchr2\t31\n")
    words = ["import", "contacts", "n", "x.txt", "-f", "pairs"]
    assert run([*words, "-c", "chrom1,pos1,n,chrom2,pos2", "--value", "n"]) == 0
    assert run(["export", "bedpe", "n", "-", "--no-header", "--upper", "-q"]) == 0
    assert capsys.readouterr().out == "chr1\t10\t11\tchr2\t30\t31\t.\t5\n"
    assert run(["import", "contacts", "d", "x.pairs", "--duplicates", "refuse"]) == 1
    assert "comes twice" in capsys.readouterr().err


def test_a_track_of_one_dimension_is_refused(here, capsys):
    (here / "x.bedgraph").write_text("chr1\t0\t5\t1\n")
    run(["import", "s", "x.bedgraph", "--sparse", "-q"])
    assert run(["export", "bedpe", "s", "out.bedpe"]) == 1
    assert "a sparse track is no BEDPE" in capsys.readouterr().err
    assert run(["export", "cool", "s", "out.cool", "-b", "100"]) == 1
    assert "a sparse track is no matrix" in capsys.readouterr().err


def test_matrices_come_in_and_go_out(here, capsys):
    pytest.importorskip("cooler")
    hictkpy = pytest.importorskip("hictkpy")
    assert run(["import", "contacts", "hic", "x.pairs", "-q"]) == 0
    words = ["export", "cool", "hic", "x.mcool", "-b", "100", "-b", "200", "-d", "int32"]
    assert run(words) == 0
    assert "4 pixels" in capsys.readouterr().err
    assert run(["import", "cool", "bins", "x.mcool", "-r", "100"]) == 0
    assert "2 pixels" in capsys.readouterr().err
    assert run(["import", "cool", "bins2", "x.mcool"]) == 1
    assert run(["export", "cool", "bins", "again.cool", "--symmetric", "-q"]) == 0
    pixels = list(hictkpy.File("again.cool").fetch())
    assert [(p.bin1_id, p.bin2_id, p.count) for p in pixels] == [(0, 4, 2), (4, 10, 1)]
    assert run(["export", "cool", "bins + 1", "e.cool", "-e", "-b", "100", "-q"]) == 0
    assert sorted(p.count for p in hictkpy.File("e.cool").fetch(count_type="float64")) == [2, 3]
    assert run(["export", "cool", "bins", "e.cool", "-e"]) == 1
    writer = hictkpy.hic.FileWriter("x.hic", {"chr1": 1000, "chr2": 500}, [100], "toy")
    writer.add_pixels(hictkpy.File("again.cool").fetch().to_df())
    writer.finalize()
    assert run(["import", "hic", "from_hic", "x.hic", "-r", "100", "--points", "-q"]) == 0
    assert run(["export", "cool", "from_hic", "b.cool", "-q"]) == 0
    assert [p.count for p in hictkpy.File("b.cool").fetch()] == [2, 1]
