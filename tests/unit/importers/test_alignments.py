"""Alignments become the tracks that a slow reading of them says."""

import numpy as np
import pytest
from alignment_files import CHROMS, OUTPUTS, Twin, in_order, random_reads, read, write

from genomedb.errors import UsageError
from genomedb.importers import pileup
from genomedb.importers.alignments import import_alignments
from genomedb.kernels.alignments import ReadFilter

ALL = {output: f"t/{output}" for output in (*OUTPUTS, "fragments")}


def values(db, output):
    track = db.open_track(f"t/{output}")
    return {chrom: track.read(chrom).tolist() for chrom in db.chroms.names}


def fragments(db):
    """Rows of the table of fragments: chromosome, start, end, strand, score."""
    track = db.open_track("t/fragments")
    rows = []
    for code, chrom in enumerate(db.chroms.names):
        found = track.read(chrom)
        columns = (found.start, found.end, found.strand, found.columns["score"])
        rows += [
            (code, *row) for row in zip(*(np.asarray(c).tolist() for c in columns), strict=True)
        ]
    return rows


def agree(db, twin, report, outputs=OUTPUTS):
    for output in outputs:
        wanted = {chrom: array.tolist() for chrom, array in twin.values[output].items()}
        assert values(db, output) == wanted, output
    if report.counts["total"]:
        assert {k: n for k, n in report.counts.items() if n and k != "total"} == {
            k: n for k, n in twin.why.items() if n
        }


FILTERS = {
    "as recommended": ReadFilter(),
    "legacy": ReadFilter.legacy(),
    "nothing": ReadFilter(min_mapq=0, exclude_flags=0, mate_mapq=False),
    "strict": ReadFilter(min_mapq=30, require_flags=0x1, exclude_flags=0xF04 | 0x2),
    "sizes": ReadFilter(min_frag_size=60, max_frag_size=100),
    "shifts": ReadFilter(shift_fwd=4, shift_rev=-5, dyad_offset=20),
    "no deletions": ReadFilter(count_deletions=False),
    "shifts out": ReadFilter(shift_fwd=-700, shift_rev=700),
}


@pytest.mark.parametrize("filter", FILTERS.values(), ids=FILTERS)
def test_every_flag_and_operation_counts_as_read_by_hand(db, tmp_path, filter):
    reads = random_reads(400)
    path = write(tmp_path / "x.bam", reads)
    report = import_alignments(db, path, ALL, filter=filter)
    twin = Twin(reads, filter)
    agree(db, twin, report)
    assert fragments(db) == sorted(
        twin.fragments, key=lambda row: (row[0], row[1], row[2], row[3] < 0, row[4])
    )
    assert report.counts["total"] == 400
    assert sum(n for k, n in report.counts.items() if k in SINGLE) == 400


SINGLE = ("unmapped", "secondary", "qc_fail", "duplicate", "supplementary", "other_flags",
          "not_required", "low_mapq", "unknown_chrom", "outside", "kept")  # fmt: skip


def test_dyads_of_single_reads_lie_behind_their_5_prime_end(db, tmp_path):
    reads = random_reads(200, seed=2)
    path = write(tmp_path / "x.bam", reads)
    wanted = {o: ALL[o] for o in ("dyads", "dyads_reverse")}
    import_alignments(db, path, wanted, dyads_paired=False)
    twin = Twin(reads, ReadFilter(), dyads_paired=False)
    for output in wanted:
        assert values(db, output) == {c: a.tolist() for c, a in twin.values[output].items()}


def test_the_formulas_of_dyads_by_hand(db, tmp_path):
    reads = [
        read("chr1", 100, "50M"),
        read("chr1", 300, "50M", flag=16),
        read("chr2", 100, "50M", flag=0x1 | 0x20 | 0x40, mate=("chr2", 200), size=150),
        read("chr2", 300, "50M", flag=0x1 | 0x10 | 0x40, mate=("chr2", 200), size=-147),
    ]
    path = write(tmp_path / "x.bam", reads)
    import_alignments(db, path, {"dyads": "single"}, dyads_paired=False)
    import_alignments(db, path, {"dyads": "paired"})
    single, paired = db.open_track("single"), db.open_track("paired")
    assert np.flatnonzero(single.read("chr1")).tolist() == [174, 300 + 49 - 74]
    assert np.flatnonzero(paired.read("chr1")).tolist() == []
    assert np.flatnonzero(paired.read("chr2")).tolist() == [100 + 75, 200 + 73]


