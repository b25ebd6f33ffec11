"""cis_decay and insulation: contacts by distance, borders and domains."""

import numpy as np
import pandas as pd
import pytest
from rectangle_walks import PLACES, SIZES, make_toy, slow_rows

from genomedb.analysis.cis_decay import cis_decay
from genomedb.analysis.insulation import insulation_borders, insulation_domains
from genomedb.errors import GenomeDBError

BREAKS = [0, 1, 5, 20, 60, 300]
WHOLE = [("chr2", 0, 300), ("chr10", 0, 200), ("chr1", 0, 90)]
SOURCE = [
    ("chr2", 0, 100),
    ("chr2", 90, 150),
    ("chr2", 150, 170),
    ("chr2", 200, 290),
    ("chr1", 5, 90),
]
DOMAINS = [("chr2", 120, 230), ("chr2", 0, 120), ("chr1", 0, 90), ("chr10", 3, 5)]


@pytest.fixture(scope="module")
def toy(tmp_path_factory):
    return make_toy(tmp_path_factory.mktemp("decay"))


def frame(rows):
    return pd.DataFrame(rows, columns=["chrom", "start", "end"])


def slow_decay(records, scope, *, band=None, include_lowest=False):
    """Contact by contact, base by base."""
    source = {(c, i) for c, a, b in SOURCE for i in range(a, b)}
    counts = np.zeros((len(BREAKS) - 1, 2))
    squares = pd.DataFrame([(*row, *row) for row in scope])
    for a, x1, x2, _, y1, y2, _, _ in slow_rows(records, squares, band):
        if any((a, i) not in source for i in range(x1, x2)):
            continue
        distance = abs(x1 + x2 - y1 - y2) // 2
        inside = any(c == a and s <= min(x1, y1) and max(x2, y2) <= e for c, s, e in DOMAINS)
        for i in range(len(BREAKS) - 1):
            lowest = include_lowest and i == 0 and distance == BREAKS[0]
            if BREAKS[i] < distance <= BREAKS[i + 1] or lowest:
                counts[i, 0 if inside else 1] += 1
    return counts


@pytest.mark.parametrize("band", [None, (-50, 70)])
@pytest.mark.parametrize("include_lowest", [False, True])
@pytest.mark.parametrize("track", ["points", "rects"])
def test_contacts_are_counted_by_distance(toy, track, include_lowest, band):
    db, records = toy
    found = cis_decay(
        db, track, BREAKS, src=frame(SOURCE), domains=frame(DOMAINS), band=band,
        include_lowest=include_lowest,
    )  # fmt: skip
    wanted = slow_decay(records[track], WHOLE, band=band, include_lowest=include_lowest)
    np.testing.assert_array_equal(found, wanted)
    assert wanted.sum() > 10


@pytest.mark.parametrize("track", ["points", "rects"])
def test_a_scope_of_one_dimension_means_each_row_with_itself(toy, track):
    db, records = toy
    scope = [("chr2", 20, 130), ("chr2", 140, 280)]
    options = {"src": frame(SOURCE), "domains": frame(DOMAINS)}
    found = cis_decay(db, track, BREAKS, scope=frame(scope), **options)
    np.testing.assert_array_equal(found, slow_decay(records[track], scope))
    squares = pd.DataFrame([(*row, *row) for row in scope], columns=PLACES)
    np.testing.assert_array_equal(cis_decay(db, track, BREAKS, scope=squares, **options), found)


def test_processes_count_the_same(toy):
    alone, together = (
        cis_decay(toy[0], "points", BREAKS, src="chr2", domains="chr2", executor=n) for n in (1, 2)
    )
    np.testing.assert_array_equal(alone, together)


def test_a_table_has_bins_and_kinds(toy):
    db, _ = toy
    found = cis_decay(db, "points", [0, 10, 300], src="chr2", domains="chr2", as_frame=True)
    assert found.index.tolist() == ["(0.0, 10.0]", "(10.0, 300.0]"]
    assert list(found) == ["intra", "inter"]
    assert found["inter"].sum() == 0


def test_names_and_chromosomes_without_contacts_or_domains(toy):
    db, _ = toy
    nothing = cis_decay(db, "points", BREAKS, src="chr10", domains="chr10")
    assert nothing.sum() == 0
    between = cis_decay(db, "points", BREAKS, src="chr2", domains=frame([("chr10", 0, 200)]))
    assert between[:, 0].sum() == 0
    assert between[:, 1].sum() > 0


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (
            {"domains": frame([("chr2", 0, 50), ("chr2", 40, 90)])},
            "chr2:0-50 and chr2:40-90 overlap",
        ),
        ({"src": None}, "src: is None"),
        ({"breaks": [5, 1]}, "is not above the one before"),
        ({"expression": "one_d"}, "one dimension"),
        ({"expression": "nothing"}, "not a track"),
        ({"src": "points"}, "src: has two dimensions"),
        ({"expression": "points + rects"}, "several 2D tracks"),
    ],
)
def test_what_is_not_right_is_told(toy, change, message):
    given = {"expression": "points", "breaks": BREAKS, "src": "chr2", "domains": "chr2"} | change
    with pytest.raises(GenomeDBError) as error:
        cis_decay(toy[0], given.pop("expression"), given.pop("breaks"), **given)
    assert message in str(error.value)


# ---- insulation


def test_borders_are_low_and_domains_high_or_missing(tmp_path):
    db, _ = make_toy(tmp_path)
    score = np.array([1, 5, np.nan, 2, 2, 3, 9, 1, 1] * 3, "f4")
    db.create_dense("score", {"chr2": np.append(score, [3, 3, 3])}, bin_size=10)
    low = insulation_borders(db, "score", 3, iterator=10)
    high = insulation_domains(db, "score", 3, "chr2", iterator=10)
    values = np.append(score, [3, 3, 3])
    for found, flags in ((low, values < 3), (high, ~(values <= 3))):
        edges = np.flatnonzero(np.diff(np.concatenate(([0], flags, [0])))).reshape(-1, 2) * 10
        assert found[["start", "end"]].to_numpy().tolist() == edges.tolist()
    others = insulation_domains(db, "score", 3, iterator=10)
    assert set(others["chrom"]) == set(SIZES)
    assert len(insulation_borders(db, "score", 0)) == 0


@pytest.mark.parametrize("threshold", [float("nan"), float("inf"), "3", None, True])
def test_a_threshold_is_a_number(toy, threshold):
    with pytest.raises(GenomeDBError, match="threshold"):
        insulation_borders(toy[0], "one_d", threshold)
