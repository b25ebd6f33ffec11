"""Sparse tracks that lie about their records."""

import h5py
import numpy as np
import pytest
from hostile import GZIP, altered, refused

from genomedb.storage.validate import check_file


def columns(**data):
    def change(h5):
        for name, values in data.items():
            del h5[f"chr1/{name}"]
            if values is not None:
                h5.create_dataset(f"chr1/{name}", data=values, chunks=values.shape, **GZIP)

    return change


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (columns(value=None), "chr1/value is missing"),
        (columns(first_start=None), "chr1/first_start is missing"),
        (columns(end=np.arange(5, dtype="i4")), "has shape"),
        (columns(start=np.arange(9998, dtype="i8")), "the header says int32"),
        (columns(first_start=np.arange(2, dtype="i4")), "another length"),
        (columns(first_start=np.arange(3, dtype="f4")), "holds float32, the header says int32"),
        (columns(value=np.zeros(9998, "f8")), "the header says float32"),
    ],
)
def test_a_damaged_sparse_chromosome_is_refused(db, change, words):
    refused(altered(db, "peaks", change), words)


def test_more_records_than_base_pairs_are_refused_before_memory_is_taken(db):
    def change(h5):
        for name in ("start", "end", "value"):
            kind = h5[f"chr1/{name}"].dtype
            del h5[f"chr1/{name}"]
            h5.create_dataset(f"chr1/{name}", (2**40,), kind, chunks=(1000,), **GZIP)

    refused(altered(db, "peaks", change), "more records than")


def test_a_sparse_chromosome_that_is_a_link_is_refused(db):
    for link in (h5py.SoftLink("/nowhere"), h5py.ExternalLink("cov.h5", "/")):

        def change(h5, link=link):
            del h5["chr1"]
            h5["chr1"] = link

        refused(altered(db, "peaks", change), "link")


@pytest.mark.parametrize("broken", ["overlap", "order", "outside", "empty"])
def test_validate_finds_records_out_of_order(db, broken):
    def change(h5):
        start, end = h5["chr1/start"][:], h5["chr1/end"][:]
        if broken == "overlap":
            end[5] = start[6] + 1
        elif broken == "order":
            start[[5, 6]], end[[5, 6]] = start[[6, 5]], end[[6, 5]]
        elif broken == "outside":
            end[-1] = 50_001
        else:
            end[7] = start[7]
        h5["chr1/start"][:], h5["chr1/end"][:] = start, end

    assert "order" in {f.rule for f in check_file(altered(db, "peaks", change))}
