from typing import Any

import numpy as np
from numpy.typing import NDArray

def finite(values: NDArray[Any], out: NDArray[np.float32]) -> None: ...
