"""Terrain: files made ready, stored, drawn."""
