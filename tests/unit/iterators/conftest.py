import numpy as np
import pytest

from genomedb.db.create import create_database


@pytest.fixture
def db(tmp_path):
    """Three chromosomes; dense, sparse, array and feature tracks."""
    db = create_database(tmp_path, "toy", {"chr1": 1000, "chr2": 500, "chrX": 205})
    for name, width in (("d10", 10), ("sub/d20", 20), ("e10", 10)):
        values = {
            c: np.arange(-(-n // width), dtype="f4")
            for c, n in zip(db.chroms.names, db.chroms.lengths, strict=True)
        }
        db.create_dense(name, values, bin_size=width)
    records = {"chr1": ([100, 200, 500], [200, 250, 560], [10.0, 25.0, 17.0])}
    arrays = {c: tuple(map(np.array, three)) for c, three in records.items()}
    for name in ("s", "same"):
        db.create_sparse(name, arrays)
    db.create_sparse("other", {"chr2": (np.array([7]), np.array([19]), np.array([2.0]))})
    return db
