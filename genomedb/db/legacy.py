"""A database of the `genome` library: PyTables files, read as they are and never written."""

from __future__ import annotations

import os
from collections import OrderedDict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any, NoReturn

from genomedb.core.chromosomes import Chromosome, chromosomes_of
from genomedb.core.lazy import lazy
from genomedb.core.names import CHROMOSOMES, SUFFIX
from genomedb.db.catalogue import DAMAGED, Catalogue, Facts
from genomedb.db.classic import check_mode
from genomedb.db.database import MAX_OPEN, GenomeDB
from genomedb.db.datasets import Roots
from genomedb.db.location import TABLE, assembly_dir
from genomedb.db.paths import check_inside, scan
from genomedb.errors import GenomeDBError, MissingFileError, UsageError
from genomedb.storage.legacy_pytables import LegacyFile, read_legacy_genome
from genomedb.storage.validate import Finding
from genomedb.tracks.base import Track
from genomedb.tracks.create import Place
from genomedb.tracks.legacy import legacy_track_of


class LegacyGenomeDB(GenomeDB):
    """The tracks of a database that the `genome` library wrote, read as they are.

    `GenomeDB` makes one where it finds such files. Its chromosomes are those of the table, with
    the flags that the table has.
    """

    def __init__(
        self,
        path: str | os.PathLike[str] | None = None,
        assembly: str | None = None,
        *,
        datasets: Iterable[str | os.PathLike[str]] = (),
        shadowing: str = "warn",
    ) -> None:
        del shadowing
        self.path = assembly_dir(path, assembly)
        self.chroms, self._table = read_legacy_genome(self.path / TABLE)
        self.assembly = self.path.name
        self._files = OrderedDict()
        self._roots = _LegacyRoots(self.path, self.chroms, self.assembly)
        if list(datasets):
            self._refuse("it takes no datasets")

    @lazy
    def _chromosomes(self) -> tuple[Chromosome, ...]:
        return self._table

    @lazy
    def _kinds(self) -> tuple[Chromosome, ...]:
        """Flags of the table and those it lacks: X, Y and some haplotypes were never set."""
        told = chromosomes_of(self.chroms)
        return tuple(c.merged(_without_auto(t)) for c, t in zip(self._table, told, strict=True))

    # ---- reading

    def track_path(self, name: str) -> Path:
        """File that a track of this name has."""
        return legacy_file_of(self.path, name)

    def has_track(self, name: str) -> bool:
        """Is there a track of this name?"""
        return legacy_file_of(self.path, name).is_file()

    def open_track(self, name: str, mode: str = "r") -> Track:
        """Open a track; see `GenomeDB.open_track`."""
        check_mode(name, mode)
        path = legacy_file_of(self.path, name)
        try:
            now = path.stat()
        except (FileNotFoundError, NotADirectoryError):
            raise self._not_found(name) from None
        found = self._files.get(path)
        stamp = (now.st_ino, now.st_mtime_ns, now.st_size)
        if found is None or stamp != _stamp(found[0].status):
            found = LegacyFile(path, self.chroms, self.assembly), {}
            self._files[path] = found
            while len(self._files) > MAX_OPEN:
                self._files.popitem(last=False)
        file, columns = found
        assert isinstance(file, LegacyFile)
        own = path.relative_to(self.path).as_posix()[: -len(SUFFIX)]
        return legacy_track_of(file, own, self.chroms, columns)

    def validate(self, names: Iterable[str] | None = None) -> Iterator[tuple[str, list[Finding]]]:
        """Open tracks and read all they hold; yield (name, findings)."""
        for name in self.list_tracks() if names is None else names:
            try:
                _read_through(self.open_track(name))
                yield name, []
            except GenomeDBError as error:
                yield name, [Finding("open", str(self.track_path(name)), "", error.problem)]

    def list_variables(self, track: str) -> list[str]:
        """Names of variables: such files have none."""
        self.open_track(track)
        return []

    def get_variable(self, track: str, name: str, *, allow_pickle: bool = False) -> Any:
        """Variables do not exist here."""
        del allow_pickle
        raise UsageError(f"there is no variable '{name}'", where=track)

    def clean(self) -> list[Path]:
        """Remove nothing."""
        return []

    def root_of(self, name: str) -> Path:
        """The folder, when the track is there."""
        if not self.has_track(name):
            raise self._not_found(name)
        return self.path

    def _file(self, name: str) -> Path:
        self.root_of(name)
        return legacy_file_of(self.path, name)

    # ---- writing

    def place(self, name: str) -> Place:
        """Nothing is written here."""
        self._refuse(f"track '{name}' cannot be written")

    def _own(self, name: str) -> Path:
        self._refuse(f"track '{name}' cannot be changed")

    def copy_track(self, name: str, new_name: str, *, overwrite: bool = False) -> None:
        """Nothing is written here."""
        del overwrite
        self._refuse(f"track '{name}' cannot be copied to '{new_name}'")

    def set_readonly_attributes(self, names: Sequence[str]) -> None:
        """Nothing is written here."""
        del names
        self._refuse("attributes cannot be made read-only")

    def add_dataset(
        self, path: str | os.PathLike[str], *, shadowing: str = "warn", first: bool = False
    ) -> NoReturn:
        """Datasets go with databases of ours."""
        del path, shadowing, first
        self._refuse("it takes no datasets")

    def set_attributes(self, name: str, changes: Mapping[str, str | None]) -> None:
        """Nothing is written here."""
        del changes
        self._own(name)

    def _refuse(self, what: str) -> NoReturn:
        raise UsageError(
            f"{what}: the database was written by the library `genome` and is only read",
            where=self.path,
            fix=f"Make one of ours: genomedb convert --legacy {self.path} NEW_FOLDER",
        )


