"""What no verb can use is refused by name, before any work, whichever verb it is."""

from functools import partial

import numpy as np
import pandas as pd
import pytest

from genomedb.analysis.bins import bins_quantiles, bins_summary
from genomedb.analysis.correlation import correlation
from genomedb.analysis.distribution import distribution
from genomedb.analysis.extract import extract, extract_blocks
from genomedb.analysis.iterator_intervals import iterator_intervals
from genomedb.analysis.lookup import lookup
from genomedb.analysis.mapply import mapply
from genomedb.analysis.partition import partition
from genomedb.analysis.per_row import intervals_quantiles, intervals_summary
from genomedb.analysis.quantiles import quantiles
from genomedb.analysis.sample import sample
from genomedb.analysis.screen import screen
from genomedb.analysis.segment import segment
from genomedb.analysis.summary import summary
from genomedb.analysis.wilcox import wilcox
from genomedb.core.spans import Spans
from genomedb.db.create import create_database
from genomedb.errors import ChromError, ExpressionError, GenomeDBError, UsageError
from genomedb.virtual.definition import VirtualTrack

BREAKS = [0, 1, 2]
ONE_EXPRESSION = {
    "summary": summary,
    "screen": screen,
    "quantiles": quantiles,
    "partition": lambda db, e, **k: partition(db, e, BREAKS, **k),
    "segment": lambda db, e, **k: segment(db, e, 100, **k),
    "wilcox": lambda db, e, **k: wilcox(db, e, 300, 100, **k),
    "sample": lambda db, e, **k: sample(db, e, 3, rng=1, **k),
    "bins_summary": lambda db, e, **k: bins_summary(db, "b", BREAKS, e, **k),
    "bins_quantiles": lambda db, e, **k: bins_quantiles(db, "b", BREAKS, e, **k),
    "intervals_summary": intervals_summary,
    "intervals_quantiles": intervals_quantiles,
}
VERBS = ONE_EXPRESSION | {
    "extract": extract,
    "extract_blocks": extract_blocks,  # what is wrong shows before the first block
    "distribution": lambda db, e, **k: distribution(db, e, BREAKS, **k),
    "lookup": lambda db, e, **k: lookup(db, [1, 2], e, BREAKS, **k),
    "correlation": lambda db, e, **k: correlation(db, (e, "b"), **k),
    "mapply": lambda db, e, **k: mapply(db, len, e, **k),
    "iterator_intervals": iterator_intervals,
}


class _Nothing:
    """What no verb can use; its name is the same in every process that collects the tests."""

    def __repr__(self):
        return "nothing"


_NOTHING = _Nothing()
every_verb = pytest.mark.parametrize("verb", VERBS.values(), ids=VERBS)
verb_of_one = pytest.mark.parametrize("verb", ONE_EXPRESSION.values(), ids=ONE_EXPRESSION)


def _frame(**columns):
    """Two intervals, with some columns changed."""
    return pd.DataFrame({"chrom": ["chr1", "chr2"], "start": [0, 10], "end": [50, 30]} | columns)


