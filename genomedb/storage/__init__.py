"""The file format: the only place that touches HDF5."""
