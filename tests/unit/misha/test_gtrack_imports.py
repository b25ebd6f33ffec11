"""Tracks of files and of mapped reads, through the facade."""

import ftplib
import gzip
import io

import numpy as np
import pandas as pd
import pytest

from genomedb.errors import GenomeDBWarning, MissingFileError, ParseError, TrackExistsError

NAN = np.nan
WIG = (
    "fixedStep chrom=chr1 start=1 step=10 span=5\n1\n2\n3\n"
    "variableStep chrom=chr2 span=4\n11 7\n21 8\n"
)


@pytest.fixture
def write(tmp_path):
    """Make a file of text; its path."""

    def write(name, text):
        path = tmp_path / name
        data = text.encode()
        path.write_bytes(gzip.compress(data) if name.endswith(".gz") else data)
        return str(path)

    return write


def values(pm, name, n, *, chrom="chr1"):
    return pm.gextract(name, pm.gintervals(chrom))[name].tolist()[:n]


def records(pm, name):
    frame = pm.gextract(name, iterator=name)
    return frame[["chrom", "start", "end", name]].values.tolist()


# ---- one file


@pytest.mark.parametrize("binsize", [None, 0])
@pytest.mark.parametrize("name", ["x.wig", "x.WIG.gz", "x.bedGraph"])
def test_no_bin_size_makes_a_sparse_track(empty, write, name, binsize):
    empty.gtrack_import("x", "From WIG", write(name, WIG), binsize, 5.0)
    assert records(empty, "x") == [
        ["chr1", 0, 5, 1], ["chr1", 10, 15, 2], ["chr1", 20, 25, 3],
        ["chr2", 10, 14, 7], ["chr2", 20, 24, 8],
    ]  # fmt: skip
    assert empty.gtrack_info("x")["type"] == "sparse"


@pytest.mark.parametrize("binsize", [0, 10])
def test_infinite_values_are_missing_as_with_the_peer(empty, write, binsize):
    text = "chr1\t0\t10\tinf\nchr1\t10\t20\t3\nchr1\t20\t30\t-inf\nchr1\t30\t40\t1e39\n"
    empty.gtrack_import("x", "", write("x.bedgraph", text), binsize)
    found = empty.gextract("x", empty.gintervals("chr1", 0, 40), iterator=10)["x"]
    np.testing.assert_array_equal(found, [NAN, 3, NAN, NAN])


@pytest.mark.parametrize(
    ("defval", "first", "second"),
    [(NAN, [1, 2, 3, NAN], [NAN, 7, 8, NAN]), (0, [0.5, 1, 1.5, 0], [0, 2.8, 3.2, 0])],
)
def test_bins_are_means_in_which_the_default_joins(empty, write, defval, first, second):
    empty.gtrack_import("x", "", write("x.wig", WIG), 10, defval)
    np.testing.assert_allclose(values(empty, "x", 4), first, rtol=1e-6)
    np.testing.assert_allclose(values(empty, "x", 4, chrom="chr2"), second, rtol=1e-6)


@pytest.mark.parametrize(
    ("func", "expected"),
    [
        ("weighted.mean", [2, 17.391304, NAN]), ("weighted.sum", [40, 400, NAN]),
        ("coverage", [2, 20, NAN]), ("max", [5, 100, NAN]), ("min", [1, 5, NAN]),
        ("median", [1, 5, NAN]), ("count", [2, 2, 0]),
    ],
)  # fmt: skip
@pytest.mark.parametrize("n_processes", [1, 2])
def test_what_bins_make_of_intervals_can_be_chosen(empty, write, func, expected, n_processes):
    path = write("x.bedgraph", "chr1 0 15 1\nchr1 15 40 5\nchr1 35 38 100\n")
    empty.CONFIG.update(max_processes=n_processes)
    empty.gtrack_import("x", "", path, 20, func=func)
    np.testing.assert_allclose(values(empty, "x", 3), expected, rtol=1e-6)
    named = "" if func == "weighted.mean" else f', func="{func}"'
    assert empty.gtrack_attr_get("x", "created.by").endswith(f"20, nan, attrs{named})")


