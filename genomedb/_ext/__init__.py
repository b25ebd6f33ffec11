"""Compiled kernels; see ext/."""
