"""Tracks made of expressions, intervals, reads and motifs are those of pymisha.

Known differences, set by rules of our own: positions of SAM are counted from 1 (the peer takes
them as counted from 0), the total is that of all reads (the peer adds duplicates to it), flag 4 is
not mapped, other spellings of a chromosome are, and duplicates are told for pileups that keep them
too. A change of the whole genome changes every chromosome (the peer leaves the first as it was).
Motifs that the key file wants on one strand are scored on one. Bases in several scope rows are
exported once. Tracks of different bins may be walked in bins of a third size (the peer refuses),
and looked-up bins make a dense track (the peer makes a sparse one of them).
"""

import numpy as np
import pandas as pd
import pytest
from peer_databases import (
    QUIET,
    SIZES,
    assert_same_rows,
    genome,  # noqa: F401
    in_peer,
    pm,
    some_intervals,
)

from genomedb.analysis.create_track import create_track
from genomedb.analysis.extract import extract
from genomedb.analysis.from_intervals import create_dense_from, create_sparse_from
from genomedb.analysis.lookup_track import lookup_track
from genomedb.analysis.modify_track import modify_track
from genomedb.analysis.pwm_energy import pwm_energy_track
from genomedb.analysis.smooth import smooth_track
from genomedb.exporters.expression import export_expression_bedgraph
from genomedb.importers.mapped_reads import import_mapped_reads
from genomedb.virtual.bin_functions import FUNCTIONS

pytestmark = [
    *QUIET,
    pytest.mark.filterwarnings("ignore:(divide by zero|invalid value):RuntimeWarning"),
    pytest.mark.filterwarnings("ignore:iterator intervals overlap"),
]
NAN = float("nan")


@pytest.fixture
def made(genome):  # noqa: F811
    """Names of new tracks, which the peer forgets afterwards; ``made.same`` compares."""

    class Made:
        db, names = genome.db, []

        def name(self):
            found = f"made{len(self.names)}"
            self.names.append(found)
            return found

        def same(self, name, rtol=1e-6):
            ours, theirs = extract(self.db, name), in_peer([name], None, None)
            assert_same_rows(ours, theirs, but=[name])
            np.testing.assert_allclose(ours[name], theirs[name], rtol=rtol, atol=rtol)
            kind = {"dense": "dense", "sparse": "sparse"}[pm.gtrack_info(name)["type"]]
            assert self.db[name].track_type == kind

    made = Made()
    made.names = []
    yield made
    for name in made.names:
        if pm.gtrack_exists(name):
            pm.gtrack_rm(name, force=True)
        if genome.db.has_track(name):
            genome.db.remove_track(name)


@pytest.mark.parametrize(
    ("expression", "iterator"),
    [
        ("d10 * 2", None),
        ("d10 + e10", None),
        ("d10", 70),
        ("d10", 17),
        ("1 / (d10 - d10)", None),
        ("d10 * 1e30 * 1e30", None),
        ("s", None),
        ("s * 2", "far"),
        ("d10", "s"),
        ("d30", "d10"),
        ("d10", "plain"),
        ("s", 25),
    ],
)
def test_tracks_of_expressions(made, expression, iterator):
    name = made.name()
    create_track(made.db, name, expression, iterator=iterator)
    pm.gtrack_create(name, "", expression, iterator=iterator)
    made.same(name)


@pytest.mark.parametrize("function", list(FUNCTIONS))
@pytest.mark.parametrize("seed", range(3))
def test_dense_tracks_of_intervals(made, function, seed):
    rng = np.random.default_rng(seed)
    rows = some_intervals(rng, 40, longest=int(rng.choice([20, 200, 1000])))
    rows.loc[0, "end"] += 5000  # cut
    values = rng.normal(0, 3, len(rows)).round(1)
    values[rng.random(len(rows)) < 0.2] = NAN
    width, default = int(rng.integers(3, 90)), [NAN, 0.0, -2.5][seed]
    name = made.name()
    create_dense_from(
        made.db, name, rows, values, bin_size=width, default=default, function=function
    )
    pm.gtrack_create_dense(name, "", rows, values, width, default, function)
    made.same(name, rtol=1e-5)  # the peer's sums lose digits


