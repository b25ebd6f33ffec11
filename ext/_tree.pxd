"""Shape of the trees over records of the plane."""

cdef enum:
    LEAF = 64               # records of a leaf, also GENOMEDB_LEAF of _points.h
    FAN = 16                # children of an inner node
    DEPTH = 17              # more levels than 2**63 records need
