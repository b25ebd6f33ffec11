"""Sequence files and strand correlations of both facades are the same.

Known differences, set by rules of our own, which the cases here stay clear of:

- letters keep their case in ggenome_implant and ggenome_transplant (the peer makes capitals);
- gdb_export_fasta compresses what ends in ``.gz``;
- gcompute_strands_autocorr takes other spellings of chromosomes in the file, and refuses a region
  without bins (the peer gives NaN); SAM and BAM are read too;
- gdb_create_genome, gdb_build_genome and gdb_install_intervals download nothing.
"""

import numpy as np
import pandas as pd
import pytest
from peer_facades import FACADES, QUIET, apart, assert_same, in_both, tracks

pytestmark = [*QUIET, pytest.mark.usefixtures("tracks")]
__all__ = ["tracks"]


def written(call, tmp_path):
    """Text of the file that each facade makes."""
    texts = []
    for facade in FACADES:
        path = tmp_path / f"{facade.__name__}.fa"
        assert call(facade, str(path)) == str(path)
        texts.append(path.read_text())
    return texts


@pytest.mark.parametrize("line_width", [80, 61])
def test_exported_sequences(tmp_path, line_width):
    theirs, ours = written(
        lambda pm, path: pm.gdb_export_fasta(path, line_width=line_width), tmp_path
    )
    assert theirs == ours


def test_implanted_letters(tmp_path):
    rng = np.random.default_rng(2)
    rows = apart(rng, 8)
    letters = ["".join(rng.choice(list("ACGT"), n)) for n in rows["end"] - rows["start"]]
    reference = str(tmp_path / "reference.fa")
    FACADES[0].gdb_export_fasta(reference)
    theirs, ours = written(
        lambda pm, path: pm.ggenome_implant(rows, letters, path, genome_fasta=reference), tmp_path
    )
    assert theirs.upper() == ours.upper()
    indexes = [(tmp_path / f"{facade.__name__}.fa.fai").read_text() for facade in FACADES]
    assert indexes[0] == indexes[1]


@pytest.mark.parametrize(
    "options",
    [{"maxread": 300}, {"maxread": 100, "max_coord": 3000}, {"min_coord": 500, "maxread": 101}],
    ids=str,
)
def test_strand_correlations(tmp_path, options):
    rng = np.random.default_rng(1)
    path = tmp_path / "reads.tsv"
    lines = [
        ["x"] * 8 + ["A" * rng.integers(20, 40), "y", rng.choice(["chr1", "chr2"]), "z",
                     str(rng.integers(0, 4900)), rng.choice(list("+-FR*"))]
        for _ in range(600)
    ]  # fmt: skip
    path.write_text("".join("\t".join(line) + "\n" for line in lines))
    theirs, ours = in_both("gcompute_strands_autocorr", str(path), "chr1", 50, **options)
    assert theirs[0] == pytest.approx(ours[0])
    assert_same(theirs[1], ours[1])
    assert len(ours[1]) > 0
    assert isinstance(ours[1], pd.DataFrame)
