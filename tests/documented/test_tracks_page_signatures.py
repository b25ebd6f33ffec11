"""Signatures, default values and answers that the document "Tracks" gives."""

import inspect
import math

import pandas as pd
import pytest

import genomedb.misha as misha

NAN = math.nan
WRITTEN = {  # parameters in order; those with a default have it
    "gtrack_info": {"track": ...},
    "gtrack_exists": {"track": ...},
    "gtrack_dataset": {"track": ...},
    "gtrack_create": {
        "track": ..., "description": ..., "expr": ..., "iterator": None, "band": None,
    },
    "gtrack_create_dense": {
        "track": ..., "description": ..., "intervals": ..., "values": ..., "binsize": ...,
        "defval": NAN,
    },
    "gtrack_create_sparse": {"track": ..., "description": ..., "intervals": ..., "values": ...},
    "gtrack_create_empty_indexed": {"track": ...},
    "gtrack_import": {
        "track": ..., "description": ..., "file": ..., "binsize": None, "defval": NAN,
        "attrs": None,
    },
    "gtrack_import_mappedseq": {
        "track": ..., "description": ..., "file": ..., "pileup": 0, "binsize": -1,
        "cols_order": (9, 11, 13, 14), "remove_dups": True,
    },
    "gtrack_import_set": {
        "description": ..., "path": ..., "binsize": ..., "track_prefix": None, "defval": NAN,
    },
    "gtrack_rm": {"track": ..., "force": False, "db": None},
    "gtrack_mv": {"src": ..., "dest": ...},
    "gtrack_copy": {"src": ..., "dest": ...},
    "gtrack_modify": {"track": ..., "expr": ..., "intervals": None},
    "gtrack_smooth": {
        "track": ..., "description": ..., "expr": ..., "winsize": ..., "weight_thr": 0,
        "smooth_nans": False, "alg": "LINEAR_RAMP", "iterator": None,
    },
    "gtrack_convert_to_indexed": {"track": ..., "remove_old": False},
    "gtrack_create_pwm_energy": {
        "track": ..., "description": ..., "pssmset": ..., "pssmid": ..., "prior": ...,
        "iterator": ...,
    },
    "gtrack_attr_get": {"track": ..., "attr": ...},
    "gtrack_attr_set": {"track": ..., "attr": ..., "value": ...},
    "gtrack_attr_export": {"tracks": None, "attrs": None},
    "gtrack_attr_import": {"table": ..., "remove_others": False},
    "gtrack_var_ls": {"track": ..., "pattern": ""},
    "gtrack_var_get": {"track": ..., "var": ...},
    "gtrack_var_set": {"track": ..., "var": ..., "value": ...},
    "gtrack_var_rm": {"track": ..., "var": ...},
    "gtrack_export_bedgraph": {
        "track": ..., "file": ..., "intervals": None, "iterator": None, "name": None,
    },
    "gtrack_export_bigwig": {"track": ..., "file": ..., "intervals": None, "iterator": None},
}  # fmt: skip


@pytest.mark.parametrize("name", WRITTEN)
def test_parameters_have_the_names_order_and_defaults_that_are_written(name):
    given = inspect.signature(getattr(misha, name)).parameters
    written = WRITTEN[name]
    assert list(given)[: len(written)] == list(written)
    for parameter, default in written.items():
        found = given[parameter]
        assert found.kind is inspect.Parameter.POSITIONAL_OR_KEYWORD
        if default is ...:
            continue
        assert found.default == default or math.isnan(default)
        assert type(found.default) is type(default)
    for parameter in list(given)[len(written) :]:  # what came later never has to be given
        assert given[parameter].default is not inspect.Parameter.empty


def test_patterns_are_positional_and_attributes_named():
    given = inspect.signature(misha.gtrack_ls).parameters
    kinds = inspect.Parameter
    assert [(p.name, p.kind) for p in given.values()] == [
        ("patterns", kinds.VAR_POSITIONAL), ("ignore_case", kinds.KEYWORD_ONLY),
        ("attr_filters", kinds.VAR_KEYWORD),
    ]  # fmt: skip
    assert given["ignore_case"].default is False


# ---- answers


@pytest.fixture(scope="module")
def pm(tmp_path_factory):
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("cache")))
        misha.gdb_init_examples()
        yield misha
        misha.gdb_unload()


ONE = pd.DataFrame({"chrom": ["1"], "start": [0], "end": [100]})
NOTHING = [  # calls that give None, in an order in which each can be made
    ("gtrack_create", "new.a", "", "dense_track", 100),
    ("gtrack_create_dense", "new.b", "", ONE, [1.0], 50),
    ("gtrack_create_sparse", "new.c", "", ONE, [1.0]),
    ("gtrack_create_pwm_energy", "new.d", "", "pssm", 3, 0.01, 100),
    ("gtrack_smooth", "new.e", "", "dense_track", 500),
    ("gtrack_create", "new.f", "", "new.c / 0", 100),
    ("gtrack_create_empty_indexed", "new.f"),
    ("gtrack_copy", "new.a", "new.g"),
    ("gtrack_mv", "new.g", "new.h"),
    ("gtrack_modify", "new.h", "new.h + 1"),
    ("gtrack_convert_to_indexed", "new.h"),
    ("gtrack_attr_set", "new.h", "lab", "ours"),
    ("gtrack_attr_import", pd.DataFrame({"lab": ["theirs"]}, index=["new.h"])),
    ("gtrack_var_set", "new.h", "v", [1]),
    ("gtrack_var_rm", "new.h", "v"),
    ("gtrack_export_bedgraph", "new.h", "h.bedgraph"),
    ("gtrack_export_bigwig", "new.h", "h.bw"),
    ("gtrack_import", "new.i", "", "h.bedgraph"),
    ("gtrack_rm", "new.h", True),
]


def test_functions_that_make_or_change_give_nothing(pm, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for name, *args in NOTHING:
        assert getattr(pm, name)(*args) is None, name


def test_questions_give_what_is_written(pm):
    assert type(pm.gtrack_ls()) is list
    assert pm.gtrack_ls("nothing has this name") is None
    assert type(pm.gtrack_info("dense_track")) is dict
    assert type(pm.gtrack_exists("dense_track")) is bool
    assert type(pm.gtrack_dataset("dense_track")) is str
    assert type(pm.gtrack_attr_get("dense_track", "none")) is str
    assert type(pm.gtrack_attr_export()) is pd.DataFrame
    assert type(pm.gtrack_var_ls("dense_track")) is list


@pytest.mark.parametrize("left_out", range(6))
def test_every_argument_of_an_energy_track_is_needed(pm, left_out):
    given = ["x", "Test", "pssm", 3, 0.01, 100]
    given[left_out] = None
    with pytest.raises(ValueError, match="None"):
        pm.gtrack_create_pwm_energy(*given)
    assert not pm.gtrack_exists("x")
