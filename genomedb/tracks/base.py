"""Track: one open track of any type."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np

from genomedb.core.chroms import ChromTable
from genomedb.core.closing import Closing
from genomedb.core.lazy import lazy
from genomedb.errors import FormatError, UsageError
from genomedb.storage import schema
from genomedb.storage.handle import TrackFile
from genomedb.tracks.classic import ClassicTrack

MAX_KEPT = 20_000  # columns kept open


class Track(ClassicTrack, Closing):
    """An open track; made by `GenomeDB.open_track` or `genomedb.open_track`.

    Safe to share between threads, usable after a fork, and picklable: a pickled track opens
    its file again where it is unpickled. It keeps answering from the file it opened when that
    is replaced.

    Attributes
    ----------
    name : str
        Name in the database, or the file's path when opened by path.
    path : Path
        The HDF5 file.
    chroms : ChromTable
        Chromosomes, in the order of the database.
    dtype : numpy dtype
        Type of the stored values.
    """

    def __init__(
        self, file: TrackFile, name: str, chroms: ChromTable, columns: dict[str, Any]
    ) -> None:
        self.name, self.path, self.chroms = name, file.path, chroms
        # features have columns of many types: theirs says so
        self.dtype: np.dtype[Any] = np.dtype(file.header.dtype or np.void)
        self._open_file: TrackFile | None = file
        self._columns = columns  # opened so far, shared by all tracks over one open file

    @property
    def _file(self) -> TrackFile:
        if self._open_file is None:
            raise UsageError("the track is closed", where=self.name, fix="Open it again")
        return self._open_file

    @property
    def track_type(self) -> str:
        """``dense sparse sequence array features points`` or ``rectangles``."""
        return self._file.kind

    @property
    def stamp(self) -> tuple[int, int]:
        """Time (ns) and size of its file: others once a new file has taken its name."""
        return self._file.status.st_mtime_ns, self._file.status.st_size

    @property
    def layout(self) -> str:
        """``per-chromosome`` or ``indexed``."""
        return self._file.header.layout

    @property
    def _is_indexed(self) -> bool:
        return self.layout == schema.INDEXED

    @property
    def attrs(self) -> dict[str, str]:
        """Attributes that people set, as text; a copy."""
        found = self._file.attributes()
        return {k: str(v) for k, v in found.items() if k not in schema.STRUCTURAL}

    @lazy
    def missing(self) -> float | None:
        """What a missing value is stored as: NaN in float tracks, None when there is none."""
        found = self._file.attributes().get(schema.MISSING)
        return None if found is None else float(found)

    def info(self) -> dict[str, Any]:
        """What the track is and where it comes from, ready for JSON.

        Returns
        -------
        dict
            ``name path type dtype bin_size missing assembly chrom_digest n_chroms
            size_in_bytes format_version software sources command attributes``; keys that do
            not apply are left out.
        """
        found = self._file.attributes()
        described: dict[str, Any] = {
            "name": self.name,
            "path": str(self.path),
            "type": self.track_type,
            "layout": self.layout,
            "dtype": self._file.header.dtype or None,
            "assembly": found.get(schema.ASSEMBLY),
            "chrom_digest": found.get(schema.CHROM_DIGEST),
            "n_chroms": len(self.chroms),
            "size_in_bytes": self._file.status.st_size,
            "format_version": found.get(schema.VERSION),
            "software": found.get(schema.SOFTWARE),
        }
        for key in (schema.BIN_SIZE, schema.COMMAND):
            if key in found:
                described[key] = found[key]
        if schema.MISSING in found:
            missing = found[schema.MISSING]
            described[schema.MISSING] = "nan" if missing != missing else missing
        if schema.SOURCES in found:
            described[schema.SOURCES] = _from_json(
                str(found[schema.SOURCES]), schema.SOURCES, self.path
            )
        for key in (schema.COLUMNS, schema.LEVELS):
            if key in found:
                described[key] = _from_json(str(found[key]), key, self.path)
        described["attributes"] = self.attrs
        return {key: value for key, value in described.items() if value is not None}

    def has_chrom(self, chrom: str) -> bool:
        """Does the track hold data on this chromosome?"""
        code = self.chroms.find(chrom)
        return code >= 0 and self._file.has(self.chroms.names[code])

    def to_frame(self, region: Any) -> Any:
        """What the track holds in a region, as a DataFrame.

        Parameters
        ----------
        region : str, Region or (chrom, start, end)
            ``"chr2L:1,000-2,000"`` (0-based half-open), or a chromosome's name for all of it.

        Returns
        -------
        pandas.DataFrame
            ``chrom start end`` and ``value`` (dense: one row a bin that touches the region,
            missing ones NaN), the columns of an array, or ``strand`` (``+ - .``) and the columns
            of features. Rows are not clipped.
        """
        from genomedb.tracks.frame import track_frame

        return track_frame(self, region)

    def _keep(self, key: str, value: Any) -> None:
        """Remember what was opened; of a hundred thousand scaffolds, not all at once."""
        if len(self._columns) >= MAX_KEPT:
            self._columns.clear()
        self._columns[key] = value

    def close(self) -> None:
        """Let go of the file; reading afterwards is an error."""
        self._open_file = None

    def __reduce__(self) -> tuple[Any, ...]:
        from genomedb.tracks.open import open_track

        return open_track, (Path(self.path).absolute(), self.name)

    def __repr__(self) -> str:
        if self._open_file is None:
            return f"<{type(self).__name__} {self.name} closed>"
        return f"<{type(self).__name__} {self.name}: {self._facts()}>"

    def _repr_html_(self) -> str:
        from genomedb.tracks.display import track_html

        return track_html(self)

    def _facts(self) -> str:
        return f"{self.dtype.name}, {len(self.chroms)} chromosomes"


def _from_json(text: str, key: str, path: Path) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        raise FormatError(f"attribute {key} is not JSON", where=path) from error
