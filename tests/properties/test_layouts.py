"""A track answers the same in both layouts, and what a slow twin says."""

import tempfile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from genomedb.core.chroms import ChromTable
from genomedb.storage.spec import ColumnSpec
from genomedb.storage.validate import check_file
from genomedb.tracks.create import Place, new_array, new_dense, new_features, new_sparse
from genomedb.tracks.features import Features
from genomedb.tracks.open import open_track

LAYOUTS = ("per-chromosome", "indexed")
QUICK = settings(max_examples=25, deadline=None)


@st.composite
def genomes(draw):
    """Chromosomes, which of them have data, and a seed."""
    lengths = draw(st.lists(st.integers(1, 400), min_size=1, max_size=6))
    table = ChromTable.from_pairs([(f"c{i}", n) for i, n in enumerate(lengths)])
    given = [name for name in table.names if draw(st.booleans())]
    return table, given, np.random.default_rng(draw(st.integers(0, 2**32 - 1)))


def regions_of(table, rng, n):
    """Random regions, none empty, in any order."""
    found = []
    for _ in range(n):
        code = int(rng.integers(len(table)))
        a = int(rng.integers(table.lengths[code]))
        found.append((table.names[code], a, int(rng.integers(a, table.lengths[code])) + 1))
    return found


def opened(folder, table, write):
    """The track in both layouts; `write(place, layout)` makes it."""
    tracks = []
    for layout in LAYOUTS:
        place = Place(Path(folder) / f"{layout}.h5", layout, table, "toy")
        write(place, layout)
        assert check_file(place.path) == []
        tracks.append(open_track(place.path))
    return tracks


def features(table, given, rng, most=30):
    """Sorted features by chromosome: start, end, and columns."""
    made = {}
    for name in given:
        length = table.length(name)
        n = int(rng.integers(0, most))
        start = rng.integers(0, length, n)
        end = start + 1 + (rng.random(n) * (length - start)).astype(np.int64)
        end = np.minimum(end, length)
        order = np.lexsort((end, start))
        made[name] = (start[order], end[order], {
            "strand": rng.integers(-1, 2, n).astype("i1"),
            "name": ["ü" * int(k) for k in rng.integers(0, 4, n)],
            "score": rng.integers(0, 2**63, n, np.uint64),
        })  # fmt: skip
    return made


SPECS = [ColumnSpec("name", "", "text"), ColumnSpec("score", "uint64")]


def write_features(made):
    def write(place, layout):
        with new_features(place, SPECS, strand=True, layout=layout) as draft:
            for name, (a, b, columns) in made.items():
                half = a.size // 2
                draft.write(name, [
                    (a[s], b[s], {k: v[s] for k, v in columns.items()})
                    for s in (slice(0, half), slice(half, None))
                ])  # fmt: skip

    return write


def same_features(found, made, name, start, end):
    a, b, columns = made.get(name, (np.empty(0, int), np.empty(0, int), None))
    hit = [i for i in range(a.size) if a[i] < end and b[i] > start]
    np.testing.assert_array_equal(found.start, a[hit])
    np.testing.assert_array_equal(found.end, b[hit])
    assert found.columns["name"].tolist() == [columns["name"][i] for i in hit]
    np.testing.assert_array_equal(
        found.columns["score"], [columns["score"][i] for i in hit] if hit else []
    )
    if hit:
        np.testing.assert_array_equal(found.strand, columns["strand"][hit])


def check_features(track, table, made, regions):
    for name in table.names:
        n = made[name][0].size if name in made else 0
        assert track.has_chrom(name) == (n > 0)
        assert track.n_records(name) == n
        same_features(track.read(name), made, name, 0, table.length(name))
    many = track.read_many(regions)
    for i, (name, a, b) in enumerate(regions):
        same_features(track.read(name, a, b), made, name, a, b)
        at = slice(many.offsets[i], many.offsets[i + 1])
        texts = many.columns["name"].slice(at.start, at.stop)
        columns = {"name": texts, "score": many.columns["score"][at]}
        strand = None if many.strand is None else many.strand[at]
        part = Features(many.start[at], many.end[at], strand, columns)
        same_features(part, made, name, a, b)
    blocks = list(track.iter_chrom_blocks())
    assert [b.chrom for b in blocks] == [n for n in table.names if track.has_chrom(n)]
    for block in blocks:
        same_features(block, made, block.chrom, 0, table.length(block.chrom))