def test_without_a_track_of_the_reverse_strand_one_has_both(db, tmp_path):
    reads = random_reads(200, seed=3)
    path = write(tmp_path / "x.bam", reads)
    import_alignments(db, path, {"depth": "t/depth", "dyads": "t/dyads"})
    twin = Twin(reads, ReadFilter(), split=False)
    for output in ("depth", "dyads"):
        assert values(db, output) == {c: a.tolist() for c, a in twin.values[output].items()}


@pytest.mark.parametrize("cap", [1, 2])
@pytest.mark.parametrize(
    "asked", [OUTPUTS, OUTPUTS[:5], OUTPUTS[5:]], ids=["all", "reads", "pairs"]
)
def test_of_reads_at_one_place_so_many_count(db, tmp_path, cap, asked):
    reads = random_reads(60, seed=4) * 3
    path = write(tmp_path / "x.bam", reads)
    filter = ReadFilter(max_duplicates=cap)
    import_alignments(db, path, {o: ALL[o] for o in asked}, filter=filter)
    twin = Twin(reads, filter)
    for output in asked:
        assert values(db, output) == {c: a.tolist() for c, a in twin.values[output].items()}, output


def test_the_table_of_duplicates_grows(db, tmp_path, monkeypatch):
    monkeypatch.setattr("genomedb.kernels.alignments._FIRST_SEEN", 8)
    reads = random_reads(300, seed=5) * 2
    filter = ReadFilter(max_duplicates=1)
    report = import_alignments(db, write(tmp_path / "x.bam", reads), ALL, filter=filter)
    agree(db, Twin(reads, filter), report)


def small_lanes(monkeypatch, keys=70):
    """Make lanes, pieces, windows and memory so small that all of them fill up."""
    monkeypatch.setattr("genomedb.importers.alignments.LANE_BYTES", 8 * keys * 14)
    monkeypatch.setattr(pileup, "MEMORY_BYTES", 500)
    monkeypatch.setattr(pileup, "WINDOW", 128)


@pytest.mark.parametrize("way", ["sorted", "as they come", "several files", "small", "threads"])
def test_order_files_memory_and_threads_change_nothing(db, tmp_path, monkeypatch, way):
    reads = random_reads(600, seed=6)
    twin = Twin(reads, ReadFilter())
    parts = [in_order(reads)] if way == "sorted" else [reads]
    if way == "several files":
        parts = [reads[:200], in_order(reads[200:390]), [], reads[390:]]
    if way == "small":
        small_lanes(monkeypatch)
    paths = [write(tmp_path / f"{i}.bam", part) for i, part in enumerate(parts)]
    report = import_alignments(db, paths, ALL, threads=3 if way == "threads" else 1)
    agree(db, twin, report)
    assert sorted(fragments(db)) == sorted(twin.fragments)


def test_windows_begin_where_reads_do_and_do_not(db, tmp_path, monkeypatch):
    monkeypatch.setattr(pileup, "WINDOW", 64)
    reads = [read("chr1", pos, f"{n}M") for pos in (0, 1, 63, 64, 127, 935, 999) for n in (1, 65)]
    reads += [read("chr1", 0, "64M"), read("chr2", 0, "500M"), read("chrX", 204, "1M")]
    path = write(tmp_path / "x.bam", reads)
    import_alignments(db, path, {"depth": "t/depth"})
    twin = Twin(reads, ReadFilter(), split=False)
    assert values(db, "depth") == {c: a.tolist() for c, a in twin.values["depth"].items()}


