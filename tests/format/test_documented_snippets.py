"""What `docs/format.md` shows works as it stands there, with h5py alone."""

import json
import re
import shutil
import subprocess
from pathlib import Path

import h5py
import numpy as np
import pytest

from genomedb.core.chroms import ChromTable, seqcol_digest, sha512t24u
from genomedb.core.version import FORMAT_VERSION
from genomedb.db.create import create_database
from genomedb.storage import schema
from genomedb.storage.pyramid import FIELDS, LEVELS
from genomedb.storage.spec import ColumnSpec
from genomedb.tracks.create import Place, new_features
from genomedb.tracks.open import open_track

DOCUMENT = (Path(__file__).parents[2] / "docs/format.md").read_text()


@pytest.mark.parametrize("track", ["cov", "raw"])
@pytest.mark.parametrize(("start", "end"), [(0, 8), (2, 3), (5, 8), (7, 8)])
def test_the_dense_snippet_reads_what_the_library_reads(db, documented, track, start, end):
    found = documented.read_dense(db.track_path(track), "chrX", start, end)
    np.testing.assert_array_equal(found, db.open_track(track).read("chrX", start, end))


@pytest.mark.parametrize(
    ("start", "end"),
    [(0, 50_000), (3, 5), (4, 6), (20_479, 20_481), (20_480, 40_000), (49_999, 50_000)],
)
def test_the_sparse_snippet_reads_what_the_library_reads(db, documented, start, end):
    found = documented.read_sparse(db.track_path("peaks"), "chr1", start, end)
    for theirs, ours in zip(found, db.open_track("peaks").read("chr1", start, end), strict=True):
        np.testing.assert_array_equal(theirs, ours)


def test_the_sparse_snippet_finds_nothing_on_a_chromosome_without_records(db, documented):
    assert documented.read_sparse(db.track_path("peaks"), "chr2", 0, 4)[0].size == 0


@pytest.fixture(params=["per-chromosome", "indexed"])
def genes(tmp_path, request):
    """A feature track of several blocks on chr1, a few features on chr2, none on chrX."""
    db = create_database(tmp_path / "g", "toy", {"chrX": 8, "chr2": 900, "chr1": 100_000})
    place = Place(tmp_path / "genes.h5", "genes", db.chroms, "toy")
    rng = np.random.default_rng(5)
    start = np.sort(rng.integers(0, 99_000, 13_000))
    end = start + rng.integers(1, 60, start.size)
    end[[10, 5000]] = 99_999
    order = np.lexsort((end, start))
    specs = [ColumnSpec("name", "", "text"), ColumnSpec("score", "float64")]
    with new_features(place, specs, strand=True, layout=request.param) as draft:
        for chrom, a, b in (("chr2", np.array([0, 5, 5]), np.array([9, 6, 900])),
                            ("chr1", start[order], end[order])):  # fmt: skip
            columns = {
                "name": ["é" * (i % 3) + str(i) for i in range(a.size)],
                "score": rng.random(a.size),
                "strand": rng.integers(-1, 2, a.size).astype("i1"),
            }
            draft.write(chrom, [(a, b, columns)])
    return open_track(place.path)


@pytest.mark.parametrize(
    ("chrom", "start", "end"),
    [
        ("chrX", 0, 8), ("chr2", 0, 900), ("chr2", 6, 9), ("chr2", 899, 900), ("chr1", 0, 1),
        ("chr1", 0, 100_000), ("chr1", 50_000, 50_010), ("chr1", 99_998, 99_999),
        ("chr1", 99_999, 100_000),
    ],
)  # fmt: skip
def test_the_feature_snippet_reads_what_the_library_reads(genes, documented, chrom, start, end):
    theirs = documented.read_features(genes.path, chrom, start, end)
    ours = genes.read(chrom, start, end)
    if not theirs:
        assert ours.start.size == 0
        return
    assert list(theirs) == ["start", "end", "strand", "name", "score"]
    for name in ("start", "end", "strand"):
        np.testing.assert_array_equal(theirs[name], getattr(ours, name))
    assert theirs["name"] == ours.columns["name"].tolist()
    np.testing.assert_array_equal(theirs["score"], ours.columns["score"])


def test_the_snippets_refuse_other_track_types(db, documented):
    with pytest.raises(ValueError, match="sparse track"):
        documented.read_dense(db.track_path("peaks"), "chr1", 0, 10)
    for read in (documented.read_sparse, documented.read_features):
        with pytest.raises(ValueError, match="dense track"):
            read(db.track_path("cov"), "chr1", 0, 10)


