"""Tracks as BED, TSV and Parquet read back by pandas; signals in bins of any width."""

import io
import sys

import numpy as np
import pandas as pd
import pytest

from genomedb.errors import MissingDependencyError, UsageError, WriteError
from genomedb.exporters.signal import export_bedgraph, export_bigwig, export_wig
from genomedb.exporters.tables import export_bed, export_parquet, export_tsv
from genomedb.readers.bed import iter_bed
from genomedb.storage.spec import ColumnSpec
from genomedb.tracks.create import new_array, new_features

NAMES = ["a", "", "tab\there", "line\nend%", "é", "cr\r"]
SAFE = ["a", "", "tab%09here", "line%0Aend%", "é", "cr%0D"]


@pytest.fixture
def features(db):
    specs = [
        ColumnSpec("score", "float64"), ColumnSpec("name", "", "text"),
        ColumnSpec("n", "uint16"),
    ]  # fmt: skip
    start, end = np.array([0, 5, 5, 90, 400, 999]), np.array([100, 6, 700, 95, 500, 1000])
    columns = {
        "name": NAMES, "score": [0.5, np.nan, 3, 1e-9, -2, 1 / 3], "n": np.arange(6),
        "strand": np.array([1, -1, 0, 1, 1, -1]),
    }  # fmt: skip
    with new_features(db.place("genes"), specs, strand=True) as draft:
        draft.write("chr1", [(start, end, columns)])
        draft.write("chrX", [(start[:1], end[:1], {k: v[:1] for k, v in columns.items()})])
    return db["genes"]


@pytest.fixture
def sparse(db):
    start, end = np.array([0, 15, 100, 980]), np.array([15, 40, 101, 1000])
    records = {"chr1": (start, end, np.array([1, np.nan, -2.5, 8])),
               "chrX": (np.array([200]), np.array([205]), np.array([4.0]))}  # fmt: skip
    return db.create_sparse("sparse", records)


def table_of(path, **options):
    return pd.read_csv(path, sep="\t", keep_default_na=False, na_values=["nan"], **options)


def test_bed_of_features_has_the_standard_columns_first(features, tmp_path):
    export_bed(features, tmp_path / "x.bed")
    lines = (tmp_path / "x.bed").read_text().split("\n")
    assert lines[0] == "chr1\t0\t100\ta\t0.5\t+\t0"
    assert lines[1] == "chr1\t5\t6\t.\t.\t-\t1"
    assert lines[2] == "chr1\t5\t700\ttab%09here\t3\t.\t2"
    assert lines[6:] == ["chrX\t0\t100\ta\t0.5\t+\t0", ""]


def test_bed_is_read_back_by_our_own_reader(features, tmp_path):
    export_bed(features, tmp_path / "x.bed.gz", regions=["chr1"])
    [batch] = iter_bed(tmp_path / "x.bed.gz", n_standard=6)
    f = features.read("chr1")
    assert batch.columns["name"].tolist() == [name or "." for name in SAFE]
    np.testing.assert_array_equal(batch.columns["score"], f.columns["score"])
    np.testing.assert_array_equal(batch.strand, f.strand)
    np.testing.assert_array_equal(batch.start, f.start)
    assert batch.columns["column7"].tolist() == [str(i) for i in range(6)]


def test_bed_has_no_more_columns_than_needed(db, tmp_path):
    with new_features(db.place("plain"), []) as draft:
        draft.write("chr2", [([3], [9], {})])
    export_bed(db["plain"], tmp_path / "x.bed")
    assert (tmp_path / "x.bed").read_text() == "chr2\t3\t9\n"
    specs = [ColumnSpec("ID", "", "text"), ColumnSpec("Name", "", "text")]
    with new_features(db.place("gff"), specs) as draft:
        draft.write("chr2", [([3], [9], {"ID": ["i"], "Name": ["n"]})])
    export_bed(db["gff"], tmp_path / "z.bed")
    assert (tmp_path / "z.bed").read_text() == "chr2\t3\t9\tn\t0\t.\ti\n"
    with new_features(db.place("more"), [ColumnSpec("n", "int8")]) as draft:
        draft.write("chr2", [([3], [9], {"n": [7]})])
    export_bed(db["more"], tmp_path / "y.bed")
    assert (tmp_path / "y.bed").read_text() == "chr2\t3\t9\t.\t0\t.\t7\n"


def test_bed_of_a_sparse_track_has_values_as_scores(sparse, capfdbinary):
    export_bed(sparse, "-", regions=["chr1:20-101", "chrX"])
    expected = b"chr1\t15\t40\t.\t.\nchr1\t100\t101\t.\t-2.5\nchrX\t200\t205\t.\t4\n"
    assert capfdbinary.readouterr().out == expected


