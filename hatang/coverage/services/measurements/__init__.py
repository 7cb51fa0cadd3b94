"""Measurements: files read, checked, kept, taken back."""
