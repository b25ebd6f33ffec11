"""Alignment files that are damaged or of another assembly, CRAM, and single chromosomes."""

import builtins
import gzip
import logging

import pytest
from alignment_files import CHROMS, OUTPUTS, Twin, in_order, random_reads, read, write

from genomedb.errors import (
    ChromError,
    FormatError,
    MissingDependencyError,
    MissingFileError,
    TrackExistsError,
    UsageError,
)
from genomedb.importers.alignments import import_alignments
from genomedb.kernels import alignments_bgzf
from genomedb.kernels.alignments import ReadFilter

pysam = pytest.importorskip("pysam")
DEPTH = {"depth": "t/depth"}


@pytest.fixture
def bam(tmp_path):
    return write(tmp_path / "x.bam", in_order(random_reads(300, seed=9)), order="coordinate")


def cut(path, n):
    path.write_bytes(path.read_bytes()[:n])
    return path


def flip(path, at):
    data = bytearray(path.read_bytes())
    data[at] ^= 255
    path.write_bytes(data)
    return path


def test_sam_in_plain_gzip_is_read_and_refused_when_cut(db, tmp_path, leftovers):
    # htslib takes the flag unmapped for reads of SAM without CIGAR
    reads = [r for r in random_reads(300, seed=9) if r["cigar"] != "*"]
    bam = write(tmp_path / "y.bam", in_order(reads), order="coordinate")
    sam = tmp_path / "x.sam.gz"
    sam.write_bytes(gzip.compress(pysam.view("-h", str(bam)).encode()))
    found = import_alignments(db, sam, DEPTH)
    assert found.counts == import_alignments(db, bam, {"depth": "of_bam"}).counts
    values = [[db[name].read(chrom).tolist() for chrom in CHROMS] for name in ("t/depth", "of_bam")]
    assert values[0] == values[1]
    for name in ("t/depth", "of_bam"):
        db.remove_track(name)
    for harm in (lambda p: cut(p, 3000), lambda p: flip(p, 10), lambda p: cut(p, 5)):
        whole = sam.read_bytes()
        with pytest.raises(FormatError, match=r"x\.sam\.gz: "):
            import_alignments(db, harm(sam), DEPTH)
        sam.write_bytes(whole)
    assert leftovers() == []


@pytest.mark.parametrize(
    ("harm", "what"),
    [
        (lambda p: cut(p, -28), r"x.bam: is truncated: the mark at its end is missing. Copy it"),
        (lambda p: cut(p, -60), "is truncated"),
        (lambda p: cut(p, 2000), "is truncated"),
        (lambda p: cut(p, 0), "is empty"),
        (lambda p: flip(p, 2000), "truncated or damaged"),
        (lambda p: flip(p, 0), "is not BAM, CRAM or SAM"),
    ],
)
def test_a_damaged_file_is_an_error_and_leaves_nothing(db, bam, harm, what, leftovers):
    with pytest.raises(FormatError, match=what):
        import_alignments(db, harm(bam), DEPTH)
    assert leftovers() == []


@pytest.mark.parametrize(
    "data", [b"hello\n", gzip.compress(b"hello\n", mtime=0), b"BAM\1", b"\x1f\x8b\x08\x04"]
)
def test_what_is_no_alignment_file_is_refused(db, tmp_path, data):
    path = tmp_path / "x.bam"
    path.write_bytes(data)
    with pytest.raises(FormatError, match=r"x\.bam: "):
        import_alignments(db, path, DEPTH)


def bgzf(path, plain):
    with pysam.BGZFile(str(path), "w") as file:
        file.write(plain)
    return path


def header(names, text=b""):
    parts = [b"BAM\1", len(text).to_bytes(4, "little"), text, len(names).to_bytes(4, "little")]
    for name, length in names.items():
        raw = name.encode() + b"\0"
        parts += [len(raw).to_bytes(4, "little"), raw, length.to_bytes(4, "little")]
    return b"".join(parts)


@pytest.mark.parametrize(
    ("plain", "what"),
    [
        (header({}), "its header names no chromosomes"),
        (header(CHROMS)[:-2], "the BAM header is truncated"),
        (b"BAM\1\xff\xff\xff\xff", "the BAM header is damaged"),
        (header(CHROMS) + b"\x10\0\0\0" + bytes(16), "a record is damaged"),
        (header(CHROMS) + b"\x40\0\0\0" + bytes(20), "its last record is truncated"),
        (header(CHROMS) + b"\x20\0\0\0" + b"\x07" + bytes(31), "a record is damaged"),
        (header(CHROMS) + b"\x20\0\0\0" + bytes(8) + b"\xff" + bytes(23), "a record is damaged"),
    ],
)
def test_damage_inside_of_whole_blocks_is_found(db, tmp_path, plain, what):
    with pytest.raises(FormatError, match=what):
        import_alignments(db, bgzf(tmp_path / "x.bam", plain), DEPTH)


