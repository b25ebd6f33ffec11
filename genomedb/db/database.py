"""GenomeDB: the tracks of one assembly, by name."""

from __future__ import annotations

import os
from collections import OrderedDict
from collections.abc import Iterable, Iterator
from difflib import get_close_matches
from functools import lru_cache
from pathlib import Path
from typing import Any

from genomedb.core.chroms import ChromTable
from genomedb.db import manage
from genomedb.db.attributes import Belongings
from genomedb.db.catalogue import sweep_parts
from genomedb.db.classic import ClassicDatabase, check_mode
from genomedb.db.creating import Creating
from genomedb.db.datasets import Roots, Shadowed
from genomedb.db.display import database_html
from genomedb.db.listing import Listing
from genomedb.db.location import TABLE, assembly_dir
from genomedb.db.paths import file_of, track_files
from genomedb.errors import FormatError, MissingFileError, TrackNotFoundError, UsageError
from genomedb.storage.files import sweep
from genomedb.storage.genome import read_genome
from genomedb.storage.handle import TrackFile
from genomedb.storage.validate import Finding, check_file
from genomedb.tracks.base import Track
from genomedb.tracks.open import track_of
from genomedb.tracks.place import Place

MAX_OPEN = 128


class GenomeDB(ClassicDatabase, Listing, Creating, Belongings):
    """The tracks of one assembly: naming, listing, opening and creating them.

    Tracks are created, changed and removed in the working root. Datasets are further roots of
    the same assembly whose tracks are read under their names; the working root comes first.

    Parameters
    ----------
    path : path, optional
        Directory that holds assemblies, or one assembly's own; default ``GENOME_DB``.
    assembly : str, optional
        Default ``GENOME_ASSEMBLY``, else the only assembly there.
    datasets : iterable of path
        Further roots, looked up in this order.
    shadowing : {"warn", "error", "ignore"}
        What to do about names that several roots have.

    Attributes
    ----------
    path : Path
        Directory of the assembly.
    assembly : str
        Name of the assembly.
    chroms : ChromTable
        Its chromosomes, with the spellings they are known by.

    Raises
    ------
    NoDatabaseError, MissingFileError
        No database is named, or it is not there.
    ChromError
        A dataset has other chromosomes.

    Examples
    --------
    >>> db = GenomeDB("/data/genomes", "hg38")  # doctest: +SKIP
    >>> db.open_track("dnase/wi38").read("chr12", 1_000_000, 1_000_100)  # doctest: +SKIP
    """

    def __init__(
        self,
        path: str | os.PathLike[str] | None = None,
        assembly: str | None = None,
        *,
        datasets: Iterable[str | os.PathLike[str]] = (),
        shadowing: str = "warn",
    ) -> None:
        self.path: Path = assembly_dir(path, assembly)
        self.chroms: ChromTable
        self.chroms, named = read_genome(self.path / TABLE)
        self.assembly: str = named or self.path.name
        self._files: OrderedDict[Path, tuple[TrackFile, dict[str, Any]]] = OrderedDict()
        self._roots = Roots(self.path, self.chroms)
        for dataset in datasets:
            self._roots.add(dataset, shadowing=shadowing)

    # ---- names

    def track_path(self, name: str) -> Path:
        """File that the track of this name has, or would have in the working root."""
        return file_of(self._roots.holding(name) or self.path, name)

    def has_track(self, name: str) -> bool:
        """Is there a track of this name?"""
        return self._roots.holding(name) is not None

    # ---- datasets

    @property
    def datasets(self) -> list[Path]:
        """Roots in the order in which names are looked up; the first is the working root."""
        return list(self._roots)

    def add_dataset(
        self, path: str | os.PathLike[str], *, shadowing: str = "warn", first: bool = False
    ) -> list[Shadowed]:
        """Read tracks of another root of the same assembly too.

        Parameters
        ----------
        path : path
            Directory that holds assemblies, or the assembly's own. One that is there already
            changes nothing.
        shadowing : {"warn", "error", "ignore"}
            What to do about names that it shares with other roots: a `GenomeDBWarning`, a
            `UsageError` (the dataset is not added), or nothing.
        first : bool
            Look it up before the datasets added earlier, not after them.

        Returns
        -------
        list of Shadowed
            The names it shares; not looked for, and empty, with "ignore".

        Raises
        ------
        ChromError
            It has other chromosomes; says where they differ first.
        MissingFileError
            There is no such database.
        """
        return self._roots.add(path, shadowing=shadowing, first=first)

    def remove_dataset(self, path: str | os.PathLike[str]) -> None:
        """Let go of a dataset; its files stay as they are."""
        self._roots.remove(path)

    def root_of(self, name: str) -> Path:
        """The root whose track answers to this name."""
        root = self._roots.holding(name)
        if root is None:
            raise self._not_found(name)
        return root

    def shadowed(self) -> list[Shadowed]:
        """Names that several roots have: (name, root that answers, roots hidden)."""
        return self._roots.shadowed()

    # ---- opening

    def open_track(self, name: str, mode: str = "r") -> Track:
        """Open a track; its file stays open for the next call, and is reopened when replaced.

        Parameters
        ----------
        name : str
        mode : str
            Only ``"r"``, which programs of the `genome` library pass.

        Raises
        ------
        UsageError
            Another mode: a track that has its name is never edited.
        TrackNotFoundError
            No such track; the message lists near names.
        ChromError
            The file belongs to another assembly.
        FormatError
            The file is damaged, not a track, or of a newer format.
        """
        check_mode(name, mode)
        root, path, now = self._look_up(name)
        found = self._files.get(path)
        if found is None or not _same(found[0].status, now):
            try:
                found = (TrackFile(path), {})
            except MissingFileError:
                raise self._not_found(name) from None
            self._files[path] = found
            while len(self._files) > MAX_OPEN:
                self._files.popitem(last=False)
        file, columns = found
        return track_of(file, _name_in(root, path), self.chroms, columns)

    def __getitem__(self, name: str) -> Track:
        return self.open_track(name)

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str) and self.has_track(name)

    # ---- creating

    def place(self, name: str) -> Place:
        """Where a new track of this name goes: the working root."""
        path = file_of(self.path, name)
        return Place(path, _name_in(self.path, path), self.chroms, self.assembly)

    # ---- managing

    def move_track(self, name: str, new_name: str) -> None:
        """Rename a track; never replaces another."""
        source = self._own(name)
        manage.move(source, file_of(self.path, new_name), self.path)
        self._files.pop(source, None)

    def copy_track(self, name: str, new_name: str, *, overwrite: bool = False) -> None:
        """Copy a track, of any root, with all it holds into the working root."""
        manage.copy(self._file(name), file_of(self.path, new_name), overwrite=overwrite)

    def remove_track(self, name: str) -> None:
        """Delete a track and folders that become empty."""
        path = self._own(name)
        manage.remove(path, self.path)
        self._files.pop(path, None)

    def validate(self, names: Iterable[str] | None = None) -> Iterator[tuple[str, list[Finding]]]:
        """Check files against the format, reading all they hold; yield (name, findings).

        Without `names`, the chromosome table and every track of the working root.
        """
        if names is None:
            yield TABLE, check_file(self.path / TABLE, self.chroms)
            chosen = dict(sorted(track_files(self.path)))
        else:
            chosen = {name: self._file(name) for name in names}
        for name, path in chosen.items():
            yield name, check_file(path, self.chroms)

    def clean(self) -> list[Path]:
        """Remove what dead writers of this machine left behind; return what was removed."""
        removed = sweep(self.path) + sweep_parts(self.path)
        for folder, _, _ in os.walk(self.path):
            if Path(folder) != self.path:
                removed += sweep(Path(folder))
        return removed

    # ---- the rest

    def _look_up(self, name: str) -> tuple[Path, Path, os.stat_result]:
        """Root, file and its status of the track that answers to a name."""
        for root in self._roots:
            path = file_of(root, name)
            try:
                return root, path, path.stat()
            except (FileNotFoundError, NotADirectoryError):
                continue
            except OSError as error:
                raise FormatError(f"cannot be opened ({error.strerror})", where=path) from error
        raise self._not_found(name)

    def _file(self, name: str) -> Path:
        return file_of(self.root_of(name), name)

    def _own(self, name: str) -> Path:
        path = file_of(self.path, name)
        if not path.is_file() and self.root_of(name) != self.path:
            raise UsageError(
                f"track '{name}' is of a dataset, which is only read",
                where=self.root_of(name),
                fix="Copy the track to another name, or open that database itself",
            )
        return path

    def _not_found(self, name: str) -> TrackNotFoundError:
        known = self.list_tracks()
        near = get_close_matches(name.replace(".", "/"), known, n=3) or known[:5]
        hint = f"Known tracks include {', '.join(near)}" if near else "The database has no tracks"
        return TrackNotFoundError(f"track '{name}' does not exist", where=self.path, fix=hint)

    def __reduce__(self) -> tuple[Any, ...]:
        return _reopened, (self.path, self.datasets[1:])

    def __repr__(self) -> str:
        try:
            tracks = _counted(len(self._roots.names()), "track")
        except OSError:
            tracks = "tracks out of reach"
        n_datasets = len(self._roots) - 1
        more = f" and {_counted(n_datasets, 'dataset')}" if n_datasets else ""
        chroms = _counted(len(self.chroms), "chromosome")
        return f"<GenomeDB {self.assembly}: {chroms}, {tracks} in {self.path}{more}>"

    def _repr_html_(self) -> str:
        return database_html(repr(self), self.entries, self.datasets)


def _reopened(path: Path, datasets: list[Path]) -> GenomeDB:
    """Unpickle a database; what it shadows was said where it was opened first."""
    return GenomeDB(path, datasets=datasets, shadowing="ignore")


def _counted(n: int, what: str) -> str:
    return f"{n:,} {what}" if n == 1 else f"{n:,} {what}s"


@lru_cache(maxsize=1024)
def _name_in(root: Path, path: Path) -> str:
    return path.relative_to(root).with_suffix("").as_posix()


def _same(a: os.stat_result, b: os.stat_result) -> bool:
    return (a.st_ino, a.st_mtime_ns, a.st_size, a.st_dev) == (
        b.st_ino, b.st_mtime_ns, b.st_size, b.st_dev
    )  # fmt: skip
