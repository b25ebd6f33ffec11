"""Variables of tracks, through the facade."""

import numpy as np
import pandas as pd
import pytest

from genomedb.errors import TrackNotFoundError, UsageError
from genomedb.misha.current import current_db


@pytest.mark.parametrize(
    "value",
    [3, "text", [1, 2], {"a": None}, np.arange(6).reshape(2, 3), np.float64(2.5), True,
     pd.DataFrame({"a": [1.5], "b": ["x"]})],
    ids=lambda value: type(value).__name__,
)  # fmt: skip
def test_plain_values_come_back_as_they_are(pm, value):
    pm.gtrack_var_set("d", "v", value)
    found = pm.gtrack_var_get("d", "v")
    assert type(found) is type(value)
    if isinstance(value, pd.DataFrame):
        pd.testing.assert_frame_equal(found, value, check_dtype=False)
    else:
        np.testing.assert_array_equal(found, value)


def test_variables_are_listed_by_pattern_and_removed(pm):
    assert pm.gtrack_var_ls("d") == []
    for name in ("b2", "a1", "b1"):
        pm.gtrack_var_set("d", name, 1)
    assert pm.gtrack_var_ls("d") == ["a1", "b1", "b2"]
    assert pm.gtrack_var_ls("d", "^b") == ["b1", "b2"]
    with pytest.raises(UsageError, match=r"Invalid regex pattern '\('"):
        pm.gtrack_var_ls("d", "(")
    for _ in range(2):
        assert pm.gtrack_var_rm("d", "b1") is None
    assert pm.gtrack_var_ls("d") == ["a1", "b2"]
    assert pm.gtrack_attr_get("d", "description") == "dense"


def test_a_variable_that_is_not_there_is_told_with_those_that_are(pm):
    pm.gtrack_var_set("d", "v", 1)
    with pytest.raises(ValueError, match=r"Variable 'w' does not exist for track 'd'\. It has v"):
        pm.gtrack_var_get("d", "w")
    with pytest.raises(ValueError, match=r"for track 's'\. It has none"):
        pm.gtrack_var_get("s", "w")


@pytest.mark.parametrize("name", ["../x", "a/b", "", ".hidden", None, 3])
def test_names_with_a_path_are_refused(pm, name):
    for call in (pm.gtrack_var_get, pm.gtrack_var_rm, lambda t, v: pm.gtrack_var_set(t, v, 1)):
        with pytest.raises(UsageError, match=r"is not legal|var is (3|None)"):
            call("d", name)


def test_only_tracks_have_variables(pm):
    for call in (
        lambda: pm.gtrack_var_ls("nope"), lambda: pm.gtrack_var_get("nope", "v"),
        lambda: pm.gtrack_var_set("nope", "v", 1), lambda: pm.gtrack_var_rm("nope", "v"),
    ):  # fmt: skip
        with pytest.raises(TrackNotFoundError, match="'nope' does not exist"):
            call()


def test_what_could_only_be_unpickled_is_refused_both_ways(pm):
    with pytest.raises(UsageError, match=r"gdb_init\(path, allow_pickle=True\)"):
        pm.gtrack_var_set("d", "v", {1, 2})
    assert pm.gtrack_var_ls("d") == []
    current_db().set_variable("d", "v", {1, 2}, allow_pickle=True)
    with pytest.raises(UsageError, match=r"variable v is a pickle.*gdb_init\(path, allow_pickle"):
        pm.gtrack_var_get("d", "v")


def test_pickles_are_for_databases_that_were_opened_so(pm, tmp_path):
    pm.gdb_init(tmp_path / "toy", allow_pickle=True)
    for go in (lambda: None, lambda: pm.gdir_cd("sub"), pm.gdb_reload):
        go()
        pm.gtrack_var_set("d", "v", {1, 2})
        assert pm.gtrack_var_get("d", "v") == {1, 2}
    pm.gdb_init(tmp_path / "toy")
    with pytest.raises(UsageError, match="variable v is a pickle"):
        pm.gtrack_var_get("d", "v")
