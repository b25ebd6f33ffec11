"""GenomeDB: the tracks of one assembly, by name."""

from __future__ import annotations

import os
import re
from collections import OrderedDict
from collections.abc import Iterable, Iterator, Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from numpy.typing import NDArray

from genomedb.core.chroms import ChromTable
from genomedb.db import manage
from genomedb.db.location import TABLE, assembly_dir
from genomedb.db.paths import file_of, track_files
from genomedb.errors import FormatError, MissingFileError, TrackNotFoundError, UsageError
from genomedb.storage import schema
from genomedb.storage.edit import replace_attributes
from genomedb.storage.files import sweep
from genomedb.storage.genome import read_genome
from genomedb.storage.handle import TrackFile
from genomedb.storage.validate import Finding, check_file
from genomedb.tracks.base import Track
from genomedb.tracks.create import Place, Provenance, Storage, new_dense, new_sparse, settable
from genomedb.tracks.open import track_of

MAX_OPEN = 128


class GenomeDB:
    """The tracks of one assembly: naming, listing, opening and creating them.

    Parameters
    ----------
    path : path, optional
        Directory that holds assemblies, or one assembly's own; default ``GENOME_DB``.
    assembly : str, optional
        Default ``GENOME_ASSEMBLY``, else the only assembly there.

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

    Examples
    --------
    >>> db = GenomeDB("/data/genomes", "hg38")  # doctest: +SKIP
    >>> db.open_track("dnase/wi38").read("chr12", 1_000_000, 1_000_100)  # doctest: +SKIP
    """

    def __init__(
        self, path: str | os.PathLike[str] | None = None, assembly: str | None = None
    ) -> None:
        self.path: Path = assembly_dir(path, assembly)
        self.chroms: ChromTable
        self.chroms, named = read_genome(self.path / TABLE)
        self.assembly: str = named or self.path.name
        self._files: OrderedDict[Path, tuple[TrackFile, dict[str, Any]]] = OrderedDict()

    # ---- names

    def track_path(self, name: str) -> Path:
        """File that the track of this name has or would have."""
        return file_of(self.path, name)

    def has_track(self, name: str) -> bool:
        """Is there a track of this name?"""
        return self.track_path(name).is_file()

    def list_tracks(self, pattern: str | None = None) -> list[str]:
        """Names of the tracks, sorted; `pattern` is a regular expression searched in them."""
        names = sorted(name for name, _ in track_files(self.path))
        if pattern is None:
            return names
        try:
            wanted = re.compile(pattern)
        except re.error as error:
            raise UsageError(f"pattern {pattern!r} is not a regular expression: {error}") from error
        return [name for name in names if wanted.search(name)]

    # ---- opening

    def open_track(self, name: str) -> Track:
        """Open a track; its file stays open for the next call, and is reopened when replaced.

        Raises
        ------
        TrackNotFoundError
            No such track; the message lists near names.
        ChromError
            The file belongs to another assembly.
        FormatError
            The file is damaged, not a track, or of a newer format.
        """
        path = self.track_path(name)
        try:
            now = path.stat()
        except (FileNotFoundError, NotADirectoryError):
            raise self._not_found(name) from None
        except OSError as error:
            raise FormatError(f"cannot be opened ({error.strerror})", where=path) from error
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
        return track_of(file, self._name_of(path), self.chroms, columns)

    def __getitem__(self, name: str) -> Track:
        return self.open_track(name)

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str) and self.has_track(name)

    # ---- creating

    def place(self, name: str) -> Place:
        """Where a new track of this name goes."""
        path = self.track_path(name)
        return Place(path, self._name_of(path), self.chroms, self.assembly)

    def create_dense(
        self,
        name: str,
        values: Mapping[str, NDArray[Any]],
        *,
        bin_size: int,
        dtype: str = "float32",
        missing: float | None = None,
        storage: Storage | None = None,
        provenance: Provenance | None = None,
        overwrite: bool = False,
    ) -> Track:
        """Create a dense track from one array a chromosome, and open it.

        Parameters
        ----------
        name : str
            Name of the track.
        values : mapping of chromosome to ndarray, shape (ceil(length / bin_size),)
            Chromosomes left out are all missing.
        bin_size : int
            Bin width in bp.
        dtype : str
            Type stored; values that do not fit are an error.
        missing : float, optional
            Missing value of an integer track.
        storage : Storage, optional
            ``Storage(compression=None)`` makes a track that is mapped.
        provenance : Provenance, optional
            Description, sources and attributes.
        overwrite : bool
            Replace a track of that name.
        """
        with new_dense(
            self.place(name), bin_size=bin_size, dtype=dtype, missing=missing, storage=storage,
            provenance=provenance, overwrite=overwrite,
        ) as draft:  # fmt: skip
            for chrom, array in values.items():
                draft.write(chrom, [array])
        return self.open_track(name)

    def create_sparse(
        self,
        name: str,
        records: Mapping[str, tuple[NDArray[Any], NDArray[Any], NDArray[Any]]],
        *,
        dtype: str = "float32",
        storage: Storage | None = None,
        provenance: Provenance | None = None,
        overwrite: bool = False,
    ) -> Track:
        """Create a sparse track from sorted (start, end, value) arrays a chromosome."""
        with new_sparse(
            self.place(name), dtype=dtype, storage=storage, provenance=provenance,
            overwrite=overwrite,
        ) as draft:  # fmt: skip
            for chrom, (start, end, value) in records.items():
                draft.write(chrom, [(start, end, value)], len(start))
        return self.open_track(name)

    # ---- managing

    def move_track(self, name: str, new_name: str) -> None:
        """Rename a track; never replaces another."""
        source = self._existing(name)
        manage.move(source, self.track_path(new_name), self.path)
        self._files.pop(source, None)

    def copy_track(self, name: str, new_name: str, *, overwrite: bool = False) -> None:
        """Copy a track with all it holds."""
        manage.copy(self._existing(name), self.track_path(new_name), overwrite=overwrite)

    def remove_track(self, name: str) -> None:
        """Delete a track and folders that become empty."""
        path = self._existing(name)
        manage.remove(path, self.path)
        self._files.pop(path, None)

    def set_attributes(self, name: str, changes: Mapping[str, str | None]) -> None:
        """Set attributes of a track to text; None removes one.

        Raises
        ------
        UsageError
            An attribute is read-only (`readonly_attributes`) or describes the file.
        """
        for key, value in changes.items():
            if key in self.readonly_attributes:
                raise UsageError(f"attribute '{key}' is read-only", where=name)
            settable(key)
            if value is not None and not isinstance(value, str):
                raise UsageError(f"attribute {key} must be text, not {type(value).__name__}")
        replace_attributes(self._existing(name), changes)

    @property
    def readonly_attributes(self) -> tuple[str, ...]:
        """Attributes that `set_attributes` refuses."""
        return schema.READ_ONLY_DEFAULT

    def validate(self, names: Iterable[str] | None = None) -> Iterator[tuple[str, list[Finding]]]:
        """Check files against the format, reading all they hold; yield (name, findings).

        Without `names`, the chromosome table and every track.
        """
        if names is None:
            yield TABLE, check_file(self.path / TABLE, self.chroms)
            chosen = dict(sorted(track_files(self.path)))
        else:
            chosen = {name: self._existing(name) for name in names}
        for name, path in chosen.items():
            yield name, check_file(path, self.chroms)

    def clean(self) -> list[Path]:
        """Remove what dead writers of this machine left behind; return what was removed."""
        removed = sweep(self.path)
        for folder, _, _ in os.walk(self.path):
            if Path(folder) != self.path:
                removed += sweep(Path(folder))
        return removed

    # ---- the rest

    def _existing(self, name: str) -> Path:
        path = self.track_path(name)
        if not path.is_file():
            raise self._not_found(name)
        return path

    def _name_of(self, path: Path) -> str:
        return path.relative_to(self.path).with_suffix("").as_posix()

    def _not_found(self, name: str) -> TrackNotFoundError:
        known = self.list_tracks()
        near = get_close_matches(name.replace(".", "/"), known, n=3) or known[:5]
        hint = f"Known tracks include {', '.join(near)}" if near else "The database has no tracks"
        return TrackNotFoundError(f"track '{name}' does not exist", where=self.path, fix=hint)

    def __reduce__(self) -> tuple[Any, ...]:
        return GenomeDB, (self.path,)

    def __repr__(self) -> str:
        return f"<GenomeDB {self.assembly}: {len(self.chroms)} chromosomes in {self.path}>"


def _same(a: os.stat_result, b: os.stat_result) -> bool:
    return (a.st_ino, a.st_mtime_ns, a.st_size, a.st_dev) == (
        b.st_ino, b.st_mtime_ns, b.st_size, b.st_dev
    )  # fmt: skip
