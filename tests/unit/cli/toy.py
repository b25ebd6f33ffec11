"""The database that the tests of the command work with."""

from genomedb import GenomeDB


def db_of(root):
    return GenomeDB(root / "dbs", "toy")
