"""Many files to many tracks: names, manifests, and going on after a failure."""

import dataclasses
import json

import numpy as np
import pytest

from genomedb import GenomeDB
from genomedb.cli.main import run
from genomedb.errors import GenomeDBError, MissingFileError, ParseError, UsageError
from genomedb.importers import many
from genomedb.importers.manifest import Row, read_manifest, rows_of_files
from genomedb.importers.many import import_many

GOOD = "chr1\t0\t10\t1.5\nchr2\t490\t500\t7\n"


@pytest.fixture
def files(tmp_path):
    folder = tmp_path / "in"
    folder.mkdir()
    for name in ("a.bedgraph", "b.rep-1.bg", "7x+y.bdg"):
        (folder / name).write_text(GOOD)
    (folder / "bad.bedgraph").write_text("chr1\t0\t10\t1\nchr1\t5\tx\t1\n")
    (folder / "seq.fa").write_text(">chr1\n" + "A" * 1000 + "\n")
    return folder


def manifest(folder, text):
    path = folder / "tracks.tsv"
    path.write_text(text)
    return path


# ---- names from files


def test_tracks_are_named_after_files(files):
    rows = rows_of_files([f"{files}/*.b*g*", files / "a.bedgraph"], prefix="chip/")
    assert [(r.number, r.track, r.file) for r in rows] == [
        (1, "chip/t7x_y", f"{files}/7x+y.bdg"),
        (2, "chip/a", f"{files}/a.bedgraph"),
        (3, "chip/b_rep-1", f"{files}/b.rep-1.bg"),
        (4, "chip/bad", f"{files}/bad.bedgraph"),
    ]


def test_a_pattern_can_name_tracks(files):
    rows = rows_of_files([f"{files}/[ab].*"], name_pattern=r"in/(.).*$")
    assert [r.track for r in rows] == ["a", "b"]
    rows = rows_of_files([f"{files}/a.*"], name_pattern=r"in/a")
    assert [r.track for r in rows] == ["in/a"]


def test_names_that_meet_or_are_none_fail_that_file_only(files):
    (files / "a.bw").touch()
    (files / "+.bw").touch()
    rows = rows_of_files([files / "a.bedgraph", files / "a.bw", files / "+.bw"])
    assert rows[0].error is None
    assert f"{files}/a.bw: track a is that of {files}/a.bedgraph too" in str(rows[1].error)
    assert "is not legal" in str(rows[2].error)
    rows = rows_of_files([files / "a.bw"], name_pattern="zzz")
    assert "name pattern 'zzz' is not in its path" in str(rows[0].error)


def test_patterns_that_find_nothing_and_wrong_ones_are_errors(files):
    with pytest.raises(MissingFileError, match="no file matches it"):
        rows_of_files([f"{files}/*.bw"])
    with pytest.raises(UsageError, match="no input file given"):
        rows_of_files([])
    with pytest.raises(UsageError, match="is not a regular expression"):
        rows_of_files([files / "a.bedgraph"], name_pattern="(")


# ---- manifests


def test_a_manifest_gives_tracks_files_options_and_attributes(files):
    path = manifest(
        files,
        "# for the paper\ntrack\tfile\tbin_size\tdescription\tattr:cell\n"
        "chip.a\ta.bedgraph\t10\tfirst\tK562\n\nb\t/abs/b.bw\n",
    )
    assert read_manifest(path) == [
        Row(1, f"{path} row 1", "chip/a", f"{files}/a.bedgraph",
            {"bin_size": 10, "description": "first"}, {"cell": "K562"}),
        Row(2, f"{path} row 2", "b", "/abs/b.bw"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "the manifest is empty"),
        ("track\tfile\n", "a header and no rows"),
        ("track\tpath\nx\ty\n", ":1: column 'path' is not known. The first line names columns"),
        ("track\ndo\n", ":1: no column 'file'"),
        ("track\tfile\tfile\nx\ty\tz\n", "column 'file' is there twice"),
        ("track\tfile\tattr:\nx\ty\tz\n", "attribute name '' is not legal"),
        ("track,file\nx,y\n", "column 'track,file' is not known"),
    ],
)
def test_a_wrong_header_is_refused(files, text, said):
    with pytest.raises(ParseError) as caught:
        read_manifest(manifest(files, text))
    assert said in str(caught.value)


