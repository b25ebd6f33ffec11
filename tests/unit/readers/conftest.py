"""Files to read."""

import pytest


@pytest.fixture
def written(tmp_path):
    def write(text, name="x.txt"):
        path = tmp_path / name
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return path

    return write
