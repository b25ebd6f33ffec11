"""Both layouts answer every read alike, whatever the records."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from genomedb.db.create import create_database
from genomedb.storage.spec import ColumnSpec
from genomedb.tracks.create import Storage, new_features
from genomedb.tracks.diff import diff_tracks
from genomedb.tracks.rewrite import repack

CHROMS = {"chr1": 103, "2": 40, "chrX": 1}
SPECS = [ColumnSpec("t", "", "text"), ColumnSpec("x", "float32")]
STORAGE = st.sampled_from([None, Storage(compression=None), Storage(level=9, chunk_bytes=1024)])
TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=5)


@pytest.fixture(scope="module")
def db(tmp_path_factory):
    return create_database(tmp_path_factory.mktemp("dbs"), "toy", CHROMS)


@st.composite
def features(draw):
    found = {}
    for name, length in CHROMS.items():
        position = st.tuples(st.integers(0, length - 1), st.integers(1, 30))
        rows = sorted((a, min(a + n, length)) for a, n in draw(st.lists(position, max_size=8)))
        if not rows and draw(st.booleans()):
            continue
        columns = {
            "t": [draw(TEXT) for _ in rows],
            "x": np.array([draw(st.floats(width=32)) for _ in rows], np.float32),
            "strand": np.array([draw(st.integers(-1, 1)) for _ in rows], np.int8),
        }
        start, end = np.array(rows, np.int64).reshape(-1, 2).T
        found[name] = (start, end, columns)
    return found


@settings(max_examples=25, deadline=None)
@given(features(), STORAGE, st.data())
def test_features_read_alike_in_both_layouts_and_back(db, made, storage, data):
    with new_features(db.place("f"), SPECS, strand=True, overwrite=True) as draft:
        for chrom, piece in made.items():
            draft.write(chrom, [piece])
    old = db["f"]
    chrom = data.draw(st.sampled_from(sorted(CHROMS)))
    low = data.draw(st.integers(0, CHROMS[chrom] - 1))
    high = data.draw(st.integers(low + 1, CHROMS[chrom]))
    for layout in ("indexed", "per-chromosome"):
        new = repack(db["f"], layout=layout, storage=storage)
        assert new.layout == layout
        assert diff_tracks(old, new).chroms == []
        for regions in ([(chrom, low, high)], [(c, 0, n) for c, n in CHROMS.items()]):
            one, two = old.read_many(regions), new.read_many(regions)
            np.testing.assert_array_equal(one.start, two.start)
            np.testing.assert_array_equal(one.end, two.end)
            assert one.columns["t"].tolist() == two.columns["t"].tolist()
            np.testing.assert_array_equal(one.columns["x"], two.columns["x"])
            if old.has_strand:
                np.testing.assert_array_equal(one.strand, two.strand)
