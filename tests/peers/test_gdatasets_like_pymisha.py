"""Datasets saved and loaded by both facades hold and tell the same.

Known differences, set by rules of our own, which the cases here stay clear of:

- a sequence is part of a dataset as a file of its own (the peer's is a link to another folder);
- ``symlinks=True`` gives files a second name, which lasts; the peer makes links;
- ``genome`` and ``misha_version`` have words of their own; databases that gdataset_save did not
  make have an author and a date too.
"""

import pytest
from peer_facades import FACADES, QUIET, in_both, pm, tracks

import genomedb.misha as gm

pytestmark = [*QUIET, pytest.mark.usefixtures("tracks")]
__all__ = ["tracks"]
SAVED = ["d0", "sub.d2"]
COUNTS = ("description", "author", "track_count", "interval_count", "is_loaded")


@pytest.fixture
def roots(tmp_path):
    """Folders, by facade, of datasets of SAVED and the set ``apart``."""
    found = {}
    for facade in FACADES:
        facade.gintervals_save(facade.gintervals("chr1", 5, 50), "apart")
        path = tmp_path / facade.__name__ / "ds"
        path.parent.mkdir()
        found[facade] = facade.gdataset_save(str(path), "Fig. 1 é", SAVED, "apart")
        assert found[facade] == str(path)
        facade.gintervals_rm("apart")
    yield found
    for facade in FACADES:
        for path in facade.gdataset_ls():
            facade.gdataset_unload(path)


def test_what_a_dataset_is(roots):
    theirs, ours = (facade.gdataset_info(path) for facade, path in roots.items())
    assert list(theirs) == list(ours)
    assert [theirs[key] for key in COUNTS] == [ours[key] for key in COUNTS]
    assert len(theirs["created"]) == len(ours["created"])


def test_what_loading_counts(roots):
    counts = [facade.gdataset_load(path, force=True) for facade, path in roots.items()]
    assert counts[0] == counts[1] == {
        "tracks": 0, "intervals": 1, "shadowed_tracks": 2, "shadowed_intervals": 0,
    }  # fmt: skip
    for facade, path in roots.items():
        assert facade.gdataset_ls() == [path]
        assert facade.gintervals_dataset("apart") == path
        assert facade.gtrack_dataset("d0") != path
        assert facade.gdataset_info(path)["is_loaded"]
        facade.gdataset_unload(path)
        assert facade.gdataset_ls() == []


def test_a_later_dataset_wins(roots, tmp_path):
    for facade in FACADES:
        facade.gtrack_copy("d0", "xa")
        facade.gtrack_copy("d0", "xb")
        more = [
            facade.gdataset_save(str(tmp_path / facade.__name__ / name), "", held)
            for name, held in (("one", ["xa", "xb"]), ("two", ["xb"]))
        ]
        for name in ("xa", "xb"):
            facade.gtrack_rm(name, force=True)
        assert facade.gdataset_load(more[0])["tracks"] == 2
        with pytest.raises(ValueError, match="xb"):
            facade.gdataset_load(more[1])
        counts = facade.gdataset_load(more[1], force=True)
        assert (counts["tracks"], counts["shadowed_tracks"]) == (0, 1)
        assert [facade.gtrack_dataset(name) for name in ("xa", "xb")] == more


@pytest.mark.parametrize(
    "call",
    [
        ("gdataset_save", "new", ""), ("gdataset_save", "new", "", ["nope"]),
        ("gdataset_save", "new", "", None, ["nope"]), ("gdataset_load", "/nowhere"),
        ("gdataset_info", "/nowhere"),
    ],
    ids=str,
)  # fmt: skip
def test_errors_are_of_the_same_kind(call, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    name, *args = call
    kinds = []
    for facade in (pm, gm):
        with pytest.raises((ValueError, OSError)) as raised:
            getattr(facade, name)(*args)
        kinds.append(isinstance(raised.value, ValueError))
    assert kinds[0] == kinds[1]


def test_the_example_dataset_is_of_the_same_shape():
    before = [facade.gdb_info()["path"] for facade in FACADES]
    theirs, ours = in_both("gdataset_example_path")
    for facade, path in zip(FACADES, (theirs, ours), strict=True):
        facade.gdataset_load(path)
    names = in_both("gtrack_ls", "example")
    assert names[0] == names[1] == ["example_dataset_track"]
    frames = in_both("gintervals_load", "example_dataset_intervals")
    assert frames[0].values.tolist() == frames[1].values.tolist()
    for facade, path in zip(FACADES, before, strict=True):
        facade.gdb_init(path)
