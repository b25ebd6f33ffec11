"""The function names of PyMisha over this library."""