@QUICK
@given(genomes(), st.sampled_from([0, 3, 80]))
def test_features_answer_the_same_in_both_layouts(genome, n_regions):
    table, given, rng = genome
    made = features(table, given, rng)
    regions = regions_of(table, rng, n_regions)
    with tempfile.TemporaryDirectory() as folder:
        for track in opened(folder, table, write_features(made)):
            check_features(track, table, made, regions)


def test_features_of_several_blocks_with_long_ones_answer_the_same(tmp_path):
    table = ChromTable.from_pairs([("a", 60_000), ("b", 5), ("c", 90_000)])
    rng = np.random.default_rng(8)
    made = {}
    for name, n in (("a", 3 * 4096 + 100), ("c", 2 * 4096)):
        length = table.length(name)
        start = rng.integers(0, length - 40, n)
        end = start + rng.integers(1, 40, n)
        end[rng.integers(0, n, 5)] = length
        order = np.lexsort((end, start))
        made[name] = (start[order], end[order], {
            "strand": rng.integers(-1, 2, n).astype("i1"),
            "name": [str(i) for i in range(n)], "score": np.arange(n, dtype=np.uint64),
        })  # fmt: skip
    regions = [r for n in (3, 40) for r in regions_of(table, rng, n)]
    regions = [(c, a, min(b, a + 50)) for c, a, b in regions]
    for track in opened(tmp_path, table, write_features(made)):
        check_features(track, table, made, regions)


@QUICK
@given(genomes(), st.booleans(), st.sampled_from([0, 3, 80]))
def test_sparse_and_array_tracks_answer_the_same_in_both_layouts(genome, is_array, n_regions):
    table, given, rng = genome
    made = {}
    for name in given:
        edges = np.unique(rng.integers(0, table.length(name) + 1, 30))
        kept = rng.random(edges.size - 1) < 0.6
        a, b = edges[:-1][kept], edges[1:][kept]
        made[name] = (a, b, rng.random((a.size, 3), "f4"))
    regions = regions_of(table, rng, n_regions)

    def write(place, layout):
        if is_array:
            with new_array(place, ["x", "y", "z"], layout=layout) as draft:
                for name, piece in made.items():
                    draft.write(name, [piece])
            return
        with new_sparse(place, layout=layout) as draft:
            for name, (a, b, values) in made.items():
                draft.write(name, [(a, b, values[:, 0])])

    def same(found, name, start, end):
        none = np.empty(0, int), np.empty(0, int), np.empty((0, 3), "f4")
        a, b, values = made.get(name, none)
        hit = (a < end) & (b > start)
        np.testing.assert_array_equal(found[0], a[hit])
        np.testing.assert_array_equal(found[1], b[hit])
        np.testing.assert_array_equal(found[2], values[hit] if is_array else values[hit, 0])

    with tempfile.TemporaryDirectory() as folder:
        for track in opened(folder, table, write):
            many = track.read_many(regions)
            for i, (name, a, b) in enumerate(regions):
                same(track.read(name, a, b), name, a, b)
                at = slice(many.offsets[i], many.offsets[i + 1])
                same([column[at] for column in many[:3]], name, a, b)
            for name in table.names:
                n = made[name][0].size if name in made else 0
                assert (track.has_chrom(name), track.n_records(name)) == (n > 0, n)
                same(track.read(name), name, 0, table.length(name))
            for block in track.iter_chrom_blocks():
                same(block[1:], block.chrom, 0, table.length(block.chrom))


