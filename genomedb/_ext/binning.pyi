from typing import Any

import numpy as np
from numpy.typing import NDArray

_F8 = NDArray[np.float64]
_I8 = NDArray[np.int64]

def bin_mean(values: NDArray[Any], width: int, mean: _F8, n_seen: _I8) -> None: ...
def accumulate_overlap(
    start: _I8, end: _I8, value: _F8, bin_size: int, first_bin: int, total: _F8, covered: _F8
) -> None: ...
def finish_mean(
    total: _F8,
    covered: _F8,
    bin_size: int,
    first_bin: int,
    chrom_length: int,
    defval: float,
    mean: _F8,
) -> None: ...
