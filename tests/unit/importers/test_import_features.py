"""Feature files to feature tracks."""

import numpy as np
import pandas as pd
import pytest

from genomedb.errors import ChromError, ParseError, TrackExistsError, UsageError
from genomedb.importers import feature_spool
from genomedb.importers.features import format_of, import_features


def frame_of(track):
    parts = []
    for block in track.iter_chrom_blocks():
        columns = {n: v if isinstance(v, np.ndarray) else v.tolist()
                   for n, v in block.columns.items()}  # fmt: skip
        strand = {} if block.strand is None else {"strand": block.strand}
        parts.append(pd.DataFrame({"chrom": block.chrom, "start": block.start, "end": block.end,
                                   **strand, **columns}))  # fmt: skip
    return pd.concat(parts, ignore_index=True)


def random_frame(rng, n):
    frame = pd.DataFrame({
        "chrom": rng.choice(["chrX", "chr1", "chr2"], n), "start": rng.integers(0, 150, n),
    })  # fmt: skip
    frame["end"] = frame["start"] + rng.integers(1, 50, n)
    frame["name"] = [f"n{i}" for i in range(n)]
    frame["score"] = rng.integers(0, 1000, n)
    frame["strand"] = rng.choice(list("+-."), n)
    return frame


@pytest.mark.parametrize("memory", [200_000_000, 1, 3000])
def test_features_in_any_order_are_sorted_and_equal_ones_keep_the_order_of_the_file(
    db, tmp_path, monkeypatch, memory
):
    monkeypatch.setattr(feature_spool, "MEMORY_BYTES", memory)
    frames = [random_frame(np.random.default_rng(i), 400) for i in range(3)]
    paths = [tmp_path / f"x{i}.bed" for i in range(3)]
    for path, frame in zip(paths, frames, strict=True):
        frame.to_csv(path, sep="\t", header=False, index=False)
    report = import_features(db, "a/x", paths)
    wanted = pd.concat(frames)
    wanted["chrom"] = pd.Categorical(wanted["chrom"], ["chr1", "chr2", "chrX"], ordered=True)
    wanted = wanted.sort_values(["chrom", "start", "end"], kind="stable", ignore_index=True)
    wanted["chrom"] = wanted["chrom"].astype(str)
    wanted["strand"] = wanted["strand"].map({"+": 1, "-": -1, ".": 0}).astype("int8")
    got = frame_of(db["a/x"])
    assert report.n_records == 1200
    assert {c.name: c.dtype for c in db["a/x"].columns} == {"name": "", "score": "int32"}
    pd.testing.assert_frame_equal(got[wanted.columns.tolist()], wanted, check_dtype=False)


def test_columns_of_a_table_become_numbers_when_all_their_texts_are(db, tmp_path):
    path = tmp_path / "x.tsv"
    path.write_text(
        "chrom\tstart\tend\twhole\tbig\tfloat\tpart\ttext\ta/b\tmax_end\n"
        "chr1\t5\t9\t1\t5000000000\t1.5\t.\tx\t1\t1\n"
        "chr1\t1\t9\t-2\t2\t3\t4\t7\t2\t2\n"
    )
    import_features(db, "x", path)
    track = db["x"]
    dtypes = {c.name: c.dtype or "text" for c in track.columns}
    assert dtypes == {
        "whole": "int32", "big": "int64", "float": "float64", "part": "float64", "text": "text",
        "a_b": "int32", "max_end_column": "int32",
    }  # fmt: skip
    found = track.read("chr1").columns
    assert found["whole"].tolist() == [-2, 1]
    assert found["big"].tolist() == [2, 5_000_000_000]
    np.testing.assert_array_equal(found["part"], [4, np.nan])
    assert found["text"].tolist() == ["7", "x"]


