"""Depth and counts as samtools and bedtools have them, with the same filters."""

import shutil
import subprocess
from pathlib import Path

import numpy as np
import pytest
from alignment_files import CHROMS, in_order, random_reads, write

from genomedb.db.create import create_database
from genomedb.importers.alignments import import_alignments
from genomedb.kernels.alignments import ReadFilter
from genomedb.readers.chrom_sizes import read_chrom_table

pytest.importorskip("pysam")
DM3 = Path(__file__).parents[3] / "shared" / "data" / "real" / "dm3"


def tool(name):
    return pytest.mark.skipif(shutil.which(name) is None, reason=f"{name} is not installed")


def said(*words):
    done = subprocess.run(list(map(str, words)), check=True, capture_output=True, text=True)
    return done.stdout


@pytest.fixture
def bam(tmp_path):
    reads = in_order([r for r in random_reads(800, seed=11) if r["cigar"] != "*"])
    return write(tmp_path / "x.bam", reads, order="coordinate")


@pytest.fixture
def db(tmp_path):
    return create_database(tmp_path / "dbs", "toy", CHROMS)


def table(text):
    """Values of each chromosome of lines with chromosome, position (from 1) and value."""
    found = {chrom: np.zeros(n, int) for chrom, n in CHROMS.items()}
    for line in text.splitlines():
        chrom, place, value = line.split("\t")
        found[chrom][int(place) - 1] = int(value)
    return found


@tool("samtools")
@pytest.mark.parametrize("deletions", [True, False])
@pytest.mark.parametrize(("mapq", "flags"), [(10, 0xF04), (0, 0x4), (30, 0x404)])
def test_depth_is_that_of_samtools(db, bam, mapq, flags, deletions):
    filter = ReadFilter(min_mapq=mapq, exclude_flags=flags, count_deletions=deletions)
    report = import_alignments(db, bam, {"depth": "d"}, filter=filter)
    names = "UNMAP,SECONDARY,QCFAIL,DUP"  # what it leaves out unless told
    words = ["depth", "-a", "-Q", mapq, "-g", names, "-G", flags, *(["-J"] if deletions else [])]
    theirs = table(said("samtools", *words, bam))
    for chrom in CHROMS:
        assert db.open_track("d").read(chrom).tolist() == theirs[chrom].tolist()
    count = said("samtools", "view", "-c", "-q", mapq, "-F", flags, bam)
    assert report.counts["kept"] == int(count)


@tool("bedtools")
def test_depth_is_that_of_bedtools(db, bam, tmp_path):
    filter = ReadFilter(min_mapq=0, exclude_flags=0x4, count_deletions=False)
    import_alignments(db, bam, {"depth": "d", "depth_reverse": "r"}, filter=filter)
    for track, strand in (("d", "+"), ("r", "-")):
        words = ["genomecov", "-d", "-split", "-strand", strand, "-ibam", bam]
        theirs = table(said("bedtools", *words))
        for chrom in CHROMS:
            assert db.open_track(track).read(chrom).tolist() == theirs[chrom].tolist()


@tool("samtools")
@pytest.mark.skipif(not DM3.is_dir(), reason="the real files are not here")
@pytest.mark.parametrize("name", ["x", "paired_chr2L"])
@pytest.mark.parametrize("filter", [ReadFilter(), ReadFilter.legacy()], ids=["new", "legacy"])
def test_real_files_keep_as_many_reads_as_samtools(tmp_path, name, filter):
    path = DM3 / f"{name}.bam"
    db = create_database(tmp_path, "dm3", read_chrom_table(path))
    report = import_alignments(db, path, {"depth": "d"}, filter=filter)
    words = ["view", "-c", "-q", filter.min_mapq, "-F", filter.exclude_flags, path]
    assert report.counts["kept"] == int(said("samtools", *words))
    assert report.counts["total"] == int(said("samtools", "view", "-c", path))
    words = ["depth", "-J", "-g", 0xF00, "-G", filter.exclude_flags, "-Q", filter.min_mapq, path]
    depth = sum(int(line.split("\t")[2]) for line in said("samtools", *words).splitlines())
    assert report.tracks[0].total == depth