def test_reads_beyond_the_end_are_cut(db, tmp_path):
    path = write(tmp_path / "x.bam", [read("chrX", 200, "10M"), read("chrX", 200, "2M9N3M")])
    report = import_alignments(db, path, {"depth": "t/depth", "ends_forward": "f"})
    assert values(db, "depth")["chrX"][199:] == [0, 2, 2, 1, 1, 1]
    assert report.counts["kept"] == 2


def test_a_read_of_more_than_65535_operations_counts(tmp_path):
    from genomedb.db.create import create_database

    big = create_database(tmp_path / "big", "big", {"chr1": 200_000})
    reads = [read("chr1", 7, "1M1D" * 40_000)]
    path = write(tmp_path / "x.bam", reads, {"chr1": 200_000})
    import_alignments(big, path, {"depth": "d"}, filter=ReadFilter(count_deletions=False))
    found = big.open_track("d").read("chr1")
    assert found[:11].tolist() == [0] * 7 + [1, 0, 1, 0]
    assert found.sum() == 40_000


@pytest.mark.parametrize(
    ("n", "dtype"), [(255, "uint8"), (256, "uint16"), (65_535, "uint16"), (65_536, "uint32")]
)
def test_auto_is_the_smallest_type_that_holds_the_largest(db, tmp_path, n, dtype):
    path = write(tmp_path / "x.bam", [read("chr1", 9, "2M")] * n)
    report = import_alignments(db, path, {"depth": "t/depth", "left_ends": "l"})
    track = db.open_track("t/depth")
    assert (track.dtype, track.read("chr1")[8:12].tolist()) == (dtype, [0, n, n, 0])
    assert [(t.dtype, t.largest, t.n, t.total) for t in report.tracks] == [
        (dtype, n, 2, 2 * n), (dtype, n, 1, n),
    ]  # fmt: skip


def test_a_value_that_does_not_fit_is_named_or_capped(db, tmp_path, leftovers):
    reads = [read("chr1", 5)] + [read("chr2", 20, "3M")] * 300
    path = write(tmp_path / "x.bam", reads)
    tracks = {"depth": "t/depth", "left_ends": "t/left"}
    with pytest.raises(UsageError, match=r"above 255 at chr2:20 \(the largest is 300\).*uint16"):
        import_alignments(db, path, tracks, dtype="uint8")
    assert leftovers() == []
    report = import_alignments(db, path, tracks, dtype="uint8", saturate=True)
    assert values(db, "depth")["chr2"][19:24] == [0, 255, 255, 255, 0]
    assert [track.n_saturated for track in report.tracks] == [3, 1]
    assert "t/depth: 3 sites saturated" in report.sentences()


@pytest.mark.parametrize("dtype", ["float32", "float64", "int16", "uint32"])
def test_a_dtype_can_be_asked_for(db, tmp_path, dtype):
    path = write(tmp_path / "x.bam", [read("chr1", 5)])
    import_alignments(db, path, {"depth": "t/depth"}, dtype=dtype)
    assert db.open_track("t/depth").dtype == dtype
    assert values(db, "depth")["chr1"][4:16] == [0] + [1] * 10 + [0]


def test_tracks_say_where_they_come_from(db, tmp_path):
    path = write(tmp_path / "x.bam", [read("chr1", 5)])
    import_alignments(db, path, {"depth": "t/depth"}, description="mine", attributes={"lab": "us"})
    attributes, info = db.open_track("t/depth").attrs, db.open_track("t/depth").info()
    assert (attributes["description"], attributes["lab"]) == ("mine", "us")
    assert [source["name"] for source in info["sources"]] == ["x.bam"]
    assert len(info["sources"][0]["sha256"]) == 64
    assert "min_mapq=10" in attributes["created.by"]


def test_chromosomes_match_in_other_spellings(db, tmp_path):
    chroms = {name[3:]: n for name, n in CHROMS.items()}
    import_alignments(db, write(tmp_path / "x.bam", [read("2", 5)], chroms), {"depth": "t/depth"})
    assert sum(values(db, "depth")["chr2"]) == 10
