"""lookup_track stores what lookup gives."""

import numpy as np
import pytest

from genomedb.analysis.lookup import lookup
from genomedb.analysis.lookup_track import lookup_track
from genomedb.errors import TrackExistsError, UsageError

TABLE = [[1, 2, 3], [4, 5, np.inf]]
BREAKS = [[-2, 0, 2], [-9, -1, 1, 9]]


@pytest.mark.parametrize("options", [{}, {"force_binning": False}, {"include_lowest": True},
                                     {"iterator": 25}])  # fmt: skip
def test_a_dense_track_holds_the_values_of_lookup(toy, many_tasks, options):
    name = f"t{len(options)}{''.join(options)}"
    lookup_track(toy.db, name, TABLE, ["a", "b"], BREAKS, **options)
    expected = lookup(toy.db, TABLE, ["a", "b"], BREAKS, **options)
    for chrom in toy.db.chroms.names:
        rows = expected["value"][expected["chrom"] == chrom].to_numpy()
        rows = np.where(np.isinf(rows), np.nan, rows)
        np.testing.assert_array_equal(toy.db[name].read(chrom), rows.astype(np.float32))


def test_intervals_make_a_sparse_track(toy):
    rows = toy.bins.iloc[::7][["chrom", "start", "end"]]
    lookup_track(toy.db, "few", [1, 2], "a", [-9, 0, 9], iterator=rows, executor=2)
    assert toy.db["few"].track_type == "sparse"
    here = rows[rows.chrom == "chr10"]
    assert toy.db["few"].read("chr10").start.tolist() == here.start.tolist()


def test_bad_input_is_refused_before_any_work(toy):
    with pytest.raises(UsageError, match=r"shape \(3,\), but the breaks make \(2,\) bins"):
        lookup_track(toy.db, "bad", [1, 2, 3], "a", [0, 1, 2])
    with pytest.raises(TrackExistsError, match="'a' already exists"):
        lookup_track(toy.db, "a", [1, 2, 3], "a", [0, 1, 2])
    assert not toy.db.has_track("bad")
