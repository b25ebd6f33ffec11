"""Positions lie where pyliftover and liftover say."""

import numpy as np
import pandas as pd
import pytest

from genomedb import ChromTable, liftover_intervals, load_chains

LENGTHS = {"chrA": 4000, "chrB": 3000, "chrC": 900}
NAMES = list(LENGTHS)


def chain_text(rng):
    """Chains between random chromosomes, that never share bases of the source."""
    lines, number = [], 0
    for source, length in LENGTHS.items():
        at = int(rng.integers(0, 50))
        while at < length - 400:
            number += 1
            n = int(rng.integers(1, 6))
            size, gap, jump = rng.integers(1, 40, n), rng.integers(0, 9, n), rng.integers(0, 9, n)
            gap[-1] = jump[-1] = 0
            target = NAMES[int(rng.integers(3))]
            other, strand = LENGTHS[target], "+-"[int(rng.integers(2))]
            width, span = int((size + gap).sum()), int((size + jump).sum())
            begin = int(rng.integers(0, other - span))
            lines.append(f"chain {5000 - number} {source} {length} + {at} {at + width} {target} "
                         f"{other} {strand} {begin} {begin + span} {number}")  # fmt: skip
            blocks = zip(size.tolist(), gap.tolist(), jump.tolist(), strict=True)
            lines += [f"{s} {a} {b}" for s, a, b in list(blocks)[:-1]]
            lines += [str(size[-1]), ""]
            at += width + int(rng.integers(0, 60))
    return "\n".join(lines) + "\n"


@pytest.fixture(params=[1, 2, 3])
def chain(request, tmp_path):
    path = tmp_path / "x.chain"
    path.write_text(chain_text(np.random.default_rng(request.param)))
    return path


def ours(path, points):
    chroms = ChromTable.from_pairs(LENGTHS.items())
    chains = load_chains(path, chroms, source_overlap="keep", target_overlap="keep")
    found = liftover_intervals(points, chains)
    columns = (found["intervalID"], found["chrom"], found["start"], found["strand"])
    rows = {row: (chrom, start, "+" if s == 1 else "-")
            for row, chrom, start, s in zip(*columns, strict=True)}  # fmt: skip
    return [rows.get(i) for i in range(len(points))]


def all_points():
    frames = [pd.DataFrame({"chrom": c, "start": np.arange(n)}) for c, n in LENGTHS.items()]
    points = pd.concat(frames, ignore_index=True)
    return points.assign(end=points["start"] + 1, strand=1)


def test_each_base_lies_where_pyliftover_says(chain):
    lifter = pytest.importorskip("pyliftover").LiftOver(str(chain))
    points = all_points()
    theirs = [lifter.convert_coordinate(c, i) for c, i in points[["chrom", "start"]].to_numpy()]
    assert ours(chain, points) == [tuple(t[0][:3]) if t else None for t in theirs]
    assert sum(map(bool, theirs)) > 1000


def test_each_base_lies_where_liftover_says(chain):
    lifter = pytest.importorskip("liftover").ChainFile(str(chain))
    points = all_points()
    theirs = [lifter.query(c, int(i)) for c, i in points[["chrom", "start"]].to_numpy()]
    assert ours(chain, points) == [tuple(t[0][:3]) if t else None for t in theirs]
