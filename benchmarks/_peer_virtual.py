"""Virtual tracks of pymisha, as a peer; see _peer_pymisha."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from _peer_pymisha import pymisha


def virtual_summary(
    track: str,
    function: str,
    shift: int,
    *,
    first: int,
    last: int,
    bin_size: int,
    params: float | None,
) -> Callable[[], Any]:
    """Summary of a virtual track over the bins of a part of chr1: it makes no table."""
    options = {} if params is None else {"params": params}
    pymisha.gvtrack_create("v", track, func=function, sshift=-shift, eshift=shift, **options)
    scope = pymisha.gintervals("chr1", first, last)
    return lambda: pymisha.gsummary("v", scope, iterator=bin_size, progress=False)
