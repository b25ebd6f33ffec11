"""Track classes, one per track type."""
