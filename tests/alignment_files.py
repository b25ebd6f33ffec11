"""BAM files for tests, and what a slow and obvious reading of them says."""

import random
from collections import Counter

import numpy as np

CHROMS = {"chr1": 1000, "chr2": 500, "chrX": 205}
CONSUMES_REFERENCE = "MDN=X"
OUTPUTS = (
    "depth", "depth_reverse", "ends_forward", "ends_reverse", "left_ends", "fragment_coverage",
    "fragment_midpoints", "dyads", "dyads_reverse",
)  # fmt: skip
FLAGS = (0x1, 0x2, 0x4, 0x8, 0x10, 0x20, 0x40, 0x80, 0x100, 0x200, 0x400, 0x800)


def read(chrom, pos, cigar="10M", *, flag=0, mapq=60, mate=None, size=0, mq=None):
    """One alignment; `mate` is its chromosome and position."""
    return {"chrom": chrom, "pos": pos, "cigar": cigar, "flag": flag, "mapq": mapq,
            "mate": mate or ("*", -1), "size": size, "mq": mq}  # fmt: skip


def operations(cigar):
    """(length, letter) of each operation."""
    found, number = [], ""
    for c in "" if cigar == "*" else cigar:
        if c.isdigit():
            number += c
        else:
            found.append((int(number), c))
            number = ""
    return found


def write(path, reads, chroms=CHROMS, *, order="unsorted", format="b", **options):
    """Write reads in the order given as BAM, or as `format` of pysam says."""
    import pysam

    sq = [{"SN": name, "LN": length} for name, length in chroms.items()]
    header = pysam.AlignmentHeader.from_dict({"HD": {"VN": "1.6", "SO": order}, "SQ": sq})
    with pysam.AlignmentFile(str(path), f"w{format}", header=header, **options) as file:
        for i, r in enumerate(reads):
            file.write(_record(r, f"r{i}", header))
    return path


def _record(r, name, header):
    import pysam

    n = sum(k for k, op in operations(r["cigar"]) if op in "MIS=X")
    made = pysam.AlignedSegment(header)
    made.query_name, made.flag, made.mapping_quality = name, r["flag"], r["mapq"]
    made.reference_id, made.reference_start = header.get_tid(r["chrom"]), r["pos"]
    made.cigarstring = None if r["cigar"] == "*" else r["cigar"]
    made.query_sequence = "A" * n or None
    made.next_reference_id, made.next_reference_start = header.get_tid(r["mate"][0]), r["mate"][1]
    made.template_length = r["size"]
    made.set_tags([("XA", "text"), ("XB", [1, 2])])
    if r["mq"] is not None:
        made.set_tag("MQ", r["mq"])
    return made


def random_reads(n, seed=1, chroms=CHROMS):
    """Reads of every flag and operation, many of them in pairs."""
    draw = random.Random(seed)
    cigars = ["10M", "5S20M", "8M3D4M", "6M50N6M2I3M", "4=1X7=2H", "3M2P4M", "12M1D1N2D5M", "*"]
    reads = []
    while len(reads) < n:
        chrom = draw.choice(list(chroms))
        pos = draw.randrange(chroms[chrom] - 100)
        flag = sum(
            bit for bit in FLAGS if draw.random() < (0.5 if bit in (1, 16, 32, 64) else 0.04)
        )
        mate = (draw.choice([chrom, chrom, chrom, "chr1"]), draw.randrange(100))
        size = draw.choice([0, 1, 30, 75, 120, 150, -40, -150])
        if draw.random() < 0.7:  # a pair as it should be
            mate = (chrom, max(0, min(pos + draw.choice([-1, 1]) * draw.randrange(100),
                                      chroms[chrom] - 20)))  # fmt: skip
            size = (mate[1] - pos) + (20 if mate[1] >= pos else -20)
            flag = (flag & ~0x30) | (0x10 if size < 0 else 0x20)
        reads.append(read(chrom, pos, draw.choice(cigars), flag=flag, mate=mate, size=size,
                          mapq=draw.choice([0, 5, 9, 10, 30, 60, 255]),
                          mq=draw.choice([None, None, 3, 10, 60])))  # fmt: skip
    return reads


def in_order(reads, chroms=CHROMS):
    """Reads as sorted files have them."""
    names = list(chroms)
    return sorted(reads, key=lambda r: (names.index(r["chrom"]), r["pos"]))


