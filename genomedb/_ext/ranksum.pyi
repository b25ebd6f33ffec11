from typing import Any

from numpy.typing import NDArray

def slide(
    ranks: NDArray[Any],
    edges: NDArray[Any],
    first: int,
    last: int,
    small: int,
    large: int,
    inner: NDArray[Any],
    outer: NDArray[Any],
    wins: NDArray[Any],
    n_small: NDArray[Any],
    n_large: NDArray[Any],
) -> None: ...
def cuts(
    ranks: NDArray[Any],
    edges: NDArray[Any],
    width: int,
    most: float,
    segment: NDArray[Any],
    window: NDArray[Any],
    is_cut: NDArray[Any],
) -> None: ...