@cache
def legacy_class(kind: type[GenomeDB]) -> type[GenomeDB]:
    """Class of databases that are a kind of `GenomeDB`, of files that are only read."""
    if issubclass(kind, LegacyGenomeDB):
        return kind
    if issubclass(LegacyGenomeDB, kind):
        return LegacyGenomeDB
    return type(f"Legacy{kind.__name__}", (kind, LegacyGenomeDB), {"__doc__": kind.__doc__})


def legacy_file_of(root: Path, name: str) -> Path:
    """File of a track: one leading ``/`` and a trailing ``.h5`` do not count.

    Raises
    ------
    UsageError
        The name leads out of the database, or is that of the chromosome table.
    """
    if not isinstance(name, str):
        raise UsageError(f"a track name is text, not {type(name).__name__}")
    bare = name.removeprefix("/").removesuffix(SUFFIX)
    parts = bare.split("/")
    if "\x00" in bare or any(part in ("", ".", "..") or part.startswith(".") for part in parts):
        raise UsageError(f"track name {name!r:.60} is not legal", fix="Use a name such as dnase/a")
    if bare == CHROMOSOMES:
        raise UsageError(f"{CHROMOSOMES} is the name of the chromosome table, not of a track")
    path = root / (bare + SUFFIX)
    if "." in bare and not path.is_file():  # dnase.rep1 is dnase/rep1
        path = root / (bare.replace(".", "/") + SUFFIX)
    check_inside(root, path)
    return path


class _LegacyCatalogue(Catalogue):
    """Facts of all files, kept in memory only."""

    def __init__(self, root: Path, chroms: Any, assembly: str) -> None:
        super().__init__(root)
        self._chroms, self._assembly = chroms, assembly
        self._seen: dict[str, tuple[tuple[int, ...], Facts]] = {}

    def facts(self) -> dict[str, tuple[Facts, int]]:
        """Facts and size of every track, by name; only changed files are opened."""
        found: dict[str, tuple[Facts, int]] = {}
        for name, entry in scan(self.root):
            try:
                status = entry.stat()
            except FileNotFoundError:
                continue
            stamp = _stamp(status)
            seen = self._seen.get(name)
            if seen is None or seen[0] != stamp:
                try:
                    seen = stamp, self._read(Path(entry.path))
                except MissingFileError:
                    continue
                self._seen[name] = seen
            found[name] = seen[1], status.st_size
        return found

    def _read(self, path: Path) -> Facts:
        try:
            header = LegacyFile(path, self._chroms, self._assembly).header
        except MissingFileError:
            raise
        except GenomeDBError as error:
            return Facts((), (DAMAGED, "", 0, ""), {}, error.problem)
        kind = (header.track_type, header.dtype, header.bin_size, header.chrom_digest)
        return Facts((), kind, {})


class _LegacyRoots(Roots):
    """One folder of legacy files."""

    def __init__(self, working: Path, chroms: Any, assembly: str) -> None:
        super().__init__(working, chroms)
        self._catalogues: dict[Path, Catalogue] = {
            working: _LegacyCatalogue(working, chroms, assembly)
        }

    def holding(self, name: str) -> Path | None:
        """The folder, when the track is there."""
        return self.working if legacy_file_of(self.working, name).is_file() else None


def _without_auto(told: Chromosome) -> Chromosome:
    flags = {"is_x": told.is_x, "is_y": told.is_y, "is_hap": told.is_hap, "is_rand": told.is_rand}
    return Chromosome(told.idnum, told.name, told.length, **flags)


def _stamp(status: os.stat_result) -> tuple[int, ...]:
    return status.st_ino, status.st_mtime_ns, status.st_size


def _read_through(track: Track) -> None:
    """Read everything once."""
    known: Any = track
    for name in filter(track.has_chrom, track.chroms.names):
        if hasattr(known, "iter_chrom_blocks"):
            for _ in known.iter_chrom_blocks([name]):
                pass
        else:
            known.read(name)
