"""The same file imported here and by pymisha gives the same values.

Known differences, set by rules of our own, which the files here stay clear of: empty and
reversed intervals, negative bin sizes, and missing values in tables are errors or kept rows here.
Intervals beyond the end of a chromosome need ``clip`` here; the peer always clips.
"""

import gzip

import numpy as np
import pytest

from genomedb.db.create import create_database
from genomedb.importers.signal import import_signal

pm = pytest.importorskip("pymisha")
pyBigWig = pytest.importorskip("pyBigWig")  # noqa: N816

pytestmark = [  # the peer leaves helper processes to themselves
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
    pytest.mark.filterwarnings("ignore:::pymisha"),
]
SIZES = {"chr1": 1000, "chr2": 500, "chrX": 205}
NAN = float("nan")


@pytest.fixture(scope="module")
def both(tmp_path_factory):
    """Folder and database; the peer has one of the same chromosomes open."""
    folder = tmp_path_factory.mktemp("peer")
    fasta = folder / "toy.fa"
    fasta.write_text("".join(f">{n}\n{'ACGTA' * (size // 5)}\n" for n, size in SIZES.items()))
    pm.gdb_create(str(folder / "misha"), str(fasta))
    pm.gdb_init(str(folder / "misha"))
    yield folder, create_database(folder / "ours", "toy", SIZES)
    pm.gdb_unload()


def random_records(seed, *, overlaps, beyond=False):
    rng = np.random.default_rng(seed)
    found = []
    for name, size in SIZES.items():
        if overlaps:
            start = rng.integers(0, size - 1, 25)
            end = np.minimum(start + rng.integers(1, 60, 25), size + (30 if beyond else 0))
        else:
            edges = np.sort(rng.choice(size, 40, replace=False))
            start, end = edges[::2], edges[1::2]
        value = rng.normal(0, 10, start.size).astype(np.float32)
        found += zip([name] * start.size, start.tolist(), end.tolist(), value.tolist(),
                     strict=True)  # fmt: skip
    return found


def write(folder, records, kind):
    path = folder / f"x.{kind}"
    if kind == "bw":
        file = pyBigWig.open(str(path), "w")
        file.addHeader(list(SIZES.items()))
        chrom, start, end, value = (list(c) for c in zip(*records, strict=True))
        file.addEntries(chrom, start, ends=end, values=value)
        file.close()
        return path
    if kind == "wig":
        text = "".join(f"variableStep chrom={c} span={e - s}\n{s + 1} {v!r}\n"
                       for c, s, e, v in records)  # fmt: skip
    elif kind == "bed":
        text = "".join(f"{c}\t{s}\t{e}\tx\t{v!r}\t+\n" for c, s, e, v in records)
    elif kind == "txt":
        text = "chrom\tstart\tend\tsignal\n"
        text += "".join(f"{c}\t{s}\t{e}\t{v!r}\n" for c, s, e, v in records)
    else:
        text = "track type=bedGraph\n" + "".join(
            f"{c}\t{s}\t{e}\t{v!r}\n" for c, s, e, v in records
        )
    path.write_bytes(gzip.compress(text.encode()) if kind.endswith(".gz") else text.encode())
    return path


def peer_values(path, bin_size, defval):
    """Rows chrom, start, end, value of the peer's track."""
    if pm.gtrack_exists("t"):
        pm.gtrack_rm("t", force=True)
    pm.gtrack_import("t", "", str(path), bin_size, defval)
    rows = pm.gextract("t", pm.gintervals_all(), iterator=bin_size or "t", colnames=["value"])
    return {
        str(n): tuple(part[c].to_numpy() for c in ("start", "end", "value"))
        for n, part in rows.groupby("chrom", observed=True)
    }


def check(both, path, bin_size, defval, **options):
    _, db = both
    theirs = peer_values(path, bin_size, defval)
    import_signal(db, "t", path, bin_size=bin_size, defval=defval, overwrite=True, **options)
    for name, size in SIZES.items():
        start, end, value = theirs.get(name, (np.empty(0),) * 3)
        if bin_size is None:
            ours = db["t"].read(name)
            np.testing.assert_array_equal(ours.start, start)
            np.testing.assert_array_equal(ours.end, end)
            np.testing.assert_allclose(ours.value, value, rtol=1e-6)
        else:
            assert end[-1] == size
            np.testing.assert_allclose(db["t"].read(name), value, rtol=1e-6, atol=1e-6)


@pytest.mark.parametrize("kind", ["bedgraph", "bedgraph.gz", "wig", "bed", "bw", "txt"])
@pytest.mark.parametrize(
    ("bin_size", "defval"),
    [(None, NAN), (1, 0.0), (10, NAN), (10, 0.0), (33, NAN), (33, -2.5), (1000, NAN), (1000, 0.0)],
)
def test_files_without_overlaps(both, kind, bin_size, defval):
    for seed in (1, 2):
        path = write(both[0], random_records(seed, overlaps=False), kind)
        check(both, path, bin_size, defval)


@pytest.mark.parametrize("kind", ["bedgraph", "wig", "bed", "txt"])
@pytest.mark.parametrize("bin_size", [7, 20])
@pytest.mark.parametrize("defval", [NAN, 1.5])
def test_overlaps_are_weighted_alike(both, kind, bin_size, defval):
    for seed in (4, 5):
        path = write(both[0], random_records(seed, overlaps=True), kind)
        check(both, path, bin_size, defval)


@pytest.mark.parametrize("kind", ["bedgraph", "txt"])
def test_ends_beyond_the_chromosome_are_clipped_alike(both, kind):
    path = write(both[0], random_records(6, overlaps=True, beyond=True), kind)
    check(both, path, 10, NAN, clip=True)


def test_unknown_chromosomes_are_dropped_alike(both):
    path = write(both[0], [*random_records(7, overlaps=False), ("chrUn", 1, 5, 1.0)], "bedgraph")
    check(both, path, 10, NAN)
    check(both, path, None, NAN)
