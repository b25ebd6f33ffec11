"""Classic calls of a database: those of the `genome` library, by its names."""

from __future__ import annotations

import re
from collections.abc import Sequence
from contextlib import suppress
from types import TracebackType
from typing import TYPE_CHECKING, Any, TypeVar, cast

from genomedb.core.chromosomes import Chromosome, chosen, chromosomes_of
from genomedb.core.chroms import ChromTable
from genomedb.core.lazy import lazy
from genomedb.core.track_stats import LetterStats, TrackStats
from genomedb.db.classic_new import NewTrack
from genomedb.db.location import TABLE, assembly_dir
from genomedb.errors import ChromError, GenomeDBError, TrackExistsError, UsageError
from genomedb.storage.legacy_pytables import is_legacy
from genomedb.tracks.base import Track
from genomedb.tracks.stats import get_stats, store_stats

if TYPE_CHECKING:
    from pathlib import Path

_RANGE = re.compile(r"(?P<first>[0-9]{1,9})(?:-(?P<last>[0-9]{1,9}))?")
_Self = TypeVar("_Self", bound="ClassicDatabase")


class ClassicDatabase:
    """The part of `GenomeDB` that answers the calls of the `genome` library."""

    chroms: ChromTable

    def __new__(cls: type[_Self], path: Any = None, assembly: Any = None, **more: Any) -> _Self:
        """A database of files that the `genome` library wrote is one that is only read."""
        with suppress(GenomeDBError):  # the constructor says what is wrong
            if is_legacy(assembly_dir(path, assembly) / TABLE):
                from genomedb.db.legacy import legacy_class

                return cast(_Self, object.__new__(legacy_class(cast(Any, cls))))
        return object.__new__(cls)

    def __enter__(self: _Self) -> _Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Nothing to do: a database holds nothing that must be closed."""

    # ---- tracks

    def get_track_path(self, name: str) -> str:
        """Path of the file that a track of this name has, or would have."""
        path: Path = self.track_path(name)  # type: ignore[attr-defined]
        return str(path)

    def create_track(
        self,
        name: str,
        *,
        data_type: Any = "float32",
        dflt: float | None = None,
        overwrite: bool = False,
    ) -> NewTrack:
        """Begin a track of one value a base; it is there once it is closed.

        Parameters
        ----------
        name : str
        data_type : dtype
            Of the values.
        dflt : number, optional
            Value of chromosomes that are not written. None is NaN of floats, 0 of integers.
        overwrite : bool
            Replace a track of that name.

        Raises
        ------
        TrackExistsError
            There is such a track.

        Examples
        --------
        >>> with db.create_track("cuts", data_type="uint16") as track:  # doctest: +SKIP
        ...     track.set_nparray("chr1", values)
        """
        place = self.place(name)  # type: ignore[attr-defined]
        if not overwrite and place.path.exists():
            raise TrackExistsError("there already", where=place.path, fix="Ask to overwrite it")
        return NewTrack(place, data_type, dflt, overwrite=overwrite)

    def init_track(self, track: NewTrack, data_type: Any = "float32", dflt: Any = None) -> None:
        """Say the type of a new track, and what chromosomes hold that are not written.

        Parameters
        ----------
        track : NewTrack
            As `create_track` gives it, before anything is written.
        data_type : dtype
        dflt : number, optional
            As for `create_track`.
        """
        track.init(data_type, dflt)

    def delete_track(self, name: str) -> None:
        """Remove a track; the same as `remove_track`."""
        self.remove_track(name)  # type: ignore[attr-defined]

    # ---- chromosomes

    @lazy
    def _chromosomes(self) -> tuple[Chromosome, ...]:
        return chromosomes_of(self.chroms)

    @lazy
    def _kinds(self) -> tuple[Chromosome, ...]:
        """Chromosomes with the flags that choose among them."""
        return self._chromosomes

    def get_chromosomes(
        self, *, get_rand: bool = False, get_auto: bool = True, get_sex: bool = True,
        get_x: bool = True, get_y: bool = False, get_hap: bool = False, get_mito: bool = False,
    ) -> list[Chromosome]:  # fmt: skip
        """Chromosomes of some kinds, in the order of the table.

        One is left out when any of its kinds is switched off: ``get_sex=False`` drops X and Y
        whatever `get_x` and `get_y` say, ``get_auto=False`` drops autosomes.

        Examples
        --------
        >>> [str(c) for c in db.get_chromosomes(get_x=False)]  # doctest: +SKIP
        ['chr1', 'chr2']
        """
        found = chosen(
            self._kinds, get_rand=get_rand, get_auto=get_auto, get_sex=get_sex, get_x=get_x,
            get_y=get_y, get_hap=get_hap, get_mito=get_mito,
        )  # fmt: skip
        return [self._chromosomes[self.chroms.code(c.name)] for c in found]

    def get_all_chromosomes(self) -> list[Chromosome]:
        """Every chromosome, in the order of the table."""
        return list(self._chromosomes)

    def get_chromosome(self, name: object) -> Chromosome:
        """One chromosome by name; an unknown one is a `ChromError` (a KeyError)."""
        return self._chromosomes[self.chroms.code(name)]

    def get_chromosome_dict(self) -> dict[str, Chromosome]:
        """Every chromosome by its name."""
        return {c.name: c for c in self._chromosomes}

    def get_chromosomes_from_args(self, args: str | Sequence[str]) -> list[Chromosome]:
        """Chromosomes named by words of a command line, in their order.

        Parameters
        ----------
        args : str or sequence of str
            Names (``chrX``), id numbers (``3``) and ranges of them (``1-22``). A name of the
            table comes before a number.

        Raises
        ------
        UsageError
            There are none, or a range is the wrong way round.
        ChromError
            An unknown name or number.
        """
        words = args.split() if isinstance(args, str) else [str(word) for word in args]
        if not words:
            raise UsageError("no chromosomes are named", fix="Name some, e.g. chr1 or 1-22")
        by_id = {c.idnum: c for c in self._chromosomes}
        found: list[Chromosome] = []
        for word in words:
            numbers = _RANGE.fullmatch(word)
            if word in self.chroms.names or numbers is None:
                found.append(self.get_chromosome(word))
                continue
            first = int(numbers["first"])
            last = int(numbers["last"] or first)
            if first > last:
                raise UsageError(f"range {word} ends before it begins", fix="Turn it round")
            absent = next((i for i in (first, last) if i not in by_id), None)
            if absent is not None:
                raise ChromError(
                    f"there is no chromosome number {absent}",
                    fix=f"Numbers go from {min(by_id)} to {max(by_id)}",
                )
            found += [by_id[i] for i in range(first, last + 1) if i in by_id]
        return found

    # ---- statistics

    def get_track_stat(self, track: Track | str, chrom: object = None) -> TrackStats | LetterStats:
        """Statistics stored with a track: of one chromosome, or of all that it has together.

        Returns
        -------
        TrackStats or LetterStats

        Raises
        ------
        UsageError
            None are stored.
        """
        opened = self._opened(track)
        names = None if chrom is None else [self.chroms.name(chrom)]
        return _as_one(list(get_stats(opened, names).values()))

    def set_track_stat(self, track: Track | str) -> TrackStats | LetterStats:
        """Compute the statistics of all chromosomes that a track has, and store them with it.

        Tracks that genomedb writes have them already.

        Returns
        -------
        TrackStats or LetterStats
            Of all chromosomes together.

        Raises
        ------
        UsageError
            The track has no values a base, or is of a dataset.
        """
        opened = self._opened(track)
        self._own(opened.name)  # type: ignore[attr-defined]
        return _as_one(list(store_stats(opened).values()))

    def _opened(self, track: Track | str) -> Track:
        if isinstance(track, Track):
            return track
        found: Track = self.open_track(track)  # type: ignore[attr-defined]
        return found


def check_mode(name: str, mode: str) -> None:
    """Refuse to open a track in order to edit it.

    Raises
    ------
    UsageError
        The mode is not ``"r"``.
    """
    if mode != "r":
        raise UsageError(
            f"a track opens with mode 'r', not {mode!r}: a published track is never edited",
            where=name,
            fix="Make one with create_track(name), with overwrite=True to replace this one",
        )


def _as_one(parts: list[TrackStats | LetterStats]) -> TrackStats | LetterStats:
    """Statistics of chromosomes as those of all."""
    letters = [part for part in parts if isinstance(part, LetterStats)]
    if letters:
        return LetterStats.total(letters)
    return TrackStats.total(part for part in parts if isinstance(part, TrackStats))
