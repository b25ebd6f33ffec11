"""BED, peaks and tables with a header."""

import gzip
import io
import math
import sys

import numpy as np
import pytest
from feature_batches import DM3, message, whole

from genomedb.errors import UsageError
from genomedb.readers.bed import iter_bed, iter_table


def test_bed12_has_the_types_that_bed_says(written):
    text = "track x\nc\t1\t90\tn\t.\t-\t5\t80\t255,0,0\t2\t3,4,\t0,85,\textra\n"
    (batch,) = iter_bed(written(text))
    got = whole([batch])
    assert math.isnan(got.pop("score")[0])
    assert got == {
        "chrom": ["c"], "start": [1], "end": [90], "strand": [-1], "line": [2], "name": ["n"],
        "thickStart": [5], "thickEnd": [80], "itemRgb": ["255,0,0"], "blockCount": [2],
        "blockSizes": ["3,4,"], "blockStarts": ["0,85,"], "column13": ["extra"],
    }  # fmt: skip
    assert batch.infer == {"column13"}
    assert batch.columns["thickStart"].dtype == np.int64


@pytest.mark.parametrize(
    ("row", "columns"),
    [
        ("c 1 9", []),
        ("c 1 9 n", ["name"]),
        ("c 1 9 n 5 +", ["name", "score"]),
        ("c 1 9 n high +", ["name", "column5", "column6"]),
        ("c 1 9 n 5 up", ["name", "score", "column6"]),
        ("c 1 9 n 5 + 2", ["name", "score", "column7"]),
        ("c 1 9 n 5 + 2 3", ["name", "score", "thickStart", "thickEnd"]),
        ("c 1 9 n 5 + 0 0", ["name", "score", "thickStart", "thickEnd"]),
        ("c 1 9 n 5 + 2 300", ["name", "score", "column7", "column8"]),
        ("c 1 9 n 5 + 7.5 3", ["name", "score", "column7", "column8"]),
        ("c 1 9 n 5 + 2 3 red", ["name", "score", "thickStart", "thickEnd", "column9"]),
        ("c 1 9 n 5 + 2 3 0 1", ["name", "score", "thickStart", "thickEnd", "itemRgb", "column10"]),
    ],
)
@pytest.mark.parametrize("separator", ["\t", " "])
def test_the_first_line_says_which_columns_are_those_of_bed(written, row, columns, separator):
    (batch,) = iter_bed(written(row.replace(" ", separator)))
    assert list(batch.columns) == columns


def test_n_standard_forces_the_columns(written):
    path = written("c\t1\t9\t7\t5\t+\t2\t3\n")
    assert list(next(iter_bed(path, n_standard=3)).columns) == [f"column{k}" for k in range(4, 9)]
    assert list(next(iter_bed(path, n_standard=7)).columns)[2:] == ["thickStart", "column8"]
    assert "8 fields, not 9" in message(iter_bed, path, n_standard=9)
    with pytest.raises(UsageError, match="n_standard=2 is not 3 to 12"):
        iter_bed(path, n_standard=2)


@pytest.mark.parametrize(
    ("name", "row", "columns"),
    [
        ("a.narrowPeak", "c 1 9 n 5 . 2 3 -1 4", ["signalValue", "pValue", "qValue", "peak"]),
        ("a.broadPeak.gz", "c 1 9 n 5 . 2 3 -1", ["signalValue", "pValue", "qValue"]),
        ("a.narrowPeak", "c 1 9 n 5 .", []),
    ],
)
def test_peaks_have_the_names_of_their_format(written, name, row, columns):
    text = row.replace(" ", "\t").encode()
    path = written(gzip.compress(text) if name.endswith("gz") else text, name)
    (batch,) = iter_bed(path)
    assert list(batch.columns) == ["name", "score", *columns]
    assert batch.infer == set(columns)
    assert batch.strand.tolist() == [0]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("c\t1\t2\nc\t1\t2\tx\n", ":2: 4 fields, not 3, in"),
        ("c\t1\t2\tx\nc\t1\t2\n", ":2: 3 fields, not 4, in"),
        ("c\t1\t2\n#\nc\t5\t5\n", ":3: start and end are the same in"),
        ("c\t1\n", ":1: 2 fields, not 3, in"),
        ("chrom\tstart\tend\nc\t1\t2\n", ":1: \"chrom\tstart\tend\" is the header of a table"),
        ("c\t1\t2\tn\t5\nc\t1\t2\tn\thigh\n", "n_standard says how many columns are BED's"),
        ("# nothing\n\n", ": no data lines"),
        ("", ": no data lines"),
    ],
)  # fmt: skip
def test_a_wrong_bed_is_refused(written, text, wanted):
    assert wanted in message(iter_bed, written(text))


