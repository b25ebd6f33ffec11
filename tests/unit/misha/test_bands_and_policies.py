"""Every function that takes a band or a policy: what it makes of right, wrong and needless ones."""

import inspect
from collections.abc import Iterator

import numpy as np
import pytest
from misha_calls import BREAKS, CALLS, MODEL, ONE, PAIR, make_database

import genomedb.misha as pm

WITH_BAND = [name for name, call in CALLS.items()
             if "band" in inspect.signature(getattr(pm, name)).parameters]  # fmt: skip
NEEDS_TWO = {"gcis_decay", "giterator_intervals_2d", "gintervals_2d_band_intersect"}
ONE_ONLY = {"gpartition"}
WRONG_BANDS = [5, (1, 2, 3), ("a", 9), (9, 1), (0.5, 3), "ab", object(), np.array([[1, 2]])]
WRONG_POLICIES = [
    pm.FixedRectPolicy("a", 5), pm.FixedRectPolicy(0, 5), pm.TrackRectsPolicy("none such"),
    pm.TrackRectsPolicy(None), pm.CartesianGridSpec("none such", [-10, 10]),
    pm.CartesianGridSpec(ONE, "ab"), pm.CartesianGridSpec(ONE, [-10, 10], min_band_idx="x"),
    object(),
]  # fmt: skip


@pytest.fixture(scope="module", autouse=True)
def database(tmp_path_factory):
    folder = tmp_path_factory.mktemp("bands")
    make_database(folder)
    pm.gdb_init(folder / "toy")
    yield
    pm.gdb_unload()


def ask(name, **changes):
    """The call of the table, over the 2D track r where it asks for the values of d."""
    args, options = CALLS[name].get("", ()), {k: v for k, v in CALLS[name].items() if k}
    if changes.pop("is_2d", True):
        args = tuple({"d": "r"}.get(a, a) if isinstance(a, str) else a for a in args)
        options = {
            k: v.replace("d", "r") if k == "expr" and v in ("d", "d > 2") else v
            for k, v in options.items()
        }
        if options.get("intervals") is ONE:
            options["intervals"] = PAIR
        if options.get("iterator") == 10:
            del options["iterator"]
    if "track" in options:
        number = sum(track.startswith("made") for track in pm.gtrack_ls() or ())
        options["track"] = f"made{number}"
    found = getattr(pm, name)(*args, **{**options, **changes})
    return list(found) if isinstance(found, Iterator) else found


def test_functions_with_a_band_are_known():
    assert set(WITH_BAND) > NEEDS_TWO | ONE_ONLY
    assert len(WITH_BAND) >= 15


@pytest.mark.parametrize("name", sorted(set(WITH_BAND) - NEEDS_TWO))
def test_a_band_of_one_dimension_is_refused(name):
    with pytest.raises(pm.error, match="band"):
        ask(name, band=(-100, 100), is_2d=False)


@pytest.mark.parametrize("name", sorted(set(WITH_BAND) - ONE_ONLY))
def test_a_band_of_two_dimensions_is_taken_and_a_wrong_one_told(name):
    ask(name, band=(-100, 100))
    for band in WRONG_BANDS:
        with pytest.raises(pm.error):
            ask(name, band=band)


@pytest.mark.parametrize("name", sorted(ONE_ONLY))
def test_functions_of_one_dimension_refuse_2d_tracks(name):
    with pytest.raises(pm.error, match=r"two-dimensional|one dimension"):
        ask(name)


@pytest.mark.parametrize("policy", WRONG_POLICIES, ids=lambda policy: type(policy).__name__)
def test_wrong_policies_are_told(policy):
    for name in ("gextract", "gsummary", "gtrack_create", "giterator_intervals_2d"):
        with pytest.raises(pm.error):
            ask(name, iterator=policy)


def test_lists_of_the_synthesis_are_told():
    with pytest.raises(pm.error, match="breaks: 'ab' are not numbers"):
        pm.gsynth_bin_map("ab", [])
    for wrong in ("ab", 3, {"from": 1}, [3], [{"from": 1}]):
        with pytest.raises(pm.error):
            pm.gsynth_bin_map(BREAKS, wrong)
        with pytest.raises(pm.error):
            pm.gsynth_train({"expr": "d", "breaks": BREAKS, "bin_merge": wrong}, iterator=10, k=1)
        with pytest.raises(pm.error):
            pm.gsynth_sample(MODEL, intervals=ONE, bin_merge=[wrong])
    with pytest.raises(pm.error, match="nuc_probs must be a dict"):
        pm.gsynth_random(nuc_probs=[0.25] * 4)
