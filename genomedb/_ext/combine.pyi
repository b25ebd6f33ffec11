from typing import Any

import numpy as np
from numpy.typing import NDArray

_F8 = NDArray[np.float64]
_I4 = NDArray[np.int32]

def add_whole(values: NDArray[Any], total: _I4) -> None: ...
def add_present(values: NDArray[Any], has_missing: bool, missing: float, total: _F8) -> None: ...
def add_counted(
    values: NDArray[Any], has_missing: bool, missing: float, total: _F8, count: _I4
) -> None: ...
def keep(
    values: NDArray[Any], has_missing: bool, missing: float, sign: float, best: _F8
) -> None: ...
