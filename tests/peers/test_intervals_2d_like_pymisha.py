"""Rectangles, bands, grids, random intervals and files of intervals as pymisha has them.

Known differences, set by rules of our own, which the comparisons stay clear of or undo:
rectangles sort by both chromosomes before both starts; chromosomes sort in database order.
"""

import numpy as np
import pandas as pd
import pytest

from genomedb.core.chroms import ChromTable
from genomedb.importers.gene_intervals import import_genes
from genomedb.importers.intervals import read_bed, read_gff, read_vcf
from genomedb.intervals.band import intersect_band
from genomedb.intervals.cartesian import cartesian_frame, cartesian_grid
from genomedb.intervals.random import random_intervals
from genomedb.intervals.two_d import COLUMNS_2D, intervals_2d, whole_genome_2d
from genomedb.intervals.two_d_setops import intersect_2d, union_2d

pm = pytest.importorskip("pymisha")

pytestmark = [  # the peer leaves helper processes to themselves
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
    pytest.mark.filterwarnings("ignore:::pymisha"),
]
SIZES = {"chr1": 1000, "chr2": 500, "chrX": 205}
CHROMS = ChromTable.from_pairs(SIZES.items())


@pytest.fixture(scope="module", autouse=True)
def peer(tmp_path_factory):
    folder = tmp_path_factory.mktemp("peer")
    fasta = folder / "toy.fa"
    fasta.write_text("".join(f">{n}\n{'ACGTA' * (size // 5)}\n" for n, size in SIZES.items()))
    pm.gdb_create(str(folder / "misha"), str(fasta))
    pm.gdb_init(str(folder / "misha"))
    yield
    pm.gdb_unload()


def rows_of(frame):
    if frame is None:
        return []
    names = [n for n in frame.columns if n in (*COLUMNS_2D, "chrom", "start", "end")]
    return sorted((*map(str, r),) for r in frame[names].itertuples(index=False))


def random_axis(rng, n):
    names = rng.choice(list(SIZES), n)
    ends = [np.sort(rng.choice(SIZES[name] + 1, 2, replace=False)) for name in names]
    return names.tolist(), [int(e[0]) for e in ends], [int(e[1]) for e in ends]


def random_rectangles(seed, n=30):
    rng = np.random.default_rng(seed)
    axes = (*random_axis(rng, n), *random_axis(rng, n))
    return pd.DataFrame(dict(zip(COLUMNS_2D, axes, strict=True)))


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_construction(seed):
    frame = random_rectangles(seed)
    columns = [frame[name].tolist() for name in COLUMNS_2D]
    assert rows_of(intervals_2d(*columns, chroms=CHROMS)) == rows_of(pm.gintervals_2d(*columns))
    given = (["2", "chrX"], 10, [300, 100], "1")
    ours, theirs = intervals_2d(*given, chroms=CHROMS), pm.gintervals_2d(*given)
    pd.testing.assert_frame_equal(
        ours.astype({"chrom1": str, "chrom2": str}),
        theirs.astype({"chrom1": str, "chrom2": str}),
        check_dtype=False,
    )


@pytest.mark.parametrize("mode", ["diagonal", "full"])
def test_the_whole_genome(mode):
    assert rows_of(whole_genome_2d(CHROMS, mode=mode)) == rows_of(pm.gintervals_2d_all(mode))


@pytest.mark.parametrize("seed", [4, 5, 6])
def test_intersection_and_union(seed):
    one, other = random_rectangles(seed), random_rectangles(seed + 100)
    assert rows_of(intersect_2d(one, other, chroms=CHROMS)) == rows_of(
        pm.gintervals_2d_intersect(one, other)
    )
    assert rows_of(union_2d(one, other, chroms=CHROMS)) == rows_of(
        pm.gintervals_2d_union(one, other)
    )


@pytest.mark.parametrize("seed", range(7, 15))
def test_bands(seed):
    frame = random_rectangles(seed, 200)
    rng = np.random.default_rng(seed)
    for _ in range(10):
        band = tuple(np.sort(rng.choice(1600, 2, replace=False) - 800).tolist())
        ours = intersect_band(frame, band, chroms=CHROMS)
        assert rows_of(ours) == rows_of(pm.gintervals_2d_band_intersect(frame, band))


@pytest.mark.parametrize("seed", [21, 22, 23])
@pytest.mark.parametrize("limits", [None, (0, 2), (-3, 3), (2, 2)])
def test_cartesian_grids(seed, limits):
    rng = np.random.default_rng(seed)
    names, starts, ends = random_axis(rng, 12)
    one = pm.gintervals(names, starts, ends)
    e1, e2 = ([int(x) for x in rng.choice(300, 4, replace=False) - 150] for _ in range(2))
    band = dict(zip(("min_band_idx", "max_band_idx"), limits or (None, None), strict=True))
    ours = cartesian_frame(cartesian_grid(one, e1, None, e2, **band, chroms=CHROMS))
    theirs = pm.giterator_cartesian_grid(one, e1, None, e2, **band)
    assert rows_of(ours) == rows_of(theirs)
    if limits is None:
        other = pm.gintervals(*random_axis(rng, 9))
        ours = cartesian_frame(cartesian_grid(one, e1, other, chroms=CHROMS))
        assert rows_of(ours) == rows_of(pm.giterator_cartesian_grid(one, e1, other))


