# ruff: noqa: FBT001, FBT002 - the peer's signatures
"""gintervals*: make intervals from columns, texts, files and tables."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from genomedb.errors import UsageError
from genomedb.importers import intervals as files
from genomedb.importers.gene_intervals import import_genes
from genomedb.intervals import build, reshape
from genomedb.intervals.random import DIST_FROM_EDGE, random_intervals
from genomedb.misha.compat import as_peer, found, frame_named, in_order, kept
from genomedb.misha.current import current_db

if TYPE_CHECKING:
    import pandas as pd

__all__ = [
    "gintervals", "gintervals_all", "gintervals_from_bed", "gintervals_from_mat",
    "gintervals_from_strings", "gintervals_from_tuples", "gintervals_import_bed",
    "gintervals_import_genes", "gintervals_import_gff", "gintervals_import_vcf",
    "gintervals_random", "gintervals_rbind", "gintervals_to_mat", "gintervals_window",
]  # fmt: skip


def gintervals(chroms: Any, starts: Any = 0, ends: Any = -1, strand: Any = None) -> pd.DataFrame:
    """Intervals of columns; one value serves all rows. The result is sorted.

    Parameters
    ----------
    chroms : str, int or sequence
        Chromosomes in any spelling.
    starts, ends : int or sequence of int
        0-based half-open; an end of -1 is the end of the chromosome.
    strand : int, str or sequence, optional
        -1, 0, 1 or ``-``, ``.``, ``+``.

    Returns
    -------
    pandas.DataFrame
        ``chrom start end``, and ``strand`` when it is given. Chromosomes sort in the order of
        the database, not of the alphabet.

    Raises
    ------
    UsageError, ChromError
        Columns of different lengths, or a row that is no interval of its chromosome.

    Examples
    --------
    >>> gintervals(["chr2", "chrX"], 10, [3000, 5000])  # doctest: +SKIP
    """
    return as_peer(build.intervals(chroms, starts, ends, chroms=current_db().chroms, strand=strand))


def gintervals_all() -> pd.DataFrame:
    """Every chromosome from end to end, in database order."""
    return as_peer(build.whole_genome(current_db().chroms))


def gintervals_from_strings(regions: str | Sequence[str]) -> pd.DataFrame:
    """Sorted intervals of texts ``chr1:10,000-20,000``, ``chr1:5-8:-`` or ``chr1``.

    Positions are 0-based half-open, as typed. Thousands may have commas, which the peer refuses.

    Raises
    ------
    UsageError, ChromError
        A text that is no interval.
    """
    return as_peer(build.from_strings(regions, current_db().chroms))


def gintervals_from_tuples(
    rows: Sequence[Any] | None, strand: int | Sequence[int] | None = None
) -> pd.DataFrame | None:
    """Sorted intervals of tuples ``(chrom, start, end[, strand])`` or of dicts of those names.

    `strand` is for rows that have none. None gives None.

    Raises
    ------
    UsageError, ChromError
        Rows of different forms, or one that is no interval.
    """
    if rows is None:
        return None
    return as_peer(build.from_tuples(rows, current_db().chroms, strand=strand))


def gintervals_window(chroms: Any, centers: Any, half_width: int) -> pd.DataFrame:
    """Sorted intervals ``[center - half_width, center + half_width)``.

    Where they pass the end of a chromosome they are cut; the peer raises an error.

    Raises
    ------
    UsageError, ChromError
        `half_width` below 1, or a window outside its chromosome.
    """
    made = build.window(chroms, centers, half_width, chroms=current_db().chroms)
    return as_peer(in_order(made))


def gintervals_rbind(*intervals: Any, intervals_set_out: str | None = None) -> pd.DataFrame | None:
    """The rows of several interval frames or sets, one behind the other.

    Raises
    ------
    UsageError
        Nothing is given, the columns differ, or there is a row that is no interval.
    """
    if not intervals:
        raise UsageError("gintervals_rbind was given no intervals", fix="Give one or more")
    frames = [frame_named(one, what=f"intervals {i}") for i, one in enumerate(intervals, 1)]
    joined = build.concat(frames, current_db().chroms)
    return kept(joined, intervals_set_out) if intervals_set_out else as_peer(joined)


def gintervals_random(
    size: int,
    n: int,
    dist_from_edge: float = DIST_FROM_EDGE,
    chromosomes: Iterable[Any] | str | None = None,
    mask: Any = None,
    seed: int | None = None,
    *,
    filter: Any = None,
) -> pd.DataFrame:
    """Random intervals of one size: every place where one fits is equally likely.

    Parameters
    ----------
    size, n : int
        Base pairs of each, and how many.
    dist_from_edge : float
        Bases kept free at both ends of each chromosome.
    chromosomes : sequence of str, optional
        Only these.
    mask : DataFrame or str, optional
        Intervals that must not be touched; `filter` is another name of it.
    seed : int, optional
        Makes the draw repeatable; the peer heeds it in some cases only, and draws others.

    Raises
    ------
    UsageError
        Nothing fits.
    """
    if mask is not None and filter is not None:
        raise UsageError("mask and filter are one thing", fix="Give one of them")
    hidden = mask if mask is not None else filter
    made = random_intervals(
        size, n, current_db().chroms, dist_from_edge=dist_from_edge, chromosomes=chromosomes,
        mask=None if hidden is None else frame_named(hidden, what="mask"), rng=seed,
    )  # fmt: skip
    return as_peer(made)


# ---- tables of values


def gintervals_to_mat(
    df: Any, id_col: str | None = None, value_cols: Sequence[str] | None = None, labels: bool = True
) -> pd.DataFrame:
    """Values by interval: the places become the index ``(chrom, start, end)``.

    Parameters
    ----------
    df : DataFrame
        ``chrom start end`` and columns of numbers; ``intervalID`` is left out.
    id_col : str, optional
        Column that becomes the first level of the index.
    value_cols : sequence of str, optional
        Columns to keep, default all.
    labels : bool
        False leaves a RangeIndex.

    Raises
    ------
    UsageError
        Missing columns, or one that is not of numbers (a ValueError; the peer's is a TypeError).
    """
    return reshape.to_matrix(
        as_peer(frame_named(df, what="df")), id_column=id_col, value_columns=value_cols,
        labels=labels,
    )  # fmt: skip


def gintervals_from_mat(mat: Any) -> pd.DataFrame:
    """Intervals and values of what `gintervals_to_mat` made; a level of ids is dropped.

    Raises
    ------
    UsageError
        The index does not end in chrom, start and end.
    """
    return as_peer(reshape.from_matrix(mat))


# ---- files


def gintervals_from_bed(path: str | Path, has_strand: bool = False) -> pd.DataFrame:
    """Sorted intervals of a BED file, plain or compressed, without its names and scores.

    Parameters
    ----------
    path : path
    has_strand : bool
        Make a column ``strand`` of column 6 (0 where the file has none).

    Returns
    -------
    pandas.DataFrame
        Intervals on unknown chromosomes are left out, which is logged.

    Raises
    ------
    MissingFileError, ParseError, ChromError
        A line that is no interval; its number is named. All chromosomes are unknown. Or the file
        has no intervals, where the peer gives None.
    """
    frame = files.read_bed(path, current_db().chroms, has_strand=has_strand)
    return as_peer(_chosen(frame, {"strand": has_strand}))


def gintervals_import_bed(
    file: str | Path, *, name: bool = True, score: bool = True, strand: bool = True
) -> pd.DataFrame:
    """Sorted intervals of a BED file, with those of ``strand name score`` that it has.

    A score of ``.`` is NaN, a strand of ``.`` 0. Intervals on unknown chromosomes are left out,
    which is logged.

    Raises
    ------
    MissingFileError, ParseError, ChromError
        A line that is no interval; its number is named. Or all chromosomes are unknown.
    """
    frame = files.read_bed(file, current_db().chroms)
    return as_peer(_chosen(frame, {"strand": strand, "name": name, "score": score}))


def gintervals_import_gff(
    file: str | Path,
    *,
    feature: str | Sequence[str] | None = None,
    strand: bool = True,
    attrs: bool = True,
) -> pd.DataFrame:
    """Sorted intervals of a GFF3 or GTF file, 0-based half-open.

    Parameters
    ----------
    file : path
    feature : str or sequence of str, optional
        Only these types (column 3).
    strand : bool
        Keep the strand.
    attrs : bool
        Keep the attributes as they are written, in a column ``attrs``.

    Returns
    -------
    pandas.DataFrame
        ``chrom start end strand source type score attrs``.

    Raises
    ------
    UsageError
        No row has the type.
    MissingFileError, ParseError, ChromError
        A line that is no interval; its number is named. Or all chromosomes are unknown.
    """
    frame = files.read_gff(file, current_db().chroms, feature=feature, attributes="text")
    kept_columns = {"strand": strand, "source": True, "type": True, "score": True, "attrs": attrs}
    return as_peer(_chosen(frame, kept_columns))


def gintervals_import_vcf(file: str | Path, *, info: bool = True) -> pd.DataFrame:
    """Sorted places of the variants of a VCF file, over the bases of REF; 0-based half-open.

    Returns
    -------
    pandas.DataFrame
        ``chrom start end id ref alt qual filter``, and ``info`` as it is written; qual is NaN
        where it is missing.

    Raises
    ------
    MissingFileError, ParseError, ChromError
        A line that is no variant; its number is named. Or all chromosomes are unknown.
    """
    return as_peer(files.read_vcf(file, current_db().chroms, info=info))


def gintervals_import_genes(
    genes_file: str | Path,
    annots_file: str | Path | None = None,
    annots_names: Sequence[str] | None = None,
) -> dict[str, pd.DataFrame | None]:
    """Intervals of a UCSC gene table: ``{"tss", "exons", "utr3", "utr5"}``.

    Parameters
    ----------
    genes_file : path
        knownGene and its like, plain or compressed. Addresses of the web are not taken.
    annots_file : path, optional
        Table of annotations; its first column is the gene.
    annots_names : sequence of str, optional
        Names of all its columns, the first too.

    Returns
    -------
    dict of str to DataFrame or None
        ``chrom start end strand`` and annotations; None when there are none. Overlapping
        intervals are merged: the strand is 0 where theirs differ, annotations are joined by
        ``;``. Untranslated regions are the parts of exons outside the coding range, and
        coordinates whole numbers; the peer gives single bases and fractional numbers.

    Raises
    ------
    UsageError, ParseError, MissingFileError
        Annotations without names, or with another number of columns.
    """
    made = import_genes(genes_file, annots_file, annots_names, chroms=current_db().chroms)
    return {name: found(frame) for name, frame in made.items()}


def _chosen(frame: Any, wanted: Mapping[str, bool]) -> Any:
    """The places, and those of some columns that are there and wanted."""
    more = [name for name, is_wanted in wanted.items() if is_wanted and name in frame.columns]
    return frame[["chrom", "start", "end", *more]]
