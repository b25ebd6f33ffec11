"""Alignments to the values of per-base tracks, against megadepth, mosdepth and samtools.

Paired reads of 75 bp at random places of a genome with the proportions of hg38.
"""

from __future__ import annotations

import resource
import shutil
import subprocess
import sys
import zlib
from pathlib import Path

import numpy as np
from _bench import absent, absolute, faster, medians, quick, workdir

from genomedb import GenomeDB, create_database, import_alignments
from genomedb.cli.import_bam import OUTPUTS
from genomedb.importers.alignments import OUTPUTS as SIDES
from genomedb.importers.alignments import Collecting
from genomedb.importers.pileup import Store
from genomedb.kernels.alignments import ReadFilter, genome_offsets

MEGABASES = (249, 242, 198, 190, 182, 171, 159, 145, 138, 134, 135, 133, 114, 107, 102, 90, 83, 80,
             59, 64, 47, 51, 156, 57)  # fmt: skip
READ = 75
RECORD = np.dtype([
    ("block", "<i4"), ("tid", "<i4"), ("pos", "<i4"), ("l_name", "u1"), ("mapq", "u1"),
    ("bin", "<u2"), ("n_cigar", "<u2"), ("flag", "<u2"), ("l_seq", "<i4"), ("mate_tid", "<i4"),
    ("mate_pos", "<i4"), ("size", "<i4"), ("name", "S12"), ("cigar", "<u4"),
    ("seq", "u1", (READ + 1) // 2), ("qual", "u1", READ), ("aux", "S4"),
])  # fmt: skip
MIDDLES = ["left_ends", "fragment_midpoints", "dyads"]


def main() -> None:
    small = quick(__doc__)
    scale, n_reads = (1000, 20_000) if small else (10, 500_000)
    chroms = {f"chr{i}": mb * 1_000_000 // scale for i, mb in enumerate(MEGABASES, 1)}
    with workdir() as folder:
        bam = folder / "x.bam"
        write_bam(bam, chroms, n_reads)
        db = create_database(folder, "toy", chroms)
        absolute("memory of an import of nine tracks", memory(folder, bam), "MB", at_most=500)
        measure(db, bam)


def memory(folder: Path, bam: Path) -> float:
    """Megabytes that the command needs for all tracks at once."""
    outputs = [o for o in OUTPUTS if o != "fragments"]
    tracks = [word for o in outputs for word in (f"--{o.replace('_', '-')}", f"all/{o}")]
    words = [sys.executable, "-m", "genomedb", "import", "bam", "--db", str(folder), str(bam)]
    subprocess.run([*words, *tracks, "-q"], check=True)
    return resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1000


def measure(db: GenomeDB, bam: Path) -> None:
    """Print a row for each peer."""
    for what, outputs, peers in (
        ("depth", ["depth"], (("megadepth", 1.0), ("mosdepth", 3.0))),
        ("5' ends", ["ends_forward", "ends_reverse"], (("samtools", 1 / 1.5),)),
        ("left ends", ["left_ends"], (("samtools", 1 / 1.5),)),
        ("left ends, middles, dyads", MIDDLES, (("samtools", 1 / 1.5),)),
    ):
        tasks = {"ours": lambda o=outputs: values(db, bam, o)}
        there = [peer for peer, _ in peers if works(peer, bam)]
        tasks |= {peer: lambda peer=peer: run(peer, bam) for peer in there}
        times = medians(tasks, 3)
        for peer, wanted in peers:
            name = f"{what} of a BAM file as arrays, {COMMANDS[peer][0]}"
            if peer in times:
                faster(name, times["ours"], times[peer], wanted)
            else:
                absent(name, peer)
    if works("megadepth", bam):
        whole = {"ours": lambda: import_alignments(db, bam, {"depth": "d"}, overwrite=True),
                 "peer": lambda: run("megadepth", bam)}  # fmt: skip
        times = medians(whole, 2)
        faster("depth as a track, compressed and checked, megadepth", times["ours"], times["peer"])


def values(db: GenomeDB, bam: Path, outputs: list[str]) -> None:
    """All values of the tracks, in the smallest dtype, in order."""
    offsets = genome_offsets(db.chroms.lengths).tolist()
    with Store(db.path) as store:
        columns = {output: store.column(steps=len(SIDES[output]) == 2) for output in outputs}
        Collecting(db.chroms, ReadFilter(), columns, dyads_paired=True).read(str(bam))
        for column in columns.values():
            dtype = "uint8" if column.totals(offsets).largest < 256 else "uint16"
            for chrom in column.values(offsets, dtype, np.iinfo(dtype).max):
                for _ in chrom:
                    pass


COMMANDS = {
    "megadepth": ("megadepth --coverage", ["megadepth", "BAM", "--coverage"]),
    "mosdepth": ("mosdepth", ["mosdepth", "-x", "OUT", "BAM"]),
    "samtools": ("samtools view -c", ["samtools", "view", "-c", "BAM"]),
}


def run(peer: str, bam: Path) -> None:
    """Let a peer do its work."""
    places = {"BAM": str(bam), "OUT": str(bam.with_suffix(".out"))}
    words = [places.get(word, word) for word in COMMANDS[peer][1]]
    subprocess.run(words, check=True, capture_output=True)


def works(peer: str, bam: Path) -> bool:
    """Is the peer there, with the libraries that it needs?"""
    try:
        run(peer, bam)
    except (OSError, subprocess.CalledProcessError):
        return False
    return True


def write_bam(path: Path, chroms: dict[str, int], n_reads: int) -> None:
    """Write sorted pairs with random letters and qualities, and an index."""
    rng = np.random.default_rng(1)
    lengths = np.array(list(chroms.values()))
    header = b"BAM\1" + bytes(4) + len(chroms).to_bytes(4, "little")
    for name, length in chroms.items():
        raw = name.encode() + b"\0"
        header += len(raw).to_bytes(4, "little") + raw + length.to_bytes(4, "little")
    with path.open("wb") as file:
        file.write(blocks(header))
        share = rng.multinomial(n_reads // 2, lengths / lengths.sum())
        for tid, n in enumerate(share.tolist()):
            file.write(blocks(pairs(rng, tid, n, int(lengths[tid])).tobytes()))
        file.write(blocks(b""))
    if shutil.which("samtools"):
        subprocess.run(["samtools", "index", str(path)], check=True, capture_output=True)


def pairs(rng: np.random.Generator, tid: int, n: int, length: int) -> np.ndarray:
    """Records of the pairs of one chromosome, sorted."""
    size = np.clip(rng.normal(170, 30, n).astype(int), 80, 400)
    start = rng.integers(0, length - 500, n)
    first = rng.integers(0, 2, n)
    made = np.zeros(2 * n, RECORD)
    made["block"], made["tid"], made["mate_tid"] = RECORD.itemsize - 4, tid, tid
    made["pos"] = np.concatenate((start, start + size - READ))
    made["mate_pos"] = np.concatenate((start + size - READ, start))
    made["size"] = np.concatenate((size, -size))
    made["flag"] = np.concatenate((99 + 64 * (1 - first), 147 - 64 * (1 - first)))
    made["mapq"] = np.tile(rng.choice([0, 20, 60], n, p=[0.1, 0.1, 0.8]), 2)
    made["name"] = np.tile(np.char.mod(f"r{tid}.%07d", np.arange(n)), 2).astype("S11")
    made["l_name"], made["n_cigar"], made["cigar"], made["l_seq"] = 12, 1, READ << 4, READ
    made["seq"] = np.array([0x11, 0x12, 0x24, 0x48, 0x81, 0x84])[
        rng.integers(0, 6, (2 * n, (READ + 1) // 2))
    ]
    made["qual"] = np.array([37, 37, 37, 37, 37, 25, 11])[rng.integers(0, 7, (2 * n, READ))]
    made["aux"] = b"NMC"
    return made[np.argsort(made["pos"], kind="stable")]


def blocks(data: bytes) -> bytes:
    """The bytes in blocks of BGZF; none are the mark at the end of a file."""
    made = []
    for at in range(0, len(data), 65_280) if data else [0]:
        plain = data[at : at + 65_280]
        packer = zlib.compressobj(6, zlib.DEFLATED, -15)
        stream = packer.compress(plain) + packer.flush()
        made.append(
            b"\x1f\x8b\x08\x04\0\0\0\0\0\xff\x06\0BC\2\0"
            + (len(stream) + 25).to_bytes(2, "little") + stream
            + zlib.crc32(plain).to_bytes(4, "little") + len(plain).to_bytes(4, "little")
        )  # fmt: skip
    return b"".join(made)


if __name__ == "__main__":
    main()
