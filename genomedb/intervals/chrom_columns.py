"""Columns of chromosomes, as what pandas has for names of few kinds."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from genomedb.core.chroms import ChromTable

if TYPE_CHECKING:
    import pandas as pd

_FEW = 100  # rows of a small table


def chrom_column(code: NDArray[Any], chroms: ChromTable) -> pd.Categorical:
    """Categorical of chromosome codes; the categories are all names in database order."""
    import pandas as pd

    small = code.astype(np.min_scalar_type(-len(chroms)), copy=False)
    kind = _categories(chroms.names)
    return pd.Categorical.from_codes(small, dtype=kind, validate=False)  # type: ignore[call-overload,unused-ignore]


def chrom_texts(code: NDArray[Any], chroms: ChromTable) -> Any:
    """Names of chromosome codes as an array of texts, of the type that pandas has for them."""
    first = int(code[0]) if 0 < code.size <= _FEW else -1
    if first >= 0 and not np.count_nonzero(code != first):
        same = _one_text(chroms.names[first])
        if hasattr(same, "_pa_array"):  # Arrow's values never change: to share them is safe
            return same[: code.size]
    names: Any = _categories(chroms.names).categories.array
    return names.take(code)


@lru_cache(maxsize=64)
def _one_text(name: str) -> Any:
    """A name many times, of the type that the names of all chromosomes have."""
    import pandas as pd

    one: Any = pd.Index([name]).array
    return one.take(np.zeros(_FEW, np.int64))


@lru_cache(maxsize=8)
def _categories(names: tuple[str, ...]) -> pd.CategoricalDtype:
    """Type of a chromosome column; to make it takes as long as all else of a small table."""
    import pandas as pd

    return pd.CategoricalDtype(names)
