"""Verbs over track expressions."""
