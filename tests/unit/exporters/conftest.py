"""A small genome for the tests of exporters."""

import pytest

from genomedb.db.create import create_database


@pytest.fixture
def db(tmp_path):
    return create_database(tmp_path / "dbs", "toy", {"chr1": 1000, "chr2": 500, "chrX": 205})
