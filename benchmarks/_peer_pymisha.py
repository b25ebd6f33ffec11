"""pymisha as a peer: its database, tracks and calls; nothing else knows about it.

It keeps its usual settings. What its child processes use is counted when they have ended.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import redirect_stdout
from io import StringIO
from pathlib import Path
from typing import Any

import numpy as np
from _bench import runs
from numpy.typing import NDArray

try:
    import pymisha
except ImportError:
    pymisha = None

NAME = "pymisha"


def installed() -> bool:
    """Can it be imported?"""
    return pymisha is not None


def create_database(folder: Path, chroms: Mapping[str, int]) -> None:
    """Make a database of these chromosomes (all N) and make it the current one."""
    fasta = folder / "pymisha.fa"
    with fasta.open("w") as file:
        for name, length in chroms.items():
            file.write(f">{name}\n{'N' * length}\n")
    with redirect_stdout(StringIO()):
        pymisha.gdb_create(str(folder / "pymisha"), str(fasta))
        pymisha.gdb_init(str(folder / "pymisha"))
    fasta.unlink()


def create_track(name: str, chrom: str, values: NDArray[Any]) -> None:
    """Dense 1-bp track of one chromosome, given to it as runs of equal values."""
    import pandas as pd

    start, end, value = runs(values)
    frame = pd.DataFrame({"chrom": chrom, "start": start, "end": end})
    pymisha.gtrack_create_dense(name, "", frame, value.astype(np.float64), 1)


def create_bins(name: str, values: Mapping[str, NDArray[Any]], width: int) -> None:
    """Dense track of every bin of several chromosomes."""
    import pandas as pd

    parts = []
    for chrom, column in values.items():
        start = np.arange(column.size) * width
        parts.append(pd.DataFrame({"chrom": chrom, "start": start, "end": start + width}))
    every = np.concatenate(list(values.values())).astype(np.float64)
    pymisha.gtrack_create_dense(name, "", pd.concat(parts, ignore_index=True), every, width)


def verbs(expression: str, condition: str) -> dict[str, Callable[[], Any]]:
    """Its extract, summary and screen over the whole genome."""
    return {
        "extract": lambda: pymisha.gextract(expression, pymisha.gintervals_all(), progress=False),
        "summary": lambda: pymisha.gsummary(expression, pymisha.gintervals_all(), progress=False),
        "screen": lambda: pymisha.gscreen(condition, pymisha.gintervals_all(), progress=False),
    }


def virtual_verbs(
    track: str, function: str, shift: int, scope: tuple[str, int, int] | None, width: int,
    params: float | None,
) -> dict[str, Callable[[], Any]]:  # fmt: skip
    """Its extract and summary of a virtual track, ``v``, of windows around bins of `width` bp."""
    options = {} if params is None else {"params": params}
    pymisha.gvtrack_create("v", track, func=function, sshift=-shift, eshift=shift, **options)
    where = pymisha.gintervals_all() if scope is None else pymisha.gintervals(*scope)
    how = {"iterator": width, "progress": False}
    return {
        "extract": lambda: pymisha.gextract("v", where, **how),
        "summary": lambda: pymisha.gsummary("v", where, **how),
    }


def window(name: str, chrom: str, start: int, end: int) -> NDArray[Any]:
    """Values of one window, bin by bin."""
    scope = pymisha.gintervals(chrom, start, end)
    found = pymisha.gextract(name, intervals=scope, iterator=1, progress=False)
    return found[name].to_numpy()


def frame_of(chrom: str, starts: Sequence[int] | NDArray[Any], width: int) -> Any:
    """Intervals as it takes them."""
    import pandas as pd

    starts = np.asarray(starts)
    return pd.DataFrame({"chrom": chrom, "start": starts, "end": starts + width})


def windows(name: str, frame: Any) -> NDArray[Any]:
    """Every value of every window: the intervals are the scope, the iterator is the bin."""
    found = pymisha.gextract(name, intervals=frame, iterator=1, progress=False)
    return found[name].to_numpy()


def window_means(name: str, frame: Any) -> NDArray[Any]:
    """One mean a window: the intervals are the iterator."""
    found = pymisha.gextract(name, intervals=frame, iterator=frame, progress=False)
    return found[name].to_numpy()


def means(name: str, frame: Any) -> NDArray[Any]:
    """One mean an interval: they are the iterator, the scope is the whole genome."""
    found = pymisha.gextract(name, pymisha.gintervals_all(), iterator=frame, progress=False)
    return found[name].to_numpy()


def import_file(name: str, path: Path, bin_size: int) -> None:
    """Import a signal file as a dense track, replacing an earlier one."""
    if pymisha.gtrack_exists(name):
        pymisha.gtrack_rm(name, force=True)
    pymisha.gtrack_import(name, "", str(path), binsize=bin_size)


def values(name: str, chrom: str, length: int, bin_size: int) -> NDArray[Any]:
    """All bins of a chromosome."""
    scope = pymisha.gintervals(chrom, 0, length)
    found = pymisha.gextract(name, intervals=scope, iterator=bin_size, progress=False)
    return found[name].to_numpy()