class Twin:
    """Reads looked at one by one, base by base.

    Parameters
    ----------
    filter : ReadFilter
        Which count.
    split : bool
        Depth and dyads are by strand.
    """

    def __init__(self, reads, filter, chroms=CHROMS, *, dyads_paired=True, split=True):
        self.filter, self.chroms, self.split, self.paired = filter, chroms, split, dyads_paired
        self.values = {o: {c: np.zeros(n, int) for c, n in chroms.items()} for o in OUTPUTS}
        self.fragments = []
        self.why = Counter()
        self.times = Counter()
        for r in reads:
            self.why[self._take(r)] += 1

    def _take(self, r):
        f, flag = self.filter, r["flag"]
        if flag & 4:
            return "unmapped"
        for bit, why in ((0x100, "secondary"), (0x200, "qc_fail"), (0x400, "duplicate"),
                         (0x800, "supplementary"), (0xFFFF, "other_flags")):  # fmt: skip
            if flag & f.exclude_flags & bit:
                return why
        if flag & f.require_flags != f.require_flags:
            return "not_required"
        if r["mapq"] < f.min_mapq:
            return "low_mapq"
        if r["chrom"] not in self.chroms:
            return "unknown_chrom"
        reverse = bool(flag & 16)
        size = max(1, sum(n for n, op in operations(r["cigar"]) if op in CONSUMES_REFERENCE))
        kept = not self._is_over("read", r["chrom"], r["pos"], size, reverse)
        if kept:
            self._single(r, size, reverse)
        self.why[self._pair(r, reverse)] += 1
        return "kept" if kept else "over_max_duplicates"

    def _is_over(self, *key):
        if self.filter.max_duplicates and self.times[key] >= self.filter.max_duplicates:
            return True
        self.times[key] += 1
        return False

    def _add(self, output, chrom, place):
        self.values[output][chrom][place] += 1

    def _stranded(self, output, reverse):
        return f"{output}_reverse" if reverse and self.split else output

    def _single(self, r, size, reverse):
        f, chrom, place = self.filter, r["chrom"], r["pos"]
        last = self.chroms[chrom] - 1
        for n, op in operations(r["cigar"]):
            for _ in range(n if op in CONSUMES_REFERENCE else 0):
                if (op in "M=X" or (op == "D" and f.count_deletions)) and place <= last:
                    self._add(self._stranded("depth", reverse), chrom, place)
                place += 1
        self._add("left_ends", chrom, r["pos"])
        five = r["pos"] + size - 1 if reverse else r["pos"]
        shift = f.shift_rev if reverse else f.shift_fwd
        self._add("ends_reverse" if reverse else "ends_forward", chrom,
                  min(max(five + shift, 0), last))  # fmt: skip
        if not self.paired:
            dyad = five - 74 if reverse else five + 74
            self._add(self._stranded("dyads", reverse), chrom, min(max(dyad, 0), last))

    def _pair(self, r, reverse):
        f, flag, chrom = self.filter, r["flag"], r["chrom"]
        if not flag & 1 or flag & 8 or r["mate"][0] == "*":
            return "mate_unmapped"
        if not flag & 0x40:
            return "not_first"
        if r["mate"][0] != chrom:
            return "mate_other_chrom"
        if reverse == bool(flag & 0x20):
            return "same_strand"
        if f.mate_mapq and r["mq"] is not None and r["mq"] < f.min_mapq:
            return "mate_low_mapq"
        size = -r["size"] if reverse else r["size"]
        if size <= 0:
            return "outward"
        if size < f.min_frag_size:
            return "too_short"
        if size > f.max_frag_size:
            return "too_long"
        start = r["mate"][1] if reverse else r["pos"]
        if start < 0 or start + size > self.chroms[chrom]:
            return "fragment_outside"
        if self._is_over("pair", chrom, start, size, reverse):
            return "pair_over_max_duplicates"
        for place in range(start, start + size):
            self._add("fragment_coverage", chrom, place)
        self._add("fragment_midpoints", chrom, start + size // 2)
        if self.paired:
            self._add(self._stranded("dyads", reverse), chrom, start + size // 2)
        row = (list(self.chroms).index(chrom), start, start + size, -1 if reverse else 1, r["mapq"])
        self.fragments.append(row)
        return "pairs"
