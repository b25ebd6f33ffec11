"""Package version and file-format version."""

__version__ = "0.1.0"
FORMAT_NAME = "genomedb"
FORMAT_VERSION = 1
