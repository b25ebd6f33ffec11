"""Every function of the facade, called with one argument of a wrong type at a time.

It either gives an answer or raises an error of the library's own that changes nothing: never a
TypeError of some line within, a question about the truth of an array, or half of a track.
"""

import inspect
import os
import shutil
from collections.abc import Iterator

import numpy as np
import pytest
from misha_calls import CALLS, make_database

import genomedb.misha as pm

WRONG = {
    "None": None, "fraction": 2.5, "text": "no ][ such", "list": [1, "a"],
    "array": np.array([1.5, 2.5]), "object": object(),
}  # fmt: skip
NO_FUNCTIONS = {"CONFIG", "PymishaWarning", "error"}
# names whose bad input has tests of its own
ELSEWHERE = {
    "gdb_import_misha", "gdb_create_genome", "gdb_build_genome", "gdb_install_intervals",
}  # fmt: skip


@pytest.fixture(scope="module")
def template(tmp_path_factory):
    folder = tmp_path_factory.mktemp("wrong")
    make_database(folder)
    return folder


@pytest.fixture
def ask(template, tmp_path, monkeypatch):
    """Make a call in a fresh copy of the database, unless the last one changed nothing."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(template / "cache"))
    state = {}

    def ask(name, args, options):
        if state.get("files") != files(tmp_path) or not state:
            monkeypatch.chdir(template)
            for path in tmp_path.iterdir():
                shutil.rmtree(path) if path.is_dir() else path.unlink()
            for path in template.iterdir():
                if path.name == "cache":
                    continue
                copy = shutil.copytree if path.is_dir() else shutil.copy
                copy(path, tmp_path / path.name)
            monkeypatch.chdir(tmp_path)
        pm.CONFIG.update(multitasking=True, max_processes=1)
        pm.gdb_init(tmp_path / "toy")
        pm.gvtrack_create("w", "a" if name == "gvtrack_array_slice" else "d", "avg")
        state["files"] = files(tmp_path)
        found = getattr(pm, name)(*args, **options)
        return list(found) if isinstance(found, Iterator) else found

    ask.state = state
    yield ask
    pm.gdb_unload()
    pm.CONFIG.update(multitasking=True, max_processes=1)


def files(folder):
    found = []
    for below, _, names in os.walk(folder):
        found += [(below, name, os.stat(f"{below}/{name}").st_mtime_ns) for name in names]
        found.append((below, "", 0))
    return sorted(f for f in found if "catalogue" not in f[1])


def given(name):
    call = CALLS[name]
    return call.get("", ()), {key: value for key, value in call.items() if key}


def variants(name):
    """Calls with one wrong argument: parameter, kind of value, arguments, options."""
    args, options = given(name)
    for i in range(len(args)):
        for kind, value in WRONG.items():
            yield f"*{i}", kind, (*args[:i], value, *args[i + 1 :]), options
    parameters = inspect.signature(getattr(pm, name)).parameters.values()
    first = next(iter(parameters), None)
    taken = 0 if first is None or first.kind is first.VAR_POSITIONAL else len(args)
    for parameter in list(parameters)[taken:]:
        if parameter.kind not in (parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD):
            for kind, value in WRONG.items():
                yield parameter.name, kind, args, {**options, parameter.name: value}


def test_every_function_is_here():
    assert set(pm.__all__) - set(CALLS) == NO_FUNCTIONS | ELSEWHERE


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("name", CALLS)
def test_a_wrong_argument_is_told_by_name_or_makes_sense(ask, tmp_path, name):
    ask(name, *given(name))  # the call itself is right
    faults = []
    for parameter, kind, args, options in variants(name):
        try:
            ask(name, args, options)
        except (pm.error, FileExistsError) as error:
            if ask.state["files"] != files(tmp_path):
                faults.append(f"{parameter}={kind}: something has changed, but {error}")
        except Exception as error:
            faults.append(f"{parameter}={kind}: {type(error).__name__}: {error}")
    assert not faults, "\n".join(faults)


@pytest.mark.parametrize("name", CALLS)
def test_flags_are_true_or_false(ask, name):
    args, options = given(name)
    for parameter in inspect.signature(getattr(pm, name)).parameters.values():
        if isinstance(parameter.default, bool) and parameter.annotation == "bool":
            with pytest.raises(ValueError, match=f"{parameter.name} is .*Give True or False"):
                ask(name, args, {**options, parameter.name: np.array([True, False])})
