# ruff: noqa: FBT001, FBT002 - the peer's signatures
"""gtrack_import*: tracks of files of signals, and of mapped reads."""

from __future__ import annotations

import glob
import os
import re
import tempfile
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from genomedb.core.names import attribute_name
from genomedb.errors import GenomeDBError, GenomeDBWarning, MissingFileError, UsageError
from genomedb.importers.binned import MEAN
from genomedb.importers.mapped_reads import import_mapped_reads
from genomedb.importers.signal import import_signal
from genomedb.importers.sources import Report
from genomedb.misha.arguments import bin_size_or_none, number_of, text_of, whole_number
from genomedb.misha.current import current_db, executor, storage
from genomedb.misha.track_creation import new_name
from genomedb.readers.ftp import fetch, is_ftp, list_matching
from genomedb.readers.records import detect_format
from genomedb.storage import schema
from genomedb.virtual.bin_functions import FUNCTIONS

__all__ = ["gtrack_import", "gtrack_import_mappedseq", "gtrack_import_set"]
_Path = str | os.PathLike[str]
# what a reader would miss: 1 to 99, sex chromosomes, but no scaffolds
_PRIMARY = re.compile(r"(chr)?([1-9][0-9]?|[XYZW])", re.IGNORECASE)


def gtrack_import(
    track: str,
    description: str,
    file: _Path,
    binsize: int | None = None,
    defval: float = float("nan"),
    attrs: Mapping[str, Any] | None = None,
    func: str = "weighted.mean",
) -> None:
    """Make a track of a file of signals.

    Parameters
    ----------
    track, description : str
    file : path
        ``.wig``, ``.bedgraph``, ``.bg``, ``.bdg``, ``.bed``, ``.bw`` or ``.bigwig`` by its name;
        anything else is a table with tabs, whose header has ``chrom``, ``start``, ``end`` and one
        column more. All but bigWig may be compressed. Chromosomes that the database does not
        have are left out, with a warning if they are no scaffolds; intervals are cut at the end
        of their chromosome. Infinite values become missing.
    binsize : int, optional
        Bin width in bp of a dense track, whose bins are as `gtrack_create_dense` makes them;
        None and 0 make a sparse track.
    defval : float
        Of bases that nothing covers, in a dense track. It joins the mean of bins that are covered
        in part: with 0, these become smaller.
    attrs : dict of str to str, optional
        Attributes to set; they may not be read-only ones.
    func : str
        What a bin makes of the intervals in it, as in `gtrack_create_dense`.

    Raises
    ------
    TrackExistsError
        The name is taken.
    UsageError
        An argument is None or not right.
    MissingFileError
        There is no such file.
    ParseError, FormatError, ChromError
        It is malformed (naming the line) or damaged, intervals of a sparse track overlap, it has
        no intervals or none on a chromosome of the database.
    """
    db = current_db()
    name, description = new_name(db, track), text_of(description, "description")
    path = _file_of(file)
    width = bin_size_or_none(binsize)
    default = number_of(defval, "defval")
    function = _function_of(func, width)
    given = _checked_attributes(attrs)
    kind = {} if width is None else {"type": schema.DENSE, "binsize": str(width)}
    more = "" if function == MEAN else f', func="{function}"'
    call = f'gtrack.import("{track}", description, "{path}", {binsize}, {default:g}, attrs{more})'
    report = import_signal(
        db,
        name,
        path,
        bin_size=width,
        format=_format_of(path),
        defval=float("nan") if width is None else default,
        function=function,
        clip=True,
        is_finite=True,
        description=description,
        attributes={schema.CREATED_BY: _legal(call), **kind, **given},
        executor=executor(),
        storage=storage(),
    )
    _warn_of_left_out(report, path)


def _function_of(func: Any, width: int | None) -> str:
    if not isinstance(func, str) or func not in FUNCTIONS:
        raise UsageError(f"func {func!r:.40} is unknown", fix=f"Use one of: {', '.join(FUNCTIONS)}")
    if width is None and func != MEAN:
        raise UsageError(
            f"func {func!r} needs bins, and a sparse track has none", fix="Give a binsize"
        )
    return func


