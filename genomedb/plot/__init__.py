"""Pictures of tracks; needs matplotlib (extra ``plot``)."""

from genomedb.plot.matrix import plot_matrix
from genomedb.plot.tracks import plot_tracks

__all__ = ["plot_matrix", "plot_tracks"]
