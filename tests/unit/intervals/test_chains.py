"""Chains: overlaps by policy, tables in and out, the way back."""

import numpy as np
import pandas as pd
import pytest

from genomedb.core.chains import ChainBlocks, ChainFile
from genomedb.core.chroms import ChromTable
from genomedb.errors import ChromError, UsageError
from genomedb.intervals.chain_frame import chains_of_frame, frame_of_chains
from genomedb.intervals.chains import Chains

CHROMS = ChromTable(("chr1", "chr2"), (500, 300))
SIZES = {"cA": 1000, "cB": 1000, "cC": 1000}


def file_of(*rows):
    """Rows of (source, start, target, start, strand, size, id, score)."""
    source, at, target, to, strand, size, chain, score = zip(*rows, strict=True)
    targets = {"chr2": 300, "chr1": 500, "chrZ": 70}
    return ChainFile(SIZES, targets, ChainBlocks(
        np.array([list(SIZES).index(s) for s in source]), np.array(at),
        np.zeros(len(rows), np.int8), np.array([list(targets).index(t) for t in target]),
        np.array(to), np.array(["+-".index(s) for s in strand], np.int8), np.array(size),
        np.array(chain), np.array(score, float),
    ))  # fmt: skip


ON_TARGET = file_of(
    ("cA", 0, "chr1", 0, "+", 100, 1, 100), ("cB", 0, "chr1", 30, "+", 50, 2, 200),
    ("cC", 0, "chr1", 10, "-", 60, 3, 200), ("cA", 300, "chr1", 200, "+", 60, 4, 50),
    ("cA", 400, "chrZ", 0, "+", 60, 5, 50),
)  # fmt: skip
ON_SOURCE = file_of(
    ("cA", 300, "chr1", 300, "+", 50, 3, 200), ("cA", 50, "chr1", 100, "+", 70, 2, 200),
    ("cA", 0, "chr1", 0, "+", 100, 1, 100), ("cA", 110, "chr2", 30, "+", 20, 7, 10),
)  # fmt: skip


def rows_of(chains):
    f = frame_of_chains(chains)
    return list(zip(f.chain_id, f.start, f.end, f.startsrc, f.endsrc, strict=True))


def resolved(policy):
    return rows_of(Chains.of(ON_TARGET, CHROMS, source_overlap="keep", target_overlap=policy))


def kept_frame():
    chains = Chains.of(ON_TARGET, CHROMS, source_overlap="keep", target_overlap="keep")
    return frame_of_chains(chains)


def test_each_target_base_goes_to_the_best_chain():
    by_score = [
        (1, 0, 10, 0, 10), (3, 10, 70, 0, 60), (2, 70, 80, 40, 50), (1, 80, 100, 80, 100),
        (4, 200, 260, 300, 360),
    ]  # fmt: skip
    longest = [(1, 0, 100, 0, 100), (4, 200, 260, 300, 360)]
    assert resolved("auto") == resolved("auto_score") == by_score  # chain 3 is longer than 2
    assert resolved("auto_longer") == resolved("auto_first") == longest


def test_aggregated_blocks_are_cut_where_others_begin_or_end():
    assert resolved("agg") == [
        (1, 0, 10, 0, 10), (1, 10, 30, 10, 30), (3, 10, 30, 40, 60), (1, 30, 70, 30, 70),
        (3, 30, 70, 0, 40), (2, 30, 70, 0, 40), (1, 70, 80, 70, 80), (2, 70, 80, 40, 50),
        (1, 80, 100, 80, 100), (4, 200, 260, 300, 360),
    ]  # fmt: skip


@pytest.mark.parametrize("policy", ["keep", "best_source_cluster", "best_cluster_sum"])
def test_blocks_that_are_kept_stay_in_the_order_of_the_file(policy):
    assert [row[0] for row in resolved(policy)] == [1, 2, 3, 4]


