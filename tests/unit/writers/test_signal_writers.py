"""What the writers write, the readers read."""

import os
import struct
import subprocess
import sys

import numpy as np
import pyBigWig
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from genomedb.errors import ChromError, UsageError, WriteError
from genomedb.readers.bigwig import BigWigFile
from genomedb.readers.fasta import iter_fasta
from genomedb.readers.signal_text import iter_text
from genomedb.writers.bedgraph import BedGraphWriter
from genomedb.writers.bigwig import BigWigWriter
from genomedb.writers.fasta import FastaWriter
from genomedb.writers.wig import WigWriter

CHROMS = [("chr1", 1003), ("chr2", 500)]
WRITERS = {"bedgraph": BedGraphWriter, "wig": WigWriter, "bw": BigWigWriter}
EVERY_WRITER = pytest.mark.parametrize("kind", WRITERS)


def records_of(path, kind):
    if kind == "bw":
        with BigWigFile(path) as file:
            batches = [batch for chrom in file.chroms() for batch in file.iter_records(chrom)]
    else:
        batches = list(iter_text(path, kind))
    return [
        (batch.names[code], *row)
        for batch in batches
        for code, *row in zip(
            batch.chrom.tolist(),
            batch.start.tolist(),
            batch.end.tolist(),
            batch.value.tolist(),
            strict=True,
        )
    ]


def as_float32(rows):
    """Text has the digits that a float32 needs, and is read as double."""
    return [(*row, float(np.float32(value))) for *row, value in rows]


@EVERY_WRITER
def test_runs_and_bins_read_back(kind, tmp_path):
    path = tmp_path / f"x.{kind}"
    with WRITERS[kind](path, CHROMS) as out:
        out.add_runs("chr1", [0, 10, 50], [10, 20, 51], np.array([1, 2.5, -3], np.float32))
        out.add_bins("chr1", 960, 20, [7, np.nan, 8.25])
        out.add_bins("chr2", 0, 250, np.array([3, 4], np.int32))
    assert records_of(path, kind) == [
        ("chr1", 0, 10, 1.0),
        ("chr1", 10, 20, 2.5),
        ("chr1", 50, 51, -3.0),
        ("chr1", 960, 980, 7.0),
        ("chr1", 1000, 1003, 8.25),
        ("chr2", 0, 250, 3.0),
        ("chr2", 250, 500, 4.0),
    ]
    assert os.listdir(tmp_path) == [path.name]


def test_bins_of_wig_that_follow_each_other_are_one_block(tmp_path):
    with WigWriter(tmp_path / "x.wig", CHROMS) as out:
        out.add_bins("chr1", 0, 1, [1, 2])
        out.add_bins("chr1", 2, 1, [3.0, np.nan, 4])
        out.add_bins("chr1", 5, 1, [5])
        out.add_bins("chr1", 6, 2, [6])
        out.add_bins("chr1", 9, 2, [7])
        out.add_runs("chr1", [11], [13], [8])
        out.add_bins("chr1", 13, 2, [9])
        out.add_bins("chr2", 15, 2, [10])
    text = (tmp_path / "x.wig").read_text()
    assert [block.split("start=")[-1].split() for block in text.split("fixedStep ")[1:]] == [
        ["1", "step=1", "span=1", "1", "2", "3"],
        ["5", "step=1", "span=1", "4", "5"],
        ["7", "step=2", "span=2", "6"],
        ["10", "step=2", "span=2", "7", "variableStep", "chrom=chr1", "span=2", "12", "8"],
        ["14", "step=2", "span=2", "9"],
        ["16", "step=2", "span=2", "10"],
    ]


