"""Tracks of expressions and motifs, and files of expressions, through the facade."""

import gzip

import numpy as np
import pandas as pd
import pytest

from genomedb.errors import MissingFileError

NAN = np.nan
SEQUENCE = {"chr1": "ACGTACGTAA" * 4, "chr2": "TTTTTTTTTT" * 2}
KEY = "1\tAC\t1\n2\tAC\t0\n3\tAC\t1\n"
DATA = "".join(
    f"{motif}\t{i}\t{p}\n"
    for motif in (1, 2)
    for i, p in enumerate(["0.7\t0.1\t0.1\t0.1", "0.1\t0.7\t0.1\t0.1"])
)


def values(pm, name, n=10, *, chrom="chr1"):
    return pm.gextract(name, pm.gintervals(chrom))[name].tolist()[:n]


# ---- create


def test_bins_make_a_dense_track_and_intervals_a_sparse_one(pm):
    frame = pd.DataFrame({"chrom": ["chr2", "1"], "start": [0, 5], "end": [9, 25]})
    for name, iterator, kind in [
        ("x1", 20, "dense"), ("x2", "sub.t", "dense"), ("x3", None, "dense"), ("x4", "s", "sparse"),
        ("x5", "genes", "sparse"), ("x6", frame, "sparse"),
    ]:  # fmt: skip
        pm.gtrack_create(name, "words", "d * 10", iterator)
        assert pm.gtrack_info(name)["type"] == kind
        assert pm.gtrack_attr_get(name, "description") == "words"
    np.testing.assert_array_equal(values(pm, "x1", 5), [15, 60, 160, 640 + 320, NAN])
    assert pm.gtrack_info("x3")["bin_size"] == 10
    found = pm.gextract("x6", iterator="x6")
    assert found[["chrom", "start", "end"]].values.tolist() == [["chr1", 5, 25], ["chr2", 0, 9]]
    np.testing.assert_allclose(found["x6"], [70 / 3, NAN])
    pm.gtrack_create("x7", "", "s + 1")
    assert pm.gextract("x7")["x7"].tolist() == [2, 4]


def test_created_by_tells_the_call_without_data(pm):
    for iterator, shown in [(20, "20"), ("s", "'s'"), (None, "None")]:
        pm.gtrack_create("x", "", "d*2", iterator)
        assert pm.gtrack_attr_get("x", "created.by") == (
            f"gtrack.create(\"x\", description, 'd*2', iterator={shown})"
        )
        pm.gtrack_rm("x", force=True)
    pm.gtrack_create("x", "", "d", pd.DataFrame({"chrom": ["chr1"], "start": [0], "end": [9]}))
    assert pm.gtrack_attr_get("x", "created.by").endswith("iterator=DataFrame)")
    assert pm.gtrack_ls(created_by=r"gtrack\.create\(") == ["x"]


def test_infinite_values_are_missing_and_virtual_tracks_are_known(pm):
    pm.gvtrack_create("v", "d", "max", sshift=-10, eshift=10)
    pm.gtrack_create("x", "", "1 / (v - 2)")
    np.testing.assert_array_equal(values(pm, "x", 3), [NAN, 0.5, np.float32(1 / 6)])


def test_tracks_are_made_in_the_working_folder(pm):
    pm.gdir_cd("sub")
    pm.gtrack_create("x", "", "t + d")
    assert pm.gtrack_ls() == ["t", "x"]
    assert values(pm, "x", 2) == [6, 8]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"track": "d"}, "Track 'd' already exists"), ({"track": "x-y"}, "no name of a track"),
        ({"expr": None}, "expr is None"), ({"expr": "nope"}, "'nope' is not a track"),
        ({"expr": "d +"}, r"\S"), ({"band": (0, 5)}, "band needs a 2D track"),
        ({"iterator": 2.5}, "2.5"), ({"iterator": "nope"}, "nope"), ({"description": 3}, "is 3"),
    ],
)  # fmt: skip
def test_what_cannot_be_created_leaves_nothing(pm, change, message):
    given = {"track": "x", "description": "", "expr": "d"}
    with pytest.raises(ValueError, match=message):
        pm.gtrack_create(**{**given, **change})
    assert pm.gtrack_ls() == ["d", "s", "sub.t"]


# ---- lookup


def test_values_of_a_table(pm):
    pm.gtrack_lookup("x", "words", [10, 20, 30], "d", [0, 2, 8, 64])
    np.testing.assert_array_equal(values(pm, "x"), [10, 10, 20, 20, 30, NAN, 30, 30, NAN, NAN])
    pm.gtrack_lookup("y", "", [[1, 2], [3, 4]], "d", [1, 2, 8], "sub.t", [5, 6, 8],
                     iterator=10, include_lowest=True, force_binning=False)  # fmt: skip
    np.testing.assert_array_equal(values(pm, "y", 5), [1, 1, 4, 4, NAN])
    assert pm.gtrack_attr_get("x", "created.by") == (
        "gtrack.lookup(\"x\", description, lookup_table, 'd', breaks)"
    )
    for args, message in [
        ((), "pairs of an expression"), (("d", [0, 1]), "shape"), (("d", [0, 1, 2, 1]), r"\S"),
    ]:  # fmt: skip
        with pytest.raises(ValueError, match=message):
            pm.gtrack_lookup("z", "", [1, 2, 3], *args)
    assert not pm.gtrack_exists("z")


# ---- motifs