def test_standard_input_is_read(monkeypatch):
    stdin = io.TextIOWrapper(io.BytesIO(b"c\t1\t2\n"))
    monkeypatch.setattr(sys, "stdin", stdin)
    assert whole(iter_bed("-"))["start"] == [1]


def test_bed_equals_pandas(written):
    import pandas as pd

    rng = np.random.default_rng(3)
    start = rng.integers(0, 10**8, 200_000)
    frame = pd.DataFrame(
        {
            "chrom": [f"chr{k}" for k in rng.integers(1, 9, start.size)],
            "start": start,
            "end": start + rng.integers(1, 999, start.size),
            "name": [f"p{k}" for k in range(start.size)],
            "score": rng.random(start.size).round(5),
            "strand": np.array(list("+-."))[rng.integers(0, 3, start.size)],
        }
    )
    path = written(frame.to_csv(None, sep="\t", header=False, index=False))
    got = whole(iter_bed(path))
    assert got.pop("line") == list(range(1, start.size + 1))
    got["strand"] = ["+" if s > 0 else "-" if s else "." for s in got["strand"]]
    assert pd.DataFrame(got)[list(frame)].equals(frame.astype(pd.DataFrame(got).dtypes))


@pytest.mark.parametrize("path", sorted(DM3.glob("*.bed")) or [None], ids=str)
def test_real_peaks_equal_pandas(path):
    if path is None:
        pytest.skip("no real data")
    import pandas as pd

    frame = pd.read_csv(path, sep="\t", header=None, comment="t", names=["chrom", "start", "end"])
    got = whole(iter_bed(path))
    assert got["chrom"] == frame["chrom"].tolist()
    assert got["start"] == frame["start"].tolist()
    assert got["end"] == frame["end"].tolist()


# ---- tables


def test_a_table_names_its_columns(written):
    text = (
        "## note\n#Name\tchromStart\tCHROM\tEnd\tStrand\t\n\na\t1\tc\t2\t-1\tx\n#\nb\t3\tc\t4\t\t\n"
    )
    (batch,) = iter_table(written(text))
    assert whole([batch]) == {
        "chrom": ["c", "c"], "start": [1, 3], "end": [2, 4], "strand": [-1, 0], "line": [4, 6],
        "Name": ["a", "b"], "column6": ["x", ""],
    }  # fmt: skip
    assert batch.infer == {"Name", "column6"}


def test_a_table_between_blanks(written):
    got = whole(iter_table(written("chrom start  end v\ntrack 1 2   3.5\n")))
    assert (got["chrom"], got["v"]) == (["track"], ["3.5"])


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("c\t1\t2\n", ':1: header "c\t1\t2" is not one. The first line names the columns chrom'),
        ("chrom\tstart\tend\tstart\n", "is not one"),
        ("chrom\tstart\tend\ta\ta\n", "column 'a' is there twice"),
        ("chrom\tstart\tend\n", ": no data lines"),
        ("# x\n", ": no header"),
        ("chrom\tstart\tend\tv\nc\t1\t2\n", ":2: 3 fields, not 4, in"),
        ("chrom\tstart\tend\tstrand\nc\t1\t2\tup\n", ':2: strand "up" is not one'),
    ],
)
def test_a_wrong_table_is_refused(written, text, wanted):
    assert wanted in message(iter_table, written(text))
