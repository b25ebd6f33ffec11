"""Neither the executor nor the way a walk is cut changes a bit of an answer."""

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pandas as pd
import pytest

from genomedb.analysis.extract import extract
from genomedb.analysis.screen import screen
from genomedb.analysis.summary import summary
from genomedb.db.create import create_database
from genomedb.expr import stream as stream_module
from genomedb.iterators import pieces as pieces_module
from genomedb.iterators import steps as steps_module
from genomedb.virtual.definition import VirtualTrack

SIZES = {"chr1": 40_000, "chr2": 25_000, "chrX": 205}
FUNCTIONS = [
    ("avg", None), ("sum", None), ("stddev", None), ("max", None), ("min.pos.abs", None),
    ("quantile", 0.7), ("lse", None), ("nearest", None), ("last", None), ("sample", None),
    ("global.percentile", None),
]  # fmt: skip
VIRTUAL = {
    f"{source}.{function}.{shift}": VirtualTrack(source, function, p, sshift=-shift, eshift=shift)
    for source in ("dense", "sparse")
    for function, p in FUNCTIONS
    for shift in (0, 1500)
}


@pytest.fixture(scope="module")
def db(tmp_path_factory):
    rng = np.random.default_rng(5)
    db = create_database(tmp_path_factory.mktemp("walks"), "toy", SIZES)
    dense, sparse = {}, {}
    for chrom, size in SIZES.items():
        values = rng.gamma(1, 2, -(-size // 20)).astype("f4")
        values[rng.random(values.size) < 0.2] = np.nan
        dense[chrom] = values
        start = np.sort(rng.choice(size // 25, size // 100, replace=False)) * 25
        end = np.minimum(start + rng.integers(1, 26, start.size), size)
        sparse[chrom] = (start, end, rng.normal(size=start.size).astype("f4"))
    db.create_dense("dense", dense, bin_size=20)
    db.create_sparse("sparse", sparse)
    return db


def answers(db, **options):
    some = pd.DataFrame({"chrom": ["2", "1", "2"], "start": [11, 5, 0], "end": [9000, 39_999, 777]})
    return [
        extract(db, list(VIRTUAL), some, iterator=30, virtual=VIRTUAL, **options),
        extract(db, list(VIRTUAL), iterator="sparse", virtual=VIRTUAL, **options),
        extract(db, list(VIRTUAL), some, iterator=-1, virtual=VIRTUAL, **options),
        screen(db, "dense > dense.avg.1500", virtual=VIRTUAL, **options),
        pd.DataFrame({"v": summary(db, "np.log(dense + 1) * 0.1", some, **options)}),
    ]


@pytest.fixture(scope="module")
def expected(db):
    return answers(db)


def check_same(found, expected):
    for one, other in zip(found, expected, strict=True):
        pd.testing.assert_frame_equal(one, other, check_exact=True)


@pytest.mark.parametrize("block_rows", [64, 333, 4096])
def test_the_size_of_blocks_changes_nothing(db, expected, monkeypatch, block_rows):
    for kind in (pieces_module.BinPiece, pieces_module.SpanPiece):
        original = kind.blocks

        def blocks(self, rows=block_rows, original=original):
            return original(self, min(rows, block_rows))

        monkeypatch.setattr(kind, "blocks", blocks)
    check_same(answers(db), expected)


@pytest.mark.parametrize("piece_rows", [512, 10_000])
def test_where_bins_are_cut_into_tasks_changes_no_value(db, expected, monkeypatch, piece_rows):
    monkeypatch.setattr(steps_module, "PIECE_ROWS", piece_rows)
    monkeypatch.setattr(steps_module, "_MANY", 100)
    # sums of tasks are added in order: where tasks begin is part of what summary means
    check_same(answers(db)[:-1], expected[:-1])


@pytest.mark.parametrize("executor", [1, 2, "threads"])
def test_the_executor_changes_nothing(db, expected, monkeypatch, executor):
    if executor == "threads":
        with ThreadPoolExecutor(3) as pool:
            check_same(answers(db, executor=pool), expected)
        return
    check_same(answers(db, executor=executor), expected)


def test_many_small_tasks_on_threads_change_no_value(db, expected, monkeypatch):
    monkeypatch.setattr(steps_module, "PIECE_ROWS", 256)
    monkeypatch.setattr(steps_module, "_MANY", 100)
    monkeypatch.setattr(stream_module, "tasks_of", lambda pieces: ((piece,) for piece in pieces))
    with ThreadPoolExecutor(4) as pool:
        check_same(answers(db, executor=pool)[:-1], expected[:-1])
