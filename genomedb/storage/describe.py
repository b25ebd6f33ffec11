"""The root attributes and the chromosome table: what every file says of itself."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import datetime, timezone
from typing import Any

import numpy as np

from genomedb.core.chroms import ChromTable
from genomedb.core.version import __version__
from genomedb.storage import schema
from genomedb.storage.attrs import write_scalar, write_text
from genomedb.storage.files import Draft
from genomedb.storage.write import write_table


@dataclass(frozen=True)
class Source:
    """A file that a track was made from."""

    name: str
    n_bytes: int
    sha256: str


@dataclass(frozen=True)
class Provenance:
    """Where a track comes from.

    Attributes
    ----------
    description : str
        For people.
    created_by : str
        The call that made it.
    user : str
        Who made it.
    command : str
        Command line, empty when made from a program.
    sources : tuple of Source
        Input files.
    attributes : dict of str to str
        Further attributes to store.
    """

    description: str = ""
    created_by: str = ""
    user: str = ""
    command: str = ""
    sources: tuple[Source, ...] = ()
    attributes: dict[str, str] = field(default_factory=dict)


def describe(
    draft: Draft,
    track_type: str,
    chroms: ChromTable,
    assembly: str,
    provenance: Provenance,
    *,
    dtype: str | None = None,
    bin_size: int | None = None,
    missing: float | None = None,
    layout: str = schema.PER_CHROMOSOME,
    columns: str | None = None,
) -> None:
    """Write the root attributes and the chromosome table of a new file."""
    h5 = draft.h5
    header = (
        schema.FORMAT_NAME, schema.FORMAT_VERSION, track_type, layout,
        dtype or schema.NONE, bin_size or schema.NONE, chroms.digest,
    )  # fmt: skip
    write_text(h5, schema.HEADER, " ".join(map(str, header)))
    write_text(h5, schema.FORMAT, schema.FORMAT_NAME)
    write_scalar(h5, schema.VERSION, schema.FORMAT_VERSION, np.int32)
    write_text(h5, schema.TRACK_TYPE, track_type)
    write_text(h5, schema.LAYOUT, layout)
    write_text(h5, schema.ASSEMBLY, assembly)
    write_text(h5, schema.CHROM_DIGEST, chroms.digest)
    if dtype is not None:
        write_text(h5, schema.DTYPE, dtype)
    if bin_size is not None:
        write_scalar(h5, schema.BIN_SIZE, bin_size, np.int64)
    if missing is not None and dtype is not None:
        write_scalar(h5, schema.MISSING, missing, np.dtype(dtype))
    if columns is not None:
        write_text(h5, schema.COLUMNS, columns)
    write_text(h5, schema.SOFTWARE, f"genomedb {__version__}")
    write_sources(draft, provenance.sources)
    if provenance.command:
        write_text(h5, schema.COMMAND, provenance.command[:15_000])
    texts = {
        schema.DESCRIPTION: provenance.description,
        schema.CREATED_BY: provenance.created_by,
        schema.CREATED_DATE: datetime.now(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ"),
        schema.CREATED_USER: provenance.user,
        **provenance.attributes,
    }
    for name, value in texts.items():
        if value:
            write_text(h5, name, value)
    write_table(draft, schema.CHROM_NAMES, text_column(chroms.names))
    write_table(draft, schema.CHROM_LENGTHS, chroms.length_array)


def write_sources(draft: Draft, sources: tuple[Source, ...]) -> None:
    """Record input files; of very many, those that fit and how many there are."""
    listed = [{"name": s.name, "bytes": s.n_bytes, "sha256": s.sha256} for s in sources]
    text = json.dumps(listed)
    while len(text.encode()) > schema.MAX_TEXT_BYTES:
        listed = listed[: len(listed) // 2]
        text = json.dumps([*listed, {"name": f"and {len(sources) - len(listed)} more"}])
    if sources:
        write_text(draft.h5, schema.SOURCES, text)


def text_column(texts: Any) -> np.ndarray:
    """Texts as fixed-length UTF-8 bytes."""
    data = [t.encode("utf-8") for t in texts]
    return np.array(data, dtype=f"S{max(map(len, data), default=1)}")
