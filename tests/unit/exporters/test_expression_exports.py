"""Expressions as bedGraph and bigWig files."""

import gzip

import numpy as np
import pandas as pd
import pytest

from genomedb.analysis.extract import extract
from genomedb.db.create import create_database
from genomedb.errors import (
    ChromError,
    ExpressionError,
    MissingFileError,
    UsageError,
    WriteError,
)
from genomedb.exporters.expression import export_expression_bedgraph, export_expression_bigwig
from genomedb.virtual.definition import VirtualTrack

SIZES = {"chr2": 500, "chr10": 25, "chr1": 2_000_000}


@pytest.fixture(scope="module")
def db(tmp_path_factory):
    found = create_database(tmp_path_factory.mktemp("exports") / "root", "toy", SIZES)
    rng = np.random.default_rng(5)
    values = {c: rng.normal(0, 2, -(-n // 10)).round(1).astype(np.float32)
              for c, n in SIZES.items()}  # fmt: skip
    for column in values.values():
        column[rng.random(column.size) < 0.2] = np.nan
    found.create_dense("d", values, bin_size=10)
    found.create_sparse("s", {"chr2": ([0, 50, 60], [15, 60, 70], [1.0, -1.0, np.nan])})
    return found


def test_each_interval_with_a_value_is_a_line(db, tmp_path):
    path = tmp_path / "s.bedgraph"
    export_expression_bedgraph(db, "s", path)
    assert path.read_text() == (
        'track type=bedGraph name="s"\nchr2\t0\t15\t1.0\nchr2\t50\t60\t-1.0\n'
    )


def test_the_first_line_can_be_left_out(db, tmp_path):
    path = tmp_path / "s.bedgraph"
    export_expression_bedgraph(db, "s", path, header=False)
    assert path.read_text() == "chr2\t0\t15\t1.0\nchr2\t50\t60\t-1.0\n"


def test_values_read_back_exactly_in_database_order(db, tmp_path):
    path = tmp_path / "d.bedgraph"
    export_expression_bedgraph(db, "d / 3", path, executor=2)
    rows = [line.split("\t") for line in path.read_text().splitlines()[1:]]
    chrom, start, end, value = zip(*rows, strict=True)
    expected = extract(db, "d / 3").dropna()
    assert list(chrom) == expected["chrom"].tolist()
    assert list(map(int, start)) == expected["start"].tolist()
    assert list(map(int, end)) == expected["end"].tolist()
    assert list(map(float, value)) == expected["d / 3"].tolist()


def test_neighbours_of_one_value_stay_two_lines_and_whole_numbers_look_like_fractions(db, tmp_path):
    path = tmp_path / "k.bedgraph"
    export_expression_bedgraph(db, "START * 0 + 7", path, "chr1:1000000-1000025", 10)
    assert path.read_text().splitlines()[1:] == [
        "chr1\t1000000\t1000010\t7.0", "chr1\t1000010\t1000020\t7.0", "chr1\t1000020\t1000025\t7.0"
    ]  # fmt: skip


def test_overlapping_scope_rows_come_once_and_in_order(db, tmp_path):
    scope = pd.DataFrame({"chrom": ["chr1", "2", "chr1"], "start": [25, 3, 15],
                          "end": [55, 9, 33]})  # fmt: skip
    for iterator, starts in ((10, [3, 15, 20, 30, 40, 50]), (-1, [3, 15])):
        path = tmp_path / f"{iterator}.bedgraph"
        export_expression_bedgraph(db, "START", path, scope, iterator)
        lines = [line.split("\t") for line in path.read_text().splitlines()[1:]]
        assert [int(line[1]) for line in lines] == starts
        assert lines[-1][2] == "55"


def test_the_name_and_the_suffix_are_heeded(db, tmp_path):
    path = tmp_path / "s.bedGraph.gz"
    virtual = {"v": VirtualTrack("s", "sum")}
    export_expression_bedgraph(
        db, "v * k", path, "chr2:0-15", -1, name='my "own"\nname', virtual=virtual,
        variables={"k": 2},
    )  # fmt: skip
    text = gzip.decompress(path.read_bytes()).decode()
    assert text == 'track type=bedGraph name="my  own  name"\nchr2\t0\t15\t2.0\n'


def test_bigwig_holds_the_same_intervals(db, tmp_path):
    pybigwig = pytest.importorskip("pyBigWig")
    path = tmp_path / "d.bw"
    scope = pd.DataFrame({"chrom": ["chr1", "chr2", "chr1"], "start": [1005, 0, 0],
                          "end": [5003, 500, 2000]})  # fmt: skip
    export_expression_bigwig(db, "d * 2", path, scope)
    with pybigwig.open(str(path)) as file:
        assert file.chroms() == SIZES
        for chrom, end in (("chr1", 5003), ("chr2", 500)):
            expected = extract(db, "d * 2", f"{chrom}:0-{end}").dropna()
            found = file.intervals(chrom)
            assert [row[0] for row in found] == expected["start"].tolist()
            assert [row[1] for row in found] == expected["end"].tolist()
            np.testing.assert_allclose([row[2] for row in found], expected["d * 2"], rtol=1e-6)
        assert file.intervals("chr10") is None


@pytest.mark.parametrize("export", [export_expression_bedgraph, export_expression_bigwig])
def test_bad_input_begins_no_file(db, tmp_path, export):
    path = tmp_path / "x.out"
    two = pd.DataFrame({"chrom1": ["chr1"], "start1": [0], "end1": [9], "chrom2": ["chr1"],
                        "start2": [0], "end2": [9]})  # fmt: skip
    for error, message, arguments in (
        (ExpressionError, "nothing", ("nothing",)),
        (UsageError, "two-dimensional", ("d", path, two)),
        (ChromError, "chr9", ("d", path, "chr9:1-5")),
        (UsageError, "iterator 0.5", ("d", path, None, 0.5)),
        (MissingFileError, "no such folder", ("d", tmp_path / "none" / "x.bw")),
    ):
        with pytest.raises(error, match=message):
            export(db, *(*arguments, path)[: max(2, len(arguments))])
    assert not path.exists()
    path.write_text("mine")
    with pytest.raises(WriteError, match="there already"):
        export(db, "d", path)
    assert path.read_text() == "mine"
    export(db, "d", path, overwrite=True)
    assert path.stat().st_size > 4


def test_infinite_values_cannot_be_in_bigwig(db, tmp_path):
    with pytest.raises(UsageError, match="inf at chr2"):
        export_expression_bigwig(db, "1 / (START * 0)", tmp_path / "x.bw", iterator=10)
    assert not list(tmp_path.iterdir())
