"""Variables of misha tracks as values that a track can keep: arrays, tables, lists and texts."""

from __future__ import annotations

import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import numpy as np

from genomedb.core.pickled import Pickled
from genomedb.db.database import GenomeDB
from genomedb.errors import FormatError, UsageError
from genomedb.readers.misha_index import Block
from genomedb.readers.misha_rdata import NA_INTEGER, RObject, is_r, read_r
from genomedb.readers.misha_sets import table_of

_PICKLE: Final = b"\x80"
_MAX_PICKLE: Final = 1 << 30
_USED: Final = frozenset({"dim", "class", "levels", "row.names", "tsp"})


def import_variables(db: GenomeDB, track: str, folder: Path) -> list[str]:
    """Give a track the variables of a misha track that it has not yet.

    Parameters
    ----------
    db : GenomeDB
    track : str
        Name of the track in `db`.
    folder : Path
        Of the misha track.

    Returns
    -------
    list of str
        What was left out and why; what is kept unread or under another name.
    """
    if not (folder / "vars").is_dir():
        return []
    have = set(db.list_variables(track))
    notes = []
    for path in sorted((folder / "vars").iterdir()):
        if path.name.startswith(".") or path.name in have or not path.is_file():
            continue
        try:
            found = read_variable_file(path)
            for suffix, value in reversed(found.items()):  # the value itself last: it says "done"
                db.set_variable(track, path.name + suffix, value)
        except (UsageError, FormatError) as error:
            notes.append(f"variable {path.name} is left out: {error.problem}")
            continue
        if isinstance(found.get(""), Pickled):
            notes.append(
                f"variable {path.name} is a Python pickle: it is kept as it is and was not read; "
                "reading it needs allow_pickle=True"
            )
        more = [path.name + suffix for suffix in found if suffix]
        if more:
            notes.append(f"what R attached to variable {path.name} is in {', '.join(more)}")
    return notes


def read_variable_file(path: Path) -> dict[str, Any]:
    """Values of one variable: under ``""`` its own, under ``.<name>`` what R attached to it.

    A Python pickle is `Pickled`: its bytes, which nothing here makes anything of.

    Raises
    ------
    UsageError
        It is nothing that can be kept (functions of R, too large a pickle).
    FormatError
        The file is damaged.
    """
    block = Block.whole(path)
    with block.opened() as file:
        head = block.read(file, 0, min(block.length, 2)).tobytes()
        if head.startswith(_PICKLE):
            if block.length > _MAX_PICKLE:
                raise UsageError("it is a Python pickle of more than 1 GB", where=path)
            return {"": Pickled(block.read(file, 0, block.length).tobytes())}
    if not is_r(head):
        raise UsageError("it is neither an object of R nor a pickle", where=path)
    return plain(read_r(path), str(path))


def plain(found: RObject, where: str) -> dict[str, Any]:
    """An object of R as a value that `GenomeDB.set_variable` takes, and its attributes.

    Vectors of numbers are arrays (one number: a numpy number; missing: NaN), of texts lists (one
    text: str) or dicts when named; lists are lists or dicts; data frames are DataFrames.

    Raises
    ------
    FormatError
        The object contradicts itself.
    """
    if found.is_frame:
        import pandas as pd

        table = table_of(found, where)
        if table.left_out:
            raise UsageError(f"column {table.left_out[0]} is neither numbers nor text", where=where)
        return {"": pd.DataFrame(table.columns)}
    if found.kind in ("null", "list", "text") or found.is_factor:
        return {"": _json(found, where)}
    values = _numbers(found)
    attached: Mapping[str, RObject] = found.attributes
    dim = attached.get("dim")
    if dim is not None:
        shape = tuple(int(n) for n in np.asarray(dim.values, np.float64))
        if min(shape, default=0) < 0 or math.prod(shape) != values.size:
            raise FormatError(f"an array of R with {values.size} values says {shape}", where=where)
        values = values.reshape(shape, order="F")
    others = {name: value for name, value in attached.items() if name not in _USED}
    value = values.reshape(()) if values.size == 1 and not attached else values
    made = {"": np.ascontiguousarray(value) if value.ndim else value}
    for name, below in others.items():
        for suffix, more in plain(below, where).items():
            made[f".{name}{suffix}"] = more
    return made


def _numbers(found: RObject) -> Any:
    values = found.values
    if found.kind in ("real", "raw"):
        return values
    absent = values == NA_INTEGER
    if absent.any():
        return np.where(absent, np.nan, values.astype(np.float64))
    return values != 0 if found.kind == "logical" else values


def _json(found: RObject, where: str) -> Any:
    """Nested lists, dicts, texts and numbers; missing ones are None."""
    if found.kind == "null":
        return None
    if found.is_frame:
        table = table_of(found, where)
        return {name: _listed(values) for name, values in table.columns.items()}
    if found.is_factor:
        levels = [*found.texts("levels"), None]
        codes = np.where(found.values == NA_INTEGER, len(levels), found.values) - 1
        if codes.size and not 0 <= codes.min() <= codes.max() < len(levels):
            raise FormatError("a factor of R has codes beyond its levels", where=where)
        listed: list[Any] = [levels[code] for code in codes.tolist()]
    elif found.kind == "list":
        listed = [_json(item, where) for item in found.values]
    else:
        listed = found.values if found.kind == "text" else _listed(_numbers(found))
    names = found.names
    if len(names) == len(listed) and len(set(names)) == len(names) and all(names):
        return {str(name): item for name, item in zip(names, listed, strict=True)}
    return listed[0] if len(listed) == 1 and found.kind != "list" else listed


def _listed(values: Any) -> list[Any]:
    """Numbers as a list, NaN as None."""
    listed = list(values.tolist() if isinstance(values, np.ndarray) else values)
    return [None if item != item else item for item in listed]
