"""Errors say where, what and the way out, and survive the way between processes."""

import pickle

import pytest

from genomedb import errors

CLASSES = [
    kind
    for kind in vars(errors).values()
    if isinstance(kind, type)
    and issubclass(kind, errors.GenomeDBError)
    and kind is not errors.ExpressionError  # shows its text: tested with the expressions
]


@pytest.mark.parametrize("kind", CLASSES)
def test_every_error_survives_pickling_with_its_fields(kind):
    if kind is errors.ParseError:
        error = kind("bad end", path="a.bed", line=7, fix="Repair it")
    else:
        error = kind("bad end", where="a.bed:7", fix="Repair it")
    error.extra = (1, 2)
    copy = pickle.loads(pickle.dumps(error))
    assert type(copy) is kind
    assert str(copy) == str(error) == "a.bed:7: bad end. Repair it"
    assert copy.__dict__ == error.__dict__
    assert (copy.problem, copy.where, copy.fix) == ("bad end", "a.bed:7", "Repair it")


@pytest.mark.parametrize(
    ("kind", "builtin"),
    [
        (errors.UsageError, ValueError), (errors.TrackNotFoundError, ValueError),
        (errors.ChromError, KeyError), (errors.NoDatabaseError, RuntimeError),
        (errors.MissingFileError, FileNotFoundError), (errors.FormatError, ValueError),
        (errors.LockedError, OSError), (errors.WriteError, OSError),
        (errors.MissingDependencyError, ImportError),
    ],
)  # fmt: skip
def test_errors_are_what_callers_expect(kind, builtin):
    assert issubclass(kind, builtin)
    assert str(kind("short")) == "short"
