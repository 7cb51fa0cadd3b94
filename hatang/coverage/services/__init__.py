"""Verbs of coverage: prepare terrain, compute and adopt runs."""