@pytest.fixture
def motifs(tmp_path):
    """A database with a sequence and a set of motifs: 2 is of one strand, 3 has no rows."""
    import genomedb.misha as misha

    fasta = tmp_path / "toy.fa"
    fasta.write_text("".join(f">{name}\n{text}\n" for name, text in SEQUENCE.items()))
    misha.gdb_create(tmp_path / "toy", str(fasta))
    misha.gdb_init(tmp_path / "toy")
    folder = tmp_path / "toy" / "pssms"
    folder.mkdir()
    (folder / "set.key").write_text(KEY)
    (folder / "set.data").write_text(DATA)
    yield misha
    misha.gdb_unload()


def energy(text, prior, *, both):
    """Logarithm of the sum over places that begin in the first 10 bases."""
    rows = (np.array([[0.7, 0.1, 0.1, 0.1], [0.1, 0.7, 0.1, 0.1]]) + prior) / (1 + 4 * prior)
    total = 0.0
    for i in range(10):
        codes = ["ACGT".index(letter) for letter in text[i : i + 2]]
        total += rows[0, codes[0]] * rows[1, codes[1]]
        if both:
            total += rows[0, 3 - codes[1]] * rows[1, 3 - codes[0]]
    return np.log(total)


@pytest.mark.parametrize(("motif", "both"), [(1, True), (2, False)])
def test_energy_of_a_motif(motifs, motif, both):
    motifs.gtrack_create_pwm_energy("x", "words", "set", motif, 0.05, 10)
    for chrom in SEQUENCE:
        expected = energy(SEQUENCE[chrom], 0.05, both=both)
        assert values(motifs, "x", 1, chrom=chrom)[0] == pytest.approx(expected, rel=1e-5)
    assert motifs.gtrack_attr_get("x", "created.by") == (
        f'gtrack.create_pwm_energy("x", description, "set", {motif}, 0.05, 10)'
    )


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"pssmset": None}, "pssmset is None"), ({"pssmid": None}, "pssmid is None"),
        ({"prior": None}, "prior is None"), ({"iterator": None}, "iterator is None"),
        ({"iterator": 0}, "iterator is 0"), ({"pssmid": 9}, "9"), ({"pssmid": 3}, "3"),
        ({"track": "seq"}, "already exists"), ({"prior": -1}, "prior"),
        ({"description": None}, "description is None"), ({"pssmset": "../x"}, r"\S"),
    ],
)  # fmt: skip
def test_what_has_no_energy_leaves_nothing(motifs, change, message):
    given = {"track": "x", "description": "", "pssmset": "set", "pssmid": 1, "prior": 0.01,
             "iterator": 10}  # fmt: skip
    with pytest.raises(ValueError, match=message):
        motifs.gtrack_create_pwm_energy(**{**given, **change})
    assert motifs.gtrack_ls() is None


def test_a_missing_set_of_motifs_is_a_file_not_found(motifs):
    with pytest.raises(MissingFileError, match=r"nope\.key"):
        motifs.gtrack_create_pwm_energy("x", "", "nope", 1, 0.01, 10)


# ---- export


def test_bedgraph_has_a_line_for_each_value(pm, tmp_path):
    path = tmp_path / "x.bedgraph"
    for _ in range(2):  # a file that is there is replaced
        assert pm.gtrack_export_bedgraph("d", str(path)) is None
    assert path.read_text().splitlines() == [
        'track type=bedGraph name="d"',
        *(f"chr1\t{10 * i}\t{10 * i + 10}\t{v}" for i, v in
          [(0, "1.0"), (1, "2.0"), (2, "4.0"), (3, "8.0"), (4, "16.0"), (6, "64.0"), (7, "128.0")]),
    ]  # fmt: skip


def test_scope_iterator_and_name_of_an_export(pm, tmp_path):
    scope = pd.DataFrame(
        {"chrom": ["1", "chr1", "chr1"], "start": [30, 5, 10], "end": [45, 15, 20]}
    )
    pm.gtrack_export_bedgraph("d * 2", tmp_path / "x.bedgraph.gz", scope, 20, name='a "b"')
    with gzip.open(tmp_path / "x.bedgraph.gz", "rt") as file:
        assert file.read().splitlines() == [
            'track type=bedGraph name="a  b "',
            "chr1\t5\t20\t3.0", "chr1\t30\t40\t16.0", "chr1\t40\t45\t32.0",
        ]  # fmt: skip


def test_bigwig_comes_back(pm, tmp_path):
    pm.gtrack_export_bigwig("d + 1", str(tmp_path / "x.bw"), iterator=10)
    pm.gtrack_import("x", "", str(tmp_path / "x.bw"), 10)
    np.testing.assert_array_equal(np.array(values(pm, "x")) - 1, values(pm, "d"))


@pytest.mark.parametrize("call", ["gtrack_export_bedgraph", "gtrack_export_bigwig"])
def test_exports_that_fail_write_nothing(pm, tmp_path, call):
    export, path = getattr(pm, call), tmp_path / "out" / "x.bw"
    with pytest.raises(MissingFileError, match="no such folder"):
        export("d", path)
    path.parent.mkdir()
    for args, message in [
        (("nope", path), "'nope' is not a track"), ((None, path), "track is None"),
        (("d", None), "file is None"), (("d", ""), "file is ''"), (("d", path, "nope"), "nope"),
        (("d", path, None, -3), "-3"), (("d +", path), r"\S"),
    ]:  # fmt: skip
        with pytest.raises(ValueError, match=message):
            export(*args)
    assert list(path.parent.iterdir()) == []
