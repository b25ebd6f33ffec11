"""Track expressions: parsed, bound to tracks, evaluated block by block."""
