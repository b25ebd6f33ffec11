import numpy as np
from numpy.typing import NDArray

_F4 = NDArray[np.float32]
_F8 = NDArray[np.float64]

def prepare(values: _F4, value: _F8, weight: _F8) -> None: ...
def boxes(value: _F8, weight: _F8, width: int, value_sum: _F8, weight_sum: _F8) -> None: ...
def means(
    value_sum: _F8, weight_sum: _F8, centre: _F4, least: float, fills: bool, out: _F4
) -> None: ...
