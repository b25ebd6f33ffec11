"""Legal names, regions as text, and the settings of the environment."""

import pytest

from genomedb.core import settings
from genomedb.core.chroms import ChromTable
from genomedb.core.names import attribute_name, track_name
from genomedb.core.region import Region, parse_region
from genomedb.errors import ChromError, UsageError

CHROMS = ChromTable(("chr1", "HLA:1-5", "chr2"), (5000, 100, 50))


@pytest.mark.parametrize(
    "text", ["dnase/wi38", "dnase.wi38", "/dnase/wi38", "dnase/wi38.h5", "dnase.wi38.h5"]
)
def test_spellings_of_one_track_name(text):
    assert track_name(text) == "dnase/wi38"


@pytest.mark.parametrize(
    "text",
    ["", "/", "..", "a/../b", "../a", "a//b", "a/", "//a", "1a", "_a", "-a", "a b", "a\n", "a\0b",
     "\u00e4", "a/\u0663", "a" * 101, "a/" + "b" * 101, "/".join("abcdefghi"), "a\\b", "~a", "a*",
     "\ud800", ".h5", ".hidden", "C:a"],
)  # fmt: skip
def test_illegal_track_names(text):
    with pytest.raises(UsageError):
        track_name(text)


@pytest.mark.parametrize("thing", [None, 5, b"a", ["a"]])
def test_a_track_name_is_text(thing):
    with pytest.raises(UsageError, match="a track name is text"):
        track_name(thing)


def test_the_longest_legal_names():
    assert track_name("/".join(["a" * 100] * 8)).count("/") == 7
    assert attribute_name("a" * 200)


@pytest.mark.parametrize("text", ["", "1a", "a b", "a/b", "a" * 201, "a\n", "\u00e4", None, 5])
def test_illegal_attribute_names(text):
    with pytest.raises(UsageError, match="not legal"):
        attribute_name(text)


@pytest.mark.parametrize(
    ("text", "region"),
    [
        ("chr1:10-20", Region("chr1", 10, 20)),
        ("1:1,000-2,000", Region("chr1", 1000, 2000)),
        ("chr1", Region("chr1", 0, 5000)),
        ("2", Region("chr2", 0, 50)),
        ("HLA:1-5", Region("HLA:1-5", 0, 100)),
        ("HLA:1-5:3-4", Region("HLA:1-5", 3, 4)),
        ("chr1:0-5000 ", Region("chr1", 0, 5000)),
    ],
)
def test_regions_as_text(text, region):
    assert parse_region(text, CHROMS) == region
    assert parse_region(str(region), CHROMS) == region


@pytest.mark.parametrize(
    ("text", "error", "words"),
    [
        ("chr1:5", UsageError, "cannot read region"),
        ("chr1:5-", UsageError, "cannot read region"),
        ("chr1:-5-8", UsageError, "cannot read region"),
        ("chr1:1.5-8", UsageError, "cannot read region"),
        ("chr1:\u0661-8", UsageError, "cannot read region"),
        ("chr1:1e3-1e4", UsageError, "cannot read region"),
        ("", UsageError, "cannot read region|does not exist"),
        ("chr1:" + "9" * 5000 + "-1", UsageError, "cannot read region"),
        (None, UsageError, "cannot read region"),
        ("chr9", ChromError, "does not exist"),
        ("chr9:1-5", ChromError, "does not exist"),
        ("chr1:20-10", ChromError, "start must be before end"),
        ("chr1:10-10", ChromError, "start must be before end"),
        ("chr1:10-5001", ChromError, "not inside the chromosome"),
        ("chr1:" + "9" * 25 + "-" + "9" * 26, ChromError, "not inside"),
    ],
)
def test_regions_that_cannot_be_read(text, error, words):
    with pytest.raises(error, match=words):
        parse_region(text, CHROMS)


def test_settings_come_from_the_environment(monkeypatch):
    monkeypatch.setenv("GENOMEDB_THREADS", "7")
    monkeypatch.setenv("GENOMEDB_CACHE_MB", "3")
    monkeypatch.setenv("GENOMEDB_PROGRESS", "0")
    monkeypatch.setenv("GENOME_DB", "")
    assert settings.threads() == 7
    assert settings.cache_bytes() == 3_000_000
    assert not settings.show_progress()
    assert settings.database_root() is None


@pytest.mark.parametrize("text", ["0", "-1", "x", "1.5", "\u0663"])
def test_a_setting_that_is_no_number_is_refused_by_name(monkeypatch, text):
    monkeypatch.setenv("GENOMEDB_THREADS", text)
    with pytest.raises(UsageError, match="GENOMEDB_THREADS="):
        settings.threads()