def test_chromosomes_that_the_database_lacks_are_reported_once(db, tmp_path, caplog):
    chroms = {**CHROMS, "chrUn": 300, "chrEmpty": 9}
    reads = [read("chr1", 5), read("chrUn", 5), read("chrUn", 6), read("chrUn", 6, mapq=0)]
    path = write(tmp_path / "x.bam", reads, chroms)
    with caplog.at_level(logging.WARNING):
        report = import_alignments(db, [path, path], DEPTH)
    assert (report.unknown, report.counts["unknown_chrom"]) == ({"chrUn": 4}, 4)
    assert [r.message for r in caplog.records] == ["chromosomes not in the database: chrUn (4)"]


def test_that_nothing_is_kept_is_said(db, tmp_path, caplog):
    with caplog.at_level(logging.WARNING):
        import_alignments(db, write(tmp_path / "x.bam", [read("chr1", 5, mapq=3)] * 2), DEPTH)
    assert [r.message for r in caplog.records] == ["none of 2 reads was kept"]
    assert not db.open_track("t/depth").read("chr1").any()


def test_reads_of_no_chromosome_of_the_database_are_an_error(db, tmp_path, leftovers):
    path = write(tmp_path / "x.bam", [read("II", 5)], {"I": 100, "II": 300})
    with pytest.raises(ChromError, match=r"x\.bam: none of the chromosomes of its reads \(II\)"):
        import_alignments(db, path, DEPTH)
    assert leftovers() == []


def test_another_length_is_another_assembly(db, tmp_path):
    path = write(tmp_path / "x.bam", [read("chr1", 5)], {**CHROMS, "chr2": 501})
    with pytest.raises(ChromError, match="chr2: 501 bp in the file, 500 in the database"):
        import_alignments(db, path, DEPTH)


@pytest.mark.parametrize(
    ("arguments", "what"),
    [
        ({"tracks": {}}, "no track is asked for"),
        ({"tracks": {"deep": "x"}}, "'deep' is not known"),
        ({"tracks": {"depth_reverse": "x"}}, "depth_reverse needs depth"),
        ({"tracks": {"depth": "x", "dyads": "x"}}, "track x is named twice"),
        ({"dtype": "int5"}, "dtype 'int5'"),
        ({"threads": 0}, "threads is 0"),
        ({"chroms": ["chr9"]}, '"chr9" does not exist'),
        ({"reference": "absent.fa"}, r"absent\.fa: there is no such file"),
    ],
)
def test_arguments_that_cannot_be_are_refused(db, bam, arguments, what):
    tracks = arguments.pop("tracks", DEPTH)
    with pytest.raises((UsageError, ChromError, MissingFileError), match=what):
        import_alignments(db, bam, tracks, **arguments)


@pytest.mark.parametrize(
    ("arguments", "what"),
    [
        ({"min_mapq": 256}, "min_mapq is 256"),
        ({"exclude_flags": -1}, "exclude_flags is -1"),
        ({"min_frag_size": 9, "max_frag_size": 8}, "min_frag_size 9 is above max_frag_size 8"),
        ({"require_flags": 4}, "flags 0x4 are excluded and required"),
        ({"max_duplicates": True}, "max_duplicates is True"),
    ],
)
def test_filters_that_cannot_be_are_refused(arguments, what):
    with pytest.raises(UsageError, match=what):
        ReadFilter(**arguments)


def test_fragments_must_fit_the_table(db, bam):
    filter = ReadFilter(max_frag_size=2**40)
    import_alignments(db, bam, {"fragments": "f"}, filter=filter)  # a small genome has room
    big = filter.__class__(max_frag_size=2**40)
    from genomedb.kernels.alignments import Collector

    with pytest.raises(UsageError, match="too large for a table of fragments"):
        Collector(big, (2**40,), {"fragment": "f"}, print, dyads_paired=True, capacity=9)


def test_a_name_that_is_taken_is_an_error_before_reading(db, bam):
    import_alignments(db, bam, DEPTH)
    with pytest.raises(TrackExistsError, match="there already"):
        import_alignments(db, bam, {"left_ends": "l", **DEPTH})
    import_alignments(db, bam, DEPTH, overwrite=True)


def test_standard_input_has_no_index(db, leftovers):
    with pytest.raises(UsageError, match="through an index, which standard input lacks"):
        import_alignments(db, "-", DEPTH, chroms=[next(iter(CHROMS))])
    assert leftovers() == []


def test_an_index_of_another_file_is_an_error(db, bam, tmp_path, leftovers):
    reads = in_order(random_reads(9000, seed=3))
    other = write(tmp_path / "other.bam", reads, order="coordinate")
    pysam.index(str(other))
    (tmp_path / "x.bam.bai").write_bytes((tmp_path / "other.bam.bai").read_bytes())
    with pytest.raises(FormatError, match=r"has the index of another file.*Make the index again"):
        import_alignments(db, bam, DEPTH, chroms=[list(CHROMS)[-1]])
    assert leftovers() == []


