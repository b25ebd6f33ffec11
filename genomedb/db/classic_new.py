"""NewTrack: a track of one value a base, written chromosome by chromosome."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from types import TracebackType
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from genomedb.core.closing import Closing
from genomedb.errors import UsageError
from genomedb.tracks.create import DenseDraft, Provenance, new_dense
from genomedb.tracks.place import Place, check_dtype

_STEP: Final = 1 << 20  # default values made at a time


class NewTrack(Closing):
    """A track being written; `close` gives it its name, an error inside ``with`` leaves nothing.

    Attributes
    ----------
    name : str
    path : str
        The file it will be.
    """

    def __init__(
        self, place: Place, data_type: Any, dflt: float | None, *, overwrite: bool
    ) -> None:
        self.name, self.path = place.name, str(place.path)
        self._place, self._overwrite = place, overwrite
        self._dtype, self._dflt = np.dtype(data_type), dflt
        check_dtype(self._dtype.name)
        self._stack = ExitStack()
        self._draft: DenseDraft | None = None
        self._written: set[str] = set()
        self._is_closed = False

    def init(self, data_type: Any, dflt: float | None) -> None:
        """Say the type, and that chromosomes not written are filled; see `init_track`."""
        if self._draft is not None or self._is_closed:
            raise UsageError("values are written already", where=self.name, fix="Call it first")
        dtype = np.dtype(data_type)
        check_dtype(dtype.name)
        self._dtype, self._dflt = dtype, dflt

    def set_nparray(self, chrom: object, values: Any) -> None:
        """Write all values of a chromosome, once.

        Parameters
        ----------
        chrom : str or Chromosome
        values : array, shape (length,)
            One a base; those that do not fit the type are an error that names the place.
        """
        if self._is_closed:
            raise UsageError("the track is closed", where=self.name)
        name = self._place.chroms.name(str(chrom))
        array, length = np.asarray(values), self._place.chroms.length(name)
        if array.shape != (length,):
            raise UsageError(
                f"values of {name} have shape {array.shape}, not ({length},)", where=self.name
            )
        self._open().write(name, [array])
        self._written.add(name)

    def close(self) -> None:
        """Complete the track; it is there now."""
        if self._is_closed:
            return
        draft = self._open()
        self._is_closed = True
        value = 0 if self._dflt is None and self._dtype.kind != "f" else self._dflt
        table = self._place.chroms
        with self._stack:
            for name, length in zip(table.names, table.lengths, strict=True):
                if value is not None and name not in self._written:
                    draft.write(name, self._filled(length, value))

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if kind is None:
            self.close()
        else:
            self._is_closed = True
            self._stack.__exit__(kind, error, trace)

    def _open(self) -> DenseDraft:
        if self._draft is None:
            self._draft = self._stack.enter_context(
                new_dense(
                    self._place, bin_size=1, dtype=self._dtype.name, overwrite=self._overwrite,
                    provenance=Provenance(created_by="create_track"),
                )
            )  # fmt: skip
        return self._draft

    def _filled(self, n: int, value: float) -> Iterator[NDArray[Any]]:
        for first in range(0, n, _STEP):
            yield np.full(min(_STEP, n - first), value, self._dtype)