BAD_INTERVALS = {
    "unknown chromosome": (_frame(chrom=["chr1", "chr7"]), 'row 1: chromosome "chr7" does not'),
    "missing chromosome": (_frame(chrom=["chr1", None]), "row 1: chrom is missing"),
    "fraction as chromosome": (_frame(chrom=[1.5, 2]), 'row 0: chromosome "1.5" does not exist'),
    "list as chromosome": (_frame(chrom=[["chr1"], "chr2"]), "column chrom: holds neither text"),
    "other categories": (
        _frame(chrom=pd.Categorical(["chr1", "no"], categories=["no", "chr1"])),
        'row 1: chromosome "no" does not exist',
    ),
    "list as strand": (_frame(strand=[[1], 1]), "column strand: holds neither text"),
    "unknown strand": (_frame(strand=["?", "+"]), "column strand: row 0"),
    "start missing": (_frame(start=[np.nan, 10]), "column start: row 0 .* is missing"),
    "start nullable": (_frame(start=pd.array([0, None], "Int64")), "start: row 1 .* is missing"),
    "fraction": (_frame(start=[0.5, 10]), "column start: row 0 .* is not a whole number"),
    "infinite": (_frame(end=[50, np.inf]), "column end: row 1 .* is not a whole number"),
    "beyond 64 bits": (_frame(end=[2**70, 30]), "column end: holds numbers beyond 64 bits"),
    "half precision": (_frame(start=np.array([0.5, 10], np.float16)), "column start: row 0"),
    "text": (_frame(start=["0", "10"]), "column start: holds"),
    "dates": (_frame(start=pd.to_datetime(["2020", "2021"])), "column start: holds"),
    "negative": (_frame(start=[-1, 10]), "row 0 .*: start is negative"),
    "reversed": (_frame(start=[0, 30]), "row 1 .*: start is not before end"),
    "outside": (_frame(end=[50, 10**6]), "row 1 .*: end is beyond the chromosome"),
    "no column": (_frame().drop(columns="end"), "no column end"),
    "column twice": (pd.concat([_frame(), _frame()[["start"]]], axis=1), "start is there twice"),
    "spans of no chromosome": (Spans.of([9], [0], [50]), "row 0: code 9 is none of 3"),
    "spans outside": (Spans.of([0], [0], [10**6]), "row 0 .*: end is beyond the chromosome"),
    "reversed spans": (Spans.of([0], [50], [0]), "row 0 .*: start is not before end"),
    "something else": (VirtualTrack("a"), "cannot use VirtualTrack"),
}  # fmt: skip
bad_intervals = pytest.mark.parametrize(
    ("intervals", "message"), BAD_INTERVALS.values(), ids=BAD_INTERVALS
)


@every_verb
@bad_intervals
def test_a_bad_scope_is_refused(toy, verb, intervals, message):
    with pytest.raises((UsageError, ChromError), match=f"scope.*{message}|{message}.*scope"):
        verb(toy.db, "a", scope=intervals)


@bad_intervals
def test_a_bad_iterator_is_refused(toy, intervals, message):
    with pytest.raises((UsageError, ChromError), match=f"iterator.*{message}|{message}.*iterator"):
        extract(toy.db, "a", iterator=intervals)


@every_verb
@pytest.mark.parametrize(
    "iterator",
    [
        -2, 10.5, np.nan, np.inf, 1e300, 10**30, True, np.timedelta64(5, "D"), "", "nope", b"a",
        (), [10, "a"], {}, _NOTHING, pd.Series([10]), np.array([10]),
    ],
    ids=repr,
)  # fmt: skip
def test_a_bad_iterator_is_refused_by_every_verb(toy, verb, iterator):
    with pytest.raises(GenomeDBError) as caught:
        verb(toy.db, "a", scope="chr1", iterator=iterator)
    assert isinstance(caught.value, ValueError)


@pytest.mark.parametrize("iterator", [10.0, np.int8(10), np.uint64(10), np.float32(10)], ids=repr)
def test_whole_numbers_of_any_type_are_bin_sizes(toy, iterator):
    pd.testing.assert_frame_equal(
        extract(toy.db, "a", iterator=iterator), extract(toy.db, "a", iterator=10)
    )


@verb_of_one
@pytest.mark.parametrize("expressions", [["a", "b"], [], ["a", 5], [None], np.array(["a", "b"])])
def test_verbs_of_one_expression_refuse_others(toy, verb, expressions):
    with pytest.raises(UsageError, match="expression"):
        verb(toy.db, expressions)


@verb_of_one
def test_one_expression_may_stand_in_a_list(toy, verb):
    one, listed = verb(toy.db, "a"), verb(toy.db, ["a"])
    np.testing.assert_array_equal(np.asarray(one, object), np.asarray(listed, object))