def test_what_is_no_text_is_refused(files):
    path = files / "m"
    path.write_bytes(b"track\tfile\n\xff\xfe\ty\n")
    with pytest.raises(ParseError, match=r"m:2: this is no UTF-8 text"):
        read_manifest(path)
    for absent in (files / "none", files / "m" / "x", "nul\0"):
        with pytest.raises(MissingFileError, match="no such file"):
            read_manifest(absent)
    with pytest.raises(MissingFileError, match="cannot be read"):
        read_manifest(files)


def test_a_wrong_row_says_its_number_and_the_others_can_be_used(files):
    path = manifest(
        files,
        "track\tfile\tbin_size\n"
        "ok\ta.bedgraph\t\n"  # 1
        "9lives\ta.bedgraph\t\n"
        "x\ta.bedgraph\tten\n"
        "x\t\t10\n"
        "\ta.bedgraph\n"  # 5
        "x\ta.bedgraph\t1\tmore\n"
        "ok\ta.bedgraph\t5\n"
        "x\ta.bedgraph\t0\n"
        "last\ta.bedgraph\t5\n",
    )
    rows = read_manifest(path)
    said = {row.number: str(row.error) for row in rows if row.error}
    for number, problem in {
        2: "track name '9lives' is not legal", 3: "bin size 'ten' is not a whole number",
        4: "no file", 5: "no track", 6: "4 fields, but 3 columns",
        7: "track ok is that of row 1 too", 8: "bin size '0' is not a whole number",
    }.items():  # fmt: skip
        assert said.pop(number).startswith(f"{path} row {number}: {problem}")
    assert not said


# ---- importing


@pytest.mark.parametrize("executor", [None, 2])
def test_it_goes_on_after_failed_files(db, files, leftovers, executor):
    path = manifest(
        files,
        "track\tfile\tbin_size\tformat\tdescription\n"
        "a\ta.bedgraph\t\t\tof row\n"
        "bad\tbad.bedgraph\n"
        "gone\tgone.bw\n"
        "seq\tseq.fa\n"
        "seq2\tseq.fa\t10\n"
        "c\ta.bedgraph\t\tgaf\n"
        "2\ta.bedgraph\n"
        "d/e\tb.rep-1.bg\t50\n",
    )
    told = []
    report = import_many(
        db, read_manifest(path), executor=executor, on_outcome=told.append, bin_size=10,
        dtype="float64", description="of all", attributes={"lab": "ours"},
    )  # fmt: skip
    assert told == report.outcomes
    assert [o.status[0] for o in report.outcomes] == ["i", "f", "f", "i", "f", "f", "f", "i"]
    assert report.summary() == "3 imported, 0 skipped, 5 failed"
    reasons = [o.reason for o in report.outcomes]
    assert reasons[1].startswith(f"{path} row 2: {files}/bad.bedgraph:2: ")
    assert reasons[2] == f"{path} row 3: {files}/gone.bw: there is no such file"
    assert reasons[4] == f"{path} row 5: bin_size is not for fasta files. Leave it empty"
    assert reasons[5].startswith(f"{path} row 6: format gaf is not known")
    assert reasons[6].startswith(f"{path} row 7: track name '2' is not legal")
    assert leftovers() == ["a.h5", "d", "d/e.h5", "seq.h5"]
    tracks = {name: db.open_track(name) for name in ("a", "d/e", "seq")}
    assert tracks["a"].attrs["description"] == "of row"
    assert tracks["d/e"].attrs["description"] == "of all"
    assert tracks["d/e"].attrs["lab"] == "ours"
    assert (tracks["a"].bin_size, tracks["d/e"].bin_size) == (10, 50)
    assert tracks["a"].read("chr2")[-1] == 7


def test_what_is_there_is_skipped_or_replaced_or_an_error(db, files):
    rows = rows_of_files([files / "a.bedgraph", files / "b.rep-1.bg"])
    assert import_many(db, rows[:1], bin_size=10).summary() == "1 imported, 0 skipped, 0 failed"
    before = db.track_path("a").stat().st_ino
    report = import_many(db, rows, bin_size=10, skip_existing=True)
    assert report.summary() == "1 imported, 1 skipped, 0 failed"
    assert db.track_path("a").stat().st_ino == before
    report = import_many(db, rows, bin_size=10)
    assert report.summary() == "0 imported, 0 skipped, 2 failed"
    assert "there already" in report.outcomes[0].reason
    report = import_many(db, rows, bin_size=10, overwrite=True)
    assert report.summary() == "2 imported, 0 skipped, 0 failed"


