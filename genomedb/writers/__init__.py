"""Array batches out, as foreign files."""