def test_one_chromosome_is_read_through_an_index(db, bam):
    with pytest.raises(FormatError, match=r"has no index.*samtools index .*x\.bam"):
        import_alignments(db, bam, DEPTH, chroms=["chr2"])
    pysam.index(str(bam))
    report = import_alignments(db, bam, {**DEPTH, "dyads": "t/dyads"}, chroms=["2"], threads=2)
    twin = Twin(in_order(random_reads(300, seed=9)), ReadFilter(), split=False)
    for output in ("depth", "dyads"):
        track = db.open_track(f"t/{output}")
        assert track.read("chr2").tolist() == twin.values[output]["chr2"].tolist()
        assert not track.read("chr1").any()
    assert 0 < report.counts["total"] < 300


@pytest.fixture
def cram(tmp_path):
    """A CRAM file, its reference, and the reads as CRAM keeps them."""
    fasta = tmp_path / "ref.fa"
    fasta.write_text("".join(f">{name}\n{'A' * n}\n" for name, n in CHROMS.items()))
    pysam.faidx(str(fasta))
    reads = [{**r, "flag": r["flag"] | 1} for r in random_reads(300, seed=8) if r["cigar"] != "*"]
    reads = in_order(reads)
    path = write(tmp_path / "x.cram", reads, format="c", reference_filename=str(fasta))
    return path, fasta, reads


def test_cram_is_read_with_its_reference_only(db, cram, tmp_path, capfd, leftovers):
    path, fasta, reads = cram
    moved = tmp_path / "moved.fa"
    fasta.rename(moved)
    (tmp_path / "ref.fa.fai").rename(tmp_path / "moved.fa.fai")
    with pytest.raises(FormatError, match=r"x\.cram: .*CRAM without its reference"):
        import_alignments(db, path, DEPTH)
    assert leftovers() == []
    tracks = {output: f"t/{output}" for output in OUTPUTS}
    import_alignments(db, path, tracks, reference=moved)
    twin = Twin(reads, ReadFilter())
    for output in OUTPUTS:
        for chrom in CHROMS:
            found = db.open_track(f"t/{output}").read(chrom)
            assert found.tolist() == twin.values[output][chrom].tolist(), output
    assert capfd.readouterr() == ("", "")  # htslib says nothing of its own


def test_sam_is_read_and_cram_that_is_cut_is_not(db, cram, tmp_path):
    path, _, reads = cram
    import_alignments(db, write(tmp_path / "x.sam", reads, format=""), DEPTH)
    twin = Twin(reads, ReadFilter(), split=False)
    assert db.open_track("t/depth").read("chr1").tolist() == twin.values["depth"]["chr1"].tolist()
    with pytest.raises(FormatError, match="is truncated"):
        import_alignments(db, cut(path, -38), {"depth": "other"})


def test_without_pysam_bam_is_read_all_the_same(db, bam, cram, monkeypatch):
    from genomedb.readers.htslib import htslib

    real = builtins.__import__

    def absent(name, *rest):
        if name == "pysam":
            raise ImportError(name)
        return real(name, *rest)

    htslib.cache_clear()
    monkeypatch.setattr(builtins, "__import__", absent)
    import_alignments(db, bam, DEPTH)
    with pytest.raises(MissingDependencyError, match=r"need pysam.*genomedb\[bam\]"):
        import_alignments(db, cram[0], {"depth": "other"})


def test_an_htslib_that_is_not_known_is_refused(db, cram, monkeypatch):
    from genomedb.readers import htslib

    htslib.htslib.cache_clear()
    monkeypatch.setattr(htslib, "OLDEST", (99, 0))
    with pytest.raises(MissingDependencyError, match=r"htslib 1\.\d+ of pysam is too old.*pip"):
        import_alignments(db, cram[0], DEPTH)
    monkeypatch.setattr(htslib, "OLDEST", (1, 16))
    monkeypatch.setattr(htslib, "record_fields", lambda record: (0,) * 11 + (b"",))
    with pytest.raises(MissingDependencyError, match="is not known"):
        import_alignments(db, cram[0], DEPTH)
    htslib.htslib.cache_clear()


def test_where_libdeflate_is_hidden_zlib_unpacks(db, bam, monkeypatch):
    monkeypatch.setattr(alignments_bgzf, "codec", lambda: None)
    import_alignments(db, bam, DEPTH)
    assert db.open_track("t/depth").read("chr1").any()
    with pytest.raises(FormatError, match="truncated or damaged"):
        import_alignments(db, flip(bam, 2000), {"depth": "other"})
