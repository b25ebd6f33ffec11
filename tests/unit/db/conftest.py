"""A small database, and its catalogue watched."""

from pathlib import Path

import pytest

from genomedb.db import catalogue
from genomedb.db.create import create_database


@pytest.fixture
def db(tmp_path):
    return create_database(tmp_path / "root", "toy", {"chr1": 100, "chr2": 40})


@pytest.fixture
def later(monkeypatch):
    """Let files count as old enough at once: the tests need not wait."""
    monkeypatch.setattr(catalogue, "RACY_NS", -(10**18))


@pytest.fixture
def opened(monkeypatch):
    """Paths of the files that the catalogue opens."""
    paths = []

    def spy(path):
        paths.append(Path(path).name)
        return true(path)

    true = catalogue.TrackFile
    monkeypatch.setattr(catalogue, "TrackFile", spy)
    return paths
