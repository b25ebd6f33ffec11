"""Foreign file to track, one journey per file."""
