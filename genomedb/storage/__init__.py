"""The file format: the only place that touches HDF5.

HDF5 is started here with its dynamic filter loading off: a track never needs a plugin, and a
stranger's file must not make the library load one.
"""

import os
import sys

if "h5py" not in sys.modules:
    _before = os.environ.get("HDF5_PLUGIN_PRELOAD")
    os.environ["HDF5_PLUGIN_PRELOAD"] = "::"
    import h5py  # noqa: F401

    if _before is None:
        del os.environ["HDF5_PLUGIN_PRELOAD"]
    else:
        os.environ["HDF5_PLUGIN_PRELOAD"] = _before
