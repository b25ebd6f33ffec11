"""BigBed files made by a slow writer of the tests, read like pyBigWig reads them; damaged ones."""

import random
import resource
import struct

import numpy as np
import pyBigWig
import pytest
from bigbed_files import CHROMS, PEAKS, peaks, write_bigbed
from hypothesis import given
from hypothesis import strategies as st

from genomedb.core.texts import Texts
from genomedb.errors import ChromError, FormatError, GenomeDBError, MissingFileError, UsageError
from genomedb.readers import bigbed
from genomedb.readers.autosql import Column, feature_columns, parse_autosql
from genomedb.readers.bigbed import BigBedFile, iter_bigbed


def read_all(path):
    """Chromosome -> list of (start, end, strand, columns ...)."""
    found = {}
    with BigBedFile(path) as file:
        for chrom in file.chroms():
            rows = found[chrom] = []
            for batch in file.iter_features(chrom):
                assert len(batch) > 0
                assert batch.names == [chrom]
                strand = [None] * len(batch) if batch.strand is None else batch.strand.tolist()
                columns = [column.tolist() for column in batch.columns.values()]
                rows += zip(batch.start.tolist(), batch.end.tolist(), strand, *columns, strict=True)
    return found


def by_pybigwig(path):
    """The same, from the texts that pyBigWig gives."""
    with pyBigWig.open(str(path)) as file:
        assert file.isBigBed()
        found = {}
        for chrom, size in file.chroms().items():
            rows = found[chrom] = []
            for start, end, rest in file.entries(chrom, 0, size) or ():
                name, score, strand, signal, peak, kind, pair, note = rest.split("\t")
                rows.append((start, end, {"+": 1, "-": -1, ".": 0}[strand], name, int(score),
                             float(signal), int(peak), kind, pair, note))  # fmt: skip
        return found


@pytest.fixture(scope="module")
def path(tmp_path_factory):
    folder = tmp_path_factory.mktemp("bb")
    return write_bigbed(folder / "peaks.bb", peaks(), autosql=PEAKS, n_bed=6, per_block=64)


@pytest.mark.parametrize("batch_bytes", [1, 5000, 10**7])
def test_features_are_those_of_pybigwig(path, monkeypatch, batch_bytes):
    monkeypatch.setattr(bigbed, "_BATCH_BYTES", batch_bytes)
    expected = by_pybigwig(path)
    assert sum(map(len, expected.values())) == 3000
    found = read_all(path)
    assert {c: sorted(rows) for c, rows in found.items()} == {
        c: sorted(rows) for c, rows in expected.items()
    }
    with BigBedFile(path) as file:
        assert file.chroms() == CHROMS
        assert file.autosql == PEAKS
        assert pyBigWig.open(str(path)).SQL() in (PEAKS, PEAKS.encode())
        batch = next(file.iter_features("chr1"))
    assert list(batch.columns) == ["name", "score", "signal", "peak", "kind", "pair", "note"]
    assert batch.strand.dtype == np.int8
    assert batch.columns["score"].dtype == batch.columns["peak"].dtype == np.int64
    assert batch.columns["signal"].dtype == np.float64
    assert isinstance(batch.columns["pair"], Texts)
    assert batch.infer == frozenset()


@pytest.mark.parametrize("order", "<>")
@pytest.mark.parametrize("packed", [True, False])
@pytest.mark.parametrize(("per_block", "per_node"), [(1, 2), (7, 3), (1000, 256)])
def test_all_shapes_of_files_are_read(path, tmp_path, order, packed, per_block, per_node):
    features = peaks(300)
    other = write_bigbed(tmp_path / "x.bb", features, autosql=PEAKS, n_bed=6, order=order,
                         packed=packed, per_block=per_block, per_node=per_node)  # fmt: skip
    expected = {c: [] for c in CHROMS}
    for chrom, start, end, rest in sorted(features, key=lambda f: f[1]):
        expected[chrom].append((start, end, rest.split("\t")[0]))
    found = read_all(other)
    assert {c: [(r[0], r[1], r[3]) for r in rows] for c, rows in found.items()} == expected


def test_iter_bigbed_counts_names_as_it_meets_them(path):
    seen, rows = [], 0
    for batch in iter_bigbed(path, progress=type("P", (), {"at": staticmethod(seen.append)})):
        rows += len(batch)
        chroms = {batch.names[code] for code in batch.chrom.tolist()}
        assert chroms == {batch.names[-1]}
        assert batch.chrom.dtype == np.int32
    assert rows == 3000
    assert seen == sorted(seen)
    assert 0 < seen[-1] < path.stat().st_size


BED12 = "n\t5\t-\t10\t20\t255,0,0\t2\t5,5\t0,15"


