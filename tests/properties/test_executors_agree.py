"""A track is the same, chunk for chunk, whoever reads, bins and compresses it."""

import gzip
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from multiprocessing import get_context

import h5py
import numpy as np
import pyBigWig
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from genomedb.db.create import create_database
from genomedb.importers import spool as spool_module
from genomedb.importers.signal import import_signal
from genomedb.readers import stretches
from genomedb.tracks.create import Storage

CHROMS = {"chr1": 6000, "chr2": 30_000, "chrX": 900, "empty": 2000}
VOLATILE = ("created", "created_at", "modified", "_genomedb_structure")


@pytest.fixture(scope="module")
def db(tmp_path_factory):
    return create_database(tmp_path_factory.mktemp("dbs"), "toy", CHROMS)


@pytest.fixture(scope="module")
def executors():
    with (
        ThreadPoolExecutor(3) as threads,
        ProcessPoolExecutor(2, mp_context=get_context("spawn")) as processes,
    ):
        yield threads, processes


def stored(path):
    """All datasets of a file: shape, type, filters, checksums, raw chunks."""
    found = {}

    def look(name, item):
        if not isinstance(item, h5py.Dataset):
            return
        filters = item.id.get_create_plist()
        chunks = None
        if item.chunks:
            places = [
                item.id.get_chunk_info(i).chunk_offset for i in range(item.id.get_num_chunks())
            ]
            chunks = {place: item.id.read_direct_chunk(place) for place in places}
        found[name] = (
            item.shape, item.dtype.str, item.chunks, dict(item.attrs.items()),
            [filters.get_filter(i) for i in range(filters.get_nfilters())],
            chunks, item[()].tobytes(),
        )  # fmt: skip

    with h5py.File(path) as file:
        file.visititems(look)
    return {name: repr(what) for name, what in found.items()}


def values_of(rng, kind, n):
    if kind == "few":
        return rng.integers(0, 3, n).astype(float)
    if kind == "counts":
        return rng.poisson(5, n).astype(float)
    if kind == "same":
        return np.full(n, 2.0)
    return rng.gamma(2, 3, n).astype(np.float32).astype(float)


@st.composite
def files(draw):
    """Rows (chrom, start, end, value) by chromosome, and in which order they are written."""
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    rows = []
    names = draw(st.permutations(["chr1", "2", "chrX", "chrUn"]))
    for name in names[draw(st.integers(0, 2)) :]:
        length = CHROMS.get(name, CHROMS.get(f"chr{name}", 400))
        step = draw(st.integers(1, 40))
        edges = np.unique(rng.integers(0, length, length // step + 2))
        value = values_of(rng, draw(st.sampled_from(["few", "counts", "same", "real"])), edges.size)
        rows += [
            (name, int(a), int(b), float(v))
            for a, b, v in zip(edges[:-1], edges[1:], value, strict=False)
        ]
    if not any(row[0] != "chrUn" for row in rows):
        rows.append(("chr1", 5, 9, 1.5))
    return rows


ORDERS = st.sampled_from(["sorted", "sorted", "shuffled", "halves"])
KINDS = st.sampled_from(["bedgraph", "bed", "gz", "bigwig", "two", "mixed"])


def text(rows, *, bed):
    if bed:
        return "track name=x\n" + "".join(f"{c}\t{a}\t{b}\tn\t{v!r}\n" for c, a, b, v in rows)
    return "# of a test\n" + "".join(f"{c}\t{a}\t{b}\t{v!r}\n" for c, a, b, v in rows)


def write_bigwig(path, rows):
    lengths = {c: CHROMS.get(c, CHROMS.get(f"chr{c}", 400)) for c, *_ in rows}
    with pyBigWig.open(str(path), "w") as file:
        file.addHeader(list(lengths.items()))
        for name in lengths:
            own = [row for row in rows if row[0] == name]
            file.addEntries(
                [name] * len(own), [r[1] for r in own],
                ends=[r[2] for r in own], values=[r[3] for r in own],
            )  # fmt: skip


def written(folder, rows, kind, order, seed):
    if kind != "bigwig" and order == "shuffled":
        rows = [rows[i] for i in np.random.default_rng(seed).permutation(len(rows))]
    if kind != "bigwig" and order == "halves":  # chromosomes come twice
        rows = rows[::2] + rows[1::2]
    half = len(rows) // 2 if kind in ("two", "mixed") else 0
    paths = []
    if kind == "bigwig" or (kind == "mixed" and order == "sorted"):
        paths = [folder / "x.bw"]
        write_bigwig(paths[0], rows if kind == "bigwig" else rows[: half + 1])
    if kind == "bigwig":
        return paths
    parts = {"x.bed" if kind == "bed" else "x.bedgraph": rows[half:]}
    if kind == "two":
        parts["y.bedgraph"] = rows[:half] or rows
    for name, part in parts.items():
        paths.append(folder / name)
        paths[-1].write_text(text(part, bed=kind == "bed"))
    if kind == "gz":
        paths = [folder / "x.bedgraph.gz"]
        paths[0].write_bytes(gzip.compress(text(rows, bed=False).encode()))
    return paths


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    rows=files(), kind=KINDS, order=ORDERS, seed=st.integers(0, 99),
    bin_size=st.sampled_from([1, 7, 50]), dtype=st.sampled_from(["float32", "float64"]),
    shuffle=st.sampled_from([None, None, None, True, False]),
    memory=st.sampled_from([1000, 96_000_000]),
)  # fmt: skip
def test_executors_make_the_same_track(
    db, executors, tmp_path_factory, rows, kind, order, seed, bin_size, dtype, shuffle, memory
):
    folder = tmp_path_factory.mktemp("in")
    paths = written(folder, rows, kind, order, seed)
    storage = Storage(shuffle=shuffle, chunk_bytes=1024)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(stretches, "SPLIT_BYTES", 1)
        patch.setattr(spool_module, "MEMORY_BYTES", memory)
        made = {}
        for i, executor in enumerate([None, *executors]):
            report = import_signal(
                db, "t", paths, bin_size=bin_size, dtype=dtype, storage=storage, overwrite=True,
                executor=executor,
            )  # fmt: skip
            made[i] = (report, list(report.unknown), stored(db.track_path("t")))
    assert made[1] == made[0]
    assert made[2] == made[0]
    assert [found for _, found in db.validate(["t"])] == [[]]
    assert sorted(p.name for p in db.path.iterdir()) == ["chromosome.h5", "t.h5"]