def test_overlapping_blocks_are_left_out_or_refused():
    assert resolved("discard") == [(4, 200, 260, 300, 360)]
    with pytest.raises(UsageError, match=r"chr1:0-100 \(chain 1\) and chr1:10-70 \(chain 3\)"):
        resolved("error")
    kept = Chains.of(ON_SOURCE, CHROMS, source_overlap="discard", target_overlap="keep")
    assert rows_of(kept) == [(3, 300, 350, 300, 350)]
    with pytest.raises(UsageError, match=r"source overlap: cA:0-100 \(chain 1\) and cA:50-120"):
        Chains.of(ON_SOURCE, CHROMS)
    assert len(Chains.of(ON_SOURCE, CHROMS, source_overlap="keep")) == 4


def test_a_block_that_another_one_encloses_is_left_out_wherever_it_lies():
    file = file_of(
        ("cA", 0, "chr1", 0, "+", 100, 1, 1), ("cA", 10, "chr1", 200, "+", 5, 2, 1),
        ("cA", 90, "chr2", 0, "+", 5, 3, 1),
    )  # fmt: skip
    assert not len(Chains.of(file, CHROMS, source_overlap="discard"))


def test_chains_of_low_score_are_left_out_before_anything_else():
    kept = Chains.of(ON_SOURCE, CHROMS, min_score=150, source_overlap="error")
    assert [row[0] for row in rows_of(kept)] == [2, 3]


def test_an_unknown_policy_is_refused():
    with pytest.raises(UsageError, match="source_overlap must be one of error, keep, discard"):
        Chains.of(ON_SOURCE, CHROMS, source_overlap="junk")
    with pytest.raises(UsageError, match=r"target_overlap must be one of error, auto.*got 'junk'"):
        Chains.of(ON_SOURCE, CHROMS, target_overlap="junk")


def test_a_table_comes_back_as_it_was():
    chains = Chains.of(ON_TARGET, CHROMS, target_overlap="agg")
    frame = frame_of_chains(chains)
    again = chains_of_frame(frame, CHROMS)
    pd.testing.assert_frame_equal(frame_of_chains(again), frame)
    assert again.source.lengths == (1000, 1000, 1000)
    assert again.target_overlap == "agg"
    assert frame["strand"].dtype == np.int64
    assert frame["chrom"].cat.categories.tolist() == ["chr1", "chr2"]


def test_the_inverse_leads_back():
    chains = Chains.of(ON_TARGET, CHROMS, target_overlap="auto")
    there = chains.place(np.array([2]), np.array([5]), np.array([25]))
    assert (there.target_start.tolist(), there.target_end.tolist()) == ([45], [65])
    back = chains.inverse().place(np.array([0]), there.target_start, there.target_end)
    assert (back.target_start.tolist(), back.target_end.tolist()) == ([5], [25])


BAD = {
    "no column score": lambda f: f.drop(columns="score"),
    "row 1 \\(2\\) is neither 0": lambda f: f.assign(strand=[0, 2, 0, 0]),
    "row 2 has 60 target bases for 61": lambda f: f.assign(
        endsrc=f["endsrc"] + np.array([0, 0, 1, 0])
    ),
    "chain, row 0 \\(chr1:0-600\\): end is beyond": lambda f: f.assign(
        end=[600, 80, 70, 260], endsrc=[600, 50, 60, 360]
    ),
    "chain: source, row 3 .*end is beyond": lambda f: f.assign(
        startsrc=[0, 0, 0, 950], endsrc=[100, 50, 60, 1010]
    ),
    "column score: holds no numbers": lambda f: f.assign(score="high"),
    "row 0 is missing": lambda f: f.assign(chromsrc=[None, "cA", "cA", "cA"]),
}


@pytest.mark.parametrize("problem", BAD)
def test_a_bad_table_is_refused(problem):
    frame = kept_frame()
    with pytest.raises((UsageError, ChromError), match=problem):
        chains_of_frame(BAD[problem](frame), CHROMS)


def test_rows_to_unknown_chromosomes_are_left_out():
    frame = kept_frame()
    frame["chrom"] = ["chr1", "chr8", "chr1", "chr9"]
    assert chains_of_frame(frame, CHROMS).blocks.chain_id.tolist() == [1, 3]
    assert not len(chains_of_frame(frame[:0], CHROMS))