def test_options_that_are_none_are_refused_before_anything_is_made(db, files, leftovers):
    rows = rows_of_files([files / "a.bedgraph"])
    with pytest.raises(UsageError, match="option 'binsize' is not known"):
        import_many(db, rows, binsize=10)
    with pytest.raises(UsageError, match="contradict"):
        import_many(db, rows, skip_existing=True, overwrite=True)
    with pytest.raises(UsageError, match="is neither a number nor an executor"):
        import_many(db, rows, executor="four")
    assert leftovers() == []


def test_rows_that_a_dead_worker_left_are_failed(db, files, monkeypatch):
    rows = rows_of_files([files / "a.bedgraph", files / "b.rep-1.bg", files / "7x+y.bdg"])

    def dying(task, items, executor, in_flight):
        yield task(items[0])
        raise GenomeDBError("a worker process died")

    monkeypatch.setattr(many, "map_tasks", dying)
    report = import_many(db, rows, bin_size=10)
    assert [o.status for o in report.outcomes] == ["imported", "failed", "failed"]
    assert report.outcomes[2].reason == f"{files}/7x+y.bdg: a worker process died"


def test_not_enough_memory_fails_one_file(db, files, monkeypatch):
    def greedy(*_, **__):
        raise MemoryError

    importer = dataclasses.replace(many.IMPORTERS["wig"], make=greedy)
    monkeypatch.setitem(many.IMPORTERS, "wig", importer)
    (files / "w.wig").write_text(GOOD)
    report = import_many(db, rows_of_files([files / "w.wig", files / "a.bedgraph"]), bin_size=10)
    assert report.outcomes[0].reason == f"{files}/w.wig: not enough memory"
    assert report.outcomes[1].status == "imported"


# ---- the command


def call(capfd, *words):
    code = run([str(word) for word in words])
    said = capfd.readouterr()
    return code, said.out, said.err


@pytest.mark.parametrize("jobs", [1, 2])
def test_the_command_says_what_failed_and_ends_with_1(db, files, capfd, jobs):
    words = ["import", "many", "--db", db.path, "-b", 10, "--prefix", "x/", "-j", jobs, "--json"]
    code, out, err = call(capfd, *words, f"{files}/[ab]*.bedgraph")
    assert code == 1
    found = json.loads(out)
    assert (found["imported"], found["skipped"], found["failed"]) == (1, 0, 1)
    assert [t["track"] for t in found["tracks"]] == ["x/a", "x/bad"]
    lines = err.splitlines()
    assert lines[0] == "x/a: 2 records"
    assert lines[1].startswith(f"genomedb import many: {files}/bad.bedgraph:2: end")
    assert lines[2] == "genomedb import many: 1 imported, 0 skipped, 1 failed"
    code, out, err = call(capfd, *words[:-1], "--skip-existing", "-q", files / "a.bedgraph")
    assert (code, out, err) == (0, "", "")
    assert np.array_equal(GenomeDB(db.path).open_track("x/a").read("chr1", 0, 20)[:1], [1.5])


def test_a_job_of_an_array_does_its_row(db, files, capfd):
    path = manifest(files, "track\tfile\na\ta.bedgraph\nbad\tbad.bedgraph\nb\tb.rep-1.bg\n")
    words = ["import", "many", "--db", db.path, "-q", "-m", path]
    assert call(capfd, *words, "--row", 3, "-j", 2) == (0, "", "")
    assert db.list_tracks() == ["b"]
    code, _, err = call(capfd, *words, "--row", 2)
    assert code == 1
    assert f"{path} row 2: {files}/bad.bedgraph:2: " in err
    code, _, err = call(capfd, *words, "--row", 4)
    assert (code, err) == (1, f"genomedb import many: {path} has rows 1 to 3, not 4\n")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ([], "give either files or --manifest"),
        (["x.bw", "-m", "y"], "give either files or --manifest"),
        (["x.bw", "--row", "1"], "--row is the row of a manifest"),
        (["-m", "y", "--prefix", "z"], "--prefix and --name-from are for files"),
    ],
)
def test_words_that_do_not_go_together_are_refused(db, capfd, words, said):
    code, _, err = call(capfd, "import", "many", "--db", db.path, *words)
    assert code == 1
    assert said in err


def test_a_number_of_jobs_is_checked(capfd):
    for jobs in ("0", "-1", "two", "4096"):
        code, _, err = call(capfd, "import", "x", "y", "-j", jobs)
        assert code == 2
        assert "is not a number of processes" in err


def test_a_track_can_be_called_many(db, files, capfd):
    code, _, err = call(capfd, "import", "--db", db.path, "many", files / "a.bedgraph")
    assert code == 0, err
    assert db.list_tracks() == ["many"]
