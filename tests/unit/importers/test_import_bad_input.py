"""Bad input: one clear line, nothing half-written, the old track untouched."""

import contextlib
import gzip
import os
import subprocess
import sys

import h5py
import numpy as np
import pyBigWig
import pytest

from genomedb.errors import (
    ChromError,
    FormatError,
    GenomeDBError,
    LockedError,
    MissingFileError,
    ParseError,
    UsageError,
    WriteError,
)
from genomedb.importers import spool as spool_module
from genomedb.importers.signal import import_signal
from genomedb.storage.lock import writer_lock

GOOD = "chr1\t0\t10\t1.5\nchr2\t5\t50\t2\n"


@pytest.fixture
def old(db, tmp_path):
    """A track that a failing import must leave as it is."""
    path = tmp_path / "good.bedgraph"
    path.write_text(GOOD)
    import_signal(db, "x", path)
    return db.track_path("x").read_bytes()


@pytest.fixture
def fails(db, old, leftovers):
    """Call it with a source: the import fails with this error, in one line, and leaves nothing."""

    def check(kind, source, *, name="x", **options):
        with pytest.raises(kind) as caught:
            import_signal(db, name, source, overwrite=True, **options)
        said = str(caught.value)
        assert "\n" not in said
        assert leftovers() == ["x.h5"]
        assert db.track_path("x").read_bytes() == old
        return said

    return check


def written(path, text):
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


LINES = [  # file name, text, line, words of the message
    ("x.bedgraph", "chr1\t0\t10\n", 1, 'too few fields in "chr1\\t0\\t10"'),
    ("x.bedgraph", GOOD + "chr1 a 10 1\n", 3, 'start "a" is not a whole number'),
    ("x.bedgraph", GOOD + "chr1 1 1e3 1\n", 3, 'end "1e3" is not a whole number'),
    ("x.bedgraph", GOOD + "chr1 1 10 much\n", 3, 'value "much" is not a number'),
    ("x.bedgraph", GOOD + "chr1 -1 10 1\n", 3, 'coordinate "-1" is negative'),
    ("x.bedgraph", GOOD + "chr1 10 10 1\n", 3, "end is not after start"),
    ("x.bedgraph", GOOD + "\n#x\nchr1 20 10 1\n", 5, "end is not after start"),
    ("x.bedgraph", f"chr1 0 {10**25} 1\n", 1, "too large"),
    ("x.bedgraph", GOOD + "chr2 495 501 1\n", 3, "chr2:495-501 is not inside the chromosome, "
     "which is 500 bp long in the database. Check the assembly, or clip (--clip)"),
    ("x.bedgraph", "# nothing\n\n", None, "no data lines"),
    ("x.bedgraph", "", None, "no data lines"),
    ("x.bedgraph", "\xff\xfe\x00c".encode("latin-1"), 1, "UTF-16"),
    ("x.bedgraph", b"\x00\x01\x02\x03" * 50, 1, "is outside any"),
    ("x.bedgraph", b"x" * 16_500_000, 1, "line longer than 16 MB"),
    ("x.wig", "5\n", 1, "is outside any fixedStep or variableStep block"),
    ("x.wig", "fixedStep start=1\n5\n", 1, "names no chromosome"),
    ("x.wig", "fixedStep chrom=chr1\n5\n", 1, "has no start"),
    ("x.wig", "fixedStep chrom=chr1 start=0\n5\n", 1, "is not a setting"),
    ("x.wig", "variableStep chrom=chr1\n1 2\n0 5\n", 3, "is not a whole number of at least 1"),
    ("x.wig", "fixedStep chrom=chr1 start=1\n1\n\n# c\nbad\n", 5, 'value "bad" is not a number'),
    ("x.wig", "fixedStep chrom=chr2 start=499 step=1\n1\n1\n1\n", 4, "chr2:500-501 is not inside"),
    ("x.bed", "chr1 5\n", 1, "too few fields"),
    ("x.txt", "chrom start end\nchr1 0 5\n", 1, "header"),
    ("x.txt", "chrom start end a b\nchr1 0 5 1 2\n", 1, "header"),
    ("x.txt", "chrom start end a\n\n# x\nchr1 0 5 z\n", 4, 'value "z" is not a number'),
]  # fmt: skip


@pytest.mark.parametrize(("name", "text", "line", "words"), LINES)
@pytest.mark.parametrize("bin_size", [None, 10])
def test_a_malformed_line_is_named(fails, tmp_path, name, text, line, words, bin_size):
    path = written(tmp_path / name, text)
    said = fails(ParseError, path, bin_size=bin_size)
    assert said.startswith(f"{path}: " if line is None else f"{path}:{line}: ")
    assert words in said.replace("\t", "\\t")


