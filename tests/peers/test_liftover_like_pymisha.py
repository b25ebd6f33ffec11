"""Liftover answers as that of pymisha, on random chains, intervals and tracks.

Known differences, which the comparison allows for or stays clear of:

- Rows of chain tables and of answers come in the order of the database's chromosomes; the peer's
  order of chromosomes is that of their first row.
- ``auto_*``: neighbouring parts of one reverse block are one row, as those of forward blocks are.
- ``discard`` leaves out every block that shares bases with another one; the peer looks at
  neighbours only and keeps some that a longer block before the neighbour covers.
- A source on the reverse strand turns the alignment; the peer forgets that when it cuts blocks.
- Blocks that do not fill their chain, an empty file, an interval without bases or outside its
  chromosome are errors; the peer takes them or leaves them out. It reads no compressed files.
- ``na_rm=False``: a missing value makes the place missing; the peer leaves it out all the same.
- ``first`` and ``last`` in dense tracks: parts that begin and end at one base come by source.
"""

import glob

import numpy as np
import pandas as pd
import pytest

import genomedb.misha as gm
from genomedb.db.create import create_database

pm = pytest.importorskip("pymisha")

pytestmark = [  # the peer leaves helper processes to themselves
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
    pytest.mark.filterwarnings("ignore:::pymisha"),
]
SOURCE = {"cA": 2050, "cB": 1000, "cC": 705}
TARGET = {"chr1": 2000, "chr2": 1205}
KEPT = ["keep", "best_source_cluster", "best_cluster_union", "best_cluster_sum",
        "best_cluster_max"]  # fmt: skip
BY_TARGET = ["auto", "auto_longer", "auto_first", "agg", "error"]