@settings(max_examples=40, deadline=None)
@given(
    arrays(np.float32, st.integers(1, 101),
           elements=st.just(np.nan) | st.floats(-(2.0**99), 2.0**99, width=32)),
    st.sampled_from([1, 3, 10]),
    st.sampled_from(sorted(WRITERS)),
)  # fmt: skip
def test_any_bins_read_back(tmp_path_factory, values, span, kind):
    path = tmp_path_factory.getbasetemp() / f"bins.{kind}"
    with WRITERS[kind](path, CHROMS, overwrite=True) as out:
        out.add_bins("chr1", 0, span, values)
    kept = np.flatnonzero(~np.isnan(values))
    expected = [
        ("chr1", int(i) * span, min((int(i) + 1) * span, 1003), float(values[i])) for i in kept
    ]
    if expected or kind == "bw":
        assert as_float32(records_of(path, kind)) == expected


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 9), st.integers(1, 9), st.floats(-1e9, 1e9, width=32)),
             min_size=1, max_size=40),
    st.sampled_from(sorted(WRITERS)),
)  # fmt: skip
def test_any_runs_read_back(tmp_path_factory, steps, kind):
    rows, at = [], 0
    for gap, width, value in steps:
        rows.append((at + gap, at + gap + width, value))
        at += gap + width
    path = tmp_path_factory.getbasetemp() / f"runs.{kind}"
    start, end, value = (np.array(column) for column in zip(*rows, strict=True))
    with WRITERS[kind](path, CHROMS, overwrite=True) as out:
        out.add_runs("chr1", start[:3], end[:3], value[:3].astype(np.float32))
        out.add_runs("chr1", start[3:], end[3:], value[3:].astype(np.float32))
    assert as_float32(records_of(path, kind)) == [("chr1", *row) for row in rows]


@EVERY_WRITER
def test_what_does_not_fit_is_refused_and_nothing_is_left(kind, tmp_path):
    wrong = [
        (ChromError, '"chrZ" is not one', lambda out: out.add_runs("chrZ", [0], [1], [1])),
        (ChromError, "chr1:5-5 is empty", lambda out: out.add_runs("chr1", [5], [5], [1])),
        (ChromError, "1003 bp", lambda out: out.add_runs("chr1", [5], [1004], [1])),
        (ChromError, "do not fit", lambda out: out.add_bins("chr1", 0, 1003, [1, 2])),
        (UsageError, "not possible", lambda out: out.add_bins("chr1", 0, 0, [1, 2])),
        (UsageError, "one length", lambda out: out.add_runs("chr1", [5], [6, 7], [1])),
    ]
    for error, message, call in wrong:
        with (
            pytest.raises(error, match=message),
            WRITERS[kind](tmp_path / f"x.{kind}", CHROMS) as out,
        ):
            call(out)
    assert os.listdir(tmp_path) == []


@EVERY_WRITER
def test_an_existing_file_is_kept(kind, tmp_path):
    path = tmp_path / f"x.{kind}"
    path.write_bytes(b"old")
    with pytest.raises(WriteError, match="there already"), WRITERS[kind](path, CHROMS):
        pass
    assert path.read_bytes() == b"old"


def test_text_of_wig_and_bedgraph(tmp_path):
    with WigWriter(tmp_path / "x.wig", CHROMS) as out:
        out.add_bins("chr1", 980, 10, [1, 2, 0.5])
        out.add_runs("chr2", [0, 10, 20], [10, 20, 25], [1, 2, 3])
    assert (tmp_path / "x.wig").read_text() == (
        "fixedStep chrom=chr1 start=981 step=10 span=10\n1\n2\n"
        "variableStep chrom=chr1 span=3\n1001 0.5\n"
        "variableStep chrom=chr2 span=10\n1 1\n11 2\nvariableStep chrom=chr2 span=5\n21 3\n"
    )
    with BedGraphWriter(tmp_path / "x.bg", CHROMS) as out:
        out.add_runs("chr1", [0, 5], [5, 6], np.array([0.1, np.nan], np.float32))
    assert (tmp_path / "x.bg").read_text() == "chr1\t0\t5\t0.1\nchr1\t5\t6\tnan\n"


