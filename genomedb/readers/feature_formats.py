"""Which feature format a file has, told by its name."""

from __future__ import annotations

from pathlib import Path
from typing import Final, Literal

from genomedb.errors import UsageError
from genomedb.readers.records import unpacked_name

FeatureFormat = Literal["bed", "narrowpeak", "broadpeak", "gff", "genes", "vcf", "bigbed", "table"]

_FORMATS: Final[dict[str, FeatureFormat]] = {
    ".bed": "bed",
    **dict.fromkeys((f".bed{n}" for n in range(3, 13)), "bed"),
    ".bedmethyl": "bed",
    ".gappedpeak": "bed",
    ".narrowpeak": "narrowpeak",
    ".broadpeak": "broadpeak",
    ".gff": "gff",
    ".gff2": "gff",
    ".gff3": "gff",
    ".gtf": "gff",
    ".genepred": "genes",
    ".genepredext": "genes",
    ".gp": "genes",
    ".refflat": "genes",
    ".vcf": "vcf",
    ".bb": "bigbed",
    ".bigbed": "bigbed",
    ".tsv": "table",
    ".tab": "table",
}
# tables of the UCSC database are named like knownGene.txt
_GENE_TABLES: Final = (
    "knowngene",
    "refgene",
    "refflat",
    "ensgene",
    "ccdsgene",
    "flybasegene",
    "genepred",
    "sgdgene",
    "xenorefgene",
    "ncbirefseq",
)


def detect_feature_format(path: str | Path) -> FeatureFormat:
    """Tell the feature format of a file by its name.

    Parameters
    ----------
    path : str or Path
        The file need not exist; a compression suffix is ignored, as is upper case.

    Returns
    -------
    {"bed", "narrowpeak", "broadpeak", "gff", "genes", "vcf", "bigbed", "table"}
        UCSC gene tables are also known by names such as ``knownGene.txt``.

    Raises
    ------
    UsageError
        If the name says nothing.

    Examples
    --------
    >>> detect_feature_format("peaks.narrowPeak.gz"), detect_feature_format("genes.gtf")
    ('narrowpeak', 'gff')
    """
    name = unpacked_name(path).lower()
    known = _FORMATS.get(Path(name).suffix)
    if known is not None:
        return known
    if Path(name).suffix in ("", ".txt") and Path(name).stem in _GENE_TABLES:
        return "genes"
    raise UsageError(
        "the name does not tell the feature format",
        where=path,
        fix="Name the format: bed, narrowpeak, broadpeak, gff, genes, vcf, bigbed or table",
    )
