"""Pictures of tracks; needs matplotlib (extra ``plot``)."""

from genomedb.plot.tracks import plot_tracks

__all__ = ["plot_tracks"]
