"""Signal files of every format and packing become the same track."""

import bz2
import gzip
import hashlib
import io
import logging
import lzma
import math
import sys
import zipfile

import numpy as np
import pyBigWig
import pytest

from genomedb.core.chroms import ChromTable
from genomedb.db.create import create_database
from genomedb.errors import ChromError, TrackExistsError, UsageError
from genomedb.importers import binned
from genomedb.importers import spool as spool_module
from genomedb.importers.signal import import_signal
from genomedb.readers import opened
from genomedb.tracks.create import Storage
from genomedb.writers.compressed import open_output

NAN = math.nan
RECORDS = {  # sorted, without overlap; the last bin of chrX is short
    "chr1": [(0, 15, 1.0), (15, 40, 5.0), (100, 101, -2.5), (980, 1000, 8.0)],
    "chr2": [(3, 7, 0.25), (7, 480, 3.0)],
    "chrX": [(200, 205, 4.0)],
}
FORMATS = ("bedgraph", "wig", "bed", "tab", "bigwig")


def text_of(format, records=RECORDS, order=None):
    rows = [(c, *row) for c in order or records for row in records[c]]
    if format == "bedgraph":
        head = "# a comment\ntrack type=bedGraph name=x\n"
        return head + "".join(f"{c}\t{s}\t{e}\t{v}\n" for c, s, e, v in rows)
    if format == "wig":
        return "".join(f"variableStep chrom={c} span={e - s}\n{s + 1} {v}\n" for c, s, e, v in rows)
    if format == "bed":
        return "".join(f"{c}\t{s}\t{e}\tname\t{v}\t+\n" for c, s, e, v in rows)
    return "end\tscore\tchrom\tstart\n" + "".join(f"{e}\t{v}\t{c}\t{s}\n" for c, s, e, v in rows)


def write_bigwig(path, records=RECORDS, chroms=(("chr1", 1000), ("chr2", 500), ("chrX", 205))):
    file = pyBigWig.open(str(path), "w")
    file.addHeader(list(chroms))
    for chrom, rows in records.items():
        start, end, value = (list(c) for c in zip(*rows, strict=True))
        file.addEntries([chrom] * len(rows), start, ends=end, values=value)
    file.close()
    return path


def source(tmp_path, format, **options):
    path = tmp_path / f"x.{'txt' if format == 'tab' else format}"
    if format == "bigwig":
        return write_bigwig(path)
    path.write_text(text_of(format, **options))
    return path


def slow_bins(rows, length, bin_size, defval=NAN):
    """Mean of the bases of each bin, base by base; for records without overlap."""
    bases = np.full(length, defval)
    for start, end, value in rows:
        bases[start:end] = value
    return np.array([
        np.mean(known) if (known := b[~np.isnan(b)]).size else NAN
        for b in np.split(bases, range(bin_size, length, bin_size))
    ])  # fmt: skip


def check_dense(track, bin_size, defval=NAN, records=RECORDS):
    for chrom, length in zip(track.chroms.names, track.chroms.lengths, strict=True):
        expected = slow_bins(records.get(chrom, []), length, bin_size, defval)
        np.testing.assert_allclose(track.read(chrom), expected, rtol=1e-6)


def check_sparse(track, records=RECORDS):
    for chrom in track.chroms.names:
        assert list(zip(*map(np.ndarray.tolist, track.read(chrom)), strict=True)) == (
            records.get(chrom, [])
        )


@pytest.mark.parametrize("format", FORMATS)
@pytest.mark.parametrize("bin_size", [1, 10, 77, 5000])
@pytest.mark.parametrize("defval", [NAN, 0.0])
def test_every_format_becomes_the_same_dense_track(db, tmp_path, format, bin_size, defval):
    report = import_signal(
        db, "x", source(tmp_path, format), bin_size=bin_size, defval=defval, dtype="float64"
    )
    assert (report.n_records, report.unknown) == (7, {})
    check_dense(db["x"], bin_size, defval)


@pytest.mark.parametrize("format", FORMATS)
def test_every_format_becomes_the_same_sparse_track(db, tmp_path, format):
    import_signal(db, "x", source(tmp_path, format))
    check_sparse(db["x"])
    assert db["x"].dtype == "float32"


@pytest.mark.parametrize("format", FORMATS[:-1])
def test_chromosomes_in_another_order_make_no_difference(db, tmp_path, format):
    import_signal(db, "x", source(tmp_path, format, order=["chrX", "chr1", "chr2"]))
    check_sparse(db["x"])


