"""Segments of high score; the same as `dsegment`."""

from __future__ import annotations

from genomedb.classic.dsegment import find_segments

__all__ = ["find_segments"]
