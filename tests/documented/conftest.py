"""Examples are made for the tests: what a cache of the user holds may be of another version."""

import pytest


@pytest.fixture(scope="session")
def cache(tmp_path_factory):
    return tmp_path_factory.mktemp("cache")


@pytest.fixture(autouse=True)
def _fresh_examples(cache, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(cache))
