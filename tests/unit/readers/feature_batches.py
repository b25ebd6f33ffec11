"""Batches of features as plain lists, and the messages of refusals."""

from pathlib import Path

import pytest

from genomedb.errors import ParseError

DM3 = Path(__file__).parents[4] / "shared" / "data" / "real" / "dm3"


def whole(batches):
    """All batches as lists by column name."""
    found, n = {}, 0
    for batch in batches:
        columns = {
            "chrom": [batch.names[c] for c in batch.chrom],
            "start": batch.start.tolist(),
            "end": batch.end.tolist(),
            "strand": None if batch.strand is None else batch.strand.tolist(),
            "line": batch.line.tolist(),
            **{k: c.tolist() for k, c in batch.columns.items()},
        }
        for name, values in columns.items():
            if values is not None:
                assert len(values) == len(batch)
                found.setdefault(name, [""] * n).extend(values)
        n += len(batch)
        for name, values in found.items():
            values.extend([""] * (n - len(values)))
            assert len(values) == n, name
    return found


def message(reader, path, **options):
    with pytest.raises(ParseError) as caught:
        list(reader(path, **options))
    return str(caught.value).removeprefix(str(path))