def test_lines_in_any_order_make_no_difference_also_when_memory_is_short(db, tmp_path, monkeypatch):
    monkeypatch.setattr(spool_module, "MEMORY_BYTES", 0)
    monkeypatch.setattr(opened, "BLOCK_BYTES", 20)
    monkeypatch.setattr(binned, "WINDOW_BINS", 3)
    lines = text_of("bedgraph").splitlines(keepends=True)[2:]
    path = tmp_path / "x.bg"
    for seed in range(5):
        path.write_text("".join(np.random.default_rng(seed).permutation(lines)))
        import_signal(db, "s", path, overwrite=True)
        check_sparse(db["s"])
        import_signal(db, "d", path, bin_size=9, dtype="float64", overwrite=True)
        check_dense(db["d"], 9)


def packed(path, data, kind):
    if kind == "zip":
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr("inside.bedgraph", data)
    elif kind == "bgz":
        with open_output(path) as out:
            out.write(data)
    else:
        path.write_bytes({"gz": gzip, "bz2": bz2, "xz": lzma}[kind].compress(data))
    return path


@pytest.mark.parametrize("kind", ["gz", "bgz", "bz2", "xz", "zip"])
def test_packed_text_is_read(db, tmp_path, kind):
    path = packed(tmp_path / f"x.bedGraph.{kind}", text_of("bedgraph").encode(), kind)
    import_signal(db, "x", path)
    check_sparse(db["x"])


def test_packing_is_told_by_content_not_by_the_name(db, tmp_path):
    path = packed(tmp_path / "x.bedgraph", text_of("bedgraph").encode(), "xz")
    import_signal(db, "x", path)
    check_sparse(db["x"])


@pytest.mark.parametrize("pack", [bytes, gzip.compress])
def test_standard_input_is_read(db, monkeypatch, pack):
    data = io.BytesIO(pack(text_of("wig").encode()))
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(data))
    import_signal(db, "x", "-", format="wig")
    check_sparse(db["x"])
    assert db["x"].info()["sources"] == [{"name": "<stdin>", "bytes": 0, "sha256": ""}]


def test_several_files_are_taken_together(db, tmp_path):
    """One file a chromosome, each of another format."""
    paths = []
    for chrom, format in zip(RECORDS, ("wig", "bedgraph"), strict=False):
        paths.append(tmp_path / f"{chrom}.{format}")
        paths[-1].write_text(text_of(format, {chrom: RECORDS[chrom]}))
    paths.append(write_bigwig(tmp_path / "chrX.bw", {"chrX": RECORDS["chrX"]}))
    report = import_signal(db, "x", paths)
    assert report.n_records == 7
    check_sparse(db["x"])
    assert [s["name"] for s in db["x"].info()["sources"]] == [p.name for p in paths]


def test_overlapping_records_are_weighted_in_a_dense_track(db, tmp_path):
    path = tmp_path / "x.bg"
    path.write_text("chr1 20 30 2\nchr1 25 35 4\n")
    import_signal(db, "x", path, bin_size=10)
    np.testing.assert_allclose(db["x"].read("chr1", 20, 40), [40 / 15, 4], rtol=1e-6)


def test_missing_values_are_kept_as_intervals_and_left_out_of_means(db, tmp_path):
    path = tmp_path / "x.bg"
    path.write_text("chr1 0 5 nan\nchr1 5 10 3\n")
    import_signal(db, "s", path)
    np.testing.assert_array_equal(db["s"].read("chr1").value, [NAN, 3])
    import_signal(db, "d", path, bin_size=10)
    assert db["d"].read("chr1", 0, 10) == [3]


@pytest.mark.parametrize("dtype", ["int8", "uint8", "int16", "uint16", "int32", "uint32"])
def test_integer_types_need_a_default_value_for_gaps(db, tmp_path, leftovers, dtype):
    path = tmp_path / "x.bg"
    path.write_text("chr1 0 10 7\nchr2 0 20 100\n")
    with pytest.raises(UsageError, match=f"chr1:10 has no value, and {dtype} "):
        import_signal(db, "x", path, bin_size=10, dtype=dtype)
    assert leftovers() == []
    import_signal(db, "x", path, bin_size=10, dtype=dtype, defval=0)
    assert db["x"].dtype == dtype
    assert db["x"].read("chr1", 0, 30).tolist() == [7, 0, 0]
    assert db["x"].read("chr2", 0, 30).tolist() == [100, 100, 0]


