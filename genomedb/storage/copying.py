"""What a rewritten file takes over from the one it replaces: codec, attributes and variables."""

from __future__ import annotations

from h5py import h5a, h5o, h5z

from genomedb.core.chroms import ChromTable
from genomedb.errors import FormatError
from genomedb.storage import schema
from genomedb.storage.attrs import write_scalar, write_text
from genomedb.storage.encode import Storage
from genomedb.storage.files import Draft
from genomedb.storage.handle import TrackFile

_SMALLEST_CHUNK = 1024
_KEPT = (
    schema.SOURCES,
    schema.COMMAND,
    schema.INTERVAL_SET,
)  # of the attributes that people cannot set


def storage_of(file: TrackFile, chroms: ChromTable) -> Storage:
    """Codec, level and chunk size of the values of a file, found by looking.

    The first dataset with several chunks tells; columns shorter than a chunk do not.
    """
    found = Storage()
    names = [schema.INDEX] if file.header.layout == schema.INDEXED else list(chroms.names)
    column = schema.VALUE if file.header.layout == schema.INDEXED else ""
    if file.kind in schema.OF_PAIRS:
        column = schema.X1
        if file.header.layout != schema.INDEXED:
            names = [f"{schema.PAIRS}/{name}" for name in file.members(schema.PAIRS)]
    elif file.kind not in schema.BINNED:
        column = schema.START
    for name in names:
        path = f"{name}/{column}" if column else name
        if not file.has(path):
            continue
        stored = file.dataset(path)
        if not stored.chunk:
            return Storage(compression=None)
        n_bytes = stored.chunk[0] * stored.dtype.itemsize
        found = Storage(
            level=_level(file, path) or found.level,
            chunk_bytes=max(n_bytes, found.chunk_bytes),
        )
        if stored.chunk[0] < stored.shape[0]:
            return Storage(level=found.level, chunk_bytes=max(n_bytes, _SMALLEST_CHUNK))
    return found


def _level(file: TrackFile, path: str) -> int:
    """Deflate level of a dataset; 0 when it is not deflated."""
    creation = file.hdf5_dataset(path).get_create_plist()
    for i in range(creation.get_nfilters()):
        code, _, values, _ = creation.get_filter(i)
        if code == h5z.FILTER_DEFLATE:
            return min(max(int(values[0]), 1), 9)
    return 0


def take_over(draft: Draft, file: TrackFile) -> None:
    """Give a draft the attributes, sources, command line and variables of another file.

    What `describe` wrote of its making is replaced, dates and authors included; what describes
    the file itself (layout, digests) stays.
    """
    take_attributes(draft, file)
    take_variables(draft, file)


def take_attributes(draft: Draft, file: TrackFile) -> None:
    """Replace the attributes that do not describe the file by those of another file."""
    for name in list(draft.h5.attrs):
        if name not in schema.STRUCTURAL or name in _KEPT:
            del draft.h5.attrs[name]
    for name, value in file.attributes().items():
        if name in schema.STRUCTURAL and name not in _KEPT:
            continue
        if isinstance(value, str):
            write_text(draft.h5, name, value)
        else:
            write_scalar(draft.h5, name, value, h5a.open(file.id, name.encode()).dtype)


def take_variables(draft: Draft, file: TrackFile) -> None:
    """Copy the variables of another file as they are stored."""
    for place in (schema.VARIABLES, f"{schema.CRC32}/{schema.VARIABLES}"):
        if not _is_there(file, place):
            continue
        draft.h5.require_group(place.rpartition("/")[0])
        h5o.copy(file.id, place.encode(), draft.h5.id, place.encode())
        draft.check()


def _is_there(file: TrackFile, place: str) -> bool:
    """Is there an object at a place, reached by hard links only?"""
    try:
        return file.has(place)
    except (OSError, RuntimeError, KeyError, ValueError) as error:
        raise FormatError(f"{place} cannot be read", where=file.path) from error


__all__ = ["storage_of", "take_over", "take_attributes", "take_variables"]