@pytest.mark.parametrize(
    ("rest", "n_bed", "autosql", "names", "infer"),
    [
        ("", 3, "", [], set()),
        ("", 0, "", [], set()),
        ("n", 4, "", ["name"], set()),
        (BED12, 12, "", ["name", "score", "thickStart", "thickEnd", "itemRgb", "blockCount",
                         "blockSizes", "blockStarts"], {"score"}),
        (BED12 + "\tx\t7", 0, "", ["name", "score", "thickStart", "thickEnd", "itemRgb",
         "blockCount", "blockSizes", "blockStarts", "column13", "column14"],
         {"score", "column13", "column14"}),
        ("n\t5\t+\t1", 3, "", ["column4", "column5", "column6", "column7"],
         {"column4", "column5", "column6", "column7"}),
        ("n\t5", 4, "table t ( string a; uint b; uint c; string d; )", ["name", "column5"],
         {"column5"}),
        ("n\t5", 0, 'table t "" (string a;"" uint b;"" uint c;"" string d;"" double d2;"")',
         ["d", "d2"], set()),
    ],
)  # fmt: skip
def test_columns_have_the_names_of_bed_or_of_the_declaration(
    tmp_path, rest, n_bed, autosql, names, infer
):
    path = write_bigbed(tmp_path / "x.bb", [("chr1", 5, 25, rest)], n_bed=n_bed, autosql=autosql)
    with BigBedFile(path) as file:
        batch = next(file.iter_features("chr1"))
    assert list(batch.columns) == names
    assert batch.infer == infer
    if n_bed == 12:
        assert batch.strand.tolist() == [-1]
        assert batch.columns["thickEnd"].tolist() == [20]
        assert batch.columns["itemRgb"].tolist() == ["255,0,0"]
        assert batch.columns["blockCount"].dtype == np.int64
    elif n_bed:
        assert batch.strand is None


def test_autosql_is_understood():
    types = {column.name: column.type for column in parse_autosql(PEAKS)}
    assert types["kind"] == types["pair"] == types["note"] == "text"
    assert types["strand"] == "strand"
    assert parse_autosql(
        'object o "a (b" ( simple point[2] dots; "x" bigint n primary; "y; z" )'
    ) == [
        Column("dots", "text"),
        Column("n", "int"),
    ]
    assert parse_autosql("no declaration") == parse_autosql("table t (;x;)") == []
    names = [
        c.name
        for c in feature_columns(6, 0, "table t (int a; int b; int c; int d; int d; int start;)")
    ]
    assert names == ["d", "d_", "start_"]


@given(st.text(max_size=200))
def test_any_autosql_is_understood_or_not(text):
    parse_autosql(text)
    assert len(feature_columns(5, 4, text)) == 2


@pytest.mark.parametrize(
    ("rest", "message"),
    [
        (
            "n\tx\t+\t1\t2\tk\t1\tn",
            r'column score of the feature at chr1:5 is "x", not a whole num',
        ),
        ("n\t1.5\t+\t1\t2\tk\t1\tn", 'is "1.5", not a whole number'),
        ("n\t\t+\t1\t2\tk\t1\tn", 'is "", not a whole number'),
        ("n\t1_0\t+\t1\t2\tk\t1\tn", 'is "1_0", not a whole number'),
        ("n\t" + "9" * 30 + "\t+\t1\t2\tk\t1\tn", "not a whole number"),
        ("n\t" + "9" * 300 + "\t+\t1\t2\tk\t1\tn", "not a whole number"),
        ("n\t1\t*\t1\t2\tk\t1\tn", r'column strand .* is "\*", not a strand'),
        ("n\t1\t+-\t1\t2\tk\t1\tn", "not a strand"),
        ("n\t1\t+\tfoo\t2\tk\t1\tn", r'signal .* is "foo", not a number'),
        ("n\t1\t+\t1\t2\tk\t1", "do not have 11 columns"),
        ("n\t1\t+\t1\t2\tk\t1\tn\tn", "do not have 11 columns"),
    ],
)
def test_a_wrong_text_is_named(tmp_path, rest, message):
    good = "n\t1\t+\t\t2\tk\t1\tn"
    features = [("chr1", 1, 9, good), ("chr1", 5, 9, rest), ("chr1", 6, 9, good)]
    path = write_bigbed(tmp_path / "x.bb", features, autosql=PEAKS, n_bed=6)
    with pytest.raises(FormatError, match=message) as caught:
        read_all(path)
    assert str(caught.value).startswith(str(path))


def test_an_empty_number_is_nan_where_it_may_be(tmp_path):
    features = [("chr1", 1, 9, f"n\t1\t\t{x}\t2\tk\t1\tn") for x in ("", "nan", "-1e3", "inf")]
    path = write_bigbed(tmp_path / "x.bb", features, autosql=PEAKS, n_bed=6)
    with BigBedFile(path) as file:
        batch = next(file.iter_features("chr1"))
    np.testing.assert_array_equal(batch.columns["signal"], [np.nan, np.nan, -1000, np.inf])
    assert batch.strand.tolist() == [0, 0, 0, 0]