def test_lines_are_counted_over_blocks_and_packing(fails, tmp_path):
    text = "".join(f"chr1\t{i % 900}\t{i % 900 + 1}\t1.25\n" for i in range(400_000))
    path = written(tmp_path / "x.bg.gz", gzip.compress((text + "chr1 x 1 1\n").encode(), 1))
    said = fails(ParseError, path, bin_size=10)
    assert said.startswith(f'{path}:400001: start "x"')


@pytest.mark.parametrize("memory", [0, 10**9])
def test_overlaps_in_a_sparse_track_are_named(fails, tmp_path, memory, monkeypatch):
    monkeypatch.setattr(spool_module, "MEMORY_BYTES", memory)
    path = written(tmp_path / "x.bg", "chr2 0 10 1\nchr1 0 10 1\nchr1 50 60 1\nchr1 9 20 1\n")
    said = fails(ChromError, path)
    assert said.startswith("x: chr1:9-20 overlaps chr1:0-10")
    assert said.endswith("A sparse track holds no overlaps: merge them or give a bin size")


def bigwig(path, chroms, chrom="chr1", end=10):
    file = pyBigWig.open(str(path), "w")
    file.addHeader(chroms)
    file.addEntries([chrom], [0], ends=[end], values=[1.0])
    file.close()
    return path


def test_a_bigwig_of_another_assembly_is_refused(fails, tmp_path):
    path = bigwig(tmp_path / "x.bw", [("chr1", 1000), ("chr2", 501), ("chrUn", 9)])
    assert fails(ChromError, path) == (
        f"{path}: another assembly than toy: 1 of 2 shared chromosomes differ in length, first "
        "chr2: 501 bp in the file, 500 in the database. "
        "Import it into a database of its own assembly"
    )


def test_a_bigwig_without_values_is_refused(fails, tmp_path):
    file = pyBigWig.open(str(tmp_path / "x.bw"), "w")
    file.addHeader([("chr1", 1000)])
    file.close()
    assert "holds no values" in fails(ChromError, tmp_path / "x.bw")


def test_clipping_everything_away_is_refused(fails, tmp_path):
    path = written(tmp_path / "x.bg", "chr2 600 700 1\nchr1 5000 5001 1\n")
    said = fails(ChromError, path, clip=True)
    assert "all 2 records are beyond the end of their chromosome" in said


