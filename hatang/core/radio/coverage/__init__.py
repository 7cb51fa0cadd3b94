"""Whom the cells reach: levels over terrain, by operator and technology, as rasters and at points."""