def test_attributes_tell_where_a_track_comes_from(empty, write):
    path = write("x.wig", WIG)
    empty.gtrack_import("x", "words", path, 10, attrs={"lab": "Genética", "n": 3, "none": ""})
    found = empty.gtrack_info("x")["attributes"]
    assert found["created.by"] == f'gtrack.import("x", description, "{path}", 10, nan, attrs)'
    assert (found["description"], found["type"], found["binsize"]) == ("words", "dense", "10")
    assert (found["lab"], found["n"]) == ("Genética", "3")
    assert "none" not in found


def test_the_name_decides_what_a_file_is(empty, write):
    table = "chrom\tstart\tend\tsignal\n1\t0\t10\t2\nchr1\t20\t30\tNaN\n"
    for i, name in enumerate(["x.txt", "x.fa", "x.gz", "noname"]):
        empty.gtrack_import(f"t{i}", "", write(name, table))
        found = np.array([row[3] for row in records(empty, f"t{i}")])
        np.testing.assert_array_equal(found, [2, NAN])
    for name in ("x.bg", "x.bdg", "x.bedgraph"):
        empty.gtrack_import(name.replace(".", "_"), "", write(name, "chr1 0 10 2\n"))
    empty.gtrack_import("bed", "", write("x.bed", "chr1\t0\t10\nchr1\t20\t30\tn\t7\n"))
    assert [row[3] for row in records(empty, "bed")] == [1, 7]


def test_ends_are_cut_and_intervals_outside_dropped(empty, write):
    path = write("x.bedgraph", "chr1 990 1010 1\nchr1 2000 2010 2\n")
    empty.gtrack_import("x", "", path)
    assert records(empty, "x") == [["chr1", 990, 1000, 1]]


def test_chromosomes_left_out_are_told_unless_they_are_scaffolds(empty, write):
    known = "chr1 0 10 1\n"
    for i, name in enumerate(["chr7", "MT2_scaffold", "chrUn_1", "X2"]):
        path = write(f"{i}.bedgraph", f"{known}{name} 0 10 2\n")
        if name == "chr7":
            with pytest.warns(GenomeDBWarning, match="left out 1 records .*chr7"):
                empty.gtrack_import(f"x{i}", "", path)
        else:
            empty.gtrack_import(f"x{i}", "", path)
        assert records(empty, f"x{i}") == [["chr1", 0, 10, 1]]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"track": "9x"}, "no name of a track"),
        ({"track": "d"}, "Track 'd' already exists"),
        ({"description": None}, "description is None"),
        ({"file": None}, "file is None"),
        ({"file": 3}, "file is 3"),
        ({"binsize": -1}, "binsize is -1"),
        ({"binsize": 2.5}, "binsize is 2.5"),
        ({"binsize": True}, "binsize is True"),
        ({"defval": "x"}, "defval is 'x'"),
        ({"func": "max"}, "func 'max' needs bins"),
        ({"func": "mode", "binsize": 10}, "func 'mode' is unknown"),
        ({"func": ["max"], "binsize": 10}, "func is "),
        ({"attrs": ["lab"]}, r"attrs is \['lab'\]"),
        ({"attrs": {"": "x"}}, "attrs has the name ''"),
        ({"attrs": {1: "x"}}, "attrs has the name 1"),
        ({"attrs": {"a b": "x"}}, "'a b' is not legal"),
        ({"attrs": {"created.by": "x"}}, r"'created\.by' is read-only"),
        ({"text": "# nothing\n"}, "no data lines"),
        ({"text": "chr7 0 10 1\n"}, r"none of its chromosomes \(chr7\)"),
        ({"text": "chr1 0 10 1\nchr1 5 12 2\n"}, "overlaps"),
        ({"text": "chr1 0 10 1\nchr1 0 q 2\n"}, r"x\.bedgraph:2: end \"q\""),
        ({"name": "x.bw.gz"}, "x.bw.gz"),
        ({"name": "x.bw"}, "x.bw"),
        ({"name": "x.txt", "text": "chrom\tstart\tend\n"}, "x.txt"),
    ],
)  # fmt: skip
def test_what_cannot_be_imported_leaves_nothing(pm, write, change, message):
    change = dict(change)
    path = write(change.pop("name", "x.bedgraph"), change.pop("text", "chr1 0 10 1\n"))
    given = {"track": "x", "description": "", "file": path}
    with pytest.raises(ValueError, match=message):
        pm.gtrack_import(**{**given, **change})
    assert pm.gtrack_ls() == ["d", "s", "sub.t"]


