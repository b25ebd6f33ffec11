"""Single positions in another assembly, by a table made of chains.

The table is an array track of the assembly that one comes from, with a record for each gapless
block of alignment and the columns ``to_chrom`` (code of the chromosome there, from 0), ``to_start``
(the leftmost base of the block there, from 0) and ``orientation`` (1, or -1 where it is reversed);
or a table of the `genome` library, of one row a base.
"""

from __future__ import annotations

from typing import Any

from genomedb.classic.coord import CoordError
from genomedb.core.chromosomes import Chromosome
from genomedb.db.database import GenomeDB
from genomedb.errors import UsageError
from genomedb.storage import schema

Lifted = tuple[Chromosome, int, int] | tuple[None, None, None]


class CoordLifter:
    """Where positions of one assembly lie in another.

    Parameters
    ----------
    from_assembly, to_assembly : str or GenomeDB
        Names are looked up where ``GENOME_DB`` says. The database of the first holds the track
        ``liftover_<from>_to_<to>_tab``.

    Raises
    ------
    TrackNotFoundError
        There is no such track: make it with ``make_liftover_tab``.
    """

    def __init__(self, from_assembly: str | GenomeDB, to_assembly: str | GenomeDB) -> None:
        self.from_gdb, self.to_gdb = (
            each if isinstance(each, GenomeDB) else GenomeDB(assembly=each)
            for each in (from_assembly, to_assembly)
        )
        name = f"liftover_{self.from_gdb.assembly}_to_{self.to_gdb.assembly}_tab"
        self.track: Any = self.from_gdb.open_track(name)
        self._by_id = {c.idnum: c for c in self.to_gdb.get_all_chromosomes()}
        if self.track.track_type not in (schema.ARRAY, "liftover"):
            raise UsageError(f"a {self.track.track_type} track is no liftover table", where=name)

    def convert(self, chrom: Chromosome | str, pos: int, strand: int = 0) -> Lifted:
        """Chromosome, position (1-based) and strand there; three None where there is none.

        Parameters
        ----------
        chrom : Chromosome or str
        pos : int
            1-based.
        strand : {1, -1, 0}
            Turned where the alignment is reversed.

        Raises
        ------
        CoordError
            The position is not inside the chromosome.
        """
        length = self.from_gdb.chroms.length(str(chrom))
        if not 1 <= pos <= length:
            raise CoordError("is not inside the chromosome", where=f"{chrom}:{pos}",
                             fix=f"{chrom} has {length} bp")  # fmt: skip
        number, at, turn = self._look_up(str(chrom), pos)
        if number < 1:
            return None, None, None
        found = self._by_id.get(number)
        if found is None:
            raise CoordError(
                f"leads to chromosome number {number}, which {self.to_gdb.assembly} lacks",
                where=f"{chrom}:{pos}",
            )
        return found, at, turn * strand

    def close(self) -> None:
        """Let go of the table."""
        self.track.close()

    def _look_up(self, chrom: str, pos: int) -> tuple[int, int, int]:
        """Id number, 1-based position and strand of the table; all -1 where there is none."""
        if not self.track.has_chrom(chrom):
            return -1, -1, -1
        if self.track.track_type == "liftover":
            number, at, turn = self.track.read(chrom, pos - 1, pos)[0].tolist()
            return number, at, turn
        start, end, values = self.track.read(chrom, pos - 1, pos)
        if not start.size:
            return -1, -1, -1
        code, to_start, turn = (int(value) for value in values[0])
        into = pos - 1 - int(start[0])
        if turn == -1:
            into = int(end[0]) - pos
        return code + 1, to_start + into + 1, turn
