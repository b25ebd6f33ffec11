from typing import Any

from numpy.typing import NDArray

def sums(
    values: NDArray[Any],
    group: NDArray[Any],
    total: NDArray[Any],
    count: NDArray[Any],
    whole: NDArray[Any],
    low: NDArray[Any],
    high: NDArray[Any],
) -> None: ...
def spreads(
    values: NDArray[Any], group: NDArray[Any], mean: NDArray[Any], spread: NDArray[Any]
) -> None: ...
