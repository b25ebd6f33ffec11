"""The names of the facade, and what importing it costs."""

import ast
import inspect
import subprocess
import sys
from pathlib import Path

import pytest

import genomedb.misha as misha

FOLDER = Path(misha.__file__).parent


def listed_in(path):
    """The names of a module's ``__all__``."""
    for node in ast.parse(path.read_text()).body:
        if isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") == "__all__":
            return set(ast.literal_eval(node.value))
    return set()


def test_every_name_of_the_modules_is_a_name_of_the_facade():
    every = {"CONFIG", "error", "PymishaWarning"}
    for path in FOLDER.glob("[!_]*.py"):
        every |= listed_in(path)
    assert set(misha.__all__) == every


def test_every_name_can_be_loaded_and_is_listed():
    for name in misha.__all__:
        assert getattr(misha, name) is not None
        assert name in dir(misha)
    with pytest.raises(AttributeError, match="no attribute 'gnonsense'"):
        misha.gnonsense  # noqa: B018


def test_every_function_has_a_docstring():
    for name in misha.__all__:
        value = getattr(misha, name)
        assert not callable(value) or inspect.getdoc(value), name


def test_errors_and_warnings_are_those_of_the_library():
    from genomedb import GenomeDBError, GenomeDBWarning

    assert misha.error is GenomeDBError
    assert misha.PymishaWarning is GenomeDBWarning


def test_importing_the_facade_loads_neither_pandas_nor_numpy_nor_h5py():
    code = (
        "import sys, genomedb.misha; print(sorted({'h5py', 'pandas', 'numpy'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
