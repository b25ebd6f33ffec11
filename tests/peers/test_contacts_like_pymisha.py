"""Contacts are imported as PyMisha imports them."""

import numpy as np
import pandas as pd
import pytest

import genomedb.misha as gm

pm = pytest.importorskip("pymisha")

pytestmark = [  # the peer leaves helper processes to themselves
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
    pytest.mark.filterwarnings("ignore:::pymisha"),
]
SIZES = {"chr1": 900, "chr2": 500, "chrX": 205}


@pytest.fixture
def both(tmp_path):
    """An empty database of each."""
    fasta = tmp_path / "toy.fa"
    fasta.write_text("".join(f">{n}\n{'A' * s}\n" for n, s in SIZES.items()))
    pm.gdb_create(str(tmp_path / "theirs"), str(fasta), db_format="per-chromosome")
    pm.gdb_init(str(tmp_path / "theirs"))
    gm.gdb_create(str(tmp_path / "ours"), str(fasta))
    gm.gdb_init(str(tmp_path / "ours"))
    yield tmp_path
    pm.gdb_unload()
    gm.gdb_unload()


def records(module):
    found = module.gextract("hic", module.gintervals_2d_all(), iterator="hic")
    columns = ["chrom1", "start1", "end1", "chrom2", "start2", "end2", "hic"]
    found = found[columns].astype({"chrom1": str, "chrom2": str, "hic": float})
    return found.sort_values(columns).reset_index(drop=True)


def assert_same():
    pd.testing.assert_frame_equal(records(gm), records(pm), check_dtype=False)


@pytest.mark.parametrize("seed", range(3))
def test_intervals_with_values_give_the_same_points(both, seed):
    rng = np.random.default_rng(seed)
    rows = []
    for _ in range(300):
        row = []
        for name in rng.choice(list(SIZES), 2):
            start = int(rng.integers(SIZES[name] - 40)) // 7 * 7
            row += [name, start, start + int(rng.integers(1, 40))]
        rows.append([*row, int(rng.integers(1, 9))])
    path = str(both / "contacts.tsv")
    pd.DataFrame(rows, columns=list("abcdefg")).to_csv(path, sep="\t", index=False)
    for module in (pm, gm):
        module.gtrack_2d_import_contacts("hic", "contacts", [path])
    assert_same()
    for module in (pm, gm):
        with pytest.raises(ValueError, match="exists"):
            module.gtrack_2d_import_contacts("hic", "contacts", path)


def test_fends_with_values_give_the_same_points(both):
    rng = np.random.default_rng(5)
    fends, contacts = str(both / "fends"), str(both / "contacts")
    chroms = rng.choice(list(SIZES), 60)
    coords = [int(rng.integers(SIZES[chrom])) for chrom in chroms]
    table = pd.DataFrame({"fend": np.arange(1, 61), "chr": chroms, "coord": coords})
    table.drop_duplicates(["chr", "coord"]).to_csv(fends, sep="\t", index=False)
    known = table.drop_duplicates(["chr", "coord"])["fend"]
    pd.DataFrame({
        "fend1": rng.choice(known, 200), "fend2": rng.choice(known, 200),
        "count": rng.integers(1, 9, 200),
    }).to_csv(contacts, sep="\t", index=False)  # fmt: skip
    for module in (pm, gm):
        module.gtrack_2d_import_contacts("hic", "contacts", contacts, fends)
    assert_same()


def test_both_refuse_what_is_wrong(both):
    head = "chrom1\tstart1\tend1\tchrom2\tstart2\tend2\tvalue\n"
    twice = "chr1\t0\t10\tchr1\t100\t111\t2\nchr1\t100\t111\tchr1\t0\t10\t3\n"
    unknown = "chrQ\t0\t10\tchrR\t100\t111\t2\n"
    (both / "twice").write_text(head + twice)
    (both / "few").write_text("a\tb\n1\t2\n")
    (both / "unknown").write_text(head + unknown)
    for module in (pm, gm):
        for name in ("few", "unknown", "absent"):
            with pytest.raises(ValueError):  # noqa: PT011 - the peer's sentences are its own
                module.gtrack_2d_import_contacts("hic", "contacts", str(both / name))
            with pytest.raises(ValueError):  # noqa: PT011
                module.gtrack_2d_import("hic", "contacts", str(both / name))
        with pytest.raises(ValueError):  # noqa: PT011
            module.gtrack_2d_import_contacts(
                "hic", "contacts", str(both / "twice"), fends=str(both / "absent")
            )
        with pytest.raises(ValueError, match=r"(?i)duplicate|twice"):
            module.gtrack_2d_import_contacts(
                "hic", "contacts", [str(both / "twice")], allow_duplicates=False
            )
        with pytest.raises(ValueError, match=r"(?i)usage|at least one"):
            module.gtrack_2d_import_contacts("hic", "contacts", [])
        assert not module.gtrack_exists("hic")
