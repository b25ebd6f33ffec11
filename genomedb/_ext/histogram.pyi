from typing import Any

from numpy.typing import NDArray

def number(
    values: NDArray[Any],
    breaks: NDArray[Any],
    scale: float,
    include_lowest: bool,
    clamp: bool,
    number: NDArray[Any],
) -> None: ...
def count(number: NDArray[Any], counts: NDArray[Any]) -> None: ...
