"""Virtual tracks: summaries of a source around each interval."""
