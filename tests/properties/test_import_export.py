"""What is exported and imported again is the same track."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from genomedb.db.create import create_database
from genomedb.exporters import signal as exporter
from genomedb.exporters.sequence import export_fasta
from genomedb.exporters.signal import export_bedgraph, export_bigwig, export_wig
from genomedb.importers import binned
from genomedb.importers import spool as spool_module
from genomedb.importers.sequence import import_fasta
from genomedb.importers.signal import import_signal

CHROMS = {"chr1": 103, "2": 40, "chrX": 1}
EXPORTERS = {
    "bw": export_bigwig, "bedgraph": export_bedgraph, "bedgraph.gz": export_bedgraph,
    "wig": export_wig, "wig.gz": export_wig,
}  # fmt: skip
VALUE = st.just(np.nan) | st.floats(-(2.0**90), 2.0**90, width=32)
BIN_SIZES = st.sampled_from([1, 3, 10, 103, 500])


@pytest.fixture(scope="module")
def db(tmp_path_factory):
    return create_database(tmp_path_factory.mktemp("dbs"), "toy", CHROMS)


@st.composite
def dense_values(draw, elements, dtype):
    bin_size = draw(BIN_SIZES)
    values = {
        name: draw(arrays(dtype, -(-length // bin_size), elements=elements))
        for name, length in CHROMS.items()
    }
    return bin_size, values


@st.composite
def sparse_records(draw):
    found = {}
    for name, length in CHROMS.items():
        edges = sorted(draw(st.sets(st.integers(0, length), max_size=12)))
        pairs = list(zip(edges[::2], edges[1::2], strict=False))
        if draw(st.booleans()):  # touching records
            pairs = list(itertools.pairwise(edges))
        value = draw(arrays(np.float32, len(pairs), elements=VALUE))
        start, end = (np.array(c, np.int64) for c in (list(zip(*pairs, strict=True)) or [[], []]))
        if pairs:
            found[name] = (start, end, value)
    return found


def small_blocks(patch, n):
    patch.setattr(exporter, "_BLOCK_BINS", n)
    patch.setattr(binned, "WINDOW_BINS", n)
    patch.setattr(spool_module, "MEMORY_BYTES", 100 * n)


@settings(max_examples=30, deadline=None)
@given(dense_values(VALUE, np.float32), st.sampled_from(sorted(EXPORTERS)),
       st.sampled_from([2, 1 << 18]))  # fmt: skip
def test_dense_tracks_come_back(db, tmp_path_factory, case, kind, block):
    bin_size, values = case
    track = db.create_dense("dense", values, bin_size=bin_size, overwrite=True)
    path = tmp_path_factory.getbasetemp() / f"dense.{kind}"
    with pytest.MonkeyPatch.context() as patch:
        small_blocks(patch, block)
        EXPORTERS[kind](track, path, overwrite=True)
        if all(np.isnan(v).all() for v in values.values()):
            return  # nothing was written, and importing nothing is an error
        import_signal(db, "again", path, bin_size=bin_size, overwrite=True)
    for chrom in CHROMS:
        np.testing.assert_array_equal(db["again"].read(chrom), track.read(chrom))


@settings(max_examples=30, deadline=None)
@given(sparse_records(), st.sampled_from(sorted(EXPORTERS)))
def test_sparse_tracks_come_back(db, tmp_path_factory, records, kind):
    if kind == "bw":  # bigWig has no records without a value
        known = {n: ~np.isnan(value) for n, (_, _, value) in records.items()}
        records = {n: tuple(c[known[n]] for c in r) for n, r in records.items() if known[n].any()}
    if not records:
        return
    track = db.create_sparse("sparse", records, overwrite=True)
    path = tmp_path_factory.getbasetemp() / f"sparse.{kind}"
    EXPORTERS[kind](track, path, overwrite=True)
    import_signal(db, "again", path, overwrite=True)
    for chrom in CHROMS:
        for mine, theirs in zip(db["again"].read(chrom), track.read(chrom), strict=True):
            np.testing.assert_array_equal(mine, theirs)


@settings(max_examples=25, deadline=None)
@given(dense_values(st.integers(0, 255), np.uint8), st.sampled_from(sorted(EXPORTERS)),
       st.sampled_from([None, 255, 0]))  # fmt: skip
def test_integer_tracks_come_back_with_their_missing_value_as_gaps(
    db, tmp_path_factory, case, kind, missing
):
    bin_size, values = case
    track = db.create_dense(
        "ints", values, bin_size=bin_size, dtype="uint8", missing=missing, overwrite=True
    )
    path = tmp_path_factory.getbasetemp() / f"ints.{kind}"
    EXPORTERS[kind](track, path, overwrite=True)
    if missing is not None and all((v == missing).all() for v in values.values()):
        return
    import_signal(db, "again", path, bin_size=bin_size, overwrite=True)
    for chrom in CHROMS:
        expected = track.read(chrom).astype(np.float32)
        if missing is not None:
            expected[expected == missing] = np.nan
        np.testing.assert_array_equal(db["again"].read(chrom), expected)


@settings(max_examples=30, deadline=None)
@given(dense_values(VALUE, np.float32), st.sampled_from(sorted(EXPORTERS)), st.data())
def test_regions_come_back_and_nothing_else(db, tmp_path_factory, case, kind, data):
    bin_size, values = case
    track = db.create_dense("parts", values, bin_size=bin_size, overwrite=True)
    start, end = sorted(data.draw(st.sets(st.integers(0, 103), min_size=2, max_size=2)))
    path = tmp_path_factory.getbasetemp() / f"parts.{kind}"
    EXPORTERS[kind](track, path, regions=[f"chr1:{start}-{end}"], overwrite=True)
    expected = np.repeat(values["chr1"], bin_size)[:103]
    expected[:start], expected[end:] = np.nan, np.nan
    if np.isnan(expected).all():
        return
    import_signal(db, "again", path, bin_size=1, overwrite=True)
    np.testing.assert_array_equal(db["again"].read("chr1"), expected)
    assert np.isnan(db["again"].read("2")).all()


@settings(max_examples=25, deadline=None)
@given(st.data(), st.sampled_from(["fa", "fa.gz"]), st.sampled_from([1, 7, 60]))
def test_sequences_come_back(db, tmp_path_factory, data, kind, width):
    letters = st.sampled_from(list(b"ACGTUNRYSWKMBDHVacgtn-*"))
    texts = {
        n: bytes(data.draw(st.lists(letters, min_size=size, max_size=size))).decode()
        for n, size in CHROMS.items()
    }
    folder = tmp_path_factory.getbasetemp()
    (folder / "in.fa").write_text("".join(f">{n}\n{text}\n" for n, text in texts.items()))
    import_fasta(db, "seq", folder / "in.fa", overwrite=True)
    path = folder / f"out.{kind}"
    export_fasta(db["seq"], path, line_width=width, overwrite=True)
    import_fasta(db, "seq2", path, overwrite=True)
    assert {n: db["seq2"].text(n) for n in CHROMS} == texts