def test_sparse_tracks_of_intervals(made, genome):  # noqa: F811
    rows = genome.frames["valued"].sample(frac=1, random_state=1).reset_index(drop=True)
    rows.loc[3, "value"] = np.inf
    name = made.name()
    create_sparse_from(made.db, name, rows, rows["value"])
    pm.gtrack_create_sparse(name, "", rows[["chrom", "start", "end"]], rows["value"])
    made.same(name)


@pytest.mark.parametrize("seed", range(12))
def test_smoothed_tracks(made, seed):
    rng = np.random.default_rng(seed)
    track = str(rng.choice(["d10", "d30", "sub.d1", "d10 + e10"]))
    window = float(rng.choice([1, 5, 10, 29, 30, 77, 400, 3000, 100_000]))
    threshold = float(rng.choice([0, 0.5, 1, 2.5]))
    fills, algorithm = bool(rng.integers(2)), str(rng.choice(["LINEAR_RAMP", "MEAN"]))
    name = made.name()
    smooth_track(
        made.db, name, track, window, threshold=threshold, smooth_nans=fills, algorithm=algorithm
    )
    pm.gtrack_smooth(name, "", track, window, threshold, fills, algorithm)
    made.same(name, rtol=1e-5)  # the peer's running sums lose digits


@pytest.mark.parametrize(
    "rows",
    [
        [("chr2", 0, 4003)],
        [("chr10", 15, 35)],
        [("chr1", 15, 135), ("chr1", 103, 400), ("chr1", 1900, 1995)],
    ],
)
@pytest.mark.parametrize("expression", ["{} * 2", "{} * 0 - 1", "e10 + {}", "1 / {}"])
def test_changed_tracks(made, rows, expression):
    name = made.name()
    create_track(made.db, name, "d10 * 1.0")
    pm.gtrack_create(name, "", "d10 * 1.0")
    scope = pd.DataFrame(rows, columns=["chrom", "start", "end"])
    modify_track(made.db, name, expression.format(name), scope)
    pm.gtrack_modify(name, expression.format(name), scope)
    made.same(name)


def test_a_bin_in_part_of_the_scope_gets_the_value_of_that_part(made):
    name = made.name()
    create_track(made.db, name, "d10 * 1.0")
    pm.gtrack_create(name, "", "d10 * 1.0")
    scope = pd.DataFrame({"chrom": ["chr1", "chr1"], "start": [13, 55], "end": [38, 57]})
    modify_track(made.db, name, "END - START", scope)
    made_of = extract(made.db, name, "chr1:0-70")[name].tolist()
    assert made_of[1:4] + made_of[5:6] == [7, 10, 8, 2]


@pytest.mark.parametrize("options", [{}, {"include_lowest": True}, {"force_binning": False}])
def test_looked_up_tracks(made, options):
    name, table = made.name(), np.array([[1.0, 2, 3], [4, 5, 6]])
    breaks = [[-2, 0, 2], [-3, -1, 1, 3]]
    lookup_track(made.db, name, table, ["d10", "e10"], breaks, **options)
    pm.gtrack_lookup(name, "", table, "d10", breaks[0], "e10", breaks[1], **options)
    ours, theirs = extract(made.db, name).dropna(), in_peer([name], None, None).dropna()
    assert_same_rows(ours.reset_index(drop=True), theirs)


@pytest.mark.parametrize(("width", "prior"), [(10, 0.01), (37, 0.0), (500, 0.2)])
def test_energies_of_a_motif(made, width, prior):
    matrix = np.random.default_rng(width).dirichlet(np.ones(4), 6) * 0.9 + 0.025
    lines = ["\t".join(map(str, (3, i, *row))) + "\n" for i, row in enumerate(matrix.tolist())]
    for folder in (made.db.path, pm.gdb_info()["path"]):
        pssms = type(made.db.path)(folder) / "pssms"
        pssms.mkdir(exist_ok=True)
        (pssms / "set.key").write_text("3\tACGTAC\t1\n")
        (pssms / "set.data").write_text("".join(lines))
    name = made.name()
    pwm_energy_track(made.db, name, "set", 3, prior=prior, iterator=width)
    pm.gtrack_create_pwm_energy(name, "", "set", 3, prior, width)
    made.same(name)