def test_compressed_text_reads_back(tmp_path):
    with BedGraphWriter(tmp_path / "x.bedgraph.gz", CHROMS) as out:
        out.add_bins("chr1", 0, 1, np.arange(1003))
    assert len(records_of(tmp_path / "x.bedgraph.gz", "bedgraph")) == 1003


def test_a_bigwig_without_values_is_a_bigwig(tmp_path):
    path = tmp_path / "x.bw"
    with BigWigWriter(path, CHROMS) as out:
        out.add_bins("chr1", 0, 10, np.full(50, np.nan))
        out.add_runs("chr2", [0], [5], [np.nan])
    assert records_of(path, "bw") == []
    file = pyBigWig.open(str(path))
    assert file.chroms() == dict(CHROMS)
    assert file.header()["minVal"] == 0


def test_bigwig_values_must_come_in_order(tmp_path):
    def run(*calls):
        with BigWigWriter(tmp_path / "x.bw", CHROMS) as out:
            for chrom, start, end in calls:
                out.add_runs(chrom, start, end, np.ones(len(start)))

    with pytest.raises(UsageError, match="overlap or are not in order"):
        run(("chr1", [5, 7], [8, 9]))
    with pytest.raises(UsageError, match="chr1:0 comes after"):
        run(("chr2", [5], [8]), ("chr1", [0], [1]))
    with pytest.raises(UsageError, match="chr1:7 comes after"):
        run(("chr1", [5], [8]), ("chr1", [7], [9]))
    assert os.listdir(tmp_path) == []


def test_what_bigwig_cannot_hold_is_refused(tmp_path):
    for chroms, message in [
        ([], "at least one chromosome"),
        ([("a", 2**32)], "cannot be in a bigWig"),
        ([("a", 5), ("a", 5)], "listed twice"),
    ]:
        with pytest.raises(UsageError, match=message):
            BigWigWriter(tmp_path / "x.bw", chroms)
    with pytest.raises(UsageError, match="standard output"):
        BigWigWriter("-", CHROMS)
    with pytest.raises(UsageError, match="zoom levels"):
        BigWigWriter(tmp_path / "x.bw", CHROMS, zooms=11)


def test_zoom_levels_summarise_the_values(tmp_path):
    values = np.random.default_rng(0).random(50_000)
    with BigWigWriter(tmp_path / "x.bw", [("chr1", 1_000_000)]) as out:
        out.add_bins("chr1", 0, 20, values)
    file = pyBigWig.open(str(tmp_path / "x.bw"))
    assert file.header()["nLevels"] > 0
    assert file.stats("chr1", 0, 1_000_000)[0] == pytest.approx(values.mean(), rel=1e-3)


def test_many_chromosomes(tmp_path):
    chroms = [(f"scaffold_{i}", 100 + i) for i in range(3000)]
    with BigWigWriter(tmp_path / "x.bw", chroms) as out:
        for name, length in chroms:
            out.add_runs(name, [0], [length], [length])
    with BigWigFile(tmp_path / "x.bw") as file:
        assert list(file.chroms().items()) == chroms
        assert next(file.iter_records("scaffold_2999")).value.tolist() == [3099.0]


@given(st.lists(st.binary(max_size=40), min_size=1, max_size=6), st.integers(1, 13))
def test_fasta_reads_back_whatever_the_pieces(tmp_path_factory, pieces, width):
    path = tmp_path_factory.getbasetemp() / "x.fa"
    pieces = [bytes(b"ACGTN"[letter % 5] for letter in piece) for piece in pieces]
    whole = b"".join(pieces) + b"A"
    with FastaWriter(path, line_width=width, overwrite=True) as out:
        for piece in (*pieces, b"A"):
            out.add("chr1", np.frombuffer(piece, np.uint8))
        out.add("chr2", b"acgt")
    lines = path.read_bytes().split(b"\n")
    cut = [whole[i : i + width] for i in range(0, len(whole), width)]
    assert lines[: len(cut) + 2] == [b">chr1", *cut, b">chr2"]
    assert lines[-1] == b""
    found = {}
    for name, piece in iter_fasta(path):
        found[name] = found.get(name, b"") + piece.tobytes()
    assert found == {"chr1": whole, "chr2": b"acgt"}


