"""Runs: asked, computed, counted, compared, adopted."""