def test_random_intervals_lie_in_the_same_places():
    mask = pm.gintervals(["chr1", "chr2"], [0, 100], [900, 500])
    options = {"dist_from_edge": 20, "chromosomes": ["chr1", "chr2"], "mask": mask}
    ours = random_intervals(30, 20_000, CHROMS, **options)
    theirs = pm.gintervals_random(30, 20_000, **options)
    assert list(ours.columns) == list(theirs.columns)
    assert set(rows_of(ours)) == set(rows_of(theirs))
    for size, n in ((0, 1), (5, 0), (500, 5)):
        with pytest.raises(ValueError, match=r"size|n\b"):
            pm.gintervals_random(size, n, **options)
        with pytest.raises(ValueError, match=r"size|n\b"):
            random_intervals(size, n, CHROMS, **options)


def written(folder, name, lines):
    path = folder / name
    path.write_text("".join("\t".join(map(str, line)) + "\n" for line in lines))
    return path


def same(ours, theirs, names):
    """Equal in the columns of the peer, whatever its types."""
    assert [n for n in theirs.columns if n not in ours.columns] == []
    assert len(ours) == len(theirs)
    for name in names:
        a, b = ours[name], theirs[name]
        if name in ("start", "end", "strand", "score", "qual"):
            np.testing.assert_allclose(a.astype(float), b.astype(float))
        else:
            assert a.astype(str).tolist() == b.astype(str).tolist()


def random_lines(seed, n=40):
    rng = np.random.default_rng(seed)
    names, starts, ends = random_axis(rng, n)
    keys = sorted(zip(names, starts, ends, strict=True))
    rng.shuffle(keys)
    return [(c, int(a), int(b)) for c, a, b in dict.fromkeys(map(tuple, keys))], rng


def test_bed_gff_and_vcf_files(tmp_path):
    lines, rng = random_lines(31)
    bed = [(*row, f"n{i}", i / 4, rng.choice(["+", "-", "."])) for i, row in enumerate(lines)]
    path = written(tmp_path, "a.bed", bed)
    theirs = pm.gintervals_import_bed(str(path))
    same(read_bed(path, CHROMS), theirs, theirs.columns)
    theirs = pm.gintervals_from_bed(str(path), True)
    same(read_bed(path, CHROMS), theirs, theirs.columns)
    gff = [(c, "src", rng.choice(["gene", "exon"]), a + 1, b, ".", rng.choice(["+", "-"]), ".",
            f"ID=x{i}") for i, (c, a, b) in enumerate(lines)]  # fmt: skip
    path = written(tmp_path, "a.gff", [("##gff-version 3",), *gff])
    theirs = pm.gintervals_import_gff(str(path), feature="exon")
    ours = read_gff(path, CHROMS, feature="exon", attributes="text")
    same(ours, theirs, theirs.columns)
    vcf = [(c, a + 1, f"rs{i}", "A" * (b - a), "T", i, "PASS", "DP=1")
           for i, (c, a, b) in enumerate(lines)]  # fmt: skip
    titles = ("#CHROM", "POS", "ID", "REF", "ALT", "QUAL", "FILTER", "INFO")
    path = written(tmp_path, "a.vcf", [("##fileformat=VCFv4.2",), titles, *vcf])
    theirs = pm.gintervals_import_vcf(str(path))
    same(read_vcf(path, CHROMS), theirs, theirs.columns)


def test_gene_tables(tmp_path):
    """Transcription starts and exons; the peer has points for the untranslated regions."""
    rng = np.random.default_rng(41)
    genes, notes = [], []
    for i in range(25):
        chrom = rng.choice(list(SIZES))
        edges = np.sort(rng.choice(SIZES[chrom], 2 * int(rng.integers(1, 4)), replace=False))
        starts, ends = ("".join(f"{x}," for x in part) for part in (edges[::2], edges[1::2]))
        genes.append((f"g{i}", chrom, rng.choice(["+", "-"]), edges[0], edges[-1], edges[0],
                      edges[-1], edges.size // 2, starts, ends, "P", "a"))  # fmt: skip
        notes.append((f"g{i}", f"s{i % 7}", i % 2))
    genes.append(("t1", "chrX", "+", 5, 9, 5, 9, 2, "5,7,", "7,9,", "P", "a"))
    notes.append(("t1", "touch", 9))
    files = written(tmp_path, "g.txt", genes), written(tmp_path, "n.txt", notes)
    names = ["id", "symbol", "class"]
    ours = import_genes(*files, names, chroms=CHROMS)
    theirs = pm.gintervals_import_genes(str(files[0]), str(files[1]), names)
    for part in ("tss", "exons"):
        same(ours[part], theirs[part], ["chrom", "start", "end", "strand"])
        for name in names:
            mine = [set(text.split(";")) for text in ours[part][name]]
            assert mine == [set(str(text).split(";")) for text in theirs[part][name]]