@pytest.mark.parametrize(
    ("dtype", "value", "said"),
    [
        ("uint8", 256, "value 256 at chr1:10 does not fit uint8. Use a wider dtype"),
        ("int8", -129, "value -129 at chr1:10 does not fit int8. Use a wider dtype"),
        ("uint16", -1, "value -1 at chr1:10 does not fit uint16. Use a wider dtype"),
        ("int32", 1.5, "value 1.5 at chr1:10 does not fit int32. Use float32"),
        ("float32", 1e300, "value 1e+300 at chr1:10 does not fit float32"),
    ],
)
def test_values_that_do_not_fit_the_type_are_refused(db, tmp_path, leftovers, dtype, value, said):
    path = tmp_path / "x.bg"
    path.write_text(f"chr1 10 20 {value}\n")
    with pytest.raises(UsageError) as caught:
        import_signal(db, "x", path, bin_size=10, dtype=dtype, defval=0)
    assert said in str(caught.value)
    assert leftovers() == []


def test_sparse_integers_are_stored(db, tmp_path):
    path = tmp_path / "x.bg"
    path.write_text("chr1 0 10 7\n")
    import_signal(db, "x", path, dtype="uint16")
    assert db["x"].read("chr1").value.tolist() == [7]
    assert db["x"].read("chr1").value.dtype == np.uint16


def test_clipping_cuts_and_drops_and_counts(db, tmp_path, caplog):
    path = tmp_path / "x.bg"
    path.write_text("chr2 0 5 1\nchr2 490 510 2\nchr2 500 600 3\nchr2 900 901 4\n")
    report = import_signal(db, "x", path, clip=True)
    assert (report.n_records, report.n_clipped, report.n_outside) == (4, 1, 2)
    check_sparse(db["x"], {"chr2": [(0, 5, 1.0), (490, 500, 2.0)]})
    assert [r.message for r in caplog.records] == [
        "1 records were cut at the end of their chromosome",
        "2 records beyond the end of their chromosome left out",
    ]


def test_clipping_takes_a_bigwig_of_another_assembly(db, tmp_path):
    path = write_bigwig(tmp_path / "x.bw", {"chr2": [(490, 520, 2.0)]}, [("chr2", 600)])
    import_signal(db, "x", path, clip=True)
    check_sparse(db["x"], {"chr2": [(490, 500, 2.0)]})


@pytest.mark.parametrize("names", [("1", "2", "X"), ("chr1", "chr2", "chrX")])
def test_spellings_with_and_without_chr_are_the_same(tmp_path, names):
    other = create_database(tmp_path / "dbs", "bare", {"1": 1000, "2": 500, "X": 205})
    records = dict(zip(names, RECORDS.values(), strict=True))
    path = tmp_path / "x.bg"
    path.write_text(text_of("bedgraph", records))
    import_signal(other, "x", path)
    check_sparse(other["x"], dict(zip("12X", RECORDS.values(), strict=True)))


def test_the_alias_table_of_the_database_is_used(tmp_path):
    chroms = ChromTable.from_pairs([("chr1", 1000), ("chrM", 50)])
    other = create_database(tmp_path / "dbs", "x", chroms, aliases={"NC_000001.11": "chr1"})
    path = tmp_path / "x.bg"
    path.write_text("NC_000001.11 0 10 1\nMT 5 6 2\n")
    assert import_signal(other, "x", path).unknown == {}
    check_sparse(other["x"], {"chr1": [(0, 10, 1.0)], "chrM": [(5, 6, 2.0)]})


def test_a_spelling_that_could_be_two_chromosomes_is_unknown(tmp_path):
    other = create_database(tmp_path / "dbs", "x", {"M": 10, "MT": 20})
    path = tmp_path / "x.bg"
    path.write_text("chrM 0 5 1\nM 0 5 1\n")
    assert import_signal(other, "x", path).unknown == {"chrM": 1}


def test_unknown_chromosomes_are_said_once_each_with_counts(db, tmp_path, caplog, monkeypatch):
    monkeypatch.setattr(opened, "BLOCK_BYTES", 30)  # many batches
    one, two = tmp_path / "1.bg", tmp_path / "2.bedgraph"
    one.write_text("chr1 0 5 1\nchrUn 0 5 1\nchr9 5 6 1\nchrUn 5 6 1\nchr2 5 6 1\nchrUn 9 10 1\n")
    two.write_text("chrUn 0 1 1\nchrX 0 1 1\n")
    report = import_signal(db, "x", [one, two])
    assert report.unknown == {"chrUn": 4, "chr9": 1}
    assert report.n_records == 3
    assert [r.message for r in caplog.records if r.levelno >= logging.WARNING] == [
        "chromosome chrUn is not in the database: 4 records left out",
        "chromosome chr9 is not in the database: 1 records left out",
    ]


def test_unknown_chromosomes_of_several_bigwigs_are_added_up(db, tmp_path):
    chroms = [("chr1", 1000), ("chrUn", 50)]
    paths = [
        write_bigwig(tmp_path / f"{i}.bw", {"chr1": [(i, i + 1, 1.0)], "chrUn": [(0, 9, 1.0)]},
                     chroms)
        for i in range(2)
    ]  # fmt: skip
    assert import_signal(db, "x", paths).unknown == {"chrUn": 2}


