"""Chromosome: one row of a chromosome table, with its kind told from its name."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, fields

from genomedb.core.chroms import ChromTable

_MITO = re.compile(r"m|mt|mito|mtdna|mitochondri\w*|\w+_mitochondrion_genome", re.IGNORECASE)
_HAP = re.compile(r"hap|_alt$|_fix$|hschr|hg\d+_.*patch", re.IGNORECASE)
_RAND = re.compile(r"rand|^chrun|^chrur|^un($|_)|_decoy$|scaffold|contig|extra", re.IGNORECASE)
_SEX = re.compile(r"(?P<letter>[WXYZ])(?P<more>[LR]|\d|Het)?")
_NUMBERED = re.compile(r"(?:chr|group|lg)?\d+[A-Za-z]{0,2}(?:Het)?", re.IGNORECASE)
_ROMAN = re.compile(r"(?=.)X{0,3}(?:IX|IV|V?I{0,3})")
_PREFIX = re.compile(r"chr(?:om(?:osome)?)?_?|group(?=[IVX])", re.IGNORECASE)


@dataclass(frozen=True, order=False)
class Chromosome:
    """One chromosome; `str` of it is its name, and it sorts by `idnum`.

    Attributes
    ----------
    idnum : int
        Number in the table, from 1.
    name : str
    length : int
        Base pairs.
    is_sex, is_rand, is_hap, is_mito, is_x, is_y, is_auto : bool
        Sex chromosome; unplaced or unlocalised; alternative haplotype or patch; mitochondrion;
        X; Y; autosome. Several may hold: ``chr1_random`` is of an autosome, and random.
    """

    idnum: int
    name: str
    length: int
    is_sex: bool = False
    is_rand: bool = False
    is_hap: bool = False
    is_mito: bool = False
    is_x: bool = False
    is_y: bool = False
    is_auto: bool = False

    def __str__(self) -> str:
        return self.name

    def __lt__(self, other: Chromosome) -> bool:
        return self.idnum < other.idnum

    def __le__(self, other: Chromosome) -> bool:
        return self.idnum <= other.idnum

    def __gt__(self, other: Chromosome) -> bool:
        return self.idnum > other.idnum

    def __ge__(self, other: Chromosome) -> bool:
        return self.idnum >= other.idnum

    def merged(self, other: Chromosome) -> Chromosome:
        """The same chromosome with the flags of both."""
        both = {f: getattr(self, f) or getattr(other, f) for f in FLAGS}
        return Chromosome(self.idnum, self.name, self.length, **both)


FLAGS = tuple(f.name for f in fields(Chromosome) if f.name.startswith("is_"))


def chromosomes_of(table: ChromTable) -> tuple[Chromosome, ...]:
    """Chromosomes of a table in its order, their kinds told from their names.

    Names of UCSC and Ensembl are known, and roman numerals: X is an autosome where IX is one, as
    in yeast, else a sex chromosome, as in the worm. A name that says nothing is an unplaced piece
    where other names are numbered, else an autosome.

    Examples
    --------
    >>> x, y = chromosomes_of(ChromTable(("chrX", "chrUn_gl1"), (100, 10)))
    >>> x.is_sex, x.is_x, y.is_rand
    (True, True, True)
    """
    cores = {_core(name) for name in table.names}
    roman = "I" in cores and "II" in cores
    tenth = roman and "IX" in cores
    found = [
        _told(i, name, length, is_roman=roman, ten_is_x=tenth)
        for i, (name, length) in enumerate(zip(table.names, table.lengths, strict=True), 1)
    ]
    unknown = [not any(getattr(c, f) for f in FLAGS) for c in found]
    others = any(c.is_auto for c in found)
    return tuple(
        Chromosome(c.idnum, c.name, c.length, is_rand=others, is_auto=not others) if odd else c
        for c, odd in zip(found, unknown, strict=True)
    )


def in_classic_order(table: ChromTable) -> ChromTable:
    """The same chromosomes as the `genome` library numbers them.

    Autosomes by number, then sex chromosomes, mitochondria, unplaced pieces and haplotypes; what
    has no number comes after, by name.

    Examples
    --------
    >>> in_classic_order(ChromTable(("chrX", "chr10", "chr2"), (5, 6, 7))).names
    ('chr2', 'chr10', 'chrX')
    """
    found = sorted(chromosomes_of(table), key=_classic_key)
    return ChromTable.from_pairs((c.name, c.length) for c in found)


def _classic_key(chrom: Chromosome) -> tuple[bool, bool, bool, bool, float, str]:
    core = _core(chrom.name)
    digits = re.match(r"\d+", core)
    number = float(digits[0]) if digits else float("inf")
    if chrom.is_auto and not digits and _ROMAN.fullmatch(core):
        number = _roman(core)
    return chrom.is_hap, chrom.is_rand, chrom.is_mito, chrom.is_sex, number, chrom.name


def _roman(text: str) -> float:
    values = [{"I": 1, "V": 5, "X": 10}[letter] for letter in text]
    after = [*values[1:], 0]
    return float(sum(-v if v < w else v for v, w in zip(values, after, strict=True)))


def _core(name: str) -> str:
    """Name without ``chr`` and without what follows an underscore or a dot."""
    return re.split(r"[_.]", _PREFIX.sub("", name, count=1), maxsplit=1)[0]


def _told(idnum: int, name: str, length: int, *, is_roman: bool, ten_is_x: bool) -> Chromosome:
    bare, core = _PREFIX.sub("", name, count=1), _core(name)
    flags = dict.fromkeys(FLAGS, False)
    sex = _SEX.fullmatch(core)
    if _MITO.fullmatch(bare) or _MITO.fullmatch(core):
        flags["is_mito"] = True
    elif is_roman and _ROMAN.fullmatch(core) and (core != "X" or ten_is_x):
        flags["is_auto"] = True
    elif sex:
        flags["is_sex"] = True
        flags["is_x"], flags["is_y"] = sex["letter"] == "X", sex["letter"] == "Y"
    elif _NUMBERED.fullmatch(core):
        flags["is_auto"] = True
    flags["is_hap"] = _HAP.search(name) is not None
    flags["is_rand"] = _RAND.search(name) is not None
    return Chromosome(idnum, name, length, **flags)


def chosen(
    chromosomes: Sequence[Chromosome],
    *,
    get_rand: bool,
    get_auto: bool,
    get_sex: bool,
    get_x: bool,
    get_y: bool,
    get_hap: bool,
    get_mito: bool,
) -> list[Chromosome]:
    """Chromosomes none of whose flags is switched off, in their order."""
    wanted = {
        "is_rand": get_rand, "is_auto": get_auto, "is_sex": get_sex, "is_x": get_x,
        "is_y": get_y, "is_hap": get_hap, "is_mito": get_mito,
    }  # fmt: skip
    off = [flag for flag, on in wanted.items() if not on]
    return [c for c in chromosomes if not any(getattr(c, flag) for flag in off)]
