"""Virtual tracks that are not right are refused by name, before any work."""

import numpy as np
import pandas as pd
import pytest

from genomedb.db.create import create_database
from genomedb.db.interval_sets import save_set
from genomedb.errors import GenomeDBError
from genomedb.virtual.bind import bind
from genomedb.virtual.definition import VirtualTrack

SIZES = {"chr1": 1000, "chr2": 500}
PLAIN = pd.DataFrame({"chrom": ["chr1", "chr2"], "start": [0, 10], "end": [50, 20]})
VALUED = PLAIN.assign(value=[1.0, np.nan])


@pytest.fixture(scope="module")
def db(tmp_path_factory):
    made = create_database(tmp_path_factory.mktemp("db"), "toy", SIZES)
    made.create_dense("signal", {"chr1": np.zeros(100, np.float32)}, bin_size=10)
    save_set(made, PLAIN, "genes")
    return made


def frame(**columns):
    return PLAIN.assign(**columns)


@pytest.mark.parametrize(
    ("given", "told"),
    [
        (VirtualTrack("signl"), r"source 'signl' is neither a track nor an interval set.*signal"),
        (VirtualTrack("a..b"), "a..b"),
        (VirtualTrack(""), "track name '' is not legal"),
        (VirtualTrack(5), "source 5 is neither a name nor a DataFrame"),
        (VirtualTrack(), "neither source nor function"),
        (VirtualTrack("signal", "mena"), r"'mena' is not a function of a track.*avg.*stddev"),
        (VirtualTrack("signal", 7), "7 is not a function of a track"),
        (VirtualTrack("signal", ["avg"]), "is not a function of a track"),
        (VirtualTrack("signal", "distance"), "'distance' is not a function of a track"),
        (VirtualTrack("signal", "coverage"), "'coverage' is not a function of a track"),
        (VirtualTrack("signal", "pwm"), "pwm is a function of the sequence.*source None"),
        (VirtualTrack(None, "avg"), "'avg' is not a function without a source.*kmer.count"),
        (VirtualTrack(None, []), "is not a function without a source"),
        (VirtualTrack(PLAIN, "avg"), "'avg' is not a function of intervals without values"),
        (VirtualTrack("genes", "sum"), "'sum' is not a function of intervals without values"),
        (VirtualTrack(VALUED, "area"), "'area' is not a function of intervals with values.*avg"),
        (VirtualTrack("signal", "quantile"), "quantile must be a number from 0 to 1, not None"),
        (VirtualTrack("signal", "quantile", 1.5), "from 0 to 1, not 1.5"),
        (VirtualTrack("signal", "quantile", float("nan")), "from 0 to 1, not nan"),
        (VirtualTrack("signal", "quantile", "0.5"), "from 0 to 1, not '0.5'"),
        (VirtualTrack("signal", "avg", 3), "avg takes no params, not 3"),
        (VirtualTrack(PLAIN, "distance", "far"), "distance: params must be a finite number"),
        (VirtualTrack(PLAIN, "neighbor.count", -1), "must not be negative, not -1"),
        (VirtualTrack(PLAIN, "coverage", 1), "coverage takes no params"),
        (VirtualTrack(None, "kmer.count"), "kmer"),
        (VirtualTrack(None, "pwm.count", {"pssm": np.ones((3, 4))}), "score_thresh"),
        (VirtualTrack("signal", sshift=0.5), "sshift is 0.5.*whole number"),
        (VirtualTrack("signal", eshift="10"), "eshift is '10'.*whole number"),
        (VirtualTrack("signal", eshift=float("nan")), "eshift is nan"),
        (VirtualTrack("signal", sshift=None), "sshift is None"),
        (VirtualTrack("signal", sshift=True), "sshift is True"),
        (VirtualTrack("signal", sshift=2**70), "sshift is 11805.*longer than any chromosome"),
        (VirtualTrack("signal", dim=3), "dim is 3.*1, 2 or None"),
        (VirtualTrack(frame(value=1.0, chrom="chr1", start=5)), "overlap"),
        (VirtualTrack(PLAIN.drop(columns="end")), "end"),
        (VirtualTrack(frame(start=[np.nan, 1])), "start"),
        (VirtualTrack(frame(start=[60, 1])), "source"),
        (VirtualTrack(frame(end=[50, 501])), "source"),
        (VirtualTrack(frame(chrom=["chr1", "chr7"])), "chr7"),
        (VirtualTrack(frame(chrom1="chr1")), "two-dimensional"),
        (VirtualTrack("signal", mask="nothing"), "mask 'nothing' is neither"),
        (VirtualTrack("signal", mask=7), "mask"),
        (VirtualTrack("signal", mask=[]), "mask"),
        (VirtualTrack("signal", mask=PLAIN.drop(columns="end")), "end"),
        (VirtualTrack("signal", mask=frame(start=[-1, 1])), "mask"),
        (VirtualTrack("signal", columns=["a"]), "column"),
        (VirtualTrack("signal", column_function="mode"), "mode"),
        (VirtualTrack(PLAIN, columns=["a"]), "columns are of array tracks"),
    ],
)  # fmt: skip
def test_what_is_refused_and_told(db, given, told):
    with pytest.raises(GenomeDBError, match=f"(?s){told}") as caught:
        bind(db, "v", given)
    assert isinstance(caught.value, ValueError)
    assert "virtual track 'v'" in str(caught.value) or caught.value.where is not None


def test_a_virtual_track_is_no_source(db):
    with pytest.raises(GenomeDBError, match="source 'other'"):
        bind(db, "v", VirtualTrack("other"))


def test_functions_without_a_name(db):
    assert bind(db, "v", VirtualTrack("signal")).function == "avg"
    assert bind(db, "v", VirtualTrack("signal", "mean")).function == "avg"
    assert bind(db, "v", VirtualTrack("genes")).function == "distance"
    assert bind(db, "v", VirtualTrack(PLAIN)).function == "distance"
    assert bind(db, "v", VirtualTrack(VALUED)).function == "avg"


def test_whole_numbers_in_any_guise_are_shifts(db):
    made = bind(db, "v", VirtualTrack("signal", sshift=-10.0, eshift=np.int64(5)))
    assert (made.sshift, made.eshift) == (-10, 5)