@pytest.mark.parametrize("format", ["bedgraph", "bigwig"])
def test_only_unknown_chromosomes_are_an_error_naming_both_sides(db, tmp_path, leftovers, format):
    path = tmp_path / f"x.{format}"
    if format == "bigwig":
        write_bigwig(path, {"chr7": [(0, 5, 1.0)]}, [("chr7", 50)])
    else:
        path.write_text("chr7 0 5 1\n")
    with pytest.raises(ChromError) as caught:
        import_signal(db, "x", path, bin_size=10)
    assert str(caught.value) == (
        f"{path}: none of its chromosomes (chr7) is in the database (chr1, chr2, chrX). "
        "Check the assembly, or give the database an alias table"
    )
    assert leftovers() == []


def test_where_the_track_comes_from_is_recorded(db, tmp_path):
    path = source(tmp_path, "bedgraph")
    import_signal(
        db, "x", path, bin_size=10, description="my track", command="genomedb import x",
        attributes={"lab": "ours"}, storage=Storage(level=9),
    )  # fmt: skip
    info = db["x"].info()
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    assert info["sources"] == [{"name": path.name, "bytes": path.stat().st_size, "sha256": digest}]
    assert info["command"] == "genomedb import x"
    attributes = info["attributes"]
    assert attributes["description"] == "my track"
    assert attributes["lab"] == "ours"
    assert attributes["created.by"].startswith('import_signal("x", "x.bedgraph"')
    assert str(tmp_path) not in str(attributes) + str(info["sources"])


def test_the_same_input_gives_the_same_values_and_digests(db, tmp_path):
    path = source(tmp_path, "bedgraph")
    for name in ("a", "b"):
        import_signal(db, name, path, bin_size=10, storage=Storage(compression=None))
    for chrom in db.chroms.names:
        assert db["a"].read(chrom).tobytes() == db["b"].read(chrom).tobytes()
    assert db["a"].info()["sources"] == db["b"].info()["sources"]


def test_an_existing_track_is_refused_or_replaced(db, tmp_path):
    path, other = source(tmp_path, "bedgraph"), tmp_path / "other.bg"
    other.write_text("chr1 1 2 9\n")
    import_signal(db, "x", path)
    before = db.track_path("x").read_bytes()
    with pytest.raises(TrackExistsError):
        import_signal(db, "x", other)
    assert db.track_path("x").read_bytes() == before
    import_signal(db, "x", other, overwrite=True)
    check_sparse(db["x"], {"chr1": [(1, 2, 9.0)]})


def test_names_with_dots_make_folders(db, tmp_path):
    import_signal(db, "lab.dnase/wi38", source(tmp_path, "bedgraph"))
    assert db.list_tracks() == ["lab/dnase/wi38"]


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"bin_size": 0}, "bin size must be at least 1, not 0"),
        ({"bin_size": -5}, "bin size must be at least 1, not -5"),
        ({"bin_size": 2.5}, "bin size must be a whole number, not 2.5"),
        ({"bin_size": "10"}, "bin size must be a whole number, not '10'"),
        ({"defval": 0.0}, "a default value needs a bin size"),
        ({"bin_size": 10, "dtype": "float16"}, "dtype 'float16' is not one a track can have"),
        ({"dtype": "int64"}, "dtype 'int64' is not one a track can have"),
        ({"format": "gff"}, "gff is not a signal format. Use one of: bigwig, wig"),
        ({"format": "fasta"}, "fasta is not a signal format. Use import_fasta"),
        ({"attributes": {"chrom_digest": "x"}}, "describes the file and cannot be set"),
        ({"attributes": {"a b": "x"}}, "attribute name 'a b' is not legal"),
    ],
)
def test_arguments_that_make_no_sense_are_refused(db, tmp_path, leftovers, options, said):
    with pytest.raises(UsageError) as caught:
        import_signal(db, "x", source(tmp_path, "bedgraph"), **options)
    assert said in str(caught.value)
    assert leftovers() == []


def test_sources_that_make_no_sense_are_refused(db, tmp_path):
    path = source(tmp_path, "bedgraph")
    with pytest.raises(UsageError, match="no input file given"):
        import_signal(db, "x", [])
    with pytest.raises(UsageError, match="cannot be read together with other files"):
        import_signal(db, "x", ["-", path], format="bedgraph")
    with pytest.raises(UsageError, match="standard input has no name to tell its format"):
        import_signal(db, "x", "-")
    with pytest.raises(UsageError, match="bigWig cannot be read from standard input"):
        import_signal(db, "x", "-", format="bigwig")
