"""Readiness for technologies to come: a checklist of which the registers answer what they can tell."""