def test_fasta_refuses_names_that_are_none(tmp_path):
    for name in ("", "a b", " "):
        with (
            pytest.raises(UsageError, match="name of a sequence"),
            FastaWriter(tmp_path / "x") as out,
        ):
            out.add(name, b"A")
    with pytest.raises(UsageError, match="line width"):
        FastaWriter(tmp_path / "x", line_width=0)
    assert os.listdir(tmp_path) == []


@pytest.mark.parametrize("value", [np.inf, -np.inf, 1e39])
def test_values_without_end_cannot_be_in_a_bigwig(tmp_path, value):
    for call in (
        lambda out: out.add_runs("chr1", [0, 10], [5, 15], [1, value]),
        lambda out: out.add_bins("chr1", 0, 10, [1, value]),
    ):
        with (
            pytest.raises(UsageError, match=r"at chr1:10 cannot be in a bigWig file"),
            BigWigWriter(tmp_path / "x.bw", CHROMS) as out,
        ):
            call(out)


def test_a_disk_that_fills_up_is_a_write_error_and_leaves_nothing(tmp_path):
    """In a child process, since the limit on file sizes stays for good."""
    program = f"""
import resource, signal, numpy as np
from genomedb.errors import WriteError
from genomedb.writers.bigwig import BigWigWriter
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
for limit in (400_000, 150_000, 20_000, 300):
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
    try:
        with BigWigWriter({str(tmp_path / "x.bw")!r}, [("chr1", 10_000_000)]) as out:
            out.add_bins("chr1", 0, 20, np.random.default_rng(0).random(100_000))
    except WriteError as error:
        assert "cannot be written: File too large" in str(error), error
    else:
        raise AssertionError(limit)
"""
    subprocess.run([sys.executable, "-c", program], check=True)
    assert os.listdir(tmp_path) == []


def test_summary_and_zoom_levels_agree_with_the_values(tmp_path):
    rng = np.random.default_rng(2)
    lengths = [("chr1", 3_000_000), ("chr2", 40_000), ("chr3", 700_000)]
    path, values = tmp_path / "x.bw", {}
    with BigWigWriter(path, lengths) as out:
        for chrom, length in lengths:
            bins = np.where(rng.random(length // 10) < 0.2, np.nan, rng.normal(5, 1, length // 10))
            out.add_bins(chrom, 0, 10, bins)
            values[chrom] = bins.astype(np.float32).astype(np.float64).repeat(10)
    whole = np.concatenate(list(values.values()))
    file = pyBigWig.open(str(path))
    header = file.header()
    assert header["nLevels"] > 1
    assert header["nBasesCovered"] == np.count_nonzero(~np.isnan(whole))
    assert header["sumData"] == pytest.approx(np.nansum(whole), rel=1e-6)
    width = header_zoom_width(path)
    for chrom, length in lengths:
        bins = values[chrom][: length // width * width].reshape(-1, width)
        if bins.size < 40 * width:
            continue
        for kind, expected in (
            ("max", np.nanmax(bins, axis=1)),
            ("coverage", 1 - np.isnan(bins).mean(axis=1)),
        ):
            # a bin of two widths is summarised from the first zoom level
            n = bins.shape[0] // 2
            pairs = expected[: 2 * n].reshape(n, 2)
            found = file.stats(chrom, 0, 2 * n * width, type=kind, nBins=n)
            if kind == "max":
                np.testing.assert_allclose(found, pairs.max(axis=1), rtol=1e-6)
            else:
                np.testing.assert_allclose(found, pairs.mean(axis=1), rtol=1e-3)


def header_zoom_width(path):
    """Base pairs of a bin of the first zoom level."""
    return struct.unpack_from("<I", path.read_bytes(), 64)[0]
