"""Fibre plans and the weak points of today's cables."""