def test_the_documented_writer_makes_a_file_without_findings(db, documented):
    chroms = dict(zip(db.chroms.names, db.chroms.lengths, strict=True))
    values = {"chrX": np.array([1, 2.5, np.nan], "f4"), "chr1": np.arange(16_667, dtype="f4")}
    documented.write_dense(db.track_path("mine"), "toy", chroms, values, 3)
    assert dict(db.validate(["mine"])) == {"mine": []}
    track = db.open_track("mine")
    for chrom, expected in values.items():
        np.testing.assert_array_equal(track.read(chrom), expected)
    assert not track.has_chrom("chr2")


def test_the_check_vector_of_the_digest_is_right():
    parts = dict(re.findall(r"    (lengths|names) +(\[.*?\]) +\S+\n", DOCUMENT))
    promised = dict(re.findall(r"    (lengths|names|digest) .*?(\S{32})\n", DOCUMENT))
    for name, text in parts.items():
        assert sha512t24u(text.encode()) == promised[name]
    lists = {name: json.loads(text) for name, text in parts.items()}
    assert seqcol_digest(lists) == promised["digest"]
    assert ChromTable(tuple(lists["names"]), tuple(lists["lengths"])).digest == promised["digest"]


def test_the_page_names_the_version_that_the_library_writes():
    assert f"version {FORMAT_VERSION}\n" in DOCUMENT.splitlines(keepends=True)[0]


@pytest.mark.parametrize(
    "name", [*sorted(schema.STRUCTURAL), *schema.READ_ONLY_DEFAULT, *schema.VALUE_DTYPES,
             *schema.KNOWN_TYPES, schema.CHROM_NAMES, schema.CHROM_LENGTHS, schema.ALIAS_FROM,
             schema.ALIAS_TO, schema.CRC32, schema.SHA256, schema.FIRST_START, schema.MAX_END,
             schema.INDEX_OFFSET, schema.PYRAMID, schema.VARIABLES, *schema.LAYOUTS,
             *schema.COLUMN_DTYPES, schema.BYTES, schema.OFFSET, *FIELDS, *map(str, LEVELS)]
)  # fmt: skip
def test_the_page_gives_every_name_of_the_schema(name):
    assert name in DOCUMENT


def test_the_worked_example_is_what_is_written(tmp_path):
    db = create_database(tmp_path, "toy", {"chrX": 8, "chr1": 4, "chr2": 4})
    db.create_dense("cov", {"chrX": np.array([1, 2.5, np.nan], "f4")}, bin_size=3)
    with h5py.File(db.track_path("cov")) as h5:
        header = h5.attrs["header"].decode()
        assert f'DATA {{ (0): "{header}" }}' in DOCUMENT
        assert f"STRSIZE {len(header)};" in DOCUMENT
        assert h5["chrX"].chunks == (3,)
        assert (h5["chrX"].shuffle, h5["chrX"].compression) == (True, "gzip")
        assert h5["chrX"].fletcher32
        assert np.isnan(h5["chrX"].fillvalue)


@pytest.mark.parametrize("track", ["cov", "raw", "peaks", "chromosome"])
def test_every_file_keeps_to_the_container_rules(db, track):
    with h5py.File(db.path / f"{track}.h5") as h5:
        assert h5.id.get_create_plist().get_version()[0] == 3
        items = [h5]
        h5.visititems(lambda _, item: items.append(item))
        for item in items:
            for name in item.attrs:
                kind = item.attrs.get_id(name)
                assert kind.shape == ()
                assert h5py.check_string_dtype(kind.dtype) is None or (
                    h5py.check_string_dtype(kind.dtype).length is not None
                )
            if isinstance(item, h5py.Dataset):
                assert len(item.shape) == 1
                assert "sha256" in item.attrs
                assert item.fletcher32 == (item.chunks is not None)


@pytest.mark.skipif(shutil.which("h5dump") is None, reason="h5dump is not installed")
@pytest.mark.parametrize("track", ["cov", "raw", "peaks", "chromosome"])
def test_h5dump_reads_every_file(db, track):
    command = ["h5dump", str(db.path / f"{track}.h5")]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert "genomedb 1 " in done.stdout


def test_a_file_opened_by_path_needs_no_database(db):
    track = open_track(db.track_path("cov"))
    np.testing.assert_array_equal(track.read("chrX", 0, 6), [1, 2.5])
