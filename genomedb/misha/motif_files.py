"""gseq_read_*: motifs of other tools as tables."""

from __future__ import annotations

import os
import warnings
from collections import Counter
from typing import TYPE_CHECKING

from genomedb.errors import GenomeDBWarning
from genomedb.readers.motifs import MotifFormat, read_described_motifs

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["gseq_read_homer", "gseq_read_jaspar", "gseq_read_meme"]
_Path = str | os.PathLike[str]


def gseq_read_meme(file: _Path) -> dict[str, pd.DataFrame]:
    """Motifs of a MEME file: tables of frequencies with columns A, C, G and T, by id.

    Parameters
    ----------
    file : path
        May be compressed.

    Returns
    -------
    dict of str to DataFrame
        ``attrs`` of a table has ``name``, ``alength``, ``w``, ``nsites``, ``E``, ``url``,
        ``strand`` and ``background``; None where the file says nothing. Ids that come several
        times get ``.1``, ``.2`` and so on, with a warning.

    Raises
    ------
    MissingFileError
        There is no such file.
    ParseError
        A line is wrong, or there are no motifs.
    """
    return _tables(file, "meme")


def gseq_read_jaspar(file: _Path) -> dict[str, pd.DataFrame]:
    """Motifs of a JASPAR file, or of four rows of counts, as `gseq_read_meme` gives them.

    ``attrs`` has ``name``, ``w``, ``nsites`` and ``format`` (``jaspar``, or ``simple`` where there
    are no headers: motifs are then named after the file).
    """
    return _tables(file, "jaspar")


def gseq_read_homer(file: _Path) -> dict[str, pd.DataFrame]:
    """Motifs of a HOMER file by their consensus, as `gseq_read_meme` gives them.

    ``attrs`` has ``name``, ``consensus``, ``log_odds_threshold``, ``log_p_value``, ``w`` and
    ``source``.
    """
    return _tables(file, "homer")


def _tables(file: _Path, format: MotifFormat) -> dict[str, pd.DataFrame]:
    import pandas as pd

    motifs = read_described_motifs(os.fspath(file), format=format)
    times = Counter(facts["id"] for _, facts in motifs)
    seen: Counter[str] = Counter()
    found: dict[str, pd.DataFrame] = {}
    for motif, facts in motifs:
        name = facts.pop("id")
        seen[name] += 1
        table = pd.DataFrame(motif.matrix, columns=list("ACGT"))
        table.attrs = facts
        found[name if times[name] == 1 else f"{name}.{seen[name]}"] = table
    several = [name for name, n in times.items() if n > 1]
    if several:
        warnings.warn(
            f"{os.fspath(file)}: several motifs are called {', '.join(several[:5])}; they are "
            "numbered",
            GenomeDBWarning,
            stacklevel=4,
        )
    return found