def _file_of(file: Any) -> str:
    if file is None:
        raise UsageError("file is None", fix="Give the path of a file")
    if not isinstance(file, (str, os.PathLike)):
        raise UsageError(f"file is {file!r:.60}", fix="Give the path of a file")
    path = os.fspath(file)
    return "./-" if path == "-" else path  # a file of that name, never standard input


def _format_of(path: str) -> str:
    """Format by the name; what is no signal otherwise is a table."""
    found = detect_format(path)
    return "tab" if found == "fasta" else found


def _legal(text: str) -> str:
    """Names of files need not be text."""
    return text.encode("utf-8", "backslashreplace").decode()


def _checked_attributes(attrs: Any) -> dict[str, str]:
    """Attributes as text; empty ones are none."""
    if attrs is None:
        return {}
    if not isinstance(attrs, Mapping):
        raise UsageError(f"attrs is {attrs!r:.60}", fix="Give a dict of attribute to text")
    for key in attrs:
        if not isinstance(key, str) or not key:
            raise UsageError(
                f"attrs has the name {key!r:.60}", fix="Names of attributes are texts, not empty"
            )
        attribute_name(key)
        if key in current_db().readonly_attributes:
            raise UsageError(f"Attribute '{key}' is read-only", where="attrs", fix="Leave it out")
    return {key: str(value) for key, value in attrs.items() if str(value)}


def _warn_of_left_out(report: Report, path: str) -> None:
    missed = [name for name in report.unknown if _PRIMARY.fullmatch(name)]
    if missed:
        warnings.warn(
            f"{path}: left out {sum(report.unknown.values())} records on chromosomes that are not "
            f"in the database, such as {', '.join(missed[:5])}. Check the assembly",
            GenomeDBWarning,
            stacklevel=3,
        )


# ---- many


def gtrack_import_set(
    description: str,
    path: str,
    binsize: int,
    track_prefix: str | None = None,
    defval: float = float("nan"),
) -> dict[str, list[str]]:
    """Make a track of each of several files, as `gtrack_import` does, and go on when one fails.

    A track is named by the prefix and the name of its file up to the first dot. One that is there
    already is left as it is, and its file counts as failed. Why a file failed is told as a
    `GenomeDBWarning`.

    Parameters
    ----------
    description : str
        Of all tracks.
    path : str
        Files, with wildcards, such as ``"/data/*.wig"``; or ``"ftp://host/folder/*.wig.gz"``.
    binsize : int
        0 makes sparse tracks.
    track_prefix : str, optional
        Such as ``"wigs."``.
    defval : float
        As of `gtrack_import`.

    Returns
    -------
    dict of str to list of str
        ``files_imported`` and ``files_failed``, names of files; a list without any is left out.

    Raises
    ------
    UsageError
        An argument is None or not right, or no file matches.
    MissingFileError
        The server cannot be reached.
    """
    current_db()
    text_of(description, "description")
    pattern = _file_of(path) if path is not None else text_of(path, "path")
    if binsize is None:
        raise UsageError("binsize is None", fix="Give bp, or 0 for sparse tracks")
    bin_size_or_none(binsize)
    number_of(defval, "defval")
    prefix = "" if track_prefix is None else text_of(track_prefix, "track_prefix")
    done: list[str] = []
    failed: list[str] = []
    with _files(pattern) as files:
        for name, local in files:
            track = prefix + name.partition(".")[0]
            try:
                gtrack_import(track, description, local(), binsize, defval)
            except (GenomeDBError, OSError) as error:
                failed.append(name)
                warnings.warn(f"{name}: {error}", GenomeDBWarning, stacklevel=2)
            else:
                done.append(name)
    found = {"files_failed": failed, "files_imported": done}
    return {key: names for key, names in found.items() if names}


