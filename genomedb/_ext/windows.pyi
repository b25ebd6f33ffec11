import numpy as np
from numpy.typing import NDArray

_I8 = NDArray[np.int64]

def overlapped(starts: _I8, ends: _I8, start: _I8, end: _I8, first: _I8, last: _I8) -> None: ...
