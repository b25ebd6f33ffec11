"""Names, directories and assemblies."""
