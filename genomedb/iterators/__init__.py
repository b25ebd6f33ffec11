"""From a scope and a stepping policy to blocks of intervals."""
