"""Functions of the facade as they are handed out: checked, and otherwise themselves."""

import inspect
import pickle
from pathlib import Path

import numpy as np
import pytest

import genomedb.misha as misha
from genomedb.errors import UsageError
from genomedb.misha.checked import checked


def sample(
    name: "str",
    n: "int" = 1,
    share: "float | None" = None,
    force: "bool" = False,
    path: "str | Path | None" = None,
    words: "Sequence[str] | None" = None,  # noqa: F821 - only its text is looked at
    other: "Any" = None,  # noqa: F821
    *more: "str",
    **named: "str",
):
    return name, n, share, force, path, words, other, more, named


def test_right_arguments_go_through_as_they_are():
    one, words = np.int64(3), np.array(["a", "b"], dtype=object)
    found = checked(sample)("x", one, 0.5, np.True_, Path("a"), words, object, "y", z="z")
    assert found[1] is one
    assert found[5] is words
    assert found[7:] == (("y",), {"z": "z"})
    assert checked(sample)("x", n=2.0, share=None, force=1, words=["a"])[1] == 2.0
    assert list(checked(sample)("x", words=iter(["a", 3]))[5]) == ["a", 3]  # left to the function


@pytest.mark.parametrize(
    ("args", "options", "message"),
    [
        ((3,), {}, "name is 3. Give a text"),
        ((None,), {}, "name is None. Give a text"),
        (("x", 2.5), {}, r"n is 2\.5. Give a whole number"),
        (("x", "2"), {}, "n is '2'"),
        (("x",), {"share": "half"}, "share is 'half'. Give a number or None"),
        (("x",), {"force": None}, "force is None. Give True or False"),
        (("x",), {"force": np.array([True, False])}, "force is array"),
        (("x",), {"path": 3}, "path is 3. Give a path or None"),
        (("x",), {"path": "a\0b"}, "path is "),
        (("x",), {"words": ["a", 3]}, "words is .*Give a list of texts or None"),
        (("x", 1, None, False, None, None, None, "y", 3), {}, "more is 3"),
        (("x",), {"z": 3}, "named is 3"),
    ],
)
def test_wrong_arguments_are_refused_by_name(args, options, message):
    with pytest.raises(UsageError, match=message):
        checked(sample)(*args, **options)


def test_missing_and_superfluous_arguments_are_as_of_any_function():
    for args, options in (((), {}), (("x",), {"name": "y"})):
        with pytest.raises(TypeError):
            checked(sample)(*args, **options)


def test_functions_keep_names_signatures_and_texts():
    from genomedb.misha import tracks

    assert misha.gtrack_rm.__name__ == "gtrack_rm"
    assert misha.gtrack_rm.__doc__ == tracks.gtrack_rm.__doc__
    assert inspect.signature(misha.gtrack_rm) == inspect.signature(tracks.gtrack_rm)
    assert pickle.loads(pickle.dumps(misha.gtrack_rm)) is misha.gtrack_rm
