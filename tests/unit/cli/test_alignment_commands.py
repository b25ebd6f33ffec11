"""Alignments on the command line: each subcommand makes its tracks and reports."""

import numpy as np
import pytest
from alignment_files import Twin, in_order, random_reads, write

from genomedb.db.database import GenomeDB
from genomedb.kernels.alignments import ReadFilter

READS = in_order(random_reads(300, seed=12))


@pytest.fixture
def bam(root):
    return write(root / "x.bam", READS, order="coordinate")


def values(name):
    track = GenomeDB().open_track(name)
    return {chrom: track.read(chrom).tolist() for chrom in track.chroms.names}


def same(twin, **tracks):
    for output, name in tracks.items():
        assert values(name) == {c: a.tolist() for c, a in twin.values[output].items()}, output


def test_import_bam_makes_all_tracks_in_one_pass(genomedb, bam):
    words = ["--depth", "d", "--depth-reverse", "dr", "--fragments", "f", "--left-ends", "l"]
    code, out, err = genomedb("import", "bam", bam, *words, "--max-frag-size", "90")
    filter = ReadFilter(max_frag_size=90)
    twin = Twin(READS, filter)
    assert (code, out) == (0, "")
    assert err.startswith(f"300 reads: {twin.why['kept']} kept\n")
    assert f"{twin.why['low_mapq']} left out: mapping quality too low\n" in err
    assert f"{twin.why['too_long']} reads without a pair: fragment too long\n" in err
    assert f"f: {len(twin.fragments)} fragments\n" in err
    same(twin, depth="d", depth_reverse="dr", left_ends="l")
    assert genomedb("import", "bam", bam, *words, "--skip-existing") == (0, "", "")
    assert genomedb("import", "bam", bam, *words)[0] == 1
    assert genomedb("import", "bam", bam)[2].startswith(
        "genomedb import bam: no track is asked for"
    )


def test_tracks_that_are_there_stay_when_others_are_made(genomedb, bam):
    other = ["--left-ends", "d"]
    assert genomedb("import", "bam", bam, *other, "-q") == (0, "", "")
    before = GenomeDB().open_track("d").path.stat()
    words = ["-q", "--depth", "d", "--depth-reverse", "dr", "--skip-existing"]
    assert genomedb("import", "bam", bam, *words) == (0, "", "")
    assert GenomeDB().open_track("d").path.stat() == before
    same(Twin(READS, ReadFilter()), depth_reverse="dr")


def test_read_depth(genomedb, bam):
    words = ["-q", "--legacy-filters", "--rev_track", "r", "--count-deletions", "no"]
    assert genomedb("load-bam-read-depth", "d", bam, *words) == (0, "", "")
    filter = ReadFilter.legacy(count_deletions=False)
    same(Twin(READS, filter), depth="d", depth_reverse="r")
    assert genomedb("load-bam-read-depth", "a", bam, bam, "-q", "-F", "0x4", "-Q", "0") == (
        0,
        "",
        "",
    )
    twice = Twin(READS * 2, ReadFilter(exclude_flags=4, min_mapq=0), split=False)
    same(twice, depth="a")


def test_5_prime_ends_and_left_ends(genomedb, bam):
    shifts = ["--shift-fwd", "4", "--shift-rev", "-5"]
    assert genomedb("load-bam-5prime-ends", "f", "r", bam, "-q", *shifts) == (0, "", "")
    same(Twin(READS, ReadFilter(shift_fwd=4, shift_rev=-5)), ends_forward="f", ends_reverse="r")
    words = ["-q", "--require-flags", "0x10", "--max_duplicates", "1", "-d", "uint16"]
    assert genomedb("load-bam-left-ends", "l", bam, *words) == (0, "", "")
    same(Twin(READS, ReadFilter(require_flags=16, max_duplicates=1)), left_ends="l")
    assert GenomeDB().open_track("l").dtype == "uint16"
    many = [bam] * 130
    code, _, err = genomedb("load-bam-left-ends", "n", *many, "-d", "int8", "--saturate")
    assert (code, " sites saturated\n" in err) == (0, True)
    assert max(values("n")["chr1"]) == 127


@pytest.mark.parametrize("kind", ["--single_end", "--paired-end"])
def test_dyads(genomedb, bam, kind):
    sizes = ["--min_frag_size", "20", "--max-frag-size", "150"]
    words = ["-q", kind, *sizes, "--rev-track", "r"]
    assert genomedb("load-mnase-mids", "d", bam, *words) == (0, "", "")
    filter = ReadFilter(min_frag_size=20, max_frag_size=150)
    twin = Twin(READS, filter, dyads_paired=kind == "--paired-end")
    same(twin, dyads="d", dyads_reverse="r")
    assert genomedb("load-mnase-mids", "d", bam, "-q")[0] == 2


def test_dyads_of_some_chromosomes(genomedb, bam, root):
    import pysam

    pysam.index(str(bam))
    sizes = ["--min-frag-size", "1", "--max-frag-size", "999"]
    for i, (words, chroms) in enumerate([
        (["2"], ["chr2"]), (["2-3"], ["chr2", "chrX"]), (["chr1", "X"], ["chr1", "chrX"]),
    ]):  # fmt: skip
        asked = [word for name in words for word in ("--chrom", name)]
        made = genomedb("load-mnase-mids", f"d{i}", bam, "-q", "--paired-end", *sizes, *asked)
        assert made == (0, "", "")
        twin = Twin([r for r in READS if r["chrom"] in chroms], ReadFilter(), split=False)
        same(twin, dyads=f"d{i}")
    code, _, err = genomedb("load-mnase-mids", "d", bam, "--paired-end", "--chrom", "4-5")
    assert (code, '"4-5" does not exist' in err) == (1, True)


def test_fragment_coordinates(genomedb, bam):
    assert genomedb("load-bam-pe-frag-coords", "f", bam, "-q") == (0, "", "")
    twin = Twin(READS, ReadFilter(max_frag_size=500))
    track = GenomeDB().open_track("f")
    found = [track.read(chrom) for chrom in track.chroms.names]
    starts = np.concatenate([np.asarray(part.start) for part in found]).tolist()
    assert starts == [row[1] for row in sorted(twin.fragments)]


def test_what_is_wrong_is_one_line(genomedb, bam):
    assert genomedb("import", "bam", "no.bam", "--depth", "d") == (
        1, "", "genomedb import bam: no.bam: there is no such file\n",
    )  # fmt: skip
    code, _, err = genomedb("import", "bam", bam, "--depth", "d", "-F", "nine")
    assert (code, "'nine' is no number of flags" in err) == (2, True)
    code, _, err = genomedb("import", "bam", bam, "--depth", "d", "-Q", "999")
    assert (code, err) == (1, "genomedb import bam: min_mapq is 999. Give 0 to 255\n")
