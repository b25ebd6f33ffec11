"""Files that HDF5 reads and writes through, safe from signal handlers."""

from genomedb._ext.fileobject import ReadFile, WriteFile

__all__ = ["ReadFile", "WriteFile"]