@pytest.fixture(scope="module")
def tracks(tmp_path_factory):
    """Our tracks d and s of the source, and the peer's; both targets are open."""
    folder = tmp_path_factory.mktemp("lift")
    rng = np.random.default_rng(5)
    for name, sizes in (("source", SOURCE), ("target", TARGET)):
        fasta = folder / f"{name}.fa"
        fasta.write_text("".join(f">{n}\n{'A' * size}\n" for n, size in sizes.items()))
        pm.gdb_create(str(folder / f"their_{name}"), str(fasta))
    shown, pm.CONFIG["progress"] = pm.CONFIG["progress"], False
    pm.gdb_init(str(folder / "their_source"))
    db = create_database(folder / "source", "old", SOURCE)
    bins = {c: with_gaps(rng, -(-size // 10)) for c, size in SOURCE.items()}
    db.create_dense("d", bins, bin_size=10)
    frame = pd.concat(
        [pd.DataFrame({"chrom": c, "start": np.arange(v.size) * 10}) for c, v in bins.items()],
        ignore_index=True,
    )
    frame["end"] = np.minimum(frame["start"] + 10, frame["chrom"].map(SOURCE))
    pm.gtrack_create_dense("d", "toy", frame, np.concatenate(list(bins.values())), 10)
    records = {}
    for chrom, size in SOURCE.items():
        edges = np.sort(rng.choice(size, 80, replace=False))
        records[chrom] = edges[::2], edges[1::2], with_gaps(rng, 40)
    db.create_sparse("s", records)
    frame = pd.concat(
        [pd.DataFrame({"chrom": c, "start": a, "end": b}) for c, (a, b, _) in records.items()],
        ignore_index=True,
    )
    pm.gtrack_create_sparse("s", "toy", frame, np.concatenate([v for *_, v in records.values()]))
    create_database(folder / "target", "new", TARGET)
    pm.gdb_init(str(folder / "their_target"))
    gm.gdb_init(str(folder / "target"))
    theirs = {n: glob.glob(str(folder / "their_source/tracks" / f"{n}.track"))[0] for n in "ds"}
    yield {n: (theirs[n], str(db.track_path(n))) for n in "ds"}
    pm.CONFIG["progress"] = shown
    pm.gdb_unload()
    gm.gdb_unload()


def with_gaps(rng, n):
    values = rng.integers(0, 80, n) / 8
    values[rng.random(n) < 0.2] = np.nan
    return values


def chain_file(folder, rng, n):
    """Chains of a few blocks, of distinct scores in no order, to both strands."""
    lines = []
    for i, score in enumerate(rng.permutation(n) * 100 + 100):
        source, target = rng.choice(list(SOURCE)), rng.choice(list(TARGET))
        size, gaps = rng.integers(1, 60, int(rng.integers(1, 6))), rng.integers(0, 20, (2, 5))
        gaps = gaps[:, : size.size - 1]
        a, b = (int(size.sum() + g.sum()) for g in gaps)
        s, t = int(rng.integers(0, SOURCE[source] - a)), int(rng.integers(0, TARGET[target] - b))
        lines.append(
            f"chain {score} {source} {SOURCE[source]} + {s} {s + a} "
            f"{target} {TARGET[target]} {rng.choice(['+', '-'])} {t} {t + b} {i + 1}"
        )
        lines += [f"{x}\t{y}\t{z}" for x, y, z in zip(size[:-1], *gaps, strict=True)]
        lines += [str(size[-1]), ""]
    path = folder / f"{n}.chain"
    path.write_text("\n".join(lines) + "\n")
    return str(path)


def some_intervals(rng, n):
    frame = pd.DataFrame({"chrom": rng.choice([*SOURCE, "zz"], n)})
    length = frame["chrom"].map({**SOURCE, "zz": 100}).to_numpy()
    frame["start"] = rng.integers(0, length - 1)
    frame["end"] = np.minimum(frame["start"] + rng.integers(1, 300, n), length)
    return frame.assign(v=rng.random(n))


def in_order(frame):
    """Rows by the target's chromosomes; their order within one stays."""
    code = frame["chrom"].astype(str).map({name: i for i, name in enumerate(TARGET)})
    return frame.iloc[code.to_numpy().argsort(kind="stable")].reset_index(drop=True)


def both(name, *args, **options):
    """Answers of both: frames, or the name of what they raise."""
    found = []
    for facade in (pm, gm):
        try:
            found.append(getattr(facade, name)(*args, **options))
        except ValueError:
            found.append("ValueError")
    return found


def joined(table):
    """Chain rows with parts of one reverse block that touch on both sides as one."""
    rows = []
    for row in table.itertuples(index=False):
        last = rows[-1] if rows else None
        if last and row.strand and last["chain_id"] == row.chain_id and (
            last["chrom"] == row.chrom and last["end"] == row.start
            and last["startsrc"] == row.endsrc
        ):  # fmt: skip
            last["end"], last["startsrc"] = row.end, row.startsrc
        else:
            rows.append(row._asdict())
    return pd.DataFrame(rows, columns=table.columns)


def assert_same(theirs, ours):
    if isinstance(theirs, str) or isinstance(ours, str):
        assert isinstance(theirs, str)
        assert isinstance(ours, str)
    elif len(theirs) or len(ours):
        pd.testing.assert_frame_equal(ours, theirs)
    else:
        assert list(ours.columns) == list(theirs.columns)


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("source", ["error", "keep"])
def test_chain_tables_are_those_of_the_peer(tracks, tmp_path, source, seed):
    rng = np.random.default_rng(seed)
    for n in (2, 5, 9):
        path = chain_file(tmp_path, rng, n)
        for policy in [*KEPT, *BY_TARGET]:
            theirs, ours = both("gintervals_load_chain", path, source, policy)
            if policy in BY_TARGET and not isinstance(theirs, str):
                theirs, ours = in_order(theirs), ours
            if policy.startswith("auto") and not isinstance(theirs, str):
                theirs, ours = joined(theirs), joined(ours)
            assert_same(theirs, ours)


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("canonic", [False, True])
def test_intervals_are_lifted_to_the_same_places(tracks, tmp_path, canonic, seed):
    rng = np.random.default_rng(seed + 100)
    for n in (2, 6, 13):
        path = chain_file(tmp_path, rng, n)
        frame = some_intervals(rng, 25)
        for policy in [*KEPT, *BY_TARGET[:4], "discard"]:
            table = pm.gintervals_load_chain(path, "keep", policy)
            theirs, ours = both(
                "gintervals_liftover", frame, table, include_metadata=True, canonic=canonic,
                value_col="v",
            )  # fmt: skip
            assert_same(in_order(theirs), ours)


@pytest.mark.parametrize("kind", ["d", "s"])
@pytest.mark.parametrize("policy", ["keep", "auto", "agg", "best_cluster_sum", "best_cluster_max"])
def test_tracks_are_lifted_to_the_same_values(tracks, tmp_path, kind, policy):
    rng = np.random.default_rng(11)
    functions = ["mean", "median", "sum", "max", "min", "count"]
    for n, function in zip((2, 4, 6, 9, 12, 13), functions, strict=True):
        compare_tracks(tracks[kind], chain_file(tmp_path, rng, n), policy, function)
    if kind == "s":
        for function in ("first", "last"):
            compare_tracks(tracks[kind], chain_file(tmp_path, rng, 9), policy, function)
    compare_tracks(tracks[kind], chain_file(tmp_path, rng, 12), policy, "mean", min_n=2)


def compare_tracks(files, chain, policy, function, **options):
    found = []
    for facade, file in zip((pm, gm), files, strict=True):
        options = {"multi_target_agg": function, **options}
        facade.gtrack_liftover("lifted", "toy", file, chain, "keep", policy, **options)
        scope = facade.gintervals_all()
        found.append(facade.gextract("lifted", scope, colnames=["v"]))
        facade.gtrack_rm("lifted", force=True)
    theirs, ours = found
    if theirs is None or ours is None:
        assert theirs is ours
        return
    for column in ("chrom", "start", "end"):
        assert ours[column].astype(str).tolist() == theirs[column].astype(str).tolist()
    np.testing.assert_allclose(ours["v"], theirs["v"], rtol=1e-6)
