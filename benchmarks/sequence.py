"""Sequence of 10,000 random 1-kb regions, against pysam on the same letters.

A sequence that is stored as it is (``compression=None``) against plain FASTA, a compressed one
against FASTA packed by bgzip. Both answer with texts; files are in the page cache.
"""

from __future__ import annotations

import functools

import numpy as np
import pandas as pd
from _bench import absent, faster, medians, quick, workdir

from genomedb import create_database, extract_sequence, import_fasta
from genomedb.storage.write import Storage

GOAL = 5
KB = 1000


def main() -> None:
    length, n = (4_000_000, 1000) if quick(__doc__) else (100_000_000, 10_000)
    names = ["chr1", "chr2"]
    with workdir() as folder:
        fasta = folder / "x.fa"
        write_fasta(fasta, names, length)
        rng = np.random.default_rng(1)
        start = rng.integers(0, length - KB, n)
        frame = pd.DataFrame({
            "chrom": pd.Categorical.from_codes(rng.integers(0, 2, n), names),
            "start": start, "end": start + KB,
        })  # fmt: skip
        for what, storage, peer in (
            ("mapped", Storage(compression=None), plain), ("gzip", Storage(), packed),
        ):  # fmt: skip
            db = create_database(folder, what, dict.fromkeys(names, length))
            import_fasta(db, "seq", fasta, storage=storage)
            fetch = peer(fasta)
            title = f"sequence of {n:,} random 1-kb regions, {what}, pysam"
            if fetch is None:
                absent(title, "pysam")
                continue
            ours = functools.partial(extract_sequence, db, frame)
            theirs = functools.partial(by_calls, fetch, frame)
            assert ours() == theirs()
            times = medians({"ours": ours, "peer": theirs}, 3)
            faster(title, times["ours"], times["peer"], GOAL)


def write_fasta(path, names, length: int) -> None:
    rng = np.random.default_rng(2)
    with path.open("wb") as file:
        for name in names:
            letters = np.frombuffer(b"ACGTacgt", np.uint8)[rng.integers(0, 8, length)]
            lines = np.full((length // 50, 51), 10, np.uint8)
            lines[:, :50] = letters.reshape(-1, 50)
            file.write(b">" + name.encode() + b"\n" + lines.tobytes())


def plain(path):
    try:
        import pysam
    except ImportError:
        return None
    return pysam.FastaFile(str(path)).fetch


def packed(path):
    try:
        import pysam
    except ImportError:
        return None
    pysam.tabix_compress(str(path), f"{path}.gz", force=True)
    return pysam.FastaFile(f"{path}.gz").fetch


def by_calls(fetch, frame) -> list[str]:
    columns = (frame[c].tolist() for c in ("chrom", "start", "end"))
    return [fetch(chrom, start, end) for chrom, start, end in zip(*columns, strict=True)]


if __name__ == "__main__":
    main()
