"""Creating: new tracks of a database from arrays in memory."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from numpy.typing import NDArray

from genomedb.errors import UsageError
from genomedb.tracks.base import Track
from genomedb.tracks.create import Place, Provenance, Storage, new_dense, new_sparse
from genomedb.tracks.create_pairs import new_pairs
from genomedb.tracks.create_records import new_array, new_features
from genomedb.tracks.from_frame import features_of

if TYPE_CHECKING:
    from genomedb.core.chroms import ChromTable

_Array = NDArray[Any]


class Creating:
    """The part of `GenomeDB` that makes tracks from arrays."""

    if TYPE_CHECKING:
        chroms: ChromTable
        place: Callable[[str], Place]
        open_track: Callable[[str], Track]

    def create_dense(
        self,
        name: str,
        values: Mapping[str, _Array],
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
        records: Mapping[str, tuple[_Array, _Array, _Array]],
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
            # an indexed track takes chromosomes in order only
            for chrom in sorted(records, key=self.chroms.code):
                start, end, value = records[chrom]
                draft.write(chrom, [(start, end, value)], len(start))
        return self.open_track(name)

    def create_array(
        self, name: str, columns: Sequence[str],
        records: Mapping[str, tuple[_Array, _Array, _Array]], **options: Any,
    ) -> Track:  # fmt: skip
        """Create an array track from sorted (start, end, values (n, k)) arrays a chromosome.

        `columns` names the k values; options are those of `create_sparse`.
        """
        with new_array(self.place(name), columns, **options) as draft:
            for chrom, piece in records.items():
                draft.write(chrom, [piece])
        return self.open_track(name)

    def create_features(self, name: str, features: Any, **options: Any) -> Track:
        """Create a feature track from a DataFrame, or a mapping of columns, in any order.

        It has columns ``chrom``, ``start``, ``end``, perhaps ``strand`` (``+ - .`` or 1, -1, 0),
        and others, stored as numbers or text; options are storage, provenance and overwrite.
        """
        found = features_of(features, self.chroms)
        with new_features(
            self.place(name), found.specs, strand=found.strand is not None, **options
        ) as draft:
            for chrom, piece in found.pieces():
                draft.write(chrom, [piece])
        return self.open_track(name)

    def create_points(
        self, name: str, points: Mapping[tuple[str, str], tuple[Any, Any, Any]], **options: Any
    ) -> Track:
        """Create a track of points, such as contacts, from arrays of each pair of chromosomes.

        Parameters
        ----------
        name : str
            Name of the track.
        points : mapping of (chrom1, chrom2) to (x, y, value)
            0-based positions on the first and the second chromosome, in any order, each point
            once. (chr1, chr2) and (chr2, chr1) are two pairs; nothing is mirrored.
        **options
            ``dtype`` (float32), ``storage``, ``provenance``, ``overwrite`` and ``layout``.

        Raises
        ------
        ChromError
            A point is not inside its chromosomes, or is given twice.
        UsageError
            Arrays differ in length, or hold what cannot be stored; `points` is something else.

        Examples
        --------
        >>> db.create_points("hic", {("chr1", "chr2"): ([7], [9], [1.0])})  # doctest: +SKIP
        """
        found = _pairs_of(points, ("x", "y", "value"))
        return self._create_pairs(
            name, {pair: (x, None, y, None, v) for pair, (x, y, v) in found.items()},
            is_points=True, **options,
        )  # fmt: skip

    def create_rectangles(
        self, name: str,
        rectangles: Mapping[tuple[str, str], tuple[Any, Any, Any, Any, Any]], **options: Any,
    ) -> Track:  # fmt: skip
        """Create a track of rectangles from arrays of each pair of chromosomes.

        As `create_points`, but of (x1, x2, y1, y2, value): starts and ends, 0-based half-open,
        on the first and on the second chromosome. Rectangles of a pair must not overlap.
        """
        found = _pairs_of(rectangles, ("x1", "x2", "y1", "y2", "value"))
        return self._create_pairs(name, found, is_points=False, **options)

    def _create_pairs(
        self, name: str, records: Mapping[tuple[str, str], tuple[Any, ...]], **options: Any
    ) -> Track:
        order = sorted(records, key=lambda pair: tuple(map(self.chroms.code, pair)))
        options = {"n_pairs": len(order), "is_ordered": True, **options}
        with new_pairs(self.place(name), **options) as draft:
            for pair in order:
                x1, x2, y1, y2, value = records[pair]
                draft.write(*pair, x1, y1, value, x2=x2, y2=y2)
        return self.open_track(name)


def _pairs_of(
    given: Mapping[tuple[str, str], tuple[Any, ...]], columns: tuple[str, ...]
) -> Mapping[tuple[str, str], tuple[Any, ...]]:
    """Arrays of pairs of chromosomes, looked at from outside."""
    listed = f"({', '.join(columns)})"
    fix = f"Give a mapping of (chrom1, chrom2) to {listed}"
    if not isinstance(given, Mapping):
        raise UsageError(f"records are a {type(given).__name__}", fix=fix)
    for pair, arrays in given.items():
        if not isinstance(pair, tuple) or len(pair) != 2:
            raise UsageError(f"{pair!r:.60} is no pair of chromosomes", fix=fix)
        if not isinstance(arrays, (tuple, list)) or len(arrays) != len(columns):
            n = f"{len(arrays)} arrays" if isinstance(arrays, (tuple, list)) else "something else"
            raise UsageError(f"{n}, not {listed}", where=f"{pair[0]}-{pair[1]}", fix=fix)
    return given


__all__ = ["Creating"]