@pytest.mark.parametrize("suffix", ["tsv", "tsv.gz", "tsv.zst"])
def test_tsv_of_features_reads_back(features, tmp_path, suffix):
    export_tsv(features, tmp_path / f"x.{suffix}")
    got = table_of(tmp_path / f"x.{suffix}")
    assert list(got) == ["chrom", "start", "end", "strand", "score", "name", "n"]
    f = features.read("chr1")
    mine = got[got.chrom == "chr1"]
    assert mine.name.tolist() == SAFE
    assert mine.strand.tolist() == ["+", "-", ".", "+", "+", "-"]
    np.testing.assert_array_equal(mine.score, f.columns["score"])
    for key, values in (("start", f.start), ("end", f.end), ("n", f.columns["n"])):
        np.testing.assert_array_equal(mine[key], values)


def test_a_record_over_two_regions_is_written_once(features, tmp_path):
    bed = tmp_path / "regions.bed"
    bed.write_text("chr1\t450\t460\tx\nchr1\t0\t3\ty\nchr1\t92\t200\tz\n")
    export_tsv(features, tmp_path / "x.tsv", regions=bed, columns="n")
    got = table_of(tmp_path / "x.tsv")
    assert list(got) == ["chrom", "start", "end", "n"]
    hits = [any(a < r[1] and r[0] < b for r in ((450, 460), (0, 3), (92, 200)))
            for a, b in zip(*features.read("chr1")[:2], strict=True)]  # fmt: skip
    assert got.n.tolist() == np.flatnonzero(hits).tolist()


def test_tsv_of_arrays_has_their_columns(db, tmp_path):
    with new_array(db.place("arr"), ["p", "q"], dtype="float32") as draft:
        draft.write("chr2", [([1, 4], [3, 9], [[1.5, np.nan], [0.1, 2]])])
    export_tsv(db["arr"], tmp_path / "x.tsv")
    assert (tmp_path / "x.tsv").read_text() == (
        "chrom\tstart\tend\tp\tq\nchr2\t1\t3\t1.5\tnan\nchr2\t4\t9\t0.1\t2\n"
    )
    export_tsv(db["arr"], tmp_path / "y.tsv", columns=["q"])
    assert (tmp_path / "y.tsv").read_text().startswith("chrom\tstart\tend\tq\nchr2\t1\t3\tnan\n")
    with pytest.raises(UsageError, match="no column 'z'"):
        export_tsv(db["arr"], tmp_path / "z.tsv", columns=["z"])
    assert not (tmp_path / "z.tsv").exists()


def test_tsv_of_bins_leaves_out_the_missing_and_cuts_at_regions(db, tmp_path):
    values = {"chrX": np.arange(21), "chr1": np.full(100, 5), "chr2": np.full(50, 5)}
    db.create_dense("d", values, bin_size=10, dtype="int16", missing=5)
    export_tsv(db["d"], tmp_path / "x.tsv", regions=["chr1", "chrX:45-62", "chrX:200-205"])
    assert (tmp_path / "x.tsv").read_text() == (
        "chrom\tstart\tend\tvalue\nchrX\t45\t50\t4\nchrX\t60\t62\t6\nchrX\t200\t205\t20\n"
    )


def test_parquet_reads_back_with_its_types(features, sparse, tmp_path):
    pytest.importorskip("pyarrow")
    export_parquet(features, tmp_path / "x.parquet")
    got = pd.read_parquet(tmp_path / "x.parquet")
    mine = got[got.chrom == "chr1"]
    assert mine.name.tolist() == NAMES
    assert mine.strand.tolist() == [1, -1, 0, 1, 1, -1]
    assert (got.n.dtype, got.start.dtype, got.score.dtype) == ("uint16", "int64", "float64")
    export_parquet(sparse, tmp_path / "y.parquet")
    np.testing.assert_array_equal(
        pd.read_parquet(tmp_path / "y.parquet").value.to_numpy(), [1, np.nan, -2.5, 8, 4]
    )
    with pytest.raises(WriteError, match="there already"):
        export_parquet(sparse, tmp_path / "y.parquet")
    with pytest.raises(UsageError, match="parquet cannot go to standard output"):
        export_parquet(sparse, "-")
    assert sorted(p.name for p in tmp_path.iterdir() if "parquet" in p.name) == [
        "x.parquet", "y.parquet",
    ]  # fmt: skip


def test_parquet_without_pyarrow_names_the_extra(sparse, tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "pyarrow.parquet", None)
    with pytest.raises(MissingDependencyError, match=r"genomedb\[parquet\]"):
        export_parquet(sparse, tmp_path / "x.parquet")


def test_tracks_that_do_not_fit_a_format_say_why(features, sparse, db, tmp_path):
    db.create_dense("d", {c: np.zeros(n) for c, n in (("chr1", 1), ("chr2", 1), ("chrX", 1))},
                    bin_size=1000)  # fmt: skip
    out = tmp_path / "x"
    for call, said in (
        (lambda: export_bed(db["d"], out), "a dense track is no BED"),
        (
            lambda: export_bedgraph(features, out),
            r"a features track holds no signal\. Use export_tsv",
        ),
        (lambda: export_tsv(features, out, bin_size=5), "a features track has no bins"),
        (lambda: export_tsv(sparse, out, columns=["x"]), "a sparse track has one value a row"),
        (lambda: export_tsv(sparse, out, bin_size=0), "bin size must be at least 1, not 0"),
        (lambda: export_wig(sparse, out, bin_size=0), "bin size must be at least 1, not 0"),
        (lambda: export_bed(features, out, regions=["chr1:0-9", "chr1:5-7"]), "overlap"),
    ):
        with pytest.raises(UsageError, match=said):
            call()
        assert not out.exists()


