"""A slow writer of bigBed files, and peaks to put into them."""

import random
import struct
import zlib

CHROMS = {"chr1": 200_000, "chr10": 9_000_000, "chr2": 5000, "chrEmpty": 300}
PEAKS = """table peaks
"Peaks; with (odd) comments"
    (
    string chrom;        "Name; of the chromosome"
    uint   chromStart;   "Start"
    uint   chromEnd;     "End"
    string name;         "Name"
    uint   score;        "Score"
    char[1] strand;      "+ or -"
    float  signal;       "Signal (fold)"
    int    peak;         "Offset"
    enum(low, high) kind; "Kind"
    int[2] pair;         "Two"
    lstring note;        "Note"
    )
"""


def tree(leaves, branches, order, place, per_node):
    """Nodes of a tree, root first; `leaves` and `branches(first item, child place)` are packed."""
    groups = [[leaves[i : i + per_node] for i in range(0, len(leaves), per_node)] or [[]]]
    while len(groups[-1]) > 1:
        below = list(range(len(groups[-1])))
        groups.append([below[i : i + per_node] for i in range(0, len(below), per_node)])
    groups.reverse()  # groups[level][node] = children
    leaf_size = len(leaves[0]) if leaves else 0
    branch_size = len(branches(leaves[0], 0)) if leaves else 0
    sizes = [leaf_size if i == len(groups) - 1 else branch_size for i in range(len(groups))]
    places, at = [], place
    for level, size in zip(groups, sizes, strict=True):
        places.append([])
        for node in level:
            places[-1].append(at)
            at += 4 + size * len(node)

    def spanned(level, node):
        """First and last leaf below a node."""
        if level == len(groups) - 1:
            return groups[level][node][0], groups[level][node][-1]
        children = groups[level][node]
        return spanned(level + 1, children[0])[0], spanned(level + 1, children[-1])[1]

    out = b""
    for level, nodes in enumerate(groups):
        for children in nodes:
            is_leaf = level == len(groups) - 1
            out += struct.pack(order + "BBH", is_leaf, 0, len(children))
            for child in children:
                if is_leaf:
                    out += child
                else:
                    first, last = spanned(level + 1, child)
                    out += branches(first, places[level + 1][child], last)
    return out


def write_bigbed(path, features, *, chroms=None, autosql="", n_fields=None, n_bed=0, order="<",
                 per_block=7, packed=True, per_node=4):  # fmt: skip
    """Write features (chrom, start, end, rest) sorted by chromosome and start."""
    sizes = CHROMS if chroms is None else chroms
    ids = {name: i for i, name in enumerate(sorted(sizes))}
    key = max(map(len, sizes))
    if n_fields is None:
        n_fields = 3 + (features[0][3].count("\t") + 1 if features and features[0][3] else 0)
    at_autosql = 64
    sql = autosql.encode() + b"\0" if autosql else b""
    at_summary = at_autosql + len(sql)
    at_chroms = at_summary + 40
    chrom_leaves = [
        name.encode().ljust(key, b"\0") + struct.pack(order + "II", ids[name], sizes[name])
        for name in sorted(sizes)
    ]
    chrom_tree = struct.pack(order + "IIIIQQ", 0x78CA8C91, per_node, key, 8, len(sizes), 0)
    chrom_tree += tree(
        chrom_leaves,
        lambda first, child, last=None: first[:key] + struct.pack(order + "Q", child),
        order, at_chroms + 32, per_node,
    )  # fmt: skip
    at_data = at_chroms + len(chrom_tree)
    data, entries, largest = struct.pack(order + "Q", len(features)), [], 0
    ordered = sorted(features, key=lambda f: (ids[f[0]], f[1]))
    for chrom in sorted(ids):
        here = [f for f in ordered if f[0] == chrom]
        for i in range(0, len(here), per_block):
            part = here[i : i + per_block]
            block = b"".join(
                struct.pack(order + "III", ids[chrom], start, end) + rest.encode() + b"\0"
                for _, start, end, rest in part
            )
            largest = max(largest, len(block))
            stored = zlib.compress(block) if packed else block
            entries.append((ids[chrom], part[0][1], max(f[2] for f in part),
                            at_data + len(data), len(stored)))  # fmt: skip
            data += stored
    at_index = at_data + len(data)
    last = entries[-1] if entries else (0, 0, 0, 0, 0)
    index = struct.pack(order + "IIQIIIIQII", 0x2468ACE0, per_node, len(entries), 0, 0,
                        last[0], last[2], at_index, per_block, 0)  # fmt: skip
    index += tree(
        [struct.pack(order + "IIIIQQ", c, s, c, e, *where) for c, s, e, *where in entries],
        lambda first, child, last=None: first[:8] + (last or first)[8:16]
        + struct.pack(order + "Q", child),
        order, at_index + 48, per_node,
    )  # fmt: skip
    head = struct.pack(order + "IHHQQQHHQQIQ", 0x8789F2EB, 4, 0, at_chroms, at_data, at_index,
                       n_fields, n_bed, at_autosql if sql else 0, at_summary,
                       largest if packed else 0, 0)  # fmt: skip
    whole = head + sql + struct.pack(order + "Q4d", 1, 0, 0, 0, 0) + chrom_tree + data + index
    path.write_bytes(whole + head[:4])
    return path


def peaks(n=3000, seed=1):
    rng = random.Random(seed)
    found = []
    for i in range(n):
        chrom = rng.choice(["chr1", "chr10", "chr2"])
        start = rng.randrange(CHROMS[chrom] - 1)
        end = min(start + rng.choice([1, 9, 2313, 2560]), CHROMS[chrom])
        note = rng.choice(["", "é", "a note; of words"])
        texts = [f"p{i}", rng.randrange(1000), rng.choice("+-."), f"{rng.random():.4g}",
                 rng.randrange(-1, 99), rng.choice(["low", "high"]), "1,2", note]  # fmt: skip
        found.append((chrom, start, end, "\t".join(map(str, texts))))
    return found
