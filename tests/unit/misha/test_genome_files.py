"""The sequence as a file, with some regions replaced, and what is said of known assemblies."""

import gzip

import pandas as pd
import pytest

import genomedb.misha as misha

ONE, TWO = "ACGTacgtNN" * 5, "GGGGCCCCAA"
ROWS = pd.DataFrame({"chrom": ["chr1", "chr2", "1"], "start": [10, 0, 30], "end": [14, 3, 32]})
LETTERS = ["tttt", "NNN", "gg"]


@pytest.fixture
def pm(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for name, one, two in (("toy", ONE, TWO), ("other", "T" * 50, "C" * 10)):
        (tmp_path / f"{name}.fa").write_text(f">chr1\n{one}\n>chr2\n{two}\n")
        misha.gdb_create(tmp_path / name, tmp_path / f"{name}.fa")
    misha.gdb_init(tmp_path / "toy")
    yield misha
    misha.gdb_unload()


def letters_of(path):
    """Sequences of a FASTA file by name."""
    opener = gzip.open if str(path).endswith(".gz") else open
    with opener(path, "rt") as file:
        parts = file.read().split(">")[1:]
    return {part.partition("\n")[0]: part.partition("\n")[2].replace("\n", "") for part in parts}


def replaced(one=ONE):
    return {"chr1": one[:10] + "tttt" + one[14:30] + "gg" + one[32:], "chr2": "NNN" + TWO[3:]}


def test_the_sequence_is_written_and_read_back(pm, tmp_path):
    assert pm.gdb_export_fasta("a.fa", line_width=7) == "a.fa"
    assert letters_of("a.fa") == {"chr1": ONE, "chr2": TWO}
    assert (tmp_path / "a.fa").read_text().splitlines()[1] == ONE[:7]
    pm.gdb_export_fasta(tmp_path / "b.fa.gz", tmp_path / "other")
    assert letters_of("b.fa.gz") == {"chr1": "T" * 50, "chr2": "C" * 10}
    with pytest.raises(FileExistsError, match="overwrite=True"):
        pm.gdb_export_fasta("a.fa")
    pm.gdb_export_fasta("a.fa", overwrite=True)
    for wrong in ({"line_width": 0}, {"chunk_size": 0}, {"file": None}):
        with pytest.raises(ValueError, match=f"{next(iter(wrong))} is"):
            pm.gdb_export_fasta(**{"file": "c.fa", **wrong})
    for wrong in ({"file": "no/c.fa"}, {"groot": "nowhere"}):
        with pytest.raises(FileNotFoundError):
            pm.gdb_export_fasta(**{"file": "c.fa", **wrong})


@pytest.mark.parametrize("genome", [None, "toy.fa", "toy"])
def test_regions_get_other_letters(pm, tmp_path, genome):
    assert pm.ggenome_implant(ROWS, LETTERS, "new.fa", genome_fasta=genome, line_width=20) == (
        "new.fa"
    )
    assert letters_of("new.fa") == replaced()
    assert (tmp_path / "new.fa.fai").read_text() == ("chr1\t50\t6\t20\t21\nchr2\t10\t65\t10\t11\n")


@pytest.mark.parametrize("source", ["other", "other.fa"])
def test_regions_get_the_letters_of_another_genome(pm, source):
    pm.ggenome_transplant(ROWS, source, "new.fa", target_genome="toy.fa")
    expected = replaced()
    expected["chr1"] = expected["chr1"].replace("tttt", "TTTT").replace("gg", "TT")
    assert letters_of("new.fa") == {"chr1": expected["chr1"], "chr2": "CCC" + TWO[3:]}


def test_the_last_of_overlapping_regions_wins(pm):
    rows = pd.DataFrame({"chrom": "chr1", "start": [0, 0, 4], "end": [10, 3, 6]})
    pm.ggenome_implant(rows, ["A" * 10, "CCC", "GG"], "new.fa")
    assert letters_of("new.fa")["chr1"][:12] == "CCCAGGAAAAAC"


def test_pieces_make_no_difference(pm, monkeypatch):
    from genomedb.exporters import implant

    monkeypatch.setattr(implant, "_PIECE", 3)
    pm.ggenome_implant(ROWS, LETTERS, "new.fa.gz")
    assert letters_of("new.fa.gz") == replaced()


def test_a_database_can_be_made_of_the_result(pm, tmp_path):
    pm.ggenome_implant(ROWS, LETTERS, "new.fa", create_trackdb=True)
    pm.ggenome_implant(
        ROWS, LETTERS, "more.fa", create_trackdb=True, trackdb_path=tmp_path / "third"
    )
    for folder in ("trackdb", "third"):
        pm.gdb_init(tmp_path / folder)
        assert pm.gseq_extract(ROWS) == LETTERS


@pytest.mark.parametrize(
    ("change", "error", "message"),
    [
        ({"donor": ["tttt", "NNN"]}, ValueError, "2 texts for 3 regions"),
        ({"donor": ["ttttt", "NNN", "gg"]}, ValueError, "text 0 has 5 letters, and chr1:10-14"),
        ({"donor": ["tttt", 3, "gg"]}, ValueError, "text 1 is 3"),
        ({"donor": ["ttt\u00e9", "NNN", "gg"]}, ValueError, "new letters hold"),
        ({"donor": 3}, ValueError, "donor is 3"),
        ({"donor": "nowhere"}, FileNotFoundError, "nowhere"),
        ({"genome_fasta": "nowhere.fa"}, FileNotFoundError, "nowhere"),
        ({"intervals": ROWS.iloc[:0], "donor": []}, ValueError, "intervals is empty"),
        ({"intervals": ROWS.assign(chrom="chrQ")}, ValueError, "chrQ"),
        ({"intervals": ROWS.assign(end=99)}, ValueError, "beyond"),
        ({"output": "no/new.fa"}, FileNotFoundError, "no such folder"),
        ({"output": "toy.fa"}, FileExistsError, "overwrite=True"),
        ({"create_trackdb": True, "trackdb_path": "toy"}, FileExistsError, "trackdb_path"),
        ({"line_width": 0}, ValueError, "line_width is 0"),
    ],
)
def test_what_cannot_be_implanted_leaves_nothing(pm, tmp_path, change, error, message):
    before = sorted(path.name for path in tmp_path.iterdir())
    given = {"intervals": ROWS, "donor": LETTERS, "output": "new.fa"}
    with pytest.raises(error, match=message):
        pm.ggenome_implant(**{**given, **change})
    assert sorted(path.name for path in tmp_path.iterdir()) == before


def test_nothing_is_downloaded_but_the_way_is_told():
    listed = misha.gdb_list_genomes()
    assert list(listed.columns) == ["name", "source", "detail", "layer"]
    assert "hg38" in listed["name"].tolist()
    address = misha.gdb_genome_info("hg38")["fasta"]
    assert address.endswith("hg38.fa.gz")
    with pytest.raises(ValueError, match=rf"Get {address}.*gdb_create\('/data/hg38', FILE\)"):
        misha.gdb_create_genome("hg38", path="/data")
    with pytest.raises(ValueError, match=r"gdb_create\('here', FILE\)"):
        misha.gdb_build_genome("zebra", path="here")
    with pytest.raises(ValueError, match="gintervals_import_genes"):
        misha.gdb_install_intervals("here", "hg38")
    with pytest.raises(ValueError, match="'zebra' is unknown"):
        misha.gdb_genome_info("zebra")
    with pytest.raises(ValueError, match="registries"):
        misha.gdb_list_genomes("mine.yaml")