@pytest.mark.parametrize("name", ["points", "rectangles"])
@pytest.mark.parametrize("export", [export_bed, export_tsv, export_parquet, export_bedgraph,
                                    export_bigwig, export_wig])  # fmt: skip
def test_tracks_of_two_dimensions_name_their_own_exports(db, tmp_path, name, export):
    pair = ("chr1", "chr2")
    db.create_points("points", {pair: ([1], [2], [3])})
    db.create_rectangles("rectangles", {pair: ([1], [2], [1], [9], [3])})
    with pytest.raises(UsageError, match=rf"{name} track .*Use export_bedpe or export_cool"):
        export(db[name], tmp_path / "x.out")
    assert not list(tmp_path.glob("*x.out*"))


# ---- signals in other bins


def per_base(track, chrom):
    found = np.full(track.chroms.length(chrom), np.nan)
    if track.track_type == "sparse":
        for a, b, v in zip(*track.read(chrom), strict=True):
            found[a:b] = v
        return found
    return np.repeat(track.read(chrom).astype(float), track.bin_size)[: found.size]


@pytest.mark.parametrize("width", [1, 7, 10, 25, 300, 5000])
@pytest.mark.parametrize("kind", ["dense", "sparse"])
@pytest.mark.parametrize("regions", [None, ["chr1:13-333", "chr1:333-350", "chrX"]])
def test_any_bin_size_gives_the_means_of_the_bases_covered(
    db, sparse, kind, width, regions, tmp_path
):
    rng = np.random.default_rng(2)
    values = {c: rng.random(-(-n // 10)) for c, n in zip(db.chroms.names, db.chroms.lengths,
                                                         strict=True)}  # fmt: skip
    values["chr1"][4:9] = np.nan
    track = sparse if kind == "sparse" else db.create_dense("d", values, bin_size=10)
    expected = {c: np.full(n, np.nan) for c, n in zip(db.chroms.names, db.chroms.lengths,
                                                      strict=True)}  # fmt: skip
    parts = [("chr1", 13, 333), ("chr1", 333, 350), ("chrX", 0, 205)]
    if regions is None:
        parts = [(c, 0, n) for c, n in zip(db.chroms.names, db.chroms.lengths, strict=True)]
    for chrom, low, high in parts:
        bases = per_base(track, chrom)
        for start in range(0, bases.size, width):
            inside = slice(max(start, low), max(min(start + width, high), max(start, low)))
            if np.isfinite(bases[inside]).any():
                expected[chrom][inside] = np.nanmean(bases[inside])
    options = {"regions": regions, "bin_size": width}
    export_bedgraph(track, tmp_path / "x.bedgraph", **options)
    export_tsv(track, tmp_path / "x.tsv", **options)
    export_wig(track, tmp_path / "x.wig", **options)
    export_bigwig(track, tmp_path / "x.bw", **options)
    graph = pd.read_csv(tmp_path / "x.bedgraph", sep="\t", names=["chrom", "start", "end", "value"])
    for table in (graph, table_of(tmp_path / "x.tsv")):
        found = {c: np.full(v.size, np.nan) for c, v in expected.items()}
        for chrom, a, b, v in table.itertuples(index=False):
            assert np.isnan(found[chrom][a:b]).all()
            found[chrom][a:b] = v
        for chrom, bases in expected.items():
            np.testing.assert_allclose(found[chrom], bases, rtol=1e-6)
    reader = pytest.importorskip("pyBigWig")
    file = reader.open(str(tmp_path / "x.bw"))
    for chrom, bases in expected.items():
        got = np.array(file.values(chrom, 0, bases.size))
        np.testing.assert_allclose(got, bases, rtol=1e-6)


def test_lines_equal_what_pandas_writes(db, tmp_path):
    rng = np.random.default_rng(4)
    n = 5000
    start = np.sort(rng.integers(0, 900, n))
    end = np.full(n, 1000)
    texts = ["".join(rng.choice(list("abcé "), rng.integers(0, 9))) for _ in range(n)]
    frame = pd.DataFrame({"chrom": "chr1", "start": start, "end": end, "t": texts,
                          "i": rng.integers(-(2**62), 2**62, n)})  # fmt: skip
    specs = [ColumnSpec("t", "", "text"), ColumnSpec("i", "int64")]
    with new_features(db.place("f"), specs) as draft:
        draft.write("chr1", [(start, end, {"t": texts, "i": frame.i.to_numpy()})])
    export_tsv(db["f"], tmp_path / "x.tsv")
    wanted = io.StringIO()
    frame.to_csv(wanted, sep="\t", index=False)
    assert (tmp_path / "x.tsv").read_text() == wanted.getvalue()
