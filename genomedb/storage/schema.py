"""Every name, type and limit of the file format, as `docs/format.md` gives them."""

from __future__ import annotations

from genomedb.core.version import FORMAT_NAME, FORMAT_VERSION

__all__ = ["FORMAT_NAME", "FORMAT_VERSION"]

# root attributes that describe the file; users cannot set these
HEADER = "header"  # the seven below in one text, so that opening a file reads one attribute
FORMAT = "format"
VERSION = "format_version"
TRACK_TYPE = "track_type"
LAYOUT = "layout"
DTYPE = "dtype"
BIN_SIZE = "bin_size"
CHROM_DIGEST = "chrom_digest"
COLUMNS = "columns"
LEVELS = "pyramid"
ASSEMBLY = "assembly"
MISSING = "missing"
SOFTWARE = "software"
SOURCES = "sources"
COMMAND = "command"
STRUCTURE = "structure_digest"
INTERVAL_SET = "interval_set"
DESCRIPTION = "description"
CREATED_BY = "created.by"
CREATED_DATE = "created.date"
CREATED_USER = "created.user"

STRUCTURAL = frozenset(
    (HEADER, FORMAT, VERSION, TRACK_TYPE, LAYOUT, ASSEMBLY, CHROM_DIGEST, BIN_SIZE, DTYPE, MISSING,
     SOFTWARE, SOURCES, COMMAND, COLUMNS, LEVELS, STRUCTURE, INTERVAL_SET)
)  # fmt: skip
READ_ONLY_DEFAULT = (CREATED_BY, CREATED_DATE, CREATED_USER)

PER_CHROMOSOME = "per-chromosome"
INDEXED = "indexed"
LAYOUTS = (PER_CHROMOSOME, INDEXED)
NONE = "-"  # in the header text: does not apply

# track types
CHROMOSOMES = "chromosomes"
DENSE = "dense"
SPARSE = "sparse"
SEQUENCE = "sequence"
FEATURES = "features"
ARRAY = "array"
POINTS = "points"
RECTANGLES = "rectangles"
KNOWN_TYPES = (CHROMOSOMES, DENSE, SPARSE, SEQUENCE, FEATURES, ARRAY, POINTS, RECTANGLES)
BINNED = (DENSE, SEQUENCE)
RECORDS = (SPARSE, ARRAY)  # intervals that do not overlap
OF_PAIRS = (POINTS, RECTANGLES)  # records of pairs of chromosomes
WITHOUT_DTYPE = (CHROMOSOMES, FEATURES)

# reserved group and what lies in it
RESERVED = "_genomedb"
CHROM_NAMES = "_genomedb/chroms/name"
CHROM_LENGTHS = "_genomedb/chroms/length"
ALIAS_FROM = "_genomedb/aliases/alias"
ALIAS_TO = "_genomedb/aliases/name"
CRC32 = "_genomedb/crc32"
INDEX = "_genomedb/index"
INDEX_OFFSET = "_genomedb/index/offset"
PAIRS = "_genomedb/pairs"
PAIR_CODE1, PAIR_CODE2 = "_genomedb/index/code1", "_genomedb/index/code2"
PYRAMID = "_genomedb/pyramid"
VARIABLES = "_genomedb/variables"

# dataset attribute
SHA256 = "sha256"

# columns of a sparse chromosome group
START, END, VALUE, FIRST_START = "start", "end", "value", "first_start"
STRAND, MAX_END = "strand", "max_end"
BYTES, OFFSET = ".bytes", ".offset"  # of a text column
INDEX_STEP = 4096
NUMBER, TEXT, JSON = "number", "text", "json"
MAX_COLUMNS = 1000
MAX_RECORDS = 2**31 - 1  # of a chromosome
MAX_TEXT_VALUE_BYTES = 1_000_000_000

# columns of a pair of chromosomes: records, then the nodes of the tree over them
X1, X2, Y1, Y2 = "x1", "x2", "y1", "y2"
POINT_POSITIONS, RECTANGLE_POSITIONS = (X1, Y1), (X1, X2, Y1, Y2)
NODE = "node_"
NODE_POSITIONS = ("x1", "x2", "y1", "y2")
NODE_NUMBERS = {"first": "int64", "count": "int64", "sum": "float64", "min": "float64",
                "max": "float64"}  # fmt: skip
RECTANGLE_NUMBERS = {"area": "int64", "wsum": "float64"}
MAX_PAIR_RECORDS = 2**32 - 1
MAX_DEFLATE_RATIO = 1040  # a little more than deflate can reach

COLUMN_DTYPES = (
    "float32", "float64", "int8", "uint8", "int16", "uint16", "int32", "uint32", "int64", "uint64"
)  # fmt: skip
VALUE_DTYPES = (
    "float32", "float64", "int8", "uint8", "int16", "uint16", "int32", "uint32"
)  # fmt: skip

SUPERBLOCK = 3  # the first whose metadata are all checksummed
CHUNK_BYTES = 65536
MAX_CHUNK_BYTES = 64_000_000
MAX_TEXT_BYTES = 60_000