def test_types_can_be_asked_for(db, tmp_path):
    path = tmp_path / "x.tsv"
    path.write_text("chrom start end a b\nchr1 1 2 007 1\nchr1 2 3 008 2.5\n")
    import_features(db, "x", path, types={"a": "text", "b": "float32"})
    found = db["x"].read("chr1").columns
    assert found["a"].tolist() == ["007", "008"]
    assert found["b"].dtype == np.float32


def test_a_column_that_one_file_lacks_is_filled(db, tmp_path):
    (tmp_path / "a.bed").write_text("chr1\t5\t9\tx\t7\t+\n")
    (tmp_path / "b.bed").write_text("chr1\t1\t9\nchr2\t1\t9\n")
    import_features(db, "x", [tmp_path / "a.bed", tmp_path / "b.bed"])
    found = db["x"].read("chr1")
    assert found.columns["name"].tolist() == ["", "x"]
    np.testing.assert_array_equal(found.columns["score"], [np.nan, 7])
    assert found.strand.tolist() == [0, 1]
    assert db["x"].read("chr2").columns["name"].tolist() == [""]


def test_unknown_chromosomes_are_reported_and_long_features_cut_when_asked(db, tmp_path):
    path = tmp_path / "x.bed"
    path.write_text("chrU\t1\t2\tu\nchr2\t490\t510\ta\nchr2\t600\t610\tb\nchr2\t1\t2\tc\n")
    with pytest.raises(ParseError, match=r"x\.bed:2: chr2:490-510 is not inside the chromosome"):
        import_features(db, "x", path)
    report = import_features(db, "x", path, clip=True)
    assert (report.n_clipped, report.n_outside, report.unknown) == (1, 1, {"chrU": 1})
    found = db["x"].read("chr2")
    assert found.end.tolist() == [2, 500]
    assert found.columns["name"].tolist() == ["c", "a"]


@pytest.mark.parametrize(
    ("text", "options", "error", "message"),
    [
        ("chr1 1 2 x\nchr1 2 3 y\n", {"types": {"name": "int32"}}, ParseError, 'name "x" is no'),
        ("chr1 1 2 x 1\nchr1 2 3 y 300\n", {"types": {"score": "uint8"}}, ParseError,
         r"x\.bed:2: value 300 at column score does not fit uint8"),
        ("chr1 1 2 x\n", {"types": {"nme": "text"}}, UsageError, "no column 'nme'"),
        ("chr1 1 2 x\n", {"types": {"name": "S5"}}, UsageError, "type 'S5' is not one"),
        ("chr1 1 2 x 3\n", {"types": {"score": "text"}}, UsageError, "cannot become text"),
        ("chr1 1 2 x\n", {"format": "wig"}, UsageError, "wig is not a feature format"),
        ("chrZ 1 2 x\n", {}, ChromError, "none of its chromosomes"),
        ("chr1 9 2 x\n", {}, ParseError, r"x\.bed:1: end is before start"),
    ],
)  # fmt: skip
def test_bad_input_is_explained_and_leaves_nothing(
    db, tmp_path, leftovers, text, options, error, message
):
    path = tmp_path / "x.bed"
    path.write_text(text)
    with pytest.raises(error, match=message):
        import_features(db, "folder/x", path, **options)
    assert leftovers() == []


def test_a_track_that_is_there_is_not_replaced_unasked(db, tmp_path):
    path = tmp_path / "x.bed"
    path.write_text("chr1 1 2 x\n")
    import_features(db, "x", path)
    with pytest.raises(TrackExistsError, match="there already"):
        import_features(db, "x", path)
    path.write_text("chr1 5 6 x\n")
    import_features(db, "x", path, overwrite=True)
    assert db["x"].read("chr1").start.tolist() == [5]


def test_names_of_files_tell_features_from_signals():
    names = ["a.bed", "a.bed.gz", "a.tsv", "a.gff3", "a.narrowPeak.zst", "knownGene.txt", "a.bw"]
    assert [format_of(name) for name in names] == [
        "bed", "bed", "tab", "gff", "narrowpeak", "genes", "bigwig"
    ]  # fmt: skip
