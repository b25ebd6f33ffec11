"""Several roots at once: the working one and datasets that are only read."""

from __future__ import annotations

import os
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from genomedb.core.chroms import ChromTable
from genomedb.db.catalogue import Catalogue
from genomedb.db.location import TABLE, assembly_dir
from genomedb.db.paths import file_of, scan
from genomedb.errors import ChromError, GenomeDBWarning, UsageError
from genomedb.storage.genome import read_genome

SHADOWING = ("warn", "error", "ignore")
_SHOWN = 3


class Shadowed(NamedTuple):
    """A name that several roots have.

    Attributes
    ----------
    name : str
        The track.
    root : Path
        Whose track answers to it.
    hidden : tuple of Path
        Roots whose tracks of that name are not reached.
    """

    name: str
    root: Path
    hidden: tuple[Path, ...]


class Roots:
    """Assembly folders in the order in which names are looked up, the working root first.

    Parameters
    ----------
    working : Path
        The folder that is written to.
    chroms : ChromTable
        Table that all must have.
    """

    def __init__(self, working: Path, chroms: ChromTable) -> None:
        self._chroms = chroms
        self._catalogues = {working: Catalogue(working)}

    def __iter__(self) -> Iterator[Path]:
        return iter(list(self._catalogues))

    def __len__(self) -> int:
        return len(self._catalogues)

    @property
    def working(self) -> Path:
        """The root that is written to."""
        return next(iter(self._catalogues))

    def catalogue(self, root: Path) -> Catalogue:
        """Catalogue of a root."""
        return self._catalogues[root]

    def add(
        self, path: str | os.PathLike[str], *, shadowing: str = "warn", first: bool = False
    ) -> list[Shadowed]:
        """Add a dataset; see `GenomeDB.add_dataset`."""
        if shadowing not in SHADOWING:
            raise UsageError(f"shadowing {shadowing!r} is not one of {', '.join(SHADOWING)}")
        folder = self._folder(path)
        if any(folder.samefile(root) for root in self):
            return []
        theirs, _ = read_genome(folder / TABLE)
        if theirs.digest != self._chroms.digest:
            raise ChromError(
                "the dataset has other chromosomes than the database: "
                + self._chroms.first_difference(theirs),
                where=folder,
                fix="Only roots of the same assembly go together",
            )
        before = dict(self._catalogues)
        self._catalogues[folder] = Catalogue(folder)
        if first:
            working, *others = before
            order = [working, folder, *others]
            self._catalogues = {root: self._catalogues[root] for root in order}
        if shadowing == "ignore":
            return []
        clashes = [s for s in self.shadowed() if folder == s.root or folder in s.hidden]
        if clashes and shadowing == "error":
            self._catalogues = before
            raise UsageError(_sentence(clashes), where=folder, fix="Allow shadowing, or rename")
        if clashes:
            warnings.warn(f"{folder}: {_sentence(clashes)}", GenomeDBWarning, stacklevel=3)
        return clashes

    def remove(self, path: str | os.PathLike[str]) -> None:
        """Let go of a dataset; see `GenomeDB.remove_dataset`."""
        given = Path(path).expanduser().absolute()
        for root in list(self)[1:]:
            if given in (root, root.parent) or os.path.realpath(given) == os.path.realpath(root):
                del self._catalogues[root]
                return
        listed = ", ".join(map(str, list(self)[1:]))
        hint = f"Datasets are {listed}" if listed else "There are no datasets"
        raise UsageError("is not a dataset of this database", where=given, fix=hint)

    def holding(self, name: str) -> Path | None:
        """The root whose track answers to a name, None if there is none."""
        for root in self:
            if file_of(root, name).is_file():
                return root
        return None

    def names(self) -> dict[str, Path]:
        """Every name with the root that answers to it."""
        found: dict[str, Path] = {}
        for root in self:
            for name, _ in scan(root):
                found.setdefault(name, root)
        return found

    def shadowed(self) -> list[Shadowed]:
        """Names that several roots have, sorted."""
        if len(self) == 1:
            return []
        holders: dict[str, list[Path]] = {}
        for root in self:
            for name, _ in scan(root):
                holders.setdefault(name, []).append(root)
        several = sorted((name, roots) for name, roots in holders.items() if len(roots) > 1)
        return [Shadowed(name, roots[0], tuple(roots[1:])) for name, roots in several]

    def _folder(self, path: str | os.PathLike[str]) -> Path:
        """Folder of this assembly below (or at) a path."""
        given = Path(path).expanduser().absolute()
        at_once = (given / TABLE).is_file()
        return assembly_dir(given, None if at_once else self.working.name)


def _sentence(clashes: list[Shadowed]) -> str:
    shown = ", ".join(f"{c.name} (that of {c.root} answers)" for c in clashes[:_SHOWN])
    more = ", ..." if len(clashes) > _SHOWN else ""
    what = "name is" if len(clashes) == 1 else "names are"
    return f"{len(clashes)} {what} in several roots: {shown}{more}"
