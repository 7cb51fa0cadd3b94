"""A place in a run: its links to cells, with profile and terms."""