@pytest.mark.parametrize(
    ("features", "options", "message"),
    [
        ([("chr1", 5, 5, "")], {}, "a feature of chr1 is empty: it starts at 5 and ends at 5"),
        ([("chr1", 5, 9, "x")], {"n_fields": 2}, "features of 2 columns"),
        ([("chr1", 5, 9, "x")], {"n_fields": 3}, "do not have 3 columns"),
    ],
)
def test_features_that_cannot_be_are_refused(tmp_path, features, options, message):
    path = write_bigbed(tmp_path / "x.bb", features, **options)
    with pytest.raises(FormatError, match=message):
        read_all(path)


def test_a_file_without_features_is_read(tmp_path):
    path = write_bigbed(tmp_path / "x.bb", [], n_fields=3)
    assert read_all(path) == {chrom: [] for chrom in CHROMS}
    assert list(iter_bigbed(path)) == []


def test_what_is_asked_wrongly_is_explained(path, tmp_path):
    with (
        BigBedFile(path) as file,
        pytest.raises(ChromError, match='"chrZ" is not in this file'),
    ):
        list(file.iter_features("chrZ"))
    with pytest.raises(MissingFileError):
        BigBedFile(tmp_path / "absent.bb")
    with pytest.raises(UsageError, match="bigBed cannot be read from standard input"):
        BigBedFile("-")


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "the file is empty"),
        (b"chr1\t0\t5\t1\n" * 50, "not a bigBed"),
        (b"\xeb\xf2\x89\x87", "bigBed file is truncated"),
        (b"\x26\xfc\x8f\x88" + b"\0" * 100, "bigWig file, not bigBed"),
        (b"\x1f\x8b\x08" + b"x" * 100, "compressed bigBed is not read"),
    ],
)
def test_what_is_not_bigbed_is_refused(tmp_path, data, message):
    path = tmp_path / "x.bb"
    path.write_bytes(data)
    with pytest.raises(FormatError, match=message):
        BigBedFile(path)


def test_a_file_cut_anywhere_is_refused(path, tmp_path):
    whole = path.read_bytes()
    cuts = [*range(70), *random.Random(3).sample(range(70, len(whole)), 200), len(whole) - 1]
    for cut in cuts:
        (tmp_path / "cut.bb").write_bytes(whole[:cut])
        with pytest.raises(FormatError, match=r"truncated|empty|not a bigBed"):
            read_all(tmp_path / "cut.bb")


def flipped(whole, rng, n, first=0):
    for _ in range(n):
        damaged = bytearray(whole)
        for _ in range(rng.choice([1, 1, 4])):
            damaged[rng.randrange(first, len(whole))] = rng.randrange(256)
        yield bytes(damaged)


def test_damage_to_packed_data_gives_an_error_or_the_right_values(path, tmp_path):
    whole, rng = path.read_bytes(), random.Random(4)
    data_at, index_at = struct.unpack_from("<QQ", whole, 16)
    expected, n_refused = read_all(path), 0
    for damaged in flipped(whole[:index_at], rng, 150, data_at + 8):
        (tmp_path / "bad.bb").write_bytes(damaged + whole[index_at:])
        try:
            assert read_all(tmp_path / "bad.bb") == expected
        except FormatError:
            n_refused += 1
    assert n_refused > 140


@pytest.mark.parametrize("packed", [True, False])
@pytest.mark.parametrize("n_bytes", [600, None])
def test_damage_anywhere_never_crashes(tmp_path, packed, n_bytes):
    """Unpacked blocks have no checksum: what is read then may differ, but must be features."""
    path = write_bigbed(tmp_path / "x.bb", peaks(60), autosql=PEAKS, n_bed=6, packed=packed)
    whole, rng = path.read_bytes(), random.Random(5)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    for damaged in flipped(whole[:n_bytes], rng, 300):
        path.write_bytes(damaged + whole[len(damaged) :])
        try:
            for batch in iter_bigbed(path):
                assert (batch.start < batch.end).all()
                assert all(len(column) == len(batch) for column in batch.columns.values())
        except GenomeDBError as error:
            assert str(path) in str(error)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 300_000  # KB


some_rows = st.tuples(st.integers(0, 300), st.integers(1, 2**31), st.text("ab\x00\t", max_size=5))


@given(st.lists(some_rows, max_size=12), st.integers(1, 5))
def test_items_are_found_whatever_zeros_their_coordinates_hold(tmp_path_factory, rows, per_block):
    features = [("chr1", start, start + size, rest) for start, size, rest in rows]
    path = tmp_path_factory.getbasetemp() / "zeros.bb"
    write_bigbed(path, features, n_fields=4, per_block=per_block)
    plain = all("\0" not in rest and "\t" not in rest for *_, rest in features)
    try:
        found = [row[:2] + row[3:] for row in read_all(path)["chr1"]]
    except FormatError:
        assert not plain
        return
    if plain:
        assert found == [(s, e, rest) for _, s, e, rest in sorted(features, key=lambda f: f[1])]