def test_truncated_and_damaged_files_are_refused(fails, tmp_path):
    packed = gzip.compress((GOOD * 1000).encode())
    whole = bigwig(tmp_path / "whole.bw", [("chr1", 1000)]).read_bytes()
    for name, data, words in [
        ("a.bg.gz", packed[: len(packed) // 2], "truncated"),
        ("b.bg.gz", packed[:-3], "truncated"),
        ("c.bg.gz", packed[:40] + b"\xaa" * 20 + packed[60:], "truncated or damaged"),
        ("d.bw", b"", "the file is empty"),
        ("e.bw", whole[: len(whole) // 2], "truncated"),
        ("f.bw", whole[:-2], "truncated"),
        ("g.bw", GOOD.encode(), "this is not a bigWig file"),
        ("h.bw", gzip.compress(whole), "a compressed bigWig is not read"),
        ("i.bg.bz2", b"BZh91AY&SY" + b"\0" * 40, "truncated or damaged"),
        ("j.bg.zip", b"PK\x03\x04" + b"\0" * 40, "truncated or damaged"),
    ]:
        path = written(tmp_path / name, data)
        said = fails(FormatError, path)
        assert said.startswith(f"{path}: "), name
        assert words in said, name


def test_an_empty_packed_file_has_no_data_lines(fails, tmp_path):
    path = written(tmp_path / "x.bg.gz", gzip.compress(b""))
    assert fails(ParseError, path) == f"{path}: no data lines"


def test_files_that_are_absent_or_no_files_are_refused(fails, tmp_path):
    for path in (tmp_path / "no.bw", tmp_path / ("n" * 300), "a\0b", tmp_path / "good.bedgraph/x"):
        assert fails(MissingFileError, path, format="bedgraph").endswith("there is no such file")
    assert "is a directory" in fails(UsageError, tmp_path, format="bedgraph")
    loop = tmp_path / "loop.bg"
    loop.symlink_to(loop)
    assert "there is no such file" in fails(MissingFileError, loop)


@pytest.mark.parametrize(
    "name",
    ["../x", "a/../../x", "a//b", "", ".", "..", "1x", "a b", "x" * 101, "a/" * 8 + "b", "é",
     "chromosome", "/etc/../x", "x\0y", "~/x"],
)  # fmt: skip
def test_names_that_are_not_legal_are_refused(fails, db, tmp_path, name):
    path = written(tmp_path / "y.bg", GOOD)
    fails(UsageError, path, name=name)
    assert not (db.path.parent / "x.h5").exists()


def test_an_absolute_path_is_a_name_inside_the_database(db, tmp_path):
    path = written(tmp_path / "y.bg", GOOD)
    import_signal(db, "/etc/x", path)
    assert db.track_path("/etc/x") == db.path / "etc" / "x.h5"
    assert db.track_path("/etc/x").exists()


def test_links_out_of_the_database_are_refused(fails, db, tmp_path, leftovers):
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "victim.h5").write_bytes(b"mine")
    path = written(tmp_path / "y.bg", GOOD)
    (db.path / "out").symlink_to(outside)
    (db.path / "file.h5").symlink_to(outside / "victim.h5")
    for name in ("out/x", "out/victim", "file"):
        with pytest.raises(UsageError, match="leads out of the database"):
            import_signal(db, name, path, overwrite=True)
    assert os.listdir(outside) == ["victim.h5"]
    assert (outside / "victim.h5").read_bytes() == b"mine"


def test_a_locked_track_is_refused_naming_who_writes(fails, db, tmp_path):
    path = written(tmp_path / "y.bg", GOOD)
    with writer_lock(db.track_path("x")), pytest.raises(LockedError) as caught:
        import_signal(db, "x", path, overwrite=True)
    assert f"being written by process {os.getpid()}" in str(caught.value)


def test_no_permission_names_the_path(fails, db, tmp_path, unprivileged):
    path = written(tmp_path / "y.bg", GOOD)
    with unprivileged(db.path):
        db.path.chmod(0o500)
        try:
            assert str(db.path) in fails(WriteError, path)
        finally:
            db.path.chmod(0o700)


FULL_DISK = """
import resource, sys
from genomedb import GenomeDB, import_signal, GenomeDBError
from genomedb.importers import spool
from genomedb.tracks.create import Storage
folder, source, limit, memory = sys.argv[1:]
spool.MEMORY_BYTES = int(memory)
db = GenomeDB(folder)
resource.setrlimit(resource.RLIMIT_FSIZE, (int(limit), resource.RLIM_INFINITY))
try:
    import_signal(db, "x", source, bin_size=None, overwrite=True,
                  storage=Storage(compression=None))
except GenomeDBError as error:
    print(type(error).__name__, error)
"""


@pytest.mark.parametrize("memory", [0, 10**9])
def test_a_full_disk_leaves_the_old_track(db, old, leftovers, tmp_path, memory):
    """A file-size limit stands for it: in the spool, in the data, and in the closing of HDF5."""
    text = "".join(f"chr1\t{i}\t{i + 1}\t{i}\n" for i in range(1000))
    path = written(tmp_path / "big.bg", text)
    for limit in (0, 1000, 4096, 9000, 14000):
        done = subprocess.run(
            [sys.executable, "-c", FULL_DISK, str(db.path), str(path), str(limit), str(memory)],
            capture_output=True, text=True, timeout=60, check=False,
        )  # fmt: skip
        assert (done.returncode, done.stderr) == (0, "")
        assert done.stdout.startswith(f"WriteError {db.path}"), limit
        assert ": cannot be written (" in done.stdout
        assert "raise it or use larger bins" in done.stdout
        assert done.stdout.count("\n") == 1
        assert leftovers() == ["x.h5"]
        assert db.track_path("x").read_bytes() == old


def test_any_bytes_give_a_track_or_our_own_error(db, tmp_path, leftovers):
    rng = np.random.default_rng(20)
    for i in range(150):
        data = bytearray(GOOD.encode() * 3)
        for at in rng.integers(0, len(data), 3):
            data[at] = rng.integers(0, 256)
        path = written(tmp_path / f"{i}.{('bg', 'wig', 'bed', 'txt')[i % 4]}", bytes(data))
        with contextlib.suppress(GenomeDBError):
            import_signal(db, "x", path, bin_size=10, overwrite=True)
    assert leftovers() in ([], ["x.h5"])


# ---- files of the database itself


def test_files_that_are_no_tracks_are_refused(db, old):
    path = db.track_path("x")
    newer = db.path / "newer.h5"
    newer.write_bytes(old)
    with h5py.File(newer, "r+") as h5:
        header = h5.attrs["header"].decode().replace(" 1 ", " 99 ", 1)
        h5.attrs["header"] = np.bytes_(header.encode())
    for name, data, words in [
        ("empty", b"", ""),
        ("text", b"not hdf5 at all" * 100, ""),
        ("short", old[: len(old) // 2], ""),
    ]:
        (db.path / f"{name}.h5").write_bytes(data)
        with pytest.raises(FormatError) as caught:
            db.open_track(name)
        assert str(db.path / f"{name}.h5") in str(caught.value)
        assert words in str(caught.value)
    with pytest.raises(FormatError) as caught:
        db.open_track("newer")
    assert str(newer) in str(caught.value)
    assert "99" in str(caught.value)
    assert path.read_bytes() == old


def test_a_sequence_is_no_signal(fails, tmp_path):
    path = written(tmp_path / "x.fa", ">chr1\nACGT\n")
    assert "Use import_fasta" in fails(UsageError, path)
    assert f"{path}:1: " in fails(ParseError, path, format="bedgraph")
