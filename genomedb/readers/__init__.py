"""Foreign files in, as batches of arrays."""
