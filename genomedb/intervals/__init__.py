"""Algebra of interval sets: each verb on arrays of spans, and on DataFrames."""