@contextmanager
def _files(pattern: str) -> Iterator[Sequence[tuple[str, Callable[[], str]]]]:
    """Names of the files that match, and what gives the path of each: only now is it fetched."""
    with tempfile.TemporaryDirectory(prefix="genomedb-ftp-") as folder:
        if is_ftp(pattern):
            names = list_matching(pattern)
            found = [(name, partial(_fetched, pattern, name, folder)) for name in names]
        else:
            paths = sorted(glob.glob(str(Path(pattern).expanduser())))  # noqa: PTH207 - any folder
            found = [
                (Path(path).name, partial(str, path)) for path in paths if not Path(path).is_dir()
            ]
        if not found:
            raise UsageError("No files to import", where=pattern, fix="Check the pattern")
        yield found


def _fetched(url: str, name: str, folder: str) -> str:
    path = Path(folder) / name
    fetch(url, name, path)
    return str(path)


# ---- reads


def gtrack_import_mappedseq(
    track: str,
    description: str,
    file: _Path,
    pileup: int = 0,
    binsize: int = -1,
    cols_order: tuple[int, int, int, int] | None = (9, 11, 13, 14),
    remove_dups: bool = True,
) -> dict[str, Any]:
    """Make a track of mapped reads.

    A read is at its first base, on the minus strand at the base after its last. Reads of one
    chromosome, strand and place are duplicates.

    Parameters
    ----------
    track, description : str
    file : path
        SAM or BAM (`cols_order` None), or a table with tabs; may be compressed.
    pileup : int
        0 makes a sparse track of places of reads, with 1 or, if duplicates stay, their number.
        Otherwise reads are drawn out to so many bp, and a dense track has how many lie over a
        bin, 0 where there are none.
    binsize : int
        Of the dense track; -1 without pileup.
    cols_order : tuple of 4 int, optional
        Columns of sequence, chromosome, place (0-based) and strand in the table, from 1. None
        is SAM, whose places are read as they are meant, from 1 on; the peer takes them for
        0-based.
    remove_dups : bool
        Count duplicates once.

    Returns
    -------
    dict
        ``total``: dict of ``total`` (all reads; the peer adds duplicates again),
        ``total.mapped``, ``total.unmapped`` and ``total.dups``. ``chrom``: DataFrame of
        ``chrom mapped dups``, a row a chromosome.

    Raises
    ------
    TrackExistsError
        The name is taken.
    UsageError
        An argument is None or not right, pileup and bin size do not fit, there is no such file.
    FormatError, ParseError
        The file is damaged, or no text.
    """
    import pandas as pd

    db = current_db()
    name, description = new_name(db, track), text_of(description, "description")
    path = _file_of(file)
    whole_number(pileup, "pileup", least=0)
    if pileup:
        whole_number(binsize, "binsize", least=1)
    elif binsize is not None and whole_number(binsize, "binsize", least=-(2**62)) >= 0:
        raise UsageError(
            f"binsize is {binsize} and pileup is 0, which makes a sparse track",
            fix="Leave binsize out, or give a pileup",
        )
    call = (
        f'gtrack.import_mappedseq("{track}", description, "{path}", pileup={pileup}, '
        f"binsize={binsize}, remove.dups={bool(remove_dups)})"
    )
    try:
        counts = import_mapped_reads(
            db, name, path, pileup=pileup, bin_size=binsize if pileup else None,
            columns=cols_order, remove_duplicates=bool(remove_dups), description=description,
            created_by=_legal(call),
        )  # fmt: skip
    except MissingFileError as error:  # the peer's is a ValueError
        raise UsageError(error.problem, where=error.where, fix=error.fix) from error
    mapped, dups = counts.mapped.astype(np.float64), counts.duplicates.astype(np.float64)
    return {
        "total": {
            "total": float(counts.total),
            "total.mapped": float(mapped.sum()),
            "total.unmapped": float(counts.unmapped),
            "total.dups": float(dups.sum()),
        },
        "chrom": pd.DataFrame({"chrom": db.chroms.names, "mapped": mapped, "dups": dups}),
    }
