"""From chromosome sizes and signal files to values and back to files."""

from pathlib import Path

import numpy as np
import pytest

from genomedb import GenomeDB, create_database, export_bigwig, import_signal
from genomedb.cli.main import run

pyBigWig = pytest.importorskip("pyBigWig")  # noqa: N816
DM3 = Path(__file__).parents[3] / "shared" / "data" / "real" / "dm3"
DM3_SIZES = {
    "chr2L": 23011544, "chr2R": 21146708, "chr3L": 24543557, "chr3R": 27905053, "chr4": 1351857,
    "chrX": 22422827,
}  # fmt: skip


def test_from_sizes_to_tracks_and_back_by_the_command_line(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("GENOME_DB", "dbs")
    monkeypatch.setenv("GENOME_ASSEMBLY", "toy")
    sizes = {"chr1": 5000, "chr2": 1234}
    (tmp_path / "toy.sizes").write_text("".join(f"{n}\t{size}\n" for n, size in sizes.items()))
    rng = np.random.default_rng(11)
    bases = {n: np.repeat(rng.integers(0, 9, size // 50 + 1), 50)[:size].astype(np.float32)
             for n, size in sizes.items()}  # fmt: skip
    bases["chr1"][1000:2000] = np.nan
    rows = [(n, i, min(i + 50, sizes[n])) for n in sizes for i in range(0, sizes[n], 50)]
    rows = [r for r in rows if not np.isnan(bases[r[0]][r[1]])]
    with open("x.bedgraph", "w") as text:
        text.writelines(f"{n}\t{a}\t{b}\t{bases[n][a]}\n" for n, a, b in rows)
    file = pyBigWig.open("x.bw", "w")
    file.addHeader(list(sizes.items()))
    file.addEntries([r[0] for r in rows], [r[1] for r in rows], ends=[r[2] for r in rows],
                    values=[float(bases[r[0]][r[1]]) for r in rows])  # fmt: skip
    file.close()
    assert run(["create", "toy.sizes"]) == 0
    assert run(["import", "a/text", "x.bedgraph", "-b", "7"]) == 0
    assert run(["import", "a/big", "x.bw", "-b", "7"]) == 0
    assert run(["import", "a/exact", "x.bw", "-b", "1"]) == 0
    db = GenomeDB("dbs")
    for n in sizes:
        np.testing.assert_array_equal(db["a/exact"].read(n), bases[n])
        np.testing.assert_array_equal(db["a/text"].read(n), db["a/big"].read(n))
        groups = np.split(bases[n].astype(float), range(7, sizes[n], 7))
        known = [g[~np.isnan(g)] for g in groups]
        means = [g.mean() if g.size else np.nan for g in known]
        np.testing.assert_allclose(db["a/big"].read(n), means, rtol=1e-6)
    for kind in ("bw", "bedgraph.gz", "wig"):
        assert run(["export", "a/big", f"y.{kind}"]) == 0
        assert run(["import", "again", f"y.{kind}", "-b", "7", "--overwrite"]) == 0
        for n in sizes:
            np.testing.assert_array_equal(db["again"].read(n), db["a/big"].read(n))
    assert run(["validate", "-q"]) == 0
    assert capsys.readouterr().out == ""


@pytest.fixture(scope="module")
def depth():
    """Depth of each base in a real alignment, by chromosome."""
    pysam = pytest.importorskip("pysam")
    path = DM3 / "x.bam"
    if not path.exists():
        pytest.skip("no real data")
    found = {}
    with pysam.AlignmentFile(str(path)) as bam:
        names = {n: n if n.startswith("chr") else f"chr{n}" for n in bam.references}
        edges = {}
        for read in bam:
            chrom = None if read.is_unmapped else names[read.reference_name]
            if chrom in DM3_SIZES:
                edges.setdefault(chrom, []).append((read.reference_start, read.reference_end))
    for chrom, pairs in edges.items():
        start, end = np.array(pairs).T
        change = np.bincount(start, minlength=DM3_SIZES[chrom] + 1)
        change -= np.bincount(end, minlength=DM3_SIZES[chrom] + 1)
        found[chrom] = np.cumsum(change)[:-1]
    assert found
    return found


def runs(bases):
    edges = np.concatenate(([0], np.flatnonzero(np.diff(bases)) + 1, [bases.size]))
    start, end = edges[:-1], edges[1:]
    kept = bases[start] > 0
    return start[kept], end[kept], bases[start][kept]


def test_real_coverage_is_what_pybigwig_reads(depth, tmp_path):
    db = create_database(tmp_path, "dm3", DM3_SIZES)
    file = pyBigWig.open(str(tmp_path / "x.bw"), "w")
    file.addHeader(list(DM3_SIZES.items()))
    with open(tmp_path / "x.bedgraph", "w") as text:
        for chrom in DM3_SIZES:
            if chrom not in depth:
                continue
            start, end, value = runs(depth[chrom])
            file.addEntries([chrom] * start.size, start.tolist(), ends=end.tolist(),
                            values=value.astype(float).tolist())  # fmt: skip
            text.writelines(f"{chrom}\t{a}\t{b}\t{v}\n"
                            for a, b, v in zip(start, end, value, strict=True))  # fmt: skip
    file.close()
    import_signal(db, "big", tmp_path / "x.bw", bin_size=100, defval=0)
    import_signal(db, "text", tmp_path / "x.bedgraph", bin_size=100, defval=0)
    import_signal(db, "exact", tmp_path / "x.bw")
    export_bigwig(db["big"], tmp_path / "y.bw")
    source, written = pyBigWig.open(str(tmp_path / "x.bw")), pyBigWig.open(str(tmp_path / "y.bw"))
    assert written.header()["nLevels"] > 0
    for chrom, bases in depth.items():
        size = bases.size
        exact = db["exact"].read(chrom)
        assert list(zip(*map(np.ndarray.tolist, exact), strict=True)) == list(
            source.intervals(chrom)
        )
        padded = np.zeros(-(-size // 100) * 100)
        padded[:size] = bases
        means = padded.reshape(-1, 100).sum(axis=1) / 100
        means[-1] = padded[size - size % 100 :].sum() / (size % 100 or 100)
        np.testing.assert_allclose(db["big"].read(chrom), means, rtol=1e-6)
        np.testing.assert_array_equal(db["text"].read(chrom), db["big"].read(chrom))
        at = int(exact.start[exact.start.size // 2])
        first, last = max(at - 5000, 0), min(at + 5000, size)
        np.testing.assert_array_equal(
            np.array(written.values(chrom, first, last), np.float32),
            np.repeat(db["big"].read(chrom), 100)[first:last],
        )
        total = source.stats(chrom, type="sum", exact=True)[0]
        assert written.stats(chrom, type="sum", exact=True)[0] == pytest.approx(total, rel=1e-5)
    for _, findings in db.validate():
        assert findings == []