@QUICK
@given(
    genomes(), st.sampled_from([("f4", None), ("u1", 255), ("i2", -1)]), st.integers(1, 50),
    st.booleans(), st.sampled_from([1, 3, 40]),
)  # fmt: skip
def test_bins_answer_the_same_in_both_layouts(genome, kind, bin_size, is_sequence, n_regions):
    table, given, rng = genome
    (dtype, missing) = ("u1", 78) if is_sequence else kind
    bin_size = 1 if is_sequence else bin_size
    absent = np.nan if missing is None else missing
    made = {}
    for name, length in zip(table.names, table.lengths, strict=True):
        values = rng.choice(np.frombuffer(b"ACGTN", "u1"), -(-length // bin_size)).astype(dtype)
        values[rng.random(values.size) < (0.3 if name in given else 2)] = absent
        made[name] = values

    def write(place, layout):
        kept = {"track_type": "sequence"} if is_sequence else {}
        with new_dense(place, bin_size=bin_size, dtype=np.dtype(dtype).name, missing=missing,
                       layout=layout, **kept) as draft:  # fmt: skip
            for name in given:
                draft.write(name, np.array_split(made[name], 3))

    regions = regions_of(table, rng, n_regions)
    with tempfile.TemporaryDirectory() as folder:
        for track in opened(folder, table, write):
            windows, summary = track.read_many(regions), track.summary(regions)
            for i, (name, a, b) in enumerate(regions):
                expected = made[name][a // bin_size : -(-b // bin_size)]
                np.testing.assert_array_equal(track.read(name, a, b), expected)
                np.testing.assert_array_equal(windows[i], expected)
                seen = expected[expected == expected] if missing is None else (
                    expected[expected != missing]
                )  # fmt: skip
                assert (summary.n_bins[i], summary.count[i]) == (expected.size, seen.size)
                assert summary.sum[i] == seen.sum(dtype=float)
                assert seen.size == 0 or (summary.max[i], summary.min[i]) == (
                    seen.max(),
                    seen.min(),
                )
            for name in table.names:
                assert track.has_chrom(name)
                np.testing.assert_array_equal(track.read(name), made[name])
                blocks = list(track.iter_chrom_blocks([name], block_bins=7))
                np.testing.assert_array_equal(
                    np.concatenate([block.values for block in blocks]), made[name]
                )


@pytest.mark.parametrize("layout", [*LAYOUTS])
@pytest.mark.parametrize("pyramid", [True, False])
@pytest.mark.parametrize(("dtype", "missing"), [("float32", None), ("int16", -5)])
def test_the_summary_is_what_numpy_says(tmp_path, layout, pyramid, dtype, missing):
    table = ChromTable.from_pairs([("short", 50), ("long", 90_001)])
    rng = np.random.default_rng(2)
    values = rng.integers(-20, 20, 45_001).astype(dtype)
    values[20_000:30_000] = np.nan if missing is None else missing
    place = Place(tmp_path / "x.h5", "x", table, "toy")
    with new_dense(place, bin_size=2, dtype=dtype, missing=missing, layout=layout,
                   pyramid=pyramid) as draft:  # fmt: skip
        draft.write("long", [values])
    track = open_track(place.path)
    assert ("pyramid" in track._file.attributes()) == pyramid
    regions = [("long", 0, 90_001), ("long", 1, 90_000), ("long", 40_000, 60_000),
               ("long", 7, 50_001), ("short", 0, 50), ("long", 30_001, 30_002)]  # fmt: skip
    summary = track.summary(regions)
    for i, (name, a, b) in enumerate(regions):
        part = values[a // 2 : -(-b // 2)] if name == "long" else values[:0]
        gone = np.isnan(part) if missing is None else part == missing
        seen = part[~gone].astype(float)
        assert summary.n_bins[i] == -(-b // 2) - a // 2
        assert summary.count[i] == seen.size
        assert (summary.sum[i], summary.sumsq[i]) == (seen.sum(), (seen**2).sum())
        if seen.size > 1:
            assert (summary.min[i], summary.max[i]) == (seen.min(), seen.max())
            np.testing.assert_allclose(summary.std[i], seen.std(ddof=1), rtol=1e-12)
