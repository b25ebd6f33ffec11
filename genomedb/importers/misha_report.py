"""What became of each object of a misha database."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any, Final

IMPORTED, SKIPPED, UNSUPPORTED, FAILED = "imported", "skipped", "unsupported", "failed"
STATUSES: Final = (IMPORTED, SKIPPED, UNSUPPORTED, FAILED)


@dataclass(frozen=True)
class MishaObject:
    """What became of one object.

    Attributes
    ----------
    name : str
        As misha's users name it, with dots.
    type : str
        ``dense``, ``sparse``, ``array``, ``rectangles``, ``points``, ``computed``, ``intervals``,
        ``intervals 2D``, ``sequence``, ``motifs``, ``folder``, ``read-only names``, ``file``; for
        an object that cannot be told, ``track`` or ``intervals``.
    status : {"imported", "skipped", "unsupported", "failed"}
        Skipped is what was complete before.
    reason : str
        Why it was left out.
    notes : tuple of str
        What of it was left out or kept elsewhere.
    """

    name: str
    type: str
    status: str
    reason: str = ""
    notes: tuple[str, ...] = ()


@dataclass
class MishaReport:
    """What became of all objects, in the order of the import.

    Attributes
    ----------
    objects : list of MishaObject
    """

    objects: list[MishaObject] = field(default_factory=list)

    def n(self, status: str) -> int:
        """How many objects have a status."""
        return sum(found.status == status for found in self.objects)

    def summary(self) -> str:
        """One line for people."""
        return ", ".join(f"{self.n(status)} {status}" for status in STATUSES)

    def as_dict(self) -> dict[str, Any]:
        """The same for programs: counts, and a list ``objects``."""
        counts = {status: self.n(status) for status in STATUSES}
        return {**counts, "objects": [asdict(found) for found in self.objects]}
