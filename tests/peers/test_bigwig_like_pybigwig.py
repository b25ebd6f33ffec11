"""BigWig files written by the library and by pyBigWig answer alike."""

import numpy as np
import pytest

from genomedb.db.create import create_database
from genomedb.exporters.signal import export_bigwig
from genomedb.importers.signal import import_signal

pyBigWig = pytest.importorskip("pyBigWig")  # noqa: N816
SIZES = {"chr1": 60_000, "chr2": 7003, "chrEmpty": 50}


@pytest.mark.parametrize("seed", [1, 2, 3])
@pytest.mark.parametrize("bin_size", [1, 25])
def test_values_and_summaries_are_alike(tmp_path, seed, bin_size):
    db = create_database(tmp_path, "toy", SIZES)
    rng = np.random.default_rng(seed)
    values = {n: rng.normal(5, 3, -(-size // bin_size)).astype(np.float32)
              for n, size in SIZES.items() if n != "chrEmpty"}  # fmt: skip
    for array in values.values():
        array[rng.random(array.size) < 0.2] = np.nan
    track = db.create_dense("x", values, bin_size=bin_size)
    export_bigwig(track, tmp_path / "ours.bw")
    file = pyBigWig.open(str(tmp_path / "theirs.bw"), "w")
    file.addHeader(list(SIZES.items()))
    for n, array in values.items():
        kept = np.flatnonzero(~np.isnan(array))
        file.addEntries([n] * kept.size, (kept * bin_size).tolist(),
                        ends=np.minimum((kept + 1) * bin_size, SIZES[n]).tolist(),
                        values=array[kept].astype(float).tolist())  # fmt: skip
    file.close()
    ours, theirs = (pyBigWig.open(str(tmp_path / f"{w}.bw")) for w in ("ours", "theirs"))
    assert ours.chroms() == theirs.chroms()
    assert ours.header()["nBasesCovered"] == theirs.header()["nBasesCovered"]
    assert ours.header()["nLevels"] > 0
    for n in values:
        size = SIZES[n]
        np.testing.assert_array_equal(ours.values(n, 0, size), theirs.values(n, 0, size))
        for kind in ("mean", "min", "max", "coverage", "std", "sum"):
            answers = [f.stats(n, 0, size, type=kind, nBins=7, exact=True) for f in (ours, theirs)]
            np.testing.assert_allclose(*answers, rtol=1e-5)
        zoomed = ours.stats(n, 0, size, type="mean", nBins=3)
        np.testing.assert_allclose(zoomed, theirs.stats(n, 0, size, nBins=3, exact=True), rtol=0.05)
    for which in ("ours", "theirs"):
        import_signal(db, which, tmp_path / f"{which}.bw", bin_size=bin_size)
        for n in SIZES:
            np.testing.assert_array_equal(db[which].read(n), track.read(n))
