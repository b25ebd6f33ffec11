"""Do the trees of a file of pairs say what its records say?"""

from __future__ import annotations

from collections.abc import Iterator

from genomedb.core.chroms import ChromTable
from genomedb.errors import FormatError
from genomedb.storage import schema
from genomedb.storage.handle import TrackFile
from genomedb.storage.pair_tree import open_pair
from genomedb.storage.pairs import directory_of

Fault = tuple[str, str, str]


def pair_shapes(file: TrackFile, chroms: ChromTable) -> Iterator[Fault]:
    """Faults (rule, place, problem) of names, types and lengths, and of what opening checks."""
    try:
        pairs = directory_of(file, chroms)
        codes = pairs.codes
    except FormatError as error:
        yield "object", schema.PAIRS, error.problem
        return
    for code1, code2 in codes.tolist():
        try:
            if open_pair(file, chroms, code1, code2) is None:
                yield "object", f"{schema.PAIRS}/{code1}-{code2}", "has no records"
        except FormatError as error:
            yield "object", f"{schema.PAIRS}/{code1}-{code2}", error.problem
