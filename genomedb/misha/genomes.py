# ruff: noqa: FBT001, FBT002 - the peer's signatures
"""gdb_*genome*: known assemblies, and how to get them. Nothing is downloaded here."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NoReturn

from genomedb.errors import UsageError
from genomedb.misha.arguments import text_of

if TYPE_CHECKING:
    import pandas as pd

__all__ = [
    "gdb_build_genome", "gdb_create_genome", "gdb_genome_info", "gdb_install_intervals",
    "gdb_list_genomes",
]  # fmt: skip
_Path = str | os.PathLike[str]
GENOMES: Final = ("hg19", "hg38", "mm9", "mm10", "mm39")
_UCSC: Final = "https://hgdownload.soe.ucsc.edu/goldenPath"
_PRIORITY: Final = ("ncbiRefSeq", "refGene", "ensGene", "augustus", "xenoRefGene")


def gdb_list_genomes(registry: _Path | None = None) -> pd.DataFrame:
    """Assemblies whose files `gdb_genome_info` knows.

    Returns
    -------
    pandas.DataFrame
        ``name source detail layer``: the source is ``manual``, the detail where the sequence is.
    """
    import pandas as pd

    _no_registry(registry)
    rows = [(name, "manual", _sequence_of(name), "built-in") for name in GENOMES]
    return pd.DataFrame(rows, columns=["name", "source", "detail", "layer"])


def gdb_genome_info(name: str, registry: _Path | None = None) -> dict[str, Any]:
    """Where the files of an assembly are.

    Returns
    -------
    dict
        ``source`` (``manual``), ``fasta`` and ``genes``: addresses to download by hand.

    Raises
    ------
    UsageError
        Nothing is known of this name.
    """
    _no_registry(registry)
    if name not in GENOMES:
        raise UsageError(f"genome {name!r:.40} is unknown", fix=f"Known: {', '.join(GENOMES)}")
    return {
        "source": "manual",
        "fasta": _sequence_of(name),
        "genes": f"{_UCSC}/{name}/database/",
    }


def gdb_create_genome(
    genome: str,
    path: _Path | None = None,
    tmpdir: _Path | None = None,
    verify_checksum: bool = True,
) -> None:
    """Says how to make the database of an assembly; the peer downloads one.

    Raises
    ------
    UsageError
        Always: what to download, and the call that makes a database of it.
    """
    del tmpdir, verify_checksum
    _by_hand(genome, genome if path is None else os.fspath(Path(path) / str(genome)))


def gdb_build_genome(
    name: str | Mapping[str, Any],
    *,
    path: _Path | None = None,
    registry: _Path | None = None,
    sets: Sequence[str] = (),
    prefix: str = "",
    gene_sets: Mapping[str, str] | None = None,
    gtf_priority: Sequence[str] = _PRIORITY,
    chrom_naming: str | None = None,
    target_chroms: Sequence[str] | None = None,
    target_lengths: Sequence[int] | None = None,
    min_coverage: float = 1.0,
    match_by_length: bool = True,
    format: str | None = None,
    verbose: bool = True,
) -> None:
    """As `gdb_create_genome`: says how to make the database; the peer follows recipes.

    Raises
    ------
    UsageError
        Always.
    """
    del sets, prefix, gene_sets, gtf_priority, chrom_naming, target_chroms, target_lengths
    del min_coverage, match_by_length, format, verbose
    _no_registry(registry)
    known = text_of(name, "name")
    _by_hand(known, known if path is None else os.fspath(path))


def gdb_install_intervals(
    groot: _Path,
    source: str | Mapping[str, Any],
    *,
    sets: Sequence[str] = ("genes", "rmsk", "cgi", "cytoband"),
    prefix: str = "",
    gene_sets: Mapping[str, str] | None = None,
    gtf_priority: Sequence[str] = _PRIORITY,
    overwrite: bool = False,
    registry: _Path | None = None,
    target_chroms: Sequence[str] | None = None,
    target_lengths: Sequence[int] | None = None,
    min_coverage: float = 1.0,
    match_by_length: bool = True,
    force: bool = False,
    verbose: bool = True,
) -> dict[str, Any]:
    """Says how to get annotations; the peer downloads them.

    Raises
    ------
    UsageError
        Always: which files to download, and the calls that make interval sets of them.
    """
    del groot, sets, prefix, gene_sets, gtf_priority, overwrite, registry, target_chroms
    del target_lengths, min_coverage, match_by_length, force, verbose
    name = source if isinstance(source, str) else "ASSEMBLY"
    raise UsageError(
        "nothing is downloaded",
        fix=f"Get tables such as knownGene.txt.gz from {_UCSC}/{name}/database/, then "
        "gintervals_import_genes(file), gintervals_import_gff or gintervals_import_bed, and "
        "gintervals_save(frame, name)",
    )


def _by_hand(name: str, path: str) -> NoReturn:
    name = text_of(name, "genome")
    address = _sequence_of(name) if name in GENOMES else "the FASTA file of the assembly"
    raise UsageError(
        f"nothing is downloaded, so {name!r:.40} is not made",
        fix=f"Get {address}, then gdb_create({path!r}, FILE) and gdb_init({path!r})",
    )


def _sequence_of(name: str) -> str:
    return f"{_UCSC}/{name}/bigZips/{name}.fa.gz"


def _no_registry(registry: _Path | None) -> None:
    if registry is not None:
        raise UsageError("registries of recipes are not read", fix="Leave registry out")