@every_verb
@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"virtual": [VirtualTrack("a")]}, "virtual .* is no mapping"),
        ({"virtual": np.array([])}, "virtual .* is no mapping"),
        ({"virtual": {"v": "a"}}, "virtual v: 'a' is no virtual track"),
        ({"variables": 0}, "variables 0 are no mapping"),
        ({"variables": pd.NA}, "variables <NA> are no mapping"),
        ({"variables": {"x": [1]}}, "variable x is of type list"),
    ],
    ids=str,
)
def test_definitions_are_mappings(toy, verb, options, message):
    with pytest.raises(UsageError, match=message):
        verb(toy.db, "a", **options)


@pytest.mark.parametrize("names", [5, [5], [["x"]], [None], True, np.array(3), _NOTHING], ids=repr)
@pytest.mark.parametrize(
    "verb",
    [
        partial(extract, expressions="a"),
        partial(distribution, expressions="a", breaks=BREAKS, as_frame=True),
        partial(correlation, pairs_of_expressions=("a", "b"), details=True),
    ],
    ids=["extract", "distribution", "correlation"],
)
def test_names_are_text(toy, verb, names):
    with pytest.raises(UsageError, match=r"names: .* is not a name\. Give text"):
        verb(toy.db, names=names)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda db: correlation(db, ("a", "b"), method=np.array([1, 2])), "method: .* not known"),
        (lambda db: iterator_intervals(db, "a", partial_bins=[]), "partial_bins .* is unknown"),
        (lambda db: mapply(db, len, "a", name=["x"]), "name .* is not text"),
        (lambda db: distribution(db, 5, BREAKS), "5 is not an expression"),
        (lambda db: extract(db, np.array(5)), "array.5. is not an expression"),
        (lambda db: segment(db, "a", 100, maxpval=[0.1]), "maxpval .* is not a probability"),
        (lambda db: segment(db, "a", np.timedelta64(100)), "minsegment .* is not a length"),
        (lambda db: wilcox(db, "a", 300, 100, maxpval=2), "maxpval 2 is not a probability"),
    ],
    ids=range(8),
)
def test_other_bad_arguments_are_named(toy, call, message):
    with pytest.raises(UsageError, match=message):
        call(toy.db)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"function": np.array([1, 2])}, "array.* is not a function of a track"),
        ({"dim": np.array([1, 2])}, "dim is array"),
        ({"dim": True}, "dim is True"),
        ({"column_function": []}, "slice function .* is not known"),
        ({"source": Spans.of([9], [0], [5])}, "source, row 0: code 9 is none"),
        ({"source": VirtualTrack("a")}, "is neither a name nor a DataFrame"),
        ({"source": _frame(), "function": "distance", "params": 10**30}, "params must be a finite"),
        ({"source": _frame(), "function": "neighbor.count", "params": 1e300}, "params must be a f"),
    ],
    ids=range(8),
)
def test_bad_definitions_are_named(toy, options, message):
    virtual = {"v": VirtualTrack(**({"source": "a"} | options))}
    with pytest.raises((UsageError, ChromError), match=message):
        extract(toy.db, "v", iterator=10, virtual=virtual)


def test_statistics_of_infinite_values_warn_of_nothing(toy):
    rows = intervals_summary(toy.db, "np.inf * a", "chr1")
    a = toy.bins[toy.bins["chrom"] == "chr1"]["a"]
    assert rows["NaN intervals"].item() == (a.isna() | (a == 0)).sum()
    assert np.isnan(rows["Sum"].item())
    assert (rows["Min"].item(), rows["Max"].item()) == (-np.inf, np.inf)


@pytest.mark.parametrize("name", ["START", "`END`", "CHROM == 'chr1'"])
def test_a_track_called_like_a_place_is_never_mistaken_for_it(tmp_path, name):
    db = create_database(tmp_path / "root", "toy", {"chr1": 100})
    track = name.strip("`").split()[0]
    db.create_dense(track, {"chr1": np.zeros(10, np.float32)}, bin_size=10)
    with pytest.raises(ExpressionError, match=f"'{track}' is a track and a place of the iterator"):
        extract(db, name, iterator=10)
    virtual = {"v": VirtualTrack(track)}
    assert extract(db, "v", virtual=virtual)["v"].tolist() == [0.0] * 10
