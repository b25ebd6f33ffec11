"""The genomedb command."""
