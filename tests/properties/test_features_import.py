"""Features imported in either layout read as the rows of a slow twin."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from genomedb import create_database
from genomedb.importers import features

CHROMS = {"chr1": 90, "chr2": 60, "chr3": 70}
ROWS = st.lists(
    st.tuples(
        st.sampled_from(list(CHROMS)), st.integers(0, 40), st.integers(1, 20),
        st.sampled_from(["", "a", "bé", "7", "."]), st.integers(-5, 5), st.sampled_from("+-."),
    ),
    min_size=1, max_size=60,
)  # fmt: skip


@settings(max_examples=30, deadline=None)
@given(rows=ROWS, few=st.sampled_from([0, 1000]), a=st.integers(0, 50),
       size=st.integers(1, 10))  # fmt: skip
def test_imported_features_read_like_masks_of_a_frame(tmp_path_factory, rows, few, a, size):
    folder = tmp_path_factory.mktemp("features")
    db = create_database(folder, "toy", CHROMS)
    frame = pd.DataFrame(rows, columns=["chrom", "start", "end", "name", "score", "strand"])
    frame["end"] += frame["start"]
    path = folder / "x.bed"
    frame.to_csv(path, sep="\t", header=False, index=False)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(features, "FEW_RECORDS", few)
        features.import_features(db, "x", path)
    assert db["x"].layout == ("indexed" if few else "per-chromosome")
    sort = frame.sort_values(["start", "end"], kind="stable")
    for chrom in CHROMS:
        mine = sort[sort["chrom"] == chrom]
        for lo, hi in ((0, CHROMS[chrom]), (a, a + size)):
            wanted = mine[(mine["start"] < hi) & (mine["end"] > lo)]
            found = db["x"].read(chrom, lo, hi)
            np.testing.assert_array_equal(found.start, wanted["start"])
            np.testing.assert_array_equal(found.end, wanted["end"])
            strand = [{"+": 1, "-": -1, ".": 0}[s] for s in wanted["strand"]]
            assert found.strand.tolist() == strand
            assert found.columns["name"].tolist() == wanted["name"].tolist()
            np.testing.assert_array_equal(found.columns["score"], wanted["score"])