def table_of_reads(rng, n):
    """Columns of a table, and whether each read can be placed."""
    chrom = rng.choice([*SIZES, "chr99"], n)
    position = rng.integers(-30, 4100, n)
    strand = rng.choice(["+", "-", "F", "R", "*"], n)
    size = rng.integers(1, 50, n)
    return [f"{'A' * s}\tx\t{c}\t{p}\t{t}\n" for c, p, t, s in
            zip(chrom, position, strand, size, strict=True)]  # fmt: skip


@pytest.mark.parametrize("once", [True, False])
@pytest.mark.parametrize(("pileup", "width"), [(0, None), (40, 20), (200, 7)])
def test_tracks_of_reads(made, tmp_path, once, pileup, width):
    path, columns = tmp_path / "reads.txt", (1, 3, 4, 5)
    path.write_text("".join(table_of_reads(np.random.default_rng(pileup), 2000)))
    name = made.name()
    counts = import_mapped_reads(
        made.db, name, path, pileup=pileup, bin_size=width, columns=columns,
        remove_duplicates=once,
    )  # fmt: skip
    theirs = pm.gtrack_import_mappedseq(
        name, "", str(path), pileup=pileup, binsize=width or -1, cols_order=columns,
        remove_dups=once,
    )  # fmt: skip
    made.same(name)
    by_chrom = theirs["chrom"].set_index("chrom").loc[list(SIZES)]
    assert counts.mapped.tolist() == by_chrom["mapped"].tolist()
    assert counts.unmapped == theirs["total"]["total.unmapped"]
    if once or not pileup:
        assert counts.duplicates.tolist() == by_chrom["dups"].tolist()


def test_sam_is_the_same_but_for_its_first_base(made, tmp_path):
    rng = np.random.default_rng(8)
    rows = [(int(rng.choice([0, 16])), str(rng.choice(list(SIZES))), int(rng.integers(1, 700)),
             int(rng.integers(1, 50))) for _ in range(500)]  # fmt: skip
    for shift in (0, 1):
        (tmp_path / f"{shift}.sam").write_text("".join(
            f"r\t{flag}\t{chrom}\t{pos + shift}\t9\t{n}M\t*\t0\t0\t{'A' * n}\t*\n"
            for flag, chrom, pos, n in rows
        ))  # fmt: skip
    name = made.name()
    import_mapped_reads(made.db, name, tmp_path / "1.sam", columns=None, remove_duplicates=False)
    pm.gtrack_import_mappedseq(
        name, "", str(tmp_path / "0.sam"), cols_order=None, remove_dups=False
    )
    made.same(name)


@pytest.mark.parametrize(("expression", "iterator"), [("d10", None), ("d30 / 3", 50), ("s", None)])
def test_exported_lines(made, tmp_path, expression, iterator):
    scope = pd.DataFrame({"chrom": ["chr1", "chr2"], "start": [0, 333], "end": [2000, 1777]})
    ours, theirs = tmp_path / "ours.bedgraph", tmp_path / "theirs.bedgraph"
    export_expression_bedgraph(made.db, expression, ours, scope, iterator)
    pm.gtrack_export_bedgraph(expression, str(theirs), scope, iterator)
    first, *lines = ours.read_text().splitlines()
    expected, *others = theirs.read_text().splitlines()
    assert first == expected
    ours, theirs = (sorted(line.rsplit("\t", 1) for line in part) for part in (lines, others))
    assert [place for place, _ in ours] == [place for place, _ in theirs]
    for (_, mine), (_, other) in zip(ours, theirs, strict=True):
        assert float(mine) == pytest.approx(float(other), rel=1e-6)  # the peer's means are float32
        assert mine == other or "/" in expression
