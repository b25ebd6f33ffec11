"""A small genome with Ns and soft masking, tracks t and u, and Markov models counted slowly."""

from types import SimpleNamespace

import numpy as np

from genomedb.db.create import create_database
from genomedb.importers.sequence import import_fasta

SIZES = {"chr2": 403, "chr10": 150, "chr1": 61}
BIN = 10
LETTERS = "ACGT"
OTHER = str.maketrans("ACGT", "TGCA")


def make_toy(folder):
    """`db`, the letters `text` of each chromosome, and `values` of t and u base by base."""
    rng = np.random.default_rng(4)
    db = create_database(folder / "root", "toy", SIZES)
    text, values = {}, {"t": {}, "u": {}}
    for chrom, size in SIZES.items():
        letters = rng.choice(list("ACGTacgt"), size)
        letters[rng.integers(0, size, 3)] = "N"
        text[chrom] = "".join(letters)
    (folder / "toy.fa").write_text("".join(f">{c}\n{s}\n" for c, s in text.items()))
    import_fasta(db, "seq", folder / "toy.fa")
    for name, by_base in values.items():
        bins = {}
        for chrom, size in SIZES.items():
            bins[chrom] = (rng.integers(0, 9, -(-size // BIN)) / 8).astype(np.float32)
            bins[chrom][rng.random(bins[chrom].size) < 0.15] = np.nan
            by_base[chrom] = np.repeat(bins[chrom], BIN)[:size]
        db.create_dense(name, bins, bin_size=BIN)
    return SimpleNamespace(db=db, text=text, values=values)


def bin_of(value, breaks):
    """Number of the bin ``(low, high]`` of a value, -1 for none."""
    return next((i for i in range(len(breaks) - 1) if breaks[i] < value <= breaks[i + 1]), -1)


def number_of(word):
    return sum(LETTERS.index(c) << 2 * i for i, c in enumerate(reversed(word)))


def counted_slowly(toy, rows, k, dimensions=(), mask=()):
    """Counts of shape (cells, 4**k, 4), masked words, words with N."""
    sizes = [len(breaks) - 1 for _, breaks in dimensions]
    counts, masked, other = np.zeros((int(np.prod(sizes)), 4**k, 4), np.int64), 0, 0
    for chrom, start, end in rows:
        for p in range(start, end - k):
            word = toy.text[chrom][p : p + k + 1].upper()
            cell, stride = 0, 1
            for (track, breaks), size in zip(dimensions, sizes, strict=True):
                number = bin_of(toy.values[track][chrom][p], breaks)
                cell = -1 if number < 0 or cell < 0 else cell + stride * number
                stride *= size
            if any(c == chrom and a <= p < b for c, a, b in mask):
                masked += 1
            elif "N" in word:
                other += 1
            elif cell >= 0:
                for one in (word, word[::-1].translate(OTHER)):
                    counts[cell, number_of(one[:-1]), LETTERS.index(one[-1])] += 1
    return counts, masked, other
