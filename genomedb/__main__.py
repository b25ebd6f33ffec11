"""``python -m genomedb``."""

from genomedb.cli.main import main

main()
