"""Tracks as bigWig, bedGraph and WIG: gaps are gaps, ends are exact, regions are cut."""

import gzip
import io
import os
import sys

import numpy as np
import pyBigWig
import pytest

from genomedb.core.region import Region
from genomedb.errors import ChromError, UsageError, WriteError
from genomedb.exporters import signal as exporter
from genomedb.exporters.signal import export_bedgraph, export_bigwig, export_wig

NAN = np.nan
EXPORTERS = {"bedgraph": export_bedgraph, "wig": export_wig, "bw": export_bigwig}
EVERY_FORMAT = pytest.mark.parametrize("kind", EXPORTERS)


@pytest.fixture
def dense(db):
    rng = np.random.default_rng(3)
    values = {}
    for name, length in zip(db.chroms.names, db.chroms.lengths, strict=True):
        values[name] = rng.integers(0, 4, -(-length // 10)).astype(np.float32) / 4
        values[name][rng.random(values[name].size) < 0.3] = NAN
    return db.create_dense("lab/dense", values, bin_size=10)


@pytest.fixture
def sparse(db):
    start, end = np.array([0, 15, 100, 980]), np.array([15, 40, 101, 1000])
    records = {"chr1": (start, end, np.array([1, 5, -2.5, 8])),
               "chrX": (np.array([200]), np.array([205]), np.array([4.0]))}  # fmt: skip
    return db.create_sparse("sparse", records)


def bases_of(track, chrom):
    """Value of every base, NaN in gaps."""
    length = track.chroms.length(chrom)
    if track.track_type == "sparse":
        bases = np.full(length, NAN)
        for start, end, value in zip(*track.read(chrom), strict=True):
            bases[start:end] = value
        return bases
    values = track.read(chrom).astype(np.float64)
    if track.missing is not None and track.dtype.kind != "f":
        values[values == track.missing] = NAN
    return np.repeat(values, track.bin_size)[:length]


def slow_bases(path, kind, lengths):
    """Values of every base as the plainest reader of each format finds them."""
    found = {name: np.full(length, NAN) for name, length in lengths.items()}
    if kind == "bw":
        file = pyBigWig.open(str(path))
        assert file.chroms() == lengths
        for name, length in lengths.items():
            found[name] = np.array(file.values(name, 0, length))
        return found
    opener = gzip.open if str(path).endswith(".gz") else open
    with opener(path, "rt") as lines:
        for line in lines:
            words = line.split()
            if words[0] in ("fixedStep", "variableStep"):
                settings = dict(word.split("=") for word in words[1:])
                at = int(settings.get("start", 0)) - 1
                span, step = int(settings["span"]), int(settings.get("step", 0))
                continue
            if kind == "bedgraph":
                chrom, start, end, value = words[0], *map(int, words[1:3]), float(words[3])
            else:
                chrom, value = settings["chrom"], float(words[-1])
                start = int(words[0]) - 1 if len(words) == 2 else at
                end, at = start + span, at + step
            assert 0 <= start < end <= lengths[chrom]
            assert np.isnan(found[chrom][start:end]).all(), "a base is written twice"
            found[chrom][start:end] = value
    return found


@EVERY_FORMAT
@pytest.mark.parametrize("which", ["dense", "sparse"])
@pytest.mark.parametrize("block", [7, 1 << 20])
def test_every_base_is_written_and_gaps_are_gaps(kind, which, block, request, tmp_path,
                                                 monkeypatch):  # fmt: skip
    monkeypatch.setattr(exporter, "_BLOCK_BINS", block)
    track = request.getfixturevalue(which)
    path = tmp_path / f"x.{kind}"
    EXPORTERS[kind](track, path)
    lengths = dict(zip(track.chroms.names, track.chroms.lengths, strict=True))
    found = slow_bases(path, kind, lengths)
    for chrom in lengths:
        np.testing.assert_array_equal(found[chrom], bases_of(track, chrom), err_msg=chrom)


@EVERY_FORMAT
@pytest.mark.parametrize("which", ["dense", "sparse"])
def test_regions_are_cut_at_the_base(kind, which, request, tmp_path, monkeypatch):
    monkeypatch.setattr(exporter, "_BLOCK_BINS", 3)
    track = request.getfixturevalue(which)
    lengths = dict(zip(track.chroms.names, track.chroms.lengths, strict=True))
    regions = ["chrX", "chr1:5-38", Region("1", 100, 130), "chr1:941-1,000", "chr1:130-131"]
    path = tmp_path / f"x.{kind}"
    EXPORTERS[kind](track, path, regions=regions)
    found = slow_bases(path, kind, lengths)
    expected = {chrom: np.full(n, NAN) for chrom, n in lengths.items()}
    for chrom, start, end in [("chrX", 0, 205), ("chr1", 5, 38), ("chr1", 100, 131),
                              ("chr1", 941, 1000)]:  # fmt: skip
        expected[chrom][start:end] = bases_of(track, chrom)[start:end]
    for chrom in lengths:
        np.testing.assert_array_equal(found[chrom], expected[chrom], err_msg=chrom)


@EVERY_FORMAT
@pytest.mark.parametrize(("dtype", "missing"), [("uint8", 255), ("int16", -1), ("int32", None)])
def test_the_missing_value_of_an_integer_track_is_a_gap(kind, dtype, missing, db, tmp_path):
    rng = np.random.default_rng(1)
    values = {n: rng.integers(0, 5, -(-size // 7)) for n, size in
              zip(db.chroms.names, db.chroms.lengths, strict=True)}  # fmt: skip
    if missing is not None:
        values["chr1"][3:60] = missing
        values["chrX"][-1] = missing
    track = db.create_dense("i", values, bin_size=7, dtype=dtype, missing=missing)
    path = tmp_path / f"x.{kind}"
    EXPORTERS[kind](track, path)
    lengths = dict(zip(db.chroms.names, db.chroms.lengths, strict=True))
    for chrom, found in slow_bases(path, kind, lengths).items():
        np.testing.assert_array_equal(found, bases_of(track, chrom))
        assert np.isnan(found).any() == (missing is not None and chrom != "chr2")


def test_single_bases_become_runs(db, tmp_path):
    values = {n: np.zeros(size) for n, size in
              zip(db.chroms.names, db.chroms.lengths, strict=True)}  # fmt: skip
    values["chr1"][10:30] = 2.5
    values["chr1"][500:505] = NAN
    track = db.create_dense("one", values, bin_size=1)
    export_bedgraph(track, tmp_path / "x.bg", regions="chr1")
    assert (tmp_path / "x.bg").read_text() == (
        "chr1\t0\t10\t0\nchr1\t10\t30\t2.5\nchr1\t30\t500\t0\nchr1\t505\t1000\t0\n"
    )
    export_bigwig(track, tmp_path / "x.bw")
    assert pyBigWig.open(str(tmp_path / "x.bw")).intervals("chr1") == (
        (0, 10, 0.0), (10, 30, 2.5), (30, 500, 0.0), (505, 1000, 0.0)
    )  # fmt: skip


def test_a_bigwig_has_zoom_levels_and_a_true_summary(dense, tmp_path):
    path = tmp_path / "x.bw"
    export_bigwig(dense, path)
    file = pyBigWig.open(str(path))
    header = file.header()
    bases = np.concatenate([bases_of(dense, c) for c in dense.chroms.names])
    known = bases[~np.isnan(bases)]
    assert header["nLevels"] >= 1
    assert header["nBasesCovered"] == known.size
    assert (header["minVal"], header["maxVal"]) == (int(known.min()), int(known.max()))
    chrom = bases_of(dense, "chr1")
    for kind, of in [("mean", np.nanmean), ("max", np.nanmax), ("min", np.nanmin)]:
        exact = file.stats("chr1", type=kind, exact=True)[0]
        assert exact == pytest.approx(of(chrom), rel=1e-6)
        assert file.stats("chr1", type=kind)[0] == pytest.approx(of(chrom), rel=1e-6)
    cover = file.stats("chr1", type="coverage", exact=True)[0]
    assert cover == pytest.approx((~np.isnan(chrom)).mean())
    export_bigwig(dense, tmp_path / "flat.bw", zooms=0)
    assert pyBigWig.open(str(tmp_path / "flat.bw")).header()["nLevels"] == 0


@pytest.mark.parametrize("kind", ["bedgraph", "wig"])
def test_names_ending_in_gz_are_packed(kind, dense, tmp_path):
    EXPORTERS[kind](dense, tmp_path / "a")
    EXPORTERS[kind](dense, tmp_path / "b.GZ")
    assert gzip.decompress((tmp_path / "b.GZ").read_bytes()) == (tmp_path / "a").read_bytes()


@pytest.mark.parametrize("kind", ["bedgraph", "wig"])
def test_standard_output_is_written(kind, dense, tmp_path, monkeypatch):
    raw = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(raw))
    EXPORTERS[kind](dense, "-")
    EXPORTERS[kind](dense, tmp_path / "a")
    assert raw.getvalue() == (tmp_path / "a").read_bytes()


def test_a_bigwig_is_not_written_to_standard_output(dense):
    with pytest.raises(UsageError, match="cannot be written to standard output"):
        export_bigwig(dense, "-")


def test_a_record_without_value_stays_a_record_in_text(db, tmp_path):
    one = (np.array([5]), np.array([9]), np.array([NAN]))
    track = db.create_sparse("s", {"chr1": one})
    export_bedgraph(track, tmp_path / "x.bg")
    assert (tmp_path / "x.bg").read_text() == "chr1\t5\t9\tnan\n"
    export_bigwig(track, tmp_path / "x.bw")
    assert pyBigWig.open(str(tmp_path / "x.bw")).header()["nBasesCovered"] == 0


@EVERY_FORMAT
@pytest.mark.parametrize(
    ("regions", "kind_of_error", "said"),
    [
        ("chr9", ChromError, 'chromosome "chr9" does not exist'),
        ("chr1:5", UsageError, "cannot read region"),
        ("chr1:10-5", ChromError, "start must be before end"),
        ("chr1:0-1001", ChromError, "not inside the chromosome"),
        ([Region("chr1", -5, 10)], ChromError, "not inside the chromosome"),
        ([Region("chr1", 10, 10)], ChromError, "start must be before end"),
        (Region("chr9", 0, 10), ChromError, "does not exist"),
        (["chr1:0-10", Region("1", 9, 20)], UsageError, "regions chr1:0-10 and chr1:9-20 overlap"),
        ([("chr1", 0, 10)], UsageError, "is not a region"),
    ],
)
def test_wrong_regions_are_refused_and_nothing_is_written(
    kind, regions, kind_of_error, said, dense, tmp_path
):
    out = tmp_path / "out"
    out.mkdir()
    with pytest.raises(kind_of_error) as caught:
        EXPORTERS[kind](dense, out / f"x.{kind}", regions=regions)
    assert said in str(caught.value)
    assert os.listdir(out) == []


@EVERY_FORMAT
def test_a_file_that_is_there_is_kept_unless_asked(kind, dense, tmp_path):
    path = tmp_path / f"x.{kind}"
    path.write_text("mine")
    with pytest.raises(WriteError, match="there already"):
        EXPORTERS[kind](dense, path)
    assert path.read_text() == "mine"
    EXPORTERS[kind](dense, path, overwrite=True)
    assert path.stat().st_size > 100


@EVERY_FORMAT
def test_a_sequence_holds_no_signal(kind, db, tmp_path):
    from genomedb.importers.sequence import import_fasta

    fasta = tmp_path / "x.fa"
    fasta.write_text(">chrX\n" + "A" * 205 + "\n")
    import_fasta(db, "seq", fasta)
    with pytest.raises(UsageError, match="seq: a sequence track holds no signal"):
        EXPORTERS[kind](db["seq"], tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_infinite_values_are_refused_by_bigwig_and_nothing_is_left(db, tmp_path):
    values = {"chr1": np.full(100, np.inf)}
    track = db.create_dense("inf", values, bin_size=10)
    out = tmp_path / "out"
    out.mkdir()
    with pytest.raises(UsageError, match="value inf at chr1:0 cannot be in a bigWig file"):
        export_bigwig(track, out / "x.bw")
    assert os.listdir(out) == []


@EVERY_FORMAT
def test_folders_that_are_not_there_are_named(kind, dense, tmp_path):
    with pytest.raises(WriteError, match="does not exist"):
        EXPORTERS[kind](dense, tmp_path / "no" / "x.bw")
    with pytest.raises(WriteError, match="is a directory"):
        EXPORTERS[kind](dense, tmp_path, overwrite=True)
