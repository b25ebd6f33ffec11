"""Which chromosome a file holds, by its name: for files of one chromosome that do not say it."""

from __future__ import annotations

import re
from pathlib import Path

from genomedb.core.chroms import ChromTable
from genomedb.errors import ChromError
from genomedb.readers.records import unpacked_name

_SPELLED = re.compile(r"(?<![A-Za-z0-9])chr[A-Za-z0-9]+(?:[_-](?!chr)[A-Za-z0-9]+)*", re.IGNORECASE)
# what makes another sequence of a chromosome's name: chr1_random is not chr1
_OTHER = re.compile(r"random|hap|alt|fix|het|extra|(gl|ki|jh|un)\d", re.IGNORECASE)


def chrom_in_name(path: str | Path, chroms: ChromTable) -> str | None:
    """Chromosome that the name of a file names; None when it names none.

    ``chr1.wig.gz``, ``input.chr2L.fa`` and ``rep1_chrX_q10.bedgraph`` do, in any spelling that the
    database knows. Of ``chr1_random.fa`` it is never chr1. Names without ``chr`` must stand
    between dots: ``signal.X.wig``.

    Raises
    ------
    ChromError
        The name names several.
    """
    name = unpacked_name(path)
    found = {_known(spelled, chroms) for spelled in _SPELLED.findall(name)}
    found |= {_of_code(chroms, chroms.find(part)) for part in name.split(".")}
    found.discard(None)
    if len(found) > 1:
        named = ", ".join(sorted(str(one) for one in found))
        raise ChromError(
            f"the name of the file names several chromosomes ({named})", where=path,
            fix="Name the file after one, or write the chromosome in it",
        )  # fmt: skip
    return found.pop() if found else None


def require_chrom_in_name(path: str | Path, chroms: ChromTable) -> str:
    """As `chrom_in_name`; a name that names none is a `ChromError`."""
    found = chrom_in_name(path, chroms)
    if found is None:
        raise ChromError(
            "neither its content nor its name says which chromosome of the database it holds",
            where=path, fix=f"Name the file after one, such as {chroms.names[0]}.txt",
        )  # fmt: skip
    return found


def _known(spelled: str, chroms: ChromTable) -> str | None:
    """The longest beginning of some words that is a chromosome."""
    words = re.split(r"([_-])", spelled)
    for n in range(len(words), 0, -2):
        code = chroms.find("".join(words[:n]))
        if code >= 0:
            return None if _OTHER.match("".join(words[n + 1 :])) else _of_code(chroms, code)
    return None


def _of_code(chroms: ChromTable, code: int) -> str | None:
    return chroms.names[code] if code >= 0 else None
