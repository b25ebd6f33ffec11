"""The vocabulary: chromosomes, regions, names, settings."""
