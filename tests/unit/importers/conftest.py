"""A small genome for the tests of importers."""

import pytest

from genomedb.db.create import create_database

CHROMS = {"chr1": 1000, "chr2": 500, "chrX": 205}


@pytest.fixture
def db(tmp_path):
    return create_database(tmp_path / "dbs", "toy", CHROMS)


@pytest.fixture
def leftovers(db):
    """Call it to see every file of the database folder but its chromosome table."""

    def listed():
        return sorted(
            str(p.relative_to(db.path)) for p in db.path.rglob("*") if p.name != "chromosome.h5"
        )

    return listed