@pytest.mark.parametrize("name", ["nope.wig", "-"])
def test_a_file_that_is_not_there_is_a_file_not_found(empty, tmp_path, monkeypatch, name):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(MissingFileError, match="no such file"):
        empty.gtrack_import("x", "", name)
    assert empty.gtrack_ls() is None


# ---- many files


def test_a_set_goes_on_when_a_file_fails(pm, tmp_path, write):
    for name, text in {
        "b.bedgraph": "chr1 0 10 1\n", "a.more.bedgraph": "chr1 0 10 2\n", "bad.bedgraph": "x\n",
        "d.bedgraph": "chr1 0 10 3\n", "a.txt": "chrom\tstart\tend\tv\nchr1\t0\t1\t1\n",
    }.items():  # fmt: skip
        write(name, text)
    (tmp_path / "folder.bedgraph").mkdir()
    with pytest.warns(GenomeDBWarning) as told:
        found = pm.gtrack_import_set("Batch", f"{tmp_path}/*.*", 10, None, 0.5)
    assert found == {
        "files_imported": ["a.more.bedgraph", "b.bedgraph"],
        "files_failed": ["a.txt", "bad.bedgraph", "d.bedgraph"],
    }
    for text in ("a.txt: .*Track 'a' already exists", "bad.bedgraph: ", "Track 'd' already exists"):
        assert any(pd.Series([str(w.message)]).str.contains(text).any() for w in told)
    assert values(pm, "a", 2) == [2, 0.5]
    assert values(pm, "d", 2) == [1, 2]
    assert pm.gtrack_attr_get("b", "description") == "Batch"


def test_a_set_without_failures_lists_none(empty, tmp_path, write):
    write("a.wig", WIG)
    assert empty.gtrack_import_set("", f"{tmp_path}/*.wig", 0, "p.") == {
        "files_imported": ["a.wig"]
    }
    assert empty.gtrack_ls() == ["p.a"]
    with pytest.warns(GenomeDBWarning):
        again = empty.gtrack_import_set("", f"{tmp_path}/*.wig", 0, "p.")
    assert again == {"files_failed": ["a.wig"]}


@pytest.mark.parametrize(
    ("args", "message"),
    [
        ((None, "x", 0), "description is None"), (("", None, 0), "path is None"),
        (("", "x", None), "binsize is None"), (("", "x", -1), "binsize is -1"),
        (("", "/nowhere/*", 0), "No files to import"), (("", "x", 0, 3), "track_prefix is 3"),
    ],
)  # fmt: skip
def test_a_set_needs_its_arguments(empty, args, message):
    with pytest.raises(ValueError, match=message):
        empty.gtrack_import_set(*args)


class Server:
    """An FTP server with two files, as ftplib shows it."""

    def __init__(self, **_):
        self.files = {"a.wig": WIG, "b.wig": "what\n", "c.txt": ""}

    def __enter__(self):
        return self

    def __exit__(self, *_):
        pass

    def connect(self, host, port):
        if host != "host":
            raise OSError("no such server")

    def login(self, user, password):
        if password not in ("", "secret"):
            raise ftplib.error_perm("530 not logged in")

    def cwd(self, folder):
        if folder != "/some folder":
            raise ftplib.error_perm("550 no such folder")

    def nlst(self):
        return [f"./{name}" for name in self.files]

    def retrbinary(self, command, write):
        stream = io.BytesIO(self.files[command.removeprefix("RETR ")].encode())
        for block in iter(lambda: stream.read(7), b""):
            write(block)


def test_a_set_may_be_on_an_ftp_server(empty, monkeypatch):
    monkeypatch.setattr("genomedb.readers.ftp.FTP", Server)
    with pytest.warns(GenomeDBWarning, match=r"b\.wig: "):
        found = empty.gtrack_import_set("", "ftp://host/some%20folder/*.wig", 0)
    assert found == {"files_failed": ["b.wig"], "files_imported": ["a.wig"]}
    assert len(records(empty, "a")) == 5
    with pytest.raises(ValueError, match="No files to import"):
        empty.gtrack_import_set("", "ftp://host/some%20folder/*.bed", 0)
    for url in ("ftp://other/some%20folder/*", "ftp://host/none/*", "ftp://me:hush@host/x/*"):
        with pytest.raises(MissingFileError, match="cannot be had") as raised:
            empty.gtrack_import_set("", url, 0)
        assert "hush" not in str(raised.value)
    with pytest.raises(ValueError, match="there is no host"):
        empty.gtrack_import_set("", "ftp:///x/*.wig", 0)


