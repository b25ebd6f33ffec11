"""Many files to as many tracks: goes on after a file that fails, and says what became of each."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor
from contextlib import closing
from dataclasses import asdict, dataclass, field
from functools import partial
from typing import Any

from genomedb.core.parallel import check_executor, map_tasks
from genomedb.db.database import GenomeDB
from genomedb.errors import GenomeDBError, UsageError
from genomedb.importers.features import ANY, FORMATS, format_of, import_features
from genomedb.importers.manifest import Row
from genomedb.importers.sequence import import_fasta
from genomedb.importers.signal import import_signal
from genomedb.importers.sources import Report

IMPORTED, SKIPPED, FAILED = "imported", "skipped", "failed"
_USER_TASKS = 16  # in flight with an executor whose size is not known


@dataclass(frozen=True)
class Importer:
    """What makes a track of files of some formats.

    Attributes
    ----------
    make : callable
        ``make(db, name, file, **options)`` returns a report with ``n_records``.
    options : frozenset of str
        Options it knows besides those that all know: ``storage``, ``description``,
        ``attributes``, ``command``, ``overwrite``.
    """

    make: Callable[..., Report]
    options: frozenset[str]


_SIGNAL = Importer(
    import_signal, frozenset({"bin_size", "dtype", "defval", "clip", "format", "executor"})
)
_FEATURES = Importer(import_features, frozenset({"types", "clip", "format"}))
IMPORTERS = {
    **dict.fromkeys((ANY, *FORMATS), _FEATURES),  # "bed" means signals unless features are said
    "bigwig": _SIGNAL, "wig": _SIGNAL, "bedgraph": _SIGNAL, "bed": _SIGNAL, "tab": _SIGNAL,
    "fasta": Importer(import_fasta, frozenset()),
}  # fmt: skip
COMMON = frozenset({"storage", "description", "attributes", "command", "overwrite"})
ALL_OPTIONS = COMMON.union(*(importer.options for importer in IMPORTERS.values()))


@dataclass(frozen=True)
class Outcome:
    """What became of one row.

    Attributes
    ----------
    row : int
        1-based number.
    track, file : str
    status : {"imported", "skipped", "failed"}
    n_records : int
        Records (or sequences) imported.
    reason : str
        Why it failed.
    """

    row: int
    track: str
    file: str
    status: str
    n_records: int = 0
    reason: str = ""


@dataclass
class ManyReport:
    """What became of all rows, in their order."""

    outcomes: list[Outcome] = field(default_factory=list)

    def n(self, status: str) -> int:
        """How many were imported, skipped or failed."""
        return sum(outcome.status == status for outcome in self.outcomes)

    def summary(self) -> str:
        """One line for people."""
        return ", ".join(f"{self.n(status)} {status}" for status in (IMPORTED, SKIPPED, FAILED))

    def as_dict(self) -> dict[str, Any]:
        """The same for programs: counts, and a list ``tracks``."""
        counts = {status: self.n(status) for status in (IMPORTED, SKIPPED, FAILED)}
        return {**counts, "tracks": [asdict(outcome) for outcome in self.outcomes]}


def import_many(
    db: GenomeDB,
    rows: Sequence[Row],
    *,
    executor: Executor | int | None = None,
    skip_existing: bool = False,
    on_outcome: Callable[[Outcome], None] | None = None,
    **options: Any,
) -> ManyReport:
    """Make a track of each row, and go on when one fails.

    Parameters
    ----------
    db : GenomeDB
        Where the tracks go.
    rows : sequence of Row
        From `read_manifest` or `rows_of_files`.
    executor : Executor, int or None
        Who imports: this process (None), so many processes, each a file at a time, or an
        executor. A single row is shared by chromosomes instead.
    skip_existing : bool
        Leave tracks alone that are there: what is there is complete.
    on_outcome : callable, optional
        Told of each row in order, as it ends.
    **options
        For all rows that say nothing else: ``bin_size``, ``dtype``, ``defval``, ``clip``,
        ``format``, ``types``, ``storage``, ``description``, ``attributes``, ``command``,
        ``overwrite``, as for `import_signal` and `import_features`; the format ``"features"``
        makes features of BED and tables. Those that a format does not know are left out for its
        files.

    Returns
    -------
    ManyReport

    Raises
    ------
    UsageError
        An option is not known, or contradicts another. What is wrong with a row or a file is
        in the report instead.

    Examples
    --------
    >>> rows = rows_of_files("*.bw", prefix="chip/")  # doctest: +SKIP
    >>> import_many(db, rows, bin_size=50, executor=4).summary()  # doctest: +SKIP
    '12 imported, 0 skipped, 0 failed'
    """
    unknown = sorted(set(options) - (ALL_OPTIONS - {"executor"}))
    if unknown:
        raise UsageError(
            f"option {unknown[0]!r} is not known",
            fix=f"Use: {', '.join(sorted(ALL_OPTIONS - {'executor'}))}",
        )
    if skip_existing and options.get("overwrite"):
        raise UsageError("skip_existing and overwrite contradict each other")
    n = check_executor(executor)
    if len(rows) == 1:
        options, executor = {**options, "executor": executor}, None
    report = ManyReport()
    task = partial(_import_row, db, options, skip_existing=skip_existing)
    in_flight = 2 * n or _USER_TASKS
    with closing(map_tasks(task, rows, executor, in_flight=in_flight)) as results:
        for outcome in _all(results, rows):
            report.outcomes.append(outcome)
            if on_outcome is not None:
                on_outcome(outcome)
    return report


def _all(results: Iterator[Outcome], rows: Sequence[Row]) -> Iterator[Outcome]:
    """Outcomes of all rows, also when workers died before the last."""
    done = 0
    try:
        for outcome in results:
            done += 1
            yield outcome
    except GenomeDBError as error:
        for row in rows[done:]:
            yield _failed(row, f"{row.where}: {error}")


def _failed(row: Row, reason: str) -> Outcome:
    return Outcome(row.number, row.track, row.file, FAILED, reason=reason)


def _import_row(
    db: GenomeDB, defaults: dict[str, Any], row: Row, *, skip_existing: bool
) -> Outcome:
    """Make one track, in any process; what goes wrong becomes an outcome."""
    if row.error is not None:
        return _failed(row, str(row.error))
    try:
        if skip_existing and db.has_track(row.track):
            return Outcome(row.number, row.track, row.file, SKIPPED)
        importer, options = _chosen(row, defaults)
        report = importer.make(db, row.track, row.file, **options)
    except (GenomeDBError, OSError, MemoryError) as error:
        said = str(error) or ("not enough memory" if isinstance(error, MemoryError) else
                              type(error).__name__)  # fmt: skip
        return _failed(row, said if said.startswith(row.where) else f"{row.where}: {said}")
    return Outcome(row.number, row.track, row.file, IMPORTED, report.n_records)


def _chosen(row: Row, defaults: dict[str, Any]) -> tuple[Importer, dict[str, Any]]:
    """Who imports a row, and with which options."""
    format = row.options.get("format", defaults.get("format"))
    if format is None:
        format = format_of(row.file)
    importer = IMPORTERS.get(str(format))
    if importer is None:
        raise UsageError(f"format {format} is not known", fix=f"Use: {', '.join(IMPORTERS)}")
    known = COMMON | importer.options
    for name in row.options:
        if name not in known and name != "format":
            raise UsageError(f"{name} is not for {format} files", fix="Leave it empty")
    merged = {**defaults, **row.options, "format": format}
    merged["attributes"] = {**(defaults.get("attributes") or {}), **row.attributes}
    return importer, {name: value for name, value in merged.items() if name in known}
