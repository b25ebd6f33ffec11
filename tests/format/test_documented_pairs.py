"""What `docs/format.md` shows of points works as it stands there, with h5py alone."""

import numpy as np
import pytest

from genomedb.db.create import create_database


@pytest.fixture(params=["per-chromosome", "indexed"])
def hic(tmp_path, request):
    """Points of three pairs: of many nodes, of one leaf, of a leaf and a record."""
    db = create_database(tmp_path, "toy", {"chrX": 8, "chr2": 900, "chr1": 5000})
    rng = np.random.default_rng(5)
    points = {}
    for pair, n in {("chr2", "chr2"): 65, ("chr2", "chr1"): 3, ("chr1", "chr1"): 20_000}.items():
        a, b = (db.chroms.length(c) for c in pair)
        cell = rng.permutation(a * b)[:n]
        points[pair] = cell // b, cell % b, rng.random(n)
    return db.create_points("hic", points, layout=request.param)


@pytest.mark.parametrize(
    "window",
    [
        ("chr1", 0, 5000, "chr1", 0, 5000), ("chr1", 10, 300, "chr1", 4000, 5000),
        ("chr1", 4999, 5000, "chr1", 0, 1), ("chr2", 0, 900, "chr1", 0, 5000),
        ("chr2", 5, 800, "chr2", 100, 900), ("chr1", 0, 50, "chr2", 0, 50),
        ("chrX", 0, 8, "chrX", 0, 8),
    ],
)  # fmt: skip
def test_the_points_snippet_reads_what_the_library_reads(hic, documented, window):
    theirs = documented.read_points(hic.path, *window)
    ours = hic.read(*window)
    theirs = theirs[np.lexsort((theirs[:, 1], theirs[:, 0]))]
    np.testing.assert_array_equal(theirs, np.stack((ours.x1, ours.y1, ours.value), axis=1))
