"""Track to foreign file, one journey per file."""