# ---- reads

SAM = "@HD\tVN:1.6\n" + "".join(
    f"r\t{flag}\t{chrom}\t{at}\t30\t{n}M\t*\t0\t0\t{'A' * n}\t*\n"
    for flag, chrom, at, n in [
        (0, "chr1", 102, 10), (0, "chr1", 102, 10), (16, "1", 102, 10), (16, "chr1", 92, 20),
        (4, "*", 0, 10), (0, "chr1", 112, 5), (0, "chr9", 5, 2), (0, "chr1", 1000, 5),
        (16, "chr1", 999, 5),
    ]
)  # fmt: skip


@pytest.mark.parametrize(("remove", "expected"), [(True, [1, 1, 1]), (False, [2, 3, 1])])
def test_places_of_reads(empty, write, remove, expected):
    found = empty.gtrack_import_mappedseq(
        "x", "words", write("x.sam", SAM), cols_order=None, remove_dups=remove
    )
    assert [row[1:] for row in records(empty, "x")] == [
        [at, at + 1, n] for at, n in zip([101, 111, 999], expected, strict=True)
    ]
    assert found["total"] == {
        "total": 9.0, "total.mapped": 7.0, "total.unmapped": 2.0, "total.dups": 2.0,
    }  # fmt: skip
    assert found["chrom"].values.tolist() == [["chr1", 7, 2], ["chr2", 0, 0], ["chrX", 0, 0]]
    assert found["chrom"].dtypes.iloc[1:].tolist() == [np.dtype(float)] * 2
    assert empty.gtrack_attr_get("x", "created.by").endswith(
        f'x.sam", pileup=0, binsize=-1, remove.dups={remove})'
    )


def test_depths_of_reads(empty, write):
    empty.gtrack_import_mappedseq("x", "", write("x.sam", SAM), 30, 20, None)
    found = dict(enumerate(values(empty, "x", 50)))
    expected = {4: 0.95, 5: 1.95, 6: 1.55, 7: 0.05, 48: 0.35, 49: 1.05, 0: 0, 20: 0}
    assert {i: found[i] for i in expected} == pytest.approx(expected, rel=1e-6)


def test_reads_of_a_table_are_where_they_say(empty, write):
    text = "ACGT\tchr1\t10\t+\nACGT\tchr1\t10\tR\nAC\tchr1\t10\t?\n"
    found = empty.gtrack_import_mappedseq("x", "", write("x.txt", text), cols_order=(1, 2, 3, 4))
    assert [row[1] for row in records(empty, "x")] == [10, 14]
    assert found["total"]["total.unmapped"] == 1


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"file": None}, "file is None"), ({"file": "/nowhere/x.sam"}, "no such file"),
        ({"pileup": -1}, "pileup is -1"), ({"pileup": 10}, "binsize is -1"),
        ({"pileup": 10, "binsize": 0}, "binsize is 0"), ({"binsize": 10}, "binsize is 10"),
        ({"binsize": 0}, "binsize is 0"), ({"cols_order": (1, 2, 3)}, r"\(1, 2, 3\)"),
        ({"cols_order": (1, 2, 3, 3)}, r"\(1, 2, 3, 3\)"), ({"track": "d"}, "already exists"),
        ({"cols_order": (0, 1, 2, 3)}, r"\(0, 1, 2, 3\)"), ({"description": None}, "description"),
    ],
)  # fmt: skip
def test_reads_that_cannot_be_imported_leave_nothing(pm, write, change, message):
    given = {"track": "x", "description": "", "file": write("x.sam", SAM), "cols_order": None}
    with pytest.raises(ValueError, match=message):
        pm.gtrack_import_mappedseq(**{**given, **change})
    assert pm.gtrack_ls() == ["d", "s", "sub.t"]


def test_errors_are_of_the_classes_that_are_promised(pm, write):
    with pytest.raises(TrackExistsError):
        pm.gtrack_import("d", "", write("x.wig", WIG))
    with pytest.raises(ParseError):
        pm.gtrack_import("x", "", write("x.wig", "what\n"))
