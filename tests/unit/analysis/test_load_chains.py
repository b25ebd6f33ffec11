"""load_chains between two assemblies: chromosomes that one of them lacks are said."""

import logging

import pytest

from genomedb.analysis.load_chains import load_chains
from genomedb.core.chroms import ChromTable
from genomedb.errors import ChromError

OLD, NEW = ChromTable.from_pairs([("chrA", 100)]), ChromTable.from_pairs([("chr1", 80)])


def chain_file(folder, *pairs):
    sizes = {"chrA": 100, "chr1": 80}
    lines = [
        f"chain 9 {source} {sizes.get(source, 50)} + 0 10 {target} {sizes.get(target, 50)} + 0 10 "
        f"{i}\n10\n"
        for i, (source, target) in enumerate(pairs)
    ]
    path = folder / "x.chain"
    path.write_text("\n".join(lines))
    return path


def test_chains_of_unknown_chromosomes_are_logged_once(tmp_path, caplog):
    path = chain_file(tmp_path, ("chrA", "chr1"), ("chrB", "chr1"), ("chrA", "chr2"))
    with caplog.at_level(logging.WARNING, "genomedb"):
        chains = load_chains(path, NEW, source_chroms=OLD, source_overlap="keep",
                             target_overlap="keep")  # fmt: skip
    assert len(chains) == 2  # chrB of no database stays: nothing asks for it
    assert [record.getMessage() for record in caplog.records] == [
        f"{path}: source chromosomes not in the database: chrB: 1 blocks left out",
        f"{path}: target chromosomes not in the database: chr2: 1 blocks left out",
    ]


@pytest.mark.parametrize(
    ("pairs", "said"),
    [
        ([("chrB", "chr1")], r"none of its source chromosomes \(chrB\) is in the database \(chrA"),
        ([("chrA", "chr2")], r"none of its target chromosomes \(chr2\) is in the database \(chr1"),
        ([("chrA", "chr2"), ("chrB", "chr1")], "no chain leads from one database to the other"),
    ],
)
def test_chains_of_other_assemblies_are_refused(tmp_path, pairs, said):
    with pytest.raises(ChromError, match=said):
        load_chains(chain_file(tmp_path, *pairs), NEW, source_chroms=OLD)
    assert load_chains(chain_file(tmp_path, *pairs), NEW, source_overlap="keep") is not None
