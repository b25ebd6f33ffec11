"""Every public name of PyMisha is here, with its parameters, their order and defaults.

What differs is listed with its reason.
"""

import inspect

import pytest

import genomedb.misha as gm

pm = pytest.importorskip("pymisha")

OWN = {"gdb_import_misha"}  # the way in
CLASSES = {
    "CartesianGridSpec", "FixedRectPolicy", "GsynthModel", "IntervalsPolicy", "PymishaWarning",
    "TrackRectsPolicy", "error",
}  # fmt: skip
NO_FUNCTIONS = {"CONFIG"} | CLASSES
WRITTEN_OUT = "**kwargs of the peer, by name: a word that is misspelt is an error"
REASONS = {
    **dict.fromkeys(
        (
            "gbins_quantiles", "gbins_summary", "gdb_create", "gdist", "gextract",
            "gintervals_annotate", "gintervals_quantiles", "gintervals_random",
            "gintervals_summary", "glookup", "gpartition", "gquantiles", "gscreen", "gsetroot",
            "gsummary", "gvtrack_create", "gvtrack_filter",
        ),
        WRITTEN_OUT,
    ),
    "gdb_init": "allow_pickle, by name",
    "gsample": "seed, by name",
    "gtrack_copy": "one track, as documented: the peer's newer form takes lists and databases",
    "gtrack_liftover": "a private word of the peer",
}  # fmt: skip


def shown(function):
    """Parameters as (name, kind, default), the default as text."""
    return [
        (p.name, p.kind, "..." if p.default is p.empty else repr(p.default))
        for p in inspect.signature(function).parameters.values()
    ]


def test_every_name_is_here():
    assert set(pm.__all__) <= set(gm.__all__)
    assert set(gm.__all__) - set(pm.__all__) == OWN


@pytest.mark.parametrize("name", sorted(set(pm.__all__) - NO_FUNCTIONS))
def test_signatures_are_the_same_but_for_a_reason(name):
    theirs, ours = shown(getattr(pm, name)), shown(getattr(gm, name))
    if name not in REASONS:
        assert ours == theirs
        return
    assert ours != theirs, "the reason is gone"
    kinds = inspect.Parameter
    positional = [
        (key, default)
        for key, kind, default in theirs
        if kind is kinds.POSITIONAL_OR_KEYWORD and not key.startswith("_")
    ]
    mine = {key: default for key, _, default in ours}
    if name == "gtrack_copy":
        positional = positional[:2]
    # what is given by position means the same, unless a default has become unneeded
    order = [key for key, kind, _ in ours if kind is kinds.POSITIONAL_OR_KEYWORD]
    assert order[: len(positional)] == [key for key, _ in positional]
    for key, default in positional:
        assert mine[key] == default or default == "..." or name == "gtrack_copy"
