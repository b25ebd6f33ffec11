"""Computed values into the dtype of a track: what fits, is cut or refused."""

import numpy as np
import pytest

from genomedb.errors import UsageError
from genomedb.tracks.fitting import Fitting


def test_values_that_fit_are_stored_as_they_are():
    assert Fitting("uint8").fit(np.array([0, 255], np.int32), "c", 0, 1).tolist() == [0, 255]
    found = Fitting("float32").fit(np.array([1.5, np.nan, np.inf]), "c", 0, 1)
    assert found.dtype == np.float32
    np.testing.assert_array_equal(found, [1.5, np.nan, np.inf])
    assert Fitting("int16", -32768).fit(np.array([np.nan, 3.0]), "c", 0, 1).tolist() == [-32768, 3]


@pytest.mark.parametrize(
    ("fitting", "values", "said"),
    [
        (Fitting("uint8"), [0, 256.0], "value 256 at c:110 does not fit uint8. Use uint16"),
        (Fitting("uint8"), [-1.0], "value -1 at c:100 does not fit uint8. Use int8"),
        (Fitting("uint8", 255), [255.0], "keeps its largest number for missing values. Use uint16"),
        (Fitting("float32"), [1e300], "value 1e.300 at c:100 does not fit float32. Use float64"),
        (Fitting("uint8"), [0.5], "value 0.5 at c:100 does not fit uint8. Use float32"),
        (Fitting("uint8"), [np.nan], "c:100 has no value, and uint8 cannot say so"),
    ],
)
def test_what_does_not_fit_names_its_place_and_a_type(fitting, values, said):
    with pytest.raises(UsageError, match=said):
        fitting.fit(np.array(values), "c", 100, 10)


def test_saturated_values_are_counted():
    fitting = Fitting("int8", 127, saturate=True)
    assert fitting.fit(np.array([500.0, -500, np.nan, 3]), "c", 0, 1).tolist() == [
        126, -128, 127, 3]  # fmt: skip
    assert fitting.fit(np.array([127.0]), "c", 4, 1).tolist() == [126]
    assert fitting.n_saturated == 3
    with pytest.raises(UsageError, match="missing value 5 is not the end of int8"):
        Fitting("int8", 5)
