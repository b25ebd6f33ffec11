"""import_mapped_reads against one read at a time."""

from collections import Counter

import numpy as np
import pytest

from genomedb.db.create import create_database
from genomedb.errors import FormatError, MissingFileError, TrackExistsError, UsageError
from genomedb.importers import mapped_reads as module
from genomedb.importers.mapped_reads import import_mapped_reads

SIZES = {"chr1": 1000, "chr2": 500, "chrX": 205}
# flag, chromosome, position from 1, letters
ALIGNED = [
    (0, "chr1", 102, 10), (0, "1", 102, 10), (16, "chr1", 102, 10), (16, "chr1", 92, 20),
    (4, "*", 0, 10), (0, "chr1", 112, 5), (0, "chr9", 5, 2), (0, "chr1", 1000, 5),
    (16, "chr1", 999, 5),
]  # fmt: skip


@pytest.fixture
def db(tmp_path):
    return create_database(tmp_path / "root", "toy", SIZES)


@pytest.fixture
def sam(tmp_path):
    lines = ["@HD\tVN:1\n"] + [
        f"r\t{flag}\t{chrom}\t{pos}\t9\t{n}M\t*\t0\t0\t{'A' * n}\t*\n"
        for flag, chrom, pos, n in ALIGNED
    ]
    path = tmp_path / "a.sam"
    path.write_text("".join(lines))
    return path


def test_places_of_reads_make_a_sparse_track(db, sam):
    counts = import_mapped_reads(db, "t", sam, columns=None, description="reads")
    start, end, value = db["t"].read("chr1")
    assert (start.tolist(), (end - start).tolist()) == ([101, 111, 999], [1, 1, 1])
    assert value.tolist() == [1, 1, 1]
    assert counts.mapped.tolist() == [7, 0, 0]
    assert (counts.unmapped, counts.total) == (2, 9)
    assert counts.duplicates.tolist() == [2, 0, 0]
    attrs = db["t"].attrs
    assert attrs["description"] == "reads"
    assert attrs["created.by"] == 'import_mapped_reads("t", "a.sam", pileup=0, bin_size=None)'


def test_duplicates_may_count(db, sam):
    counts = import_mapped_reads(db, "t", sam, columns=None, remove_duplicates=False)
    assert db["t"].read("chr1").value.tolist() == [2, 3, 1]
    assert counts.duplicates.tolist() == [2, 0, 0]


def test_a_pileup_makes_a_dense_track(db, sam):
    import_mapped_reads(db, "t", sam, columns=None, pileup=30, bin_size=20)
    found = {i * 20: round(float(v), 4) for i, v in enumerate(db["t"].read("chr1")) if v}
    assert found == {80: 0.95, 100: 1.95, 120: 1.55, 140: 0.05, 960: 0.35, 980: 1.05}
    assert not db["t"].read("chr2").any()
    assert (db["t"].attrs["type"], db["t"].attrs["binsize"]) == ("dense", "20")


def slow_reads(rows, pileup, width, *, once):
    """Reads by place, their duplicates, and the depth of each bin."""
    places = {chrom: Counter() for chrom in SIZES}
    unmapped = 0
    for chrom, coord, strand, size in rows:
        if chrom not in SIZES or not 0 <= coord < SIZES[chrom]:
            unmapped += 1
            continue
        places[chrom][(strand, coord if strand == "+" else coord + size)] += 1
    depth = {chrom: np.zeros(n) for chrom, n in SIZES.items()}
    for chrom, counter in places.items():
        for (strand, p), n in counter.items():
            low, high = (p, p + pileup) if strand == "+" else (p - pileup, p)
            depth[chrom][max(low, 0) : max(high, 0)] += 1 if once else n
    bins = {
        chrom: [d[i : i + width].sum() / width for i in range(0, d.size, width)]
        for chrom, d in depth.items()
    }
    return places, unmapped, bins


@pytest.mark.parametrize("once", [True, False])
@pytest.mark.parametrize(("pileup", "width"), [(1, 7), (30, 20), (300, 10), (5000, 13)])
def test_random_tables_are_counted_as_one_read_after_the_other(
    db, tmp_path, monkeypatch, once, pileup, width
):
    monkeypatch.setattr(module, "_WINDOW_BINS", 5)
    rng = np.random.default_rng(pileup + once)
    rows = [
        (str(rng.choice(["chr1", "chr2", "chrX", "chr7"])), int(rng.integers(-20, 520)),
         str(rng.choice(["+", "-"])), int(rng.integers(1, 60)))
        for _ in range(300)
    ]  # fmt: skip
    path = tmp_path / "table.txt"
    path.write_text("".join(f"{s}\t{c}\t{'A' * n}\t{p}\n" for c, p, s, n in rows))
    options = {"columns": (3, 2, 4, 1), "remove_duplicates": once}
    dense = import_mapped_reads(db, "d", path, pileup=pileup, bin_size=width, **options)
    sparse = import_mapped_reads(db, "s", path, **options)
    places, unmapped, bins = slow_reads(rows, pileup, width, once=once)
    for i, chrom in enumerate(SIZES):
        np.testing.assert_allclose(db["d"].read(chrom), bins[chrom], rtol=1e-6)
        both = Counter()
        for (_, p), n in places[chrom].items():
            both[p] += n
        expected = {p: 1 if once else n for p, n in both.items() if p < SIZES[chrom]}
        start, _, value = db["s"].read(chrom)
        assert dict(zip(start.tolist(), value.tolist(), strict=True)) == expected
        for counts in (dense, sparse):
            assert counts.mapped[i] == sum(places[chrom].values())
            assert counts.duplicates[i] == counts.mapped[i] - len(places[chrom])
            assert (counts.unmapped, counts.total) == (unmapped, 300)


def test_a_file_without_a_read_makes_an_empty_track(db, tmp_path):
    path = tmp_path / "none.sam"
    path.write_text("@HD\tVN:1\n")
    assert import_mapped_reads(db, "t", path, columns=None).total == 0
    assert db["t"].read("chr1").start.size == 0


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"pileup": -1}, "pileup is -1"),
        ({"pileup": None}, "pileup is None"),
        ({"pileup": 1.5}, "pileup is 1.5"),
        ({"bin_size": 10}, "a bin size needs a pileup"),
        ({"pileup": 10}, "bin_size is None.*needs a bin size"),
        ({"pileup": 10, "bin_size": 0}, "bin_size is 0"),
        ({"columns": (1, 2, 3)}, "four different column numbers"),
        ({"columns": (1, 2, 3, 3)}, "four different column numbers"),
    ],
)
def test_arguments_that_are_not_right_are_refused(db, sam, options, message):
    with pytest.raises(UsageError, match=message):
        import_mapped_reads(db, "t", sam, **{"columns": None, **options})
    assert not db.has_track("t")


def test_a_failure_leaves_nothing_behind(db, sam, tmp_path):
    with pytest.raises(MissingFileError, match=r"nothing.sam"):
        import_mapped_reads(db, "sub.t", tmp_path / "nothing.sam", columns=None)
    broken = tmp_path / "broken.sam.gz"
    broken.write_bytes(b"\x1f\x8b\x08\x00nonsense")
    with pytest.raises(FormatError):
        import_mapped_reads(db, "sub.t", broken, columns=None)
    assert not db.has_track("sub.t")
    assert not (db.path / "sub").exists()
    import_mapped_reads(db, "t", sam, columns=None)
    with pytest.raises(TrackExistsError, match="Track 't' already exists"):
        import_mapped_reads(db, "t", sam, columns=None)
    import_mapped_reads(db, "t", sam, columns=None, overwrite=True)
