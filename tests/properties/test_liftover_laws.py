"""Laws of liftover: base by base, there and back, and whatever the windows."""

import numpy as np
import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from genomedb.analysis.liftover_intervals import liftover_intervals
from genomedb.core.chains import ChainBlocks
from genomedb.core.chroms import ChromTable
from genomedb.intervals.chain_overlaps import resolve_sources, resolve_targets
from genomedb.intervals.chains import Chains

SOURCE = ChromTable(("a", "b"), (90, 60))
TARGET = ChromTable(("x", "y", "z"), (70, 90, 40))
SEEDS = st.integers(0, 2**32 - 1)


def random_chains(rng, n, *, disjoint=False):
    size = rng.integers(1, 20, n)
    source, target = rng.integers(0, 2, n), rng.integers(0, 3, n)
    blocks = ChainBlocks(
        source, rng.integers(0, SOURCE.length_array[source] - size + 1),
        rng.integers(0, 2, n).astype(np.int8),
        target, rng.integers(0, TARGET.length_array[target] - size + 1),
        rng.integers(0, 2, n).astype(np.int8), size, rng.integers(1, 5, n),
        rng.integers(1, 4, n) * 100.0,
    )  # fmt: skip
    if disjoint:
        blocks = resolve_sources(blocks, SOURCE.names, "discard")
        blocks = resolve_targets(blocks, TARGET.names, "discard")
    return Chains(SOURCE, TARGET, blocks)


def pairs_of(blocks):
    """Each aligned base: block, source chromosome and base, target chromosome and base."""
    found = []
    for i in range(len(blocks)):
        for k in range(int(blocks.size[i])):
            step = int(blocks.size[i]) - 1 - k if blocks.is_reverse[i] else k
            found.append((
                i, int(blocks.source[i]), int(blocks.source_start[i]) + k,
                int(blocks.target[i]), int(blocks.target_start[i]) + step,
            ))  # fmt: skip
    return found


def some_intervals(rng, n):
    code = rng.integers(0, 2, n)
    length = SOURCE.length_array[code]
    start = rng.integers(0, length - 1)
    end = np.minimum(start + rng.integers(1, 40, n), length)
    return pd.DataFrame({"chrom": np.array(SOURCE.names)[code], "start": start, "end": end})


def bases(frame, chain=None):
    """Bases of each row: (interval, chromosome, base, chain), as often as they come."""
    chains = frame["chain_id"] if chain is None else [chain] * len(frame)
    return sorted(
        (i, str(chrom), at, c)
        for i, chrom, a, b, c in zip(
            frame["intervalID"], frame["chrom"], frame["start"], frame["end"], chains, strict=True
        )
        for at in range(a, b)
    )


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 12), st.integers(1, 10), SEEDS, st.booleans())
def test_lifting_is_that_of_every_base(n_blocks, n, seed, canonic):
    rng = np.random.default_rng(seed)
    chains, frame = random_chains(rng, n_blocks), some_intervals(rng, n)
    found = liftover_intervals(frame, chains, canonic=canonic)
    expected = sorted(
        (row, TARGET.names[t], to, int(chains.blocks.chain_id[i]))
        for i, s, at, t, to in pairs_of(chains.blocks)
        for row in range(n)
        if SOURCE.find(frame["chrom"][row]) == s and frame["start"][row] <= at < frame["end"][row]
    )
    assert bases(found) == expected
    places = [
        (TARGET.find(c), a, b, i)
        for c, a, b, i in zip(
            found["chrom"], found["start"], found["end"], found["intervalID"], strict=True
        )
    ]
    assert places == sorted(places)
    lifted = {(i, s, at) for i in range(n) for _, s, at, _, _ in pairs_of(chains.blocks)
              if SOURCE.find(frame["chrom"][i]) == s
              and frame["start"][i] <= at < frame["end"][i]}  # fmt: skip
    report = found.attrs["report"]
    assert report.lifted_bases == len(lifted)
    assert report.lifted == len({i for i, _, _ in lifted})
    assert report.bases == int((frame["end"] - frame["start"]).sum())


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 12), st.integers(1, 10), SEEDS)
def test_the_inverse_gives_back_what_had_a_place(n_blocks, n, seed):
    rng = np.random.default_rng(seed)
    chains = random_chains(rng, n_blocks, disjoint=True)
    frame = some_intervals(rng, n).assign(strand=1)
    there = liftover_intervals(frame, chains)
    back = liftover_intervals(there, chains.inverse())
    rows = there["intervalID"].to_numpy()[back["intervalID"].to_numpy()]
    again = back.assign(intervalID=rows)
    assert (again["strand"] == 1).all()
    inside = sorted(
        (row, frame["chrom"][row], at, 0)
        for _, s, at, _, _ in pairs_of(chains.blocks)
        for row in range(n)
        if SOURCE.find(frame["chrom"][row]) == s and frame["start"][row] <= at < frame["end"][row]
    )
    assert bases(again, chain=0) == inside


@settings(max_examples=80, deadline=None)
@given(st.integers(0, 12), st.sampled_from(["auto_score", "auto_longer", "auto_first"]), SEEDS)
def test_every_target_base_keeps_the_best_of_its_blocks(n_blocks, policy, seed):
    blocks = random_chains(np.random.default_rng(seed), n_blocks).blocks
    keys = {
        "auto_score": lambda i: (-blocks.score[i], -blocks.size[i], blocks.chain_id[i]),
        "auto_longer": lambda i: (-blocks.size[i], -blocks.score[i], blocks.chain_id[i]),
        "auto_first": lambda i: (blocks.chain_id[i], -blocks.score[i], -blocks.size[i]),
    }[policy]
    best = {}
    for i, s, at, t, to in pairs_of(blocks):
        best.setdefault((t, to), []).append((keys(i), (s, at, int(blocks.chain_id[i]))))
    kept = resolve_targets(blocks, TARGET.names, policy)
    found = {}
    for i, s, at, t, to in pairs_of(kept):
        assert (t, to) not in found
        found[t, to] = s, at, int(kept.chain_id[i])
    assert set(found) == set(best)
    for place, candidates in best.items():
        first = min(key for key, _ in candidates)
        assert found[place] in [aligned for key, aligned in candidates if key == first]


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 12), SEEDS)
def test_aggregated_blocks_hold_the_same_bases_and_share_borders(n_blocks, seed):
    blocks = random_chains(np.random.default_rng(seed), n_blocks).blocks
    cut = resolve_targets(blocks, TARGET.names, "agg")

    def aligned(some):
        return sorted((*pair[1:], int(some.chain_id[pair[0]])) for pair in pairs_of(some))

    assert aligned(cut) == aligned(blocks)
    places = list(zip(cut.target, cut.target_start, cut.target_end, strict=True))
    for t, a, b in places:
        for u, c, d in places:
            assert t != u or (a, b) == (c, d) or b <= c or d <= a


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 12), SEEDS)
def test_discarded_blocks_are_those_that_share_bases(n_blocks, seed):
    blocks = random_chains(np.random.default_rng(seed), n_blocks).blocks
    owners = {}
    for i, _, _, t, to in pairs_of(blocks):
        owners.setdefault((t, to), set()).add(i)
    shared = {i for several in owners.values() if len(several) > 1 for i in several}
    kept = resolve_targets(blocks, TARGET.names, "discard")
    expected = blocks[np.array([i for i in range(n_blocks) if i not in shared], np.int64)]
    assert sorted(zip(kept.target, kept.target_start, kept.size, strict=True)) == sorted(
        zip(expected.target, expected.target_start, expected.size, strict=True)
    )
