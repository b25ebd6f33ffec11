"""Doors to the compiled kernels: check, allocate, explain."""
