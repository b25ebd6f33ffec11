from typing import Any

from numpy.typing import NDArray

def tally(
    values: NDArray[Any],
    group: NDArray[Any],
    is_grouped: bool,
    first: NDArray[Any],
    prefix: NDArray[Any],
    above: int,
    shift: int,
    counts: NDArray[Any],
    low: NDArray[Any],
    high: NDArray[Any],
) -> None: ...
def gather(
    values: NDArray[Any],
    group: NDArray[Any],
    is_grouped: bool,
    first: NDArray[Any],
    prefix: NDArray[Any],
    above: int,
    out: NDArray[Any],
    out_node: NDArray[Any],
) -> int: ...
