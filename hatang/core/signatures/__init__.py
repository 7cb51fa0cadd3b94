"""Signed documents: PDF by PAdES and XML by XAdES, made and checked; certificates read; the visible stamp."""
