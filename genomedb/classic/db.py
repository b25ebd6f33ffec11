"""The database: `GenomeDB`, and what its calls give."""

from __future__ import annotations

from genomedb.core.chromosomes import Chromosome
from genomedb.db.database import GenomeDB
from genomedb.tracks.base import Track

__all__ = ["Chromosome", "GenomeDB", "Track"]
