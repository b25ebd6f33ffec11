"""pwm_energy_track: how well a motif fits the sequence of each bin, as a new track."""

from __future__ import annotations

from concurrent.futures import Executor
from typing import Any, Final

from genomedb.analysis.new_track import (
    checked_bin_size,
    first_column,
    new_place,
    provenance_of,
    write_walk,
)
from genomedb.core.parallel import check_executor
from genomedb.db.database import GenomeDB
from genomedb.db.pssm_sets import load_pssm
from genomedb.errors import UsageError
from genomedb.expr.stream import stream_of
from genomedb.tracks.create import Storage
from genomedb.virtual.definition import VirtualTrack

_NAME: Final = "energy"


def pwm_energy_track(
    db: GenomeDB,
    name: str,
    pssm_set: str,
    motif: str | int,
    *,
    prior: float,
    iterator: int,
    description: str = "",
    created_by: str = "",
    storage: Storage | None = None,
    overwrite: bool = False,
    executor: Executor | int | None = None,
) -> None:
    """Make a dense track of the energy of a motif: `pwm` of the sequence of each bin.

    The logarithm of the sum of the probabilities of the motif at every place that begins in the
    bin (it may reach over the end), on both strands unless the key file of the set says that
    only the forward strand counts. Bins where nothing can be scored have no value.

    Parameters
    ----------
    db : GenomeDB
        With a sequence; the motif set is in its folder ``pssms``.
    name : str
        Of the new track.
    pssm_set : str
        The set; its files are ``pssms/<set>.key`` and ``.data``.
    motif : str or int
        Id of the motif.
    prior : float
        Added to each frequency, which are then divided by their sum.
    iterator : int
        Bin size in bp.
    description, created_by, storage, overwrite, executor
        As in `create_track`.

    Raises
    ------
    MissingFileError
        There is no such set.
    UsageError
        The set has no such motif; the name, prior or bin size is not right; there is no sequence.
    ParseError
        A file of the set is malformed.
    TrackExistsError, LockedError, WriteError

    Examples
    --------
    >>> pwm_energy_track(db, "e", "pssm", 3, prior=0.01, iterator=100)  # doctest: +SKIP
    """
    place = new_place(db, name, overwrite=overwrite)
    check_executor(executor)
    width = checked_bin_size(iterator, what="iterator")
    given: dict[str, Any] = {"pssm_set": pssm_set, "motif": motif, "prior": prior}
    absent = [key for key, value in given.items() if value is None]
    if absent:
        raise UsageError(f"{absent[0]} is None", fix="Give a value")
    pssm = load_pssm(db, pssm_set, motif)
    pssm.frequencies(prior=prior)  # refuses a prior that is none
    params = {"pssm": pssm, "prior": prior, "bidirect": pssm.bidirectional, "extend": True}
    if not pssm.bidirectional:
        params["strand"] = 1
    track = VirtualTrack(None, "pwm", params)
    stream = stream_of(db, _NAME, iterator=width, virtual={_NAME: track})
    provenance = provenance_of(
        name, description, created_by, "pwm_energy_track", repr(pssm_set), repr(motif), prior,
        width, bin_size=width,
    )  # fmt: skip
    write_walk(
        stream,
        place,
        first_column,
        provenance,
        storage=storage,
        overwrite=overwrite,
        executor=executor,
    )
